//! What a request says: who asks, and then what about.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, State, rejection::BytesRejection},
    http::{Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base::{Actor, Kind};
use serde::{
    Deserialize as _, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use super::{Failure, page::UNKNOWN_CURSOR};
use crate::http::{Caller, Hub};

/// How deep JSON may be nested.
const DEEPEST: usize = 32;
/// The most elements of an array, and the most members of an object.
const LONGEST: usize = 1_000;

/// Somebody with an account. Everybody else is answered 401 before anything more is read, as long as this comes first.
pub(crate) struct Known(pub(crate) Actor);

/// Anybody: for what even a stranger may ask. Stands where [`Known`] would.
pub(crate) struct Anybody(pub(crate) Actor);

/// The ids in the address. What can't be one names nothing there is.
pub(crate) struct Id<T>(pub(crate) T);

/// What stands behind the `?`.
pub(crate) struct Query<T>(pub(crate) T);

/// A body of JSON, within bounds.
pub(crate) struct Body<T>(pub(crate) T);

fn caller(parts: &Parts) -> Result<&Caller, Failure> {
    parts.extensions.get::<Caller>().ok_or_else(|| Kind::Internal.into())
}

impl FromRequestParts<Hub> for Known {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, Failure> {
        match &caller(parts)?.actor {
            Actor::Stranger { .. } => Err(Kind::Unauthenticated.into()),
            known => Ok(Self(known.clone())),
        }
    }
}

impl FromRequestParts<Hub> for Anybody {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, Failure> {
        Ok(Self(caller(parts)?.actor.clone()))
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Hub> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Failure> {
        if !are_ids(parts, hub).await {
            return Err(Kind::NotFound.into());
        }
        match axum::extract::Path::<T>::from_request_parts(parts, hub).await {
            Ok(axum::extract::Path(id)) => Ok(Self(id)),
            Err(_) => Err(Kind::NotFound.into()),
        }
    }
}

/// Numbers in an address are ids: 1 to 2^53 - 1. No other was ever given out, so that the store need not be asked.
async fn are_ids(parts: &mut Parts, hub: &Hub) -> bool {
    let Ok(values) = RawPathParams::from_request_parts(parts, hub).await else { return true };
    values.iter().filter_map(|(name, value)| Some((name, value.parse::<i64>().ok()?))).all(
        |(name, number)| match name {
            // A server's number at Discord is not one of ours, and fills 64 bits.
            "guild" => true,
            // Games from before the hub's time count down from -1.
            "game" => number.unsigned_abs() < 1 << 53,
            _ => (1..1 << 53).contains(&number),
        },
    )
}

/// The longest value of that name in a query; a cursor minds its own length.
fn longest_value(name: &str) -> usize {
    match name {
        "cursor" => usize::MAX,
        "reason" => 500,
        _ => 100,
    }
}

/// No list is searched for, or narrowed to, more than the document says.
fn has_too_long_a_value(address: &Uri) -> bool {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(address);
    // One that can't be read is refused by whoever reads it.
    pairs.is_ok_and(|pairs| pairs.iter().any(|(name, value)| value.chars().count() > longest_value(name)))
}

impl<T: DeserializeOwned + Send> FromRequestParts<Hub> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Failure> {
        if has_too_long_a_value(&parts.uri) {
            return Err(Failure::malformed("a value of the query is longer than the document says"));
        }
        match axum::extract::Query::<T>::from_request_parts(parts, hub).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            // A deserializer's error is a text and nothing else. A cursor of another list is as the document says, and can't be used.
            Err(rejection) if rejection.body_text().ends_with(UNKNOWN_CURSOR) => Err(Failure::unknown_cursor()),
            Err(rejection) => Err(Failure::malformed(rejection.body_text())),
        }
    }
}

/// Of a query: a whole number as the document has them, `LEAST` to 2^53 - 1, the largest that every reader of JSON keeps exactly.
pub(crate) fn bounded<'de, const LEAST: i64, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<i64>,
{
    let number = i64::deserialize(deserializer)?;
    if (LEAST..1 << 53).contains(&number) {
        return Ok(Some(number.into()));
    }
    Err(D::Error::custom(format!("{number} is not between {LEAST} and 2^53 - 1")))
}

impl<T: DeserializeOwned> FromRequest<Hub> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Failure> {
        if !says_json(&request) {
            return Err(Failure::wrong_media_type());
        }
        let bytes = Bytes::from_request(request, hub).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(failed)
                if failed.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE =>
            {
                Failure::too_large("the body is too long")
            }
            other => Failure::malformed(other.body_text()),
        })?;
        within_bounds(&bytes)?;
        // A list of a form's fields in their order would be taken for the form.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Failure::malformed("the body is an object"));
        }
        match Json::<T>::from_bytes(&bytes) {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => with_whole_numbers(&bytes)
                .and_then(|body| serde_json::from_value(body).ok())
                .map(Self)
                .ok_or_else(|| Failure::malformed(rejection.body_text())),
        }
    }
}

/// The same JSON with `7.0` written as `7`, if there is any such number: to JSON Schema the two are the same whole number, and
/// some languages write every number the first way.
fn with_whole_numbers(json: &[u8]) -> Option<Value> {
    let mut value = serde_json::from_slice(json).ok()?;
    make_whole(&mut value).then_some(value)
}

fn make_whole(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()).and_then(whole) {
            Some(whole) => {
                *value = whole.into();
                true
            }
            None => false,
        },
        // Every one of them, so no short cut after the first.
        Value::Array(items) => items.iter_mut().fold(false, |any, item| make_whole(item) | any),
        Value::Object(members) => members.values_mut().fold(false, |any, member| make_whole(member) | any),
        _ => false,
    }
}

/// The whole number that this is, where it is one that a fraction's type keeps exactly.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let fits = number.fract() == 0.0 && number.abs() < EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction and is within bounds")]
    fits.then_some(number as i64)
}

fn says_json(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Looks at the brackets and commas alone, before anything is built of the text.
fn within_bounds(json: &[u8]) -> Result<(), Failure> {
    let mut commas: Vec<usize> = Vec::with_capacity(DEEPEST);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                if commas.len() == DEEPEST {
                    return Err(Failure::malformed(format!("nested more than {DEEPEST} deep")));
                }
                commas.push(0);
            }
            b']' | b'}' => {
                commas.pop();
            }
            b',' => {
                if let Some(count) = commas.last_mut() {
                    *count += 1;
                    if *count >= LONGEST {
                        return Err(Failure::malformed(format!("more than {LONGEST} elements in one list")));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The layer that turns away whoever shows a token that is no good: even where a stranger may ask, they meant to be somebody.
pub(super) async fn credentials(State(_): State<Hub>, request: Request, next: Next) -> Response {
    if request.extensions().get::<Caller>().is_some_and(|caller| caller.bad_token) {
        // Also what every program shows when its ten minutes are over.
        metrics::counter!("guildhall_api_bad_tokens_total").increment(1);
        tracing::info!(target: "security", act = "bad_token", "a token that is no good");
        return Failure::bad_token().into_response();
    }
    next.run(request).await
}

/// The layer of the command line: whoever asks sits at the machine.
pub(super) async fn as_operator(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Caller::operator());
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_be_written_with_a_point() {
        let read = |json: &str| with_whole_numbers(json.as_bytes()).map(|value| value.to_string());
        assert_eq!(
            read(r#"{"a":[7.0,-1e3,0.5],"b":{"c":2.0}}"#).as_deref(),
            Some(r#"{"a":[7,-1000,0.5],"b":{"c":2}}"#)
        );
        for untouched in [r#"{"a":7}"#, "0.5", "1e300", "{", "\"7.0\""] {
            assert_eq!(read(untouched), None, "{untouched}");
        }
    }

    fn list(count: usize) -> String {
        format!("[{}]", vec!["0"; count].join(","))
    }

    #[test]
    fn json_is_bounded_before_it_is_read() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(within_bounds(nested(32).as_bytes()).is_ok());
        assert!(within_bounds(nested(33).as_bytes()).is_err());
        assert!(within_bounds(list(1_000).as_bytes()).is_ok());
        assert!(within_bounds(list(1_001).as_bytes()).is_err());
        // Brackets and commas inside a text are letters like any other, and so is an escaped quotation mark.
        let text = format!("{{\"a\\\"[\":\"{}\"}}", "[,".repeat(2_000));
        assert!(within_bounds(text.as_bytes()).is_ok());
    }
}
