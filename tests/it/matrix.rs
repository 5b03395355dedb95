//! Who is let in where: every REST route of the document and every registered server function, walked by everybody there is, and
//! compared with `tests/fixtures/permissions.txt`. A door that is missing there fails the build.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;
use tests::{Answer, Cast, Person, Program, TestApp, WHO};

/// No id of anything: what is done to it is done to nothing.
const NOTHING: &str = "999999";

/// One line of the file.
struct Door {
    /// `GET /api/v1/me`.
    name: String,
    /// What each of [`WHO`] meets.
    meets: Vec<String>,
    /// What is sent: a form or JSON.
    sends: Option<String>,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/permissions.txt")
}

/// The lines of the file: the door, seven words, and what is sent.
fn doors() -> Vec<Door> {
    let text = fs::read_to_string(file()).unwrap();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (door, sends) = match line.split_once(" <- ") {
                Some((door, sends)) => (door, Some(sends.trim().to_owned())),
                None => (line.trim_end().trim_end_matches(" <-"), None),
            };
            let mut words = door.split_whitespace().map(str::to_owned);
            let name = format!("{} {}", words.next().unwrap(), words.next().unwrap());
            let meets: Vec<String> = words.collect();
            assert_eq!(meets.len(), WHO.len(), "seven words for {name}");
            Door { name, meets, sends }
        })
        .collect()
}

/// What somebody meets, in one word: whether they are let in, not what comes of it.
fn met(answer: &Answer) -> &'static str {
    match answer.status {
        // Asked who they are, and wrong: that is not the door.
        401 if answer.body.contains("wrong_credentials") || answer.body.contains("log_in_gone") => "in",
        401 => "401",
        403 => "403",
        200..=299 | 302..=304 | 404 | 409 | 422 => "in",
        status => panic!("neither let in nor turned away: {status} {}", answer.body),
    }
}

/// Every operation of the document: its name and its example body.
async fn operations(app: &TestApp) -> Vec<(String, Option<Value>)> {
    let document = app.program().get("/api/v1/openapi.json").await.json();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            all.push((format!("{} {path}", method.to_uppercase()), example(&document, schema)));
        }
    }
    // What is removed is removed last, and the organization they all belong to is closed when nothing is asked of it any more.
    all.sort_by_key(|(name, _)| {
        let ends = ["close", "reopen", "suspend", "resume"].iter().any(|word| name.ends_with(&format!("}}/{word}")));
        (ends, name.starts_with("DELETE"), name.clone())
    });
    all
}

fn example(document: &Value, schema: &Value) -> Option<Value> {
    match schema["$ref"].as_str() {
        Some(reference) => example(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap()),
        None => schema.get("example").cloned(),
    }
}

/// The path with ids filled in: the organization that the cast belongs to, and nothing otherwise.
fn filled(path: &str, organization: &str) -> String {
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        let part = match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("organization") => organization,
            Some(_) => NOTHING,
            None => part,
        };
        let _ = write!(filled, "/{part}");
    }
    filled
}

/// What is done to an organization, or known of it, by those who run the hub and keep order in it.
const GOVERNING: [&str; 7] = ["grant", "refuse", "suspend", "resume", "owner", "seats", "reports"];

/// Functions that end the organization, one's own login, or more: asked last, in this order.
const LAST: [&str; 10] = [
    "/api/admin_suspend_organization",
    "/api/admin_resume_organization",
    "/api/admin_close_organization",
    "/api/admin_reopen_organization",
    "/api/close_organization",
    "/api/reopen_organization",
    "/api/change_password",
    "/api/end_other_sessions",
    "/api/log_out",
    "/api/ask_deletion",
];

/// Asks every door for one of the cast.
async fn walk(app: &TestApp, cast: &Cast, who: &str, doors: &[Door]) -> BTreeMap<String, String> {
    let sends: BTreeMap<&str, &str> =
        doors.iter().filter_map(|door| Some((door.name.as_str(), door.sends.as_deref()?))).collect();
    let (mut meets, mut unreadable) = (BTreeMap::new(), Vec::new());
    let (mut last, first): (Vec<_>, Vec<_>) =
        server::http::server_functions().into_iter().partition(|path| LAST.contains(&path.as_str()));
    last.sort_by_key(|path| LAST.iter().position(|known| known == path));
    for path in &first {
        function(app, cast, who, path, &sends, &mut meets, &mut unreadable).await;
    }
    for (name, example) in operations(app).await {
        let (method, path) = name.split_once(' ').unwrap();
        let governs = GOVERNING.iter().any(|word| path.ends_with(&format!("}}/{word}")));
        let inside = path.contains("/organizations/{") && !governs;
        let mut program: Program = cast.program(who, inside);
        let path = filled(path, &cast.organization().to_string());
        let method: Method = method.parse().unwrap();
        let body = sends.get(name.as_str()).map(|text| serde_json::from_str(text).unwrap()).or(example);
        let answer = match body {
            Some(body) => program.send(method, &path, &body).await,
            None => program.ask(method, &path).await,
        };
        if matches!(answer.status, 400 | 415) {
            unreadable.push(format!("{name} needs another body than its example: {}", answer.body));
            continue;
        }
        meets.insert(name, met(&answer).to_owned());
    }
    for path in &last {
        function(app, cast, who, path, &sends, &mut meets, &mut unreadable).await;
    }
    assert!(unreadable.is_empty(), "{}", unreadable.join("\n"));
    meets
}

/// Calls one server function, from a page of somebody who has just logged in.
async fn function(
    app: &TestApp,
    cast: &Cast,
    who: &str,
    path: &str,
    sends: &BTreeMap<&str, &str>,
    meets: &mut BTreeMap<String, String>,
    unreadable: &mut Vec<String>,
) {
    let name = format!("POST {path}");
    let form = sends.get(name.as_str()).copied().unwrap_or_default();
    let inside = form.contains("{organization}") && !path.starts_with("/api/admin_");
    let mut person: Person = cast.person(app, who, inside).await;
    let form = form.replace("{organization}", &cast.organization().to_string());
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let answer = person.send(Method::POST, path, &headers, Bytes::from(form)).await;
    if answer.status == 422 && answer.body.contains("\"malformed\"") {
        unreadable.push(format!("{name} needs a form that can be read"));
    } else {
        meets.insert(name, met(&answer).to_owned());
    }
}

#[tokio::test]
async fn everybody_meets_at_every_door_what_the_matrix_says() {
    let doors = doors();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for who in WHO {
        // A hub of its own for each: what one of them breaks, the next finds whole.
        let app = TestApp::start().await;
        let cast = Cast::gather(&app).await;
        for (door, word) in walk(&app, &cast, who, &doors).await {
            all.entry(door).or_default().push(word);
        }
        app.stop().await;
    }
    let mut wrong = String::new();
    for (door, meets) in &all {
        match doors.iter().find(|known| known.name == *door) {
            Some(known) if known.meets == *meets => {}
            Some(known) => {
                let _ = writeln!(wrong, "{door}\n  says  {}\n  is    {}", known.meets.join(" "), meets.join(" "));
            }
            None => {
                let _ = writeln!(wrong, "{door} is missing; it is\n{door}  {}", meets.join(" "));
            }
        }
    }
    for known in doors.iter().filter(|known| !all.contains_key(&known.name)) {
        let _ = writeln!(wrong, "{} is no door any more", known.name);
    }
    assert!(wrong.is_empty(), "compare with tests/fixtures/permissions.txt:\n{wrong}");
}

#[tokio::test]
async fn a_stranger_is_turned_away_before_anything_is_read() {
    let app = TestApp::start().await;
    let doors = doors();
    for (name, _) in operations(&app).await {
        let (method, path) = name.split_once(' ').unwrap();
        let known = doors.iter().find(|door| door.name == name);
        if known.is_none_or(|door| door.meets[0] != "401") {
            continue;
        }
        let path = path.split('/').map(|part| if part.starts_with('{') { "%ff" } else { part });
        let path = format!("{}?%ff=%ff&limit=x&cursor=!", path.collect::<Vec<_>>().join("/"));
        let headers = [("content-type", "application/json")];
        let answer = app.program().raw(method.parse().unwrap(), &path, &headers, b"{\"").await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.body);
        let bad = app.program().with_token("gh_nonsense").raw(method.parse().unwrap(), &path, &headers, b"{\"").await;
        assert_eq!(bad.status, 401, "{name}: {}", bad.body);
    }
}

#[tokio::test]
async fn the_document_says_who_needs_a_token() {
    let app = TestApp::start().await;
    let document = app.program().get("/api/v1/openapi.json").await.json();
    let doors = doors();
    let mut ids = std::collections::BTreeSet::new();
    let tags: Vec<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let open = operation["security"].is_array();
            if let Some(door) = doors.iter().find(|door| door.name == name) {
                assert_eq!(open, door.meets[0] != "401", "{name}: `security(())` is for what a stranger may ask");
            }
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "two operations are called {id}");
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(tags.contains(&tag), "{name} has the tag {tag}, which is not in TAGS");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{name} has no summary");
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert!(schema.is_null() || example(&document, schema).is_some(), "{name} has a body and no example");
        }
    }
}
