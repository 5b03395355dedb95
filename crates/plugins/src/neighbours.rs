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

/// A plugin that asks something of the rest of the hub, and where.
#[derive(Debug, Clone)]
pub struct Acting {
    /// The plugin, with what it was granted and for whom it acts: the service that does it decides by that.
    pub actor: Actor,
    /// Where.
    pub organization: Option<OrgId>,
    /// How much of people it may see: `none`, `names` or `profiles`.
    pub users: plugin_api::manifest::UsersDetail,
}

/// Somebody who runs the hub, and where they are written to.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub address: mail::Address,
    /// The language they read.
    pub locale: mail::Locale,
}

/// The rest of the hub.
pub trait Neighbours: Send + Sync + 'static {
    /// What the actor is to an organization at work; `None` where there is none for them.
    fn standing<'a>(&'a self, actor: &'a Actor, org: OrgId) -> BoxFuture<'a, Result<Option<Standing>, Unknown>>;
    /// Organizations at work, those after one, in the order of their numbers.
    fn organizations(&self, after: Option<OrgId>, at_most: u32) -> BoxFuture<'_, Result<Vec<OrgId>, Unknown>>;
    /// What people are called.
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>>;
    /// Those who run the hub and can be written to.
    fn keepers(&self) -> BoxFuture<'_, Result<Vec<Keeper>, Unknown>>;
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
