//! `/roles`: who has which role in the hub.

use axum::{Json, extract::State};
use base::{Role, UserId};
use contract::{
    account::RoleHolders,
    api::{Page, User},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_roles)).routes(routes!(list_role_holders))
}

/// Every role with how many have it, the highest first, and the first of those who have more than everybody.
#[utoipa::path(get, path = "/roles", tag = "users", responses((status = 200, description = "As asked", body = Vec<RoleHolders>)))]
async fn list_roles(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<RoleHolders>>> {
    Ok(Json(hub.accounts.role_holders(&actor, 50).await?))
}

/// Who has a role, the oldest account first.
#[utoipa::path(get, path = "/roles/{role}/users", tag = "users", params(("role" = Role, Path, description = "Which", example = "moderator"), Onward<UserId>), responses((status = 200, description = "As asked", body = Page<User>)))]
async fn list_role_holders(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(role): Id<String>,
    Query(which): Query<Onward<UserId>>,
) -> Answer<Listing<User>> {
    let (after, at_most) = which.parts();
    let page = hub.accounts.list_role(&actor, &role, after, at_most).await?;
    Ok(Listing::new(page.users.into_iter().map(User::from).collect(), page.next))
}
