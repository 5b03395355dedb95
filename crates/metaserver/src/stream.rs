//! What carries a client's bytes: a TCP connection, and for the fuzzer a pipe in memory.

use std::{io, net::SocketAddr};

use tokio::{io::Interest, net::TcpStream};

#[cfg(any(test, feature = "fuzz"))]
use crate::fuzz::ServerEnd;

/// The server's end of a connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(any(test, feature = "fuzz"))]
    Pipe(ServerEnd),
}

impl From<TcpStream> for Stream {
    fn from(stream: TcpStream) -> Self {
        Self::Tcp(stream)
    }
}

impl Stream {
    /// The address of ours that the peer reached.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(stream) => stream.local_addr().ok(),
            #[cfg(any(test, feature = "fuzz"))]
            Self::Pipe(_) => Some(ServerEnd::local_addr()),
        }
    }

    /// Waits until it can be read from, or written to, as wanted; or until it has ended.
    pub(crate) async fn ready(&self, interest: Interest) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.ready(interest).await.map(drop),
            #[cfg(any(test, feature = "fuzz"))]
            Self::Pipe(pipe) => {
                pipe.ready(interest).await;
                Ok(())
            }
        }
    }

    /// Reads what is there; no bytes where the peer has ended it.
    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_read(buffer),
            #[cfg(any(test, feature = "fuzz"))]
            Self::Pipe(pipe) => pipe.try_read(buffer),
        }
    }

    /// Writes as much as is taken.
    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write(bytes),
            #[cfg(any(test, feature = "fuzz"))]
            Self::Pipe(pipe) => pipe.try_write(bytes),
        }
    }

    /// Says that nothing more will be written.
    pub(crate) async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => tokio::io::AsyncWriteExt::shutdown(stream).await,
            #[cfg(any(test, feature = "fuzz"))]
            Self::Pipe(pipe) => {
                pipe.shutdown();
                Ok(())
            }
        }
    }
}
