//! What is remembered of logins.

use base::{Millis, SessionId, UserId};
use contract::account::{Me, Session};
use db::{Db, Error, Tx, sql};

use super::users::me;
use crate::token::TokenHash;

/// A login to be written down.
#[derive(Clone)]
pub(crate) struct NewSession {
    pub(crate) token_hash: TokenHash,
    pub(crate) device: String,
    pub(crate) remembered: bool,
    pub(crate) created_at: Millis,
    pub(crate) idle_ends_at: Millis,
    pub(crate) ends_at: Millis,
}

/// What a login keeps when it gets another cookie.
pub(crate) struct Renewed {
    pub(crate) remembered: bool,
    pub(crate) ends_at: Millis,
}

/// The login that a cookie stands for.
pub(crate) struct Found {
    pub(crate) id: SessionId,
    pub(crate) remembered: bool,
    pub(crate) authenticated_at: Millis,
    pub(crate) last_used_at: Millis,
    pub(crate) me: Me,
    /// Whether it looked as somebody else last; it may have run out.
    pub(crate) guise: bool,
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: i64,
    remembered: bool,
    authenticated_at: i64,
    last_used_at: i64,
    user_id: i64,
    name: String,
    role: String,
    guise: bool,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: i64,
    device: String,
    device_name: Option<String>,
    created_at: i64,
    last_used_at: i64,
    ends_at: i64,
}

pub(crate) async fn insert_session(
    tx: &mut Tx<'_>,
    user: UserId,
    device: i64,
    new: &NewSession,
    proved_at: Millis,
) -> Result<SessionId, Error> {
    let (id,): (i64,) = sql(
        "insert into sessions (user_id, token_hash, device, remembered, created_at, authenticated_at, last_used_at,
                 idle_ends_at, ends_at, device_id)
         values ($1, $2, $3, $4, $5, $9, $5, $6, $7, $8)
         returning id",
    )
    .bind(user)
    .bind(new.token_hash)
    .bind(&new.device)
    .bind(new.remembered)
    .bind(new.created_at)
    .bind(new.idle_ends_at)
    .bind(new.ends_at)
    .bind(device)
    .bind(proved_at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// Ends the logins longest unused, beyond so many.
pub(crate) async fn trim_sessions(tx: &mut Tx<'_>, user: UserId, at_most: u32) -> Result<u64, Error> {
    sql("delete from sessions where user_id = $1 and id not in
             (select id from sessions where user_id = $1 order by last_used_at desc, id desc limit $2)")
    .bind(user)
    .bind(at_most)
    .execute(tx)
    .await
}

pub(crate) async fn session_by_token(db: &Db, token_hash: &TokenHash, now: Millis) -> Result<Option<Found>, Error> {
    let row: Option<FoundRow> =
        sql("select s.id, s.remembered, s.authenticated_at, s.last_used_at, u.id as user_id, u.name, u.role, s.guise_user_id is not null as guise
         from sessions s join users u on u.id = s.user_id
         where s.token_hash = $1 and s.idle_ends_at > $2 and s.ends_at > $2 and u.locked_at is null")
        .bind(token_hash)
        .bind(now)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| Found {
        id: row.id.into(),
        remembered: row.remembered,
        authenticated_at: Millis(row.authenticated_at),
        last_used_at: Millis(row.last_used_at),
        me: me(row.user_id, row.name, &row.role),
        guise: row.guise,
    }))
}

/// Notes a use, unless another request has noted one since `before`. A login never outlives its own end.
pub(crate) async fn note_use(
    tx: &mut Tx<'_>,
    session: SessionId,
    now: Millis,
    before: Millis,
    idle_ends_at: Millis,
) -> Result<(), Error> {
    sql("update sessions set last_used_at = $2, idle_ends_at = case when $4 < ends_at then $4 else ends_at end
         where id = $1 and last_used_at <= $3")
    .bind(session)
    .bind(now)
    .bind(before)
    .bind(idle_ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a login another cookie and notes that its owner has just proved who they are; `None` where it is over.
pub(crate) async fn renew_session(
    tx: &mut Tx<'_>,
    user: UserId,
    session: SessionId,
    token_hash: &TokenHash,
    now: Millis,
) -> Result<Option<Renewed>, Error> {
    let row: Option<(bool, i64)> = sql("update sessions set token_hash = $3, authenticated_at = $4
         where id = $1 and user_id = $2 and ends_at > $4 and idle_ends_at > $4
         returning remembered, ends_at")
    .bind(session)
    .bind(user)
    .bind(token_hash)
    .bind(now)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(|(remembered, ends_at)| Renewed { remembered, ends_at: Millis(ends_at) }))
}

pub(crate) async fn is_remembered(db: &Db, session: SessionId) -> Result<bool, Error> {
    let row: Option<(bool,)> =
        sql("select remembered from sessions where id = $1").bind(session).fetch_optional(db).await?;
    Ok(row.is_some_and(|(remembered,)| remembered))
}

/// The logins that have not run out, in no particular order.
pub(crate) async fn list_sessions(
    db: &Db,
    user: UserId,
    mine: Option<SessionId>,
    now: Millis,
) -> Result<Vec<Session>, Error> {
    let rows: Vec<SessionRow> =
        sql("select s.id, s.device, d.name as device_name, s.created_at, s.last_used_at, s.ends_at
         from sessions s left join devices d on d.id = s.device_id
         where s.user_id = $1 and s.idle_ends_at > $2 and s.ends_at > $2")
        .bind(user)
        .bind(now)
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: row.id.into(),
            device: row.device,
            device_name: row.device_name,
            created_at: Millis(row.created_at),
            last_used_at: Millis(row.last_used_at),
            ends_at: Millis(row.ends_at),
            current: mine == Some(row.id.into()),
        })
        .collect())
}

pub(crate) async fn delete_session(tx: &mut Tx<'_>, user: UserId, session: SessionId) -> Result<bool, Error> {
    let rows = sql("delete from sessions where id = $1 and user_id = $2").bind(session).bind(user).execute(tx).await?;
    Ok(rows == 1)
}

/// Ends all logins of somebody, but for one if one is named. Gives back which.
pub(crate) async fn delete_sessions_but(
    tx: &mut Tx<'_>,
    user: UserId,
    but: Option<SessionId>,
) -> Result<Vec<SessionId>, Error> {
    // Ids begin at one: 0 spares nobody.
    let rows: Vec<(i64,)> = sql("delete from sessions where user_id = $1 and id <> $2 returning id")
        .bind(user)
        .bind(but.map_or(0, i64::from))
        .fetch_all(tx)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

pub(crate) async fn delete_ended_sessions(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from sessions where ends_at <= $1 or idle_ends_at <= $1").bind(now).execute(tx).await
}
