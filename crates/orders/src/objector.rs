//! Who may object to an order's name, or put another in its place: plugins that ask to be asked, whom the wiring puts here.

use std::{future::Future, pin::Pin, sync::Arc};

use base::Actor;
use contract::Field;

use crate::{
    Error, Orders,
    form::{Charter, Name},
};

/// The name that an order may have, or why it may not have the one it was to have.
pub type Named<'a> = Pin<Box<dyn Future<Output = Result<String, Objection>> + Send + 'a>>;

/// Is asked before an order gets a name, when nothing is wrong with it otherwise.
pub trait Objector: Send + Sync + 'static {
    /// What the order may be called. `None`: nobody wants to be asked, and finding that out cost nothing.
    fn before_naming<'a>(&'a self, actor: &'a Actor, name: &'a str) -> Option<Named<'a>>;
}

/// Why no order shall have that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// A sentence for whoever wanted it.
    pub says: String,
}

impl Orders {
    /// Puts an objector before names. Once, before the first door opens; without one nobody objects.
    pub fn set_objector(&self, objector: Arc<dyn Objector>) {
        let first = self.0.objector.set(objector).is_ok();
        debug_assert!(first, "there is one objector");
    }

    /// The same charter under a name that nobody objects to.
    pub(crate) async fn unobjected(&self, actor: &Actor, charter: Charter) -> Result<Charter, Error> {
        let Some(objector) = self.0.objector.get() else { return Ok(charter) };
        let wanted = charter.name.shown.clone();
        let Some(asking) = objector.before_naming(actor, &wanted) else { return Ok(charter) };
        let named = asking.await.map_err(|Objection { says }| Error::Objected { says })?;
        let name = Name::parse(&named).map_err(|code| Error::field(Field::Name, code))?;
        Ok(Charter { name, ..charter })
    }
}
