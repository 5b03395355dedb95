//! Players, rooms and chat lines from a vector's fields.

use super::Check;
use super::fields::Fields;
use crate::packet::chat::{Chat, Whisper};
use crate::packet::player::{PlayerData, PlayerEntry, Verb};
use crate::packet::room_list::RoomEntry;
use crate::packet::social::LocatedPlayer;

/// Both dialects' names of the player data block's fields.
pub(super) fn player_data(fields: &Fields<'_>, data: &mut PlayerData) -> Check {
    player_data_within(fields, data)?;
    fields.set("order", &mut data.order)?;
    fields.finish()
}

/// Those fields an entry's object may hold beside the aux block's.
fn player_data_within(fields: &Fields<'_>, data: &mut PlayerData) -> Check {
    fields.set_any(&["coat_of_arms", "icon"], &mut data.icon)?;
    fields.set_any(&["caste", "unused"], &mut data.caste)?;
    fields.set_any(&["state", "away"], &mut data.state)?;
    fields.set_any(&["primary_color", "color"], &mut data.primary)?;
    fields.set_any(&["secondary_color", "team_color"], &mut data.secondary)?;
    fields.set_any(&["game_version", "client_version"], &mut data.version)?;
    fields.set("build_number", &mut data.build)?;
    fields.set("name", &mut data.name)?;
    fields.set("team_name", &mut data.team_name)
}

/// The block in its own object, if it is there.
pub(super) fn player_data_object(fields: &Fields<'_>, data: &mut PlayerData) -> Check {
    match fields.object("player_data")? {
        Some(object) => player_data(&object, data),
        None => Ok(()),
    }
}

/// An entry: aux block and data block in objects of their own (Myth II), or all in one.
pub(super) fn player_entry(fields: &Fields<'_>, entry: &mut PlayerEntry) -> Check {
    player_entry_within(fields, entry)?;
    fields.finish()
}

fn player_entry_within(fields: &Fields<'_>, entry: &mut PlayerEntry) -> Check {
    player_data_object(fields, &mut entry.data)?;
    match fields.object("aux")? {
        Some(aux) => {
            aux_block(&aux, entry)?;
            aux.set("caste", &mut entry.aux.caste)?;
            aux.set("order", &mut entry.aux.order)?;
            aux.finish()
        }
        None if fields.has("player_data") => aux_block(fields, entry),
        None => {
            player_data_within(fields, &mut entry.data)?;
            aux_block(fields, entry)
        }
    }
}

fn aux_block(fields: &Fields<'_>, entry: &mut PlayerEntry) -> Check {
    verb(fields, &mut entry.aux.verb)?;
    fields.set("flags", &mut entry.aux.flags)?;
    fields.set("ranking", &mut entry.aux.ranking)?;
    fields.set("player_id", &mut entry.aux.player_id)?;
    fields.set("room_id", &mut entry.aux.room_id)?;
    fields.set_any(&["pad", "padding"], &mut entry.aux.padding)?;
    fields.same("player_data_length", &entry.data.size_bytes())
}

pub(super) fn verb(fields: &Fields<'_>, verb: &mut Verb) -> Check {
    if let Some(code) = fields.get::<i8>("verb")? {
        *verb = Verb::from_code(code.into()).map_err(|why| why.to_string())?;
    }
    Ok(())
}

/// A player with the room they are in.
pub(super) fn located_player(fields: &Fields<'_>, located: &mut LocatedPlayer) -> Check {
    fields.set("room_id", &mut located.room_id)?;
    let room_id = located.player.aux.room_id;
    player_entry_within(fields, &mut located.player)?;
    if !fields.has("aux") {
        located.player.aux.room_id = room_id;
    }
    fields.finish()
}

pub(super) fn room_entry(fields: &Fields<'_>, room: &mut RoomEntry) -> Check {
    fields.set("room_id", &mut room.room_id)?;
    fields.set("player_count", &mut room.players)?;
    fields.set("host", &mut room.address)?;
    fields.set("port", &mut room.port)?;
    fields.set("game_count", &mut room.games)?;
    fields.set("room_type", &mut room.room_type)?;
    fields.set("room_flags", &mut room.flags)?;
    fields.finish()
}

pub(super) fn chat(fields: &Fields<'_>, chat: &mut Chat) -> Check {
    // In a line for the room, Aleph One's name for the selected player is the target.
    fields.set("target_id", &mut chat.selected_id)?;
    chat_block(fields, chat)
}

pub(super) fn whisper(fields: &Fields<'_>, whisper: &mut Whisper) -> Check {
    fields.set("target_id", &mut whisper.target_id)?;
    fields.set("echo", &mut whisper.echo)?;
    chat_block(fields, &mut whisper.chat)
}

fn chat_block(fields: &Fields<'_>, chat: &mut Chat) -> Check {
    fields.set("chat_type", &mut chat.chat_type)?;
    if !fields.is_partial() {
        // With `expect`, `length` is the body's.
        fields.set("length", &mut chat.length)?;
    }
    fields.set("color", &mut chat.colour)?;
    fields.set("flags", &mut chat.flags)?;
    fields.set_any(&["pad", "padding"], &mut chat.padding)?;
    fields.set_any(&["player_id", "sender_id"], &mut chat.sender_id)?;
    fields.set_any(&["selected_player_id", "selected_id"], &mut chat.selected_id)?;
    fields.set("name", &mut chat.name)?;
    fields.set("message", &mut chat.message)
}
