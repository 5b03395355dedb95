//! Where Discord knocks: what somebody does there, signed.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use base::{Actor, Kind};

use super::{Hub, visitor::Caller};

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/hooks/discord", post(interact))
}

/// The body is signed as it came, so it is not parsed before.
async fn interact(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Whoever is logged in in that browser has nothing to do with it: the signature says who speaks.
    let stranger = Actor::Stranger { address: Some(caller.address) };
    let signature = header("x-signature-ed25519");
    match hub.discord.interact(&stranger, signature, header("x-signature-timestamp"), &body).await {
        Ok(answer) => Json(answer).into_response(),
        Err(turned) => {
            if matches!(turned.kind(), Kind::Internal | Kind::Unavailable) {
                tracing::error!(error = &turned as &dyn std::error::Error, "what Discord says can't be read");
            }
            StatusCode::from_u16(turned.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}
