//! What results make of those who play: ladders, records, histories, and games that are over.

mod disputes;
mod spread;

use base::{GameId, Millis, UserId};
use serde::{Deserialize, Serialize};

pub use self::{
    disputes::{Dispute, Disputes, Judge, Judgement, Said, Told, Verdict},
    spread::Spread,
};
use crate::{lobby::Dialect, words::words};

words! {
    /// For what games are counted.
    Class {
        /// In rooms for fun.
        Unranked = "unranked",
        /// In rooms whose results count, and in tournaments.
        Ranked = "ranked",
    }
}

words! {
    /// What a ladder is sorted by.
    Order {
        /// The modern rating.
        Rating = "rating",
        /// The classic servers' points; of those who have played enough to be placed.
        Points = "points",
    }
}

words! {
    /// Within which time somebody has played.
    Period {
        /// Seven days.
        Week = "week",
        /// Thirty.
        Month = "month",
        /// Ninety.
        Quarter = "quarter",
        /// 365.
        Year = "year",
    }
}

impl Period {
    /// How many days that is.
    pub const fn days(self) -> u16 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }
}

/// One ladder: of a season or of all time, of one kind of game or of all, of one size of team or of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// Played by which clients.
    pub dialect: Dialect,
    /// For what they were played.
    pub class: Class,
    /// The kind of game as its clients number it; absent: all kinds together.
    pub kind: Option<u16>,
    /// Players in the largest team; absent: any size.
    pub team_size: Option<u16>,
    /// Which season; absent: of all time.
    pub season: Option<i64>,
}

impl Board {
    /// All games of that kind of client that count, of all time.
    pub const fn ranked(dialect: Dialect) -> Self {
        Self { dialect, class: Class::Ranked, kind: None, team_size: None, season: None }
    }
}

/// How somebody stands in one ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Games that counted.
    pub games: u32,
    /// Of them won.
    pub wins: u32,
    /// Lost.
    pub losses: u32,
    /// Tied.
    pub ties: u32,
    /// Left before the end.
    pub dropped: u32,
    /// Damage dealt.
    pub damage_given: i64,
    /// Damage suffered.
    pub damage_taken: i64,
    /// Points as the classic servers count them; everybody begins with 1,000.
    pub points: i32,
    /// The most there ever were.
    pub most_points: i32,
    /// What can be counted on, in hundredths: everybody begins at 0.
    pub rating: i64,
    /// The likeliest skill, in hundredths: everybody begins at 2,500.
    pub skill: i64,
    /// How unsure that is, in hundredths.
    pub doubt: i64,
    /// When the last of the games was settled.
    pub last_game_at: Millis,
}

/// A row of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rung {
    /// From 1.
    pub place: u64,
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// How they stand.
    pub standing: Standing,
}

/// A page of a ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// From the top.
    pub rungs: Vec<Rung>,
    /// Where the next page begins; absent on the last.
    pub next: Option<String>,
    /// Whose place was asked for, where somebody's was.
    pub sought: Option<UserId>,
}

/// A kind of game that has been played, as its clients number it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameKind {
    /// Its number.
    pub kind: u16,
    /// What it is called: "Body Count".
    pub name: String,
}

/// Which ladders there are of one kind of client and one class of game.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choices {
    /// Kinds of game that have counted.
    pub kinds: Vec<GameKind>,
    /// Sizes of team that have counted: players in the largest one.
    pub team_sizes: Vec<u16>,
}

/// What somebody has made of one kind of games: of a map, or of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// The map or the type.
    pub name: String,
    /// Played by which clients.
    pub dialect: Dialect,
    /// Games that were played against somebody.
    pub games: u32,
    /// Of them won.
    pub wins: u32,
    /// Tied.
    pub ties: u32,
}

/// What somebody has made of each map and of each type of game, those played most first: twenty of either at most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shares {
    /// By map.
    pub maps: Vec<Share>,
    /// By type of game.
    pub kinds: Vec<Share>,
}

/// One of the ladders somebody stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OnBoard {
    /// Which.
    pub board: Board,
    /// How they stand there.
    pub standing: Standing,
}

/// What somebody has played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlayerRecord {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The icon classic clients show beside their name, 0 to 16; absent: no ranked game of Myth II yet.
    pub caste: Option<u8>,
    /// Every ladder they stand in; of all time before seasons, those of all games first.
    pub boards: Vec<OnBoard>,
}

/// What one game did to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Which game.
    pub game: GameId,
    /// When its result stood.
    pub at: Millis,
    /// Played by which clients.
    pub dialect: Dialect,
    /// For what.
    pub class: Class,
    /// Points before, in the ladder of all such games of all time.
    pub points_before: i32,
    /// And after.
    pub points_after: i32,
    /// Rating before, likewise.
    pub rating_before: i64,
    /// And after.
    pub rating_after: i64,
    /// The icon it made of them, 0 to 16, among all who had played by then; absent: not a ranked game of Myth II, or from before castes
    /// were kept.
    pub caste: Option<u8>,
}

/// A game whose result stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Played {
    /// Which.
    pub id: GameId,
    /// What its host called it.
    pub name: String,
    /// Its map.
    pub map: String,
    /// The kind of game in words: "Body Count".
    pub kind: String,
    /// Played by which clients.
    pub dialect: Dialect,
    /// For what.
    pub class: Class,
    /// Who hosted it.
    pub host: String,
    /// When its result stood.
    pub at: Millis,
    /// How long it ran, in milliseconds.
    pub played_ms: i64,
    /// Whether those who played reported different things.
    pub disputed: bool,
    /// What those who keep order said of that; absent: nothing. What they voided counts for nothing.
    pub verdict: Option<Verdict>,
    /// Who fared how, the winners first.
    pub players: Vec<Fared>,
}

words! {
    /// How somebody fared in a game.
    Fate {
        /// Won.
        Win = "win",
        /// Came first together with another side.
        Tie = "tie",
        /// Lost.
        Loss = "loss",
        /// Only watched.
        Spectator = "spectator",
        /// Nobody played against anybody.
        Cooperative = "cooperative",
    }
}

/// Somebody in a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fared {
    /// Whose account; absent: a guest, or somebody who is gone.
    pub user: Option<UserId>,
    /// As they were called then.
    pub name: String,
    /// Equal numbers are one team; absent for a spectator.
    pub team: Option<i64>,
    /// 1 for the winners; absent for a spectator.
    pub place: Option<i64>,
    /// How they fared.
    pub fate: Fate,
    /// Left before the end.
    pub dropped: bool,
    /// Enemies killed.
    pub units_killed: i64,
    /// Units lost.
    pub units_lost: i64,
    /// Damage dealt.
    pub damage_given: i64,
    /// Damage suffered.
    pub damage_taken: i64,
}

/// A game with everything that was reported of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GameResult {
    /// The result.
    pub game: Played,
    /// What each reported, the host first.
    pub reports: Vec<Told>,
}

/// A page of games, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedGames {
    /// The games.
    pub games: Vec<Played>,
    /// Those before this one are on the next page; absent on the last.
    pub next: Option<GameId>,
}

/// How two players fared against each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeadToHead {
    /// Games in which they were on different sides.
    pub against: u32,
    /// In which the first came in before the second.
    pub wins: u32,
    /// After.
    pub losses: u32,
    /// Beside.
    pub ties: u32,
    /// Games in which they were on one side.
    pub together: u32,
}

/// A stretch of play with ladders of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Season {
    /// Which.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// When it began.
    pub began_at: Millis,
    /// When it ended; absent while it runs.
    pub ended_at: Option<Millis>,
    /// How many stand in its ladders.
    pub players: u64,
}

/// Begin a season.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Autumn" })))]
#[serde(deny_unknown_fields)]
pub struct NewSeason {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40))]
    pub name: String,
}
