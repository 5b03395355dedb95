#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod entry;
mod error;
mod export;
mod refusal;
mod store;
mod trail;

#[cfg(test)]
mod stories;

pub use entry::{Entry, Reason, Target};
pub use error::Error as ReadError;
pub use export::{Format, write};
pub use refusal::{refusals, refused};
pub use trail::{LONGEST_PAGE, Names, Nobody, Trail};

use base::{Actor, Millis};
use db::{Error, Tx};

/// Writes an entry down, in the transaction of the change itself: what was rolled back never was.
///
/// The same is told the log, as a security event, without what changed.
pub async fn record(tx: &mut Tx<'_>, at: Millis, actor: &Actor, entry: &Entry) -> Result<(), Error> {
    store::insert(tx, at, actor, entry).await?;
    tracing::info!(
        target: "security",
        act = entry.act,
        actor.id = actor.user().map(i64::from),
        target.kind = entry.target.kind,
        target.id = entry.target.id,
        "audited"
    );
    Ok(())
}
