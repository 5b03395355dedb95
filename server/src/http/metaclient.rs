//! The addresses that Aleph One's client has compiled in (protocol §9.5): its log-on, and its form for a new account.
//!
//! The client looks at no status. Of the answer to a log-on it takes the first 16 bytes for its token, whatever they are; so a refusal
//! answers with a text that can never be one. The answer to a sign-up is `OK`, or is shown to the player as it is. The third address,
//! `/metaclient/settings`, is a page of the site: see `app/src/pages/account/from_game.rs`.

use accounts::{SignUp, SignedUp};
use axum::{
    Extension, Router,
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base::{Kind, Secret};
use metaserver_proto::Text;
use percent_encoding::percent_decode;

use super::{Hub, visitor::Caller};

/// Shorter than a token and no letters and digits: the lobby refuses it without looking.
const NO_TOKEN: &str = "-";
/// More than its longest form takes: an address of 254 characters, each of them encoded, and two short fields.
const LONGEST_FORM: usize = 4 * 1024;
/// What the player reads who has an account now, and has to prove the address first.
const TO_BE_PROVED: &str =
    "Your account is made. Follow the link in the letter we have sent to your address, then log on.";

/// The routes.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/metaclient/login", post(log_in)).route("/metaclient/signup", post(sign_up))
}

/// A one-use token against name and game password: for the lobby or, where the salt is empty, for the account's page.
async fn log_in(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(form) = Form::read(body) else { return plain(StatusCode::UNPROCESSABLE_ENTITY, NO_TOKEN) };
    let (name, password, address) = (form.field("username"), Secret::new(form.field("password")), Some(caller.address));
    // The salt itself proves nothing: the client cuts it at a NUL, or reads on past its end.
    let token = if form.has_empty("salt") {
        hub.accounts.open_account_token(&name, password.expose(), address).await
    } else {
        hub.accounts.open_lobby_token(&name, password.expose(), address).await
    };
    match token {
        Ok(token) => (StatusCode::OK, [(header::CONTENT_TYPE, PLAIN)], token.to_vec()).into_response(),
        Err(error) => plain(status(error.kind()), NO_TOKEN),
    }
}

/// A new account, or why there is none.
async fn sign_up(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(form) = Form::read(body) else {
        return plain(StatusCode::UNPROCESSABLE_ENTITY, "The form arrived incomplete. Please send it once more.");
    };
    let form = SignUp {
        name: form.field("username"),
        email: form.field("email"),
        password: Secret::new(form.field("password")),
    };
    // By itself: whoever is logged in to the site in a browser of the same machine has nothing to do with it.
    let actor = base::Actor::Stranger { address: Some(caller.address) };
    match hub.accounts.sign_up(&actor, form).await {
        Ok(SignedUp::Ready) => plain(StatusCode::OK, "OK"),
        Ok(SignedUp::ToBeProved) => plain(StatusCode::OK, TO_BE_PROVED),
        Err(error) => {
            let kind = error.kind();
            if kind == Kind::Internal {
                tracing::error!(error = &error as &dyn std::error::Error, "an account could not be made from a game");
            }
            let words = app::plain::problem_words(&error.problem());
            plain(status(kind), &words.replace(['’', '‘'], "'").replace(['“', '”'], "\""))
        }
    }
}

const PLAIN: &str = "text/plain; charset=utf-8";

fn plain(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, PLAIN)], text.to_owned()).into_response()
}

fn status(kind: Kind) -> StatusCode {
    StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A form as the client writes it: fields by name, values percent-encoded.
struct Form(Bytes);

impl Form {
    /// `None`: it is longer than any of the client's, or broke off.
    fn read(body: Result<Bytes, BytesRejection>) -> Option<Self> {
        body.ok().filter(|body| body.len() <= LONGEST_FORM).map(Self)
    }

    /// The first value of that name, as it is encoded.
    fn raw(&self, name: &str) -> Option<&[u8]> {
        self.0.split(|byte| *byte == b'&').find_map(|field| field.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
    }

    /// The value of that name. What is no UTF-8 is MacRoman: which of the two a client writes is its version's affair.
    fn field(&self, name: &str) -> String {
        let value: Vec<u8> =
            self.raw(name).unwrap_or_default().iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
        let value: Vec<u8> = percent_decode(&value).collect();
        String::from_utf8(value).unwrap_or_else(|error| Text::from_bytes(error.as_bytes()).to_string())
    }

    /// Whether there is one of that name, with nothing in it.
    fn has_empty(&self, name: &str) -> bool {
        self.raw(name).is_some_and(<[u8]>::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &'static str) -> Form {
        Form::read(Ok(Bytes::from_static(text.as_bytes()))).unwrap()
    }

    #[test]
    fn forms_as_the_client_writes_them() {
        let login = form("password=caf%C3%A9%26%3D%20x&salt=%01%02%FF&username=Zo%C3%AB_1");
        assert_eq!((login.field("password").as_str(), login.field("username").as_str()), ("café&= x", "Zoë_1"));
        assert!(!login.has_empty("salt"));
        let settings = form("password=a%2Bb&salt=&username=Olga");
        assert_eq!(settings.field("password"), "a+b");
        assert!(settings.has_empty("salt"));
        assert!(!form("password=x&username=y").has_empty("salt"), "a form without a salt is not the settings'");
    }

    #[test]
    fn a_name_in_the_games_own_letters_is_read_too() {
        assert_eq!(form("username=Zo%91").field("username"), "Zoë");
    }

    #[test]
    fn what_no_client_sends_is_not_read() {
        assert!(Form::read(Ok(Bytes::from(vec![b'a'; LONGEST_FORM + 1]))).is_none());
        let odd = form("username&=&password==%zz%&username=late");
        assert_eq!((odd.field("username").as_str(), odd.field("password").as_str()), ("late", "=%zz%"));
        assert_eq!(odd.field("email"), "");
    }
}
