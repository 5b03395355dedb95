//! What the hub does by itself: jobs in the queue, and other programs that are told what happens.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use base::{Actor, Role, Secret};
use hyper::Method;
use jobs::NewJob;
use serde_json::{Value, json};
use tests::{PASSWORD, Person, Program, TestApp, until};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

/// Another program, which takes whatever it is sent.
struct Receiver {
    at: SocketAddr,
    taken: Arc<Mutex<Vec<(String, String)>>>,
    _tasks: JoinSet<()>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let taken: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let kept = Arc::clone(&taken);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
                let (head, body) = loop {
                    let read = stream.read(&mut buffer).await.unwrap();
                    bytes.extend_from_slice(&buffer[..read]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let length = head
                        .lines()
                        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                    if read == 0 || body.len() >= length.unwrap_or(0) {
                        break (head.to_owned(), body.to_owned());
                    }
                };
                kept.lock().unwrap().push((head, body));
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nthanks")
                    .await
                    .unwrap();
            }
        });
        Self { at, taken, _tasks: tasks }
    }

    fn url(&self) -> String {
        format!("http://{}/hook", self.at)
    }

    /// What came, once so much has.
    async fn taken(&self, number: usize) -> Vec<(String, String)> {
        until("what is sent", async || {
            let taken = self.taken.lock().unwrap().clone();
            if taken.len() >= number { Ok(taken) } else { Err(taken) }
        })
        .await
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
}

async fn hub() -> TestApp {
    TestApp::with(|settings| settings.outbound.allow = vec!["127.0.0.1".into()]).await
}

/// Asks until the answer is as wanted.
async fn answered(program: &mut Program, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    until(path, async || {
        let answer = program.get(path).await;
        if answer.status == 200 && wanted(&answer.json()) { Ok(answer.json()) } else { Err(answer.body) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_is_told_and_can_check_it_as_the_book_says() {
    let (app, receiver) = (hub().await, Receiver::start().await);
    let mut freya = app.owner_program().await;
    // What happened before a webhook was made, it is not told of.
    app.clock.pass(Duration::from_secs(1));
    let form = json!({ "name": "Greeter", "url": receiver.url(), "events": ["user_registered"] });
    let made = freya.post("/api/v1/webhooks", &form).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
    let made = made.json();
    let (id, secret) = (&made["webhook"]["id"], made["secret"].as_str().unwrap());

    app.person("Olga").await;
    let (head, body) = receiver.taken(1).await.remove(0);
    let told: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((told["event"].as_str(), told["data"]["name"].as_str()), (Some("user_registered"), Some("Olga")));
    assert_eq!(header(&head, "guildhall-event"), "user_registered");
    let signature = header(&head, "guildhall-signature");
    let at = signature.strip_prefix("t=").unwrap().split(',').next().unwrap();
    for (secret, body, now, genuine) in [
        (secret, body.as_str(), at, "True"),
        ("whsec_other", body.as_str(), at, "False"),
        (secret, "{}", at, "False"),
        (secret, body.as_str(), "1", "False"),
    ] {
        assert_eq!(by_the_book(secret, signature, body, now), genuine);
    }

    let deliveries = format!("/api/v1/webhooks/{id}/deliveries");
    let page = answered(&mut freya, &deliveries, |page| page["items"][0]["state"] == "delivered").await;
    let delivery = &page["items"][0];
    assert_eq!((delivery["status"].as_u64(), delivery["excerpt"].as_str()), (Some(200), Some("thanks")));
    assert_eq!(delivery["id"].to_string(), header(&head, "guildhall-delivery"));
    let replayed = freya.ask(Method::POST, &format!("{deliveries}/{}/replay", delivery["id"])).await;
    assert_eq!((replayed.status, &replayed.json()["replay_of"]), (201, &delivery["id"]));
    assert_eq!(receiver.taken(2).await[1].1, body, "the same, letter for letter");

    let jobs = answered(&mut freya, "/api/v1/jobs?kind=webhook.deliver&state=done", |page| {
        page["items"].as_array().unwrap().len() == 2
    })
    .await;
    assert_eq!(jobs["items"][0]["attempts"], 1);
    assert_eq!(freya.ask(Method::DELETE, &format!("/api/v1/webhooks/{id}")).await.status, 204);
    assert_eq!(freya.get(&deliveries).await.status, 404);
    assert!(app.stop().await);
}

/// What the function in the book says: it is run as it stands there.
fn by_the_book(secret: &str, header: &str, body: &str, now: &str) -> String {
    let page = include_str!("../../docs/src/admin/webhooks.md");
    let code = page.split_once("```python\n").unwrap().1.split_once("```").unwrap().0;
    let script = format!(
        "{code}\nimport sys\nprint(is_genuine(sys.argv[1], sys.argv[2], sys.argv[3].encode(), float(sys.argv[4])))"
    );
    let python =
        Command::new("python3").args(["-c", &script, secret, header, body, now]).stderr(Stdio::inherit()).output();
    String::from_utf8(python.expect("python3 runs the book's example").stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_network_is_not_called_unless_the_operator_says_so() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    for url in [
        "http://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/",
        "http://hub.example/",
    ] {
        let answer = freya.post("/api/v1/webhooks", &json!({ "name": "In", "url": url })).await;
        let told = answer.json();
        assert_eq!(
            (answer.status, told["fields"][0]["code"].as_str()),
            (422, Some("not_callable")),
            "{url}: {}",
            answer.body
        );
    }
    // A name is judged when it is resolved.
    let made = freya.post("/api/v1/webhooks", &json!({ "name": "In", "url": "https://localhost/" })).await.json();
    let path = format!("/api/v1/webhooks/{}", made["webhook"]["id"]);
    assert_eq!(freya.ask(Method::POST, &format!("{path}/test")).await.status, 201);
    let failed =
        answered(&mut freya, &format!("{path}/deliveries"), |page| page["items"][0]["state"] == "failed").await;
    assert!(failed["items"][0]["error"].as_str().unwrap().contains("not on the open internet"));
    app.stop().await;
}

/// An admin at a browser without script, and a link to follow.
async fn admin(app: &TestApp) -> Person {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, "Ada", Secret::new(PASSWORD), Role::Admin).await.unwrap();
    let mut ada = app.stranger().without_script();
    ada.call("log_in", &[("name", "Ada"), ("password", PASSWORD)]).await;
    ada
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_a_webhook_in_the_browser_and_sees_its_secret_once() {
    let (app, receiver) = (hub().await, Receiver::start().await);
    let mut ada = admin(&app).await;
    let list = ada.get("/admin/webhooks").await;
    assert!(
        list.status == 200 && list.body.contains("No webhooks") && list.body.contains("user_registered"),
        "{}",
        list.body
    );

    let refused = ada.call("admin_create_webhook", &[("name", ""), ("url", "nonsense")]).await;
    assert_eq!(refused.status, 302, "{}", refused.body);
    let form =
        [("name", "Greeter"), ("url", &receiver.url()), ("events[]", "user_registered"), ("events[]", "site_changed")];
    let made = ada.call("admin_create_webhook", &form).await;
    let page = made.header("location").to_owned();
    assert!(made.status == 302 && page.ends_with("/admin/webhooks/1"), "{} {page}", made.status);
    let shown = ada.get("/admin/webhooks/1").await;
    assert!(shown.body.contains("whsec_") && shown.body.contains("user_registered, site_changed"), "{}", shown.body);
    assert!(!ada.get("/admin/webhooks/1").await.body.contains("whsec_"), "once");

    let tested = ada.call("admin_test_webhook", &[("webhook", "1")]).await;
    assert!(tested.header("location").ends_with("/admin/webhooks/1/deliveries/1"), "{}", tested.header("location"));
    receiver.taken(1).await;
    let mut freya = app.owner_program().await;
    answered(&mut freya, "/api/v1/webhooks/1/deliveries/1", |delivery| delivery["state"] == "delivered").await;
    let delivery = ada.get("/admin/webhooks/1/deliveries/1").await;
    assert!(delivery.body.contains("Delivered") && delivery.body.contains("thanks"), "{}", delivery.body);

    let off = [("webhook", "1"), ("name", "Greeter"), ("url", &receiver.url())];
    ada.call("admin_update_webhook", &off).await;
    let now = freya.get("/api/v1/webhooks/1").await.json();
    assert_eq!((&now["enabled"], &now["events"]), (&json!(false), &json!([])));
    ada.call("admin_remove_webhook", &[("webhook", "1")]).await;
    assert_eq!(ada.get("/admin/webhooks/1").await.status, 404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_looks_after_the_queue_and_a_member_does_not() {
    let app = TestApp::start().await;
    let hub = &app.running().hub;
    let later = base::Clock::now(&*hub.clock).plus(Duration::from_hours(1));
    let id = hub
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                jobs::enqueue(tx, later, &NewJob::new("story.told", &json!({ "chapter": 3 })).due(later)).await
            })
        })
        .await
        .unwrap();
    let mut ada = admin(&app).await;
    let list = ada.get("/admin/jobs").await;
    assert!(list.body.contains("story.told") && list.body.contains("Waiting"), "{}", list.body);
    let one = ada.get(&format!("/admin/jobs/{id}")).await;
    assert!(one.body.contains("chapter") && one.body.contains("Try now"), "{}", one.body);
    assert_eq!(ada.get("/admin/jobs/999").await.status, 404);
    ada.call("admin_retry_job", &[("job", &id.to_string())]).await;
    let mut freya = app.owner_program().await;
    let job = freya.get(&format!("/api/v1/jobs/{id}")).await.json();
    assert!(job["due_at"].as_i64().unwrap() < later.0, "{job}");
    let counts = freya.get("/api/v1/job-counts").await.json();
    assert!(
        counts.as_array().unwrap().iter().any(|depth| depth["kind"] == "story.told" && depth["due"] == 1),
        "{counts}"
    );

    let mut olga = app.program_of("Olga").await;
    for (method, path) in [
        (Method::GET, "/api/v1/jobs".to_owned()),
        (Method::GET, format!("/api/v1/jobs/{id}")),
        (Method::POST, format!("/api/v1/jobs/{id}/retry")),
        (Method::DELETE, format!("/api/v1/jobs/{id}")),
        (Method::GET, "/api/v1/webhooks".to_owned()),
    ] {
        assert_eq!(olga.ask(method.clone(), &path).await.status, 403, "{path}");
        assert_eq!(app.program().ask(method, &path).await.status, 401, "{path}");
    }
    ada.call("admin_remove_job", &[("job", &id.to_string())]).await;
    assert_eq!(freya.get(&format!("/api/v1/jobs/{id}")).await.status, 404);
    app.stop().await;
}
