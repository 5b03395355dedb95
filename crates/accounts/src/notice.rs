//! Letters about one's account that always go out.

use base::{Millis, UserId};
use db::{Error, Tx};
use mail::{Address, Letter, Locale, Text};

use crate::store::{self, Holder};

/// Writes to the owner of an account, in the transaction of what the letter tells of. Without an address there is nowhere to write to; one
/// that was only typed may be a stranger's mailbox, who is not concerned.
pub(crate) async fn notify(
    tx: &mut Tx<'_>,
    at: Millis,
    user: UserId,
    text: impl FnOnce(String) -> Text + Send,
) -> Result<(), Error> {
    let Some(holder) = store::hold_holder(tx, user).await? else { return Ok(()) };
    notify_holder(tx, at, &holder, text).await
}

/// The same where the account is at hand, and held.
pub(crate) async fn notify_holder(
    tx: &mut Tx<'_>,
    at: Millis,
    holder: &Holder,
    text: impl FnOnce(String) -> Text + Send,
) -> Result<(), Error> {
    let Some(email) = holder.email.clone().filter(|_| holder.hold.is_own()) else { return Ok(()) };
    let text = text(holder.me.name.clone());
    post(tx, at, holder, &email.shown, text).await
}

/// Writes to an address about somebody's account.
pub(crate) async fn post(tx: &mut Tx<'_>, at: Millis, about: &Holder, to: &str, text: Text) -> Result<(), Error> {
    let Some(to) = Address::parse(to) else {
        // Our own rule for addresses lets in a little more than a mail's header can carry.
        tracing::warn!(user.id = about.me.id.get(), kind = text.kind(), "an address that no letter can be sent to");
        return Ok(());
    };
    let locale = about.locale.as_deref().map(Locale::of).unwrap_or_default();
    mail::queue(tx, at, &Letter { user: Some(about.me.id), to, locale, text }).await?;
    Ok(())
}
