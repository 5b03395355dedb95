//! One row for each node that lives, or did.

use db::{Db, Error, sql};

/// Writes what a node has to tell, and wakes the others.
pub(super) async fn tell(db: &Db, node: &str, beat: i64, told: String) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let (node, told) = (node.clone(), told.clone());
        Box::pin(async move {
            sql("insert into presence (node, beat, told) values ($1, $2, $3) \
                 on conflict (node) do update set beat = excluded.beat, told = excluded.told")
            .bind(node)
            .bind(beat)
            .bind(told)
            .execute(&mut *tx)
            .await?;
            tx.wake();
            Ok(())
        })
    })
    .await
}

/// Says that a node lives; false: somebody has taken it for dead.
pub(super) async fn live(db: &Db, node: &str, beat: i64) -> Result<bool, Error> {
    let node = node.to_owned();
    let beaten = db.write::<_, Error, _>(move |tx| {
        Box::pin(sql("update presence set beat = $2 where node = $1").bind(node.clone()).bind(beat).execute(tx))
    });
    Ok(beaten.await? == 1)
}

/// What the other nodes have told: which, its beat, and what.
pub(super) async fn others(db: &Db, node: &str) -> Result<Vec<(String, i64, String)>, Error> {
    sql("select node, beat, told from presence where node <> $1 order by node").bind(node).fetch_all(db).await
}

/// Takes away a node that has not lived since that beat.
pub(super) async fn forget(db: &Db, node: &str, beat: i64) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let node = node.clone();
        Box::pin(async move {
            sql("delete from presence where node = $1 and beat = $2").bind(node).bind(beat).execute(&mut *tx).await?;
            tx.wake();
            Ok(())
        })
    })
    .await
}
