//! What plugins need of the hub's domains, which this crate doesn't know: whoever wires the hub fills it in.

use std::collections::HashMap;

use base::{Actor, OrgId, Standing, UserId};
use futures::future::BoxFuture;
use plugin_api::{call::Fault, manifest::ReadModel};
use serde_json::Value;

/// Another part of the hub could not answer.
#[derive(Debug, thiserror::Error)]
#[error("another part of the hub failed")]
pub struct Unknown(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// For whom and where a plugin acts. The service that does it asks for its own permission: the person's where there is one. What the plugin
/// was granted has been looked at before.
#[derive(Debug, Clone)]
pub struct Acting {
    /// Which plugin.
    pub plugin: String,
    /// Where.
    pub organization: Option<OrgId>,
    /// For whom; `None`: it acts by itself, as at a task's time.
    pub person: Option<Actor>,
    /// How much of people it may see: `none`, `names` or `profiles`.
    pub users: plugin_api::manifest::UsersDetail,
}

/// The rest of the hub.
pub trait Neighbours: Send + Sync + 'static {
    /// What the actor is to an organization at work; `None` where there is none for them.
    fn standing<'a>(&'a self, actor: &'a Actor, org: OrgId) -> BoxFuture<'a, Result<Option<Standing>, Unknown>>;
    /// Organizations at work, those after one, in the order of their numbers.
    fn organizations(&self, after: Option<OrgId>, at_most: u32) -> BoxFuture<'_, Result<Vec<OrgId>, Unknown>>;
    /// What people are called.
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>>;
    /// Looks at something.
    fn read<'a>(
        &'a self,
        acting: &'a Acting,
        model: ReadModel,
        filter: Value,
        page: u32,
    ) -> BoxFuture<'a, Result<Value, Fault>>;
    /// Does something.
    fn act<'a>(&'a self, acting: &'a Acting, name: &'a str, input: Value) -> BoxFuture<'a, Result<Value, Fault>>;
    /// Notifies somebody, as far as they want to be.
    fn notify<'a>(
        &'a self,
        acting: &'a Acting,
        person: UserId,
        label: &'a str,
        payload: Value,
    ) -> BoxFuture<'a, Result<(), Fault>>;
    /// Says something in a channel that an admin picked for the plugin.
    fn say<'a>(&'a self, acting: &'a Acting, channel: &'a str, message: Value) -> BoxFuture<'a, Result<(), Fault>>;
}
