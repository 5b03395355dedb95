//! Discord: OAuth 2 with a code, then the person's own record.
//!
//! <https://discord.com/developers/docs/topics/oauth2> and `GET /users/@me` there.

use outbound::{Outbound, Request};
use serde::Deserialize;

use crate::{
    Came, Error, Identity, Kept, Provider,
    ask::{self, Proving},
};

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    #[serde(default)]
    global_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    verified: bool,
}

fn at(provider: &Provider, path: &str) -> String {
    format!("{}{path}", provider.issuer)
}

pub(crate) fn url(provider: &Provider, back: &str, kept: &Kept) -> Result<String, Error> {
    ask::ask_for_code(&at(provider, "/oauth2/authorize"), provider, back, kept, "identify email", false)
}

#[derive(Deserialize)]
struct Gateway {
    #[serde(rename = "url")]
    _url: String,
}

/// By the one thing of its API that nobody needs a token for.
pub(crate) async fn reach(outbound: &Outbound, provider: &Provider) -> Result<(), Error> {
    ask::json::<Gateway>(outbound, Request::get(at(provider, "/api/v10/gateway"))).await.map(drop)
}

pub(crate) async fn identity(
    outbound: &Outbound,
    provider: &Provider,
    back: &str,
    kept: &Kept,
    came: &Came<'_>,
) -> Result<Identity, Error> {
    let code = ask::code_of(came)?;
    let endpoint = at(provider, "/api/oauth2/token");
    let tokens: Tokens = ask::trade(outbound, &endpoint, provider, Proving::Basic, back, kept, code).await?;
    if !tokens.token_type.eq_ignore_ascii_case("bearer") {
        return Err(Error::Unsound("a token of another type"));
    }
    let request = Request::get(at(provider, "/api/v10/users/@me"))
        .header("authorization", format!("Bearer {}", tokens.access_token));
    let user: User = ask::json(outbound, request).await?;
    // A snowflake: 64 bits, in decimal.
    if user.id.parse::<u64>().is_err() {
        return Err(Error::Unsound("a number that is none"));
    }
    Ok(Identity {
        issuer: provider.issuer.clone(),
        subject: user.id,
        name: user.global_name.or(Some(user.username)),
        email: user.email.filter(|_| user.verified),
    })
}
