//! The server functions of what proves who one is: the steps of a log-in, letters, second factors, leaving.

use contract::{
    account::{LogInPage, Pending, RecoveryCodes, Safety, TotpSetup},
    organization::OrganizationCard,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page about safety shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct MySafety {
    /// What proves who one is.
    pub safety: Safety,
    /// Recovery codes that were just made by a form sent without script; shown this once.
    pub new_codes: Option<RecoveryCodes>,
}

/// What the log-in under way still needs; `None` where there is none any more.
#[server(endpoint = "pending_log_in")]
pub async fn read_pending() -> Result<Option<Pending>, AppError> {
    use crate::context;

    let visitor = context::visitor();
    context::services().accounts.pending(&visitor.actor, visitor.step()).await.map_err(context::told)
}

/// Goes on with the log-in by a code. Answers with the path to go on to.
#[server(endpoint = "second_step")]
pub async fn second_step(#[server(default)] code: String, #[server(default)] next: String) -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    let outcome =
        context::services().accounts.second_step(&visitor.actor, visitor.step(), &code, visitor.browser()).await;
    context::entered(outcome, &next)
}

/// Mails a code for the address that the log-in needs.
#[server(endpoint = "mail_step_code")]
pub async fn mail_step_code(#[server(default)] email: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    let visitor = context::visitor();
    context::services()
        .accounts
        .mail_pending_code(&visitor.actor, visitor.step(), &email)
        .await
        .map_err(|error| context::told(error).keeping([(Field::Email, email)]))
}

/// Goes on with the log-in by the code of the letter. Answers with the path to go on to.
#[server(endpoint = "address_step")]
pub async fn address_step(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::context;

    let visitor = context::visitor();
    let outcome =
        context::services().accounts.address_step(&visitor.actor, visitor.step(), &code, visitor.browser()).await;
    context::entered(outcome, &next)
}

/// Proves once more who one is. Answers with the path to go on to.
#[server(endpoint = "prove")]
pub async fn prove(
    #[server(default)] password: String,
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use contract::account::Prove;

    use crate::context;

    let visitor = context::visitor();
    let login = context::services()
        .accounts
        .reauthenticate(&visitor.actor, Prove { password, code }, visitor.browser())
        .await
        .map_err(context::told)?;
    context::set_login_cookie(&login);
    let next = super::next::local_path(&next).to_owned();
    context::go_on_to(&next);
    Ok(next)
}

/// Has a link mailed to whoever has forgotten their password.
#[server(endpoint = "ask_recovery")]
pub async fn ask_recovery(#[server(default)] email: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    context::services()
        .accounts
        .ask_recovery(&context::visitor().actor, &email)
        .await
        .map_err(|error| context::told(error).keeping([(Field::Email, email)]))?;
    context::go_on_to("/recover?done");
    Ok(())
}

/// Whose password a link would change.
#[server(endpoint = "recovery")]
pub async fn read_recovery(#[server(default)] token: String) -> Result<Option<String>, AppError> {
    use crate::context;

    context::services().accounts.recovery(&context::visitor().actor, &token).await.map_err(context::told)
}

/// Sets another password by the mailed link. Answers with the path to go on to.
#[server(endpoint = "recover")]
pub async fn recover(
    #[server(default)] token: String,
    #[server(default)] new_password: String,
) -> Result<String, AppError> {
    use contract::account::Recover;

    use crate::context;

    let visitor = context::visitor();
    let outcome =
        context::services().accounts.recover(&visitor.actor, Recover { token, new_password }, visitor.browser()).await;
    context::entered(outcome, "/account")
}

/// Proves an address by the link of the letter.
#[server(endpoint = "verify_by_link")]
pub async fn verify_by_link(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.confirm_address_by_link(&context::visitor().actor, &token).await.map_err(context::told)?;
    context::go_on_to("/verify?done");
    Ok(())
}

/// Brings the address back that there was before.
#[server(endpoint = "undo_address")]
pub async fn undo_address(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.undo_address(&context::visitor().actor, &token).await.map_err(context::told)?;
    context::go_on_to("/undo-address?done");
    Ok(())
}

/// Calls the deletion of an account off.
#[server(endpoint = "stay")]
pub async fn stay(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.stay(&context::visitor().actor, &token).await.map_err(context::told)?;
    context::go_on_to("/stay?done");
    Ok(())
}

/// What proves who one is.
#[server(endpoint = "safety")]
pub async fn read_safety() -> Result<MySafety, AppError> {
    use crate::context;

    let safety = context::services().accounts.safety(&context::visitor().actor).await.map_err(context::told)?;
    let once = context::take_once();
    let codes = once.as_deref().and_then(|once| once.strip_prefix("codes."));
    let new_codes = codes.map(|codes| RecoveryCodes { codes: codes.split('.').map(str::to_owned).collect() });
    Ok(MySafety { safety, new_codes })
}

/// Mails a code to an address that is to be one's own.
#[server(endpoint = "set_address")]
pub async fn set_address(#[server(default)] email: String) -> Result<(), AppError> {
    use contract::Field;

    use crate::context;

    context::services()
        .accounts
        .set_address(&context::visitor().actor, &email)
        .await
        .map_err(|error| context::told(error).keeping([(Field::Email, email)]))
}

/// Mails a code for the address one has.
#[server(endpoint = "verify_address")]
pub async fn verify_address() -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.verify_address(&context::visitor().actor).await.map_err(context::told)
}

/// The code of the letter.
#[server(endpoint = "confirm_address")]
pub async fn confirm_address(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.confirm_address(&context::visitor().actor, &code).await.map_err(context::told)
}

/// Removes one's address.
#[server(endpoint = "remove_address")]
pub async fn remove_address() -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.remove_address(&context::visitor().actor).await.map_err(context::told)
}

/// Makes a secret for an app.
#[server(endpoint = "begin_totp")]
pub async fn begin_totp() -> Result<TotpSetup, AppError> {
    use crate::context;

    context::services().accounts.begin_totp(&context::visitor().actor).await.map_err(context::told)
}

/// The app makes the right codes: from now on they are asked for.
#[server(endpoint = "confirm_totp")]
pub async fn confirm_totp(#[server(default)] code: String) -> Result<RecoveryCodes, AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    let made = accounts.confirm_totp(&context::visitor().actor, &code).await.map_err(context::told)?;
    hand_on(&made);
    Ok(made)
}

/// The app's codes are asked for no more.
#[server(endpoint = "remove_totp")]
pub async fn remove_totp() -> Result<(), AppError> {
    use crate::context;

    context::services().accounts.remove_totp(&context::visitor().actor).await.map_err(context::told)
}

/// Makes ten recovery codes in place of those there were.
#[server(endpoint = "make_recovery_codes")]
pub async fn make_recovery_codes() -> Result<RecoveryCodes, AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    let made = accounts.make_recovery_codes(&context::visitor().actor).await.map_err(context::told)?;
    hand_on(&made);
    Ok(made)
}

#[cfg(feature = "ssr")]
fn hand_on(made: &RecoveryCodes) {
    if crate::context::wants_page() {
        crate::context::hand_on_once(&format!("codes.{}", made.codes.join(".")));
    }
}

/// The log-ins of one's account, those before one.
#[server(endpoint = "log_ins")]
pub async fn read_log_ins(#[server(default)] before: Option<i64>) -> Result<LogInPage, AppError> {
    use crate::context;

    context::services().accounts.log_ins(&context::visitor().actor, before, 50).await.map_err(context::told)
}

/// Names the device of one of one's logins.
#[server(endpoint = "name_device")]
pub async fn name_device(session: i64, #[server(default)] device_name: String) -> Result<(), AppError> {
    use crate::context;

    let accounts = &context::services().accounts;
    accounts.name_device(&context::visitor().actor, session.into(), &device_name).await.map_err(context::told)
}

/// The organizations that would be left behind without an owner.
#[server(endpoint = "left_behind")]
pub async fn read_left_behind() -> Result<Vec<OrganizationCard>, AppError> {
    use crate::context;

    let owned = context::services().orgs.sole_owner_of(&context::visitor().actor).await;
    owned.map_err(context::told)
}

/// Asks for one's account to be deleted. Answers with the path to go on to.
#[server(endpoint = "ask_deletion")]
pub async fn ask_deletion() -> Result<String, AppError> {
    use crate::context;

    context::services().accounts.ask_deletion(&context::visitor().actor).await.map_err(context::told)?;
    context::clear_login_cookie();
    let next = "/goodbye".to_owned();
    context::go_on_to(&next);
    Ok(next)
}
