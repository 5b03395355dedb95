//! `/healthz`, `/readyz`, `/version`, and the metrics of the admin listener.

use std::{sync::OnceLock, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::json;

use super::{Hub, headers};

/// A write to the database that takes longer means: not ready.
const READY_WITHIN: Duration = Duration::from_millis(250);

/// The addresses a balancer and an operator ask.
pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz)).route("/version", get(version))
}

/// The process is alive; nothing is looked at.
async fn healthz() -> &'static str {
    "ok"
}

/// The database takes writes in time, and nobody has asked the hub to stop.
async fn readyz(State(hub): State<Hub>) -> Response {
    if hub.lifecycle.draining.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "why": "stopping" }))).into_response();
    }
    match hub.db.probe_write().await {
        Ok(took) if took <= READY_WITHIN => {
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            Json(json!({ "ready": true, "database_write_ms": took_ms })).into_response()
        }
        slow_or_failed => {
            if let Err(error) = slow_or_failed {
                tracing::warn!(error = &error as &dyn std::error::Error, "not ready: the database takes no writes");
            }
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "why": "database" }))).into_response()
        }
    }
}

async fn version(State(hub): State<Hub>) -> Response {
    Json(json!({ "name": "guildhall", "version": env!("CARGO_PKG_VERSION"), "build": hub.site.build })).into_response()
}

/// The routes of the admin listener.
pub fn admin_routes() -> Router {
    Router::new()
        .route("/metrics", get(metrics_text))
        .route("/healthz", get(healthz))
        .layer(middleware::map_response(guarded))
}

/// What the website's answers carry, those of the admin listener do: an operator looks at it with a browser, too.
async fn guarded(mut response: Response) -> Response {
    headers::secure("/metrics", false, response.headers_mut());
    response
}

async fn metrics_text() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], recorder().render()).into_response()
}

/// The process's one recorder of metrics, installed when first asked for.
pub fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    /// Seconds; from a page out of memory to a request that is about to be given up.
    const BUCKETS: [f64; 11] = [0.001, 0.002, 0.005, 0.015, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];
    RECORDER.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS)
            .and_then(PrometheusBuilder::install_recorder)
            .expect("nobody else installs a recorder, and the buckets aren't empty")
    })
}
