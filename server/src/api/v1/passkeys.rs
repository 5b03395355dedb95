//! `/me/passkeys`: one's own passkeys. Adding and removing one asks for a device or a fresh login in a browser.

use axum::{Json, extract::State, http::StatusCode};
use base::PasskeyId;
use contract::passkey::{PasskeyName, Passkeys};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{Answer, Body, Id, Known},
    http::Hub,
};

pub(super) fn routes() -> OpenApiRouter<Hub> {
    OpenApiRouter::new().routes(routes!(list_my_passkeys)).routes(routes!(rename_my_passkey, remove_my_passkey))
}

/// One's passkeys, oldest first.
#[utoipa::path(get, path = "/me/passkeys", tag = "account", responses((status = 200, description = "As asked", body = Passkeys)))]
async fn list_my_passkeys(Known(actor): Known, State(hub): State<Hub>) -> Answer<Json<Passkeys>> {
    Ok(Json(hub.accounts.passkeys(&actor).await?))
}

/// Call a passkey something else.
#[utoipa::path(put, path = "/me/passkeys/{passkey}", tag = "account", params(("passkey" = PasskeyId, Path, description = "Which")), request_body = PasskeyName, responses((status = 204, description = "Done")))]
async fn rename_my_passkey(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(passkey): Id<PasskeyId>,
    Body(new): Body<PasskeyName>,
) -> Answer<StatusCode> {
    hub.accounts.rename_passkey(&actor, passkey, &new.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a passkey.
///
/// Never the last way into the account. Asks for a login of the last quarter of an hour.
#[utoipa::path(delete, path = "/me/passkeys/{passkey}", tag = "account", params(("passkey" = PasskeyId, Path, description = "Which")), responses((status = 204, description = "Nobody can log in with it any more")))]
async fn remove_my_passkey(
    Known(actor): Known,
    State(hub): State<Hub>,
    Id(passkey): Id<PasskeyId>,
) -> Answer<StatusCode> {
    hub.accounts.remove_passkey(&actor, passkey).await?;
    Ok(StatusCode::NO_CONTENT)
}
