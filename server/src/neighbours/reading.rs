//! What plugins may look at: the hub as whoever they act for sees it, with no more of people than they were granted.

use accounts::Accounts;
use base::{Action, GameId, Kind, OrderId, RoomId, UserId};
use contract::{
    live::{State, Topic},
    lobby::{self, Dialect, Origin},
    orders::OrderCard,
    ranking::{Board as Which, Class, Order as Sorted, Played},
};
use live::Board;
use orders::Orders;
use orgs::{MemberQuery, Orgs};
use plugin_api::{
    call::Fault,
    manifest::{ReadModel, UsersDetail},
    model,
};
use plugins::Acting;
use ranking::{Ask, Ranking};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::told;

/// So many are looked at together.
const PAGE: u32 = 100;
/// So many pages are turned over for a plugin; further on it goes by `next`.
const MOST_TURNED: u32 = 100;

/// The domains that are looked at.
pub(super) struct Reading {
    pub(super) accounts: Accounts,
    pub(super) orgs: Orgs,
    pub(super) board: Board,
    pub(super) ranking: Ranking,
    pub(super) orders: Orders,
}

/// The page of that number. Those before it are turned over one by one.
macro_rules! turned {
    ($reading:ident.$list:ident, $acting:ident, $filter:ident, $page:ident) => {{
        let mut asked = read($filter)?;
        let mut found = $reading.$list($acting, &asked).await?;
        for _ in 0..$page {
            asked.after = found.next.take();
            if asked.after.is_none() {
                found = Default::default();
                break;
            }
            found = $reading.$list($acting, &asked).await?;
        }
        answer(&found)
    }};
}

impl Reading {
    pub(super) async fn read(
        &self,
        acting: &Acting,
        model: ReadModel,
        filter: Value,
        page: u32,
    ) -> Result<Value, Fault> {
        if page > MOST_TURNED {
            return Err(Fault::invalid("page", "is 100 at most; further on it goes by `next`"));
        }
        match model {
            ReadModel::Members => turned!(self.members, acting, filter, page),
            ReadModel::Rooms => answer(&self.rooms(acting, &read(filter)?, page)?),
            ReadModel::Games => turned!(self.games, acting, filter, page),
            ReadModel::Ladders => turned!(self.ladder, acting, filter, page),
            ReadModel::Orders => turned!(self.orders, acting, filter, page),
            // Their domains are not in this hub.
            ReadModel::Matches
            | ReadModel::Tournaments
            | ReadModel::Brackets
            | ReadModel::Qualifiers
            | ReadModel::Presets => Err(Fault::NotFound),
        }
    }

    /// Members of the organization it acts in.
    async fn members(&self, acting: &Acting, asked: &model::MembersAsked) -> Result<model::Members, Fault> {
        let org = acting.organization.ok_or_else(|| Fault::invalid("model", "is an organization's"))?;
        let query = MemberQuery { after: asked.after.clone().unwrap_or_default(), at_most: PAGE };
        let list = self.orgs.members(&acting.actor, org, &query).await;
        let list = list.map_err(|error| told(error.kind(), &error))?;
        let member = |member: contract::organization::Member| model::Member {
            person: member.who.id.to_string(),
            name: name(acting, member.who.name),
            role: member.role.word().to_owned(),
            joined_at: member.joined_at.0,
        };
        Ok(model::Members { members: list.members.into_iter().map(member).collect(), next: list.next })
    }

    /// The lobby's rooms, as pages show them to everybody.
    fn rooms(&self, acting: &Acting, asked: &model::RoomsAsked, page: u32) -> Result<model::Rooms, Fault> {
        acting.actor.may(Action::ViewLive).map_err(|kind| told(kind, &kind))?;
        let (_, State::Lobby(lobby)) = self.board.state(Topic::Lobby) else { return Err(Fault::NotFound) };
        let only = asked.room.as_deref().map(|room| number(room, "room")).transpose()?.map(RoomId::from);
        let wanted = |room: &lobby::Room| only.is_none_or(|one| one == room.id);
        let rooms: Vec<_> =
            lobby.rooms.into_iter().filter(|room| page == 0 && wanted(room)).map(|one| room(acting, one)).collect();
        if rooms.is_empty() && only.is_some() { Err(Fault::NotFound) } else { Ok(model::Rooms { rooms }) }
    }

    /// Games whose results stand.
    async fn games(&self, acting: &Acting, asked: &model::GamesAsked) -> Result<model::Games, Fault> {
        let (ranking, actor) = (&self.ranking, &acting.actor);
        if let Some(id) = &asked.game {
            let id = GameId::from(number(id, "game")?);
            let found = ranking.game(actor, id).await.map_err(|error| told(error.kind(), &error))?;
            return Ok(model::Games { games: vec![game(acting, found.game)], next: None });
        }
        let before = asked.after.as_deref().map(|after| number(after, "after")).transpose()?.map(GameId::from);
        let found = match (&asked.person, &asked.text) {
            (Some(person), _) => {
                let called = self.called(person).await?;
                ranking.games(actor, Some(&called), before, PAGE).await
            }
            // It would else guess names until one is found.
            (None, Some(_)) if acting.users == UsersDetail::None => return Err(Fault::Forbidden("users".into())),
            (None, text) => ranking.search_games(actor, text.as_deref().unwrap_or_default(), before, PAGE).await,
        };
        let found = found.map_err(|error| told(error.kind(), &error))?;
        let games = found.games.into_iter().map(|one| game(acting, one)).collect();
        Ok(model::Games { games, next: found.next.map(|next| next.to_string()) })
    }

    /// A page of a ladder.
    async fn ladder(&self, acting: &Acting, asked: &model::LaddersAsked) -> Result<model::Ladder, Fault> {
        let board = Which {
            dialect: Dialect::from_word(&asked.clients).ok_or_else(|| wrong("clients"))?,
            class: word(asked.class.as_deref(), "class", Class::Ranked, Class::from_word)?,
            kind: asked.kind,
            team_size: asked.team_size,
            season: asked.season,
        };
        let order = word(asked.order.as_deref(), "order", Sorted::Rating, Sorted::from_word)?;
        let around = match &asked.person {
            Some(person) => Some(self.called(person).await?),
            None => None,
        };
        // Only the first page is somebody's.
        let around = around.as_deref().filter(|_| asked.after.is_none());
        let ask = Ask::top(board, order, PAGE).starting(asked.after.as_deref(), around);
        let found = self.ranking.ladder(&acting.actor, &ask).await.map_err(|error| told(error.kind(), &error))?;
        let rung = |rung: contract::ranking::Rung| model::Rung {
            place: rung.place,
            person: rung.user.to_string(),
            name: name(acting, rung.name),
            games: rung.standing.games,
            wins: rung.standing.wins,
            losses: rung.standing.losses,
            ties: rung.standing.ties,
            points: rung.standing.points,
            rating: rung.standing.rating,
            last_game_at: rung.standing.last_game_at.0,
        };
        Ok(model::Ladder { rungs: found.rungs.into_iter().map(rung).collect(), next: found.next })
    }

    /// Orders of players.
    async fn orders(&self, acting: &Acting, asked: &model::OrdersAsked) -> Result<model::Orders, Fault> {
        if let Some(id) = &asked.order {
            let id = OrderId::from(number(id, "order")?);
            let found = self.orders.order(&acting.actor, id).await;
            let found = found.map_err(|error| told(error.kind(), &error))?;
            let member = |member: contract::orders::OrderMember| model::Member {
                person: member.user.to_string(),
                name: name(acting, member.name),
                role: member.rank.word().to_owned(),
                joined_at: member.since.0,
            };
            let members = found.members.into_iter().map(member).collect();
            let alone = model::Order { members: Some(members), ..order(found.card) };
            return Ok(model::Orders { orders: vec![alone], next: None });
        }
        let text = asked.text.as_deref().unwrap_or_default();
        let found = self.orders.list(&acting.actor, text, asked.after.as_deref(), PAGE).await;
        let found = found.map_err(|error| told(error.kind(), &error))?;
        Ok(model::Orders { orders: found.orders.into_iter().map(order).collect(), next: found.next })
    }

    /// What somebody is called of whom a plugin knows the number.
    async fn called(&self, person: &str) -> Result<String, Fault> {
        let user = UserId::from(number(person, "person")?);
        let names = self.accounts.names(&base::Actor::Job, &[user]).await;
        let mut names = names.map_err(|error| told(error.kind(), &error))?;
        names.remove(&user).ok_or(Fault::NotFound)
    }
}

fn room(acting: &Acting, room: lobby::Room) -> model::Room {
    let player = |player: lobby::Player| model::Player {
        person: player.user.map(|user| user.to_string()),
        name: name(acting, player.name),
        came_by: came_by(player.origin).to_owned(),
        away: player.away,
    };
    let listed = |game: lobby::Game| model::Listed {
        game: game.id.to_string(),
        name: game.name,
        map: game.map,
        kind: game.scoring,
        clients: game.dialect.word().to_owned(),
        host: name(acting, game.host_name),
        players: game.players,
        most_players: game.max_players,
        started_at: game.started_at.map(|at| at.0),
    };
    model::Room {
        room: room.id.to_string(),
        name: room.name,
        capacity: room.capacity,
        players: room.players.into_iter().map(player).collect(),
        games: room.games.into_iter().map(listed).collect(),
    }
}

fn game(acting: &Acting, game: Played) -> model::Game {
    let fared = |one: contract::ranking::Fared| model::Fared {
        person: one.user.map(|user| user.to_string()),
        name: name(acting, one.name),
        team: one.team,
        place: one.place,
        fate: one.fate.word().to_owned(),
        dropped: one.dropped,
    };
    model::Game {
        game: game.id.to_string(),
        name: game.name,
        map: game.map,
        kind: game.kind,
        clients: game.dialect.word().to_owned(),
        class: game.class.word().to_owned(),
        at: game.at.0,
        played_ms: game.played_ms,
        disputed: game.disputed,
        verdict: game.verdict.map(|verdict| verdict.word().to_owned()),
        players: game.players.into_iter().map(fared).collect(),
    }
}

fn order(card: OrderCard) -> model::Order {
    model::Order {
        order: card.id.to_string(),
        name: card.name,
        motto: card.motto,
        admission: card.admission.word().to_owned(),
        size: card.members,
        founded_at: card.founded_at.0,
        members: None,
    }
}

/// Of people a number is seen by every plugin, a name by those that were granted it.
fn name(acting: &Acting, name: String) -> Option<String> {
    (acting.users != UsersDetail::None).then_some(name)
}

const fn came_by(origin: Origin) -> &'static str {
    match origin {
        Origin::Browser => "browser",
        Origin::Myth2 => Dialect::Myth2.word(),
        Origin::AlephOne => Dialect::AlephOne.word(),
    }
}

fn wrong(field: &str) -> Fault {
    Fault::invalid(format!("filter.{field}"), "is not understood")
}

pub(super) fn number(text: &str, field: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_not_a_number| wrong(field))
}

/// One of a closed list, or what is meant where nothing is said.
fn word<T>(said: Option<&str>, field: &str, usual: T, read: fn(&str) -> Option<T>) -> Result<T, Fault> {
    said.map_or(Ok(usual), |said| read(said).ok_or_else(|| wrong(field)))
}

/// The filter; nothing at all is an empty one.
fn read<T: DeserializeOwned + Default>(filter: Value) -> Result<T, Fault> {
    if filter.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(filter).map_err(|error| Fault::invalid("filter", error.to_string()))
}

fn answer(found: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(found).map_err(|error| told(Kind::Internal, &error))
}
