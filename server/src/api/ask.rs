//! What a request says: who asks, and then what about.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, State, rejection::BytesRejection},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base::{Actor, Kind};
use serde::de::DeserializeOwned;

use super::Failure;
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
        match axum::extract::Path::<T>::from_request_parts(parts, hub).await {
            Ok(axum::extract::Path(id)) => Ok(Self(id)),
            Err(_) => Err(Kind::NotFound.into()),
        }
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Hub> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Failure> {
        match axum::extract::Query::<T>::from_request_parts(parts, hub).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Failure::malformed(rejection.body_text())),
        }
    }
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
        match Json::<T>::from_bytes(&bytes) {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(Failure::malformed(rejection.body_text())),
        }
    }
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
        return Failure::bad_token().into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

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
