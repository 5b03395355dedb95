//! What is still to be told plugins, and what could not be.

use base::{EventId, Millis, OrgId};
use db::{Db, Error, Tx, sql};

fn org(organization: Option<OrgId>) -> i64 {
    organization.map_or(0, OrgId::get)
}

/// Something to be told.
#[derive(Debug, Clone)]
pub(crate) struct NewTold {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) event: EventId,
    pub(crate) subject: String,
    pub(crate) priority: i64,
    pub(crate) happened: String,
    pub(crate) depth: i64,
}

/// Puts it into the inbox, once, where the plugin and the organization are there.
pub(crate) async fn put_into_inbox(tx: &mut Tx<'_>, new: &NewTold, now: Millis) -> Result<bool, Error> {
    let put = sql("insert into plugin_inbox (plugin_id, organization_id, event_id, subject, priority, happened_json, depth, attempts, next_at)
         select $1, $2, $3, $4, $5, $6, $7, 0, $8
         where exists (select 1 from plugins where id = $1)
           and ($2 is null or exists (select 1 from organizations where id = $2))
         on conflict (plugin_id, coalesce(organization_id, 0), event_id) do nothing")
    .bind(&new.plugin)
    .bind(new.organization)
    .bind(new.event)
    .bind(&new.subject)
    .bind(new.priority)
    .bind(&new.happened)
    .bind(new.depth)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(put == 1)
}

/// Drops what is too much: of the lowest priority, the oldest. How many.
pub(crate) async fn drop_overflow(
    tx: &mut Tx<'_>,
    plugin: &str,
    organization: Option<OrgId>,
    most: i64,
) -> Result<u64, Error> {
    let (waiting,): (i64,) = sql("select count(*) from plugin_inbox
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and next_at is not null")
    .bind(plugin)
    .bind(org(organization))
    .fetch_one(&mut *tx)
    .await?;
    if waiting <= most {
        return Ok(0);
    }
    sql("delete from plugin_inbox where id in (
             select id from plugin_inbox where plugin_id = $1 and coalesce(organization_id, 0) = $2 and next_at is not null
             order by priority, id limit $3)")
    .bind(plugin)
    .bind(org(organization))
    .bind(waiting - most)
    .execute(tx)
    .await
}

/// Something that waits to be told, or was given up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct InboxRow {
    pub(crate) id: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) subject: String,
    pub(crate) happened_json: String,
    pub(crate) depth: i64,
    pub(crate) attempts: i64,
    pub(crate) next_at: Option<i64>,
    pub(crate) parked_at: Option<i64>,
    pub(crate) last_error: Option<String>,
}

/// What may be told now, in order: of each subject the first that waits, if its time has come.
pub(crate) async fn to_tell(
    db: &Db,
    plugin: &str,
    organization: Option<OrgId>,
    now: Millis,
    at_most: u32,
) -> Result<Vec<InboxRow>, Error> {
    sql("select id, organization_id, subject, happened_json, depth, attempts, next_at, parked_at, last_error from plugin_inbox t
         where plugin_id = $1 and coalesce(organization_id, 0) = $2 and next_at <= $3
           and not exists (select 1 from plugin_inbox b where b.plugin_id = t.plugin_id
               and coalesce(b.organization_id, 0) = coalesce(t.organization_id, 0) and b.subject = t.subject and b.id < t.id
               and b.next_at is not null)
         order by id limit $4")
    .bind(plugin)
    .bind(org(organization))
    .bind(now)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// When something is to be told next.
pub(crate) async fn next_telling(db: &Db, plugin: &str, organization: Option<OrgId>) -> Result<Option<Millis>, Error> {
    let (next,): (Option<i64>,) =
        sql("select min(next_at) from plugin_inbox where plugin_id = $1 and coalesce(organization_id, 0) = $2")
            .bind(plugin)
            .bind(org(organization))
            .fetch_one(db)
            .await?;
    Ok(next.map(Millis))
}

/// It was told.
pub(crate) async fn told(db: &Db, id: i64) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from plugin_inbox where id = $1").bind(id).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

/// It was not. `next`: when it is tried again; `None`: it is put aside.
pub(crate) async fn not_told(db: &Db, id: i64, next: Option<Millis>, error: &str, now: Millis) -> Result<(), Error> {
    let error = error.to_owned();
    db.write(move |tx| {
        let error = error.clone();
        Box::pin(async move {
            sql("update plugin_inbox set attempts = attempts + 1, next_at = $2, parked_at = $3, last_error = $4 where id = $1")
                .bind(id)
                .bind(next)
                .bind(next.is_none().then_some(now))
                .bind(error)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Its time is another one, and that was no attempt.
pub(crate) async fn tell_later(db: &Db, id: i64, next: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("update plugin_inbox set next_at = $2 where id = $1 and next_at is not null")
                .bind(id)
                .bind(next)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// What was put aside, newest first, those before one.
pub(crate) async fn parked(db: &Db, plugin: &str, before: i64, at_most: u32) -> Result<Vec<InboxRow>, Error> {
    sql("select id, organization_id, subject, happened_json, depth, attempts, next_at, parked_at, last_error from plugin_inbox
         where plugin_id = $1 and next_at is null and id < $2 order by id desc limit $3")
    .bind(plugin)
    .bind(before)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// Takes one that was put aside up again; where it is.
pub(crate) async fn take_up(
    tx: &mut Tx<'_>,
    plugin: &str,
    id: i64,
    now: Millis,
) -> Result<Option<Option<OrgId>>, Error> {
    let row: Option<(Option<i64>,)> = sql("update plugin_inbox set next_at = $3, parked_at = null, attempts = 0
             where id = $2 and plugin_id = $1 and next_at is null returning organization_id")
    .bind(plugin)
    .bind(id)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(org,)| org.map(OrgId::from)))
}

/// How much waits and how much was put aside, by plugin.
pub(crate) async fn inbox_counts(db: &Db) -> Result<Vec<(String, i64, i64)>, Error> {
    sql("select plugin_id, count(next_at), count(parked_at) from plugin_inbox group by plugin_id").fetch_all(db).await
}

/// What was put aside so long ago is of no use to anybody.
pub(crate) async fn forget_parked(db: &Db, before: Millis) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move { sql("delete from plugin_inbox where parked_at < $1").bind(before).execute(tx).await })
    })
    .await
}
