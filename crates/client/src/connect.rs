//! A connection to the hub: TCP, and TLS where its address says so.

use std::pin::Pin;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{Client, Error};

/// Either kind of connection.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Wire for T {}

/// Connects.
pub(crate) async fn connect(client: &Client) -> Result<TokioIo<Pin<Box<dyn Wire>>>, Error> {
    let unreachable = |error: std::io::Error| Error::Unreachable(error.into());
    let strange = || Error::Address(client.hub.to_string());
    let host = client.hub.host_str().ok_or_else(strange)?;
    let port = client.hub.port_or_known_default().ok_or_else(strange)?;
    // An IPv6 address stands in brackets in a URL, and without them everywhere else.
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
    if client.hub.scheme() == "http" {
        return Ok(TokioIo::new(Box::pin(stream)));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(|_| strange())?;
    let stream = TlsConnector::from(client.tls.clone()).connect(name, stream).await.map_err(unreachable)?;
    Ok(TokioIo::new(Box::pin(stream)))
}
