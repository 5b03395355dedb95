//! What a guest finds on the other side of each import. Everything is counted here; whether it may is decided by the powers themselves.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use plugin_api::{
    call::{Find, Level},
    manifest::ReadModel,
};
use serde_json::Value;
use wasmtime::ResourceLimiter;

use super::{
    contract::guildhall::plugin::{documents, http, hub, kv, sql, types},
    meter::Meter,
    plain::{LONGEST_LINE, plain},
    translate::{asked, document, fault, into_response, keep, keep_document, kept, outgoing, text},
};
use crate::powers::{Powers, Stop};

/// The most random bytes at a time.
const MOST_RANDOM: u32 = 4096;
/// The most lines a call leaves in the log.
const MOST_LINES: u32 = 100;

/// What one call has beside the guest's own memory.
pub(super) struct State {
    powers: Arc<dyn Powers>,
    pub(super) meter: Arc<Meter>,
    /// How many more times it may ask.
    asks: u32,
    lines: u32,
    room: Room,
    /// Why it has to end, where one of its requests was the reason.
    pub(super) stop: Option<Stop>,
}

impl State {
    pub(super) fn new(powers: Arc<dyn Powers>, meter: Arc<Meter>, asks: u32, room: Room) -> Self {
        Self { powers, meter, asks, lines: 0, room, stop: None }
    }

    /// Whether it wanted more memory than it may have.
    pub(super) fn was_refused_memory(&self) -> bool {
        self.room.refused
    }

    /// One request more; the powers to answer it with.
    fn ask(&mut self) -> wasmtime::Result<Arc<dyn Powers>> {
        let Some(left) = self.asks.checked_sub(1) else {
            self.stop = Some(Stop::Excess("more requests to the hub than one call may make".into()));
            return Err(wasmtime::Error::msg("too many requests to the hub"));
        };
        self.asks = left;
        Ok(Arc::clone(&self.powers))
    }
}

/// How much memory a call may take, of its own share and of everybody's.
pub(super) struct Room {
    own: usize,
    all: usize,
    taken: usize,
    by_all: Arc<AtomicUsize>,
    refused: bool,
}

impl Room {
    pub(super) fn new(own: usize, all: usize, by_all: Arc<AtomicUsize>) -> Self {
        Self { own, all, taken: 0, by_all, refused: false }
    }

    fn take(&mut self, more: usize) -> bool {
        let fits = self.taken.saturating_add(more) <= self.own
            && self
                .by_all
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                    taken.checked_add(more).filter(|taken| *taken <= self.all)
                })
                .is_ok();
        if fits {
            self.taken += more;
        } else {
            self.refused = true;
        }
        fits
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.by_all.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.room.take(desired.saturating_sub(current)))
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= MOST_TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        MOST_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        MOST_TABLES as usize
    }

    fn memories(&self) -> usize {
        MOST_MEMORIES as usize
    }
}

/// What one store may hold.
pub(super) const MOST_INSTANCES: u32 = 16;
pub(super) const MOST_TABLES: u32 = 4;
pub(super) const MOST_MEMORIES: u32 = 2;
pub(super) const MOST_TABLE_ELEMENTS: usize = 20_000;

/// An answer to a guest: what it asked for, or why not. The outer failure ends the guest.
type Told<T> = wasmtime::Result<Result<T, types::Fault>>;

impl types::Host for State {}

impl kv::Host for State {
    async fn get(&mut self, key: String) -> Told<Option<kv::Kept>> {
        Ok(self.ask()?.get(key).await.map(|found| found.map(kept)).map_err(fault))
    }

    async fn put(&mut self, key: String, value: Vec<u8>, how: kv::Keep) -> Told<i64> {
        Ok(self.ask()?.put(key, value, keep(how)).await.map_err(fault))
    }

    async fn delete(&mut self, key: String) -> Told<bool> {
        Ok(self.ask()?.delete(key).await.map_err(fault))
    }

    async fn scan(&mut self, prefix: String, after: Option<String>, limit: u32) -> Told<Vec<(String, kv::Kept)>> {
        let found = self.ask()?.list(prefix, after, limit).await;
        Ok(found.map(|found| found.into_iter().map(|(key, value)| (key, kept(value))).collect()).map_err(fault))
    }
}

impl documents::Host for State {
    async fn get(&mut self, collection: String, id: String) -> Told<Option<documents::Document>> {
        Ok(self.ask()?.document(collection, id).await.map(|found| found.map(document)).map_err(fault))
    }

    async fn put(
        &mut self,
        collection: String,
        id: Option<String>,
        body: String,
        how: documents::Keep,
    ) -> Told<documents::Document> {
        let powers = self.ask()?;
        let body = match asked(&body, "body") {
            Ok(body) => body,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.put_document(collection, id, body, keep_document(how)).await.map(document).map_err(fault))
    }

    async fn delete(&mut self, collection: String, id: String) -> Told<bool> {
        Ok(self.ask()?.delete_document(collection, id).await.map_err(fault))
    }

    async fn find(&mut self, collection: String, wanted: String) -> Told<documents::Found> {
        let powers = self.ask()?;
        let wanted: Find = match asked(&wanted, "wanted") {
            Ok(wanted) => wanted,
            Err(fault) => return Ok(Err(fault)),
        };
        let found = powers.find(collection, wanted).await;
        Ok(found
            .map(|found| documents::Found {
                documents: found.documents.into_iter().map(document).collect(),
                next: found.next,
            })
            .map_err(fault))
    }
}

impl sql::Host for State {
    async fn query(&mut self, query: String, args: String) -> Told<String> {
        let powers = self.ask()?;
        let args = match asked(&args, "args") {
            Ok(args) => args,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.query(query, args).await.map(|rows| text(&rows)).map_err(fault))
    }

    async fn execute(&mut self, statement: String, args: String) -> Told<u64> {
        let powers = self.ask()?;
        let args = match asked(&args, "args") {
            Ok(args) => args,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.execute(statement, args).await.map_err(fault))
    }
}

impl http::Host for State {
    async fn send(&mut self, request: http::Outgoing) -> Told<types::Response> {
        Ok(self.ask()?.send(outgoing(request)).await.map(into_response).map_err(fault))
    }
}

impl hub::Host for State {
    async fn config(&mut self) -> wasmtime::Result<String> {
        Ok(text(&self.ask()?.config()))
    }

    async fn now(&mut self) -> wasmtime::Result<i64> {
        Ok(self.ask()?.now())
    }

    async fn random(&mut self, bytes: u32) -> wasmtime::Result<Vec<u8>> {
        Ok(self.ask()?.random(bytes.min(MOST_RANDOM) as usize))
    }

    async fn log(&mut self, level: hub::Level, line: String) -> wasmtime::Result<()> {
        let powers = self.ask()?;
        self.lines += 1;
        if self.lines <= MOST_LINES {
            powers.log(known(level), &plain(&line, LONGEST_LINE));
        }
        Ok(())
    }

    async fn read(&mut self, model: String, filter: String, page: u32) -> Told<String> {
        let powers = self.ask()?;
        let filter: Value = match asked(&filter, "filter") {
            Ok(filter) => filter,
            Err(fault) => return Ok(Err(fault)),
        };
        let Some(model) = ReadModel::from_word(&model) else {
            return Ok(Err(types::Fault::Invalid(vec![("model".into(), "is nothing there is to read".into())])));
        };
        Ok(powers.read(model, filter, page).await.map(|found| text(&found)).map_err(fault))
    }

    async fn act(&mut self, name: String, input: String) -> Told<String> {
        let powers = self.ask()?;
        let input = match asked(&input, "input") {
            Ok(input) => input,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.act(name, input).await.map(|answer| text(&answer)).map_err(fault))
    }

    async fn call(&mut self, plugin: String, name: String, input: String) -> Told<String> {
        let powers = self.ask()?;
        let input = match asked(&input, "input") {
            Ok(input) => input,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.call(plugin, name, input).await.map(|answer| text(&answer)).map_err(fault))
    }

    async fn emit(&mut self, name: String, payload: String) -> Told<()> {
        let powers = self.ask()?;
        let payload = match asked(&payload, "payload") {
            Ok(payload) => payload,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.emit(name, payload).await.map_err(fault))
    }

    async fn schedule(&mut self, task: String, key: String, at: i64, payload: String) -> Told<()> {
        let powers = self.ask()?;
        let payload = match asked(&payload, "payload") {
            Ok(payload) => payload,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.schedule(task, key, at, payload).await.map_err(fault))
    }

    async fn notify(&mut self, person: String, kind: String, payload: String) -> Told<()> {
        let powers = self.ask()?;
        let payload = match asked(&payload, "payload") {
            Ok(payload) => payload,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.notify(person, kind, payload).await.map_err(fault))
    }

    async fn say(&mut self, channel: String, message: String) -> Told<()> {
        let powers = self.ask()?;
        let message = match asked(&message, "message") {
            Ok(message) => message,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(powers.say(channel, message).await.map_err(fault))
    }
}

fn known(level: hub::Level) -> Level {
    match level {
        hub::Level::Debug => Level::Debug,
        hub::Level::Info => Level::Info,
        hub::Level::Warn => Level::Warn,
        hub::Level::Error => Level::Error,
    }
}
