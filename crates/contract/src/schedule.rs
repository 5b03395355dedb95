//! Schedules: what is done at its time, as those who run the hub see it.

use base::{JobId, Millis, OrgId, ScheduleId, ScheduleRunId};
use serde::{Deserialize, Serialize};

/// When something is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Each time so many seconds have passed: ten seconds to a year.
    EverySecs(u32),
    /// By the calendar and the clock of a time zone, as a cron expression of five fields: minute, hour, day of the month, month, day of the
    /// week. Where both days are restricted, either will do; 0 and 7 are Sunday.
    Cron(String),
    /// Once, at that instant.
    OnceAt(Millis),
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Timing {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{
            ObjectBuilder, OneOfBuilder, RefOr, Schema,
            schema::{AdditionalProperties, Type},
        };
        let one = |name: &str, value: RefOr<Schema>| {
            let object = ObjectBuilder::new().schema_type(Type::Object).property(name, value).required(name);
            object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false))).build()
        };
        let every = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(10)).maximum(Some(31_622_400));
        let every = every.description(Some("Each time so many seconds have passed."));
        let cron = ObjectBuilder::new().schema_type(Type::String).min_length(Some(9)).max_length(Some(100));
        let cron = cron.description(Some(
            "A cron expression of five fields: minute, hour, day of the month, month, day of the week. Where both days are restricted, \
             either will do; 0 and 7 are Sunday.",
        ));
        let schema = OneOfBuilder::new()
            .item(one("every_secs", every.build().into()))
            .item(one("cron", cron.build().into()))
            .item(one("once_at", Millis::schema()))
            .description(Some("When something is done."));
        Schema::OneOf(schema.build()).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Timing {}

impl Timing {
    /// By the calendar and the clock.
    pub fn cron(expression: impl Into<String>) -> Self {
        Self::Cron(expression.into())
    }
}

/// When something is done, and by whose clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "timing": { "cron": "30 4 * * 1-5" }, "zone": "Europe/Berlin" })))]
pub struct When {
    /// When.
    pub timing: Timing,
    /// Whose clock a cron expression goes by: a name of the IANA database, such as `Europe/Berlin`.
    #[serde(default = "utc")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64, required = false, default = "UTC"))]
    pub zone: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl When {
    /// By the clock of UTC.
    pub fn utc(timing: Timing) -> Self {
        Self { timing, zone: utc() }
    }
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RunState {
    /// Its job waits or runs.
    UnderWay,
    /// Its job was done.
    Done,
    /// Its job was given up.
    Failed,
    /// Its job was removed before it was done.
    Removed,
    /// It was due while the one before was still under way, so there was none.
    Skipped,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::UnderWay, Self::Done, Self::Failed, Self::Removed, Self::Skipped];

    /// The word in the database and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnderWay => "under_way",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Removed => "removed",
            Self::Skipped => "skipped",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// One time it was done, or was to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScheduleRun {
    /// Which.
    pub id: ScheduleRunId,
    /// For when it was planned.
    pub planned_at: Millis,
    /// When its job was asked for.
    pub asked_at: Millis,
    /// Whether somebody had it run, instead of its time having come.
    pub by_hand: bool,
    /// Its job, for as long as that is kept.
    pub job: Option<JobId>,
    /// How it stands.
    pub state: RunState,
    /// Since when it is over.
    pub finished_at: Option<Millis>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Something that is done at its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// Which.
    pub id: ScheduleId,
    /// Whose it is: `hub`, or a plugin.
    pub owner: String,
    /// For which organization; `null`: for the whole hub.
    pub organization: Option<OrgId>,
    /// How its owner calls it.
    pub name: String,
    /// The kind of job it asks for.
    pub kind: String,
    /// When it is done.
    pub when: When,
    /// When its owner would have it done.
    pub own: When,
    /// Whether those who run the hub have chosen another time.
    pub changed: bool,
    /// Whether it is left undone until somebody resumes it.
    pub paused: bool,
    /// When it will be done next, the soonest first; empty where it won't be.
    pub next: Vec<Millis>,
    /// The last time.
    pub last: Option<ScheduleRun>,
}

impl Schedule {
    /// What is typed to name it: `backup`, `streaks:reset`.
    pub fn title(&self) -> String {
        if self.owner == HUB { self.name.clone() } else { format!("{}:{}", self.owner, self.name) }
    }
}

/// The owner of what the hub does by itself.
pub const HUB: &str = "hub";

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskedFor {
    /// The job that does it.
    pub job: JobId,
}

/// A page of schedules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulePage {
    /// The schedules.
    pub schedules: Vec<Schedule>,
    /// To ask for the next page with; `None` where this is the last.
    pub next: Option<ScheduleId>,
}

/// A page of runs, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPage {
    /// The runs.
    pub runs: Vec<ScheduleRun>,
    /// To ask for the next page with; `None` where this is the last.
    pub next: Option<ScheduleRunId>,
}
