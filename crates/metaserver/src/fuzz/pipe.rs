//! A connection in memory: bytes both ways, as many as the client takes, and no socket.

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{io::Interest, sync::Notify};

/// The server's end.
#[derive(Debug)]
pub(crate) struct ServerEnd(Arc<Pipe>);

/// The client's end.
#[derive(Debug)]
pub(super) struct ClientEnd(Arc<Pipe>);

#[derive(Debug, Default)]
struct Pipe {
    state: Mutex<State>,
    /// Something is new for the server.
    news: Notify,
}

#[derive(Debug, Default)]
struct State {
    to_server: VecDeque<u8>,
    to_client: Vec<u8>,
    /// Bytes that may wait for the client.
    takes: usize,
    client_gone: bool,
    server_gone: bool,
}

/// A connection whose client lets so many bytes wait.
pub(super) fn pipe(takes: usize) -> (ServerEnd, ClientEnd) {
    let pipe = Arc::new(Pipe { state: Mutex::new(State { takes, ..State::default() }), news: Notify::new() });
    (ServerEnd(Arc::clone(&pipe)), ClientEnd(pipe))
}

impl Pipe {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether the server could do something of that, or would learn that it can't any more.
    fn is_ready(&self, interest: Interest) -> bool {
        let readable = !self.to_server.is_empty() || self.client_gone;
        let writable = self.to_client.len() < self.takes || self.client_gone;
        (interest.is_readable() && readable) || (interest.is_writable() && writable)
    }
}

impl ServerEnd {
    /// The address of ours that every client reaches.
    pub(crate) const fn local_addr() -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 6321)
    }

    pub(crate) async fn ready(&self, interest: Interest) {
        while !self.0.state().is_ready(interest) {
            self.0.news.notified().await;
        }
    }

    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.to_server.is_empty() && !state.client_gone {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = buffer.len().min(state.to_server.len());
        for (to, from) in buffer.iter_mut().zip(state.to_server.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }

    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.client_gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let count = bytes.len().min(state.takes.saturating_sub(state.to_client.len()));
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        state.to_client.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    pub(crate) fn shutdown(&self) {
        self.0.state().server_gone = true;
    }
}

impl Drop for ServerEnd {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl ClientEnd {
    /// Sends bytes.
    pub(super) fn send(&self, bytes: &[u8]) {
        self.0.state().to_server.extend(bytes);
        self.0.news.notify_one();
    }

    /// What has come since.
    pub(super) fn take(&self) -> Vec<u8> {
        let taken = std::mem::take(&mut self.0.state().to_client);
        self.0.news.notify_one();
        taken
    }

    /// Lets so many bytes wait from now on.
    pub(super) fn takes(&self, bytes: usize) {
        self.0.state().takes = bytes;
        self.0.news.notify_one();
    }

    /// Whether the server has ended the connection.
    pub(super) fn is_over(&self) -> bool {
        self.0.state().server_gone
    }
}

impl Drop for ClientEnd {
    fn drop(&mut self) {
        self.0.state().client_gone = true;
        self.0.news.notify_one();
    }
}
