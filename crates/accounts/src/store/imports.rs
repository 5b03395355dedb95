//! What is remembered of those who came from another server.

use std::collections::BTreeMap;

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

/// Who of that server is who here; `None`: they are gone.
pub(crate) async fn imported(db: &Db, source: &str) -> Result<BTreeMap<String, Option<UserId>>, Error> {
    let rows: Vec<(String, Option<i64>)> =
        sql("select number, user_id from imported_players where source = $1").bind(source).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(number, user)| (number, user.map(UserId::from))).collect())
}

/// Marks that somebody has come; `false` where they had.
pub(crate) async fn mark_imported(
    tx: &mut Tx<'_>,
    source: &str,
    number: &str,
    user: UserId,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("insert into imported_players (source, number, user_id, at) values ($1, $2, $3, $4)
         on conflict (source, number) do nothing")
    .bind(source)
    .bind(number)
    .bind(user)
    .bind(at)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

/// Has somebody log on by the name they typed elsewhere.
pub(crate) async fn insert_alias(tx: &mut Tx<'_>, folded: &str, user: UserId, name: &str) -> Result<(), Error> {
    sql("insert into game_aliases (folded_name, user_id, name) values ($1, $2, $3) on conflict (folded_name) do nothing")
        .bind(folded)
        .bind(user)
        .bind(name)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whose a name is that a client sends, as far as it is anybody's.
pub(crate) async fn is_game_name_taken(db: &Db, folded: &str) -> Result<bool, Error> {
    let found: Option<(i64,)> = sql("select id from users where folded_game_name = $1
         union all select user_id from game_aliases where folded_name = $1")
    .bind(folded)
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// Whoever has proved that mailbox to be theirs.
pub(crate) async fn user_by_proved_email(db: &Db, folded_email: &str) -> Result<Option<(UserId, String)>, Error> {
    let row: Option<(i64, String)> =
        sql("select id, name from users where folded_email = $1 and email_verified_at is not null")
            .bind(folded_email)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(id, name)| (id.into(), name)))
}

/// Those of a server who have no way to the site, and no address that one could be mailed to.
pub(crate) async fn unclaimed(db: &Db, source: &str) -> Result<Vec<(UserId, String)>, Error> {
    let rows: Vec<(i64, String)> = sql("select u.id, u.name from users u
         where u.id in (select user_id from imported_players where source = $1)
             and u.password_hash = '' and u.email is null and u.locked_at is null
             and not exists (select 1 from passkeys where passkeys.user_id = u.id)
             and not exists (select 1 from identities where identities.user_id = u.id)
         order by u.id")
    .bind(source)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, name)| (id.into(), name)).collect())
}

/// From which servers somebody came, and as whom.
pub(crate) async fn origins_of(db: &Db, user: UserId) -> Result<Vec<(String, String)>, Error> {
    sql("select source, number from imported_players where user_id = $1 order by source, number")
        .bind(user)
        .fetch_all(db)
        .await
}

/// What somebody may type as their name in a game besides it.
pub(crate) async fn aliases_of(db: &Db, user: UserId) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> =
        sql("select name from game_aliases where user_id = $1 order by folded_name").bind(user).fetch_all(db).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}
