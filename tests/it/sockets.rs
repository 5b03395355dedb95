//! The live socket's own limits, and its end: so many an account and an address, so large a message, and never longer than the login behind it.

use base::{Actor, SessionId};
use bytes::Bytes;
use contract::live::{Tell, Topic};
use db::testing::each_place;
use hyper::Method;
use serde_json::json;
use tests::{Answer, LivePage, PASSWORD, Person, TestApp};
use tokio_tungstenite::tungstenite::Error;

const LOGIN: &str = "__Host-guildhall";

/// Tries to open one as a page of ours would; the status of a refusal.
async fn open(app: &TestApp, person: &Person) -> Result<LivePage, u16> {
    LivePage::try_open(app.at(), person, &format!("http://{}", app.at())).await.map_err(|error| match *error {
        Error::Http(answer) => answer.status().as_u16(),
        other => panic!("{other}"),
    })
}

/// One that the hub has surely given its seat: it has told something.
async fn seated(app: &TestApp, person: &Person) -> LivePage {
    let mut page = app.page_of(person).await;
    page.follow(Topic::Site).await;
    page.told().await;
    page
}

async fn log_in(app: &TestApp, name: &str) -> Person {
    let mut person = app.stranger();
    let answer = person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    person
}

async fn is_closed_for_good(page: LivePage, why: &str) {
    assert_eq!(u16::from(page.closed().await), 1008, "{why}");
}

/// A request to open one, by hand: what is answered, and no socket afterwards.
async fn knock(person: &mut Person, more: &[(&str, &str)]) -> Answer {
    let upgrade = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    person.send(Method::GET, "/api/live", &[upgrade.as_slice(), more].concat(), Bytes::new()).await
}

#[tokio::test]
async fn an_account_has_so_many_and_gets_its_places_back() {
    assert_eq!(server::config::Settings::default().http.sockets_per_account, 20);
    let app = TestApp::with(|settings| settings.http.sockets_per_account = 3).await;
    let (olga, bert) = (app.person("Olga").await, app.person("Bert").await);
    let elsewhere = log_in(&app, "Olga").await;
    let first = seated(&app, &olga).await;
    let _others = (seated(&app, &olga).await, seated(&app, &elsewhere).await);
    for browser in [&olga, &elsewhere] {
        assert_eq!(open(&app, browser).await.err(), Some(429), "the fourth of one account, whichever browser it is in");
    }
    seated(&app, &bert).await;
    drop(first);
    tests::until("her place", async || open(&app, &olga).await.map(drop)).await;
}

#[tokio::test]
async fn an_address_has_so_many_whoever_is_there() {
    assert_eq!(server::config::Settings::default().http.sockets_per_address, 100);
    let app = TestApp::with(|settings| {
        settings.http.sockets_per_address = 3;
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let olga = app.person("Olga").await;
    let stranger = app.stranger();
    let _open = (seated(&app, &olga).await, seated(&app, &stranger).await, seated(&app, &stranger).await);
    assert_eq!(open(&app, &olga).await.err(), Some(429));
    assert_eq!(open(&app, &stranger).await.err(), Some(429));
    // Somewhere else there is room; a whole IPv6 network is one place.
    let origin = format!("http://{}", app.at());
    let at = async |address: &str| {
        let mut person = app.stranger().saying("x-forwarded-for", address);
        knock(&mut person, &[("origin", &origin)]).await.status
    };
    assert_eq!(at("198.51.100.1").await, 101);
    assert_eq!(at("127.0.0.1").await, 429);
}

#[tokio::test]
async fn a_message_is_text_and_small() {
    assert_eq!(server::config::Settings::default().live.message_bytes, 16 * 1024);
    let app = TestApp::start().await;
    let guest = app.stranger();
    let mut page = seated(&app, &guest).await;
    // As long as it may be: no sense in it, but no harm either.
    page.say(&"x".repeat(16 * 1024)).await;
    while !matches!(page.told().await, Tell::Refused { .. }) {}
    page.say(&"x".repeat(16 * 1024 + 1)).await;
    assert_eq!(u16::from(page.closed().await), 1009);
}

#[tokio::test]
async fn nothing_is_compressed_whoever_asks_for_it() {
    let app = TestApp::start().await;
    let origin = format!("http://{}", app.at());
    let asked =
        [("origin", origin.as_str()), ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits")];
    let answer = knock(&mut app.stranger(), &asked).await;
    assert_eq!((answer.status, answer.header("sec-websocket-extensions")), (101, ""));
}

#[tokio::test]
async fn it_closes_the_moment_its_login_ends() {
    each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        let mut olga = app.person("Olga").await;

        // Logged out here: this one closes, and not the one of another browser.
        let mut here = log_in(&app, "Olga").await;
        let (page, other) = (seated(&app, &here).await, seated(&app, &olga).await);
        assert_eq!(here.call("log_out", &[]).await.status, 200);
        is_closed_for_good(page, "logged out").await;

        // Ended from another browser, one by its number and the rest by the button.
        let (there, far) = (log_in(&app, "Olga").await, log_in(&app, "Olga").await);
        let (one, rest) = (seated(&app, &there).await, seated(&app, &far).await);
        let accounts = &app.running().hub.accounts;
        let known = accounts.identify(there.cookie(LOGIN).unwrap(), None).await.unwrap().unwrap();
        let number = known.actor.session().map(SessionId::get).unwrap().to_string();
        assert_eq!(olga.call("end_session", &[("session", &number)]).await.status, 200);
        is_closed_for_good(one, "ended by its number").await;
        assert_eq!(olga.call("end_other_sessions", &[]).await.status, 200);
        is_closed_for_good(rest, "ended with all others").await;

        // By those who run the hub, who may be at another machine.
        app.shell().ok(&["user", "log-out", "Olga"]).await;
        is_closed_for_good(other, "logged out by an operator").await;
        assert_eq!(olga.get("/account").await.status, 302);
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test]
async fn a_login_that_is_gone_without_a_word_is_missed_at_the_next_look() {
    assert_eq!(server::config::Settings::default().live.recheck_secs, 300);
    each_place(async |place| {
        let app = TestApp::with(|settings| {
            settings.database_url.clone_from(&place.address);
            settings.live.recheck_secs = 1;
        })
        .await;
        let (olga, mut bert) = (app.person("Olga").await, app.program_of("Bert").await);
        let guest = app.stranger();
        let made = bert.post("/api/v1/me/tokens", &json!({ "name": "Watcher", "grants": "lobby:read" })).await.json();
        let mut watcher = app.live_with_token(made["token"].as_str().unwrap()).await;
        watcher.follow(Topic::Site).await;
        watcher.told().await;
        let (page, mut stays) = (seated(&app, &olga).await, seated(&app, &guest).await);
        // As a restored database might: nobody is told.
        for statement in ["delete from sessions", "delete from api_tokens"] {
            let emptied: Result<u64, db::Error> = app
                .running()
                .hub
                .db
                .write(move |tx| Box::pin(async move { db::sql(statement).execute(tx).await }))
                .await;
            emptied.unwrap();
        }
        is_closed_for_good(page, "its login is gone").await;
        is_closed_for_good(watcher, "its token is gone").await;
        // A stranger's never had one.
        stays.follow(Topic::Lobby).await;
        stays.sees("the rooms", |lobby| !lobby.rooms.is_empty()).await;
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test]
async fn a_socket_in_a_guise_ends_with_the_login_of_whoever_wears_it() {
    each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        let accounts = &app.running().hub.accounts;
        let secret = || base::Secret::new(PASSWORD);
        accounts.create_user(&Actor::Operator, "Ada", secret(), base::Role::Admin).await.unwrap();
        let olga = app.person("Olga").await;
        let hers = seated(&app, &olga).await;
        let number = accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id.to_string();
        let mut ada = log_in(&app, "Ada").await;
        assert_eq!(ada.call("admin_put_on_guise", &[("user", &number)]).await.status, 200);
        let looking = seated(&app, &ada).await;
        app.shell().ok(&["user", "log-out", "Ada"]).await;
        is_closed_for_good(looking, "the login behind the guise has ended").await;
        // Whoever was looked at notices nothing.
        let mut hers = hers;
        hers.follow(Topic::Lobby).await;
        hers.sees("the rooms", |lobby| !lobby.rooms.is_empty()).await;
        assert!(app.stop().await);
    })
    .await;
}
