//! The hub's own secret is made anew beside hubs that run: what it signed is worth nothing any more, what it has nothing to do with stays,
//! and nobody has to be started again.

use contract::live::{Tell, Topic};
use db::{Engine, testing::each_place};
use serde_json::{Value, json};
use tests::{LivePage, Program, TestApp, until};

use super::safety::set_up;

/// The tokens of a program that was given a password at that hub.
async fn granted(app: &TestApp, name: &str) -> Value {
    let form = json!({ "grant": "password", "name": name, "password": tests::PASSWORD });
    let granted = app.program().post("/api/v1/auth/token", &form).await;
    assert_eq!(granted.status, 200, "{}", granted.body);
    granted.json()
}

async fn renewed(app: &TestApp, tokens: &Value) -> Value {
    let form = json!({ "grant": "refresh", "refresh_token": tokens["refresh_token"] });
    let renewed = app.program().post("/api/v1/auth/token", &form).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    renewed.json()
}

fn with(app: &TestApp, tokens: &Value) -> Program {
    app.program().with_token(tokens["access_token"].as_str().unwrap())
}

/// Waits until a token is refused there, as it is once the hub has heard of the new key.
async fn is_refused(app: &TestApp, tokens: &Value) {
    until("the token to end", async || {
        let answer = with(app, tokens).get("/api/v1/me").await;
        if answer.status == 401 { Ok(()) } else { Err(answer.status) }
    })
    .await;
    assert_eq!(with(app, tokens).get("/api/v1/me").await.json()["code"], "bad_token");
}

/// What a token says of itself: which key has signed it.
fn key_of(tokens: &Value) -> Value {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    let header = tokens["access_token"].as_str().unwrap().split('.').next().unwrap();
    let header: Value = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(header).unwrap()).unwrap();
    header["kid"].clone()
}

/// Whoever asks a socket that is open is told.
async fn is_open(page: &mut LivePage) {
    page.follow(Topic::Lobby).await;
    while !matches!(page.told().await, Tell::Snapshot { .. }) {}
}

#[tokio::test]
async fn beside_a_hub_that_runs_access_tokens_end_and_all_else_goes_on() {
    each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        let mut browser = app.person("Olga").await;
        let before = granted(&app, "Olga").await;
        let form = json!({ "name": "Bot", "grants": "account:read lobby:read" });
        let made = with(&app, &before).post("/api/v1/me/tokens", &form).await.json();
        let mut bot = app.program().with_token(made["token"].as_str().unwrap());
        let mut page = app.page_of(&browser).await;
        is_open(&mut page).await;
        assert_eq!(with(&app, &before).get("/api/v1/me").await.status, 200);

        // The command has a database of its own open, as it has in another process.
        app.shell().ok(&["secrets", "rotate", "--dry-run"]).await;
        assert_eq!(with(&app, &before).get("/api/v1/me").await.status, 200, "a preview changes nothing");
        app.shell().ok(&["secrets", "rotate"]).await;
        is_refused(&app, &before).await;

        // The login of the program goes on with the new key, which the hub has taken up as it runs.
        let after = renewed(&app, &before).await;
        assert_ne!(key_of(&after), key_of(&before));
        assert_eq!(with(&app, &after).get("/api/v1/me").await.status, 200);
        assert_eq!(with(&app, &granted(&app, "Olga").await).get("/api/v1/me").await.status, 200);
        // What nobody signs is not touched.
        assert_eq!(bot.get("/api/v1/me").await.status, 200);
        assert_eq!(browser.get("/account").await.status, 200);
        is_open(&mut page).await;
        assert_eq!(app.shell().audited("signing_key.rotated").await["target_kind"], "hub");
        assert!(app.stop().await);
    })
    .await;
}

#[tokio::test]
async fn of_two_hubs_on_one_database_both_take_the_new_key() {
    each_place(async |place| {
        // SQLite has one hub at a time: `a_second_hub_is_kept_out_until_the_first_one_closes`.
        if place.engine == Engine::Sqlite {
            return;
        }
        let one = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        let other = TestApp::with(|settings| {
            settings.database_url.clone_from(&place.address);
            settings.lobby.enabled = false;
        })
        .await;
        one.person("Olga").await;
        // What one has signed, the other reads.
        let (here, there) = (granted(&one, "Olga").await, granted(&other, "Olga").await);
        assert_eq!(key_of(&here), key_of(&there), "they sign with one key");
        for app in [&one, &other] {
            assert_eq!(with(app, &here).get("/api/v1/me").await.status, 200);
            assert_eq!(with(app, &there).get("/api/v1/me").await.status, 200);
        }

        one.shell().ok(&["secrets", "rotate"]).await;
        for app in [&one, &other] {
            is_refused(app, &here).await;
            is_refused(app, &there).await;
        }
        // Each renews at the hub that did not sign it, and is known at both.
        let (here, there) = (renewed(&other, &here).await, renewed(&one, &there).await);
        assert_eq!(key_of(&here), key_of(&there));
        for app in [&one, &other] {
            assert_eq!(with(app, &here).get("/api/v1/me").await.status, 200);
            assert_eq!(with(app, &there).get("/api/v1/me").await.status, 200);
        }
        assert!(one.stop().await);
        assert!(other.stop().await);
    })
    .await;
}

#[tokio::test]
async fn codes_of_an_app_go_on_after_a_new_key() {
    each_place(async |place| {
        let app = TestApp::with(|settings| settings.database_url.clone_from(&place.address)).await;
        let mut olga = app.person("Olga").await;
        let (phone, _) = set_up(&app, &mut olga).await;
        let seal = async || -> (Vec<u8>, String) {
            db::sql("select secret, sealed_by from totp").fetch_one(&app.running().hub.db).await.unwrap()
        };
        let before = seal().await;
        app.shell().ok(&["secrets", "rotate", "--dry-run"]).await;
        assert_eq!(seal().await, before);
        app.shell().ok(&["secrets", "rotate"]).await;
        let after = seal().await;
        assert!(after.0 != before.0 && after.1 != before.1);
        assert_eq!(app.shell().audited("seal_key.rotated").await["target_kind"], "hub");

        // The hub that runs checks the next code, and seals what comes now with the new key.
        let mut browser = app.stranger();
        let first = browser.call("log_in", &[("name", "Olga"), ("password", tests::PASSWORD)]).await;
        assert_eq!(first.status, 200, "{}", first.body);
        let second = browser.call("second_step", &[("code", &phone.shows(&app))]).await;
        assert_eq!(second.status, 200, "{}", second.body);
        assert_eq!(seal().await.1, after.1);
        assert!(app.stop().await);
    })
    .await;
}
