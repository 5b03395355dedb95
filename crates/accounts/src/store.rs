//! What is remembered of accounts: every statement, one function each.

mod hub;

use base::{Millis, Role, SessionId, UserId};
use contract::account::{Me, Session};
use db::{Db, Error, Query, Tx, sql};

use crate::{email::Email, name::Name, people::UserSummary, token::TokenHash};

pub(crate) use hub::{
    SETUP_AT_SITE, SETUP_DONE, finish_setup, hold_owners, put_setting, settings, setup_word, take_hub,
};

// ---------------------------------------------------------------- people

/// An account to be made.
#[derive(Clone)]
pub(crate) struct NewUser {
    pub(crate) name: Name,
    pub(crate) email: Option<Email>,
    pub(crate) password_hash: String,
    pub(crate) role: Role,
    pub(crate) created_at: Millis,
}

/// What a password is checked against.
pub(crate) struct Credentials {
    pub(crate) me: Me,
    pub(crate) email: Option<String>,
    pub(crate) password_hash: String,
    pub(crate) locked: bool,
}

/// What a game password is checked against; none may have been made.
pub(crate) struct GameCredentials {
    pub(crate) me: Me,
    pub(crate) password_hash: Option<String>,
    pub(crate) locked: bool,
}

#[derive(sqlx::FromRow)]
struct CredentialsRow {
    id: i64,
    name: String,
    email: Option<String>,
    role: String,
    password_hash: String,
    locked_at: Option<i64>,
}

impl From<CredentialsRow> for Credentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            me: me(row.id, row.name, &row.role),
            email: row.email,
            password_hash: row.password_hash,
            locked: row.locked_at.is_some(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: i64,
    name: String,
    email: Option<String>,
    role: String,
    locked_at: Option<i64>,
    created_at: i64,
}

impl From<UserRow> for UserSummary {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            email: row.email,
            role: role(&row.role),
            locked_at: row.locked_at.map(Millis),
            created_at: Millis(row.created_at),
        }
    }
}

impl UserSummary {
    /// The same as a page needs it.
    pub(crate) fn me(&self) -> Me {
        Me { id: self.id, name: self.name.clone(), role: self.role }
    }
}

pub(crate) async fn insert_user(tx: &mut Tx<'_>, user: &NewUser) -> Result<UserId, Error> {
    let (id,): (i64,) = sql(
        "insert into users (name, folded_name, folded_game_name, email, folded_email, password_hash, role, created_at,
                 password_changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         returning id",
    )
    .bind(&user.name.shown)
    .bind(&user.name.key)
    .bind(&user.name.game_key)
    .bind(user.email.as_ref().map(|email| email.shown.clone()))
    .bind(user.email.as_ref().map(|email| email.key.clone()))
    .bind(&user.password_hash)
    .bind(user.role.word())
    .bind(user.created_at)
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// The name of whoever has this one already, or one too like it.
pub(crate) async fn name_like(db: &Db, name: &Name) -> Result<Option<String>, Error> {
    let found: Option<(String,)> =
        sql("select name from users where folded_name = $1 or folded_game_name = $2 order by id limit 1")
            .bind(&name.key)
            .bind(&name.game_key)
            .fetch_optional(db)
            .await?;
    Ok(found.map(|(name,)| name))
}

pub(crate) async fn email_is_taken(db: &Db, folded_email: &str) -> Result<bool, Error> {
    let found: Option<(i64,)> =
        sql("select id from users where folded_email = $1").bind(folded_email).fetch_optional(db).await?;
    Ok(found.is_some())
}

pub(crate) async fn credentials_by_name(db: &Db, folded_name: &str) -> Result<Option<Credentials>, Error> {
    credentials(
        db,
        sql("select id, name, email, role, password_hash, locked_at from users where folded_name = $1")
            .bind(folded_name),
    )
    .await
}

pub(crate) async fn credentials_by_email(db: &Db, folded_email: &str) -> Result<Option<Credentials>, Error> {
    credentials(
        db,
        sql("select id, name, email, role, password_hash, locked_at from users where folded_email = $1")
            .bind(folded_email),
    )
    .await
}

pub(crate) async fn credentials_by_id(db: &Db, user: UserId) -> Result<Option<Credentials>, Error> {
    credentials(db, sql("select id, name, email, role, password_hash, locked_at from users where id = $1").bind(user))
        .await
}

async fn credentials(db: &Db, query: Query) -> Result<Option<Credentials>, Error> {
    let row: Option<CredentialsRow> = query.fetch_optional(db).await?;
    Ok(row.map(Credentials::from))
}

pub(crate) async fn user_by_id(db: &Db, user: UserId) -> Result<Option<UserSummary>, Error> {
    let row: Option<UserRow> = sql("select id, name, email, role, locked_at, created_at from users where id = $1")
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.map(UserSummary::from))
}

pub(crate) async fn user_by_name(db: &Db, folded_name: &str) -> Result<Option<UserSummary>, Error> {
    let row: Option<UserRow> =
        sql("select id, name, email, role, locked_at, created_at from users where folded_name = $1")
            .bind(folded_name)
            .fetch_optional(db)
            .await?;
    Ok(row.map(UserSummary::from))
}

/// Accounts after one, by age. `patterns`: of the folded name, or of the folded e-mail address.
pub(crate) async fn list_users(
    db: &Db,
    patterns: Option<(String, String)>,
    after: UserId,
    at_most: i64,
) -> Result<Vec<UserSummary>, Error> {
    let query = match patterns {
        None => {
            sql("select id, name, email, role, locked_at, created_at from users where id > $1 order by id limit $2")
                .bind(after)
                .bind(at_most)
        }
        Some((name, email)) => sql(r"select id, name, email, role, locked_at, created_at from users
                 where id > $1 and (folded_name like $3 escape '\' or folded_email like $4 escape '\')
                 order by id limit $2")
        .bind(after)
        .bind(at_most)
        .bind(name)
        .bind(email),
    };
    let rows: Vec<UserRow> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(UserSummary::from).collect())
}

/// Holds the account until the end of the transaction, so that two who change it do so one after the other.
pub(crate) async fn hold_user(tx: &mut Tx<'_>, user: UserId) -> Result<Option<UserSummary>, Error> {
    let row: Option<UserRow> =
        sql("update users set role = role where id = $1 returning id, name, email, role, locked_at, created_at")
            .bind(user)
            .fetch_optional(tx)
            .await?;
    Ok(row.map(UserSummary::from))
}

/// Writes the password's hash, the same or a fresh one, provided it is still the one that was checked and the account is open.
/// The row is held until the end of the transaction: a change of password waits, and then ends the login that is about to begin.
pub(crate) async fn hold_password(tx: &mut Tx<'_>, user: UserId, checked: &str, hash: &str) -> Result<bool, Error> {
    let rows = sql("update users set password_hash = $3 where id = $1 and password_hash = $2 and locked_at is null")
        .bind(user)
        .bind(checked)
        .bind(hash)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

/// A new password in place of the one that was checked, if it still is that one.
pub(crate) async fn replace_password(
    tx: &mut Tx<'_>,
    user: UserId,
    checked: &str,
    hash: &str,
    at: Millis,
) -> Result<bool, Error> {
    let rows = sql("update users set password_hash = $3, password_changed_at = $4 where id = $1 and password_hash = $2 and locked_at is null")
        .bind(user)
        .bind(checked)
        .bind(hash)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn set_password(tx: &mut Tx<'_>, user: UserId, hash: &str, at: Millis) -> Result<(), Error> {
    sql("update users set password_hash = $2, password_changed_at = $3 where id = $1")
        .bind(user)
        .bind(hash)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn set_role(tx: &mut Tx<'_>, user: UserId, role: Role) -> Result<(), Error> {
    sql("update users set role = $2 where id = $1").bind(user).bind(role.word()).execute(tx).await?;
    Ok(())
}

pub(crate) async fn set_locked(tx: &mut Tx<'_>, user: UserId, since: Option<Millis>) -> Result<(), Error> {
    sql("update users set locked_at = $2 where id = $1").bind(user).bind(since).execute(tx).await?;
    Ok(())
}

/// Owners who can log in, but for one.
pub(crate) async fn other_owners(tx: &mut Tx<'_>, but: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from users where role = 'owner' and locked_at is null and id <> $1")
        .bind(but)
        .fetch_one(tx)
        .await?;
    Ok(count)
}

pub(crate) async fn first_owner(tx: &mut Tx<'_>) -> Result<Option<UserId>, Error> {
    let row: Option<(i64,)> =
        sql("select id from users where role = 'owner' order by id limit 1").fetch_optional(tx).await?;
    Ok(row.map(|(id,)| id.into()))
}

// ---------------------------------------------------------------- logins

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

/// The login that a cookie stands for.
pub(crate) struct Found {
    pub(crate) id: SessionId,
    pub(crate) remembered: bool,
    pub(crate) authenticated_at: Millis,
    pub(crate) last_used_at: Millis,
    pub(crate) me: Me,
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
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: i64,
    device: String,
    created_at: i64,
    last_used_at: i64,
    ends_at: i64,
}

pub(crate) async fn insert_session(tx: &mut Tx<'_>, user: UserId, new: &NewSession) -> Result<SessionId, Error> {
    let (id,): (i64,) = sql(
        "insert into sessions (user_id, token_hash, device, remembered, created_at, authenticated_at, last_used_at,
                 idle_ends_at, ends_at)
         values ($1, $2, $3, $4, $5, $5, $5, $6, $7)
         returning id",
    )
    .bind(user)
    .bind(new.token_hash)
    .bind(&new.device)
    .bind(new.remembered)
    .bind(new.created_at)
    .bind(new.idle_ends_at)
    .bind(new.ends_at)
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
    let row: Option<FoundRow> = sql("select s.id, s.remembered, s.authenticated_at, s.last_used_at, u.id as user_id, u.name, u.role
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
    let rows: Vec<SessionRow> = sql("select id, device, created_at, last_used_at, ends_at from sessions
         where user_id = $1 and idle_ends_at > $2 and ends_at > $2")
    .bind(user)
    .bind(now)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: row.id.into(),
            device: row.device,
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

// ---------------------------------------------------------------- addresses an account knows

pub(crate) async fn knows_address(db: &Db, user: UserId, address: &TokenHash) -> Result<bool, Error> {
    let row: Option<(i64,)> =
        sql("select last_log_in_at from known_addresses where user_id = $1 and address_hash = $2")
            .bind(user)
            .bind(address)
            .fetch_optional(db)
            .await?;
    Ok(row.is_some())
}

pub(crate) async fn remember_address(
    tx: &mut Tx<'_>,
    user: UserId,
    address: &TokenHash,
    now: Millis,
) -> Result<(), Error> {
    sql("insert into known_addresses (user_id, address_hash, last_log_in_at) values ($1, $2, $3)
         on conflict (user_id, address_hash) do update set last_log_in_at = excluded.last_log_in_at")
    .bind(user)
    .bind(address)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn delete_old_addresses(tx: &mut Tx<'_>, before: Millis) -> Result<u64, Error> {
    sql("delete from known_addresses where last_log_in_at < $1").bind(before).execute(tx).await
}

// ---------------------------------------------------------------- game passwords and lobby tokens

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

// ---------------------------------------------------------------- rows

fn me(id: i64, name: String, word: &str) -> Me {
    Me { id: id.into(), name, role: role(word) }
}

/// The schema lets in only the words of roles; should a newer hub have written another, its holder is a member to this one.
fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Member)
}
