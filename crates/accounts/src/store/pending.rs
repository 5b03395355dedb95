//! What is remembered of log-ins between their steps.

use base::{Millis, UserId};
use contract::account::{Proof, Step};
use db::{Db, Error, Tx, sql};

use crate::token::TokenHash;

/// So many codes may be tried at one log-in.
const TRIES: i64 = 5;
/// So many log-ins of one person may wait at the same time; one more ends the one that runs out first.
const PER_USER: i64 = 10;

/// A log-in whose first step is done.
#[derive(Debug, Clone)]
pub(crate) struct NewPending {
    pub(crate) token_hash: TokenHash,
    pub(crate) user: UserId,
    pub(crate) proof: Proof,
    pub(crate) step: Step,
    /// Whether the first step was right. Where too many have failed, that is only told after the second.
    pub(crate) proved: bool,
    pub(crate) remembered: bool,
    pub(crate) new_password_hash: Option<String>,
    pub(crate) ends_at: Millis,
}

/// The same as it is found again.
#[derive(Debug, Clone)]
pub(crate) struct PendingRow {
    pub(crate) user: UserId,
    pub(crate) proof: Proof,
    pub(crate) step: Step,
    pub(crate) proved: bool,
    pub(crate) remembered: bool,
    pub(crate) new_password_hash: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: i64,
    proof: String,
    step: String,
    proved: bool,
    remembered: bool,
    new_password_hash: Option<String>,
}

impl From<Row> for PendingRow {
    fn from(row: Row) -> Self {
        Self {
            user: row.user_id.into(),
            // The schema lets in only the words of these lists. An unknown one is taken for the one that asks for more.
            proof: Proof::from_word(&row.proof).unwrap_or(Proof::Password),
            step: Step::from_word(&row.step).unwrap_or(Step::SecondFactor),
            proved: row.proved,
            remembered: row.remembered,
            new_password_hash: row.new_password_hash,
        }
    }
}

pub(crate) async fn insert_pending(tx: &mut Tx<'_>, new: &NewPending) -> Result<(), Error> {
    sql("delete from pending_log_ins where user_id = $1 and token_hash not in
             (select token_hash from pending_log_ins where user_id = $1 order by ends_at desc limit $2)")
    .bind(new.user)
    .bind(PER_USER - 1)
    .execute(&mut *tx)
    .await?;
    sql("insert into pending_log_ins (token_hash, user_id, proof, step, proved, remembered, new_password_hash, tries, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, 0, $8)")
    .bind(new.token_hash)
    .bind(new.user)
    .bind(new.proof.word())
    .bind(new.step.word())
    .bind(new.proved)
    .bind(new.remembered)
    .bind(new.new_password_hash.clone())
    .bind(new.ends_at)
    .execute(tx)
    .await?;
    Ok(())
}

pub(crate) async fn pending(db: &Db, token: &TokenHash, now: Millis) -> Result<Option<PendingRow>, Error> {
    let row: Option<Row> =
        sql("select user_id, proof, step, proved, remembered, new_password_hash from pending_log_ins
         where token_hash = $1 and ends_at > $2 and tries < $3")
        .bind(token)
        .bind(now)
        .bind(TRIES)
        .fetch_optional(db)
        .await?;
    Ok(row.map(PendingRow::from))
}

/// Counts a try before it is made, so that a hundred at the same time are not all "the first". `None`: there is no such log-in, or
/// not at this step, or it has run out of time or tries.
pub(crate) async fn try_pending(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    step: Step,
    now: Millis,
) -> Result<Option<PendingRow>, Error> {
    let row: Option<Row> = sql("update pending_log_ins set tries = tries + 1
         where token_hash = $1 and step = $2 and ends_at > $3 and tries < $4
         returning user_id, proof, step, proved, remembered, new_password_hash")
    .bind(token)
    .bind(step.word())
    .bind(now)
    .bind(TRIES)
    .fetch_optional(tx)
    .await?;
    Ok(row.map(PendingRow::from))
}

/// The log-in goes on to another step, with as many tries as at first.
pub(crate) async fn advance_pending(tx: &mut Tx<'_>, token: &TokenHash, step: Step) -> Result<(), Error> {
    sql("update pending_log_ins set step = $2, tries = 0 where token_hash = $1")
        .bind(token)
        .bind(step.word())
        .execute(tx)
        .await?;
    Ok(())
}

/// Takes it out: of two who finish it at once, one does.
pub(crate) async fn take_pending(tx: &mut Tx<'_>, token: &TokenHash) -> Result<bool, Error> {
    Ok(sql("delete from pending_log_ins where token_hash = $1").bind(token).execute(tx).await? == 1)
}

pub(crate) async fn delete_pending_of(tx: &mut Tx<'_>, user: UserId) -> Result<u64, Error> {
    sql("delete from pending_log_ins where user_id = $1").bind(user).execute(tx).await
}

pub(crate) async fn delete_stale_pending(tx: &mut Tx<'_>, now: Millis) -> Result<u64, Error> {
    sql("delete from pending_log_ins where ends_at <= $1").bind(now).execute(tx).await
}
