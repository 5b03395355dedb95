//! `/roles`: who has which role in the hub.

use axum::{Json, extract::State};
use base::{Role, UserId};
use contract::{
    account::RoleHolders,
    api::{Page, User},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_roles)).routes(routes!(list_role_holders))
}

/// Which of them to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    #[param(inline)]
    cursor: Option<Cursor<UserId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// Every role with how many have it, the highest first, and the first of those who have more than everybody.
#[utoipa::path(get, path = "/roles", tag = "users", responses((status = 200, description = "As asked", body = Vec<RoleHolders>)))]
async fn list_roles(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Vec<RoleHolders>>> {
    Ok(Json(hub.accounts.role_holders(&actor, 50).await?))
}

/// Who has a role, the oldest account first.
#[utoipa::path(get, path = "/roles/{role}/users", tag = "users", params(("role" = Role, Path, description = "Which", example = "moderator"), Which), responses((status = 200, description = "As asked", body = Page<User>)))]
async fn list_role_holders(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(role): Id<String>,
    Query(which): Query<Which>,
) -> Answer<Listing<User>> {
    let after = which.cursor.map(|Cursor(after)| after);
    let page = hub.accounts.list_role(&actor, &role, after, which.limit.0).await?;
    Ok(Listing::new(page.users.into_iter().map(User::from).collect(), page.next))
}
