//! Where somebody is written to by the other parts of the hub.

use base::{Action, Actor, UserId};
use mail::{Address, Locale};

use crate::{Accounts, error::Error, store};

/// A mailbox that is proved to be somebody's.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// What they are called.
    pub name: String,
    /// Their address.
    pub address: Address,
    /// The language they read.
    pub locale: Locale,
}

impl Accounts {
    /// Where an account is written to. `None` without an address that is proved to be its owner's, and for one that is locked.
    pub async fn mailbox(&self, actor: &Actor, user: UserId) -> Result<Option<Mailbox>, Error> {
        actor.may(Action::ViewUsers)?;
        let Some(holder) = store::holder(&self.0.db, user).await? else { return Ok(None) };
        let proved = holder.email.filter(|_| holder.hold.is_proved() && !holder.locked);
        let Some(address) = proved.and_then(|email| Address::parse(&email.shown)) else { return Ok(None) };
        let locale = holder.locale.as_deref().map(Locale::of).unwrap_or_default();
        Ok(Some(Mailbox { name: holder.me.name, address, locale }))
    }
}
