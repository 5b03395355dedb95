//! What was done, about whom, and whether it holds.

use std::collections::HashMap;

use base::{Millis, ReportId, SanctionId, UserId};
use contract::moderation::{AppealState, MyAppeal, MySanction, Sanction, SanctionKind, Whom};
use db::{Db, Error, Tx, sql};

use crate::{bar::Barred, network::Network, sanction::SanctionQuery};

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
pub(super) struct SanctionRow {
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
    pub(super) fn sanction(self, now: Millis) -> Sanction {
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
