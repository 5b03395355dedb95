//! Packages: added, approved, upgraded, thrown away.

use std::{fs, path::Path};

use clap::Args;
use client::Client;
use contract::plugins::{ApprovePlugin, FetchPackage, StagedPlugin};
use plugins::package;

use super::tell;
use crate::terminal::{Done, Failure, Terminal, hex};

/// What to add.
#[derive(Args)]
pub struct Adding {
    /// A package, the folder of a plugin that was built, or an https address below one of the hub's sources.
    source: String,
    /// SHA-256 that the package has to have, in hexadecimal.
    #[arg(long, value_name = "HASH")]
    sha256: Option<String>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    /// Only say what it holds. It is read here, and the hub is not asked; nothing is fetched.
    #[arg(long)]
    dry_run: bool,
}

/// What to approve.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line, each by itself")]
pub struct Approving {
    /// Its id.
    plugin: String,
    /// Which version, instead of the newest that was added.
    #[arg(value_name = "VERSION")]
    which: Option<String>,
    /// Grant it this power that it asks for; again for more.
    #[arg(long = "grant", value_name = "POWER", conflicts_with = "all")]
    granted: Vec<String>,
    /// Grant it all that it asks for.
    #[arg(long)]
    all: bool,
    /// Grant it nothing.
    #[arg(long, conflicts_with_all = ["all", "granted"])]
    nothing: bool,
    /// SHA-256 of the package that you have looked at, in hexadecimal: another one is refused.
    #[arg(long, value_name = "HASH")]
    sha256: Option<String>,
    /// Yes to another key than the one its packages were signed with before.
    #[arg(long)]
    other_signer: bool,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
    /// Only say what it asks for.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn add(hub: &Client, terminal: &mut Terminal<'_>, adding: Adding) -> Done {
    let Adding { source, sha256, json, dry_run } = adding;
    let is_address = source.starts_with("https://") || source.starts_with("http://");
    if is_address && dry_run {
        return terminal.say(format_args!("Would have the hub fetch {source}."));
    }
    let staged = if is_address {
        hub.fetch_package(&FetchPackage { path: None, url: Some(source), sha256 }).await?
    } else {
        let bytes = read(Path::new(&source))?;
        let package =
            package::read_within(&bytes, package::LARGEST_COMPONENT).map_err(|wrong| told(&source, &wrong))?;
        let is = hex(&package.sha256);
        if sha256.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&is)) {
            return Err(format!("{source} has another SHA-256: {is}").into());
        }
        if dry_run {
            let manifest = &package.manifest;
            return terminal.say(format_args!("Would add {} {}, SHA-256 {is}.", manifest.id, manifest.version));
        }
        hub.upload_package(bytes).await?
    };
    terminal.answer(json, &staged, |terminal, staged| {
        tell::staged(terminal, staged)?;
        let (id, version) = (&staged.id, &staged.version);
        let act = if staged.wider { "approve" } else { "upgrade" };
        terminal.say(format_args!("Nothing of it runs yet: guildhall plugin {act} {id} {version}"))
    })
}

/// A package's bytes; a folder is packed as it lies there.
fn read(path: &Path) -> Done<Vec<u8>> {
    if path.is_dir() {
        return package::pack_folder(path).map_err(|wrong| told(&path.display().to_string(), &wrong));
    }
    let length = fs::metadata(path).map_err(|error| format!("{} can't be read: {error}", path.display()))?.len();
    if length > package::LARGEST as u64 {
        return Err(format!("{} is longer than {} MiB", path.display(), package::LARGEST >> 20).into());
    }
    Ok(fs::read(path)?)
}

fn told(source: &str, wrong: &package::Wrong) -> Failure {
    let lines = wrong.iter().map(|(at, what)| if at.is_empty() { what.clone() } else { format!("{at}: {what}") });
    format!("{source} is not in order: {}", lines.collect::<Vec<_>>().join("; ")).into()
}

/// What waits to be approved: that version, or the newest.
async fn waiting(hub: &Client, plugin: &str, version: Option<&str>) -> Done<StagedPlugin> {
    let staged = hub.plugin(plugin).await?.staged;
    let found = match version {
        Some(version) => staged.into_iter().find(|staged| staged.version == version),
        None => staged.into_iter().next(),
    };
    found.ok_or_else(|| match version {
        Some(version) => format!("version {version} of {plugin} does not wait to be approved").into(),
        None => format!("no version of {plugin} waits to be approved").into(),
    })
}

pub(super) async fn approve(hub: &Client, terminal: &mut Terminal<'_>, approving: Approving) -> Done {
    let Approving { plugin, which, granted, all, nothing, sha256, other_signer, json, dry_run } = approving;
    let staged = waiting(hub, &plugin, which.as_deref()).await?;
    if dry_run {
        return terminal.answer(json, &staged, tell::staged);
    }
    let asks: Vec<String> = staged.powers.iter().map(|power| power.power.clone()).collect();
    if granted.is_empty() && !all && !nothing && !asks.is_empty() {
        tell::staged(terminal, &staged)?;
        return Err(format!("it asks for {}: say --all, --nothing, or --grant for each", asks.join(", ")).into());
    }
    let form = ApprovePlugin {
        sha256: sha256.unwrap_or(staged.sha256),
        granted: if all { asks } else { granted },
        other_signer,
    };
    let runs = hub.approve_plugin(&plugin, &staged.version, &form).await?;
    terminal.answer(json, &runs, tell::runs)
}

pub(super) async fn upgrade(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    plugin: &str,
    version: Option<&str>,
    dry_run: bool,
) -> Done {
    let staged = waiting(hub, plugin, version).await?;
    if dry_run {
        return tell::staged(terminal, &staged);
    }
    tell::runs(terminal, &hub.upgrade_plugin(plugin, &staged.version).await?)
}

pub(super) async fn refuse(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    plugin: &str,
    version: &str,
    dry_run: bool,
) -> Done {
    let staged = waiting(hub, plugin, Some(version)).await?;
    if dry_run {
        return terminal.say(format_args!("Would throw away {} {}.", staged.id, staged.version));
    }
    hub.refuse_plugin(plugin, version).await?;
    terminal.say(format_args!("Threw away {} {}.", staged.id, staged.version))
}
