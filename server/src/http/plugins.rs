//! Where plugins are reached but for their pages: routes of theirs in the API, addresses for strangers' programs, their files, and what is sent
//! with the forms of their pages.

use app::{Answered, Asked, Elsewhere, Sent, error::AppError};
use axum::{
    Extension, Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{any, get},
};
use base::{Actor, Kind, OrgId};
use contract::{Code, Problem};
use plugin_api::call;
use plugins::{Place, Visit};
use serde::Deserialize;

use super::{
    Hub, RequestId,
    belongings::{LONGEST_PACKAGE, file_in},
    problem,
    visitor::Caller,
};

/// More than any form holds.
const LONGEST_FORM: usize = 256 * 1024;
/// The most a program sends; a route says how much of it it takes.
const LONGEST: usize = 1024 * 1024;
/// Headers a plugin reads. None that logs somebody in.
const HEADERS: [&str; 9] = [
    "accept",
    "accept-language",
    "content-type",
    "user-agent",
    "if-none-match",
    "x-event-type",
    "x-request-id",
    "x-signature",
    "x-hub-signature-256",
];

/// The doors that are no pages.
pub(super) fn routes() -> Router<Hub> {
    Router::new()
        .route("/api/plugins/{plugin}", any(in_hub_alone))
        .route("/api/plugins/{plugin}/{*path}", any(in_hub))
        .route("/api/plugins/{plugin}/admin/{*path}", any(in_admin))
        .route("/api/plugins/{plugin}/orgs/{org}", any(in_organization_alone))
        .route("/api/plugins/{plugin}/orgs/{org}/{*path}", any(in_organization))
        .route("/hooks/{plugin}/{name}/{token}", any(knock))
        .route("/plugins/{plugin}/assets/{hash}/{*file}", get(asset))
        .route("/plugins/{plugin}/assets/elsewhere", get(elsewhere))
}

async fn in_hub_alone(State(hub): State<Hub>, Path(plugin): Path<String>, request: Request) -> Response {
    route(&hub, Place::Hub, &plugin, "", request).await
}

async fn in_hub(State(hub): State<Hub>, Path((plugin, path)): Path<(String, String)>, request: Request) -> Response {
    route(&hub, Place::Hub, &plugin, &path, request).await
}

async fn in_admin(State(hub): State<Hub>, Path((plugin, path)): Path<(String, String)>, request: Request) -> Response {
    route(&hub, Place::Admin, &plugin, &path, request).await
}

async fn in_organization_alone(
    State(hub): State<Hub>,
    Path((plugin, org)): Path<(String, String)>,
    request: Request,
) -> Response {
    organization_route(&hub, &plugin, &org, "", request).await
}

async fn in_organization(
    State(hub): State<Hub>,
    Path((plugin, org, path)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    organization_route(&hub, &plugin, &org, &path, request).await
}

async fn organization_route(hub: &Hub, plugin: &str, slug: &str, path: &str, request: Request) -> Response {
    let Some(caller) = request.extensions().get::<Caller>() else { return nothing(request.headers()) };
    // By its address, or by its number.
    let org = match slug.parse::<i64>() {
        Ok(id) => Ok(id.into()),
        Err(_) => hub.orgs.id_of(&caller.actor, slug).await,
    };
    match org {
        Ok(org) => route(hub, Place::Organization(org), plugin, path, request).await,
        // Unknown, hidden and off are told alike.
        Err(error) if error.kind() == Kind::NotFound => nothing(request.headers()),
        Err(error) => problem::answer(&error.problem(), request.headers(), None),
    }
}

fn nothing(headers: &HeaderMap) -> Response {
    problem::answer(&Problem::from(Kind::NotFound), headers, None)
}

fn trace_of(request: &Request) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// A route of a plugin.
async fn route(hub: &Hub, place: Place, plugin: &str, path: &str, request: Request) -> Response {
    let headers = request.headers().clone();
    let Some(caller) = request.extensions().get::<Caller>().cloned() else { return nothing(&headers) };
    if caller.bad_token {
        return problem::answer(&Problem::new(Kind::Unauthenticated, Code::LogInFirst), &headers, None);
    }
    let visit = Visit { locale: caller.visitor.locale.code().to_owned(), trace: trace_of(&request) };
    let incident = visit.trace.clone();
    match read(request, path).await {
        Ok(asked) => told(hub.plugins.route(&caller.actor, place, plugin, asked, &visit).await, &headers, &incident),
        Err(response) => response,
    }
}

/// A stranger's program. Whoever is logged in in that browser has nothing to do with it: the token says who speaks.
async fn knock(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path((plugin, name, token)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    let stranger = Actor::Stranger { address: Some(caller.address) };
    let visit = Visit { locale: caller.visitor.locale.code().to_owned(), trace: trace_of(&request) };
    let incident = visit.trace.clone();
    match read(request, "").await {
        Ok(asked) => {
            told(hub.plugins.webhook(&stranger, &plugin, &name, &token, asked, &visit).await, &headers, &incident)
        }
        Err(response) => response,
    }
}

/// What came in, as a plugin reads it.
async fn read(request: Request, path: &str) -> Result<call::Request, Response> {
    let (head, body) = request.into_parts();
    let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    if !known.contains(&head.method) {
        return Err(problem::answer_as(
            StatusCode::METHOD_NOT_ALLOWED,
            &Problem::from(Kind::Invalid),
            &head.headers,
            None,
        ));
    }
    let body = to_bytes(body, LONGEST).await.map_err(|_| {
        problem::answer_as(StatusCode::PAYLOAD_TOO_LARGE, &Problem::from(Kind::Invalid), &head.headers, None)
    })?;
    let headers = head.headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str()));
    let headers = headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    Ok(call::Request {
        method: head.method.as_str().to_owned(),
        path: path.to_owned(),
        params: std::collections::BTreeMap::new(),
        query: app::pairs(head.uri.query().unwrap_or_default()),
        headers: headers.collect(),
        body: body.to_vec(),
    })
}

/// What a plugin answered, as it goes on.
fn told(answer: Result<call::Response, plugins::Error>, headers: &HeaderMap, incident: &str) -> Response {
    match answer {
        Ok(call::Response { status, headers, body }) => {
            let mut response = Response::new(Body::from(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                    response.headers_mut().append(name, value);
                }
            }
            // What a plugin sends is never taken for something else than it says, and runs nothing.
            let policy = HeaderValue::from_static("sandbox; default-src 'none'");
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            response
        }
        Err(error) => refusal(&error, headers, incident),
    }
}

fn refusal(error: &plugins::Error, headers: &HeaderMap, incident: &str) -> Response {
    let problem = error.problem();
    let ours = matches!(problem.kind, Kind::Internal | Kind::Unavailable);
    if ours {
        tracing::error!(request.id = incident, error = error.to_string(), "a plugin was asked in vain");
    }
    problem::answer(&problem, headers, ours.then_some(incident))
}

/// A file of a plugin. Its address holds the hash of all of them, so it never changes.
async fn asset(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Path((plugin, hash, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    match hub.plugins.asset(&caller.actor, &plugin, &hash, &file) {
        Ok(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                // An image opened by itself runs nothing, whatever is in it.
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            ],
            asset.bytes,
        )
            .into_response(),
        Err(error) => problem::answer(&error.problem(), &headers, None),
    }
}

/// Which picture of another host, in which organization (0: the hub), and what shows that the hub has drawn it on a page.
#[derive(Deserialize)]
struct Shown {
    org: i64,
    url: String,
    seal: String,
}

/// A picture of another host on a plugin's page: the hub is asked for it in that host's place.
async fn elsewhere(
    State(hub): State<Hub>,
    Extension(caller): Extension<Caller>,
    Extension(request): Extension<RequestId>,
    Path(plugin): Path<String>,
    shown: Result<Query<Shown>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(shown)) = shown else { return nothing(&headers) };
    let organization = Some(shown.org).filter(|org| *org != 0).map(OrgId::from);
    let image = Elsewhere { plugin: &plugin, organization, url: &shown.url };
    if !image.is_sealed(&*hub.services.forms, &shown.seal) {
        return nothing(&headers);
    }
    match hub.plugins.image(&caller.actor, organization, &plugin, &shown.url, &request.0).await {
        // A file and nothing that runs, whatever is in it.
        Ok(image) => (
            [
                (header::CONTENT_TYPE, image.kind),
                (header::CONTENT_DISPOSITION, "attachment"),
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ],
            image.bytes,
        )
            .into_response(),
        Err(error) => refusal(&error, &headers, &request.0),
    }
}

/// What is sent with a form of a plugin's page. `Err`: to be drawn as the page's answer, for a browser without script.
pub(super) async fn sent(
    hub: &Hub,
    place: PlaceAsked,
    plugin: &str,
    path: &str,
    request: &mut Request,
) -> Result<Response, Answered> {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let outcome = take(hub, place, plugin, path, request).await;
    let status = |kind: Kind| StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match outcome {
        Ok(Sent::To(path)) if wants_page => Ok(Redirect::to(&path).into_response()),
        Ok(Sent::Page(page)) if wants_page => Err(Answered(Ok(page))),
        Ok(sent) => Ok(Json(sent).into_response()),
        Err(problem) if wants_page => Err(Answered(Err(problem.into()))),
        Err(problem) => Ok((status(problem.kind), Json(AppError::from(problem))).into_response()),
    }
}

/// In which of the three places, as the address says.
pub(super) enum PlaceAsked {
    Hub,
    Admin,
    Organization(String),
}

async fn take(hub: &Hub, place: PlaceAsked, plugin: &str, path: &str, request: &mut Request) -> Result<Sent, Problem> {
    let body = std::mem::replace(request.body_mut(), Body::empty());
    // A file comes from the registry's page alone; its door has room for one.
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let holds_file = kind.starts_with("multipart/form-data") && matches!(place, PlaceAsked::Admin) && plugin.is_empty();
    let longest = if holds_file { LONGEST_PACKAGE } else { LONGEST_FORM };
    let malformed = || Problem::new(Kind::Invalid, Code::Malformed);
    let body: Bytes = to_bytes(body, longest).await.map_err(|_| malformed())?;
    let caller = request.extensions().get::<Caller>().ok_or(Kind::Internal)?;
    let (place, slug) = match place {
        PlaceAsked::Hub => (Place::Hub, None),
        PlaceAsked::Admin => (Place::Admin, None),
        PlaceAsked::Organization(slug) => {
            let org = hub.orgs.id_of(&caller.actor, &slug).await.map_err(|error| error.problem())?;
            (Place::Organization(org), Some(slug))
        }
    };
    let asked = Asked {
        services: &hub.services,
        visitor: &caller.visitor,
        place,
        slug: slug.as_deref(),
        plugin,
        path,
        query: "",
    };
    if holds_file {
        if let Some(package) = file_in(request.headers(), body.clone(), "package").await {
            return asked.stage(package).await;
        }
        let data = file_in(request.headers(), body, "data").await.ok_or_else(malformed)?;
        return asked.take_in(&data).await;
    }
    let text = std::str::from_utf8(&body).map_err(|_| malformed())?;
    asked.send(app::pairs(text)).await
}
