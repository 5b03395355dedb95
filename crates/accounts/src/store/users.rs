//! What is remembered of people: name, address, password, role, lock.

use base::{Millis, Role, UserId};
use contract::account::Me;
use db::{Db, Error, Query, Tx, sql};

use crate::{email::Email, name::Name, people::UserSummary};

/// An account to be made.
#[derive(Clone)]
pub(crate) struct NewUser {
    pub(crate) name: Name,
    pub(crate) email: Option<Email>,
    pub(crate) password_hash: String,
    pub(crate) role: Role,
    pub(crate) locale: Option<String>,
    pub(crate) created_at: Millis,
}

/// What a password is checked against.
pub(crate) struct Credentials {
    pub(crate) me: Me,
    pub(crate) email: Option<String>,
    pub(crate) password_hash: String,
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
                 password_changed_at, locale)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
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
    .bind(user.locale.clone())
    .fetch_one(tx)
    .await?;
    Ok(id.into())
}

/// The name of whoever has this one already, or one too like it; or was called so where they came from.
pub(crate) async fn name_like(db: &Db, name: &Name) -> Result<Option<String>, Error> {
    let found: Option<(String,)> = sql("select name from (
             select name, id from users where folded_name = $1 or folded_game_name = $2
             union all select name, user_id from game_aliases where folded_name = $2) as known
         order by id limit 1")
    .bind(&name.key)
    .bind(&name.game_key)
    .fetch_optional(db)
    .await?;
    Ok(found.map(|(name,)| name))
}

/// Whether the address is an account's own. What others have typed and nobody has proved does not count.
pub(crate) async fn email_is_taken(db: &Db, folded_email: &str) -> Result<bool, Error> {
    let found: Option<(i64,)> = sql("select id from users where folded_email = $1 and email_held")
        .bind(folded_email)
        .fetch_optional(db)
        .await?;
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

/// Whether somebody has proved the address to be theirs.
pub(crate) async fn email_is_proved(db: &Db, folded_email: &str) -> Result<bool, Error> {
    let found: Option<(i64,)> = sql("select id from users where folded_email = $1 and email_verified_at is not null")
        .bind(folded_email)
        .fetch_optional(db)
        .await?;
    Ok(found.is_some())
}

/// Whose own address it is. One that was only typed opens nothing: else whether it does would tell whether somebody else has it.
pub(crate) async fn credentials_by_email(db: &Db, folded_email: &str) -> Result<Option<Credentials>, Error> {
    credentials(
        db,
        sql("select id, name, email, role, password_hash, locked_at from users where folded_email = $1 and email_held")
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

/// The statement that lists accounts: which of them, from where on, in which order.
macro_rules! listing {
    ($which:literal, $order:literal) => {
        concat!(
            "select id, name, email, role, locked_at, created_at from users where ",
            $which,
            " order by id ",
            $order,
            " limit $2"
        )
    };
}

/// How many accounts have each role.
pub(crate) async fn count_by_role(db: &Db) -> Result<Vec<(Role, u32)>, Error> {
    let rows: Vec<(String, i64)> = sql(
        "select role, count(*) from users where role <> 'member' group by role
         union all select 'member', (select count(*) from users) - (select count(*) from users where role <> 'member')",
    )
    .fetch_all(db)
    .await?;
    let counted =
        |(word, count): (String, i64)| Some((Role::from_word(&word)?, u32::try_from(count).unwrap_or(u32::MAX)));
    Ok(rows.into_iter().filter_map(counted).collect())
}

/// Accounts of a role after one, by age.
pub(crate) async fn list_role(db: &Db, role: Role, after: UserId, at_most: i64) -> Result<Vec<UserSummary>, Error> {
    // Few have a role that not everybody has: said in so many words, so that their index serves.
    let text = if role == Role::Member {
        "select id, name, email, role, locked_at, created_at from users where role = $1 and id > $2 order by id limit $3"
    } else {
        "select id, name, email, role, locked_at, created_at from users
         where role = $1 and role <> 'member' and id > $2 order by id limit $3"
    };
    let rows: Vec<UserRow> = sql(text).bind(role.word()).bind(after).bind(at_most).fetch_all(db).await?;
    Ok(rows.into_iter().map(UserSummary::from).collect())
}

/// Accounts after one, by age. `patterns`: of the folded name, or of the folded e-mail address.
pub(crate) async fn list_users(
    db: &Db,
    patterns: Option<(String, String)>,
    after: UserId,
    newest_first: bool,
    at_most: i64,
) -> Result<Vec<UserSummary>, Error> {
    let text = match (&patterns, newest_first) {
        (None, false) => listing!("id > $1", "asc"),
        (None, true) => listing!("id < $1", "desc"),
        (Some(_), false) => {
            listing!(r"id > $1 and (folded_name like $3 escape '\' or folded_email like $4 escape '\')", "asc")
        }
        (Some(_), true) => {
            listing!(r"id < $1 and (folded_name like $3 escape '\' or folded_email like $4 escape '\')", "desc")
        }
    };
    let query = sql(text).bind(after).bind(at_most);
    let query = match patterns {
        Some((name, email)) => query.bind(name).bind(email),
        None => query,
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

pub(crate) async fn set_locale(tx: &mut Tx<'_>, user: UserId, locale: &str) -> Result<(), Error> {
    sql("update users set locale = $2 where id = $1").bind(user).bind(locale).execute(tx).await?;
    Ok(())
}

pub(crate) async fn set_deletion(tx: &mut Tx<'_>, user: UserId, due: Option<Millis>) -> Result<(), Error> {
    sql("update users set deletion_due_at = $2 where id = $1").bind(user).bind(due).execute(tx).await?;
    Ok(())
}

/// Accounts whose time has come.
pub(crate) async fn due_deletions(db: &Db, now: Millis, at_most: i64) -> Result<Vec<UserId>, Error> {
    let rows: Vec<(i64,)> =
        sql("select id from users where deletion_due_at <= $1 order by deletion_due_at, id limit $2")
            .bind(now)
            .bind(at_most)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

pub(crate) async fn delete_user(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sql("delete from users where id = $1").bind(user).execute(tx).await?;
    Ok(())
}

pub(super) fn me(id: i64, name: String, word: &str) -> Me {
    Me { id: id.into(), name, role: role(word) }
}

/// The schema lets in only the words of roles; should a newer hub have written another, its holder is a member to this one.
pub(super) fn role(word: &str) -> Role {
    Role::from_word(word).unwrap_or(Role::Member)
}
