//! What is refused before anybody looks at it: too long, from another site, or taking too long. And where browsers report
//! what our policy stopped.

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
    routing::post,
};
use base::Kind;
use contract::{Code, Problem};

use super::{Hub, Peer, address, belongings, cross_site, problem};

/// The only addresses that take a POST from elsewhere: the browser's own reports, and programs that are no browsers and carry no cookie.
///
/// Of those that Aleph One's client asks, the two forms it sends: neither looks at a cookie, sets one or redirects, so a stranger's page gains
/// nothing by making a browser send them. The page it opens in a browser is not among them.
const OPEN: [&str; 5] = ["/csp-report", "/metaclient/login", "/metaclient/signup", "/hooks/", "/api/plugins/"];

/// The layer.
pub(super) async fn guard(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let http = &hub.settings.http;
    let (path, headers) = (request.uri().path(), request.headers().clone());
    let refuse = |kind, code| problem::answer(&Problem::new(kind, code), &headers, None);

    if request.uri().path_and_query().is_some_and(|line| line.as_str().len() > http.url_bytes) {
        return too_large(StatusCode::URI_TOO_LONG, &headers);
    }
    let longest = belongings::longest_at(path).unwrap_or(http.body_bytes);
    if declared_length(&headers).is_some_and(|length| length > longest as u64) {
        return too_large(StatusCode::PAYLOAD_TOO_LARGE, &headers);
    }
    let tls = request
        .extensions()
        .get::<Peer>()
        .is_some_and(|Peer(peer)| address::came_by_tls(peer.ip(), &headers, &hub.settings.trusted_proxies));
    // Nothing of the API is changed by a cookie, which is all that another site could make a browser send along.
    let open = crate::api::is_ours(path) || OPEN.iter().any(|prefix| path.starts_with(prefix));
    if !open && !cross_site::is_ours(request.method(), &headers, hub.public_url().await.as_deref(), tls) {
        tracing::warn!(target: "security", { url.path = path }, "a form from another site was refused");
        metrics::counter!("guildhall_http_cross_site_total").increment(1);
        return refuse(Kind::Forbidden, Code::CrossSite);
    }

    let patience = if path.starts_with("/api/") { http.api_timeout() } else { http.page_timeout() };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) if response.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            too_large(StatusCode::PAYLOAD_TOO_LARGE, &headers)
        }
        Ok(response) => response,
        Err(_) => {
            metrics::counter!("guildhall_http_timeouts_total").increment(1);
            refuse(Kind::Unavailable, Code::Busy)
        }
    }
}

fn too_large(status: StatusCode, headers: &HeaderMap) -> Response {
    problem::answer_as(status, &Problem::new(Kind::Invalid, Code::TooLarge), headers, None)
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Where browsers say what the page's policy stopped.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/csp-report", post(csp_report))
}

/// Counted, and logged by its size alone: a report is a stranger's text.
async fn csp_report(body: Bytes) -> StatusCode {
    metrics::counter!("guildhall_http_csp_reports_total").increment(1);
    tracing::debug!(size_bytes = body.len(), "a browser reports what the page's policy stopped");
    StatusCode::NO_CONTENT
}
