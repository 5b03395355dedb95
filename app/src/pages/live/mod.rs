//! Who and what is on now: the lobby's rooms, and who is on the site.

pub(crate) mod feed;
mod live_page;
mod news;
mod room;
pub(crate) mod signs;
mod socket;

pub(crate) use live_page::LiveRoute;
