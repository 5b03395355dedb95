//! What every kind of answer says to a browser: pages, the API, files, downloads, errors, redirects, sockets, held against one list.

use std::{fs, net::SocketAddr};

use base::{Actor, Role, Secret};
use bytes::Bytes;
use db::sql;
use hyper::Method;
use serde_json::json;
use tests::{Answer, PASSWORD, PICTURE, Person, Program, TestApp, until};

/// On every answer of the website, whatever it is.
const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains"),
];

/// What the site asks a browser for itself. Everything else is off.
const USED: [&str; 2] = ["fullscreen=(self)", "clipboard-write=(self)"];
const OFF: [&str; 12] = [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
];

/// The policy of an answer, by what may be made of it.
#[derive(Clone, Copy)]
enum Policy {
    /// A page: its own scripts and styles, its own site.
    Page,
    /// Nothing that runs.
    Bare,
    /// The page of the API's document: files of ours alone, and calls to the API.
    Docs,
    /// A worker: it fetches from the site.
    Worker,
    /// A file of somebody's: whatever a browser takes it for, it does nothing.
    Inert,
}

const BARE: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

impl Policy {
    fn text(self, nonce: &str) -> String {
        match self {
            Self::Page => format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
                 style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; font-src 'self'; \
                 connect-src 'self' wss://hub.example; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
                 frame-ancestors 'none'; base-uri 'none'; object-src 'none'; report-to csp"
            ),
            Self::Bare => BARE.into(),
            Self::Docs => DOCS.into(),
            Self::Worker => "default-src 'none'; connect-src 'self'; script-src 'self'".into(),
            Self::Inert => "default-src 'none'; sandbox".into(),
        }
    }
}

/// How long somebody on the way may keep it.
const NEVER: &str = "no-store";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";
const ASKED_AGAIN: &str = "no-cache";
const ONES_OWN: &str = "private, no-cache";

/// One kind of answer, and what it has to be.
struct Kind {
    what: &'static str,
    status: u16,
    policy: Policy,
    keep: &'static str,
    answer: Answer,
    /// Beside what all have.
    more: &'static [(&'static str, &'static str)],
}

fn kind(what: &'static str, status: u16, policy: Policy, keep: &'static str, answer: Answer) -> Kind {
    Kind { what, status, policy, keep, answer, more: &[] }
}

impl Kind {
    fn with(self, more: &'static [(&'static str, &'static str)]) -> Self {
        Self { more, ..self }
    }

    /// What is missing or wrong.
    fn faults(&self) -> Vec<String> {
        let answer = &self.answer;
        let mut faults = Vec::new();
        let mut expect = |name: &str, is: &str, wanted: &str| {
            if is != wanted {
                faults.push(format!("{}: {name} is {is:?}, not {wanted:?}", self.what));
            }
        };
        expect("status", &answer.status.to_string(), &self.status.to_string());
        for (name, value) in ALWAYS.iter().chain(self.more) {
            expect(name, answer.header(name), value);
        }
        expect("cache-control", answer.header("cache-control"), self.keep);
        expect("reporting-endpoints", answer.header("reporting-endpoints"), "csp=\"/csp-report\"");
        let policy = answer.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
        expect("content-security-policy", policy, &self.policy.text(nonce));
        let has_nonce = (nonce.len() >= 22).to_string();
        expect("a nonce of 128 bits", &has_nonce, &matches!(self.policy, Policy::Page).to_string());
        let mut permissions: Vec<String> = answer.header("permissions-policy").split(", ").map(str::to_owned).collect();
        permissions.sort();
        let mut wanted: Vec<String> = OFF.iter().map(|name| format!("{name}=()")).collect();
        wanted.extend(USED.map(str::to_owned));
        wanted.sort();
        expect("permissions-policy", &permissions.join(", "), &wanted.join(", "));
        let id = answer.header("x-request-id");
        let is_id = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        expect("x-request-id is one", &is_id.to_string(), "true");
        let clears = answer.headers.contains_key("clear-site-data");
        expect("clear-site-data is there", &clears.to_string(), &(self.what == "logging out").to_string());
        for kept_to_ourselves in ["server", "x-powered-by", "access-control-allow-credentials"] {
            let there = answer.headers.contains_key(kept_to_ourselves).to_string();
            expect(kept_to_ourselves, &there, "false");
        }
        faults
    }
}

/// Behind a proxy that speaks TLS, with a site that has a file of each kind.
async fn hub() -> TestApp {
    TestApp::with(|settings| {
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        settings.public_url = Some("https://hub.example".into());
        let site = settings.site_root.clone().unwrap();
        for (name, text) in [("sw.js", "// worker"), ("manifest.webmanifest", "{}"), ("icon.svg", "<svg/>")] {
            fs::write(site.join(name), text).unwrap();
        }
    })
    .await
}

fn by_tls(person: Person) -> Person {
    person.saying("x-forwarded-proto", "https")
}

/// Everybody that is needed, each with a browser and a program.
struct Cast {
    guest: Person,
    olga: Person,
    owner: Person,
    stranger: Program,
    hers: Program,
    owners: Program,
}

impl Cast {
    async fn gather(app: &TestApp) -> Self {
        let accounts = &app.running().hub.accounts;
        accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
        let mut owner = by_tls(app.stranger());
        let entered = owner.call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
        assert_eq!(entered.status, 200, "{}", entered.body);
        Self {
            guest: by_tls(app.stranger()),
            olga: by_tls(app.person("Olga").await),
            owner,
            stranger: app.program().saying("x-forwarded-proto", "https"),
            hers: app.program_of("Olga").await.saying("x-forwarded-proto", "https"),
            owners: app.program_of("Freya").await.saying("x-forwarded-proto", "https"),
        }
    }
}

async fn pages(cast: &mut Cast) -> Vec<Kind> {
    let Cast { guest, olga, owner, .. } = cast;
    let cross_site = [("sec-fetch-site", "cross-site")];
    vec![
        kind("a page", 200, Policy::Page, NEVER, guest.get("/").await),
        kind("the live page", 200, Policy::Page, NEVER, guest.get("/live").await),
        kind("somebody's own page", 200, Policy::Page, NEVER, olga.get("/account").await),
        kind("a page of the admin area", 200, Policy::Page, NEVER, owner.get("/admin/users").await),
        kind("a page that isn't there", 404, Policy::Page, NEVER, guest.get("/nowhere").await),
        kind("the admin area, refused", 403, Policy::Bare, NEVER, olga.get("/admin/users").await),
        kind("a redirect", 302, Policy::Page, NEVER, guest.get("/account").await),
        kind("a page by HEAD", 200, Policy::Page, NEVER, guest.send(Method::HEAD, "/", &[], Bytes::new()).await),
        kind("an address too long", 414, Policy::Bare, NEVER, guest.get(&format!("/{}", "y".repeat(9_000))).await),
        kind(
            "a form from another site",
            403,
            Policy::Bare,
            NEVER,
            guest.send(Method::POST, "/live", &cross_site, Bytes::new()).await,
        ),
        kind("the page of the API", 200, Policy::Docs, ONES_OWN, guest.get("/api/docs").await),
        kind("what a problem means", 200, Policy::Docs, ASKED_AGAIN, guest.get("/problems/malformed").await),
    ]
}

async fn functions(cast: &mut Cast) -> Vec<Kind> {
    let Cast { guest, olga, .. } = cast;
    let long = "x".repeat(70_000);
    let wrong = [("name", "Olga"), ("password", "not hers")];
    let mut kinds = vec![
        kind("a server function", 200, Policy::Bare, NEVER, olga.call("account", &[]).await),
        kind("a server function, refused", 401, Policy::Bare, NEVER, guest.call("log_in", &wrong).await),
        kind("a server function nobody has", 404, Policy::Bare, NEVER, guest.call("nothing", &[]).await),
        kind("a form that can't be read", 422, Policy::Bare, NEVER, guest.call("log_in", &[("a", "b")]).await),
        kind("a form too long", 413, Policy::Bare, NEVER, guest.call("log_in", &[("name", &long)]).await),
        kind("a plain form", 302, Policy::Bare, NEVER, guest.clone().without_script().call("log_in", &wrong).await),
    ];
    for number in 0..3 {
        let email = format!("nobody{number}@example.org");
        guest.call("ask_recovery", &[("email", &email)]).await;
    }
    let often = guest.call("ask_recovery", &[("email", "nobody9@example.org")]).await;
    assert!(!often.header("retry-after").is_empty(), "{often:?}");
    kinds.push(kind("a form too often", 429, Policy::Bare, NEVER, often));
    let mut leaving = olga.clone();
    let entered = leaving.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    kinds.push(kind("logging in", 200, Policy::Bare, NEVER, entered));
    let left = leaving.call("log_out", &[]).await;
    kinds.push(kind("logging out", 200, Policy::Bare, NEVER, left).with(&[("clear-site-data", "\"cache\"")]));
    kinds
}

async fn api(cast: &mut Cast) -> Vec<Kind> {
    const PROBLEM: &[(&str, &str)] = &[("content-type", "application/problem+json")];
    let Cast { stranger, hers, .. } = cast;
    let me = "/api/v1/me";
    let first = hers.get(me).await;
    let tag = first.header("etag").to_owned();
    let token = json!({ "name": "Reader", "grants": "account:read" });
    let made = hers.post("/api/v1/me/tokens", &token).await;
    let path = format!("/api/v1/me/tokens/{}", made.json()["id"]);
    let preflight = stranger
        .clone()
        .saying("origin", "https://elsewhere.example")
        .saying("access-control-request-method", "GET")
        .ask(Method::OPTIONS, me)
        .await;
    assert!(!preflight.headers.contains_key("access-control-allow-origin"));
    let json = [("content-type", "application/json")];
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
    let refused = |what, status, answer| kind(what, status, Policy::Bare, NEVER, answer).with(PROBLEM);
    let none = json!({ "name": "", "grants": "account:read" });
    vec![
        kind("the API", 200, Policy::Bare, ONES_OWN, first),
        kind(
            "the API: not changed",
            304,
            Policy::Bare,
            ONES_OWN,
            hers.clone().saying("if-none-match", &tag).get(me).await,
        ),
        kind("the API: made, with a secret", 201, Policy::Bare, NEVER, made),
        kind("the API: done", 204, Policy::Bare, NEVER, hers.ask(Method::DELETE, &path).await),
        kind("the API: another site asks", 204, Policy::Bare, NEVER, preflight),
        kind("the API's document", 200, Policy::Bare, ONES_OWN, stranger.get("/api/v1/openapi.json").await),
        refused("the API: unreadable", 400, hers.raw(Method::POST, "/api/v1/me/tokens", &json, b"{").await),
        refused("the API: unknown", 401, stranger.get(me).await),
        refused("the API: a bad token", 401, stranger.clone().with_token("gh_x").get(me).await),
        refused("the API: forbidden", 403, hers.get("/api/v1/users").await),
        refused("the API: nothing there", 404, hers.get("/api/v1/nothing").await),
        refused("the API: another method", 405, hers.ask(Method::PATCH, me).await),
        refused("the API: too long", 413, hers.raw(Method::POST, "/api/v1/me/tokens", &json, huge.as_bytes()).await),
        refused("the API: no JSON", 415, hers.raw(Method::POST, "/api/v1/me/tokens", &[], b"{}").await),
        refused("the API: a wrong field", 422, hers.post("/api/v1/me/tokens", &none).await),
    ]
}

/// No hub has drawn it. One that is shown is looked at where there is a host to show it of: `plugin_images`.
const ELSEWHERE: &str = "/plugins/poll/assets/elsewhere?org=0&url=https%3A%2F%2Fa.example%2Fb.png&seal=00";

async fn files(app: &TestApp, cast: &mut Cast) -> Vec<Kind> {
    const A_FILE: &[(&str, &str)] = &[("content-disposition", "attachment; filename=\"avatar.png\"")];
    let Cast { guest, olga, owner, owners, .. } = cast;
    olga.send_picture(&PICTURE).await;
    let profile = olga.call("my_profile", &[]).await.json();
    let picture = format!("/avatars/{}/96.png", profile["card"]["avatar"].as_str().unwrap());
    let shown = guest.get(&picture).await;
    let tag = shown.header("etag").to_owned();
    let again = guest.clone().saying("if-none-match", &tag).get(&picture).await;
    let made = app.running().hub.backups.make(&Actor::Operator).await.unwrap();
    let archive = taken_along(olga).await;
    vec![
        kind("somebody's picture", 200, Policy::Inert, FOR_EVER, shown).with(A_FILE),
        kind("the same picture", 304, Policy::Inert, FOR_EVER, again),
        kind("a picture nobody has", 404, Policy::Bare, NEVER, guest.get("/avatars/abc/96.png").await),
        kind("a picture of elsewhere", 404, Policy::Bare, NEVER, guest.get(ELSEWHERE).await),
        kind("a file of this build", 200, Policy::Bare, FOR_EVER, guest.get("/pkg/test/guildhall.css").await),
        kind("a file of no build", 404, Policy::Bare, NEVER, guest.get("/pkg/test/absent.js").await),
        kind("a file that keeps its name", 200, Policy::Bare, AN_HOUR, guest.get("/robots.txt").await),
        kind("an icon", 200, Policy::Bare, AN_HOUR, guest.get("/icon.svg").await),
        kind("the manifest", 200, Policy::Bare, AN_HOUR, guest.get("/manifest.webmanifest").await),
        kind("the worker", 200, Policy::Worker, ASKED_AGAIN, guest.get("/sw.js").await),
        kind(
            "a backup",
            200,
            Policy::Inert,
            NEVER,
            owners.get(&format!("/api/v1/backups/{}/content", made.name)).await,
        ),
        kind("the audit log", 200, Policy::Inert, NEVER, owner.get("/admin/audit/export").await)
            .with(&[("content-disposition", "attachment; filename=\"audit.csv\"")]),
        kind("everything about somebody", 200, Policy::Inert, NEVER, archive),
    ]
}

/// The archive of somebody's data, once it is built.
async fn taken_along(person: &mut Person) -> Answer {
    let asked = person.call("ask_archive", &[]).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let number = until("the archive", async || {
        let archives = person.call("archives", &[]).await.json();
        if archives[0]["ready_at"].is_null() { Err(archives) } else { Ok(archives[0]["id"].to_string()) }
    })
    .await;
    person.get(&format!("/account/data/{number}.zip")).await
}

async fn sockets_and_programs(cast: &mut Cast) -> Vec<Kind> {
    let guest = &mut cast.guest;
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let from = |origin: &'static str| [upgrade.as_slice(), &[("origin", origin)]].concat();
    let live = "/api/live";
    let report = [("content-type", "application/reports+json")];
    vec![
        kind(
            "a socket",
            101,
            Policy::Bare,
            NEVER,
            guest.send(Method::GET, live, &from("https://hub.example"), Bytes::new()).await,
        ),
        kind(
            "a socket from elsewhere",
            403,
            Policy::Bare,
            NEVER,
            guest.send(Method::GET, live, &from("https://elsewhere.example"), Bytes::new()).await,
        ),
        kind("no socket at all", 400, Policy::Bare, NEVER, guest.get(live).await),
        kind("alive", 200, Policy::Bare, NEVER, guest.get("/healthz").await),
        kind("ready", 200, Policy::Bare, NEVER, guest.get("/readyz").await),
        kind("the version", 200, Policy::Bare, NEVER, guest.get("/version").await),
        kind(
            "a browser's report",
            204,
            Policy::Bare,
            NEVER,
            guest.send(Method::POST, "/csp-report", &report, "[]".into()).await,
        ),
        kind(
            "a method nobody takes",
            405,
            Policy::Bare,
            NEVER,
            guest.send(Method::PUT, "/healthz", &[("sec-fetch-site", "same-origin")], Bytes::new()).await,
        ),
    ]
}

/// Our own fault, and a database that is away. The last thing a hub is used for.
async fn faults(app: &TestApp, cast: &mut Cast) -> Vec<Kind> {
    let db = &app.running().hub.db;
    db.write(|tx| Box::pin(async move { sql("alter table webhooks rename to lost").execute(tx).await })).await.unwrap();
    let fault = cast.owners.get("/api/v1/webhooks").await;
    assert!(!fault.body.contains("webhooks") && !fault.json()["incident"].is_null(), "{}", fault.body);
    let form = cast.owner.call("admin_webhooks", &[]).await;
    db.close().await;
    let away = cast.owners.get("/api/v1/me").await;
    assert!(!away.header("retry-after").is_empty());
    vec![
        kind("our own fault, in the API", 500, Policy::Bare, NEVER, fault),
        kind("our own fault, in a form", 500, Policy::Bare, NEVER, form),
        kind("no database, in the API", 503, Policy::Bare, NEVER, away),
        kind("not ready", 503, Policy::Bare, NEVER, cast.guest.get("/readyz").await),
    ]
}

#[tokio::test]
async fn every_kind_of_answer_carries_every_header() {
    let app = hub().await;
    let mut cast = Cast::gather(&app).await;
    let mut kinds = pages(&mut cast).await;
    kinds.extend(functions(&mut cast).await);
    kinds.extend(api(&mut cast).await);
    kinds.extend(files(&app, &mut cast).await);
    kinds.extend(sockets_and_programs(&mut cast).await);
    kinds.extend(faults(&app, &mut cast).await);
    let wrong: Vec<String> = kinds.iter().flat_map(Kind::faults).collect();
    assert!(wrong.is_empty(), "{} of {} kinds:\n{}", wrong.len(), kinds.len(), wrong.join("\n"));
}

#[tokio::test]
async fn without_tls_nobody_is_bound_to_it() {
    let app = hub().await;
    for path in ["/", "/api/v1/me", "/robots.txt", "/nowhere"] {
        let answer = app.stranger().get(path).await;
        assert!(!answer.headers.contains_key("strict-transport-security"), "{path}");
    }
    // Whoever is no trusted proxy says nothing that counts.
    let open = TestApp::start().await;
    let answer = by_tls(open.stranger()).get("/").await;
    assert!(!answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn too_many_calls_of_the_api_are_refused_in_full_dress() {
    let app = TestApp::with(|settings| {
        settings.api.anonymous_per_minute = 1;
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let mut stranger = app.program().saying("x-forwarded-proto", "https");
    stranger.get("/api/v1/openapi.json").await;
    let often = stranger.get("/api/v1/openapi.json").await;
    assert!(!often.header("retry-after").is_empty() && often.header("ratelimit").contains("r=0"), "{often:?}");
    let faults = kind("the API too often", 429, Policy::Bare, NEVER, often).faults();
    assert!(faults.is_empty(), "{faults:?}");
}

#[tokio::test]
async fn metrics_have_a_listener_of_their_own_and_its_answers_are_guarded() {
    let app = TestApp::with(|settings| settings.admin_addr = Some(SocketAddr::from(([127, 0, 0, 1], 0)))).await;
    assert_eq!(app.stranger().get("/metrics").await.status, 404, "not on the public port");
    let mut operator = app.stranger_at(app.running().admin_addr.unwrap());
    for path in ["/metrics", "/healthz", "/nothing"] {
        let answer = operator.get(path).await;
        for (name, value) in ALWAYS.into_iter().filter(|(name, _)| *name != "strict-transport-security") {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert_eq!(answer.header("content-security-policy"), BARE, "{path}");
        assert_eq!(answer.header("cache-control"), NEVER, "{path}");
    }
}
