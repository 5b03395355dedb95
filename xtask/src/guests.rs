//! The example plugins: built from source with the hub's own command line, as strangers build theirs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::progress::note;
use crate::suites::SERVER_SIDE;
use crate::workspace::{self, Workspace};

/// The folder of the examples, a workspace of its own.
fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("plugins")
}

/// Where their packages lie.
pub(crate) fn packed(workspace: &Workspace) -> PathBuf {
    workspace.target.join("plugins/packages")
}

/// Every example, by its folder.
fn examples(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(workspace)).context("there is no folder `plugins`")? {
        let path = entry?.path();
        if path.join("plugin.toml").is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A program with the examples' own target folder: their artefacts are for another machine than the hub's.
fn beside(workspace: &Workspace, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = workspace.command(program);
    command.env("CARGO_TARGET_DIR", workspace.target.join("plugins"));
    command
}

/// The hub's program, of the selection that the tests are built with.
fn hub(workspace: &Workspace) -> Result<PathBuf> {
    workspace::run(workspace.cargo("build").args(["--bin", "guildhall"]).args(SERVER_SIDE))?;
    Ok(workspace.target.join("debug/guildhall"))
}

/// Builds all of them into packages, by the hub's program that the tests are built with.
pub(crate) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    pack_by(workspace, &hub(workspace)?)
}

/// The same by a program that is there already.
pub(crate) fn pack_by(workspace: &Workspace, hub: &Path) -> Result<PathBuf> {
    packages::wasm_target(workspace)?;
    let packed = packed(workspace);
    fs::create_dir_all(&packed)?;
    for example in examples(workspace)? {
        let name = example.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let output = packed.join(format!("{name}.tar.gz"));
        workspace::run(beside(workspace, hub).args(["plugin", "pack"]).arg(&example).arg("--output").arg(output))?;
    }
    Ok(packed)
}

/// Tests their own functions with cargo.
pub(crate) fn test(workspace: &Workspace) -> Command {
    let mut command = beside(workspace, "cargo");
    command.current_dir(folder(workspace)).args(["test", "--workspace", "--lib"]);
    command
}

/// Plays the scenes of each: how many went well, and which did not.
pub(crate) fn play(workspace: &Workspace) -> Result<(u64, Vec<String>)> {
    packages::wasm_target(workspace)?;
    let hub = hub(workspace)?;
    let (mut good, mut bad) = (0, Vec::new());
    for example in examples(workspace)? {
        let (played, wrong) = scenes(workspace, &hub, &example)?;
        good += played;
        bad.extend(wrong);
    }
    Ok((good, bad))
}

fn scenes(workspace: &Workspace, hub: &Path, example: &Path) -> Result<(u64, Vec<String>)> {
    let mut command = beside(workspace, hub);
    let done = command.args(["plugin", "test", "--json"]).arg(example).output()?;
    let played: serde_json::Value = serde_json::from_slice(&done.stdout)
        .with_context(|| format!("{} was not played: {}", example.display(), String::from_utf8_lossy(&done.stderr)))?;
    let steps = played.as_array().context("`guildhall plugin test --json` answers with a list")?;
    let is_good = |step: &&serde_json::Value| step["wrong"].as_array().is_some_and(Vec::is_empty);
    let bad = steps.iter().filter(|step| !is_good(step)).map(|step| format!("{}: {step}", example.display()));
    Ok((steps.iter().filter(is_good).count() as u64, bad.collect()))
}

/// Types every command of the book's chapter, one after the other, in an empty folder: what a reader would do, and how many there were.
pub(crate) fn follow_the_book(workspace: &Workspace) -> Result<u64> {
    let chapter = fs::read_to_string(workspace.root.join("docs/src/plugins/first.md"))?;
    let hub = hub(workspace)?;
    let place = workspace.target.join("plugins/book");
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place)?;
    let path = workspace::env("PATH").unwrap_or_default();
    let ours = hub.parent().unwrap_or(&place).display().to_string();
    let lines = commands(&chapter);
    if lines.is_empty() {
        bail!("the book's chapter names no command any more");
    }
    for line in &lines {
        note(line);
        let mut shell = beside(workspace, "sh");
        shell.args(["-e", "-c", line]).current_dir(&place).env("PATH", format!("{ours}:{path}"));
        workspace::run(&mut shell).with_context(|| format!("the book says `{line}`"))?;
    }
    Ok(lines.len() as u64)
}

/// The lines of the blocks that are a shell's.
fn commands(chapter: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut is_inside = false;
    for line in chapter.lines() {
        match line {
            "```sh" => is_inside = true,
            "```" => is_inside = false,
            line if is_inside && !line.trim().is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn a_chapters_commands_are_its_shells_lines() {
        let chapter = "Text.\n```sh\nguildhall plugin new quiet\n\nls quiet\n```\n```text\nnot this\n```\n";
        assert_eq!(commands(chapter), ["guildhall plugin new quiet", "ls quiet"]);
    }
}
