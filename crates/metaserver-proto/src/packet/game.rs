//! Games as lists carry them: an aux block, then the host's own description (spec section 8.0).

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::aleph_game::{self, AlephGame};
use super::myth_game::{self, MythGame};
use super::player::Verb;
use crate::dialect::Dialect;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// The longest description taken, in bytes (spec section 8.0).
pub const LONGEST_DESCRIPTION: usize = 1024;

/// A game's description, byte for byte as its host sent it; checked when it arrives, shared by
/// every list that carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameDescription {
    dialect: Dialect,
    bytes: Arc<[u8]>,
}

/// The fields of a description, by dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Game {
    /// Of a Myth II host.
    Myth2(Box<MythGame>),
    /// Of an Aleph One host.
    AlephOne(Box<AlephGame>),
}

/// What both dialects tell of a game, for pages and rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameSummary {
    /// Game name, with its style codes.
    pub name: Text,
    /// Map name.
    pub map: Text,
    /// The kind of game in words: the scoring (Myth II), the game type (Aleph One).
    pub kind_name: Option<&'static str>,
    /// Players now.
    pub players: u16,
    /// Most players.
    pub max_players: u16,
    /// 0 timid … 4 legendary.
    pub difficulty: u16,
    /// Time limit in ticks of 1/30 s, where there is one.
    pub time_limit_ticks: Option<u32>,
    /// The game is being played.
    pub running: bool,
    /// Closed to more players.
    pub closed: bool,
    /// A password is needed (known of Myth II only).
    pub password: bool,
}

impl GameDescription {
    /// Checks `bytes` against the dialect's layout and keeps them.
    ///
    /// Myth II refuses bytes after the map name; for Aleph One they are cut off.
    pub fn parse(dialect: Dialect, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        read_game(dialect, &mut reader)?;
        reader.finish(dialect.refuses_excess())?;
        let used = bytes.len() - reader.rest().len();
        Self::checked(dialect, &bytes[..used])
    }

    /// Reads one description from the front, as the Aleph One client does: without its length.
    fn read_open(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let before = from.rest();
        read_game(dialect, from)?;
        let used = before.len() - from.rest().len();
        Self::checked(dialect, &before[..used])
    }

    fn checked(dialect: Dialect, bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.len() > LONGEST_DESCRIPTION {
            return Err(DecodeError::Excess(bytes.len() - LONGEST_DESCRIPTION));
        }
        Ok(Self { dialect, bytes: bytes.into() })
    }

    /// Which game it is of. Games are listed to their own dialect only.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The bytes as they came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The fields.
    pub fn fields(&self) -> Game {
        read_game(self.dialect, &mut Reader::new(&self.bytes)).expect("parsed when it arrived")
    }

    /// What both dialects tell.
    pub fn summary(&self) -> GameSummary {
        match self.fields() {
            Game::Myth2(game) => GameSummary {
                kind_name: name_at(&myth_game::SCORING_NAMES, game.scoring.into()),
                players: u16::from(game.players.max(0).unsigned_abs()),
                max_players: game.max_players.max(0).unsigned_abs(),
                difficulty: game.difficulty.max(0).unsigned_abs(),
                time_limit_ticks: positive(game.time_limit_ticks),
                running: game.flags & myth_game::flag::IN_PROGRESS != 0,
                closed: game.flags & myth_game::flag::CLOSED != 0,
                password: game.flags & myth_game::flag::PASSWORD != 0,
                name: game.name,
                map: game.map,
            },
            Game::AlephOne(game) => GameSummary {
                kind_name: name_at(&aleph_game::GAME_TYPE_NAMES, game.game_type.into()),
                players: game.players.into(),
                max_players: game.max_players,
                difficulty: game.difficulty,
                time_limit_ticks: positive(game.time_limit_ticks),
                running: game.status & aleph_game::status::RUNNING != 0,
                closed: game.status & aleph_game::status::CLOSED != 0,
                password: false,
                name: game.name,
                map: game.map,
            },
        }
    }
}

impl From<&MythGame> for GameDescription {
    fn from(game: &MythGame) -> Self {
        Self { dialect: Dialect::Myth2, bytes: game.to_bytes().into() }
    }
}

impl From<&AlephGame> for GameDescription {
    fn from(game: &AlephGame) -> Self {
        Self { dialect: Dialect::AlephOne, bytes: game.to_bytes().into() }
    }
}

fn read_game(dialect: Dialect, from: &mut Reader<'_>) -> Result<Game, DecodeError> {
    match dialect {
        Dialect::Myth2 => Ok(Game::Myth2(Box::new(MythGame::read(from)?))),
        Dialect::AlephOne => Ok(Game::AlephOne(Box::new(AlephGame::read(from)?))),
    }
}

fn name_at(names: &[&'static str], index: i64) -> Option<&'static str> {
    names.get(usize::try_from(index).ok()?).copied()
}

fn positive(ticks: i32) -> Option<u32> {
    u32::try_from(ticks).ok().filter(|&ticks| ticks > 0)
}

/// What the server says of a game, before its description; 32 bytes on the wire, where it also
/// carries the size of the description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GameAux {
    /// Unique within the room.
    pub game_id: u32,
    /// Where to join.
    pub address: Ipv4Addr,
    /// The port to join.
    pub port: u16,
    /// What to do with the entry.
    pub verb: Verb,
    /// Version (Myth II), "enable" (Aleph One); 0.
    pub version: i8,
    /// −1 untimed. Before the start 0 in Myth II, −1 in Aleph One; may go below 0 afterwards.
    pub seconds_remaining: i32,
    /// Player id of the host.
    pub host_id: u32,
    /// Ten bytes nobody reads, kept as they came.
    pub unused: [u8; 10],
}

impl Default for GameAux {
    fn default() -> Self {
        Self {
            game_id: 0,
            address: Ipv4Addr::UNSPECIFIED,
            port: 0,
            verb: Verb::Add,
            version: 0,
            seconds_remaining: 0,
            host_id: 0,
            unused: [0; 10],
        }
    }
}

/// One game in a list. The description is sent whole with every verb, deletes too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameEntry {
    /// What the server says of the game.
    pub aux: GameAux,
    /// What its host said.
    pub description: GameDescription,
}

impl GameEntry {
    /// Reads one entry from the front: by its length (Myth II) or without it (Aleph One).
    pub fn read(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let game_id = from.u32()?;
        let address = from.ipv4()?;
        let port = from.u16()?;
        let verb = Verb::from_code(from.i8()?.into())?;
        let version = from.i8()?;
        let seconds_remaining = from.i32()?;
        let host_id = from.u32()?;
        let length = from.u16()?;
        let unused = from.array()?;
        let description = match dialect {
            Dialect::Myth2 => GameDescription::parse(dialect, from.bytes(length.into())?)?,
            Dialect::AlephOne => GameDescription::read_open(dialect, from)?,
        };
        Ok(Self {
            aux: GameAux { game_id, address, port, verb, version, seconds_remaining, host_id, unused },
            description,
        })
    }

    /// Reads entries until the body ends.
    pub fn read_all(dialect: Dialect, from: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        let mut all = Vec::new();
        while !from.is_empty() {
            all.push(Self::read(dialect, from)?);
        }
        Ok(all)
    }

    /// Writes the entry.
    pub fn write(&self, to: &mut Writer) {
        let aux = &self.aux;
        let bytes = self.description.as_bytes();
        to.u32(aux.game_id);
        to.ipv4(aux.address);
        to.u16(aux.port);
        to.u8(aux.verb.code());
        to.i8(aux.version);
        to.i32(aux.seconds_remaining);
        to.u32(aux.host_id);
        to.u16(u16::try_from(bytes.len()).expect("descriptions are at most 1024 bytes"));
        to.bytes(&aux.unused);
        to.bytes(bytes);
    }
}

/// Client packet 104: create or update the own game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnnounceGame {
    /// The port players join at.
    pub port: u16,
    /// 1 for an order game (Myth II); a remote hub's id, 0 for none (Aleph One).
    pub order_or_hub: u16,
    /// What the host says of it.
    pub description: GameDescription,
}

impl AnnounceGame {
    /// Reads the body.
    pub fn read(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            port: from.u16()?,
            order_or_hub: from.u16()?,
            description: GameDescription::parse(dialect, from.take_rest())?,
        })
    }

    /// Writes the body.
    pub fn write(&self, to: &mut Writer) {
        to.u16(self.port);
        to.u16(self.order_or_hub);
        to.bytes(self.description.as_bytes());
    }
}

/// Client packet 114: the game starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartGame {
    /// Seconds in Myth II, ticks in Aleph One; see [`StartGame::seconds`].
    pub length: i32,
    /// Eight bytes nobody reads, kept as they came.
    pub unused: [u8; 8],
}

impl StartGame {
    /// The game's length in seconds, `None` for an untimed one: zero or less, and in Aleph One
    /// also seven days or more (spec section 13.1).
    pub fn seconds(&self, dialect: Dialect) -> Option<u32> {
        const WEEK_SECS: u32 = 7 * 24 * 60 * 60;
        let length = positive(self.length)?;
        match dialect {
            Dialect::Myth2 => Some(length),
            Dialect::AlephOne => Some(length / 30).filter(|&seconds| seconds < WEEK_SECS),
        }
    }
}

impl Wire for StartGame {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { length: from.i32()?, unused: from.array()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.length);
        to.bytes(&self.unused);
    }
}
