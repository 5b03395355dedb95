//! Who has an account here is nobody's business: what a stranger is told of an address that is somebody's, and of one that is nobody's.

use base::Actor;
use contract::settings::{Setting, Value};
use hyper::header;
use serde_json::Value as Json;
use tests::{Answer, PASSWORD, Person, TestApp};

const OTHER_PASSWORD: &str = "a bell under the southern bridge";
/// As long as each other, so that lengths can be compared.
const TAKEN: (&str, &str) = ("Bert", "olga@example.org");
const FREE: (&str, &str) = ("Carl", "carl@example.org");

/// Somebody whose address is proved.
async fn olga(app: &TestApp) {
    let form = [("name", "Olga"), ("email", TAKEN.1), ("password", OTHER_PASSWORD)];
    assert_eq!(app.stranger().call("register", &form).await.status, 200);
    let letters = letters(app, TAKEN.1).await;
    let path = letters[0]["path"].as_str().unwrap();
    let token = path.split_once("token=").unwrap().1;
    assert_eq!(app.stranger().call("verify_by_link", &[("token", token)]).await.status, 200);
}

/// The letters to an address, as they lie in the queue.
async fn letters(app: &TestApp, to: &str) -> Vec<Json> {
    let rows: Vec<(Option<String>,)> = db::sql("select letter from mails where address = $1 order by id")
        .bind(to)
        .fetch_all(&app.running().hub.db)
        .await
        .unwrap();
    rows.into_iter().map(|(letter,)| serde_json::from_str(&letter.unwrap()).unwrap()).collect()
}

async fn kinds(app: &TestApp, to: &str) -> Vec<String> {
    letters(app, to).await.iter().map(|letter| letter["kind"].as_str().unwrap().to_owned()).collect()
}

/// Everything an answer tells, with what is random in every answer left out: the values of cookies, the time, the request's id.
fn told(answer: &Answer, (name, email): (&str, &str)) -> String {
    let mut lines = vec![answer.status.to_string()];
    for (head, value) in &answer.headers {
        let value = value.to_str().unwrap();
        let value = match head {
            &header::DATE => "…".to_owned(),
            head if head.as_str() == "x-request-id" || head == header::CONTENT_SECURITY_POLICY => "…".to_owned(),
            &header::SET_COOKIE => {
                let (key, rest) = value.split_once('=').unwrap();
                format!("{key}=…{}", rest.find(';').map_or("", |at| &rest[at..]))
            }
            _ => value.to_owned(),
        };
        lines.push(format!("{head}: {value}"));
    }
    lines.sort();
    lines.push(answer.body.clone());
    lines.join("\n").replace(email, "<email>").replace(name, "<name>")
}

async fn sign_up(mut person: Person, (name, email): (&str, &str)) -> (Person, Answer) {
    let form = [("name", name), ("email", email), ("password", PASSWORD), ("next", "/account")];
    let answer = person.call("register", &form).await;
    (person, answer)
}

#[tokio::test]
async fn signing_up_with_somebodys_address_is_signing_up() {
    for script in [true, false] {
        let app = TestApp::start().await;
        olga(&app).await;
        let before = kinds(&app, TAKEN.1).await.len();
        let person = || if script { app.stranger() } else { app.stranger().without_script() };
        let (mut taken, first) = sign_up(person(), TAKEN).await;
        let (mut free, second) = sign_up(person(), FREE).await;
        assert_eq!(told(&first, TAKEN), told(&second, FREE));
        assert_eq!(first.status, if script { 200 } else { 302 });

        // One letter each, in the same place of the queue: the one proves, the other says whose it is already.
        assert_eq!(kinds(&app, TAKEN.1).await[before..], ["address_taken"]);
        assert_eq!(kinds(&app, FREE.1).await, ["verify_address"]);
        assert_eq!(letters(&app, TAKEN.1).await[before]["name"], "Olga");

        // Nor does the new account know.
        for path in ["/api/account", "/api/safety"] {
            let function = path.trim_start_matches("/api/");
            let (one, other) = (taken.call(function, &[]).await, free.call(function, &[]).await);
            let masked = |answer: &Answer, who| {
                let mut json = answer.json();
                for at in ["/account/me/id", "/account/created_at", "/account/sessions/0"] {
                    json.pointer_mut(at).into_iter().for_each(|value| *value = Json::Null);
                }
                let (headers, bytes) = (answer.headers.clone(), answer.bytes.clone());
                told(&Answer { status: answer.status, headers, body: json.to_string(), bytes }, who)
            };
            if script {
                assert_eq!(masked(&one, TAKEN), masked(&other, FREE), "{path}");
            }
        }
        for function in ["verify_address", "remove_address"] {
            let (one, other) = (taken.call(function, &[]).await, free.call(function, &[]).await);
            assert_eq!(told(&one, TAKEN), told(&other, FREE), "{function}");
        }
        for (who, email) in [TAKEN, FREE] {
            let answer = app.stranger().call("log_in", &[("name", email), ("password", PASSWORD)]).await;
            assert_eq!(answer.status, 401, "{who}: an address that was only typed opens nothing");
        }
    }
}

#[tokio::test]
async fn where_a_proved_address_is_demanded_both_are_asked_for_a_code() {
    let app = TestApp::start().await;
    olga(&app).await;
    let hub = app.running().hub.accounts.hub();
    hub.set(&Actor::Operator, Setting::VerifiedAddressRequired, Value::Flag(true)).await.unwrap();
    let (mut taken, first) = sign_up(app.stranger(), TAKEN).await;
    let (mut free, second) = sign_up(app.stranger(), FREE).await;
    assert_eq!(told(&first, TAKEN), told(&second, FREE));
    assert!(first.body.contains("/login/step"), "{}", first.body);
    for (function, form) in [("pending_log_in", vec![]), ("address_step", vec![("code", "aaaaaaaa")])] {
        let (one, other) = (taken.call(function, &form).await, free.call(function, &form).await);
        assert_eq!(told(&one, TAKEN), told(&other, FREE), "{function}");
    }
}

#[tokio::test]
async fn a_change_of_address_tells_nothing_either() {
    let app = TestApp::start().await;
    olga(&app).await;
    let mut bert = app.person("Dora").await;
    let mut answers = Vec::new();
    for (_, email) in [TAKEN, FREE] {
        let set = bert.call("set_address", &[("email", email)]).await;
        let wrong = bert.call("confirm_address", &[("code", "aaaaaaaa")]).await;
        answers.push((told(&set, ("Dora", email)), told(&wrong, ("Dora", email))));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(kinds(&app, TAKEN.1).await.contains(&"address_taken".to_owned()));
}
