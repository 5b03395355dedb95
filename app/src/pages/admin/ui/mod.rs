//! What admin pages are put together from. No words of any domain in here.

pub(super) mod badge;
pub(super) mod chart;
pub(super) mod facts;
pub(super) mod filters;
pub(super) mod here;
pub(super) mod loaded;
pub(super) mod pager;
pub(super) mod reason;
pub(super) mod screen;
pub(super) mod table;
