//! The tables of webhooks and deliveries: every statement, one function each.

pub(crate) mod deliveries;

use base::{Millis, WebhookId};
use contract::webhook::Webhook;
use db::{Db, Error, Tx, sql};

use crate::form::Good;

/// More than anybody needs, and few enough that an event is told to all in one transaction.
const MOST: i64 = 50;

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: i64,
    name: String,
    url: String,
    #[sqlx(try_from = "String")]
    events: Chosen,
    enabled: bool,
    given_up: bool,
    failing_since: Option<i64>,
    created_at: i64,
}

impl From<WebhookRow> for Webhook {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            url: row.url,
            events: row.events.0,
            enabled: row.enabled,
            given_up: row.given_up,
            failing_since: row.failing_since.map(Millis),
            created_at: row.created_at.into(),
        }
    }
}

/// The names of the events that were chosen, kept as an array of words. An empty one chooses all, so that what can't be read must not
/// pass for one.
#[derive(Debug)]
struct Chosen(Vec<String>);

impl TryFrom<String> for Chosen {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&json).map(Self)
    }
}

pub(crate) async fn list(db: &Db) -> Result<Vec<Webhook>, Error> {
    let rows: Vec<WebhookRow> =
        sql("select id, name, url, events, enabled, given_up, failing_since, created_at from webhooks order by name")
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

pub(crate) async fn find(on: impl Into<db::On<'_>>, id: WebhookId) -> Result<Option<Webhook>, Error> {
    let row: Option<WebhookRow> =
        sql("select id, name, url, events, enabled, given_up, failing_since, created_at from webhooks where id = $1")
            .bind(id)
            .fetch_optional(on)
            .await?;
    Ok(row.map(Webhook::from))
}

/// The salt of a new secret, and what tells whether its key is still the same.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(crate) salt: [u8; 16],
    pub(crate) hash: [u8; 32],
}

/// `None` where there are too many already.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    form: &Good,
    sealed: &Sealed,
    now: Millis,
) -> Result<Option<WebhookId>, Error> {
    let row: Option<(i64,)> =
        sql("insert into webhooks (name, url, events, enabled, given_up, salt, secret_hash, created_at)
         select $1, $2, $3, $4, false, $5, $6, $7 where (select count(*) from webhooks) < $8
         returning id")
        .bind(&form.name)
        .bind(&form.url)
        .bind(&form.events)
        .bind(form.enabled)
        .bind(sealed.salt)
        .bind(sealed.hash)
        .bind(now)
        .bind(MOST)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// Who switches it on again gives it a new chance.
pub(crate) async fn update(tx: &mut Tx<'_>, id: WebhookId, form: &Good) -> Result<bool, Error> {
    let changed = sql("update webhooks set name = $2, url = $3, events = $4,
             given_up = given_up and not $5,
             failing_since = case when enabled or not $5 then failing_since end,
             enabled = $5
         where id = $1")
    .bind(id)
    .bind(&form.name)
    .bind(&form.url)
    .bind(&form.events)
    .bind(form.enabled)
    .execute(tx)
    .await?;
    Ok(changed > 0)
}

pub(crate) async fn set_secret(tx: &mut Tx<'_>, id: WebhookId, sealed: &Sealed) -> Result<bool, Error> {
    let changed = sql("update webhooks set salt = $2, secret_hash = $3 where id = $1")
        .bind(id)
        .bind(sealed.salt)
        .bind(sealed.hash)
        .execute(tx)
        .await?;
    Ok(changed > 0)
}

pub(crate) async fn delete(tx: &mut Tx<'_>, id: WebhookId) -> Result<bool, Error> {
    Ok(sql("delete from webhooks where id = $1").bind(id).execute(tx).await? > 0)
}

pub(crate) async fn count_enabled(db: &Db) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from webhooks where enabled").fetch_one(db).await?;
    Ok(count)
}

/// Somebody to be told.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Listener {
    #[sqlx(try_from = "i64")]
    pub(crate) id: WebhookId,
    #[sqlx(try_from = "String")]
    events: Chosen,
    #[sqlx(try_from = "i64")]
    created_at: Millis,
}

impl Listener {
    /// Whether it is told of an event of that name: not of one before its time.
    pub(crate) fn wants(&self, event: &str, at: Millis) -> bool {
        at >= self.created_at && (self.events.0.is_empty() || self.events.0.iter().any(|chosen| chosen == event))
    }
}

pub(crate) async fn listeners(tx: &mut Tx<'_>) -> Result<Vec<Listener>, Error> {
    sql("select id, events, created_at from webhooks where enabled order by id").fetch_all(tx).await
}

/// Since when it has been failing: stays at the first failure since the last success.
pub(crate) async fn note_health(tx: &mut Tx<'_>, id: WebhookId, failed_at: Option<Millis>) -> Result<(), Error> {
    sql("update webhooks set failing_since = case when $2 is null then null else coalesce(failing_since, $2) end where id = $1")
        .bind(id)
        .bind(failed_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Switches it off if it has been failing since that instant or longer.
pub(crate) async fn switch_off_failing(tx: &mut Tx<'_>, id: WebhookId, since: Millis) -> Result<bool, Error> {
    let changed =
        sql("update webhooks set enabled = false, given_up = true where id = $1 and enabled and failing_since <= $2")
            .bind(id)
            .bind(since)
            .execute(tx)
            .await?;
    Ok(changed > 0)
}
