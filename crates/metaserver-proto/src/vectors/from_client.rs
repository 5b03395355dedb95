//! Client packets from a vector's fields.

use super::Check;
use super::fields::{Fields, ListOf};
use super::{game, player};
use crate::auth;
use crate::dialect::Dialect;
use crate::packet::challenge::method;
use crate::packet::chat::{Chat, Whisper};
use crate::packet::data_chunk::ChunkHead;
use crate::packet::film::FilmCommand;
use crate::packet::game::{AnnounceGame, StartGame};
use crate::packet::login::{Answer, Login, Versions};
use crate::packet::player::PlayerData;
use crate::packet::room::{PlayerMode, RoomLogin};
use crate::packet::score::{GameScore, PlayerScore, PlayersInGame, TEAM_SLOTS};
use crate::packet::search::GameSearch;
use crate::packet::social::{OwnTexts, UpdateBuddy};
use crate::packet::{ClientPacket, kind};
use crate::text::Text;
use crate::wire::Wire;

/// A packet of that number with nothing in it.
pub(super) fn blank(dialect: Dialect, number: i16) -> Option<ClientPacket> {
    let myth = dialect == Dialect::Myth2;
    Some(match number {
        kind::LOGIN => ClientPacket::Login(Box::default()),
        kind::ROOM_LOGIN => ClientPacket::RoomLogin(RoomLogin::default()),
        kind::LOGOUT => ClientPacket::Logout,
        kind::PLAYER_DATA => ClientPacket::PlayerData(PlayerData::default()),
        kind::ANNOUNCE_GAME => {
            ClientPacket::AnnounceGame(AnnounceGame { port: 0, order_or_hub: 0, description: game::blank(dialect) })
        }
        kind::REMOVE_GAME => ClientPacket::RemoveGame,
        kind::CHANGE_ROOM => ClientPacket::ChangeRoom(0),
        kind::PLAYER_MODE => ClientPacket::PlayerMode(PlayerMode::default()),
        kind::ANSWER => ClientPacket::Answer(Answer::default()),
        kind::FULL_UPDATE => ClientPacket::FullUpdate,
        kind::PLAYERS_IN_GAME => ClientPacket::PlayersInGame(PlayersInGame::default()),
        kind::SCORE => ClientPacket::Score(Box::default()),
        kind::RESET_GAME => ClientPacket::ResetGame,
        kind::START_GAME => ClientPacket::StartGame(StartGame { length: 0, unused: [0; 8] }),
        kind::VERSIONS => ClientPacket::Versions(Versions::default()),
        kind::GAME_SEARCH => ClientPacket::GameSearch(GameSearch::default()),
        kind::PLAYER_SEARCH => ClientPacket::PlayerSearch(Text::default()),
        kind::BUDDIES_QUERY => ClientPacket::BuddiesQuery,
        kind::ORDER_QUERY => ClientPacket::OrderQuery,
        kind::UPDATE_BUDDY => ClientPacket::UpdateBuddy(UpdateBuddy::default()),
        kind::PROFILE_QUERY => ClientPacket::ProfileQuery(0),
        kind::OWN_TEXTS_OR_HUB_REQUEST if myth => ClientPacket::OwnTexts(OwnTexts::default()),
        kind::OWN_TEXTS_OR_HUB_REQUEST => ClientPacket::HubRequest(Text::default()),
        kind::DATA_CHUNK_REPLY => ClientPacket::DataChunkReply(ChunkHead::default()),
        kind::CHAT => ClientPacket::Chat(Chat::default()),
        kind::WHISPER => ClientPacket::Whisper(Whisper::default()),
        kind::KEEPALIVE => ClientPacket::Keepalive,
        kind::SESSION_KEY if myth => ClientPacket::SessionKey([0; 8]),
        kind::FILM_HEADER if myth => ClientPacket::FilmHeader(Vec::new()),
        kind::FILM_COMMAND if myth => ClientPacket::FilmCommand(FilmCommand::default()),
        kind::FILM_END if myth => ClientPacket::FilmEnd(0),
        _ => return None,
    })
}

/// Overwrites what the fields name; `body` settles what they leave open.
pub(super) fn overlay(dialect: Dialect, fields: &Fields<'_>, body: &[u8], packet: &mut ClientPacket) -> Check {
    match packet {
        ClientPacket::Login(login) => self::login(dialect, fields, login)?,
        ClientPacket::RoomLogin(login) => {
            fields.set("token_hex", &mut login.token)?;
            fields.set("username", &mut login.user_name)?;
        }
        ClientPacket::PlayerData(data) => player::player_data_object(fields, data)?,
        ClientPacket::AnnounceGame(game) => game::announce(dialect, fields, game)?,
        ClientPacket::ChangeRoom(room_id) => fields.set("room_id", room_id)?,
        ClientPacket::PlayerMode(mode) => {
            fields.set("mode", &mut mode.mode)?;
            fields.set("session_id_hex", &mut mode.session_id)?;
        }
        ClientPacket::DataChunkReply(head) => {
            fields.set("flags", &mut head.flags)?;
            fields.set_any(&["type", "data_type"], &mut head.data_type)?;
            fields.set("offset", &mut head.offset)?;
            fields.set("length", &mut head.length)?;
        }
        ClientPacket::Answer(answer) => self::answer(dialect, fields, body, answer)?,
        ClientPacket::PlayersInGame(players) => {
            fields.set("game_id", &mut players.game_id)?;
            if let Some(ListOf(ids)) = fields.get("player_ids")? {
                players.players = ids;
            }
        }
        ClientPacket::Score(score) => self::score(fields, score)?,
        ClientPacket::StartGame(start) => start_game(dialect, fields, start)?,
        ClientPacket::Versions(versions) => self::versions(dialect, fields, versions)?,
        ClientPacket::GameSearch(search) => {
            fields.set("game_type", &mut search.game_type)?;
            fields.set("game_scoring", &mut search.scoring)?;
            fields.set("veterans", &mut search.veterans)?;
            fields.set("unit_trading", &mut search.unit_trading)?;
            fields.set("teams", &mut search.teams)?;
            fields.set("alliances", &mut search.alliances)?;
            fields.set("enemy_visibility", &mut search.enemy_visibility)?;
            fields.set("unused", &mut search.unused)?;
            fields.set("game_name", &mut search.game_name)?;
            fields.set("map_name", &mut search.map_name)?;
        }
        ClientPacket::PlayerSearch(part) => fields.set("string", part)?,
        ClientPacket::UpdateBuddy(update) => {
            fields.set("buddy_id", &mut update.player_id)?;
            fields.set("add", &mut update.add)?;
        }
        ClientPacket::ProfileQuery(player_id) => fields.set("player_id", player_id)?,
        ClientPacket::OwnTexts(texts) => {
            fields.set("city", &mut texts.city)?;
            fields.set("state", &mut texts.state)?;
            fields.set("country", &mut texts.country)?;
            fields.set("quote", &mut texts.quote)?;
        }
        ClientPacket::HubRequest(protocol) => fields.set("network_version", protocol)?,
        ClientPacket::Chat(chat) => player::chat(fields, chat)?,
        ClientPacket::Whisper(whisper) => player::whisper(fields, whisper)?,
        ClientPacket::SessionKey(key) => fields.set("public_key_hex", key)?,
        ClientPacket::FilmHeader(data) => fields.set("data_hex", data)?,
        ClientPacket::FilmCommand(command) => film_command(fields, command)?,
        ClientPacket::FilmEnd(time) => fields.set("end_time", time)?,
        ClientPacket::Logout
        | ClientPacket::RemoveGame
        | ClientPacket::FullUpdate
        | ClientPacket::ResetGame
        | ClientPacket::BuddiesQuery
        | ClientPacket::OrderQuery
        | ClientPacket::Keepalive => {}
    }
    fields.finish()
}

fn login(dialect: Dialect, fields: &Fields<'_>, login: &mut Login) -> Check {
    fields.set("platform_type", &mut login.platform)?;
    fields.set("metaserver_version", &mut login.metaserver_version)?;
    fields.set("flags", &mut login.flags)?;
    fields.set("user_id", &mut login.user_id)?;
    fields.set("max_authentication", &mut login.highest_method)?;
    fields.set_any(&["application", "service_name"], &mut login.application)?;
    fields.set("build_date", &mut login.build_date)?;
    fields.set("build_time", &mut login.build_time)?;
    fields.set("username", &mut login.user_name)?;
    player::player_data_object(fields, &mut login.player)?;
    fields.same("player_data_size", &login.player.size_bytes())?;
    if dialect == Dialect::Myth2 {
        fields.set("country_code", &mut login.country)?;
        fields.set("padding", &mut login.padding)?;
    }
    Ok(())
}

fn answer(dialect: Dialect, fields: &Fields<'_>, body: &[u8], answer: &mut Answer) -> Check {
    let method = fields.get::<i16>("authentication_type")?;
    let password = fields.get::<Text>("password")?;
    let token = fields.get::<Text>("token")?;
    answer.0 = match (dialect, method, password, token) {
        (Dialect::Myth2, None | Some(method::PLAIN), Some(password), None) => {
            let mut bytes = password.as_bytes().to_vec();
            // Both forms are in use; the fields do not tell which (spec section 21, U4).
            if body.last() == Some(&0) {
                bytes.push(0);
            }
            bytes
        }
        (Dialect::AlephOne, None | Some(method::PLAIN), Some(secret), None)
        | (Dialect::AlephOne, None | Some(method::HTTPS_TOKEN), None, Some(secret))
            if secret.len() <= 16 =>
        {
            auth::padded(secret.as_bytes()).to_vec()
        }
        (Dialect::AlephOne, Some(method::SIMPLE), Some(password), None) => {
            auth::simple_key(&password, fields.need("salt_hex")?).to_vec()
        }
        (_, None, None, None) if fields.is_partial() => return Ok(()),
        _ => return Err("method, password and token do not go together".to_owned()),
    };
    Ok(())
}

fn versions(dialect: Dialect, fields: &Fields<'_>, versions: &mut Versions) -> Check {
    if dialect == Dialect::AlephOne {
        if let Some(ListOf(values)) = fields.get::<ListOf<i32>>("values")? {
            let [platform, application_version, patch, build] = values[..] else {
                return Err("field `values` has not four values".to_owned());
            };
            *versions = Versions { platform, application_version, patch, build };
        }
        return Ok(());
    }
    fields.set("platform_type", &mut versions.platform)?;
    fields.set("application_version", &mut versions.application_version)?;
    fields.set("patch_number", &mut versions.patch)?;
    fields.set("build_number", &mut versions.build)
}

fn start_game(dialect: Dialect, fields: &Fields<'_>, start: &mut StartGame) -> Check {
    let length = match dialect {
        Dialect::Myth2 => "game_time_seconds",
        Dialect::AlephOne => "game_time_ticks",
    };
    fields.set(length, &mut start.length)?;
    if let Some(ListOf(unused)) = fields.get::<ListOf<i32>>("unused")? {
        start.unused = unused
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect::<Vec<_>>()
            .try_into()
            .map_err(|_| "field `unused` is not two words")?;
    }
    match fields.get::<u32>("seconds")? {
        Some(seconds) if start.seconds(dialect) != Some(seconds) => {
            Err(format!("field `seconds` is {seconds}, found {:?}", start.seconds(dialect)))
        }
        _ => Ok(()),
    }
}

fn film_command(fields: &Fields<'_>, command: &mut FilmCommand) -> Check {
    fields.set("verb", &mut command.verb)?;
    fields.set("player_index", &mut command.player_index)?;
    fields.set("time", &mut command.time_ticks)?;
    fields.set("details_hex", &mut command.details)?;
    fields.same("size", &command.to_bytes().len())
}

fn score(fields: &Fields<'_>, score: &mut GameScore) -> Check {
    fields.set("game_id", &mut score.game_id)?;
    fields.set("game_ended_code", &mut score.end_code)?;
    fields.set("game_scoring", &mut score.scoring)?;
    fields.set("game_version", &mut score.version)?;
    fields.set("time_limit", &mut score.time_limit_ticks)?;
    fields.set("actual_time_elapsed", &mut score.elapsed_ticks)?;
    fields.set("reporting_player_id", &mut score.reporter_id)?;
    fields.set("number_of_players", &mut score.number_of_players)?;
    fields.set("number_of_teams", &mut score.number_of_teams)?;
    fields.same("team_slots", &TEAM_SLOTS)?;
    if let Some(teams) = fields.list("teams")? {
        if teams.len() > TEAM_SLOTS {
            return Err("there are more than sixteen teams".to_owned());
        }
        for (fields, team) in teams.iter().zip(&mut score.teams) {
            fields.set("place", &mut team.place)?;
            fields.set("captain", &mut team.captain)?;
            fields.set("valid", &mut team.valid)?;
            fields.set("eliminated", &mut team.eliminated)?;
            fields.set("time", &mut team.eliminated_at_ticks)?;
            fields.finish()?;
        }
    }
    if let Some(players) = fields.list("players")? {
        score.players.resize(players.len(), PlayerScore::default());
        for (fields, player) in players.iter().zip(&mut score.players) {
            player_score(fields, player)?;
        }
    }
    Ok(())
}

fn player_score(fields: &Fields<'_>, player: &mut PlayerScore) -> Check {
    fields.set("team", &mut player.team)?;
    fields.set("finished", &mut player.finished)?;
    fields.set("time", &mut player.time_ticks)?;
    fields.set("killed", &mut player.units_killed)?;
    fields.set("lost", &mut player.units_lost)?;
    fields.set("pk", &mut player.points_killed)?;
    fields.set("pl", &mut player.points_lost)?;
    fields.set("id", &mut player.player_id)?;
    fields.finish()
}
