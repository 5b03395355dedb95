//! The lobby's mirror in the database: written by each node of its own rooms, read by all others.

use db::{Db, Error, sql};
use metaserver::BULLETINS;

/// Writes what a node was told of its rooms, behind everything before it. A whole state makes what was before it worthless, and clears it
/// away, and with it what nodes have left that are gone.
pub(super) async fn write(db: &Db, node: &str, whole: bool, told: String) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let (node, told) = (node.clone(), told.clone());
        Box::pin(async move {
            let (id,): (i64,) = sql("insert into lobby_mirror (node, whole, told) values ($1, $2, $3) returning id")
                .bind(node.as_str())
                .bind(whole)
                .bind(told)
                .fetch_one(&mut *tx)
                .await?;
            if whole {
                sql("delete from lobby_mirror where (node = $1 and id < $2) \
                     or (node <> $1 and node not in (select node from bulletins where board = $3))")
                .bind(node)
                .bind(id)
                .bind(BULLETINS)
                .execute(&mut *tx)
                .await?;
            }
            tx.wake();
            Ok(())
        })
    })
    .await
}

/// Where the other nodes stand: each with its newest row, and the row of its newest whole state.
pub(super) async fn heads(db: &Db, node: &str) -> Result<Vec<(String, i64, i64)>, Error> {
    sql("select node, max(id), max(case when whole then id else 0 end) from lobby_mirror where node <> $1 group by node")
        .bind(node)
        .fetch_all(db)
        .await
}

/// What a node has written from that row on.
pub(super) async fn read(db: &Db, node: &str, first: i64) -> Result<Vec<(i64, String)>, Error> {
    sql("select id, told from lobby_mirror where node = $1 and id >= $2 order by id")
        .bind(node)
        .bind(first)
        .fetch_all(db)
        .await
}
