//! Forgetting in time what mails say, and later that they were.

use std::time::Duration;

use base::{Action, Actor};

use crate::{Error, Mail, store};

/// After so long the letter of a settled mail is forgotten: by then nobody asks any more whether it arrived.
const LETTERS: Duration = Duration::from_hours(7 * 24);
/// After so long the mail itself is.
const MAILS: Duration = Duration::from_hours(90 * 24);
/// Links at the foot of letters are good for a year.
const DECLINE_LINKS: Duration = Duration::from_hours(365 * 24);

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tidied {
    /// Letters.
    pub letters: u64,
    /// Mails.
    pub mails: u64,
    /// Links to decline by.
    pub links: u64,
}

impl Mail {
    /// Forgets what is too old to be of use. About once an hour.
    pub async fn tidy(&self, actor: &Actor) -> Result<Tidied, Error> {
        actor.may(Action::ManageSystem)?;
        let now = self.now();
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let mails = store::delete_settled(tx, now.minus(MAILS)).await?;
                    let letters = store::purge_letters(tx, now.minus(LETTERS)).await?;
                    let links = store::delete_decline_links(tx, now.minus(DECLINE_LINKS)).await?;
                    Ok(Tidied { letters, mails, links })
                })
            })
            .await
    }
}
