//! From results to standings.

use std::{collections::BTreeMap, time::Duration};

use base::{GameId, Millis, UserId};
use contract::{Event, ranking::Board};
use db::Tx;
use events::Reader;
use tokio_util::sync::CancellationToken;

use crate::{
    Ranking,
    counting::{self, Tally},
    store,
};

/// The outbox is looked at this often although no commit of this process has announced anything.
const PATROL: Duration = Duration::from_secs(1);
/// Games counted in one transaction at most.
const BATCH: u32 = 64;

/// Why a round was given up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    #[error("another node has read on")]
    Overtaken,
    #[error("the database failed")]
    Store(#[from] db::Error),
}

impl Ranking {
    /// Counts results as they come, each once, until `stop`. To be spawned once; on several nodes each falls to one of them.
    pub async fn follow(self, stop: CancellationToken) {
        let reader = Reader::new(self.0.db.clone(), "ranking");
        let mut commits = self.0.db.commits();
        loop {
            commits.borrow_and_update();
            if let Err(error) = self.count_news(&reader).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "results wait to be counted: what happened can't be read or written; it is tried again"
                );
            }
            tokio::select! {
                () = stop.cancelled() => break,
                changed = commits.changed() => if changed.is_err() { break },
                () = tokio::time::sleep(PATROL) => {}
            }
        }
    }

    /// Counts every result there is to be counted now.
    pub(crate) async fn count_news(&self, reader: &Reader) -> Result<(), Stopped> {
        while let Some(read) = reader.next(BATCH).await? {
            let more = read.more;
            let counted = self
                .0
                .db
                .write(move |tx| {
                    let read = read.clone();
                    Box::pin(async move {
                        for (_, at, event) in &read.events {
                            if let Event::GameSettled { game, .. } = event {
                                count_game(tx, *game, *at).await?;
                            }
                        }
                        if read.leave_behind(tx).await? { Ok(()) } else { Err(Stopped::Overtaken) }
                    })
                })
                .await;
            match counted {
                Ok(()) | Err(Stopped::Overtaken) => {}
                Err(error) => return Err(error),
            }
            if !more {
                break;
            }
        }
        Ok(())
    }
}

/// Counts a game in every ladder it belongs to, unless it has been.
async fn count_game(tx: &mut Tx<'_>, game: GameId, at: Millis) -> Result<(), db::Error> {
    let Some(settled) = store::result(tx, game).await? else { return Ok(()) };
    if !counting::counts(&settled.sides) {
        return Ok(());
    }
    let size = u16::try_from(counting::team_size(&settled.sides)).unwrap_or(u16::MAX);
    let users: Vec<UserId> =
        settled.sides.iter().flat_map(|side| &side.players).filter_map(|player| player.user).collect();
    let season = store::seasons::running(tx).await?;
    let whole = Board { dialect: settled.dialect, class: settled.class, kind: None, team_size: None, season: None };
    let own = Board { kind: Some(settled.kind), team_size: Some(size), ..whole };
    for season in [None].into_iter().chain(season.map(Some)) {
        for kind in [None, own.kind] {
            for team_size in [None, own.team_size] {
                let board = Board { kind, team_size, season, ..whole };
                let mut before: BTreeMap<UserId, Tally> = BTreeMap::new();
                for &user in &users {
                    if let Some(tally) = store::tally(tx, user, &board).await? {
                        before.insert(user, tally);
                    }
                }
                let after = counting::count(&settled.sides, &before);
                for (user, tally) in &after {
                    store::save_tally(tx, *user, &board, tally, at).await?;
                    if board == whole {
                        let stood = before.get(user).cloned().unwrap_or_default();
                        store::insert_change(tx, game, *user, &own, (&stood, tally), at).await?;
                    }
                }
            }
        }
    }
    Ok(())
}
