//! What results make of those who play: ladders, records, histories, and games that are over.

use base::{GameId, Millis, UserId};
use serde::{Deserialize, Serialize};

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

/// One ladder: of a season or of all time, of one kind of game or of all, of one size of team or of any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// What one player said of how a game ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Told {
    /// Who said so, as they were called then.
    pub name: String,
    /// Whether they hosted the game.
    pub host: bool,
    /// Whether it is the result.
    pub agrees: bool,
    /// Who won by it.
    pub winners: Vec<String>,
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
