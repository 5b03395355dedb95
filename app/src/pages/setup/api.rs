//! The server functions of the first start.

use contract::setup::SetupStage;
use leptos::prelude::*;

use crate::error::AppError;

/// How far the first start has come.
#[server(endpoint = "setup_stage")]
pub async fn read_setup_stage() -> Result<SetupStage, AppError> {
    use crate::context;

    context::services().accounts.setup_stage().await.map_err(context::told)
}

/// Step one: makes the owner's account and logs in.
#[server(endpoint = "create_owner")]
pub async fn create_owner(
    #[server(default)] setup_token: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<String, AppError> {
    use contract::{Field, setup::CreateOwner};

    use crate::context;

    let visitor = context::visitor();
    let form = CreateOwner { setup_token, name: name.clone(), email: email.clone(), password };
    let login = context::services()
        .accounts
        .create_owner(&visitor.actor, form, visitor.browser())
        .await
        .map_err(|error| context::told(error).keeping([(Field::Name, name), (Field::Email, email)]))?;
    context::set_login_cookie(&login);
    // Without the token in its address, which has been used up.
    context::go_on_to("/setup");
    Ok("/setup".into())
}

/// Step two: names the hub and ends the first start.
#[server(endpoint = "set_up_site")]
pub async fn set_up_site(
    #[server(default)] site_name: String,
    #[server(default)] public_url: String,
    #[server(default)] theme: String,
    #[server(default)] registration: Option<String>,
    #[server(default)] lobby_guests: Option<String>,
) -> Result<String, AppError> {
    use contract::{Field, setup::SetUpSite};

    use crate::context;

    let form =
        SetUpSite { site_name: site_name.clone(), public_url: public_url.clone(), theme, registration, lobby_guests };
    context::services().accounts.set_up_site(&context::visitor().actor, form).await.map_err(|error| {
        context::told(error).keeping([(Field::SiteName, site_name), (Field::PublicUrl, public_url)])
    })?;
    context::go_on_to("/account?welcome");
    Ok("/account?welcome".into())
}
