//! What is reported, who looks at it, and what was decided.

use base::{Millis, OrgId, ReportId, UserId};
use contract::moderation::{MyReport, Reason, Report, Target};
use db::{Db, Error, Tx, sql};

use crate::queue::{Subject, Waiting, state};

/// A report to be written down.
#[derive(Clone)]
pub(crate) struct NewReport {
    pub(crate) reporter: UserId,
    pub(crate) target: Target,
    pub(crate) user: Option<UserId>,
    pub(crate) organization: Option<OrgId>,
    pub(crate) name: String,
    pub(crate) reference: String,
    pub(crate) target_key: String,
    pub(crate) reason: Reason,
    pub(crate) text: String,
    pub(crate) context: String,
    pub(crate) at: Millis,
}

#[derive(sqlx::FromRow)]
struct ReportRow {
    id: i64,
    reporter: Option<String>,
    target: String,
    user_id: Option<i64>,
    organization_id: Option<i64>,
    name: String,
    reference: String,
    reason: String,
    text: String,
    context: String,
    created_at: i64,
    claimer: Option<String>,
    claimed_at: Option<i64>,
    decided_at: Option<i64>,
    decider: Option<String>,
    acted: bool,
    decision: Option<String>,
}

impl ReportRow {
    /// A claim older than `stale` counts no more.
    fn report(self, stale: Millis) -> Report {
        let claimed = self.claimed_at.is_some_and(|at| at > stale.0);
        let decided = self.decided_at.is_some();
        Report {
            id: self.id.into(),
            reporter: self.reporter,
            target: Target::from_word(&self.target).unwrap_or(Target::Person),
            user: self.user_id.map(UserId::from),
            organization: self.organization_id.map(OrgId::from),
            name: self.name,
            reference: self.reference,
            reason: Reason::from_word(&self.reason).unwrap_or(Reason::Other),
            text: self.text,
            context: self.context,
            created_at: Millis(self.created_at),
            state: state(decided, self.acted, claimed),
            by: if decided { self.decider } else { self.claimer.filter(|_| claimed) },
            decided_at: self.decided_at.map(Millis),
            decision: self.decision,
        }
    }
}

pub(crate) async fn open_reports_of(tx: &mut Tx<'_>, reporter: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from reports where reporter_id = $1 and decided_at is null")
        .bind(reporter)
        .fetch_one(tx)
        .await?;
    Ok(count)
}

/// Writes a report down, or finds the open one about the same; `true` where it is new.
pub(crate) async fn insert_report(tx: &mut Tx<'_>, report: &NewReport) -> Result<(ReportId, bool), Error> {
    let made: Option<(i64,)> = sql(
        "insert into reports (reporter_id, target, user_id, organization_id, name, reference, target_key, reason, text, context, created_at, acted)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing returning id",
    )
    .bind(report.reporter)
    .bind(report.target.word())
    .bind(report.user)
    .bind(report.organization)
    .bind(&report.name)
    .bind(&report.reference)
    .bind(&report.target_key)
    .bind(report.reason.word())
    .bind(&report.text)
    .bind(&report.context)
    .bind(report.at)
    .bind(false)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some((id,)) = made {
        return Ok((id.into(), true));
    }
    let (id,): (i64,) =
        sql("select id from reports where reporter_id = $1 and target_key = $2 order by id desc limit 1")
            .bind(report.reporter)
            .bind(&report.target_key)
            .fetch_one(tx)
            .await?;
    Ok((id.into(), false))
}

pub(crate) async fn reports_by(
    db: &Db,
    reporter: UserId,
    before: Option<ReportId>,
    at_most: u32,
) -> Result<Vec<MyReport>, Error> {
    let rows: Vec<ReportRow> = sql("select r.id, null as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                null as claimer, r.claimed_at, r.decided_at, null as decider, r.acted, r.decision
         from reports r where r.reporter_id = $1 and r.id < $2 order by r.id desc limit $3")
    .bind(reporter)
    .bind(before.map_or(i64::MAX, i64::from))
    .bind(at_most)
    .fetch_all(db)
    .await?;
    // To the reporter a claim is a claim, however old: somebody has looked.
    let told = rows.into_iter().map(|row| row.report(Millis(i64::MIN)));
    Ok(told
        .map(|report| MyReport {
            id: report.id,
            target: report.target,
            name: report.name,
            reason: report.reason,
            text: report.text,
            created_at: report.created_at,
            state: report.state,
        })
        .collect())
}

pub(crate) async fn reports(
    db: &Db,
    decided: bool,
    after: Option<ReportId>,
    stale: Millis,
    at_most: u32,
) -> Result<Vec<Report>, Error> {
    let query = if decided {
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.decided_at is not null and r.id < $1 order by r.id desc limit $2")
        .bind(after.map_or(i64::MAX, i64::from))
    } else {
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.decided_at is null and r.id > $1 order by r.id limit $2")
        .bind(after.map_or(0, i64::from))
    };
    let rows: Vec<ReportRow> = query.bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| row.report(stale)).collect())
}

pub(crate) async fn report(db: &Db, report: ReportId, stale: Millis) -> Result<Option<Report>, Error> {
    let row: Option<ReportRow> =
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.id = $1")
        .bind(report.get())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.report(stale)))
}

/// Reports about somebody or an organization before one of them, decided or not, the newest first.
pub(crate) async fn reports_about(
    db: &Db,
    subject: Subject,
    before: Option<ReportId>,
    stale: Millis,
    at_most: u32,
) -> Result<Vec<Report>, Error> {
    let query = match subject {
        Subject::Person(user) => {
            sql("select r.id, a.name as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                        c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
                 from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
                 left join users d on d.id = r.decided_by
                 where r.user_id = $1 and r.id < $2 order by r.id desc limit $3")
            .bind(user)
        }
        Subject::Organization(organization) => {
            sql("select r.id, a.name as reporter, r.target, r.user_id, r.organization_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                        c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
                 from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
                 left join users d on d.id = r.decided_by
                 where r.organization_id = $1 and r.id < $2 order by r.id desc limit $3")
            .bind(organization)
        }
    };
    let rows: Vec<ReportRow> = query.bind(before.map_or(i64::MAX, i64::from)).bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| row.report(stale)).collect())
}

pub(crate) async fn waiting(db: &Db) -> Result<Waiting, Error> {
    let (reports, appeals): (i64, i64) =
        sql("select (select count(*) from reports where decided_at is null) as reports,
                (select count(*) from appeals where state = 'open') as appeals")
        .fetch_one(db)
        .await?;
    Ok(Waiting { reports, appeals })
}

/// Claims an open report that nobody else holds.
pub(crate) async fn claim(
    tx: &mut Tx<'_>,
    report: ReportId,
    by: Option<UserId>,
    at: Millis,
    stale: Millis,
) -> Result<bool, Error> {
    let rows = sql("update reports set claimed_by = $2, claimed_at = $3
         where id = $1 and decided_at is null and (claimed_at is null or claimed_at <= $4 or claimed_by = $2)")
    .bind(report.get())
    .bind(by)
    .bind(at)
    .bind(stale)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn release(tx: &mut Tx<'_>, report: ReportId, by: Option<UserId>) -> Result<bool, Error> {
    let rows = sql("update reports set claimed_by = null, claimed_at = null
         where id = $1 and decided_at is null and claimed_at is not null
           and (claimed_by = $2 or claimed_by is null)")
    .bind(report.get())
    .bind(by)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Closes an open report; `false` where it is closed already.
pub(crate) async fn close(
    tx: &mut Tx<'_>,
    report: ReportId,
    by: Option<UserId>,
    acted: bool,
    decision: &str,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("update reports set decided_at = $2, decided_by = $3, acted = $4, decision = $5
         where id = $1 and decided_at is null")
    .bind(report.get())
    .bind(at)
    .bind(by)
    .bind(acted)
    .bind(decision)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Opens a report again that was closed after `since`.
///
/// Where its reporter has reported the same anew meanwhile, that one stands for both: the older one is left without its reporter.
pub(crate) async fn reopen(tx: &mut Tx<'_>, report: ReportId, since: Millis) -> Result<bool, Error> {
    let rows = sql("update reports set decided_at = null, decided_by = null, acted = $3, decision = null,
             reporter_id = case when exists (select 1 from reports o where o.id <> $1 and o.decided_at is null
                     and o.reporter_id = reports.reporter_id and o.target_key = reports.target_key)
                 then null else reporter_id end
         where id = $1 and decided_at > $2")
    .bind(report.get())
    .bind(since)
    .bind(false)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}
