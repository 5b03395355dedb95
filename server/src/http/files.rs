//! Files of the built site: hashed ones for ever, the others asked for again.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, header},
    middleware::{self, Next},
    response::Response,
};
use tower_http::services::ServeDir;

use super::Hub;

/// `/pkg/<hash>/…`, of this build and of the one before.
pub(super) fn routes(hub: &Hub) -> Router<Hub> {
    let current = folder(&hub.site.root.join("pkg"));
    let previous = hub.site.previous.as_ref().map_or_else(|| hub.site.root.join("pkg"), |root| root.join("pkg"));
    Router::new().nest_service("/pkg", current.fallback(folder(&previous))).layer(middleware::from_fn(keep_for_ever))
}

fn folder(path: &std::path::Path) -> ServeDir {
    ServeDir::new(path).precompressed_br().precompressed_gzip().append_index_html_on_directories(false)
}

/// The folder's name is the hash of all that is in it, so what was once right stays right.
async fn keep_for_ever(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status().is_redirection() {
        cache(&mut response, "public, max-age=31536000, immutable");
    }
    response
}

/// For the public files that keep their names: the manifest, icons, the service worker.
pub(super) async fn ask_again(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // What a server function answers is its caller's alone.
    let file = matches!(*request.method(), Method::GET | Method::HEAD) && !path.starts_with("/api/");
    let mut response = next.run(request).await;
    let page =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/html"));
    if file && response.status().is_success() && !page && !response.headers().contains_key(header::CACHE_CONTROL) {
        let now = ["/sw.js", "/build.txt", "/precache.json"].contains(&path.as_str());
        let policy = if now { "no-cache" } else { "public, max-age=3600" };
        cache(&mut response, policy);
    }
    response
}

fn cache(response: &mut Response, policy: &'static str) {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}
