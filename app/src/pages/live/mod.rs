//! Who and what is on now: the lobby's rooms, and who is on the site.

pub(crate) mod api;
pub(crate) mod feed;
mod follow;
mod live_page;
mod news;
mod orders;
mod parts;
pub(crate) mod room;
mod room_page;
mod saying;
pub(crate) mod signs;
mod socket;
pub(crate) mod ticker;

pub(crate) use self::parts::origin_name;
use super::area::area;

area! {
    /// What is on now.
    pub(crate) enum Live loaded by load_live, fetch_live {
        Now => live_page::show,
        Room => room_page::show,
    }
}
