//! What is read of the accounts' own table: name, role, and where a notice goes. Nothing is written there.

use base::{Role, UserId};
use db::{Db, Error, Query, Tx, sql};

/// Somebody, as far as it matters here.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// Somebody who is to get a notice.
#[derive(sqlx::FromRow)]
pub(crate) struct Reader {
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) locale: Option<String>,
}

pub(crate) async fn person(db: &Db, user: UserId) -> Result<Option<Person>, Error> {
    one_person(db, sql("select id, name, role from users where id = $1").bind(user)).await
}

pub(crate) async fn named(db: &Db, folded_name: &str) -> Result<Option<Person>, Error> {
    one_person(db, sql("select id, name, role from users where folded_name = $1").bind(folded_name)).await
}

async fn one_person(db: &Db, query: Query) -> Result<Option<Person>, Error> {
    let row: Option<(i64, String, String)> = query.fetch_optional(db).await?;
    // A role of another version outranks everybody until somebody knows what it means.
    Ok(row.map(|(id, name, role)| Person { id: id.into(), name, role: Role::from_word(&role).unwrap_or(Role::Owner) }))
}

pub(crate) async fn reader(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Reader>, Error> {
    sql("select name, email, locale from users where id = $1").bind(user).fetch_optional(tx).await
}

/// Whether anybody else could answer an appeal.
pub(crate) async fn another_moderator(db: &Db, but: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql(
        "select id from users where role in ('moderator', 'admin', 'owner') and locked_at is null and id <> $1 limit 1",
    )
    .bind(but)
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

/// Names that a pattern meets; folded letters are none that `like` reads otherwise.
pub(crate) async fn names_like(db: &Db, pattern: &str, at_most: u32) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = sql("select name from users where folded_name like $1 order by folded_name limit $2")
        .bind(pattern)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
