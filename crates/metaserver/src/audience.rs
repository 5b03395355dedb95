//! Who watches the lobby from outside: the live page, by way of the server.

use base::RoomId;
use contract::lobby::{Change, Line};

/// Is told each step of the lobby, in order for each room.
pub trait Audience: Send + Sync + 'static {
    /// A room, a player, a game or a line: something is new. Called from the room's own task, so it must not wait for anything.
    fn lobby_changed(&self, change: Change);

    /// What was said last in a room that opens here, the oldest first, as far as it is shown still: another node may have run it until now.
    fn last_lines(&self, _room: RoomId) -> Vec<Line> {
        Vec::new()
    }
}
