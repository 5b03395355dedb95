//! The table of jobs: every statement, one function each.

use std::collections::BTreeMap;

use base::{JobId, Millis};
use contract::{
    job::{Job, JobDepth, JobProgress, JobState},
    schedule::RunState,
};
use db::{Db, Error, Tx, sql, sql_for};

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

/// Of these kinds, those of which something is due.
pub(crate) async fn due_kinds(db: &Db, kinds: &[&str], now: Millis) -> Result<Vec<String>, Error> {
    let json = serde_json::to_string(kinds).expect("words are plain data");
    let rows: Vec<(String,)> = sql_for(
        "select k.value from json_each($1) as k
         where exists (select 1 from jobs where kind = k.value and state = 'waiting' and due_at <= $2)",
        "select k.word from json_array_elements_text(cast($1 as json)) as k (word)
         where exists (select 1 from jobs where kind = k.word and state = 'waiting' and due_at <= $2)",
    )
    .bind(json)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(kind,)| kind).collect())
}

/// A job that a worker has taken.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Claimed {
    pub(crate) id: i64,
    pub(crate) payload: String,
    pub(crate) attempts: i64,
    pub(crate) due_at: i64,
}

/// What is given to [`claim`].
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) kind: &'static str,
    pub(crate) at_most: u32,
    pub(crate) worker: String,
    pub(crate) now: Millis,
    pub(crate) until: Millis,
}

/// Takes what is due, longest due first. Of several workers that come at once, each row is one's.
pub(crate) async fn claim(db: &Db, claim: Claim) -> Result<Vec<Claimed>, Error> {
    db.write(move |tx| {
        let claim = claim.clone();
        Box::pin(async move {
            // PostgreSQL: rows another worker is taking right now are passed over instead of waited for.
            sql_for(
                "update jobs set state = 'running', worker = $4, lease_until = $5, attempts = attempts + 1, started_at = $2,
                     progress_done = null, progress_total = null, progress_note = null
                 where id in (select id from jobs where kind = $1 and state = 'waiting' and due_at <= $2
                     order by due_at, id limit $3)
                 returning id, payload, attempts, due_at",
                "update jobs set state = 'running', worker = $4, lease_until = $5, attempts = attempts + 1, started_at = $2,
                     progress_done = null, progress_total = null, progress_note = null
                 where id in (select id from jobs where kind = $1 and state = 'waiting' and due_at <= $2
                     order by due_at, id limit $3 for update skip locked)
                 returning id, payload, attempts, due_at",
            )
            .bind(claim.kind)
            .bind(claim.now)
            .bind(claim.at_most)
            .bind(claim.worker)
            .bind(claim.until)
            .fetch_all(tx)
            .await
        })
    })
    .await
}

/// What the row must still say for an attempt to be the one that counts: a worker that was given up may come back.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) id: i64,
    pub(crate) worker: String,
    pub(crate) attempts: i64,
}

/// Says that this worker is alive; gives back what it is at, by the table.
pub(crate) async fn renew(db: &Db, worker: String, until: Millis) -> Result<Vec<(i64, i64)>, Error> {
    db.write(move |tx| {
        let worker = worker.clone();
        Box::pin(async move {
            sql("update jobs set lease_until = $2 where state = 'running' and worker = $1 returning id, attempts")
                .bind(worker)
                .bind(until)
                .fetch_all(tx)
                .await
        })
    })
    .await
}

/// A running job whose worker has not said for too long that it is alive.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Lapsed {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) worker: String,
    pub(crate) attempts: i64,
    pub(crate) lease_until: i64,
}

pub(crate) async fn lapsed(db: &Db, now: Millis) -> Result<Vec<Lapsed>, Error> {
    sql("select id, kind, worker, attempts, lease_until from jobs where state = 'running' and lease_until < $1
         order by lease_until limit 200")
    .bind(now)
    .fetch_all(db)
    .await
}

/// The attempt succeeded. `None`: it counts no more, somebody else has the job.
pub(crate) async fn finish(db: &Db, lease: Lease, now: Millis) -> Result<Option<JobState>, Error> {
    db.write(move |tx| {
        let lease = lease.clone();
        Box::pin(async move {
            let row: Option<After> = sql("update jobs set
                     state = case when again then 'waiting' else 'done' end,
                     finished_at = case when again then null else $4 end,
                     attempts = case when again then 0 else attempts end,
                     again = false, worker = null, lease_until = null, last_error = null
                 where id = $1 and worker = $2 and attempts = $3 and state = 'running'
                 returning id, state, dedupe_key, last_error")
            .bind(lease.id)
            .bind(lease.worker)
            .bind(lease.attempts)
            .bind(now)
            .fetch_optional(&mut *tx)
            .await?;
            state_after(tx, row, now).await
        })
    })
    .await
}

/// How an attempt failed.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    /// Why.
    pub(crate) reason: String,
    /// When the next is due; `None`: none will be.
    pub(crate) next: Option<Millis>,
    /// Only if the lease has lapsed at this instant; `None`: whoever says so holds it.
    pub(crate) lapsed_at: Option<Millis>,
}

/// The attempt failed. `None`: it counts no more.
pub(crate) async fn fail(db: &Db, lease: Lease, failed: Failed, now: Millis) -> Result<Option<JobState>, Error> {
    db.write(move |tx| {
        let (lease, failed) = (lease.clone(), failed.clone());
        Box::pin(async move {
            let row: Option<After> = sql("update jobs set
                     state = case when again or $5 then 'waiting' else 'dead' end,
                     finished_at = case when again or $5 then null else $4 end,
                     due_at = case when again then due_at else $6 end,
                     attempts = case when again then 0 else attempts end,
                     again = false, worker = null, lease_until = null, last_error = $7
                 where id = $1 and worker = $2 and attempts = $3 and state = 'running'
                     and ($8 is null or lease_until < $8)
                 returning id, state, dedupe_key, last_error")
            .bind(lease.id)
            .bind(lease.worker)
            .bind(lease.attempts)
            .bind(now)
            .bind(failed.next.is_some())
            .bind(failed.next.unwrap_or(now))
            .bind(failed.reason)
            .bind(failed.lapsed_at)
            .fetch_optional(&mut *tx)
            .await?;
            state_after(tx, row, now).await
        })
    })
    .await
}

/// A job once an attempt has ended.
#[derive(sqlx::FromRow)]
struct After {
    id: i64,
    state: String,
    dedupe_key: Option<String>,
    last_error: Option<String>,
}

/// Who waits is worked on; who has ended may have been a run of a schedule.
async fn state_after(tx: &mut Tx<'_>, row: Option<After>, now: Millis) -> Result<Option<JobState>, Error> {
    let Some(After { id, state, dedupe_key, last_error }) = row else { return Ok(None) };
    let state = JobState::from_word(&state);
    let run = match state {
        Some(JobState::Waiting) => {
            tx.wake();
            None
        }
        Some(JobState::Done) => Some(RunState::Done),
        Some(JobState::Dead) => Some(RunState::Failed),
        Some(JobState::Running) | None => None,
    };
    if let Some(run) = run.filter(|_| schedule::is_run(dedupe_key.as_deref())) {
        schedule::store::settle(tx, id, run, now, last_error).await?;
    }
    Ok(state)
}

/// The attempt was broken off through no fault of its own: it is as if it had never begun.
pub(crate) async fn release(db: &Db, lease: Lease) -> Result<bool, Error> {
    db.write(move |tx| {
        let lease = lease.clone();
        Box::pin(async move {
            let changed = sql("update jobs set state = 'waiting', attempts = attempts - 1, again = false, worker = null, lease_until = null
                 where id = $1 and worker = $2 and attempts = $3 and state = 'running'")
            .bind(lease.id)
            .bind(lease.worker)
            .bind(lease.attempts)
            .execute(&mut *tx)
            .await?;
            tx.wake();
            Ok(changed > 0)
        })
    })
    .await
}

/// It is not its turn yet: as if it had never begun, but for when it is due.
pub(crate) async fn postpone(db: &Db, lease: Lease, until: Millis) -> Result<Option<JobState>, Error> {
    db.write(move |tx| {
        let lease = lease.clone();
        Box::pin(async move {
            let row: Option<(String,)> = sql(
                "update jobs set state = 'waiting', attempts = attempts - 1, due_at = $4, again = false, worker = null, lease_until = null
                 where id = $1 and worker = $2 and attempts = $3 and state = 'running'
                 returning state",
            )
            .bind(lease.id)
            .bind(lease.worker)
            .bind(lease.attempts)
            .bind(until)
            .fetch_optional(tx)
            .await?;
            Ok(row.and_then(|(word,)| JobState::from_word(&word)))
        })
    })
    .await
}

#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) done: i64,
    pub(crate) total: Option<i64>,
    pub(crate) note: String,
}

pub(crate) async fn set_progress(db: &Db, lease: Lease, progress: Progress) -> Result<u64, Error> {
    db.write(move |tx| {
        let (lease, progress) = (lease.clone(), progress.clone());
        Box::pin(async move {
            sql("update jobs set progress_done = $4, progress_total = $5, progress_note = $6
                 where id = $1 and worker = $2 and attempts = $3 and state = 'running'")
            .bind(lease.id)
            .bind(lease.worker)
            .bind(lease.attempts)
            .bind(progress.done)
            .bind(progress.total)
            .bind(progress.note)
            .execute(tx)
            .await
        })
    })
    .await
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
