//! One's own account through its pages and the API: tokens, archives that fail, what is left behind, a picture, and proving once more.

use std::time::Duration;

use base::{Actor, Role, Secret};
use contract::organization::OrganizationForm;
use hyper::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Person, TestApp};

/// What a form with these boxes ticked sends.
fn token_form<'a>(name: &'a str, grants: &'a [&'a str], days: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("name", name), ("days", days)];
    form.extend(grants.iter().map(|grant| ("grants[]", *grant)));
    form
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("{text}")).0
}

async fn status_with(app: &TestApp, token: &str) -> u16 {
    app.program().with_token(token).get("/api/v1/me").await.status
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked_without_script() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await.without_script();
    let empty = olga.get("/account/tokens").await.body;
    assert!(empty.contains("You have no token"), "{empty}");
    assert!(empty.contains("href=\"/api/docs\"") && olga.get("/account").await.body.contains("/account/tokens"));
    // A member is offered nothing of running the hub.
    assert!(empty.contains("value=\"account:read\"") && !empty.contains("administration:write"), "{empty}");

    let made = olga.call("make_api_token", &token_form("Match bot", &["account:read", "people:read"], "30")).await;
    assert_eq!((made.status, made.header("location").contains("__err")), (302, false), "{}", made.header("location"));
    let shown = olga.get("/account/tokens").await.seen();
    let (_, shown) = shown.split_once("aria-label=\"The new token\"").expect("it is shown");
    let token = format!("gh_{}", between(shown, ">gh_", "<"));
    assert_eq!(status_with(&app, &token).await, 200);
    let later = olga.get("/account/tokens").await.seen();
    assert!(!later.contains(&token), "shown once");
    assert!(later.contains("Match bot") && later.contains(&token[token.len() - 4..]), "{later}");
    assert!(later.contains("See your account") && !later.contains("You have no token"));
    // It is no game password, whichever page is opened next.
    olga.call("make_api_token", &token_form("Other", &["account:read"], "7")).await;
    assert!(!olga.get("/account").await.seen().contains(">gh_"));

    let row = later.split_once("Match bot").unwrap().1;
    let number = between(row, "name=\"token\" value=\"", "\"").to_owned();
    let mut bert = app.person("Bert").await;
    assert_eq!(bert.call("revoke_api_token", &[("token", &number)]).await.status, 404, "nobody else's");
    assert_eq!(olga.call("revoke_api_token", &[("token", &number)]).await.status, 302);
    assert_eq!(status_with(&app, &token).await, 401);
    assert!(!olga.get("/account/tokens").await.seen().contains("Match bot"));
}

#[tokio::test]
async fn a_token_with_something_wrong_is_not_made() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    for (form, field, code) in [
        (token_form("", &["people:read"], "30"), "name", "required"),
        (token_form("Bot", &[], "30"), "grants", "required"),
        (token_form("Bot", &["everything"], "30"), "grants", "required"),
        (token_form("Bot", &["administration:read"], "30"), "grants", "not_granted"),
        (token_form("Bot", &["people:read"], "366"), "days", "out_of_range"),
        (token_form("Bot", &["people:read"], "0"), "days", "out_of_range"),
    ] {
        let refused = olga.call("make_api_token", &form).await;
        let wrong = &refused.json()["problem"]["fields"][0];
        assert_eq!((&wrong["field"], &wrong["code"]), (&json!(field), &json!(code)), "{form:?}");
    }
    // Without script the form comes back with what was ticked.
    let mut plain = olga.clone().without_script();
    let refused = plain.call("make_api_token", &token_form("", &["people:read", "lobby:read"], "7")).await;
    let query = refused.header("location").split_once('?').unwrap().1.to_owned();
    let page = plain.get(&format!("/account/tokens?{query}")).await.seen();
    let ticked = |word: &str| between(&page, &format!("value=\"{word}\""), ">").contains("checked");
    assert!(ticked("people:read") && ticked("lobby:read") && !ticked("people:write"), "{page}");
    assert!(between(&page, "<option value=\"7\"", ">").contains("selected"), "{page}");
    assert_eq!(app.stranger().get("/account/tokens").await.header("location"), "/login?next=/account/tokens");
    assert_eq!(olga.call("api_tokens", &[]).await.json()["tokens"], json!([]));
}

#[tokio::test]
async fn those_who_run_the_hub_see_and_revoke_somebodys_tokens() {
    let app = TestApp::start().await;
    let accounts = &app.running().hub.accounts;
    let mut olga = app.person("Olga").await;
    let made = olga.call("make_api_token", &token_form("Match bot", &["account:read"], "30")).await.json();
    let (token, number) = (made["token"].as_str().unwrap().to_owned(), made["id"].to_string());
    let user = accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id.to_string();

    let mut staff = Vec::new();
    for (name, role) in [("Maud", Role::Moderator), ("Ada", Role::Admin)] {
        accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap();
        let mut person = app.stranger();
        person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
        staff.push(person);
    }
    let form = [("user", user.as_str()), ("token", number.as_str())];
    assert_eq!(staff[0].call("admin_revoke_token", &form).await.status, 403);
    let ada = &mut staff[1];
    let page = ada.get(&format!("/admin/users/{user}")).await.body;
    assert!(page.contains("Match bot") && page.contains("admin_revoke_token"), "{page}");
    assert!(!page.contains(&token), "nobody reads it again");
    assert_eq!(status_with(&app, &token).await, 200);
    assert_eq!(ada.call("admin_revoke_token", &form).await.status, 200);
    assert_eq!(status_with(&app, &token).await, 401);
    let trail: Vec<(String,)> = db::sql("select act from audit_log where target_kind = 'token' order by id")
        .fetch_all(&app.running().hub.db)
        .await
        .unwrap();
    assert_eq!(trail.into_iter().map(|(act,)| act).collect::<Vec<_>>(), ["token.made", "token.revoked"]);
}

/// The archives, as the page hears of them.
async fn archives(person: &mut Person) -> Value {
    person.call("archives", &[]).await.json()
}

async fn run(app: &TestApp, statement: &'static str) {
    let done: Result<u64, db::Error> =
        app.running().hub.db.write(move |tx| Box::pin(async move { db::sql(statement).execute(tx).await })).await;
    done.unwrap();
}

#[tokio::test]
async fn an_archive_that_can_not_be_built_says_so_and_is_asked_for_again() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    // A part of the hub is broken.
    run(&app, "alter table avoidances rename to mislaid").await;
    assert_eq!(olga.call("ask_archive", &[]).await.status, 200);
    assert!(olga.get("/account/data").await.body.contains("Being built"));
    for _ in 0..5 {
        assert_eq!(archives(&mut olga).await[0]["failed"], false, "it is tried several times");
        app.settle_jobs().await;
        app.clock.pass(Duration::from_hours(1));
    }
    assert_eq!(archives(&mut olga).await[0]["failed"], true);
    let number = archives(&mut olga).await[0]["id"].to_string();
    assert_eq!(olga.get(&format!("/account/data/{number}.zip")).await.status, 403, "the login is too old by now");
    assert_eq!(olga.call("prove", &[("password", PASSWORD)]).await.status, 200);
    assert_eq!(olga.get(&format!("/account/data/{number}.zip")).await.status, 404);
    let page = olga.get("/account/data").await.seen();
    assert!(page.contains("Could not be built") && page.contains("Try again"), "{page}");

    run(&app, "alter table mislaid rename to avoidances").await;
    let mut plain = olga.clone().without_script();
    assert_eq!(plain.call("ask_archive", &[]).await.status, 302, "the same day");
    app.settle_jobs().await;
    let all = archives(&mut olga).await;
    assert_eq!((all.as_array().unwrap().len(), &all[0]["failed"]), (1, &json!(false)));
    let fetched = olga.get(&format!("/account/data/{}.zip", all[0]["id"])).await;
    assert_eq!((fetched.status, &fetched.bytes[..4]), (200, &b"PK\x03\x04"[..]));
    assert_eq!(olga.call("ask_archive", &[]).await.status, 409, "once a day");
}

async fn founded(app: &TestApp, name: &str, owner: &str) -> String {
    let form = OrganizationForm { name: name.into(), ..OrganizationForm::default() };
    app.running().hub.orgs.found_for(&Actor::Operator, owner, form).await.unwrap().id.to_string()
}

#[tokio::test]
async fn who_leaves_reads_what_they_leave_behind() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    let lantern = founded(&app, "The Lantern", "Olga").await;
    founded(&app, "The Harbour", "Bert").await;
    let page = olga.get("/account/leave").await.seen();
    assert!(page.contains("The Lantern") && page.contains("href=\"/orgs/the-lantern/members\""), "{page}");
    assert!(!page.contains("The Harbour"), "somebody else's");
    // What she has closed herself is left already.
    assert_eq!(olga.call("close_organization", &[("organization", &lantern)]).await.status, 200);
    assert!(!olga.get("/account/leave").await.seen().contains("The Lantern"));
    assert!(bert.get("/account/leave").await.seen().contains("The Harbour"));

    // And it is as the page said.
    bert.call("ask_deletion", &[]).await;
    app.clock.pass(Duration::from_hours(15 * 24));
    assert_eq!(app.running().hub.accounts.tidy(&Actor::Job).await.unwrap().accounts, 1);
    tests::until("the harbour to be closed", async || {
        let found = app.running().hub.orgs.id_of(&Actor::Operator, "the-harbour").await.unwrap();
        let state = app.running().hub.orgs.organization(&Actor::Operator, found).await.unwrap().state;
        if state == contract::organization::OrgState::Closed { Ok(()) } else { Err(state) }
    })
    .await;
}

#[tokio::test]
async fn an_old_login_is_led_to_proving_and_back_wherever_it_is_asked_for() {
    type Form<'a> = Vec<(&'a str, &'a str)>;

    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let lantern = founded(&app, "The Lantern", "Olga").await;
    let bert = app.person("Bert").await;
    drop(bert);
    let somebody = app.running().hub.accounts.find_user(&Actor::Operator, "Bert").await.unwrap().unwrap().id;
    let somebody = somebody.to_string();
    app.clock.pass(Duration::from_mins(16));
    let doors: [(&str, &str, Form<'_>); 5] = [
        ("/orgs/the-lantern/settings", "close_organization", vec![("organization", &lantern)]),
        ("/orgs/the-lantern/members", "offer_organization", vec![("organization", &lantern), ("user", &somebody)]),
        ("/account/tokens", "make_api_token", token_form("Bot", &["account:read"], "7")),
        ("/account/data", "ask_archive", vec![]),
        ("/account/leave", "ask_deletion", vec![]),
    ];
    for (page, function, form) in doors {
        // With script the form says so, and its summary leads on.
        let told = olga.call(function, &form).await;
        assert_eq!((told.status, &told.json()["problem"]["code"]), (403, &json!("prove_again")), "{function}");
        // Without, the browser is sent there at once.
        let here = format!("http://{}{page}", app.at());
        let mut plain = olga.clone().without_script().saying("referer", &here);
        let led = plain.call(function, &form).await;
        assert_eq!((led.status, led.header("location")), (302, format!("/prove?next={page}").as_str()), "{function}");
    }
}

/// A PNG of 2 by 2 pixels, made by hand.
const PICTURE: [u8; 73] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xfd, 0xd4, 0x9a, 0x73, 0x00, 0x00, 0x00, 0x10, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0x00, 0x04, 0xff, 0x19, 0x20, 0x14, 0x00, 0x1b, 0xf2, 0x03, 0xfd,
    0x3e, 0x97, 0x5d, 0xa4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
const AVATAR: &str = "/api/v1/me/avatar";

/// A PNG whose header does not fit what follows.
fn torn() -> Vec<u8> {
    let mut picture = PICTURE.to_vec();
    picture[18..20].copy_from_slice(&[0x20, 0x00]);
    picture
}

#[tokio::test]
async fn a_program_shows_a_picture_and_takes_it_away() {
    let app = TestApp::start().await;
    let mut olga = app.program_of("Olga").await;
    let png = [("content-type", "image/png")];
    let set = olga.raw(Method::PUT, AVATAR, &png, &PICTURE).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let key = set.json()["avatar"].as_str().unwrap().to_owned();
    assert_eq!(app.stranger().get(&format!("/avatars/{key}/96.png")).await.status, 200);
    assert_eq!(olga.get("/api/v1/me/profile").await.json()["card"]["avatar"], json!(key));
    // What it calls itself does not matter, and the same picture is the same.
    let again = olga.raw(Method::PUT, AVATAR, &[("content-type", "application/octet-stream")], &PICTURE).await;
    assert_eq!(again.json()["avatar"], json!(key));

    let code = |answer: &Answer| answer.json()["fields"][0]["code"].clone();
    for (what, bytes) in [
        ("a drawing that could run script", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec()),
        ("half a picture", PICTURE[..40].to_vec()),
        ("one that lies about itself", torn()),
        ("a text", b"{\"avatar\": null}".to_vec()),
    ] {
        let refused = olga.raw(Method::PUT, AVATAR, &png, &bytes).await;
        assert_eq!((refused.status, code(&refused)), (422, json!("not_a_picture")), "{what}: {}", refused.body);
        assert!(refused.header("content-type").starts_with("application/problem+json"), "{what}");
    }
    let nothing = olga.raw(Method::PUT, AVATAR, &png, &[]).await;
    assert_eq!((nothing.status, code(&nothing)), (422, json!("required")));
    // Up to a megabyte is read and judged; the rest is not even read.
    let long = olga.raw(Method::PUT, AVATAR, &png, &vec![0; 1024 * 1024]).await;
    assert_eq!((long.status, code(&long)), (422, json!("not_a_picture")));
    assert_eq!(olga.raw(Method::PUT, AVATAR, &png, &vec![0; 1_200_000]).await.status, 413);
    // Nowhere else is a body as long as that.
    assert_eq!(olga.raw(Method::PUT, "/api/v1/me/profile", &png, &vec![0; 100_000]).await.status, 413);
    assert_eq!(olga.get("/api/v1/me/profile").await.json()["card"]["avatar"], json!(key), "nothing refused changes it");

    assert_eq!(app.program().raw(Method::PUT, AVATAR, &png, &PICTURE).await.status, 401);
    // A cookie is no token: another site could make a browser send it along.
    let mut page = app.person("Bert").await;
    let forged = page.send(Method::PUT, AVATAR, &png, PICTURE.to_vec().into()).await;
    assert_eq!(forged.status, 401);

    assert_eq!(olga.ask(Method::DELETE, AVATAR).await.status, 204);
    assert_eq!(olga.ask(Method::DELETE, AVATAR).await.status, 204, "none is none");
    assert_eq!(olga.get("/api/v1/me/profile").await.json()["card"]["avatar"], Value::Null);
    let wrong = olga.ask(Method::POST, AVATAR).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "PUT,DELETE"));
}
