//! `cargo xtask check`: what must hold of the sources, before any test runs.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::packages;
use crate::progress::{Progress, loud, note};
use crate::suites::SERVER_SIDE;
use crate::tidy;
use crate::workspace::{self, Workspace};

/// Every check runs, so that one call shows everything there is to mend.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    type Check = (&'static str, fn(&Workspace) -> Result<()>);
    const CHECKS: [Check; 10] = [
        ("Compare the format with rustfmt's", format),
        ("Look for things no repository should hold", tidy::files),
        ("Look for dependencies that are there twice", tidy::duplicates),
        ("Look for dependencies that nobody uses", unused),
        ("Lint the server's side", lint_server),
        ("Lint the browser's side", lint_browser),
        ("Lint the build tool", lint_tools),
        ("Lint the fuzzer of connections", lint_fuzzer),
        ("Check licences, bans and sources", dependencies),
        ("Check advisories", advisories),
    ];
    let mut progress = Progress::new(CHECKS.len());
    let mut failed = Vec::new();
    for (what, check) in CHECKS {
        if let Err(error) = progress.step(what, || check(workspace)) {
            println!("{error:#}");
            failed.push(what);
        }
    }
    if !failed.is_empty() {
        bail!("these checks failed: {}", failed.join("; "));
    }
    println!("All {} checks are good.", CHECKS.len());
    Ok(())
}

fn format(workspace: &Workspace) -> Result<()> {
    workspace::run(workspace.cargo("fmt").args(["--all", "--check"]))
}

fn lint_server(workspace: &Workspace) -> Result<()> {
    clippy(workspace, &[&["--all-targets"], &SERVER_SIDE[..]].concat())
}

fn lint_browser(workspace: &Workspace) -> Result<()> {
    packages::wasm_target(workspace)?;
    clippy(
        workspace,
        &["--target", packages::WASM, "--package", "frontend", "--package", "app", "--features", "app/hydrate"],
    )
}

fn lint_tools(workspace: &Workspace) -> Result<()> {
    clippy(workspace, &["--all-targets", "--package", "xtask"])
}

/// By itself, as it is built: with the others it would get features that only they ask for.
fn lint_fuzzer(workspace: &Workspace) -> Result<()> {
    clippy(workspace, &["--package", "metaserver", "--features", "fuzz", "--bin", "lobby_fuzz"])
}

fn clippy(workspace: &Workspace, args: &[&str]) -> Result<()> {
    workspace::run(workspace.cargo("clippy").args(args).args(["--", "--deny", "warnings"]))
}

/// It reads the sources and compiles nothing, so what only a macro's output names has to be excepted in the crate's manifest.
fn unused(workspace: &Workspace) -> Result<()> {
    let machete = tool(workspace, "cargo-machete", "^0.9")?;
    workspace::run(workspace.command(machete).arg("--skip-target-dir").arg(&workspace.root))
}

fn dependencies(workspace: &Workspace) -> Result<()> {
    workspace::run(deny(workspace)?.args(["check", "licenses", "bans", "sources"]))
}

/// The database of advisories lies on a server that not every machine reaches.
fn advisories(workspace: &Workspace) -> Result<()> {
    let mut fetch = deny(workspace)?;
    let fetched = fetch.args(["fetch", "db"]).stdin(Stdio::null()).output()?;
    if !fetched.status.success() {
        for line in String::from_utf8_lossy(&fetched.stderr).lines().take(3) {
            note(line);
        }
        loud("advisories: their database cannot be reached from here");
        return Ok(());
    }
    workspace::run(deny(workspace)?.args(["check", "--disable-fetch", "advisories"]))
}

fn deny(workspace: &Workspace) -> Result<std::process::Command> {
    let mut command = workspace.command(tool(workspace, "cargo-deny", "^0.20")?);
    command.args(["--workspace", "--color", "never"]);
    Ok(command)
}

/// A tool of cargo's from the search path, or our own copy in the user's cache, built once.
fn tool(workspace: &Workspace, name: &str, version: &str) -> Result<PathBuf> {
    if let Some(found) = workspace::find_program(name) {
        return Ok(found);
    }
    let home = workspace::env("XDG_CACHE_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(workspace::env("HOME")?).join(".cache")));
    let root = home.unwrap_or_else(|| workspace.target.clone()).join("guildhall/tools");
    let ours = root.join("bin").join(name);
    if !ours.is_file() {
        note(format!("{name} is missing: building it, which takes some minutes, once"));
        let mut command = workspace.command("cargo");
        command.args(["install", name, "--locked", "--version", version, "--root"]).arg(&root);
        command.env("CARGO_TARGET_DIR", workspace.target.join("tools"));
        workspace::run(&mut command)?;
    }
    Ok(ours)
}
