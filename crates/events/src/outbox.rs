//! The outbox: what happened, in the transaction of the change itself.

use std::collections::HashSet;

use base::{EventId, Millis};
use contract::Event;
use db::{Db, Engine, Error, Tx, sql};

/// How the relay is called in the table of readers.
const READER: &str = "bus";
/// Told events are kept while they are this young …
const KEPT_MILLIS: i64 = 10 * 60 * 1000;
/// … or have not been read by everybody who has a place, for this long …
const UNREAD_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
/// … or among this many of the newest.
const KEPT_COUNT: i64 = 1000;
/// So many are looked at to be removed at a time, and so often while all of them were; more than may happen in the second between two notes.
const BATCH: u32 = 1000;
const BATCHES: u32 = 32;

/// Records that something happened. It is told after the commit; if the transaction is rolled back, it never was.
///
/// The row is written when the closure has done everything else, so it does not matter where in the closure this is called: events of
/// one transaction are told in the order of the calls. It is awaited like every other step of a transaction, though it only notes what
/// to write.
pub async fn record(tx: &mut Tx<'_>, at: Millis, event: &Event) -> Result<(), Error> {
    let json = serde_json::to_string(event).expect("an event is plain data with string keys");
    tx.announce(at, event.subject(), json);
    Ok(())
}

/// One row.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: EventId,
    pub(crate) at: Millis,
    pub(crate) event: String,
}

/// What comes next, as far as it is certain that nothing comes between.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) entries: Vec<Entry>,
    /// There may be more to read at once.
    pub(crate) more: bool,
    /// The row behind a number that is missing: somebody may have taken it who has not committed yet.
    pub(crate) behind_gap: Option<EventId>,
}

/// What comes after `last`, in order, at most `limit` rows. Numbers up to `settled` are missing for good where they are missing, and so are
/// those up to which some relay has told.
pub(crate) async fn after(db: &Db, last: EventId, settled: EventId, limit: u32) -> Result<Page, Error> {
    let rows: Vec<(i64, i64, String, i64)> = sql("select id, at, event, \
             (select coalesce(max(event_id), 0) from outbox_readers where name = $3) \
         from outbox where id > $1 order by id limit $2")
    .bind(last)
    .bind(limit)
    .bind(READER)
    .fetch_all(db)
    .await?;
    let full = u32::try_from(rows.len()).is_ok_and(|read| read >= limit);
    let mut page = Page { entries: Vec::with_capacity(rows.len()), more: full, behind_gap: None };
    let mut reached = last.get().max(settled.get());
    for (id, at, event, told) in rows {
        // One writer at a time: what is missing there was pruned.
        reached = if db.engine() == Engine::Sqlite { id - 1 } else { reached.max(told) };
        if id - 1 > reached {
            (page.behind_gap, page.more) = (Some(id.into()), false);
            break;
        }
        reached = reached.max(id);
        page.entries.push(Entry { id: id.into(), at: at.into(), event });
    }
    Ok(page)
}

/// Whether that row is still there.
pub(crate) async fn is_kept(db: &Db, id: EventId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select id from outbox where id = $1").bind(id).fetch_optional(db).await?;
    Ok(row.is_some())
}

/// Who is writing here at this moment, on PostgreSQL: the transactions that have taken a number, or are about to, and have not ended.
///
/// Whoever inserts has the server's lock on the table, which hinders nobody, before it takes a number and until its row can be seen.
pub(crate) async fn on_the_way(db: &Db) -> Result<HashSet<String>, Error> {
    let rows: Vec<(String,)> = sql("select virtualtransaction from pg_locks \
         where locktype = 'relation' and relation = cast('outbox' as regclass) and mode = 'RowExclusiveLock' \
           and database = (select oid from pg_database where datname = current_database())")
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(transaction,)| transaction).collect())
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

/// Notes how far the events were told, and removes those that nobody will ask for again. `at` is the instant of the last one. On several
/// nodes the note says how far the quickest has come; it never goes back.
pub(crate) async fn note_told(db: &Db, last: EventId, at: Millis) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            sql("update outbox_readers set event_id = $1 where name = $2 and event_id < $1")
                .bind(last)
                .bind(READER)
                .execute(&mut *tx)
                .await?;
            let (mut removed, mut batches) = (0, 0);
            loop {
                let batch = remove_oldest(tx, last, at).await?;
                (removed, batches) = (removed + batch, batches + 1);
                if batch < u64::from(BATCH) || batches == BATCHES {
                    break;
                }
            }
            if removed > 0 {
                tracing::debug!(events.removed = removed, "old events removed from the outbox");
            }
            Ok(())
        })
    })
    .await
}

/// Removes what nobody will ask for again among the oldest. They are found by their numbers, which rise as time passes: an index by age would be
/// paid for by every event.
async fn remove_oldest(tx: &mut Tx<'_>, last: EventId, at: Millis) -> Result<u64, Error> {
    sql("delete from outbox where id in (select id from outbox where id <= $1 order by id limit $2) and at < $3 and
             (id <= (select min(event_id) from outbox_readers) or at < $4)")
    .bind(last.get().saturating_sub(KEPT_COUNT))
    .bind(BATCH)
    .bind(at.0.saturating_sub(KEPT_MILLIS))
    .bind(at.0.saturating_sub(UNREAD_MILLIS))
    .execute(tx)
    .await
}
