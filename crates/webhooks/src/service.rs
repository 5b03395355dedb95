//! Webhooks, for those who run the hub.

use std::sync::Arc;

use audit::Entry;
use base::{Action, Actor, Chance, ChanceExt as _, Clock, Millis, WebhookDeliveryId, WebhookId};
use contract::{
    Code, Field,
    webhook::{NewWebhook, Webhook, WebhookDelivery, WebhookDeliveryPage, WebhookWithSecret},
};
use db::{Db, Tx};
use jobs::NewJob;
use outbound::Outbound;
use serde_json::{Value, json};

use crate::{
    Error, Key, body, deliver,
    form::{self, Good},
    pace::Places,
    secret,
    store::{self, Sealed, deliveries},
};

/// The longest page anybody gets.
const LONGEST_PAGE: u32 = 200;

/// The webhooks. Clones are the same.
#[derive(Clone)]
pub struct Webhooks(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) outbound: Outbound,
    pub(crate) key: Key,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) places: Places,
}

/// Which deliveries of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryQuery {
    /// Those before this one; `None`: from the newest.
    pub before: Option<WebhookDeliveryId>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for DeliveryQuery {
    fn default() -> Self {
        Self { before: None, at_most: 50 }
    }
}

impl Webhooks {
    /// The webhooks of this database, sent through `outbound`, signed with secrets made of `key`.
    pub fn new(db: Db, outbound: Outbound, key: Key, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Self {
        Self(Arc::new(Inner { db, outbound, key, clock, chance, places: Places::default() }))
    }

    /// All webhooks, by name. There are fifty at most.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Webhook>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::list(&self.0.db).await?)
    }

    /// One webhook.
    pub async fn find(&self, actor: &Actor, id: WebhookId) -> Result<Option<Webhook>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(store::find(&self.0.db, id).await?)
    }

    /// Makes a webhook, and the secret its deliveries are signed with.
    pub async fn create(&self, actor: &Actor, form: &NewWebhook) -> Result<WebhookWithSecret, Error> {
        actor.may(Action::ManageWebhooks)?;
        let form = form::read(form, &self.0.outbound)?;
        let (secret, sealed) = self.new_secret();
        let (now, acting) = (self.now(), actor.clone());
        let webhook = self
            .0
            .db
            .write(move |tx| {
                let (form, sealed, acting) = (form.clone(), sealed.clone(), acting.clone());
                Box::pin(async move {
                    let id = store::insert(tx, &form, &sealed, now).await.map_err(or_taken)?.ok_or(Error::Full)?;
                    let webhook = store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    let entry = Entry::new("webhook.created", "webhook", id).changing((), facts(&webhook));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(webhook)
                })
            })
            .await?;
        Ok(WebhookWithSecret { webhook, secret: secret.expose().to_owned() })
    }

    /// Changes a webhook. One that is switched on again gets a new chance.
    pub async fn update(&self, actor: &Actor, id: WebhookId, form: &NewWebhook) -> Result<Webhook, Error> {
        actor.may(Action::ManageWebhooks)?;
        let form: Good = form::read(form, &self.0.outbound)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (form, acting) = (form.clone(), acting.clone());
                Box::pin(async move {
                    let before = store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    if !store::update(tx, id, &form).await.map_err(or_taken)? {
                        return Err(Error::NotFound);
                    }
                    let after = store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    let entry = Entry::new("webhook.changed", "webhook", id).changing(facts(&before), facts(&after));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(after)
                })
            })
            .await
    }

    /// Gives a webhook another secret; the old one signs nothing from now on, retries of older deliveries included.
    pub async fn renew_secret(&self, actor: &Actor, id: WebhookId) -> Result<WebhookWithSecret, Error> {
        actor.may(Action::ManageWebhooks)?;
        let (secret, sealed) = self.new_secret();
        let (now, acting) = (self.now(), actor.clone());
        let webhook = self
            .0
            .db
            .write(move |tx| {
                let (sealed, acting) = (sealed.clone(), acting.clone());
                Box::pin(async move {
                    if !store::set_secret(tx, id, &sealed).await? {
                        return Err(Error::NotFound);
                    }
                    audit::record(tx, now, &acting, &Entry::new("webhook.secret_renewed", "webhook", id)).await?;
                    store::find(tx, id).await?.ok_or(Error::NotFound)
                })
            })
            .await?;
        Ok(WebhookWithSecret { webhook, secret: secret.expose().to_owned() })
    }

    /// Removes a webhook and the log of its deliveries.
    pub async fn remove(&self, actor: &Actor, id: WebhookId) -> Result<(), Error> {
        actor.may(Action::ManageWebhooks)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let before = store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    if !store::delete(tx, id).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("webhook.removed", "webhook", id).changing(facts(&before), ());
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Sends a test, once, also to a webhook that is switched off.
    pub async fn test(&self, actor: &Actor, id: WebhookId) -> Result<WebhookDelivery, Error> {
        actor.may(Action::ManageWebhooks)?;
        let (now, acting) = (self.now(), actor.clone());
        let body = body::test(&hex::encode(self.0.chance.bytes::<8>()), now);
        self.0
            .db
            .write(move |tx| {
                let (body, acting) = (body.clone(), acting.clone());
                Box::pin(async move {
                    store::find(&mut *tx, id).await?.ok_or(Error::NotFound)?;
                    let delivery = deliveries::insert_test(tx, id, body::TEST, &body, now).await?;
                    send(tx, now, delivery).await?;
                    audit::record(tx, now, &acting, &Entry::new("webhook.tested", "webhook", id)).await?;
                    deliveries::find(tx, id, delivery).await?.ok_or(Error::NotFound)
                })
            })
            .await
    }

    /// A page of what was sent, newest first; `None` where there is no such webhook.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        id: WebhookId,
        query: DeliveryQuery,
    ) -> Result<Option<WebhookDeliveryPage>, Error> {
        actor.may(Action::ViewSystem)?;
        if store::find(&self.0.db, id).await?.is_none() {
            return Ok(None);
        }
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let before = query.before.unwrap_or_else(|| WebhookDeliveryId::from(i64::MAX));
        // One more than asked for tells whether there is a next page.
        let mut deliveries = deliveries::list(&self.0.db, id, before, at_most + 1).await?;
        let more = deliveries.len() > at_most as usize;
        deliveries.truncate(at_most as usize);
        let next = if more { deliveries.last().map(|delivery| delivery.id) } else { None };
        Ok(Some(WebhookDeliveryPage { deliveries, next }))
    }

    /// One delivery.
    pub async fn find_delivery(
        &self,
        actor: &Actor,
        webhook: WebhookId,
        id: WebhookDeliveryId,
    ) -> Result<Option<WebhookDelivery>, Error> {
        actor.may(Action::ViewSystem)?;
        Ok(deliveries::find(&self.0.db, webhook, id).await?)
    }

    /// Sends a delivery once more, with the same body and id, as a delivery of its own.
    pub async fn replay(
        &self,
        actor: &Actor,
        webhook: WebhookId,
        id: WebhookDeliveryId,
    ) -> Result<WebhookDelivery, Error> {
        actor.may(Action::ManageWebhooks)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let of = deliveries::find(&mut *tx, webhook, id).await?.ok_or(Error::NotFound)?;
                    let hook = store::find(&mut *tx, webhook).await?.ok_or(Error::NotFound)?;
                    if !hook.enabled && of.event != body::TEST {
                        return Err(Error::Off);
                    }
                    let delivery = deliveries::insert_replay(tx, id, now).await?;
                    send(tx, now, delivery).await?;
                    let entry = Entry::new("webhook.replayed", "webhook", webhook)
                        .changing((), json!({ "delivery": id, "as": delivery }));
                    audit::record(tx, now, &acting, &entry).await?;
                    deliveries::find(tx, webhook, delivery).await?.ok_or(Error::NotFound)
                })
            })
            .await
    }

    fn new_secret(&self) -> (base::Secret, Sealed) {
        let salt = self.0.chance.bytes();
        let secret = self.0.key.secret(&salt);
        let hash = secret::hash(&secret);
        (secret, Sealed { salt, hash })
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.clock.now()
    }
}

/// Has it sent after the commit.
async fn send(tx: &mut Tx<'_>, now: Millis, delivery: WebhookDeliveryId) -> Result<(), db::Error> {
    let job = NewJob::new(deliver::KIND, &deliver::Task { delivery }).once(delivery.to_string());
    jobs::enqueue(tx, now, &job).await?;
    Ok(())
}

fn or_taken(error: db::Error) -> Error {
    if error.violates("webhooks_name_key") { Error::field(Field::Name, Code::Taken) } else { error.into() }
}

/// For the audit trail. Of the address only the host: many have a secret in their path.
fn facts(webhook: &Webhook) -> Value {
    let host = Outbound::target(&webhook.url).unwrap_or_default();
    json!({ "name": webhook.name, "host": host, "events": webhook.events, "enabled": webhook.enabled })
}
