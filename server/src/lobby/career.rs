//! What somebody has done, handed from the ranking to the lobby.

use base::{Actor, Role, UserId};
use contract::ranking::{Board, Class};
use futures::future::BoxFuture;
use metaserver::{Career, Field, OrderCareer, Score, Section};
use orders::Orders;
use ranking::{Ranking, Stands};

/// For a client that asks. A database that is away is no profile, and a line in the log.
pub(super) fn read(ranking: Ranking, orders: Orders, user: UserId) -> BoxFuture<'static, Option<Career>> {
    Box::pin(async move {
        let order = super::company::order_career(&orders, user).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "what a player's order has done can't be read");
            (None, 0)
        });
        match ranking.career(&Actor::Job, user).await {
            Ok(career) => career.map(|career| handed(career, order)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "what a player has done can't be read");
                None
            }
        }
    })
}

fn handed(career: ranking::Career, (order, orders): (Option<OrderCareer>, u32)) -> Career {
    Career {
        order,
        orders,
        administrator: career.role >= Role::Admin,
        scores: career.stands.iter().filter_map(|stands| Some((section(&stands.on.board)?, score(stands)))).collect(),
        field: career.field.iter().filter_map(|field| Some((section(&field.board)?, all(field)))).collect(),
        placed: u32::try_from(career.placed).unwrap_or(u32::MAX),
        name: career.name,
        ..Career::default()
    }
}

/// The client has no place for unranked games of one kind.
const fn section(board: &Board) -> Option<Section> {
    match (board.class, board.kind) {
        (Class::Unranked, None) => Some(Section::Unranked),
        (Class::Ranked, None) => Some(Section::Ranked),
        (Class::Ranked, Some(kind)) => Some(Section::Kind(kind)),
        (Class::Unranked, Some(_)) => None,
    }
}

fn score(stands: &Stands) -> Score {
    let standing = &stands.on.standing;
    Score {
        games: standing.games,
        wins: standing.wins,
        losses: standing.losses,
        ties: standing.ties,
        dropped: standing.dropped,
        damage_given: standing.damage_given,
        damage_taken: standing.damage_taken,
        points: standing.points,
        most_points: standing.most_points,
        caste: stands.caste,
        place: stands.place.and_then(|place| u32::try_from(place).ok()).unwrap_or_default(),
    }
}

fn all(field: &ranking::Field) -> Field {
    Field {
        top: field.top.clone(),
        points: field.points,
        games: field.games,
        wins: field.wins,
        damage_given: field.damage_given,
        damage_taken: field.damage_taken,
    }
}
