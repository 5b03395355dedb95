//! Whom the hub calls because somebody said so: nobody on its own network, however that is spelt, and nothing of an answer from there
//! comes back.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base::{Actor, Role, Secret};
use bytes::Bytes;
use db::testing::each_place;
use hyper::Method;
use serde_json::{Value, json};
use server::config::{Hidden, SignInProtocol, SignInSettings};
use tests::{PASSWORD, Person, Program, TestApp, until};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

const INSIDE: &str = "the key to the vault";

/// Something on the hub's own machine that nobody outside should reach: it counts who comes, and has something to tell.
struct Vault {
    at: SocketAddr,
    came: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Vault {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, came) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&came);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{INSIDE}", INSIDE.len());
                drop(stream.write_all(answer.as_bytes()).await);
            }
        });
        Self { at, came, _tasks: tasks }
    }

    fn was_left_alone(&self) {
        assert_eq!(self.came.load(Ordering::SeqCst), 0, "somebody was let through");
    }
}

/// A program outside, which answers each request with what it is told to, and keeps what it was asked.
pub(super) struct Outside {
    pub(super) at: SocketAddr,
    answer: Arc<Mutex<String>>,
    pub(super) asked: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

impl Outside {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (answer, asked) = (Arc::<Mutex<String>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (says, noted) = (Arc::clone(&answer), Arc::clone(&asked));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
                loop {
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    bytes.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let length = text
                        .lines()
                        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
                    let whole = text.split_once("\r\n\r\n").is_some_and(|(_, body)| body.len() >= length.unwrap_or(0));
                    if read == 0 || whole {
                        noted.lock().unwrap().push(text);
                        break;
                    }
                }
                let answer = says.lock().unwrap().clone();
                drop(stream.write_all(answer.as_bytes()).await);
                drop(stream.shutdown().await);
            }
        });
        Self { at, answer, asked, _tasks: tasks }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    pub(super) fn says(&self, status: &str, headers: &str, body: &str) {
        let answer =
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        *self.answer.lock().unwrap() = answer;
    }
}

/// Every way of writing an address that is not on the open internet, with a port.
fn spellings(port: u16) -> Vec<String> {
    let hosts = [
        // Loopback: plain, short, as one number, octal, hexadecimal, mixed, with a dot behind it, in other digits.
        "127.0.0.1",
        "127.0.0.53",
        "127.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        // An IPv4 address in IPv6 clothes.
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        // Private, a carrier's, unique local.
        "10.0.0.1",
        "172.16.3.4",
        "192.168.0.1",
        "100.64.0.1",
        "3232235521",
        "[fd00::1]",
        "[fc00::1]",
        // Link-local, and where clouds keep what machines may know of themselves.
        "169.254.1.1",
        "169.254.169.254",
        "2852039166",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "[fe80::1]",
        "[fd00:ec2::254]",
        // Everybody.
        "224.0.0.251",
        "255.255.255.255",
        "[ff02::1]",
    ];
    hosts.iter().flat_map(|host| ["http", "https"].map(|scheme| format!("{scheme}://{host}:{port}/latest/"))).collect()
}

async fn hub(database: &str, outside: Option<&Outside>) -> TestApp {
    TestApp::with(|settings| {
        database.clone_into(&mut settings.database_url);
        // What the operator has allowed is allowed, and nothing beside it: not even another port of the same machine.
        settings.outbound.allow = outside.iter().map(|outside| outside.at.to_string()).collect();
    })
    .await
}

async fn admin(app: &TestApp) -> Person {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, "Ada", Secret::new(PASSWORD), Role::Admin).await.unwrap();
    let mut ada = app.stranger();
    assert_eq!(ada.call("log_in", &[("name", "Ada"), ("password", PASSWORD)]).await.status, 200);
    ada
}

/// The newest delivery of a webhook, once it has been tried.
async fn tried(freya: &mut Program, webhook: &Value) -> Value {
    until("the delivery to be tried", async || {
        let page = freya.get(&format!("/api/v1/webhooks/{webhook}/deliveries")).await.json();
        let newest = page["items"][0].clone();
        if newest["attempts"].as_i64().unwrap_or(0) > 0 { Ok(newest) } else { Err(page) }
    })
    .await
}

/// Everywhere those who run the hub could read of it.
async fn tells_nothing(app: &TestApp, freya: &mut Program, ada: &mut Person, webhook: &Value) {
    let mut read = vec![
        freya.get(&format!("/api/v1/webhooks/{webhook}/deliveries")).await.body,
        freya.get("/api/v1/jobs").await.body,
        freya.get("/api/v1/audit").await.body,
        ada.get(&format!("/admin/webhooks/{webhook}")).await.body,
        ada.get("/admin/jobs").await.body,
    ];
    let kept: Vec<(Option<String>, Option<String>)> =
        db::sql("select excerpt, error from webhook_deliveries").fetch_all(&app.running().hub.db).await.unwrap();
    read.push(format!("{kept:?}"));
    for text in read {
        assert!(!text.contains(INSIDE), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_webhook_is_made_or_moved_to_our_own_network_however_it_is_spelt() {
    each_place(async |place| {
        let (vault, outside) = (Vault::open().await, Outside::start().await);
        let app = hub(&place.address, Some(&outside)).await;
        let (mut freya, mut ada) = (app.owner_program().await, admin(&app).await);
        let form = json!({ "name": "Good", "url": outside.url("/hook") });
        let good = freya.post("/api/v1/webhooks", &form).await;
        assert_eq!(good.status, 201, "{}", good.body);
        let good = good.json()["webhook"]["id"].to_string();

        for url in spellings(vault.at.port()) {
            let code = |answer: &tests::Answer| answer.json()["fields"][0]["code"].clone();
            let form = json!({ "name": "In", "url": url });
            let made = freya.post("/api/v1/webhooks", &form).await;
            assert_eq!((made.status, code(&made)), (422, json!("not_callable")), "{url}: {}", made.body);
            let moved = freya.send(Method::PUT, &format!("/api/v1/webhooks/{good}"), &form).await;
            assert_eq!((moved.status, code(&moved)), (422, json!("not_callable")), "{url}: {}", moved.body);
            let fields = [("name", "In"), ("url", url.as_str()), ("webhook", good.as_str())];
            for function in ["admin_create_webhook", "admin_update_webhook"] {
                let refused = ada.call(function, &fields).await;
                let problem = &refused.json()["problem"];
                assert_eq!(problem["fields"][0]["code"], "not_callable", "{function}: {url}: {}", refused.body);
            }
        }
        // What is no web address at all, or brings a name and password along.
        for url in [
            "gopher://127.0.0.1:6379/_x",
            "file:///etc/passwd",
            "ftp://hub.example/",
            "https://user:password@hub.example/",
            "https://hub.example@127.0.0.1/",
            "https://256.256.256.256/",
            "//127.0.0.1/",
        ] {
            let refused = freya.post("/api/v1/webhooks", &json!({ "name": "In", "url": url })).await;
            assert_eq!(refused.json()["fields"][0]["code"], "not_a_url", "{url}: {}", refused.body);
        }
        let kept = freya.get("/api/v1/webhooks").await.json();
        assert_eq!(kept.as_array().unwrap().len(), 1, "{kept}");
        assert_eq!(kept[0]["url"], json!(outside.url("/hook")));
        vault.was_left_alone();
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_judged_by_where_it_leads_and_again_each_time() {
    each_place(async |place| {
        let (vault, outside) = (Vault::open().await, Outside::start().await);
        let app = hub(&place.address, Some(&outside)).await;
        let (mut freya, mut ada) = (app.owner_program().await, admin(&app).await);
        // A name can be anybody's; where it leads is seen when it is called.
        let port = vault.at.port();
        let form =
            json!({ "name": "In", "url": format!("https://localhost:{port}/latest/"), "events": ["site_changed"] });
        let made = freya.post("/api/v1/webhooks", &form).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let hook = made.json()["webhook"]["id"].clone();
        let test = format!("/api/v1/webhooks/{hook}/test");
        assert_eq!(freya.ask(Method::POST, &test).await.status, 201);
        let failed = tried(&mut freya, &hook).await;
        let why = "localhost leads to an address that is not on the open internet";
        assert_eq!((&failed["state"], failed["error"].as_str()), (&json!("failed"), Some(why)), "{failed}");
        assert_eq!((&failed["status"], &failed["excerpt"]), (&Value::Null, &Value::Null));

        // One that was good once, or got past the form, is judged like any other. Whether somebody listens there makes no difference.
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let mut told = Vec::new();
        for url in [
            format!("http://127.0.0.1:{port}/latest/"),
            format!("http://127.0.0.1:{closed}/latest/"),
            format!("https://[::ffff:127.0.0.1]:{port}/"),
            "https://169.254.169.254/latest/meta-data/".to_owned(),
        ] {
            let (kept, number) = (url.clone(), hook.as_i64().unwrap());
            let moved: Result<u64, db::Error> = app
                .running()
                .hub
                .db
                .write(move |tx| {
                    let kept = kept.clone();
                    Box::pin(async move {
                        db::sql("update webhooks set url = $1 where id = $2").bind(kept).bind(number).execute(tx).await
                    })
                })
                .await;
            assert_eq!(moved.unwrap(), 1);
            app.clock.pass(Duration::from_secs(1));
            assert_eq!(freya.ask(Method::POST, &test).await.status, 201);
            let failed = tried(&mut freya, &hook).await;
            assert_eq!((&failed["state"], &failed["status"]), (&json!("failed"), &Value::Null), "{url}: {failed}");
            told.push(failed["error"].as_str().unwrap().to_owned());
        }
        assert_eq!(told[0], told[1], "an open port and a closed one");
        assert!(
            told.iter().all(|error| error.ends_with("leads to an address that is not on the open internet")),
            "{told:?}"
        );
        vault.was_left_alone();
        tells_nothing(&app, &mut freya, &mut ada, &hook).await;
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_our_own_network_is_not_followed() {
    each_place(async |place| {
        let (vault, outside) = (Vault::open().await, Outside::start().await);
        let app = hub(&place.address, Some(&outside)).await;
        let (mut freya, mut ada) = (app.owner_program().await, admin(&app).await);
        let made = freya
            .post(
                "/api/v1/webhooks",
                &json!({ "name": "Out", "url": outside.url("/hook"), "events": ["site_changed"] }),
            )
            .await
            .json();
        let hook = made["webhook"]["id"].clone();
        let targets = [format!("http://{}/latest/", vault.at), "http://169.254.169.254/latest/meta-data/".to_owned()];
        for (number, (status, target)) in ["301 X", "302 X", "303 X", "307 X", "308 X"]
            .iter()
            .flat_map(|status| targets.each_ref().map(|to| (status, to)))
            .enumerate()
        {
            // At the pace that one target is called at.
            app.clock.pass(Duration::from_secs(1));
            outside.says(status, &format!("Location: {target}\r\nRefresh: 0; url={target}\r\n"), "over there");
            let tested = freya.ask(Method::POST, &format!("/api/v1/webhooks/{hook}/test")).await;
            assert_eq!(tested.status, 201, "{}", tested.body);
            let failed = tried(&mut freya, &hook).await;
            // What is told is what was called, and nothing of where it would have led.
            let expected = status.split(' ').next().unwrap().parse::<i64>().unwrap();
            assert_eq!((&failed["state"], &failed["status"]), (&json!("failed"), &json!(expected)), "{failed}");
            assert_eq!(failed["excerpt"], "over there");
            assert_eq!(outside.asked.lock().unwrap().len(), number + 1, "asked once each");
        }
        vault.was_left_alone();
        tells_nothing(&app, &mut freya, &mut ada, &hook).await;
        assert!(app.stop().await);
    })
    .await;
}

/// A service that people log in with, whose configuration names addresses of the hub's own network.
async fn with_a_rogue(database: &str, rogue: &Outside) -> TestApp {
    TestApp::with(|settings| {
        database.clone_into(&mut settings.database_url);
        settings.outbound.allow = vec![rogue.at.to_string()];
        settings.sign_in = vec![SignInSettings {
            id: "rogue".into(),
            protocol: Some(SignInProtocol::OpenidConnect),
            name: "Rogue".into(),
            issuer: rogue.url(""),
            client_id: "hub".into(),
            client_secret: Some(Hidden::new("s3cret of the hub")),
            client_secret_file: None,
        }];
    })
    .await
}

async fn press(person: &mut Person) -> tests::Answer {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    person.send(Method::POST, "/auth/rogue", &headers, Bytes::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_people_log_in_with_sends_the_hub_nowhere() {
    each_place(async |place| {
        let (vault, rogue) = (Vault::open().await, Outside::start().await);
        for inside in [format!("http://{}", vault.at), "https://169.254.169.254".into(), "https://2130706433".into()] {
            let app = with_a_rogue(&place.address, &rogue).await;
            let configuration = json!({
                "issuer": rogue.url(""), "authorization_endpoint": rogue.url("/authorize"),
                "token_endpoint": format!("{inside}/token"), "jwks_uri": format!("{inside}/keys"),
                "userinfo_endpoint": format!("{inside}/me"),
            });
            rogue.says("200 OK", "Content-Type: application/json\r\n", &configuration.to_string());
            let mut olga = app.stranger();
            let going = press(&mut olga).await;
            assert_eq!(going.status, 200, "{}", going.body);
            let state = going.header("refresh").split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
            // Back with a code: the hub would trade it at an address that is none of its business.
            let came = olga.get(&format!("/auth/rogue/back?code=abc&state={state}")).await;
            assert!((400..=503).contains(&came.status), "{}: {}", came.status, came.body);
            assert!(!came.body.contains(INSIDE) && !came.body.contains(&vault.at.port().to_string()), "{}", came.body);
            assert!(olga.cookie("__Host-guildhall").is_none());
            let secret = rogue.asked.lock().unwrap().iter().any(|asked| asked.contains("authorization"));
            assert!(!secret, "the hub's own secret went nowhere");
            assert!(app.stop().await);
        }
        // Nor by a redirect, from where its configuration should be.
        let app = with_a_rogue(&place.address, &rogue).await;
        rogue.says("302 Found", &format!("Location: http://{}/\r\n", vault.at), "");
        let refused = press(&mut app.stranger()).await;
        assert!((400..=503).contains(&refused.status), "{}: {}", refused.status, refused.body);
        vault.was_left_alone();
        assert!(app.stop().await);
    })
    .await;
}
