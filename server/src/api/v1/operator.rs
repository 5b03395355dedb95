//! What only the hub's own machine may ask. It stands in no document: these routes are at no door of the website.

use axum::{Json, Router, extract::State, http::StatusCode, response::Response, routing::post};
use base::UserId;
use contract::token::MakeToken;

use crate::{
    api::{Answer, Body, Id, Known, V1, shown_once},
    http::Hub,
};

pub(crate) fn routes() -> Router<Hub> {
    let routes = Router::new()
        .route("/users/{user}/tokens", post(make_token_for))
        .route("/secrets/rotate", post(rotate_secrets));
    Router::new().nest(V1, routes)
}

/// Makes a personal token for somebody.
async fn make_token_for(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Body(form): Body<MakeToken>,
) -> Answer<Response> {
    Ok(shown_once((StatusCode::CREATED, Json(hub.accounts.make_token_for(&actor, user, form).await?))))
}

/// Makes the secrets anew that the hub makes itself.
async fn rotate_secrets(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    // The second tells every hub that runs to read both anew.
    hub.accounts.rotate_seal_key(&actor).await?;
    hub.accounts.rotate_signing_key(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
