//! Changes of note in a sentence each, for those who listen to the page instead of looking at it.

use contract::lobby::{Change, Lobby};

use crate::texts::news as say;

/// What to say of a change to `before`; nothing for what is not worth interrupting for.
pub(super) fn of(before: &Lobby, change: &Change) -> Option<String> {
    let room = |id| before.rooms.iter().find(|room| room.id == id);
    match change {
        Change::Player { room: id, player } => {
            let room = room(*id)?;
            let is_new = room.players.iter().all(|known| known.number != player.number);
            is_new.then(|| say::came(&player.name, &room.name))
        }
        Change::PlayerLeft { room: id, number } => {
            let room = room(*id)?;
            let player = room.players.iter().find(|player| player.number == *number)?;
            Some(say::left(&player.name, &room.name))
        }
        Change::Game { room: id, game } => {
            let is_new = room(*id)?.games.iter().all(|known| known.id != game.id);
            is_new.then(|| say::game(&game.host_name, &game.name))
        }
        Change::Said { line, .. } => Some(say::said(&line.name, &line.text)),
        Change::RoomOpened { .. }
        | Change::RoomClosed { .. }
        | Change::RoomsArranged { .. }
        | Change::GameGone { .. } => None,
    }
}
