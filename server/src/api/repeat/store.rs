//! The table of idempotency keys: every statement, one function each.

use base::Millis;
use db::{Db, Error, sql};

/// What is there already.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Begun {
    /// Nothing: this is the first.
    First,
    /// The same request, answered.
    Answered(Kept),
    /// The same request, not answered yet.
    UnderWay,
    /// Another request.
    Other,
}

/// An answer as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// Zero: it is not kept, and never told again.
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) failed: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    asked: Vec<u8>,
    begun_at: i64,
    status: Option<i64>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<Vec<u8>>,
    failed: bool,
}

/// Takes the key, or says who has it. One under way since before `given_up` is taken over.
pub(super) async fn begin(
    db: &Db,
    id: [u8; 32],
    asked: [u8; 32],
    now: Millis,
    given_up: Millis,
) -> Result<Begun, Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let taken = sql("insert into idempotency_keys (id, asked, begun_at, failed) values ($1, $2, $3, $4)
                 on conflict (id) do nothing")
            .bind(id)
            .bind(asked)
            .bind(now)
            .bind(false)
            .execute(&mut *tx)
            .await?;
            if taken == 1 {
                return Ok(Begun::First);
            }
            let row: Row = sql("select asked, begun_at, status, content_type, location, body, failed from idempotency_keys where id = $1")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
            if row.asked != asked {
                return Ok(Begun::Other);
            }
            if let Some(status) = row.status {
                return Ok(Begun::Answered(Kept {
                    status: u16::try_from(status).unwrap_or(0),
                    content_type: row.content_type,
                    location: row.location,
                    body: row.body.unwrap_or_default(),
                    failed: row.failed,
                }));
            }
            let taken = sql("update idempotency_keys set begun_at = $2 where id = $1 and status is null and begun_at = $3 and begun_at < $4")
                .bind(id)
                .bind(now)
                .bind(row.begun_at)
                .bind(given_up)
                .execute(tx)
                .await?;
            Ok(if taken == 1 { Begun::First } else { Begun::UnderWay })
        })
    })
    .await
}

/// Keeps the answer.
pub(super) async fn answer(db: &Db, id: [u8; 32], kept: Kept) -> Result<(), Error> {
    db.write(move |tx| {
        let kept = kept.clone();
        Box::pin(async move {
            sql("update idempotency_keys set status = $2, content_type = $3, location = $4, body = $5, failed = $6 where id = $1")
                .bind(id)
                .bind(kept.status)
                .bind(kept.content_type)
                .bind(kept.location)
                .bind(kept.body)
                .bind(kept.failed)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// Gives the key back.
pub(super) async fn forget(db: &Db, id: [u8; 32]) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("delete from idempotency_keys where id = $1").bind(id).execute(tx).await?;
            Ok(())
        })
    })
    .await
}

/// Removes what is older; gives back how many keys that were.
pub(crate) async fn delete_older(db: &Db, before: Millis) -> Result<u64, Error> {
    db.write(move |tx| {
        Box::pin(async move { sql("delete from idempotency_keys where begun_at < $1").bind(before).execute(tx).await })
    })
    .await
}
