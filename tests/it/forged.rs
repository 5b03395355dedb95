//! What a request says of the hub's own name counts for nothing: not in letters, not in redirects, not in cookies, not in pages.

use base::{Actor, Role, Secret};
use bytes::Bytes;
use db::testing::each_place;
use hyper::Method;
use serde_json::json;
use server::config::{Settings, SmtpSecurity};
use tests::{Answer, LivePage, PASSWORD, Person, Program, TestApp};
use tokio_tungstenite::tungstenite::Error;

use super::mail::MailServer;

const EVIL: &str = "evil.example";
/// Every way there is of telling a server what it is called.
const FORGED: [(&str, &str); 11] = [
    ("host", EVIL),
    ("x-forwarded-host", EVIL),
    ("x-forwarded-server", EVIL),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "4443"),
    ("x-host", EVIL),
    ("x-original-host", EVIL),
    ("x-original-url", "http://evil.example/login"),
    ("x-rewrite-url", "http://evil.example/login"),
    ("forwarded", "for=192.0.2.60;host=evil.example;proto=https"),
    ("x-http-host-override", EVIL),
];

fn forging(person: Person) -> Person {
    FORGED.into_iter().fold(person, |person, (name, value)| person.saying(name, value))
}

fn forged_program(program: Program) -> Program {
    FORGED.into_iter().fold(program, |program, (name, value)| program.saying(name, value))
}

/// Nothing of the answer is made of what the request said.
fn is_clean(what: &str, answer: &Answer) {
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        assert!(!value.contains("evil.example") && !value.contains(":4443"), "{what}: {name}: {value}");
    }
    assert!(!answer.body.contains("evil.example"), "{what}: {}", answer.body);
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap().to_lowercase();
        assert!(!cookie.contains("domain="), "{what}: {cookie}");
    }
    let to = answer.header("location");
    assert!(to.is_empty() || to.starts_with('/') && !to.starts_with("//"), "{what} leads to {to}");
}

fn name_of(app: &TestApp, public_url: Option<&str>) -> String {
    public_url.map_or_else(|| format!("http://{}", app.at()), str::to_owned)
}

async fn hub(database: Option<&str>, public_url: Option<&str>, change: impl FnOnce(&mut Settings)) -> TestApp {
    TestApp::with(|settings| {
        if let Some(database) = database {
            database.clone_into(&mut settings.database_url);
        }
        settings.public_url = public_url.map(str::to_owned);
        change(settings);
    })
    .await
}

#[tokio::test]
async fn every_link_of_a_letter_leads_to_the_hub() {
    // With a name of its own, and without; behind a proxy that hands on whatever it is told, and without.
    for (public_url, proxied) in
        [(Some("https://hub.example"), false), (Some("https://hub.example"), true), (None, true)]
    {
        each_place(async |place| {
            let server = MailServer::start().await;
            let at = server.at;
            let app = hub(Some(&place.address), public_url, |settings| {
                settings.smtp.host = Some(at.ip().to_string());
                settings.smtp.port = Some(at.port());
                settings.smtp.security = SmtpSecurity::None;
                settings.smtp.from = Some("hall@hub.example".into());
                if proxied {
                    settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
                }
            })
            .await;
            let here = name_of(&app, public_url);
            // Confirmation.
            let mut olga = forging(app.stranger());
            let form = [("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
            is_clean("signing up", &olga.call("register", &form).await);
            let letter = plain(&server.letters(1).await[0]);
            let token = letter.split("/verify?token=").nth(1).unwrap();
            let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
            is_clean("confirming", &forging(app.stranger()).call("verify_by_link", &[("token", &token)]).await);
            // Recovery.
            let asked = forging(app.stranger()).call("ask_recovery", &[("email", "olga@example.org")]).await;
            is_clean("recovering", &asked);
            server.letters(2).await;
            // A change of the address: the old one gets a way back.
            is_clean("another address", &olga.call("set_address", &[("email", "olga@hub.example")]).await);
            let letters = server.letters(3).await;
            let code = plain(&letters[2]);
            let token = code.split("/verify?token=").nth(1).unwrap();
            let token: String = token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
            forging(app.stranger()).call("verify_by_link", &[("token", &token)]).await;
            server.letters(4).await;
            // An invitation.
            let accounts = &app.running().hub.accounts;
            accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
            let mut freya = forged_program(app.program_of("Freya").await);
            let founded = freya.post("/api/v1/organizations", &json!({ "name": "The Lantern" })).await;
            is_clean("founding", &founded);
            let path = format!("/api/v1/organizations/{}/invitations", founded.json()["id"]);
            let invited = freya.post(&path, &json!({ "name": "Olga", "role": "member" })).await;
            assert!(invited.status < 300, "{}", invited.body);
            is_clean("inviting", &invited);
            let letters = server.letters(5).await;
            let mut links = 0;
            for letter in letters.iter().map(|letter| plain(letter)) {
                assert!(!letter.contains("evil"), "{letter}");
                for rest in
                    letter.split("http").skip(1).filter(|rest| rest.starts_with("://") || rest.starts_with("s://"))
                {
                    let link = format!("http{rest}");
                    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "-:@".contains(c));
                    let ours = link.strip_prefix(&here).is_some_and(ends);
                    assert!(ours, "{} in {letter}", link.chars().take(60).collect::<String>());
                    links += 1;
                }
            }
            assert!(links >= 5, "each of them has one at least: {links}");
            assert!(app.stop().await);
        })
        .await;
    }
}

/// A letter without the folding of its quoted lines, and without the second full stop where a line begins with one (RFC 5321, 4.5.2).
fn plain(letter: &str) -> String {
    letter.replace("\r\n..", "\r\n.").replace("=\r\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn no_page_redirect_or_cookie_is_made_of_what_a_request_says() {
    for public_url in [Some("https://hub.example"), None] {
        let app = hub(None, public_url, |_| {}).await;
        let accounts = &app.running().hub.accounts;
        accounts.create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
        let mut freya = forged_program(app.program_of("Freya").await);
        for (who, person) in [("a stranger", app.stranger()), ("Olga", app.person("Olga").await)] {
            let mut person = forging(person);
            for path in [
                "/",
                "/live",
                "/login?next=/account",
                "/register",
                "/account",
                "/account/safety",
                "/account/connect",
                "/admin",
                "/admin/users",
                "/orgs",
                "/people",
                "/nowhere",
                "/robots.txt",
                "/api/docs",
                "/api/v1/openapi.json",
                "/problems/malformed",
                "/healthz",
            ] {
                is_clean(&format!("{who}: {path}"), &person.get(path).await);
            }
            // Forms, with script and without; a browser without it is sent back to where it says it came from.
            for mut person in
                [person.clone(), person.without_script().saying("referer", "http://evil.example/login?x=1")]
            {
                let what = format!("{who}: a form");
                is_clean(&what, &person.call("log_in", &[("name", "Olga"), ("password", "not hers")]).await);
                is_clean(&what, &person.call("set_locale", &[("locale", "en")]).await);
                is_clean(&what, &person.call("prove", &[("password", PASSWORD), ("next", "/account")]).await);
                is_clean(&what, &person.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await);
                is_clean(&what, &person.call("log_out", &[]).await);
            }
        }
        // The API's own links.
        let listed = freya.get("/api/v1/users?limit=1").await;
        assert!(listed.header("link").starts_with("</api/v1/users?"), "{}", listed.header("link"));
        is_clean("a page of the API", &listed);
        let form = json!({ "name": "Bot", "grants": "account:read" });
        is_clean("something made", &freya.post("/api/v1/me/tokens", &form).await);
        is_clean("a refusal", &forged_program(app.program()).get("/api/v1/me").await);
    }
}

#[tokio::test]
async fn a_form_or_a_socket_for_another_name_is_not_ours() {
    let app = TestApp::with(|settings| settings.public_url = Some("https://hub.example".into())).await;
    app.person("Olga").await;
    // A stranger's name that was made to lead here: its page has that name for its origin, and sends it as the host.
    let form = [("content-type", "application/x-www-form-urlencoded"), ("origin", "http://evil.example")];
    let body = || Bytes::from(serde_urlencoded::to_string([("name", "Olga"), ("password", PASSWORD)]).unwrap());
    let mut rebound = forging(app.stranger());
    let answer = rebound.send(Method::POST, "/api/log_in", &form, body()).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(rebound.cookies().is_empty());
    let ours = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://hub.example")];
    assert_eq!(app.stranger().send(Method::POST, "/api/log_in", &ours, body()).await.status, 200);

    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("origin", "http://evil.example"),
    ];
    assert_eq!(rebound.send(Method::GET, "/api/live", &upgrade, Bytes::new()).await.status, 403);
    match LivePage::try_open(app.at(), &app.stranger(), "https://hub.example.evil.example").await {
        Err(error) => assert!(matches!(*error, Error::Http(answer) if answer.status() == 403)),
        Ok(_) => panic!("another name was let in"),
    }
}

#[tokio::test]
async fn whatever_it_is_called_it_is_the_same_hub() {
    let app = TestApp::with(|settings| settings.public_url = Some("https://hub.example".into())).await;
    // No answer depends on the name, so none is unknown: there is no other site here, and nobody is sent to the right one.
    for name in ["hub.example", EVIL, "evil.example:81", "192.0.2.1", "[2001:db8::1]", "xn--nxasmq6b.example"] {
        let answer = app.stranger().saying("host", name).get("/login").await;
        assert!(answer.status == 200 && answer.body.contains("current-password"), "{name}: {}", answer.body);
        is_clean(name, &answer);
    }
}
