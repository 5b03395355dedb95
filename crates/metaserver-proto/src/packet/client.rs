//! What clients send, gathered.

use super::chat::{Chat, Whisper};
use super::data_chunk::ChunkHead;
use super::film::FilmCommand;
use super::game::{AnnounceGame, StartGame};
use super::kind;
use super::login::{Answer, Login, Versions};
use super::player::PlayerData;
use super::room::{PlayerMode, RoomLogin};
use super::score::{GameScore, PlayersInGame};
use super::search::GameSearch;
use super::social::{OwnTexts, UpdateBuddy};
use crate::dialect::Dialect;
use crate::frame::Packed;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// A packet from a client, either dialect. Fields whose meaning differs by dialect keep their
/// raw value here; [`crate::RoomMessage`] resolves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientPacket {
    /// 100.
    Login(Box<Login>),
    /// 101.
    RoomLogin(RoomLogin),
    /// 102.
    Logout,
    /// 103.
    PlayerData(PlayerData),
    /// 104.
    AnnounceGame(AnnounceGame),
    /// 105.
    RemoveGame,
    /// 106, a room id. No server acts on it.
    ChangeRoom(i16),
    /// 107.
    PlayerMode(PlayerMode),
    /// 108. Obsolete.
    DataChunkReply(ChunkHead),
    /// 109.
    Answer(Answer),
    /// 110.
    FullUpdate,
    /// 111.
    PlayersInGame(PlayersInGame),
    /// 112.
    Score(Box<GameScore>),
    /// 113.
    ResetGame,
    /// 114.
    StartGame(StartGame),
    /// 115.
    Versions(Versions),
    /// 116.
    GameSearch(GameSearch),
    /// 117, part of a name.
    PlayerSearch(Text),
    /// 118.
    BuddiesQuery,
    /// 119.
    OrderQuery,
    /// 120.
    UpdateBuddy(UpdateBuddy),
    /// 121, a player id.
    ProfileQuery(u32),
    /// 122 of Myth II.
    OwnTexts(OwnTexts),
    /// 122 of Aleph One, a network protocol id.
    HubRequest(Text),
    /// 200.
    Chat(Chat),
    /// 201.
    Whisper(Whisper),
    /// 202.
    Keepalive,
    /// 203 of Myth II, four public lanes; [`crate::crypto::PrivateKey::agree`] checks them.
    SessionKey([u8; 8]),
    /// 204 of Myth II, raw bytes.
    FilmHeader(Vec<u8>),
    /// 205 of Myth II.
    FilmCommand(FilmCommand),
    /// 206 of Myth II, game time in ticks of 1/30 s.
    FilmEnd(i32),
}

impl ClientPacket {
    /// Reads the body of packet number `number`.
    ///
    /// Bytes behind the last field are an error in Myth II and ignored in Aleph One; a short body
    /// is an error in both (spec section 3).
    pub fn decode(dialect: Dialect, number: i16, body: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let from = &mut reader;
        let packet = match number {
            kind::LOGIN => Self::Login(Box::new(Login::read(dialect, from)?)),
            kind::ROOM_LOGIN => Self::RoomLogin(RoomLogin::read(from)?),
            kind::LOGOUT => Self::Logout,
            kind::PLAYER_DATA => Self::PlayerData(PlayerData::read(from)?),
            kind::ANNOUNCE_GAME => Self::AnnounceGame(AnnounceGame::read(dialect, from)?),
            kind::REMOVE_GAME => Self::RemoveGame,
            kind::CHANGE_ROOM => Self::ChangeRoom(from.i16()?),
            kind::PLAYER_MODE => Self::PlayerMode(PlayerMode::read(dialect, from)?),
            kind::DATA_CHUNK_REPLY => Self::DataChunkReply(ChunkHead::read(from)?),
            kind::ANSWER => Self::Answer(Answer::read(dialect, from)?),
            kind::FULL_UPDATE => Self::FullUpdate,
            kind::PLAYERS_IN_GAME => Self::PlayersInGame(PlayersInGame::read(from)?),
            kind::SCORE => Self::Score(Box::new(GameScore::read(from)?)),
            kind::RESET_GAME => Self::ResetGame,
            kind::START_GAME => Self::StartGame(StartGame::read(from)?),
            kind::VERSIONS => Self::Versions(Versions::read(from)?),
            kind::GAME_SEARCH => Self::GameSearch(GameSearch::read(from)?),
            kind::PLAYER_SEARCH => Self::PlayerSearch(from.cstr()?),
            kind::BUDDIES_QUERY => Self::BuddiesQuery,
            kind::ORDER_QUERY => Self::OrderQuery,
            kind::UPDATE_BUDDY => Self::UpdateBuddy(UpdateBuddy::read(from)?),
            kind::PROFILE_QUERY => Self::ProfileQuery(from.u32()?),
            kind::OWN_TEXTS_OR_HUB_REQUEST => match dialect {
                Dialect::Myth2 => Self::OwnTexts(OwnTexts::read(from)?),
                Dialect::AlephOne => Self::HubRequest(from.cstr()?),
            },
            kind::CHAT => Self::Chat(Chat::read(from)?),
            kind::WHISPER => Self::Whisper(Whisper::read(from)?),
            kind::KEEPALIVE => Self::Keepalive,
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
            kind::SESSION_KEY => Self::SessionKey(from.array()?),
            kind::FILM_HEADER => Self::FilmHeader(from.take_rest().to_vec()),
            kind::FILM_COMMAND => Self::FilmCommand(FilmCommand::read(from)?),
            kind::FILM_END => Self::FilmEnd(from.i32()?),
            other => return Err(DecodeError::UnknownKind(other)),
        })
    }

    /// The packet's number.
    pub const fn kind(&self) -> i16 {
        match self {
            Self::Login(_) => kind::LOGIN,
            Self::RoomLogin(_) => kind::ROOM_LOGIN,
            Self::Logout => kind::LOGOUT,
            Self::PlayerData(_) => kind::PLAYER_DATA,
            Self::AnnounceGame(_) => kind::ANNOUNCE_GAME,
            Self::RemoveGame => kind::REMOVE_GAME,
            Self::ChangeRoom(_) => kind::CHANGE_ROOM,
            Self::PlayerMode(_) => kind::PLAYER_MODE,
            Self::DataChunkReply(_) => kind::DATA_CHUNK_REPLY,
            Self::Answer(_) => kind::ANSWER,
            Self::FullUpdate => kind::FULL_UPDATE,
            Self::PlayersInGame(_) => kind::PLAYERS_IN_GAME,
            Self::Score(_) => kind::SCORE,
            Self::ResetGame => kind::RESET_GAME,
            Self::StartGame(_) => kind::START_GAME,
            Self::Versions(_) => kind::VERSIONS,
            Self::GameSearch(_) => kind::GAME_SEARCH,
            Self::PlayerSearch(_) => kind::PLAYER_SEARCH,
            Self::BuddiesQuery => kind::BUDDIES_QUERY,
            Self::OrderQuery => kind::ORDER_QUERY,
            Self::UpdateBuddy(_) => kind::UPDATE_BUDDY,
            Self::ProfileQuery(_) => kind::PROFILE_QUERY,
            Self::OwnTexts(_) | Self::HubRequest(_) => kind::OWN_TEXTS_OR_HUB_REQUEST,
            Self::Chat(_) => kind::CHAT,
            Self::Whisper(_) => kind::WHISPER,
            Self::Keepalive => kind::KEEPALIVE,
            Self::SessionKey(_) => kind::SESSION_KEY,
            Self::FilmHeader(_) => kind::FILM_HEADER,
            Self::FilmCommand(_) => kind::FILM_COMMAND,
            Self::FilmEnd(_) => kind::FILM_END,
        }
    }

    /// The whole packet, in clear.
    pub fn pack(&self, dialect: Dialect) -> Packed {
        let mut writer = Writer::new();
        self.write(dialect, &mut writer);
        Packed::new(self.kind(), &writer.into_bytes())
    }

    fn write(&self, dialect: Dialect, to: &mut Writer) {
        match self {
            Self::Login(login) => login.write(dialect, to),
            Self::RoomLogin(login) => login.write(to),
            Self::PlayerData(data) => data.write(to),
            Self::AnnounceGame(game) => game.write(to),
            Self::ChangeRoom(room_id) => to.i16(*room_id),
            Self::PlayerMode(mode) => mode.write(to),
            Self::DataChunkReply(head) => head.write(to),
            Self::Answer(answer) => to.bytes(&answer.0),
            Self::PlayersInGame(players) => players.write(to),
            Self::Score(score) => score.write(to),
            Self::StartGame(start) => start.write(to),
            Self::Versions(versions) => versions.write(to),
            Self::GameSearch(search) => search.write(to),
            Self::PlayerSearch(text) | Self::HubRequest(text) => to.cstr(text),
            Self::UpdateBuddy(update) => update.write(to),
            Self::ProfileQuery(player_id) => to.u32(*player_id),
            Self::OwnTexts(texts) => texts.write(to),
            Self::Chat(chat) => chat.write(to),
            Self::Whisper(whisper) => whisper.write(to),
            Self::SessionKey(key) => to.bytes(key),
            Self::FilmHeader(data) => to.bytes(data),
            Self::FilmCommand(command) => command.write(to),
            Self::FilmEnd(time) => to.i32(*time),
            Self::Logout
            | Self::RemoveGame
            | Self::FullUpdate
            | Self::ResetGame
            | Self::BuddiesQuery
            | Self::OrderQuery
            | Self::Keepalive => {}
        }
    }
}
