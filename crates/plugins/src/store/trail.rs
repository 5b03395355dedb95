//! How plugins fare: strikes, what they write down, how often they are called.

use base::{Millis, OrgId};
use db::{Db, Error, Tx, sql};

/// So many lines of each plugin's log are kept.
const LOG_KEPT: i64 = 1_000;

/// A time a guest had to be stopped.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct StrikeRow {
    pub(crate) at: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) version: String,
    pub(crate) export: String,
    pub(crate) why: String,
    pub(crate) trace: String,
}

/// One more.
#[derive(Debug, Clone)]
pub(crate) struct NewStrike {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) version: String,
    pub(crate) export: &'static str,
    pub(crate) why: String,
    pub(crate) trace: String,
}

pub(crate) async fn insert_strike(tx: &mut Tx<'_>, new: &NewStrike, now: Millis) -> Result<(), Error> {
    sql("insert into plugin_strikes (plugin_id, organization_id, at, version, export, why, trace) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&new.plugin)
        .bind(new.organization)
        .bind(now)
        .bind(&new.version)
        .bind(new.export)
        .bind(&new.why)
        .bind(&new.trace)
        .execute(tx)
        .await?;
    Ok(())
}

/// How many of that version since then.
pub(crate) async fn count_strikes(tx: &mut Tx<'_>, plugin: &str, version: &str, since: Millis) -> Result<i64, Error> {
    let (number,): (i64,) =
        sql("select count(*) from plugin_strikes where plugin_id = $1 and version = $2 and at > $3")
            .bind(plugin)
            .bind(version)
            .bind(since)
            .fetch_one(tx)
            .await?;
    Ok(number)
}

/// Newest first.
pub(crate) async fn strikes(db: &Db, plugin: &str, at_most: u32) -> Result<Vec<StrikeRow>, Error> {
    sql("select at, organization_id, version, export, why, trace from plugin_strikes
         where plugin_id = $1 order by id desc limit $2")
    .bind(plugin)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// Those from before then are forgotten: what has been let on again begins anew.
pub(crate) async fn forget_strikes(tx: &mut Tx<'_>, plugin: &str) -> Result<(), Error> {
    sql("delete from plugin_strikes where plugin_id = $1").bind(plugin).execute(tx).await?;
    Ok(())
}

/// A line of a plugin's log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct LogRow {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) organization_id: Option<i64>,
    pub(crate) level: String,
    pub(crate) text: String,
    pub(crate) trace: String,
}

/// A line to be written down.
#[derive(Debug, Clone)]
pub(crate) struct NewLine {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) at: Millis,
    pub(crate) level: &'static str,
    pub(crate) text: String,
    pub(crate) trace: String,
}

/// Writes lines down, where the plugin and the organization are still there.
pub(crate) async fn insert_lines(tx: &mut Tx<'_>, lines: &[NewLine]) -> Result<(), Error> {
    for line in lines {
        sql("insert into plugin_log (plugin_id, organization_id, at, level, text, trace) select $1, $2, $3, $4, $5, $6
             where exists (select 1 from plugins where id = $1)
               and ($2 is null or exists (select 1 from organizations where id = $2))")
        .bind(&line.plugin)
        .bind(line.organization)
        .bind(line.at)
        .bind(line.level)
        .bind(&line.text)
        .bind(&line.trace)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

pub(crate) async fn trim_log(tx: &mut Tx<'_>, plugin: &str) -> Result<(), Error> {
    sql("delete from plugin_log where plugin_id = $1 and id <= (
             select coalesce(min(id), 0) - 1 from (select id from plugin_log where plugin_id = $1 order by id desc limit $2) as kept)")
    .bind(plugin)
    .bind(LOG_KEPT)
    .execute(tx)
    .await?;
    Ok(())
}

/// Newest first, those before one.
pub(crate) async fn log(db: &Db, plugin: &str, before: i64, at_most: u32) -> Result<Vec<LogRow>, Error> {
    sql("select id, at, organization_id, level, text, trace from plugin_log
         where plugin_id = $1 and id < $2 order by id desc limit $3")
    .bind(plugin)
    .bind(before)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// What went wrong in an organization, newest first.
pub(crate) async fn errors_in(db: &Db, plugin: &str, org: OrgId, at_most: u32) -> Result<Vec<LogRow>, Error> {
    sql("select id, at, organization_id, level, text, trace from plugin_log
         where plugin_id = $1 and organization_id = $2 and level in ('warn', 'error') order by id desc limit $3")
    .bind(plugin)
    .bind(org)
    .bind(at_most)
    .fetch_all(db)
    .await
}

/// How often something was called on one day, and how that went.
#[derive(Debug, Clone)]
pub(crate) struct NewCalls {
    pub(crate) plugin: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) day: i64,
    pub(crate) export: &'static str,
    pub(crate) calls: i64,
    pub(crate) failures: i64,
    pub(crate) cpu_ms: i64,
    pub(crate) max_ms: i64,
}

/// Adds it, where the plugin and the organization are still there.
pub(crate) async fn add_calls(tx: &mut Tx<'_>, all: &[NewCalls]) -> Result<(), Error> {
    for new in all {
        sql("insert into plugin_calls_daily (plugin_id, organization_id, day, export, calls, failures, cpu_ms, max_ms)
             select $1, $2, $3, $4, $5, $6, $7, $8
             where exists (select 1 from plugins where id = $1)
               and ($2 is null or exists (select 1 from organizations where id = $2))
             on conflict (plugin_id, coalesce(organization_id, 0), day, export) do update set
                 calls = plugin_calls_daily.calls + excluded.calls, failures = plugin_calls_daily.failures + excluded.failures,
                 cpu_ms = plugin_calls_daily.cpu_ms + excluded.cpu_ms,
                 max_ms = case when excluded.max_ms > plugin_calls_daily.max_ms then excluded.max_ms else plugin_calls_daily.max_ms end")
        .bind(&new.plugin)
        .bind(new.organization)
        .bind(new.day)
        .bind(new.export)
        .bind(new.calls)
        .bind(new.failures)
        .bind(new.cpu_ms)
        .bind(new.max_ms)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Calls of a plugin by day and export, over all organizations, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CallsRow {
    pub(crate) plugin_id: String,
    pub(crate) day: i64,
    pub(crate) export: String,
    pub(crate) calls: i64,
    pub(crate) failures: i64,
    pub(crate) cpu_ms: i64,
    pub(crate) max_ms: i64,
}

pub(crate) async fn calls_since(db: &Db, day: i64) -> Result<Vec<CallsRow>, Error> {
    sql("select plugin_id, day, export, cast(sum(calls) as bigint) as calls, cast(sum(failures) as bigint) as failures,
             cast(sum(cpu_ms) as bigint) as cpu_ms, max(max_ms) as max_ms
         from plugin_calls_daily where day >= $1 group by plugin_id, day, export order by plugin_id, day desc, export")
    .bind(day)
    .fetch_all(db)
    .await
}

pub(crate) async fn forget_calls(db: &Db, before_day: i64, strikes_before: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from plugin_calls_daily where day < $1").bind(before_day).execute(&mut *tx).await?;
            sql("delete from plugin_strikes where at < $1").bind(strikes_before).execute(tx).await?;
            Ok(())
        })
    })
    .await
}
