//! Into the queue, with the change the letter tells of; and out of it, with the account.

use base::{MailId, Millis, UserId};
use contract::mail::MailState;
use db::{Error, Tx};
use jobs::NewJob;
use serde::{Deserialize, Serialize};

use crate::{Letter, store};

/// The kind of the job that sends one.
pub(crate) const DELIVER: &str = "mail.deliver";

/// Which mail a job is about.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Deliver {
    pub(crate) mail: MailId,
}

/// Writes a letter into the queue, in the transaction of the change: what was rolled back is told nobody.
///
/// A letter that its reader has asked to get no more of is noted as declined, and goes nowhere.
pub async fn queue(tx: &mut Tx<'_>, at: Millis, letter: &Letter) -> Result<MailId, Error> {
    let declined =
        letter.text.can_be_declined() && store::is_declined(tx, &letter.to.hash(), letter.text.kind()).await?;
    let state = if declined { MailState::Declined } else { MailState::Queued };
    let id = store::insert(tx, at, letter, state).await?;
    if !declined {
        enqueue(tx, at, id).await?;
    }
    metrics::counter!("guildhall_mail_queued_total", "kind" => letter.text.kind()).increment(1);
    Ok(id)
}

/// Has the mail sent, once however often it is asked.
pub(crate) async fn enqueue(tx: &mut Tx<'_>, at: Millis, mail: MailId) -> Result<(), Error> {
    jobs::enqueue(tx, at, &NewJob::new(DELIVER, &Deliver { mail }).once(mail.to_string())).await?;
    Ok(())
}

/// Forgets what the mails about an account say and where they went, in the transaction in which the account goes. What is still queued
/// is not sent.
pub async fn forget(tx: &mut Tx<'_>, at: Millis, user: UserId) -> Result<(), Error> {
    store::forget(tx, at, user).await
}
