//! Organizations: the list, each one's pages, and how one comes in.

mod admissions;
pub(crate) mod api;
mod create;
mod directory;
mod discord;
mod discord_api;
mod fields;
mod home;
mod invitation;
mod members;
mod policies;
pub(crate) mod screen;
mod settings;
mod trail;
pub(crate) mod words;

use super::area::area;

area! {
    /// Organizations.
    pub(crate) enum Orgs loaded by load_orgs, fetch_orgs {
        Directory => directory::show,
        Create => create::show,
        Invitation => invitation::show,
        Home => home::show,
        Members => members::show,
        Admissions => admissions::show,
        Settings => settings::show,
        Trail => trail::show,
        Policies => policies::show,
        Discord => discord::show,
    }
}
