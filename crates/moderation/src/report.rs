//! Reporting, and seeing what became of it.

use base::{Action, Actor, ReportId};
use contract::{
    Code, Event, Field,
    moderation::{MakeReport, MyReports, Reason, Target},
};

use crate::{
    Moderation,
    error::{Error, words},
    myself,
    store::{self, NewReport},
};

const LONGEST_TEXT: usize = 2_000;
const LONGEST_CONTEXT: usize = 16_000;
/// Reports of one person that wait at a time.
const MOST_OPEN: u32 = 20;
const PAGE: u32 = 30;

impl Moderation {
    /// Reports something. The same thing twice is one report.
    pub async fn report(&self, actor: &Actor, form: &MakeReport) -> Result<ReportId, Error> {
        actor.may(Action::Report)?;
        let reporter = myself(actor)?;
        let target = Target::from_word(&form.target).ok_or(Error::Malformed)?;
        if form.reference.len() > 200 || form.name.len() > 200 {
            return Err(Error::Malformed);
        }
        let reason = Reason::from_word(&form.reason).ok_or(Error::field(Field::Reason, Code::Required))?;
        let text = match form.text.trim() {
            // What is obvious needs no words, but "other" does.
            "" if reason != Reason::Other => String::new(),
            text => words(Field::Text, text, LONGEST_TEXT)?,
        };
        let (user, name) = match target {
            Target::Organization => (None, form.name.trim().to_owned()),
            _ => match store::named(&self.0.db, &(self.0.fold)(&form.name)).await? {
                Some(person) if person.id == reporter => return Err(Error::NotFound),
                Some(person) => (Some(person.id), person.name),
                // In a room guests talk too; whatever else has a name has an account.
                None if target == Target::Chat => (None, form.name.trim().to_owned()),
                None => return Err(Error::NotFound),
            },
        };
        let context: String =
            self.0.witness.context(target, user, &form.reference).await.chars().take(LONGEST_CONTEXT).collect();
        let who = user.map_or_else(|| (self.0.fold)(&name), |user| user.to_string());
        let report = NewReport {
            reporter,
            target,
            user,
            target_key: format!("{}/{who}/{}", target.word(), form.reference),
            name,
            reference: form.reference.clone(),
            reason,
            text,
            context,
            at: self.now(),
        };
        let id = self
            .0
            .db
            .write(move |tx| {
                let report = report.clone();
                Box::pin(async move {
                    if store::open_reports_of(tx, reporter).await? >= i64::from(MOST_OPEN) {
                        return Err(Error::Full);
                    }
                    let (id, new) = store::insert_report(tx, &report).await?;
                    if new {
                        events::record(tx, report.at, &Event::ReportChanged { report: id }).await?;
                    }
                    Ok(id)
                })
            })
            .await?;
        metrics::counter!("guildhall_moderation_reports_total", "target" => target.word()).increment(1);
        Ok(id)
    }

    /// A page of one's own reports, the newest first, before one of them.
    pub async fn my_reports(&self, actor: &Actor, before: Option<ReportId>) -> Result<MyReports, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let mut reports = store::reports_by(&self.0.db, myself(actor)?, before, PAGE + 1).await?;
        let more = reports.len() > PAGE as usize;
        reports.truncate(PAGE as usize);
        let next = reports.last().filter(|_| more).map(|last| last.id);
        Ok(MyReports { reports, next })
    }
}
