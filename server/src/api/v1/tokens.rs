//! `/me/tokens` and `/users/{user}/tokens`: tokens of the API and the programs that are logged in.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use base::{TokenId, UserId};
use contract::{
    api::Why,
    token::{ApiToken, MadeToken, MakeToken},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known, Query, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_my_tokens, make_token))
        .routes(routes!(revoke_my_token))
        .routes(routes!(list_user_tokens))
        .routes(routes!(revoke_user_token))
}

/// One's own tokens, and the programs that are logged in.
#[utoipa::path(
    get, path = "/me/tokens", tag = "tokens",
    responses((status = 200, description = "Newest first", body = Vec<ApiToken>)),
)]
async fn list_my_tokens(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<ApiToken>>> {
    Ok(Json(hub.accounts.list_tokens(&actor).await?))
}

/// Make a personal token.
///
/// Asks for a login of the last quarter of an hour: an access token from a password, or the page `/account/tokens`.
#[utoipa::path(
    post, path = "/me/tokens", tag = "tokens", request_body = MakeToken,
    responses((status = 201, description = "The token, shown this once", body = MadeToken)),
)]
async fn make_token(Known(actor): Known, State(hub): State<Hub>, Body(form): Body<MakeToken>) -> Answer<Response> {
    Ok(shown_once((StatusCode::CREATED, Json(hub.accounts.make_token(&actor, form).await?))))
}

/// Revoke a token, or end the login of a program.
#[utoipa::path(
    delete, path = "/me/tokens/{token}", tag = "tokens",
    params(("token" = TokenId, Path, description = "Which")),
    responses((status = 204, description = "It is good for nothing any more")),
)]
async fn revoke_my_token(Known(actor): Known, State(hub): State<Hub>, Id(token): Id<TokenId>) -> Answer<StatusCode> {
    hub.accounts.revoke_token(&actor, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's tokens and programs.
#[utoipa::path(
    get, path = "/users/{user}/tokens", tag = "users",
    params(("user" = UserId, Path, description = "Whose")),
    responses((status = 200, description = "Newest first", body = Vec<ApiToken>)),
)]
async fn list_user_tokens(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
) -> Answer<Json<Vec<ApiToken>>> {
    Ok(Json(hub.accounts.list_tokens_of(&actor, user).await?))
}

/// Revoke a token of somebody.
#[utoipa::path(
    delete, path = "/users/{user}/tokens/{token}", tag = "users",
    params(("user" = UserId, Path, description = "Whose"), ("token" = TokenId, Path, description = "Which"), Why),
    responses((status = 204, description = "It is good for nothing any more")),
)]
async fn revoke_user_token(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((user, token)): Id<(UserId, TokenId)>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.revoke_token_of(&actor, user, token, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
