//! Packets 100, 109 and 115: who a client says it is (spec section 8.2).

use super::player::PlayerData;
use crate::dialect::Dialect;
use crate::text::Text;
use crate::wire::{DecodeError, Reader, Wire, Writer};

/// Bytes of Myth II's player data field.
const MYTH_PLAYER_FIELD: usize = 128;
/// The longest answer to a challenge that is looked at, in bytes (spec section 9.1).
pub const LONGEST_ANSWER: usize = 64;
/// Bytes of an Aleph One answer.
pub const ALEPH_ANSWER_BYTES: usize = 16;
/// Flag of packet 100: replace the stored player data by mine.
pub const REPLACE_PLAYER_DATA: i32 = 1;

/// Packet 100, both layouts: 276 bytes in Myth II, 144 and the player data in Aleph One.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Login {
    /// Not checked.
    pub metaserver_version: i16,
    /// 100… Mac, 200… Windows, 300 Linux (Myth II); 0 Mac, 1 Windows, 4 other (Aleph One).
    pub platform: i16,
    /// [`REPLACE_PLAYER_DATA`] or 0.
    pub flags: i32,
    /// Not used.
    pub user_id: i32,
    /// The highest authentication method the client knows.
    pub highest_method: i16,
    /// `MYTH2…` or `MARATHON`.
    pub application: Text,
    /// At most 32 bytes.
    pub build_date: Text,
    /// At most 32 bytes.
    pub build_time: Text,
    /// At most 32 bytes.
    pub user_name: Text,
    /// How the player looks.
    pub player: PlayerData,
    /// Country code (Myth II only).
    pub country: i16,
    /// Padding (Myth II only), kept as it came.
    pub padding: i16,
}

impl Login {
    /// Reads the body. The player data must fill the size named for it (Myth II).
    pub fn read(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (first, second) = (from.i16()?, from.i16()?);
        let (metaserver_version, platform) = match dialect {
            Dialect::Myth2 => (first, second),
            Dialect::AlephOne => (second, first),
        };
        let flags = from.i32()?;
        let user_id = from.i32()?;
        let highest_method = from.i16()?;
        let player_bytes = from.i16()?;
        let mut login = Self {
            metaserver_version,
            platform,
            flags,
            user_id,
            highest_method,
            application: from.text(32)?,
            build_date: from.text(32)?,
            build_time: from.text(32)?,
            user_name: from.text(32)?,
            ..Self::default()
        };
        match dialect {
            Dialect::Myth2 => {
                let field = from.bytes(MYTH_PLAYER_FIELD)?;
                let used = usize::try_from(player_bytes)
                    .ok()
                    .and_then(|used| field.get(..used))
                    .ok_or(DecodeError::Range { field: "player data size", value: player_bytes.into() })?;
                login.player = PlayerData::read_exact(used)?;
                login.country = from.i16()?;
                login.padding = from.i16()?;
            }
            Dialect::AlephOne => login.player = PlayerData::read(from)?,
        }
        Ok(login)
    }

    /// Writes the body.
    pub fn write(&self, dialect: Dialect, to: &mut Writer) {
        let (first, second) = match dialect {
            Dialect::Myth2 => (self.metaserver_version, self.platform),
            Dialect::AlephOne => (self.platform, self.metaserver_version),
        };
        to.i16(first);
        to.i16(second);
        to.i32(self.flags);
        to.i32(self.user_id);
        to.i16(self.highest_method);
        let mut player = self.player.to_bytes();
        if dialect == Dialect::Myth2 {
            player.truncate(MYTH_PLAYER_FIELD);
        }
        to.i16(i16::try_from(player.len()).unwrap_or(i16::MAX));
        to.text(&self.application, 32);
        to.text(&self.build_date, 32);
        to.text(&self.build_time, 32);
        to.text(&self.user_name, 32);
        to.bytes(&player);
        if dialect == Dialect::Myth2 {
            to.zeros(MYTH_PLAYER_FIELD - player.len());
            to.i16(self.country);
            to.i16(self.padding);
        }
    }
}

/// Packet 109: the raw answer to a challenge, whatever its method.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Answer(pub Vec<u8>);

impl Answer {
    /// Reads the body: at most [`LONGEST_ANSWER`] bytes (Myth II), the first 16 (Aleph One).
    pub fn read(dialect: Dialect, from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match dialect {
            Dialect::Myth2 => {
                let answer = from.take_rest();
                if answer.len() > LONGEST_ANSWER {
                    return Err(DecodeError::Excess(answer.len() - LONGEST_ANSWER));
                }
                Ok(Self(answer.to_vec()))
            }
            Dialect::AlephOne => Ok(Self(from.bytes(ALEPH_ANSWER_BYTES)?.to_vec())),
        }
    }

    /// The answer up to its first NUL: the password, where the method is plain.
    pub fn text(&self) -> Text {
        Text::from_bytes(&self.0)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Answer(…)")
    }
}

/// Packet 115, 16 bytes: versions in Myth II, the constants 1, 2, 3, 0 in Aleph One.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Versions {
    /// As in [`Login::platform`].
    pub platform: i32,
    /// 2180 for 1.8.0; a demo's is ten times as high.
    pub application_version: i32,
    /// Patch number.
    pub patch: i32,
    /// Build number, e.g. 428.
    pub build: i32,
}

impl Versions {
    /// The application version without the mark of a demo, whose version is ten times as high (spec section 8.0).
    pub const fn plain_version(&self) -> i32 {
        if self.application_version >= 10_000 { self.application_version / 10 } else { self.application_version }
    }
}

impl Wire for Versions {
    fn read(from: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { platform: from.i32()?, application_version: from.i32()?, patch: from.i32()?, build: from.i32()? })
    }

    fn write(&self, to: &mut Writer) {
        to.i32(self.platform);
        to.i32(self.application_version);
        to.i32(self.patch);
        to.i32(self.build);
    }
}
