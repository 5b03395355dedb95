//! Packet 116: a search over games (spec sections 8.2 and 19; Myth II).

use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// What is looked for. Each preference is 0 required, 1 unwanted, 2 either.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct GameSearch {
    /// −1 for any.
    pub game_type: i16,
    /// −1 for any.
    pub scoring: i16,
    /// Preference.
    pub veterans: i16,
    /// Preference.
    pub unit_trading: i16,
    /// Preference.
    pub teams: i16,
    /// Preference.
    pub alliances: i16,
    /// Preference.
    pub enemy_visibility: i16,
    /// Nobody reads it.
    pub unused: i16,
    /// Part of the game's name.
    pub game_name: Text,
    /// Part of the map's name.
    pub map_name: Text,
}

impl Wire for GameSearch {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            game_type: from.i16()?,
            scoring: from.i16()?,
            veterans: from.i16()?,
            unit_trading: from.i16()?,
            teams: from.i16()?,
            alliances: from.i16()?,
            enemy_visibility: from.i16()?,
            unused: from.i16()?,
            game_name: from.cstr()?,
            map_name: from.cstr()?,
        })
    }

    fn write(&self, to: &mut Writer) {
        for value in [
            self.game_type,
            self.scoring,
            self.veterans,
            self.unit_trading,
            self.teams,
            self.alliances,
            self.enemy_visibility,
            self.unused,
        ] {
            to.i16(value);
        }
        to.cstr(&self.game_name);
        to.cstr(&self.map_name);
    }
}
