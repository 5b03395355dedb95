//! The server functions of accounts: each names who asks, calls one service method, and tells the answer.

use contract::account::{Account, NewGamePassword};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the account page shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct MyAccount {
    /// The account.
    pub account: Account,
    /// A game password that was just made by a form sent without script; shown this once.
    pub new_game_password: Option<String>,
    /// Where classic clients log on: host and port, as told to players.
    pub metaserver_address: String,
}

/// Logs in. Answers with the path to go on to.
#[server(endpoint = "log_in")]
pub async fn log_in(
    #[server(default)] name: String,
    #[server(default)] password: String,
    #[server(default)] remember: Option<String>,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use contract::{Field, account::LogIn};

    use crate::context;

    let visitor = context::visitor();
    let form = LogIn { name: name.clone(), password, remember };
    let outcome = context::services().accounts.log_in(&visitor.actor, form, visitor.browser()).await;
    context::entered(outcome, &next).map_err(|error| error.keeping([(Field::Name, name)]))
}

/// Makes an account and logs in. Answers with the path to go on to.
#[server(endpoint = "register")]
pub async fn register(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use contract::{Field, account::Register};

    use crate::context;

    let visitor = context::visitor();
    let form = Register { name: name.clone(), email: email.clone(), password };
    let step = context::services()
        .accounts
        .register(&visitor.actor, form, visitor.browser())
        .await
        .map_err(|error| context::told(error).keeping([(Field::Name, name), (Field::Email, email)]))?;
    Ok(context::enter(&step, &next))
}

/// Ends the login this is asked with.
#[server(endpoint = "log_out")]
pub async fn log_out() -> Result<(), AppError> {
    use crate::context;

    let ended = context::services().accounts.log_out(&context::visitor().actor).await.map_err(context::told);
    // Whatever the server could do, this browser forgets the login.
    context::clear_login_cookie();
    context::go_on_to("/");
    ended
}

/// One's own account.
#[server(endpoint = "account")]
pub async fn read_account() -> Result<MyAccount, AppError> {
    use crate::context;

    let services = context::services();
    let account = services.accounts.account(&context::visitor().actor).await.map_err(context::told)?;
    let metaserver_address = (services.metaserver_address)();
    Ok(MyAccount {
        account,
        new_game_password: context::take_once()
            .filter(|once| !once.contains('.') && !super::tokens_api::is_token(once)),
        metaserver_address,
    })
}

/// Ends one login of one's own.
#[server(endpoint = "end_session")]
pub async fn end_session(session: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.end_session(&context::visitor().actor, session.into()).await.map_err(context::told)
}

/// Ends every login of one's own but this one.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.end_other_sessions(&context::visitor().actor).await.map_err(context::told)
}

/// Changes one's password. Every other login ends, and this one gets a new token.
#[server(endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use contract::account::ChangePassword;

    use crate::context;

    let visitor = context::visitor();
    let form = ChangePassword { current_password, new_password };
    let login = context::services()
        .accounts
        .change_password(&visitor.actor, form, visitor.browser())
        .await
        .map_err(context::told)?;
    context::set_login_cookie(&login);
    Ok(())
}

/// Makes a game password, which replaces the one there was.
#[server(endpoint = "make_game_password")]
pub async fn make_game_password() -> Result<NewGamePassword, AppError> {
    use crate::context;

    let made =
        context::services().accounts.make_game_password(&context::visitor().actor).await.map_err(context::told)?;
    if context::wants_page() {
        context::hand_on_once(&made.password);
    }
    Ok(made)
}

/// Takes the game password away.
#[server(endpoint = "revoke_game_password")]
pub async fn revoke_game_password() -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.revoke_game_password(&context::visitor().actor).await.map_err(context::told)
}
