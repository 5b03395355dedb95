//! What a plugin's asking leads to: the hand that the hub lends it for one call.
//!
//! Each power looks at the grant first and says which one was missing, and each is scoped to the plugin and the place it was called in: both
//! are the hand's, and no argument can name another.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use base::{Actor, Millis, OrgId, UserId};
use contract::{
    Event,
    schedule::{Timing, When},
};
use jobs::NewSchedule;
use plugin_api::{
    act::Act,
    call::{Fault, Response},
    manifest::{ChatPlace, ReadModel, Scope},
};
use serde_json::{Map, Value};

use crate::{
    Answer, Note, Plugins, Powers, Stop, acts,
    calling::Ask,
    neighbours::{Acting, Channel},
    powers::{Document, Find, Found, Keep, KeepDocument, Kept, Level, Outgoing},
    store::{self, NewLine},
    tasks,
    values::key,
};

/// So much may be asked of the hub in one call, and in what that calls.
const MOST_ASKED: u32 = 1_000;
/// So many lines may be written in one call, and so long.
const MOST_LINES: u32 = 100;
const LONGEST_LINE: usize = 4 * 1024;
/// The most random bytes at once.
const MOST_RANDOM: usize = 4_096;
/// Plugins may call one another so deep.
pub(crate) const DEEPEST: u32 = 4;
/// An event may have come from so many plugins, one after the other.
pub(crate) const LONGEST_CHAIN: u32 = 8;
pub(crate) const MIB: i64 = 1024 * 1024;

pub(crate) struct Hand {
    pub(crate) hub: Plugins,
    pub(crate) ask: Ask,
    lines: AtomicU32,
    stop: Mutex<Option<Stop>>,
    cpu_micros: AtomicU64,
}

impl Hand {
    pub(crate) fn new(hub: Plugins, ask: Ask) -> Self {
        Self { hub, ask, lines: AtomicU32::new(0), stop: Mutex::default(), cpu_micros: AtomicU64::new(0) }
    }

    /// Why the guest was stopped, where it was.
    pub(crate) fn was_stopped(&self) -> Option<Stop> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn cpu(&self) -> Duration {
        Duration::from_micros(self.cpu_micros.load(Ordering::Relaxed))
    }

    pub(crate) fn id(&self) -> &str {
        self.ask.on.id().as_str()
    }

    pub(crate) fn organization(&self) -> Option<OrgId> {
        self.ask.at
    }

    /// Counts one question; too many are refused.
    pub(crate) fn count(&self) -> Result<(), Fault> {
        if self.ask.asked.fetch_add(1, Ordering::Relaxed) < MOST_ASKED {
            return Ok(());
        }
        Err(Fault::Busy(1))
    }

    /// Whether it was granted; says so in the metrics where it was not.
    pub(crate) fn granted(&self, capability: &'static str, is: bool) -> Result<(), Fault> {
        self.count()?;
        let outcome = if is { "granted" } else { "refused" };
        let labels =
            [("plugin", self.id().to_owned()), ("capability", capability.to_owned()), ("outcome", outcome.to_owned())];
        metrics::counter!("guildhall_plugin_powers_total", &labels).increment(1);
        if is { Ok(()) } else { Err(Fault::Forbidden(capability.to_owned())) }
    }

    pub(crate) fn acting(&self) -> Acting {
        Acting { actor: self.actor(), organization: self.ask.at, users: self.ask.on.granted.users }
    }

    /// The plugin as the hub's services know it: with its grants, for whoever has called it.
    fn actor(&self) -> Actor {
        Actor::Plugin(base::Plugin {
            id: self.id().into(),
            name: self.ask.on.manifest().name.as_str().into(),
            organization: self.ask.at,
            may: Arc::clone(&self.ask.on.asks),
            behind: self.ask.actor.clone().map(Box::new),
        })
    }
}

/// Our own failures are told the log, and not the plugin.
pub(crate) fn ours(error: impl std::error::Error + 'static) -> Fault {
    tracing::warn!(error = &error as &dyn std::error::Error, "a plugin could not be given what it asked for");
    Fault::Internal("the hub failed".into())
}

pub(crate) fn person(text: Option<&str>) -> Result<Option<UserId>, Fault> {
    let read =
        |text: &str| text.parse::<i64>().map(UserId::from).map_err(|_| Fault::invalid("person", "is nobody's id"));
    text.map(read).transpose()
}

impl Powers for Hand {
    fn config(&self) -> Value {
        (*self.ask.on.config).clone()
    }

    fn now(&self) -> i64 {
        self.hub.now().0
    }

    fn random(&self, bytes: usize) -> Vec<u8> {
        let mut random = vec![0; bytes.min(MOST_RANDOM)];
        self.hub.0.parts.chance.fill(&mut random);
        random
    }

    fn log(&self, level: Level, text: &str) {
        if self.lines.fetch_add(1, Ordering::Relaxed) >= MOST_LINES {
            metrics::counter!("guildhall_plugin_log_dropped_total", "plugin" => self.id().to_owned()).increment(1);
            return;
        }
        // A line is one line: nobody forges the next.
        let mut text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut end = LONGEST_LINE.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        self.hub.0.scribe.line(NewLine {
            plugin: self.id().to_owned(),
            organization: self.ask.at,
            at: self.hub.now(),
            level: level.word(),
            text,
            trace: self.ask.visit.trace.clone(),
        });
    }

    fn get(&self, at: String) -> Answer<'_, Option<Kept>> {
        Box::pin(self.value(at))
    }

    fn put(&self, at: String, value: Vec<u8>, how: Keep) -> Answer<'_, i64> {
        Box::pin(self.keep_value(at, value, how))
    }

    fn delete(&self, at: String) -> Answer<'_, bool> {
        Box::pin(self.drop_value(at))
    }

    fn list(&self, prefix: String, after: Option<String>, limit: u32) -> Answer<'_, Vec<(String, Kept)>> {
        Box::pin(self.values(prefix, after, limit))
    }

    fn document(&self, collection: String, id: String) -> Answer<'_, Option<Document>> {
        Box::pin(self.look_up(collection, id))
    }

    fn put_document(
        &self,
        collection: String,
        id: Option<String>,
        body: Value,
        how: KeepDocument,
    ) -> Answer<'_, Document> {
        Box::pin(self.keep(collection, id, body, how))
    }

    fn delete_document(&self, collection: String, id: String) -> Answer<'_, bool> {
        Box::pin(self.let_go(collection, id))
    }

    fn find(&self, collection: String, find: Find) -> Answer<'_, Found> {
        Box::pin(self.search(collection, find))
    }

    fn query(&self, text: String, args: Vec<Value>) -> Answer<'_, Vec<Map<String, Value>>> {
        Box::pin(self.query_own(text, args))
    }

    fn execute(&self, text: String, args: Vec<Value>) -> Answer<'_, u64> {
        Box::pin(self.execute_own(text, args))
    }

    fn send(&self, request: Outgoing) -> Answer<'_, Response> {
        Box::pin(self.call_out(request))
    }

    fn read(&self, model: ReadModel, filter: Value, page: u32) -> Answer<'_, Value> {
        Box::pin(async move {
            self.granted("read", self.ask.on.granted.read.contains(&model))?;
            self.hub.0.parts.neighbours.read(&self.acting(), model, filter, page).await
        })
    }

    fn act(&self, name: String, input: Value) -> Answer<'_, Value> {
        Box::pin(async move {
            let known = Act::from_word(&name).filter(|act| self.ask.on.granted.act.contains(act));
            let Some(act) = known else { return self.granted("act", false).map(|()| Value::Null) };
            self.granted("act", true)?;
            let input = acts::read(act, &input, self.ask.on.granted.users)?;
            self.ask.on.plugin.lane.count_act(self.ask.at).map_err(Fault::Busy)?;
            self.hub.0.parts.neighbours.act(&self.acting(), act, input).await
        })
    }

    fn call(&self, plugin: String, name: String, input: Value) -> Answer<'_, Value> {
        Box::pin(self.call_another(plugin, name, input))
    }

    fn emit(&self, name: String, payload: Value) -> Answer<'_, ()> {
        Box::pin(async move {
            self.count()?;
            let Some((version, schema)) = self.ask.on.plugin.facts.emits.get(&name) else {
                return Err(Fault::invalid("name", "is none of the events its manifest says it tells"));
            };
            wrong(schema.check(&payload), "payload")?;
            let depth = self.ask.depth + 1;
            if depth > LONGEST_CHAIN {
                tracing::warn!(plugin = self.id(), event = name, "a chain of plugins' events was cut");
                return Err(Fault::Conflict(format!("{LONGEST_CHAIN} plugins told of one another's events")));
            }
            let event = Event::PluginTold {
                plugin: self.id().to_owned(),
                organization: self.ask.at,
                name,
                version: *version,
                depth,
                user: self.ask.actor.as_ref().and_then(Actor::user),
                payload: payload.to_string(),
            };
            let now = self.hub.now();
            self.hub
                .db()
                .write(move |tx| {
                    let event = event.clone();
                    Box::pin(async move { events::record(tx, now, &event).await })
                })
                .await
                .map_err(ours)
        })
    }

    fn schedule(&self, task: String, at_key: String, at: i64, payload: Value) -> Answer<'_, ()> {
        Box::pin(async move {
            self.count()?;
            key(&at_key)?;
            let manifest = self.ask.on.manifest();
            let known = manifest.tasks.iter().find(|one| one.id == task);
            let here = |scope| (scope == Scope::Organization) == self.ask.at.is_some();
            if !known.is_some_and(|task| here(task.scope)) {
                return Err(Fault::invalid("task", "is none of its manifest's tasks, or not of this place"));
            }
            let new = NewSchedule::new(
                self.id(),
                tasks::single(&task, &at_key),
                tasks::KIND,
                When::utc(Timing::OnceAt(Millis(at))),
            );
            let run =
                tasks::Due { plugin: self.id().to_owned(), organization: self.ask.at, task, payload, each: false };
            let new = match self.ask.at {
                Some(org) => new.of(org),
                None => new,
            }
            .with(&run);
            let now = self.hub.now();
            let planned = self
                .hub
                .db()
                .write(move |tx| {
                    let new = new.clone();
                    Box::pin(async move { jobs::plan(tx, now, &new).await.map(drop) })
                })
                .await;
            planned.map_err(|error| match error {
                jobs::Error::Full => Fault::Conflict("as many as there may be are planned".into()),
                jobs::Error::Invalid(_) => Fault::invalid("at", "is no time, or the payload is too large"),
                other => ours(other),
            })
        })
    }

    fn notify(&self, to: String, kind: String, payload: Value) -> Answer<'_, ()> {
        Box::pin(async move {
            self.granted("notify", self.ask.on.granted.notify)?;
            let note = Note::read(self.ask.on.manifest(), self.ask.at, &kind, &payload)?;
            let Some(to) = person(Some(&to))? else { return Err(Fault::invalid("person", "is nobody's id")) };
            self.ask.on.plugin.lane.count_note(self.ask.at).map_err(Fault::Busy)?;
            self.hub.0.parts.neighbours.notify(&self.acting(), to, &note).await
        })
    }

    fn say(&self, channel: String, message: Value) -> Answer<'_, ()> {
        Box::pin(async move {
            let channel = Channel::read(&channel)?;
            self.granted("chat", self.ask.on.granted.chat.contains(&channel.place()))?;
            if channel.place() == ChatPlace::Lobby {
                self.ask.on.plugin.lane.count_line(self.ask.at).map_err(Fault::Busy)?;
            }
            self.hub.0.parts.neighbours.say(&self.acting(), &channel, message).await
        })
    }

    fn stopped(&self, why: Stop) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
    }

    fn spent(&self, cpu: Duration) {
        self.cpu_micros.fetch_add(u64::try_from(cpu.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What a transaction of a store ends with.
pub(crate) enum Refusal {
    Fault(Fault),
    Store(db::Error),
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    pub(crate) fn told(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            // Somebody named a person who is not there.
            Self::Store(db::Error::Violated { .. }) => Fault::invalid("person", "is nobody's id"),
            Self::Store(error) => ours(error),
        }
    }
}

/// Makes room for so much more, or says that there is none.
pub(crate) async fn make_room(
    tx: &mut db::Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    name: &'static str,
    change: i64,
    most: i64,
) -> Result<(), Refusal> {
    if store::use_bytes(tx, plugin, organization, name, change, most).await? {
        return Ok(());
    }
    // Rows may have gone by themselves: with a person, or because their time was over.
    store::recount(tx, plugin, organization, name).await?;
    if store::use_bytes(tx, plugin, organization, name, change, most).await? {
        return Ok(());
    }
    Err(Refusal::Fault(Fault::Conflict(format!("the store is full: {} MiB", most / MIB))))
}

/// What a schema has against a value, as a fault.
pub(crate) fn wrong(faults: Vec<crate::Fault>, at: &str) -> Result<(), Fault> {
    if faults.is_empty() {
        return Ok(());
    }
    let told: BTreeSet<(String, String)> =
        faults.into_iter().map(|fault| (format!("{at}{}", fault.path), fault.wrong.to_string())).collect();
    Err(Fault::Invalid(told.into_iter().collect()))
}

/// Shared with what a plugin calls.
pub(crate) fn within(ask: &Ask) -> Arc<AtomicU32> {
    Arc::clone(&ask.asked)
}
