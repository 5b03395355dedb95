//! The first start: a wizard that makes the owner and names the hub, and is gone afterwards.

pub(crate) mod api;
mod owner;
mod setup_page;
mod site;

use super::area::area;

area! {
    /// The first start.
    pub(crate) enum Setup loaded by load_setup, fetch_setup {
        Wizard => setup_page::show,
    }
}
