//! What became of log-ins, and what one calls one's devices.

use base::{Action, Actor, SessionId};
use contract::{Code, Field, account::LogInPage};

use crate::{Accounts, browser::is_tag, error::Error, myself, store};

/// The most log-ins on one page.
const LONGEST_PAGE: u32 = 100;
/// Characters of a device's name.
const LONGEST_NAME: usize = 40;

impl Accounts {
    /// The log-ins of one's own account and the attempts at it, newest first: those before `before`.
    pub async fn log_ins(&self, actor: &Actor, before: Option<i64>, at_most: u32) -> Result<LogInPage, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let at_most = at_most.clamp(1, LONGEST_PAGE);
        let before = before.unwrap_or(i64::MAX);
        // One more than asked for tells whether there is a next page.
        let mut entries = store::list_log_ins(&self.0.db, user, before, i64::from(at_most) + 1).await?;
        let more = entries.len() > at_most as usize;
        entries.truncate(at_most as usize);
        let next = if more { entries.last().map(|entry| entry.id) } else { None };
        Ok(LogInPage { entries, next })
    }

    /// Names the device that one of one's logins began on; an empty name is none.
    pub async fn name_device(&self, actor: &Actor, session: SessionId, name: &str) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let name = name.trim().to_owned();
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::field(Field::DeviceName, Code::TooLong));
        }
        if name.chars().any(char::is_control) {
            return Err(Error::field(Field::DeviceName, Code::BadCharacters));
        }
        let named = self
            .0
            .db
            .write(move |tx| {
                let name = Some(name.clone()).filter(|name| !name.is_empty());
                Box::pin(async move { Ok::<_, Error>(store::name_device(tx, user, session, name.as_deref()).await?) })
            })
            .await?;
        if named { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Keeps the language one wants to be written to in.
    pub async fn set_locale(&self, actor: &Actor, locale: &str) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        if !is_tag(locale) {
            return Err(Error::Malformed);
        }
        let locale = locale.to_owned();
        self.0
            .db
            .write(move |tx| {
                let locale = locale.clone();
                Box::pin(async move { Ok::<_, Error>(store::set_locale(tx, user, &locale).await?) })
            })
            .await
    }
}
