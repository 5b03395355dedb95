//! One log line and one measurement for each request, the request's id, and the headers every answer carries.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use base::{ChanceExt as _, UserId};
use tracing::Instrument as _;

use super::{Hub, Peer, address, headers};

/// The id of a request: what a visitor is shown when something is our fault, and what the log has.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The outermost layer.
pub(super) async fn trace(State(hub): State<Hub>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    hub.rest.asked();
    let id = hex::encode(hub.chance.bytes::<8>());
    request.extensions_mut().insert(RequestId(id.clone()));
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let peer = request.extensions().get::<Peer>().copied();
    let tls = peer
        .is_some_and(|Peer(peer)| address::came_by_tls(peer.ip(), request.headers(), &hub.settings.trusted_proxies));

    let span = tracing::info_span!("request", request.id = %id, http.method = %method, http.route = %route);
    let mut response = next.run(request).instrument(span.clone()).await;

    headers::secure(&path, tls, response.headers_mut());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    let (status, took) = (response.status(), began.elapsed());
    metrics::histogram!("guildhall_http_request_seconds", "route" => route, "status" => class(status.as_u16()))
        .record(took.as_secs_f64());
    let user = response.extensions().get::<UserId>().copied().map(UserId::get);
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let _entered = span.enter();
    if status.is_server_error() {
        tracing::warn!(http.status = status.as_u16(), user.id = user, duration_ms, "request failed");
    } else {
        tracing::info!(http.status = status.as_u16(), user.id = user, duration_ms, "request");
    }
    response
}

/// Statuses by their first digit: few enough for a label.
const fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
