//! What the server sends, gathered.

use super::challenge::{Challenge, LoginSuccess, RoomLoginSuccess};
use super::chat::{Chat, Whisper};
use super::data_chunk::DataChunk;
use super::game::GameEntry;
use super::hub::Hub;
use super::kind;
use super::notice::{ProxyJoin, UpdateInfo, Url};
use super::player::PlayerEntry;
use super::profile::Profile;
use super::room_list::RoomEntry;
use super::server_message::ServerMessage;
use super::social::{BuddyTable, LocatedPlayer, OrderTable};
use crate::dialect::Dialect;
use crate::frame::Packed;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// The most plain list bytes in one packet; a longer list goes on in the next one, as
/// gateofstorms does it (spec section 3).
const LONGEST_LIST_BODY: usize = 7996;

/// A packet from the server, either dialect.
///
/// The layouts are the same in both, but for packet 18; what differs is the values a server puts
/// into player and game entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPacket {
    /// 0.
    Rooms(Vec<RoomEntry>),
    /// 1.
    Players(Vec<PlayerEntry>),
    /// 2.
    Games(Vec<GameEntry>),
    /// 3.
    Message(ServerMessage),
    /// 4.
    Url(Url),
    /// 5. Obsolete, never sent by us.
    DataChunk(DataChunk),
    /// 6.
    Challenge(Challenge),
    /// 7.
    LoginSuccess(LoginSuccess),
    /// 8.
    SetPlayerData(Box<PlayerEntry>),
    /// 9.
    RoomLoginSuccess(RoomLoginSuccess),
    /// 10, one line.
    BlueLine(Text),
    /// 12; *accept* in Aleph One.
    SendVersions,
    /// 13.
    GamesFound(Vec<GameEntry>),
    /// 14.
    PlayersFound(Vec<LocatedPlayer>),
    /// 15.
    BuddiesOnline(Vec<LocatedPlayer>),
    /// 16.
    OrderOnline(Vec<LocatedPlayer>),
    /// 17.
    Profile(Box<Profile>),
    /// 18 of Myth II.
    UpdateInfo(UpdateInfo),
    /// 18 of Aleph One.
    Hubs(Vec<Hub>),
    /// 19.
    BuddyTable(Box<BuddyTable>),
    /// 20.
    OrderTable(OrderTable),
    /// 21, the reason.
    Kicked(Text),
    /// 22.
    ProxyJoin(ProxyJoin),
    /// 200.
    Chat(Chat),
    /// 201.
    Whisper(Whisper),
    /// 202.
    Keepalive,
    /// 203 of Myth II.
    SessionKey([u8; 8]),
}

impl ServerPacket {
    /// Reads the body of packet number `number`, as a client of that dialect would.
    pub fn decode(dialect: Dialect, number: i16, body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let from = &mut reader;
        let packet = match number {
            kind::ROOM_LIST => Self::Rooms(RoomEntry::read_all(from)?),
            kind::PLAYER_LIST => Self::Players(read_players(dialect, from)?),
            kind::GAME_LIST => Self::Games(GameEntry::read_all(dialect, from)?),
            kind::SERVER_MESSAGE => Self::Message(ServerMessage::read(from)?),
            kind::CHALLENGE => Self::Challenge(Challenge::read(from)?),
            kind::LOGIN_SUCCESS => Self::LoginSuccess(LoginSuccess::read(from)?),
            kind::SET_PLAYER_DATA => Self::SetPlayerData(Box::new(read_player(dialect, from)?)),
            kind::ROOM_LOGIN_SUCCESS => Self::RoomLoginSuccess(RoomLoginSuccess::read(from)?),
            kind::BLUE_LINE => Self::BlueLine(from.cstr()?),
            kind::SEND_VERSIONS => Self::SendVersions,
            kind::CHAT => Self::Chat(Chat::read(from)?),
            kind::WHISPER => Self::Whisper(Whisper::read(from)?),
            kind::KEEPALIVE => Self::Keepalive,
            kind::UPDATE_INFO_OR_HUBS if dialect == Dialect::AlephOne => Self::Hubs(Hub::read_all(from)?),
            other => Self::decode_myth_only(dialect, other, from)?,
        };
        reader.finish(dialect.refuses_excess())?;
        Ok(packet)
    }

    fn decode_myth_only(dialect: Dialect, number: i16, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if dialect != Dialect::Myth2 {
            return Err(DecodeError::UnknownKind(number));
        }
        Ok(match number {
            kind::URL => Self::Url(Url::read(from)?),
            kind::DATA_CHUNK => Self::DataChunk(DataChunk::read(from)?),
            kind::GAMES_FOUND => Self::GamesFound(GameEntry::read_all(dialect, from)?),
            kind::PLAYERS_FOUND => Self::PlayersFound(LocatedPlayer::read_all(from)?),
            kind::BUDDIES_ONLINE => Self::BuddiesOnline(LocatedPlayer::read_all(from)?),
            kind::ORDER_ONLINE => Self::OrderOnline(LocatedPlayer::read_all(from)?),
            kind::PROFILE => Self::Profile(Box::new(Profile::read(from)?)),
            kind::UPDATE_INFO_OR_HUBS => Self::UpdateInfo(UpdateInfo::read(from)?),
            kind::BUDDY_TABLE => Self::BuddyTable(Box::new(BuddyTable::read(from)?)),
            kind::ORDER_TABLE => Self::OrderTable(OrderTable::read(from)?),
            kind::KICKED => Self::Kicked(from.cstr()?),
            kind::PROXY_JOIN => Self::ProxyJoin(ProxyJoin::read(from)?),
            kind::SESSION_KEY => Self::SessionKey(from.array()?),
            other => return Err(DecodeError::UnknownKind(other)),
        })
    }

    /// The packet's number.
    pub const fn kind(&self) -> i16 {
        match self {
            Self::Rooms(_) => kind::ROOM_LIST,
            Self::Players(_) => kind::PLAYER_LIST,
            Self::Games(_) => kind::GAME_LIST,
            Self::Message(_) => kind::SERVER_MESSAGE,
            Self::Url(_) => kind::URL,
            Self::DataChunk(_) => kind::DATA_CHUNK,
            Self::Challenge(_) => kind::CHALLENGE,
            Self::LoginSuccess(_) => kind::LOGIN_SUCCESS,
            Self::SetPlayerData(_) => kind::SET_PLAYER_DATA,
            Self::RoomLoginSuccess(_) => kind::ROOM_LOGIN_SUCCESS,
            Self::BlueLine(_) => kind::BLUE_LINE,
            Self::SendVersions => kind::SEND_VERSIONS,
            Self::GamesFound(_) => kind::GAMES_FOUND,
            Self::PlayersFound(_) => kind::PLAYERS_FOUND,
            Self::BuddiesOnline(_) => kind::BUDDIES_ONLINE,
            Self::OrderOnline(_) => kind::ORDER_ONLINE,
            Self::Profile(_) => kind::PROFILE,
            Self::UpdateInfo(_) | Self::Hubs(_) => kind::UPDATE_INFO_OR_HUBS,
            Self::BuddyTable(_) => kind::BUDDY_TABLE,
            Self::OrderTable(_) => kind::ORDER_TABLE,
            Self::Kicked(_) => kind::KICKED,
            Self::ProxyJoin(_) => kind::PROXY_JOIN,
            Self::Chat(_) => kind::CHAT,
            Self::Whisper(_) => kind::WHISPER,
            Self::Keepalive => kind::KEEPALIVE,
            Self::SessionKey(_) => kind::SESSION_KEY,
        }
    }

    /// The whole packet, in clear, good for either dialect.
    ///
    /// Lists are not split here; see [`ServerPacket::pack_list`].
    pub fn pack(&self) -> Packed {
        let mut writer = Writer::new();
        self.write(&mut writer);
        Packed::new(self.kind(), &writer.into_bytes())
    }

    /// A list in as many packets as it needs, each short enough for Myth II. An empty list gives
    /// no packet.
    pub fn pack_list<T: ListEntry>(entries: &[T]) -> Vec<Packed> {
        let mut packets = Vec::new();
        let mut body = Vec::new();
        for entry in entries {
            let mut writer = Writer::new();
            entry.write_entry(&mut writer);
            let bytes = writer.into_bytes();
            if !body.is_empty() && body.len() + bytes.len() > LONGEST_LIST_BODY {
                packets.push(Packed::new(T::KIND, &body));
                body.clear();
            }
            body.extend_from_slice(&bytes);
        }
        if !body.is_empty() {
            packets.push(Packed::new(T::KIND, &body));
        }
        packets
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Self::Rooms(rooms) => write_all(rooms, to),
            Self::Players(players) => write_all(players, to),
            Self::Games(games) | Self::GamesFound(games) => {
                for game in games {
                    game.write(to);
                }
            }
            Self::Message(message) => message.write(to),
            Self::Url(url) => url.write(to),
            Self::DataChunk(chunk) => chunk.write(to),
            Self::Challenge(challenge) => challenge.write(to),
            Self::LoginSuccess(success) => success.write(to),
            Self::SetPlayerData(player) => player.write(to),
            Self::RoomLoginSuccess(success) => success.write(to),
            Self::BlueLine(text) | Self::Kicked(text) => to.cstr(text),
            Self::PlayersFound(players) | Self::BuddiesOnline(players) | Self::OrderOnline(players) => {
                write_all(players, to);
            }
            Self::Profile(profile) => profile.write(to),
            Self::UpdateInfo(info) => info.write(to),
            Self::Hubs(hubs) => write_all(hubs, to),
            Self::BuddyTable(table) => table.write(to),
            Self::OrderTable(table) => table.write(to),
            Self::ProxyJoin(join) => join.write(to),
            Self::Chat(chat) => chat.write(to),
            Self::Whisper(whisper) => whisper.write(to),
            Self::SessionKey(key) => to.bytes(key),
            Self::SendVersions | Self::Keepalive => {}
        }
    }
}

/// An entry of one of the three lists a room sends.
pub trait ListEntry {
    /// The list's packet number.
    const KIND: i16;

    /// Writes the entry.
    fn write_entry(&self, to: &mut Writer);
}

impl ListEntry for RoomEntry {
    const KIND: i16 = kind::ROOM_LIST;

    fn write_entry(&self, to: &mut Writer) {
        self.write(to);
    }
}

impl ListEntry for PlayerEntry {
    const KIND: i16 = kind::PLAYER_LIST;

    fn write_entry(&self, to: &mut Writer) {
        self.write(to);
    }
}

impl ListEntry for GameEntry {
    const KIND: i16 = kind::GAME_LIST;

    fn write_entry(&self, to: &mut Writer) {
        self.write(to);
    }
}

fn write_all<T: Wire>(items: &[T], to: &mut Writer) {
    for item in items {
        item.write(to);
    }
}

fn read_player(dialect: Dialect, from: &mut Reader<'_>) -> Result<PlayerEntry, DecodeError> {
    match dialect {
        Dialect::Myth2 => PlayerEntry::read_myth(from),
        Dialect::AlephOne => PlayerEntry::read_aleph(from),
    }
}

fn read_players(dialect: Dialect, from: &mut Reader<'_>) -> Result<Vec<PlayerEntry>, DecodeError> {
    let mut all = Vec::new();
    while !from.is_empty() {
        all.push(read_player(dialect, from)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_goes_on_in_the_next_packet() {
        let players: Vec<_> = (0..300)
            .map(|player_id| {
                let mut player = PlayerEntry::default();
                player.aux.player_id = player_id;
                player.data.name = Text::new("Soulblighter");
                player
            })
            .collect();
        let packets = ServerPacket::pack_list(&players);
        assert!(packets.len() > 1);
        let mut seen = Vec::new();
        for packet in &packets {
            assert!(packet.as_bytes().len() <= Dialect::Myth2.longest_out());
            match ServerPacket::decode(Dialect::Myth2, packet.kind(), packet.body()) {
                Ok(ServerPacket::Players(some)) => seen.extend(some),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(seen, players);
        assert_eq!(ServerPacket::pack_list::<PlayerEntry>(&[]), []);
    }
}
