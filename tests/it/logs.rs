//! Everything the hub writes down at its most talkative, while people, programs and games come in by every way there is: searched for each
//! secret that was used.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use base::Clock as _;
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use bytes::Bytes;
use contract::live::Topic;
use db::{Engine, testing::Place};
use hyper::Method;
use metaserver::testing::LogIn;
use metaserver_proto::Dialect;
use serde_json::{Value, json};
use server::config::{Hidden, SignInProtocol, SignInSettings, SmtpSecurity};
use tests::{Answer, PASSWORD, Person, TestApp, until};
use tokio::runtime;
use totp_rs::{Builder, Secret as Key};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use super::{mail::MailServer, outgoing::Outside};

#[path = "../../crates/accounts/src/stories/device.rs"]
#[expect(dead_code, reason = "the stories of the accounts ask more of it")]
mod device;

const HUB: &str = "https://hub.example";
const EMAIL: &str = "olga@somewhere.example";
/// Where she is, as the proxy says.
const ADDRESS: &str = "198.51.100.77";

/// What was logged, byte by byte.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn writer(&self) -> impl Fn() -> Self + 'static {
        let log = self.clone();
        move || log.clone()
    }

    /// What there is of it, and nothing of it any more.
    fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.0.lock().unwrap())).into_owned()
    }
}

/// Both of the hub's formats, of everything that any crate in it has to say.
fn everything() -> (Log, Log) {
    let (lines, text) = (Log::default(), Log::default());
    tracing_subscriber::registry()
        .with(EnvFilter::new("trace"))
        .with(fmt::layer().json().flatten_event(true).without_time().with_writer(lines.writer()))
        .with(fmt::layer().compact().with_ansi(false).without_time().with_writer(text.writer()))
        .try_init()
        .expect("nobody else in this process logs");
    (lines, text)
}

/// What must not be found, and what it is.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn keep(&mut self, what: &str, value: &str) -> String {
        assert!(value.len() >= 6, "{what} is no secret: {value:?}");
        self.0.push((what.to_owned(), value.to_owned()));
        value.to_owned()
    }

    fn keep_of(&mut self, what: &str, value: &Value) -> String {
        let text = value.as_str().unwrap_or_else(|| panic!("{what} is not there: {value}"));
        self.keep(what, text)
    }

    /// Everything a browser holds that opens something.
    fn keep_cookies(&mut self, person: &Person) {
        for name in [
            "__Host-guildhall",
            "__Host-guildhall-device",
            "__Host-guildhall-step",
            "__Host-guildhall-once",
            "__Host-guildhall-sign-in",
        ] {
            if let Some(value) = person.cookie(name) {
                self.keep(name, value);
            }
        }
    }

    /// Those that are in there, plain or as some library may have written them.
    fn found_in(&self, log: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (what, value) in &self.0 {
            let form = serde_urlencoded::to_string([("", value)]).unwrap()[1..].to_owned();
            let bytes: Vec<String> = value.bytes().map(|byte| byte.to_string()).collect();
            let spelt = [
                value.clone(),
                form.clone(),
                form.replace('+', "%20"),
                Base64::encode_string(value.as_bytes()),
                Base64UrlUnpadded::encode_string(value.as_bytes()),
                value.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}")),
                bytes.join(", "),
            ];
            for spelling in spelt {
                if let Some(at) =
                    log.match_indices(&spelling).map(|(at, _)| at).find(|at| stands_alone(log, *at, &spelling))
                {
                    let (from, to) =
                        (log.floor_char_boundary(at.saturating_sub(200)), log.ceil_char_boundary(at + 200));
                    found.push(format!("{what}: …{}…", &log[from..to]));
                }
            }
        }
        found
    }
}

/// Six digits may be part of any number; nothing longer is found by accident.
fn stands_alone(log: &str, at: usize, what: &str) -> bool {
    let part_of_more = |c: char| c.is_ascii_alphanumeric() || c == '.';
    what.len() > 8 || !(log[..at].ends_with(part_of_more) || log[at + what.len()..].starts_with(part_of_more))
}

#[test]
fn nothing_that_opens_anything_is_ever_written_to_the_log() {
    let (lines, text) = everything();
    // The hub's threads write; this one, where its visitors live, does not: what their own libraries say is not the hub's log.
    let hub = runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let visitors = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(place) = hub.block_on(Place::migrated(engine)) else { continue };
        let (mail, outside, service) =
            visitors.block_on(async { (MailServer::start().await, Outside::start().await, Outside::start().await) });
        let app = hub.block_on(TestApp::with(|settings| {
            place.address.clone_into(&mut settings.database_url);
            settings.public_url = Some(HUB.into());
            settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
            settings.outbound.allow = vec![outside.at.to_string(), service.at.to_string()];
            settings.smtp.host = Some(mail.at.ip().to_string());
            settings.smtp.port = Some(mail.at.port());
            settings.smtp.security = SmtpSecurity::None;
            settings.smtp.from = Some("hall@hub.example".into());
            settings.sign_in = vec![SignInSettings {
                id: "club".into(),
                protocol: Some(SignInProtocol::OpenidConnect),
                name: "The Club".into(),
                issuer: service.url(""),
                client_id: "hub".into(),
                client_secret: Some(Hidden::new("the hub's own secret at the club")),
                client_secret_file: None,
            }];
        }));
        let mut secrets = Secrets::default();
        secrets.keep("the secret at another service", "the hub's own secret at the club");
        secrets.keep("an e-mail address", EMAIL);
        secrets.keep("somebody's address", ADDRESS);
        let quiet = tracing_subscriber::registry().set_default();
        visitors.block_on(walk(&app, &mail, &outside, &service, &mut secrets));
        drop(quiet);
        assert!(hub.block_on(app.stop()));
        hub.block_on(place.remove());

        let (lines, text) = (lines.take(), text.take());
        // It was written, from the first word to the last, and by more than our own crates.
        for there in [
            "\"target\":\"security\"",
            "\"act\":\"log_in\"",
            "\"level\":\"TRACE\"",
            "\"act\":\"webhook.created\"",
            "insert into",
        ] {
            assert!(lines.contains(there), "{} has no {there}", engine.name());
        }
        assert!(text.contains("TRACE") && text.lines().count() > 1_000, "{}", text.lines().count());
        assert!(secrets.0.len() > 50, "{}", secrets.0.len());
        for log in [&lines, &text] {
            let found = secrets.found_in(log);
            assert!(found.is_empty(), "on {}: {} of them: {found:#?}", engine.name(), found.len());
        }
        // Whatever was sent, a line is a line.
        for line in lines.lines() {
            assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        }
        for line in text.lines() {
            assert!(!line.contains("a line of their own"), "{line}");
        }
    }
}

/// What came, which must have worked.
fn good(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.body);
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// The code an app on a phone shows now; the next one is another.
fn shown(app: &TestApp, key: &str, secrets: &mut Secrets) -> String {
    app.clock.pass(Duration::from_secs(30));
    let key = Key::try_from_base32(key.replace(' ', "")).unwrap();
    let secs = u64::try_from(app.clock.now().0).unwrap() / 1000;
    secrets.keep("a code of the app", &Builder::new().with_secret(key).build_noncompliant().generate(secs).to_string())
}

async fn walk(app: &TestApp, mail: &MailServer, outside: &Outside, service: &Outside, secrets: &mut Secrets) {
    the_first_start(app, secrets).await;
    let olga = by_letter(app, mail, secrets).await;
    let key = by_code(app, olga, secrets).await;
    by_passkey(app, secrets).await;
    by_another_service(app, service, secrets).await;
    programs(app, &key, secrets).await;
    games(app, secrets).await;
    webhooks(app, outside, secrets).await;
    organizations(app, secrets).await;
    rubbish(app, secrets).await;
}

fn visitor(app: &TestApp) -> Person {
    app.stranger().saying("x-forwarded-for", ADDRESS)
}

async fn the_first_start(app: &TestApp, secrets: &mut Secrets) {
    let token = secrets.keep("the setup token", app.running().setup_token.as_ref().unwrap().expose());
    let mut owner = visitor(app);
    owner.get(&format!("/setup?token={token}")).await;
    let wrong = secrets.keep("a wrong setup token", "this is not the token that was printed");
    let form = |token: &str| {
        [
            ("setup_token", token.to_owned()),
            ("name", "Freya".into()),
            ("email", String::new()),
            ("password", PASSWORD.into()),
        ]
    };
    for (token, works) in [(&wrong, false), (&token, true)] {
        let form = form(token);
        let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(owner.call("create_owner", &fields).await.status == 200, works);
    }
    secrets.keep("a password", PASSWORD);
    secrets.keep_cookies(&owner);
}

/// Signing up, a wrong password, a right one, and one that was forgotten.
async fn by_letter(app: &TestApp, mail: &MailServer, secrets: &mut Secrets) -> Person {
    let first = secrets.keep("the first password", "a kettle beneath the western stair");
    let wrong = secrets.keep("a wrong password", "a candle behind the eastern door");
    let second = secrets.keep("the second password", "a bell under the southern bridge");
    let mut olga = visitor(app);
    good(&olga.call("register", &[("name", "Olga"), ("email", EMAIL), ("password", &first)]).await);
    secrets.keep_cookies(&olga);
    let proves = app.letter("verify_address").await;
    secrets.keep_of("the code of a letter", &proves["code"]);
    let link = secrets.keep_of("the link of a letter", &proves["path"]);
    let token = secrets.keep("the token of a letter", link.split_once("token=").unwrap().1);
    visitor(app).get(&link).await;
    visitor(app).call("verify_by_link", &[("token", "it never was one, and never will be")]).await;
    good(&visitor(app).call("verify_by_link", &[("token", &token)]).await);

    olga.call("log_out", &[]).await;
    for (password, status) in [(&wrong, 401), (&first, 200)] {
        let answer = olga.call("log_in", &[("name", EMAIL), ("password", password), ("remember", "on")]).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    secrets.keep_cookies(&olga);
    let mut plain = visitor(app).without_script();
    plain.call("log_in", &[("name", "Olga"), ("password", &wrong)]).await;

    good(&visitor(app).call("ask_recovery", &[("email", EMAIL)]).await);
    let recovers = app.letter("recover_password").await;
    let link = secrets.keep_of("a recovery link", &recovers["path"]);
    let token = secrets.keep("a recovery token", link.split_once("token=").unwrap().1);
    let mut olga = visitor(app);
    assert_eq!(olga.get(&link).await.status, 200);
    good(&olga.call("recover", &[("token", &token), ("new_password", &second)]).await);
    secrets.keep_cookies(&olga);
    mail.letters(2).await;

    let third = secrets.keep("the third password", "a heron over the quiet harbour");
    let change = [("current_password", second.as_str()), ("new_password", third.as_str())];
    good(&olga.call("change_password", &change).await);
    good(&olga.call("prove", &[("password", &third)]).await);
    secrets.keep_cookies(&olga);
    let hashes: Vec<(String,)> = db::sql("select password_hash from users where password_hash <> ''")
        .fetch_all(&app.running().hub.db)
        .await
        .unwrap();
    for (hash,) in hashes {
        secrets.keep("the hash of a password", &hash);
    }
    olga
}

/// An app on a phone, and recovery codes. Gives back the app's secret.
async fn by_code(app: &TestApp, mut olga: Person, secrets: &mut Secrets) -> String {
    let begun = good(&olga.call("begin_totp", &[]).await);
    let key = secrets.keep_of("the secret of the app", &begun["key"]);
    secrets.keep("the secret of the app, in one", &key.replace(' ', ""));
    let confirmed = good(&olga.call("confirm_totp", &[("code", &shown(app, &key, secrets))]).await);
    let codes: Vec<String> =
        confirmed["codes"].as_array().unwrap().iter().map(|code| secrets.keep_of("a recovery code", code)).collect();
    secrets.keep_cookies(&olga);
    let third = secrets.keep("the third password", "a heron over the quiet harbour");
    for code in [shown(app, &key, secrets), codes[0].clone()] {
        let mut browser = visitor(app);
        good(&browser.call("log_in", &[("name", "Olga"), ("password", &third)]).await);
        secrets.keep_cookies(&browser);
        let wrong = secrets.keep("a wrong code", "wxyz-wxyz-wx");
        browser.call("second_step", &[("code", &wrong)]).await;
        good(&browser.call("second_step", &[("code", &code)]).await);
        secrets.keep_cookies(&browser);
    }
    // Without script they travel in a cookie, for a moment.
    let mut plain = olga.clone().without_script();
    assert_eq!(plain.call("make_recovery_codes", &[]).await.status, 302);
    secrets.keep_cookies(&plain);
    plain.get("/account/safety").await;
    key
}

async fn by_passkey(app: &TestApp, secrets: &mut Secrets) {
    let mut ida = visitor(app);
    good(&ida.call("register", &[("name", "Ida"), ("email", ""), ("password", PASSWORD)]).await);
    let mut device = device::Device::new(7, HUB);
    let mut answered = |what: &str, answer: &str| {
        let answer: Value = serde_json::from_str(answer).unwrap();
        for part in ["clientDataJSON", "attestationObject", "signature"] {
            if let Some(text) = answer["response"][part].as_str() {
                secrets.keep(&format!("{what}: {part}"), text);
            }
        }
    };
    let options = good(&ida.call("begin_passkey", &[]).await);
    let answer = device.create(options.as_str().unwrap());
    answered("a passkey that is made", &answer);
    good(&ida.call("add_passkey", &[("device_name", "Key"), ("answer", &answer)]).await);
    let mut later = visitor(app);
    let options = good(&later.call("begin_passkey_log_in", &[]).await);
    let answer = device.get(options.as_str().unwrap());
    answered("a passkey that logs in", &answer);
    good(&later.call("passkey_log_in", &[("answer", &answer)]).await);
    // A second time, and torn in two, it is worth nothing.
    for answer in [answer.as_str(), &answer[..answer.len() / 2]] {
        assert_eq!(visitor(app).call("passkey_log_in", &[("answer", answer)]).await.status, 422);
    }
    secrets.keep_cookies(&later);
    secrets.keep_cookies(&ida);
}

async fn by_another_service(app: &TestApp, service: &Outside, secrets: &mut Secrets) {
    let configuration = json!({
        "issuer": service.url(""), "authorization_endpoint": service.url("/authorize"),
        "token_endpoint": service.url("/token"), "jwks_uri": service.url("/keys"),
        "access_token": "an access token of the club", "id_token": "e30.an ID token of the club.e30", "token_type": "Bearer",
    });
    secrets.keep("another service's access token", "an access token of the club");
    secrets.keep("another service's ID token", "an ID token of the club");
    service.says("200 OK", "Content-Type: application/json\r\n", &configuration.to_string());
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let mut nils = visitor(app);
    let going = nils.send(Method::POST, "/auth/club", &headers, Bytes::new()).await;
    let url = going.header("refresh").to_owned();
    let state = url.split("state=").nth(1).unwrap_or_else(|| panic!("{}", going.body)).split('&').next().unwrap();
    let state = secrets.keep("the state of a sign-in", state);
    secrets.keep_cookies(&nils);
    let code = secrets.keep("the code of a sign-in", "a-code-that-is-good-once");
    let refused = nils.get(&format!("/auth/club/back?code={code}&state={state}")).await;
    assert!((400..=503).contains(&refused.status), "{}", refused.body);
    let verifier = service.asked.lock().unwrap().iter().find_map(|asked| {
        let (_, rest) = asked.split_once("code_verifier=")?;
        Some(rest.split('&').next().unwrap().trim().to_owned())
    });
    secrets.keep("the verifier of a sign-in", &verifier.expect("the code was brought back"));
}

/// Tokens of every kind, used, renewed, used twice, given up.
async fn programs(app: &TestApp, key: &str, secrets: &mut Secrets) {
    let third = secrets.keep("the third password", "a heron over the quiet harbour");
    let mut program = app.program().saying("x-forwarded-for", ADDRESS);
    let form = json!({ "grant": "password", "name": "Olga", "password": third });
    let pending = program.post("/api/v1/auth/token", &form).await;
    assert_eq!(pending.status, 202, "{}", pending.body);
    let pending = secrets.keep_of("a pending token", &pending.json()["pending_token"]);
    let code = shown(app, key, secrets);
    let form = json!({ "grant": "second_factor", "pending_token": pending, "code": code });
    let granted = good(&program.post("/api/v1/auth/token", &form).await);
    let access = secrets.keep_of("an access token", &granted["access_token"]);
    for part in access.split('.').skip(1) {
        secrets.keep("a part of an access token", part);
    }
    let refresh = secrets.keep_of("a refresh token", &granted["refresh_token"]);
    let mut bot = app.program().with_token(&access);
    let made =
        good(&bot.post("/api/v1/me/tokens", &json!({ "name": "Bot", "grants": "account:read lobby:read" })).await);
    let token = secrets.keep_of("a personal token", &made["token"]);
    good(&app.program().with_token(&token).get("/api/v1/me").await);
    let mut page = app.live_with_token(&token).await;
    page.follow(Topic::Site).await;
    page.told().await;
    let wrong = secrets.keep("a wrong token", "gh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(app.program().with_token(&wrong).get("/api/v1/me").await.status, 401);
    let torn = secrets.keep("a torn token", &access[..access.len() - 3]);
    assert_eq!(app.program().with_token(&torn).get("/api/v1/me").await.status, 401);
    let basic = secrets.keep("a name and password", "T2xnYTphIGhlcm9uIG92ZXI=");
    app.program().saying("authorization", &format!("Basic {basic}")).get("/api/v1/me").await;

    let form = json!({ "grant": "refresh", "refresh_token": refresh });
    let renewed = good(&program.post("/api/v1/auth/token", &form).await);
    secrets.keep_of("an access token", &renewed["access_token"]);
    secrets.keep_of("a refresh token", &renewed["refresh_token"]);
    assert_eq!(program.post("/api/v1/auth/token", &form).await.status, 401, "a second time");
    good(&program.post("/api/v1/auth/revoke", &json!({ "token": token })).await);
}

/// The lobby's doors: its own password, in both dialects, and the token it is changed for.
async fn games(app: &TestApp, secrets: &mut Secrets) {
    let mut gamer = visitor(app);
    good(&gamer.call("register", &[("name", "Gamer"), ("email", ""), ("password", PASSWORD)]).await);
    let made = good(&gamer.call("make_game_password", &[]).await);
    let password = secrets.keep_of("a game password", &made["password"]);
    drop(LogIn::player(Dialect::Myth2, "Gamer", &password).enter(app.lobby()).await.unwrap());
    let wrong = secrets.keep("a wrong game password", "wrong-as-can-be");
    assert!(LogIn::player(Dialect::Myth2, "Gamer", &wrong).at(app.lobby()).await.is_err());
    let form = format!("password={password}&salt=%01%02&username=Gamer");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let token = visitor(app).send(Method::POST, "/metaclient/login", &headers, Bytes::from(form)).await.body;
    let token = secrets.keep("a token for the lobby", &token);
    drop(LogIn::player(Dialect::AlephOne, "Gamer", &token).enter(app.lobby()).await.unwrap());
    // Without script it travels in a cookie, for a moment.
    let mut plain = gamer.clone().without_script();
    assert_eq!(plain.call("make_game_password", &[]).await.status, 302);
    secrets.keep_cookies(&plain);
}

async fn webhooks(app: &TestApp, outside: &Outside, secrets: &mut Secrets) {
    outside.says("200 OK", "", "thanks");
    let mut freya = app.program_of("Freya").await;
    let key = secrets.keep("the key in a webhook's address", "a-key-that-the-other-program-made");
    let form =
        json!({ "name": "Greeter", "url": outside.url(&format!("/hook?key={key}")), "events": ["user_registered"] });
    let made = good(&freya.post("/api/v1/webhooks", &form).await);
    secrets.keep_of("the secret of a webhook", &made["secret"]);
    let webhook = &made["webhook"]["id"];
    good(&freya.ask(Method::POST, &format!("/api/v1/webhooks/{webhook}/test")).await);
    let sent = until("the delivery", async || {
        let asked = outside.asked.lock().unwrap().clone();
        asked.first().cloned().ok_or(asked)
    })
    .await;
    let signature = sent.lines().find_map(|line| line.strip_prefix("guildhall-signature: ")).expect("it is signed");
    secrets.keep("a signature", signature.split("v1=").nth(1).unwrap_or(signature).trim());
    let renewed = good(&freya.ask(Method::POST, &format!("/api/v1/webhooks/{webhook}/secret")).await);
    secrets.keep_of("the new secret of a webhook", &renewed["secret"]);
}

async fn organizations(app: &TestApp, secrets: &mut Secrets) {
    let mut freya = app.program_of("Freya").await;
    let founded = good(&freya.post("/api/v1/organizations", &json!({ "name": "The Lantern" })).await);
    let path = format!("/api/v1/organizations/{}/links", founded["id"]);
    let made = good(&freya.post(&path, &json!({ "role": "member", "uses": 1, "days": 7 })).await);
    let token = secrets.keep_of("an invitation", &made["token"]);
    let mut guest = visitor(app);
    guest.get(&format!("/orgs/join?token={token}")).await;
    good(&guest.call("look_behind_invitation", &[("token", &token)]).await);
}

/// What can't be read, what was never asked for, and our own faults, with secrets in all of them.
async fn rubbish(app: &TestApp, secrets: &mut Secrets) {
    let slip = secrets.keep("a password in the wrong place", "a badger in the empty granary");
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let encoded = serde_urlencoded::to_string([("password", &slip)]).unwrap();
    for body in [
        encoded.clone(),
        format!("{encoded}&{encoded}"),
        format!("name=Olga&{encoded}&remember[x]=%%%"),
        format!("%%%{encoded}"),
    ] {
        for path in
            ["/api/log_in", "/api/register", "/api/change_password", "/api/nothing", "/metaclient/login", "/auth/club"]
        {
            visitor(app).send(Method::POST, path, &form, Bytes::from(body.clone())).await;
        }
    }
    let json_kind = [("content-type", "application/json")];
    for body in [
        json!({ "grant": slip }),
        json!({ "grant": "password", "name": "Olga", "password": { "is": slip } }),
        json!({ "grant": "password", "name": "Olga", "pass": slip }),
        json!({ "grant": "refresh", "refresh_token": [slip] }),
        json!(slip),
    ] {
        let body = body.to_string();
        for path in ["/api/v1/auth/token", "/api/v1/auth/revoke", "/api/v1/nothing"] {
            app.program().raw(Method::POST, path, &json_kind, body.as_bytes()).await;
            app.program().raw(Method::POST, path, &json_kind, &body.as_bytes()[..body.len() - 2]).await;
        }
    }
    let spelt = slip.replace(' ', "%20");
    for path in [
        format!("/login?password={spelt}"),
        format!("/api/v1/users?cursor={spelt}"),
        format!("/verify?token={spelt}"),
        format!("/barred?pass={spelt}"),
    ] {
        visitor(app).get(&path).await;
    }
    // Lines that would like to be of the log.
    let mut liar = visitor(app).saying("sec-fetch-site", "cross-site");
    let forged = "/api/log_in%0a%7b%22level%22:%22INFO%22%7d%0aa%20line%20of%20their%20own";
    liar.send(Method::POST, forged, &form, Bytes::new()).await;
    let name = "Olga\n{\"level\":\"INFO\"}\na line of their own";
    visitor(app).call("log_in", &[("name", name), ("password", &slip)]).await;
    visitor(app).call("register", &[("name", name), ("email", name), ("password", &slip)]).await;
    visitor(app).saying("user-agent", "a line of their own").get("/").await;

    // A fault of ours, in the middle of a log-in.
    let broken: Result<u64, db::Error> = app
        .running()
        .hub
        .db
        .write(|tx| Box::pin(async move { db::sql("alter table sessions rename to mislaid").execute(tx).await }))
        .await;
    broken.unwrap();
    let failed = visitor(app).call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
    assert_eq!(failed.status, 500, "{}", failed.body);
    let form = json!({ "grant": "password", "name": "Freya", "password": PASSWORD });
    assert_eq!(app.program().post("/api/v1/auth/token", &form).await.status, 500);
}
