//! What is remembered of keeping order: every statement, one function each.
//!
//! Of the accounts' own table it reads the name, the role, the address for notices and the language, and writes nothing.

use std::collections::HashMap;

use base::{AppealId, Millis, ReportId, Role, SanctionId, UserId};
use contract::moderation::{
    Appeal, AppealState, MyAppeal, MyReport, MySanction, Note, Reason, Report, Sanction, SanctionKind, Target, Whom,
};
use db::{Db, Error, Query, Tx, sql};

use crate::{
    bar::Barred,
    network::Network,
    queue::{Waiting, state},
    sanction::SanctionQuery,
};

// ---------------------------------------------------------------- people

/// Somebody, as far as it matters here.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// Somebody who is to get a notice.
#[derive(sqlx::FromRow)]
pub(crate) struct Reader {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) locale: Option<String>,
}

pub(crate) async fn person(db: &Db, user: UserId) -> Result<Option<Person>, Error> {
    one_person(db, sql("select id, name, role from users where id = $1").bind(user)).await
}

pub(crate) async fn named(db: &Db, folded_name: &str) -> Result<Option<Person>, Error> {
    one_person(db, sql("select id, name, role from users where folded_name = $1").bind(folded_name)).await
}

async fn one_person(db: &Db, query: Query) -> Result<Option<Person>, Error> {
    let row: Option<(i64, String, String)> = query.fetch_optional(db).await?;
    // A role of another version outranks everybody until somebody knows what it means.
    Ok(row.map(|(id, name, role)| Person { id: id.into(), name, role: Role::from_word(&role).unwrap_or(Role::Owner) }))
}

pub(crate) async fn reader(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Reader>, Error> {
    sql("select name, email, locale from users where id = $1").bind(user).fetch_optional(tx).await
}

/// Whether anybody else could answer an appeal.
pub(crate) async fn another_moderator(db: &Db, but: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql(
        "select id from users where role in ('moderator', 'admin', 'owner') and locked_at is null and id <> $1 limit 1",
    )
    .bind(but)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Names that a pattern meets; folded letters are none that `like` reads otherwise.
pub(crate) async fn names_like(db: &Db, pattern: &str, at_most: u32) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = sql("select name from users where folded_name like $1 order by folded_name limit $2")
        .bind(pattern)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

// ---------------------------------------------------------------- reports

/// A report to be written down.
#[derive(Clone)]
pub(crate) struct NewReport {
    pub(crate) reporter: UserId,
    pub(crate) target: Target,
    pub(crate) user: Option<UserId>,
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
        "insert into reports (reporter_id, target, user_id, name, reference, target_key, reason, text, context, created_at, acted)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing returning id",
    )
    .bind(report.reporter)
    .bind(report.target.word())
    .bind(report.user)
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
    let rows: Vec<ReportRow> = sql("select r.id, null as reporter, r.target, r.user_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
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
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.decided_at is not null and r.id < $1 order by r.id desc limit $2")
        .bind(after.map_or(i64::MAX, i64::from))
    } else {
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
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
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.id = $1")
        .bind(report.get())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.report(stale)))
}

/// The newest other reports about somebody.
pub(crate) async fn reports_about(db: &Db, user: UserId, but: ReportId, stale: Millis) -> Result<Vec<Report>, Error> {
    let rows: Vec<ReportRow> =
        sql("select r.id, a.name as reporter, r.target, r.user_id, r.name, r.reference, r.reason, r.text, r.context, r.created_at,
                    c.name as claimer, r.claimed_at, r.decided_at, d.name as decider, r.acted, r.decision
             from reports r left join users a on a.id = r.reporter_id left join users c on c.id = r.claimed_by
             left join users d on d.id = r.decided_by
             where r.user_id = $1 and r.id <> $2 order by r.id desc limit 20")
        .bind(user)
        .bind(but.get())
        .fetch_all(db)
        .await?;
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

// ---------------------------------------------------------------- notes

pub(crate) async fn insert_note(
    tx: &mut Tx<'_>,
    report: Option<ReportId>,
    user: Option<UserId>,
    by: Option<UserId>,
    at: Millis,
    text: &str,
) -> Result<(), Error> {
    sql("insert into moderation_notes (report_id, user_id, by_id, at, text) values ($1, $2, $3, $4, $5)")
        .bind(report.map(i64::from))
        .bind(user)
        .bind(by)
        .bind(at)
        .bind(text)
        .execute(tx)
        .await?;
    Ok(())
}

/// The latest notes about a report or its person, the oldest of them first.
pub(crate) async fn notes(db: &Db, report: ReportId, user: Option<UserId>) -> Result<Vec<Note>, Error> {
    let mut rows: Vec<(Option<String>, i64, String)> = sql("select u.name, n.at, n.text
         from moderation_notes n left join users u on u.id = n.by_id
         where n.report_id = $1 or n.user_id = $2 order by n.id desc limit 100")
    .bind(report.get())
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.reverse();
    Ok(rows.into_iter().map(|(by, at, text)| Note { by, at: Millis(at), text }).collect())
}

// ---------------------------------------------------------------- sanctions

/// A sanction to be written down.
#[derive(Clone)]
pub(crate) struct NewSanction {
    pub(crate) kind: SanctionKind,
    pub(crate) user: Option<UserId>,
    pub(crate) network: Option<Network>,
    pub(crate) pattern: Option<String>,
    pub(crate) reason: String,
    pub(crate) report: Option<ReportId>,
    pub(crate) by: Option<UserId>,
    pub(crate) at: Millis,
    pub(crate) until: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct SanctionRow {
    id: i64,
    kind: String,
    user_id: Option<i64>,
    name: Option<String>,
    network: Option<String>,
    pattern: Option<String>,
    reason: String,
    by_name: Option<String>,
    at: i64,
    until: Option<i64>,
    lifted_at: Option<i64>,
}

impl SanctionRow {
    fn sanction(self, now: Millis) -> Sanction {
        let whom = match (self.user_id, self.network) {
            (Some(user), _) => Whom::Person { user: user.into(), name: self.name.unwrap_or_default() },
            (None, Some(network)) => Whom::Network { network },
            (None, None) => Whom::Names { pattern: self.pattern.unwrap_or_default() },
        };
        Sanction {
            id: self.id.into(),
            kind: kind(&self.kind),
            whom,
            reason: self.reason,
            by: self.by_name,
            at: Millis(self.at),
            until: self.until.map(Millis),
            lifted_at: self.lifted_at.map(Millis),
            holds: self.lifted_at.is_none() && self.until.is_none_or(|until| until > now.0),
        }
    }
}

/// A kind of another version keeps whoever it is about out until somebody knows what it means.
fn kind(word: &str) -> SanctionKind {
    SanctionKind::from_word(word).unwrap_or(SanctionKind::Ban)
}

pub(crate) async fn insert_sanction(tx: &mut Tx<'_>, new: &NewSanction) -> Result<SanctionId, Error> {
    let network = new.network.as_ref();
    let (id,): (i64,) = sql(
        "insert into sanctions (kind, user_id, network, network_low, network_high, pattern, reason, report_id, by_id, at, until)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id",
    )
    .bind(new.kind.word())
    .bind(new.user)
    .bind(network.map(|network| network.shown.clone()))
    .bind(network.map(|network| network.low.to_vec()))
    .bind(network.map(|network| network.high.to_vec()))
    .bind(new.pattern.clone())
    .bind(&new.reason)
    .bind(new.report.map(i64::from))
    .bind(new.by)
    .bind(new.at)
    .bind(new.until)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

pub(crate) async fn lift(tx: &mut Tx<'_>, sanction: SanctionId, by: Option<UserId>, at: Millis) -> Result<bool, Error> {
    let rows = sql("update sanctions set lifted_at = $3, lifted_by = $2
         where id = $1 and lifted_at is null and (until is null or until > $3)")
    .bind(sanction.get())
    .bind(by)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn lift_of_report(
    tx: &mut Tx<'_>,
    report: ReportId,
    by: Option<UserId>,
    at: Millis,
) -> Result<u64, Error> {
    sql("update sanctions set lifted_at = $3, lifted_by = $2 where report_id = $1 and lifted_at is null")
        .bind(report.get())
        .bind(by)
        .bind(at)
        .execute(tx)
        .await
}

pub(crate) async fn sanction(db: &Db, sanction: SanctionId, now: Millis) -> Result<Option<Sanction>, Error> {
    let row: Option<SanctionRow> =
        sql("select s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from sanctions s left join users u on u.id = s.user_id left join users b on b.id = s.by_id
             where s.id = $1")
        .bind(sanction.get())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.sanction(now)))
}

pub(crate) async fn sanctions(
    db: &Db,
    query: &SanctionQuery,
    now: Millis,
    at_most: u32,
) -> Result<Vec<Sanction>, Error> {
    let rows: Vec<SanctionRow> =
        sql("select s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from sanctions s left join users u on u.id = s.user_id left join users b on b.id = s.by_id
             where s.id < $1 and ($2 = 0 or s.user_id = $2)
               and (not $3 or (s.lifted_at is null and (s.until is null or s.until > $5)))
               and (not $4 or s.user_id is null)
             order by s.id desc limit $6")
        .bind(query.before.map_or(i64::MAX, i64::from))
        .bind(query.user.map_or(0, UserId::get))
        .bind(query.holding)
        .bind(query.places)
        .bind(now)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.sanction(now)).collect())
}

/// The latest sanctions about somebody.
pub(crate) async fn sanctions_of(db: &Db, user: UserId, now: Millis) -> Result<Vec<Sanction>, Error> {
    let query = SanctionQuery { user: Some(user), ..SanctionQuery::default() };
    sanctions(db, &query, now, 50).await
}

#[derive(sqlx::FromRow)]
struct ToldRow {
    id: i64,
    kind: String,
    reason: String,
    at: i64,
    until: Option<i64>,
    lifted_at: Option<i64>,
    appeal: Option<String>,
    state: Option<String>,
    answer: Option<String>,
}

/// The latest sanctions about somebody as they are told themselves: without who did it.
pub(crate) async fn sanctions_told(db: &Db, user: UserId, now: Millis) -> Result<Vec<MySanction>, Error> {
    let rows: Vec<ToldRow> =
        sql("select s.id, s.kind, s.reason, s.at, s.until, s.lifted_at, a.text as appeal, a.state, a.answer
         from sanctions s left join appeals a on a.sanction_id = s.id
         where s.user_id = $1 order by s.id desc limit 50")
        .bind(user)
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| MySanction {
            id: row.id.into(),
            kind: kind(&row.kind),
            reason: row.reason,
            at: Millis(row.at),
            until: row.until.map(Millis),
            holds: row.lifted_at.is_none() && row.until.is_none_or(|until| until > now.0),
            appeal: row.appeal.map(|text| MyAppeal {
                text,
                state: row.state.as_deref().and_then(AppealState::from_word).unwrap_or(AppealState::Open),
                answer: row.answer,
            }),
        })
        .collect())
}

/// Whatever shuts out somebody with that account or from that address; what lasts longest first.
pub(crate) async fn barred(
    db: &Db,
    user: Option<UserId>,
    address: Option<[u8; 16]>,
    now: Millis,
) -> Result<Option<Barred>, Error> {
    let row: Option<(String, String, Option<i64>, Option<i64>)> =
        sql("select kind, reason, until, user_id from sanctions
         where lifted_at is null and (until is null or until > $3) and kind in ('suspend', 'ban')
           and (user_id = $1 or (network_low <= $2 and network_high >= $2))
         order by case when until is null then 0 else 1 end, until desc limit 1")
        .bind(user)
        .bind(address.map(|address| address.to_vec()))
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(word, reason, until, user)| Barred {
        kind: kind(&word),
        reason,
        until: until.map(Millis),
        account: user.is_some(),
    }))
}

/// Patterns of names that hold now.
pub(crate) async fn patterns(db: &Db, now: Millis) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = sql("select pattern from sanctions
         where pattern is not null and lifted_at is null and (until is null or until > $1)")
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(pattern,)| pattern).collect())
}

pub(crate) async fn pattern_count(tx: &mut Tx<'_>, now: Millis) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from sanctions
         where pattern is not null and lifted_at is null and (until is null or until > $1)")
    .bind(now)
    .fetch_one(tx)
    .await?;
    Ok(count)
}

/// Who may not talk, and until when: muted, suspended or banned.
pub(crate) async fn muted(db: &Db, now: Millis) -> Result<HashMap<UserId, Option<Millis>>, Error> {
    let rows: Vec<(i64, Option<i64>)> = sql("select user_id, until from sanctions
         where user_id is not null and kind <> 'warn' and lifted_at is null and (until is null or until > $1)")
    .bind(now)
    .fetch_all(db)
    .await?;
    let mut muted: HashMap<UserId, Option<Millis>> = HashMap::new();
    for (user, until) in rows {
        let until = until.map(Millis);
        muted
            .entry(user.into())
            .and_modify(|known| *known = known.zip(until).map(|(known, until)| known.max(until)))
            .or_insert(until);
    }
    Ok(muted)
}

// ---------------------------------------------------------------- appeals, and passes to make them

#[derive(sqlx::FromRow)]
struct AppealRow {
    appeal_id: i64,
    text: String,
    appealed_at: i64,
    state: String,
    answer: Option<String>,
    by_id: Option<i64>,
    #[sqlx(flatten)]
    sanction: SanctionRow,
}

impl AppealRow {
    /// The appeal, and who had imposed what it is against.
    fn appeal(self, now: Millis) -> (Appeal, Option<UserId>) {
        let by = self.by_id.map(UserId::from);
        let appeal = Appeal {
            id: self.appeal_id.into(),
            sanction: self.sanction.sanction(now),
            text: self.text,
            at: Millis(self.appealed_at),
            state: AppealState::from_word(&self.state).unwrap_or(AppealState::Open),
            answer: self.answer,
            yours_to_answer: false,
        };
        (appeal, by)
    }
}

/// Writes an appeal down; `false` where there is one already.
pub(crate) async fn insert_appeal(
    tx: &mut Tx<'_>,
    sanction: SanctionId,
    text: &str,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("insert into appeals (sanction_id, text, at, state) values ($1, $2, $3, 'open') on conflict (sanction_id) do nothing")
        .bind(sanction.get())
        .bind(text)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn appeals(
    db: &Db,
    answered: bool,
    after: Option<AppealId>,
    now: Millis,
    at_most: u32,
) -> Result<Vec<(Appeal, Option<UserId>)>, Error> {
    let query = if answered {
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.state <> 'open' and a.id < $1 order by a.id desc limit $2")
        .bind(after.map_or(i64::MAX, i64::from))
    } else {
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.state = 'open' and a.id > $1 order by a.id limit $2")
        .bind(after.map_or(0, i64::from))
    };
    let rows: Vec<AppealRow> = query.bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| row.appeal(now)).collect())
}

pub(crate) async fn appeal(db: &Db, appeal: AppealId, now: Millis) -> Result<Option<(Appeal, Option<UserId>)>, Error> {
    let row: Option<AppealRow> =
        sql("select a.id as appeal_id, a.text, a.at as appealed_at, a.state, a.answer, s.by_id,
                    s.id, s.kind, s.user_id, u.name, s.network, s.pattern, s.reason, b.name as by_name, s.at, s.until, s.lifted_at
             from appeals a join sanctions s on s.id = a.sanction_id left join users u on u.id = s.user_id
             left join users b on b.id = s.by_id
             where a.id = $1")
        .bind(appeal.get())
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row.appeal(now)))
}

/// Answers an open appeal; `false` where it is answered already.
pub(crate) async fn answer(
    tx: &mut Tx<'_>,
    appeal: AppealId,
    state: AppealState,
    answer: &str,
    by: Option<UserId>,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("update appeals set state = $2, answer = $3, answered_by = $4, answered_at = $5 where id = $1 and state = 'open'")
        .bind(appeal.get())
        .bind(state.word())
        .bind(answer)
        .bind(by)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// Writes a pass down, and clears away those that have run out.
pub(crate) async fn insert_pass(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    user: UserId,
    now: Millis,
    ends_at: Millis,
) -> Result<(), Error> {
    sql("delete from appeal_passes where ends_at <= $1").bind(now).execute(&mut *tx).await?;
    sql("insert into appeal_passes (pass_hash, user_id, ends_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(user)
        .bind(ends_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn pass_holder(db: &Db, hash: [u8; 32], now: Millis) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("select user_id from appeal_passes where pass_hash = $1 and ends_at > $2")
        .bind(hash)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(user,)| user.into()))
}
