//! What is remembered of the API's tokens, and of the keys that sign access tokens.

use std::time::Duration;

use base::{Grants, Millis, TokenId, UserId};
use contract::{account::Me, token::ApiToken};
use db::{Db, Error, Tx, sql};

use super::users::me;
use crate::{api_token_jwt::SigningKey, token::TokenHash};

/// The two kinds there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// Made by hand, for one program.
    Personal,
    /// A program that was given the password.
    Login,
}

impl TokenKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Login => "login",
        }
    }

    fn of(word: &str) -> Self {
        if word == "personal" { Self::Personal } else { Self::Login }
    }
}

/// A token to be written down.
#[derive(Clone)]
pub(crate) struct NewToken {
    pub(crate) kind: TokenKind,
    pub(crate) name: String,
    pub(crate) grants: Grants,
    pub(crate) token_hash: TokenHash,
    pub(crate) ending: String,
    pub(crate) created_at: Millis,
    pub(crate) authenticated_at: Millis,
    pub(crate) expires_at: Millis,
}

/// Whom a token stands for.
pub(crate) struct FoundToken {
    pub(crate) id: TokenId,
    pub(crate) kind: TokenKind,
    pub(crate) grants: Grants,
    pub(crate) authenticated_at: Millis,
    pub(crate) last_used_at: Option<Millis>,
    pub(crate) me: Me,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: i64,
    kind: String,
    grants: String,
    authenticated_at: i64,
    last_used_at: Option<i64>,
    user_id: i64,
    name: String,
    role: String,
}

impl From<FoundRow> for FoundToken {
    fn from(row: FoundRow) -> Self {
        Self {
            id: row.id.into(),
            kind: TokenKind::of(&row.kind),
            grants: grants(&row.grants),
            authenticated_at: Millis(row.authenticated_at),
            last_used_at: row.last_used_at.map(Millis),
            me: me(row.user_id, row.name, &row.role),
        }
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: i64,
    kind: String,
    name: String,
    grants: String,
    ending: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
}

/// Words nobody knows any more grant nothing.
fn grants(words: &str) -> Grants {
    words.parse().unwrap_or(Grants::NONE)
}

pub(crate) async fn insert_token(tx: &mut Tx<'_>, user: UserId, new: &NewToken) -> Result<TokenId, Error> {
    let (id,): (i64,) = sql(
        "insert into api_tokens (user_id, kind, name, grants, token_hash, ending, created_at, authenticated_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id",
    )
    .bind(user)
    .bind(new.kind.word())
    .bind(&new.name)
    .bind(new.grants.to_string())
    .bind(new.token_hash)
    .bind(&new.ending)
    .bind(new.created_at)
    .bind(new.authenticated_at)
    .bind(new.expires_at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// How many personal tokens somebody has, those that have run out included until they are cleared away.
pub(crate) async fn count_tokens(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from api_tokens where user_id = $1 and kind = 'personal'")
        .bind(user)
        .fetch_one(tx)
        .await?;
    Ok(count)
}

pub(crate) async fn personal_token(db: &Db, hash: &TokenHash, now: Millis) -> Result<Option<FoundToken>, Error> {
    let row: Option<FoundRow> =
        sql("select t.id, t.kind, t.grants, t.authenticated_at, t.last_used_at, u.id as user_id, u.name, u.role
         from api_tokens t join users u on u.id = t.user_id
         where t.token_hash = $1 and t.kind = 'personal' and t.expires_at > $2 and u.locked_at is null")
        .bind(hash)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(FoundToken::from))
}

pub(crate) async fn program_login(db: &Db, token: TokenId, now: Millis) -> Result<Option<FoundToken>, Error> {
    let row: Option<FoundRow> =
        sql("select t.id, t.kind, t.grants, t.authenticated_at, t.last_used_at, u.id as user_id, u.name, u.role
         from api_tokens t join users u on u.id = t.user_id
         where t.id = $1 and t.kind = 'login' and t.expires_at > $2 and u.locked_at is null")
        .bind(token)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(FoundToken::from))
}

pub(crate) async fn list_tokens(db: &Db, user: UserId, now: Millis) -> Result<Vec<ApiToken>, Error> {
    let rows: Vec<TokenRow> =
        sql("select id, kind, name, grants, ending, created_at, expires_at, last_used_at from api_tokens
         where user_id = $1 and expires_at > $2 order by id desc")
        .bind(user)
        .bind(now)
        .fetch_all(db)
        .await?;
    let shown = |row: TokenRow| ApiToken {
        id: row.id.into(),
        personal: TokenKind::of(&row.kind) == TokenKind::Personal,
        name: row.name,
        grants: grants(&row.grants),
        ending: Some(row.ending).filter(|ending| !ending.is_empty()),
        created_at: Millis(row.created_at),
        expires_at: Millis(row.expires_at),
        last_used_at: row.last_used_at.map(Millis),
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// Notes a use, unless another request has noted one since `before`.
pub(crate) async fn note_token_use(tx: &mut Tx<'_>, token: TokenId, now: Millis, before: Millis) -> Result<(), Error> {
    sql("update api_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)")
        .bind(token)
        .bind(now)
        .bind(before)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_token(tx: &mut Tx<'_>, user: UserId, token: TokenId) -> Result<bool, Error> {
    let rows = sql("delete from api_tokens where id = $1 and user_id = $2").bind(token).bind(user).execute(tx).await?;
    Ok(rows == 1)
}

pub(crate) async fn delete_token_by_hash(
    tx: &mut Tx<'_>,
    hash: &TokenHash,
) -> Result<Option<(UserId, TokenId)>, Error> {
    let row: Option<(i64, i64)> =
        sql("delete from api_tokens where token_hash = $1 returning user_id, id").bind(hash).fetch_optional(tx).await?;
    Ok(row.map(|(user, token)| (user.into(), token.into())))
}

/// Ends the logins of programs longest unused, beyond so many. Gives back which.
pub(crate) async fn trim_program_logins(tx: &mut Tx<'_>, user: UserId, at_most: u32) -> Result<Vec<TokenId>, Error> {
    let rows: Vec<(i64,)> = sql("delete from api_tokens where user_id = $1 and kind = 'login' and id not in
             (select id from api_tokens where user_id = $1 and kind = 'login'
              order by coalesce(last_used_at, created_at) desc, id desc limit $2)
         returning id")
    .bind(user)
    .bind(at_most)
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Ends every login of a program. Gives back which.
pub(crate) async fn delete_program_logins(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<TokenId>, Error> {
    let rows: Vec<(i64,)> = sql("delete from api_tokens where user_id = $1 and kind = 'login' returning id")
        .bind(user)
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Lets the last use of each of somebody's personal tokens seem so much longer ago: with the next one it is asked again whether they are
/// let in.
pub(crate) async fn doubt_tokens(tx: &mut Tx<'_>, user: UserId, by: Duration) -> Result<(), Error> {
    sql("update api_tokens set last_used_at = last_used_at - $2 where user_id = $1 and kind = 'personal'")
        .bind(user)
        .bind(i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
        .execute(tx)
        .await?;
    Ok(())
}

/// Puts the new refresh token into the old one's place, if the old one is good now. Of two that come with it, one gets through.
pub(crate) async fn exchange_refresh_token(
    tx: &mut Tx<'_>,
    old: &TokenHash,
    new: &TokenHash,
    now: Millis,
    expires_at: Millis,
) -> Result<Option<FoundToken>, Error> {
    let row: Option<(i64,)> = sql("update api_tokens set token_hash = $2, last_used_at = $3, expires_at = $4
         where token_hash = $1 and kind = 'login' and expires_at > $3
           and user_id in (select id from users where locked_at is null)
         returning id")
    .bind(old)
    .bind(new)
    .bind(now)
    .bind(expires_at)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id,)) = row else { return Ok(None) };
    sql("insert into used_refresh_tokens (token_hash, token_id, used_at) values ($1, $2, $3)")
        .bind(old)
        .bind(id)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    let row: FoundRow =
        sql("select t.id, t.kind, t.grants, t.authenticated_at, t.last_used_at, u.id as user_id, u.name, u.role
         from api_tokens t join users u on u.id = t.user_id where t.id = $1")
        .bind(id)
        .fetch_one(tx)
        .await?;
    Ok(Some(row.into()))
}

/// Ends the login whose refresh token was used before, if it is one.
pub(crate) async fn end_reused_login(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<(UserId, TokenId)>, Error> {
    let row: Option<(i64, i64)> =
        sql("delete from api_tokens where id in (select token_id from used_refresh_tokens where token_hash = $1)
         returning user_id, id")
        .bind(hash)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(user, token)| (user.into(), token.into())))
}

/// Removes tokens that have run out, and what they were exchanged for. Gives back how many.
pub(crate) async fn delete_ended_tokens(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from api_tokens where expires_at <= $1").bind(now).execute(tx).await
}

/// Forgets what was exchanged before: by now it would have run out anyway.
pub(crate) async fn delete_used_refresh_tokens(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from used_refresh_tokens where used_at < $1").bind(before).execute(tx).await
}

// ---------------------------------------------------------------- signing keys

/// Those in use, newest first.
pub(crate) async fn signing_keys(db: &Db) -> Result<Vec<SigningKey>, Error> {
    let rows: Vec<(i64, Vec<u8>, i64)> =
        sql("select id, secret, created_at from signing_keys order by created_at desc, id desc").fetch_all(db).await?;
    Ok(rows
        .into_iter()
        .map(|(id, secret, created_at)| SigningKey { id, secret, created_at: Millis(created_at) })
        .collect())
}

/// Adds a key, unless there is one that was made after `oldest`. Two nodes that come at once may each add one, and believe both.
pub(crate) async fn add_signing_key(
    tx: &mut Tx<'_>,
    secret: &[u8; 32],
    now: Millis,
    oldest: Millis,
) -> Result<u64, Error> {
    sql("insert into signing_keys (secret, created_at)
         select $1, $2 where not exists (select 1 from signing_keys where created_at > $3)")
    .bind(secret)
    .bind(now)
    .bind(oldest)
    .execute(tx)
    .await
}

/// Forgets the keys made until then.
pub(crate) async fn delete_signing_keys(tx: &mut Tx<'_>, until: Millis) -> Result<u64, Error> {
    sql("delete from signing_keys where created_at <= $1").bind(until).execute(tx).await
}
