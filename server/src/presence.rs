//! Who has a page of the site open, at all nodes: each tells the others through the database.

use std::time::Duration;

use db::{Bulletins, Db, Error};
use live::{Board, Visitors};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// Where nodes tell who has their pages open: people by id, each with the name they are listed by or null, and how many strangers.
const BULLETINS: &str = "presence";
/// The least time between two looks, at one's own pages and at what the others tell.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a node looks although nobody has woken it.
const PATROL: Duration = Duration::from_secs(1);

/// Tells and hears, until `stop`. The others know this node as `name`, another one with each start.
pub(crate) async fn keep(board: Board, db: Db, name: String, stop: CancellationToken) {
    let (mut visits, mut commits) = (board.visits(), db.commits());
    let mut bulletins = Bulletins::new(db, BULLETINS, name);
    while !stop.is_cancelled() {
        visits.borrow_and_update();
        commits.borrow_and_update();
        let due = Instant::now() + PAUSE;
        if let Err(error) = round(&board, &mut bulletins).await {
            tracing::debug!(%error, "who is on the site can't be told to the other nodes, or heard of them; it is tried again");
        }
        let woken = async {
            tokio::select! {
                _ = visits.changed() => {}
                _ = commits.changed() => {}
                () = sleep(PATROL) => {}
            }
            sleep_until(due).await;
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken => {}
        }
    }
    if let Err(error) = bulletins.withdraw().await {
        tracing::debug!(%error, "the other nodes find out by themselves that this one is gone");
    }
}

async fn round(board: &Board, bulletins: &mut Bulletins) -> Result<(), Error> {
    let here = serde_json::to_string(&board.visitors()).expect("plain data");
    bulletins.tell(&here).await?;
    if bulletins.hear().await? {
        // What can't be read is of another version, perhaps: then it is not counted.
        let elsewhere = bulletins.others().filter_map(|(_, told)| serde_json::from_str::<Visitors>(told).ok());
        board.visitors_elsewhere(elsewhere.collect());
    }
    Ok(())
}
