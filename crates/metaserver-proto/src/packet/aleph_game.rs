//! What an Aleph One host says of its game (spec section 8.0).

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Bytes of the block that the plug-in flags govern.
const BLOCK_BYTES: usize = 512;
/// Its text part, when flag bit 0 is set.
const TEXTS_BYTES: usize = 160;
/// Its option part, when flag bit 1 is set.
const OPTIONS_BYTES: usize = 70;
/// The client's version constant at offset 556.
pub const CLIENT_VERSION: u32 = 0xC136_E436;

/// In place of a number of players: teams are not allowed.
pub const NO_TEAMS: u16 = 0xFFFF;

/// Status bits.
pub mod status {
    /// The game is being played.
    pub const RUNNING: u16 = 0x0001;
    /// Closed to more players.
    pub const CLOSED: u16 = 0x0010;
}

/// The names of the game types 0…8 (spec section 5).
pub const GAME_TYPE_NAMES: [&str; 9] = [
    "Every Man for Himself",
    "Cooperative",
    "Capture the Flag",
    "King of the Hill",
    "Kill the Man with the Ball",
    "Defense",
    "Rugby",
    "Tag",
    "Custom",
];

/// The text part of the block, 160 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Texts {
    /// Build string, at most 32 bytes.
    pub build: Text,
    /// Network protocol id, at most 32 bytes.
    pub protocol: Text,
    /// Scenario name, at most 32 bytes.
    pub scenario: Text,
    /// Scenario id, at most 24 bytes.
    pub scenario_id: Text,
    /// Scenario version, at most 8 bytes.
    pub scenario_version: Text,
    /// Script name, at most 32 bytes.
    pub script: Text,
}

/// The option part of the block, 70 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// Game option bits.
    pub game_options: i16,
    /// Cheat bits.
    pub cheat_flags: i16,
    /// Kills that end the game.
    pub kill_limit: i16,
    /// Map file, at most 32 bytes.
    pub map_file: Text,
    /// Physics file, at most 32 bytes.
    pub physics: Text,
}

/// The fields of a description: 568 bytes, then two names.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AlephGame {
    /// An index into [`GAME_TYPE_NAMES`].
    pub game_type: u16,
    /// Time limit in ticks of 1/30 s; −1 untimed.
    pub time_limit_ticks: i32,
    /// Checksum of the map.
    pub map_checksum: u32,
    /// 0 timid … 4 legendary.
    pub difficulty: u16,
    /// Most players.
    pub max_players: u16,
    /// Most players where teams are allowed; [`NO_TEAMS`] where they are not.
    pub max_team_players: u16,
    /// Flag bits at offset 42 beyond the two that `texts` and `options` stand for.
    pub more_flags: u16,
    /// Present where flag bit 0 is set.
    pub texts: Option<Texts>,
    /// Present where flag bit 1 is set.
    pub options: Option<Options>,
    /// See [`status`].
    pub status: u16,
    /// Players now.
    pub players: u8,
    /// Game name.
    pub name: Text,
    /// Map name.
    pub map: Text,
}

impl AlephGame {
    /// Whether teams are allowed.
    pub const fn teams(&self) -> bool {
        self.max_team_players != NO_TEAMS
    }
}

impl Wire for AlephGame {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        from.u16()?;
        let game_type = from.u16()?;
        from.u32()?;
        let time_limit_ticks = from.i32()?;
        let map_checksum = from.u32()?;
        let difficulty = from.u16()?;
        let max_players = from.u16()?;
        from.u16()?;
        let max_team_players = from.u16()?;
        from.bytes(18)?;
        let flags = from.u16()?;
        let mut block = Reader::new(from.bytes(BLOCK_BYTES)?);
        let texts = Texts {
            build: block.text(32)?,
            protocol: block.text(32)?,
            scenario: block.text(32)?,
            scenario_id: block.text(24)?,
            scenario_version: block.text(8)?,
            script: block.text(32)?,
        };
        let options = Options {
            game_options: block.i16()?,
            cheat_flags: block.i16()?,
            kill_limit: block.i16()?,
            map_file: block.text(32)?,
            physics: block.text(32)?,
        };
        from.u32()?;
        from.u32()?;
        let status = from.u16()?;
        let players = from.u8()?;
        from.u8()?;
        let has_texts = flags & 1 != 0;
        Ok(Self {
            game_type,
            time_limit_ticks,
            map_checksum,
            difficulty,
            max_players,
            max_team_players,
            more_flags: flags & !3,
            texts: has_texts.then_some(texts),
            options: (has_texts && flags & 2 != 0).then_some(options),
            status,
            players,
            name: from.cstr()?,
            map: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.u16(0);
        to.u16(self.game_type);
        to.u32(0);
        to.i32(self.time_limit_ticks);
        to.u32(self.map_checksum);
        to.u16(self.difficulty);
        to.u16(self.max_players);
        to.u16(0);
        to.u16(self.max_team_players);
        to.zeros(18);
        let texts_flag = u16::from(self.texts.is_some());
        let options_flag = u16::from(self.options.is_some()) << 1;
        to.u16(self.more_flags & !3 | texts_flag | options_flag);
        if let Some(texts) = &self.texts {
            to.text(&texts.build, 32);
            to.text(&texts.protocol, 32);
            to.text(&texts.scenario, 32);
            to.text(&texts.scenario_id, 24);
            to.text(&texts.scenario_version, 8);
            to.text(&texts.script, 32);
        } else {
            to.zeros(TEXTS_BYTES);
        }
        if let Some(options) = &self.options {
            to.i16(options.game_options);
            to.i16(options.cheat_flags);
            to.i16(options.kill_limit);
            to.text(&options.map_file, 32);
            to.text(&options.physics, 32);
        } else {
            to.zeros(OPTIONS_BYTES);
        }
        to.zeros(BLOCK_BYTES - TEXTS_BYTES - OPTIONS_BYTES);
        to.u32(CLIENT_VERSION);
        to.u32(0);
        to.u16(self.status);
        to.u8(self.players);
        to.u8(0);
        to.cstr(&self.name);
        to.cstr(&self.map);
    }
}
