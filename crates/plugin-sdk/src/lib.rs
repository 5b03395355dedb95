#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

#[doc(hidden)]
#[path = "bindings.rs"]
pub mod bindings;
pub mod draw;
mod exported;
pub mod hub;
mod plugin;
mod powers;
mod translate;

pub use plugin_api::{act, call, model, page};

pub use call::{
    Button as ReplyButton, Call, Caller, Card as ReplyCard, Document, Fault, Filled, Find, Found, Happened, Invocation,
    Keep, KeepDocument, Kept, Level, Outgoing, Reply, Request, Response, Submitted, Verdict, Where,
};
pub use exported::Exported;
pub use page::{Node, Page};
pub use plugin::Plugin;
pub use powers::{documents, http, kv, sql};
pub use serde_json::{self, Map, Value, json};

/// Makes a plugin of a type: to be said once, in the crate that is built.
///
/// ```ignore
/// struct Greeter;
/// impl plugin_sdk::Plugin for Greeter {}
/// plugin_sdk::export!(Greeter);
/// ```
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        type GuildhallPlugin = $crate::Exported<$plugin>;
        $crate::bindings::export_plugin!(GuildhallPlugin with_types_in $crate::bindings);
    };
}
