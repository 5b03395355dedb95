//! Who watches the lobby from outside: the live page, by way of the server.

use contract::lobby::Change;

/// Is told each step of the lobby, in order for each room.
pub trait Audience: Send + Sync + 'static {
    /// A room, a player, a game or a line: something is new. Called from the room's own task, so it must not wait for anything.
    fn lobby_changed(&self, change: Change);
}
