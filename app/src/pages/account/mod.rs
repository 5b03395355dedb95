//! Logging in, signing up, and one's own account.

mod account_page;
pub(crate) mod api;
mod connect;
mod game_password;
mod login;
mod next;
mod password;
mod register;
mod sessions;

pub(crate) use account_page::{AccountRoute, role_name};
pub(crate) use login::LoginRoute;
pub(crate) use next::{local_path, login_for};
pub(crate) use register::RegisterRoute;
