//! What is remembered of game passwords, and of the tokens that they buy.

use base::{Millis, Role, UserId};
use contract::account::Me;
use db::{Db, Error, Tx, sql};

use super::users::me;
use crate::{reading::Reading, token::TokenHash};

/// What a game password is checked against; none may have been made.
pub(crate) struct GameCredentials {
    pub(crate) me: Me,
    pub(crate) password_hash: Option<String>,
    /// How what is typed is read.
    pub(crate) reading: Reading,
    pub(crate) locked: bool,
}

/// A game password as it is kept.
#[derive(Clone)]
pub(crate) struct GamePassword {
    pub(crate) hash: String,
    pub(crate) reading: Reading,
    /// Whether it opens nothing before the account's address is proved.
    pub(crate) waits: bool,
}

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// The lobby.
    Lobby,
    /// The account, in a browser.
    Account,
}

impl Opens {
    const fn word(self) -> &'static str {
        match self {
            Self::Lobby => "lobby",
            Self::Account => "account",
        }
    }
}

#[derive(sqlx::FromRow)]
struct GameCredentialsRow {
    id: i64,
    name: String,
    role: String,
    locked_at: Option<i64>,
    password_hash: Option<String>,
    read_as: Option<String>,
}

/// Whoever has that name or, where nobody has, was called so where they came from.
pub(crate) async fn game_credentials(db: &Db, folded_game_name: &str) -> Result<Option<GameCredentials>, Error> {
    let row: Option<GameCredentialsRow> = sql("select u.id, u.name, u.role, u.locked_at, g.read_as,
             case when g.waits and u.email_verified_at is null then null else g.password_hash end as password_hash
         from users u left join game_passwords g on g.user_id = u.id
         where u.folded_game_name = $1 or u.id = (select user_id from game_aliases where folded_name = $1)
         order by case when u.folded_game_name = $1 then 0 else 1 end
         limit 1")
    .bind(folded_game_name)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let reading = row.read_as.as_deref().map_or(Some(Reading::AnyCase), Reading::from_word);
        GameCredentials {
            me: me(row.id, row.name, &row.role),
            password_hash: row.password_hash.filter(|_| reading.is_some()),
            reading: reading.unwrap_or(Reading::AnyCase),
            locked: row.locked_at.is_some(),
        }
    }))
}

pub(crate) async fn game_password_made_at(db: &Db, user: UserId) -> Result<Option<Millis>, Error> {
    let row: Option<(i64,)> =
        sql("select made_at from game_passwords where user_id = $1").bind(user).fetch_optional(db).await?;
    Ok(row.map(|(at,)| Millis(at)))
}

pub(crate) async fn put_game_password(
    tx: &mut Tx<'_>,
    user: UserId,
    password: &GamePassword,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into game_passwords (user_id, password_hash, made_at, read_as, waits) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set password_hash = excluded.password_hash, made_at = excluded.made_at,
             read_as = excluded.read_as, waits = excluded.waits")
    .bind(user)
    .bind(password.hash.as_str())
    .bind(now)
    .bind(password.reading.word())
    .bind(password.waits)
    .execute(tx)
    .await?;
    Ok(())
}

/// As [`hold_password`], for a game password.
pub(crate) async fn hold_game_password(
    tx: &mut Tx<'_>,
    user: UserId,
    checked: &str,
    (hash, reading): (&str, &Reading),
) -> Result<bool, Error> {
    let rows =
        sql("update game_passwords set password_hash = $3, read_as = $4 where user_id = $1 and password_hash = $2
             and exists (select 1 from users where id = $1 and locked_at is null)")
        .bind(user)
        .bind(checked)
        .bind(hash)
        .bind(reading.word())
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
    opens: Opens,
    expires_at: Millis,
) -> Result<(), Error> {
    sql("insert into lobby_tokens (token_hash, user_id, expires_at, opens) values ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(user)
        .bind(expires_at)
        .bind(opens.word())
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
        sql("delete from lobby_tokens where token_hash = $1 and user_id = $2 and opens = 'lobby' returning expires_at")
            .bind(token_hash)
            .bind(user)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|(at,)| Millis(at)))
}

/// The name of whose account a token opens. It opens none of those who have more power than a member: they log in at the site.
pub(crate) async fn account_of_token(db: &Db, token_hash: &TokenHash, now: Millis) -> Result<Option<String>, Error> {
    let row: Option<(String,)> = sql(
        "select u.name from lobby_tokens t join users u on u.id = t.user_id
         where t.token_hash = $1 and t.opens = 'account' and t.expires_at > $2 and u.role = $3 and u.locked_at is null",
    )
    .bind(token_hash)
    .bind(now)
    .bind(Role::Member.word())
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(name,)| name))
}

/// Takes such a token out, once, and says whose account it opens.
pub(crate) async fn take_account_token(
    tx: &mut Tx<'_>,
    token_hash: &TokenHash,
    now: Millis,
) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("delete from lobby_tokens
         where token_hash = $1 and opens = 'account' and expires_at > $2
             and user_id in (select id from users where role = $3 and locked_at is null)
         returning user_id")
    .bind(token_hash)
    .bind(now)
    .bind(Role::Member.word())
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(user,)| user.into()))
}

pub(crate) async fn delete_lobby_tokens(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from lobby_tokens where user_id = $1").bind(user).execute(tx).await
}

pub(crate) async fn delete_stale_lobby_tokens(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from lobby_tokens where expires_at <= $1").bind(now).execute(tx).await
}
