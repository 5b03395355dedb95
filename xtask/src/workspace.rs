//! Where the workspace lies, and how programs are called inside it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The checkout this program was called in.
pub(crate) struct Workspace {
    /// The folder of the top `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever `CARGO_TARGET_DIR` has put it.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows of `CARGO_TARGET_DIR` and of its configuration files.
    pub(crate) fn find() -> Result<Self> {
        let mut command = without_our_own_variables(Command::new("cargo"));
        command.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: serde_json::Value = serde_json::from_str(&output(&mut command)?)?;
        let folder = |key: &str| -> Result<PathBuf> {
            Ok(metadata[key].as_str().with_context(|| format!("cargo metadata names no {key}"))?.into())
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// A program, started in the root: cargo looks for its configuration from the current folder upwards.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = without_our_own_variables(Command::new(program));
        command.current_dir(&self.root);
        command
    }

    /// Cargo, with the lock file binding where nobody is there to commit a changed one. A subcommand of another program's
    /// is two words: `nextest run`.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = self.command("cargo");
        command.args(subcommand.split(' '));
        if in_ci() && subcommand != "fmt" {
            command.arg("--locked");
        }
        command
    }

    /// Where xtask keeps what it remembers between two calls.
    pub(crate) fn memory(&self) -> PathBuf {
        self.target.join("xtask")
    }
}

/// `cargo run` describes xtask itself in these variables. Some build scripts (ring's) rebuild when they change,
/// so that a cargo call from here and one from the shell would each undo the other's cache.
fn without_our_own_variables(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        // Leptos reads LEPTOS_OUTPUT_NAME while it compiles; names are set in code only.
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "LEPTOS_"]
            .iter()
            .any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    command
}

/// The one place where this program reads its environment.
#[expect(clippy::disallowed_methods, reason = "the ban is for the server, whose settings have one reader")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True where no person looks on and nothing may be skipped quietly.
pub(crate) fn in_ci() -> bool {
    env("CI").is_some()
}

/// The full path of a program that `PATH` offers.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Runs to the end with the terminal as its output; failing is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", words(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", words(command));
    }
    Ok(())
}

/// Runs to the end and returns what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("could not start {}", words(command)))?;
    if !done.status.success() {
        bail!("{} failed ({})", words(command), done.status);
    }
    String::from_utf8(done.stdout).with_context(|| format!("{} wrote bytes that are not UTF-8", words(command)))
}

/// True when the program can be started and says it went well; says nothing itself.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub(crate) fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut text = program.to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}
