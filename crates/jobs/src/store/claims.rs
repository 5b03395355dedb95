//! What workers do with a job: take it, keep it, and end an attempt.

use base::Millis;
use contract::{job::JobState, schedule::RunState};
use db::{Db, Error, Tx, sql, sql_for};

use crate::schedule;

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
