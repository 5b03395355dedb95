//! Accepting connections politely: capped, per address too, each with a deadline for its request's head.
//!
//! `axum::serve` has no such limits, so this loop drives hyper itself.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use base::network_of;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// The address at the other end of the connection: a proxy's, where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// How many connections, and how patient with each.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// At once, all together.
    pub connections: usize,
    /// At once from one address (IPv6: one /64).
    pub per_address: usize,
    /// For the head of a request.
    pub header_timeout: Duration,
    /// The largest head, in bytes.
    pub head_bytes: usize,
}

/// Serves `router` until `stop`; connections then finish the request under way and close.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, tasks: TaskTracker, stop: CancellationToken) {
    let free = Arc::new(Semaphore::new(limits.connections));
    let counts = Counts::default();
    loop {
        let permit = tokio::select! {
            () = stop.cancelled() => break,
            permit = Arc::clone(&free).acquire_owned() => permit.expect("the semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                back_off(&error).await;
                continue;
            }
        };
        let Some(place) = counts.enter(network_of(peer.ip()), limits.per_address) else {
            metrics::counter!("guildhall_http_connections_refused_total").increment(1);
            continue;
        };
        let (router, stop) = (router.clone(), stop.clone());
        tasks.spawn(async move {
            let _held = (permit, place);
            connection(stream, peer, router, limits, stop).await;
        });
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, stop: CancellationToken) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it began");
        return;
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        // Not a layer of the router's: a router that is given a layer copies every route there is, for each connection.
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request)
    });
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(limits.head_bytes);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(20)))
        .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(64);
    let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        // A client that goes away in the middle is the client's business.
        tracing::debug!(error, "a connection ended early");
    }
}

/// Out of descriptors, most likely: the connections that hold them have to end first.
async fn back_off(error: &io::Error) {
    let transient = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    );
    if !transient {
        tracing::warn!(%error, "no connection can be accepted just now");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// How many each address holds; an address that holds none takes no memory.
#[derive(Clone, Default)]
pub struct Counts(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Counts {
    /// A place among those of `address`, given back when dropped; `None` where all `most` are taken.
    pub fn enter(&self, address: IpAddr, most: usize) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { counts: self.clone(), address })
    }
}

/// One of an address's places.
pub struct Place {
    counts: Counts,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let (counts, address) = (Counts::default(), IpAddr::from([192, 0, 2, 1]));
        let first = counts.enter(address, 2);
        let second = counts.enter(address, 2);
        assert!(first.is_some() && second.is_some());
        assert!(counts.enter(address, 2).is_none());
        drop(first);
        assert!(counts.enter(address, 2).is_some());
        drop(second);
        assert!(counts.0.lock().unwrap().is_empty());
    }
}
