//! Logging in, signing up, and one's own account.

mod account_page;
pub(crate) mod api;
mod by_token;
pub(crate) mod connect;
pub(crate) mod from_game;
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
mod tokens;
pub(crate) mod tokens_api;

pub(crate) use account_page::role_name;
pub(crate) use by_token::by_token;
#[cfg(feature = "ssr")]
pub use next::join_for;
#[cfg(feature = "ssr")]
pub(crate) use next::step_for;
pub use next::{local_path, login_for, prove_for};

use super::area::area;

area! {
    /// On the way in, or for good on the way out.
    pub(crate) enum Entrance loaded by load_entrance, fetch_entrance {
        LogIn => login::show,
        SecondStep => step::show,
        Register => register::show,
        Newcomer => super::sign_in::show_newcomer,
        Prove => prove::show,
        Recover => recover::show_recover,
        NewPassword => recover::show_new_password,
        FromGame => from_game::show,
        Verify => letters::show_verify,
        UndoAddress => letters::show_undo_address,
        Stay => letters::show_stay,
        Goodbye => leave::show_goodbye,
        Barred => super::people::barred::show,
        DeclineMail => super::mail::decline::show,
    }
}

area! {
    /// One's own account.
    pub(crate) enum Account loaded by load_account, fetch_account {
        Overview => account_page::show,
        Safety => safety::show,
        History => history::show,
        Tokens => tokens::show,
        Leave => leave::show_leave,
    }
}
