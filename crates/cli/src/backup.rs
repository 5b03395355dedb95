//! `guildhall backup`, `verify`, `restore`, `export`, `import`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use backup::{Key, Manifest, Plan, Restored, Seal};
use base::Clock;
use clap::{Args, Subcommand};
use client::{Client, Every};
use contract::backup::Backup;
use db::Db;
use serde_json::json;

use crate::{
    file::{save, size},
    terminal::{Done, Terminal},
};

/// How often a backup that is being made is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Makes a backup, online; or looks after those there are.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArgs {
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    /// What to make.
    #[command(flatten)]
    pub making: Making,
}

/// What a new backup is like.
#[derive(Args)]
pub struct Making {
    /// Where to, instead of the hub's folder of backups. The file must not be there yet.
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// How it is encrypted.
    #[command(flatten)]
    pub sealing: Sealing,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

impl Making {
    /// Whether it goes to a file of one's own, or is encrypted as one likes: not among the hub's own, then.
    pub const fn is_for_a_file(&self) -> bool {
        self.to.is_some() || self.sealing.is_asked()
    }
}

/// Looks after the hub's backups.
#[derive(Subcommand)]
pub enum BackupCommand {
    /// Lists the hub's backups, newest first.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fetches one of them. It holds everything the hub knows; fetching it is noted in the audit log.
    Download {
        /// Its name.
        name: String,
        /// Where to; the file must not be there yet.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Removes one of them.
    Delete {
        /// Its name.
        name: String,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Encryption, instead of what the configuration says. Passphrases and keys are read from files, never from arguments.
#[derive(Args)]
pub struct Sealing {
    /// Encrypt with the passphrase in the first line of this file.
    #[arg(long, value_name = "FILE", conflicts_with = "recipients_file")]
    passphrase_file: Option<PathBuf>,
    /// Encrypt for the age recipients in this file, one a line.
    #[arg(long, value_name = "FILE")]
    recipients_file: Option<PathBuf>,
}

impl Sealing {
    /// The plan, with the encryption asked for.
    pub fn applied_to(&self, plan: Plan) -> Done<Plan> {
        let seal = match (&self.passphrase_file, &self.recipients_file) {
            (Some(file), _) => Some(Seal::with_passphrase(file)?),
            (None, Some(file)) => Some(Seal::for_recipients(file)?),
            (None, None) => return Ok(plan),
        };
        Ok(Plan { seal, ..plan })
    }

    /// Whether something was asked for.
    pub const fn is_asked(&self) -> bool {
        self.passphrase_file.is_some() || self.recipients_file.is_some()
    }
}

/// What opens an encrypted backup.
#[derive(Args)]
pub struct Opening {
    /// The passphrase of an encrypted backup stands in the first line of this file.
    #[arg(long, value_name = "FILE", conflicts_with = "identity_file")]
    passphrase_file: Option<PathBuf>,
    /// The keys of an encrypted backup stand in this file, as age-keygen writes it.
    #[arg(long, value_name = "FILE")]
    identity_file: Option<PathBuf>,
}

impl Opening {
    /// The key that was named.
    pub fn key(&self) -> Done<Option<Key>> {
        Ok(match (&self.passphrase_file, &self.identity_file) {
            (Some(file), _) => Some(Key::passphrase(file)?),
            (None, Some(file)) => Some(Key::identities(file)?),
            (None, None) => None,
        })
    }
}

/// Which backup, and what opens it.
#[derive(Args)]
pub struct Verifying {
    /// The backup.
    pub file: PathBuf,
    /// What opens it.
    #[command(flatten)]
    pub opening: Opening,
    /// A folder with room for all of it, unpacked; the system's temporary one where none is named.
    #[arg(long, value_name = "FOLDER")]
    pub scratch: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// What to restore.
#[derive(Args)]
pub struct Restoring {
    /// The backup.
    pub file: PathBuf,
    /// What opens it.
    #[command(flatten)]
    pub opening: Opening,
    /// Only say what would be restored, and whether it could be.
    #[arg(long)]
    pub dry_run: bool,
    /// Answer in JSON.
    #[arg(long)]
    pub json: bool,
}

/// Makes a backup of a database at a place of one's own.
pub async fn make_at(
    terminal: &mut Terminal<'_>,
    db: &Db,
    plan: &Plan,
    to: &Path,
    clock: &dyn Clock,
    as_json: bool,
) -> Done {
    let manifest = backup::make(db, plan, to, clock).await?;
    if as_json {
        return terminal.json(&json!({ "file": to, "manifest": manifest }));
    }
    terminal.say(format_args!(
        "{} is written: {} rows in {} tables, {} files.",
        to.display(),
        manifest.rows(),
        manifest.tables.len(),
        manifest.files.len()
    ))?;
    say_what_is_left_out(terminal, &manifest)
}

/// Makes one among the hub's own, or looks after those.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: Option<BackupCommand>, as_json: bool) -> Done {
    match command {
        None => {
            let made = make(hub).await?;
            terminal.answer(as_json, &made, |terminal, made| {
                terminal.say(format_args!("{} is made, {}.", made.name, size(made.bytes)))
            })
        }
        Some(BackupCommand::List { json }) => {
            let found = all(hub).await?;
            terminal.answer(json, &found, |terminal, found| {
                let rows: Vec<_> = found.iter().map(|backup| [size(backup.bytes), backup.name.clone()]).collect();
                terminal.table(["size", "name"], &rows, "There is no backup yet.")
            })
        }
        Some(BackupCommand::Download { name, to }) => download(hub, terminal, &name, &to).await,
        Some(BackupCommand::Delete { name, dry_run: true }) => {
            let there = all(hub).await?.into_iter().find(|backup| backup.name == name);
            let there = there.ok_or("there is no backup of that name")?;
            terminal.say(format_args!("{} would be removed, {}.", there.name, size(there.bytes)))
        }
        Some(BackupCommand::Delete { name, dry_run: false }) => {
            hub.delete_backup(&name).await?;
            terminal.say(format_args!("{name} is removed."))
        }
    }
}

async fn all(hub: &Client) -> Done<Vec<Backup>> {
    Ok(Every::of(async |part| hub.list_backups(&part).await).all().await?)
}

/// Begins one and waits until it is there, however long that takes.
async fn make(hub: &Client) -> Done<Backup> {
    let before = hub.backup_state().await?;
    hub.begin_backup().await?;
    loop {
        let now = hub.backup_state().await?;
        if now.under_way_since.is_none() {
            let newer = now.newest.filter(|newest| before.newest.as_ref().is_none_or(|old| old.name != newest.name));
            return newer.ok_or_else(|| "the backup was not made; the hub's log says why".into());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn download(hub: &Client, terminal: &mut Terminal<'_>, name: &str, to: &Path) -> Done {
    // For nobody but whoever fetches it: everything people trust the hub with is in there.
    let bytes = save(hub.download_backup(name), to, 0o600).await?;
    terminal.say(format_args!("{} is there, {}.", to.display(), size(bytes)))
}

/// Says what `verify` has proved.
pub fn tell_verified(terminal: &mut Terminal<'_>, file: &Path, restored: &Restored, as_json: bool) -> Done {
    let manifest = &restored.manifest;
    if as_json {
        return terminal.json(&json!({ "file": file, "whole": true, "manifest": manifest }));
    }
    let file = file.display();
    terminal.say(format_args!("{file} is whole: every byte is as it was written, and every row came back."))?;
    tell(terminal, manifest)
}

/// Says what was restored.
pub fn tell_restored(terminal: &mut Terminal<'_>, file: &Path, restored: &Restored, as_json: bool) -> Done {
    let Restored { manifest, migrated } = restored;
    if as_json {
        let (from, to) = (migrated.from, migrated.to);
        return terminal.json(&json!({ "file": file, "manifest": manifest, "from": from, "to": to }));
    }
    terminal.say(format_args!("{} is restored; every row that was read back is as it was.", file.display()))?;
    tell(terminal, manifest)?;
    if migrated.applied.is_empty() {
        return Ok(());
    }
    terminal.say(format_args!("Migrated from {} to {}.", migrated.from, migrated.to))
}

/// Says what would be restored.
pub fn tell_foreseen(terminal: &mut Terminal<'_>, file: &Path, manifest: &Manifest, as_json: bool) -> Done {
    if as_json {
        return terminal.json(&json!({ "file": file, "manifest": manifest, "dry_run": true }));
    }
    terminal.say(format_args!("{} is whole and could be restored here.", file.display()))?;
    tell(terminal, manifest)
}

fn tell(terminal: &mut Terminal<'_>, manifest: &Manifest) -> Done {
    let head = &manifest.head;
    terminal.say(format_args!(
        "Made by version {} from {} at migration {}: {} rows in {} tables, {} files.",
        head.program,
        head.engine,
        head.schema,
        manifest.rows(),
        manifest.tables.len(),
        manifest.files.len()
    ))?;
    say_what_is_left_out(terminal, manifest)
}

fn say_what_is_left_out(terminal: &mut Terminal<'_>, manifest: &Manifest) -> Done {
    manifest.left_out.iter().try_for_each(|left_out| terminal.say(format_args!("Left out: {left_out}.")))
}
