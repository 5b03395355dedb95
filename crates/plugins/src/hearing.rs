//! What happened, told to the plugins that listen: into an inbox in the transaction that reads on, out of it by jobs, in order.

use std::time::Duration;

use base::{EventId, Millis, OrgId};
use contract::Event;
use events::Reader;
use jobs::{Failure, Kind, NewJob, Run, Workers};
use plugin_api::{
    call::Happened,
    manifest::{Priority, UsersDetail},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Plugins,
    calling::{Ask, Export},
    hand::LONGEST_CHAIN,
    snapshot::On,
    store::{self, InboxRow, NewTold},
};

/// So many events are read in one transaction.
const BATCH: u32 = 128;
/// So many wait for one plugin in one place.
const INBOX: i64 = 1_000;
/// What fails is tried again after these, and then put aside.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_hours(1),
];
/// Of a plugin that can't be called now the inbox waits, and that is no attempt.
const AWAY: Duration = Duration::from_secs(30);
const KIND: &str = "plugin.tell";
/// So many are told in one run of a job before it makes room for others.
const AT_ONCE: u32 = 50;

/// Whose inbox is emptied.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Inbox {
    plugin: String,
    organization: Option<OrgId>,
}

impl Inbox {
    fn key(&self) -> String {
        format!("{}/{}", self.plugin, self.organization.map_or(0, OrgId::get))
    }

    fn job(&self) -> NewJob {
        NewJob::new(KIND, self).once(self.key())
    }
}

impl Plugins {
    /// Puts what happens into the inboxes of those who listen, each once, until `stop`. On several nodes each event falls to one of them.
    pub async fn follow(self, stop: CancellationToken) {
        let mut reader = Reader::new(self.db().clone(), "plugins");
        loop {
            if let Err(error) = self.read_on(&reader).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "plugins wait: what happened can't be read or put into their inboxes; it is tried again"
                );
            }
            if !reader.wait(self.anybody_listens(), &stop).await {
                break;
            }
        }
    }

    fn anybody_listens(&self) -> bool {
        self.snapshot().installed.iter().any(|plugin| !plugin.facts.manifest.listens.is_empty())
    }

    /// Everything there is to read now.
    async fn read_on(&self, reader: &Reader) -> Result<(), db::Error> {
        loop {
            let Some(read) = reader.next(BATCH).await? else { return Ok(()) };
            let more = read.more;
            let mut told = Vec::new();
            for (id, at, event) in &read.events {
                told.extend(self.listeners(*id, *at, event));
            }
            self.act_on(&read.events).await;
            let now = self.now();
            let dropped = self
                .db()
                .write(move |tx| {
                    let (read, told) = (read.clone(), told.clone());
                    Box::pin(async move {
                        let mut dropped = Vec::new();
                        if !read.leave_behind(tx).await? {
                            return Ok(dropped);
                        }
                        let mut inboxes: Vec<Inbox> = Vec::new();
                        for new in &told {
                            if !store::put_into_inbox(tx, new, now).await? {
                                continue;
                            }
                            let inbox = Inbox { plugin: new.plugin.clone(), organization: new.organization };
                            if inboxes.iter().all(|known| known.key() != inbox.key()) {
                                inboxes.push(inbox);
                            }
                        }
                        for inbox in &inboxes {
                            let lost = store::drop_overflow(tx, &inbox.plugin, inbox.organization, INBOX).await?;
                            if lost > 0 {
                                dropped.push((inbox.clone(), lost));
                            }
                            jobs::enqueue(tx, now, &inbox.job()).await?;
                        }
                        Ok::<_, db::Error>(dropped)
                    })
                })
                .await?;
            for (inbox, lost) in dropped {
                metrics::counter!("guildhall_plugin_events_dropped_total", "plugin" => inbox.plugin.clone())
                    .increment(lost);
                tracing::warn!(plugin = inbox.plugin, lost, "a plugin's inbox was full: events were dropped");
                for _ in 0..lost {
                    let none = (Duration::ZERO, Duration::ZERO);
                    self.0.scribe.call(&inbox.plugin, inbox.organization, now, "event.dropped", true, none);
                }
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// What the host itself does about an event; done again it does no harm.
    async fn act_on(&self, events: &[(EventId, Millis, Event)]) {
        for (.., event) in events {
            let done = match event {
                Event::OrganizationCreated { organization, .. } => self.welcome(*organization).await,
                Event::UserDeleted { user } => self.forget_later(*user).await,
                _ => Ok(()),
            };
            if let Err(error) = done {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "plugins were not told of a person or an organization"
                );
            }
        }
    }

    /// Who is told of an event, and what.
    fn listeners(&self, id: EventId, at: Millis, event: &Event) -> Vec<NewTold> {
        let Some(told) = Told::of(event) else { return Vec::new() };
        if told.depth > LONGEST_CHAIN {
            return Vec::new();
        }
        let picture = self.snapshot();
        let mut found: Vec<(&On, Priority)> = Vec::new();
        let here = picture.here(told.organization);
        for on in here.all.iter() {
            // Nobody hears themselves.
            if told.by.as_deref() == Some(on.id().as_str()) {
                continue;
            }
            let heard = on.manifest().listens.iter().filter(|listen| listen.event.matches(&told.name));
            if let Some(priority) = heard.map(|listen| listen.priority).max() {
                found.push((on, priority));
            }
        }
        // In their turn; those of one turn by id.
        found.sort_by(|(a, first), (b, second)| second.cmp(first).then_with(|| a.id().cmp(b.id())));
        let told = &told;
        found
            .into_iter()
            .map(|(on, priority)| NewTold {
                plugin: on.id().to_string(),
                organization: told.organization,
                event: id,
                subject: format!("{}/{}", told.subject.0, told.subject.1),
                priority: priority as i64,
                happened: serde_json::to_string(&told.happened(id, at, on.granted.users)).unwrap_or_default(),
                depth: told.depth.into(),
            })
            .collect()
    }

    pub(crate) fn register_telling(&self, workers: &mut Workers) {
        let hub = self.clone();
        // How often, and after how long, is written in the inbox.
        let kind =
            Kind::new(KIND).at_once(8).within(Duration::from_mins(15)).attempts(1_000).backing_off(PAUSES[0], AWAY);
        workers.handle(kind, move |run| {
            let hub = hub.clone();
            async move { hub.empty(&run).await }
        });
    }

    /// Tells one plugin what waits for it in one place.
    async fn empty(&self, run: &Run) -> Result<(), Failure> {
        let inbox: Inbox = run.read()?;
        let mut left = AT_ONCE;
        while left > 0 {
            let rows = store::to_tell(self.db(), &inbox.plugin, inbox.organization, self.now(), left).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                left = left.saturating_sub(1);
                self.tell(&inbox, row).await?;
                if run.stopping().is_cancelled() {
                    return Err(Failure::retry("the hub stops"));
                }
            }
        }
        let Some(next) = store::next_telling(self.db(), &inbox.plugin, inbox.organization).await? else {
            return Ok(());
        };
        // It is its own successor: whatever waits longer is waited for by it.
        Err(Failure::postponed(next))
    }

    async fn tell(&self, inbox: &Inbox, row: InboxRow) -> Result<(), Failure> {
        let now = self.now();
        let found = self.snapshot().here(inbox.organization).find(&inbox.plugin).cloned();
        // Switched off meanwhile: what happened there is none of its business any more.
        let Some(on) = found else { return Ok(store::told(self.db(), row.id).await?) };
        let Ok(happened) = serde_json::from_str::<Happened>(&row.happened_json) else {
            return Ok(store::told(self.db(), row.id).await?);
        };
        let trace = format!("event/{}", happened.id);
        let ask = Ask {
            depth: u32::try_from(row.depth).unwrap_or(u32::MAX),
            ..Ask::by_hub(on, inbox.organization, Export::Event, trace)
        };
        match self.call(ask, move |plugin, ctx| plugin.event(ctx, happened)).await {
            Ok(()) => Ok(store::told(self.db(), row.id).await?),
            Err(Error::Away(_)) => Ok(store::tell_later(self.db(), row.id, now.plus(AWAY)).await?),
            Err(error) => {
                let attempts = usize::try_from(row.attempts).unwrap_or(usize::MAX);
                let next = PAUSES.get(attempts).map(|pause| now.plus(*pause));
                Ok(store::not_told(self.db(), row.id, next, &error.to_string(), now).await?)
            }
        }
    }

    /// Has an inbox looked at, in the transaction that put something back into it.
    pub(crate) fn telling(plugin: &str, organization: Option<OrgId>) -> NewJob {
        Inbox { plugin: plugin.to_owned(), organization }.job()
    }
}

/// What plugins know an event by, and where it happened; `None`: they hear nothing of it.
pub(crate) fn named(event: &Event) -> Option<(String, Option<OrgId>)> {
    Told::of(event).map(|told| (told.name, told.organization))
}

/// An event as plugins hear of it, before it is known which of them does.
struct Told {
    name: String,
    version: u32,
    organization: Option<OrgId>,
    actor: (&'static str, String),
    subject: (&'static str, String),
    payload: Value,
    /// Names in the payload, which only some may see.
    names: &'static [&'static str],
    depth: u32,
    by: Option<String>,
}

impl Told {
    fn of(event: &Event) -> Option<Self> {
        let new = |name: &str, subject: (&'static str, String), payload: Value| Self {
            name: name.to_owned(),
            version: 1,
            organization: None,
            actor: ("hub", String::new()),
            subject,
            payload,
            names: &[],
            depth: 0,
            by: None,
        };
        let user = |user: &base::UserId| ("user", user.to_string());
        let game = |game: &base::GameId| ("game", game.to_string());
        let organization = |org: &OrgId| ("organization", org.to_string());
        let by = |who: &base::UserId, told: Self| Self { actor: ("user", who.to_string()), ..told };
        let in_it = |org: &OrgId, told: Self| Self { organization: Some(*org), ..told };
        Some(match event {
            Event::UserRegistered { user: who, name } => Self {
                names: &["name"],
                ..by(who, new("user.registered", user(who), json!({ "person": who.to_string(), "name": name })))
            },
            Event::UserDeleted { user: who } => new("user.deleted", user(who), json!({ "person": who.to_string() })),
            Event::SiteChanged => new("site.changed", ("site", String::new()), json!({})),
            Event::GameListed { game: which, room, host, dialect, name } => {
                let told = new(
                    "game.listed",
                    game(which),
                    json!({
                        "game": which.to_string(), "room": room.to_string(), "host": host.map(|host| host.to_string()),
                        "dialect": dialect, "name": name,
                    }),
                );
                match host {
                    Some(host) => by(host, told),
                    None => told,
                }
            }
            Event::GameStarted { game: which, at } => {
                new("game.started", game(which), json!({ "game": which.to_string(), "at": at }))
            }
            Event::GameEnded { game: which, at } => {
                new("game.ended", game(which), json!({ "game": which.to_string(), "at": at }))
            }
            Event::GameSettled { game: which, room, dialect, disputed } => new(
                "game.settled",
                game(which),
                json!({ "game": which.to_string(), "room": room.to_string(), "dialect": dialect, "disputed": disputed }),
            ),
            Event::ResultJudged { game: which, dialect, verdict } => new(
                "game.judged",
                game(which),
                json!({ "game": which.to_string(), "dialect": dialect, "verdict": verdict }),
            ),
            Event::OrganizationCreated { organization: which, name } => in_it(
                which,
                new(
                    "organization.created",
                    organization(which),
                    json!({ "organization": which.to_string(), "name": name }),
                ),
            ),
            Event::OrganizationChanged { organization: which } => in_it(
                which,
                new("organization.changed", organization(which), json!({ "organization": which.to_string() })),
            ),
            Event::OrganizationClosed { organization: which } => in_it(
                which,
                new("organization.closed", organization(which), json!({ "organization": which.to_string() })),
            ),
            Event::MemberJoined { organization: which, user: who, role } => in_it(
                which,
                by(who, new("member.joined", user(who), json!({ "person": who.to_string(), "role": role }))),
            ),
            Event::MemberLeft { organization: which, user: who } => {
                in_it(which, new("member.left", user(who), json!({ "person": who.to_string() })))
            }
            Event::MemberRoleChanged { organization: which, user: who, role } => {
                in_it(which, new("member.role_changed", user(who), json!({ "person": who.to_string(), "role": role })))
            }
            Event::PluginEnabled { plugin, organization: at } => Self {
                organization: *at,
                ..new("plugin.enabled", ("plugin", plugin.clone()), json!({ "plugin": plugin }))
            },
            Event::PluginDisabled { plugin, organization: at } => Self {
                organization: *at,
                ..new("plugin.disabled", ("plugin", plugin.clone()), json!({ "plugin": plugin }))
            },
            Event::PluginConfigChanged { plugin, organization: at } => Self {
                organization: *at,
                ..new("plugin.config_changed", ("plugin", plugin.clone()), json!({ "plugin": plugin }))
            },
            Event::PluginTold { plugin, organization: at, name, version, depth, user: who, payload } => Self {
                version: *version,
                organization: *at,
                actor: ("plugin", plugin.clone()),
                depth: *depth,
                by: Some(plugin.clone()),
                ..new(
                    name,
                    who.as_ref().map_or_else(|| ("plugin", plugin.clone()), user),
                    serde_json::from_str(payload).unwrap_or(Value::Null),
                )
            },
            // What concerns nobody but the person, those who keep order, or the hub itself: told only when somebody has decided so.
            _ => return None,
        })
    }

    /// As one of them hears of it.
    fn happened(&self, id: EventId, at: Millis, users: UsersDetail) -> Happened {
        let mut payload = self.payload.clone();
        if users == UsersDetail::None
            && let Value::Object(fields) = &mut payload
        {
            fields.retain(|field, _| !self.names.contains(&field.as_str()));
        }
        Happened {
            id: id.to_string(),
            name: self.name.clone(),
            version: self.version,
            at: at.0,
            organization: self.organization.map(|org| org.to_string()),
            actor: (self.actor.0.to_owned(), self.actor.1.clone()),
            subject: (self.subject.0.to_owned(), self.subject.1.clone()),
            payload,
        }
    }
}
