//! What is remembered of log-ins and of attempts at them.

use base::{Millis, UserId};
use contract::account::{LogInRecord, Outcome, Proof};
use db::{Db, Error, Tx, sql};

/// A log-in to be written down.
#[derive(Debug, Clone)]
pub(crate) struct NewRecord {
    /// `None`: the name that was typed is nobody's.
    pub(crate) user: Option<UserId>,
    pub(crate) at: Millis,
    pub(crate) outcome: Outcome,
    pub(crate) proof: Proof,
    pub(crate) device: String,
    pub(crate) network: String,
}

pub(crate) async fn insert_log_in(tx: &mut Tx<'_>, new: &NewRecord) -> Result<(), Error> {
    sql("insert into log_ins (user_id, at, outcome, proof, device, network) values ($1, $2, $3, $4, $5, $6)")
        .bind(new.user.map(i64::from))
        .bind(new.at)
        .bind(new.outcome.word())
        .bind(new.proof.word())
        .bind(&new.device)
        .bind(&new.network)
        .execute(tx)
        .await?;
    Ok(())
}

/// Newest first, those before one.
pub(crate) async fn list_log_ins(db: &Db, user: UserId, before: i64, at_most: i64) -> Result<Vec<LogInRecord>, Error> {
    let rows: Vec<(i64, i64, String, String, String, String)> =
        sql("select id, at, outcome, proof, device, network from log_ins where user_id = $1 and id < $2
         order by id desc limit $3")
        .bind(user)
        .bind(before)
        .bind(at_most)
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, at, outcome, proof, device, network)| LogInRecord {
            id,
            at: Millis(at),
            // The schema lets in only the words of this list.
            outcome: Outcome::from_word(&outcome).unwrap_or(Outcome::Wrong),
            proof: Proof::from_word(&proof).unwrap_or(Proof::Password),
            device,
            network,
        })
        .collect())
}

/// Those of accounts before one instant, those of nobody's before another.
pub(crate) async fn delete_old_log_ins(tx: &mut Tx<'_>, before: Millis, nobodys: Millis) -> Result<u64, Error> {
    sql("delete from log_ins where at < $1 or (user_id is null and at < $2)")
        .bind(before)
        .bind(nobodys)
        .execute(tx)
        .await
}
