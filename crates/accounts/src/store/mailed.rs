//! What is remembered of codes and links that were mailed.

use base::{Millis, UserId};
use db::{Db, Error, Tx, sql};

use crate::{email::Email, token::TokenHash};

/// So many codes may be typed at one letter.
const TRIES: i64 = 5;

/// What a letter is to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The mailbox is theirs.
    Verify,
    /// They may have another password.
    Recover,
    /// Back to the address there was before.
    Undo,
    /// The deletion is called off.
    Stay,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Recover => "recover",
            Self::Undo => "undo",
            Self::Stay => "stay",
        }
    }
}

/// A letter that is about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewProof {
    pub(crate) user: UserId,
    pub(crate) purpose: Purpose,
    pub(crate) token_hash: TokenHash,
    pub(crate) code_hash: Option<String>,
    pub(crate) email: Option<Email>,
    pub(crate) ends_at: Millis,
}

/// A letter that came back.
#[derive(Debug, Clone)]
pub(crate) struct MailedProof {
    pub(crate) id: i64,
    pub(crate) user: UserId,
    pub(crate) code_hash: Option<String>,
    pub(crate) email: Option<Email>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    user_id: i64,
    code_hash: Option<String>,
    email: Option<String>,
    folded_email: Option<String>,
}

impl From<Row> for MailedProof {
    fn from(row: Row) -> Self {
        let email = row.email.zip(row.folded_email).map(|(shown, key)| Email { shown, key });
        Self { id: row.id, user: row.user_id.into(), code_hash: row.code_hash, email }
    }
}

/// A new letter makes earlier ones of its kind worthless; only ways back hold beside each other, or whoever took an account over would
/// close the owner's by changing the address twice.
pub(crate) async fn insert_proof(tx: &mut Tx<'_>, new: &NewProof) -> Result<(), Error> {
    if new.purpose != Purpose::Undo {
        delete_proofs(tx, new.user, new.purpose).await?;
    }
    sql("insert into mailed_proofs (user_id, purpose, token_hash, code_hash, email, folded_email, tries, ends_at)
         values ($1, $2, $3, $4, $5, $6, 0, $7)")
    .bind(new.user)
    .bind(new.purpose.word())
    .bind(new.token_hash)
    .bind(new.code_hash.clone())
    .bind(new.email.as_ref().map(|email| email.shown.clone()))
    .bind(new.email.as_ref().map(|email| email.key.clone()))
    .bind(new.ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn proof_by_token(
    db: &Db,
    purpose: Purpose,
    token: &TokenHash,
    now: Millis,
) -> Result<Option<MailedProof>, Error> {
    let row: Option<Row> = sql("select id, user_id, code_hash, email, folded_email from mailed_proofs
         where token_hash = $1 and purpose = $2 and ends_at > $3")
    .bind(token)
    .bind(purpose.word())
    .bind(now)
    .fetch_optional(db)
    .await?;
    Ok(row.map(MailedProof::from))
}

/// The address that waits for its code.
pub(crate) async fn address_waiting(db: &Db, user: UserId, now: Millis) -> Result<Option<String>, Error> {
    let row: Option<(Option<String>,)> = sql(
        "select email from mailed_proofs where user_id = $1 and purpose = 'verify' and ends_at > $2 and tries < $3",
    )
    .bind(user)
    .bind(now)
    .bind(TRIES)
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(|(email,)| email))
}

/// Counts a try before it is made. `None`: no code is waited for, or not any more.
pub(crate) async fn try_code(tx: &mut Tx<'_>, user: UserId, now: Millis) -> Result<Option<MailedProof>, Error> {
    let row: Option<Row> = sql("update mailed_proofs set tries = tries + 1
         where user_id = $1 and purpose = 'verify' and code_hash is not null and ends_at > $2 and tries < $3
         returning id, user_id, code_hash, email, folded_email")
    .bind(user)
    .bind(now)
    .bind(TRIES)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(MailedProof::from))
}

/// Takes it out; `false` where somebody was quicker.
pub(crate) async fn take_proof(tx: &mut Tx<'_>, id: i64) -> Result<bool, Error> {
    Ok(sql("delete from mailed_proofs where id = $1").bind(id).execute(tx).await? == 1)
}

pub(crate) async fn delete_proofs(tx: &mut Tx<'_>, user: UserId, purpose: Purpose) -> Result<u64, Error> {
    sql("delete from mailed_proofs where user_id = $1 and purpose = $2")
        .bind(user)
        .bind(purpose.word())
        .execute(tx)
        .await
}

pub(crate) async fn delete_stale_proofs(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from mailed_proofs where ends_at <= $1").bind(now).execute(tx).await
}
