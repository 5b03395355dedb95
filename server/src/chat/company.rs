//! Friends and orders from within a room. Each calls one method of one service, which decides.

use base::UserId;
use commands::{Given, Refusal, Reply};
use contract::{
    live::{State, Topic},
    lobby::Room,
    orders::Rank,
    people::Bond,
};

use super::own::{Ground, refused};
use crate::lobby::{make_friend, part};

/// Names in one line, at most.
const MOST_NAMED: usize = 12;

/// Asks somebody to be friends, or says yes to them.
pub(super) async fn friend(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let who = given.options.person("who").ok_or_else(|| Refusal::Missing("who".into()))?;
    make_friend(&ground.people, &given.caller.actor, who).await.map(Reply::quietly).map_err(Refusal::Told)
}

/// Ends a friendship, takes a request back, or says no to one.
pub(super) async fn unfriend(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let who = given.options.person("who").ok_or_else(|| Refusal::Missing("who".into()))?;
    part(&ground.people, &given.caller.actor, who).await.map(Reply::quietly).map_err(Refusal::Told)
}

/// Which friends are in the lobby and where, and who asks.
pub(super) async fn friends(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let user = caller(&given)?;
    let companions = ground.people.companions(user).await.map_err(|error| refused(error.kind(), &error))?;
    let rooms = rooms(&ground)?;
    let friends: Vec<_> = companions.iter().filter(|one| one.bond == Bond::Friend).collect();
    let here: Vec<String> = friends
        .iter()
        .filter(|friend| friend.shows)
        .filter_map(|friend| Some(format!("{} ({})", friend.name, room_of(&rooms, friend.user)?)))
        .take(MOST_NAMED)
        .collect();
    let asking: Vec<&str> = companions
        .iter()
        .filter(|one| one.bond == Bond::Asking)
        .map(|one| one.name.as_str())
        .take(MOST_NAMED)
        .collect();
    let mut lines = vec![if here.is_empty() {
        format!("None of your {} friends is in the lobby.", friends.len())
    } else {
        format!("In the lobby: {}.", here.join(", "))
    }];
    if !asking.is_empty() {
        lines.push(format!("Would like to be your friend: {}.", asking.join(", ")));
    }
    Ok(Reply::quietly(lines.join("\n")))
}

/// One's order, and who of it is in the lobby.
pub(super) async fn order(ground: Ground, given: Given) -> Result<Reply, Refusal> {
    let (user, actor) = (caller(&given)?, &given.caller.actor);
    let card = ground.orders.of(actor, user).await.map_err(|error| refused(error.kind(), &error))?;
    let Some(card) = card else { return Ok(Reply::quietly("You belong to no order.")) };
    let order = ground.orders.order(actor, card.id).await.map_err(|error| refused(error.kind(), &error))?;
    let members: Vec<UserId> = order.members.iter().map(|member| member.user).collect();
    let seen = ground.people.seen_by(user, &members).await.map_err(|error| refused(error.kind(), &error))?;
    let rooms = rooms(&ground)?;
    let here: Vec<String> = order
        .members
        .iter()
        .filter(|member| seen.contains(&member.user))
        .filter_map(|member| Some(format!("{} ({})", member.name, room_of(&rooms, member.user)?)))
        .take(MOST_NAMED)
        .collect();
    let leader =
        order.members.iter().find(|member| member.rank == Rank::Leader).map_or("nobody", |one| one.name.as_str());
    let mut lines = vec![format!("{}, led by {leader}: {} members.", order.card.name, order.card.members)];
    if !here.is_empty() {
        lines.push(format!("In the lobby: {}.", here.join(", ")));
    }
    Ok(Reply::quietly(lines.join("\n")))
}

/// A guest keeps no company.
fn caller(given: &Given) -> Result<UserId, Refusal> {
    given.caller.actor.user().ok_or(Refusal::NotFound)
}

fn rooms(ground: &Ground) -> Result<Vec<Room>, Refusal> {
    let (_, State::Lobby(lobby)) = ground.board.state(Topic::Lobby) else { return Err(Refusal::Failed) };
    Ok(lobby.rooms)
}

fn room_of(rooms: &[Room], user: UserId) -> Option<&str> {
    let room = rooms.iter().find(|room| room.players.iter().any(|player| player.user == Some(user)))?;
    Some(&room.name)
}
