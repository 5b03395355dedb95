//! The outbox: what happened, in the transaction of the change itself.

use base::{EventId, Millis};
use contract::Event;
use db::{Db, Error, Tx, sql};

/// How the relay is called in the table of readers.
const READER: &str = "bus";
/// Told events are kept while they are this young …
const KEPT_MILLIS: i64 = 10 * 60 * 1000;
/// … or have not been read by everybody who has a place, for this long …
const UNREAD_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
/// … or among this many of the newest.
const KEPT_COUNT: i64 = 1000;

/// Records that something happened. It is told after the commit; if the transaction is rolled back, it never was.
///
/// The row is written when the closure has done everything else, so it does not matter where in the closure this is called: events of
/// one transaction are told in the order of the calls. It is awaited like every other step of a transaction, though it only notes what
/// to write.
pub async fn record(tx: &mut Tx<'_>, at: Millis, event: &Event) -> Result<(), Error> {
    let json = serde_json::to_string(event).expect("an event is plain data with string keys");
    tx.announce(
        sql("insert into outbox (at, subject, event) values ($1, $2, $3)").bind(at).bind(event.subject()).bind(json),
    );
    Ok(())
}

/// One row.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: EventId,
    pub(crate) at: Millis,
    pub(crate) event: String,
}

/// What comes after `last`, in order, at most `limit` rows.
pub(crate) async fn after(db: &Db, last: EventId, limit: u32) -> Result<Vec<Entry>, Error> {
    let rows: Vec<(i64, i64, String)> = sql("select id, at, event from outbox where id > $1 order by id limit $2")
        .bind(last)
        .bind(limit)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, at, event)| Entry { id: id.into(), at: at.into(), event }).collect())
}

/// How far the events were told when that was last noted.
pub(crate) async fn told(db: &Db) -> Result<EventId, Error> {
    let (id,): (i64,) = sql("select event_id from outbox_readers where name = $1").bind(READER).fetch_one(db).await?;
    Ok(id.into())
}

/// How far a reader of that name has come; `None`: there is none.
pub(crate) async fn position(db: &Db, reader: &'static str) -> Result<Option<EventId>, Error> {
    let row: Option<(i64,)> =
        sql("select event_id from outbox_readers where name = $1").bind(reader).fetch_optional(db).await?;
    Ok(row.map(|(id,)| id.into()))
}

/// Moves a reader on, if it is still where it was.
pub(crate) async fn advance(tx: &mut Tx<'_>, reader: &'static str, from: EventId, to: EventId) -> Result<bool, Error> {
    let moved = sql("update outbox_readers set event_id = $3 where name = $1 and event_id = $2")
        .bind(reader)
        .bind(from)
        .bind(to)
        .execute(tx)
        .await?;
    Ok(moved == 1)
}

/// Notes how far the events were told, and removes those that nobody will ask for again. `at` is the instant of the last one.
pub(crate) async fn note_told(db: &Db, last: EventId, at: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("update outbox_readers set event_id = $1 where name = $2")
                .bind(last)
                .bind(READER)
                .execute(&mut *tx)
                .await?;
            let removed = sql("delete from outbox where id <= $1 and at < $2 and
                     (id <= (select min(event_id) from outbox_readers) or at < $3)")
            .bind(last.get().saturating_sub(KEPT_COUNT))
            .bind(at.0.saturating_sub(KEPT_MILLIS))
            .bind(at.0.saturating_sub(UNREAD_MILLIS))
            .execute(tx)
            .await?;
            if removed > 0 {
                tracing::debug!(events.removed = removed, "old events removed from the outbox");
            }
            Ok(())
        })
    })
    .await
}
