//! The lobby as a page sees it: rooms, players, games, lines of chat.

use base::{GameId, Millis, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// Which game's client a player or game came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Myth II: Soulblighter and its kin.
    Myth2,
    /// Aleph One (Marathon).
    AlephOne,
}

impl Dialect {
    /// The word stored in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Myth2 => "myth2",
            Self::AlephOne => "aleph_one",
        }
    }

    /// The one of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Myth2, Self::AlephOne].into_iter().find(|dialect| dialect.word() == word)
    }
}

/// What somebody in a room came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Myth II: Soulblighter and its kin.
    Myth2,
    /// Aleph One (Marathon).
    AlephOne,
    /// A page of the site, or a program by the API.
    Browser,
}

impl From<Dialect> for Origin {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Myth2 => Self::Myth2,
            Dialect::AlephOne => Self::AlephOne,
        }
    }
}

/// Everything the live page shows of the lobby: the state behind the topic `lobby`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lobby {
    /// The rooms, in the operator's order.
    pub rooms: Vec<Room>,
}

/// One room and who and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Which room.
    pub id: RoomId,
    /// Its name, as classic clients show it.
    pub name: String,
    /// The most players it takes.
    pub capacity: u16,
    /// Who is in it, first come first.
    pub players: Vec<Player>,
    /// The games listed in it, oldest first.
    pub games: Vec<Game>,
    /// The last lines said, oldest first; at most [`Room::LINES`].
    pub lines: Vec<Line>,
}

impl Room {
    /// How many lines a room's snapshot carries.
    pub const LINES: usize = 50;
}

/// A player's number within the lobby: what classic clients call the player id. Not an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlayerNumber(pub u32);

/// Somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// Their number.
    pub number: PlayerNumber,
    /// The account behind; `None` for a guest.
    pub user: Option<UserId>,
    /// The name, without the clients' style codes.
    pub name: String,
    /// What they came by.
    pub origin: Origin,
    /// In a game or away: they are not listening.
    pub away: bool,
    /// Their colour in the game, `#rrggbb`.
    pub color: String,
    /// The caste they have earned, 0 to 16, where the room's games count for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caste: Option<u8>,
}

/// A game that is open to join, or running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Game {
    /// Which game.
    pub id: GameId,
    /// Who hosts it.
    pub host: PlayerNumber,
    /// The host's name when it was listed.
    pub host_name: String,
    /// Its name.
    pub name: String,
    /// The map.
    pub map: String,
    /// The kind of game, in words: "Body Count".
    pub scoring: String,
    /// Only clients of this dialect can join.
    pub dialect: Dialect,
    /// Players now.
    pub players: u16,
    /// The most players.
    pub max_players: u16,
    /// When it started; `None` while it gathers.
    pub started_at: Option<Millis>,
    /// When its time is up, where it runs and has a limit.
    #[serde(default)]
    pub ends_at: Option<Millis>,
    /// How its host set it up.
    #[serde(default)]
    pub terms: Terms,
}

/// How a game is set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The difficulty as the game calls it; empty: unknown.
    pub difficulty: String,
    /// How long it may last; `None`: as long as it does.
    pub time_limit_secs: Option<u32>,
    /// Whether teams play.
    pub teams: bool,
    /// Whether a password is needed to join.
    pub password: bool,
}

/// A line of room chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// Who said it.
    pub name: String,
    /// What they came by; `None` for the hub's own lines.
    pub origin: Option<Origin>,
    /// What they said, without style codes.
    pub text: String,
    /// When.
    pub at: Millis,
}

/// Say a line in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "text": "The gate is open." })))]
pub struct Say {
    /// What. With a full stop and a letter at its beginning it is a command.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 511))]
    pub text: String,
    /// To whom alone, by their number in the lobby; absent: to everybody in the room.
    #[serde(default)]
    pub to: Option<u32>,
}

/// Something that only one player in a room is told: shown on their pages, and on nobody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// Its number: rises with each.
    pub n: u64,
    /// When.
    pub at: Millis,
    /// Whose words it is.
    pub from: AsideFrom,
    /// What.
    pub text: String,
}

/// Whose words an aside is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsideFrom {
    /// The hub's own: a greeting, an answer to a command, why something was not heard.
    Hub,
    /// A player's, whispered.
    Player(String),
    /// Their own, whispered to a player.
    Own(String),
}

/// One step from a lobby to the next. Applied to the snapshot it follows, it gives the state after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A room opened, or was renamed.
    RoomOpened {
        /// The room, as it stands.
        room: Room,
    },
    /// A room closed.
    RoomClosed {
        /// Which.
        room: RoomId,
    },
    /// The rooms stand in this order.
    RoomsArranged {
        /// All of them, the first first.
        rooms: Vec<RoomId>,
    },
    /// A player came in, or changed (matched by number).
    Player {
        /// Where.
        room: RoomId,
        /// As they now are.
        player: Player,
    },
    /// A player left.
    PlayerLeft {
        /// Where.
        room: RoomId,
        /// Who.
        number: PlayerNumber,
    },
    /// A game was listed, or changed (matched by id).
    Game {
        /// Where.
        room: RoomId,
        /// As it now is.
        game: Game,
    },
    /// A game is gone.
    GameGone {
        /// Where.
        room: RoomId,
        /// Which.
        game: GameId,
    },
    /// A result stands; what it is, the games that were played say.
    Settled {
        /// Of which game.
        game: GameId,
    },
    /// Somebody said something.
    Said {
        /// Where.
        room: RoomId,
        /// What.
        line: Line,
    },
}

impl Lobby {
    /// Takes one step. A change about an unknown room is ignored: the room has closed since.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::RoomOpened { room } => put(&mut self.rooms, room, |a, b| a.id == b.id),
            Change::RoomClosed { room } => self.rooms.retain(|r| r.id != room),
            Change::RoomsArranged { rooms } => {
                self.rooms.sort_by_key(|room| rooms.iter().position(|id| *id == room.id).unwrap_or(usize::MAX));
            }
            Change::Player { room, player } => {
                self.with(room, |r| put(&mut r.players, player, |a, b| a.number == b.number));
            }
            Change::PlayerLeft { room, number } => self.with(room, |r| r.players.retain(|p| p.number != number)),
            Change::Game { room, game } => self.with(room, |r| put(&mut r.games, game, |a, b| a.id == b.id)),
            Change::GameGone { room, game } => self.with(room, |r| r.games.retain(|g| g.id != game)),
            Change::Settled { .. } => {}
            Change::Said { room, line } => self.with(room, |r| {
                if r.lines.len() >= Room::LINES {
                    r.lines.drain(..=r.lines.len() - Room::LINES);
                }
                r.lines.push(line);
            }),
        }
    }

    /// How many players are in all rooms together.
    pub fn player_count(&self) -> usize {
        self.rooms.iter().map(|room| room.players.len()).sum()
    }

    /// How many games all rooms list.
    pub fn game_count(&self) -> usize {
        self.rooms.iter().map(|room| room.games.len()).sum()
    }

    fn with(&mut self, id: RoomId, act: impl FnOnce(&mut Room)) {
        if let Some(room) = self.rooms.iter_mut().find(|room| room.id == id) {
            act(room);
        }
    }
}

/// Replaces the item that `same` finds, or adds the new one at the end.
fn put<T>(items: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool) {
    match items.iter_mut().find(|old| same(old, &item)) {
        Some(old) => *old = item,
        None => items.push(item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(id: i64) -> Room {
        Room {
            id: RoomId::from(id),
            name: "Arrival".into(),
            capacity: 32,
            players: vec![],
            games: vec![],
            lines: vec![],
        }
    }

    fn player(number: u32, away: bool) -> Player {
        Player {
            number: PlayerNumber(number),
            user: None,
            name: "Olga".into(),
            origin: Origin::Myth2,
            away,
            color: "#102030".into(),
            caste: None,
        }
    }

    #[test]
    fn a_player_comes_changes_and_leaves() {
        let (mut lobby, id) = (Lobby { rooms: vec![room(1)] }, RoomId::from(1));
        lobby.apply(Change::Player { room: id, player: player(7, false) });
        lobby.apply(Change::Player { room: id, player: player(7, true) });
        assert_eq!(lobby.rooms[0].players, vec![player(7, true)]);
        lobby.apply(Change::PlayerLeft { room: id, number: PlayerNumber(7) });
        assert_eq!(lobby, Lobby { rooms: vec![room(1)] });
    }

    #[test]
    fn rooms_stand_as_they_are_arranged() {
        let mut lobby = Lobby { rooms: vec![room(1), room(2), room(3)] };
        lobby.apply(Change::RoomsArranged { rooms: [3, 1].map(RoomId::from).to_vec() });
        assert_eq!(lobby.rooms, vec![room(3), room(1), room(2)], "one that is not named stands last");
    }

    #[test]
    fn old_lines_make_way() {
        let (mut lobby, id) = (Lobby { rooms: vec![room(1)] }, RoomId::from(1));
        for n in 0..200 {
            let line = Line { name: "Olga".into(), origin: None, text: n.to_string(), at: Millis(n) };
            lobby.apply(Change::Said { room: id, line });
        }
        assert_eq!(lobby.rooms[0].lines.len(), Room::LINES);
        assert_eq!(lobby.rooms[0].lines[Room::LINES - 1].text, "199");
    }

    #[test]
    fn a_change_about_an_unknown_room_changes_nothing() {
        let mut lobby = Lobby { rooms: vec![room(1)] };
        lobby.apply(Change::PlayerLeft { room: RoomId::from(9), number: PlayerNumber(1) });
        assert_eq!(lobby, Lobby { rooms: vec![room(1)] });
    }
}
