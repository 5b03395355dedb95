//! The server functions of passkeys. What devices are asked and answer is JSON as browsers read and write it.

use contract::{account::RecoveryCodes, passkey::Passkeys};
use leptos::prelude::*;

use crate::error::AppError;

/// Whether a passkey is worth offering: `log_in`, `step` or `prove`.
#[server(endpoint = "offers_passkey")]
pub async fn offers_passkey(at: String) -> Result<bool, AppError> {
    use accounts::PasskeyAt;

    use crate::context;

    let visitor = context::visitor();
    let at = match at.as_str() {
        "step" => PasskeyAt::Step(visitor.step()),
        "prove" => PasskeyAt::Proof,
        _ => PasskeyAt::LogIn,
    };
    context::services().accounts.offers_passkey(&visitor.actor, at).await.map_err(context::told)
}

/// What to ask a device to log in.
#[server(endpoint = "begin_passkey_log_in")]
pub async fn begin_passkey_log_in() -> Result<String, AppError> {
    use crate::context;

    context::services().accounts.begin_passkey_log_in(&context::visitor().actor).await.map_err(context::told)
}

/// Logs in by a device's answer. Answers with the path to go on to.
#[server(endpoint = "passkey_log_in")]
pub async fn passkey_log_in(
    #[server(default)] answer: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    let step = context::services()
        .accounts
        .log_in_by_passkey(&visitor.actor, &answer, false, visitor.browser())
        .await
        .map_err(context::told)?;
    Ok(context::enter(&step, &next))
}

/// What to ask a device in the second step of a log-in.
#[server(endpoint = "begin_passkey_step")]
pub async fn begin_passkey_step() -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    context::services().accounts.begin_passkey_step(&visitor.actor, visitor.step()).await.map_err(context::told)
}

/// Goes on with a log-in by a device's answer. Answers with the path to go on to.
#[server(endpoint = "passkey_step")]
pub async fn passkey_step(
    #[server(default)] answer: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    let step = context::services()
        .accounts
        .passkey_step(&visitor.actor, visitor.step(), &answer, visitor.browser())
        .await
        .map_err(context::told)?;
    Ok(context::enter(&step, &next))
}

/// What to ask one's device to prove once more who one is.
#[server(endpoint = "begin_passkey_proof")]
pub async fn begin_passkey_proof() -> Result<String, AppError> {
    use crate::context;

    context::services().accounts.begin_passkey_proof(&context::visitor().actor).await.map_err(context::told)
}

/// Renews one's login by a device's answer. Answers with the path to go on to.
#[server(endpoint = "passkey_proof")]
pub async fn passkey_proof(
    #[server(default)] answer: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{context, pages::account::local_path};

    let accounts = &context::services().accounts;
    let login = accounts.prove_by_passkey(&context::visitor().actor, &answer).await.map_err(context::told)?;
    context::set_login_cookie(&login);
    Ok(local_path(&next).to_owned())
}

/// One's own passkeys.
#[server(endpoint = "my_passkeys")]
pub async fn read_passkeys() -> Result<Passkeys, AppError> {
    use crate::context;

    context::services().accounts.passkeys(&context::visitor().actor).await.map_err(context::told)
}

/// What to ask one's device for a new passkey.
#[server(endpoint = "begin_passkey")]
pub async fn begin_passkey() -> Result<String, AppError> {
    use crate::context;

    context::services().accounts.begin_passkey(&context::visitor().actor).await.map_err(context::told)
}

/// Adds the passkey of a device's answer.
#[server(endpoint = "add_passkey")]
pub async fn add_passkey(
    #[server(default)] device_name: String,
    #[server(default)] answer: String,
) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.add_passkey(&context::visitor().actor, &device_name, &answer).await.map(drop).map_err(context::told)
}

/// Calls one of one's passkeys something else.
#[server(endpoint = "rename_passkey")]
pub async fn rename_passkey(passkey: i64, #[server(default)] device_name: String) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.rename_passkey(&context::visitor().actor, passkey.into(), &device_name).await.map_err(context::told)
}

/// Takes one of one's passkeys away.
#[server(endpoint = "remove_passkey")]
pub async fn remove_passkey(passkey: i64) -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.remove_passkey(&context::visitor().actor, passkey.into()).await.map_err(context::told)
}

/// Whether a passkey is asked for after the password: on where `asked` is not empty. Gives recovery codes where there were none.
#[server(endpoint = "ask_for_passkey")]
pub async fn ask_for_passkey(#[server(default)] asked: String) -> Result<Option<RecoveryCodes>, AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    let given = accounts.ask_for_passkey(&context::visitor().actor, !asked.is_empty()).await.map_err(context::told)?;
    if let Some(given) = given.as_ref().filter(|_| context::wants_page()) {
        // The page's other card shows them, as those it makes itself.
        context::hand_on_once(&format!("codes.{}", given.codes.join(".")));
    }
    Ok(given)
}
