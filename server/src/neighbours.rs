//! What plugins need of the other domains: who belongs where, what people are called, and where something can be said.

use std::{collections::HashMap, error::Error as StdError, sync::Arc};

use accounts::Accounts;
use base::{Actor, Chance, Clock, Kind, OrgId, Roles, Standing, UserId};
use contract::{discord::Topic, organization::OrgState};
use db::Db;
use discord::{Discord, Message};
use futures::future::BoxFuture;
use orgs::{MemberQuery, Orgs, SurveyQuery};
use plugin_api::{
    call::Fault,
    manifest::{ReadModel, UsersDetail},
};
use plugins::{Acting, Keeper, Maker, Neighbours, Parts, Plugin, Plugins, Unknown};
use serde_json::{Value, json};

use crate::{config::Settings, wiring::StartError, work::Work};

/// So many members are looked at together.
const PAGE: u32 = 100;
/// So many of each role that runs the hub are written to.
const MOST_KEEPERS: u32 = 50;

/// The hub as its plugins see it.
struct Hub {
    accounts: Accounts,
    orgs: Orgs,
    discord: Discord,
}

/// What plugins stand on.
pub(crate) struct From<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) accounts: &'a Accounts,
    pub(crate) orgs: &'a Orgs,
    pub(crate) discord: &'a Discord,
    pub(crate) work: &'a Work,
    pub(crate) db: &'a Db,
    pub(crate) clock: &'a Arc<dyn Clock>,
    pub(crate) chance: &'a Arc<dyn Chance>,
    pub(crate) builtins: Vec<Arc<dyn Plugin>>,
}

/// The plugins. None is started yet.
pub(crate) fn open(from: From<'_>) -> Result<Plugins, StartError> {
    let key = crate::work::key(&from.settings.data_dir.join("secrets"), "plugins.key", &**from.chance)?;
    Ok(Plugins::new(Parts {
        db: from.db.clone(),
        clock: Arc::clone(from.clock),
        chance: Arc::clone(from.chance),
        outbound: from.work.outbound.clone(),
        key: seal::Key::new(key),
        neighbours: Arc::new(Hub {
            accounts: from.accounts.clone(),
            orgs: from.orgs.clone(),
            discord: from.discord.clone(),
        }),
        builtins: from.builtins,
        maker: maker(),
        hub: env!("CARGO_PKG_VERSION").parse()?,
        folder: from.settings.data_dir.join("plugins"),
        sources: from.settings.plugins.sources.clone(),
    }))
}

/// The engine for guests, as large as the machine lets it be.
#[cfg(feature = "guests")]
fn maker() -> Arc<dyn Maker> {
    let limits = plugins::engine::Limits::default();
    let limits = match memory() {
        Some(bytes) => limits.on_a_machine_of(bytes),
        None => limits,
    };
    Arc::new(plugins::engine::Engine::new(limits))
}

#[cfg(not(feature = "guests"))]
fn maker() -> Arc<dyn Maker> {
    Arc::new(plugins::NoGuests)
}

/// How much memory the machine has, in bytes, where it says so.
#[cfg(feature = "guests")]
fn memory() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn unknown(error: impl StdError + Send + Sync + 'static) -> Unknown {
    Unknown(Box::new(error))
}

/// A failure of another domain, as a plugin is told it.
fn told(kind: Kind, error: &(dyn StdError + 'static)) -> Fault {
    match kind {
        Kind::NotFound => Fault::NotFound,
        Kind::Unauthenticated | Kind::Forbidden | Kind::Stale => Fault::Forbidden("whoever it acts for may not".into()),
        Kind::Invalid => Fault::invalid("filter", "is not understood"),
        Kind::Conflict => Fault::Conflict(error.to_string()),
        Kind::TooMany | Kind::Unavailable => Fault::Busy(30),
        Kind::Internal => {
            tracing::warn!(error, "a plugin could not be given what it asked for");
            Fault::Internal("the hub failed".into())
        }
    }
}

impl Hub {
    /// Members of the organization it acts in, as far as whoever it acts for may see them.
    async fn members(&self, acting: &Acting, filter: &Value, page: u32) -> Result<Value, Fault> {
        let org = acting.organization.ok_or_else(|| Fault::invalid("model", "is an organization's"))?;
        let after = filter.get("after").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut query = MemberQuery { after, at_most: PAGE };
        for _ in 0..page {
            let skipped = self.orgs.members(&acting.actor, org, &query).await;
            let skipped = skipped.map_err(|error| told(error.kind(), &error))?;
            let Some(next) = skipped.next else { return Ok(json!({ "members": [], "next": null })) };
            query.after = next;
        }
        let list = self.orgs.members(&acting.actor, org, &query).await;
        let list = list.map_err(|error| told(error.kind(), &error))?;
        let members = list.members.into_iter().map(|member| {
            let name = (acting.users != UsersDetail::None).then_some(member.who.name);
            json!({ "person": member.who.id.to_string(), "name": name, "role": member.role, "joined_at": member.joined_at })
        });
        Ok(json!({ "members": members.collect::<Vec<_>>(), "next": list.next }))
    }
}

impl Neighbours for Hub {
    fn standing<'a>(&'a self, actor: &'a Actor, org: OrgId) -> BoxFuture<'a, Result<Option<Standing>, Unknown>> {
        Box::pin(async move {
            match self.orgs.standing(actor, org).await {
                Ok(standing) => Ok(Some(standing)),
                // Whoever may not see it is told what somebody is told who asks for one that isn't there.
                Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden | Kind::Unauthenticated) => {
                    Ok(None)
                }
                Err(error) => Err(unknown(error)),
            }
        })
    }

    fn organizations(&self, after: Option<OrgId>, at_most: u32) -> BoxFuture<'_, Result<Vec<OrgId>, Unknown>> {
        Box::pin(async move {
            let query = SurveyQuery { search: String::new(), state: Some(OrgState::Active), after, at_most };
            let survey = self.orgs.survey(&Actor::Job, query).await.map_err(unknown)?;
            Ok(survey.organizations.into_iter().map(|one| one.organization.id).collect())
        })
    }

    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        Box::pin(async move { self.accounts.names(&Actor::Job, users).await.map_err(unknown) })
    }

    fn keepers(&self) -> BoxFuture<'_, Result<Vec<Keeper>, Unknown>> {
        Box::pin(async move {
            let staff = self.accounts.role_holders(&Actor::Job, MOST_KEEPERS).await.map_err(unknown)?;
            let mut keepers = Vec::new();
            for one in staff.into_iter().filter(|held| Roles::ADMINS.has(held.role)).flat_map(|held| held.people) {
                let Some(mailbox) = self.accounts.mailbox(&Actor::Job, one.id).await.map_err(unknown)? else {
                    continue;
                };
                let accounts::Mailbox { name, address, locale } = mailbox;
                keepers.push(Keeper { user: one.id, name, address, locale });
            }
            Ok(keepers)
        })
    }

    fn read<'a>(
        &'a self,
        acting: &'a Acting,
        model: ReadModel,
        filter: Value,
        page: u32,
    ) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            match model {
                ReadModel::Members => self.members(acting, &filter, page.min(1_000)).await,
                // Their domains are not in this hub.
                _ => Err(Fault::NotFound),
            }
        })
    }

    fn act<'a>(&'a self, _: &'a Acting, _: &'a str, _: Value) -> BoxFuture<'a, Result<Value, Fault>> {
        // The domains whose actions are named by plugins are not in this hub.
        Box::pin(async { Err(Fault::NotFound) })
    }

    fn notify<'a>(&'a self, _: &'a Acting, _: UserId, _: &'a str, _: Value) -> BoxFuture<'a, Result<(), Fault>> {
        // This hub has nothing yet that people are notified by and could switch off.
        Box::pin(async { Err(Fault::NotFound) })
    }

    fn say<'a>(&'a self, acting: &'a Acting, channel: &'a str, message: Value) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let org = acting.organization.ok_or_else(|| Fault::invalid("channel", "is an organization's"))?;
            let topic = Topic::from_word(channel)
                .ok_or_else(|| Fault::invalid("channel", "is none of the topics that an admin can pick one for"))?;
            let text = message.as_str().or_else(|| message.get("text").and_then(Value::as_str));
            let text = text.ok_or_else(|| Fault::invalid("message", "is a text, or has one"))?;
            let said = self.discord.say(&acting.actor, org, topic, &Message::of(Message::plain(text))).await;
            said.map_err(|error| told(error.kind(), &error))
        })
    }
}
