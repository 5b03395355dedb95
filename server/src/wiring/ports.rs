//! The ports a hub listens at, and how much each bears.

use std::{net::SocketAddr, time::Duration};

use tokio::net::TcpListener;

use super::StartError;
use crate::{
    config::HttpSettings,
    http::{self, Limits},
    lifecycle::Lifecycle,
};

/// The largest head of a request: 32 KiB.
const HEAD_BYTES: usize = 32 * 1024;

/// What the website's port bears, as it is configured; of connections as many as the system lets us have where nothing is.
pub(super) fn limits(configured: &HttpSettings) -> Limits {
    Limits {
        connections: configured.connections.unwrap_or_else(usable_connections),
        per_address: configured.connections_per_address,
        header_timeout: Duration::from_secs(configured.header_timeout_secs),
        head_bytes: HEAD_BYTES,
    }
}

/// Listens there.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| format!("can't listen at {address}: {error}").into())
}

/// The admin listener: metrics, away from the public port.
pub(super) async fn serve_metrics(address: SocketAddr, lifecycle: &Lifecycle) -> Result<SocketAddr, StartError> {
    let listener = bind(address).await?;
    let address = listener.local_addr()?;
    let limits =
        Limits { connections: 64, per_address: 64, header_timeout: Duration::from_secs(10), head_bytes: HEAD_BYTES };
    let serving = http::serve(listener, http::admin_routes(), limits, lifecycle.tasks.clone(), lifecycle.stop.clone());
    lifecycle.tasks.spawn(serving);
    Ok(address)
}

/// Nine tenths of what may be open at once: the database and the log need some, too.
fn usable_connections() -> usize {
    let limit = open_file_limit().unwrap_or(1024);
    usize::try_from(limit.saturating_mul(9) / 10).unwrap_or(usize::MAX).min(tokio::sync::Semaphore::MAX_PERMITS)
}

/// How many files the process may have open; `None` where the system doesn't say.
pub fn open_file_limit() -> Option<u64> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}
