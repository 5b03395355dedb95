//! What costs much is had seldom, and what is refused is noticed.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base::{Actor, Role, Secret};
use hyper::Method;
use serde_json::{Value, json};
use tests::{PASSWORD, Person, TestApp};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// A hub that counts searches as it does out of the box.
async fn hub() -> TestApp {
    TestApp::with(|settings| {
        settings.http.searches_per_minute = 10;
        settings.http.exports_per_minute = 10;
        settings.admin_addr = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    })
    .await
}

async fn admin(app: &TestApp) -> Person {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, "Tyr", Secret::new(PASSWORD), Role::Admin).await.unwrap();
    let mut admin = app.stranger();
    assert_eq!(admin.call("log_in", &[("name", "Tyr"), ("password", PASSWORD)]).await.status, 200);
    admin
}

#[tokio::test]
async fn ten_searches_a_minute_on_pages_and_in_the_api_together() {
    let app = hub().await;
    let mut olga = app.person("Olga").await;
    let mut program = app.program_of("Olga").await;
    // By page, by script, in the API: people and organizations.
    for number in 0..2 {
        assert_eq!(olga.get(&format!("/people?q=o{number}")).await.status, 200);
        assert_eq!(olga.get("/orgs?q=lantern").await.status, 200);
        assert_eq!(olga.call("people", &[("q", "olga")]).await.status, 200);
        assert_eq!(olga.call("organizations", &[("search", "lantern")]).await.status, 200);
        assert_eq!(program.get("/api/v1/people?search=olga").await.status, 200);
    }
    let page = olga.get("/people?q=olga").await;
    assert_eq!((page.status, page.header("retry-after")), (429, "6"));
    assert!(page.seen().contains("That was too often. Try again in 6 seconds."), "{}", page.seen());
    let script = olga.call("people", &[("q", "olga")]).await;
    assert_eq!((script.status, script.header("retry-after")), (429, "6"), "{}", script.body);
    let answer = program.get("/api/v1/organizations?search=lantern").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "6"));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.json()["code"], "too_many");
    assert!(answer.header("ratelimit-policy").ends_with("\"search\";q=10;w=60"));
    assert!(answer.header("ratelimit").contains("\"search\";r=0;t=60"), "{}", answer.header("ratelimit"));

    // Whoever does not search goes on, and so does everybody else.
    assert_eq!(olga.get("/people").await.status, 200);
    assert_eq!(program.get("/api/v1/people").await.status, 200);
    assert_eq!(program.get("/api/v1/people?search=").await.status, 200);
    assert_eq!(app.person("Ida").await.get("/people?q=olga").await.status, 200);
    app.clock.pass(Duration::from_secs(6));
    let answer = program.get("/api/v1/people?search=olga").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("ratelimit").contains("\"search\";r=0"), "{}", answer.header("ratelimit"));
    assert_eq!(olga.get("/people?q=olga").await.status, 429);
}

#[tokio::test]
async fn strangers_search_by_where_they_are_and_those_who_run_the_hub_no_more_often() {
    let app = hub().await;
    for _ in 0..10 {
        assert_eq!(app.stranger().get("/people?q=olga").await.status, 200);
    }
    assert_eq!(app.stranger().get("/people?q=olga").await.status, 429);
    assert_eq!(app.program().get("/api/v1/people?search=olga").await.status, 429);
    let mut admin = admin(&app).await;
    for _ in 0..5 {
        assert_eq!(admin.get("/admin/users?q=olga").await.status, 200);
        assert_eq!(admin.get("/admin/organizations?q=lantern").await.status, 200);
    }
    assert_eq!(admin.get("/admin/users?q=olga").await.status, 429);
    assert_eq!(admin.get("/admin/organizations?q=lantern").await.status, 429);
    assert_eq!(admin.get("/admin/users").await.status, 200);
}

#[tokio::test]
async fn ten_files_of_whole_lists_a_minute() {
    let app = hub().await;
    let mut admin = admin(&app).await;
    for left in (0..10).rev() {
        let file = admin.get("/admin/audit/export").await;
        assert_eq!(file.status, 200);
        assert!(file.header("ratelimit").starts_with(&format!("\"export\";r={left};")), "{}", file.header("ratelimit"));
    }
    let refused = admin.get("/admin/audit/export").await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "6"));
    assert!(refused.header("ratelimit-policy").contains("\"export\";q=10;w=60"));
    assert_eq!(admin.get("/account/data/1.zip").await.status, 429, "one's own data are counted with it");
    assert_eq!(app.person("Olga").await.get("/account/data/1.zip").await.status, 404);
    app.clock.pass(Duration::from_secs(6));
    assert_eq!(admin.get("/admin/audit/export").await.status, 200);
}

/// What was logged, line by line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// The security events of that act since the last look.
    fn take(&self, act: &str) -> Vec<Value> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        let lines = String::from_utf8(bytes).unwrap();
        lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["target"] == "security" && line["act"] == act)
            .collect()
    }
}

#[tokio::test]
async fn whoever_may_not_is_in_the_log_in_the_metrics_and_on_the_dashboard() {
    let log = Log::default();
    let writer = {
        let log = log.clone();
        move || log.clone()
    };
    let _logging = tracing_subscriber::registry()
        .with(EnvFilter::new("info"))
        .with(fmt::layer().json().flatten_event(true).with_writer(writer))
        .set_default();
    let app = hub().await;
    let mut admin = admin(&app).await;
    let mut freya = app.program_of("Tyr").await;
    let refused = async |freya: &mut tests::Program| {
        freya.get("/api/v1/system/dashboard").await.json()["now"]["refused"].as_i64().unwrap()
    };
    let before = refused(&mut freya).await;
    let mut olga = app.person("Olga").await;
    let mut program = app.program_of("Olga").await;
    let number = json!(app.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id.get());
    drop(log.take("refused"));

    // At every kind of door, and with a form that no script sends.
    assert_eq!(program.get("/api/v1/users").await.status, 403);
    assert_eq!(program.ask(Method::DELETE, "/api/v1/users/1/sessions").await.status, 403);
    assert_eq!(olga.call("admin_users", &[]).await.status, 403);
    assert_eq!(olga.clone().without_script().call("admin_log_out_user", &[("user", "1")]).await.status, 302);
    assert_eq!(olga.get("/admin/users").await.status, 403);
    assert_eq!(olga.get("/admin/audit/export").await.status, 403);
    let seen: Vec<(String, String)> = log
        .take("refused")
        .iter()
        .map(|line| {
            assert_eq!(line["actor.id"], number, "{line}");
            (line["door"].as_str().unwrap().to_owned(), line["what"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("api", "GET /api/v1/users"),
        ("api", "DELETE /api/v1/users/{user}/sessions"),
        ("form", "/api/admin_users"),
        ("form", "/api/admin_log_out_user"),
        ("page", "/admin/users"),
        ("page", "/admin/audit/export"),
    ];
    assert_eq!(seen, expected.map(|(door, what)| (door.to_owned(), what.to_owned())));

    // What is hidden answers as if it were not there, and is noticed all the same; what is not there is nobody's secret.
    let form = json!({ "name": "The Lantern", "visibility": "hidden" });
    let founded = freya.post("/api/v1/organizations", &form).await;
    assert_eq!(founded.status, 201, "{}", founded.body);
    let path = format!("/api/v1/organizations/{}", founded.json()["id"]);
    assert_eq!(program.get(&path).await.status, 404);
    assert_eq!(program.get("/api/v1/organizations/999999").await.status, 404);
    let hidden = log.take("refused");
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    assert_eq!((&hidden[0]["door"], &hidden[0]["what"]), (&json!("hidden"), &json!("organization")));

    assert!(refused(&mut freya).await - before >= 7);
    assert!(admin.get("/admin").await.seen().contains(">Refused<"));
    let metrics = app.stranger_at(app.running().admin_addr.unwrap()).get("/metrics").await.body;
    for door in ["api", "form", "page", "hidden"] {
        assert!(metrics.contains(&format!("guildhall_refused_total{{door=\"{door}\"}}")), "{door}: {metrics}");
    }
    assert!(app.shell().ok(&["system", "dashboard"]).await.contains("refused"));

    // Limits and bad tokens are events, too.
    for _ in 0..11 {
        program.get("/api/v1/people?search=x").await;
    }
    assert_eq!(log.take("limit_hit").len(), 1);
    let torn = app.program().with_token("gh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(torn.clone().get("/api/v1/me").await.status, 401);
    assert_eq!(log.take("bad_token").len(), 1);
}
