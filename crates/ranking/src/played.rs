//! Games that are over: lists, one of them, and two players over all of theirs.

use base::{Action, Actor, GameId};
use contract::ranking::{GameResult, HeadToHead, PlayedGames};

use crate::{Error, Ranking, store::played};

/// Games on one page at most.
const LONGEST_PAGE: u32 = 100;

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
            Some(name) => Some(self.player_called(name).await?.0),
            None => None,
        };
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let mut games = played::games(&self.0.db, player, before, at_most + 1).await?;
        let more = games.len() > at_most as usize;
        games.truncate(at_most as usize);
        let next = games.last().filter(|_| more).map(|game| game.id);
        Ok(PlayedGames { games, next })
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
        let (one, _) = self.player_called(one).await?;
        let (other, _) = self.player_called(other).await?;
        Ok(played::head_to_head(&self.0.db, one, other).await?)
    }
}
