//! What nodes ask each other, in the database: errands for rooms, and answers for nodes.

use base::{Millis, RoomId};
use db::{Db, Error, sql};

/// Whether there is such a room.
pub(super) async fn is_open(db: &Db, room: RoomId) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select id from rooms where id = $1 and closed_at is null").bind(room).fetch_optional(db).await?;
    Ok(row.is_some())
}

/// Takes away what a node has asked, and was answered.
pub(super) async fn forget(db: &Db, node: &str) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let node = node.clone();
        Box::pin(async move {
            sql("delete from lobby_errands where node = $1").bind(node.as_str()).execute(&mut *tx).await?;
            sql("delete from lobby_answers where node = $1").bind(node).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Asks whoever runs a room.
pub(super) async fn send(db: &Db, node: &str, room: RoomId, errand: String, now: Millis) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let (node, errand) = (node.clone(), errand.clone());
        Box::pin(async move {
            sql("insert into lobby_errands (node, room, errand, asked_at) values ($1, $2, $3, $4)")
                .bind(node)
                .bind(room)
                .bind(errand)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            tx.wake();
            Ok(())
        })
    })
    .await
}

/// The rooms that something is asked of.
pub(super) async fn asked_of(db: &Db) -> Result<Vec<RoomId>, Error> {
    let rows: Vec<(i64,)> = sql("select distinct room from lobby_errands").fetch_all(db).await?;
    Ok(rows.into_iter().map(|(room,)| room.into()).collect())
}

/// Takes what is asked of a room, each with the node that asks. What was asked before `since` is taken, too, and given to nobody.
pub(super) async fn take_errands(db: &Db, room: RoomId, since: Millis) -> Result<Vec<(String, String)>, Error> {
    let taken: Vec<(i64, String, String, i64)> = db
        .write(move |tx| {
            Box::pin(async move {
                sql("delete from lobby_errands where room = $1 returning id, node, errand, asked_at")
                    .bind(room)
                    .fetch_all(tx)
                    .await
            })
        })
        .await?;
    Ok(in_order(
        taken.into_iter().filter(|(.., asked)| Millis(*asked) >= since).map(|(id, node, told, _)| (id, (node, told))),
    ))
}

/// Answers a node.
pub(super) async fn reply(db: &Db, node: &str, answer: String, now: Millis) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let (node, answer) = (node.clone(), answer.clone());
        Box::pin(async move {
            sql("insert into lobby_answers (node, answer, answered_at) values ($1, $2, $3)")
                .bind(node)
                .bind(answer)
                .bind(now)
                .execute(&mut *tx)
                .await?;
            tx.wake();
            Ok(())
        })
    })
    .await
}

/// Takes what a node is answered.
pub(super) async fn take_answers(db: &Db, node: &str) -> Result<Vec<String>, Error> {
    let (waiting,): (i64,) = sql("select count(*) from lobby_answers where node = $1").bind(node).fetch_one(db).await?;
    if waiting == 0 {
        return Ok(Vec::new());
    }
    let node = node.to_owned();
    let taken: Vec<(i64, String)> = db
        .write(move |tx| {
            let node = node.clone();
            Box::pin(async move {
                sql("delete from lobby_answers where node = $1 returning id, answer").bind(node).fetch_all(tx).await
            })
        })
        .await?;
    Ok(in_order(taken.into_iter()))
}

/// Clears away what nobody has taken.
pub(super) async fn sweep(db: &Db, before: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from lobby_errands where asked_at < $1").bind(before).execute(&mut *tx).await?;
            sql("delete from lobby_answers where answered_at < $1").bind(before).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Rows in the order in which they were written.
fn in_order<T>(rows: impl Iterator<Item = (i64, T)>) -> Vec<T> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_unstable_by_key(|(id, _)| *id);
    rows.into_iter().map(|(_, row)| row).collect()
}
