//! `/me/log-ins`: who has logged in to one's own account, and who has tried; and the second factor of somebody who has lost it.

use axum::{extract::State, http::StatusCode};
use base::UserId;
use contract::{
    account::LogInRecord,
    api::{Page, Why},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Id, Known, Listing, Onward, Query},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_log_ins)).routes(routes!(clear_second_factor))
}

/// Who has logged in to one's account, and who has tried, newest first.
#[utoipa::path(get, path = "/me/log-ins", tag = "account", params(Onward<i64>), responses((status = 200, description = "As asked", body = Page<LogInRecord>)))]
async fn list_log_ins(
    Known(actor): Known,
    State(hub): State<Hub>,
    Query(which): Query<Onward<i64>>,
) -> Answer<Listing<LogInRecord>> {
    let (before, at_most) = which.parts();
    let page = hub.accounts.log_ins(&actor, before, at_most).await?;
    Ok(Listing::new(page.entries, page.next))
}

/// Take somebody's second factor away.
///
/// For one who has lost app and recovery codes, and has shown in another way who they are. All their logins end.
#[utoipa::path(delete, path = "/users/{user}/second-factor", tag = "users", params(("user" = UserId, Path, description = "Whose"), Why), responses((status = 204, description = "Done")))]
async fn clear_second_factor(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(user): Id<UserId>,
    Query(why): Query<Why>,
) -> Answer<StatusCode> {
    hub.accounts.clear_second_factor(&actor, user, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
