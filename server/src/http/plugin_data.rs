//! What a plugin keeps as a file: sent part by part, so that nobody holds all of it.

use std::io;

use app::context::prove_for;
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use base::Kind;
use bytes::Bytes;
use contract::{
    Problem,
    plugins::{PluginDatum, data::line},
};
use futures::stream;
use plugins::Error;

use super::{Caller, Hub, problem};

/// So many things a part.
const PART: u32 = 200;

pub(super) fn routes() -> Router<Hub> {
    Router::new().route("/admin/plugin-data/{plugin}", get(download))
}

/// Data as they stand in the file.
fn lines(data: &[PluginDatum]) -> io::Result<Bytes> {
    Ok(data.iter().map(line).collect::<serde_json::Result<String>>()?.into())
}

async fn download(
    State(hub): State<Hub>,
    headers: HeaderMap,
    Path(plugin): Path<String>,
    request: Request,
) -> Response {
    let refuse = |problem: &Problem| problem::answer(problem, &headers, None);
    let Some(caller) = request.extensions().get::<Caller>() else { return refuse(&Kind::Unauthenticated.into()) };
    let (actor, plugins) = (caller.actor.clone(), hub.plugins.clone());
    let spent = hub.seldom.export(&actor);
    if let Some(refusal) = spent.refusal(&headers) {
        return refusal;
    }
    // The first part is read before anything is sent: whoever may not hears so by the status.
    let begun =
        async { Ok((plugins.data_head(&actor, &plugin).await?, plugins.data(&actor, &plugin, None, PART).await?)) };
    let (head, (first, next)) = match begun.await {
        Ok(begun) => begun,
        Err(error) => {
            let error: Error = error;
            if error.kind() == Kind::Stale {
                return Redirect::to(&prove_for("/admin/plugins")).into_response();
            }
            if error.kind() == Kind::Forbidden {
                audit::refused(&actor, "page", "/admin/plugin-data");
            }
            return refuse(&error.problem());
        }
    };
    let name = format!("attachment; filename=\"{plugin}.jsonl\"");
    let rest = stream::unfold(next, move |place| {
        let (actor, plugins, plugin) = (actor.clone(), plugins.clone(), plugin.clone());
        async move {
            // A file that breaks off is no whole one, and the browser says so.
            match plugins.data(&actor, &plugin, Some(place?), PART).await {
                Ok((data, next)) => Some((lines(&data), next)),
                Err(error) => Some((Err(io::Error::other(error)), None)),
            }
        }
    });
    let head = line(&head).map(Bytes::from).map_err(io::Error::from);
    let whole = futures::StreamExt::chain(stream::iter([head, lines(&first)]), rest);
    let mut response = Body::from_stream(whole).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    spent.say(response)
}
