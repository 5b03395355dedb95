//! `/auth`: proving who one is, by password or refresh token.

use accounts::LogInStep;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use base::Grants;
use contract::{
    account::LogIn,
    token::{GiveUp, Grant, Granted, Unfinished},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Body, shown_once},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(grant_tokens)).routes(routes!(give_up_token))
}

/// Get an access token and a refresh token.
///
/// With name and password; where that is not enough, the answer is 202 and says what is still needed. Later with the refresh
/// token, which is good once: whoever brings one a second time ends the login.
#[utoipa::path(
    post, path = "/auth/token", tag = "tokens", security(()), request_body = Grant,
    responses((status = 200, description = "The tokens, shown this once", body = Granted), (status = 202, description = "Something more is needed", body = Unfinished)),
)]
async fn grant_tokens(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    headers: HeaderMap,
    Body(grant): Body<Grant>,
) -> Answer<Response> {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match grant {
        Grant::Password { name, password, grants, client } => {
            let form = LogIn { name, password, remember: None };
            let step = hub.accounts.log_in(&actor, form, agent).await?;
            finish(&hub, step, grants, client.as_deref()).await
        }
        Grant::SecondFactor { pending_token, code, grants, client } => {
            let step = hub.accounts.second_step(&actor, &pending_token, &code, agent).await?;
            finish(&hub, step, grants, client.as_deref()).await
        }
        Grant::Refresh { refresh_token } => {
            Ok(shown_once(Json(hub.accounts.refresh_tokens(&actor, &refresh_token).await?)))
        }
    }
}

async fn finish(hub: &Hub, step: LogInStep, grants: Option<Grants>, client: Option<&str>) -> Answer<Response> {
    match step {
        LogInStep::Done(login) => Ok(shown_once(Json(hub.accounts.grant_tokens(&login, grants, client).await?))),
        LogInStep::Pending(pending) => {
            let needs = pending.step.word().to_owned();
            let pending_token = pending.token.expose().to_owned();
            Ok(shown_once((
                StatusCode::ACCEPTED,
                Json(Unfinished { needs, pending_token, expires_at: pending.ends_at }),
            )))
        }
    }
}

/// Give a token up.
///
/// A personal token or a refresh token; its access tokens end with it. The answer is the same where nobody knows the token.
#[utoipa::path(
    post, path = "/auth/revoke", tag = "tokens", security(()), request_body = GiveUp,
    responses((status = 204, description = "It is good for nothing any more")),
)]
async fn give_up_token(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Body(GiveUp { token }): Body<GiveUp>,
) -> Answer<StatusCode> {
    hub.accounts.give_up_token(&actor, &token).await?;
    Ok(StatusCode::NO_CONTENT)
}
