//! What admin pages are put together from. No words of any domain in here.

pub(super) mod badge;
pub(super) mod chart;
pub(super) mod deed;
pub(super) mod facts;
pub(super) mod filters;
pub(super) mod here;
pub(super) mod listed;
pub(super) mod loaded;
pub(super) mod numbered;
pub(super) mod pager;
mod place;
pub(super) mod progress;
pub(super) mod reason;
pub(super) mod screen;
pub(super) mod table;
pub(super) mod watch;
