//! Orders of players: what there is, one of them, founding one, and changing it.

#[expect(clippy::too_many_arguments, reason = "an order is set up anew by a form with as many fields as it has")]
pub(crate) mod api;
mod change;
mod crest;
mod fields;
mod found;
mod list;
mod members;
mod page;
mod record;
mod words;

use super::area::area;

area! {
    /// Orders of players.
    pub(crate) enum Orders loaded by load_orders, fetch_orders {
        List => list::show,
        Found => found::show,
        One => page::show,
        Change => change::show,
    }
}
