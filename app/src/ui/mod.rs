//! What pages are put together from. No words of any domain in here.

pub(crate) mod banner;
pub(crate) mod button;
pub(crate) mod caste;
pub(crate) mod confirm;
pub(crate) mod copy;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod icon;
pub(crate) mod item;
pub(crate) mod language;
pub(crate) mod page;
pub(crate) mod password;
pub(crate) mod portrait;
pub(crate) mod search;
pub(crate) mod size;
pub(crate) mod state;
pub(crate) mod text_area;
pub(crate) mod theme;
pub(crate) mod time;
