//! What every answer carries, and what is refused before anybody looks at it.

use bytes::Bytes;
use contract::live::Topic;
use hyper::Method;
use metaserver::testing::LogIn;
use metaserver_proto::Dialect;
use tests::{Answer, LivePage, TestApp};
use tokio_tungstenite::tungstenite::Error;

/// What every kind of answer has to say to a browser.
fn is_guarded(what: &str, answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{what}: {policy:?}");
    assert!(policy.contains("frame-ancestors 'none'") || policy.contains("connect-src 'self'"), "{what}: {policy:?}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy:?}");
    let wanted = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in wanted {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
    assert!(answer.headers.contains_key("cache-control"), "{what}");
}

#[tokio::test]
async fn every_kind_of_answer_is_guarded() {
    let app = TestApp::start().await;
    let mut guest = app.stranger();
    for path in ["/", "/live", "/login", "/register", "/offline", "/nowhere", "/healthz", "/readyz", "/version"] {
        let answer = guest.get(path).await;
        is_guarded(path, &answer);
    }
    for path in ["/pkg/test/guildhall.css", "/pkg/test/absent.js", "/robots.txt"] {
        is_guarded(path, &guest.get(path).await);
    }
    is_guarded("a wrong log-in", &guest.call("log_in", &[("name", "nobody"), ("password", "nothing")]).await);
    is_guarded("an unknown function", &guest.call("nothing_of_the_kind", &[]).await);
    let posted = guest.send(Method::POST, "/live", &[], Bytes::new()).await;
    is_guarded("a form from nowhere", &posted);
    assert_eq!(posted.status, 403);
    let redirect = guest.get("/account").await;
    is_guarded("a redirect", &redirect);
    assert!((300..400).contains(&redirect.status), "{}", redirect.status);
}

#[tokio::test]
async fn pages_are_never_kept_and_hashed_files_for_ever() {
    let app = TestApp::start().await;
    let mut guest = app.stranger();
    assert_eq!(guest.get("/").await.header("cache-control"), "no-store");
    assert_eq!(guest.get("/healthz").await.header("cache-control"), "no-store");
    let hashed = guest.get("/pkg/test/guildhall.css").await;
    assert_eq!((hashed.status, hashed.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    let absent = guest.get("/pkg/test/absent.js").await;
    assert_eq!((absent.status, absent.header("cache-control")), (404, "no-store"));
}

#[tokio::test]
async fn a_page_allows_its_own_scripts_only() {
    let app = TestApp::start().await;
    let (first, second) = (app.stranger().get("/").await, app.stranger().get("/").await);
    let nonce = |answer: &Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned()
    };
    assert_ne!(nonce(&first), nonce(&second), "a nonce is used once");
    for script in first.body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        let ours = tag.contains(&nonce(&first)) || tag.contains("application/json") || tag.contains("src=\"/");
        assert!(ours, "a script that the policy stops: <script{tag}>");
    }
    assert!(!first.body.contains(" style=\""), "the policy stops inline styles");
}

#[tokio::test]
async fn forms_from_other_sites_are_refused() {
    let app = TestApp::start().await;
    let form: [(&str, &str); 2] = [("name", "Olga"), ("password", "x")];
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-site", ""),
    ] {
        let answer = app.stranger().saying(header, value).call("log_in", &form).await;
        assert_eq!(answer.status, 403, "{header}: {value}");
    }
    let elsewhere = app.stranger().saying("sec-fetch-site", "").saying("origin", "https://elsewhere.example");
    assert_eq!(elsewhere.clone().call("log_in", &form).await.status, 403);
    let here = format!("http://{}", app.at());
    let old_browser = app.stranger().saying("sec-fetch-site", "").saying("origin", &here);
    assert_eq!(old_browser.clone().call("log_in", &form).await.status, 401);
}

#[tokio::test]
async fn what_is_too_long_is_refused_before_it_is_read() {
    let app = TestApp::start().await;
    let mut guest = app.stranger();
    let long = "x".repeat(70_000);
    let answer = guest.call("log_in", &[("name", &long), ("password", "x")]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.json()["type"], "/problems/too_large");
    let answer = guest.get(&format!("/{}", "y".repeat(9_000))).await;
    assert_eq!(answer.status, 414);
    // The whole head of a request: what fits is read, and more than 32 KiB is not.
    assert_eq!(app.stranger().saying("x-long", &"z".repeat(24 * 1024)).get("/healthz").await.status, 200);
    assert_eq!(app.stranger().saying("x-long", &"z".repeat(33 * 1024)).get("/healthz").await.status, 431);
}

#[tokio::test]
async fn a_new_hub_has_nobody_in_it_and_nothing_weaker_on() {
    let shipped = server::config::Settings::default();
    assert!(!shipped.lobby.aleph_one_clear_text, "game passwords in clear text");
    assert!(shipped.outbound.allow.is_empty(), "calls to a network of one's own");
    assert!(shipped.api.allowed_origins.is_empty(), "pages of other sites");
    assert!(shipped.trusted_proxies.is_empty() && shipped.sign_in.is_empty());
    assert_eq!(shipped.admin_addr, None, "metrics");
    assert!(shipped.http_addr.ip().is_loopback() && shipped.metaserver_addr.ip().is_loopback());

    let app = TestApp::start().await;
    let (accounts,): (i64,) = db::sql("select count(*) from users").fetch_one(&app.running().hub.db).await.unwrap();
    assert_eq!(accounts, 0);
    for (name, password) in [("admin", "admin"), ("root", ""), ("guildhall", "guildhall"), ("owner", "password")] {
        let answer = app.stranger().call("log_in", &[("name", name), ("password", password)]).await;
        assert!([401, 422].contains(&answer.status), "{name}: {}", answer.body);
    }
    // Open from the first minute: new accounts, and guests in the lobby.
    app.person("Olga").await;
    LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
}

#[tokio::test]
async fn rubbish_is_answered_clearly() {
    let app = TestApp::start().await;
    let mut guest = app.stranger();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    for body in ["", "%%%", "name=a", "name=\u{0}&password=b", "a=b&a=c", "form=1", "name[x]=1"] {
        let answer = guest.send(Method::POST, "/api/log_in", &headers, Bytes::from(body)).await;
        assert!((400..500).contains(&answer.status), "{body:?}: {} {}", answer.status, answer.body);
        assert!(!answer.body.contains("panicked"), "{body:?}");
    }
    assert_eq!(guest.call("nothing_of_the_kind", &[]).await.status, 404);
}

#[tokio::test]
async fn the_live_socket_is_for_our_own_pages() {
    let app = TestApp::start().await;
    let guest = app.stranger();
    for origin in ["https://elsewhere.example", "null", "http://127.0.0.1:1"] {
        match LivePage::try_open(app.at(), &guest, origin).await {
            Err(error) => match *error {
                Error::Http(answer) => assert_eq!(answer.status(), 403, "{origin}"),
                other => panic!("{origin}: {other}"),
            },
            Ok(_) => panic!("{origin} was let in"),
        }
    }
    LivePage::open(app.at(), &guest).await.follow(Topic::Lobby).await;
}

#[tokio::test]
async fn a_stopped_hub_says_so_and_finishes() {
    let app = TestApp::start().await;
    let mut page = app.page_of(&app.stranger()).await;
    page.follow(Topic::Lobby).await;
    page.sees("the rooms", |lobby| !lobby.rooms.is_empty()).await;
    let (closed, finished) = tokio::join!(page.closed(), app.stop());
    assert!(finished, "something was still running after ten seconds");
    assert_eq!(u16::from(closed), 1012);
}
