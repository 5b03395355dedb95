//! Addresses that strangers' programs call.

use base::{Millis, OrgId};
use db::{Db, Error, Tx, sql};

/// An address as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct WebhookRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) organization_id: Option<i64>,
    pub(crate) created_at: i64,
    pub(crate) last_used_at: Option<i64>,
}

pub(crate) async fn webhooks(db: &Db, plugin: &str, organization: Option<OrgId>) -> Result<Vec<WebhookRow>, Error> {
    sql("select id, name, organization_id, created_at, last_used_at from plugin_webhooks
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 order by id")
    .bind(plugin)
    .bind(organization.map_or(0, OrgId::get))
    .fetch_all(db)
    .await
}

/// The one whose token has that hash.
pub(crate) async fn webhook(db: &Db, plugin: &str, name: &str, hash: &[u8; 32]) -> Result<Option<WebhookRow>, Error> {
    sql("select id, name, organization_id, created_at, last_used_at from plugin_webhooks
         where token_hash = $3 and plugin_id = $1 and name = $2")
    .bind(plugin)
    .bind(name)
    .bind(hash)
    .fetch_optional(db)
    .await
}

/// A new one; `None` where there are as many as there may be.
pub(crate) async fn insert_webhook(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    name: &str,
    hash: &[u8; 32],
    most: i64,
    now: Millis,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql("insert into plugin_webhooks (plugin_id, organization_id, name, token_hash, created_at)
         select $1, $2, $3, $4, $5
         where (select count(*) from plugin_webhooks where plugin_id = $1 and coalesce(organization_id, 0) = coalesce($2, 0)) < $6
         returning id")
    .bind(plugin)
    .bind(organization)
    .bind(name)
    .bind(hash)
    .bind(now)
    .bind(most)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id))
}

pub(crate) async fn delete_webhook(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    id: i64,
) -> Result<bool, Error> {
    let gone =
        sql("delete from plugin_webhooks where id = $3 and plugin_id = $1 and coalesce(organization_id, 0) = $2")
            .bind(plugin)
            .bind(organization.map_or(0, OrgId::get))
            .bind(id)
            .execute(tx)
            .await?;
    Ok(gone == 1)
}

/// When it was called last; a minute more or less is nobody's business.
pub(crate) async fn touch_webhook(db: &Db, id: i64, now: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("update plugin_webhooks set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2 - 60000)")
                .bind(id)
                .bind(now)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}
