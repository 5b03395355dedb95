//! Answers a client may keep and ask about again: `ETag` and `If-None-Match`.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base::Kind;
use sha2::{Digest as _, Sha256};

use super::Failure;

/// More than any answer in JSON takes; a file is compared by whoever sends it.
const LONGEST: usize = 4 * 1024 * 1024;

/// The layer: each answer to a reading is marked with the hash of its body, and sent again only if that has changed.
///
/// A `HEAD` is answered from here, too, so that it has the headers a `GET` would have.
pub(super) async fn compare(mut request: Request, next: Next) -> Response {
    let bodiless = *request.method() == Method::HEAD;
    if bodiless {
        *request.method_mut() = Method::GET;
    }
    if *request.method() != Method::GET {
        return next.run(request).await;
    }
    let held = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || !is_json(response.headers()) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return Failure::from(Kind::Internal).into_response() };
    let digest = Sha256::digest(&bytes);
    let tag = format!("\"{}\"", hex::encode(&digest[..16]));
    let same = held.is_some_and(|held| names(&held, &tag));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.headers.insert(header::ETAG, tag);
    }
    // To be kept by whoever asked, and asked about again: what it holds depends on who that is.
    head.headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    head.headers.append(header::VARY, HeaderValue::from_static("Authorization, Cookie"));
    if same {
        head.status = StatusCode::NOT_MODIFIED;
        head.headers.remove(header::CONTENT_LENGTH);
        head.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(head, Body::empty());
    }
    if bodiless {
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        return Response::from_parts(head, Body::empty());
    }
    Response::from_parts(head, Body::from(bytes))
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// Whether `If-None-Match` names the tag; a weak one compares alike (RFC 9110, 13.1.2).
fn names(held: &HeaderValue, tag: &str) -> bool {
    let held = held.to_str().unwrap_or_default();
    held.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_tag_is_found_among_others() {
        for (held, same) in [("\"a\"", true), ("\"b\", W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)] {
            assert_eq!(names(&HeaderValue::from_static(held), "\"a\""), same, "{held}");
        }
    }
}
