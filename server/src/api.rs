//! The REST door: what every resource of `/api/v1` stands on, and the layers in front of them, in order.
//!
//! Each resource is one file in `v1/`. A handler identifies and translates: it takes who asks ([`Known`] or [`Anybody`]) *first*,
//! so that a stranger is turned away before anything else of a request is read, then [`Id`], [`Query`] or [`Body`]; it calls one
//! method of one service, and gives back JSON or a [`Failure`].

mod ask;
mod cors;
mod docs;
mod document;
mod failure;
mod kept;
mod pace;
mod page;
mod repeat;
pub mod v1;

use axum::{Router, http::Method, middleware, routing::any};

use crate::http::Hub;

pub(crate) use ask::{Anybody, Body, Id, Known, Query, bounded};
pub(crate) use failure::{Answer, Failure};
pub use pace::Pace;
pub(crate) use pace::{Left, Quota, Who};
pub(crate) use page::{ByName, Cursor, Limit, Listing, Onward};
pub(crate) use repeat::{KEPT_FOR, forget_older, shown_once, use_once};

/// Where the resources are.
pub(crate) const V1: &str = "/api/v1";

/// The resources, their document, and what answers where there is none. Layers run from the last one named here to the first.
pub(crate) fn routes(hub: &Hub) -> Router<Hub> {
    let (resources, _) = v1::resources().split_for_parts();
    let resources = resources
        .merge(document::routes())
        .route(V1, any(nothing_here))
        .route(&format!("{V1}/"), any(nothing_here))
        .route(&format!("{V1}/{{*rest}}"), any(nothing_here));
    behind_layers(hub, resources).merge(docs::routes())
}

/// The resources that take a picture, which is more than other bodies may hold, behind the same layers.
pub(crate) fn pictures(hub: &Hub) -> Router<Hub> {
    behind_layers(hub, v1::pictures().split_for_parts().0)
}

/// Those that take a plugin's package.
pub(crate) fn packages(hub: &Hub) -> Router<Hub> {
    behind_layers(hub, v1::packages().split_for_parts().0)
}

/// Every resource, as the document names them; those of [`pictures`] and [`packages`] are routed apart.
fn described() -> utoipa::openapi::OpenApi {
    let mut document = v1::resources().split_for_parts().1;
    document.merge(v1::pictures().split_for_parts().1);
    document.merge(v1::packages().split_for_parts().1);
    document
}

fn behind_layers(hub: &Hub, resources: Router<Hub>) -> Router<Hub> {
    resources
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(hub.clone(), repeat::once))
        .layer(middleware::from_fn(kept::compare))
        .layer(middleware::from_fn(page::link))
        .layer(middleware::from_fn_with_state(hub.clone(), ask::credentials))
        .layer(middleware::from_fn_with_state(hub.clone(), pace::keep))
        .layer(middleware::from_fn_with_state(hub.clone(), cors::share))
        .layer(middleware::from_fn(failure::tell))
}

/// The same resources for whoever sits at the hub's own machine, and what only they may ask. The command line asks in this process, as
/// [`base::Actor::Operator`]: there is nothing to prove, and nobody to be counted or kept apart from.
pub(crate) fn for_the_operator(hub: &Hub) -> Router {
    let (resources, _) = v1::resources().merge(v1::pictures()).merge(v1::packages()).split_for_parts();
    resources
        .merge(v1::operator::routes())
        .fallback(nothing_here)
        .layer(middleware::from_fn(failure::tell))
        .layer(middleware::from_fn(ask::as_operator))
        .with_state(hub.clone())
}

/// Whether a request is one of ours: programs come here, with tokens instead of cookies.
pub(crate) fn is_ours(path: &str) -> bool {
    path.strip_prefix(V1).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

async fn nothing_here() -> Failure {
    base::Kind::NotFound.into()
}

async fn wrong_method(method: Method) -> Failure {
    failure::wrong_method(&method)
}
