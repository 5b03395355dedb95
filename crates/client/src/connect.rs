//! The door by HTTP: TCP, and TLS where the hub's address says so.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use base::is_loopback_host;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    body::{Body, Frame, Incoming, SizeHint},
    header::{self, HeaderValue},
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::{
    Error,
    door::{Answer, Asking, Broken, Door},
};

/// A hub at an address.
pub(crate) struct Elsewhere {
    hub: Url,
    tls: Arc<ClientConfig>,
}

impl Elsewhere {
    /// The hub at that address; `with_token`: what is sent is worth stealing.
    pub(crate) fn new(hub: &str, with_token: bool) -> Result<Self, Error> {
        let strange = || Error::Address(hub.to_owned());
        let hub = Url::parse(hub).map_err(|_| strange())?;
        let host = hub.host_str().ok_or_else(strange)?;
        match hub.scheme() {
            "https" => {}
            "http" if !with_token || is_loopback_host(host) => {}
            "http" => return Err(Error::InClear),
            _ => return Err(strange()),
        }
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Unreachable(error.into()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { hub, tls: Arc::new(tls) })
    }

    async fn connect(&self) -> Result<TokioIo<Pin<Box<dyn Wire>>>, Error> {
        let unreachable = |error: std::io::Error| Error::Unreachable(error.into());
        let strange = || Error::Address(self.hub.to_string());
        let host = self.hub.host_str().ok_or_else(strange)?;
        let port = self.hub.port_or_known_default().ok_or_else(strange)?;
        // An IPv6 address stands in brackets in a URL, and without them everywhere else.
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
        if self.hub.scheme() == "http" {
            return Ok(TokioIo::new(Box::pin(stream)));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| strange())?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.map_err(unreachable)?;
        Ok(TokioIo::new(Box::pin(stream)))
    }

    async fn exchange(&self, mut request: Request<Full<Bytes>>) -> Result<Answer, Error> {
        let unreachable = |error: hyper::Error| Error::Unreachable(error.into());
        let host = HeaderValue::from_str(self.hub.authority()).map_err(|_| Error::Address(self.hub.to_string()))?;
        request.headers_mut().insert(header::HOST, host);
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(self.connect().await?).await.map_err(unreachable)?;
        // The connection is driven by whoever waits for the answer and then reads it: there is no task to be left behind.
        let mut connection: Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>> = Box::pin(connection);
        let response = tokio::select! {
            biased;
            response = sender.send_request(request) => response.map_err(unreachable)?,
            Err(error) = &mut connection => return Err(unreachable(error)),
        };
        Ok(response.map(|body| Driven { body, connection: Some(connection) }.boxed_unsync()))
    }
}

impl Door for Elsewhere {
    fn ask(&self, request: Request<Full<Bytes>>) -> Asking<'_> {
        Box::pin(self.exchange(request))
    }
}

/// Either kind of connection.
trait Wire: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Wire for T {}

/// A body that drives the connection it comes by.
struct Driven {
    body: Incoming,
    /// `None` once it has ended.
    connection: Option<Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>>,
}

impl Body for Driven {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        // What went wrong with the connection is told by the body as well.
        if let Some(connection) = &mut self.connection
            && connection.as_mut().poll(context).is_ready()
        {
            self.connection = None;
        }
        Pin::new(&mut self.body).poll_frame(context).map(|frame| frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
