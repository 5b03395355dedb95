//! `guildhall plugin config …`

use clap::Subcommand;
use client::Client;
use contract::plugins::{ConfigurePlugin, PluginSettings, SetPluginSecret};
use plugin_api::page::form;
use serde_json::Value;

use super::Where;
use crate::terminal::{Done, Terminal, plain};

/// Looks after a plugin's settings.
#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Shows its settings as they count, or one of them. No secret is among them.
    Get {
        /// The plugin's id.
        plugin: String,
        /// Which setting; a part of a table as `table/key`.
        key: Option<String>,
        #[command(flatten)]
        place: Where,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Chooses one.
    Set {
        /// The plugin's id.
        plugin: String,
        /// Which setting.
        key: String,
        /// What it shall be: JSON, or text as it stands.
        value: String,
        #[command(flatten)]
        place: Where,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has one be again what the layers beneath say.
    Unset {
        /// The plugin's id.
        plugin: String,
        /// Which setting.
        key: String,
        #[command(flatten)]
        place: Where,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Sets a secret of its: asked for, or read from standard input. It is never shown again.
    Secret {
        /// The plugin's id.
        plugin: String,
        /// Which secret.
        name: String,
        #[command(flatten)]
        place: Where,
        /// Forget it instead.
        #[arg(long)]
        forget: bool,
    },
}

pub(super) async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: ConfigCommand) -> Done {
    match command {
        ConfigCommand::Get { plugin, key, place, json } => {
            let settings = read(hub, &plugin, &place).await?;
            let Some(key) = key else {
                return terminal.answer(json, &settings, tell);
            };
            let value = value_of(&settings, &key)?;
            terminal.answer(json, value, |terminal, value| terminal.say(value))
        }
        ConfigCommand::Set { plugin, key, value, place, dry_run } => {
            let value = serde_json::from_str(&value).unwrap_or(Value::String(value));
            write(hub, terminal, (&plugin, &key, &place), value, dry_run).await
        }
        ConfigCommand::Unset { plugin, key, place, dry_run } => {
            write(hub, terminal, (&plugin, &key, &place), Value::Null, dry_run).await
        }
        ConfigCommand::Secret { plugin, name, place, forget } => {
            let org = place.find(hub).await?;
            if forget {
                match org {
                    None => hub.forget_plugin_secret(&plugin, &name).await?,
                    Some(org) => hub.forget_organization_plugin_secret(org, &plugin, &name).await?,
                }
                return terminal.say(format_args!("{} is forgotten.", plain(&name)));
            }
            let form = SetPluginSecret { secret: terminal.secret("Secret: ")?.expose().to_owned() };
            match org {
                None => hub.set_plugin_secret(&plugin, &name, &form).await?,
                Some(org) => hub.set_organization_plugin_secret(org, &plugin, &name, &form).await?,
            }
            terminal.say(format_args!("{} is set.", plain(&name)))
        }
    }
}

async fn read(hub: &Client, plugin: &str, place: &Where) -> Done<PluginSettings> {
    Ok(match place.find(hub).await? {
        None => hub.plugin_settings(plugin).await?,
        Some(org) => hub.organization_plugin_settings(org, plugin).await?,
    })
}

/// What counts; a setting that the schema knows and nobody has chosen is null.
fn value_of<'a>(settings: &'a PluginSettings, key: &str) -> Done<&'a Value> {
    let known = form::settings(&settings.schema).iter().any(|field| field.name == key);
    let value = form::at(&settings.merged, key);
    value.or(known.then_some(&Value::Null)).ok_or_else(|| format!("there is no setting {}", plain(key)).into())
}

/// Changes one setting of the layer, and leaves the others.
async fn write(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    (plugin, key, place): (&str, &str, &Where),
    value: Value,
    dry_run: bool,
) -> Done {
    let org = place.find(hub).await?;
    let settings = read(hub, plugin, place).await?;
    let before = value_of(&settings, key)?;
    if dry_run {
        return terminal.say(match &value {
            Value::Null => format!("{key}: {before} would be left to what is beneath."),
            value => format!("{key}: {before} would become {value}"),
        });
    }
    let mut values = if org.is_some() { settings.organization } else { settings.installation };
    form::put(&mut values, key, value);
    let form = ConfigurePlugin { version: settings.version, values };
    let after = match org {
        None => hub.configure_plugin(plugin, &form).await?,
        Some(org) => hub.configure_organization_plugin(org, plugin, &form).await?,
    };
    terminal.say(format_args!("{key} = {}", value_of(&after, key)?))
}

fn tell(terminal: &mut Terminal<'_>, settings: &PluginSettings) -> Done {
    let fields = form::settings(&settings.schema);
    let is_set = |name: &str| settings.secrets.iter().any(|secret| secret.name == name);
    let said = |name: &str| if is_set(name) { "(a secret that is set)" } else { "(a secret that is not set)" };
    for field in &fields {
        match form::at(&settings.merged, &field.name) {
            Some(value) => terminal.say(format_args!("{} = {value}", field.name))?,
            None if is_set(&field.name) => terminal.say(format_args!("{}: {}", field.name, said(&field.name)))?,
            None => terminal.say(format_args!("{} = null", field.name))?,
        }
    }
    for name in &settings.secret_names {
        terminal.say(format_args!("{}: {}", plain(name), said(name)))?;
    }
    if fields.is_empty() && settings.secret_names.is_empty() {
        terminal.note("It has no settings.")?;
    }
    Ok(())
}
