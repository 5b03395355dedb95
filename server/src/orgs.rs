//! What organizations ask of the other domains: who people are, whom they keep away from, and what the owner of the hub has decided.

use std::{collections::HashMap, sync::Arc};

use ::settings::{HubSettings, Setting};
use accounts::Accounts;
use base::{Actor, Chance, Clock, UserId};
use contract::Event;
use db::Db;
use events::{Bus, Delivery, Listener};
use futures::future::BoxFuture;
use orders::Orders;
use orgs::{Creation, Mailbox, Orgs, Settings, Unknown};
use people::People;
use tokio_util::sync::CancellationToken;

/// The accounts and who keeps away from whom, as organizations see them.
struct Neighbours {
    accounts: Accounts,
    people: People,
}

impl orgs::People for Neighbours {
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        Box::pin(async move { self.accounts.names(&Actor::Job, users).await.map_err(unknown) })
    }

    fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>> {
        Box::pin(async move {
            let found = self.accounts.find_user(&Actor::Job, name).await.map_err(unknown)?;
            Ok(found.map(|user| user.id))
        })
    }

    fn mailbox(&self, user: UserId) -> BoxFuture<'_, Result<Option<Mailbox>, Unknown>> {
        Box::pin(async move {
            let held = self.accounts.mailbox(&Actor::Job, user).await.map_err(unknown)?;
            Ok(held.map(|held| Mailbox { name: held.name, address: held.address, locale: held.locale }))
        })
    }

    fn hears(&self, to: UserId, from: UserId) -> BoxFuture<'_, Result<bool, Unknown>> {
        Box::pin(async move {
            let between = self.people.between(Some(from), to).await.map_err(unknown)?;
            Ok(!between.blocked)
        })
    }
}

fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> Unknown {
    Unknown(Box::new(error))
}

/// The organizations.
pub(crate) fn open(accounts: &Accounts, db: &Db, clock: &Arc<dyn Clock>, chance: &Arc<dyn Chance>) -> Orgs {
    let people = People::new(db.clone(), Arc::clone(clock), base::name::fold);
    let neighbours = Arc::new(Neighbours { accounts: accounts.clone(), people });
    let hub = accounts.hub().clone();
    Orgs::new(db.clone(), Arc::clone(clock), Arc::clone(chance), neighbours, move || decided(&hub))
}

/// What the owner of the hub has decided about organizations.
fn decided(hub: &HubSettings) -> Settings {
    let creation = Creation::from_word(&hub.text(Setting::OrganizationCreation)).unwrap_or_default();
    let defaults = Settings::default();
    let whole = |setting, default| u32::try_from(hub.whole(setting)).unwrap_or(default);
    Settings {
        creation,
        per_person: whole(Setting::OrganizationsPerPerson, defaults.per_person),
        memberships: whole(Setting::OrganizationMemberships, defaults.memberships),
        seats: whole(Setting::OrganizationSeats, defaults.seats),
        ..defaults
    }
}

/// Takes whoever is gone for good out of their organizations and orders, on any node that hears of it first. Listens from now on.
pub(crate) fn follow(
    orgs: Orgs,
    orders: Orders,
    bus: &Bus,
    stop: CancellationToken,
) -> impl Future<Output = ()> + Send + 'static {
    let listener = bus.subscribe();
    async move { hear(&orgs, &orders, listener, stop).await }
}

async fn hear(orgs: &Orgs, orders: &Orders, mut listener: Listener, stop: CancellationToken) {
    loop {
        let delivery = tokio::select! {
            () = stop.cancelled() => break,
            delivery = listener.next() => delivery,
        };
        let concerns_orders = match &delivery {
            Delivery::Event { event, .. } => matches!(**event, Event::UserDeleted { .. }),
            Delivery::Lagged => true,
        };
        if concerns_orders && let Err(error) = orders.mend(&Actor::Job).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "an order stays without its leader until the next round"
            );
        }
        let done = match delivery {
            Delivery::Event { event, .. } => match &*event {
                Event::UserDeleted { user, .. } => orgs.forget_user(&Actor::Job, *user).await,
                _ => Ok(()),
            },
            // Whom it has missed is not known; what they left behind is.
            Delivery::Lagged => orgs.settle(&Actor::Job).await,
        };
        if let Err(error) = done {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "somebody who is gone stays in an organization until the next round"
            );
        }
    }
}
