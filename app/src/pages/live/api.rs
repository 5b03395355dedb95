//! The server functions of the lobby's rooms: each names who asks, calls one service method, and tells the answer.

use base::{GameId, Millis};
use contract::{
    lobby::Aside,
    room::{Hold, RoomStanding},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A result, as a ticker tells it: not more, for this travels with the home page's own code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lately {
    /// Which game.
    pub id: GameId,
    /// What its host called it.
    pub name: String,
    /// Where it was played.
    pub map: String,
    /// Who won, with commas between; empty where nobody did.
    pub winners: String,
    /// When it ended.
    pub at: Millis,
}

/// A room, as far as it is not live, and what the reader is to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRead {
    /// What they are to it; `None`: it is not open.
    pub standing: Option<RoomStanding>,
    /// Nobody in the whole hub hears them.
    pub mute: Option<Hold>,
    /// Whether they mute others in the whole hub.
    pub moderates: bool,
    /// What they alone were told there lately.
    pub asides: Vec<Aside>,
    /// Where classic clients log on.
    pub address: String,
}

impl RoomRead {
    /// Whether anything keeps the reader from talking there.
    pub(super) fn holds(&self) -> bool {
        let here = self.standing.as_ref().is_some_and(|standing| standing.gag.is_some() || standing.bar.is_some());
        here || self.mute.is_some()
    }
}

/// What the reader is to a room.
#[server(endpoint = "room")]
pub async fn read_room(room: i64) -> Result<RoomRead, AppError> {
    use base::Action;
    use contract::moderation::SanctionKind;

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let standing = services.rooms.standing(&actor, room.into()).await.map_err(context::told)?;
    let sanctions = match actor.user() {
        Some(_) => services.moderation.my_sanctions(&actor).await.map_err(context::told)?,
        None => Vec::new(),
    };
    let mute = sanctions.into_iter().find(|one| one.holds && one.kind == SanctionKind::Mute);
    Ok(RoomRead {
        standing,
        mute: mute.map(|mute| Hold { reason: mute.reason, until: mute.until }),
        moderates: actor.may(Action::Moderate).is_ok(),
        asides: services.reception.asides(&actor, room.into()).await,
        address: (services.metaserver_address)(),
    })
}

/// Says a line in a room: to everybody, or to the player of that number alone.
#[server(endpoint = "say_in_room")]
pub async fn say_in_room(room: i64, text: String, #[server(default)] to: String) -> Result<(), AppError> {
    use crate::context;
    use contract::{Field, lobby::Say};

    let say = Say { to: to.parse().ok(), text: text.clone() };
    let said = context::services().reception.say(&context::visitor().actor, room.into(), &say).await;
    said.map_err(|why| context::told(why).keeping([(Field::Text, text), (Field::Player, to)]))
}

/// Does something about a player in a room: for those who keep order there.
#[server(endpoint = "keep_room_order")]
pub async fn keep_room_order(
    room: i64,
    player: String,
    act: String,
    #[server(default)] duration: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    use contract::{
        Code, Field, FieldProblem, Problem,
        room::{Restrain, RestraintKind},
    };

    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let wrong = |field, code| context::refused(Problem::invalid(vec![FieldProblem { field, code }]));
    let minutes = match duration.trim() {
        "" => None,
        typed => Some(typed.parse::<u32>().map_err(|_| wrong(Field::Duration, Code::NotANumber))?),
    };
    let rooms = &services.rooms;
    let done = match act.as_str() {
        "kick" => rooms.kick(&actor, room.into(), &player, &reason).await.map(drop),
        "mute" => {
            let name = rooms.name_of(&actor, room.into(), &player).await.map_err(context::told)?;
            return mute(&name, minutes, &reason).await;
        }
        act => {
            let kind = RestraintKind::from_word(act).ok_or_else(|| wrong(Field::Kind, Code::NotAChoice))?;
            rooms.restrain(&actor, room.into(), &Restrain { kind, player, minutes, reason }).await.map(drop)
        }
    };
    done.map_err(context::told)
}

/// What holds in the whole hub is moderation's, with its notice and its appeal.
#[cfg(feature = "ssr")]
async fn mute(name: &str, minutes: Option<u32>, reason: &str) -> Result<(), AppError> {
    use std::time::Duration;

    use contract::moderation::SanctionKind;
    use moderation::Measure;

    use crate::context;

    let span = minutes.map(|minutes| Duration::from_mins(minutes.into()));
    let measure = Measure { kind: SanctionKind::Mute, span };
    let moderation = &context::services().moderation;
    let done = moderation.sanction_named(&context::visitor().actor, name, measure, reason).await;
    done.map(drop).map_err(context::told)
}

/// The latest results.
#[server(endpoint = "latest_results")]
pub async fn read_latest_results() -> Result<Vec<Lately>, AppError> {
    use crate::context;

    use contract::ranking::{Fate, Played};

    /// As many as a ticker shows.
    const MOST: u32 = 4;

    let read = context::services().ranking.games(&context::visitor().actor, None, None, MOST).await;
    let lately = |game: Played| {
        let winners = game.players.iter().filter(|one| one.fate == Fate::Win).map(|one| one.name.as_str());
        Lately {
            id: game.id,
            winners: winners.collect::<Vec<_>>().join(", "),
            name: game.name,
            map: game.map,
            at: game.at,
        }
    };
    read.map(|read| read.games.into_iter().map(lately).collect()).map_err(context::told)
}
