//! Deciding a report, and taking the decision back.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, Kind, Millis, ReportId, SanctionId};
use contract::{Event, Field, moderation::Report};
use db::Tx;
use serde_json::json;

use crate::{
    Moderation, Stake,
    error::{Error, words},
    sanction::{Measure, impose},
    store,
};

/// So long a decision can be taken back as if it had never been.
pub(crate) const UNDO_WITHIN: Duration = Duration::from_mins(10);
const LONGEST_REASON: usize = 500;

/// What to do about a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Dismiss,
    /// What had to be done was done elsewhere: an organization was suspended, a text taken away.
    Settled,
    /// Something about the person.
    Act(Measure),
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is done.
    pub verdict: Verdict,
    /// Why; the person is told where something is done about them.
    pub reason: String,
}

impl Moderation {
    /// Decides a report. Its sanction, its notice and its entry in the trail are written with it.
    pub async fn decide(
        &self,
        actor: &Actor,
        report: ReportId,
        decision: &Decision,
    ) -> Result<Option<SanctionId>, Error> {
        actor.may(Action::Moderate)?;
        let reason = Self::reason(decision)?;
        let found = self.may_decide(actor, report, decision).await?;
        self.write_decision(actor, found, decision.verdict.clone(), reason).await
    }

    /// Takes a decision of the last ten minutes back: its sanction is lifted, the report waits again.
    pub async fn undo(&self, actor: &Actor, report: ReportId) -> Result<(), Error> {
        actor.may(Action::Moderate)?;
        let found = store::report(&self.0.db, report, self.now()).await?.ok_or(Error::NotFound)?;
        self.may_judge(actor, &found).await?;
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (acting, found) = (acting.clone(), found.clone());
                Box::pin(async move {
                    if !store::reopen(tx, report, now.minus(UNDO_WITHIN)).await? {
                        return Err(Error::Conflict);
                    }
                    if store::lift_of_report(tx, report, acting.user(), now).await? > 0 {
                        events::record(tx, now, &Event::SanctionsChanged { user: found.user }).await?;
                    }
                    events::record(tx, now, &Event::ReportChanged { report }).await?;
                    let before = json!({ "state": found.state, "decision": found.decision });
                    let entry =
                        Entry::new("report.undone", "report", report).changing(before, json!({ "state": "open" }));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        self.refresh_muted().await
    }

    /// The reason as it is written down. Who is acted upon is told why; what nobody is told may be wordless.
    pub(crate) fn reason(decision: &Decision) -> Result<String, Error> {
        if !matches!(decision.verdict, Verdict::Act(_)) && decision.reason.trim().is_empty() {
            return Ok(String::new());
        }
        words(Field::Reason, &decision.reason, LONGEST_REASON)
    }

    /// The report, where this actor may decide it that way.
    pub(crate) async fn may_decide(
        &self,
        actor: &Actor,
        report: ReportId,
        decision: &Decision,
    ) -> Result<Report, Error> {
        let found = store::report(&self.0.db, report, self.now()).await?.ok_or(Error::NotFound)?;
        if found.decided_at.is_some() {
            return Err(Error::Conflict);
        }
        match (&decision.verdict, found.user) {
            // There is nobody to do anything about.
            (Verdict::Act(_), None) => return Err(Error::NotFound),
            (Verdict::Act(measure), Some(_)) => measure.check()?,
            (Verdict::Dismiss | Verdict::Settled, _) => {}
        }
        self.may_judge(actor, &found).await?;
        Ok(found)
    }

    /// Nobody decides about themselves or an organization they run, nor about those at or above them.
    async fn may_judge(&self, actor: &Actor, report: &Report) -> Result<(), Error> {
        if let Some(organization) = report.organization
            && self.0.witness.stake(actor, organization).await.map_err(Error::Refused)? == Some(Stake::Runs)
        {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let Some(user) = report.user else { return Ok(()) };
        let Some(person) = store::person(&self.0.db, user).await? else { return Ok(()) };
        if actor.user() == Some(user) || !actor.outranks(person.role) {
            return Err(Error::Refused(Kind::Forbidden));
        }
        Ok(())
    }

    pub(crate) async fn write_decision(
        &self,
        actor: &Actor,
        found: Report,
        verdict: Verdict,
        reason: String,
    ) -> Result<Option<SanctionId>, Error> {
        let (acting, now, pass) = (actor.clone(), self.now(), self.new_pass());
        let made = self
            .0
            .db
            .write(move |tx| {
                let (acting, found) = (acting.clone(), found.clone());
                let (verdict, reason, pass) = (verdict.clone(), reason.clone(), pass.clone());
                Box::pin(async move {
                    let acted = verdict != Verdict::Dismiss;
                    close(tx, &acting, &found, acted, &reason, now).await?;
                    let (Verdict::Act(measure), Some(user)) = (verdict, found.user) else {
                        return Ok::<_, Error>(None);
                    };
                    Ok(Some(impose(tx, &acting, user, measure, &reason, Some(found.id), now, &pass).await?))
                })
            })
            .await?;
        if made.is_some() {
            self.refresh_muted().await?;
        }
        Ok(made)
    }
}

/// Closes the report, unless somebody was quicker.
async fn close(
    tx: &mut Tx<'_>,
    actor: &Actor,
    report: &Report,
    acted: bool,
    reason: &str,
    at: Millis,
) -> Result<(), Error> {
    if !store::close(tx, report.id, actor.user(), acted, reason, at).await? {
        return Err(Error::Conflict);
    }
    events::record(tx, at, &Event::ReportChanged { report: report.id }).await?;
    let state = if acted { "acted" } else { "dismissed" };
    let entry = Entry::new("report.decided", "report", report.id)
        .changing(json!({ "state": report.state }), json!({ "state": state, "decision": reason }));
    Ok(audit::record(tx, at, actor, &entry).await?)
}
