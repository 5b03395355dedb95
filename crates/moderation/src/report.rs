//! Reporting, and seeing what became of it.

use base::{Action, Actor, OrgId, ReportId, UserId};
use contract::{
    Code, Event, Field,
    moderation::{MakeReport, MyReports, Reason, Target},
};

use crate::{
    Moderation, Seen,
    error::{Error, words},
    myself,
    store::{self, NewReport},
};

const LONGEST_TEXT: usize = 2_000;
const LONGEST_CONTEXT: usize = 16_000;
/// Reports of one person that wait at a time.
const MOST_OPEN: u32 = 20;
const PAGE: u32 = 30;

/// What a report is about, as the hub has it.
struct About {
    user: Option<UserId>,
    organization: Option<OrgId>,
    name: String,
    reference: String,
    /// Tells it apart from everything else of its kind.
    key: String,
    context: String,
}

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
        let about = self.look_at(actor, reporter, target, form).await?;
        let report = NewReport {
            reporter,
            target,
            user: about.user,
            organization: about.organization,
            target_key: format!("{}/{}", target.word(), about.key),
            name: about.name,
            reference: about.reference,
            reason,
            text,
            context: about.context.chars().take(LONGEST_CONTEXT).collect(),
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

    /// Whom or what the form is about, as it is at this moment. What the reporter can't see is not there.
    async fn look_at(
        &self,
        actor: &Actor,
        reporter: UserId,
        target: Target,
        form: &MakeReport,
    ) -> Result<About, Error> {
        let reference = form.reference.clone();
        if target == Target::Organization {
            let seen = self.0.witness.organization(actor, &reference).await.map_err(Error::Refused)?;
            let Seen { id, address, name, page } = seen.ok_or(Error::NotFound)?;
            // Its name and its address may change; who reports it again reports the same.
            let key = id.to_string();
            return Ok(About { user: None, organization: Some(id), name, reference: address, key, context: page });
        }
        let (user, name) = match store::named(&self.0.db, &(self.0.fold)(&form.name)).await? {
            Some(person) if person.id == reporter => return Err(Error::NotFound),
            Some(person) => (Some(person.id), person.name),
            // In a room guests talk too; whatever else has a name has an account.
            None if target == Target::Chat => (None, form.name.trim().to_owned()),
            None => return Err(Error::NotFound),
        };
        let context = self.0.witness.context(target, user, &reference).await;
        let who = user.map_or_else(|| (self.0.fold)(&name), |user| user.to_string());
        let key = format!("{who}/{reference}");
        Ok(About { user, organization: None, name, reference, key, context })
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
