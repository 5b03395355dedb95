//! `/discord` and `/organizations/{organization}/discord`: the hub's application there, and organizations' servers.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::OrgId;
use contract::discord::{ChooseDiscord, ConnectCode, DiscordHub, GuildChoice, OrganizationDiscord, TestTopic};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(get_discord, choose_discord))
        .routes(routes!(check_discord))
        .routes(routes!(get_organization_discord))
        .routes(routes!(make_discord_code))
        .routes(routes!(choose_for_guild, unlink_guild))
        .routes(routes!(test_guild))
}

/// The hub's application at Discord.
#[utoipa::path(get, path = "/discord", tag = "discord", responses((status = 200, description = "As it is set up", body = DiscordHub)))]
async fn get_discord(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<DiscordHub>> {
    Ok(Json(hub.discord.settings(&actor).await?))
}

/// Set up the hub's application at Discord, or forget it.
#[utoipa::path(put, path = "/discord", tag = "discord", request_body = ChooseDiscord, responses((status = 200, description = "As it is set up now", body = DiscordHub)))]
async fn choose_discord(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(form): Body<ChooseDiscord>,
) -> Answer<Json<DiscordHub>> {
    Ok(Json(hub.discord.choose(&actor, &form).await?))
}

/// Ask Discord whether it takes the token, and whose the public key is.
#[utoipa::path(post, path = "/discord/check", tag = "discord", responses((status = 200, description = "As it stands now", body = DiscordHub)))]
async fn check_discord(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<DiscordHub>> {
    Ok(Json(hub.discord.check(&actor).await?))
}

/// The servers an organization is linked to, and what can be chosen there.
#[utoipa::path(get, path = "/organizations/{organization}/discord", tag = "discord", params(("organization" = OrgId, Path, description = "Which organization")), responses((status = 200, description = "Its servers", body = OrganizationDiscord)))]
async fn get_organization_discord(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Json<OrganizationDiscord>> {
    Ok(Json(hub.discord.servers(&actor, organization).await?))
}

/// Make a code that links a server to an organization.
///
/// Whoever asks types it in the server, after `/connect`; they have to manage it. It is shown this once.
#[utoipa::path(post, path = "/organizations/{organization}/discord/codes", tag = "discord", params(("organization" = OrgId, Path, description = "Which organization")), responses((status = 201, description = "Made", body = ConnectCode)))]
async fn make_discord_code(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Response> {
    let code = hub.discord.make_code(&actor, organization).await?;
    Ok(shown_once((StatusCode::CREATED, Json(code))))
}

/// Choose what is told where in a server, and which role is which: all of it at once.
#[utoipa::path(put, path = "/organizations/{organization}/discord/guilds/{guild}", tag = "discord", params(("organization" = OrgId, Path, description = "Which organization"), ("guild" = String, Path, description = "The server's number")), request_body = GuildChoice, responses((status = 204, description = "Chosen")))]
async fn choose_for_guild(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, guild)): Id<(OrgId, String)>,
    Body(choice): Body<GuildChoice>,
) -> Answer<StatusCode> {
    hub.discord.choose_for(&actor, organization, &guild, &choice).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unlink a server. Roles that were given for the organization are taken away.
#[utoipa::path(delete, path = "/organizations/{organization}/discord/guilds/{guild}", tag = "discord", params(("organization" = OrgId, Path, description = "Which organization"), ("guild" = String, Path, description = "The server's number")), responses((status = 204, description = "Unlinked")))]
async fn unlink_guild(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, guild)): Id<(OrgId, String)>,
) -> Answer<StatusCode> {
    hub.discord.unlink(&actor, organization, &guild).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a test to the channel of a server where something is told.
#[utoipa::path(post, path = "/organizations/{organization}/discord/guilds/{guild}/test", tag = "discord", params(("organization" = OrgId, Path, description = "Which organization"), ("guild" = String, Path, description = "The server's number")), request_body = TestTopic, responses((status = 204, description = "In the queue")))]
async fn test_guild(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((organization, guild)): Id<(OrgId, String)>,
    Body(test): Body<TestTopic>,
) -> Answer<StatusCode> {
    hub.discord.test(&actor, organization, &guild, test.topic).await?;
    Ok(StatusCode::NO_CONTENT)
}
