//! The addresses that Aleph One's client has compiled in (protocol §9.5), with its own bytes: fields in the order of their names, every
//! character encoded but letters, digits, `-`, `.`, `_` and `~`, and an answer of which it looks at the body alone.

use base::Actor;
use bytes::Bytes;
use contract::settings::{Setting, Value};
use hyper::Method;
use metaserver::testing::{ClientError, LogIn};
use metaserver_proto::Dialect;
use tests::{Answer, PASSWORD, TestApp};

/// What somebody chooses in the game: as long as it lets them.
const CHOSEN: &str = "Vrlq&Wopk=7 %ü";

/// A value as the client writes it.
fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Sends a form as the client does: no cookie, no origin, nothing a browser would say.
async fn post(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let mut game = app.stranger().saying("accept", "*/*").saying("user-agent", "");
    game.send(Method::POST, path, &headers, Bytes::from(body.join("&"))).await
}

async fn sign_up(app: &TestApp, email: &str, password: &str, name: &str) -> Answer {
    post(app, "/metaclient/signup", &[("email", email), ("password", password), ("username", name)]).await
}

async fn log_in(app: &TestApp, password: &str, salt: &str, name: &str) -> Answer {
    post(app, "/metaclient/login", &[("password", password), ("salt", salt), ("username", name)]).await
}

/// What the client opens in a browser: whatever it was answered, in capital hexadecimal.
async fn settings(app: &TestApp, password: &str, name: &str) -> String {
    let answered = log_in(app, password, "", name).await;
    format!("/metaclient/settings?token={}", hex::encode_upper(&answered.bytes))
}

fn refused(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused(3, _))
}

#[tokio::test]
async fn signed_up_in_the_game_logged_on_by_method_4_and_claimed_by_mail() {
    let app = TestApp::start().await;
    let made = sign_up(&app, "olga@example.org", CHOSEN, "Olga").await;
    assert_eq!((made.status, made.body.as_str()), (200, "OK"), "letter for letter: the client compares");
    assert_eq!(made.header("content-type"), "text/plain; charset=utf-8");
    assert!(made.header("set-cookie").is_empty(), "a game is no browser");

    let answer = log_in(&app, CHOSEN, "\u{1}\u{2}\u{7f}", "Olga").await;
    assert_eq!((answer.status, answer.bytes.len()), (200, 16));
    assert!(answer.bytes.iter().all(u8::is_ascii_alphanumeric), "no NUL, at which the client would cut it");
    assert_eq!(answer.header("cache-control"), "no-store");
    let mut client = LogIn::player(Dialect::AlephOne, "Olga", &answer.body).enter(app.lobby()).await.unwrap();
    client.say("from another ship").await.unwrap();
    assert_eq!(client.line().await.unwrap().message.to_string(), "from another ship");
    let again = LogIn::player(Dialect::AlephOne, "Olga", &answer.body).at(app.lobby()).await.unwrap_err();
    assert!(refused(&again), "a token is good once");

    let letter = app.letter("claim_account").await;
    let path = letter["path"].as_str().unwrap().to_owned();
    let mut olga = app.stranger().without_script();
    assert!(olga.get(&path).await.body.contains("Olga"));
    let token = path.split_once("token=").unwrap().1;
    let claimed = olga.call("recover", &[("token", token), ("new_password", PASSWORD)]).await;
    assert_eq!((claimed.status, claimed.header("location")), (302, "/account"));
    assert_eq!(olga.get("/account").await.status, 200);
}

#[tokio::test]
async fn the_button_in_the_game_leads_into_the_account_once() {
    let app = TestApp::start().await;
    sign_up(&app, "olga@example.org", CHOSEN, "Olga").await;
    let address = settings(&app, CHOSEN, "Olga").await;
    assert_eq!(address.len(), "/metaclient/settings?token=".len() + 32);
    let token = address.split_once("token=").unwrap().1.to_owned();

    let mut browser = app.stranger().without_script();
    let page = browser.get(&address).await;
    assert_eq!(page.status, 200);
    assert!(page.seen().contains("Olga") && page.seen().contains("/api/come_from_game"), "{}", page.body);
    assert!(
        page.header("set-cookie").is_empty(),
        "nothing happens before the button is pressed: programs follow addresses, too"
    );
    assert_eq!(
        (page.header("cache-control"), page.header("referrer-policy")),
        ("no-store", "strict-origin-when-cross-origin")
    );

    // A stranger's page can't press it for somebody, or in place of their own login.
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    let body = Bytes::from(format!("token={token}"));
    let forged = app.stranger().send(Method::POST, "/api/come_from_game", &headers, body.clone()).await;
    assert_eq!(forged.status, 403);
    let posted = app.stranger().send(Method::POST, "/metaclient/settings", &headers, body).await;
    assert!(posted.status >= 400, "the page takes no form: {}", posted.status);

    // Whoever was here before, under whatever cookie, goes on under a new one; and nowhere but to the account.
    let before = app.person("Bert").await;
    let mut browser = before.clone().without_script();
    let entered = browser.call("come_from_game", &[("token", &token), ("next", "https://evil.example/")]).await;
    assert_eq!((entered.status, entered.header("location")), (302, "/account"));
    assert_ne!(browser.cookie("__Host-guildhall"), before.cookie("__Host-guildhall"));
    assert!(browser.get("/account").await.body.contains("Olga"));

    let used = app.stranger().get(&address).await;
    assert_eq!(used.status, 200);
    assert!(used.seen().contains("has been used") && !used.seen().contains("come_from_game"), "{}", used.body);
    let again = app.stranger().without_script().call("come_from_game", &[("token", &token)]).await;
    assert!(again.header("location").contains("__err") && again.header("set-cookie").is_empty(), "{again:?}");
}

#[tokio::test]
async fn a_wrong_password_gives_what_can_never_be_a_token() {
    let app = TestApp::start().await;
    sign_up(&app, "", CHOSEN, "Olga").await;
    let long = "x".repeat(5_000);
    for (password, name) in [("wrong wrong", "Olga"), (CHOSEN, "Nobody"), ("", ""), (long.as_str(), "Olga")] {
        for salt in ["abc", ""] {
            let answer = log_in(&app, password, salt, name).await;
            assert_eq!(answer.body, "-", "{name}: {}", answer.status);
        }
    }
    let page = app.stranger().get("/metaclient/settings?token=2D").await;
    assert!(page.seen().contains("/login"), "the client opens the page all the same: {}", page.body);
    let padded = LogIn::player(Dialect::AlephOne, "Olga", "-").at(app.lobby()).await.unwrap_err();
    assert!(refused(&padded));
    let without_fields = post(&app, "/metaclient/login", &[]).await;
    assert_eq!(without_fields.body, "-");
}

#[tokio::test]
async fn guesses_are_counted_by_address_in_the_game_too() {
    let app = TestApp::with(|settings| settings.log_in.burst = 5).await;
    sign_up(&app, "", CHOSEN, "Olga").await;
    for _ in 0..5 {
        assert_eq!(log_in(&app, "wrong wrong", "abc", "Olga").await.status, 401);
    }
    let limited = log_in(&app, CHOSEN, "abc", "Olga").await;
    assert_eq!((limited.status, limited.body.as_str()), (429, "-"));
}

#[tokio::test]
async fn a_player_reads_why_there_is_no_account() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    for (email, password, name, says) in [
        ("", CHOSEN, "olga", "Name: Somebody has this already."),
        ("", CHOSEN, "Administrator", "Name: This name is reserved."),
        ("", "password", "Bert", "Password: This is on every attacker's list."),
        ("nowhere", CHOSEN, "Bert", "E-mail: This does not look like an e-mail address."),
    ] {
        let answer = sign_up(&app, email, password, name).await;
        assert!(answer.body.starts_with(says), "{name}: {}", answer.body);
        assert!(answer.body.is_ascii() && answer.body.len() < 250, "the game shows it as it is: {}", answer.body);
    }
    let hub = app.running().hub.accounts.hub();
    hub.set(&Actor::Operator, Setting::VerifiedAddressRequired, Value::Flag(true)).await.unwrap();
    let waits = sign_up(&app, "bert@example.org", CHOSEN, "Bert").await;
    assert!(waits.body.contains("link in the letter") && waits.body != "OK", "{}", waits.body);
    assert_eq!(log_in(&app, CHOSEN, "abc", "Bert").await.body, "-", "not before the address is proved");
    hub.set(&Actor::Operator, Setting::Registration, Value::Flag(false)).await.unwrap();
    assert_eq!(sign_up(&app, "", CHOSEN, "Carl").await.body, "New accounts are not being taken at the moment.");
}

#[tokio::test]
async fn a_hub_without_a_certificate_takes_clear_text_if_its_operator_wants_that() {
    let app = TestApp::with(|settings| {
        settings.lobby.aleph_one_https = false;
        settings.lobby.aleph_one_clear_text = true;
    })
    .await;
    sign_up(&app, "", "Vrlq Wopk 7", "Olga").await;
    LogIn::player(Dialect::AlephOne, "Olga", "Vrlq Wopk 7").at(app.lobby()).await.unwrap();
    let wrong = LogIn::player(Dialect::AlephOne, "Olga", "vrlq wopk 7").at(app.lobby()).await.unwrap_err();
    assert!(refused(&wrong));
}
