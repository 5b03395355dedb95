//! `guildhall backup`, `verify`, `restore`, `export`, `import`.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use backup::{Backup, Backups, Key, Manifest, Plan, Restored, Seal};
use base::{Actor, Clock};
use clap::{Args, Subcommand};
use db::Db;
use serde_json::json;

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

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

/// Looks after the hub's backups.
#[derive(Subcommand)]
pub enum BackupCommand {
    /// Lists the hub's backups, newest first.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
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
pub async fn make_at(db: &Db, plan: &Plan, to: &Path, clock: &dyn Clock, as_json: bool) -> Done<()> {
    let manifest = backup::make(db, plan, to, clock).await?;
    if as_json {
        println!("{:#}", json!({ "file": to, "manifest": manifest }));
        return Ok(());
    }
    println!(
        "{} is written: {} rows in {} tables, {} files.",
        to.display(),
        manifest.rows(),
        manifest.tables.len(),
        manifest.files.len()
    );
    say_what_is_left_out(&manifest);
    Ok(())
}

/// Makes one among the hub's own, or looks after those.
pub async fn run(backups: &Backups, command: Option<BackupCommand>, as_json: bool) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        None => {
            let made = backups.make(&operator).await?;
            if as_json {
                println!("{:#}", serde_json::to_value(&made)?);
            } else {
                println!("{} is made, {}.", made.name, size(made.bytes));
            }
        }
        Some(BackupCommand::List { json }) => list(backups, json).await?,
        Some(BackupCommand::Delete { name, dry_run: true }) => {
            let there = all(backups).await?.into_iter().find(|backup| backup.name == name);
            let there = there.ok_or("there is no backup of that name")?;
            println!("{} would be removed, {}.", there.name, size(there.bytes));
        }
        Some(BackupCommand::Delete { name, dry_run: false }) => {
            backups.delete(&operator, &name).await?;
            println!("{name} is removed.");
        }
    }
    Ok(())
}

async fn all(backups: &Backups) -> Done<Vec<Backup>> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = backups.list(&Actor::Operator, before.as_deref(), 200).await?;
        found.extend(page.backups);
        before = page.next;
        if before.is_none() {
            return Ok(found);
        }
    }
}

async fn list(backups: &Backups, as_json: bool) -> Done<()> {
    let found = all(backups).await?;
    if as_json {
        println!("{:#}", serde_json::to_value(&found)?);
        return Ok(());
    }
    if found.is_empty() {
        eprintln!("There is no backup yet.");
    }
    for Backup { name, bytes, .. } in found {
        println!("{:>10}  {name}", size(bytes));
    }
    Ok(())
}

/// Says what `verify` has proved.
pub fn tell_verified(file: &Path, restored: &Restored, as_json: bool) {
    let manifest = &restored.manifest;
    if as_json {
        println!("{:#}", json!({ "file": file, "whole": true, "manifest": manifest }));
        return;
    }
    println!("{} is whole: every byte is as it was written, and every row came back.", file.display());
    tell(manifest);
}

/// Says what was restored.
pub fn tell_restored(file: &Path, restored: &Restored, as_json: bool) {
    let Restored { manifest, migrated } = restored;
    if as_json {
        println!("{:#}", json!({ "file": file, "manifest": manifest, "from": migrated.from, "to": migrated.to }));
        return;
    }
    println!("{} is restored; every row that was read back is as it was.", file.display());
    tell(manifest);
    if !migrated.applied.is_empty() {
        println!("Migrated from {} to {}.", migrated.from, migrated.to);
    }
}

/// Says what would be restored.
pub fn tell_foreseen(file: &Path, manifest: &Manifest, as_json: bool) {
    if as_json {
        println!("{:#}", json!({ "file": file, "manifest": manifest, "dry_run": true }));
        return;
    }
    println!("{} is whole and could be restored here.", file.display());
    tell(manifest);
}

fn tell(manifest: &Manifest) {
    let head = &manifest.head;
    println!(
        "Made by version {} from {} at migration {}: {} rows in {} tables, {} files.",
        head.program,
        head.engine,
        head.schema,
        manifest.rows(),
        manifest.tables.len(),
        manifest.files.len()
    );
    say_what_is_left_out(manifest);
}

fn say_what_is_left_out(manifest: &Manifest) {
    for left_out in &manifest.left_out {
        println!("Left out: {left_out}.");
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [(0, "0 B"), (1023, "1023 B"), (25_088, "24 KiB"), (1_572_864, "1.5 MiB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
