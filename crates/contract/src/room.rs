//! The lobby's rooms as those who run the hub set them up. What goes on in them is [`lobby`](crate::lobby)'s.

use base::{Millis, RestraintId, RoomId, UserId};
use serde::{Deserialize, Serialize};

use crate::{film::RoomFilms, lobby::Origin, words::words};

/// The names that classic clients have for rooms, by banner: the number that picks a room's name and picture there.
pub const BANNERS: [&str; 30] = [
    "Crows Bridge",
    "Otter Ferry",
    "White Falls",
    "Silvermines",
    "Shoal",
    "Madrigal",
    "Tyr",
    "Ash",
    "Scales",
    "Covenant",
    "Muirthemne",
    "Seven Gates",
    "Bagrada",
    "The Barrier",
    "Forest Heart",
    "The Ermine",
    "The Dire Marsh",
    "The Highlands",
    "The Drowned Kingdom",
    "The Great Devoid",
    "Shiver",
    "The Caterthuns",
    "Soulblighter",
    "Balor",
    "Sons of Myrgard",
    "Heart of the Stone",
    "Arrival",
    "Ingue Ferroque",
    "Vimy Ridge",
    "Stilwell Road",
];

/// The highest caste a room can ask for: a comet.
pub const HIGHEST_CASTE: u8 = 16;

words! {
    /// What kind of play a room is for.
    RoomKind {
        /// For fun.
        Unranked = "unranked",
        /// Its results count.
        Ranked = "ranked",
        /// For tournaments.
        Tournament = "tournament",
    }
}

words! {
    /// What is done about somebody in a room.
    RestraintKind {
        /// Nobody there hears them.
        Gag = "gag",
        /// They may not enter.
        Bar = "bar",
    }
}

/// Something that is done about somebody in one room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomRestraint {
    /// Which.
    pub id: RestraintId,
    /// What.
    pub kind: RestraintKind,
    /// About whose account; absent: a guest.
    pub user: Option<UserId>,
    /// A guest's number in the lobby, while it runs.
    pub guest: Option<u32>,
    /// What they were called then.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Who did it; absent: the operator, or somebody who is gone.
    pub by: Option<String>,
    /// When.
    pub at: Millis,
    /// Until when; absent: until it is lifted.
    pub until: Option<Millis>,
}

/// Something that holds somebody, as they may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Until when; absent: until it is lifted.
    pub until: Option<Millis>,
}

/// What somebody is to a room that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomStanding {
    /// Its name.
    pub name: String,
    /// What kind of play it is for.
    pub kind: RoomKind,
    /// Seconds between two lines of one player; 0: no slow mode.
    pub slow_secs: u16,
    /// Whether they keep order there.
    pub keeps_order: bool,
    /// Nobody there hears them.
    pub gag: Option<Hold>,
    /// They may not enter.
    pub bar: Option<Hold>,
}

/// The same, and in which room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldIn {
    /// In which room.
    pub room: RoomId,
    /// What the site calls it.
    pub name: String,
    /// What is done.
    pub restraint: RoomRestraint,
}

/// Somebody who is in a room now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomPlayer {
    /// Their number in the lobby.
    pub number: u32,
    /// The account behind; absent: a guest.
    pub user: Option<UserId>,
    /// Their name.
    pub name: String,
    /// What they came by.
    pub origin: Origin,
    /// In a game or away: they are not listening.
    pub away: bool,
    /// The caste they have earned, 0 to 16, where the room's games count for one.
    pub caste: Option<u8>,
}

/// Say how fast people may talk in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "slow_secs": 10 })))]
pub struct SlowRoom {
    /// Seconds between two lines of one player; 0: as they like.
    #[cfg_attr(feature = "openapi", schema(maximum = 3600))]
    pub slow_secs: u16,
}

/// Gag somebody in a room, or bar them from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "kind": "gag", "player": "Bert", "minutes": 30, "reason": "Floods the room" })))]
pub struct Restrain {
    /// What.
    pub kind: RestraintKind,
    /// Who: their name in the room, or how it begins, or that of their account; or `#` and the number they have in the lobby.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub player: String,
    /// For how long; absent: until it is lifted. A guest for a day at most.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 527_040))]
    pub minutes: Option<u32>,
    /// Why.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Send somebody out of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "player": "Bert", "reason": "Cool down" })))]
pub struct Kick {
    /// Who: their name in the room, or how it begins; or `#` and the number they have in the lobby.
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub player: String,
    /// Why, as they are told.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Words that nobody says in a room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MutedWords {
    /// The room's own.
    pub here: Vec<String>,
    /// Those of all rooms.
    pub everywhere: Vec<String>,
}

/// Mute a word, or let it be said again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteWord {
    /// The word; with a star at its end every word that begins so.
    pub word: String,
    /// In all rooms, and not only in this one.
    pub everywhere: bool,
}

/// Where a word is muted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct Everywhere {
    /// In all rooms, and not only in this one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(required = false))]
    pub everywhere: bool,
}

/// Somebody who keeps order in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomModerator {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
}

/// A room of the lobby, as it is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LobbyRoom {
    /// Which.
    pub id: RoomId,
    /// Its place in the list, from 1.
    pub position: u32,
    /// The number classic clients know it by: it picks the name and the picture they show. Aleph One enters 26, Arrival.
    pub banner: u8,
    /// What the site calls it.
    pub name: String,
    /// What kind of play it is for.
    pub kind: RoomKind,
    /// The most players it takes.
    pub capacity: u16,
    /// Whether guests may enter. A room that is not unranked takes none anyway.
    pub guests: bool,
    /// The lowest caste that may enter; absent: no limit.
    pub caste_least: Option<u8>,
    /// The highest caste that may enter; absent: no limit.
    pub caste_most: Option<u8>,
    /// Only people of this country may enter, two letters; absent: everybody.
    pub country: Option<String>,
    /// What whoever enters is told, a line each.
    pub greeting: String,
    /// Seconds between two lines of one player; 0: no slow mode.
    pub slow_secs: u16,
    /// Whether hosts film their games: Myth II only.
    pub films: RoomFilms,
    /// Whether plugins that were granted it may say something there.
    pub plugins: bool,
}

/// Make a room, or set one up anew: all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "banner": 6, "name": "Tyr", "kind": "ranked", "capacity": 32, "guests": false, "caste_least": 3, "greeting": "Play fair."
})))]
pub struct SaveRoom {
    /// The number classic clients know it by, which no other room has: 0 to 29.
    #[cfg_attr(feature = "openapi", schema(maximum = 29))]
    pub banner: u8,
    /// What the site calls it. Empty: what classic clients do.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub name: String,
    /// What kind of play it is for.
    #[serde(default = "unranked")]
    pub kind: RoomKind,
    /// The most players it takes: 1 to 1,000.
    #[serde(default = "usual_capacity")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub capacity: u16,
    /// Whether guests may enter.
    #[serde(default = "yes")]
    pub guests: bool,
    /// The lowest caste that may enter: 0 to 16.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 16))]
    pub caste_least: Option<u8>,
    /// The highest caste that may enter: 0 to 16.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 16))]
    pub caste_most: Option<u8>,
    /// Only people of this country may enter, two letters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 2))]
    pub country: Option<String>,
    /// What whoever enters is told: five lines at most.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub greeting: String,
    /// Seconds between two lines of one player: 0 to 3,600.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(maximum = 3600))]
    pub slow_secs: u16,
    /// Whether hosts film their games: Myth II only.
    #[serde(default = "none")]
    pub films: RoomFilms,
    /// Whether plugins that were granted it may say something there.
    #[serde(default)]
    pub plugins: bool,
}

/// Give a room another place in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "position": 1 })))]
pub struct PlaceRoom {
    /// Which place, from 1. Beyond the last: the last.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 65535))]
    pub position: u16,
}

const fn unranked() -> RoomKind {
    RoomKind::Unranked
}

const fn usual_capacity() -> u16 {
    32
}

const fn none() -> RoomFilms {
    RoomFilms::None
}

const fn yes() -> bool {
    true
}

impl SaveRoom {
    /// A room with that banner, and everything else as is usual.
    pub const fn new(banner: u8) -> Self {
        Self {
            banner,
            name: String::new(),
            kind: unranked(),
            capacity: usual_capacity(),
            guests: true,
            caste_least: None,
            caste_most: None,
            country: None,
            greeting: String::new(),
            slow_secs: 0,
            films: none(),
            plugins: false,
        }
    }
}

impl From<LobbyRoom> for SaveRoom {
    fn from(room: LobbyRoom) -> Self {
        Self {
            banner: room.banner,
            name: room.name,
            kind: room.kind,
            capacity: room.capacity,
            guests: room.guests,
            caste_least: room.caste_least,
            caste_most: room.caste_most,
            country: room.country,
            greeting: room.greeting,
            slow_secs: room.slow_secs,
            films: room.films,
            plugins: room.plugins,
        }
    }
}
