//! From what happened to what is to be sent.

use std::time::{Duration, Instant};

use contract::webhook::EVENTS;
use events::Reader;
use jobs::NewJob;
use tokio_util::sync::CancellationToken;

use crate::{
    Webhooks, body, deliver,
    store::{self, deliveries},
};

/// So many deliveries are written in one transaction, about.
const BATCH: u32 = 256;
/// How often old deliveries are cleared away.
const TIDY_EVERY: Duration = Duration::from_hours(1);
/// Deliveries are kept so long.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// One that has neither arrived nor failed after so long was forgotten, as by a kill at its last attempt.
const FORGOTTEN: Duration = Duration::from_hours(3 * 24);

impl Webhooks {
    /// Turns events into deliveries, each once, until `stop`. To be spawned once; on several nodes each event falls to one of them.
    pub async fn follow(self, stop: CancellationToken) {
        let mut reader = Reader::new(self.0.db.clone(), "webhooks");
        let mut tidied = None::<Instant>;
        loop {
            let told = self.round(&reader).await;
            if let Err(error) = &told {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "webhooks wait: what happened can't be read or written; it is tried again"
                );
            }
            if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) && told.is_ok() {
                tidied = Some(Instant::now());
                if let Err(error) = self.tidy().await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "old deliveries can't be cleared away");
                }
            }
            if !reader.wait(matches!(told, Ok(true)), &stop).await {
                break;
            }
        }
    }

    /// Writes down what is to be sent of everything that has happened; says whether there is anybody to be told.
    async fn round(&self, reader: &Reader) -> Result<bool, db::Error> {
        loop {
            let listening = store::count_enabled(&self.0.db).await?;
            let at_most = BATCH / u32::try_from(listening).unwrap_or(BATCH).clamp(1, BATCH);
            let Some(read) = reader.next(at_most).await? else { return Ok(listening > 0) };
            let (more, now) = (read.more, self.now());
            let written = self
                .0
                .db
                .write(move |tx| {
                    let read = read.clone();
                    Box::pin(async move {
                        if !read.leave_behind(tx).await? {
                            return Ok(0);
                        }
                        let told: Vec<_> =
                            read.events.iter().filter(|(.., event)| EVENTS.contains(&event.name())).collect();
                        let listeners = if told.is_empty() { Vec::new() } else { store::listeners(tx).await? };
                        let mut written = 0_u64;
                        for (id, at, event) in told {
                            let body = body::of(*id, *at, event);
                            for listener in listeners.iter().filter(|listener| listener.wants(event.name(), *at)) {
                                let Some(delivery) =
                                    deliveries::insert_told(tx, listener.id, *id, event.name(), &body, now).await?
                                else {
                                    continue;
                                };
                                jobs::enqueue(
                                    tx,
                                    now,
                                    &NewJob::new(deliver::KIND, &deliver::Task { delivery }).once(delivery.to_string()),
                                )
                                .await?;
                                written += 1;
                            }
                        }
                        Ok::<_, db::Error>(written)
                    })
                })
                .await?;
            metrics::counter!("guildhall_webhooks_deliveries_total").increment(written);
            if !more {
                return Ok(listening > 0);
            }
        }
    }

    pub(crate) async fn tidy(&self) -> Result<(), db::Error> {
        let now = self.now();
        deliveries::forget_targets(&self.0.db, now).await?;
        deliveries::fail_forgotten(&self.0.db, now.minus(FORGOTTEN)).await?;
        while deliveries::prune(&self.0.db, now.minus(KEPT)).await? {}
        Ok(())
    }
}
