//! `/me`: one's own account and logins.

use axum::{Json, extract::State, http::StatusCode};
use base::SessionId;
use contract::account::{MyAccount, Session};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(get_me))
        .routes(routes!(list_sessions, end_other_sessions))
        .routes(routes!(end_session))
}

/// Who one is.
#[utoipa::path(get, path = "/me", tag = "account", responses((status = 200, description = "As asked", body = MyAccount)))]
async fn get_me(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<MyAccount>> {
    let account = hub.accounts.account(&actor).await?;
    Ok(Json(MyAccount { me: account.me, email: account.email, created_at: account.created_at }))
}

/// Where one is logged in.
#[utoipa::path(get, path = "/me/sessions", tag = "account", responses((status = 200, description = "As asked", body = Vec<Session>)))]
async fn list_sessions(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<Session>>> {
    Ok(Json(hub.accounts.account(&actor).await?.sessions))
}

/// End every login of the browser.
///
/// All of them, since a token is none.
#[utoipa::path(delete, path = "/me/sessions", tag = "account", responses((status = 204, description = "Done")))]
async fn end_other_sessions(Known(actor): Known, State(hub): State<Hub>) -> Answer<StatusCode> {
    hub.accounts.end_other_sessions(&actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End one login.
#[utoipa::path(delete, path = "/me/sessions/{session}", tag = "account", params(("session" = SessionId, Path, description = "Which")), responses((status = 204, description = "Done")))]
async fn end_session(Known(actor): Known, State(hub): State<Hub>, Id(session): Id<SessionId>) -> Answer<StatusCode> {
    hub.accounts.end_session(&actor, session).await?;
    Ok(StatusCode::NO_CONTENT)
}
