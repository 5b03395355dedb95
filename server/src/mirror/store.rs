//! The lobby's mirror in the database: written by the node that runs the lobby, read by all others.

use db::{Db, Error, sql};

/// Writes what was told, behind everything before it. A whole state makes what was before it worthless, and clears it away.
pub(super) async fn write(db: &Db, whole: bool, told: String) -> Result<(), Error> {
    db.write(move |tx| {
        let told = told.clone();
        Box::pin(async move {
            let (id,): (i64,) = sql("insert into lobby_mirror (whole, told) values ($1, $2) returning id")
                .bind(whole)
                .bind(told)
                .fetch_one(&mut *tx)
                .await?;
            if whole {
                sql("delete from lobby_mirror where id < $1").bind(id).execute(&mut *tx).await?;
            }
            tx.wake();
            Ok(())
        })
    })
    .await
}

/// What comes after `last`, or from the newest whole state on where that is later.
pub(super) async fn read(db: &Db, last: i64) -> Result<Vec<(i64, String)>, Error> {
    sql("select id, told from lobby_mirror \
         where id > $1 and id >= (select coalesce(max(id), 0) from lobby_mirror where whole) order by id")
    .bind(last)
    .fetch_all(db)
    .await
}
