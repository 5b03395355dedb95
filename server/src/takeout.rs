//! What people may take away: a chapter of each domain that keeps something of them.

use std::sync::Arc;

use accounts::Accounts;
use base::{Actor, Clock, UserId};
use db::Db;
use futures::future::BoxFuture;
use metaserver::Rooms;
use moderation::Moderation;
use orders::Orders;
use people::{
    People,
    takeout::{Chapter, Document, Failure, Takeouts},
};
use plugins::Plugins;
use ranking::Ranking;
use serde_json::Value;

/// Those who keep something of people.
pub(crate) struct From<'a> {
    pub(crate) accounts: &'a Accounts,
    pub(crate) people: &'a People,
    pub(crate) orgs: &'a orgs::Orgs,
    pub(crate) moderation: &'a Moderation,
    pub(crate) plugins: &'a Plugins,
    pub(crate) ranking: &'a Ranking,
    pub(crate) orders: &'a Orders,
    pub(crate) rooms: &'a Rooms,
}

/// The archives, with a chapter of each.
pub(crate) fn open(from: &From<'_>, db: &Db, clock: &Arc<dyn Clock>) -> Takeouts {
    let chapters: Vec<Arc<dyn Chapter>> = vec![
        Arc::new(OfAccounts(from.accounts.clone())),
        Arc::new(OfPeople(from.people.clone())),
        Arc::new(OfOrgs(from.orgs.clone())),
        Arc::new(OfModeration(from.moderation.clone())),
        Arc::new(OfPlugins(from.plugins.clone())),
        Arc::new(OfRanking(from.ranking.clone())),
        Arc::new(OfOrders(from.orders.clone())),
        Arc::new(OfRooms(from.rooms.clone())),
    ];
    Takeouts::new(db.clone(), Arc::clone(clock), chapters)
}

/// What the accounts know of somebody.
struct OfAccounts(Accounts);

impl Chapter for OfAccounts {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(documents(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// What people know of each other.
struct OfPeople(People);

impl Chapter for OfPeople {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(self.0.export(&Actor::Job, user).await?) })
    }
}

/// Where somebody belongs.
struct OfOrgs(orgs::Orgs);

impl Chapter for OfOrgs {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(documents(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// What was reported and done.
struct OfModeration(Moderation);

impl Chapter for OfModeration {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(as_json(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// What was done in rooms of the lobby.
struct OfRooms(Rooms);

impl Chapter for OfRooms {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(as_json(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// What somebody has played.
struct OfRanking(Ranking);

impl Chapter for OfRanking {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(as_json(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// To which orders somebody belonged.
struct OfOrders(Orders);

impl Chapter for OfOrders {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(as_json(self.0.export(&Actor::Job, user).await?)) })
    }
}

/// What plugins keep of somebody.
struct OfPlugins(Plugins);

impl Chapter for OfPlugins {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(documents(self.0.export(&Actor::Job, user).await?)) })
    }
}

fn as_json(of: Vec<(String, Value)>) -> Vec<Document> {
    of.into_iter().map(|(path, value)| Document::json(&path, &value)).collect()
}

fn documents(of: Vec<(String, Vec<u8>)>) -> Vec<Document> {
    of.into_iter().map(|(path, bytes)| Document { path, bytes }).collect()
}
