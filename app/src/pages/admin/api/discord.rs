//! The server functions of the hub's application at Discord.

use contract::discord::DiscordHub;
use leptos::prelude::*;

use crate::error::AppError;

/// How it is set up.
#[server(endpoint = "admin_discord")]
pub async fn read_discord() -> Result<DiscordHub, AppError> {
    use crate::context;

    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    discord.settings(&actor).await.map_err(context::told)
}

/// Sets it up, or forgets it. Answers with the path to go on to.
#[server(endpoint = "admin_choose_discord")]
pub async fn choose_discord(
    #[server(default)] application_id: String,
    #[server(default)] public_key: String,
    #[server(default)] token: String,
    #[server(default)] gateway: Option<String>,
) -> Result<String, AppError> {
    use contract::{Field, discord::ChooseDiscord};

    use crate::context;

    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    let kept = [(Field::ApplicationId, application_id.clone()), (Field::PublicKey, public_key.clone())];
    let form = ChooseDiscord { application_id, public_key, token, gateway: gateway.is_some() };
    let chosen = discord.choose(&actor, &form).await;
    chosen.map_err(|error| context::told(error).keeping(kept))?;
    context::go_on_to("/admin/discord");
    Ok("/admin/discord".to_owned())
}

/// Has Discord asked whether all is right. Answers with the path to go on to.
#[server(endpoint = "admin_check_discord")]
pub async fn check_discord() -> Result<String, AppError> {
    use crate::context;

    let (discord, actor) = (context::services().discord.clone(), context::visitor().actor);
    discord.check(&actor).await.map_err(context::told)?;
    context::go_on_to("/admin/discord");
    Ok("/admin/discord".to_owned())
}
