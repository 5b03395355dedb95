//! The server functions of ladders and games: each names who asks, calls one service method, and tells the answer.

use contract::ranking::{Board, GameResult, Ladder, Order, PlayedGames, PlayerRecord, Season, Step};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

#[cfg(feature = "ssr")]
fn told(error: ranking::Error) -> AppError {
    crate::context::tell(error.problem(), &error)
}

/// A page of a ladder, with what can be chosen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standings {
    /// The page.
    pub ladder: Ladder,
    /// Which ladder it is of.
    pub board: Board,
    /// Sorted by what.
    pub order: Order,
    /// The seasons there are.
    pub seasons: Vec<Season>,
}

/// What somebody has played.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// Their standings.
    pub record: PlayerRecord,
    /// What their last games did to them, the newest first.
    pub history: Vec<Step>,
    /// A page of their games.
    pub games: PlayedGames,
}

/// A ladder. What is said of it that means nothing is as if it had not been said.
#[server(endpoint = "ladder")]
pub async fn read_ladder(
    #[server(default)] dialect: String,
    #[server(default)] class: String,
    #[server(default)] order: String,
    #[server(default)] season: String,
    #[server(default)] after: String,
) -> Result<Standings, AppError> {
    use contract::{lobby::Dialect, ranking::Class};

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let board = Board {
        class: Class::from_word(&class).unwrap_or(Class::Ranked),
        season: season.parse().ok(),
        ..Board::ranked(Dialect::from_word(&dialect).unwrap_or(Dialect::Myth2))
    };
    let order = Order::from_word(&order).unwrap_or(Order::Rating);
    let after = Some(after.as_str()).filter(|after| !after.is_empty());
    let ladder = services.ranking.ladder(&actor, &board, order, after, 50).await.map_err(told)?;
    let seasons = services.ranking.seasons(&actor).await.map_err(told)?;
    Ok(Standings { ladder, board, order, seasons })
}

/// What somebody has played.
#[server(endpoint = "player")]
pub async fn read_player(name: String, #[server(default)] before: String) -> Result<Player, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let before = before.parse::<i64>().ok().map(Into::into);
    let record = services.ranking.player(&actor, &name).await.map_err(told)?;
    let history = services.ranking.history(&actor, &name, 100).await.map_err(told)?;
    let games = services.ranking.games(&actor, Some(&name), before, 20).await.map_err(told)?;
    Ok(Player { record, history, games })
}

/// A game that is over, with what each of its players reported.
#[server(endpoint = "game_result")]
pub async fn read_game(game: i64) -> Result<GameResult, AppError> {
    use crate::context;

    let actor = context::visitor().actor;
    context::services().ranking.game(&actor, game.into()).await.map_err(told)
}
