//! Films of games.

use base::GameId;
use contract::{
    api::{Page, Why},
    film::Film,
};
use hyper::Method;
use serde::Serialize;

use crate::{Client, Download, Error, Onward, call::Asked, operation::operations};

/// Which films.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FilmQuery {
    /// Part of the name of the game, its map or one of its players.
    pub text: Option<String>,
    /// Which part of them, 100 at most.
    #[serde(flatten)]
    pub part: Onward,
}

operations! {
    /// Films of games whose results stand, the newest game first.
    GET "/films" list_films() ? FilmQuery => Page<Film>;
    /// The film of one game.
    GET "/films/{game}" film(game: GameId) => Film;
    /// Takes a film away for good.
    DELETE "/films/{game}" remove_film(game: GameId) ? Why => ();
}

impl Client {
    /// The film itself, piece by piece.
    pub async fn download_film(&self, game: GameId) -> Result<Download, Error> {
        self.download(&Asked::new(Method::GET, format_args!("/films/{game}/content"))).await
    }
}
