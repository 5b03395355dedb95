//! Plugins through the REST door and the registry's page: let in from a file, an upload and an address, set, switched, replaced and removed;
//! and their routes in the API's document.

use axum::{Router, response::Redirect, routing::get};
use base::{Actor, OrgId};
use bytes::Bytes;
use contract::organization::OrganizationForm;
use hyper::Method;
use plugins::package;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tests::{Answer, PASSWORD, Person, Program, TestApp, example, example_in, herald};

const FILE: [(&str, &str); 1] = [("content-type", "application/octet-stream")];

pub(crate) async fn hall(app: &TestApp, owner: &str, name: &str, slug: &str) -> OrgId {
    let orgs = &app.running().hub.orgs;
    let form = OrganizationForm { name: name.into(), joining: "open".into(), ..OrganizationForm::default() };
    orgs.found_for(&Actor::Operator, owner, form).await.unwrap();
    orgs.id_of(&Actor::Operator, slug).await.unwrap()
}

pub(crate) fn ok(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status), "{} {}", answer.status, answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

fn refused(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains(says), "{detail:?} does not say {says:?}");
}

async fn upload(program: &mut Program, package: &[u8]) -> Answer {
    program.raw(Method::PUT, "/api/v1/plugin-packages/upload", &FILE, package).await
}

/// Uploads a package and has it run, with all it asks for.
pub(crate) async fn install(program: &mut Program, package: &[u8]) -> Value {
    let staged = ok(&upload(program, package).await);
    let granted: Vec<&Value> = staged["powers"].as_array().unwrap().iter().map(|power| &power["power"]).collect();
    let form = json!({ "sha256": staged["sha256"], "granted": granted });
    let (id, version) = (staged["id"].as_str().unwrap(), staged["version"].as_str().unwrap());
    ok(&program.send(Method::PUT, &format!("/api/v1/plugins/{id}/versions/{version}/approval"), &form).await)
}

#[tokio::test]
async fn a_guest_lives_its_life_by_the_api() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let mut olga = app.program_of("Olga").await;
    let org = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let inside = format!("/api/v1/organizations/{org}/plugins");

    // Looked at before anything of it runs, and approved as it was looked at.
    let staged = ok(&upload(&mut freya, &example("guild-war")).await);
    assert_eq!((staged["id"].as_str(), staged["wider"].as_bool()), (Some("guild_war"), Some(true)), "{staged}");
    assert_eq!(staged["powers"][0]["power"], "documents");
    assert_eq!(ok(&freya.get("/api/v1/plugins/guild_war").await)["plugin"]["state"], "staged");
    assert_eq!(ok(&olga.get(&inside).await), json!([]), "it is not there for anybody yet");
    let approval = "/api/v1/plugins/guild_war/versions/1.0.0/approval";
    let other = json!({ "sha256": "0".repeat(64), "granted": ["documents"] });
    refused(&freya.send(Method::PUT, approval, &other).await, 422, "hash");
    let strange = json!({ "sha256": staged["sha256"], "granted": ["http"] });
    refused(&freya.send(Method::PUT, approval, &strange).await, 422, "does not ask for `http`");
    let form = json!({ "sha256": staged["sha256"], "granted": ["documents"] });
    let runs = ok(&freya.send(Method::PUT, approval, &form).await);
    assert_eq!((&runs["plugin"]["health"], &runs["plugin"]["state"]), (&json!("ready"), &json!("installed")));
    assert_eq!(runs["manifest"]["pages"][0]["title"], "Guild wars");

    // A list that has not changed is not sent again.
    let listed = freya.get("/api/v1/plugins").await;
    let held = freya.clone().saying("if-none-match", listed.header("etag")).get("/api/v1/plugins").await;
    assert_eq!((held.status, held.body.as_str()), (304, ""));

    // On in the organization, by whoever runs that; its settings are judged by its schema.
    let switch = format!("{inside}/guild_war/switch");
    let on = ok(&olga.send(Method::PUT, &switch, &json!({ "on": true })).await);
    assert_eq!(on["plugin"]["switch"], json!({ "state": "on" }));
    refused(&olga.send(Method::PUT, &switch, &json!({ "on": true })).await, 409, "on already");
    let settings = format!("{inside}/guild_war/settings");
    assert_eq!(ok(&olga.get(&settings).await)["merged"], json!({ "days": 14, "goal": 100 }));
    let wrong = json!({ "version": 0, "values": { "goal": 0, "banner": "red" } });
    let told = olga.send(Method::PUT, &settings, &wrong).await;
    refused(&told, 422, "/goal: ");
    refused(&told, 422, "banner");
    let right = json!({ "version": 0, "values": { "goal": 7 } });
    assert_eq!(ok(&olga.send(Method::PUT, &settings, &right).await)["merged"]["goal"], 7);
    refused(&olga.send(Method::PUT, &settings, &right).await, 409, "somebody else");
    let wars = format!("/api/plugins/guild_war/orgs/{org}/wars");
    assert_eq!(olga.get(&wars).await.status, 200);
    // What is taken away there is gone there.
    let limited =
        ok(&olga.send(Method::PUT, &format!("{inside}/guild_war/limits"), &json!({ "off": ["documents"] })).await);
    assert_eq!((&limited["limits"]["off"], &limited["powers"][0]["granted"]), (&json!(["documents"]), &json!(false)));
    ok(&olga.send(Method::PUT, &format!("{inside}/guild_war/limits"), &json!({})).await);

    // A newer version that asks for no more takes its place; one that does is approved, and gone back from.
    ok(&upload(&mut freya, &example_in("guild-war", "1.1.0", |manifest| manifest)).await);
    let upgraded = ok(&freya.post("/api/v1/plugins/guild_war/versions/1.1.0/upgrade", &Value::Null).await);
    assert_eq!(upgraded["plugin"]["version"], "1.1.0");
    let wider = example_in("guild-war", "1.2.0", |manifest| {
        manifest.replace("[capabilities.documents]", "[capabilities]\nnotify = true\n\n[capabilities.documents]")
    });
    let staged = ok(&upload(&mut freya, &wider).await);
    assert_eq!((staged["runs"].as_str(), staged["wider"].as_bool()), (Some("1.1.0"), Some(true)), "{staged}");
    refused(
        &freya.post("/api/v1/plugins/guild_war/versions/1.2.0/upgrade", &Value::Null).await,
        409,
        "more than before",
    );
    assert_eq!(freya.ask(Method::DELETE, "/api/v1/plugins/guild_war/versions/1.2.0").await.status, 204);
    let back = ok(&freya.post("/api/v1/plugins/guild_war/roll-back", &Value::Null).await);
    assert_eq!(back["plugin"]["version"], "1.0.0");
    assert_eq!(ok(&olga.get(&settings).await)["merged"]["goal"], 7, "what was set outlives its versions");

    // Kept from being called, and let on again.
    let quarantine = "/api/v1/plugins/guild_war/quarantine";
    let kept = ok(&freya.send(Method::PUT, quarantine, &json!({ "why": "It counts twice." })).await);
    assert_eq!(
        (&kept["plugin"]["health"], &kept["plugin"]["why"]),
        (&json!("quarantined"), &json!("It counts twice."))
    );
    assert_eq!(olga.get(&wars).await.status, 503);
    ok(&freya.ask(Method::DELETE, quarantine).await);
    assert_eq!(olga.get(&wars).await.status, 200);

    // Not removed by the way while it is on somewhere.
    refused(&freya.ask(Method::DELETE, "/api/v1/plugins/guild_war").await, 409, "on somewhere");
    let gone = freya.ask(Method::DELETE, "/api/v1/plugins/guild_war?everywhere=true&data=delete").await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(freya.get("/api/v1/plugins/guild_war").await.status, 404);
    assert_eq!(olga.get(&wars).await.status, 404);
    assert!(app.stop().await);
}

#[tokio::test]
async fn what_an_organization_may_ends_where_it_ends() {
    let app = TestApp::with_plugins(|_| {}, vec![herald()]).await;
    let (mut olga, mut bert) = (app.program_of("Olga").await, app.program_of("Bert").await);
    let lantern = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let anvil = hall(&app, "Bert", "The Anvil", "the-anvil").await;
    let of = |org: OrgId, rest: &str| format!("/api/v1/organizations/{org}/plugins{rest}");
    ok(&olga.send(Method::PUT, &of(lantern, "/herald/switch"), &json!({ "on": true })).await);
    assert_eq!(ok(&bert.get(&of(anvil, "/herald")).await)["plugin"]["switch"]["state"], "off");
    for path in ["", "/herald", "/herald/settings", "/herald/webhooks"] {
        assert_eq!(bert.get(&of(lantern, path)).await.status, 403, "{path}");
    }
    assert_eq!(bert.send(Method::PUT, &of(lantern, "/herald/switch"), &json!({ "on": false })).await.status, 403);
    for path in ["/api/v1/plugins", "/api/v1/plugins/herald", "/api/v1/plugin-packages"] {
        assert_eq!(olga.get(path).await.status, 403, "{path}");
    }
    assert_eq!(upload(&mut olga, b"anything").await.status, 403);

    // A secret is set and never shown; an address for another program leads to this plugin, here.
    let secret = of(lantern, "/herald/secrets/key");
    assert_eq!(olga.send(Method::PUT, &secret, &json!({ "secret": "a quiet word" })).await.status, 204);
    let settings = olga.get(&of(lantern, "/herald/settings")).await;
    assert!(!settings.body.contains("a quiet word"), "{}", settings.body);
    assert_eq!(settings.json()["secrets"][0]["name"], "key");
    refused(
        &olga.send(Method::PUT, &of(lantern, "/herald/secrets/other"), &json!({ "secret": "x" })).await,
        422,
        "none of its",
    );
    // One that its manifest asks to use stands in nobody's way when settings are written.
    let greeting = json!({ "version": settings.json()["version"], "values": { "greeting": "Well met" } });
    ok(&olga.send(Method::PUT, &of(lantern, "/herald/settings"), &greeting).await);
    assert_eq!(olga.ask(Method::DELETE, &secret).await.status, 204);
    let made = olga.post(&of(lantern, "/herald/webhooks"), &json!({ "name": "incoming" })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
    let address = made.json()["address"].as_str().unwrap().to_owned();
    // The herald answers no webhook: that it was asked at all is told from an address that leads nowhere.
    assert_eq!(app.program().post(&address, &json!({})).await.status, 404);
    let listed = ok(&olga.get(&of(lantern, "/herald/webhooks")).await);
    assert!(listed[0]["last_used_at"].is_i64(), "{listed}");
    assert!(listed[0].get("address").is_none());
    let gone = olga.ask(Method::DELETE, &of(lantern, &format!("/herald/webhooks/{}", listed[0]["id"]))).await;
    assert_eq!(gone.status, 204);
    assert!(app.stop().await);
}

#[tokio::test]
async fn events_that_were_put_aside_come_in_pages_and_are_told_again() {
    let app = TestApp::with_plugins(|_| {}, vec![herald()]).await;
    let mut freya = app.owner_program().await;
    for event in 1..=3_i64 {
        let hub = &app.running().hub;
        hub.db
            .write(move |tx| {
                Box::pin(async move {
                    let insert = "insert into plugin_inbox
                        (plugin_id, event_id, subject, priority, happened_json, depth, attempts, parked_at, last_error)
                        values ('herald', $1, 'user:1', 2, '{\"name\":\"user.registered\"}', 0, 6, 1, 'it slept')";
                    db::sql(insert).bind(event).execute(tx).await.map(drop)
                })
            })
            .await
            .unwrap();
    }
    let first = freya.get("/api/v1/plugins/herald/parked?limit=2").await;
    let page = ok(&first);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&page["items"][0]["event"]["name"], &page["items"][0]["why"]),
        (&json!("user.registered"), &json!("it slept"))
    );
    let cursor = page["next"].as_str().unwrap();
    assert!(first.header("link").contains(cursor));
    let second = ok(&freya.get(&format!("/api/v1/plugins/herald/parked?limit=2&cursor={cursor}")).await);
    assert_eq!((second["items"].as_array().unwrap().len(), second.get("next")), (1, None), "{second}");
    let number = &second["items"][0]["id"];
    let again = freya.post(&format!("/api/v1/plugins/herald/parked/{number}/replay"), &Value::Null).await;
    assert_eq!(again.status, 204, "{}", again.body);
    let left = ok(&freya.get("/api/v1/plugins/herald/parked").await);
    assert_eq!(left["items"].as_array().unwrap().len(), 2);
    assert_eq!(freya.get("/api/v1/plugins/nobody/parked").await.status, 404);
    assert_eq!(ok(&freya.get("/api/v1/plugins/herald/log").await), json!({ "items": [] }));
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_package_is_as_long_as_one_may_be_and_nothing_else_is() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let long = vec![0; package::LARGEST + 16 * 1024];
    assert_eq!(upload(&mut freya, &long).await.status, 413);
    refused(&upload(&mut freya, b"rubbish").await, 422, "");
    let long = json!({ "why": "x".repeat(100 * 1024) });
    assert_eq!(freya.send(Method::PUT, "/api/v1/plugins/poll/quarantine", &long).await.status, 413);
    let neither = freya.post("/api/v1/plugin-packages", &json!({})).await;
    assert_eq!((neither.status, &neither.json()["fields"][0]["field"]), (422, &json!("url")), "{}", neither.body);
    refused(&freya.post("/api/v1/plugin-packages", &json!({ "path": "../guildhall.db" })).await, 404, "");
    let elsewhere = json!({ "url": "https://plugins.example/poll.tar.gz" });
    refused(&freya.post("/api/v1/plugin-packages", &elsewhere).await, 422, "none of the sources");
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_package_is_fetched_from_where_the_operator_says() {
    let poll = example("poll");
    let hash = hex_of(&poll);
    let served = poll.clone();
    let shelf = Router::new()
        .route("/shelf/poll.tar.gz", get(move || async move { served }))
        .route("/shelf/moved.tar.gz", get(|| async { Redirect::temporary("/shelf/poll.tar.gz") }))
        .route("/shelf/round.tar.gz", get(|| async { Redirect::temporary("/shelf/round.tar.gz") }))
        .route("/elsewhere/poll.tar.gz", get(|| async { "not asked for" }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, shelf).await });
    let app = TestApp::with(|settings| {
        settings.outbound.allow = vec!["127.0.0.1".into()];
        settings.plugins.sources = vec![format!("http://{at}/shelf/")];
    })
    .await;
    let mut freya = app.owner_program().await;
    let fetch = |path: &str, sha256: &str| json!({ "url": format!("http://{at}{path}"), "sha256": sha256 });
    let packages = "/api/v1/plugin-packages";
    assert_eq!(ok(&freya.get(packages).await)["sources"], json!([format!("http://{at}/shelf/")]));
    refused(&freya.post(packages, &fetch("/shelf/poll.tar.gz", &"0".repeat(64))).await, 422, &hash);
    refused(&freya.post(packages, &fetch("/elsewhere/poll.tar.gz", &hash)).await, 422, "none of the sources");
    refused(&freya.post(packages, &fetch("/shelf/../elsewhere/poll.tar.gz", &hash)).await, 422, "none of the sources");
    refused(&freya.post(packages, &fetch("/shelf/none.tar.gz", &hash)).await, 422, "status 404");
    refused(&freya.post(packages, &fetch("/shelf/round.tar.gz", &hash)).await, 422, "redirects more than");
    assert_eq!(freya.get("/api/v1/plugins/poll").await.status, 404, "nothing was taken in");
    let staged = ok(&freya.post(packages, &fetch("/shelf/moved.tar.gz", &hash)).await);
    assert_eq!((staged["id"].as_str(), staged["sha256"].as_str()), (Some("poll"), Some(hash.as_str())));

    // The page has the same form.
    let mut owner = log_in(&app).await;
    let page = owner.get("/admin/plugins").await.seen();
    assert!(page.contains("From an address") && page.contains(&format!("http://{at}/shelf/")), "{page}");
    assert!(app.stop().await);
}

fn hex_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The owner of the hub at a browser without script.
async fn log_in(app: &TestApp) -> Person {
    let mut person = app.stranger();
    let entered = person.call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    person.without_script()
}

async fn send_file(person: &mut Person, package: &[u8], from: &str) -> Answer {
    let head = "--frontier\r\nContent-Disposition: form-data; name=\"package\"; filename=\"p.tar.gz\"\r\nContent-Type: application/gzip\r\n\r\n";
    let body = [head.as_bytes(), package, b"\r\n--frontier--\r\n"].concat();
    let headers = [("content-type", "multipart/form-data; boundary=frontier"), ("sec-fetch-site", from)];
    person.send(Method::POST, "/admin/plugins", &headers, Bytes::from(body)).await
}

#[tokio::test]
async fn a_package_is_uploaded_on_the_registrys_page_without_script() {
    let app = TestApp::start().await;
    app.owner_program().await;
    let mut freya = log_in(&app).await;
    let page = freya.get("/admin/plugins").await.seen();
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("Upload it and look at it"), "{page}");
    assert!(!page.contains("From an address"), "the operator has named no source");

    let poll = example("poll");
    let sent = send_file(&mut freya, &poll, "same-origin").await;
    assert_eq!((sent.status, sent.header("location")), (303, "/admin/plugins/poll"), "{}", sent.body);
    let page = freya.get("/admin/plugins/poll").await.seen();
    assert!(page.contains(&hex_of(&poll)), "{page}");

    // What is wrong with one is said on the page it was sent from.
    let sent = send_file(&mut freya, b"rubbish", "same-origin").await;
    let page = sent.seen();
    assert_eq!(sent.status, 200, "{page}");
    assert!(page.contains("class=\"notice bad\""), "{page}");
    assert!(page.contains("Upload it and look at it"), "{page}");
    let long = vec![0; package::LARGEST + 16 * 1024];
    assert_eq!(send_file(&mut freya, &long, "same-origin").await.status, 413);

    // From nobody else, and for nobody else.
    assert_eq!(send_file(&mut freya, &poll, "cross-site").await.status, 403);
    let mut olga = app.person("Olga").await;
    assert_eq!(send_file(&mut olga, &poll, "same-origin").await.status, 403);
    let asked = send_file(&mut app.stranger(), &poll, "same-origin").await;
    assert!(asked.header("location").starts_with("/login"), "{} {}", asked.status, asked.body);
    assert!(app.stop().await);
}

#[tokio::test]
async fn the_document_has_the_routes_of_what_is_on() {
    let app = TestApp::with_plugins(|_| {}, vec![herald()]).await;
    let plugins = &app.running().hub.plugins;
    app.person("Olga").await;
    app.person("Bert").await;
    let lantern = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let anvil = hall(&app, "Bert", "The Anvil", "the-anvil").await;
    let mut program = app.program();
    let whole = "/api/v1/openapi.json";
    let in_org = |org: OrgId| format!("/api/v1/organizations/{org}/openapi.json");
    let offered = |document: &Value| -> Vec<String> {
        let paths = document["paths"].as_object().unwrap();
        paths.keys().filter(|path| path.starts_with("/api/plugins/")).cloned().collect()
    };
    assert_eq!(offered(&program.get(whole).await.json()), Vec::<String>::new(), "it is off");

    plugins.enable(&Actor::Operator, None, "herald", false).await.unwrap();
    let document = program.get(whole).await.json();
    assert_eq!(offered(&document), ["/api/plugins/herald/admin/proclamations/{place}", "/api/plugins/herald/greeting"]);
    let greeting = &document["paths"]["/api/plugins/herald/greeting"]["get"];
    assert_eq!((&greeting["summary"], &greeting["tags"]), (&json!("What the herald says"), &json!(["plugin herald"])));
    let proclaim = &document["paths"]["/api/plugins/herald/admin/proclamations/{place}"]["post"];
    assert_eq!((&proclaim["parameters"][0]["name"], proclaim.get("security")), (&json!("place"), None));
    assert!(document["tags"].as_array().unwrap().iter().any(|tag| tag["name"] == "plugin herald"));
    // What is said to be open to strangers is, and the rest is not.
    assert_eq!(greeting["security"][0], json!({}));
    assert_eq!(program.get("/api/plugins/herald/greeting").await.body, "Hail");
    assert_eq!(program.post("/api/plugins/herald/admin/proclamations/gate", &json!({})).await.status, 401);
    let mut freya = app.owner_program().await;
    assert_eq!(freya.post("/api/plugins/herald/admin/proclamations/gate", &json!({})).await.status, 200);

    // Each organization has its own.
    plugins.enable(&Actor::Operator, Some(lantern), "herald", false).await.unwrap();
    let here = program.get(&in_org(lantern)).await;
    let banners = "/api/plugins/herald/orgs/the-lantern/banners/{banner}";
    assert_eq!(offered(&here.json()), [banners]);
    assert!(here.json()["paths"][banners]["get"]["description"].as_str().unwrap().contains("herald:carry"));
    assert!(!here.header("etag").is_empty());

    // The page to read and to try has the same, in the document that was chosen.
    let on_page = |answer: &Answer| -> Vec<String> {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let forms = answer.body.split("data-path=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        forms.filter(|path| path.starts_with("/api/plugins/")).collect()
    };
    let mut guest = app.stranger();
    let hubs = guest.get("/api/docs").await;
    assert_eq!(on_page(&hubs), offered(&program.get(whole).await.json()));
    assert!(hubs.body.contains("<h2 id=\"tag-plugin-herald\">plugin herald</h2>"));
    assert!(hubs.body.contains("href=\"#tag-plugin-herald\"") && hubs.body.contains("id=\"list_plugins\""));
    assert!(!hubs.body.contains("The Lantern"), "a stranger belongs nowhere");
    let theirs = guest.get("/api/docs?organization=the-lantern").await;
    assert_eq!(on_page(&theirs), [banners]);
    assert!(theirs.body.contains(&format!("href=\"{}\"", in_org(lantern))));
    assert_eq!(on_page(&guest.get("/api/docs?organization=the-anvil").await), Vec::<String>::new());
    assert_eq!(guest.get("/api/docs?organization=nowhere").await.status, 404);
    let mut member = app.stranger();
    member.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    let offers = member.get("/api/docs").await;
    assert!(offers.body.contains("href=\"/api/docs?organization=the-lantern\">The Lantern</a>"), "hers is offered");
    assert_eq!(offered(&program.get(&in_org(anvil)).await.json()), Vec::<String>::new());
    assert_eq!(program.get(&in_org(999_999.into())).await.status, 404);
    let mut olga = app.program_of("Olga").await;
    assert_eq!(olga.get(&banners.replace("{banner}", "red")).await.body, "Hail red");
    plugins.disable(&Actor::Operator, Some(lantern), "herald", false, false).await.unwrap();
    assert_eq!(offered(&program.get(&in_org(lantern)).await.json()), Vec::<String>::new(), "at once");
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_private_guest_is_seen_where_it_was_let_be_seen() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let mut olga = app.program_of("Olga").await;
    let org = hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let private =
        example_in("poll", "1.0.0", |manifest| manifest.replace("api = \"1.0\"", "api = \"1.0\"\nprivate = true"));
    assert_eq!(install(&mut freya, &private).await["plugin"]["private"], true);
    let inside = format!("/api/v1/organizations/{org}/plugins/poll");
    assert_eq!(olga.get(&inside).await.status, 404);
    assert_eq!(olga.send(Method::PUT, &format!("{inside}/switch"), &json!({ "on": true })).await.status, 404);
    let access = format!("/api/v1/plugins/poll/access/{org}");
    assert_eq!(freya.ask(Method::PUT, &access).await.status, 204);
    ok(&olga.send(Method::PUT, &format!("{inside}/switch"), &json!({ "on": true })).await);
    let places = ok(&freya.get("/api/v1/plugins/poll").await)["organizations"].clone();
    assert_eq!(places, json!([{ "organization": org, "switch": { "state": "on" }, "access": true }]));
    assert_eq!(freya.ask(Method::DELETE, &access).await.status, 204);
    assert_eq!(olga.get(&inside).await.status, 404);
    assert!(app.stop().await);
}
