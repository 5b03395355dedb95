//! Where programs of others knock that know us by a token in the address: mail programs, whose reader wants no more of a kind of letter.

use axum::{
    Extension, Router,
    extract::{Query, State},
    http::StatusCode,
    routing::post,
};
use base::Actor;
use serde::Deserialize;

use super::{Hub, visitor::Caller};

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/hooks/mail/decline", post(decline_mail))
}

/// Which letter.
#[derive(Deserialize)]
struct Declined {
    #[serde(default)]
    token: String,
}

/// One click in the mail program (RFC 8058 §3.2). Whoever is logged in here has nothing to do with it: the letter's token says which
/// mailbox.
async fn decline_mail(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Query(declined): Query<Declined>,
) -> StatusCode {
    let stranger = Actor::Stranger { address: Some(caller.address) };
    match hub.mail.decline(&stranger, &declined.token).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            if error.kind() == base::Kind::Internal {
                tracing::error!(error = &error as &dyn std::error::Error, "a kind of letter could not be declined");
            }
            StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}
