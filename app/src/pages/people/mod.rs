//! People to one another, and to those who keep order.

pub(crate) mod api;
pub(crate) mod barred;
mod data;
mod friends;
pub(crate) mod list;
mod my_profile;
mod privacy;
mod profile;
mod report;
mod search;
mod standing;
pub(crate) mod words;

use super::area::area;

area! {
    /// People, and what one is among them.
    pub(crate) enum People loaded by load_people, fetch_people {
        Search => search::show,
        Profile => profile::show,
        Friends => friends::show,
        Report => report::show,
        MyProfile => my_profile::show,
        Privacy => privacy::show,
        Standing => standing::show,
        Data => data::show,
    }
}
