//! Games from a vector's fields.

use super::Check;
use super::fields::Fields;
use super::player::verb;
use crate::dialect::Dialect;
use crate::packet::aleph_game::{AlephGame, NO_TEAMS, Options, Texts, status};
use crate::packet::game::{AnnounceGame, Game, GameAux, GameDescription, GameEntry};
use crate::packet::myth_game::MythGame;

/// A description with nothing in it.
pub(super) fn blank(dialect: Dialect) -> GameDescription {
    match dialect {
        Dialect::Myth2 => GameDescription::from(&MythGame::default()),
        Dialect::AlephOne => GameDescription::from(&AlephGame::default()),
    }
}

/// An entry with nothing in it.
pub(super) fn blank_entry(dialect: Dialect) -> GameEntry {
    GameEntry { aux: GameAux::default(), description: blank(dialect) }
}

pub(super) fn game_entry(fields: &Fields<'_>, entry: &mut GameEntry) -> Check {
    description(fields, &mut entry.description)?;
    let size = entry.description.as_bytes().len();
    if let Some(aux) = fields.object("aux")? {
        aux_block(&aux, &mut entry.aux, size)?;
        aux.finish()?;
    } else {
        aux_block(fields, &mut entry.aux, size)?;
    }
    fields.finish()
}

fn aux_block(fields: &Fields<'_>, aux: &mut GameAux, size: usize) -> Check {
    fields.set("game_id", &mut aux.game_id)?;
    fields.set("host", &mut aux.address)?;
    fields.set("port", &mut aux.port)?;
    verb(fields, &mut aux.verb)?;
    fields.set_any(&["game_version", "enable"], &mut aux.version)?;
    fields.set_any(&["seconds_remaining", "time_remaining"], &mut aux.seconds_remaining)?;
    fields.set_any(&["creating_player_id", "host_player_id"], &mut aux.host_id)?;
    fields.same("game_data_size", &size)?;
    if fields.is_partial() {
        // With `expect`, `length` is the body's.
        return Ok(());
    }
    fields.same("length", &size)
}

pub(super) fn announce(dialect: Dialect, fields: &Fields<'_>, game: &mut AnnounceGame) -> Check {
    fields.set("port", &mut game.port)?;
    let second = match dialect {
        Dialect::Myth2 => "order",
        Dialect::AlephOne => "remote_hub_id",
    };
    fields.set(second, &mut game.order_or_hub)?;
    description(fields, &mut game.description)
}

fn description(fields: &Fields<'_>, description: &mut GameDescription) -> Check {
    let Some(fields) = fields.object("game")? else {
        return Ok(());
    };
    let before = description.fields();
    let mut after = before.clone();
    match &mut after {
        Game::Myth2(game) => myth_game(&fields, game)?,
        Game::AlephOne(game) => aleph_game(&fields, game)?,
    }
    // Bytes that no field stands for stay as they were decoded.
    if after != before {
        *description = match &after {
            Game::Myth2(game) => GameDescription::from(&**game),
            Game::AlephOne(game) => GameDescription::from(&**game),
        };
    }
    fields.finish()
}

fn myth_game(fields: &Fields<'_>, game: &mut MythGame) -> Check {
    fields.set("type", &mut game.game_type)?;
    fields.set("scoring", &mut game.scoring)?;
    fields.set("option_flags", &mut game.options)?;
    fields.set("time_limit", &mut game.time_limit_ticks)?;
    fields.set("scenario_tag", &mut game.scenario_tag)?;
    fields.set("difficulty", &mut game.difficulty)?;
    fields.set("maximum_players", &mut game.max_players)?;
    fields.set("team_seed", &mut game.team_seed)?;
    fields.set("maximum_teams", &mut game.max_teams)?;
    fields.set("random_seed", &mut game.random_seed)?;
    fields.set("planning_time", &mut game.planning_time_ticks)?;
    fields.set("plugin_count", &mut game.plugin_count)?;
    if let Some(named) = fields.get::<Vec<u8>>("plugin_data_hex")? {
        let (front, rest) = game.plugins.split_at_mut_checked(named.len()).ok_or("the plug-in list is too long")?;
        front.copy_from_slice(&named);
        rest.fill(0);
    }
    fields.set("public_checksum", &mut game.public_checksum)?;
    fields.set("private_checksum", &mut game.private_checksum)?;
    fields.set("flags", &mut game.flags)?;
    fields.set("player_count", &mut game.players)?;
    fields.set("game_name", &mut game.name)?;
    fields.set("map_name", &mut game.map)
}

fn aleph_game(fields: &Fields<'_>, game: &mut AlephGame) -> Check {
    fields.set("game_type", &mut game.game_type)?;
    fields.set("time_limit", &mut game.time_limit_ticks)?;
    fields.set("map_checksum", &mut game.map_checksum)?;
    fields.set("difficulty", &mut game.difficulty)?;
    fields.set("maximum_players", &mut game.max_players)?;
    match fields.get::<bool>("teams")? {
        Some(teams) if fields.is_partial() && teams == game.teams() => {}
        Some(teams) => game.max_team_players = if teams { game.max_players } else { NO_TEAMS },
        None => {}
    }
    for (name, bit) in [("running", status::RUNNING), ("closed", status::CLOSED)] {
        if let Some(set) = fields.get::<bool>(name)? {
            game.status = game.status & !bit | if set { bit } else { 0 };
        }
    }
    fields.set("players", &mut game.players)?;
    fields.set_any(&["name", "game_name"], &mut game.name)?;
    fields.set("map_name", &mut game.map)?;
    if let Some(flags) = fields.get::<u16>("plugin_flag")? {
        game.more_flags = flags & !3;
        game.texts = (flags & 1 != 0).then(|| game.texts.take().unwrap_or_default());
        game.options = (flags & 2 != 0).then(|| game.options.take().unwrap_or_default());
    }
    if let Some(texts) = &mut game.texts {
        aleph_texts(fields, texts)?;
    }
    if let Some(options) = &mut game.options {
        aleph_options(fields, options)?;
    }
    Ok(())
}

fn aleph_texts(fields: &Fields<'_>, texts: &mut Texts) -> Check {
    fields.set("build", &mut texts.build)?;
    fields.set("protocol", &mut texts.protocol)?;
    fields.set("scenario", &mut texts.scenario)?;
    fields.set("scenario_id", &mut texts.scenario_id)?;
    fields.set("scenario_version", &mut texts.scenario_version)?;
    fields.set("netscript", &mut texts.script)
}

fn aleph_options(fields: &Fields<'_>, options: &mut Options) -> Check {
    fields.set("game_options", &mut options.game_options)?;
    fields.set("cheat_flags", &mut options.cheat_flags)?;
    fields.set("kill_limit", &mut options.kill_limit)?;
    fields.set("map_file", &mut options.map_file)?;
    fields.set("physics", &mut options.physics)
}
