//! The tables of schedules and their runs: every statement, one function each.

use base::{JobId, Millis, OrgId, ScheduleId, ScheduleRunId};
use contract::schedule::{RunState, ScheduleRun, When};
use db::{Db, Error, Tx, sql, sql_for};

/// So many runs of each schedule are kept.
pub(crate) const RUNS_KEPT: i64 = 50;

/// Whole rows, of those that the rest of the statement says.
macro_rules! schedules {
    ($rest:literal) => {
        concat!(
            "select id, owner, organization_id, name, kind, payload, own_timing, own_zone, timing, zone, paused, revision,
                 next_at, ended_at
             from schedules ",
            $rest
        )
    };
}

/// A schedule as it lies in the table.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) owner: String,
    pub(crate) organization_id: Option<i64>,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) payload: String,
    own_timing: String,
    own_zone: String,
    timing: Option<String>,
    zone: Option<String>,
    pub(crate) paused: bool,
    pub(crate) revision: i64,
    pub(crate) next_at: Option<i64>,
    pub(crate) ended_at: Option<i64>,
}

impl Row {
    /// When its owner would have it done; `None`: written by a version that knows more of times than this one.
    pub(crate) fn own(&self) -> Option<When> {
        Some(When { timing: serde_json::from_str(&self.own_timing).ok()?, zone: self.own_zone.clone() })
    }

    /// When those who run the hub would have it done.
    pub(crate) fn chosen(&self) -> Option<When> {
        let (timing, zone) = self.timing.as_deref().zip(self.zone.clone())?;
        Some(When { timing: serde_json::from_str(timing).ok()?, zone })
    }

    /// When it is done.
    pub(crate) fn when(&self) -> Option<When> {
        if self.is_changed() { self.chosen() } else { self.own() }
    }

    pub(crate) const fn is_changed(&self) -> bool {
        self.timing.is_some()
    }
}

fn json(when: &When) -> String {
    serde_json::to_string(&when.timing).expect("a timing is plain data")
}

/// Those whose time has come, longest due first.
pub(crate) async fn due(db: &Db, now: Millis, at_most: u32) -> Result<Vec<Row>, Error> {
    sql(schedules!("where next_at <= $1 order by next_at, id limit $2")).bind(now).bind(at_most).fetch_all(db).await
}

/// Moves its time on from `planned`, or ends it; says whether this was the one process that did.
pub(crate) async fn move_on(
    tx: &mut Tx<'_>,
    schedule: &Row,
    planned: Millis,
    next: Option<Millis>,
    ended: Option<Millis>,
) -> Result<bool, Error> {
    let moved =
        sql("update schedules set next_at = $4, ended_at = $5 where id = $1 and revision = $2 and next_at = $3")
            .bind(schedule.id)
            .bind(schedule.revision)
            .bind(planned)
            .bind(next)
            .bind(ended)
            .execute(tx)
            .await?;
    Ok(moved == 1)
}

/// A run of it begins; `None` where one is under way.
pub(crate) async fn begin_run(
    tx: &mut Tx<'_>,
    schedule: i64,
    planned: Millis,
    now: Millis,
    by_hand: bool,
) -> Result<Option<ScheduleRunId>, Error> {
    let row: Option<(i64,)> =
        sql("insert into schedule_runs (schedule_id, planned_at, asked_at, by_hand, state) values ($1, $2, $3, $4, 'under_way')
             on conflict (schedule_id) where state = 'under_way' do nothing returning id")
        .bind(schedule)
        .bind(planned)
        .bind(now)
        .bind(by_hand)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// A run that comes to nothing is written down.
pub(crate) async fn insert_ended_run(
    tx: &mut Tx<'_>,
    schedule: i64,
    planned: Millis,
    now: Millis,
    state: RunState,
    error: Option<String>,
) -> Result<(), Error> {
    sql("insert into schedule_runs (schedule_id, planned_at, asked_at, by_hand, state, finished_at, error)
         values ($1, $2, $3, false, $4, $3, $5)")
    .bind(schedule)
    .bind(planned)
    .bind(now)
    .bind(state.word())
    .bind(error)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn set_job(tx: &mut Tx<'_>, run: ScheduleRunId, job: JobId) -> Result<(), Error> {
    sql("update schedule_runs set job_id = $2 where id = $1").bind(run).bind(job).execute(tx).await?;
    Ok(())
}

/// Lets go of all but the last runs.
pub(crate) async fn thin_out(tx: &mut Tx<'_>, schedule: i64) -> Result<(), Error> {
    sql("delete from schedule_runs where schedule_id = $1 and state <> 'under_way' and id <= (
             select id from schedule_runs where schedule_id = $1 order by id desc limit 1 offset $2)")
    .bind(schedule)
    .bind(RUNS_KEPT)
    .execute(tx)
    .await?;
    Ok(())
}

/// What becomes of a job becomes of its run.
pub(crate) async fn settle(
    tx: &mut Tx<'_>,
    job: i64,
    state: RunState,
    now: Millis,
    error: Option<String>,
) -> Result<(), Error> {
    sql("update schedule_runs set state = $2, finished_at = case when $2 = 'under_way' then null else $3 end, error = $4
         where job_id = $1")
    .bind(job)
    .bind(state.word())
    .bind(now)
    .bind(error)
    .execute(tx)
    .await?;
    Ok(())
}

/// What the hub itself does, as it lies in the table.
pub(crate) async fn of_owner(tx: &mut Tx<'_>, owner: &str) -> Result<Vec<Row>, Error> {
    sql(schedules!("where owner = $1 and organization_id is null order by id")).bind(owner).fetch_all(tx).await
}

/// Something to be done at its time.
#[derive(Debug, Clone)]
pub(crate) struct New {
    pub(crate) owner: String,
    pub(crate) organization: Option<OrgId>,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) payload: String,
    pub(crate) own: When,
    pub(crate) next: Option<Millis>,
}

/// `None` where there is one of that name.
pub(crate) async fn insert(tx: &mut Tx<'_>, new: &New, now: Millis) -> Result<Option<ScheduleId>, Error> {
    let row: Option<(i64,)> = sql("insert into schedules
             (owner, organization_id, name, kind, payload, own_timing, own_zone, paused, revision, next_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, false, 0, $8, $9)
         on conflict (owner, coalesce(organization_id, 0), name) do nothing returning id")
    .bind(&new.owner)
    .bind(new.organization)
    .bind(&new.name)
    .bind(&new.kind)
    .bind(&new.payload)
    .bind(json(&new.own))
    .bind(&new.own.zone)
    .bind(new.next)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(id,)| id.into()))
}

/// Its owner would have it otherwise. False where somebody else has changed it meanwhile.
pub(crate) async fn redeclare(tx: &mut Tx<'_>, row: &Row, new: &New) -> Result<bool, Error> {
    let changed = sql(
        "update schedules set kind = $3, payload = $4, own_timing = $5, own_zone = $6, next_at = $7, ended_at = null,
             revision = revision + 1
         where id = $1 and revision = $2 and coalesce(next_at, 0) = $8",
    )
    .bind(row.id)
    .bind(row.revision)
    .bind(&new.kind)
    .bind(&new.payload)
    .bind(json(&new.own))
    .bind(&new.own.zone)
    .bind(new.next)
    .bind(row.next_at.unwrap_or(0))
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Its owner knows it no more.
pub(crate) async fn retire(tx: &mut Tx<'_>, id: i64, now: Millis) -> Result<(), Error> {
    sql("update schedules set ended_at = $2, next_at = null, revision = revision + 1 where id = $1 and ended_at is null")
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Those that have been of no use since before then go, with their runs.
pub(crate) async fn prune(db: &Db, before: Millis) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move { sql("delete from schedules where ended_at < $1").bind(before).execute(tx).await })
    })
    .await
}

/// Nobody else counts or adds to what that owner has in that organization before this transaction has ended.
pub(crate) async fn alone_with(tx: &mut Tx<'_>, owner: &str, organization: Option<OrgId>) -> Result<(), Error> {
    let key = format!("schedules {owner} {}", organization.map_or(0, OrgId::get));
    // SQLite has one writer.
    let _: (String,) =
        sql_for("select cast($1 as text)", "select cast(pg_advisory_xact_lock(hashtextextended($1, 0)) as text)")
            .bind(key)
            .fetch_one(tx)
            .await?;
    Ok(())
}

/// How many there are that will be done: once (by what their owners say), or again and again.
pub(crate) async fn count(tx: &mut Tx<'_>, owner: &str, organization: Option<OrgId>, once: bool) -> Result<i64, Error> {
    let (number,): (i64,) = sql("select count(*) from schedules
         where owner = $1 and coalesce(organization_id, 0) = $2 and ended_at is null
             and (own_timing like '{\"once_at\":%') = $3")
    .bind(owner)
    .bind(organization.map_or(0, OrgId::get))
    .bind(once)
    .fetch_one(tx)
    .await?;
    Ok(number)
}

pub(crate) async fn find_named(
    tx: &mut Tx<'_>,
    owner: &str,
    organization: Option<OrgId>,
    name: &str,
) -> Result<Option<Row>, Error> {
    sql(schedules!("where owner = $1 and coalesce(organization_id, 0) = $2 and name = $3"))
        .bind(owner)
        .bind(organization.map_or(0, OrgId::get))
        .bind(name)
        .fetch_optional(tx)
        .await
}

pub(crate) async fn is_planned(db: &Db, owner: &str, name: &str) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select id from schedules
         where owner = $1 and coalesce(organization_id, 0) = 0 and name = $2 and next_at is not null")
    .bind(owner)
    .bind(name)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Gone, with its runs; a job of it that waits or runs is left to end.
pub(crate) async fn delete(
    tx: &mut Tx<'_>,
    owner: &str,
    organization: Option<OrgId>,
    name: Option<&str>,
) -> Result<u64, Error> {
    sql("delete from schedules where owner = $1 and coalesce(organization_id, 0) = $2 and ($3 is null or name = $3)")
        .bind(owner)
        .bind(organization.map_or(0, OrgId::get))
        .bind(name.map(str::to_owned))
        .execute(tx)
        .await
}

/// Those that are of use, by their numbers, from after that one on.
pub(crate) async fn list(db: &Db, after: ScheduleId, at_most: u32) -> Result<Vec<Row>, Error> {
    sql(schedules!("where id > $1 and ended_at is null order by id limit $2"))
        .bind(after)
        .bind(at_most)
        .fetch_all(db)
        .await
}

pub(crate) async fn find(db: &Db, id: ScheduleId) -> Result<Option<Row>, Error> {
    sql(schedules!("where id = $1")).bind(id).fetch_optional(db).await
}

/// The same within a transaction.
pub(crate) async fn get(tx: &mut Tx<'_>, id: ScheduleId) -> Result<Option<Row>, Error> {
    sql(schedules!("where id = $1")).bind(id).fetch_optional(tx).await
}

#[derive(sqlx::FromRow)]
struct RunRow {
    id: i64,
    schedule_id: i64,
    planned_at: i64,
    asked_at: i64,
    by_hand: bool,
    job_id: Option<i64>,
    state: String,
    finished_at: Option<i64>,
    error: Option<String>,
}

impl From<RunRow> for ScheduleRun {
    fn from(row: RunRow) -> Self {
        Self {
            id: row.id.into(),
            planned_at: row.planned_at.into(),
            asked_at: row.asked_at.into(),
            by_hand: row.by_hand,
            job: row.job_id.map(JobId::from),
            state: RunState::from_word(&row.state).expect("the table's check allows no other word"),
            finished_at: row.finished_at.map(Millis),
            error: row.error,
        }
    }
}

/// The last run of each.
pub(crate) async fn last_runs(db: &Db, schedules: &[i64]) -> Result<Vec<(i64, ScheduleRun)>, Error> {
    let json = serde_json::to_string(schedules).expect("numbers are plain data");
    let rows: Vec<RunRow> = sql_for(
        "select r.id, r.schedule_id, r.planned_at, r.asked_at, r.by_hand,
             (select j.id from jobs as j where j.id = r.job_id) as job_id, r.state, r.finished_at, r.error
         from json_each($1) as s
         join schedule_runs as r on r.id = (select max(id) from schedule_runs where schedule_id = s.value)",
        "select r.id, r.schedule_id, r.planned_at, r.asked_at, r.by_hand,
             (select j.id from jobs as j where j.id = r.job_id) as job_id, r.state, r.finished_at, r.error
         from json_array_elements_text(cast($1 as json)) as s (id)
         join schedule_runs as r on r.id = (select max(id) from schedule_runs where schedule_id = cast(s.id as bigint))",
    )
    .bind(json)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.schedule_id, row.into())).collect())
}

/// Its runs, newest first, those before `before`.
pub(crate) async fn runs(
    db: &Db,
    schedule: ScheduleId,
    before: ScheduleRunId,
    at_most: u32,
) -> Result<Vec<ScheduleRun>, Error> {
    let rows: Vec<RunRow> = sql("select r.id, r.schedule_id, r.planned_at, r.asked_at, r.by_hand,
             (select j.id from jobs as j where j.id = r.job_id) as job_id, r.state, r.finished_at, r.error
         from schedule_runs as r where r.schedule_id = $1 and r.id < $2 order by r.id desc limit $3")
    .bind(schedule)
    .bind(before)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ScheduleRun::from).collect())
}

/// Those who run the hub would have it otherwise: another time (`None`: as its owner says), paused or not. False where it was changed meanwhile.
pub(crate) async fn choose(
    tx: &mut Tx<'_>,
    row: &Row,
    chosen: Option<&When>,
    paused: bool,
    next: Option<Millis>,
) -> Result<bool, Error> {
    let changed = sql("update schedules set timing = $3, zone = $4, paused = $5, next_at = $6, revision = revision + 1
         where id = $1 and revision = $2 and coalesce(next_at, 0) = $7 and ended_at is null")
    .bind(row.id)
    .bind(row.revision)
    .bind(chosen.map(json))
    .bind(chosen.map(|when| when.zone.clone()))
    .bind(paused)
    .bind(next)
    .bind(row.next_at.unwrap_or(0))
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Its only time is taken by hand.
pub(crate) async fn end(tx: &mut Tx<'_>, row: &Row, now: Millis) -> Result<(), Error> {
    sql("update schedules set next_at = null, ended_at = $2, revision = revision + 1 where id = $1 and ended_at is null")
        .bind(row.id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// How many of the hub's own are late by more than that, for the metrics: those nobody looks after.
pub(crate) async fn count_late(db: &Db, before: Millis) -> Result<i64, Error> {
    let (number,): (i64,) = sql("select count(*) from schedules where next_at < $1").bind(before).fetch_one(db).await?;
    Ok(number)
}
