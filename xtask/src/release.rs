//! `cargo xtask release`: everything that is handed out, what it is made of, its checksums, and their signature.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::build::{self, Profile};
use crate::packages;
use crate::progress::Progress;
use crate::sbom;
use crate::workspace::{self, Workspace};

/// Whose signatures count, in the format of `ssh-keygen`'s allowed signers.
const SIGNERS: &str = ".config/release-signers";
/// Who signs, as that file names them.
const IDENTITY: &str = "release";
/// A signature for anything else is worth nothing here.
const NAMESPACE: &str = "guildhall-release";
const SUMS: &str = "SHA256SUMS";
const SIGNATURE: &str = "SHA256SUMS.sig";

/// `release [--key FILE]`, `release parts`, or `release check FOLDER`.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => make(workspace, None),
        ["--key", key] => make(workspace, Some(Path::new(key))),
        ["parts"] => {
            println!("{}", serde_json::to_string_pretty(&sbom::document(workspace, &host(workspace)?)?)?);
            Ok(())
        }
        ["check", folder] => {
            check(Path::new(folder), &workspace.root.join(SIGNERS))?;
            println!("{folder} is whole and signed");
            Ok(())
        }
        _ => bail!("usage: cargo xtask release [--key FILE | parts | check FOLDER]"),
    }
}

fn make(workspace: &Workspace, key: Option<&Path>) -> Result<()> {
    let signers = workspace.root.join(SIGNERS);
    if let Some(key) = key {
        // Before half an hour of building.
        is_a_signer(key, &signers)?;
    }
    let mut progress = Progress::new(build::STEPS + 2);
    let built = build::everything(workspace, Profile::Release, &mut progress)?;
    let host = host(workspace)?;
    let version = env!("CARGO_PKG_VERSION");
    let folder = workspace.target.join("release-files").join(format!("guildhall-{version}-{host}"));
    progress.step("Write what it is made of", || -> Result<()> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        fs::create_dir_all(&folder)?;
        fs::copy(&built.server, folder.join("guildhall"))?;
        for file in ["LICENSE", "README.md"] {
            fs::copy(workspace.root.join(file), folder.join(file))?;
        }
        let document = sbom::document(workspace, &host)?;
        fs::write(folder.join("guildhall.cdx.json"), serde_json::to_string_pretty(&document)?)?;
        Ok(())
    })?;
    progress.step("Sum up and sign", || -> Result<()> {
        sum_up(&folder)?;
        match key {
            Some(key) => {
                sign(&folder, key)?;
                check(&folder, &signers)
            }
            None => Ok(()),
        }
    })?;
    println!("release {}", folder.display());
    if key.is_none() {
        println!("        not signed: `cargo xtask release --key FILE` signs with that ssh key");
    }
    Ok(())
}

/// Where this compiler's programs run.
fn host(workspace: &Workspace) -> Result<String> {
    let told = workspace::output(workspace.command("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}

/// The checksum of every file, as `sha256sum --check` reads them.
fn sum_up(folder: &Path) -> Result<()> {
    let mut lines = String::new();
    for name in files(folder)? {
        let sum = sum_of(&folder.join(&name))?;
        lines.extend([sum.as_str(), "  ", &name, "\n"]);
    }
    Ok(fs::write(folder.join(SUMS), lines)?)
}

/// A file's checksum, in hexadecimal.
fn sum_of(path: &Path) -> Result<String> {
    let bytes: Vec<String> = Sha256::digest(fs::read(path)?).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(bytes.concat())
}

/// Everything that is handed out, but for what vouches for it.
fn files(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().ok().context("a file's name is no text")?;
        if name != SUMS && name != SIGNATURE {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn sign(folder: &Path, key: &Path) -> Result<()> {
    let key = fs::canonicalize(key).with_context(|| format!("there is no key {}", key.display()))?;
    let mut command = Command::new(packages::ssh_keygen()?);
    command.current_dir(folder).args(["-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key).arg(SUMS);
    workspace::run(&mut command).context("ssh-keygen did not sign")
}

/// Proves a release: its signature by somebody who may, then every byte.
fn check(folder: &Path, signers: &Path) -> Result<()> {
    let signers = fs::canonicalize(signers).with_context(|| format!("{} names nobody", signers.display()))?;
    let sums = File::open(folder.join(SUMS)).with_context(|| format!("there is no {SUMS}"))?;
    let mut command = Command::new(packages::ssh_keygen()?);
    command.current_dir(folder).args(["-Y", "verify", "-I", IDENTITY, "-n", NAMESPACE, "-s", SIGNATURE, "-f"]);
    let verified = command.arg(signers).stdin(sums).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !verified?.success() {
        bail!("{SUMS} is not signed by anybody who may sign a release");
    }
    let expected = fs::read_to_string(folder.join(SUMS))?;
    let mut named = Vec::new();
    for line in expected.lines() {
        let (sum, name) = line.split_once("  ").with_context(|| format!("{SUMS} says {line:?}"))?;
        if name.contains('/') {
            bail!("{SUMS} names a file elsewhere: {name}");
        }
        if sum_of(&folder.join(name)).with_context(|| format!("{name} is missing"))? != sum {
            bail!("{name} is not what was signed");
        }
        named.push(name.to_owned());
    }
    match files(folder)?.into_iter().find(|name| !named.contains(name)) {
        Some(more) => bail!("{more} is not among what was signed"),
        None => Ok(()),
    }
}

/// A release that nobody could check is not made.
fn is_a_signer(key: &Path, signers: &Path) -> Result<()> {
    let mut public = PathBuf::from(key).into_os_string();
    public.push(".pub");
    let public = fs::read_to_string(&public).with_context(|| format!("there is no {}", public.display()))?;
    let line: Vec<&str> = public.split_whitespace().take(2).collect();
    let line = line.join(" ");
    let known = fs::read_to_string(signers).unwrap_or_default();
    if line.is_empty() || !known.lines().any(|known| !known.starts_with('#') && known.contains(&line)) {
        bail!(
            "nobody could check this signature: put the line\n{IDENTITY} namespaces=\"{NAMESPACE}\" {line}\ninto {}",
            signers.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, gone with the test.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("guildhall-release-{name}-{}", std::process::id()));
            drop(fs::remove_dir_all(&folder));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn key(&self, name: &str) -> PathBuf {
            let key = self.0.join(name);
            let program = packages::ssh_keygen().expect("it is there, or can be installed");
            let made = Command::new(program).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
            assert!(made.unwrap().success());
            key
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn public(key: &Path) -> String {
        let text = fs::read_to_string(key.with_extension("pub")).unwrap();
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_was_signed_is_proved_and_whatever_is_changed_is_refused() {
        let scratch = Scratch::new("signed");
        let (ours, theirs) = (scratch.key("ours"), scratch.key("theirs"));
        let (folder, signers) = (scratch.0.join("release"), scratch.0.join("signers"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("guildhall"), [7; 5000]).unwrap();
        fs::write(folder.join("guildhall.cdx.json"), "{}").unwrap();
        assert!(is_a_signer(&ours, &signers).unwrap_err().to_string().contains(&public(&ours)));
        fs::write(&signers, format!("{IDENTITY} namespaces=\"{NAMESPACE}\" {}\n", public(&ours))).unwrap();
        is_a_signer(&ours, &signers).unwrap();
        assert!(is_a_signer(&theirs, &signers).is_err());

        sum_up(&folder).unwrap();
        assert!(check(&folder, &signers).is_err(), "nobody has signed yet");
        sign(&folder, &theirs).unwrap();
        assert!(check(&folder, &signers).unwrap_err().to_string().contains("not signed by anybody"));
        fs::remove_file(folder.join(SIGNATURE)).unwrap();
        sign(&folder, &ours).unwrap();
        check(&folder, &signers).unwrap();

        let refused = |what: &str| check(&folder, &signers).unwrap_err().to_string().contains(what);
        let mut bytes = [7; 5000];
        bytes[4000] ^= 1;
        fs::write(folder.join("guildhall"), bytes).unwrap();
        assert!(refused("guildhall is not what was signed"));
        fs::remove_file(folder.join("guildhall")).unwrap();
        assert!(refused("guildhall is missing"));
        fs::write(folder.join("guildhall"), [7; 5000]).unwrap();
        fs::write(folder.join("more"), "").unwrap();
        assert!(refused("more is not among what was signed"));
        fs::remove_file(folder.join("more")).unwrap();
        check(&folder, &signers).unwrap();
        sum_up(&folder).unwrap();
        let sums = fs::read_to_string(folder.join(SUMS)).unwrap();
        fs::write(folder.join(SUMS), sums.replacen('0', "1", 1)).unwrap();
        assert!(refused("not signed by anybody"), "the sums themselves are signed");
    }
}
