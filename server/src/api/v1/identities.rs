//! `/me/identities` and `/users/{user}/identities`: accounts at other services; `/sign-in-providers`: which services there are.
//!
//! Linking one needs a browser, which the service sends back.

use axum::{Json, extract::State, http::StatusCode};
use base::{IdentityId, UserId};
use contract::{
    api::Why,
    identity::{Identity, SignInProvider},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Anybody, Id, Known, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_sign_in_providers))
        .routes(routes!(list_my_identities))
        .routes(routes!(unlink_my_identity))
        .routes(routes!(list_user_identities))
        .routes(routes!(unlink_user_identity))
}

/// The other services that people may log in with.
///
/// In the operator's order; none where nothing is configured.
#[utoipa::path(get, path = "/sign-in-providers", tag = "account", security(()), responses((status = 200, description = "As asked", body = Vec<SignInProvider>)))]
async fn list_sign_in_providers(Anybody(_actor): Anybody, State(hub): State<Hub>) -> Answer<Json<Vec<SignInProvider>>> {
    let told = hub.federation.providers();
    Ok(Json(told.map(|one| SignInProvider { id: one.id.clone(), name: one.name.clone() }).collect()))
}

/// One's accounts at other services, oldest first.
#[utoipa::path(get, path = "/me/identities", tag = "account", responses((status = 200, description = "As asked", body = Vec<Identity>)))]
async fn list_my_identities(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<Identity>>> {
    Ok(Json(hub.accounts.identities(&actor).await?))
}

/// Unlink one of them.
///
/// Never the last way into the account. Asks for a login of the last quarter of an hour.
#[utoipa::path(delete, path = "/me/identities/{identity}", tag = "account", params(("identity" = IdentityId, Path, description = "Which")), responses((status = 204, description = "Nobody can log in with it any more")))]
async fn unlink_my_identity(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(identity): Id<IdentityId>,
) -> Answer<StatusCode> {
    hub.accounts.unlink_identity(&actor, identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's accounts at other services, oldest first.
#[utoipa::path(get, path = "/users/{user}/identities", tag = "users", params(("user" = UserId, Path, description = "Whose")), responses((status = 200, description = "As asked", body = Vec<Identity>)))]
async fn list_user_identities(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
) -> Answer<Json<Vec<Identity>>> {
    Ok(Json(hub.accounts.identities_of(&actor, user).await?))
}

/// Unlink one of somebody's accounts at other services.
///
/// Never the last way into the account: give it a password first.
#[utoipa::path(delete, path = "/users/{user}/identities/{identity}", tag = "users", params(("user" = UserId, Path, description = "Whose"), ("identity" = IdentityId, Path, description = "Which"), Why), responses((status = 204, description = "Nobody can log in with it any more")))]
async fn unlink_user_identity(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id((user, identity)): Id<(UserId, IdentityId)>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.unlink_identity_of(&actor, user, identity, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
