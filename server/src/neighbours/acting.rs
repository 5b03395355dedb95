//! What plugins do: the whole list of it, each act by the one method of the service that decides whether they may.

use base::RoomId;
use contract::room::{Restrain, RestraintKind};
use metaserver::{Error, Meant, Rooms};
use plugin_api::{
    act::{Act, InRoom},
    call::Fault,
};
use plugins::Acting;
use serde_json::Value;

use super::{reading::number, told};

/// Does something in a room. Who it was is not said: a plugin may know people by their numbers alone.
pub(super) async fn act(rooms: &Rooms, acting: &Acting, act: Act, input: InRoom) -> Result<Value, Fault> {
    let (actor, room) = (&acting.actor, RoomId::from(number(&input.room, "room")?));
    let meant = match &input.person {
        Some(person) => Meant::Account(number(person, "person")?.into()),
        None => Meant::Typed(input.player.as_deref().unwrap_or_default()),
    };
    let done = match act {
        Act::RoomKick => rooms.kick(actor, room, meant, &input.reason).await.map(drop),
        Act::RoomGag => {
            let form = Restrain {
                kind: RestraintKind::Gag,
                player: String::new(),
                minutes: input.minutes,
                reason: input.reason.clone(),
            };
            rooms.hold(actor, room, meant, &form).await.map(drop)
        }
        Act::RoomUngag => rooms.release_named(actor, room, RestraintKind::Gag, meant).await.map(drop),
    };
    done.map(|()| Value::Null).map_err(|error| match error {
        Error::NoSuchPlayer => Fault::invalid("player", "is nobody here"),
        Error::Fields(_) => Fault::invalid("input", "is not understood"),
        other => told(other.kind(), &other),
    })
}
