//! What those who keep order note for one another.

use base::{Millis, ReportId, UserId};
use contract::moderation::Note;
use db::{Db, Error, Tx, sql};

pub(crate) async fn insert_note(
    tx: &mut Tx<'_>,
    report: Option<ReportId>,
    user: Option<UserId>,
    by: Option<UserId>,
    at: Millis,
    text: &str,
) -> Result<(), Error> {
    sql("insert into moderation_notes (report_id, user_id, by_id, at, text) values ($1, $2, $3, $4, $5)")
        .bind(report.map(i64::from))
        .bind(user)
        .bind(by)
        .bind(at)
        .bind(text)
        .execute(tx)
        .await?;
    Ok(())
}

/// The latest notes about a report or its person, the oldest of them first.
pub(crate) async fn notes(db: &Db, report: ReportId, user: Option<UserId>) -> Result<Vec<Note>, Error> {
    let mut rows: Vec<(Option<String>, i64, String)> = sql("select u.name, n.at, n.text
         from moderation_notes n left join users u on u.id = n.by_id
         where n.report_id = $1 or n.user_id = $2 order by n.id desc limit 100")
    .bind(report.get())
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.reverse();
    Ok(rows.into_iter().map(|(by, at, text)| Note { by, at: Millis(at), text }).collect())
}
