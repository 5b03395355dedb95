//! The REST door: who is let in by what, and what every resource has in common.

use std::time::Duration;

use hyper::Method;
use serde_json::json;
use tests::{Answer, PASSWORD, TestApp};

const ME: &str = "/api/v1/me";
const MINUTE: Duration = Duration::from_mins(1);

fn is_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some(code), Some(status.into())));
    assert_eq!(problem["type"], format!("/problems/{code}"));
}

#[tokio::test]
async fn a_password_opens_the_api_and_a_refresh_token_keeps_it_open() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let form = json!({ "grant": "password", "name": "Olga", "password": PASSWORD, "client": "Match bot" });
    let granted = app.program().post("/api/v1/auth/token", &form).await;
    assert_eq!((granted.status, granted.header("cache-control")), (200, "no-store"), "{}", granted.body);
    let granted = granted.json();
    let mut bot = app.program().with_token(granted["access_token"].as_str().unwrap());
    let me = bot.get(ME).await;
    assert_eq!((me.status, me.json()["name"].as_str()), (200, Some("Olga")));

    app.clock.pass(10 * MINUTE);
    let answer = bot.get(ME).await;
    is_problem(&answer, 401, "bad_token");
    assert!(answer.header("www-authenticate").contains("invalid_token"));

    let form = json!({ "grant": "refresh", "refresh_token": granted["refresh_token"] });
    let renewed = app.program().post("/api/v1/auth/token", &form).await.json();
    let mut bot = app.program().with_token(renewed["access_token"].as_str().unwrap());
    assert_eq!(bot.get(ME).await.status, 200);
    // The old one again: whoever has it, the login is over for both.
    is_problem(&app.program().post("/api/v1/auth/token", &form).await, 401, "wrong_credentials");
    is_problem(&bot.get(ME).await, 401, "bad_token");
}

#[tokio::test]
async fn a_wrong_password_buys_nothing() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    for name in ["Olga", "Nobody"] {
        let form = json!({ "grant": "password", "name": name, "password": "not it at all" });
        is_problem(&app.program().post("/api/v1/auth/token", &form).await, 401, "wrong_credentials");
    }
}

#[tokio::test]
async fn a_personal_token_does_what_it_was_made_for() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await;
    let form = json!({ "name": "Reader", "grants": "account:read" });
    let made = olga.post("/api/v1/me/tokens", &form).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("gh_"));

    let mut reader = app.program().with_token(token);
    assert_eq!(reader.get(ME).await.status, 200);
    is_problem(&reader.ask(Method::DELETE, "/api/v1/me/sessions").await, 403, "forbidden");
    assert_eq!(reader.get("/api/v1/me/tokens").await.json().as_array().unwrap().len(), 2);

    let path = format!("/api/v1/me/tokens/{}", made["id"]);
    assert_eq!(olga.ask(Method::DELETE, &path).await.status, 204);
    is_problem(&reader.get(ME).await, 401, "bad_token");
    is_problem(&olga.ask(Method::DELETE, &path).await, 404, "not_found");
    for token in ["", "gh_", "nonsense", "a.b.c"] {
        is_problem(&app.program().with_token(token).get(ME).await, 401, "bad_token");
    }
    is_problem(&app.program().saying("authorization", "Basic T2xnYTp4").get(ME).await, 401, "bad_token");
}

#[tokio::test]
async fn a_cookie_reads_for_our_own_pages_and_changes_nothing() {
    let app = TestApp::start().await;
    let olga = app.person("Olga").await;
    let from = |site: &str| olga.clone().saying("sec-fetch-site", site);
    assert_eq!(from("same-origin").get(ME).await.status, 200);
    assert_eq!(from("none").get(ME).await.status, 200, "typed into the address line");
    for site in ["cross-site", "same-site", ""] {
        assert_eq!(from(site).get(ME).await.status, 401, "{site}");
    }
    let ended = from("same-origin").send(Method::DELETE, "/api/v1/me/sessions", &[], bytes::Bytes::new()).await;
    is_problem(&ended, 401, "log_in_first");
    // A token that is no good is not made good by the cookie beside it.
    assert_eq!(from("same-origin").saying("authorization", "Bearer x").get(ME).await.status, 401);
}

#[tokio::test]
async fn other_sites_stay_outside_but_for_those_listed() {
    let app = TestApp::with(|settings| settings.api.allowed_origins = vec!["https://stats.example".into()]).await;
    for (origin, listed) in [("https://stats.example", true), ("https://stats.example.evil", false), ("null", false)] {
        let asks = app.program().saying("origin", origin).saying("access-control-request-method", "GET");
        let preflight = asks.clone().ask(Method::OPTIONS, ME).await;
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.header("access-control-allow-origin") == origin, listed, "{origin}");
        assert_eq!(preflight.header("access-control-allow-methods").contains("DELETE"), listed, "{origin}");
        let answer = app.program().saying("origin", origin).get("/api/v1/openapi.json").await;
        assert_eq!(answer.header("access-control-allow-origin") == origin, listed, "{origin}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
}

#[tokio::test]
async fn places_and_methods_nobody_knows_are_problems_too() {
    let app = TestApp::start().await;
    let mut program = app.program();
    for path in ["/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/users/1/nothing"] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            is_problem(&program.ask(method, path).await, 404, "not_found");
        }
    }
    let answer = program.ask(Method::PATCH, ME).await;
    is_problem(&answer, 405, "method_not_allowed");
    assert!(answer.header("allow").contains("GET"), "{}", answer.header("allow"));
    let head = app.program_of("Olga").await.ask(Method::HEAD, ME).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.header("etag").starts_with('"') && head.header("content-length") != "0");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await;
    let first = olga.get(ME).await;
    let again = olga.clone().saying("if-none-match", first.header("etag")).get(ME).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.header("etag"), first.header("etag"));
    let other = olga.saying("if-none-match", "\"other\"").get(ME).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_list_comes_in_pages_that_lead_to_each_other() {
    let app = TestApp::start().await;
    let mut owner = app.owner_program().await;
    for name in ["Anna", "Bert", "Carl", "Dora"] {
        app.person(name).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/users?limit=2&search=".to_owned());
    loop {
        let page = owner.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let body = page.json();
        let names = body["items"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned());
        seen.extend(names);
        let link = page.header("link").to_owned();
        assert_eq!(link.is_empty(), body["next"].is_null());
        let Some((next, _)) = link.strip_prefix('<').and_then(|link| link.split_once('>')) else { break };
        assert!(next.contains("limit=2"), "{next}");
        next.clone_into(&mut path);
    }
    assert_eq!(seen[1..], ["Anna", "Bert", "Carl", "Dora"]);
    is_problem(&owner.get("/api/v1/users?cursor=e30").await, 422, "unknown_cursor");
    let long = format!("/api/v1/users?search={}", "x".repeat(101));
    is_problem(&owner.get(&long).await, 400, "malformed");
    for query in ["cursor=!", "cursor=", "limit=0", "limit=201", "limit=x", "limit=1&limit=2", "unknown=1"] {
        is_problem(&owner.get(&format!("/api/v1/users?{query}")).await, 400, "malformed");
    }
}

#[tokio::test]
async fn a_post_that_is_sent_twice_is_done_once() {
    let app = TestApp::start().await;
    let owner = app.owner_program().await;
    let wilma = json!({ "name": "Wilma", "password": "a heron over the quiet harbour" });
    let mut keyed = owner.clone().saying("idempotency-key", "first-of-all");
    let first = keyed.post("/api/v1/users", &wilma).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.header("idempotency-replayed"), "");
    let second = keyed.post("/api/v1/users", &wilma).await;
    assert_eq!((second.status, second.header("idempotency-replayed")), (201, "true"));
    assert_eq!(second.json(), first.json());
    assert_eq!(second.header("content-type"), first.header("content-type"));
    // Another thing under the same key is a mistake, the same thing without it a conflict of its own.
    let other = json!({ "name": "Fred", "password": "a heron over the quiet harbour" });
    is_problem(&keyed.post("/api/v1/users", &other).await, 409, "key_reused");
    is_problem(&owner.clone().post("/api/v1/users", &wilma).await, 422, "form");

    // A failure is kept like any other answer.
    let mut keyed = owner.clone().saying("idempotency-key", "second");
    let refused = keyed.post("/api/v1/users", &wilma).await;
    is_problem(&refused, 422, "form");
    let again = keyed.post("/api/v1/users", &wilma).await;
    assert_eq!((again.json(), again.header("idempotency-replayed")), (refused.json(), "true"));

    // Everybody has keys of their own, and they are forgotten after a day.
    let mut bert = app.program_of("Bert").await.saying("idempotency-key", "first-of-all");
    is_problem(&bert.post("/api/v1/users", &wilma).await, 403, "forbidden");
    for key in ["", "with space", &"x".repeat(256)] {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        let answer = owner.clone().raw(Method::POST, "/api/v1/users", &headers, wilma.to_string().as_bytes()).await;
        is_problem(&answer, 400, "malformed");
    }
}

#[tokio::test]
async fn a_secret_is_not_kept_for_a_second_telling() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await.saying("idempotency-key", "once");
    let form = json!({ "name": "Reader", "grants": "account:read" });
    let made = olga.post("/api/v1/me/tokens", &form).await;
    assert_eq!(made.status, 201, "{}", made.body);
    is_problem(&olga.post("/api/v1/me/tokens", &form).await, 409, "done_before");
    assert_eq!(olga.get("/api/v1/me/tokens").await.json().as_array().unwrap().len(), 2, "it was made once");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(|settings| {
        settings.api.anonymous_per_minute = 12;
        settings.api.token_per_minute = 600;
        settings.api.burst_per_second = 10;
    })
    .await;
    let mut program = app.program();
    for left in (2..12).rev() {
        let answer = program.get("/api/v1/openapi.json").await;
        assert_eq!(answer.status, 200);
        assert!(
            answer.header("ratelimit").starts_with(&format!("\"minute\";r={left};")),
            "{}",
            answer.header("ratelimit")
        );
    }
    let answer = program.get("/api/v1/openapi.json").await;
    is_problem(&answer, 429, "too_many");
    assert_eq!((answer.header("retry-after"), &answer.json()["retry_after_secs"]), ("1", &json!(1)));
    assert!(answer.header("ratelimit-policy").contains("q=12;w=60"));
    app.clock.pass(Duration::from_secs(1));
    let statuses = [program.get("/api/v1/nothing").await.status, program.get("/api/v1/nothing").await.status];
    assert_eq!(statuses, [404, 404]);
    is_problem(&program.get("/api/v1/openapi.json").await, 429, "too_many");
    app.clock.pass(MINUTE);
    assert_eq!(program.get("/api/v1/openapi.json").await.status, 200);
}

#[tokio::test]
async fn bodies_are_bounded_and_strangers_bodies_are_not_read() {
    let app = TestApp::start().await;
    let mut owner = app.owner_program().await;
    let json = [("content-type", "application/json")];
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let long = format!("[{}1]", "1,".repeat(1_000));
    for body in ["", "{", "[]", "{\"name\":1}", "{\"name\":\"A\",\"password\":\"b\",\"x\":1}", &deep, &long, "\u{0}"] {
        let answer = owner.raw(Method::POST, "/api/v1/users", &json, body.as_bytes()).await;
        is_problem(&answer, 400, "malformed");
        is_problem(
            &app.program().raw(Method::POST, "/api/v1/users", &json, body.as_bytes()).await,
            401,
            "log_in_first",
        );
    }
    let answer = owner.raw(Method::POST, "/api/v1/users", &[("content-type", "text/plain")], b"{}").await;
    is_problem(&answer, 415, "unsupported_media_type");
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(70_000));
    is_problem(&owner.raw(Method::POST, "/api/v1/users", &json, huge.as_bytes()).await, 413, "too_large");
    for id in ["x", "0", "-1", "9007199254740992", "0x1", "99999999999999999999", "-", "%00"] {
        is_problem(&owner.ask(Method::PUT, &format!("/api/v1/users/{id}/lock")).await, 404, "not_found");
        is_problem(&app.program().ask(Method::PUT, &format!("/api/v1/users/{id}/lock")).await, 401, "log_in_first");
    }
}

#[tokio::test]
async fn a_program_follows_what_is_live_until_its_token_ends() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await;
    let made = olga.post("/api/v1/me/tokens", &json!({ "name": "Watcher", "grants": "lobby:read" })).await.json();
    let mut page = app.live_with_token(made["token"].as_str().unwrap()).await;
    page.follow(contract::live::Topic::Lobby).await;
    page.sees("the rooms", |lobby| !lobby.rooms.is_empty()).await;
    let path = format!("/api/v1/me/tokens/{}", made["id"]);
    let (closed, revoked) = tokio::join!(page.closed(), olga.ask(Method::DELETE, &path));
    assert_eq!((u16::from(closed), revoked.status), (1008, 204));
}
