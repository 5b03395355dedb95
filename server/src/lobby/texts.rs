//! What players write of themselves in their game, kept with what they write on the site.

use base::{Actor, Role, UserId};
use contract::people::GameTexts;
use futures::future::BoxFuture;
use metaserver::Reader;
use people::People;

/// As far as whoever asks may read it. A database that is away is nothing written, and a line in the log.
pub(super) async fn read(people: &People, user: UserId, reader: Reader) -> GameTexts {
    let actor = reader.user.map_or(Actor::Stranger { address: None }, |user| super::player(user, reader.role));
    people.game_texts(&actor, user).await.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "what a player writes of themselves can't be read");
        GameTexts::default()
    })
}

/// Keeps it; gives back why not, in the words of the lobby.
pub(super) fn keep(
    people: People,
    user: UserId,
    role: Role,
    texts: GameTexts,
) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        people.save_game_texts(&super::player(user, role), &texts).await.map_err(|error| match error {
            people::Error::Fields(_) => "It is longer than others could be shown.".to_owned(),
            error => {
                tracing::warn!(error = &error as &dyn std::error::Error, "what a player writes can't be kept");
                "That did not work. Try it again later.".to_owned()
            }
        })
    })
}
