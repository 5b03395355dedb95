//! The lobby's rooms.

use base::{RestraintId, RoomId, UserId};
use contract::{
    api::{Page, Why},
    lobby::{Line, Say},
    room::{
        Everywhere, HeldIn, Kick, LobbyRoom, MutedWords, PlaceRoom, Restrain, RoomModerator, RoomPlayer, RoomRestraint,
        SaveRoom, SlowRoom,
    },
};

use crate::{Onward, operation::operations};

operations! {
    /// Every room that is open, in order.
    GET "/rooms" list_rooms() => Vec<LobbyRoom>;
    /// Opens a room, as the last of the list.
    POST "/rooms" open_room() = SaveRoom => LobbyRoom;
    /// One room.
    GET "/rooms/{room}" room(room: RoomId) => LobbyRoom;
    /// Sets a room up anew, all but its banner.
    PUT "/rooms/{room}" change_room(room: RoomId) = SaveRoom => LobbyRoom;
    /// Closes a room.
    DELETE "/rooms/{room}" close_room(room: RoomId) ? Why => ();
    /// Gives a room another place in the list.
    PUT "/rooms/{room}/position" place_room(room: RoomId) = PlaceRoom => Vec<LobbyRoom>;
    /// The last lines said in a room, the oldest first.
    GET "/rooms/{room}/lines" room_lines(room: RoomId) => Vec<Line>;
    /// Says a line in a room.
    POST "/rooms/{room}/lines" say_in_room(room: RoomId) = Say => ();
    /// Whom nobody hears, and who may not enter, in any room: the newest first.
    GET "/restraints" list_restraints() ? Onward => Page<HeldIn>;
    /// Who is in a room now.
    GET "/rooms/{room}/players" room_players(room: RoomId) => Vec<RoomPlayer>;
    /// Sends somebody out of a room.
    POST "/rooms/{room}/kicks" kick_from_room(room: RoomId) = Kick => ();
    /// Says how fast people may talk in a room.
    PUT "/rooms/{room}/slow" slow_room(room: RoomId) = SlowRoom => ();
    /// Whom nobody hears in a room, and who may not enter it, the newest first.
    GET "/rooms/{room}/restraints" room_restraints(room: RoomId) => Vec<RoomRestraint>;
    /// Gags somebody in a room, or bars them from it.
    POST "/rooms/{room}/restraints" restrain_in_room(room: RoomId) = Restrain => RoomRestraint;
    /// Lets somebody talk or enter again.
    DELETE "/rooms/{room}/restraints/{restraint}" release_in_room(room: RoomId, restraint: RestraintId) ? Why => ();
    /// The words that nobody says in a room.
    GET "/rooms/{room}/words" muted_words(room: RoomId) => MutedWords;
    /// Mutes a word in a room, or in all.
    PUT "/rooms/{room}/words/{word}" mute_word(room: RoomId, word: &str) ? Everywhere => MutedWords;
    /// Lets a word be said again.
    DELETE "/rooms/{room}/words/{word}" unmute_word(room: RoomId, word: &str) ? Everywhere => MutedWords;
    /// Who keeps order in a room, beside the hub's moderators.
    GET "/rooms/{room}/moderators" room_moderators(room: RoomId) => Vec<RoomModerator>;
    /// Has somebody keep order in a room.
    PUT "/rooms/{room}/moderators/{user}" name_room_moderator(room: RoomId, user: UserId) => Vec<RoomModerator>;
    /// Has somebody keep order in a room no more.
    DELETE "/rooms/{room}/moderators/{user}" dismiss_room_moderator(room: RoomId, user: UserId) => Vec<RoomModerator>;
}
