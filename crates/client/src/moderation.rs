//! Keeping order.

use base::{AppealId, ReportId, SanctionId, UserId};
use contract::{
    api::{Page, Why},
    moderation::{Appeal, Case, Decide, DecideMany, Effect, NewAnswer, NewPlace, NewSanction, Report, Sanction, Words},
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which reports to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ReportQuery {
    /// Those that were decided, the newest first; else those that wait, the oldest first.
    pub decided: bool,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which sanctions to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SanctionQuery {
    /// Only those about whoever has that name.
    pub name: Option<String>,
    /// Only those that hold now.
    pub holding: bool,
    /// Only those about addresses and names.
    pub places: bool,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which appeals to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AppealQuery {
    /// Those that were answered, the newest first; else those that wait, the oldest first.
    pub answered: bool,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// A pattern of names.
#[derive(Debug, Clone, Serialize)]
pub struct NamesQuery {
    /// Letters of names, with `*` for anything.
    pub pattern: String,
}

operations! {
    /// What was reported.
    GET "/moderation/reports" list_reports() ? ReportQuery => Page<Report>;
    /// One report, with everything about it.
    GET "/moderation/reports/{report}" report_case(report: ReportId) => Case;
    /// Claims a report.
    PUT "/moderation/reports/{report}/claim" claim_report(report: ReportId) => ();
    /// Gives a claim back.
    DELETE "/moderation/reports/{report}/claim" release_report(report: ReportId) => ();
    /// Notes something about a report.
    POST "/moderation/reports/{report}/notes" note_report(report: ReportId) = Words => ();
    /// Decides a report.
    PUT "/moderation/reports/{report}/decision" decide_report(report: ReportId) = Decide => ();
    /// Takes a decision of the last ten minutes back.
    DELETE "/moderation/reports/{report}/decision" undo_report(report: ReportId) => ();
    /// What the same decision would do to each of many reports.
    POST "/moderation/previews" preview_decision() = DecideMany => Vec<Effect>;
    /// Decides many reports alike.
    POST "/moderation/decisions" decide_reports() = DecideMany => Vec<Effect>;
    /// What was done, the newest first.
    GET "/moderation/sanctions" list_sanctions() ? SanctionQuery => Page<Sanction>;
    /// One thing that was done.
    GET "/moderation/sanctions/{sanction}" sanction(sanction: SanctionId) => Sanction;
    /// Does something about somebody without a report.
    POST "/moderation/sanctions" make_sanction() = NewSanction => Sanction;
    /// Lifts what was done about somebody.
    DELETE "/moderation/sanctions/{sanction}" lift_sanction(sanction: SanctionId) ? Why => ();
    /// Shuts out an address range or a pattern of names.
    POST "/moderation/places" ban_place() = NewPlace => Sanction;
    /// Lets them in again.
    DELETE "/moderation/places/{sanction}" lift_place(sanction: SanctionId) ? Why => ();
    /// Which names a pattern meets.
    GET "/moderation/names" preview_names() ? NamesQuery => Vec<String>;
    /// Takes what somebody wrote off their page.
    DELETE "/moderation/profiles/{user}/about" clear_about(user: UserId) ? Why => ();
    /// Takes somebody's picture off their page.
    DELETE "/moderation/profiles/{user}/avatar" clear_avatar(user: UserId) ? Why => ();
    /// Who asks that something be looked at again.
    GET "/moderation/appeals" list_appeals() ? AppealQuery => Page<Appeal>;
    /// Answers an appeal.
    PUT "/moderation/appeals/{appeal}/answer" answer_appeal(appeal: AppealId) = NewAnswer => ();
}
