//! The audit trail as a file, as far as it goes: sent page by page, so that nobody holds all of it.

use std::io;

use app::context::read_audit_filter;
use audit::{Format, LONGEST_PAGE};
use axum::{
    Router,
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use base::{AuditId, Kind};
use bytes::Bytes;
use contract::{Problem, audit::AuditEntry};
use futures::stream;
use serde::Deserialize;

use super::{Caller, Hub, problem};

/// The most entries in one file: what is older is asked for with an earlier end.
const LONGEST: usize = 100_000;

pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/admin/audit/export", get(export))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Which {
    format: String,
    #[serde(flatten)]
    asked: app::context::AskedOfTrail,
}

/// Where the file is at.
struct Place {
    before: Option<AuditId>,
    written: usize,
    ended: bool,
}

/// Entries as they stand in the file.
fn lines(format: Format, entries: &[AuditEntry]) -> io::Result<Bytes> {
    Ok(audit::write(format, entries)?.into())
}

async fn export(State(hub): State<Hub>, headers: HeaderMap, query: Query<Which>, request: Request) -> Response {
    let Query(Which { format, asked }) = query;
    let refuse = |kind: Kind| problem::answer(&Problem::from(kind), &headers, None);
    let Some(caller) = request.extensions().get::<Caller>() else { return refuse(Kind::Unauthenticated) };
    let format = match format.as_str() {
        "" | "csv" => Format::Csv,
        "jsonl" => Format::JsonLines,
        _ => return refuse(Kind::Invalid),
    };
    let Some(filter) = read_audit_filter(&asked) else { return refuse(Kind::Invalid) };
    let spent = hub.seldom.export(&caller.actor);
    if let Some(refusal) = spent.refusal(&headers) {
        return refusal;
    }
    let (actor, trail) = (caller.actor.clone(), hub.trail.clone());
    // The first page is read before anything is sent: whoever may not hears so by the status.
    let first = match trail.list(&actor, &filter, None, LONGEST_PAGE).await {
        Ok(first) => first,
        Err(error) => {
            if error.problem().kind == Kind::Forbidden {
                audit::refused(&actor, "page", "/admin/audit/export");
            }
            return problem::answer(&error.problem(), &headers, None);
        }
    };
    let head = Bytes::from_static(format.head().as_bytes());
    let begin = lines(format, &first.0);
    let place = Place { before: first.1, written: first.0.len(), ended: first.1.is_none() };
    let rest = stream::unfold(place, move |place| {
        let (actor, trail, filter) = (actor.clone(), trail.clone(), filter.clone());
        async move {
            if place.ended || place.written >= LONGEST {
                return None;
            }
            // A file that breaks off is no whole one, and the browser says so.
            match trail.list(&actor, &filter, place.before, LONGEST_PAGE).await {
                Ok((entries, next)) => {
                    let place = Place { before: next, written: place.written + entries.len(), ended: next.is_none() };
                    Some((lines(format, &entries), place))
                }
                Err(error) => Some((Err(io::Error::other(error)), Place { ended: true, ..place })),
            }
        }
    });
    let whole = futures::StreamExt::chain(stream::iter([Ok(head), begin]), rest);
    let name = format!("attachment; filename=\"audit.{}\"", format.extension());
    let mut response = Body::from_stream(whole).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    spent.say(response)
}
