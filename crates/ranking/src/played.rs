//! Games that are over: lists, one of them, and two players over all of theirs.

use base::{Action, Actor, GameId};
use contract::ranking::{GameResult, HeadToHead, Played, PlayedGames};
use db::containing;

use crate::{Error, Ranking, store::played};

/// Games on one page at most.
const LONGEST_PAGE: u32 = 100;
/// What is looked for, in letters.
const LONGEST_SEARCH: usize = 100;

impl Ranking {
    /// Games whose results stand, the newest first: all, or those somebody was in.
    pub async fn games(
        &self,
        actor: &Actor,
        player: Option<&str>,
        before: Option<GameId>,
        at_most: u32,
    ) -> Result<PlayedGames, Error> {
        actor.may(Action::ViewLive)?;
        let player = match player {
            Some(name) => Some(self.player_called(actor, name).await?.0),
            None => None,
        };
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        Ok(page(played::games(&self.0.db, player, before, at_most + 1).await?, at_most))
    }

    /// The same: those with that in their name, their map's or one of their players'. Without a text all.
    pub async fn search_games(
        &self,
        actor: &Actor,
        text: &str,
        before: Option<GameId>,
        at_most: u32,
    ) -> Result<PlayedGames, Error> {
        let text: String = text.trim().chars().take(LONGEST_SEARCH).collect();
        if text.is_empty() {
            return self.games(actor, None, before, at_most).await;
        }
        actor.may(Action::ViewLive)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let pattern = containing(&text.to_lowercase());
        Ok(page(played::search(&self.0.db, &pattern, before, at_most + 1).await?, at_most))
    }

    /// One game with everything that was reported of it.
    pub async fn game(&self, actor: &Actor, game: GameId) -> Result<GameResult, Error> {
        actor.may(Action::ViewLive)?;
        let found = played::game(&self.0.db, game).await?.ok_or(Error::NotFound)?;
        Ok(GameResult { game: found, reports: played::reports(&self.0.db, game).await? })
    }

    /// How two players fared against each other.
    pub async fn head_to_head(&self, actor: &Actor, one: &str, other: &str) -> Result<HeadToHead, Error> {
        actor.may(Action::ViewLive)?;
        let (one, _) = self.player_called(actor, one).await?;
        let (other, _) = self.player_called(actor, other).await?;
        Ok(played::head_to_head(&self.0.db, one, other).await?)
    }
}

/// One more than asked for tells whether there is a next page.
fn page(mut games: Vec<Played>, at_most: u32) -> PlayedGames {
    let more = games.len() > at_most as usize;
    games.truncate(at_most as usize);
    let next = games.last().filter(|_| more).map(|game| game.id);
    PlayedGames { games, next }
}
