//! `guildhall discord …`

use clap::Subcommand;
use client::Client;
use contract::discord::{ChooseDiscord, DiscordHub, OrganizationDiscord, TestTopic, Topic};

use crate::terminal::{Done, Terminal, plain};

/// Looks after the hub's application at Discord.
#[derive(Subcommand)]
pub enum DiscordCommand {
    /// Shows how it is set up.
    Show {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Sets it up. The bot's token is asked for, or read from standard input; an empty one leaves the one that is kept.
    Set {
        /// The application's number.
        application_id: String,
        /// The key Discord signs with: 64 hexadecimal digits.
        public_key: String,
        /// Keep a connection to Discord open, or don't; what is not said stays.
        #[arg(long)]
        gateway: Option<bool>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
        /// Only say what it would be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Forgets it, the token included.
    Forget {
        /// Only say what would be forgotten.
        #[arg(long)]
        dry_run: bool,
    },
    /// Asks Discord whether it takes the token, and whose the public key is.
    Check {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists the servers an organization is linked to.
    Servers {
        /// The organization's number.
        organization: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has a test sent to the channel of a server where something is told.
    Test {
        /// The organization's number.
        organization: i64,
        /// The server's number at Discord.
        guild: String,
        /// What is told there: members, games, results or reminders.
        topic: String,
    },
    /// Unlinks a server from an organization.
    Unlink {
        /// The organization's number.
        organization: i64,
        /// The server's number at Discord.
        guild: String,
        /// Only say what would be unlinked.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: DiscordCommand) -> Done {
    match command {
        DiscordCommand::Show { json } => {
            let shown = hub.discord().await?;
            terminal.answer(json, &shown, tell)
        }
        DiscordCommand::Set { application_id, public_key, gateway, json, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would set up application {}.", plain(&application_id)));
            }
            let gateway = gateway.unwrap_or(hub.discord().await?.gateway);
            let token = terminal.secret("Bot token: ")?.expose().to_owned();
            let form = ChooseDiscord { application_id, public_key, token, gateway };
            let shown = hub.choose_discord(&form).await?;
            terminal.answer(json, &shown, tell)
        }
        DiscordCommand::Forget { dry_run } => {
            let Some(application) = hub.discord().await?.application_id else {
                return terminal.say("Discord is not set up.");
            };
            if dry_run {
                return terminal.say(format_args!("Would forget application {application} and its token."));
            }
            hub.choose_discord(&ChooseDiscord::default()).await?;
            terminal.say(format_args!("Forgot application {application} and its token."))
        }
        DiscordCommand::Check { json } => {
            let shown = hub.check_discord().await?;
            terminal.answer(json, &shown, tell)
        }
        DiscordCommand::Servers { organization, json } => {
            let servers = hub.organization_discord(organization.into()).await?;
            terminal.answer(json, &servers, tell_servers)
        }
        DiscordCommand::Test { organization, guild, topic } => {
            let unknown = "there is no such topic: members, games, results or reminders".to_owned();
            let topic = Topic::from_word(&topic).ok_or(unknown)?;
            hub.test_guild(organization.into(), &guild, &TestTopic { topic }).await?;
            terminal.say("Queued.")
        }
        DiscordCommand::Unlink { organization, guild, dry_run } => {
            if dry_run {
                return terminal.say(format_args!("Would unlink server {}.", plain(&guild)));
            }
            hub.unlink_guild(organization.into(), &guild).await?;
            terminal.say(format_args!("Unlinked server {}.", plain(&guild)))
        }
    }
}

fn tell(terminal: &mut Terminal<'_>, hub: &DiscordHub) -> Done {
    let Some(application) = &hub.application_id else { return terminal.say("Discord is not set up.") };
    terminal.say(format_args!("Application: {application}"))?;
    terminal.say(format_args!("Public key: {}", hub.public_key.as_deref().unwrap_or_default()))?;
    terminal.say(format_args!("Token: {}", if hub.has_token { "kept" } else { "none" }))?;
    terminal.say(format_args!("Gateway: {}", if hub.gateway { "on" } else { "off" }))?;
    terminal.say(format_args!("Interactions endpoint: {}", hub.interactions_url))?;
    if let Some(url) = &hub.invite_url {
        terminal.say(format_args!("Add the bot to a server: {url}"))?;
    }
    if !hub.linkable {
        terminal.say("People can't link their accounts: no [[sign_in]] of the configuration speaks discord.")?;
    }
    terminal.say(format_args!("Trouble: {}", hub.trouble.map_or("none", |trouble| trouble.word())))
}

fn tell_servers(terminal: &mut Terminal<'_>, servers: &OrganizationDiscord) -> Done {
    let rows: Vec<_> = servers
        .guilds
        .iter()
        .map(|guild| {
            let channels: Vec<_> =
                guild.channels.iter().map(|one| format!("{}: {}", one.topic.word(), one.channel)).collect();
            let roles: Vec<_> =
                guild.roles.iter().map(|one| format!("{}: {}", one.role.word(), one.guild_role)).collect();
            let troubles = [guild.trouble]
                .into_iter()
                .chain(guild.channels.iter().map(|one| one.trouble))
                .chain(guild.roles.iter().map(|one| one.trouble));
            let mut troubles: Vec<_> = troubles.flatten().map(contract::discord::DiscordTrouble::word).collect();
            troubles.sort_unstable();
            troubles.dedup();
            [guild.id.clone(), plain(&guild.name), channels.join(", "), roles.join(", "), troubles.join(" ")]
        })
        .collect();
    terminal.table(["number", "name", "told", "roles", "trouble"], &rows, "It is linked to no server.")
}
