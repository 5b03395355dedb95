//! Who and what is on now: the lobby's rooms, and who is on the site.

pub(crate) mod feed;
mod live_page;
mod news;
mod room;
pub(crate) mod signs;
mod socket;

use super::area::area;

area! {
    /// What is on now.
    pub(crate) enum Live loaded by load_live, fetch_live {
        Now => live_page::show,
    }
}
