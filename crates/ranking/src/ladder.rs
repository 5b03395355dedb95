//! Ladders, and how one player stands in them.

use base::{Action, Actor, UserId};
use contract::{
    lobby::Dialect,
    ranking::{Board, Ladder, Order, PlayerRecord, Step},
};

use crate::{Error, Ranking, caste::caste, store};

/// Rows of a ladder on one page at most.
const LONGEST_PAGE: u32 = 200;
/// Games a history goes back at most.
const LONGEST_HISTORY: u32 = 500;

impl Ranking {
    /// A page of a ladder from the top, or from where the last page ended.
    pub async fn ladder(
        &self,
        actor: &Actor,
        board: &Board,
        order: Order,
        after: Option<&str>,
        at_most: u32,
    ) -> Result<Ladder, Error> {
        actor.may(Action::ViewLive)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        // A place that never came from here is the top.
        let after = after.and_then(|after| serde_json::from_str(after).ok());
        let mut found = store::ladder(&self.0.db, board, order, after.as_ref(), at_most + 1).await?;
        let more = found.len() > at_most as usize;
        found.truncate(at_most as usize);
        let last = found.last().filter(|_| more).map(|(_, place)| place);
        let next = last.map(|place| serde_json::to_string(place).expect("four numbers"));
        Ok(Ladder { rungs: found.into_iter().map(|(rung, _)| rung).collect(), next })
    }

    /// Somebody's caste: the icon beside their name in the lists of Myth II. `None`: they have played no ranked game of it.
    pub async fn caste(&self, actor: &Actor, user: UserId) -> Result<Option<u8>, Error> {
        actor.may(Action::ViewLive)?;
        let place = store::classic_place(&self.0.db, user, &Board::ranked(Dialect::Myth2)).await?;
        Ok(place.map(|(games, place, placed)| caste(games, place, placed)))
    }

    /// Everything somebody has made of their games.
    pub async fn player(&self, actor: &Actor, name: &str) -> Result<PlayerRecord, Error> {
        actor.may(Action::ViewLive)?;
        let (user, name) = self.player_called(name).await?;
        let boards = store::boards(&self.0.db, user).await?;
        Ok(PlayerRecord { caste: self.caste(actor, user).await?, user, name, boards })
    }

    /// What somebody's last games did to them, the newest first; 500 at most.
    pub async fn history(&self, actor: &Actor, name: &str, at_most: u32) -> Result<Vec<Step>, Error> {
        actor.may(Action::ViewLive)?;
        let (user, _) = self.player_called(name).await?;
        Ok(store::changes(&self.0.db, user, at_most.clamp(1, LONGEST_HISTORY)).await?)
    }
}
