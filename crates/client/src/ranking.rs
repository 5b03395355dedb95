//! What was played, and what it makes of people.

use base::GameId;
use contract::{
    api::Page,
    lobby::Dialect,
    ranking::{Class, GameResult, HeadToHead, NewSeason, Order, Played, PlayerRecord, Rung, Season, Step},
};
use serde::Serialize;

use crate::operation::operations;

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
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The most to give, 200 at most.
    pub limit: Option<u32>,
}

/// A place in a list of games.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlayedQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// The most to give, 100 at most.
    pub limit: Option<u32>,
}

operations! {
    /// A ladder, from the top.
    GET "/ladders" ladder() ? LadderQuery => Page<Rung>;
    /// Games whose results stand, the newest first.
    GET "/games" list_games() ? PlayedQuery => Page<Played>;
    /// One game, with what each of its players reported.
    GET "/games/{game}" game(game: GameId) => GameResult;
    /// Everything somebody has made of their games.
    GET "/players/{name}" player(name: &str) => PlayerRecord;
    /// Somebody's games, the newest first.
    GET "/players/{name}/games" list_games_of(name: &str) ? PlayedQuery => Page<Played>;
    /// What somebody's last games did to them, the newest first.
    GET "/players/{name}/history" player_history(name: &str) => Vec<Step>;
    /// How two players fared against each other.
    GET "/players/{name}/against/{other}" compare_players(name: &str, other: &str) => HeadToHead;
    /// All seasons, the newest first.
    GET "/seasons" list_seasons() => Vec<Season>;
    /// Begins a season; the one that runs ends with it.
    POST "/seasons" begin_season() = NewSeason => Season;
    /// Ends the season that runs.
    DELETE "/seasons/running" end_season() => ();
}
