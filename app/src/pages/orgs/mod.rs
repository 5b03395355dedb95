//! Organizations: the list, each one's pages, and how one comes in.

mod admissions;
pub(crate) mod api;
mod create;
mod directory;
mod fields;
mod home;
mod invitation;
mod members;
mod policies;
mod screen;
mod settings;
mod trail;
mod words;

pub(crate) use admissions::AdmissionsRoute;
pub(crate) use create::CreateRoute;
pub(crate) use directory::DirectoryRoute;
pub(crate) use home::HomeRoute;
pub(crate) use invitation::InvitationRoute;
pub(crate) use members::MembersRoute;
pub(crate) use policies::PoliciesRoute;
pub(crate) use settings::SettingsRoute;
pub(crate) use trail::TrailRoute;
