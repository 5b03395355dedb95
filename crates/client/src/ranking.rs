//! What was played, and what it makes of people.

use base::GameId;
use contract::{
    api::Page,
    lobby::Dialect,
    ranking::{
        Choices, Class, Dispute, GameResult, HeadToHead, Judge, NewSeason, Order, Period, Played, PlayerRecord, Rung,
        Season, Shares, Step,
    },
};
use serde::Serialize;

use crate::{Onward, operation::operations};

/// Which ladder; what is absent is Myth II, ranked, by rating, all kinds, any size, of all time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LadderQuery {
    /// Played by which clients.
    pub dialect: Option<Dialect>,
    /// For what.
    pub class: Option<Class>,
    /// Sorted by what.
    pub order: Option<Order>,
    /// The kind of game, as its clients number it.
    pub kind: Option<u16>,
    /// Players in the largest team.
    pub team_size: Option<u16>,
    /// Which season.
    pub season: Option<i64>,
    /// Only those who have played within that time.
    pub active: Option<Period>,
    /// The page this player is on.
    pub around: Option<String>,
    /// Which part of them.
    #[serde(flatten)]
    pub part: Onward,
}

/// Which games.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GameQuery {
    /// Part of the name of the game, its map or one of its players.
    pub text: Option<String>,
    /// Which part of them, 100 at most.
    #[serde(flatten)]
    pub part: Onward,
}

/// Of which ladders to say which there are; what is absent is Myth II, ranked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChoicesQuery {
    /// Played by which clients.
    pub dialect: Option<Dialect>,
    /// For what the games were played.
    pub class: Option<Class>,
}

/// Which disputed games.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DisputeQuery {
    /// Those that were judged; else those that wait to be.
    pub judged: bool,
    /// Which part of them, 50 at most.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// A ladder, from the top.
    GET "/ladders" ladder() ? LadderQuery => Page<Rung>;
    /// The kinds of game and the sizes of team that have ladders.
    GET "/ladders/choices" ladder_choices() ? ChoicesQuery => Choices;
    /// Games whose players reported different results, the newest first.
    GET "/disputes" list_disputes() ? DisputeQuery => Page<Dispute>;
    /// One of them, with each report beside the result.
    GET "/disputes/{game}" dispute(game: GameId) => Dispute;
    /// Confirms a result, overturns it to another report, or voids it.
    PUT "/disputes/{game}/judgement" judge_dispute(game: GameId) = Judge => ();
    /// Games whose results stand, the newest first.
    GET "/games" list_games() ? GameQuery => Page<Played>;
    /// One game, with what each of its players reported.
    GET "/games/{game}" game(game: GameId) => GameResult;
    /// Everything somebody has made of their games.
    GET "/players/{name}" player(name: &str) => PlayerRecord;
    /// Somebody's games, the newest first.
    GET "/players/{name}/games" list_games_of(name: &str) ? Onward => Page<Played>;
    /// What somebody's last games did to them, the newest first.
    GET "/players/{name}/history" player_history(name: &str) => Vec<Step>;
    /// What somebody has made of each map and of each type of game.
    GET "/players/{name}/shares" player_shares(name: &str) => Shares;
    /// How two players fared against each other.
    GET "/players/{name}/against/{other}" compare_players(name: &str, other: &str) => HeadToHead;
    /// All seasons, the newest first.
    GET "/seasons" list_seasons() => Vec<Season>;
    /// Begins a season; the one that runs ends with it.
    POST "/seasons" begin_season() = NewSeason => Season;
    /// Ends the season that runs.
    DELETE "/seasons/running" end_season() => ();
}
