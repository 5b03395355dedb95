//! Roles in servers: given to those who hold the organization's, and taken away again.

use std::{collections::BTreeSet, time::Duration};

use base::{Actor, Millis, OrgId, Role, UserId};
use contract::discord::DiscordTrouble;
use db::Tx;
use jobs::{Failure, Kind, NewJob, Run, Workers};
use serde::{Deserialize, Serialize};

use crate::{
    Discord, Error,
    rest::{Ask, Failed},
    store::{self, GivenRole},
};

/// One person, in all servers.
const PERSON: &str = "discord.roles";
/// Everybody in one server.
const GUILD: &str = "discord.guild_roles";
/// Holders at a time.
const BATCH: u32 = 200;
/// A server of ten thousand, at the pace Discord allows.
const GUILD_WITHIN: Duration = Duration::from_hours(1);

#[derive(Debug, Serialize, Deserialize)]
struct OfPerson {
    user: UserId,
}

#[derive(Debug, Serialize, Deserialize)]
struct OfGuild {
    guild: String,
}

/// Has somebody's roles looked at after the commit.
pub(crate) async fn ask_for_person(tx: &mut Tx<'_>, now: Millis, user: UserId) -> Result<(), db::Error> {
    jobs::enqueue(tx, now, &NewJob::new(PERSON, &OfPerson { user }).once(user.to_string())).await?;
    Ok(())
}

/// Has everybody's roles in a server looked at after the commit.
pub(crate) async fn ask_for_guild(tx: &mut Tx<'_>, now: Millis, guild: &str) -> Result<(), db::Error> {
    let job = NewJob::new(GUILD, &OfGuild { guild: guild.to_owned() }).once(guild);
    jobs::enqueue(tx, now, &job).await?;
    Ok(())
}

/// The same in all servers.
pub(crate) async fn ask_for_all(tx: &mut Tx<'_>, now: Millis) -> Result<(), db::Error> {
    for guild in store::guilds_with_roles(&mut *tx).await? {
        ask_for_guild(tx, now, &guild).await?;
    }
    Ok(())
}

impl Discord {
    pub(crate) fn register_roles(&self, workers: &mut Workers) {
        let discord = self.clone();
        workers.handle(Kind::new(PERSON).at_once(2).attempts(12), move |run| {
            let discord = discord.clone();
            async move {
                let OfPerson { user } = run.read()?;
                discord.look_at_person(user, false).await
            }
        });
        let discord = self.clone();
        workers.handle(Kind::new(GUILD).within(GUILD_WITHIN).attempts(12), move |run| {
            let discord = discord.clone();
            async move { discord.look_at_guild(&run).await }
        });
    }

    /// Looks at everybody's roles, as a schedule asks for: for what was missed.
    pub async fn look_at_all(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(base::Action::ManageSystem)?;
        let now = self.now();
        self.0.db.write(move |tx| Box::pin(async move { Ok::<_, Error>(ask_for_all(tx, now).await?) })).await
    }

    /// Gives somebody all roles anew, also those that were given before: somebody there may have taken them away.
    pub async fn renew_roles(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(base::Action::ManageOwnAccount)?;
        let user = actor.user().ok_or(base::Kind::Unauthenticated)?;
        match self.look_at_person(user, true).await {
            Ok(()) => Ok(()),
            Err(failure) => {
                tracing::debug!(why = failure.reason(), "roles could not be given at once; the queue goes on");
                let now = self.now();
                self.0
                    .db
                    .write(move |tx| Box::pin(async move { Ok::<_, Error>(ask_for_person(tx, now, user).await?) }))
                    .await
            }
        }
    }

    pub(crate) async fn look_at_person(&self, user: UserId, anew: bool) -> Result<(), Failure> {
        let guilds = store::guilds_with_roles(&self.0.db).await?;
        if guilds.is_empty() {
            return Ok(());
        }
        let account = self.0.people.account_of(user).await?;
        let belongs = self.0.people.organizations_of(user).await?;
        for guild in guilds {
            self.look(&guild, user, account.as_deref(), &belongs, anew).await?;
        }
        Ok(())
    }

    /// Everybody who holds a role that counts there, and everybody who was given one.
    async fn look_at_guild(&self, run: &Run) -> Result<(), Failure> {
        let OfGuild { guild } = run.read()?;
        for left in store::given_to_nobody(&self.0.db, &guild).await? {
            self.take(&guild, &left).await?;
        }
        let mut people = BTreeSet::new();
        let organizations: BTreeSet<OrgId> =
            store::roles_there(&self.0.db, &guild).await?.into_iter().map(|(organization, ..)| organization).collect();
        for organization in organizations {
            let mut after = String::new();
            loop {
                let page = self.0.people.members(organization, &after).await?;
                people.extend(page.members.into_iter().map(|(user, _)| user));
                let Some(next) = page.next else { break };
                after = next;
            }
        }
        let mut after = UserId::from(0);
        loop {
            let holders = store::holders(&self.0.db, &guild, after, BATCH).await?;
            let Some(last) = holders.last() else { break };
            after = *last;
            people.extend(holders);
        }
        let total = people.len() as u64;
        for (done, user) in people.into_iter().enumerate() {
            if run.stopping().is_cancelled() {
                return Err(Failure::retry("the hub stops"));
            }
            let account = self.0.people.account_of(user).await?;
            let belongs = self.0.people.organizations_of(user).await?;
            self.look(&guild, user, account.as_deref(), &belongs, false).await?;
            run.progress(done as u64 + 1, Some(total), "").await;
        }
        Ok(())
    }

    /// What somebody should have there beside what they were given. `anew`: what they were given is given once more.
    async fn look(
        &self,
        guild: &str,
        user: UserId,
        account: Option<&str>,
        belongs: &[(OrgId, Role)],
        anew: bool,
    ) -> Result<(), Failure> {
        let links = store::roles_there(&self.0.db, guild).await?;
        let wanted: BTreeSet<&str> = links
            .iter()
            .filter(|(organization, role, _)| belongs.iter().any(|(of, is)| of == organization && is == role))
            .map(|(.., id)| id.as_str())
            .collect();
        let given = store::given_to(&self.0.db, guild, user).await?;
        for role in &given {
            if account != Some(role.account.as_str()) || !wanted.contains(role.role_id.as_str()) {
                self.take(guild, role).await?;
            }
        }
        let Some(account) = account else { return Ok(()) };
        for id in wanted {
            let role = GivenRole { account: account.to_owned(), role_id: id.to_owned() };
            if anew || !given.contains(&role) {
                self.give_role(guild, user, &role).await?;
            }
        }
        Ok(())
    }

    async fn give_role(&self, guild: &str, user: UserId, role: &GivenRole) -> Result<(), Failure> {
        let trouble = match self.ask(ask("PUT", guild, role)).await {
            Ok(_) => None,
            // They are not in that server: when they come, they get it.
            Err(Error::Discord(Failed::Told { code: 10_007 | 10_013, .. })) => return Ok(()),
            Err(error) => Some(trouble_of(error)?),
        };
        let (guild, role, now) = (guild.to_owned(), role.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (guild, role) = (guild.clone(), role.clone());
                Box::pin(async move {
                    store::note_role(tx, &guild, &role.role_id, trouble).await?;
                    if trouble.is_none() {
                        store::note_given(tx, &guild, &role, user, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(())
    }

    async fn take(&self, guild: &str, role: &GivenRole) -> Result<(), Failure> {
        let trouble = match self.ask(ask("DELETE", guild, role)).await {
            // Whether it, they, or the server is gone: they don't have it.
            Ok(_) | Err(Error::Discord(Failed::Told { status: 404, .. })) => None,
            Err(error) => Some(trouble_of(error)?),
        };
        let (guild, role) = (guild.to_owned(), role.clone());
        self.0
            .db
            .write(move |tx| {
                let (guild, role) = (guild.clone(), role.clone());
                Box::pin(async move {
                    match trouble {
                        None => store::note_taken(tx, &guild, &role).await?,
                        Some(trouble) => store::note_role(tx, &guild, &role.role_id, Some(trouble)).await?,
                    }
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(())
    }
}

fn ask(method: &'static str, guild: &str, role: &GivenRole) -> Ask {
    let path = format!("/guilds/{guild}/members/{}/roles/{}", role.account, role.role_id);
    let route = if method == "PUT" { "PUT /guilds/members/roles" } else { "DELETE /guilds/members/roles" };
    Ask::new(method, route, path, guild)
}

/// What stays wrong is noted and not tried again; everything else is a matter of time.
fn trouble_of(error: Error) -> Result<DiscordTrouble, Failure> {
    match error {
        Error::Discord(Failed::Told { status: 403, .. }) => Ok(DiscordTrouble::Forbidden),
        Error::Discord(Failed::Told { .. }) => Ok(DiscordTrouble::Gone),
        Error::Discord(Failed::Later(until)) => Err(Failure::postponed(until)),
        Error::Off | Error::Discord(Failed::Refused) => {
            Err(Failure::permanent("Discord does not take the bot's token"))
        }
        error => Err(error.into()),
    }
}
