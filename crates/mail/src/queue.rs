//! Into the queue, with the change the letter tells of; and out of it, with the account.

use std::time::Duration;

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

/// So long a while is, in which somebody gets only so many letters of a kind.
const A_WHILE: Duration = Duration::from_hours(24);

/// Writes a letter into the queue, in the transaction of the change: what was rolled back is told nobody.
///
/// A letter that its reader has asked to get no more of is noted as declined, and goes nowhere.
pub async fn queue(tx: &mut Tx<'_>, at: Millis, letter: &Letter) -> Result<MailId, Error> {
    let declined = match letter.text.declinable() {
        Some(of) => store::is_declined(tx, &letter.to.hash(), &of).await?,
        None => false,
    };
    let state = if declined { MailState::Declined } else { MailState::Queued };
    let id = store::insert(tx, at, letter, state).await?;
    if !declined {
        enqueue(tx, at, id).await?;
    }
    metrics::counter!("guildhall_mail_queued_total", "kind" => letter.text.kind()).increment(1);
    Ok(id)
}

/// The same for letters that others than the hub have written: of that kind an account gets up to `most` within a day, declined ones counted.
/// `None`: it has had so many, and this one is not kept at all.
pub async fn queue_at_most(tx: &mut Tx<'_>, at: Millis, letter: &Letter, most: u32) -> Result<Option<MailId>, Error> {
    if let Some(user) = letter.user
        && store::count_since(tx, user, letter.text.kind(), at.minus(A_WHILE)).await? >= i64::from(most)
    {
        metrics::counter!("guildhall_mail_too_many_total", "kind" => letter.text.kind()).increment(1);
        return Ok(None);
    }
    queue(tx, at, letter).await.map(Some)
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
