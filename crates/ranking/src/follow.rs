//! From results to standings.

use std::{collections::BTreeMap, sync::Arc};

use base::{GameId, UserId};
use contract::{Event, lobby::Dialect, ranking::Board};
use db::Tx;
use events::Reader;
use tokio_util::sync::CancellationToken;

use crate::{
    Ranking,
    caste::caste,
    counting::{self, Tally},
    recount,
    store::{self, Change, Settled},
};

/// Games counted in one transaction at most.
const BATCH: u32 = 64;

impl Ranking {
    /// Counts results as they come, each once, until `stop`. To be spawned once; on several nodes each falls to one of them.
    pub async fn follow(self, stop: CancellationToken) {
        let mut reader = Reader::new(self.0.db.clone(), "ranking");
        loop {
            if let Err(error) = self.count_news(&reader).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "results wait to be counted: what happened can't be read or written; it is tried again"
                );
            }
            if !reader.wait(true, &stop).await {
                break;
            }
        }
    }

    /// Counts every result there is to be counted now.
    pub(crate) async fn count_news(&self, reader: &Reader) -> Result<(), db::Error> {
        while let Some(read) = reader.next(BATCH).await? {
            let more = read.more;
            let mut recounts = Vec::new();
            for dialect in stale(read.events.iter().map(|(_, _, event)| event)) {
                recounts.push(recount::work_out(&self.0.db, dialect).await?);
            }
            let recounts = Arc::new(recounts);
            self.0
                .db
                .write(move |tx| {
                    let (read, recounts) = (read.clone(), Arc::clone(&recounts));
                    Box::pin(async move {
                        if !read.leave_behind(tx).await? {
                            return Ok(());
                        }
                        // With every result there is, those that are told of next among them: they won't be counted again.
                        for recount in recounts.iter() {
                            recount.write(tx).await?;
                        }
                        for (_, _, event) in &read.events {
                            if let Event::GameSettled { game, .. } = event {
                                count_game(tx, *game).await?;
                            }
                        }
                        Ok::<_, db::Error>(())
                    })
                })
                .await?;
            if !more {
                break;
            }
        }
        Ok(())
    }
}

/// The kinds of client whose ladders something in the past has changed.
fn stale<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<Dialect> {
    let mut stale = Vec::new();
    for event in events {
        if let Event::ResultJudged { dialect, .. } | Event::LaddersStale { dialect } = event
            && !stale.contains(dialect)
        {
            stale.push(*dialect);
        }
    }
    stale
}

/// Every ladder a result belongs to: of all kinds of game and of its own, of any size of team and of its own, of all time and of a season.
pub(crate) fn boards(settled: &Settled, season: Option<i64>) -> Vec<Board> {
    let (whole, own) = (settled.whole(), settled.own());
    let mut boards = Vec::with_capacity(8);
    for season in [None].into_iter().chain(season.map(Some)) {
        for kind in [None, own.kind] {
            for team_size in [None, own.team_size] {
                boards.push(Board { kind, team_size, season, ..whole });
            }
        }
    }
    boards
}

/// Counts a game in every ladder it belongs to, unless it has been.
async fn count_game(tx: &mut Tx<'_>, game: GameId) -> Result<(), db::Error> {
    let Some(settled) = store::result(tx, game).await? else { return Ok(()) };
    if !counting::counts(&settled.sides) {
        return Ok(());
    }
    let users: Vec<UserId> =
        settled.sides.iter().flat_map(|side| &side.players).filter_map(|player| player.user).collect();
    let season = store::seasons::at(&mut *tx, settled.at).await?;
    let (whole, own) = (settled.whole(), settled.own());
    for board in boards(&settled, season) {
        let mut before: BTreeMap<UserId, Tally> = BTreeMap::new();
        for &user in &users {
            if let Some(tally) = store::tally(tx, user, &board).await? {
                before.insert(user, tally);
            }
        }
        let after = counting::count(&settled.sides, &before);
        for (user, tally) in &after {
            store::save_tally(tx, *user, &board, tally, settled.at).await?;
        }
        if board != whole {
            continue;
        }
        for (user, tally) in &after {
            let caste = if settled.earns_castes() { caste_then(tx, *user, &whole).await? } else { None };
            let stood = before.get(user).cloned().unwrap_or_default();
            store::put_change(tx, game, *user, &Change::new(own, &stood, tally, caste, settled.at)).await?;
        }
    }
    Ok(())
}

/// The icon that somebody has now, among all who have played.
async fn caste_then(tx: &mut Tx<'_>, user: UserId, whole: &Board) -> Result<Option<u8>, db::Error> {
    let place = store::ladders::place_then(tx, user, whole).await?;
    Ok(place.map(|(games, place, placed)| caste(games, place, placed)))
}
