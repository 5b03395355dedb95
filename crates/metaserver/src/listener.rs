//! Listens on a port and gives each connection a task of its own.

use std::{io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use metaserver_proto::Dialect;
use tokio::{
    net::{TcpListener, TcpStream},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use crate::{
    backoff::Backoff,
    ended::{Ended, dialect_word},
    hub::Hub,
    login,
    room::Door,
    visit,
};

/// What a port leads to.
#[derive(Clone)]
pub(crate) enum Port {
    Login,
    Room(Arc<Door>),
}

impl Port {
    fn word(&self) -> String {
        match self {
            Self::Login => "login".to_owned(),
            Self::Room(door) => door.room.facts().name.clone(),
        }
    }
}

/// Keeps a port open until `stop`, whatever becomes of the loop that serves it.
pub(crate) async fn keep_listening(hub: Arc<Hub>, listener: TcpListener, port: Port, stop: CancellationToken) {
    let mut backoff = Backoff::default();
    while !stop.is_cancelled() {
        let accepting = AssertUnwindSafe(accept(&hub, &listener, &port, &stop, &mut backoff)).catch_unwind();
        if accepting.await.is_ok() {
            break;
        }
        metrics::counter!("guildhall_lobby_listener_failures_total").increment(1);
        tracing::error!(lobby.port = port.word(), "a listener failed and starts afresh");
        tokio::select! {
            () = backoff.wait() => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn accept(hub: &Arc<Hub>, listener: &TcpListener, port: &Port, stop: &CancellationToken, backoff: &mut Backoff) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => welcome(hub, stream, peer, port),
            // As when no file descriptor is left: trying again at once would only burn time.
            Err(error) => {
                metrics::counter!("guildhall_lobby_accept_errors_total").increment(1);
                tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                backoff.wait().await;
            }
        }
    }
}

fn welcome(hub: &Arc<Hub>, stream: TcpStream, peer: SocketAddr, port: &Port) {
    let Some(permit) = hub.gate.enter(peer.ip()) else {
        metrics::counter!("guildhall_lobby_connections_refused_total").increment(1);
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        return log(port, None, &error.into(), Instant::now());
    }
    let (hub, port) = (Arc::clone(hub), port.clone());
    let tasks = hub.tasks.clone();
    tasks.spawn(async move {
        let began = Instant::now();
        let served = match &port {
            Port::Login => AssertUnwindSafe(login::serve(hub, stream.into(), peer).boxed()).catch_unwind().await,
            Port::Room(door) => {
                AssertUnwindSafe(visit::serve(hub, Arc::clone(door), stream.into()).boxed()).catch_unwind().await
            }
        };
        let (dialect, ended) = served.unwrap_or_else(|_panic| {
            metrics::counter!("guildhall_lobby_connection_failures_total").increment(1);
            (None, Ended::Network(io::Error::other("the connection's task panicked")))
        });
        drop(permit);
        log(&port, dialect, &ended, began);
    });
}

/// One line for each connection, when it has ended.
fn log(port: &Port, dialect: Option<Dialect>, ended: &Ended, began: Instant) {
    let labels = [("reason", ended.word()), ("dialect", dialect_word(dialect))];
    metrics::counter!("guildhall_lobby_connections_closed_total", &labels).increment(1);
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let cause = std::error::Error::source(ended).map(ToString::to_string);
    tracing::info!(
        lobby.port = port.word(),
        lobby.dialect = dialect_word(dialect),
        reason = %ended,
        cause,
        duration_ms,
        "a lobby connection closed"
    );
}
