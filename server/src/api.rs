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

pub(crate) use ask::{Anybody, Body, Id, Known, Query};
pub(crate) use failure::{Answer, Failure};
pub use pace::Pace;
pub(crate) use page::{Cursor, Limit, Listing};
pub(crate) use repeat::{KEPT_FOR, forget_older, shown_once};

/// Where the resources are.
pub(crate) const V1: &str = "/api/v1";

/// The resources, their document, and what answers where there is none. Layers run from the last one named here to the first.
pub(crate) fn routes(hub: &Hub) -> Router<Hub> {
    let (resources, document) = v1::resources().split_for_parts();
    let document = document::finish(document);
    let pages = docs::routes(&document);
    resources
        .merge(document::routes(&document))
        .route(V1, any(nothing_here))
        .route(&format!("{V1}/"), any(nothing_here))
        .route(&format!("{V1}/{{*rest}}"), any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(hub.clone(), repeat::once))
        .layer(middleware::from_fn(kept::compare))
        .layer(middleware::from_fn(page::link))
        .layer(middleware::from_fn_with_state(hub.clone(), ask::credentials))
        .layer(middleware::from_fn_with_state(hub.clone(), pace::keep))
        .layer(middleware::from_fn_with_state(hub.clone(), cors::share))
        .layer(middleware::from_fn(failure::tell))
        .merge(pages)
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
