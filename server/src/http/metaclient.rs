//! The addresses that Aleph One clients ask by HTTPS before they log on to the lobby.
//!
//! The client posts a form and takes the first 16 bytes of whatever comes back for its log-on token, whatever the
//! status. So a refusal answers with a text that can never be a token.

use axum::{
    Extension, Form, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use base::Secret;
use serde::Deserialize;

use super::{Hub, visitor::Caller};

/// Shorter than a token and no letters and digits: the lobby refuses it without looking.
const NO_TOKEN: &str = "-";

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/metaclient/login", post(log_in))
}

/// What the client sends.
#[derive(Deserialize)]
struct LogIn {
    username: String,
    password: String,
    /// Up to its first NUL; the client may run past its end, so nothing is built on it.
    #[serde(default, rename = "salt")]
    _salt: serde::de::IgnoredAny,
}

/// A one-use token for the lobby, against name and game password.
async fn log_in(State(hub): State<Hub>, Extension(caller): Extension<Caller>, Form(form): Form<LogIn>) -> Response {
    let password = Secret::new(form.password);
    match hub.accounts.open_lobby_token(&form.username, password.expose(), Some(caller.address)).await {
        Ok(token) => token.to_vec().into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, NO_TOKEN).into_response()
        }
    }
}
