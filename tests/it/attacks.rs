//! What attackers try, one story each: guessing, stuffing, looking for who has an account, planting a login, sending people elsewhere,
//! stealing the database.

use std::{fs, time::Duration};

use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Person, TestApp};

/// A hub behind a proxy that tells where people come from, with the limits it ships with.
async fn guarded() -> TestApp {
    TestApp::with(|settings| {
        let shipped = server::config::Settings::default();
        settings.log_in = shipped.log_in;
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await
}

fn at(app: &TestApp, address: &str) -> Person {
    app.stranger().saying("x-forwarded-for", address)
}

async fn registered(app: &TestApp, name: &str, address: &str) -> Person {
    let mut person = at(app, address);
    let answer = person.call("register", &[("name", name), ("email", ""), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    person
}

async fn guess(person: &mut Person, name: &str, password: &str) -> Answer {
    person.call("log_in", &[("name", name), ("password", password)]).await
}

fn problem(answer: &Answer) -> Value {
    answer.json()["problem"].clone()
}

#[tokio::test]
async fn brute_force_from_everywhere_ends_and_the_owner_still_gets_in() {
    let app = guarded().await;
    registered(&app, "Olga", "192.0.2.1").await;
    for number in 0..10 {
        let answer = guess(&mut at(&app, &format!("198.51.100.{number}")), "Olga", "not hers").await;
        assert_eq!(answer.status, 401, "guess {number}: {}", answer.body);
    }
    // Another address, and even the right password: an attacker who has found it learns nothing.
    let mut lucky = at(&app, "203.0.113.9");
    let answer = guess(&mut lucky, "Olga", PASSWORD).await;
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert!(problem(&answer)["retry_after_secs"].as_u64().unwrap() > 60);
    assert!(answer.header("set-cookie").is_empty(), "nobody is logged in");
    // From where she has been before she is let in at once, and after an hour from anywhere.
    assert_eq!(guess(&mut at(&app, "192.0.2.1"), "Olga", PASSWORD).await.status, 200);
    app.clock.pass(Duration::from_secs(3601));
    assert_eq!(guess(&mut lucky, "Olga", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn stuffing_a_list_of_names_from_one_place_ends_after_five() {
    let app = guarded().await;
    let mut thief = at(&app, "198.51.100.7");
    let mut answers = Vec::new();
    for number in 0..12 {
        answers.push(guess(&mut thief, &format!("Person {number}"), PASSWORD).await.status);
    }
    assert_eq!(answers, [vec![401; 5], vec![429; 7]].concat());
    // The household next door is not kept waiting; another host of the same IPv6 network is the same place.
    assert_eq!(guess(&mut at(&app, "198.51.100.8"), "Person 1", PASSWORD).await.status, 401);
    let mut network = Vec::new();
    for number in 0..6 {
        network.push(guess(&mut at(&app, &format!("2001:db8::{number}")), "Person 1", PASSWORD).await.status);
    }
    assert_eq!(network, [vec![401; 5], vec![429]].concat());
}

#[tokio::test]
async fn a_place_that_lies_about_itself_stays_where_it_is() {
    // No proxy is trusted, so what a client says of itself counts for nothing.
    let app = TestApp::with(|settings| settings.log_in = server::config::Settings::default().log_in).await;
    let mut answers = Vec::new();
    for number in 0..6 {
        answers.push(guess(&mut at(&app, &format!("198.51.100.{number}")), "Nobody", "a guess").await.status);
    }
    assert_eq!(answers, [vec![401; 5], vec![429]].concat());
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let app = TestApp::start().await;
    let mut olga = app.stranger();
    let form = [("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
    assert_eq!(olga.call("register", &form).await.status, 200);

    // What was typed comes back with the form; the rest has to be the same.
    let told = |answer: &Answer| (answer.status, answer.body.replace("olga@", "nobody@"));
    let hers = told(&guess(&mut app.stranger(), "olga@example.org", "not hers").await);
    let nobodys = told(&guess(&mut app.stranger(), "nobody@example.org", "not hers").await);
    assert_eq!(hers, nobodys, "by logging in");

    let hers = app.stranger().call("ask_recovery", &[("email", "olga@example.org")]).await;
    let nobodys = app.stranger().call("ask_recovery", &[("email", "nobody@example.org")]).await;
    assert_eq!(hers.status, 200, "{}", hers.body);
    assert_eq!(told(&hers), told(&nobodys), "by asking for another password");
}

#[tokio::test]
async fn a_planted_login_is_worth_nothing() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let planted = "A".repeat(43);
    let mut olga = app.stranger();
    olga.plant_cookie("__Host-guildhall", &planted);
    assert_eq!(guess(&mut olga, "Olga", PASSWORD).await.status, 200);
    assert_ne!(olga.cookie("__Host-guildhall"), Some(planted.as_str()));
    let mut attacker = app.stranger();
    attacker.plant_cookie("__Host-guildhall", &planted);
    assert_eq!(attacker.get("/account").await.status, 302, "what was planted before is nobody's");
}

#[tokio::test]
async fn no_form_and_no_token_comes_from_another_site() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let form = "current_password=x&new_password=y";
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for wrong in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://elsewhere.example")],
        vec![("origin", "null")],
        vec![],
    ] {
        let headers = [vec![kind], wrong.clone()].concat();
        let answer = olga.send(Method::POST, "/api/change_password", &headers, form.into()).await;
        assert_eq!(answer.status, 403, "{wrong:?}");
    }
    // The API takes no cookie for a change, wherever it comes from.
    let json = ("content-type", "application/json");
    for headers in [vec![json], vec![json, ("sec-fetch-site", "same-origin")]] {
        let answer = olga.send(Method::DELETE, "/api/v1/me/sessions", &headers, Bytes::default()).await;
        assert!([401, 403, 405].contains(&answer.status), "{}: {}", answer.status, answer.body);
    }
    assert_eq!(olga.get("/account").await.status, 200, "nothing has happened");
}

#[tokio::test]
async fn nothing_leads_to_another_site() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let elsewhere = [
        "https://elsewhere.example",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "/%09/elsewhere.example",
        "\t//elsewhere.example",
        "javascript:alert(1)",
        "https:elsewhere.example",
    ];
    for next in elsewhere {
        let mut person = app.stranger().without_script();
        let form = [("name", "Olga"), ("password", PASSWORD), ("next", next)];
        let to = person.call("log_in", &form).await.header("location").to_owned();
        assert!(to.starts_with('/') && !to[1..].starts_with(['/', '\\', '\t']), "log-in: {next} leads to {to}");
        let proved = [("password", PASSWORD), ("next", next)];
        let to = person.call("prove", &proved).await.header("location").to_owned();
        assert!(
            to.is_empty() || to.starts_with('/') && !to[1..].starts_with(['/', '\\', '\t']),
            "proof: {next} leads to {to}"
        );
    }
}

#[tokio::test]
async fn a_stolen_database_opens_nothing() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let mut secrets = vec![("her password", PASSWORD.to_owned())];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for name in ["__Host-guildhall", "__Host-guildhall-device"] {
        secrets.push((name, olga.cookie(name).unwrap().to_owned()));
    }
    secrets.push(("her game password", text(&olga.call("make_game_password", &[]).await.json()["password"])));
    secrets.push(("the setup token", app.running().setup_token.as_ref().unwrap().expose().to_owned()));
    let form = json!({ "grant": "password", "name": "Olga", "password": PASSWORD });
    let granted = app.program().post("/api/v1/auth/token", &form).await.json();
    secrets.push(("an access token", text(&granted["access_token"])));
    secrets.push(("a refresh token", text(&granted["refresh_token"])));
    let mut program = app.program().with_token(granted["access_token"].as_str().unwrap());
    let made = program.post("/api/v1/me/tokens", &json!({ "name": "Bot", "grants": "account:read" })).await.json();
    secrets.push(("a token made by hand", text(&made["token"])));

    let folder = app.running().hub.settings.data_dir.clone();
    let mut stolen = Vec::new();
    for name in ["guildhall.db", "guildhall.db-wal"] {
        stolen.extend(fs::read(folder.join(name)).unwrap_or_default());
    }
    let holds = |what: &str| stolen.windows(what.len()).any(|window| window == what.as_bytes());
    assert!(holds("Olga") && holds("$argon2id$v=19$m=19456,t=2,p=1$"), "it is her hub's");
    for (what, secret) in secrets {
        assert!(!holds(&secret), "{what} lies in the database");
    }
}

#[tokio::test]
async fn a_token_made_by_hand_runs_out_by_itself() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await;
    let form = json!({ "name": "Bot", "grants": "account:read" });
    let made = olga.post("/api/v1/me/tokens", &form).await.json();
    let mut bot = app.program().with_token(made["token"].as_str().unwrap());
    app.clock.pass(Duration::from_hours(90 * 24) - Duration::from_secs(1));
    assert_eq!(bot.get("/api/v1/me").await.status, 200, "ninety days, where nothing is said");
    app.clock.pass(Duration::from_secs(1));
    assert_eq!(bot.get("/api/v1/me").await.status, 401);
    let mut olga = app.program_of("Olga").await;
    let form = json!({ "name": "Bot", "grants": "account:read", "days": 366 });
    assert_eq!(olga.post("/api/v1/me/tokens", &form).await.status, 422, "a year at most");
}
