//! What is remembered of game passwords, and of the tokens for the lobby that they buy.

use base::{Millis, UserId};
use contract::account::Me;
use db::{Db, Error, Tx, sql};

use super::users::me;
use crate::token::TokenHash;

/// What a game password is checked against; none may have been made.
pub(crate) struct GameCredentials {
    pub(crate) me: Me,
    pub(crate) password_hash: Option<String>,
    pub(crate) locked: bool,
}

#[derive(sqlx::FromRow)]
struct GameCredentialsRow {
    id: i64,
    name: String,
    role: String,
    locked_at: Option<i64>,
    password_hash: Option<String>,
}

pub(crate) async fn game_credentials(db: &Db, folded_game_name: &str) -> Result<Option<GameCredentials>, Error> {
    let row: Option<GameCredentialsRow> = sql("select u.id, u.name, u.role, u.locked_at, g.password_hash
         from users u left join game_passwords g on g.user_id = u.id
         where u.folded_game_name = $1")
    .bind(folded_game_name)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| GameCredentials {
        me: me(row.id, row.name, &row.role),
        password_hash: row.password_hash,
        locked: row.locked_at.is_some(),
    }))
}

pub(crate) async fn game_password_made_at(db: &Db, user: UserId) -> Result<Option<Millis>, Error> {
    let row: Option<(i64,)> =
        sql("select made_at from game_passwords where user_id = $1").bind(user).fetch_optional(db).await?;
    Ok(row.map(|(at,)| Millis(at)))
}

pub(crate) async fn put_game_password(tx: &mut Tx<'_>, user: UserId, hash: &str, now: Millis) -> Result<(), Error> {
    sql("insert into game_passwords (user_id, password_hash, made_at) values ($1, $2, $3)
         on conflict (user_id) do update set password_hash = excluded.password_hash, made_at = excluded.made_at")
    .bind(user)
    .bind(hash)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// As [`hold_password`], for a game password.
pub(crate) async fn hold_game_password(
    tx: &mut Tx<'_>,
    user: UserId,
    checked: &str,
    hash: &str,
) -> Result<bool, Error> {
    let rows = sql("update game_passwords set password_hash = $3 where user_id = $1 and password_hash = $2
             and exists (select 1 from users where id = $1 and locked_at is null)")
    .bind(user)
    .bind(checked)
    .bind(hash)
    .execute(tx)
    .await?;
    Ok(rows == 1)
}

pub(crate) async fn delete_game_password(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sql("delete from game_passwords where user_id = $1").bind(user).execute(tx).await?;
    Ok(())
}

pub(crate) async fn insert_lobby_token(
    tx: &mut Tx<'_>,
    user: UserId,
    token_hash: &TokenHash,
    expires_at: Millis,
) -> Result<(), Error> {
    sql("insert into lobby_tokens (token_hash, user_id, expires_at) values ($1, $2, $3)")
        .bind(token_hash)
        .bind(user)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes the token out. Gives back when it runs out, or `None` where it is not there, or not this account's.
pub(crate) async fn take_lobby_token(
    tx: &mut Tx<'_>,
    user: UserId,
    token_hash: &TokenHash,
) -> Result<Option<Millis>, Error> {
    let row: Option<(i64,)> =
        sql("delete from lobby_tokens where token_hash = $1 and user_id = $2 returning expires_at")
            .bind(token_hash)
            .bind(user)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|(at,)| Millis(at)))
}

pub(crate) async fn delete_lobby_tokens(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from lobby_tokens where user_id = $1").bind(user).execute(tx).await
}

pub(crate) async fn delete_stale_lobby_tokens(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from lobby_tokens where expires_at <= $1").bind(now).execute(tx).await
}
