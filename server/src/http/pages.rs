//! Pages and server functions: what Leptos answers, with what it needs to know about the request.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::{
    Admitted,
    context::{self, Services, Visitor},
    error::AppError,
};
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Redirect, Response},
    routing::{MethodRouter, post},
};
use base::{Actor, Kind};
use contract::Problem;
use leptos::{nonce::Nonce, prelude::*, server_fn::error::SERVER_FN_ERROR_HEADER};
use leptos_axum::LeptosRoutes as _;
use tower_http::compression::CompressionLayer;

use super::{
    Hub, files, headers,
    plugins::{self, PlaceAsked},
    problem,
    visitor::Caller,
};

/// More than any failure takes to tell, in bytes.
const LONGEST_PROBLEM: usize = 64 * 1024;

/// Every page, every server function, and whatever public file or 404 is left.
pub(super) fn routes(hub: &Hub) -> Router<Hub> {
    let paths = leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(app::App, None, {
        let services = Arc::clone(&hub.services);
        move || identity(&services)
    })
    .0;
    let services = Arc::clone(&hub.services);
    let context = move || page_context(&services);
    let admin = admin_routes(hub, context.clone());
    let fallback = leptos_axum::file_and_error_handler_with_context::<Hub, _>(context.clone(), app::shell);
    let pages = Router::new()
        .leptos_routes_with_context(hub, paths, context, {
            let options = hub.leptos.clone();
            move || app::shell(options.clone())
        })
        .merge(admin)
        .merge(plugin_forms(hub))
        .fallback(fallback)
        .route("/api/{*function}", post(server_function));
    as_pages(hub, pages)
}

/// What is sent from the registry of plugins: the one form of a page with a whole package in it.
pub(super) fn packages(hub: &Hub) -> Router<Hub> {
    let door = plugin_door(hub, |_| PlaceAsked::Admin);
    as_pages(hub, Router::new().route("/admin/plugins", door).layer(middleware::from_fn(admin_door)))
}

/// Behind the layers that make an answer a page of ours.
fn as_pages(hub: &Hub, routes: Router<Hub>) -> Router<Hub> {
    let socket: Arc<str> = socket_source(hub.settings.public_url.as_deref()).into();
    routes
        .layer(middleware::from_fn_with_state(socket, with_a_nonce))
        .layer(middleware::map_response(with_the_problems_status))
        .layer(middleware::map_response(staying_here))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .layer(middleware::from_fn(files::ask_again))
}

/// What is sent with the forms of plugins' pages, at the address of the page itself. Without script the page it leads to is the answer.
fn plugin_forms(hub: &Hub) -> Router<Hub> {
    let door = |place: fn(&RawPathParams) -> PlaceAsked| plugin_door(hub, place);
    let organization = |params: &RawPathParams| {
        let slug = params.iter().find(|(key, _)| *key == "slug").map_or("", |(_, value)| value);
        PlaceAsked::Organization(slug.to_owned())
    };
    let admin = Router::new()
        .route("/admin/plugins/{plugin}", door(|_| PlaceAsked::Admin))
        .route("/admin/plugins/{plugin}/{*path}", door(|_| PlaceAsked::Admin))
        .layer(middleware::from_fn(admin_door));
    Router::new()
        .route("/plugins/{plugin}", door(|_| PlaceAsked::Hub))
        .route("/plugins/{plugin}/{*path}", door(|_| PlaceAsked::Hub))
        .route("/orgs/{slug}/plugins", door(organization))
        .route("/orgs/{slug}/plugins/{plugin}", door(organization))
        .route("/orgs/{slug}/plugins/{plugin}/{*path}", door(organization))
        .merge(admin)
}

fn plugin_door(hub: &Hub, place: fn(&RawPathParams) -> PlaceAsked) -> MethodRouter<Hub> {
    let (services, options) = (Arc::clone(&hub.services), hub.leptos.clone());
    post(move |State(hub): State<Hub>, params: RawPathParams, mut request: Request<Body>| {
        let (services, options) = (Arc::clone(&services), options.clone());
        async move {
            let param = |name: &str| params.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
            let place = place(&params);
            let admin = matches!(place, PlaceAsked::Admin);
            let answered = match plugins::sent(&hub, place, param("plugin"), param("path"), &mut request).await {
                Ok(response) => return response,
                Err(answered) => answered,
            };
            let context = move || {
                page_context(&services);
                provide_context(answered.clone());
            };
            let draw = move || {
                let options = options.clone();
                if admin { app::admin_shell(options).into_any() } else { app::shell(options).into_any() }
            };
            leptos_axum::render_app_async_with_context(context, draw)(request).await
        }
    })
}

/// The pages of the admin area: another document with another app in it, behind a door of their own.
fn admin_routes(hub: &Hub, context: impl Fn() + Clone + Send + Sync + 'static) -> Router<Hub> {
    // The server functions have their routes already.
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let identity = {
        let services = Arc::clone(&hub.services);
        move || identity(&services)
    };
    let paths =
        leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(app::AdminApp, Some(functions), identity)
            .0;
    let options = hub.leptos.clone();
    Router::new()
        .leptos_routes_with_context(hub, paths, context, move || app::admin_shell(options.clone()))
        .layer(middleware::from_fn(admin_door))
}

/// Nothing of the admin area is drawn for those who have no business there.
async fn admin_door(request: Request<Body>, next: Next) -> Response {
    let uri = request.uri();
    let role = request.extensions().get::<Caller>().and_then(|caller| caller.visitor.me.as_ref()).map(|me| me.role);
    let asked = uri.path_and_query().map_or(uri.path(), |asked| asked.as_str());
    match app::admit(role, uri.path(), asked) {
        Admitted::Yes => next.run(request).await,
        Admitted::Elsewhere(path) => Redirect::to(&path).into_response(),
        Admitted::No => {
            if let Some(caller) = request.extensions().get::<Caller>() {
                let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
                audit::refused(&caller.actor, "page", route);
            }
            problem::answer(&Problem::from(Kind::Forbidden), request.headers(), None)
        }
    }
}

/// The address of every registered server function.
pub fn server_functions() -> Vec<String> {
    let mut paths: Vec<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    paths.sort();
    paths
}

/// A call of a server function: by script, or by a plain form.
async fn server_function(State(hub): State<Hub>, request: Request<Body>) -> Response {
    let path = request.uri().path();
    if !leptos::server_fn::axum::server_fn_paths().any(|(known, method)| known == path && method == request.method()) {
        return problem::answer(&Problem::from(Kind::NotFound), request.headers(), None);
    }
    let services = Arc::clone(&hub.services);
    leptos_axum::handle_server_fns_with_context(move || identity(&services), request).await.into_response()
}

/// A plain form leads back to where its browser says it came from. That is a page of ours, so its path is enough: no other host gets
/// into a redirect, whatever a request says.
async fn staying_here(mut response: Response) -> Response {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    if let Some((_, rest)) = to.and_then(|to| to.split_once("://")).filter(|(scheme, _)| !scheme.contains('/')) {
        let path = rest.find('/').map_or("", |at| &rest[at..]).trim_start_matches(['/', '\\']);
        let path = HeaderValue::from_str(&format!("/{path}")).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

/// Failures from before a function runs, such as a form that can't be read, come as 500, whatever they say themselves.
async fn with_the_problems_status(response: Response) -> Response {
    let failed = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    if !failed || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, LONGEST_PROBLEM).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        head.status = StatusCode::from_u16(error.problem.kind.status()).unwrap_or(head.status);
    }
    Response::from_parts(head, Body::from(body))
}

/// Gives each request a nonce, and what is drawn with it the policy that names it. The policy does not depend on anything that is
/// said while a page is drawn.
async fn with_a_nonce(State(socket): State<Arc<str>>, mut request: Request<Body>, next: Next) -> Response {
    let nonce = Nonce::new();
    let drawn = Drawn::default();
    request.extensions_mut().insert((nonce.clone(), drawn.clone()));
    // Leptos leaves the owner of the last page on the thread. What began as its child would lose its contexts when that page ends.
    if let Some(left) = Owner::current() {
        left.clone().unset();
    }
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if drawn.0.load(Ordering::Relaxed)
        && kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
        && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce, &socket))
    {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Whether it came to drawing: what stands before it refuses, or sends elsewhere.
#[derive(Clone, Default)]
struct Drawn(Arc<AtomicBool>);

/// For a page: who asks, and its nonce.
fn page_context(services: &Arc<Services>) {
    identity(services);
    let given = use_context::<Parts>().and_then(|parts| parts.extensions.get::<(Nonce, Drawn)>().cloned());
    if let Some((nonce, drawn)) = given {
        provide_context(nonce);
        drawn.0.store(true, Ordering::Relaxed);
    }
}

/// Who asks, and the services that answer. The visitor layer has put the caller into the request.
fn identity(services: &Arc<Services>) {
    let caller = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    // The list of routes is made by running the app once, for nobody.
    let visitor = caller.map_or_else(
        || {
            Visitor::new(
                &HeaderMap::new(),
                Actor::Stranger { address: None },
                None,
                String::new(),
                false,
                String::new(),
            )
        },
        |caller| caller.visitor,
    );
    context::provide(Arc::clone(services), visitor);
}

/// Older Safari doesn't count a WebSocket of the same origin as `'self'`: name it where the address is known.
fn socket_source(public_url: Option<&str>) -> String {
    public_url.and_then(|url| url.strip_prefix("https://")).map_or_else(String::new, |host| format!(" wss://{host}"))
}
