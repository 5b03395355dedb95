//! What a plugin reads of the hub: what it asks with and what it is answered, as JSON with these names.
//!
//! Of people it is told their number, and their name where it was granted `users`. What is too much for one page goes on: `next` is put into
//! the filter's `after`.

use serde::{Deserialize, Serialize};

/// Which members: those of the organization that the plugin was called in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MembersAsked {
    /// The page before ended there.
    pub after: Option<String>,
}

/// Members of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Those of this page.
    pub members: Vec<Member>,
    /// Where the next begins.
    pub next: Option<String>,
}

/// A member of an organization, or of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their number.
    pub person: String,
    /// Their name.
    pub name: Option<String>,
    /// What they are there.
    pub role: String,
    /// Since when, UTC milliseconds.
    pub joined_at: i64,
}

/// Which rooms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomsAsked {
    /// That one; absent: all that are open.
    pub room: Option<String>,
}

/// The lobby's rooms. There is one page of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooms {
    /// In their order.
    pub rooms: Vec<Room>,
}

/// A room of the lobby as it is now. What is said in it is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Its number.
    pub room: String,
    /// Its name.
    pub name: String,
    /// How many it takes.
    pub capacity: u16,
    /// Who is in it.
    pub players: Vec<Player>,
    /// What can be joined there, and what runs.
    pub games: Vec<Listed>,
}

/// Somebody in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Player {
    /// Their number in the hub; a guest has none.
    pub person: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// What they came by: `myth2`, `aleph_one`, `browser`.
    pub came_by: String,
    /// In a game, or elsewhere.
    pub away: bool,
}

/// A game in a room's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its number.
    pub game: String,
    /// What its host calls it.
    pub name: String,
    /// Its map.
    pub map: String,
    /// The kind of game, in words.
    pub kind: String,
    /// By which clients it can be joined: `myth2`, `aleph_one`.
    pub clients: String,
    /// The host's name.
    pub host: Option<String>,
    /// Players now.
    pub players: u16,
    /// Players at most.
    pub most_players: u16,
    /// Since when it runs; absent while it gathers.
    pub started_at: Option<i64>,
}

/// Which games that are over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GamesAsked {
    /// That one alone.
    pub game: Option<String>,
    /// Those that this person was in.
    pub person: Option<String>,
    /// Those with that in their name, their map's or a player's; for plugins that may see names.
    pub text: Option<String>,
    /// The page before ended there.
    pub after: Option<String>,
}

/// Games that are over, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Games {
    /// Those of this page.
    pub games: Vec<Game>,
    /// Where the next begins.
    pub next: Option<String>,
}

/// A game whose result stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Game {
    /// Its number.
    pub game: String,
    /// What its host called it.
    pub name: String,
    /// Its map.
    pub map: String,
    /// The kind of game, in words.
    pub kind: String,
    /// Played by which clients: `myth2`, `aleph_one`.
    pub clients: String,
    /// What it counted for: `ranked`, `unranked`.
    pub class: String,
    /// When its result stood, UTC milliseconds.
    pub at: i64,
    /// How long it ran, in milliseconds.
    pub played_ms: i64,
    /// Whether those who played reported different things.
    pub disputed: bool,
    /// What was said of that: `confirmed`, `overturned`, `voided`.
    pub verdict: Option<String>,
    /// Who fared how, the winners first.
    pub players: Vec<Fared>,
}

/// How somebody fared in a game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fared {
    /// Their number in the hub; a guest has none.
    pub person: Option<String>,
    /// As they were called then.
    pub name: Option<String>,
    /// Equal numbers are one team.
    pub team: Option<i64>,
    /// 1 for the winners.
    pub place: Option<i64>,
    /// `win`, `tie`, `loss`, `spectator`, `cooperative`.
    pub fate: String,
    /// Left before the end.
    pub dropped: bool,
}

/// Which ladder, and where in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LaddersAsked {
    /// Of which clients: `myth2`, `aleph_one`. It has to be said.
    pub clients: String,
    /// `ranked`, where nothing is said, or `unranked`.
    pub class: Option<String>,
    /// The kind of game as its clients number it; absent: all together.
    pub kind: Option<u16>,
    /// Players in the largest team; absent: any size.
    pub team_size: Option<u16>,
    /// Of which season; absent: of all time.
    pub season: Option<i64>,
    /// By `rating`, where nothing is said, or by `points`.
    pub order: Option<String>,
    /// The page that this person is on.
    pub person: Option<String>,
    /// The page before ended there.
    pub after: Option<String>,
}

/// A page of a ladder. Whoever keeps out of it leaves their place empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// From the top.
    pub rungs: Vec<Rung>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A row of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// From 1.
    pub place: u64,
    /// Their number.
    pub person: String,
    /// Their name.
    pub name: Option<String>,
    /// Games that counted.
    pub games: u32,
    /// Of them won.
    pub wins: u32,
    /// Lost.
    pub losses: u32,
    /// Tied.
    pub ties: u32,
    /// As the classic servers count.
    pub points: i32,
    /// In hundredths.
    pub rating: i64,
    /// When the last of the games was settled, UTC milliseconds.
    pub last_game_at: i64,
}

/// Which orders of players.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrdersAsked {
    /// That one alone, with who belongs to it.
    pub order: Option<String>,
    /// Those with that in their name.
    pub text: Option<String>,
    /// The page before ended there.
    pub after: Option<String>,
}

/// Orders of players, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// Those of this page.
    pub orders: Vec<Order>,
    /// Where the next begins.
    pub next: Option<String>,
}

/// An order of players.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub order: String,
    /// Its name.
    pub name: String,
    /// What it goes by, in a line.
    pub motto: String,
    /// How one comes to it: `open`, `request`, `invitation`.
    pub admission: String,
    /// How many belong to it.
    pub size: u32,
    /// Since when there is one, UTC milliseconds.
    pub founded_at: i64,
    /// Who does, where it was asked for alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
}
