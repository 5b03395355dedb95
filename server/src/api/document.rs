//! The API's document (`OpenAPI` 3.1), made of the code, with what all operations have in common added to it.

mod offered;

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
    routing::get,
};
use base::OrgId;
use bytes::Bytes;
use contract::api::ProblemDetails;
use plugins::On;
use serde_json::{Value, json};
use utoipa::{PartialSchema as _, ToSchema as _, openapi::OpenApi};

use super::{Answer, Anybody, Id, V1};
use crate::http::Hub;
pub(super) use offered::Place;

/// The address of the document.
pub(crate) const ADDRESS: &str = "/api/v1/openapi.json";

/// What each tag is about, in the order of the page. An operation of another tag is put into the order by a test.
const TAGS: [(&str, &str); 20] = [
    ("tokens", "Proving who one is: tokens, made, renewed and revoked."),
    ("account", "One's own account."),
    ("users", "Accounts, as those who run the hub see them."),
    ("people", "People to one another: pages, friends, blocks, reports."),
    ("moderation", "Keeping order: reports, sanctions, appeals."),
    ("rooms", "The lobby's rooms, as those who run the hub set them up."),
    ("ranking", "What was played, and what it makes of people: games, ladders, seasons."),
    ("films", "Films of games, as their hosts recorded them."),
    ("orders", "Orders of players: who belongs to them, and what they have done."),
    ("organizations", "Organizations, their members, and who wants in."),
    ("mails", "What the hub writes to people, as those who run it see it."),
    ("backups", "Everything the hub keeps, in files, as those who run it look after it."),
    ("jobs", "What is still to be done, as those who run the hub look after it."),
    ("schedules", "What is done at its time, as those who run the hub look after it."),
    ("discord", "The hub in Discord: its application there, servers of organizations, what is told where."),
    ("webhooks", "Other programs that are told what happens here."),
    ("plugins", "What others add to the hub: let in, switched, set, watched; for the hub and in organizations."),
    ("settings", "What those who run the hub decide."),
    ("audit", "Who did what to whom, from where."),
    ("system", "How the hub is doing, as those who run it see it."),
];

/// As it is sent. Made when somebody first asks: a start that made it would wait for it, and what it is made of would stay in memory.
static TEXT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(whole().to_string()));

/// Where strangers may `POST`.
static OPEN: LazyLock<BTreeSet<String>> = LazyLock::new(|| open(&whole()));

/// The document, with every resource in it.
pub(super) fn whole() -> Value {
    finish(super::described())
}

fn finish(document: OpenApi) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    document["info"] = json!({
        "title": "Guildhall",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Everything the hub can do, for programs. Prove who you are with a token: \
            `Authorization: Bearer …`. Lists come in pages, failures as problem details.",
        "license": { "name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later" },
    });
    document["servers"] = json!([{ "url": "/" }]);
    document["security"] = json!([{ "token": [] }]);
    document["tags"] =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    document["components"]["securitySchemes"] = json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token (`gh_…`), or an access token of `POST /api/v1/auth/token`.",
        },
    });
    let mut schemas = vec![(ProblemDetails::name().into_owned(), ProblemDetails::schema())];
    ProblemDetails::schemas(&mut schemas);
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = serde_json::to_value(schema).unwrap_or_default();
    }
    for (_, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(method, operation);
        }
    }
    close_choices(&mut document);
    document
}

/// What is sent has no members but those that are named. utoipa says so of structs, and not of enums.
fn close_choices(document: &mut Value) {
    let items: Vec<&Value> = document["paths"].as_object().into_iter().flatten().map(|(_, item)| item).collect();
    let operations = items.into_iter().filter_map(Value::as_object).flatten().map(|(_, operation)| operation);
    let sent: BTreeSet<String> = operations
        .filter_map(|operation| operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str())
        .filter_map(|reference| reference.strip_prefix("#/components/schemas/"))
        .map(str::to_owned)
        .collect();
    for name in sent {
        let choices = document["components"]["schemas"][name.as_str()].get_mut("oneOf").and_then(Value::as_array_mut);
        for choice in choices.into_iter().flatten().filter(|choice| choice["properties"].is_object()) {
            choice["additionalProperties"] = json!(false);
        }
    }
}

/// Whether strangers may `POST` there, as the document says.
pub(super) fn is_open_to_strangers(path: &str) -> bool {
    OPEN.contains(path)
}

fn open(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.filter(|(_, item)| item.get("post").is_some_and(is_open)).map(|(path, _)| path.clone()).collect()
}

/// Whether an operation is answered without a token, too.
fn is_open(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|any| any.iter().any(|one| one == &json!({})))
}

/// What every operation of that method answers and takes, beside its own.
fn complete(method: &str, operation: &mut Value) {
    let problem = |description: &str| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    let open = is_open(operation);
    let responses = &mut operation["responses"];
    if !open {
        responses["401"] = problem("No token, or one that is no good.");
    }
    responses["429"] = problem("Too often; `Retry-After` says when to come back.");
    responses["default"] = problem("Anything else that kept it from being done.");
    if method == "get" {
        responses["304"] = json!({ "description": "What `If-None-Match` names is still right." });
    }
    if method == "post" {
        let key = json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Chosen by you, once for each thing to be done: a request that is sent again with the same key is \
                answered as the first was, for 24 hours.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" },
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => operation["parameters"] = json!([key]),
        }
    }
}

/// Where the document is.
pub(super) fn routes() -> Router<Hub> {
    debug_assert!(ADDRESS.starts_with(V1));
    Router::new()
        .route(ADDRESS, get(of_hub))
        .route(&format!("{V1}/organizations/{{organization}}/openapi.json"), get(of_organization))
}

/// The hub's own, with the routes of the plugins that are on for it.
async fn of_hub(State(hub): State<Hub>) -> Response {
    sent(&hub.plugins.on_in(None), &Place::Hub)
}

/// The same with the routes of plugins that are on in an organization, for whoever may see it.
async fn of_organization(
    Anybody(actor): Anybody,
    State(hub): State<Hub>,
    Id(organization): Id<OrgId>,
) -> Answer<Response> {
    let here = hub.orgs.organization(&actor, organization).await?;
    Ok(sent(&hub.plugins.on_in(Some(here.id)), &Place::Organization(&here.slug)))
}

/// What plugins offer there, as a document of its own.
pub(super) fn of_plugins(on: &[Arc<On>], place: &Place<'_>) -> Value {
    let mut document = json!({ "tags": [], "paths": {} });
    offered::put_into(&mut document, on, place);
    document
}

fn sent(on: &[Arc<On>], place: &Place<'_>) -> Response {
    let text = if offered::is_any(on, place) {
        let mut document: Value = serde_json::from_slice(&TEXT).unwrap_or_default();
        offered::put_into(&mut document, on, place);
        Bytes::from(document.to_string())
    } else {
        TEXT.clone()
    };
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
