//! `guildhall settings …`

use std::error::Error;

use base::Actor;
use clap::Subcommand;
use settings::{Held, HubSettings, Setting};

type Failure = Box<dyn Error + Send + Sync>;

/// Shows and changes what those who run the hub decide. The ports, folders and limits of the machine are `guildhall config`'s.
#[derive(Subcommand)]
pub enum SettingsCommand {
    /// Every setting as it stands.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// One setting, with what it does.
    Get {
        /// Its key, such as `site.name`.
        key: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Chooses. A hub that runs hears of it at once.
    Set {
        /// Its key.
        key: String,
        /// What it shall be.
        value: String,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Puts a setting back to its default.
    Reset {
        /// Its key.
        key: String,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command as the operator.
pub async fn run(hub: &HubSettings, command: SettingsCommand) -> Result<(), Failure> {
    let operator = Actor::Operator;
    match command {
        SettingsCommand::List { json: true } => {
            println!("{:#}", serde_json::to_value(hub.list(&operator).await?)?);
        }
        SettingsCommand::List { json: false } => {
            for held in hub.list(&operator).await? {
                println!("{}", line(&held));
            }
        }
        SettingsCommand::Get { key, json } => {
            let held = hub.get(&operator, find(&key)?).await?;
            if json {
                println!("{:#}", serde_json::to_value(&held)?);
            } else {
                println!("{}\n{}", line(&held), held.about);
            }
        }
        SettingsCommand::Set { key, value, dry_run } => {
            let setting = find(&key)?;
            let value = settings::parse(setting, &value).map_err(|code| format!("{key} can't be that: {code:?}"))?;
            if dry_run {
                let before = hub.get(&operator, setting).await?;
                println!("{key}: {:?} would become {:?}", before.value.typed(), value.typed());
            } else {
                println!("{}", line(&hub.set(&operator, setting, value).await?));
            }
        }
        SettingsCommand::Reset { key, dry_run } => {
            let setting = find(&key)?;
            if dry_run {
                let before = hub.get(&operator, setting).await?;
                println!("{key}: {:?} would become {:?}", before.value.typed(), before.default.typed());
            } else {
                println!("{}", line(&hub.reset(&operator, setting).await?));
            }
        }
    }
    Ok(())
}

fn find(key: &str) -> Result<Setting, Failure> {
    Setting::from_key(key)
        .ok_or_else(|| format!("there is no setting {key:?}; `guildhall settings list` names all").into())
}

fn line(held: &Held) -> String {
    let changed = if held.changed { format!("  (default: {:?})", held.default.typed()) } else { String::new() };
    format!("{} = {:?}{changed}", held.key.about().key, held.value.typed())
}
