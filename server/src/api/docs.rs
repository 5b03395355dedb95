//! `/api/docs`: the document as a page to read and to try, and `/problems/{code}`, where the `type` of each failure leads.
//!
//! What is the hub's own is written once, when the page is first asked for, from the same document that programs read; what plugins offer in
//! the place that was chosen is put before it each time. It works without script; with it, every operation can be tried out. Nothing comes
//! from elsewhere.

mod page;
mod shape;

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Extension, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};
use base::Kind;
use bytes::Bytes;
use contract::{Code, Problem, organization::Located};
use serde::Deserialize;
use serde_json::Value;

use super::document::{self, Place};
use crate::http::{Caller, Hub, answer};
use page::{Chosen, Part};

/// The page may load its own style and script, call the API, and ask for another document: nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Problems of the REST door alone, beside those a page has a sentence for.
const OWN: [(&str, u16, &str); 9] = [
    (
        "bad_token",
        401,
        "The token is unknown, has run out or was revoked. Get another one; with a refresh token, use it once.",
    ),
    (
        "method_not_allowed",
        405,
        "The address exists and does not take this method. The header Allow names those it takes.",
    ),
    ("unsupported_media_type", 415, "Bodies are JSON: send Content-Type: application/json."),
    ("under_way", 409, "The first request with this Idempotency-Key is still under way. Ask again in a moment."),
    (
        "key_reused",
        409,
        "This Idempotency-Key came with another request before. Choose a key for each thing to be done.",
    ),
    (
        "done_before",
        409,
        "It was done by an earlier request with this Idempotency-Key. The answer held a secret, which is shown once.",
    ),
    ("malformed", 400, "The request is not what the document says. The detail names the place."),
    (
        "unknown_cursor",
        422,
        "The cursor is none that this list gave out. Begin with the list's first page, and go on with the cursors it gives.",
    ),
    ("too_large", 413, "The body or the address is longer than the hub takes."),
];

/// The hub's own operations, written once.
static OWN_PART: LazyLock<Part> = LazyLock::new(|| Part::of(&document::whole()));

/// The page of the document, and what a problem means.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/api/docs", get(read)).route("/problems/{code}", get(explain))
}

/// Which document is to be read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    /// The organization's, by the last part of its address; none: the hub's.
    organization: String,
}

/// The page of a document: the hub's, or of an organization that whoever asks may see.
async fn read(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Response {
    let (actor, slug) = (&caller.actor, which.organization.trim());
    let here = if slug.is_empty() {
        None
    } else {
        match hub.orgs.locate(actor, slug).await {
            Ok(Located::Here(here)) => Some(*here),
            Ok(Located::Moved(slug)) => return Redirect::to(&page::address(&slug)).into_response(),
            Err(error) => return answer(&error.problem(), &headers, None),
        }
    };
    let mine: Vec<(String, String)> = match actor.user() {
        Some(_) => match hub.orgs.mine(actor).await {
            Ok(mine) => {
                mine.member_of.into_iter().map(|mine| (mine.organization.slug, mine.organization.name)).collect()
            }
            Err(error) => return answer(&error.problem(), &headers, None),
        },
        None => Vec::new(),
    };
    let plugins = match &here {
        Some(here) => document::of_plugins(&hub.plugins.on_in(Some(here.id)), &Place::Organization(&here.slug)),
        None => document::of_plugins(&hub.plugins.on_in(None), &Place::Hub),
    };
    let chosen = here.as_ref().map(|here| Chosen { id: here.id, slug: &here.slug, name: &here.name });
    let mut whole = head("Guildhall API");
    page::write(&mut whole, &OWN_PART, &Part::of(&plugins), chosen.as_ref(), &mine);
    let mut response = shown(Html(whole.into()));
    // Which organizations are offered depends on who asks.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

fn shown(page: Html<Bytes>) -> Response {
    let mut response = page.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// What a problem means, in the reader's language where the pages know it.
async fn explain(Path(word): Path<String>, headers: HeaderMap) -> Response {
    if let Some((word, status, says)) = OWN.into_iter().find(|(own, ..)| *own == word) {
        let mut page = head(word);
        let _ = write!(
            page,
            "<main><h1>{word}</h1><p>{says}</p><p>Status {status}.</p><p><a href=\"/api/docs\">The API</a></p></main></body></html>"
        );
        return shown(Html(page.into()));
    }
    match serde_json::from_value::<Code>(Value::String(word)) {
        Ok(code) => Html(app::plain::problem_page(&Problem::new(Kind::Invalid, code), &headers, None)).into_response(),
        Err(_) => answer(&Problem::from(Kind::NotFound), &headers, None),
    }
}

fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"/api-docs.css\">\
         <script src=\"/api-docs.js\" defer></script></head><body>"
    )
}
