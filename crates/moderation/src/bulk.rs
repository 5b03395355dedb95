//! The same decision for many reports at once, with a look before.

use base::{Action, Actor, ReportId};
use contract::moderation::Effect;

use crate::{Moderation, decide::Decision, error::Error};

/// Reports at once.
const MOST: usize = 100;

impl Moderation {
    /// What the decision would do to each of these reports. Changes nothing.
    pub async fn preview(
        &self,
        actor: &Actor,
        reports: &[ReportId],
        decision: &Decision,
    ) -> Result<Vec<Effect>, Error> {
        actor.may(Action::Moderate)?;
        self.each(actor, reports, decision, false).await
    }

    /// Decides each of these reports, where one may; says what became of each. One that cannot be decided holds up no other.
    pub async fn decide_many(
        &self,
        actor: &Actor,
        reports: &[ReportId],
        decision: &Decision,
    ) -> Result<Vec<Effect>, Error> {
        actor.may(Action::Moderate)?;
        self.each(actor, reports, decision, true).await
    }

    async fn each(
        &self,
        actor: &Actor,
        reports: &[ReportId],
        decision: &Decision,
        act: bool,
    ) -> Result<Vec<Effect>, Error> {
        if reports.len() > MOST || !reports.iter().all(|report| report.was_ever_given()) {
            return Err(Error::Malformed);
        }
        let reason = Self::reason(decision)?;
        let mut effects = Vec::new();
        for &report in reports {
            let (mut name, outcome) = match self.may_decide(actor, report, decision).await {
                Ok(found) if act => {
                    let name = found.name.clone();
                    let verdict = decision.verdict.clone();
                    (name, self.write_decision(actor, found, verdict, reason.clone()).await.map(drop))
                }
                Ok(found) => (found.name, Ok(())),
                Err(error) => (String::new(), Err(error)),
            };
            let refused = match outcome {
                Ok(()) => None,
                // Our own fault is nobody's effect: it is told and logged as such.
                Err(error @ Error::Store(_)) => return Err(error),
                Err(error) => Some(error.kind()),
            };
            if name.is_empty() {
                name = self.name_of(report).await?;
            }
            effects.push(Effect { report, name, refused });
        }
        Ok(effects)
    }

    async fn name_of(&self, report: ReportId) -> Result<String, Error> {
        let found = crate::store::report(&self.0.db, report, self.now()).await?;
        Ok(found.map(|report| report.name).unwrap_or_default())
    }
}
