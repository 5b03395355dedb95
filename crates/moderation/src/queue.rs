//! What waits for those who keep order: the queue, one case, claims and shared notes.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, OrgId, ReportId, UserId};
use contract::{
    Event, Field,
    moderation::{Case, Queue, Report, ReportState},
};
use serde_json::json;

use crate::{
    Moderation,
    decide::UNDO_WITHIN,
    error::{Error, words},
    store,
};

/// A claim nobody followed up is free again after that.
const CLAIM_HOLDS: Duration = Duration::from_mins(30);
const LONGEST_NOTE: usize = 2_000;
const LONGEST_PAGE: u32 = 200;
/// So many other reports about the same stand beside one.
const OTHERS: u32 = 20;

/// Which reports to list.
#[derive(Debug, Clone)]
pub struct QueueQuery {
    /// Decided ones too, and only them; else what waits.
    pub decided: bool,
    /// Those after this one; among decided ones: before it.
    pub after: Option<ReportId>,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for QueueQuery {
    fn default() -> Self {
        Self { decided: false, after: None, at_most: 50 }
    }
}

/// Whom or what reports are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Somebody with an account.
    Person(UserId),
    /// An organization.
    Organization(OrgId),
}

impl Subject {
    /// What a report is about; `None`: a guest, or who is gone.
    fn of(report: &Report) -> Option<Self> {
        report.user.map(Self::Person).or(report.organization.map(Self::Organization))
    }
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Reports nobody has decided.
    pub reports: i64,
    /// Appeals nobody has answered.
    pub appeals: i64,
}

impl Moderation {
    /// A page of the queue: what waits, the oldest first; or what was decided, the newest first.
    pub async fn queue(&self, actor: &Actor, query: &QueueQuery) -> Result<Queue, Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let stale = self.now().minus(CLAIM_HOLDS);
        let mut reports = store::reports(&self.0.db, query.decided, query.after, stale, at_most + 1).await?;
        let more = reports.len() > at_most as usize;
        reports.truncate(at_most as usize);
        let next = reports.last().filter(|_| more).map(|last| last.id);
        let waiting = store::waiting(&self.0.db).await?;
        Ok(Queue { reports, next, waiting: waiting.reports + waiting.appeals })
    }

    /// How much waits.
    pub async fn waiting(&self, actor: &Actor) -> Result<Waiting, Error> {
        actor.may(Action::ViewModeration)?;
        Ok(store::waiting(&self.0.db).await?)
    }

    /// Everything about one report.
    pub async fn case(&self, actor: &Actor, report: ReportId) -> Result<Case, Error> {
        actor.may(Action::ViewModeration)?;
        let (db, now) = (&self.0.db, self.now());
        let report = store::report(db, report, now.minus(CLAIM_HOLDS)).await?.ok_or(Error::NotFound)?;
        let notes = store::notes(db, report.id, report.user).await?;
        let others = match Subject::of(&report) {
            Some(subject) => store::reports_about(db, subject, None, now.minus(CLAIM_HOLDS), OTHERS + 1).await?,
            None => Vec::new(),
        };
        let others = others.into_iter().filter(|other| other.id != report.id).take(OTHERS as usize).collect();
        let sanctions = match report.user {
            Some(user) => store::sanctions_of(db, user, now).await?,
            None => Vec::new(),
        };
        let undo_until = report.decided_at.map(|at| at.plus(UNDO_WITHIN)).filter(|until| *until > now);
        Ok(Case { report, notes, others, sanctions, undo_until })
    }

    /// A page of the reports about somebody or an organization, decided or not, the newest first.
    pub async fn reports_about(
        &self,
        actor: &Actor,
        subject: Subject,
        before: Option<ReportId>,
        at_most: u32,
    ) -> Result<(Vec<Report>, Option<ReportId>), Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let stale = self.now().minus(CLAIM_HOLDS);
        let mut reports = store::reports_about(&self.0.db, subject, before, stale, at_most + 1).await?;
        if reports.is_empty() {
            self.must_be_there(actor, subject).await?;
        }
        let more = reports.len() > at_most as usize;
        reports.truncate(at_most as usize);
        let next = reports.last().filter(|_| more).map(|last| last.id);
        Ok((reports, next))
    }

    /// Fails where there is nobody, or for the actor no organization, of whom or which nothing is on record.
    pub(crate) async fn must_be_there(&self, actor: &Actor, subject: Subject) -> Result<(), Error> {
        let there = match subject {
            Subject::Person(user) => store::person(&self.0.db, user).await?.is_some(),
            Subject::Organization(org) => self.0.witness.stake(actor, org).await.map_err(Error::Refused)?.is_some(),
        };
        if there { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Says that one is looking at it, so that nobody else need.
    pub async fn claim(&self, actor: &Actor, report: ReportId) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let (by, now) = (actor.user(), self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::claim(tx, report, by, now, now.minus(CLAIM_HOLDS)).await? {
                        return Err(Error::Conflict);
                    }
                    Ok(events::record(tx, now, &Event::ReportChanged { report }).await?)
                })
            })
            .await
    }

    /// Gives a claim of one's own back.
    pub async fn release(&self, actor: &Actor, report: ReportId) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let (by, now) = (actor.user(), self.now());
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::release(tx, report, by).await? {
                        return Err(Error::Conflict);
                    }
                    Ok(events::record(tx, now, &Event::ReportChanged { report }).await?)
                })
            })
            .await
    }

    /// Notes something about a report, for everybody who keeps order.
    pub async fn note(&self, actor: &Actor, report: ReportId, text: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let text = words(Field::Text, text, LONGEST_NOTE)?;
        let found = store::report(&self.0.db, report, self.now()).await?.ok_or(Error::NotFound)?;
        self.write_note(actor, Some(report), found.user, text).await
    }

    /// Notes something about somebody, for everybody who keeps order.
    pub async fn note_person(&self, actor: &Actor, user: UserId, text: &str) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let text = words(Field::Text, text, LONGEST_NOTE)?;
        store::person(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        self.write_note(actor, None, Some(user), text).await
    }

    async fn write_note(
        &self,
        actor: &Actor,
        report: Option<ReportId>,
        user: Option<UserId>,
        text: String,
    ) -> Result<(), Error> {
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (acting, text) = (acting.clone(), text.clone());
                Box::pin(async move {
                    store::insert_note(tx, report, user, acting.user(), now, &text).await?;
                    let entry = match (report, user) {
                        (Some(report), _) => Entry::new("report.noted", "report", report),
                        (None, Some(user)) => Entry::new("user.noted", "user", user),
                        (None, None) => return Err(Error::NotFound),
                    };
                    Ok(audit::record(tx, now, &acting, &entry.changing(None::<()>, json!({ "note": text }))).await?)
                })
            })
            .await
    }
}

/// What a row's columns say of how far a report is.
pub(crate) fn state(decided: bool, acted: bool, claimed: bool) -> ReportState {
    match (decided, acted, claimed) {
        (true, true, _) => ReportState::Acted,
        (true, false, _) => ReportState::Dismissed,
        (false, _, true) => ReportState::Claimed,
        (false, _, false) => ReportState::Open,
    }
}
