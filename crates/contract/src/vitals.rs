//! How the hub is doing, as those who run it see it.

use base::Millis;
use serde::{Deserialize, Serialize};

/// Something measured again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Players in the lobby.
    Players,
    /// Games listed there.
    Games,
    /// People and visitors with the site open.
    Visitors,
    /// Jobs that wait.
    JobsWaiting,
    /// Errors logged since the measurement before.
    Errors,
    /// The database's size in bytes.
    DatabaseBytes,
}

impl Measure {
    /// Every measure, in the order of the dashboard.
    pub const ALL: [Self; 6] =
        [Self::Players, Self::Games, Self::Visitors, Self::JobsWaiting, Self::Errors, Self::DatabaseBytes];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Players => "players",
            Self::Games => "games",
            Self::Visitors => "visitors",
            Self::JobsWaiting => "jobs_waiting",
            Self::Errors => "errors",
            Self::DatabaseBytes => "database_bytes",
        }
    }
}

/// What holds at this moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// This moment.
    pub at: Millis,
    /// Since when this process runs.
    pub started_at: Millis,
    /// Players in the lobby.
    pub players: i64,
    /// Rooms of the lobby.
    pub rooms: i64,
    /// Games listed there.
    pub games: i64,
    /// People and visitors with the site open.
    pub visitors: i64,
    /// Accounts there are.
    pub accounts: i64,
    /// Jobs that wait.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// Errors logged since the start.
    pub errors: i64,
    /// Times somebody was told that they may not, since the start.
    pub refused: i64,
    /// The database's size in bytes.
    pub database_bytes: i64,
}

/// A value and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct At {
    /// The beginning of the hour or day, in UTC.
    pub at: Millis,
    /// The value: the highest of an hour, the sum of a day.
    pub value: i64,
}

/// The history of one measure, by the hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Of what.
    pub measure: Measure,
    /// The last two days, oldest first; hours in which nobody measured are missing.
    pub hours: Vec<At>,
}

/// Everything on the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// What holds now.
    pub now: Figures,
    /// How it was, measure by measure.
    pub history: Vec<History>,
    /// Accounts made, by the day, for thirty days.
    pub registrations: Vec<At>,
    /// Log-ins that went well, by the day, for thirty days.
    pub log_ins: Vec<At>,
    /// Log-ins that were refused, by the day, for thirty days.
    pub refused_log_ins: Vec<At>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Fine.
    Good,
    /// Works, but see to it.
    Warning,
    /// Has to be mended.
    Bad,
}

/// One thing the doctor looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// What was looked at.
    pub about: String,
    /// How it is.
    pub weight: Weight,
    /// What was found.
    pub found: String,
    /// What to do about it; empty where nothing is to be done.
    pub fix: String,
}

/// A name and what stands behind it: a part and its version, a key and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pair {
    /// The name.
    pub name: String,
    /// What stands behind it.
    pub value: String,
    /// Whether it differs from its default, where it has one.
    pub changed: bool,
}

/// Something the hub is built on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Licence {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence, as an SPDX expression.
    pub licence: String,
}

/// Everything on the system's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct System {
    /// What the doctor finds.
    pub findings: Vec<Finding>,
    /// Parts and their versions.
    pub versions: Vec<Pair>,
    /// The configuration, without its secrets.
    pub configuration: Vec<Pair>,
    /// What the hub is built on.
    pub licences: Vec<Licence>,
}
