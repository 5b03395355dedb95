//! The server functions of the order that is kept in rooms.

use contract::room::{HeldIn, LobbyRoom, MutedWords, RoomPlayer, RoomRestraint};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// One room and the order in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomOrder {
    /// How it is set up.
    pub room: LobbyRoom,
    /// Who is in it now.
    pub players: Vec<RoomPlayer>,
    /// Whom nobody hears in it, and who may not enter.
    pub restraints: Vec<RoomRestraint>,
    /// What nobody says in it.
    pub words: MutedWords,
}

/// A page of what is done about people in any room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPage {
    /// The newest first.
    pub held: Vec<HeldIn>,
    /// After which the next page begins.
    pub next: Option<i64>,
}

/// One room and the order in it.
#[server(endpoint = "admin_room_order")]
pub async fn read_room_order(room: i64) -> Result<RoomOrder, AppError> {
    use crate::context;

    let (services, actor, room) = (context::services(), context::visitor().actor, room.into());
    let rooms = &services.rooms;
    Ok(RoomOrder {
        room: rooms.find(&actor, room).await.map_err(context::told)?,
        players: rooms.players(&actor, room).await.map_err(context::told)?,
        restraints: rooms.restraints(&actor, room).await.map_err(context::told)?,
        words: rooms.words(&actor, room).await.map_err(context::told)?,
    })
}

/// What is done about people in any room, the newest first.
#[server(endpoint = "admin_restraints")]
pub async fn read_restraints(#[server(default)] after: String) -> Result<HeldPage, AppError> {
    use crate::context;

    let before = after.parse::<i64>().ok().map(Into::into);
    let found = context::services().rooms.all_restraints(&context::visitor().actor, before, 50).await;
    let (held, next) = found.map_err(context::told)?;
    Ok(HeldPage { held, next: next.map(base::RestraintId::get) })
}

/// Lets somebody talk or enter again.
#[server(endpoint = "admin_release_in_room")]
pub async fn release_in_room(room: i64, restraint: i64, #[server(default)] reason: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let actor = context::visitor().actor;
    let done = context::services().rooms.release(&actor, room.into(), restraint.into(), &reason).await;
    done.map_err(|error| context::told(error).keeping([(Field::Reason, reason)]))
}

/// Mutes a word in a room, or in all.
#[server(endpoint = "admin_mute_word")]
pub async fn mute_word(
    room: i64,
    #[server(default)] word: String,
    #[server(default)] everywhere: Option<String>,
) -> Result<(), AppError> {
    use contract::{Field, room::MuteWord};

    use crate::context;

    let form = MuteWord { word: word.clone(), everywhere: everywhere.is_some() };
    let done = context::services().rooms.mute_word(&context::visitor().actor, room.into(), &form).await;
    done.map(drop).map_err(|error| context::told(error).keeping([(Field::Word, word)]))
}

/// Lets a word be said again.
#[server(endpoint = "admin_unmute_word")]
pub async fn unmute_word(
    room: i64,
    #[server(default)] word: String,
    #[server(default)] everywhere: Option<String>,
) -> Result<(), AppError> {
    use contract::room::MuteWord;

    use crate::context;

    let form = MuteWord { word, everywhere: everywhere.is_some() };
    let done = context::services().rooms.unmute_word(&context::visitor().actor, room.into(), &form).await;
    done.map(drop).map_err(context::told)
}

/// Says how fast people may talk in a room.
#[server(endpoint = "admin_slow_room")]
pub async fn slow_room(room: i64, #[server(default)] slow_secs: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let secs = match slow_secs.trim() {
        "" => 0,
        typed => typed.parse().unwrap_or(u16::MAX),
    };
    let done = context::services().rooms.slow(&context::visitor().actor, room.into(), secs).await;
    done.map_err(|error| context::told(error).keeping([(Field::SlowSecs, slow_secs)]))
}
