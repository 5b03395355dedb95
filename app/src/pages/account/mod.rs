//! Logging in, signing up, and one's own account.

mod account_page;
pub(crate) mod api;
mod connect;
mod game_password;
mod history;
mod leave;
mod letters;
mod login;
mod more;
mod next;
mod password;
mod prove;
mod recover;
mod register;
mod safety;
pub(crate) mod safety_api;
mod sessions;
mod step;

pub(crate) use account_page::{AccountRoute, role_name};
pub(crate) use history::HistoryRoute;
pub(crate) use leave::{GoodbyeRoute, LeaveRoute};
pub(crate) use letters::{StayRoute, UndoAddressRoute, VerifyRoute};
pub(crate) use login::LoginRoute;
#[cfg(feature = "ssr")]
pub(crate) use next::step_for;
pub(crate) use next::{local_path, login_for, prove_for};
pub(crate) use prove::ProveRoute;
pub(crate) use recover::{NewPasswordRoute, RecoverRoute};
pub(crate) use register::RegisterRoute;
pub(crate) use safety::SafetyRoute;
pub(crate) use step::StepRoute;
