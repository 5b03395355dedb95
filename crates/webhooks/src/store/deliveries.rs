//! Deliveries: what is still to be sent, what became of it, and the pace of each target.

use std::time::Duration;

use base::{EventId, Millis, WebhookDeliveryId, WebhookId};
use contract::webhook::{DeliveryState, WebhookDelivery};
use db::{Db, Error, Tx, sql};

/// Removed at a time, so that no write is long.
const PRUNED_AT_ONCE: u32 = 1000;
/// A target's pace is forgotten when nothing was sent there for so long.
const PACE_KEPT: Duration = Duration::from_hours(1);

/// `None` where it was told of that event already.
pub(crate) async fn insert_told(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    event_id: EventId,
    event: &'static str,
    body: &str,
    now: Millis,
) -> Result<Option<WebhookDeliveryId>, Error> {
    let row: Option<(i64,)> = sql(
        "insert into webhook_deliveries (webhook_id, event_id, told_event_id, event, body, state, attempts, created_at, next_attempt_at)
         values ($1, $2, $2, $3, $4, 'waiting', 0, $5, $5)
         on conflict (webhook_id, told_event_id) do nothing
         returning id",
    )
    .bind(webhook)
    .bind(event_id)
    .bind(event)
    .bind(body)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id.into()))
}

pub(crate) async fn insert_test(
    tx: &mut Tx<'_>,
    webhook: WebhookId,
    event: &'static str,
    body: &str,
    now: Millis,
) -> Result<WebhookDeliveryId, Error> {
    let (id,): (i64,) =
        sql("insert into webhook_deliveries (webhook_id, event, body, state, attempts, created_at, next_attempt_at)
         values ($1, $2, $3, 'waiting', 0, $4, $4) returning id")
        .bind(webhook)
        .bind(event)
        .bind(body)
        .bind(now)
        .fetch_one(tx)
        .await?;
    Ok(id.into())
}

/// The same once more, as a delivery of its own.
pub(crate) async fn insert_replay(
    tx: &mut Tx<'_>,
    of: WebhookDeliveryId,
    now: Millis,
) -> Result<WebhookDeliveryId, Error> {
    let (id,): (i64,) = sql(
        "insert into webhook_deliveries (webhook_id, event_id, event, body, replay_of, state, attempts, created_at, next_attempt_at)
         select webhook_id, event_id, event, body, id, 'waiting', 0, $2, $2 from webhook_deliveries where id = $1
         returning id",
    )
    .bind(of)
    .bind(now)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// What is needed to send a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    pub(crate) id: WebhookDeliveryId,
    pub(crate) webhook: WebhookId,
    pub(crate) url: String,
    pub(crate) enabled: bool,
    pub(crate) salt: Vec<u8>,
    pub(crate) secret_hash: Vec<u8>,
    pub(crate) event: String,
    pub(crate) body: String,
    pub(crate) state: DeliveryState,
    pub(crate) slot_at: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct SendingRow {
    id: i64,
    webhook_id: i64,
    url: String,
    enabled: bool,
    salt: Vec<u8>,
    secret_hash: Vec<u8>,
    event: String,
    body: String,
    state: String,
    slot_at: Option<i64>,
}

pub(crate) async fn sending(db: &Db, id: WebhookDeliveryId) -> Result<Option<Sending>, Error> {
    let row: Option<SendingRow> =
        sql("select d.id, d.webhook_id, w.url, w.enabled, w.salt, w.secret_hash, d.event, d.body, d.state, d.slot_at
         from webhook_deliveries d join webhooks w on w.id = d.webhook_id where d.id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| Sending {
        id: row.id.into(),
        webhook: row.webhook_id.into(),
        url: row.url,
        enabled: row.enabled,
        salt: row.salt,
        secret_hash: row.secret_hash,
        event: row.event,
        body: row.body,
        state: state(&row.state),
        slot_at: row.slot_at.map(Millis),
    }))
}

fn state(word: &str) -> DeliveryState {
    DeliveryState::from_word(word).expect("the table's check allows no other word")
}

/// Takes the target's next free turn, and notes it with the delivery.
pub(crate) async fn take_slot(
    db: &Db,
    delivery: WebhookDeliveryId,
    target: String,
    now: Millis,
    gap: Duration,
) -> Result<Millis, Error> {
    db.write(move |tx| {
        let target = target.clone();
        Box::pin(async move {
            let gap = i64::try_from(gap.as_millis()).unwrap_or(i64::MAX);
            let (next,): (i64,) = sql("insert into webhook_targets (host, next_at) values ($1, $2 + $3)
                 on conflict (host) do update set next_at =
                     (case when webhook_targets.next_at > $2 then webhook_targets.next_at else $2 end) + $3
                 returning next_at")
            .bind(target)
            .bind(now)
            .bind(gap)
            .fetch_one(&mut *tx)
            .await?;
            let slot = Millis(next.saturating_sub(gap));
            sql("update webhook_deliveries set slot_at = $2 where id = $1")
                .bind(delivery)
                .bind(slot)
                .execute(tx)
                .await?;
            Ok(slot)
        })
    })
    .await
}

/// What came of sending it once.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) state: DeliveryState,
    pub(crate) at: Millis,
    pub(crate) next: Option<Millis>,
    pub(crate) status: Option<u16>,
    pub(crate) excerpt: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) duration_ms: u32,
}

pub(crate) async fn note_attempt(tx: &mut Tx<'_>, id: WebhookDeliveryId, attempt: Attempt) -> Result<(), Error> {
    sql(
        "update webhook_deliveries set state = $2, attempts = attempts + 1, last_attempt_at = $3, next_attempt_at = $4,
             status = $5, excerpt = $6, error = $7, duration_ms = $8, slot_at = null
         where id = $1",
    )
    .bind(id)
    .bind(attempt.state.word())
    .bind(attempt.at)
    .bind(attempt.next)
    .bind(attempt.status)
    .bind(attempt.excerpt)
    .bind(attempt.error)
    .bind(attempt.duration_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// It will not be sent any more, and never reached anybody.
pub(crate) async fn give_up(db: &Db, id: WebhookDeliveryId, why: &str) -> Result<u64, Error> {
    let why = why.to_owned();
    db.write(move |tx| {
        let why = why.clone();
        Box::pin(async move {
            sql("update webhook_deliveries set state = 'failed', next_attempt_at = null, error = $2 where id = $1")
                .bind(id)
                .bind(why)
                .execute(tx)
                .await
        })
    })
    .await
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: i64,
    webhook_id: i64,
    event_id: Option<i64>,
    event: String,
    body: String,
    replay_of: Option<i64>,
    state: String,
    attempts: i64,
    created_at: i64,
    last_attempt_at: Option<i64>,
    next_attempt_at: Option<i64>,
    status: Option<i64>,
    excerpt: Option<String>,
    error: Option<String>,
    duration_ms: Option<i64>,
}

impl From<DeliveryRow> for WebhookDelivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id.into(),
            webhook: row.webhook_id.into(),
            event_id: row.event_id.map(EventId::from),
            event: row.event,
            body: row.body,
            replay_of: row.replay_of.map(WebhookDeliveryId::from),
            state: state(&row.state),
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            created_at: row.created_at.into(),
            last_attempt_at: row.last_attempt_at.map(Millis),
            next_attempt_at: row.next_attempt_at.map(Millis),
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            excerpt: row.excerpt,
            error: row.error,
            duration_ms: row.duration_ms.and_then(|took| u32::try_from(took).ok()),
        }
    }
}

/// Newest first, those before `before`.
pub(crate) async fn list(
    db: &Db,
    webhook: WebhookId,
    before: WebhookDeliveryId,
    limit: u32,
) -> Result<Vec<WebhookDelivery>, Error> {
    let rows: Vec<DeliveryRow> = sql(
        "select id, webhook_id, event_id, event, body, replay_of, state, attempts, created_at, last_attempt_at, next_attempt_at,
             status, excerpt, error, duration_ms
         from webhook_deliveries where webhook_id = $1 and id < $2 order by id desc limit $3",
    )
    .bind(webhook)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(WebhookDelivery::from).collect())
}

pub(crate) async fn find(
    on: impl Into<db::On<'_>>,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<Option<WebhookDelivery>, Error> {
    let row: Option<DeliveryRow> = sql(
        "select id, webhook_id, event_id, event, body, replay_of, state, attempts, created_at, last_attempt_at, next_attempt_at,
             status, excerpt, error, duration_ms
         from webhook_deliveries where id = $1 and webhook_id = $2",
    )
    .bind(id)
    .bind(webhook)
    .fetch_optional(on)
    .await?;
    Ok(row.map(WebhookDelivery::from))
}

/// Removes some of those written down before the instant; says whether there are more.
pub(crate) async fn prune(db: &Db, before: Millis) -> Result<bool, Error> {
    let removed = db
        .write(move |tx| {
            Box::pin(async move {
                sql("delete from webhook_deliveries where id in (
                         select id from webhook_deliveries where created_at < $1 order by created_at limit $2)")
                .bind(before)
                .bind(PRUNED_AT_ONCE)
                .execute(tx)
                .await
            })
        })
        .await?;
    Ok(removed == u64::from(PRUNED_AT_ONCE))
}

/// Those that still wait although their job must have ended long ago.
pub(crate) async fn fail_forgotten(db: &Db, before: Millis) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("update webhook_deliveries set state = 'failed', next_attempt_at = null, error = 'it was lost at its last attempt'
                 where state = 'waiting' and created_at < $1")
            .bind(before)
            .execute(tx)
            .await
        })
    })
    .await
}

pub(crate) async fn forget_targets(db: &Db, now: Millis) -> Result<u64, Error> {
    let before = now.minus(PACE_KEPT);
    db.write(move |tx| {
        Box::pin(async move { sql("delete from webhook_targets where next_at < $1").bind(before).execute(tx).await })
    })
    .await
}
