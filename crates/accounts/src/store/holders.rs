//! Who holds an account, and what its address is to them.

use base::{Millis, UserId};
use contract::account::Me;
use db::{Db, Error, Tx, sql};

use super::users::me;
use crate::email::Email;

/// What an address is to the account that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It was typed, as others may have done.
    Typed,
    /// It is the account's own until somebody proves it: those who run the hub gave it.
    Given,
    /// It is the account's own.
    Proved,
}

impl Hold {
    /// Whether the address is proved to be theirs.
    pub(crate) fn is_proved(self) -> bool {
        self == Self::Proved
    }

    /// Whether the address is the account's own, and not only typed.
    pub(crate) fn is_own(self) -> bool {
        self != Self::Typed
    }
}

/// Whoever holds an account, with what a log-in or a letter has to know of them.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) me: Me,
    pub(crate) email: Option<Email>,
    /// What the address is to the account.
    pub(crate) hold: Hold,
    pub(crate) has_password: bool,
    pub(crate) locked: bool,
    pub(crate) locale: Option<String>,
    pub(crate) deletion_due_at: Option<Millis>,
    pub(crate) created_at: Millis,
}

#[derive(sqlx::FromRow)]
struct HolderRow {
    id: i64,
    name: String,
    role: String,
    email: Option<String>,
    folded_email: Option<String>,
    email_verified_at: Option<i64>,
    email_held: bool,
    password_hash: String,
    locked_at: Option<i64>,
    locale: Option<String>,
    deletion_due_at: Option<i64>,
    created_at: i64,
}

impl From<HolderRow> for Holder {
    fn from(row: HolderRow) -> Self {
        Self {
            me: me(row.id, row.name, &row.role),
            email: row.email.zip(row.folded_email).map(|(shown, key)| Email { shown, key }),
            hold: match (row.email_verified_at, row.email_held) {
                (Some(_), _) => Hold::Proved,
                (None, true) => Hold::Given,
                (None, false) => Hold::Typed,
            },
            has_password: !row.password_hash.is_empty(),
            locked: row.locked_at.is_some(),
            locale: row.locale,
            deletion_due_at: row.deletion_due_at.map(Millis),
            created_at: Millis(row.created_at),
        }
    }
}

pub(crate) async fn holder(db: &Db, user: UserId) -> Result<Option<Holder>, Error> {
    let row: Option<HolderRow> =
        sql("select id, name, role, email, folded_email, email_verified_at, email_held, password_hash, locked_at,
                 locale, deletion_due_at, created_at
             from users where id = $1")
        .bind(user)
        .fetch_optional(db)
        .await?;
    Ok(row.map(Holder::from))
}

/// Who is written to at an address: whoever has proved it; where nobody has, those who typed it, oldest first.
pub(crate) async fn holders_by_email(db: &Db, folded_email: &str, at_most: i64) -> Result<Vec<Holder>, Error> {
    let rows: Vec<HolderRow> =
        sql("select id, name, role, email, folded_email, email_verified_at, email_held, password_hash, locked_at,
                 locale, deletion_due_at, created_at
             from users
             where folded_email = $1
                 and (email_verified_at is not null or not exists (
                     select 1 from users as proved
                     where proved.folded_email = $1 and proved.email_verified_at is not null))
             order by id
             limit $2")
        .bind(folded_email)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(Holder::from).collect())
}

/// Whoever but one has proved the address to be theirs.
pub(crate) async fn proved_holder(tx: &mut Tx<'_>, folded_email: &str, but: UserId) -> Result<Option<Holder>, Error> {
    let row: Option<HolderRow> =
        sql("select id, name, role, email, folded_email, email_verified_at, email_held, password_hash, locked_at,
                 locale, deletion_due_at, created_at
             from users where folded_email = $1 and email_verified_at is not null and id <> $2")
        .bind(folded_email)
        .bind(but)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(Holder::from))
}

/// As [`hold_user`](super::hold_user), with more to know.
pub(crate) async fn hold_holder(tx: &mut Tx<'_>, user: UserId) -> Result<Option<Holder>, Error> {
    let row: Option<HolderRow> = sql("update users set role = role where id = $1
             returning id, name, role, email, folded_email, email_verified_at, email_held, password_hash, locked_at,
                 locale, deletion_due_at, created_at")
    .bind(user)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(Holder::from))
}

/// Writes the password's hash, the same or a fresh one, provided it is still the one that was checked and the account is open.
/// The row is held until the end of the transaction: a change of password waits, and then ends the login that is about to begin.
/// `None`: it is another password by now, or the account is locked.
pub(crate) async fn hold_password(
    tx: &mut Tx<'_>,
    user: UserId,
    checked: &str,
    hash: &str,
) -> Result<Option<Holder>, Error> {
    let row: Option<HolderRow> = sql("update users set password_hash = $3
             where id = $1 and password_hash = $2 and locked_at is null
             returning id, name, role, email, folded_email, email_verified_at, email_held, password_hash, locked_at,
                 locale, deletion_due_at, created_at")
    .bind(user)
    .bind(checked)
    .bind(hash)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(Holder::from))
}

/// Another address that is the account's own, or none. A new account's is only typed: see `users.email_held`.
pub(crate) async fn set_email(
    tx: &mut Tx<'_>,
    user: UserId,
    email: Option<&Email>,
    verified_at: Option<Millis>,
) -> Result<(), Error> {
    sql("update users set email = $2, folded_email = $3, email_verified_at = $4, email_held = $5 where id = $1")
        .bind(user)
        .bind(email.map(|email| email.shown.clone()))
        .bind(email.map(|email| email.key.clone()))
        .bind(verified_at)
        .bind(email.is_some())
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends that an address is the own one of somebody who never proved it. It stays theirs as typed, so nobody learns from their own account
/// that somebody else has proved it.
pub(crate) async fn release_email(tx: &mut Tx<'_>, folded_email: &str, but: UserId) -> Result<u64, Error> {
    sql("update users set email_held = false
         where folded_email = $1 and email_held and email_verified_at is null and id <> $2")
    .bind(folded_email)
    .bind(but)
    .execute(tx)
    .await
}
