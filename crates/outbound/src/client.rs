//! One request: resolved, judged, connected, asked, read.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap,
    body::Incoming,
    client::conn::http1,
    header::{HOST, HeaderValue, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::{Host, Url};

use crate::{Allowed, Detour, Error, Request, Resolve, Response, SystemResolver, address};

/// A host's addresses are tried one after the other, each for so long.
const CONNECT: Duration = Duration::from_secs(3);
/// So many of them at most.
const ADDRESSES: usize = 4;
/// The longest address that is called, in bytes.
const LONGEST_URL: usize = 8 * 1024;
/// An answer's head is given up beyond this: hyper's own least is 8 KiB.
const HEAD_BYTES: usize = 32 * 1024;
const AGENT: &str = concat!("Guildhall/", env!("CARGO_PKG_VERSION"));

/// What may be called, and for how long.
#[derive(Debug, Clone)]
pub struct Policy {
    /// May be called wherever it is, and without TLS.
    pub allow: Vec<Allowed>,
    /// Are reached at an address of the operator's choice.
    pub detours: Vec<Detour>,
    /// A request may take so long, from the name to the last byte.
    pub timeout: Duration,
    /// So much of an answer's body is read, unless the request says otherwise.
    pub body_bytes: usize,
    /// Authorities that are trusted beside the public ones.
    pub roots: Vec<CertificateDer<'static>>,
}

impl Default for Policy {
    fn default() -> Self {
        let timeout = Duration::from_secs(10);
        Self { allow: Vec::new(), detours: Vec::new(), timeout, body_bytes: 64 * 1024, roots: Vec::new() }
    }
}

/// An open connection to another host.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Connection for T {}

/// Whoever calls other hosts. Clones are the same.
#[derive(Clone)]
pub struct Outbound(Arc<Inner>);

struct Inner {
    policy: Policy,
    resolver: Arc<dyn Resolve>,
    tls: TlsConnector,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Outbound").field(&self.0.policy.allow).finish()
    }
}

impl Outbound {
    /// By this policy, and the system's resolver. Fails where a root of the policy is no certificate.
    pub fn new(policy: Policy) -> Result<Self, rustls::Error> {
        Self::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// The same with a resolver of one's own.
    pub fn with_resolver(policy: Policy, resolver: Arc<dyn Resolve>) -> Result<Self, rustls::Error> {
        let mut roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect::<RootCertStore>();
        for root in &policy.roots {
            roots.add(root.clone())?;
        }
        // Named, not the process' default: another library may have brought a second one.
        let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(Inner { policy, resolver, tls: TlsConnector::from(Arc::new(config)) })))
    }

    /// Sends the request and reads the answer.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let began = Instant::now();
        let answer = self.send_within(request).await;
        let outcome = answer.as_ref().map_or_else(Error::word, |_| "answered");
        metrics::counter!("guildhall_outbound_requests_total", "outcome" => outcome).increment(1);
        metrics::histogram!("guildhall_outbound_duration_seconds").record(began.elapsed());
        if matches!(answer, Err(Error::Blocked { .. } | Error::NotHttps { .. })) {
            tracing::warn!(target: "security", act = "outbound_refused", outcome, "a request to another host was refused");
        }
        answer
    }

    /// Whether the address may be called at all, as far as that can be told without asking anybody: for a form that takes one.
    pub fn check(&self, url: &str) -> Result<(), Error> {
        Target::of(url)?.judge_at_sight(&self.0.policy)
    }

    /// Whom a request to that address would go to, host and port: for whoever keeps a pace.
    pub fn target(url: &str) -> Result<String, Error> {
        let target = Target::of(url)?;
        Ok(format!("{}:{}", target.name, target.port))
    }

    /// Opens a connection to the host of an address, judged and encrypted as a request would be, for what is spoken over it that is no
    /// request and answer: a WebSocket. The address is one of https or http; how long it may stay open is the caller's business.
    pub async fn open(&self, url: &str) -> Result<Box<dyn Connection>, Error> {
        let target = Target::of(url)?;
        target.judge_at_sight(&self.0.policy)?;
        let whole = Box::pin(async {
            let addresses = self.resolve(&target).await?;
            let stream = connect(&target, &addresses).await?;
            if target.secure {
                Ok(Box::new(self.encrypt(&target, stream).await?) as Box<dyn Connection>)
            } else {
                Ok(Box::new(stream) as Box<dyn Connection>)
            }
        });
        match tokio::time::timeout(self.0.policy.timeout, whole).await {
            Ok(opened) => opened,
            Err(_elapsed) => Err(Error::Timeout { host: target.name.clone() }),
        }
    }

    async fn send_within(&self, request: Request) -> Result<Response, Error> {
        let target = Target::of(&request.url)?;
        target.judge_at_sight(&self.0.policy)?;
        let headers = request.header_map().ok_or(Error::Url("a header that can't be sent"))?;
        // On the heap: a TLS handshake is a large thing to carry along in every caller.
        let whole = Box::pin(self.exchange(&target, request, headers));
        match tokio::time::timeout(self.0.policy.timeout, whole).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(Error::Timeout { host: target.name }),
        }
    }

    async fn exchange(&self, target: &Target, request: Request, headers: HeaderMap) -> Result<Response, Error> {
        let addresses = self.resolve(target).await?;
        let stream = connect(target, &addresses).await?;
        if !target.secure {
            return self.ask(target, stream, request, headers).await;
        }
        let stream = self.encrypt(target, stream).await?;
        self.ask(target, stream, request, headers).await
    }

    async fn encrypt(&self, target: &Target, stream: TcpStream) -> Result<TlsStream<TcpStream>, Error> {
        let name = match &target.host {
            Host::Domain(name) => {
                ServerName::try_from(name.clone()).map_err(|_no_name| Error::Url("no host that can prove itself"))?
            }
            Host::Ipv4(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
            Host::Ipv6(address) => ServerName::IpAddress(IpAddr::from(*address).into()),
        };
        let encrypted = self.0.tls.connect(name, stream).await;
        encrypted.map_err(|error| Error::Tls { host: target.name.clone(), source: Arc::new(error) })
    }

    /// The addresses to connect to: all of the host's, and each of them judged. What is connected to afterwards is one of these, so it
    /// makes no difference what the name resolves to a moment later.
    async fn resolve(&self, target: &Target) -> Result<Vec<SocketAddr>, Error> {
        let policy = &self.0.policy;
        if let Some(gateway) = target.detour(policy) {
            return Ok(vec![gateway]);
        }
        let at_port =
            |found: Vec<IpAddr>| found.into_iter().map(|address| SocketAddr::new(address, target.port)).collect();
        let addresses = match &target.host {
            Host::Ipv4(address) => vec![IpAddr::from(*address)],
            Host::Ipv6(address) => vec![IpAddr::from(*address)],
            Host::Domain(name) => self
                .0
                .resolver
                .resolve(name)
                .await
                .and_then(|found| if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) })
                .map_err(|error| Error::Resolve { host: target.name.clone(), source: Arc::new(error) })?,
        };
        if target.is_named_by(policy) {
            return Ok(at_port(addresses));
        }
        let mut all_allowed = true;
        for found in &addresses {
            let allowed = policy.allow.iter().any(|entry| entry.holds(*found, target.port));
            all_allowed &= allowed;
            // One closed address among open ones is refused, too: whoever owns the name has no reason to list it.
            if !allowed && !address::is_open(*found) {
                return Err(Error::Blocked { host: target.name.clone() });
            }
        }
        if !target.secure && !all_allowed {
            return Err(Error::NotHttps { host: target.name.clone() });
        }
        Ok(at_port(addresses))
    }

    async fn ask<S>(
        &self,
        target: &Target,
        stream: S,
        request: Request,
        mut headers: HeaderMap,
    ) -> Result<Response, Error>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let broke_off = |error: hyper::Error| Error::Protocol { host: target.name.clone(), source: Arc::new(error) };
        headers.insert(HOST, target.host_header.clone());
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(AGENT));
        let mut asked = hyper::Request::new(Full::new(request.body.clone()));
        *asked.method_mut() = request.method.clone();
        *asked.uri_mut() = target.path.parse().map_err(|_no_path| Error::Url("a path that can't be asked for"))?;
        *asked.headers_mut() = headers;
        let limit = request.at_most.unwrap_or(self.0.policy.body_bytes);

        let (mut sender, connection) =
            http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(stream)).await.map_err(broke_off)?;
        let mut exchange = pin!(async move {
            let answer = sender.send_request(asked).await.map_err(broke_off)?;
            let (head, body) = answer.into_parts();
            let body = match read(body, limit).await.map_err(broke_off)? {
                Body::Whole(body) => body,
                Body::Cut(body) if request.cuts => body,
                Body::Cut(_) => return Err(Error::TooLarge { host: target.name.clone(), limit }),
            };
            Ok(Response { status: head.status.as_u16(), headers: head.headers, body })
        });
        // The connection moves bytes only while it is polled; here, and not in a task of its own, so that it ends with the request.
        let mut connection = pin!(connection);
        tokio::select! {
            biased;
            answer = &mut exchange => return answer,
            ended = &mut connection => if let Err(error) = ended {
                tracing::debug!(%error, "a connection to another host ended early");
            }
        }
        exchange.await
    }
}

/// Connects to one of the addresses that were judged.
async fn connect(target: &Target, addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    let mut failed = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses.iter().take(ADDRESSES) {
        match tokio::time::timeout(CONNECT, TcpStream::connect(*address)).await {
            Ok(Ok(stream)) => {
                // A request is one write; only the handshake would notice.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Ok(Err(error)) => failed = error,
            Err(_elapsed) => failed = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Error::Connect { host: target.name.clone(), source: Arc::new(failed) })
}

enum Body {
    Whole(Bytes),
    /// There would have been more.
    Cut(Bytes),
}

async fn read(mut body: Incoming, limit: usize) -> Result<Body, hyper::Error> {
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let room = limit - read.len();
        read.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Ok(Body::Cut(read.freeze()));
        }
    }
    Ok(Body::Whole(read.freeze()))
}

/// Where a request goes, taken apart once.
#[derive(Debug)]
struct Target {
    host: Host<String>,
    /// As it is told in errors.
    name: String,
    port: u16,
    secure: bool,
    host_header: HeaderValue,
    /// Path and query.
    path: String,
}

impl Target {
    /// The parser writes every spelling of an IPv4 address (decimal, octal, hexadecimal, short) as the address it is, as a browser would.
    fn of(url: &str) -> Result<Self, Error> {
        if url.len() > LONGEST_URL {
            return Err(Error::Url("longer than 8 KiB"));
        }
        let url = Url::parse(url).map_err(|_wrong| Error::Url("not a web address"))?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Error::Url("neither https nor http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url("a name or password in it"));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Error::Url("no host in it"));
        };
        let shown = host.to_string();
        let host_header = url.port().map_or_else(|| shown.clone(), |port| format!("{shown}:{port}"));
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self {
            host: host.to_owned(),
            name: shown,
            port,
            secure,
            host_header: HeaderValue::try_from(host_header)
                .map_err(|_wrong| Error::Url("a host that can't be asked"))?,
            path,
        })
    }

    fn is_named_by(&self, policy: &Policy) -> bool {
        matches!(&self.host, Host::Domain(name) if policy.allow.iter().any(|entry| entry.names(name, self.port)))
    }

    /// The gateway that an operator has put before it. By https alone: whoever stands there proves to be the host that was meant.
    fn detour(&self, policy: &Policy) -> Option<SocketAddr> {
        match &self.host {
            Host::Domain(name) if self.secure => policy.detours.iter().find_map(|detour| detour.of(name, self.port)),
            _ => None,
        }
    }

    /// What can be said before the name is resolved.
    fn judge_at_sight(&self, policy: &Policy) -> Result<(), Error> {
        let address = match &self.host {
            Host::Ipv4(address) => IpAddr::from(*address),
            Host::Ipv6(address) => IpAddr::from(*address),
            // A listed network may hold it: that is seen once it is resolved.
            Host::Domain(_) if self.secure || self.is_named_by(policy) => return Ok(()),
            Host::Domain(_) if policy.allow.is_empty() => return Err(Error::NotHttps { host: self.name.clone() }),
            Host::Domain(_) => return Ok(()),
        };
        let allowed = policy.allow.iter().any(|entry| entry.holds(address, self.port));
        match (allowed, address::is_open(address), self.secure) {
            (true, _, _) | (false, true, true) => Ok(()),
            (false, false, _) => Err(Error::Blocked { host: self.name.clone() }),
            (false, true, false) => Err(Error::NotHttps { host: self.name.clone() }),
        }
    }
}
