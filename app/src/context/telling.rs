//! What becomes of a failure: a status for scripts, a line in the log where it is our own fault, and words for whoever asked.

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use base::{Actor, Kind};
use contract::{Code, Problem};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::{Visitor, text, visitor};
use crate::{
    error::AppError,
    pages::account::{local_path, prove_for},
};

/// A domain's failure, which says what may be told of it.
pub(crate) trait Telling: std::error::Error {
    /// What may be told.
    fn problem(&self) -> Problem;
}

macro_rules! told_by {
    ($($error:ty),* $(,)?) => {
        $(impl Telling for $error {
            fn problem(&self) -> Problem {
                // The error's own method, which comes before this one.
                <$error>::problem(self)
            }
        })*
    };
}

told_by!(
    accounts::Error,
    audit::ReadError,
    backup::Error,
    discord::Error,
    jobs::Error,
    mail::Error,
    metaserver::Error,
    metaserver::Unheard,
    moderation::Error,
    orders::Error,
    orgs::Error,
    people::Error,
    ranking::Error,
    settings::Error,
    vitals::Error,
    webhooks::Error,
);

/// Turns a domain's failure into what the caller is told: a status for scripts, the incident's id for our own faults,
/// which are logged here, once.
pub(crate) fn told(error: impl Telling) -> AppError {
    let mut problem = error.problem();
    if problem.kind == Kind::Internal {
        let request_id = visitor().request_id;
        tracing::error!(request.id = %request_id, error = base::chain(&error), "a server function failed");
        problem.incident = Some(request_id);
    }
    refused(problem)
}

/// What no form of ours sends.
pub(crate) fn malformed() -> AppError {
    refused(Problem::new(Kind::Invalid, Code::Malformed))
}

/// Answers with the problem's status, unless a browser without script waits for a redirect.
pub(crate) fn refused(problem: Problem) -> AppError {
    // What has a code of its own, such as a lock, was told the log by whoever refused it.
    if problem.code == Code::Forbidden {
        let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
        // The address of a server function is ours; that of a page holds what was typed.
        let (door, what) = if path.starts_with("/api/") { ("form", path.as_str()) } else { ("page", "") };
        let actor = use_context::<Visitor>().map_or(Actor::Stranger { address: None }, |visitor| visitor.actor);
        audit::refused(&actor, door, what);
    }
    if problem.code == Code::ProveAgain && wants_page() {
        // Where the form stood, so that it is at hand again once they have.
        leptos_axum::redirect(&prove_for(&came_from()));
    }
    if !wants_page()
        && let (Some(response), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(problem.kind.status()))
    {
        response.set_status(status);
        if let Some(secs) = problem.retry_after_secs {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(secs));
        }
    }
    problem.into()
}

/// A form sent without script is answered with a page, not with data.
pub(crate) fn wants_page() -> bool {
    use_context::<Parts>()
        .is_some_and(|parts| text(&parts.headers, header::ACCEPT).is_some_and(|accept| accept.contains("text/html")))
}

/// Sends a browser without script on to `path`; a script navigates by itself, since it knows what else to refresh.
pub(crate) fn go_on_to(path: &str) {
    if wants_page() {
        leptos_axum::redirect(path);
    }
}

/// The page a form was sent from, without what an earlier refusal added to its address.
fn came_from() -> String {
    let referer = use_context::<Parts>().and_then(|parts| text(&parts.headers, header::REFERER).map(str::to_owned));
    let path = referer.as_deref().and_then(|url| url.split_once("://")).and_then(|(_, rest)| {
        let path = &rest[rest.find('/')?..];
        let end = path.find("__path=").map_or(path.len(), |at| at.saturating_sub(1));
        Some(path[..end].to_owned())
    });
    local_path(&path.unwrap_or_default()).to_owned()
}
