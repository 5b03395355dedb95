//! Names by number.

use base::UserId;
use db::{Db, Error, sql_for};

pub(crate) async fn names_of(db: &Db, users: &[UserId]) -> Result<Vec<(UserId, String)>, Error> {
    // A statement's text is a constant, so the numbers travel as one JSON array, which each engine opens in its own words.
    let numbers: Vec<String> = users.iter().map(ToString::to_string).collect();
    let rows: Vec<(i64, String)> = sql_for(
        "select id, name from users where id in (select value from json_each($1))",
        "select id, name from users where id in (select cast(value as bigint) from json_array_elements_text(cast($1 as json)))",
    )
    .bind(format!("[{}]", numbers.join(",")))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| (id.into(), name)).collect())
}
