//! What is to be done at its time: by the hub, which declares its tasks at each start, and by plugins, which plan and unplan while it runs.

use base::{Millis, OrgId, ScheduleId};
use contract::{
    Code, Field, FieldProblem,
    schedule::{HUB, Timing, When},
};
use db::{Db, Tx};
use serde::Serialize;

use super::{
    rule::Rule,
    store::{self, New, Row},
};
use crate::Error;

/// So many that recur may one owner have in one organization, and so many single ones.
const MOST_RECURRING: i64 = 100;
const MOST_SINGLE: i64 = 1_000;
/// The longest name of one, and the most a payload may hold, in bytes.
const LONGEST_NAME: usize = 200;
const LARGEST_PAYLOAD: usize = 16 * 1024;

/// Something the hub does by itself.
#[derive(Debug, Clone)]
pub struct Task {
    name: &'static str,
    kind: &'static str,
    when: When,
}

impl Task {
    /// Asks for a job of that kind, with nothing, each time so many seconds have passed.
    pub fn every_secs(name: &'static str, kind: &'static str, secs: u32) -> Self {
        Self { name, kind, when: When::utc(Timing::EverySecs(secs)) }
    }

    /// The same by a cron expression, in UTC.
    pub fn cron(name: &'static str, kind: &'static str, expression: &'static str) -> Self {
        Self { name, kind, when: When::utc(Timing::cron(expression)) }
    }

    fn declared(&self) -> New {
        New {
            owner: HUB.to_owned(),
            organization: None,
            name: self.name.to_owned(),
            kind: self.kind.to_owned(),
            payload: "{}".to_owned(),
            own: self.when.clone(),
            next: None,
        }
    }
}

/// Something to be done at its time, for an owner that comes and goes: a plugin.
#[derive(Debug, Clone)]
pub struct NewSchedule {
    owner: String,
    organization: Option<OrgId>,
    name: String,
    kind: &'static str,
    payload: String,
    when: When,
}

impl NewSchedule {
    /// Has a job of that kind asked for. One that the owner has by the same name, in the same organization, is replaced.
    pub fn new(owner: impl Into<String>, name: impl Into<String>, kind: &'static str, when: When) -> Self {
        Self { owner: owner.into(), organization: None, name: name.into(), kind, payload: "{}".to_owned(), when }
    }

    /// For one organization; with it, it goes.
    #[must_use]
    pub fn of(self, organization: OrgId) -> Self {
        Self { organization: Some(organization), ..self }
    }

    /// What the job is handed; 16 KiB at most, and no secret.
    #[must_use]
    pub fn with(self, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_string(payload).expect("a payload is plain data with string keys");
        Self { payload, ..self }
    }
}

/// Plans it, in the transaction of the change that makes it necessary. An owner may have 100 that recur and 1,000 single ones in each
/// organization, and for the whole hub. Those who run the hub may have chosen another time for one that recurs, or paused it: that stays.
pub async fn plan(tx: &mut Tx<'_>, now: Millis, new: &NewSchedule) -> Result<ScheduleId, Error> {
    let rule = Rule::read(&new.when, now).map_err(Error::Invalid)?;
    let field = |field, code| Error::Invalid(vec![FieldProblem { field, code }]);
    if new.name.is_empty() || new.name.len() > LONGEST_NAME || new.owner.is_empty() || new.owner.len() > LONGEST_NAME {
        return Err(field(Field::Name, if new.name.is_empty() { Code::Required } else { Code::TooLong }));
    }
    if new.payload.len() > LARGEST_PAYLOAD {
        return Err(field(Field::Value, Code::TooLarge));
    }
    let row = New {
        owner: new.owner.clone(),
        organization: new.organization,
        name: new.name.clone(),
        kind: new.kind.to_owned(),
        payload: new.payload.clone(),
        own: When { timing: new.when.timing.clone(), zone: rule.zone().to_owned() },
        next: rule.first(now),
    };
    store::alone_with(tx, &row.owner, row.organization).await?;
    let there = store::find_named(tx, &row.owner, row.organization, &row.name).await?;
    let counts = there
        .as_ref()
        .is_none_or(|there| there.ended_at.is_some() || there.own().is_none_or(|own| is_single(&own) == rule.recurs()));
    let most = if rule.recurs() { MOST_RECURRING } else { MOST_SINGLE };
    if counts && store::count(tx, &row.owner, row.organization, !rule.recurs()).await? >= most {
        return Err(Error::Full);
    }
    let Some(there) = there else {
        let id = store::insert(tx, &row, now).await?;
        return Ok(id.expect("whoever plans for that owner is alone with it"));
    };
    if rule.recurs() {
        redeclare(tx, &there, &row, now).await?;
    } else {
        store::redeclare(tx, &there, &New { next: row.next.filter(|_| !there.paused), ..row }).await?;
    }
    Ok(there.id.into())
}

/// Lets go of one of that name, or of all that the owner has there. Gives back how many there were.
pub async fn unplan(
    tx: &mut Tx<'_>,
    owner: &str,
    organization: Option<OrgId>,
    name: Option<&str>,
) -> Result<u64, db::Error> {
    store::delete(tx, owner, organization, name).await
}

/// Whether the whole hub's of that name will be done sometime: it is there, and nobody has paused it.
pub async fn is_planned(db: &Db, owner: &str, name: &str) -> Result<bool, db::Error> {
    store::is_planned(db, owner, name).await
}

const fn is_single(when: &When) -> bool {
    matches!(when.timing, Timing::OnceAt(_))
}

/// What this version does by itself is in the table, as this version would have it; what it does no more is left undone.
pub(super) async fn declare(db: &Db, tasks: &[Task], now: Millis) -> Result<(), Error> {
    let tasks = tasks.to_vec();
    db.write(move |tx| {
        let tasks = tasks.clone();
        Box::pin(async move {
            let there = store::of_owner(tx, HUB).await?;
            for task in &tasks {
                let new = task.declared();
                if let Some(row) = there.iter().find(|row| row.name == new.name) {
                    redeclare(tx, row, &new, now).await?;
                } else {
                    let rule = Rule::read(&new.own, now).map_err(Error::Invalid)?;
                    store::insert(tx, &New { next: rule.first(now), ..new }, now).await?;
                }
            }
            for row in there.iter().filter(|row| tasks.iter().all(|task| task.name != row.name)) {
                store::retire(tx, row.id, now).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Where its owner would have it otherwise than it lies there. Its next time stays, unless it went by what has changed.
async fn redeclare(tx: &mut Tx<'_>, row: &Row, new: &New, now: Millis) -> Result<(), Error> {
    let own_stays = row.own().as_ref() == Some(&new.own);
    if own_stays && row.kind == new.kind && row.payload == new.payload && row.ended_at.is_none() {
        return Ok(());
    }
    let next_stays = row.ended_at.is_none() && (own_stays || row.is_changed());
    let next = if row.paused {
        None
    } else if next_stays {
        row.next_at.map(Millis)
    } else {
        let when = row.chosen().unwrap_or_else(|| new.own.clone());
        Rule::read(&when, now).map_err(Error::Invalid)?.first(now)
    };
    // Somebody who was quicker meant the same, or is heard at the next start.
    store::redeclare(tx, row, &New { next, ..new.clone() }).await?;
    Ok(())
}
