//! Calls to hosts that mean well, and to those that do not.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::{Allowed, Error, Outbound, Policy, Request, Resolve};

/// A resolver that knows what it was told, one answer after the other; the last one stays.
#[derive(Default)]
struct Told(Mutex<HashMap<String, Vec<Vec<IpAddr>>>>, AtomicU32);

impl Told {
    fn of(names: &[(&str, &[&[&str]])]) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        let names =
            names.iter().map(|(name, answers)| ((*name).to_owned(), answers.iter().map(parse).collect())).collect();
        Arc::new(Self(Mutex::new(names), AtomicU32::new(0)))
    }
}

impl Resolve for Told {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        let mut names = self.0.lock().unwrap();
        let answer = match names.get_mut(host) {
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        Box::pin(async move { answer })
    }
}

fn policy(allow: &[&str]) -> Policy {
    let allow = allow.iter().map(|text| text.parse::<Allowed>().unwrap()).collect();
    Policy { allow, timeout: Duration::from_secs(3), ..Policy::default() }
}

fn outbound(allow: &[&str]) -> Outbound {
    Outbound::new(policy(allow)).unwrap()
}

/// A host that answers each connection with these bytes, however it is asked, and counts.
struct Host {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::serving(answer.into(), None).await
    }

    async fn serving(answer: Vec<u8>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        #[expect(clippy::disallowed_methods, reason = "it ends with the story's runtime")]
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                match &tls {
                    None => serve(stream, &answer, &noted).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, &answer, &noted).await;
                        }
                    }
                }
            }
        });
        Self { at, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8], noted: &Mutex<Vec<String>>) {
    let mut asked = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        asked.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&asked).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            body.len() >= length.unwrap_or(0)
        });
        if read == 0 || whole {
            noted.lock().unwrap().push(text);
            break;
        }
    }
    drop(stream.write_all(answer).await);
    drop(stream.shutdown().await);
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-Said: hello\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn an_allowed_host_is_asked_and_its_answer_read() {
    let host = Host::answering(ok("good day")).await;
    let request = Request::post(host.url("/in?x=1"), "the body").header("x-mark", "seven");
    let answer = outbound(&["127.0.0.1"]).send(request).await.unwrap();
    assert_eq!((answer.status, &answer.body[..], answer.header("x-said")), (200, &b"good day"[..], Some("hello")));
    let asked = host.asked().remove(0);
    assert!(asked.starts_with("POST /in?x=1 HTTP/1.1\r\n") && asked.ends_with("\r\n\r\nthe body"), "{asked}");
    let lower = asked.to_lowercase();
    for header in [format!("host: {}", host.at), "x-mark: seven".into(), "user-agent: guildhall/".into()] {
        assert!(lower.contains(&header), "{header} in {asked}");
    }
}

#[tokio::test]
async fn without_permission_nobody_on_our_own_network_is_asked_however_it_is_spelt() {
    let host = Host::answering(ok("secret")).await;
    let port = host.at.port();
    for spelling in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::169.254.169.254]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "10.0.0.1",
        "192.168.0.1",
        "172.16.3.4",
        "100.100.100.200",
        "224.0.0.251",
    ] {
        for scheme in ["http", "https"] {
            let answer = outbound(&[]).send(Request::get(format!("{scheme}://{spelling}:{port}/"))).await;
            assert!(matches!(answer, Err(Error::Blocked { .. })), "{scheme}://{spelling}: {answer:?}");
            assert!(answer.unwrap_err().is_permanent());
        }
    }
    assert_eq!(host.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_is_judged_by_every_address_it_has() {
    let names = Told::of(&[
        ("inside.example", &[&["10.0.0.5"]]),
        ("metadata.example", &[&["169.254.169.254"]]),
        ("both.example", &[&["1.1.1.1", "127.0.0.1"]]),
        ("mapped.example", &[&["::ffff:192.168.0.1"]]),
        ("nat.example", &[&["64:ff9b::10.0.0.1"]]),
        ("empty.example", &[&[]]),
    ]);
    let outbound = Outbound::with_resolver(policy(&[]), names).unwrap();
    for name in ["inside", "metadata", "both", "mapped", "nat"] {
        let answer = outbound.send(Request::get(format!("https://{name}.example/"))).await;
        assert!(matches!(answer, Err(Error::Blocked { .. })), "{name}: {answer:?}");
    }
    for name in ["empty", "unknown"] {
        let answer = outbound.send(Request::get(format!("https://{name}.example/"))).await;
        assert!(matches!(answer, Err(Error::Resolve { .. })), "{name}: {answer:?}");
    }
    // The system's own resolver knows this one everywhere.
    let answer = self::outbound(&[]).send(Request::get("https://localhost/")).await;
    assert!(matches!(answer, Err(Error::Blocked { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_name_is_resolved_once_so_that_a_second_answer_leads_nowhere() {
    let host = Host::answering(ok("secret")).await;
    // First an address that passes (and where nobody answers), then one within: a client that resolves again would go there.
    let names = Told::of(&[("rebound.example", &[&["192.0.2.1"], &["127.0.0.1"]])]);
    let policy = Policy { timeout: Duration::from_millis(500), ..policy(&["192.0.2.0/24"]) };
    let outbound = Outbound::with_resolver(policy, Arc::clone(&names) as Arc<_>).unwrap();
    let answer = outbound.send(Request::get(format!("http://rebound.example:{}/", host.at.port()))).await;
    assert!(matches!(answer, Err(Error::Timeout { .. } | Error::Connect { .. })), "{answer:?}");
    assert_eq!(names.1.load(Ordering::SeqCst), 1);
    let answer = outbound.send(Request::get(format!("http://rebound.example:{}/", host.at.port()))).await;
    assert!(matches!(answer, Err(Error::Blocked { .. })), "{answer:?}");
    assert_eq!(host.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_allowed_by_name_or_network_is_asked_and_nothing_beside_it() {
    let host = Host::answering(ok("good day")).await;
    let names = || Told::of(&[("idp.example", &[&["127.0.0.1"]]), ("other.example", &[&["127.0.0.1"]])]);
    let port = host.at.port();
    for (allow, name, works) in [
        ("idp.example".to_owned(), "idp.example", true),
        (format!("idp.example:{port}"), "idp.example", true),
        ("idp.example:1".to_owned(), "idp.example", false),
        ("idp.example".to_owned(), "other.example", false),
        ("127.0.0.0/8".to_owned(), "other.example", true),
        (format!("127.0.0.1:{port}"), "other.example", true),
        ("127.0.0.2".to_owned(), "other.example", false),
        ("127.0.0.0/8".to_owned(), "[::ffff:127.0.0.1]", true),
    ] {
        let outbound = Outbound::with_resolver(policy(&[&allow]), names()).unwrap();
        let answer = outbound.send(Request::get(format!("http://{name}:{port}/"))).await;
        assert_eq!(answer.is_ok(), works, "{allow} and {name}: {answer:?}");
        if !works {
            assert!(matches!(answer, Err(Error::Blocked { .. })), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn plain_http_is_for_allowed_hosts_only() {
    let names = Told::of(&[("open.example", &[&["1.1.1.1"]])]);
    for allow in [&[][..], &["10.0.0.0/8"]] {
        let outbound = Outbound::with_resolver(policy(allow), Arc::clone(&names) as Arc<_>).unwrap();
        for url in ["http://open.example/", "http://1.1.1.1/"] {
            let answer = outbound.send(Request::get(url)).await;
            assert!(matches!(answer, Err(Error::NotHttps { .. })), "{url}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_web_address_is_refused_at_sight() {
    let outbound = outbound(&[]);
    for url in [
        "",
        "hub.example",
        "ftp://hub.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "https://",
        "https://user:password@hub.example/",
        "https://user@hub.example/",
        "https://hub.example:99999/",
        "https://256.256.256.256/",
        "https://0x100000000/",
        "https://a b/",
    ] {
        assert!(matches!(outbound.check(url), Err(Error::Url(_))), "{url}");
        assert!(matches!(outbound.send(Request::get(url)).await, Err(Error::Url(_))), "{url}");
    }
    assert!(outbound.check(&format!("https://hub.example/{}", "x".repeat(9000))).is_err());
    assert!(outbound.check("https://hub.example/hook?key=1").is_ok());
}

#[tokio::test]
async fn a_header_cannot_begin_a_second_request() {
    let host = Host::answering(ok("")).await;
    let answer = outbound(&["127.0.0.1"]).send(Request::get(host.url("/")).header("x-mark", "a\r\nx-more: b")).await;
    assert!(matches!(answer, Err(Error::Url(_))), "{answer:?}");
    assert!(host.asked().iter().all(|asked| !asked.contains("x-more")));
}

#[tokio::test]
async fn nobody_follows_a_redirect() {
    let inside = Host::answering(ok("secret")).await;
    let host =
        Host::answering(format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", inside.url("/")))
            .await;
    let answer = outbound(&["127.0.0.1"]).send(Request::get(host.url("/"))).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some(inside.url("/").as_str())));
    assert!(!answer.is_success());
    assert_eq!(inside.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn no_more_is_read_than_was_to_be_read() {
    let long = "x".repeat(100_000);
    let told = Host::answering(ok(&long)).await;
    let endless = Host::answering(format!("HTTP/1.1 200 OK\r\n\r\n{long}")).await;
    let chunked =
        Host::answering(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n{long}\r\n0\r\n\r\n"))
            .await;
    let outbound = outbound(&["127.0.0.1"]);
    for host in [&told, &endless, &chunked] {
        let answer = outbound.send(Request::get(host.url("/"))).await;
        assert!(matches!(answer, Err(Error::TooLarge { limit: 65_536, .. })), "{answer:?}");
        let whole = outbound.send(Request::get(host.url("/")).at_most(256 * 1024)).await.unwrap();
        assert_eq!(whole.body.len(), 100_000);
        let exactly = outbound.send(Request::get(host.url("/")).at_most(100_000)).await.unwrap();
        assert_eq!(exactly.body.len(), 100_000);
        let cut = outbound.send(Request::get(host.url("/")).first(100)).await.unwrap();
        assert_eq!(cut.body.len(), 100);
    }
}

#[tokio::test]
async fn a_host_that_dawdles_is_given_up() {
    async fn host(says: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        #[expect(clippy::disallowed_methods, reason = "it ends with the story's runtime")]
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(says).await.unwrap();
            // One byte now and then, so that no timer that starts anew with each of them would ever end.
            loop {
                tokio::time::sleep(Duration::from_millis(20)).await;
                if stream.write_all(b"x").await.is_err() {
                    break;
                }
            }
        });
        at
    }
    let policy = Policy { timeout: Duration::from_millis(400), ..policy(&["127.0.0.1"]) };
    let outbound = Outbound::new(policy).unwrap();
    for says in [
        &b"HTTP/1.1 200 OK\r\nX-Slow: "[..],
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n",
    ] {
        let answer = outbound.send(Request::get(format!("http://{}/", host(says).await))).await;
        assert!(matches!(answer, Err(Error::Timeout { .. })), "{answer:?}");
        assert!(!answer.unwrap_err().is_permanent());
    }
}

#[tokio::test]
async fn what_is_no_http_is_an_error() {
    let outbound = outbound(&["127.0.0.1"]);
    let endless_head = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(200_000));
    for nonsense in ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", &endless_head]
    {
        let host = Host::answering(nonsense).await;
        let answer = outbound.send(Request::get(host.url("/"))).await;
        assert!(matches!(answer, Err(Error::Protocol { .. })), "{nonsense:.40}: {answer:?}");
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let answer = outbound.send(Request::get(format!("http://{nobody}/"))).await;
    assert!(matches!(answer, Err(Error::Connect { .. })), "{answer:?}");
}

/// A host that can prove to be `name`, to whoever trusts that certificate.
async fn proving(name: &str) -> (Host, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let host = Host::serving(ok("good day").into_bytes(), Some(TlsAcceptor::from(Arc::new(server)))).await;
    (host, made.cert.der().clone())
}

#[tokio::test]
async fn a_host_must_prove_that_it_is_that_host() {
    let (host, root) = proving("idp.example").await;
    let port = host.at.port();
    let names = || Told::of(&[("idp.example", &[&["127.0.0.1"]]), ("other.example", &[&["127.0.0.1"]])]);
    let trusting = Policy { roots: vec![root], ..policy(&["127.0.0.1"]) };
    let trusting = Outbound::with_resolver(trusting, names()).unwrap();
    let answer = trusting.send(Request::get(format!("https://idp.example:{port}/"))).await.unwrap();
    assert_eq!(&answer.body[..], b"good day");
    let other = trusting.send(Request::get(format!("https://other.example:{port}/"))).await;
    assert!(matches!(other, Err(Error::Tls { .. })), "{other:?}");
    let wary = Outbound::with_resolver(policy(&["127.0.0.1"]), names()).unwrap();
    let answer = wary.send(Request::get(format!("https://idp.example:{port}/"))).await;
    assert!(matches!(answer, Err(Error::Tls { .. })), "{answer:?}");
    assert_eq!(host.asked().len(), 1);
}

#[tokio::test]
async fn a_detour_leads_one_host_to_its_gateway_and_nobody_else() {
    let (gateway, root) = proving("discord.example").await;
    let names = Told::of(&[("discord.example", &[&["10.0.0.5"]]), ("other.example", &[&["10.0.0.5"]])]);
    let detours = vec![format!("discord.example={}", gateway.at).parse().unwrap()];
    let outbound =
        Outbound::with_resolver(Policy { detours, roots: vec![root], ..policy(&[]) }, Arc::clone(&names) as Arc<_>)
            .unwrap();
    let answer = outbound.send(Request::post("https://discord.example/api?x=1", "the body")).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"good day"[..]));
    let asked = gateway.asked().remove(0);
    assert!(asked.starts_with("POST /api?x=1 ") && asked.contains("host: discord.example\r\n"), "{asked}");
    assert_eq!(names.1.load(Ordering::SeqCst), 0, "nobody had to be asked where it is");
    // Neither without TLS, nor at another port, nor for another host, nor by a gateway that can't prove to be it.
    for elsewhere in ["http://discord.example/", "https://discord.example:444/", "https://other.example/"] {
        let answer = outbound.send(Request::get(elsewhere)).await;
        assert!(matches!(answer, Err(Error::Blocked { .. } | Error::NotHttps { .. })), "{elsewhere}: {answer:?}");
    }
    let detours = vec![format!("discord.example={}", gateway.at).parse().unwrap()];
    let wary = Outbound::with_resolver(Policy { detours, ..policy(&[]) }, names).unwrap();
    let answer = wary.send(Request::get("https://discord.example/")).await;
    assert!(matches!(answer, Err(Error::Tls { .. })), "{answer:?}");
    assert_eq!(gateway.asked().len(), 1);
}

#[test]
fn errors_keep_paths_and_queries_to_themselves() {
    let error = outbound(&[]).check("https://127.0.0.1/hook/secret?token=secret").unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}
