//! What plugins need of the hub's domains, which this crate doesn't know: whoever wires the hub fills it in.

use std::collections::HashMap;

use base::{Actor, OrgId, RoomId, Standing, UserId};
use futures::future::BoxFuture;
use plugin_api::{
    act::{Act, InRoom},
    call::Fault,
    manifest::{ChatPlace, ReadModel},
};
use serde_json::Value;

use crate::Note;

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

/// Where a plugin says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// In the channels of Discord that an organization has chosen for that topic.
    Discord(String),
    /// In the lobby's rooms that are open to plugins; in that one alone.
    Lobby(Option<RoomId>),
}

impl Channel {
    /// As plugins write it: a topic, or `lobby`, or `lobby/` and a room's number.
    pub(crate) fn read(word: &str) -> Result<Self, Fault> {
        match word.split_once('/') {
            None if word == ChatPlace::Lobby.word() => Ok(Self::Lobby(None)),
            Some((place, room)) if place == ChatPlace::Lobby.word() => {
                let room: i64 = room.parse().map_err(|_not_a_number| Fault::invalid("channel", "is no room"))?;
                Ok(Self::Lobby(Some(room.into())))
            }
            _ => Ok(Self::Discord(word.to_owned())),
        }
    }

    /// What has to be granted for it.
    pub(crate) const fn place(&self) -> ChatPlace {
        match self {
            Self::Discord(_) => ChatPlace::Discord,
            Self::Lobby(_) => ChatPlace::Lobby,
        }
    }
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
    /// The person of that name.
    fn person_called<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>>;
    /// The last part of an organization's address.
    fn address_of(&self, org: OrgId) -> BoxFuture<'_, Result<Option<String>, Unknown>>;
    /// The organization that has it, or had it.
    fn organization_at<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Option<OrgId>, Unknown>>;
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
    /// Does something in a room, where whoever acts may. It answers with nothing that was not known before.
    fn act<'a>(&'a self, acting: &'a Acting, act: Act, input: InRoom) -> BoxFuture<'a, Result<Value, Fault>>;
    /// Notifies somebody, as far as they want to be. Whether they do, and whether they are anybody, is not told.
    fn notify<'a>(&'a self, acting: &'a Acting, person: UserId, note: &'a Note) -> BoxFuture<'a, Result<(), Fault>>;
    /// Says something where an admin lets plugins speak.
    fn say<'a>(&'a self, acting: &'a Acting, channel: &'a Channel, message: Value) -> BoxFuture<'a, Result<(), Fault>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_the_lobby_a_room_of_it_or_a_topic() {
        assert_eq!(Channel::read("lobby"), Ok(Channel::Lobby(None)));
        assert_eq!(Channel::read("lobby/7"), Ok(Channel::Lobby(Some(RoomId::from(7)))));
        assert!(Channel::read("lobby/").is_err() && Channel::read("lobby/tyr").is_err());
        for topic in ["results", "lobbyist", "results/7"] {
            assert_eq!(Channel::read(topic), Ok(Channel::Discord(topic.to_owned())));
        }
    }
}
