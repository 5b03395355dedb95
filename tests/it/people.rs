//! Accounts, through the site's own forms: with script and without.

use std::time::Duration;

use contract::live::Topic;
use tests::{Answer, PASSWORD, TestApp};

const COOKIE: &str = "__Host-guildhall";

fn problem(answer: &Answer) -> serde_json::Value {
    answer.json()["problem"].clone()
}

#[tokio::test]
async fn a_person_signs_up_logs_out_and_comes_back() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    assert!(olga.get("/account").await.body.contains("Olga"));

    assert_eq!(olga.call("log_out", &[]).await.status, 200);
    assert_eq!(olga.cookie(COOKIE), None);
    assert_eq!(olga.get("/account").await.status, 302);

    let back = olga.call("log_in", &[("name", "olga"), ("password", PASSWORD)]).await;
    assert_eq!(back.status, 200, "{}", back.body);
    assert!(olga.get("/account").await.body.contains("Olga"));
}

#[tokio::test]
async fn the_same_without_script() {
    let app = TestApp::start().await;
    let mut olga = app.stranger().without_script();
    let form = [("name", "Olga"), ("email", ""), ("password", PASSWORD)];
    let answer = olga.call("register", &form).await;
    assert_eq!(answer.status, 302, "{}", answer.body);
    assert!(answer.header("location").starts_with('/'), "{}", answer.header("location"));
    let account = olga.get("/account").await;
    assert!(account.status == 200 && account.body.contains("Olga"));

    let out = olga.call("log_out", &[]).await;
    assert_eq!(out.status, 302);
    assert_eq!(olga.get("/account").await.status, 302);

    let wrong = olga.call("log_in", &[("name", "Olga"), ("password", "not hers at all")]).await;
    assert_eq!(wrong.status, 302);
    let (_, query) = wrong.header("location").split_once('?').expect("the error travels in the query");
    let page = olga.get(&format!("/login?{query}")).await;
    assert!(page.body.contains("role=\"alert\""), "the page says what went wrong");
    assert!(!page.body.contains("not hers at all"), "a password never comes back");
}

#[tokio::test]
async fn the_cookie_is_kept_by_nobody_else() {
    let app = TestApp::start().await;
    let mut olga = app.stranger();
    let form = [("name", "Olga"), ("email", ""), ("password", PASSWORD)];
    let answer = olga.call("register", &form).await;
    let cookie = answer.header("set-cookie");
    for part in ["__Host-guildhall=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(olga.cookie(COOKIE).unwrap().len() >= 43, "256 bits");
}

#[tokio::test]
async fn a_login_gets_a_new_cookie_whatever_was_planted() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let first = olga.cookie(COOKIE).unwrap().to_owned();
    olga.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    let second = olga.cookie(COOKIE).unwrap().to_owned();
    assert_ne!(first, second);

    let mut victim = app.stranger();
    victim.plant_cookie(COOKIE, "chosen-by-an-attacker-chosen-by-an-attacker");
    victim.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    assert_ne!(victim.cookie(COOKIE), Some("chosen-by-an-attacker-chosen-by-an-attacker"));
}

#[tokio::test]
async fn a_form_with_every_field_wrong_names_every_field() {
    let app = TestApp::start().await;
    let mut guest = app.stranger();
    let form = [("name", "!"), ("email", "nowhere"), ("password", "short")];
    let answer = guest.call("register", &form).await;
    assert_eq!(answer.status, 422);
    let fields = problem(&answer)["fields"].as_array().unwrap().clone();
    let named: Vec<_> = fields.iter().map(|wrong| wrong["field"].as_str().unwrap()).collect();
    assert_eq!(named, ["name", "email", "password"]);
}

#[tokio::test]
async fn a_name_is_taken_in_any_spelling() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    for (name, code) in [("Olga", "taken"), ("olga", "taken"), ("OLGA", "taken"), ("0lga", "reserved")] {
        let form = [("name", name), ("email", ""), ("password", PASSWORD)];
        let answer = app.stranger().call("register", &form).await;
        assert_eq!(problem(&answer)["fields"][0]["code"], code, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_sound_alike() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let wrong = app.stranger().call("log_in", &[("name", "Olga"), ("password", "not hers")]).await;
    let unknown = app.stranger().call("log_in", &[("name", "Nobody"), ("password", "not hers")]).await;
    assert_eq!((wrong.status, problem(&wrong)), (unknown.status, problem(&unknown)));
    assert_eq!(wrong.status, 401);
}

#[tokio::test]
async fn a_change_of_password_ends_every_other_login() {
    let app = TestApp::start().await;
    let mut here = app.person("Olga").await;
    let mut there = app.stranger();
    there.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    let mut page = app.page_of(&there).await;
    page.follow(Topic::Site).await;
    page.told().await;

    let change = [("current_password", PASSWORD), ("new_password", "another lantern, another gate")];
    let answer = here.call("change_password", &change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(here.get("/account").await.status, 200);
    assert_eq!(there.get("/account").await.status, 302);
    assert_eq!(u16::from(page.closed().await), 1008, "the open page of an ended login closes at once");
}

#[tokio::test]
async fn a_login_ends_by_itself() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    app.clock.pass(Duration::from_hours(23));
    assert_eq!(olga.get("/account").await.status, 200);
    app.clock.pass(Duration::from_hours(2));
    assert_eq!(olga.get("/account").await.status, 302);
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_until_when() {
    let app = TestApp::with(|settings| settings.log_in.burst = 5).await;
    let mut attacker = app.stranger();
    let guess = [("name", "Nobody"), ("password", "a guess")];
    for _ in 0..5 {
        assert_eq!(attacker.call("log_in", &guess).await.status, 401);
    }
    let answer = attacker.call("log_in", &guess).await;
    assert_eq!(answer.status, 429);
    assert!(problem(&answer)["retry_after_secs"].as_u64().unwrap() > 0);
    app.clock.pass(Duration::from_secs(13));
    assert_eq!(attacker.call("log_in", &guess).await.status, 401);
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_login_and_back_to_our_own_pages_only() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let mut olga = app.stranger().without_script();
    let redirect = olga.get("/account").await;
    assert_eq!((redirect.status, redirect.header("location")), (302, "/login?next=/account"));
    for next in ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"] {
        let form = [("name", "Olga"), ("password", PASSWORD), ("next", next)];
        let answer = olga.call("log_in", &form).await;
        let to = answer.header("location").to_owned();
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains("elsewhere"), "{next} leads to {to}");
    }
}

#[tokio::test]
async fn the_first_start_makes_one_owner_and_is_gone() {
    let app = TestApp::start().await;
    let token = app.running().setup_token.as_ref().unwrap().expose().to_owned();
    let mut owner = app.stranger();
    assert_eq!(owner.get(&format!("/setup?token={token}")).await.status, 200);

    let wrong = [("setup_token", "not the token"), ("name", "Olga"), ("email", ""), ("password", PASSWORD)];
    let refused = app.stranger().call("create_owner", &wrong).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);

    let right = [("setup_token", token.as_str()), ("name", "Olga"), ("email", ""), ("password", PASSWORD)];
    let made = owner.call("create_owner", &right).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let site = [("site_name", "The Northern Gate"), ("theme", "dark"), ("lobby_guests", "on")];
    let done = owner.call("set_up_site", &site).await;
    assert_eq!(done.status, 200, "{}", done.body);

    assert_eq!(owner.get("/setup").await.status, 404);
    assert_eq!(app.stranger().get(&format!("/setup?token={token}")).await.status, 404);
    let again = app.stranger().call("create_owner", &right).await;
    assert!((400..500).contains(&again.status), "a second owner: {}", again.status);
    assert!(app.stranger().get("/").await.body.contains("The Northern Gate"));
    let closed = [("name", "Igor"), ("email", ""), ("password", PASSWORD)];
    let closed = app.stranger().call("register", &closed).await;
    assert_eq!(problem(&closed)["code"], "registration_closed");
}
