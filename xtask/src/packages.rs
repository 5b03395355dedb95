//! What builds and tests need beside cargo: found where it is, installed where it is not.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::progress::note;
use crate::workspace::{self, Workspace};

/// The oldest Node that Playwright runs on; Debian 12 has it.
const OLDEST_NODE: u32 = 18;

/// What the browser's side is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The compiler's library for the browser.
pub(crate) fn wasm_target(workspace: &Workspace) -> Result<()> {
    let sysroot = workspace::output(workspace.command("rustc").args(["--print", "sysroot"]))?;
    if PathBuf::from(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir() {
        return Ok(());
    }
    note(format!("rustup adds the target {WASM}"));
    workspace::run(workspace.command("rustup").args(["target", "add", WASM]))
}

/// Chromium, or what the variable `CHROMIUM` says.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = workspace::env("CHROMIUM") {
        return Ok(path.into());
    }
    let find = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(workspace::find_program);
    find_or_install(find, &["chromium"])
}

/// Node with npm; an older one than Playwright needs counts as missing.
pub(crate) fn node() -> Result<PathBuf> {
    let find = || {
        let node = workspace::find_program("node")?;
        workspace::find_program("npm")?;
        let version = workspace::output(Command::new(&node).arg("--version")).ok()?;
        (node_major(&version)? >= OLDEST_NODE).then_some(node)
    };
    find_or_install(find, &["nodejs", "npm"])
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Python with `venv`, which Debian packs apart.
pub(crate) fn python() -> Result<PathBuf> {
    let find = || {
        let python = workspace::find_program("python3")?;
        workspace::succeeds(Command::new(&python).args(["-c", "import ensurepip, venv"])).then_some(python)
    };
    find_or_install(find, &["python3", "python3-venv"])
}

/// The folder with `initdb` and `pg_ctl`, which Debian keeps off the search path.
pub(crate) fn postgres() -> Result<PathBuf> {
    let find = || {
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        versions.sort();
        versions.pop().or_else(|| Some(workspace::find_program("initdb")?.parent()?.to_owned()))
    };
    find_or_install(find, &["postgresql"])
}

/// NATS, which Debian keeps where only root looks for programs.
pub(crate) fn nats() -> Result<PathBuf> {
    let find = || {
        let usual = Some(PathBuf::from("/usr/sbin/nats-server")).filter(|path| path.is_file());
        workspace::find_program("nats-server").or(usual)
    };
    find_or_install(find, &["nats-server"])
}

/// What signs a release, and checks it.
pub(crate) fn ssh_keygen() -> Result<PathBuf> {
    find_or_install(|| workspace::find_program("ssh-keygen"), &["openssh-client"])
}

fn find_or_install(find: impl Fn() -> Option<PathBuf>, packages: &[&str]) -> Result<PathBuf> {
    if let Some(path) = find() {
        return Ok(path);
    }
    install(packages)?;
    find().with_context(|| format!("{} is installed, but what it brings was not found", packages.join(" and ")))
}

fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if workspace::find_program("apt-get").is_none() {
        bail!("missing: {list}. There is no apt-get here to install it with; install it and start again");
    }
    let root = is_root()?;
    if !root && workspace::find_program("sudo").is_none() {
        bail!("missing: {list}. Install it as root (apt-get install {list}) and start again");
    }
    note(format!("installing from Debian's packages: {list}"));
    let apt = |args: &[&str]| {
        let mut command = if root { Command::new("env") } else { Command::new("sudo") };
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]).args(args);
        workspace::run(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

pub(crate) fn is_root() -> Result<bool> {
    Ok(workspace::output(Command::new("id").arg("--user"))?.trim() == "0")
}

/// The stories' own packages, installed when their lock file is not the one installed last.
pub(crate) fn node_modules(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("end2end");
    let lock = std::fs::read_to_string(folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/.installed-from");
    if std::fs::read_to_string(&installed).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    note("npm installs the stories' packages");
    let mut npm = workspace.command("npm");
    npm.args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"]).current_dir(&folder);
    // The browser is Debian's, and no package has to run anything to be installed.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    workspace::run(&mut npm)?;
    Ok(std::fs::write(installed, lock)?)
}

#[cfg(test)]
mod tests {
    use super::node_major;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(node_major("v18.19.0\n"), Some(18));
        assert_eq!(node_major("command not found"), None);
    }
}
