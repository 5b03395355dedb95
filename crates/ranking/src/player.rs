//! One player: where they stand, how they came there, and on what they play best.

use base::{Action, Actor, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, PlayerRecord, Shares, Step},
};

use crate::{
    Error, Ranking,
    caste::caste,
    store::{self, ladders, played},
};

/// Games a history goes back at most.
const LONGEST_HISTORY: u32 = 500;

impl Ranking {
    /// Somebody's caste: the icon beside their name in the lists of Myth II. `None`: they have played no ranked game of it.
    pub async fn caste(&self, actor: &Actor, user: UserId) -> Result<Option<u8>, Error> {
        actor.may(Action::ViewLive)?;
        let place = ladders::classic_place(&self.0.db, user, &Board::ranked(Dialect::Myth2)).await?;
        Ok(place.map(|(games, place, placed)| caste(games, place, placed)))
    }

    /// Everything somebody has made of their games.
    pub async fn player(&self, actor: &Actor, name: &str) -> Result<PlayerRecord, Error> {
        actor.may(Action::ViewLive)?;
        let (user, name) = self.player_called(actor, name).await?;
        let boards = store::boards(&self.0.db, user).await?;
        Ok(PlayerRecord { caste: self.caste(actor, user).await?, user, name, boards })
    }

    /// What somebody's last games did to them, the newest first; 500 at most.
    pub async fn history(&self, actor: &Actor, name: &str, at_most: u32) -> Result<Vec<Step>, Error> {
        actor.may(Action::ViewLive)?;
        let (user, _) = self.player_called(actor, name).await?;
        Ok(store::changes(&self.0.db, user, at_most.clamp(1, LONGEST_HISTORY)).await?)
    }

    /// What somebody has made of each map and of each type of game.
    pub async fn shares(&self, actor: &Actor, name: &str) -> Result<Shares, Error> {
        actor.may(Action::ViewLive)?;
        let (user, _) = self.player_called(actor, name).await?;
        Ok(Shares { maps: played::by_map(&self.0.db, user).await?, kinds: played::by_kind(&self.0.db, user).await? })
    }
}
