//! `guildhall settings …`

use clap::Subcommand;
use client::Client;
use contract::settings::{Choice, Held, Value};

use crate::terminal::{Done, Terminal};

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

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: SettingsCommand) -> Done {
    match command {
        SettingsCommand::List { json } => {
            let held = hub.list_settings().await?.items;
            terminal.answer(json, &held, |terminal, held| held.iter().try_for_each(|held| terminal.say(line(held))))
        }
        SettingsCommand::Get { key, json } => {
            let held = find(hub, &key).await?;
            terminal.answer(json, &held, |terminal, held| terminal.say(format_args!("{}\n{}", line(held), held.about)))
        }
        SettingsCommand::Set { key, value, dry_run } => {
            let before = find(hub, &key).await?;
            let value = read(&before, &value)?;
            if dry_run {
                return terminal.say(change(&key, &before.value, &value));
            }
            terminal.say(line(&hub.choose_setting(&key, &Choice { value }).await?))
        }
        SettingsCommand::Reset { key, dry_run } => {
            let before = find(hub, &key).await?;
            if dry_run {
                return terminal.say(change(&key, &before.value, &before.default));
            }
            terminal.say(line(&hub.reset_setting(&key).await?))
        }
    }
}

async fn find(hub: &Client, key: &str) -> Done<Held> {
    hub.setting(key).await.map_err(|error| {
        if error.is_not_found() {
            format!("there is no setting {key:?}; `guildhall settings list` names all").into()
        } else {
            error.into()
        }
    })
}

/// What was typed, as what the setting is. Whether it may be that, the hub decides.
fn read(held: &Held, typed: &str) -> Done<Value> {
    let key = held.key.about().key;
    Ok(match &held.value {
        Value::Flag(_) => Value::Flag(match typed {
            "true" | "yes" | "on" => true,
            "false" | "no" | "off" => false,
            _ => return Err(format!("{key} is true or false").into()),
        }),
        Value::Whole(_) => Value::Whole(typed.parse().map_err(|_| format!("{key} is a whole number"))?),
        Value::Text(_) => Value::Text(typed.to_owned()),
    })
}

fn change(key: &str, before: &Value, after: &Value) -> String {
    format!("{key}: {:?} would become {:?}", before.typed(), after.typed())
}

fn line(held: &Held) -> String {
    let changed = if held.changed { format!("  (default: {:?})", held.default.typed()) } else { String::new() };
    format!("{} = {:?}{changed}", held.key.about().key, held.value.typed())
}
