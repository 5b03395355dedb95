//! What makes an account worth trusting, through the site's own forms: second factors, proved addresses, recovery, leaving.

use std::time::Duration;

use accounts::Accounts;
use base::{Actor, Clock as _, Role, Secret};
use contract::settings::{Setting, Value};
use serde_json::Value as Json;
use tests::{Answer, PASSWORD, Person, TestApp};
use totp_rs::{Builder, Secret as Key};

const LOGIN: &str = "__Host-guildhall";
const STEP: &str = "__Host-guildhall-step";
const OTHER_PASSWORD: &str = "a bell under the southern bridge";

fn accounts(app: &TestApp) -> &Accounts {
    &app.running().hub.accounts
}

fn code_of(answer: &Answer) -> String {
    let problem = &answer.json()["problem"];
    let field = problem["fields"].as_array().and_then(|fields| fields.first());
    let word = field.map_or(&problem["code"], |field| &field["code"]);
    word.as_str().unwrap().to_owned()
}

fn token_of(letter: &Json) -> String {
    letter["path"].as_str().unwrap().split_once("token=").unwrap().1.to_owned()
}

/// An app on a phone.
pub(super) struct Phone(String);

impl Phone {
    /// The code it shows now.
    pub(super) fn shows(&self, app: &TestApp) -> String {
        let key = Key::try_from_base32(self.0.replace(' ', "")).unwrap();
        let secs = u64::try_from(app.clock.now().0).unwrap() / 1000;
        Builder::new().with_secret(key).build_noncompliant().generate(secs).to_string()
    }
}

/// Sets an app up and gives its recovery codes.
pub(super) async fn set_up(app: &TestApp, person: &mut Person) -> (Phone, Vec<String>) {
    let begun = person.call("begin_totp", &[]).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let phone = Phone(begun.json()["key"].as_str().unwrap().to_owned());
    let made = person.call("confirm_totp", &[("code", &phone.shows(app))]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let codes = made.json()["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
    app.clock.pass(Duration::from_secs(30));
    (phone, codes)
}

async fn log_in(person: &mut Person, name: &str, password: &str) -> Answer {
    person.call("log_in", &[("name", name), ("password", password), ("next", "/live")]).await
}

#[tokio::test]
async fn a_second_factor_is_asked_for_with_script() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let (phone, _) = set_up(&app, &mut olga).await;
    olga.call("log_out", &[]).await;

    let first = log_in(&mut olga, "Olga", PASSWORD).await;
    assert_eq!((first.status, first.json().as_str()), (200, Some("/login/step?next=/live")));
    assert_eq!(olga.cookie(LOGIN), None, "not in yet");
    assert_eq!(olga.get("/account").await.status, 302);
    assert!(olga.get("/login/step").await.body.contains("one-time-code"));

    let wrong = olga.call("second_step", &[("code", "000000"), ("next", "/live")]).await;
    assert_eq!((wrong.status, code_of(&wrong).as_str()), (422, "wrong_code"));
    let second = olga.call("second_step", &[("code", &phone.shows(&app)), ("next", "/live")]).await;
    assert_eq!((second.status, second.json().as_str()), (200, Some("/live")), "{}", second.body);
    assert!(olga.cookie(LOGIN).is_some() && olga.cookie(STEP).is_none());
    assert!(olga.get("/account/safety").await.body.contains("10"));
}

#[tokio::test]
async fn and_without_script_by_a_recovery_code() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let (_, codes) = set_up(&app, &mut olga).await;
    let mut other = app.stranger().without_script();
    let first = log_in(&mut other, "Olga", PASSWORD).await;
    assert_eq!((first.status, first.header("location")), (302, "/login/step?next=/live"));
    let wrong = other.call("second_step", &[("code", "never"), ("next", "/live")]).await;
    let (_, query) = wrong.header("location").split_once('?').expect("the error travels in the query");
    assert!(other.get(&format!("/login/step?{query}")).await.body.contains("role=\"alert\""));
    let second = other.call("second_step", &[("code", &codes[3]), ("next", "/live")]).await;
    assert_eq!((second.status, second.header("location")), (302, "/live"));
    assert_eq!(other.get("/account").await.status, 200);
    assert!(other.get("/account/safety").await.body.contains("9 "), "one is used up");
}

#[tokio::test]
async fn a_step_belongs_to_the_browser_that_began_it() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let (phone, _) = set_up(&app, &mut olga).await;
    log_in(&mut app.stranger(), "Olga", PASSWORD).await;
    let mut other = app.stranger();
    let gone = other.call("second_step", &[("code", &phone.shows(&app))]).await;
    assert_eq!((gone.status, code_of(&gone).as_str()), (401, "log_in_gone"));
    assert!(other.get("/login/step").await.body.contains("/login"));
}

#[tokio::test]
async fn an_app_is_set_up_without_script() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await.without_script();
    assert_eq!(olga.call("begin_totp", &[]).await.status, 302);
    let page = olga.get("/account/safety").await.body;
    assert!(page.contains("<svg") && page.contains("otpauth://totp/"), "{page}");
    let (_, rest) = page.split_once("secret=").unwrap();
    let phone = Phone(rest.split("&amp;").next().unwrap().split('&').next().unwrap().to_owned());
    assert_eq!(olga.call("confirm_totp", &[("code", &phone.shows(&app))]).await.status, 302);
    let page = olga.get("/account/safety").await.body;
    assert_eq!(page.matches("<code>").count(), 10, "the recovery codes, this once");
    assert_eq!(olga.get("/account/safety").await.body.matches("<code>").count(), 0);
}

#[tokio::test]
async fn what_is_grave_asks_to_prove_again_and_leads_back() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    app.clock.pass(Duration::from_mins(15));
    let stale = olga.call("begin_totp", &[]).await;
    assert_eq!((stale.status, code_of(&stale).as_str()), (403, "prove_again"));

    let mut olga = olga.without_script().saying("referer", "http://hub.test/account/safety?__path=x&__err=y");
    let sent_on = olga.call("begin_totp", &[]).await;
    assert_eq!((sent_on.status, sent_on.header("location")), (302, "/prove?next=/account/safety"));
    assert!(olga.get("/prove?next=/account/safety").await.body.contains("current-password"));
    let before = olga.cookie(LOGIN).unwrap().to_owned();
    let wrong = olga.call("prove", &[("password", "not hers at all"), ("next", "/account/safety")]).await;
    assert!(wrong.header("location").contains("__err"), "{}", wrong.header("location"));
    let proved = olga.call("prove", &[("password", PASSWORD), ("next", "/account/safety")]).await;
    assert_eq!((proved.status, proved.header("location")), (302, "/account/safety"));
    assert_ne!(olga.cookie(LOGIN).unwrap(), before, "another cookie");
    let begun = olga.call("begin_totp", &[]).await;
    assert!(!begun.header("location").contains("/prove"), "{}", begun.header("location"));
}

#[tokio::test]
async fn an_address_is_proved_by_link_and_looking_changes_nothing() {
    let app = TestApp::start().await;
    let mut olga = app.stranger();
    let form = [("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
    assert_eq!(olga.call("register", &form).await.status, 200);
    let token = token_of(&app.letter("verify_address").await);
    let path = format!("/verify?token={token}");
    assert_eq!(app.stranger().get(&path).await.status, 200, "as a program that follows links does");
    let proved = |account: &Answer| account.json()["account"]["email_verified"].as_bool();
    assert_eq!(proved(&olga.call("account", &[]).await), Some(false));
    let mut mailbox = app.stranger().without_script();
    let done = mailbox.call("verify_by_link", &[("token", &token)]).await;
    assert_eq!((done.status, done.header("location")), (302, "/verify?done"));
    assert_eq!(proved(&olga.call("account", &[]).await), Some(true));
    let again = app.stranger().call("verify_by_link", &[("token", &token)]).await;
    assert_eq!((again.status, code_of(&again).as_str()), (404, "link_gone"));
}

#[tokio::test]
async fn where_a_proved_address_is_demanded_the_code_lets_in() {
    let app = TestApp::start().await;
    let hub = accounts(&app).hub();
    hub.set(&Actor::Operator, Setting::VerifiedAddressRequired, Value::Flag(true)).await.unwrap();
    let mut olga = app.stranger().without_script();
    let form = [("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
    let first = olga.call("register", &form).await;
    assert!(first.header("location").starts_with("/login/step"), "{}", first.header("location"));
    assert_eq!(olga.get("/account").await.status, 302, "not in yet");
    assert!(olga.get("/login/step").await.body.contains("olga@example.org"));
    let code = app.letter("verify_address").await["code"].as_str().unwrap().to_owned();
    let second = olga.call("address_step", &[("code", &code), ("next", "/account")]).await;
    assert_eq!((second.status, second.header("location")), (302, "/account"));
    assert_eq!(olga.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_forgotten_password_is_recovered_and_every_address_answers_alike() {
    let app = TestApp::start().await;
    let mut olga = app.stranger();
    let form = [("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
    olga.call("register", &form).await;
    let ask = async |email: &str| app.stranger().call("ask_recovery", &[("email", email)]).await;
    let (known, unknown) = (ask("olga@example.org").await, ask("nobody@example.org").await);
    assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
    assert_eq!(known.status, 200);
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    assert_eq!(ask("olga@example.org").await.status, 429, "once an hour and mailbox");

    let token = token_of(&app.letter("recover_password").await);
    let mut mailbox = app.stranger().without_script();
    assert!(mailbox.get(&format!("/recover/password?token={token}")).await.body.contains("Olga"));
    let done = mailbox.call("recover", &[("token", &token), ("new_password", OTHER_PASSWORD)]).await;
    assert_eq!((done.status, done.header("location")), (302, "/account"));
    assert_eq!(mailbox.get("/account").await.status, 200);
    assert_eq!(olga.get("/account").await.status, 302, "every other login ended");
    assert_eq!(log_in(&mut olga, "Olga", PASSWORD).await.status, 401);
    assert_eq!(log_in(&mut olga, "Olga", OTHER_PASSWORD).await.status, 200);
    let page = app.stranger().get(&format!("/recover/password?token={token}")).await;
    assert!(page.body.contains("/recover") && !page.body.contains("new-password"), "the link is used up");
}

#[tokio::test]
async fn recovery_is_limited_by_address() {
    let app = TestApp::start().await;
    for n in 0..3 {
        let email = format!("o{n}@example.org");
        assert_eq!(app.stranger().call("ask_recovery", &[("email", &email)]).await.status, 200);
    }
    let fourth = app.stranger().call("ask_recovery", &[("email", "o4@example.org")]).await;
    assert_eq!((fourth.status, code_of(&fourth).as_str()), (429, "too_many"));
    assert!(!fourth.header("retry-after").is_empty() || fourth.body.contains("retry_after_secs"));
}

#[tokio::test]
async fn the_history_tells_who_tried() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    log_in(&mut app.stranger(), "Olga", "not hers at all").await;
    let page = olga.get("/account/history").await;
    assert!(page.body.contains("Wrong password") && page.body.contains("127.0.0.0/24"), "{}", page.body);
    assert_eq!(app.stranger().get("/account/history").await.status, 302);
    let mut bert = app.person("Bert").await;
    let his = bert.call("log_ins", &[]).await.json();
    assert_eq!(his["entries"].as_array().unwrap().len(), 1, "his own and nobody else's");
}

#[tokio::test]
async fn a_device_gets_a_name() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await.without_script();
    let account = olga.clone().get("/account").await.body;
    let (_, rest) = account.split_once("name=\"session\" value=\"").unwrap();
    let session = rest.split('"').next().unwrap().to_owned();
    assert_eq!(olga.call("name_device", &[("session", &session), ("device_name", "Kitchen")]).await.status, 302);
    assert!(olga.get("/account").await.body.contains("Kitchen"));
    let mut bert = app.person("Bert").await;
    let refused = bert.call("name_device", &[("session", &session), ("device_name", "Mine")]).await;
    assert_eq!(refused.status, 404);
}

#[tokio::test]
async fn an_account_is_left_and_kept() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await.without_script();
    assert!(olga.get("/account/leave").await.body.contains("/api/ask_deletion"));
    let gone = olga.call("ask_deletion", &[]).await;
    assert_eq!((gone.status, gone.header("location")), (302, "/goodbye"));
    assert_eq!(olga.get("/account").await.status, 302);
    assert_eq!(log_in(&mut olga, "Olga", PASSWORD).await.status, 302);
    app.clock.pass(Duration::from_hours(15 * 24));
    assert_eq!(accounts(&app).tidy(&Actor::Job).await.unwrap().accounts, 0, "who logs in stays");

    assert_eq!(log_in(&mut olga, "Olga", PASSWORD).await.status, 302);
    olga.call("ask_deletion", &[]).await;
    app.clock.pass(Duration::from_hours(15 * 24));
    assert_eq!(accounts(&app).tidy(&Actor::Job).await.unwrap().accounts, 1);
    assert!(log_in(&mut olga, "Olga", PASSWORD).await.header("location").contains("__err"));
}

#[tokio::test]
async fn the_last_owner_does_not_leave() {
    let app = TestApp::start().await;
    accounts(&app).create_user(&Actor::Operator, "Freya", Secret::new(PASSWORD), Role::Owner).await.unwrap();
    let mut freya = app.stranger();
    log_in(&mut freya, "Freya", PASSWORD).await;
    let refused = freya.call("ask_deletion", &[]).await;
    assert_eq!((refused.status, code_of(&refused).as_str()), (409, "last_owner"));
}
