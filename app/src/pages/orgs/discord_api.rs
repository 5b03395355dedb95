//! The server functions of an organization's servers at Discord.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::api::At;
#[cfg(feature = "ssr")]
use super::api::call;
#[cfg(feature = "ssr")]
use crate::context;
use crate::error::AppError;

/// An organization's servers at Discord, for those who look after it.
#[derive(Clone, Serialize, Deserialize)]
pub struct DiscordPage {
    /// The servers.
    pub servers: contract::discord::OrganizationDiscord,
    /// A code that was just made: this once.
    pub code: Option<String>,
}

/// Its servers at Discord.
#[server(endpoint = "organization_discord")]
pub async fn read_organization_discord(#[server(default)] slug: String) -> Result<At<DiscordPage>, AppError> {
    // Before the first await: afterwards whoever asks may be out of reach.
    let (discord, actor, code) = (context::services().discord.clone(), context::visitor().actor, context::take_once());
    match call::at(&slug, async |_, _| Ok(())).await? {
        At::Moved(slug) => Ok(At::Moved(slug)),
        At::Here(here, added, ()) => {
            let servers = discord.servers(&actor, here.id).await;
            let servers = servers.map_err(context::told)?;
            Ok(At::Here(here, added, DiscordPage { servers, code }))
        }
    }
}

/// Makes a code that links a server. Answers with the path to go on to, where it is shown, once.
#[server(endpoint = "make_discord_code")]
pub async fn make_discord_code(organization: i64, #[server(default)] slug: String) -> Result<String, AppError> {
    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    let made = discord.make_code(&actor, organization.into()).await;
    let made = made.map_err(context::told)?;
    context::hand_on_once(&made.code);
    let path = context::local_path(&format!("/orgs/{slug}/discord")).to_owned();
    context::go_on_to(&path);
    Ok(path)
}

/// Chooses what is told where in a server, and which role is which: `members:<channel>`, `organiser:<role>`.
#[server(endpoint = "choose_for_discord_server")]
pub async fn choose_for_server(
    organization: i64,
    #[server(default)] guild: String,
    #[server(default)] channels: Vec<String>,
    #[server(default)] guild_roles: Vec<String>,
) -> Result<(), AppError> {
    use contract::discord::{GuildChoice, RoleLink, Topic, TopicChannel};

    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    let mut choice = GuildChoice::default();
    for word in channels.iter().filter(|word| !word.is_empty()) {
        let (topic, channel) = word.split_once(':').ok_or_else(context::malformed)?;
        let topic = Topic::from_word(topic).ok_or_else(context::malformed)?;
        choice.channels.push(TopicChannel { topic, channel: channel.to_owned(), trouble: None });
    }
    for word in guild_roles.iter().filter(|word| !word.is_empty()) {
        let (role, id) = word.split_once(':').ok_or_else(context::malformed)?;
        choice.roles.push(RoleLink { role: call::role(role)?, guild_role: id.to_owned(), trouble: None });
    }
    let chosen = discord.choose_for(&actor, organization.into(), &guild, &choice).await;
    chosen.map_err(context::told)
}

/// Has a test sent to a channel of a server.
#[server(endpoint = "test_discord_server")]
pub async fn test_server(
    organization: i64,
    #[server(default)] guild: String,
    #[server(default)] topic: String,
) -> Result<(), AppError> {
    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    let topic = contract::discord::Topic::from_word(&topic).ok_or_else(context::malformed)?;
    let sent = discord.test(&actor, organization.into(), &guild, topic).await;
    sent.map_err(context::told)
}

/// Unlinks a server.
#[server(endpoint = "unlink_discord_server")]
pub async fn unlink_server(organization: i64, #[server(default)] guild: String) -> Result<(), AppError> {
    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    let gone = discord.unlink(&actor, organization.into(), &guild).await;
    gone.map_err(context::told)
}
