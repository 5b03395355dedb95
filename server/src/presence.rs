//! Who has a page of the site open, at all nodes: each tells the others through the database.

use db::{Bulletins, Db, Error};
use live::{Board, Visitors};
use tokio_util::sync::CancellationToken;

/// Where nodes tell who has their pages open: people by id, each with the name they are listed by or null, and how many strangers.
const BULLETINS: &str = "presence";

/// Tells and hears, until `stop`. The others know this node as `name`, another one with each start.
pub(crate) async fn keep(board: Board, db: Db, name: String, stop: CancellationToken) {
    let mut visits = board.visits();
    let mut bulletins = Bulletins::new(db, BULLETINS, name);
    loop {
        if let Err(error) = round(&board, &mut bulletins).await {
            tracing::debug!(%error, "who is on the site can't be told to the other nodes, or heard of them; it is tried again");
        }
        if !bulletins.next_round(&mut visits, &stop).await {
            break;
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
