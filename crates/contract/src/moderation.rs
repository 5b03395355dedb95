//! Keeping order: reports, sanctions, appeals.

use base::{AppealId, Millis, OrgId, ReportId, SanctionId, UserId};
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What a report is about.
    Target {
        /// Somebody, and what they do.
        Person = "person",
        /// What somebody said in a room.
        Chat = "chat",
        /// An organization.
        Organization = "organization",
        /// What somebody writes of themselves.
        Profile = "profile",
        /// Somebody's picture.
        Avatar = "avatar",
    }
}

words! {
    /// Why something is reported.
    Reason {
        /// Insults, threats, hate.
        Abuse = "abuse",
        /// Advertising, flooding.
        Spam = "spam",
        /// Cheating in games.
        Cheating = "cheating",
        /// Passing for somebody else.
        Impersonation = "impersonation",
        /// What the law forbids.
        Illegal = "illegal",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How far a report is.
    ReportState {
        /// Nobody has looked at it yet.
        Open = "open",
        /// Somebody is looking at it.
        Claimed = "claimed",
        /// Something was done.
        Acted = "acted",
        /// There was nothing to do.
        Dismissed = "dismissed",
    }
}

words! {
    /// What is done about somebody.
    SanctionKind {
        /// They are told.
        Warn = "warn",
        /// They may not talk.
        Mute = "mute",
        /// They may not come in until a day.
        Suspend = "suspend",
        /// They may not come in any more.
        Ban = "ban",
    }
}

words! {
    /// How far an appeal is.
    AppealState {
        /// Nobody has answered it yet.
        Open = "open",
        /// The sanction stays.
        Upheld = "upheld",
        /// The sanction was lifted.
        Lifted = "lifted",
    }
}

/// The form of a report.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "target": "person", "name": "Wilma", "reason": "spam", "text": "" })))]
#[serde(deny_unknown_fields)]
pub struct MakeReport {
    /// The word of a [`Target`].
    #[cfg_attr(feature = "openapi", schema(value_type = Target))]
    pub target: String,
    /// The name of the person, or of the organization.
    pub name: String,
    /// Which chat line, or another thing of theirs: as the page that shows it calls it. An organization is known by its address, the
    /// last part of it.
    #[serde(default)]
    pub reference: String,
    /// The word of a [`Reason`].
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Reason))]
    pub reason: String,
    /// In one's own words, 2,000 characters at most. "Other" needs some.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub text: String,
}

/// A report as whoever made it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyReport {
    /// Which.
    pub id: ReportId,
    /// What it is about.
    pub target: Target,
    /// Whom or what, as it was called then.
    pub name: String,
    /// Why.
    pub reason: Reason,
    /// In one's own words.
    pub text: String,
    /// When.
    pub created_at: Millis,
    /// How far it is.
    pub state: ReportState,
}

/// A page of one's own reports, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyReports {
    /// The reports.
    pub reports: Vec<MyReport>,
    /// To ask for the next page with.
    pub next: Option<ReportId>,
}

/// A report as those who keep order see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// Which.
    pub id: ReportId,
    /// Who made it; `None`: they are gone.
    pub reporter: Option<String>,
    /// What it is about.
    pub target: Target,
    /// Whom, where it is about a person who is still there.
    pub user: Option<UserId>,
    /// Which organization, where it is about one that is still there.
    pub organization: Option<OrgId>,
    /// Whom or what, as it was called then.
    pub name: String,
    /// Which thing of theirs; of an organization its address.
    pub reference: String,
    /// Why.
    pub reason: Reason,
    /// In the reporter's words.
    pub text: String,
    /// What it was about, as it was when it was reported.
    pub context: String,
    /// When.
    pub created_at: Millis,
    /// How far it is.
    pub state: ReportState,
    /// Who is looking at it, or has decided it.
    pub by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Millis>,
    /// What was said of the decision.
    pub decision: Option<String>,
}

/// A page of the queue, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Queue {
    /// The reports.
    pub reports: Vec<Report>,
    /// To ask for the next page with.
    pub next: Option<ReportId>,
    /// How many reports and appeals wait in all.
    pub waiting: i64,
}

/// What somebody who keeps order noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Who.
    pub by: Option<String>,
    /// When.
    pub at: Millis,
    /// What.
    pub text: String,
}

/// Everything about one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Case {
    /// The report.
    pub report: Report,
    /// What was noted of it and of the person, the oldest first.
    pub notes: Vec<Note>,
    /// Other reports about the same person or organization, the newest first.
    pub others: Vec<Report>,
    /// What was done about the person before, the newest first.
    pub sanctions: Vec<Sanction>,
    /// Until when its decision can be undone.
    pub undo_until: Option<Millis>,
}

/// Whom a sanction is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Whom {
    /// Somebody with an account.
    Person {
        /// The account.
        user: UserId,
        /// What it is called.
        name: String,
    },
    /// Whoever comes from there.
    Network {
        /// In CIDR notation.
        network: String,
    },
    /// Whoever would be called that.
    Names {
        /// With `*` for anything.
        pattern: String,
    },
}

/// What was done about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sanction {
    /// Which.
    pub id: SanctionId,
    /// What.
    pub kind: SanctionKind,
    /// About whom.
    pub whom: Whom,
    /// Why, as the person is told.
    pub reason: String,
    /// Who did it; `None`: the operator, or somebody who is gone.
    pub by: Option<String>,
    /// When.
    pub at: Millis,
    /// Until when; `None`: for good.
    pub until: Option<Millis>,
    /// When it was lifted.
    pub lifted_at: Option<Millis>,
    /// Whether it holds now.
    pub holds: bool,
}

/// A page of sanctions, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sanctions {
    /// The sanctions.
    pub sanctions: Vec<Sanction>,
    /// To ask for the next page with.
    pub next: Option<SanctionId>,
}

/// A sanction as the person it is about is told, with their appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MySanction {
    /// Which.
    pub id: SanctionId,
    /// What.
    pub kind: SanctionKind,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Millis,
    /// Until when; `None`: for good.
    pub until: Option<Millis>,
    /// Whether it holds now.
    pub holds: bool,
    /// The appeal, where there is one.
    pub appeal: Option<MyAppeal>,
}

/// An appeal as whoever made it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyAppeal {
    /// In one's own words.
    pub text: String,
    /// How far it is.
    pub state: AppealState,
    /// What was answered.
    pub answer: Option<String>,
}

/// An appeal as those who keep order see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appeal {
    /// Which.
    pub id: AppealId,
    /// Against what.
    pub sanction: Sanction,
    /// In the person's words.
    pub text: String,
    /// When.
    pub at: Millis,
    /// How far it is.
    pub state: AppealState,
    /// What was answered.
    pub answer: Option<String>,
    /// Whether whoever looks may answer it.
    pub yours_to_answer: bool,
}

/// A page of appeals, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appeals {
    /// The appeals.
    pub appeals: Vec<Appeal>,
    /// To ask for the next page with.
    pub next: Option<AppealId>,
}

/// What a decision would do, or did, to one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Effect {
    /// Which report.
    pub report: ReportId,
    /// About whom or what.
    pub name: String,
    /// Why it cannot be done; `None`: it can, or was.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub refused: Option<base::Kind>,
}

/// What to do about a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "act": "mute", "span_secs": 3600, "reason": "Flooding the room." })))]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// What is done about the person; absent: nothing, the report is dismissed.
    #[serde(default)]
    pub act: Option<SanctionKind>,
    /// Where nothing is done about the person: whether what had to be done was done elsewhere, such as suspending an organization.
    #[serde(default)]
    pub settled: bool,
    /// For how long; absent: for good. A suspension has an end, a warning and a ban have none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 157_680_000))]
    pub span_secs: Option<u64>,
    /// Why, as the person is told; needed where something is done.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Something to be done about somebody without a report.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Wilma", "kind": "warn", "reason": "Flooding the room." })))]
#[serde(deny_unknown_fields)]
pub struct NewSanction {
    /// About whom.
    #[cfg_attr(feature = "openapi", schema(max_length = 100))]
    pub name: String,
    /// What.
    pub kind: SanctionKind,
    /// For how long; absent: for good. A suspension has an end, a warning and a ban have none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 157_680_000))]
    pub span_secs: Option<u64>,
    /// Why, as the person is told.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// Addresses or names to be shut out: one of the two.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "network": "203.0.113.0/24", "span_secs": 86400, "reason": "Flooding." })))]
#[serde(deny_unknown_fields)]
pub struct NewPlace {
    /// A range in CIDR notation, or one address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub network: Option<String>,
    /// Letters of names, with `*` for anything.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub pattern: Option<String>,
    /// For how long; absent: for good.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 157_680_000))]
    pub span_secs: Option<u64>,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// A few words: a note, an appeal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "text": "It was a misunderstanding." })))]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The words.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 2000))]
    pub text: String,
}

/// The answer to an appeal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "lifts": true, "text": "You are right." })))]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// Whether the sanction is lifted; else it stays.
    pub lifts: bool,
    /// Why, as the person is told.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 4000))]
    pub text: String,
}

/// The same decision for many reports.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "reports": [], "decision": { "reason": "" } })))]
#[serde(deny_unknown_fields)]
pub struct DecideMany {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub reports: Vec<ReportId>,
    /// What to do about each of them.
    pub decision: Decide,
}

/// A report that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Taken {
    /// Its number.
    pub id: ReportId,
}
