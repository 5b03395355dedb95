//! Values under keys, and how much each plugin keeps.

use base::{Millis, OrgId, UserId};
use db::{Db, Error, On, Tx, sql};

/// A value as it lies in the table.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct KvRow {
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
    pub(crate) version: i64,
}

fn org(organization: Option<OrgId>) -> i64 {
    organization.map_or(0, OrgId::get)
}

/// The value, unless its time is over.
pub(crate) async fn kv<'o>(
    on: impl Into<On<'o>>,
    plugin: &str,
    organization: Option<OrgId>,
    key: &str,
    now: Millis,
) -> Result<Option<KvRow>, Error> {
    sql("select key, value, version from plugin_kv
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key = $3 and (expires_at is null or expires_at > $4)")
    .bind(plugin)
    .bind(org(organization))
    .bind(key)
    .bind(now)
    .fetch_optional(on)
    .await
}

/// Those whose keys lie from `from` (itself left out where `after`) to before `to`, by key.
pub(crate) async fn kv_list(
    db: &Db,
    plugin: &str,
    organization: Option<OrgId>,
    from: (&str, bool),
    to: Option<&str>,
    now: Millis,
    at_most: u32,
) -> Result<Vec<KvRow>, Error> {
    sql("select key, value, version from plugin_kv
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key >= $3 and (not $4 or key > $3) and ($5 is null or key < $5)
             and (expires_at is null or expires_at > $6)
         order by key limit $7")
    .bind(plugin)
    .bind(org(organization))
    .bind(from.0)
    .bind(from.1)
    .bind(to)
    .bind(now)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// What is to be kept.
#[derive(Debug, Clone)]
pub(crate) struct NewKv {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
    pub(crate) person: Option<UserId>,
    pub(crate) expires: Option<Millis>,
    /// Only where that is its version; 0: only where there is none.
    pub(crate) only_if: Option<i64>,
}

/// How long the value is that lies there now, whether its time is over or not.
pub(crate) async fn kv_length(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    key: &str,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> = sql("select cast(length(key) + length(value) as bigint) from plugin_kv
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key = $3")
    .bind(plugin)
    .bind(org(organization))
    .bind(key)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(length,)| length))
}

/// Keeps it; its version. `None`: another version lies there.
pub(crate) async fn put_kv(tx: &mut Tx<'_>, new: &NewKv, now: Millis) -> Result<Option<i64>, Error> {
    // What has run out is not there any more, whether it was cleared away or not.
    sql("delete from plugin_kv where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key = $3 and expires_at <= $4")
        .bind(&new.plugin)
        .bind(org(new.organization))
        .bind(&new.key)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    let row: Option<(i64,)> = match new.only_if {
        Some(version) if version != 0 => {
            sql("update plugin_kv set value = $4, version = version + 1, person_id = $5, expires_at = $6
                 where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key = $3 and version = $7 returning version")
            .bind(&new.plugin)
            .bind(org(new.organization))
            .bind(&new.key)
            .bind(&new.value)
            .bind(new.person)
            .bind(new.expires)
            .bind(version)
            .fetch_optional(tx)
            .await?
        }
        only_if => {
            // Where it must not be there yet, the one that is stays as it is.
            sql("insert into plugin_kv (plugin_id, organization_id, key, value, version, person_id, expires_at)
                 values ($1, $2, $3, $4, 1, $5, $6)
                 on conflict (plugin_id, coalesce(organization_id, 0), key) do update set value = excluded.value,
                     version = plugin_kv.version + 1, person_id = excluded.person_id, expires_at = excluded.expires_at
                 where $7 returning version")
            .bind(&new.plugin)
            .bind(new.organization)
            .bind(&new.key)
            .bind(&new.value)
            .bind(new.person)
            .bind(new.expires)
            .bind(only_if.is_none())
            .fetch_optional(tx)
            .await?
        }
    };
    Ok(row.map(|(version,)| version))
}

/// How long the one was that is gone now.
pub(crate) async fn delete_kv(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    key: &str,
) -> Result<Option<i64>, Error> {
    let row: Option<(i64,)> =
        sql("delete from plugin_kv where plugin_id = $1 and coalesce(organization_id, 0) = $2 and key = $3
             returning cast(length(key) + length(value) as bigint)")
        .bind(plugin)
        .bind(org(organization))
        .bind(key)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(length,)| length))
}

/// Clears away what has run out; how many.
pub(crate) async fn expire_kv(db: &Db, now: Millis) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move { sql("delete from plugin_kv where expires_at <= $1").bind(now).execute(tx).await })
    })
    .await
}

/// How much each keeps: plugin and bytes.
pub(crate) async fn usage_by_plugin(db: &Db) -> Result<Vec<(String, i64)>, Error> {
    sql("select plugin_id, cast(sum(bytes) as bigint) from plugin_usage group by plugin_id").fetch_all(db).await
}

/// How much each keeps in an organization: plugin, store and bytes.
pub(crate) async fn usage_in(db: &Db, org: OrgId) -> Result<Vec<(String, String, i64)>, Error> {
    sql("select plugin_id, store, bytes from plugin_usage where organization_id = $1 order by plugin_id, store")
        .bind(org)
        .fetch_all(db)
        .await
}

/// Notes that it keeps so much more or less, and holds the note, so that two at once can't both take the last room. False: it would be
/// more than it may.
pub(crate) async fn use_bytes(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    store: &'static str,
    change: i64,
    most: i64,
) -> Result<bool, Error> {
    sql("insert into plugin_usage (plugin_id, organization_id, store, bytes) values ($1, $2, $3, 0)
         on conflict (plugin_id, coalesce(organization_id, 0), store) do nothing")
    .bind(plugin)
    .bind(organization)
    .bind(store)
    .execute(&mut *tx)
    .await?;
    let changed = sql("update plugin_usage set bytes = case when bytes + $4 < 0 then 0 else bytes + $4 end
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and store = $3 and ($4 <= 0 or bytes + $4 <= $5)")
    .bind(plugin)
    .bind(org(organization))
    .bind(store)
    .bind(change)
    .bind(most)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Counts anew: what went with a person or ran out was not noted.
pub(crate) async fn recount(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    store: &'static str,
) -> Result<i64, Error> {
    let counted = match store {
        "kv" => sql("update plugin_usage set bytes = (select cast(coalesce(sum(length(key) + length(value)), 0) as bigint) from plugin_kv
                 where plugin_id = $1 and coalesce(organization_id, 0) = $2)
             where plugin_id = $1 and coalesce(organization_id, 0) = $2 and store = $3 returning bytes"),
        _ => sql("update plugin_usage set bytes = (select cast(coalesce(sum(length(body_json)), 0) as bigint) from plugin_documents
                 where plugin_id = $1 and coalesce(organization_id, 0) = $2)
             where plugin_id = $1 and coalesce(organization_id, 0) = $2 and store = $3 returning bytes"),
    };
    let row: Option<(i64,)> = counted.bind(plugin).bind(org(organization)).bind(store).fetch_optional(tx).await?;
    Ok(row.map_or(0, |(bytes,)| bytes))
}

/// Everything a plugin keeps about somebody under keys: where, key, value.
pub(crate) async fn kv_of_person(
    db: &Db,
    plugin: &str,
    person: UserId,
) -> Result<Vec<(Option<i64>, String, Vec<u8>)>, Error> {
    sql("select organization_id, key, value from plugin_kv where plugin_id = $1 and person_id = $2 order by id")
        .bind(plugin)
        .bind(person)
        .fetch_all(db)
        .await
}

/// A value with everything that belongs to it.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct WholeKv {
    pub(crate) id: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
    pub(crate) person_id: Option<i64>,
    pub(crate) expires_at: Option<i64>,
}

/// Everything a plugin keeps under keys, so many rows after one.
pub(crate) async fn kv_of_plugin(
    db: &Db,
    plugin: &str,
    after: i64,
    now: Millis,
    at_most: u32,
) -> Result<Vec<WholeKv>, Error> {
    sql("select id, organization_id, key, value, person_id, expires_at from plugin_kv
         where plugin_id = $1 and id > $2 and (expires_at is null or expires_at > $3) order by id limit $4")
    .bind(plugin)
    .bind(after)
    .bind(now)
    .bind(at_most)
    .fetch_all(db)
    .await
}
