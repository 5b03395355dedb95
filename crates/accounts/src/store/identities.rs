//! Linked identities, the sign-ins that are under way, and those who have no account yet.

use base::{IdentityId, Millis, Secret, UserId};
use contract::identity::Identity;
use db::{Db, Error, Tx, sql};

use crate::{identity::Proved, token::TokenHash};

/// A sign-in that has begun.
#[derive(Clone)]
pub(crate) struct NewSignIn {
    pub(crate) state_hash: TokenHash,
    pub(crate) browser_hash: TokenHash,
    pub(crate) provider: String,
    pub(crate) user: Option<UserId>,
    pub(crate) kept: Secret,
    pub(crate) next: String,
    pub(crate) ends_at: Millis,
}

/// One that came back.
#[derive(sqlx::FromRow)]
pub(crate) struct SignInRow {
    pub(crate) browser_hash: Vec<u8>,
    pub(crate) provider: String,
    pub(crate) user_id: Option<i64>,
    pub(crate) kept: String,
    pub(crate) next: String,
}

#[derive(sqlx::FromRow)]
struct NewcomerRow {
    issuer: String,
    subject: String,
    provider: String,
    name: Option<String>,
    email: Option<String>,
}

impl From<NewcomerRow> for Proved {
    fn from(row: NewcomerRow) -> Self {
        let NewcomerRow { issuer, subject, provider, name, email } = row;
        Self { provider, issuer, subject, name, email }
    }
}

#[derive(sqlx::FromRow)]
struct IdentityRow {
    id: i64,
    provider: String,
    name: Option<String>,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl From<IdentityRow> for Identity {
    fn from(row: IdentityRow) -> Self {
        Self {
            id: row.id.into(),
            provider: row.provider,
            name: row.name,
            created_at: Millis(row.created_at),
            last_used_at: row.last_used_at.map(Millis),
        }
    }
}

pub(crate) async fn insert_sign_in(tx: &mut Tx<'_>, new: &NewSignIn) -> Result<(), Error> {
    sql("insert into sign_ins (state_hash, browser_hash, provider, user_id, kept, next, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(new.state_hash)
    .bind(new.browser_hash)
    .bind(&new.provider)
    .bind(new.user)
    .bind(new.kept.expose())
    .bind(&new.next)
    .bind(new.ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes it out, whoever comes: what comes back a second time is worth nothing.
pub(crate) async fn take_sign_in(tx: &mut Tx<'_>, state: &TokenHash, now: Millis) -> Result<Option<SignInRow>, Error> {
    sql("delete from sign_ins where state_hash = $1 and ends_at > $2
         returning browser_hash, provider, user_id, kept, next")
    .bind(state)
    .bind(now)
    .fetch_optional(tx)
    .await
}

/// Throws the sign-ins and the newcomers away whose time is over.
pub(crate) async fn delete_stale_sign_ins(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    let sign_ins = sql("delete from sign_ins where ends_at <= $1").bind(now).execute(&mut *tx).await?;
    Ok(sign_ins + sql("delete from newcomers where ends_at <= $1").bind(now).execute(tx).await?)
}

pub(crate) async fn insert_newcomer(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    proved: &Proved,
    ends_at: Millis,
) -> Result<(), Error> {
    sql("insert into newcomers (token_hash, issuer, subject, provider, name, email, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(token)
    .bind(&proved.issuer)
    .bind(&proved.subject)
    .bind(&proved.provider)
    .bind(proved.name.clone())
    .bind(proved.email.clone())
    .bind(ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn newcomer(db: &Db, token: &TokenHash, now: Millis) -> Result<Option<Proved>, Error> {
    let row: Option<NewcomerRow> = sql("select issuer, subject, provider, name, email from newcomers
         where token_hash = $1 and ends_at > $2")
    .bind(token)
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(row.map(Proved::from))
}

/// Takes it out: of two accounts made of it at once, one is.
pub(crate) async fn take_newcomer(tx: &mut Tx<'_>, token: &TokenHash, now: Millis) -> Result<Option<Proved>, Error> {
    let row: Option<NewcomerRow> = sql("delete from newcomers where token_hash = $1 and ends_at > $2
         returning issuer, subject, provider, name, email")
    .bind(token)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(Proved::from))
}

/// Whose identity that is; used now, if it is somebody's.
pub(crate) async fn use_identity(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    now: Millis,
) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("update identities set last_used_at = $3 where issuer = $1 and subject = $2 returning user_id")
            .bind(issuer)
            .bind(subject)
            .bind(now)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(|(user,)| user.into()))
}

/// Which it is, and whose.
pub(crate) async fn find_identity(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<(IdentityId, UserId)>, Error> {
    let row: Option<(i64, i64)> = sql("select id, user_id from identities where issuer = $1 and subject = $2")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(id, user)| (id.into(), user.into())))
}

pub(crate) async fn insert_identity(
    tx: &mut Tx<'_>,
    user: UserId,
    proved: &Proved,
    at: Millis,
) -> Result<IdentityId, Error> {
    let (id,): (i64,) = sql("insert into identities (user_id, issuer, subject, provider, name, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id")
    .bind(user)
    .bind(&proved.issuer)
    .bind(&proved.subject)
    .bind(&proved.provider)
    .bind(proved.name.clone())
    .bind(at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

pub(crate) async fn count_identities(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from identities where user_id = $1").bind(user).fetch_one(tx).await?;
    Ok(count)
}

pub(crate) async fn list_identities(db: &Db, user: UserId) -> Result<Vec<Identity>, Error> {
    let rows: Vec<IdentityRow> =
        sql("select id, provider, name, created_at, last_used_at from identities where user_id = $1 order by id")
            .bind(user)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(Identity::from).collect())
}

pub(crate) async fn delete_identity(tx: &mut Tx<'_>, user: UserId, id: IdentityId) -> Result<bool, Error> {
    Ok(sql("delete from identities where id = $2 and user_id = $1").bind(user).bind(id).execute(tx).await? == 1)
}

/// Whose it is, for whoever only looks.
pub(crate) async fn identity_owner(db: &Db, issuer: &str, subject: &str) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> = sql("select user_id from identities where issuer = $1 and subject = $2")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(user,)| user.into()))
}

/// What somebody is to a service; the newest where they are several.
pub(crate) async fn identity_subject(db: &Db, issuer: &str, user: UserId) -> Result<Option<String>, Error> {
    let row: Option<(String,)> =
        sql("select subject from identities where issuer = $1 and user_id = $2 order by id desc limit 1")
            .bind(issuer)
            .bind(user)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(subject,)| subject))
}
