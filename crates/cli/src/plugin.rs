//! `guildhall plugin …`

mod config;
mod data;
mod limit;
mod packages;
mod tell;

use base::OrgId;
use clap::{Args, Subcommand};
use client::{Client, Every};
use contract::plugins::{KeptData, NewPluginWebhook, QuarantinePlugin, RemovePlugin, SwitchPlugin};

pub use config::ConfigCommand;
pub use data::{Exporting, Importing};
pub use limit::Limiting;
pub use packages::{Adding, Approving};

use crate::{
    author::AuthorCommand,
    org,
    terminal::{Done, Terminal, plain},
};

/// Writes plugins, and looks after those of a hub.
#[derive(Subcommand)]
pub enum PluginCommand {
    /// What needs no hub.
    #[command(flatten)]
    Author(AuthorCommand),
    /// What is done in one.
    #[command(flatten)]
    Registry(RegistryCommand),
}

/// Looks after the plugins of a hub.
#[derive(Subcommand)]
pub enum RegistryCommand {
    /// Lists the hub's plugins, or those there are for an organization.
    List {
        #[command(flatten)]
        place: Where,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one: what it asks for and has, its versions, where it is on, how it fared.
    Show {
        /// Its id.
        plugin: String,
        #[command(flatten)]
        place: Where,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Says where packages come from: the operator's sources, and what lies in the hub's folder of plugins.
    Sources {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes a package in. Nothing of it runs before it is approved.
    Add(Adding),
    /// Has a version run that was added, with what it is granted.
    Approve(Approving),
    /// Throws a version away that was added and not approved.
    Refuse {
        /// Its id.
        plugin: String,
        /// Which version.
        #[arg(value_name = "VERSION")]
        which: String,
        /// Only say what would be thrown away.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has a newer version run that asks for no more than the one that does. One that asks for more is approved.
    Upgrade {
        /// Its id.
        plugin: String,
        /// Which version, instead of the newest that was added.
        #[arg(value_name = "VERSION")]
        which: Option<String>,
        /// Only say what would run.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has the version run again that ran before this one. What was kept meanwhile stays as it is.
    Rollback {
        /// Its id.
        plugin: String,
        /// Only say which one runs.
        #[arg(long)]
        dry_run: bool,
    },
    /// Switches one on, for the hub or in an organization.
    Enable(Switching),
    /// Switches one off. What it keeps stays.
    Disable {
        #[command(flatten)]
        switching: Switching,
        /// Forget what it was to do once, instead of letting it wait.
        #[arg(long)]
        drop_pending: bool,
    },
    /// Shows and changes its settings, and sets its secrets.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Takes powers, room and requests away from one in an organization, and says who has its permissions there. Without more it tells them.
    Limit(Limiting),
    /// Writes everything one keeps, in the hub and in every organization, to a file.
    ExportData(Exporting),
    /// Takes in what one kept elsewhere, or here before. What has the same key or name is replaced.
    ImportData(Importing),
    /// Keeps one from being called, everywhere.
    Quarantine {
        /// Its id.
        plugin: String,
        /// Why. Admins read it.
        #[arg(long)]
        reason: String,
        /// Only say how it is.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lets it be called again.
    Release {
        /// Its id.
        plugin: String,
        /// Only say how it is.
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes one. What it kept stays for thirty days, unless it is to go at once.
    Remove {
        /// Its id.
        plugin: String,
        /// Also where it is on: it is switched off everywhere first.
        #[arg(long)]
        everywhere: bool,
        /// Delete what it kept at once.
        #[arg(long)]
        delete_data: bool,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lets an organization see a private one.
    Allow {
        /// Its id.
        plugin: String,
        /// The last part of the organization's address.
        organization: String,
        /// No longer: it is switched off there.
        #[arg(long)]
        no_longer: bool,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lists what it wrote down, the newest first.
    Log {
        /// Its id.
        plugin: String,
        /// How many lines at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists events that could not be told it, the newest first.
    Parked {
        /// Its id.
        plugin: String,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has one of them told again.
    Replay {
        /// Its id.
        plugin: String,
        /// The event's number in that list.
        event: i64,
    },
    /// Lists its addresses that strangers' programs call.
    Webhooks {
        /// Its id.
        plugin: String,
        #[command(flatten)]
        place: Where,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes one of them, and prints it, this once.
    MakeWebhook {
        /// Its id.
        plugin: String,
        /// Which of the manifest's webhooks.
        name: String,
        #[command(flatten)]
        place: Where,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Removes one of them.
    RemoveWebhook {
        /// Its id.
        plugin: String,
        /// The address's number.
        webhook: i64,
        #[command(flatten)]
        place: Where,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// For the hub, or in an organization.
#[derive(Args)]
pub struct Where {
    /// In the organization of that address (its last part), instead of for the hub.
    #[arg(long, value_name = "ORGANIZATION")]
    org: Option<String>,
}

impl Where {
    async fn find(&self, hub: &Client) -> Done<Option<OrgId>> {
        match &self.org {
            Some(slug) => Ok(Some(org::find(hub, slug).await?.id)),
            None => Ok(None),
        }
    }
}

/// What is switched, and where.
#[derive(Args)]
pub struct Switching {
    /// Its id.
    plugin: String,
    #[command(flatten)]
    place: Where,
    /// With what it needs, or with what needs it.
    #[arg(long)]
    together: bool,
    /// Only say how it stands.
    #[arg(long)]
    dry_run: bool,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: RegistryCommand) -> Done {
    match command {
        RegistryCommand::List { place, json } => match place.find(hub).await? {
            None => {
                let all = hub.list_plugins().await?;
                terminal.answer(json, &all, |terminal, all| tell::plugins(terminal, all))
            }
            Some(org) => {
                let all = hub.list_organization_plugins(org).await?;
                terminal.answer(json, &all, |terminal, all| tell::in_organization(terminal, all))
            }
        },
        RegistryCommand::Show { plugin, place, json } => match place.find(hub).await? {
            None => {
                let shown = hub.plugin(&plugin).await?;
                terminal.answer(json, &shown, tell::detail)
            }
            Some(org) => {
                let shown = hub.organization_plugin(org, &plugin).await?;
                terminal.answer(json, &shown, tell::detail_in_organization)
            }
        },
        RegistryCommand::Sources { json } => {
            let sources = hub.plugin_sources().await?;
            terminal.answer(json, &sources, tell::sources)
        }
        RegistryCommand::Add(adding) => packages::add(hub, terminal, adding).await,
        RegistryCommand::Approve(approving) => packages::approve(hub, terminal, approving).await,
        RegistryCommand::Refuse { plugin, which, dry_run } => {
            packages::refuse(hub, terminal, &plugin, &which, dry_run).await
        }
        RegistryCommand::Upgrade { plugin, which, dry_run } => {
            packages::upgrade(hub, terminal, &plugin, which.as_deref(), dry_run).await
        }
        RegistryCommand::Rollback { plugin, dry_run } => {
            let now = hub.plugin(&plugin).await?;
            if dry_run {
                return tell::runs(terminal, &now);
            }
            tell::runs(terminal, &hub.roll_back_plugin(&plugin).await?)
        }
        RegistryCommand::Enable(switching) => switch(hub, terminal, switching, true, false).await,
        RegistryCommand::Disable { switching, drop_pending } => {
            switch(hub, terminal, switching, false, drop_pending).await
        }
        RegistryCommand::Config(command) => config::run(hub, terminal, command).await,
        RegistryCommand::Limit(limiting) => limit::limit(hub, terminal, limiting).await,
        RegistryCommand::ExportData(exporting) => data::export(hub, terminal, exporting).await,
        RegistryCommand::ImportData(importing) => data::import(hub, terminal, importing).await,
        RegistryCommand::Quarantine { plugin, reason, dry_run } => {
            let now = hub.plugin(&plugin).await?;
            if dry_run {
                return tell::health(terminal, &now);
            }
            tell::health(terminal, &hub.quarantine_plugin(&plugin, &QuarantinePlugin { why: reason }).await?)
        }
        RegistryCommand::Release { plugin, dry_run } => {
            let now = hub.plugin(&plugin).await?;
            if dry_run {
                return tell::health(terminal, &now);
            }
            tell::health(terminal, &hub.release_plugin(&plugin).await?)
        }
        RegistryCommand::Remove { plugin, everywhere, delete_data, dry_run } => {
            let now = hub.plugin(&plugin).await?.plugin;
            let (name, version) = (plain(&now.about.name), now.about.version);
            if dry_run {
                return terminal
                    .say(format_args!("Would remove {name} {version}, on in {} organizations.", now.organizations));
            }
            let data = if delete_data { KeptData::Delete } else { KeptData::Keep };
            hub.remove_plugin(&plugin, &RemovePlugin { everywhere, data }).await?;
            terminal.say(format_args!("Removed {name} {version}."))
        }
        RegistryCommand::Allow { plugin, organization, no_longer, dry_run } => {
            let org = org::find(hub, &organization).await?;
            let (name, says) = (plain(&org.name), if no_longer { "no longer sees" } else { "sees" });
            hub.plugin(&plugin).await?;
            if dry_run {
                return terminal.say(format_args!("Would be so: {name} {says} {plugin}."));
            }
            if no_longer {
                hub.take_plugin_access(&plugin, org.id).await?;
            } else {
                hub.give_plugin_access(&plugin, org.id).await?;
            }
            terminal.say(format_args!("{name} {says} {plugin}."))
        }
        RegistryCommand::Log { plugin, limit, json } => {
            let ask = async |part| hub.list_plugin_log(&plugin, &part).await;
            let lines = Every::of(ask).take(limit as usize).await?;
            terminal.answer(json, &lines, |terminal, lines| tell::log(terminal, lines))
        }
        RegistryCommand::Parked { plugin, limit, json } => {
            let ask = async |part| hub.list_parked_events(&plugin, &part).await;
            let parked = Every::of(ask).take(limit as usize).await?;
            terminal.answer(json, &parked, |terminal, parked| tell::parked(terminal, parked))
        }
        RegistryCommand::Replay { plugin, event } => {
            hub.replay_event(&plugin, event).await?;
            terminal.say(format_args!("Event {event} will be told again."))
        }
        RegistryCommand::Webhooks { plugin, place, json } => {
            let all = match place.find(hub).await? {
                None => hub.list_plugin_webhooks(&plugin).await?,
                Some(org) => hub.list_organization_plugin_webhooks(org, &plugin).await?,
            };
            terminal.answer(json, &all, |terminal, all| tell::webhooks(terminal, all))
        }
        RegistryCommand::MakeWebhook { plugin, name, place, json } => {
            let form = NewPluginWebhook { name };
            let made = match place.find(hub).await? {
                None => hub.make_plugin_webhook(&plugin, &form).await?,
                Some(org) => hub.make_organization_plugin_webhook(org, &plugin, &form).await?,
            };
            terminal.answer(json, &made, |terminal, made| {
                terminal.say(format_args!("Made number {}. Its address, shown this once: {}", made.id, made.address))
            })
        }
        RegistryCommand::RemoveWebhook { plugin, webhook, place, dry_run } => {
            let org = place.find(hub).await?;
            if dry_run {
                return terminal.say(format_args!("Would remove number {webhook}."));
            }
            match org {
                None => hub.remove_plugin_webhook(&plugin, webhook).await?,
                Some(org) => hub.remove_organization_plugin_webhook(org, &plugin, webhook).await?,
            }
            terminal.say(format_args!("Removed number {webhook}."))
        }
    }
}

async fn switch(hub: &Client, terminal: &mut Terminal<'_>, which: Switching, on: bool, drop_pending: bool) -> Done {
    let Switching { plugin, place, together, dry_run } = which;
    let form = SwitchPlugin { on, together, drop_pending };
    let stands = match (place.find(hub).await?, dry_run) {
        (None, true) => hub.plugin(&plugin).await?.plugin.switch,
        (None, false) => hub.switch_plugin(&plugin, &form).await?.plugin.switch,
        (Some(org), true) => hub.organization_plugin(org, &plugin).await?.plugin.switch,
        (Some(org), false) => hub.switch_organization_plugin(org, &plugin, &form).await?.plugin.switch,
    };
    tell::switch(terminal, &plugin, place.org.as_deref(), &stands)
}
