//! Friends at hand.

use std::collections::HashSet;

use base::UserId;
use contract::people::{Audience, Bond, Companion, Privacy};
use db::{Db, Error, sql, sql_for};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
    asked_by: i64,
    accepted_at: Option<i64>,
    presence: Option<String>,
}

/// Friends and open requests of somebody, the newest first.
pub(crate) async fn of(db: &Db, user: UserId, at_most: u32) -> Result<Vec<Companion>, Error> {
    let rows: Vec<Row> = sql("select u.id, u.name, f.asked_by, f.accepted_at, p.presence
         from friendships f join users u on u.id = case when f.low_id = $1 then f.high_id else f.low_id end
         left join privacy_settings p on p.user_id = u.id
         where (f.low_id = $1 or f.high_id = $1) and u.locked_at is null
         order by coalesce(f.accepted_at, f.asked_at) desc, u.id limit $2")
    .bind(user)
    .bind(at_most)
    .fetch_all(db)
    .await?;
    let companion = |row: Row| {
        let presence = row.presence.and_then(|word| Audience::from_word(&word)).unwrap_or(Privacy::default().presence);
        Companion {
            bond: match (row.accepted_at, row.asked_by == user.get()) {
                (Some(_), _) => Bond::Friend,
                (None, true) => Bond::Asked,
                (None, false) => Bond::Asking,
            },
            user: row.id.into(),
            name: row.name,
            shows: presence != Audience::Nobody,
        }
    };
    Ok(rows.into_iter().map(companion).collect())
}

/// Those of these people who let somebody see that they are here.
pub(crate) async fn seen_by(db: &Db, viewer: UserId, users: &[UserId]) -> Result<HashSet<UserId>, Error> {
    // A statement's text is a constant, so the numbers travel as one JSON array, which each engine opens in its own words.
    let numbers: Vec<String> = users.iter().map(ToString::to_string).collect();
    let rows: Vec<(i64,)> = sql_for(
        "select u.id from users u left join privacy_settings p on p.user_id = u.id
         where u.id in (select value from json_each($2)) and u.locked_at is null
           and (coalesce(p.presence, 'everybody') in ('everybody', 'members')
             or (p.presence = 'friends' and exists (select 1 from friendships f where f.accepted_at is not null
                   and ((f.low_id = u.id and f.high_id = $1) or (f.low_id = $1 and f.high_id = u.id)))))
           and not exists (select 1 from avoidances v where v.kind = 'block'
                 and ((v.user_id = u.id and v.other_id = $1) or (v.user_id = $1 and v.other_id = u.id)))",
        "select u.id from users u left join privacy_settings p on p.user_id = u.id
         where u.id in (select cast(value as bigint) from json_array_elements_text(cast($2 as json))) and u.locked_at is null
           and (coalesce(p.presence, 'everybody') in ('everybody', 'members')
             or (p.presence = 'friends' and exists (select 1 from friendships f where f.accepted_at is not null
                   and ((f.low_id = u.id and f.high_id = $1) or (f.low_id = $1 and f.high_id = u.id)))))
           and not exists (select 1 from avoidances v where v.kind = 'block'
                 and ((v.user_id = u.id and v.other_id = $1) or (v.user_id = $1 and v.other_id = u.id)))",
    )
    .bind(viewer)
    .bind(format!("[{}]", numbers.join(",")))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| UserId::from(id)).collect())
}
