//! Who may object to a new account: plugins that ask to be asked, whom the wiring puts here.

use std::sync::Arc;

use base::Actor;
use futures::future::BoxFuture;

use crate::{Accounts, error::Error};

/// Is asked before somebody makes an account for themselves, when nothing is wrong with it otherwise.
pub trait Objector: Send + Sync + 'static {
    /// Whether somebody new may have that name. `None`: nobody wants to be asked, and finding that out cost nothing.
    fn before_registration<'a>(
        &'a self,
        actor: &'a Actor,
        name: &'a str,
    ) -> Option<BoxFuture<'a, Result<(), Objection>>>;
}

/// Why there shall be no such account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// A sentence for the newcomer.
    pub says: String,
}

impl Accounts {
    /// Puts an objector before registration. Once, before the first door opens; without one nobody objects.
    pub fn set_objector(&self, objector: Arc<dyn Objector>) {
        let first = self.0.objector.set(objector).is_ok();
        debug_assert!(first, "there is one objector");
    }

    /// Fails where somebody objects to a new account of that name.
    pub(crate) async fn hear_objections(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        let Some(asking) = self.0.objector.get().and_then(|objector| objector.before_registration(actor, name)) else {
            return Ok(());
        };
        let Err(Objection { says }) = asking.await else { return Ok(()) };
        metrics::counter!("guildhall_accounts_objections_total").increment(1);
        Err(Error::Objected { says })
    }
}
