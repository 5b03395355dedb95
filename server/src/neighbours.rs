//! What plugins need of the other domains: who belongs where, what people are called, where something can be said and done, and who
//! is written to.

mod acting;
mod reading;
mod telling;

use std::{collections::HashMap, error::Error as StdError, sync::Arc};

use accounts::Accounts;
use base::{Actor, Chance, Clock, Kind, OrgId, Roles, RoomId, Standing, UserId};
use contract::{discord::Topic, organization::OrgState};
use db::Db;
use discord::{Discord, Message};
use futures::future::BoxFuture;
use live::Board;
use metaserver::Rooms;
use moderation::Moderation;
use orders::Orders;
use orgs::{Orgs, SurveyQuery};
use people::People;
use plugin_api::{
    act::{Act, InRoom},
    call::Fault,
    manifest::ReadModel,
};
use plugins::{Acting, Channel, Keeper, Maker, Neighbours, Note, Parts, Plugin, Plugins, Unknown};
use ranking::Ranking;
use serde_json::Value;

use self::{reading::Reading, telling::Telling};
use crate::{config::Settings, wiring::StartError, work::Work};

/// So many of each role that runs the hub are written to.
const MOST_KEEPERS: u32 = 50;

/// The hub as its plugins see it.
struct Hub {
    accounts: Accounts,
    orgs: Orgs,
    discord: Discord,
    rooms: Rooms,
    moderation: Moderation,
    reading: Reading,
    telling: Telling,
}

/// What plugins stand on.
pub(crate) struct From<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) accounts: &'a Accounts,
    pub(crate) orgs: &'a Orgs,
    pub(crate) discord: &'a Discord,
    pub(crate) rooms: &'a Rooms,
    pub(crate) moderation: &'a Moderation,
    pub(crate) people: &'a People,
    pub(crate) board: &'a Board,
    pub(crate) ranking: &'a Ranking,
    pub(crate) orders: &'a Orders,
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
            rooms: from.rooms.clone(),
            moderation: from.moderation.clone(),
            reading: Reading {
                accounts: from.accounts.clone(),
                orgs: from.orgs.clone(),
                board: from.board.clone(),
                ranking: from.ranking.clone(),
                orders: from.orders.clone(),
            },
            telling: Telling {
                db: from.db.clone(),
                clock: Arc::clone(from.clock),
                accounts: from.accounts.clone(),
                orgs: from.orgs.clone(),
                people: from.people.clone(),
                moderation: from.moderation.clone(),
            },
        }),
        builtins: from.builtins,
        maker: maker(from.settings),
        hub: env!("CARGO_PKG_VERSION").parse()?,
        folder: from.settings.data_dir.join("plugins"),
        sources: from.settings.plugins.sources.clone(),
        bounds: from.settings.plugins.bounds(),
    }))
}

/// The engine for guests, as large as the machine lets it be.
#[cfg(feature = "guests")]
fn maker(settings: &Settings) -> Arc<dyn Maker> {
    let plugins::Bounds { answer, task, component, .. } = settings.plugins.bounds();
    let memory_bytes = settings.plugins.memory_mib as usize * 1024 * 1024;
    let limits = plugins::engine::Limits {
        component_bytes: component,
        memory_bytes,
        cpu: answer,
        task,
        ..plugins::engine::Limits::default()
    };
    let limits = match memory() {
        Some(bytes) => limits.on_a_machine_of(bytes),
        None => limits,
    };
    Arc::new(plugins::engine::Engine::new(limits))
}

#[cfg(not(feature = "guests"))]
fn maker(_: &Settings) -> Arc<dyn Maker> {
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

    fn person_called<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>> {
        Box::pin(async move {
            let found = self.accounts.find_user(&Actor::Job, name).await.map_err(unknown)?;
            Ok(found.map(|user| user.id))
        })
    }

    fn address_of(&self, org: OrgId) -> BoxFuture<'_, Result<Option<String>, Unknown>> {
        Box::pin(async move {
            match self.orgs.slug_of(&Actor::Job, org).await {
                Ok(slug) => Ok(Some(slug)),
                Err(error) if error.kind() == Kind::NotFound => Ok(None),
                Err(error) => Err(unknown(error)),
            }
        })
    }

    fn organization_at<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Option<OrgId>, Unknown>> {
        Box::pin(async move {
            match self.orgs.id_of(&Actor::Job, address).await {
                Ok(org) => Ok(Some(org)),
                Err(error) if error.kind() == Kind::NotFound => Ok(None),
                Err(error) => Err(unknown(error)),
            }
        })
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
        Box::pin(self.reading.read(acting, model, filter, page))
    }

    fn act<'a>(&'a self, acting: &'a Acting, act: Act, input: InRoom) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(acting::act(&self.rooms, acting, act, input))
    }

    fn notify<'a>(&'a self, acting: &'a Acting, person: UserId, note: &'a Note) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.telling.notify(acting, person, note))
    }

    fn say<'a>(&'a self, acting: &'a Acting, channel: &'a Channel, message: Value) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async move {
            let text = message.as_str().or_else(|| message.get("text").and_then(Value::as_str));
            let text = text.ok_or_else(|| Fault::invalid("message", "is a text, or has one"))?;
            match channel {
                Channel::Discord(topic) => self.say_in_discord(acting, topic, text).await,
                Channel::Lobby(room) => self.say_in_lobby(acting, *room, text).await,
            }
        })
    }
}

impl Hub {
    async fn say_in_discord(&self, acting: &Acting, topic: &str, text: &str) -> Result<(), Fault> {
        let org = acting.organization.ok_or_else(|| Fault::invalid("channel", "is an organization's"))?;
        let topic = Topic::from_word(topic)
            .ok_or_else(|| Fault::invalid("channel", "is none of the topics that an admin can pick one for"))?;
        let said = self.discord.say(&acting.actor, org, topic, &Message::of(Message::plain(text))).await;
        said.map_err(|error| told(error.kind(), &error))
    }

    async fn say_in_lobby(&self, acting: &Acting, room: Option<RoomId>, text: &str) -> Result<(), Fault> {
        // Whom nobody hears nobody hears through a plugin.
        if acting.actor.user().is_some_and(|user| self.moderation.is_muted(user)) {
            return Err(told(Kind::Forbidden, &Kind::Forbidden));
        }
        let said = self.rooms.tell(&acting.actor, room, text).await;
        said.map_err(|error| match error.kind() {
            Kind::Invalid => Fault::invalid("message", "is empty, too long, or has a word that nobody says there"),
            kind => told(kind, &error),
        })
    }
}
