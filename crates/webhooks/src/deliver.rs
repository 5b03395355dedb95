//! One delivery, from its turn to the line in the log.

use std::time::{Duration, Instant};

use audit::Entry;
use base::{Actor, ChanceExt as _, Millis, WebhookDeliveryId};
use contract::webhook::DeliveryState;
use jobs::{Failure, Kind, Run, Workers};
use outbound::{Outbound, Request};
use serde::{Deserialize, Serialize};

use crate::{
    Webhooks, body,
    pace::{self, AWAY, GAP, PATIENCE, STALE},
    secret,
    store::{
        self,
        deliveries::{self, Attempt, Sending},
    },
};

/// The kind of job a delivery is.
pub(crate) const KIND: &str = "webhook.deliver";
/// So much of an answer is kept.
const EXCERPT: usize = 1024;
/// A webhook that has failed for so long is switched off.
const FAILED_FOR: Duration = Duration::from_hours(3 * 24);
/// “Gone”: the other program says that it wants nothing more.
const GONE: u16 = 410;

/// What such a job is given.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) delivery: WebhookDeliveryId,
}

/// What came of an attempt.
struct Outcome {
    status: Option<u16>,
    excerpt: Option<String>,
    error: Option<String>,
    /// Trying again makes no sense.
    hopeless: bool,
}

impl Webhooks {
    /// Has deliveries sent by these workers.
    pub fn register(&self, workers: &mut Workers) {
        let webhooks = self.clone();
        let kind = Kind::new(KIND).at_once(16).within(Duration::from_secs(30)).attempts(pace::ATTEMPTS);
        workers.handle(kind, move |run| {
            let webhooks = webhooks.clone();
            async move { webhooks.deliver(run).await }
        });
    }

    async fn deliver(&self, run: Run) -> Result<(), Failure> {
        let Task { delivery } = run.read()?;
        // With its webhook, its deliveries are gone.
        let Some(sending) = deliveries::sending(&self.0.db, delivery).await? else { return Ok(()) };
        if sending.state == DeliveryState::Delivered {
            return Ok(());
        }
        let is_test = sending.event == body::TEST;
        if !sending.enabled && !is_test {
            deliveries::give_up(&self.0.db, delivery, "the webhook is switched off").await?;
            return Ok(());
        }
        let secret = self.0.key.secret(&sending.salt);
        if !secret::is_the_same(&secret, &sending.secret_hash) {
            let why = "the hub's key for webhooks is another one: give the webhook a new secret";
            deliveries::give_up(&self.0.db, delivery, why).await?;
            return Err(Failure::permanent(why));
        }
        let target = match Outbound::target(&sending.url) {
            Ok(target) => target,
            Err(error) => {
                deliveries::give_up(&self.0.db, delivery, &error.to_string()).await?;
                return Err(Failure::permanent(error.to_string()));
            }
        };
        let Some(_place) = self.0.places.take(&target) else {
            let away = Duration::from_millis(self.0.chance.below(4000).into());
            return Err(Failure::postponed(self.now().plus(AWAY + away)));
        };
        self.await_turn(&sending, target).await?;
        let outcome = self.send(&sending, &secret).await;
        self.write_down(&run, &sending, outcome, is_test).await
    }

    /// Waits for a turn at the target's pace; one that is far off ends the attempt, which does not count.
    async fn await_turn(&self, sending: &Sending, target: String) -> Result<(), Failure> {
        let now = self.now();
        let is_ours = |slot: Millis| slot >= now.minus(STALE) && slot <= now.plus(PATIENCE);
        let slot = match sending.slot_at.filter(|slot| is_ours(*slot)) {
            Some(slot) => slot,
            None => deliveries::take_slot(&self.0.db, sending.id, target, now, GAP).await?,
        };
        if slot > now.plus(PATIENCE) {
            return Err(Failure::postponed(slot));
        }
        tokio::time::sleep(slot.since(now)).await;
        Ok(())
    }

    async fn send(&self, sending: &Sending, secret: &base::Secret) -> (Outcome, Millis, Duration) {
        let at = self.now();
        let request = Request::post(sending.url.clone(), sending.body.clone())
            .header("content-type", "application/json")
            .header("guildhall-event", sending.event.clone())
            .header("guildhall-delivery", sending.id.to_string())
            .header("guildhall-signature", secret::sign(secret, at.0.div_euclid(1000), &sending.body))
            .first(EXCERPT);
        let began = Instant::now();
        let outcome = match self.0.outbound.send(request).await {
            Ok(answer) => Outcome {
                status: Some(answer.status),
                excerpt: Some(readable(&answer.body)),
                error: None,
                hopeless: answer.status == GONE,
            },
            Err(error) => {
                let hopeless = error.is_permanent();
                Outcome { status: None, excerpt: None, error: Some(Failure::from(error).reason().to_owned()), hopeless }
            }
        };
        (outcome, at, began.elapsed())
    }

    async fn write_down(
        &self,
        run: &Run,
        sending: &Sending,
        (outcome, at, took): (Outcome, Millis, Duration),
        is_test: bool,
    ) -> Result<(), Failure> {
        let delivered = outcome.status.is_some_and(|status| (200..300).contains(&status));
        let last = run.is_last() || outcome.hopeless || is_test;
        let now = self.now();
        let next = (!delivered && !last).then(|| now.plus(pace::pause(run.attempt(), &*self.0.chance)));
        let why = outcome
            .error
            .clone()
            .or(outcome.status.map(|status| format!("the answer was {status}")))
            .unwrap_or_default();
        let word = if delivered {
            "delivered"
        } else if last {
            "failed"
        } else {
            "retried"
        };
        metrics::counter!("guildhall_webhooks_attempts_total", "outcome" => word).increment(1);
        let attempt = Attempt {
            state: match (delivered, last) {
                (true, _) => DeliveryState::Delivered,
                (false, true) => DeliveryState::Failed,
                (false, false) => DeliveryState::Waiting,
            },
            at,
            next,
            status: outcome.status,
            excerpt: outcome.excerpt,
            error: outcome.error,
            duration_ms: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
        };
        let (delivery, webhook) = (sending.id, sending.webhook);
        let gone = outcome.status == Some(GONE);
        self.0
            .db
            .write(move |tx| {
                let attempt = attempt.clone();
                Box::pin(async move {
                    let state = attempt.state;
                    deliveries::note_attempt(tx, delivery, attempt).await?;
                    // A test says nothing about how it has been lately.
                    if is_test {
                        return Ok::<_, db::Error>(());
                    }
                    if state == DeliveryState::Delivered {
                        return store::note_health(tx, webhook, None).await;
                    }
                    store::note_health(tx, webhook, Some(now)).await?;
                    let since = if gone { now } else { now.minus(FAILED_FOR) };
                    if state == DeliveryState::Failed && store::switch_off_failing(tx, webhook, since).await? {
                        let entry = Entry::new("webhook.given_up", "webhook", webhook);
                        audit::record(tx, now, &Actor::Job, &entry).await?;
                        tracing::warn!(
                            webhook.id = webhook.get(),
                            "a webhook was switched off: it has failed for days, or says it is gone"
                        );
                    }
                    Ok(())
                })
            })
            .await?;
        match next {
            _ if delivered => Ok(()),
            Some(next) => Err(Failure::retry(why).not_before(next)),
            None => Err(Failure::permanent(why)),
        }
    }
}

/// The beginning of an answer as text that can be shown.
fn readable(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}
