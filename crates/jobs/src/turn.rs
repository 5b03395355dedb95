//! What is done at its time, once, however many processes there are.

use base::Millis;
use db::{Error, Tx};

use crate::store;

/// Takes the turn of `name` whose time is `turn`: true for one process alone, and for none once a later turn was taken.
///
/// Unlike a job, a turn that was taken is over, whatever becomes of it: what failed is tried again when its time comes again.
pub async fn take_turn(tx: &mut Tx<'_>, name: &'static str, turn: Millis) -> Result<bool, Error> {
    store::take_turn(tx, name, turn).await
}
