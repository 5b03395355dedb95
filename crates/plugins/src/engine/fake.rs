//! A hub that is none: what a plugin asks is answered from memory, and written down. For authors' tests, and for our own.
//!
//! It keeps values and documents as the hub does, for one place at a time; it calls nobody. What it answers to requests elsewhere, to reads,
//! acts and calls is laid out beforehand, and what was sent, told and said can be looked at afterwards. A database of the plugin's own is a real
//! one, in memory. Capabilities count as granted when the manifest asks for them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use confined::Database;
use plugin_api::{
    Manifest,
    act::Act,
    call::{Document, Fault, Find, Found, Keep, KeepDocument, Kept, Level, Outgoing, Response},
    manifest::ReadModel,
};
use serde_json::{Map, Value, json};

use crate::{
    Note, acts,
    migrations::{self, Migration},
    neighbours::Channel,
    package::Wrong,
    plugin::Answer,
    powers::{Powers, Stop},
    statements,
};

/// The largest value under a key, and the longest key.
const LARGEST_VALUE: usize = 64 * 1024;
const LONGEST_KEY: usize = 256;
/// The most of anything that is listed at once.
const MOST: u32 = 100;

/// A hub in memory.
pub struct Fake {
    manifest: Manifest,
    inner: Mutex<Inner>,
    own: tokio::sync::Mutex<Option<Database>>,
}

#[derive(Default)]
struct Inner {
    now: i64,
    organization: Option<i64>,
    config: Value,
    chance: u64,
    values: BTreeMap<String, (Kept, Keep)>,
    documents: BTreeMap<(String, String), Document>,
    responses: VecDeque<(String, Response)>,
    answers: BTreeMap<String, Value>,
    done: Vec<Deed>,
    spent: Duration,
}

/// Something a plugin did.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// A line in its log.
    Logged(Level, String),
    /// A request to somewhere else.
    Sent(Outgoing),
    /// An act of the hub's.
    Acted(String, Value),
    /// A call of another plugin's export: `presets.resolve`.
    Called(String, Value),
    /// An event of its own.
    Emitted(String, Value),
    /// A task for later: which, key, when, with what.
    Scheduled(String, String, i64, Value),
    /// A notification: to whom, which, with what.
    Notified(String, String, Value),
    /// Something in a channel.
    Said(String, Value),
    /// It was stopped.
    Stopped(Stop),
}

impl Deed {
    /// One word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Logged(..) => "logged",
            Self::Sent(_) => "sent",
            Self::Acted(..) => "acted",
            Self::Called(..) => "called",
            Self::Emitted(..) => "emitted",
            Self::Scheduled(..) => "scheduled",
            Self::Notified(..) => "notified",
            Self::Said(..) => "said",
            Self::Stopped(_) => "stopped",
        }
    }

    /// As JSON, for what a test expects.
    pub fn to_json(&self) -> Value {
        let body = match self {
            Self::Logged(level, line) => json!({ "level": level.word(), "line": line }),
            Self::Sent(request) => {
                let body = String::from_utf8_lossy(&request.body);
                let body = serde_json::from_str(&body).unwrap_or_else(|_| Value::from(body.into_owned()));
                json!({ "method": request.method, "url": request.url, "body": body })
            }
            Self::Acted(name, input) | Self::Called(name, input) => json!({ "name": name, "input": input }),
            Self::Emitted(name, payload) => json!({ "event": name, "payload": payload }),
            Self::Scheduled(task, key, at, payload) => {
                json!({ "task": task, "key": key, "at": at, "payload": payload })
            }
            Self::Notified(person, kind, payload) => {
                json!({ "person": person, "event": kind, "payload": payload })
            }
            Self::Said(channel, message) => json!({ "channel": channel, "message": message }),
            Self::Stopped(why) => json!({ "why": why.to_string() }),
        };
        json!({ (self.word()): body })
    }
}

impl Fake {
    /// One for a plugin, at an instant.
    pub fn new(manifest: Manifest, now: i64) -> Self {
        let config = manifest.config.as_ref().map_or_else(|| json!({}), defaults);
        let organization = Some(1);
        let inner = Mutex::new(Inner { now, organization, config, ..Inner::default() });
        Self { manifest, inner, own: tokio::sync::Mutex::default() }
    }

    /// The same with a database of the plugin's own, on which a package's migrations have run.
    pub async fn with_own(manifest: Manifest, now: i64, migrations: &[Migration]) -> Result<Self, Wrong> {
        let own = migrations::begin(&manifest, migrations).await?;
        Ok(Self { own: tokio::sync::Mutex::new(own), ..Self::new(manifest, now) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the present.
    pub fn set_now(&self, now: i64) {
        self.inner().now = now;
    }

    /// Sets the organization that statements are asked in; `None`: the hub.
    pub fn set_organization(&self, organization: Option<i64>) {
        self.inner().organization = organization;
    }

    /// Lays settings over those that the schema has by itself.
    pub fn configure(&self, settings: &Value) {
        crate::config::lay(&mut self.inner().config, settings);
    }

    /// Lays out the answer to the next request to an address that begins so.
    pub fn respond(&self, url: impl Into<String>, response: Response) {
        self.inner().responses.push_back((url.into(), response));
    }

    /// Lays out the answer to a read (`members`), an act or a call (`presets.resolve`).
    pub fn answer(&self, name: impl Into<String>, answer: Value) {
        self.inner().answers.insert(name.into(), answer);
    }

    /// Keeps a value beforehand.
    pub fn keep(&self, key: impl Into<String>, value: &Value) {
        let kept = Kept { value: value.to_string().into_bytes(), version: 1 };
        self.inner().values.insert(key.into(), (kept, Keep::default()));
    }

    /// The value under a key, where it is JSON.
    pub fn value(&self, key: &str) -> Option<Value> {
        let inner = self.inner();
        serde_json::from_slice(&inner.values.get(key)?.0.value).ok()
    }

    /// What was done since the last time this was asked.
    pub fn take_done(&self) -> Vec<Deed> {
        std::mem::take(&mut self.inner().done)
    }

    /// The processor's time that calls took until now.
    pub fn time_spent(&self) -> Duration {
        self.inner().spent
    }

    fn do_(&self, deed: Deed) {
        self.inner().done.push(deed);
    }

    fn laid_out(&self, name: &str) -> Result<Value, Fault> {
        self.inner()
            .answers
            .get(name)
            .cloned()
            .ok_or_else(|| Fault::Upstream(format!("no answer is laid out for {name}")))
    }
}

fn needs(has: bool, what: &str) -> Result<(), Fault> {
    if has { Ok(()) } else { Err(Fault::Forbidden(format!("the capability {what}"))) }
}

/// What a schema's own defaults come to, table by table.
fn defaults(schema: &Value) -> Value {
    let mut found = schema.get("default").cloned().unwrap_or_else(|| json!({}));
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let below = if schema.get("properties").is_some() { defaults(schema) } else { schema["default"].clone() };
        if let (Some(table), false) = (found.as_object_mut(), below.is_null()) {
            table.insert(name.clone(), below);
        }
    }
    found
}

/// An answer that is there already.
fn now<'a, T: Send + 'a>(answer: Result<T, Fault>) -> Answer<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Powers for Fake {
    fn config(&self) -> Value {
        self.inner().config.clone()
    }

    fn now(&self) -> i64 {
        self.inner().now
    }

    fn random(&self, bytes: usize) -> Vec<u8> {
        // Foreseeable, so that a test finds the same each time.
        let mut inner = self.inner();
        let next = |chance: &mut u64| {
            *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            chance.to_be_bytes()[0]
        };
        (0..bytes).map(|_| next(&mut inner.chance)).collect()
    }

    fn log(&self, level: Level, text: &str) {
        self.do_(Deed::Logged(level, text.to_owned()));
    }

    fn get(&self, key: String) -> Answer<'_, Option<Kept>> {
        now(needs(self.manifest.capabilities.kv.is_some(), "kv").map(|()| {
            let inner = self.inner();
            let alive = inner.values.get(&key).filter(|(_, how)| how.expires.is_none_or(|until| until > inner.now));
            alive.map(|(kept, _)| kept.clone())
        }))
    }

    fn put(&self, key: String, value: Vec<u8>, how: Keep) -> Answer<'_, i64> {
        let put = || {
            needs(self.manifest.capabilities.kv.is_some(), "kv")?;
            if key.is_empty() || key.len() > LONGEST_KEY {
                return Err(Fault::invalid("key", format!("has 1 to {LONGEST_KEY} bytes")));
            }
            if value.len() > LARGEST_VALUE {
                return Err(Fault::invalid("value", format!("has {} KiB at most", LARGEST_VALUE / 1024)));
            }
            let mut inner = self.inner();
            let now = inner.now;
            let version = inner
                .values
                .get(&key)
                .filter(|(_, how)| how.expires.is_none_or(|until| until > now))
                .map_or(0, |(kept, _)| kept.version);
            if how.only_if.is_some_and(|wanted| wanted != version) {
                return Err(Fault::Conflict(format!("{key} is at version {version}")));
            }
            inner.values.insert(key, (Kept { value, version: version + 1 }, how));
            Ok(version + 1)
        };
        now(put())
    }

    fn delete(&self, key: String) -> Answer<'_, bool> {
        now(needs(self.manifest.capabilities.kv.is_some(), "kv").map(|()| self.inner().values.remove(&key).is_some()))
    }

    fn list(&self, prefix: String, after: Option<String>, limit: u32) -> Answer<'_, Vec<(String, Kept)>> {
        now(needs(self.manifest.capabilities.kv.is_some(), "kv").map(|()| {
            let inner = self.inner();
            let alive = inner.values.iter().filter(|(_, (_, how))| how.expires.is_none_or(|until| until > inner.now));
            alive
                .filter(|(key, _)| key.starts_with(&prefix) && after.as_ref().is_none_or(|after| *key > after))
                .take(limit.clamp(1, MOST) as usize)
                .map(|(key, (kept, _))| (key.clone(), kept.clone()))
                .collect()
        }))
    }

    fn document(&self, collection: String, id: String) -> Answer<'_, Option<Document>> {
        now(self.has_collection(&collection).map(|_| self.inner().documents.get(&(collection, id)).cloned()))
    }

    fn put_document(
        &self,
        collection: String,
        id: Option<String>,
        body: Value,
        how: KeepDocument,
    ) -> Answer<'_, Document> {
        let put = || {
            self.has_collection(&collection)?;
            if !body.is_object() {
                return Err(Fault::invalid("body", "is an object"));
            }
            let mut inner = self.inner();
            let id = id.unwrap_or_else(|| (inner.documents.len() + 1).to_string());
            let at = (collection, id.clone());
            let (version, created) =
                inner.documents.get(&at).map_or((0, inner.now), |document| (document.version, document.created));
            if how.only_if.is_some_and(|wanted| wanted != version) {
                return Err(Fault::Conflict(format!("{id} is at version {version}")));
            }
            let updated = inner.now;
            let document = Document { id, body, version: version + 1, person: how.person, created, updated };
            inner.documents.insert(at, document.clone());
            Ok(document)
        };
        now(put())
    }

    fn delete_document(&self, collection: String, id: String) -> Answer<'_, bool> {
        now(self.has_collection(&collection).map(|_| self.inner().documents.remove(&(collection, id)).is_some()))
    }

    fn find(&self, collection: String, find: Find) -> Answer<'_, Found> {
        now(self.found(&collection, &find))
    }

    fn query(&self, text: String, args: Vec<Value>) -> Answer<'_, Vec<Map<String, Value>>> {
        Box::pin(async move {
            let organization = self.inner().organization;
            let mut own = self.own.lock().await;
            self.own_of(&mut own)?.query(&text, &args, organization).await.map_err(statements::fault)
        })
    }

    fn execute(&self, text: String, args: Vec<Value>) -> Answer<'_, u64> {
        Box::pin(async move {
            let organization = self.inner().organization;
            let mut own = self.own.lock().await;
            self.own_of(&mut own)?.execute(&text, &args, organization).await.map_err(statements::fault)
        })
    }

    fn send(&self, request: Outgoing) -> Answer<'_, Response> {
        let send = || {
            let asked = &self.manifest.capabilities;
            needs(!asked.http.is_empty(), "http")?;
            let url = url::Url::parse(&request.url).map_err(|error| Fault::invalid("url", error.to_string()))?;
            if !asked.http.iter().any(|pattern| pattern.allows(&url)) {
                return Err(Fault::Forbidden(format!("{} is not among the addresses in `http`", request.url)));
            }
            let mut inner = self.inner();
            let laid_out = inner.responses.iter().position(|(url, _)| request.url.starts_with(url.as_str()));
            let response = laid_out.and_then(|at| inner.responses.remove(at)).map(|(_, response)| response);
            inner.done.push(Deed::Sent(request));
            response.ok_or_else(|| Fault::Upstream("no response is laid out for this address".into()))
        };
        now(send())
    }

    fn read(&self, model: ReadModel, _: Value, _: u32) -> Answer<'_, Value> {
        let has = self.manifest.capabilities.read.contains(&model);
        now(needs(has, "read").and_then(|()| self.laid_out(model.word())))
    }

    fn act(&self, name: String, input: Value) -> Answer<'_, Value> {
        let act = || {
            let asked = &self.manifest.capabilities;
            let known = Act::from_word(&name).filter(|act| asked.act.contains(act));
            let Some(act) = known else { return needs(false, "act").map(|()| Value::Null) };
            acts::read(act, &input, asked.users)?;
            // The hub answers with nothing, unless something else is laid out.
            let answer = self.laid_out(&name).unwrap_or(Value::Null);
            self.do_(Deed::Acted(name, input));
            Ok(answer)
        };
        now(act())
    }

    fn call(&self, plugin: String, name: String, input: Value) -> Answer<'_, Value> {
        let export = format!("{plugin}.{name}");
        let has = self.manifest.capabilities.call.contains(&export);
        now(needs(has, "call").and_then(|()| {
            let answer = self.laid_out(&export);
            self.do_(Deed::Called(export, input));
            answer
        }))
    }

    fn emit(&self, name: String, payload: Value) -> Answer<'_, ()> {
        let has = self.manifest.emits.iter().any(|emit| emit.event == name);
        now(needs(has, "to tell this event").map(|()| self.do_(Deed::Emitted(name, payload))))
    }

    fn schedule(&self, task: String, key: String, at: i64, payload: Value) -> Answer<'_, ()> {
        let has = self.manifest.tasks.iter().any(|one| one.id == task);
        now(needs(has, "to have this task").map(|()| self.do_(Deed::Scheduled(task, key, at, payload))))
    }

    fn notify(&self, person: String, kind: String, payload: Value) -> Answer<'_, ()> {
        let notify = || {
            needs(self.manifest.capabilities.notify, "notify")?;
            Note::read(&self.manifest, None, &kind, &payload)?;
            self.do_(Deed::Notified(person, kind, payload));
            Ok(())
        };
        now(notify())
    }

    fn say(&self, channel: String, message: Value) -> Answer<'_, ()> {
        now(Channel::read(&channel).and_then(|known| {
            needs(self.manifest.capabilities.chat.contains(&known.place()), "chat")?;
            self.do_(Deed::Said(channel, message));
            Ok(())
        }))
    }

    fn stopped(&self, why: Stop) {
        self.do_(Deed::Stopped(why));
    }

    fn spent(&self, cpu: Duration) {
        self.inner().spent += cpu;
    }
}

impl Fake {
    fn own_of<'d>(&self, own: &'d mut Option<Database>) -> Result<&'d mut Database, Fault> {
        needs(self.manifest.capabilities.sql.is_some(), "sql")?;
        own.as_mut().ok_or_else(|| Fault::Upstream("no database is laid out".into()))
    }

    fn has_collection(&self, name: &str) -> Result<&plugin_api::manifest::Collection, Fault> {
        let documents = self.manifest.capabilities.documents.as_ref();
        needs(documents.is_some(), "documents")?;
        let found = documents.and_then(|documents| documents.collections.iter().find(|one| one.name == name));
        found.ok_or_else(|| Fault::invalid("collection", "is none of the manifest's"))
    }

    fn found(&self, collection: &str, find: &Find) -> Result<Found, Fault> {
        let indexes = &self.has_collection(collection)?.indexes;
        for field in find.equals.iter().map(|(field, _)| field).chain(&find.order) {
            if !indexes.contains(field) {
                return Err(Fault::invalid("find", format!("{field} is no index of {collection}")));
            }
        }
        let inner = self.inner();
        let says = |document: &Document| {
            let by = |field: &String| &document.body[field];
            find.equals.iter().all(|(field, value)| by(field) == value)
                && find.order.as_ref().is_none_or(|order| {
                    find.from.as_ref().is_none_or(|from| compare(by(order), from).is_ge())
                        && find.to.as_ref().is_none_or(|to| compare(by(order), to).is_le())
                })
        };
        let mut found: Vec<Document> = inner
            .documents
            .iter()
            .filter(|((of, _), document)| of == collection && says(document))
            .map(|(_, document)| document.clone())
            .collect();
        found.sort_by(|a, b| {
            let by_field =
                find.order.as_ref().map_or(std::cmp::Ordering::Equal, |order| compare(&a.body[order], &b.body[order]));
            let order = by_field.then_with(|| a.id.cmp(&b.id));
            if find.descending { order.reverse() } else { order }
        });
        if let Some(after) = &find.after {
            let at = found.iter().position(|document| document.id == *after).map_or(0, |at| at + 1);
            found.drain(..at);
        }
        let limit = if find.limit == 0 { MOST } else { find.limit.min(MOST) } as usize;
        let next = (found.len() > limit).then(|| found[limit - 1].id.clone());
        found.truncate(limit);
        Ok(Found { documents: found, next })
    }
}

/// Numbers before texts, each in its order.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.as_str().cmp(&b.as_str()),
    }
}
