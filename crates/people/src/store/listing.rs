//! Who is left out of lists of what everybody may see.

use base::UserId;
use db::{Db, Error, sql_for};

/// Everybody of those numbers who is hidden from the one who looks (0: a stranger), by how an engine opens a JSON array.
macro_rules! hidden {
    ($numbers:literal) => {
        concat!(
            "select u.id from users u left join privacy_settings p on p.user_id = u.id where u.id in (",
            $numbers,
            ") and u.id <> $1 and (p.profile = 'nobody' \
             or (p.profile = 'friends' and not exists (select 1 from friendships f where f.accepted_at is not null \
             and ((f.low_id = u.id and f.high_id = $1) or (f.low_id = $1 and f.high_id = u.id)))) \
             or exists (select 1 from avoidances v where v.kind = 'block' \
             and ((v.user_id = u.id and v.other_id = $1) or (v.user_id = $1 and v.other_id = u.id))))"
        )
    };
}

/// Those of `users` who keep their page to friends or to themselves, or whom a block parts from the one who looks.
pub(crate) async fn hidden(db: &Db, viewer: Option<UserId>, users: &[UserId]) -> Result<Vec<UserId>, Error> {
    let numbers: Vec<String> = users.iter().map(ToString::to_string).collect();
    let rows: Vec<(i64,)> = sql_for(
        hidden!("select value from json_each($2)"),
        hidden!("select cast(value as bigint) from json_array_elements_text(cast($2 as json))"),
    )
    .bind(viewer.map_or(0, UserId::get))
    .bind(format!("[{}]", numbers.join(",")))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}
