//! Server packets from a vector's fields.

use std::net::Ipv4Addr;

use super::Check;
use super::fields::{Fields, ListOf};
use super::{game, player};
use crate::dialect::Dialect;
use crate::packet::challenge::{Challenge, LoginSuccess, RoomLoginSuccess};
use crate::packet::chat::{Chat, Whisper};
use crate::packet::data_chunk::DataChunk;
use crate::packet::hub::Hub;
use crate::packet::notice::{ProxyJoin, UpdateInfo, Url};
use crate::packet::player::PlayerEntry;
use crate::packet::profile::{ByClass, Overall, Profile, Score, Spread};
use crate::packet::room_list::RoomEntry;
use crate::packet::server_message::ServerMessage;
use crate::packet::social::{BUDDY_SLOTS, BuddyTable, LocatedPlayer, OrderMember, OrderTable};
use crate::packet::{ServerPacket, kind};
use crate::text::Text;

/// A packet of that number with nothing in it.
pub(super) fn blank(dialect: Dialect, number: i16) -> Option<ServerPacket> {
    let myth = dialect == Dialect::Myth2;
    Some(match number {
        kind::ROOM_LIST => ServerPacket::Rooms(Vec::new()),
        kind::PLAYER_LIST => ServerPacket::Players(Vec::new()),
        kind::GAME_LIST => ServerPacket::Games(Vec::new()),
        kind::SERVER_MESSAGE => ServerPacket::Message(ServerMessage::default()),
        kind::CHALLENGE => ServerPacket::Challenge(Challenge::default()),
        kind::LOGIN_SUCCESS => ServerPacket::LoginSuccess(LoginSuccess::default()),
        kind::SET_PLAYER_DATA => ServerPacket::SetPlayerData(Box::default()),
        kind::ROOM_LOGIN_SUCCESS => ServerPacket::RoomLoginSuccess(RoomLoginSuccess::default()),
        kind::BLUE_LINE => ServerPacket::BlueLine(Text::default()),
        kind::SEND_VERSIONS => ServerPacket::SendVersions,
        kind::UPDATE_INFO_OR_HUBS if !myth => ServerPacket::Hubs(Vec::new()),
        kind::CHAT => ServerPacket::Chat(Chat::default()),
        kind::WHISPER => ServerPacket::Whisper(Whisper::default()),
        kind::KEEPALIVE => ServerPacket::Keepalive,
        other if myth => return blank_myth_only(other),
        _ => return None,
    })
}

fn blank_myth_only(number: i16) -> Option<ServerPacket> {
    Some(match number {
        kind::URL => ServerPacket::Url(Url::default()),
        kind::DATA_CHUNK => ServerPacket::DataChunk(DataChunk::default()),
        kind::GAMES_FOUND => ServerPacket::GamesFound(Vec::new()),
        kind::PLAYERS_FOUND => ServerPacket::PlayersFound(Vec::new()),
        kind::BUDDIES_ONLINE => ServerPacket::BuddiesOnline(Vec::new()),
        kind::ORDER_ONLINE => ServerPacket::OrderOnline(Vec::new()),
        kind::PROFILE => ServerPacket::Profile(Box::default()),
        kind::UPDATE_INFO_OR_HUBS => ServerPacket::UpdateInfo(UpdateInfo {
            size_bytes: 0,
            address: Ipv4Addr::UNSPECIFIED,
            port: 0,
            port_again: 0,
        }),
        kind::BUDDY_TABLE => ServerPacket::BuddyTable(Box::default()),
        kind::ORDER_TABLE => ServerPacket::OrderTable(OrderTable::default()),
        kind::KICKED => ServerPacket::Kicked(Text::default()),
        kind::PROXY_JOIN => ServerPacket::ProxyJoin(ProxyJoin::default()),
        kind::SESSION_KEY => ServerPacket::SessionKey([0; 8]),
        _ => return None,
    })
}

/// Overwrites what the fields name.
pub(super) fn overlay(dialect: Dialect, fields: &Fields<'_>, packet: &mut ServerPacket) -> Check {
    match packet {
        ServerPacket::Rooms(rooms) => {
            items(fields, "rooms", rooms, RoomEntry::default, player::room_entry)?;
        }
        ServerPacket::Players(players) => {
            items(fields, "entries", players, PlayerEntry::default, player::player_entry)?;
        }
        ServerPacket::Games(games) | ServerPacket::GamesFound(games) => {
            items(fields, "entries", games, || game::blank_entry(dialect), game::game_entry)?;
        }
        ServerPacket::PlayersFound(players)
        | ServerPacket::BuddiesOnline(players)
        | ServerPacket::OrderOnline(players) => {
            items(fields, "entries", players, LocatedPlayer::default, player::located_player)?;
        }
        ServerPacket::Message(message) => {
            fields.set("code", &mut message.code)?;
            fields.set("message", &mut message.text)?;
            if fields.has("text_field_size") {
                fields.same("text_field_size", &128_usize)?;
                message.fixed = true;
            }
        }
        ServerPacket::Url(url) => {
            fields.set("code", &mut url.urgency)?;
            fields.set("message", &mut url.message)?;
            fields.set("url", &mut url.address)?;
        }
        ServerPacket::DataChunk(chunk) => {
            fields.set("flags", &mut chunk.head.flags)?;
            fields.set_any(&["type", "data_type"], &mut chunk.head.data_type)?;
            fields.set("offset", &mut chunk.head.offset)?;
            fields.set("length", &mut chunk.head.length)?;
            fields.set("data_hex", &mut chunk.data)?;
        }
        ServerPacket::Challenge(challenge) => {
            fields.set("authentication_type", &mut challenge.method)?;
            fields.set("salt_hex", &mut challenge.salt)?;
        }
        ServerPacket::LoginSuccess(success) => {
            fields.set("user_id", &mut success.player_id)?;
            fields.set("order", &mut success.order)?;
            fields.set("order_2", &mut success.order_again)?;
            fields.set("token_hex", &mut success.token)?;
        }
        ServerPacket::SetPlayerData(entry) => return player::player_entry(fields, entry),
        ServerPacket::RoomLoginSuccess(success) => {
            fields.set("user_id", &mut success.player_id)?;
            fields.set_any(&["maximum_players", "player_limit"], &mut success.max_players)?;
            fields.set("unused", &mut success.unused)?;
        }
        ServerPacket::BlueLine(text) | ServerPacket::Kicked(text) => fields.set("message", text)?,
        ServerPacket::Profile(profile) => self::profile(fields, profile)?,
        ServerPacket::UpdateInfo(info) => {
            fields.set("size", &mut info.size_bytes)?;
            fields.set("host", &mut info.address)?;
            fields.set("port", &mut info.port)?;
            fields.set("port", &mut info.port_again)?;
            fields.set_any(&["port_2", "port_again"], &mut info.port_again)?;
        }
        ServerPacket::Hubs(hubs) => items(fields, "hubs", hubs, blank_hub, hub)?,
        ServerPacket::BuddyTable(table) => buddies(fields, table)?,
        ServerPacket::OrderTable(table) => {
            items(fields, "members", &mut table.0, OrderMember::default, order_member)?;
            fields.same("member_count", &table.0.len())?;
        }
        ServerPacket::ProxyJoin(join) => {
            fields.set("port", &mut join.port)?;
            fields.set("host", &mut join.host)?;
            fields.set("token_hex", &mut join.token)?;
        }
        ServerPacket::Chat(chat) => player::chat(fields, chat)?,
        ServerPacket::Whisper(whisper) => player::whisper(fields, whisper)?,
        ServerPacket::SessionKey(key) => fields.set("public_key_hex", key)?,
        ServerPacket::SendVersions | ServerPacket::Keepalive => {}
    }
    fields.finish()
}

/// A list of as many items as the vector has, each overwritten by what its object names.
fn items<T>(
    fields: &Fields<'_>,
    name: &str,
    items: &mut Vec<T>,
    blank: impl FnMut() -> T,
    overlay: impl Fn(&Fields<'_>, &mut T) -> Check,
) -> Check {
    let Some(objects) = fields.list(name)? else {
        return Ok(());
    };
    items.resize_with(objects.len(), blank);
    objects.iter().zip(items).try_for_each(|(fields, item)| overlay(fields, item))
}

fn blank_hub() -> Hub {
    Hub { hub_id: 0, address: Ipv4Addr::UNSPECIFIED, port: 0 }
}

fn hub(fields: &Fields<'_>, hub: &mut Hub) -> Check {
    fields.set("id", &mut hub.hub_id)?;
    fields.set("host", &mut hub.address)?;
    fields.set("port", &mut hub.port)?;
    fields.finish()
}

fn buddies(fields: &Fields<'_>, table: &mut BuddyTable) -> Check {
    fields.same("slots", &BUDDY_SLOTS)?;
    let Some(buddies) = fields.list("buddies")? else {
        return Ok(());
    };
    if buddies.len() > BUDDY_SLOTS {
        return Err("there are more buddies than slots".to_owned());
    }
    for (fields, buddy) in buddies.iter().zip(&mut table.0) {
        fields.set("player_id", &mut buddy.player_id)?;
        fields.set("state", &mut buddy.state)?;
        fields.finish()?;
    }
    Ok(())
}

fn order_member(fields: &Fields<'_>, member: &mut OrderMember) -> Check {
    fields.set("player_id", &mut member.player_id)?;
    fields.set("online", &mut member.online)?;
    fields.finish()
}

fn profile(fields: &Fields<'_>, profile: &mut Profile) -> Check {
    fields.set("administrator", &mut profile.administrator)?;
    fields.set("employee", &mut profile.employee)?;
    fields.set("order_index", &mut profile.order)?;
    fields.set("icon_index", &mut profile.icon)?;
    fields.set("primary_color", &mut profile.primary)?;
    fields.set("secondary_color", &mut profile.secondary)?;
    fields.set("total_users", &mut profile.ranked_users)?;
    fields.set("total_orders", &mut profile.orders)?;
    classes(fields, "", "", &mut profile.scores, score)?;
    classes(fields, "order_", "", &mut profile.order_scores, score)?;
    classes(fields, "", "_overall", &mut profile.overall, overall)?;
    classes(fields, "order_", "_overall", &mut profile.order_overall, overall)?;
    fields.same("pair_order", &"average, best".to_owned())?;
    fields.same("string_order", &"login, name, order name, city, state, country, quote".to_owned())?;
    if let Some(ListOf(strings)) = fields.get::<ListOf<Text>>("strings")? {
        let strings: [Text; 7] = strings.try_into().map_err(|_| "field `strings` has not seven texts")?;
        [
            profile.login,
            profile.name,
            profile.order_name,
            profile.city,
            profile.state,
            profile.country,
            profile.quote,
        ] = strings;
    }
    Ok(())
}

/// `unranked`, `ranked` and `ranked_by_type`, with a prefix and a suffix.
fn classes<T>(
    fields: &Fields<'_>,
    prefix: &str,
    suffix: &str,
    classes: &mut ByClass<T>,
    overlay: impl Fn(&Fields<'_>, &mut T) -> Check,
) -> Check {
    if let Some(block) = fields.object(&format!("{prefix}unranked{suffix}"))? {
        overlay(&block, &mut classes.unranked)?;
    }
    if let Some(block) = fields.object(&format!("{prefix}ranked{suffix}"))? {
        overlay(&block, &mut classes.ranked)?;
    }
    for name in [format!("{prefix}ranked{suffix}_by_type"), format!("{prefix}ranked_by_type{suffix}")] {
        let Some(by_type) = fields.object(&name)? else {
            continue;
        };
        for (index, class) in classes.by_type.iter_mut().enumerate() {
            if let Some(block) = by_type.object(&index.to_string())? {
                overlay(&block, class)?;
            }
        }
        by_type.finish()?;
        if suffix.is_empty() {
            break;
        }
    }
    Ok(())
}

fn score(fields: &Fields<'_>, score: &mut Score) -> Check {
    fields.set("games_played", &mut score.games)?;
    fields.set("wins", &mut score.wins)?;
    fields.set("losses", &mut score.losses)?;
    fields.set("ties", &mut score.ties)?;
    fields.set("damage_inflicted", &mut score.damage_inflicted)?;
    fields.set("damage_received", &mut score.damage_received)?;
    fields.set("disconnects", &mut score.disconnects)?;
    fields.set("points", &mut score.points)?;
    fields.set("rank", &mut score.rank)?;
    fields.set("highest_points", &mut score.highest_points)?;
    fields.set("highest_rank", &mut score.highest_rank)?;
    fields.set("numerical_rank", &mut score.place)?;
    fields.finish()
}

fn overall(fields: &Fields<'_>, overall: &mut Overall) -> Check {
    fields.set("top_ranked_player", &mut overall.top_player)?;
    for (name, spread) in [
        ("points", &mut overall.points),
        ("games_played", &mut overall.games),
        ("wins", &mut overall.wins),
        ("damage_inflicted", &mut overall.damage_inflicted),
        ("damage_received", &mut overall.damage_received),
    ] {
        if let Some(ListOf(pair)) = fields.get::<ListOf<u32>>(name)? {
            let [average, best] = pair[..] else {
                return Err(format!("field `{name}` is not a pair"));
            };
            *spread = Spread { average, best };
        }
    }
    fields.finish()
}
