//! What every plugin may ask of the hub, and what it may with a capability.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Fault, bindings::guildhall::plugin::hub, translate};

/// What counts of the plugin's settings here, read into whatever it fits.
pub fn config<T: DeserializeOwned>() -> Result<T, Fault> {
    translate::json(&hub::config())
}

/// The present, UTC milliseconds.
pub fn now() -> i64 {
    hub::now()
}

/// Random bytes, fit for secrets; 4,096 at most.
pub fn random(bytes: u32) -> Vec<u8> {
    hub::random(bytes)
}

/// A line for the log, for whoever looks for something.
pub fn debug(line: &str) {
    hub::log(hub::Level::Debug, line);
}

/// A line for the log, for whoever wonders.
pub fn info(line: &str) {
    hub::log(hub::Level::Info, line);
}

/// A line for the log that somebody should know of.
pub fn warn(line: &str) {
    hub::log(hub::Level::Warn, line);
}

/// A line for the log that somebody should act on.
pub fn error(line: &str) {
    hub::log(hub::Level::Error, line);
}

/// Looks at something of the hub. Capability `read`.
pub fn read(model: &str, filter: &Value, page: u32) -> Result<Value, Fault> {
    answer(hub::read(model, &filter.to_string(), page))
}

/// The same, as one of [`model`](crate::model): `hub::look::<model::Games>("games", &model::GamesAsked::default(), 0)`.
pub fn look<T: DeserializeOwned>(model: &str, filter: &impl Serialize, page: u32) -> Result<T, Fault> {
    let found = hub::read(model, &text(filter)?, page).map_err(translate::fault)?;
    translate::json(&found)
}

/// Does something in the hub: `hub::act("room.kick", &act::InRoom { … })`. Capability `act`.
pub fn act(name: &str, input: &impl Serialize) -> Result<Value, Fault> {
    answer(hub::act(name, &text(input)?))
}

/// Calls another plugin's export. Capability `call`.
pub fn call(plugin: &str, name: &str, input: &Value) -> Result<Value, Fault> {
    answer(hub::call(plugin, name, &input.to_string()))
}

/// Tells one of the plugin's own events: one of `emits`.
pub fn emit(name: &str, payload: &impl Serialize) -> Result<(), Fault> {
    hub::emit(name, &text(payload)?).map_err(translate::fault)
}

/// Has one of its tasks done once, at an instant. The same key again replaces it.
pub fn schedule(task: &str, key: &str, at: i64, payload: &impl Serialize) -> Result<(), Fault> {
    hub::schedule(task, key, at, &text(payload)?).map_err(translate::fault)
}

/// Writes to somebody, by one of its notifications; `payload` is a text of up to 2,000 characters, or has one as `text`. Whether they want
/// to hear of it is not told. Capability `notify`.
pub fn notify(person: &str, kind: &str, payload: &impl Serialize) -> Result<(), Fault> {
    hub::notify(person, kind, &text(payload)?).map_err(translate::fault)
}

/// Says something in a channel that an admin has picked. Capability `chat`.
pub fn say(channel: &str, message: &impl Serialize) -> Result<(), Fault> {
    hub::say(channel, &text(message)?).map_err(translate::fault)
}

fn answer(answer: Result<String, crate::bindings::guildhall::plugin::types::Fault>) -> Result<Value, Fault> {
    answer.map_err(translate::fault).and_then(|json| translate::json(&json))
}

fn text(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Internal(error.to_string()))
}
