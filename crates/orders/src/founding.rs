//! How an order begins, what it is, and how it ends.

use audit::{Entry, Reason};
use base::{Action, Actor, OrderId};
use contract::{
    Code, Event, Field,
    orders::{OrderFounded, Rank, RenameOrder, SaveOrder},
};
use db::Tx;
use serde_json::json;

use crate::{
    Error, Orders,
    form::{Charter, Name, told},
    keeper, ranked,
    store::{self, OrderRow},
};

impl Orders {
    /// Founds an order, and leads it. Nobody does who belongs to one.
    pub async fn found(&self, actor: &Actor, form: &SaveOrder) -> Result<OrderFounded, Error> {
        let user = keeper(actor)?;
        let charter = self.unobjected(actor, Charter::parse(form)?).await?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (charter, acting) = (charter.clone(), acting.clone());
                Box::pin(async move {
                    let id = store::insert(tx, &charter, now).await?.ok_or_else(taken)?;
                    if !store::members::insert(tx, id, user, Rank::Leader, now).await? {
                        return Err(Error::OtherOrder);
                    }
                    store::candidates::delete_of(tx, user).await?;
                    let entry = Entry::new("order.founded", "order", id).changing((), charter.told());
                    audit::record(tx, now, &acting, &entry).await?;
                    events::record(tx, now, &Event::OrderChanged { order: id, user: Some(user) }).await?;
                    Ok(OrderFounded { id })
                })
            })
            .await
    }

    /// Sets an order up anew: its leader does.
    pub async fn save(&self, actor: &Actor, order: OrderId, form: &SaveOrder) -> Result<(), Error> {
        let user = keeper(actor)?;
        let mut charter = Charter::parse(form)?;
        // The name it has nobody is asked about again.
        if store::find(&self.0.db, order).await?.is_some_and(|now| now.name != charter.name.shown) {
            charter = self.unobjected(actor, charter).await?;
        }
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (charter, acting) = (charter.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    ranked(tx, order, user, Rank::Leader).await?;
                    if !store::update(tx, order, &charter).await? {
                        return Err(taken());
                    }
                    let entry = Entry::new("order.changed", "order", order).changing(kept(&before), charter.told());
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::OrderChanged { order, user: None }).await?)
                })
            })
            .await
    }

    /// Gives an order another name: those who keep order in the hub do.
    pub async fn rename(&self, actor: &Actor, order: OrderId, form: &RenameOrder) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let name = Name::parse(&form.name).map_err(|code| Error::field(Field::Name, code))?;
        let reason = Reason::read(&form.reason).map_err(|code| Error::field(Field::Reason, code))?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (name, reason, acting) = (name.clone(), reason.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    if !store::rename(tx, order, &name).await? {
                        return Err(taken());
                    }
                    let entry = Entry::new("order.renamed", "order", order)
                        .changing(json!({ "name": before.name }), json!({ "name": name.shown }))
                        .because(&reason);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::OrderChanged { order, user: None }).await?)
                })
            })
            .await
    }

    /// Ends an order for good: its leader does, or those who keep order in the hub.
    pub async fn dissolve(&self, actor: &Actor, order: OrderId, reason: &str) -> Result<(), Error> {
        let leader = match actor.may(Action::Moderate) {
            Ok(()) => None,
            Err(_) => Some(keeper(actor)?),
        };
        let reason = Reason::read(reason).map_err(|code| Error::field(Field::Reason, code))?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (reason, acting) = (reason.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::hold(tx, order).await?.ok_or(Error::NotFound)?;
                    if let Some(leader) = leader {
                        ranked(tx, order, leader, Rank::Leader).await?;
                    }
                    end(tx, &before, &acting, now, &reason).await
                })
            })
            .await
    }
}

/// Takes an order away that is held, and writes down what it was.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    order: &OrderRow,
    actor: &Actor,
    now: base::Millis,
    reason: &Reason,
) -> Result<(), Error> {
    store::delete(tx, order.id).await?;
    let entry = Entry::new("order.dissolved", "order", order.id).changing(kept(order), ()).because(reason);
    audit::record(tx, now, actor, &entry).await?;
    Ok(events::record(tx, now, &Event::OrderChanged { order: order.id, user: None }).await?)
}

fn taken() -> Error {
    Error::field(Field::Name, Code::Taken)
}

fn kept(row: &OrderRow) -> serde_json::Value {
    told(&row.name, &row.motto, &row.description, row.admission, row.crest)
}
