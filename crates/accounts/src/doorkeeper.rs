//! Who is not let in although they know the password: asked of those who keep order, whom the wiring puts here.

use std::{net::IpAddr, sync::Arc};

use base::{Secret, UserId};
use futures::future::BoxFuture;

use crate::{Accounts, error::Error};

/// Decides who is let in.
pub trait Doorkeeper: Send + Sync + 'static {
    /// Whether that account may come in from that address. `None`: somebody who has no account yet.
    fn may_enter(&self, user: Option<UserId>, address: Option<IpAddr>) -> BoxFuture<'_, Result<(), TurnedAway>>;

    /// Whether somebody new may be called that.
    fn may_be_called<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, TurnedAway>>;
}

/// Why nobody is let in.
#[derive(Debug, Clone)]
pub enum TurnedAway {
    /// They are shut out.
    Barred {
        /// With it they read why, until when, and appeal, where it is about their account.
        pass: Option<Secret>,
    },
    /// It could not be asked. Then nobody is let in: it would let in those who are shut out.
    Unavailable,
}

impl From<TurnedAway> for Error {
    fn from(turned_away: TurnedAway) -> Self {
        match turned_away {
            TurnedAway::Barred { pass } => Self::Barred { pass },
            TurnedAway::Unavailable => Self::Refused(base::Kind::Unavailable),
        }
    }
}

impl Accounts {
    /// Puts a doorkeeper at every door. Once, before the first door opens; without one everybody who knows the password is let in.
    pub fn set_doorkeeper(&self, doorkeeper: Arc<dyn Doorkeeper>) {
        let first = self.0.doorkeeper.set(doorkeeper).is_ok();
        debug_assert!(first, "there is one doorkeeper");
    }

    /// Fails where the account, or anybody from that address, is shut out. Asked once who it is has been proved, so that a stranger
    /// learns nothing of an account.
    pub(crate) async fn let_in(&self, user: Option<UserId>, address: Option<IpAddr>) -> Result<(), Error> {
        match self.0.doorkeeper.get() {
            Some(doorkeeper) => Ok(doorkeeper.may_enter(user, address).await?),
            None => Ok(()),
        }
    }

    /// Whether somebody new may be called that.
    pub(crate) async fn may_be_called(&self, name: &str) -> Result<bool, Error> {
        match self.0.doorkeeper.get() {
            Some(doorkeeper) => Ok(doorkeeper.may_be_called(name).await?),
            None => Ok(true),
        }
    }
}
