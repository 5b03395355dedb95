//! What players reported of how a game ended, and what those who keep order say of it where they differ.

use base::{GameId, Millis};
use serde::{Deserialize, Serialize};

use super::{Fate, GameResult};
use crate::words::words;

words! {
    /// What those who keep order say of a disputed result.
    Verdict {
        /// It stands as it is.
        Confirmed = "confirmed",
        /// Another report is the result.
        Overturned = "overturned",
        /// It counts for nothing.
        Voided = "voided",
    }
}

/// The last word on a disputed result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Judgement {
    /// What was said.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Who said so; absent: the operator, or somebody who is gone.
    pub by: Option<String>,
    /// When.
    pub at: Millis,
}

/// Judge a disputed result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "verdict": "confirmed", "reason": "The film shows it" })))]
pub struct Judge {
    /// What to say of it.
    pub verdict: Verdict,
    /// To overturn it: whose report is the result, by their number in the lobby.
    #[serde(default)]
    pub reporter: Option<u32>,
    /// Why, for the audit log and for those who played.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// A game whose players reported different results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dispute {
    /// The result as it is, and what each reported.
    pub result: GameResult,
    /// What those who keep order said of it; absent: nothing yet.
    pub judgement: Option<Judgement>,
}

/// A page of disputed games, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disputes {
    /// The games.
    pub disputes: Vec<Dispute>,
    /// Those before this one are on the next page; absent on the last.
    pub next: Option<GameId>,
    /// How many wait to be judged.
    pub waiting: u64,
}

/// What one player said of how a game ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Told {
    /// Who said so, by their number in the lobby.
    pub reporter: u32,
    /// As they were called then.
    pub name: String,
    /// Whether they hosted the game.
    pub host: bool,
    /// Whether it is the result.
    pub agrees: bool,
    /// Who won by it.
    pub winners: Vec<String>,
    /// Who fared how by it, the winners first.
    pub players: Vec<Said>,
}

/// How somebody fared by one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Said {
    /// Who, as they were called then.
    pub name: String,
    /// 1 for the winners; absent for a spectator.
    pub place: Option<i64>,
    /// How they fared.
    pub fate: Fate,
    /// Enemies killed.
    pub units_killed: i64,
    /// Damage dealt.
    pub damage_given: i64,
}
