//! What a plugin may ask of the hub during one call.

use std::time::Duration;

pub use plugin_api::call::{Document, Filled, Find, Found, Keep, KeepDocument, Kept, Level, Outgoing};
use plugin_api::{call::Response, manifest::ReadModel};
use serde_json::{Map, Value};

use crate::plugin::Answer;

/// What a plugin may ask. Everything is scoped to the plugin and to where it was called: there is no word for another's data. What was not
/// granted is `Fault::Forbidden` and names the capability; beyond a limit it is `Fault::Busy`, beyond a quota `Fault::Conflict`.
pub trait Powers: Send + Sync {
    /// What counts of its settings here. Secrets are not among them.
    fn config(&self) -> Value;
    /// The hub's present, UTC milliseconds.
    fn now(&self) -> i64;
    /// Random bytes, fit for secrets; 4,096 at most.
    fn random(&self, bytes: usize) -> Vec<u8>;
    /// A line for the plugin's log. Beyond 100 in one call they are counted and dropped; longer ones are cut at 4 KiB.
    fn log(&self, level: Level, text: &str);

    /// The value under a key.
    fn get(&self, key: String) -> Answer<'_, Option<Kept>>;
    /// Keeps a value under a key; its new version.
    fn put(&self, key: String, value: Vec<u8>, how: Keep) -> Answer<'_, i64>;
    /// Whether there was one.
    fn delete(&self, key: String) -> Answer<'_, bool>;
    /// Values whose keys begin so, by key, those after `after`; 100 at most.
    fn list(&self, prefix: String, after: Option<String>, limit: u32) -> Answer<'_, Vec<(String, Kept)>>;

    /// A document.
    fn document(&self, collection: String, id: String) -> Answer<'_, Option<Document>>;
    /// Keeps a document, under an id of the hub's where none is given.
    fn put_document(
        &self,
        collection: String,
        id: Option<String>,
        body: Value,
        how: KeepDocument,
    ) -> Answer<'_, Document>;
    /// Whether there was one.
    fn delete_document(&self, collection: String, id: String) -> Answer<'_, bool>;
    /// Documents by what they say.
    fn find(&self, collection: String, find: Find) -> Answer<'_, Found>;

    /// The rows that a statement on its own database answers with: 1,000 at most, 1 MiB as JSON. `:org` in it is the organization, or `null`.
    fn query(&self, text: String, args: Vec<Value>) -> Answer<'_, Vec<Map<String, Value>>>;
    /// The same for how many rows it changes.
    fn execute(&self, text: String, args: Vec<Value>) -> Answer<'_, u64>;

    /// Calls out.
    fn send(&self, request: Outgoing) -> Answer<'_, Response>;

    /// Looks at something of the hub, as far as the plugin and whoever it acts for may.
    fn read(&self, model: ReadModel, filter: Value, page: u32) -> Answer<'_, Value>;
    /// Does something in the hub.
    fn act(&self, name: String, input: Value) -> Answer<'_, Value>;
    /// Calls another plugin's export; four deep at most.
    fn call(&self, plugin: String, name: String, input: Value) -> Answer<'_, Value>;
    /// Tells one of its own events.
    fn emit(&self, name: String, payload: Value) -> Answer<'_, ()>;
    /// Has one of its tasks done once, at an instant. The same key again replaces it.
    fn schedule(&self, task: String, key: String, at: i64, payload: Value) -> Answer<'_, ()>;
    /// Notifies somebody by one of its notifications.
    fn notify(&self, person: String, kind: String, payload: Value) -> Answer<'_, ()>;
    /// Says something in a channel that an admin has picked.
    fn say(&self, channel: String, message: Value) -> Answer<'_, ()>;

    /// The engine's word, and no plugin's: the guest was stopped. To be said before its call is answered.
    fn stopped(&self, why: Stop);
    /// The engine's word, and no plugin's: so much processor time it took.
    fn spent(&self, cpu: Duration);
}

/// Why a guest was stopped. Each counts towards its quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It broke off: a panic, a division by zero, a stack that was too deep.
    Trapped(String),
    /// It took too long.
    Deadline,
    /// It wanted more memory than it may have.
    Memory,
    /// It asked for more than it may in one call, or answered with too much, or with rubbish.
    Excess(String),
}

impl Stop {
    /// One word, for tables and metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Trapped(_) => "trapped",
            Self::Deadline => "deadline",
            Self::Memory => "memory",
            Self::Excess(_) => "excess",
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Trapped(why) | Self::Excess(why) => write!(f, "{}: {why}", self.word()),
            Self::Deadline | Self::Memory => f.write_str(self.word()),
        }
    }
}
