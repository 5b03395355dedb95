//! `/users`: accounts, as those who run the hub see them.

use accounts::{Deed, UserQuery};
use axum::{Json, extract::State, http::StatusCode};
use base::{Kind, Secret, UserId};
use contract::{
    account::Dossier,
    api::{NewEmail, NewName, NewPassword, NewRole, NewUser, Page, User, Why},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Cursor, Id, Known, Limit, Listing, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user))
        .routes(routes!(set_user_name))
        .routes(routes!(set_user_email))
        .routes(routes!(set_role))
        .routes(routes!(set_password))
        .routes(routes!(lock_user, unlock_user))
        .routes(routes!(log_out_user))
}

/// Which accounts to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The account of that name, or one that looks the same.
    #[param(max_length = 100)]
    name: Option<String>,
    /// Part of a name or an e-mail address.
    #[serde(default)]
    #[param(max_length = 100, required = false)]
    search: String,
    #[param(inline)]
    cursor: Option<Cursor<UserId>>,
    #[serde(default)]
    #[param(inline, required = false)]
    limit: Limit,
}

/// The accounts, oldest first.
#[utoipa::path(get, path = "/users", tag = "users", params(Which), responses((status = 200, description = "As asked", body = Page<User>)))]
async fn list_users(Known(actor): Known, State(hub): State<Hub>, Query(which): Query<Which>) -> Answer<Listing<User>> {
    if let Some(name) = which.name {
        let found = hub.accounts.find_user(&actor, &name).await?;
        return Ok(Listing::new(found.into_iter().map(User::from).collect(), None::<UserId>));
    }
    let query = UserQuery {
        search: which.search,
        after: which.cursor.map(|Cursor(after)| after),
        newest_first: false,
        at_most: which.limit.0,
    };
    let page = hub.accounts.list_users(&actor, query).await?;
    Ok(Listing::new(page.users.into_iter().map(User::from).collect(), page.next))
}

/// Make an account for somebody.
#[utoipa::path(post, path = "/users", tag = "users", request_body = NewUser, responses((status = 201, description = "Made", body = User)))]
async fn create_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Body(new): Body<NewUser>,
) -> Answer<(StatusCode, Json<User>)> {
    let user = hub.accounts.create_user(&actor, &new.name, Secret::new(new.password), new.role).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// One account, its logins, and who has tried lately.
#[utoipa::path(get, path = "/users/{user}", tag = "users", params(("user" = UserId, Path, description = "Whose")), responses((status = 200, description = "As asked", body = Dossier)))]
async fn get_user(Known(actor): Known, State(hub): State<Hub>, Id(user): Id<UserId>) -> Answer<Json<Dossier>> {
    Ok(Json(hub.accounts.dossier(&actor, user).await?.ok_or(Kind::NotFound)?))
}

/// Give somebody another name.
#[utoipa::path(put, path = "/users/{user}/name", tag = "users", params(("user" = UserId, Path, description = "Whose")), request_body = NewName, responses((status = 204, description = "Done")))]
async fn set_user_name(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Body(new): Body<NewName>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::Rename(new.name), &new.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give somebody another e-mail address.
///
/// It is not proved. All their logins end.
#[utoipa::path(put, path = "/users/{user}/email", tag = "users", params(("user" = UserId, Path, description = "Whose")), request_body = NewEmail, responses((status = 204, description = "Done")))]
async fn set_user_email(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Body(new): Body<NewEmail>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::SetEmail(new.email), &new.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give somebody another role.
///
/// All their logins end, so that none goes on under the old one.
#[utoipa::path(put, path = "/users/{user}/role", tag = "users", params(("user" = UserId, Path, description = "Whose")), request_body = NewRole, responses((status = 204, description = "Done")))]
async fn set_role(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Body(new): Body<NewRole>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::SetRole(new.role), &new.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give somebody another password.
///
/// All their logins end.
#[utoipa::path(put, path = "/users/{user}/password", tag = "users", params(("user" = UserId, Path, description = "Whose")), request_body = NewPassword, responses((status = 204, description = "Done")))]
async fn set_password(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Body(new): Body<NewPassword>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::SetPassword(Secret::new(new.password)), &new.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lock an account.
///
/// Nobody logs in to it, and all its logins end.
#[utoipa::path(put, path = "/users/{user}/lock", tag = "users", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Done")))]
async fn lock_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::Lock, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Unlock an account.
#[utoipa::path(delete, path = "/users/{user}/lock", tag = "users", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Done")))]
async fn unlock_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::Unlock, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all logins of an account.
#[utoipa::path(delete, path = "/users/{user}/sessions", tag = "users", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Done")))]
async fn log_out_user(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.act_on(&actor, user, Deed::LogOut, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
