//! Pictures of other hosts on plugins' pages: the hub fetches them from where the plugin may call, and from nowhere else.

use std::{
    collections::BTreeSet,
    fs,
    io::ErrorKind,
    net::{SocketAddr, TcpListener as Vault},
    sync::{Arc, Mutex},
    time::Duration,
};

use base::Actor;
use base64ct::{Base64, Encoding as _};
use futures::future::join_all;
use plugin_api::{
    Kind, Manifest,
    page::{Image, Node, Page},
};
use plugins::{Answer, Ctx, Narrowed, Plugin};
use serde_json::{Map, Value};
use tempfile::TempDir;
use tests::{PICTURE, Person, TestApp};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, ServerConfig, pki_types::PrivateKeyDer},
};

use super::plugins::hall;

const MANIFEST: &str = r#"
manifest = 1
id = "gallery"
name = "Gallery"
version = "1.0.0"
description = "Shows pictures."
author = "Guildhall"
license = "MIT"
category = "utility"
enabled_by_default = false

[[pages]]
path = "wall"
title = "Wall"
scope = "hub"
sign_in = false

[[pages]]
path = "room"
title = "Room"
sign_in = false

[capabilities]
http = ["https://banners.example/*"]
"#;

/// Shows the picture that it is asked for.
struct Gallery(Manifest);

impl Plugin for Gallery {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn page(&self, _: Ctx, _: String, query: Map<String, Value>) -> Answer<'_, Page> {
        let url = query["url"].as_str().map(str::to_owned);
        let image = Image { url, alt: "a banner".into(), width: 20, height: 20, ..Image::default() };
        Box::pin(async move { Ok(Page { title: None, body: vec![Node::Image(image)] }) })
    }
}

/// A host with pictures, and with what is none. It keeps what it was asked.
struct Banners {
    at: SocketAddr,
    certificate: Vec<u8>,
    asked: Arc<Mutex<Vec<String>>>,
    /// Something on the hub's own machine that nobody outside should reach.
    vault: Vault,
    _tasks: JoinSet<()>,
}

impl Banners {
    async fn open() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["banners.example".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let vault = Vault::bind("127.0.0.1:0").unwrap();
        vault.set_nonblocking(true).unwrap();
        let inside = vault.local_addr().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<String>>>::default());
        let noted = Arc::clone(&asked);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
                while !head.ends_with(b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
                        _ => break,
                    }
                }
                let head = String::from_utf8(head).unwrap();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                noted.lock().unwrap().push(head);
                drop(stream.write_all(&answer(&path, inside)).await);
                drop(stream.shutdown().await);
            }
        });
        Self { at, certificate: made.cert.der().to_vec(), asked, vault, _tasks: tasks }
    }

    /// How often it was asked for that.
    fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|head| head.starts_with(&format!("GET {path} "))).count()
    }

    fn vault_was_left_alone(&self) {
        assert_eq!(self.vault.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "somebody was let through");
    }
}

fn answer(path: &str, inside: SocketAddr) -> Vec<u8> {
    let moved = |to: &str| ("302 Found", format!("Location: {to}\r\n"), Vec::new());
    let (status, more, body) = match path {
        // Whatever it says of it, it is a picture.
        "/banner.png" | "/later.png" => ("200 OK", "Content-Type: text/html\r\n".to_owned(), PICTURE.to_vec()),
        "/page.png" => ("200 OK", "Content-Type: image/png\r\n".to_owned(), b"<script>alert(1)</script>".to_vec()),
        "/large.png" => {
            let mut large = PICTURE.to_vec();
            large.resize(1024 * 1024 + 1, 0);
            ("200 OK", String::new(), large)
        }
        "/moved.png" => moved("/banner.png"),
        "/inside.png" => moved(&format!("https://{inside}/key.png")),
        "/plain.png" => moved("http://banners.example/banner.png"),
        "/other.png" => moved("https://elsewhere.example/banner.png"),
        "/round.png" => moved("/round.png"),
        _ => ("404 Not Found", String::new(), PICTURE.to_vec()),
    };
    let head = format!("HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

/// A hub with the gallery on, which reaches that host and trusts it.
async fn hub(banners: &Banners) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    let certificate = Base64::encode_string(&banners.certificate);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    fs::write(&authority, pem).unwrap();
    let manifest = plugins::read(MANIFEST, Kind::Builtin).unwrap();
    let app = TestApp::with_plugins(
        |settings| {
            settings.outbound.detours = vec![format!("banners.example={}", banners.at)];
            settings.outbound.ca_file = Some(authority);
        },
        vec![Arc::new(Gallery(manifest))],
    )
    .await;
    app.running().hub.plugins.enable(&Actor::Operator, None, "gallery", false).await.unwrap();
    (app, folder)
}

/// Where the page has the browser get that picture; `None`: it says that there is none.
async fn drawn(reader: &mut Person, page: &str, url: &str) -> Option<String> {
    let query = serde_urlencoded::to_string([("url", url)]).unwrap();
    let answer = reader.get(&format!("{page}?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let seen = answer.seen();
    assert!(!seen.contains("src=\"http"), "no browser is sent elsewhere: {seen}");
    let found = seen.split("src=\"/plugins/gallery/").nth(1).map(|rest| rest.split('"').next().unwrap());
    assert_eq!(found.is_none(), seen.contains("Picture not available: a banner"), "{seen}");
    found.map(|found| format!("/plugins/gallery/{}", found.replace("&amp;", "&")))
}

const WALL: &str = "/plugins/gallery/wall";
const BANNER: &str = "https://banners.example/banner.png";

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_shows_a_picture_of_another_host_and_fetches_it_once() {
    let banners = Banners::open().await;
    let (app, _folder) = hub(&banners).await;
    let mut guest = app.stranger().saying("referer", "https://hub.example/secret");
    let address = drawn(&mut guest, WALL, BANNER).await.unwrap();
    assert_eq!(drawn(&mut app.person("Olga").await, WALL, BANNER).await.as_ref(), Some(&address), "the same for all");
    assert_eq!(banners.asked("/banner.png"), 0, "not before somebody looks");

    let answers = join_all((0..8).map(|_| {
        let mut reader = guest.clone();
        let address = address.clone();
        async move { reader.get(&address).await }
    }))
    .await;
    for answer in answers {
        assert_eq!((answer.status, &answer.bytes[..]), (200, PICTURE.as_slice()), "{}", answer.body);
        for (name, value) in [
            ("content-type", "image/png"),
            ("content-disposition", "attachment"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "private, max-age=3600"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
    }
    assert_eq!(banners.asked("/banner.png"), 1, "one for all of them");
    let told = banners.asked.lock().unwrap()[0].to_lowercase();
    assert!(!told.contains("referer") && !told.contains("cookie"), "of readers it is told nothing: {told}");

    // Kept for an hour; where it leads on to is looked at like the first address.
    let moved = drawn(&mut guest, WALL, "https://banners.example/moved.png").await.unwrap();
    assert_eq!(guest.get(&moved).await.status, 200);
    assert_eq!((banners.asked("/moved.png"), banners.asked("/banner.png")), (1, 2));
    app.clock.pass(Duration::from_mins(59));
    assert_eq!(guest.get(&address).await.status, 200);
    assert_eq!(banners.asked("/banner.png"), 2);
    app.clock.pass(Duration::from_mins(1));
    assert_eq!(guest.get(&address).await.status, 200);
    assert_eq!(banners.asked("/banner.png"), 3);

    let plugins = &app.running().hub.plugins;
    let log = plugins.log(&Actor::Operator, "gallery", None, 10).await.unwrap();
    assert!(log.is_empty(), "nothing went wrong: {log:?}");
    let detail = plugins.find(&Actor::Operator, "gallery").await.unwrap();
    let (_, _, calls) = detail.calls.iter().find(|(_, export, _)| export == "image").unwrap();
    assert_eq!((calls.calls, calls.failures), (3, 0), "each fetch is counted");
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_of_a_granted_host_is_not_shown() {
    let banners = Banners::open().await;
    let (app, _folder) = hub(&banners).await;
    let mut guest = app.stranger();
    for url in ["https://elsewhere.example/banner.png", "https://banners.example:8443/banner.png", "https://127.0.0.1/"]
    {
        assert_eq!(drawn(&mut guest, WALL, url).await, None, "{url}");
    }
    let paths = ["page", "large", "inside", "plain", "other", "round", "absent"].map(|name| format!("/{name}.png"));
    for path in &paths {
        let address = drawn(&mut guest, WALL, &format!("https://banners.example{path}")).await.unwrap();
        let asked = if path == "/round.png" { 4 } else { 1 };
        for _ in 0..2 {
            let answer = guest.get(&address).await;
            assert_eq!((answer.status, answer.header("cache-control")), (404, "no-store"), "{path}");
            assert_eq!(banners.asked(path), asked, "{path}: once is enough for a minute");
        }
    }
    assert_eq!(banners.asked("/banner.png"), 0, "neither by a redirect");
    banners.vault_was_left_alone();
    let log = app.running().hub.plugins.log(&Actor::Operator, "gallery", None, 20).await.unwrap();
    let said: Vec<&str> = log.iter().rev().map(|line| line.text.as_str()).collect();
    let why = [
        "is no PNG",
        "more than 1048576 bytes",
        "127.0.0.1",
        "banners.example",
        "elsewhere.example",
        "redirects",
        "404",
    ];
    assert_eq!(said.len(), why.len(), "{said:#?}");
    for (said, why) in said.iter().zip(why) {
        assert!(said.starts_with("a picture of banners.example can't be shown: ") && said.contains(why), "{said}");
    }
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_the_hub_fetch_what_it_has_not_drawn_itself() {
    let banners = Banners::open().await;
    let (app, _folder) = hub(&banners).await;
    let plugins = &app.running().hub.plugins;
    let operator = Actor::Operator;
    let mut olga = app.person("Olga").await;
    let lantern = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    plugins.enable(&operator, Some(lantern), "gallery", false).await.unwrap();
    let address = drawn(&mut olga, WALL, BANNER).await.unwrap();
    let room = "/orgs/the-lantern/plugins/gallery/room";
    let inside = drawn(&mut olga, room, BANNER).await.unwrap();
    assert_ne!(address, inside);

    let (before, seal) = address.rsplit_once('=').unwrap();
    let there = inside.rsplit_once('=').unwrap().1;
    let first = if seal.starts_with('0') { '1' } else { '0' };
    for forged in [
        address.replace("banner.png", "later.png"),
        address.replace("org=0", &format!("org={lantern}")),
        address.replace("/gallery/", "/herald/"),
        format!("{before}={there}"),
        format!("{before}={first}{}", &seal[1..]),
        format!("{before}="),
        before.rsplit_once('&').unwrap().0.to_owned(),
        "/plugins/gallery/assets/elsewhere".to_owned(),
        "/plugins/gallery/assets/elsewhere?org=x&url=y&seal=z".to_owned(),
    ] {
        assert_eq!(olga.get(&forged).await.status, 404, "{forged}");
    }
    assert!(banners.asked.lock().unwrap().is_empty());

    // Where it is off, may not call any more, or is kept from being called, nothing is shown: not even what is at hand.
    assert_eq!(olga.get(&inside).await.status, 200);
    let narrowed = Narrowed { off: BTreeSet::from(["http".to_owned()]), ..Narrowed::default() };
    plugins.narrow(&operator, lantern, "gallery", narrowed).await.unwrap();
    assert_eq!(olga.get(&inside).await.status, 404);
    assert_eq!(drawn(&mut olga, room, BANNER).await, None);
    plugins.narrow(&operator, lantern, "gallery", Narrowed::default()).await.unwrap();
    assert_eq!(olga.get(&inside).await.status, 200);
    plugins.disable(&operator, Some(lantern), "gallery", false, false).await.unwrap();
    assert_eq!((olga.get(&inside).await.status, olga.get(&address).await.status), (404, 200));
    plugins.quarantine(&operator, "gallery", "It stares.").await.unwrap();
    assert_eq!(olga.get(&address).await.status, 404);
    plugins.release(&operator, "gallery").await.unwrap();
    assert_eq!(olga.get(&address).await.status, 200);
    plugins.disable(&operator, None, "gallery", false, false).await.unwrap();
    assert_eq!(olga.get(&address).await.status, 404);
    assert_eq!(banners.asked("/banner.png"), 1, "the same host for the same plugin, in whichever place");
    assert!(app.stop().await);
}
