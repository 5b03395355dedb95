//! Telling somebody by mail that they are invited.

use std::time::Duration;

use base::{Millis, OrgId, Secret, UserId};
use db::Tx;
use mail::{Letter, Text};

use crate::{error::Error, people::Mailbox, store};

/// One organization writes to the same person no more often.
pub(crate) const EACH: Duration = Duration::from_hours(7 * 24);
/// All organizations together write to one person so often within [`A_WHILE`].
const FROM_ALL: u32 = 5;
const A_WHILE: Duration = Duration::from_hours(24);

/// What the letter of an invitation says, and whom it is for.
#[derive(Clone)]
pub(crate) struct Invited {
    pub(crate) user: UserId,
    pub(crate) mailbox: Mailbox,
    /// The name of whoever invites.
    pub(crate) by: String,
}

/// Writes to whoever is invited, unless they were written to lately: the invitation stands on their page all the same.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    at: Millis,
    org: OrgId,
    (name, slug): (&str, &str),
    invited: &Invited,
) -> Result<(), Error> {
    // Two organizations that invite the same person at once count one after the other.
    store::hold_person(tx, invited.user).await?;
    if store::letters_to(tx, invited.user, at.minus(A_WHILE)).await? >= FROM_ALL
        || !store::note_letter(tx, org, invited.user, at, at.minus(EACH)).await?
    {
        return Ok(());
    }
    let Mailbox { name: reader, address, locale } = invited.mailbox.clone();
    let text = Text::OrganizationInvitation {
        name: reader,
        organization: name.to_owned(),
        by: invited.by.clone(),
        path: Secret::new(format!("/orgs/{slug}")),
    };
    mail::queue(tx, at, &Letter { user: Some(invited.user), to: address, locale, text }).await?;
    Ok(())
}
