//! Films of games: what a host's client recorded while it played, to be watched in the game again.

use base::{GameId, Millis};
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// Whether hosts in a room film their games.
    RoomFilms {
        /// No films are taken.
        None = "none",
        /// Hosts may send theirs.
        Welcome = "welcome",
        /// Clients host nothing without one.
        Demanded = "demanded",
    }
}

/// A film of a game whose result stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Film {
    /// Of which game.
    pub game: GameId,
    /// What its host called it.
    pub name: String,
    /// Its map.
    pub map: String,
    /// The kind of game in words: "Body Count".
    pub kind: String,
    /// Who hosted it, and filmed it.
    pub host: String,
    /// Who was in it, the winners first, as they were called then.
    pub players: Vec<String>,
    /// What the file is called.
    pub file: String,
    /// How long it is.
    pub size_bytes: u64,
    /// What is in it: SHA-256, in hexadecimal.
    pub sha256: String,
    /// When the film ended.
    pub at: Millis,
}

/// A page of films, the newest game first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilmPage {
    /// The films.
    pub films: Vec<Film>,
    /// Those of games before this one are on the next page; absent on the last.
    pub next: Option<GameId>,
}
