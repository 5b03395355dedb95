//! People to one another, and to those who keep order.

pub(crate) mod api;
mod barred;
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

pub(crate) use barred::BarredRoute;
pub(crate) use data::DataRoute;
pub(crate) use friends::FriendsRoute;
pub(crate) use my_profile::MyProfileRoute;
pub(crate) use privacy::PrivacyRoute;
pub(crate) use profile::ProfileRoute;
pub(crate) use report::ReportRoute;
pub(crate) use search::SearchRoute;
pub(crate) use standing::StandingRoute;
