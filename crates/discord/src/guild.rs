//! An organization's servers: what is told there in which channel, and which role is which.

use std::collections::BTreeSet;

use audit::Entry;
use base::{Action, Actor, OrgId};
use contract::{
    Code, Field, FieldProblem,
    discord::{DiscordTrouble, GuildChoice, LinkedGuild, NamedThere, OfferedThere, OrganizationDiscord, Topic},
};
use serde_json::Value;

use crate::{
    Discord, Error,
    announce::{self, Message},
    hub::{invite_url, is_a_number},
    rest::{Ask, Failed},
    roles, store,
};

/// Kinds of channels in which a bot can write: text and announcements.
/// <https://discord.com/developers/docs/resources/channel>
const WRITABLE: [u64; 2] = [0, 5];

impl Discord {
    /// The servers an organization is linked to, and what can be chosen there.
    pub async fn servers(&self, actor: &Actor, organization: OrgId) -> Result<OrganizationDiscord, Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ViewConnections, &standing)?;
        let app = self.app().await?.filter(|app| app.token.is_some());
        let mut guilds = Vec::new();
        for guild in store::guilds_of(&self.0.db, organization).await? {
            let offered = if app.is_some() { self.offered(&guild.id).await } else { None };
            guilds.push(LinkedGuild {
                channels: store::channels(&self.0.db, organization, &guild.id).await?,
                roles: store::role_links(&self.0.db, organization, &guild.id).await?,
                id: guild.id,
                name: guild.name,
                linked_at: guild.linked_at,
                trouble: guild.trouble,
                offered,
            });
        }
        Ok(OrganizationDiscord { invite_url: app.map(|app| invite_url(&app.row.application_id)), guilds })
    }

    /// What a server has to choose from; `None` where Discord doesn't say.
    async fn offered(&self, guild: &str) -> Option<OfferedThere> {
        let channels = self.read_of(guild, "GET /guilds/channels", "channels").await?;
        let roles = self.read_of(guild, "GET /guilds/roles", "roles").await?;
        let named = |thing: &Value| {
            Some(NamedThere { id: thing["id"].as_str()?.to_owned(), name: thing["name"].as_str()?.to_owned() })
        };
        let mut channels: Vec<&Value> = channels
            .as_array()?
            .iter()
            .filter(|channel| channel["type"].as_u64().is_some_and(|kind| WRITABLE.contains(&kind)))
            .collect();
        channels.sort_by_key(|channel| channel["position"].as_i64().unwrap_or(0));
        let mut roles: Vec<&Value> = roles
            .as_array()?
            .iter()
            // Everybody's own role has the server's number, and another program's nobody can be given.
            .filter(|role| role["id"] != guild && !role["managed"].as_bool().unwrap_or(false))
            .collect();
        roles.sort_by_key(|role| std::cmp::Reverse(role["position"].as_i64().unwrap_or(0)));
        Some(OfferedThere {
            channels: channels.into_iter().filter_map(named).collect(),
            roles: roles.into_iter().filter_map(named).collect(),
        })
    }

    async fn read_of(&self, guild: &str, route: &'static str, what: &str) -> Option<Value> {
        match self.ask(Ask::new("GET", route, format!("/guilds/{guild}/{what}"), guild)).await {
            Ok(said) => {
                self.note_guild(guild, None).await;
                Some(said)
            }
            Err(Error::Discord(Failed::Told { status: 403 | 404, .. })) => {
                self.note_guild(guild, Some(DiscordTrouble::Gone)).await;
                None
            }
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "Discord does not say what a server has");
                None
            }
        }
    }

    async fn note_guild(&self, guild: &str, trouble: Option<DiscordTrouble>) {
        let guild = guild.to_owned();
        let noted = self
            .0
            .db
            .write(move |tx| {
                let guild = guild.clone();
                Box::pin(async move { Ok::<_, Error>(store::note_guild(tx, &guild, None, trouble).await?) })
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(error = &error as &dyn std::error::Error, "how a server stands can't be noted");
        }
    }

    /// Chooses, all at once, what is told where in a server and which role is which.
    pub async fn choose_for(
        &self,
        actor: &Actor,
        organization: OrgId,
        guild: &str,
        choice: &GuildChoice,
    ) -> Result<(), Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ManageOrganization, &standing)?;
        judge(choice)?;
        let (now, acting, guild, choice) = (self.now(), actor.clone(), guild.to_owned(), choice.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, guild, choice) = (acting.clone(), guild.clone(), choice.clone());
                Box::pin(async move {
                    if !store::is_linked(tx, organization, &guild).await? {
                        return Err(Error::NotFound);
                    }
                    let before = GuildChoice {
                        channels: store::channels(&mut *tx, organization, &guild).await?,
                        roles: store::role_links(&mut *tx, organization, &guild).await?,
                    };
                    store::set_channels(tx, organization, &guild, &choice.channels).await?;
                    store::set_roles(tx, organization, &guild, &choice.roles).await?;
                    let after = GuildChoice {
                        channels: store::channels(&mut *tx, organization, &guild).await?,
                        roles: store::role_links(&mut *tx, organization, &guild).await?,
                    };
                    let entry = Entry::new("discord.chosen_for", "guild", &guild)
                        .in_organization(organization)
                        .changing(before, after);
                    audit::record(tx, now, &acting, &entry).await?;
                    roles::ask_for_guild(tx, now, &guild).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Has a test sent to the channel of a server where that is told.
    pub async fn test(&self, actor: &Actor, organization: OrgId, guild: &str, topic: Topic) -> Result<(), Error> {
        let standing = self.0.people.standing(actor, organization).await?;
        actor.may_in(Action::ManageOrganization, &standing)?;
        let (now, acting, guild) = (self.now(), actor.clone(), guild.to_owned());
        self.0
            .db
            .write(move |tx| {
                let (acting, guild) = (acting.clone(), guild.clone());
                Box::pin(async move {
                    let chosen = store::channels(&mut *tx, organization, &guild).await?;
                    let channel = chosen.into_iter().find(|one| one.topic == topic).ok_or(Error::NotFound)?.channel;
                    let message = Message::of("This is a test: what is told here arrives.");
                    announce::put(tx, now, organization, &guild, &channel, topic, &message, None).await?;
                    let entry = Entry::new("discord.tested", "guild", &guild).in_organization(organization);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(())
                })
            })
            .await
    }
}

fn judge(choice: &GuildChoice) -> Result<(), Error> {
    let mut wrong = Vec::new();
    let topics: BTreeSet<_> = choice.channels.iter().map(|one| one.topic.word()).collect();
    let roles: BTreeSet<_> = choice.roles.iter().map(|one| one.role.word()).collect();
    if topics.len() != choice.channels.len() || !choice.channels.iter().all(|one| is_a_number(&one.channel)) {
        wrong.push(FieldProblem { field: Field::Channels, code: Code::NotAChoice });
    }
    if roles.len() != choice.roles.len() || !choice.roles.iter().all(|one| is_a_number(&one.guild_role)) {
        wrong.push(FieldProblem { field: Field::GuildRoles, code: Code::NotAChoice });
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Fields(wrong)) }
}
