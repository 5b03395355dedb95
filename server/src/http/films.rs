//! Films as files: whole or a part of one, under a name of their own.

use std::path::Path;

use axum::{
    Extension, Router,
    body::Body,
    extract::{Path as InPath, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::get,
};
use base::{GameId, Kind};
use contract::{Problem, film::Film};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use super::{Caller, Hub, problem};

pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/lobby/films/{game}/content", get(download))
}

/// `/lobby/films/17/content`
async fn download(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    InPath(game): InPath<String>,
    request: Request,
) -> Response {
    let Ok(game) = game.parse::<i64>() else {
        return problem::answer(&Problem::from(Kind::NotFound), &headers, None);
    };
    match hub.films.open(&caller.actor, GameId::from(game)).await {
        Ok((film, path)) => film_file(&film, &path, request).await,
        Err(error) => problem::answer(&error.problem(), &headers, None),
    }
}

/// A film's file, or the part of it that is asked for.
pub(crate) async fn film_file(film: &Film, path: &Path, request: Request) -> Response {
    let Ok(answer) = ServeFile::new(path).oneshot(request).await;
    let mut answer = answer.map(Body::new);
    let heads = answer.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    heads.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A moderator may take it away: whoever keeps it asks again.
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // The name is one of ours: digits, underscores and dots.
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", film.file)) {
        heads.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", film.sha256)) {
        heads.insert(header::ETAG, tag);
    }
    answer
}
