//! Friends and orders of the site, as the lobby has them.

use std::collections::HashSet;

use base::{Actor, Role, UserId};
use futures::future::BoxFuture;
use metaserver::{Brotherhood, Circle, Fellow, OrderCareer, Score, Section};
use orders::Orders;
use people::People;

/// Somebody's company, whenever the lobby asks. A database that is away is no company, and a line in the log.
pub(super) fn read(people: People, orders: Orders, user: UserId) -> BoxFuture<'static, Option<Circle>> {
    Box::pin(async move {
        match circle(&people, &orders, user).await {
            Ok(circle) => Some(circle),
            Err(error) => {
                tracing::warn!(
                    error = &*error as &dyn std::error::Error,
                    "whom somebody keeps company with can't be read"
                );
                None
            }
        }
    })
}

async fn circle(
    people: &People,
    orders: &Orders,
    user: UserId,
) -> Result<Circle, Box<dyn std::error::Error + Send + Sync>> {
    let companions = people.companions(user).await?;
    let Some(roll) = orders.roll_of(user).await? else { return Ok(Circle { companions, order: None }) };
    let seen: HashSet<UserId> = people.seen_by(user, &roll.members).await?;
    let fellow = |member: UserId| Fellow { user: member, shows: seen.contains(&member) };
    let order = Brotherhood { id: roll.id, name: roll.name, fellows: roll.members.into_iter().map(fellow).collect() };
    Ok(Circle { companions, order: Some(order) })
}

/// What an order has done, for the profile of somebody who belongs to it, and how many orders there are.
///
/// Points, place, caste and what is told of all orders together stay empty, as from the server in daily use. How the only one that filled them
/// made an order's points is not known: its evaluator was never published (spec sections 14 and 15). The site's ladder of orders is no
/// answer: it is a mean of points that players have, and beside the games of this block it would be read as what the order made of them.
pub(super) async fn order_career(orders: &Orders, user: UserId) -> Result<(Option<OrderCareer>, u32), orders::Error> {
    use contract::{lobby::Dialect, ranking::Class};

    let Some(roll) = orders.roll_of(user).await? else { return Ok((None, 0)) };
    let (scores, count) = orders.record_of(roll.id).await?;
    let scores = scores
        .into_iter()
        .filter(|score| score.dialect == Dialect::Myth2)
        .map(|score| {
            let section = if score.class == Class::Ranked { Section::Ranked } else { Section::Unranked };
            let figures = Score {
                games: score.games,
                wins: score.wins,
                losses: score.losses,
                ties: score.ties,
                damage_given: score.damage_given,
                damage_taken: score.damage_taken,
                ..Score::default()
            };
            (section, figures)
        })
        .collect();
    Ok((Some(OrderCareer { id: roll.id, name: roll.name, scores }), count))
}

/// A buddy more or less by a classic client: a friend more or less on the site.
pub(super) fn befriend(
    people: People,
    user: UserId,
    role: Role,
    other: UserId,
    add: bool,
) -> BoxFuture<'static, String> {
    Box::pin(async move {
        let actor = super::player(user, role);
        let told = if add { make_friend(&people, &actor, other).await } else { part(&people, &actor, other).await };
        told.unwrap_or_else(|told| told)
    })
}

/// Asks somebody to be friends, in the words of a chat; `Err`: why not.
pub(crate) async fn make_friend(people: &People, actor: &Actor, other: UserId) -> Result<String, String> {
    let before = people.between(actor.user(), other).await.map_err(|error| why(&error))?;
    if before.friends {
        return Err("You are friends already.".to_owned());
    }
    people.ask(actor, other).await.map_err(|error| why(&error))?;
    let after = people.between(actor.user(), other).await.map_err(|error| why(&error))?;
    Ok(if after.friends { "You are friends now." } else { "They are asked, and you are told when they answer." }
        .to_owned())
}

/// Ends a friendship, takes a request back or says no to one, likewise.
pub(crate) async fn part(people: &People, actor: &Actor, other: UserId) -> Result<String, String> {
    match people.part(actor, other).await {
        Ok(()) => Ok("That is over. They are not told.".to_owned()),
        Err(people::Error::NotFound) => Err("They are no friend of yours.".to_owned()),
        Err(error) => Err(why(&error)),
    }
}

fn why(error: &people::Error) -> String {
    match error {
        people::Error::NotFound => "There is nobody like that.",
        people::Error::NotAsking => "They take no requests of friendship.",
        people::Error::Full => "That is more friends than one may have.",
        error => {
            tracing::warn!(error = error as &dyn std::error::Error, "a friendship can't be changed from the lobby");
            "That did not work. Try it again later, or on the site."
        }
    }
    .to_owned()
}
