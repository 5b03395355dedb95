//! What mail asks of the rest of the hub: its name, its address, and who stands above whom.

use std::sync::Arc;

use accounts::Accounts;
use base::{Actor, Chance, Clock, Role, UserId};
use db::Db;
use futures::future::BoxFuture;
use mail::{Error, House, Letterhead, Mail, Transport};

use crate::{config::Settings, wiring::StartError};

/// The accounts and the configuration, as mail sees them.
struct TheHub {
    accounts: Accounts,
    /// The address people type, where the configuration says it.
    configured: Option<String>,
    /// Where the website listens: better than nothing, and right on a laptop.
    listening: String,
}

impl House for TheHub {
    fn letterhead(&self) -> BoxFuture<'_, Letterhead> {
        Box::pin(async {
            let name = self.accounts.site().await.name;
            let address = match &self.configured {
                Some(url) => url.clone(),
                None => self.accounts.public_url().await.unwrap_or_else(|| self.listening.clone()),
            };
            Letterhead { name, address }
        })
    }

    fn role_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<Role>, Error>> {
        Box::pin(async move {
            let role = self.accounts.role_of(&Actor::Job, user).await;
            role.map_err(|source| Error::House { what: "somebody's role", source: source.into() })
        })
    }
}

/// Mail with the mail server of the configuration, if it names one. `listening` is where the website can be reached if nobody has said
/// otherwise.
pub(crate) fn open(
    settings: &Settings,
    accounts: &Accounts,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    listening: String,
) -> Result<Mail, StartError> {
    let house = TheHub { accounts: accounts.clone(), configured: settings.public_url.clone(), listening };
    let transport = transport(settings)?;
    Ok(Mail::new(db.clone(), Arc::clone(clock), Arc::clone(chance), Arc::new(house), transport))
}

/// The way to the mail server; `None` where none is named.
pub(crate) fn transport(settings: &Settings) -> Result<Option<Transport>, StartError> {
    let smtp = settings.smtp.read().map_err(|(key, problem)| format!("{key}: {problem}"))?;
    Ok(smtp.as_ref().map(Transport::new).transpose()?)
}
