//! `cargo xtask dev`: builds in debug, starts the hub, and does both again on every change.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::build::{self, Built, Profile};
use crate::files;
use crate::progress::{Progress, note};
use crate::workspace::{self, Workspace};

/// What a build reads, besides the lock file and the manifests within.
const WATCHED: [&str; 9] =
    ["app", "frontend", "server", "crates", "style", "public", "migrations", "Cargo.toml", "Cargo.lock"];

/// Looking at the times of some hundred files takes a few milliseconds, so a watcher of file events would be a
/// dependency without a gain.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// How long the hub may take to finish what it is doing.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// Runs until it is interrupted; `args` are handed to `guildhall serve`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let mut hub: Option<Child> = None;
    loop {
        let before = look(workspace)?;
        match build::everything(workspace, Profile::Debug, &mut Progress::new(build::STEPS)) {
            Ok(built) => {
                if let Some(old) = hub.take() {
                    stop(old)?;
                }
                hub = Some(start(workspace, &built, args)?);
            }
            // A half-typed line is everyday life: the last good hub goes on.
            Err(error) => eprintln!("xtask: {error:#}"),
        }
        note("watching for changes");
        wait_for_change(workspace, &before)?;
    }
}

fn start(workspace: &Workspace, built: &Built, args: &[String]) -> Result<Child> {
    let mut command = workspace.command(&built.server);
    command.arg("serve").args(args).env("GUILDHALL_SITE_ROOT", &built.site.folder);
    command.spawn().with_context(|| format!("could not start {}", built.server.display()))
}

/// Asks politely first, so that the stop is exercised as often as the start.
fn stop(mut hub: Child) -> Result<()> {
    workspace::succeeds(Command::new("kill").args(["-TERM", &hub.id().to_string()]));
    let asked = Instant::now();
    while hub.try_wait()?.is_none() {
        if asked.elapsed() > STOP_WITHIN {
            note("the hub did not stop in time, so it is killed");
            hub.kill()?;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

type Sight = BTreeMap<PathBuf, (u128, u64)>;

fn look(workspace: &Workspace) -> Result<Sight> {
    let mut seen = Vec::new();
    for name in WATCHED {
        let path = workspace.root.join(name);
        if path.is_dir() {
            seen.extend(files::list(&path)?.into_iter().map(|file| path.join(file)));
        } else {
            seen.push(path);
        }
    }
    Ok(files::stamps(seen))
}

/// Returns once something differs from `before` and has then kept still for a moment: editors write in several steps.
fn wait_for_change(workspace: &Workspace, before: &Sight) -> Result<()> {
    let mut last = look(workspace)?;
    loop {
        thread::sleep(LOOK_EVERY);
        let now = look(workspace)?;
        if now != *before && now == last {
            return Ok(());
        }
        last = now;
    }
}
