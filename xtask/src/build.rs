//! `cargo xtask build`: the site first, the server after it, so that the server never runs against missing files.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::packages;
use crate::progress::Progress;
use crate::site::{self, Site};
use crate::workspace::{self, Workspace};

/// How much time to spend on a good result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// Cargo's profile for the browser's side, which has its own in release: size before speed.
    pub(crate) fn for_wasm(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "wasm-release",
        }
    }

    /// Cargo's profile for what runs on the server, which has its own in release: size where it is cold, speed where it is hot.
    fn for_server(self) -> &'static str {
        match self {
            Self::Debug => "dev",
            Self::Release => "server-release",
        }
    }

    /// The folder below the target folder that holds what runs on the server.
    fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => self.for_server(),
        }
    }
}

/// How many steps [`site`] takes.
pub(crate) const SITE_STEPS: usize = 3;

/// How many steps [`everything`] takes.
pub(crate) const STEPS: usize = SITE_STEPS + 1;

/// `build [--release]`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let profile = match args {
        [] => Profile::Debug,
        [flag] if flag == "--release" => Profile::Release,
        _ => bail!("usage: cargo xtask build [--release]"),
    };
    let built = everything(workspace, profile, &mut Progress::new(STEPS))?;
    println!("site    {} ({})", built.site.folder.display(), built.site.hash);
    println!("server  {}", built.server.display());
    Ok(())
}

/// What a finished build consists of.
pub(crate) struct Built {
    pub(crate) site: Site,
    pub(crate) server: PathBuf,
}

/// Site and server.
pub(crate) fn everything(workspace: &Workspace, profile: Profile, progress: &mut Progress) -> Result<Built> {
    let site = site(workspace, profile, progress)?;
    let server = progress.step("Compile the server", || server(workspace, profile, &site))?;
    Ok(Built { site, server })
}

/// The site alone.
pub(crate) fn site(workspace: &Workspace, profile: Profile, progress: &mut Progress) -> Result<Site> {
    progress.step("Find the WebAssembly target", || packages::wasm_target(workspace))?;
    site::build(workspace, profile, progress)
}

fn server(workspace: &Workspace, profile: Profile, site: &Site) -> Result<PathBuf> {
    program(workspace, profile, "server", "guildhall", |command| {
        if let Some(archive) = &site.archive {
            // server's build script embeds the file this names; without it the server reads a folder.
            command.env("GUILDHALL_SITE_ARCHIVE", archive);
        }
    })
}

/// Compiles one program of one package, `adjust`ed, and says where it lies.
pub(crate) fn program(
    workspace: &Workspace,
    profile: Profile,
    package: &str,
    name: &str,
    adjust: impl FnOnce(&mut Command),
) -> Result<PathBuf> {
    let mut command = workspace.cargo("rustc");
    command.args(["--profile", profile.for_server(), "--package", package, "--bin", name]);
    if profile == Profile::Release {
        // What is made of all crates together is made at the level of the program that is linked. At the small ones nothing becomes
        // vectors, not even what was compiled to be fast: a password's hash took twice as long. What is to be small stays marked as such.
        command.args(["--", "-C", "opt-level=3"]);
    }
    adjust(&mut command);
    workspace::run(&mut command)?;
    Ok(workspace.target.join(profile.folder()).join(name))
}
