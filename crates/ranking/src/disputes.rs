//! Results that players dispute, for those who judge them: what the lobby made of the reports, and each report beside it.

use base::{Action, Actor, GameId};
use contract::ranking::{Dispute, Disputes, GameResult};

use crate::{
    Error, Ranking,
    store::{disputes, played},
};

/// Games on one page at most: each is read with its players and reports.
const LONGEST_PAGE: u32 = 50;

impl Ranking {
    /// Games whose reports differ, the newest first: those that wait to be judged, or those that were.
    pub async fn disputes(
        &self,
        actor: &Actor,
        judged: bool,
        before: Option<GameId>,
        at_most: u32,
    ) -> Result<Disputes, Error> {
        actor.may(Action::ViewModeration)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let db = &self.0.db;
        let mut games = disputes::list(db, judged, before, at_most + 1).await?;
        let more = games.len() > at_most as usize;
        games.truncate(at_most as usize);
        let next = games.last().copied().filter(|_| more);
        let mut found = Vec::with_capacity(games.len());
        for game in games {
            found.extend(self.read_dispute(game).await?);
        }
        Ok(Disputes { disputes: found, next, waiting: disputes::count_waiting(db).await? })
    }

    /// One of them.
    pub async fn dispute(&self, actor: &Actor, game: GameId) -> Result<Dispute, Error> {
        actor.may(Action::ViewModeration)?;
        self.read_dispute(game).await?.ok_or(Error::NotFound)
    }

    async fn read_dispute(&self, game: GameId) -> Result<Option<Dispute>, Error> {
        let db = &self.0.db;
        let Some(result) = played::game(db, game).await?.filter(|game| game.disputed) else { return Ok(None) };
        let reports = played::reports(db, game).await?;
        let judgement = disputes::judgement(db, game).await?;
        Ok(Some(Dispute { result: GameResult { game: result, reports }, judgement }))
    }
}
