//! The two ways services are asked: for JSON, and for an access token by a code.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use outbound::{Outbound, Request, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use crate::{Came, Error, Kept, Provider};

/// The longest answer of a service.
pub(crate) const LONGEST: usize = 256 * 1024;

pub(crate) fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// An address with parameters added to those it may have.
pub(crate) fn with_query(address: &str, pairs: &[(&str, &str)]) -> Result<String, Error> {
    let mut url = url::Url::parse(address).map_err(|_| Error::Unsound("an address that is none"))?;
    url.query_pairs_mut().extend_pairs(pairs);
    Ok(url.into())
}

pub(crate) async fn json<T: DeserializeOwned>(outbound: &Outbound, request: Request) -> Result<T, Error> {
    let response = outbound.send(request.header("accept", "application/json").at_most(LONGEST)).await?;
    read(&response)
}

pub(crate) fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Error> {
    if !response.is_success() {
        return Err(Error::Unsound("an answer without success"));
    }
    serde_json::from_slice(&response.body).map_err(|_| Error::Unsound("an answer of another form"))
}

/// The parameters that send somebody to a service (RFC 6749, 4.1.1, with RFC 7636).
pub(crate) fn ask_for_code(
    endpoint: &str,
    provider: &Provider,
    back: &str,
    kept: &Kept,
    scope: &str,
    nonce: bool,
) -> Result<String, Error> {
    let challenge = Base64UrlUnpadded::encode_string(&Sha256::digest(kept.verifier.as_bytes()));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", provider.client_id.as_str()),
        ("redirect_uri", back),
        ("scope", scope),
        ("state", kept.state.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    if nonce {
        pairs.push(("nonce", &kept.nonce));
    }
    with_query(endpoint, &pairs)
}

/// How the hub proves to a service which client it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proving {
    Basic,
    InBody,
}

/// The code that came back; an error of the service's in its place means no.
pub(crate) fn code_of<'a>(came: &'a Came<'_>) -> Result<&'a str, Error> {
    if came.has("error") {
        return Err(Error::Denied);
    }
    came.one("code").filter(|code| !code.is_empty()).ok_or(Error::Refused("no code"))
}

/// Trades the code for tokens (RFC 6749, 4.1.3).
pub(crate) async fn trade<T: DeserializeOwned>(
    outbound: &Outbound,
    endpoint: &str,
    provider: &Provider,
    proving: Proving,
    back: &str,
    kept: &Kept,
    code: &str,
) -> Result<T, Error> {
    let (id, secret) = (provider.client_id.as_str(), provider.client_secret.expose());
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back),
        ("code_verifier", kept.verifier.as_str()),
    ];
    let mut authorization = None;
    if secret.is_empty() {
        pairs.push(("client_id", id));
    } else if proving == Proving::InBody {
        pairs.extend([("client_id", id), ("client_secret", secret)]);
    } else {
        // Both are encoded as a form's values are before they are joined: RFC 6749, 2.3.1.
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let joined = format!("{}:{}", encoded(id), encoded(secret));
        authorization = Some(format!("Basic {}", Base64::encode_string(joined.as_bytes())));
    }
    let mut request = Request::post(endpoint, form(pairs)).header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let response = outbound.send(request.header("accept", "application/json").at_most(LONGEST)).await?;
    if matches!(response.status, 400 | 401) {
        // A code that was used before, was somebody else's, or is too old.
        return Err(Error::Refused("the service does not take the code"));
    }
    read(&response)
}
