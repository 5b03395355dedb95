//! What people bring and take away as files: a picture of themselves, pictures of others, the archive of their data.

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base::Kind;
use contract::Problem;
use futures::stream;
use multer::Multipart;
use people::{Error, LONGEST_UPLOAD, Size};
use tower_http::limit::RequestBodyLimitLayer;

use super::{Caller, Hub, problem, visitor};

/// Where a picture is sent.
const UPLOAD: &str = "/account/avatar";
/// The longest body there: the picture, and what a form puts around it.
pub(super) const LONGEST_PICTURE: usize = LONGEST_UPLOAD + 8 * 1024;
/// The same of a plugin's package.
pub(super) const LONGEST_PACKAGE: usize = plugins::package::LARGEST + 8 * 1024;

/// Sending a picture, with a limit of its own on the body.
pub(super) fn uploads(hub: &Hub) -> Router<Hub> {
    behind_its_limit(hub, Router::new().route(UPLOAD, post(set_avatar)), LONGEST_PICTURE)
}

/// What takes a file, whichever door it is: who asks is known, and the body has a limit of its own.
pub(super) fn behind_its_limit(hub: &Hub, door: Router<Hub>, longest: usize) -> Router<Hub> {
    door.layer(middleware::from_fn_with_state(hub.clone(), visitor::identify))
        .layer(RequestBodyLimitLayer::new(longest))
}

/// The longest body that is taken at an address, where others are as long as the settings say.
pub(super) fn longest_at(path: &str) -> Option<usize> {
    match path {
        UPLOAD | "/api/v1/me/avatar" => Some(LONGEST_PICTURE),
        "/admin/plugins" | "/api/v1/plugin-packages/upload" => Some(LONGEST_PACKAGE),
        // What a plugin kept elsewhere.
        path if path.strip_prefix("/api/v1/plugins/").is_some_and(|rest| rest.ends_with("/data")) => {
            Some(LONGEST_PACKAGE)
        }
        _ => None,
    }
}

/// Fetching pictures and archives.
pub(super) fn downloads() -> Router<Hub> {
    Router::new().route("/avatars/{key}/{file}", get(avatar)).route("/account/data/{file}", get(archive))
}

/// Takes the picture of a plain form, and sends the browser back to where it came from.
async fn set_avatar(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(picture) = file_in(&headers, body, "avatar").await else { return back_with("not_a_picture") };
    match hub.people.set_avatar(&caller.actor, picture).await {
        Ok(_) => see_other("/account/profile"),
        Err(Error::Fields(_)) => back_with("not_a_picture"),
        Err(Error::Busy) => back_with("busy"),
        Err(error) if error.kind() == Kind::Unauthenticated => see_other("/login?next=/account/profile"),
        Err(error) => failed(&error, &headers, &caller),
    }
}

/// The file in the form's field of that name.
pub(super) async fn file_in(headers: &HeaderMap, body: Bytes, name: &str) -> Option<Vec<u8>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(kind).ok()?;
    let mut form = Multipart::new(stream::iter([Ok::<_, std::convert::Infallible>(body)]), boundary);
    while let Some(field) = form.next_field().await.ok()? {
        if field.name() == Some(name) {
            return Some(field.bytes().await.ok()?.to_vec());
        }
    }
    None
}

fn back_with(word: &str) -> Response {
    see_other(&format!("/account/profile?picture={word}"))
}

fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A picture: kept for ever, because its address is what is in it.
async fn avatar(State(hub): State<Hub>, headers: HeaderMap, Path((key, file)): Path<(String, String)>) -> Response {
    let size = file.strip_suffix(".png").and_then(|pixels| pixels.parse().ok()).and_then(Size::of);
    let Some(size) = size else { return problem::answer(&Problem::from(Kind::NotFound), &headers, None) };
    let bytes = match hub.people.avatar(&key, size).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return problem::answer(&Problem::from(Kind::NotFound), &headers, None),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a picture can't be read");
            return problem::answer(&Problem::from(Kind::Unavailable), &headers, None);
        }
    };
    let tag = format!("\"{key}-{}\"", size.pixels());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut answer = if known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let heads = answer.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    heads.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"avatar.png\""));
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        heads.insert(header::ETAG, tag);
    }
    answer
}

/// The archive of one's data, to its owner. Somebody whose login is too old for it proves who they are first.
async fn archive(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Response {
    let number = file.strip_suffix(".zip").and_then(|number| number.parse().ok());
    let Some(number) = number else { return problem::answer(&Problem::from(Kind::NotFound), &headers, None) };
    let spent = hub.seldom.export(&caller.actor);
    if let Some(refusal) = spent.refusal(&headers) {
        return refusal;
    }
    match hub.takeouts.fetch(&caller.actor, number).await {
        Ok(bytes) => {
            let mut answer = spent.say(bytes.into_response());
            let heads = answer.headers_mut();
            heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
            heads.insert(
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment; filename=\"guildhall-data.zip\""),
            );
            answer
        }
        Err(error) if error.kind() == Kind::Unauthenticated => see_other("/login?next=/account/data"),
        Err(error) => failed(&error, &headers, &caller),
    }
}

fn failed(error: &Error, headers: &HeaderMap, caller: &Caller) -> Response {
    let mut told = error.problem();
    if told.kind == Kind::Forbidden {
        audit::refused(&caller.actor, "page", "/account");
    }
    if told.kind == Kind::Internal {
        let request_id = caller.visitor.request_id.clone();
        tracing::error!(request.id = %request_id, error = error as &dyn std::error::Error, "a file can't be taken or given");
        told.incident = Some(request_id);
    }
    problem::answer(&told, headers, None)
}
