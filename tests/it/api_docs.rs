//! What the documents of the API say is what happens: every example of the book and of the `OpenAPI` document is run.

mod stage;

use std::{collections::BTreeMap, fs, path::Path};

use hyper::Method;
use serde_json::{Value, json};
use tests::{Answer, PASSWORD, Program, TestApp};

use stage::{Asked, Stage};

/// Stands for whatever is there.
const ANYTHING: char = '…';

/// One request of the book and the answer it promises.
struct Example {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    status: u16,
    promised: Vec<(String, String)>,
    says: Option<Value>,
}

/// The blocks marked `http`, in order.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("```http\n") {
        let (block, after) = after.split_once("```").expect("a block ends");
        blocks.push(block.to_owned());
        rest = after;
    }
    blocks
}

fn head_and_body(block: &str) -> (String, Vec<(String, String)>, String) {
    let (head, body) = block.split_once("\n\n").unwrap_or((block, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap().to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned()));
    (first, headers.collect(), body.trim().to_owned())
}

fn examples(text: &str) -> Vec<Example> {
    let blocks = blocks(text);
    assert!(blocks.len().is_multiple_of(2), "every request has its answer");
    blocks
        .chunks(2)
        .map(|pair| {
            let (asked, headers, body) = head_and_body(&pair[0]);
            let (answered, promised, says) = head_and_body(&pair[1]);
            let (method, path) = asked.split_once(' ').unwrap();
            let status = answered.strip_prefix("HTTP/1.1 ").and_then(|line| line.get(..3)).unwrap();
            Example {
                method: method.parse().unwrap(),
                path: path.to_owned(),
                headers,
                body,
                status: status.parse().unwrap(),
                promised,
                says: (!says.is_empty()).then(|| serde_json::from_str(&says).unwrap()),
            }
        })
        .collect()
}

/// What a reader of the book would put where it says `gh_…`: what the last answer held.
#[derive(Default)]
struct Held(BTreeMap<&'static str, String>);

impl Held {
    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    fn learn(&mut self, answer: &Answer) {
        let Ok(body) = serde_json::from_str::<Value>(&answer.body) else { return };
        for (name, field) in [("eyJ…", "access_token"), ("ghr_…", "refresh_token"), ("gh_…", "token")] {
            if let Some(value) = body[field].as_str() {
                self.0.insert(name, value.to_owned());
            }
        }
    }
}

/// Whether all that is promised is there. More may be.
fn keeps(promise: &Value, is: &Value) -> bool {
    match (promise, is) {
        (Value::String(promise), is) if promise.ends_with(ANYTHING) => {
            let begin = promise.trim_end_matches(ANYTHING);
            begin.is_empty() && !is.is_null() || is.as_str().is_some_and(|is| is.starts_with(begin))
        }
        (Value::Object(promise), is) => promise.iter().all(|(name, value)| {
            is.get(name).is_some_and(|is| keeps(value, is)) || (value.is_null() && is.get(name).is_none())
        }),
        (Value::Array(promise), Value::Array(is)) => {
            promise.len() == is.len() && promise.iter().zip(is).all(|(promise, is)| keeps(promise, is))
        }
        (promise, is) => promise == is,
    }
}

#[tokio::test]
async fn every_example_of_the_book_is_true() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/api");
    let mut run = 0;
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        let page = entry.file_name().into_string().unwrap();
        let app = TestApp::start().await;
        let accounts = &app.running().hub.accounts;
        let olga = base::Actor::Operator;
        accounts.create_user(&olga, "Olga", base::Secret::new(PASSWORD), base::Role::Owner).await.unwrap();
        let mut held = Held::default();
        held.learn(&app.program_of("Olga").await.post("/api/v1/me/tokens", &everything()).await);
        for example in examples(&text) {
            let what = format!("{page}: {} {}", example.method, example.path);
            let mut program: Program = app.program();
            for (name, value) in &example.headers {
                program = program.saying(name, &held.fill(value));
            }
            let body = held.fill(&example.body);
            let answer = program.raw(example.method, &example.path, &[], body.as_bytes()).await;
            assert_eq!(answer.status, example.status, "{what}: {}", answer.body);
            for (name, value) in &example.promised {
                assert_eq!(answer.header(&name.to_lowercase()), value, "{what}: {name}");
            }
            if let Some(says) = example.says {
                assert!(keeps(&says, &answer.json()), "{what} promises {says:#}\nand says {:#}", answer.json());
            }
            held.learn(&answer);
            run += 1;
        }
        app.stop().await;
    }
    assert!(run >= 10, "only {run} examples were found");
}

fn everything() -> Value {
    let areas = ["account", "people", "organizations", "lobby", "moderation", "administration"];
    let grants: Vec<String> = areas.iter().map(|area| format!("{area}:write")).collect();
    json!({ "name": "All", "grants": grants.join(" ") })
}

/// What has to be run before the others, because of whom they name.
const FIRST: [&str; 1] = ["POST /api/v1/users"];

#[tokio::test]
async fn every_operation_of_the_document_does_what_its_example_says() {
    let mut stage = Stage::set().await;
    let document = stage.app.program().get("/api/v1/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.to_uppercase(), path.as_str(), operation));
        }
    }
    // What is removed is removed last.
    all.sort_by_key(|(method, path, _)| {
        let first = FIRST.contains(&format!("{method} {path}").as_str());
        (!first, method == "DELETE", path.to_owned(), method.clone())
    });
    assert!(all.len() > 150, "only {} operations", all.len());
    let mut wrong = Vec::new();
    for (method, path, operation) in all {
        let asked = stage.ask(&method, path.strip_prefix("/api/v1").unwrap()).await;
        let answer = run(&document, &method, path, operation, asked).await;
        let documented = operation["responses"].get(answer.status.to_string()).is_some();
        if !(200..400).contains(&answer.status) || !documented {
            wrong.push(format!("{method} {path}: {} {}", answer.status, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{} examples are not true:\n{}", wrong.len(), wrong.join("\n"));
    assert!(stage.app.stop().await);
}

#[tokio::test]
async fn a_text_that_lists_are_searched_for_is_no_longer_than_the_document_says() {
    let mut stage = Stage::set().await;
    let document = stage.app.program().get("/api/v1/openapi.json").await.json();
    let (mut tried, mut taken) = (0, Vec::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            let (Some("query"), Some(longest)) = (parameter["in"].as_str(), parameter["schema"]["maxLength"].as_u64())
            else {
                continue;
            };
            let Asked { mut program, parts, .. } = stage.ask("GET", path.strip_prefix("/api/v1").unwrap()).await;
            let path = parts.iter().fold(path.clone(), |path, (part, is)| path.replace(&format!("{{{part}}}"), is));
            let (name, longer) = (parameter["name"].as_str().unwrap(), usize::try_from(longest).unwrap() + 1);
            let answer = program.get(&format!("{path}?{name}={}", "0".repeat(longer))).await;
            // As a request that can't be read, or as a field of a form that can.
            if !matches!(answer.status, 400 | 422) {
                taken.push(format!("{path} {name}: {} {}", answer.status, answer.body));
            }
            tried += 1;
        }
    }
    assert!(taken.is_empty(), "longer than the document says, and yet taken:\n{}", taken.join("\n"));
    assert!(tried > 10, "only {tried} texts");
    assert!(stage.app.stop().await);
}

/// Asks as the document's examples do.
async fn run(document: &Value, method: &str, path: &str, operation: &Value, asked: Asked) -> Answer {
    let Asked { mut program, parts, secret, file } = asked;
    let (mut filled, mut query) = (path.to_owned(), Vec::new());
    for (part, is) in parts {
        filled = filled.replace(&format!("{{{part}}}"), &is);
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap();
        let Some(example) = parameter["example"].as_str() else { continue };
        match parameter["in"].as_str().unwrap() {
            "path" => filled = filled.replace(&format!("{{{name}}}"), example),
            "query" => query.push((name, example)),
            _ => {}
        }
    }
    assert!(!filled.contains('{'), "the stage has nothing for {filled}");
    if !query.is_empty() {
        filled = format!("{filled}?{}", serde_urlencoded::to_string(query).unwrap());
    }
    let method: Method = method.parse().unwrap();
    if let Some(file) = file {
        return program.raw(method, &filled, &[("content-type", "application/octet-stream")], &file).await;
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match (example(document, schema), secret) {
        (Some(mut example), Some((field, secret))) => {
            example[field] = secret.into();
            program.send(method, &filled, &example).await
        }
        (Some(example), None) => program.send(method, &filled, &example).await,
        (None, _) => program.ask(method, &filled).await,
    }
}

fn example(document: &Value, schema: &Value) -> Option<Value> {
    match schema["$ref"].as_str() {
        Some(reference) => example(document, document.pointer(reference.strip_prefix('#').unwrap()).unwrap()),
        None => schema.get("example").cloned(),
    }
}

#[tokio::test]
async fn the_page_shows_every_operation_and_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let document = app.program().get("/api/v1/openapi.json").await.json();
    let page = app.stranger().get("/api/docs").await;
    assert_eq!(page.status, 200);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (_, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.body.contains(&format!("<article id=\"{id}\"")), "{id} of {path} is not on the page");
        }
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for link in ["src=\"", "href=\""] {
        let links = page.body.split(link).skip(1).map(|rest| rest.split('"').next().unwrap());
        links
            .for_each(|link| assert!(link.starts_with(['/', '#']) && !link.starts_with("//"), "{link} is not our own"));
    }
    assert!(!page.body.contains("<script>") && !page.body.contains(" style="), "nothing inline");
}

#[tokio::test]
async fn a_problems_address_explains_it() {
    let app = TestApp::start().await;
    for code in ["too_many", "bad_token", "method_not_allowed", "form"] {
        let page = app.stranger().get(&format!("/problems/{code}")).await;
        assert_eq!(page.status, 200, "{code}");
        assert!(page.header("content-type").starts_with("text/html"), "{code}");
    }
    assert_eq!(app.stranger().get("/problems/nothing").await.status, 404);
}
