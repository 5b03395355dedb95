//! What a Myth II host says of its game (spec section 8.0).

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Game description flags.
pub mod flag {
    /// The game is being played.
    pub const IN_PROGRESS: u16 = 1;
    /// A password is needed to join.
    pub const PASSWORD: u16 = 2;
    /// Not joinable: invalid.
    pub const INVALID: u16 = 4;
    /// A round of a tournament.
    pub const TOURNAMENT: u16 = 8;
    /// Closed to more players.
    pub const CLOSED: u16 = 16;
}

/// The names of the scoring types 0…15 (spec section 5).
pub const SCORING_NAMES: [&str; 16] = [
    "Body Count",
    "Steal the Bacon",
    "Last Man on the Hill",
    "Scavenger Hunt",
    "Flag Rally",
    "Capture the Flag",
    "Balls on Parade",
    "Territories",
    "Captures",
    "King of the Hill",
    "Stampede",
    "Assassin",
    "Hunting",
    "Custom",
    "King of the Hill (TFL)",
    "King of the Map",
];

/// The fields of a description: 568 bytes, then two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MythGame {
    /// Net game type.
    pub game_type: i16,
    /// Scoring, an index into [`SCORING_NAMES`].
    pub scoring: i16,
    /// Option bits (spec section 5).
    pub options: u32,
    /// Time limit in ticks of 1/30 s.
    pub time_limit_ticks: i32,
    /// The scenario's four-character tag.
    pub scenario_tag: u32,
    /// 0 timid … 4 legendary.
    pub difficulty: i16,
    /// Most players.
    pub max_players: i16,
    /// Seed of the first teams.
    pub team_seed: u16,
    /// Most teams.
    pub max_teams: i16,
    /// Seed of the game.
    pub random_seed: u32,
    /// Planning time in ticks of 1/30 s.
    pub planning_time_ticks: i32,
    /// Ten bytes nobody reads.
    pub unused: [u8; 10],
    /// Plug-ins named in the list.
    pub plugin_count: i16,
    /// The plug-in list, opaque.
    pub plugins: Box<[u8; 512]>,
    /// Checksum of the public tags.
    pub public_checksum: i32,
    /// Checksum of the private tags.
    pub private_checksum: i32,
    /// See [`flag`].
    pub flags: u16,
    /// Players now.
    pub players: i8,
    /// Padding.
    pub padding: u8,
    /// At most 31 bytes.
    pub name: Text,
    /// At most 63 bytes.
    pub map: Text,
}

impl Default for MythGame {
    fn default() -> Self {
        Self {
            game_type: 0,
            scoring: 0,
            options: 0,
            time_limit_ticks: 0,
            scenario_tag: 0,
            difficulty: 0,
            max_players: 0,
            team_seed: 0,
            max_teams: 0,
            random_seed: 0,
            planning_time_ticks: 0,
            unused: [0; 10],
            plugin_count: 0,
            plugins: Box::new([0; 512]),
            public_checksum: 0,
            private_checksum: 0,
            flags: 0,
            players: 0,
            padding: 0,
            name: Text::default(),
            map: Text::default(),
        }
    }
}

impl Wire for MythGame {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            game_type: from.i16()?,
            scoring: from.i16()?,
            options: from.u32()?,
            time_limit_ticks: from.i32()?,
            scenario_tag: from.u32()?,
            difficulty: from.i16()?,
            max_players: from.i16()?,
            team_seed: from.u16()?,
            max_teams: from.i16()?,
            random_seed: from.u32()?,
            planning_time_ticks: from.i32()?,
            unused: from.array()?,
            plugin_count: from.i16()?,
            plugins: Box::new(from.array()?),
            public_checksum: from.i32()?,
            private_checksum: from.i32()?,
            flags: from.u16()?,
            players: from.i8()?,
            padding: from.u8()?,
            name: from.cstr()?,
            map: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        to.i16(self.game_type);
        to.i16(self.scoring);
        to.u32(self.options);
        to.i32(self.time_limit_ticks);
        to.u32(self.scenario_tag);
        to.i16(self.difficulty);
        to.i16(self.max_players);
        to.u16(self.team_seed);
        to.i16(self.max_teams);
        to.u32(self.random_seed);
        to.i32(self.planning_time_ticks);
        to.bytes(&self.unused);
        to.i16(self.plugin_count);
        to.bytes(&self.plugins[..]);
        to.i32(self.public_checksum);
        to.i32(self.private_checksum);
        to.u16(self.flags);
        to.i8(self.players);
        to.u8(self.padding);
        to.cstr(&self.name);
        to.cstr(&self.map);
    }
}
