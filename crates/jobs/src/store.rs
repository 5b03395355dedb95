//! The table of jobs: every statement, one function each.

mod claims;

use std::collections::BTreeMap;

use base::{JobId, Millis};
use contract::{
    job::{Job, JobDepth, JobProgress, JobState},
    schedule::RunState,
};
use db::{Db, Error, Tx, sql};

pub(crate) use self::claims::*;
use crate::{NewJob, schedule};

/// Removed at a time, so that no write is long.
const PRUNED_AT_ONCE: u32 = 1000;

pub(crate) async fn insert(tx: &mut Tx<'_>, at: Millis, job: &NewJob) -> Result<JobId, Error> {
    let (id,): (i64,) = sql("insert into jobs (kind, payload, dedupe_key, state, created_at, due_at, attempts, again)
         values ($1, $2, $3, 'waiting', $4, $5, 0, false)
         on conflict (kind, dedupe_key) where finished_at is null do update set
             payload = excluded.payload,
             again = jobs.state = 'running',
             due_at = case when (jobs.state = 'running' and not jobs.again) or excluded.due_at < jobs.due_at
                 then excluded.due_at else jobs.due_at end
         returning id")
    .bind(&*job.kind)
    .bind(&job.payload)
    .bind(job.key.clone())
    .bind(at)
    .bind(job.due.unwrap_or(at))
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

#[derive(sqlx::FromRow)]
struct JobRow {
    id: i64,
    kind: String,
    payload: String,
    state: String,
    attempts: i64,
    created_at: i64,
    due_at: i64,
    started_at: Option<i64>,
    finished_at: Option<i64>,
    progress_done: Option<i64>,
    progress_total: Option<i64>,
    progress_note: Option<String>,
    last_error: Option<String>,
}

impl From<JobRow> for Job {
    fn from(row: JobRow) -> Self {
        Self {
            id: row.id.into(),
            kind: row.kind,
            payload: row.payload,
            state: JobState::from_word(&row.state).expect("the table's check allows no other word"),
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            created_at: row.created_at.into(),
            due_at: row.due_at.into(),
            started_at: row.started_at.map(Millis),
            finished_at: row.finished_at.map(Millis),
            progress: row.progress_done.map(|done| JobProgress {
                done,
                total: row.progress_total,
                note: row.progress_note.unwrap_or_default(),
            }),
            last_error: row.last_error,
        }
    }
}

/// Newest first, those before `before`.
pub(crate) async fn list(
    db: &Db,
    kind: Option<String>,
    state: Option<JobState>,
    before: JobId,
    limit: u32,
) -> Result<Vec<Job>, Error> {
    let rows: Vec<JobRow> =
        sql("select id, kind, payload, state, attempts, created_at, due_at, started_at, finished_at,
             progress_done, progress_total, progress_note, last_error
         from jobs where ($1 is null or kind = $1) and ($2 is null or state = $2) and id < $3
         order by id desc limit $4")
        .bind(kind)
        .bind(state.map(JobState::word))
        .bind(before)
        .bind(limit)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(Job::from).collect())
}

pub(crate) async fn find(db: &Db, id: JobId) -> Result<Option<Job>, Error> {
    let row: Option<JobRow> =
        sql("select id, kind, payload, state, attempts, created_at, due_at, started_at, finished_at,
             progress_done, progress_total, progress_note, last_error
         from jobs where id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Job::from))
}

/// Due at once, with all its attempts before it. Gives back its kind and whether it had been given up; `None` where it is neither
/// waiting nor dead.
pub(crate) async fn retry(tx: &mut Tx<'_>, id: JobId, now: Millis) -> Result<Option<String>, Error> {
    let row: Option<(String, Option<String>)> =
        sql("update jobs set state = 'waiting', due_at = $2, attempts = 0, finished_at = null
         where id = $1 and state in ('waiting', 'dead') returning kind, dedupe_key")
        .bind(id)
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
    let Some((kind, key)) = row else { return Ok(None) };
    if schedule::is_run(key.as_deref()) {
        schedule::store::settle(tx, id.get(), RunState::UnderWay, now, None).await?;
    }
    tx.wake();
    Ok(Some(kind))
}

/// `None` where there is none, or it is running.
pub(crate) async fn remove(tx: &mut Tx<'_>, id: JobId, now: Millis) -> Result<Option<(String, String)>, Error> {
    let row: Option<(String, String, Option<String>)> =
        sql("delete from jobs where id = $1 and state <> 'running' returning kind, state, dedupe_key")
            .bind(id)
            .fetch_optional(&mut *tx)
            .await?;
    let Some((kind, state, key)) = row else { return Ok(None) };
    // One that was given up is remembered as failed.
    if schedule::is_run(key.as_deref()) && state == JobState::Waiting.word() {
        schedule::store::settle(tx, id.get(), RunState::Removed, now, None).await?;
    }
    Ok(Some((kind, state)))
}

/// Whether there is such a job; asked where it could not be changed.
pub(crate) async fn exists(tx: &mut Tx<'_>, id: JobId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select id from jobs where id = $1").bind(id).fetch_optional(tx).await?;
    Ok(row.is_some())
}

/// Of each kind, how many are in which state; done ones are left out.
pub(crate) async fn depths(db: &Db, now: Millis) -> Result<Vec<JobDepth>, Error> {
    let rows: Vec<(String, String, i64, i64, Option<i64>)> = sql(
        "select kind, state, count(*), cast(sum(case when state = 'waiting' and due_at <= $1 then 1 else 0 end) as bigint),
             min(case when state = 'waiting' and due_at <= $1 then due_at end)
         from jobs where state <> 'done' group by kind, state order by kind",
    )
    .bind(now)
    .fetch_all(db)
    .await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut depths: BTreeMap<String, JobDepth> = BTreeMap::new();
    for (kind, state, number, due, oldest) in rows {
        let depth = depths.entry(kind.clone()).or_insert(JobDepth {
            kind,
            waiting: 0,
            due: 0,
            oldest_due: None,
            running: 0,
            dead: 0,
        });
        match JobState::from_word(&state) {
            Some(JobState::Waiting) => {
                (depth.waiting, depth.due, depth.oldest_due) = (count(number), count(due), oldest.map(Millis));
            }
            Some(JobState::Running) => depth.running = count(number),
            Some(JobState::Dead) => depth.dead = count(number),
            Some(JobState::Done) | None => {}
        }
    }
    Ok(depths.into_values().collect())
}

/// Removes jobs of that state that finished before the instant; gives back how many, and whether there are more.
pub(crate) async fn prune(db: &Db, state: JobState, before: Millis) -> Result<(u64, bool), Error> {
    let removed = db
        .write(move |tx| {
            Box::pin(async move {
                sql("delete from jobs where id in (
                         select id from jobs where state = $1 and finished_at < $2 order by finished_at limit $3)")
                .bind(state.word())
                .bind(before)
                .bind(PRUNED_AT_ONCE)
                .execute(tx)
                .await
            })
        })
        .await?;
    Ok((removed, removed == u64::from(PRUNED_AT_ONCE)))
}
