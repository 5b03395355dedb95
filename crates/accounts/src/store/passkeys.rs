//! Passkeys, whose they are, and the challenges that wait for their answer.

use base::{Millis, PasskeyId, UserId};
use contract::passkey::Passkey;
use db::{Db, Error, Tx, sql};

use crate::token::TokenHash;

/// What a challenge was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceremony {
    Add,
    LogIn,
    SecondStep,
    Prove,
}

impl Ceremony {
    const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::LogIn => "log_in",
            Self::SecondStep => "second_step",
            Self::Prove => "prove",
        }
    }
}

/// A passkey as it was registered.
#[derive(Clone)]
pub(crate) struct NewPasskey {
    pub(crate) credential_id: Vec<u8>,
    pub(crate) static_state: Vec<u8>,
    pub(crate) dynamic_state: Vec<u8>,
    pub(crate) transports: u8,
    pub(crate) name: String,
}

/// A passkey as it is checked.
#[derive(sqlx::FromRow)]
pub(crate) struct KeptPasskey {
    pub(crate) id: i64,
    pub(crate) user_id: i64,
    pub(crate) handle: Vec<u8>,
    pub(crate) credential_id: Vec<u8>,
    pub(crate) static_state: Vec<u8>,
    pub(crate) dynamic_state: Vec<u8>,
    pub(crate) transports: i64,
}

/// The handle under which somebody's devices keep their keys: the one there is, or else this.
pub(crate) async fn passkey_handle(tx: &mut Tx<'_>, user: UserId, fresh: &[u8; 32]) -> Result<Vec<u8>, Error> {
    let (handle,): (Vec<u8>,) = sql("insert into passkey_holders (user_id, handle) values ($1, $2)
         on conflict (user_id) do update set handle = passkey_holders.handle returning handle")
    .bind(user)
    .bind(fresh)
    .fetch_one(tx)
    .await?;
    Ok(handle)
}

/// Whether a passkey is asked for after the password.
pub(crate) async fn asks_for_passkey(db: &Db, user: UserId) -> Result<bool, Error> {
    let row: Option<(bool,)> =
        sql("select asked from passkey_holders where user_id = $1").bind(user).fetch_optional(db).await?;
    Ok(row.is_some_and(|(asked,)| asked))
}

/// False where it was so already, or where there is no passkey to ask for.
pub(crate) async fn set_asks_for_passkey(tx: &mut Tx<'_>, user: UserId, asked: bool) -> Result<bool, Error> {
    let changed = sql("update passkey_holders set asked = $2 where user_id = $1 and asked <> $2
         and (not $2 or exists (select 1 from passkeys where passkeys.user_id = passkey_holders.user_id))")
    .bind(user)
    .bind(asked)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(crate) async fn insert_passkey(
    tx: &mut Tx<'_>,
    user: UserId,
    new: &NewPasskey,
    at: Millis,
) -> Result<PasskeyId, Error> {
    let (id,): (i64,) =
        sql("insert into passkeys (user_id, credential_id, static_state, dynamic_state, transports, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id")
        .bind(user)
        .bind(&new.credential_id)
        .bind(&new.static_state)
        .bind(&new.dynamic_state)
        .bind(new.transports)
        .bind(&new.name)
        .bind(at)
        .fetch_one(tx)
        .await?;
    Ok(id.into())
}

pub(crate) async fn count_passkeys(tx: &mut Tx<'_>, user: UserId) -> Result<i64, Error> {
    let (count,): (i64,) = sql("select count(*) from passkeys where user_id = $1").bind(user).fetch_one(tx).await?;
    Ok(count)
}

pub(crate) async fn list_passkeys(db: &Db, user: UserId) -> Result<Vec<Passkey>, Error> {
    let rows: Vec<(i64, String, i64, Option<i64>)> =
        sql("select id, name, created_at, last_used_at from passkeys where user_id = $1 order by id")
            .bind(user)
            .fetch_all(db)
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name, created_at, last_used_at)| Passkey {
            id: id.into(),
            name,
            created_at: created_at.into(),
            last_used_at: last_used_at.map(Millis),
        })
        .collect())
}

pub(crate) async fn kept_passkeys(db: &Db, user: UserId) -> Result<Vec<KeptPasskey>, Error> {
    sql("select p.id, p.user_id, h.handle, p.credential_id, p.static_state, p.dynamic_state, p.transports
         from passkeys p join passkey_holders h on h.user_id = p.user_id where p.user_id = $1 order by p.id")
    .bind(user)
    .fetch_all(db)
    .await
}

pub(crate) async fn passkey_by_credential(db: &Db, credential: &[u8]) -> Result<Option<KeptPasskey>, Error> {
    sql("select p.id, p.user_id, h.handle, p.credential_id, p.static_state, p.dynamic_state, p.transports
         from passkeys p join passkey_holders h on h.user_id = p.user_id where p.credential_id = $1")
    .bind(credential)
    .fetch_optional(db)
    .await
}

/// A use: replaces exactly the state it was checked against. False: somebody else has used it meanwhile, or it is gone.
pub(crate) async fn use_passkey(
    tx: &mut Tx<'_>,
    id: PasskeyId,
    checked: &[u8],
    state: &[u8],
    at: Millis,
) -> Result<bool, Error> {
    let changed = sql("update passkeys set dynamic_state = $3, last_used_at = $4 where id = $1 and dynamic_state = $2")
        .bind(id)
        .bind(checked)
        .bind(state)
        .bind(at)
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn rename_passkey(tx: &mut Tx<'_>, user: UserId, id: PasskeyId, name: &str) -> Result<bool, Error> {
    let changed = sql("update passkeys set name = $3 where id = $2 and user_id = $1")
        .bind(user)
        .bind(id)
        .bind(name)
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

pub(crate) async fn delete_passkey(tx: &mut Tx<'_>, user: UserId, id: PasskeyId) -> Result<bool, Error> {
    Ok(sql("delete from passkeys where id = $2 and user_id = $1").bind(user).bind(id).execute(tx).await? == 1)
}

/// Whether the account can be entered at all: by its password, a passkey or a linked identity.
pub(crate) async fn has_way_in(tx: &mut Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row: Option<(i64,)> = sql("select id from users where id = $1 and (password_hash <> ''
         or exists (select 1 from passkeys where passkeys.user_id = users.id)
         or exists (select 1 from identities where identities.user_id = users.id))")
    .bind(user)
    .fetch_optional(tx)
    .await?;
    Ok(row.is_some())
}

/// Keeps a challenge; those somebody has not answered to before are good no longer.
pub(crate) async fn insert_ceremony(
    tx: &mut Tx<'_>,
    challenge: &TokenHash,
    purpose: Ceremony,
    user: Option<UserId>,
    state: &[u8],
    ends_at: Millis,
) -> Result<(), Error> {
    sql("delete from passkey_ceremonies where user_id = $1 and purpose = $2")
        .bind(user)
        .bind(purpose.word())
        .execute(&mut *tx)
        .await?;
    sql(
        "insert into passkey_ceremonies (challenge_hash, purpose, user_id, state, ends_at) values ($1, $2, $3, $4, $5)",
    )
    .bind(challenge)
    .bind(purpose.word())
    .bind(user)
    .bind(state)
    .bind(ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes a challenge: whoever comes first, and nobody after them. With whose answer it has to be.
pub(crate) async fn take_ceremony(
    tx: &mut Tx<'_>,
    challenge: &TokenHash,
    purpose: Ceremony,
    now: Millis,
) -> Result<Option<(Option<UserId>, Vec<u8>)>, Error> {
    let row: Option<(Option<i64>, Vec<u8>)> =
        sql("delete from passkey_ceremonies where challenge_hash = $1 and purpose = $2 and ends_at > $3
         returning user_id, state")
        .bind(challenge)
        .bind(purpose.word())
        .bind(now)
        .fetch_optional(tx)
        .await?;
    Ok(row.map(|(user, state)| (user.map(UserId::from), state)))
}

pub(crate) async fn delete_stale_ceremonies(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from passkey_ceremonies where ends_at <= $1").bind(now).execute(tx).await
}
