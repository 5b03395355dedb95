//! What Discord asks of the other domains: who people are there and here, and what they are to organizations.

use std::{collections::HashMap, sync::Arc};

use accounts::Accounts;
use base::{Actor, Chance, Clock, Kind, OrgId, Role, Standing, UserId};
use commands::Registry;
use db::Db;
use discord::{API, Discord, Known, Members, Parts, People, Unknown};
use federation::{Federation, Protocol};
use futures::future::BoxFuture;
use moderation::Moderation;
use orgs::{MemberQuery, Orgs};
use tokio_util::task::TaskTracker;

use crate::{config::Settings, wiring::StartError, work::Work};

/// Who vouches for accounts at Discord, unless the configuration names another.
const ISSUER: &str = "https://discord.com";

/// Accounts, organizations and those who keep order, as Discord sees them.
struct Neighbours {
    accounts: Accounts,
    orgs: Orgs,
    moderation: Moderation,
    issuer: String,
    linkable: bool,
    site: String,
}

impl Neighbours {
    async fn may_come_in(&self, user: UserId) -> Result<bool, Unknown> {
        Ok(self.moderation.barred(Some(user), None).await.map_err(unknown)?.is_none())
    }
}

impl People for Neighbours {
    fn by_account<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<Option<Known>, Unknown>> {
        Box::pin(async move {
            let found = self.accounts.whose_identity(&Actor::Job, &self.issuer, account).await.map_err(unknown)?;
            let Some((user, name, role)) = found else { return Ok(None) };
            Ok(self.may_come_in(user).await?.then_some(Known { user, name, role }))
        })
    }

    fn account_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<String>, Unknown>> {
        Box::pin(async move {
            if !self.may_come_in(user).await? {
                return Ok(None);
            }
            self.accounts.identity_at(&Actor::Job, &self.issuer, user).await.map_err(unknown)
        })
    }

    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        Box::pin(async move { self.accounts.names(&Actor::Job, users).await.map_err(unknown) })
    }

    fn organizations_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<(OrgId, Role)>, Unknown>> {
        Box::pin(async move {
            let mut at_work = Vec::new();
            for one in self.orgs.of_person(&Actor::Job, user).await.map_err(unknown)? {
                // One that is suspended or closed gives nobody anything.
                match self.orgs.standing(&Actor::Job, one.organization.id).await {
                    Ok(_) => at_work.push((one.organization.id, one.role)),
                    Err(orgs::Error::NotFound) => {}
                    Err(error) => return Err(unknown(error)),
                }
            }
            Ok(at_work)
        })
    }

    fn members<'a>(&'a self, organization: OrgId, after: &'a str) -> BoxFuture<'a, Result<Members, Unknown>> {
        Box::pin(async move {
            match self.orgs.standing(&Actor::Job, organization).await {
                Ok(_) => {}
                Err(orgs::Error::NotFound) => return Ok(Members::default()),
                Err(error) => return Err(unknown(error)),
            }
            let query = MemberQuery { after: after.to_owned(), at_most: 200 };
            let page = self.orgs.members(&Actor::Job, organization, &query).await.map_err(unknown)?;
            let members = page.members.into_iter().map(|member| (member.who.id, member.role)).collect();
            Ok(Members { members, next: page.next })
        })
    }

    fn standing<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Standing, Kind>> {
        Box::pin(async move { self.orgs.standing(actor, organization).await.map_err(|error| told(&error)) })
    }

    fn site(&self) -> BoxFuture<'_, String> {
        Box::pin(async move { self.accounts.public_url().await.unwrap_or_else(|| self.site.clone()) })
    }

    fn linkable(&self) -> bool {
        self.linkable
    }
}

fn told(error: &orgs::Error) -> Kind {
    if error.kind() == Kind::Internal {
        tracing::error!(error = error as &dyn std::error::Error, "what somebody is to an organization can't be read");
    }
    error.kind()
}

fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> Unknown {
    Unknown(Box::new(error))
}

/// What it is built from.
pub(crate) struct From<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) accounts: &'a Accounts,
    pub(crate) orgs: &'a Orgs,
    pub(crate) moderation: &'a Moderation,
    pub(crate) federation: &'a Federation,
    pub(crate) work: &'a Work,
    pub(crate) commands: &'a Registry,
    pub(crate) db: &'a Db,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) chance: &'a Arc<dyn Chance>,
    pub(crate) tasks: &'a TaskTracker,
    pub(crate) site: &'a str,
}

/// The hub in Discord; nothing of it runs yet.
pub(crate) fn open(from: &From<'_>) -> Result<Discord, StartError> {
    let provider = from.federation.providers().find(|provider| provider.protocol == Protocol::Discord);
    let issuer = provider.map_or(ISSUER, |provider| provider.issuer.as_str());
    // Whoever signs people in is whoever is spoken to: one Discord, not two.
    let api = if issuer == ISSUER { API.to_owned() } else { format!("{issuer}/api/v10") };
    let key = crate::work::key(&from.settings.data_dir.join("secrets"), "discord.key", &**from.chance)?;
    Ok(Discord::new(Parts {
        db: from.db.clone(),
        outbound: from.work.outbound.clone(),
        api,
        key: seal::Key::new(key),
        clock: Arc::clone(from.clock),
        chance: Arc::clone(from.chance),
        tasks: from.tasks.clone(),
        commands: from.commands.clone(),
        people: Arc::new(Neighbours {
            accounts: from.accounts.clone(),
            orgs: from.orgs.clone(),
            moderation: from.moderation.clone(),
            issuer: issuer.to_owned(),
            linkable: provider.is_some(),
            site: from.site.to_owned(),
        }),
    }))
}
