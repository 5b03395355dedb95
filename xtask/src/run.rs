//! `cargo xtask run`: from a fresh clone to a running hub.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::build::{self, Profile};
use crate::progress::Progress;
use crate::workspace::Workspace;

/// Builds in release and becomes the server; `args` are handed to `guildhall serve`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let built = build::everything(workspace, Profile::Release, &mut Progress::new(build::STEPS))?;
    println!("Starting the hub. Ctrl-C stops it.\n");
    // Replaces this process: signals reach the server itself, and its exit code is ours.
    let error = workspace.command(&built.server).arg("serve").args(args).exec();
    Err(error).with_context(|| format!("could not start {}", built.server.display()))
}
