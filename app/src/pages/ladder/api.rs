//! The server functions of ladders and games: each names who asks, calls one service method, and tells the answer.

use contract::{
    film::{Film, FilmPage},
    orders::OrderCard,
    ranking::{
        Board, Choices, GameResult, HeadToHead, Ladder, Order, Period, Played, PlayedGames, PlayerRecord, Season,
        Shares, Spread, Step,
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A page of a ladder, with what can be chosen.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standings {
    /// The page.
    pub ladder: Ladder,
    /// How all who stand in it are spread over it.
    pub spread: Spread,
    /// Which ladder it is of.
    pub board: Board,
    /// Sorted by what.
    pub order: Order,
    /// Of those who have played within that time.
    pub active: Option<Period>,
    /// The kinds of game and sizes of team there are.
    pub choices: Choices,
    /// The seasons there are.
    pub seasons: Vec<Season>,
    /// Whose place was asked for.
    pub sought: String,
    /// Nobody of that name stands in it.
    pub missing: bool,
}

/// What somebody has played.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// Their standings.
    pub record: PlayerRecord,
    /// The order they belong to.
    pub order: Option<OrderCard>,
    /// What their last games did to them, the newest first.
    pub history: Vec<Step>,
    /// What they have made of maps and of kinds of game.
    pub shares: Shares,
    /// Against whom they are compared, and how it stands; without figures where there is no such player.
    pub met: Option<(String, Option<HeadToHead>)>,
    /// A page of their games.
    pub games: PlayedGames,
}

/// A ladder. What is said of it that means nothing is as if it had not been said.
#[server(endpoint = "ladder")]
pub async fn read_ladder(
    #[server(default)] dialect: String,
    #[server(default)] class: String,
    #[server(default)] order: String,
    #[server(default)] kind: String,
    #[server(default)] size: String,
    #[server(default)] season: String,
    #[server(default)] active: String,
    #[server(default)] around: String,
    #[server(default)] after: String,
) -> Result<Standings, AppError> {
    use contract::{lobby::Dialect, ranking::Class};
    use ranking::Ask;

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let board = Board {
        dialect: Dialect::from_word(&dialect).unwrap_or(Dialect::Myth2),
        class: Class::from_word(&class).unwrap_or(Class::Ranked),
        kind: kind.parse().ok(),
        team_size: size.parse().ok(),
        season: season.parse().ok(),
    };
    let (order, active) = (Order::from_word(&order).unwrap_or(Order::Rating), Period::from_word(&active));
    let top = Ask { active, ..Ask::top(board, order, 50) };
    let found = services.ranking.ladder(&actor, &top.starting(Some(&after), Some(&around))).await;
    let missing = found.as_ref().is_err_and(|error| error.kind() == base::Kind::NotFound);
    let ladder = if missing { services.ranking.ladder(&actor, &top).await } else { found }.map_err(context::told)?;
    let spread = services.ranking.spread(&actor, &board, order, active).await.map_err(context::told)?;
    let choices = services.ranking.choices(&actor, board.dialect, board.class).await.map_err(context::told)?;
    let seasons = services.ranking.seasons(&actor).await.map_err(context::told)?;
    Ok(Standings { ladder, spread, board, order, active, choices, seasons, sought: around, missing })
}

/// What somebody has played, and how they fared against somebody else where that is asked.
#[server(endpoint = "player")]
pub async fn read_player(
    name: String,
    #[server(default)] before: String,
    #[server(default)] against: String,
) -> Result<Player, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let ranking = &services.ranking;
    let before = before.parse::<i64>().ok().map(Into::into);
    let record = ranking.player(&actor, &name).await.map_err(context::told)?;
    let order = services.orders.of(&actor, record.user).await;
    let order = order.map_err(context::told)?;
    let history = ranking.history(&actor, &name, 100).await.map_err(context::told)?;
    let shares = ranking.shares(&actor, &name).await.map_err(context::told)?;
    let met = if against.trim().is_empty() {
        None
    } else {
        match ranking.head_to_head(&actor, &name, &against).await {
            Ok(figures) => Some((against, Some(figures))),
            Err(error) if error.kind() == base::Kind::NotFound => Some((against, None)),
            Err(error) => return Err(context::told(error)),
        }
    };
    let games = ranking.games(&actor, Some(&name), before, 20).await.map_err(context::told)?;
    Ok(Player { record, order, history, shares, met, games })
}

/// A game that is over, as its page shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// With what each of its players reported.
    pub result: GameResult,
    /// Its film.
    pub film: Option<Film>,
}

/// A game that is over.
#[server(endpoint = "game_result")]
pub async fn read_game(game: i64) -> Result<Shown, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let result = services.ranking.game(&actor, game.into()).await.map_err(context::told)?;
    let film = match services.films.find(&actor, game.into()).await {
        Ok(film) => Some(film),
        Err(error) if error.kind() == base::Kind::NotFound => None,
        Err(error) => return Err(context::told(error)),
    };
    Ok(Shown { result, film })
}

/// A page of games that are over; those with something in their names.
#[server(endpoint = "games")]
pub async fn read_games(
    #[server(default)] text: String,
    #[server(default)] before: String,
) -> Result<PlayedGames, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let before = before.parse::<i64>().ok().map(Into::into);
    services.ranking.search_games(&actor, &text, before, 50).await.map_err(context::told)
}

/// A film, with the game that it is of.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmedGame {
    /// The film.
    pub film: Film,
    /// Of what.
    pub game: Played,
}

/// The film of a game that is over.
#[server(endpoint = "film")]
pub async fn read_film(game: i64) -> Result<FilmedGame, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let film = services.films.find(&actor, game.into()).await.map_err(context::told)?;
    let result = services.ranking.game(&actor, game.into()).await.map_err(context::told)?;
    Ok(FilmedGame { film, game: result.game })
}

/// A page of films; those of games with something in their names.
#[server(endpoint = "films")]
pub async fn read_films(
    #[server(default)] text: String,
    #[server(default)] before: String,
) -> Result<FilmPage, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let before = before.parse::<i64>().ok().map(Into::into);
    let page = services.films.list(&actor, &text, before, 50).await;
    page.map_err(context::told)
}
