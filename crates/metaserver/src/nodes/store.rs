//! What nodes leave each other in the database: a row for each pass, and numbers taken by the hundred.

use base::{Millis, UserId};
use db::{Db, Error, sql};

use super::BULLETINS;

/// A pass as one node leaves it for the others.
#[derive(Debug, Clone)]
pub(super) struct NewPass {
    pub(super) digest: String,
    pub(super) user: Option<UserId>,
    pub(super) once: bool,
    pub(super) papers: String,
    pub(super) good_until: Millis,
}

/// Keeps a pass for the rooms of all nodes. An earlier one of the same account is worth nothing any more.
pub(super) async fn create_pass(db: &Db, node: &str, pass: NewPass) -> Result<(), Error> {
    let node = node.to_owned();
    db.write(move |tx| {
        let (node, pass) = (node.clone(), pass.clone());
        Box::pin(async move {
            if let Some(user) = pass.user {
                sql("delete from lobby_passes where user_id = $1").bind(user).execute(&mut *tx).await?;
            }
            sql("insert into lobby_passes (digest, user_id, once, papers, node, moves, good_until) \
                 values ($1, $2, $3, $4, $5, 0, $6)")
            .bind(pass.digest)
            .bind(pass.user)
            .bind(pass.once)
            .bind(pass.papers)
            .bind(node)
            .bind(pass.good_until)
            .execute(tx)
            .await?;
            Ok(())
        })
    })
    .await
}

/// Whose a pass is, if it is still good.
pub(super) async fn find_pass(db: &Db, digest: &str, now: Millis) -> Result<Option<String>, Error> {
    let row: Option<(String,)> =
        sql("select papers from lobby_passes where digest = $1 and (good_until is null or good_until >= $2)")
            .bind(digest)
            .bind(now)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(papers,)| papers))
}

/// Somebody comes into a room of a node by one of its connections: which pass it is of all, and how often they have come into one. `None`:
/// it is not good any more.
pub(super) async fn take_pass(
    db: &Db,
    node: &str,
    digest: &str,
    visit: i64,
    now: Millis,
) -> Result<Option<(i64, i64)>, Error> {
    let (node, digest) = (node.to_owned(), digest.to_owned());
    db.write(move |tx| {
        let (node, digest) = (node.clone(), digest.clone());
        Box::pin(async move {
            sql("update lobby_passes set node = $1, visit = $2, moves = moves + 1, good_until = null \
                 where digest = $3 and (good_until is null or good_until >= $4) and not (once and moves > 0) \
                 returning id, moves")
            .bind(node)
            .bind(visit)
            .bind(digest)
            .bind(now)
            .fetch_optional(tx)
            .await
        })
    })
    .await
}

/// Whoever was in a room by that connection is in none; they may be in another one by now.
pub(super) async fn leave_pass(db: &Db, node: &str, digest: &str, visit: i64, good_until: Millis) -> Result<(), Error> {
    let (node, digest) = (node.to_owned(), digest.to_owned());
    db.write(move |tx| {
        let (node, digest) = (node.clone(), digest.clone());
        Box::pin(async move {
            sql("update lobby_passes set good_until = $4, visit = null where digest = $2 and node = $1 and visit = $3")
                .bind(node)
                .bind(digest)
                .bind(visit)
                .bind(good_until)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Takes an account's pass away.
pub(super) async fn revoke_pass(db: &Db, user: UserId) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from lobby_passes where user_id = $1").bind(user).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Clears away the passes that nobody can use any more. Whoever was in a room of a node that is gone has until `grace` to come into another.
pub(super) async fn sweep_passes(db: &Db, now: Millis, grace: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from lobby_passes where good_until < $1").bind(now).execute(&mut *tx).await?;
            sql("update lobby_passes set good_until = $1, visit = null \
                 where good_until is null and node not in (select node from bulletins where board = $2)")
            .bind(grace)
            .bind(BULLETINS)
            .execute(tx)
            .await?;
            Ok(())
        })
    })
    .await
}

/// Takes so many numbers of games, none of which any other node gets: the last of them.
pub(super) async fn take_game_numbers(db: &Db, count: i64) -> Result<i64, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let (highest,): (i64,) =
                sql("select coalesce(max(id), 0) from games where id > 0").fetch_one(&mut *tx).await?;
            let (last,): (i64,) = sql("insert into lobby_numbers (name, last) values ('games', $1) \
                                       on conflict (name) do update set \
                                       last = case when lobby_numbers.last < $2 then $1 else lobby_numbers.last + $3 end returning last")
            .bind(highest + count)
            .bind(highest)
            .bind(count)
            .fetch_one(tx)
            .await?;
            Ok(last)
        })
    })
    .await
}
