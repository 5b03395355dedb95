//! A POST sent twice is done once: `Idempotency-Key`, kept for a day with the first answer.

mod store;

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base::{Actor, Credential, Kind, network_of};
use sha2::{Digest as _, Sha256};

use super::{Failure, document};
use crate::http::{Caller, Hub};
use store::{Begun, Kept};

pub(crate) use store::delete_older as forget_older;

/// How long a key is remembered.
pub(crate) const KEPT_FOR: Duration = Duration::from_hours(24);
/// Longer than a request may take: what is still under way after that has died with its process.
const GIVEN_UP_AFTER: Duration = Duration::from_mins(2);
/// The largest answer that is kept.
const LONGEST: usize = 256 * 1024;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Marks an answer that holds a secret. It is not kept: a repeated request is told that it was done, and not the secret.
#[derive(Debug, Clone, Copy)]
struct ShownOnce;

/// An answer with something in it that is shown this once.
pub(crate) fn shown_once(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.extensions_mut().insert(ShownOnce);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Uses something up that must not be used twice within a day. False where it was.
pub(crate) async fn use_once(db: &db::Db, id: [u8; 32], now: base::Millis) -> Result<bool, db::Error> {
    // Nothing is ever given up: it has no answer to wait for.
    let begun = store::begin(db, id, id, now, base::Millis(0)).await?;
    Ok(begun == Begun::First)
}

/// The layer. Whoever is not known is turned away where they would have been without a key, before it or the body is read: only
/// where a stranger may `POST`, a stranger's key is one.
pub(super) async fn once(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let named = request.headers().get("idempotency-key").cloned();
    let Some(key) = named.filter(|_| *request.method() == Method::POST) else { return next.run(request).await };
    let known = request.extensions().get::<Caller>().is_some_and(|caller| caller.actor.user().is_some());
    let path = request.extensions().get::<MatchedPath>();
    if !known && !path.is_some_and(|path| document::is_open_to_strangers(path.as_str())) {
        return next.run(request).await;
    }
    match guarded(hub, key, request, next).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

async fn guarded(hub: Hub, key: HeaderValue, request: Request, next: Next) -> Result<Response, Failure> {
    if key.is_empty() || key.len() > 255 || !key.as_bytes().iter().all(u8::is_ascii_graphic) {
        return Err(Failure::malformed("Idempotency-Key is 1 to 255 visible characters of ASCII"));
    }
    let caller = request.extensions().get::<Caller>().ok_or(Kind::Internal)?;
    let who = name(caller);
    let known = caller.actor.user().is_some();
    let (head, body) = request.into_parts();
    let limit = hub.settings.http.body_bytes;
    let body = to_bytes(body, limit).await.map_err(|_| Failure::too_large("the body is too long"))?;

    let id: [u8; 32] = Sha256::new().chain_update(who).chain_update([0]).chain_update(key.as_bytes()).finalize().into();
    let what = head.uri.path_and_query().map_or("", |line| line.as_str());
    let asked: [u8; 32] = Sha256::new().chain_update(what).chain_update([0]).chain_update(&body).finalize().into();
    let now = hub.clock.now();
    match store::begin(&hub.db, id, asked, now, now.minus(GIVEN_UP_AFTER)).await? {
        Begun::First => {}
        Begun::Answered(kept) => return Ok(replay(kept)),
        Begun::UnderWay => {
            return Err(Failure::key_in_use(
                "under_way",
                "the first request with this Idempotency-Key is still under way",
            ));
        }
        Begun::Other => {
            return Err(Failure::key_in_use("key_reused", "this Idempotency-Key came with another request before"));
        }
    }
    // On a task of its own: a client that goes away must not leave the key without its answer.
    let request = Request::from_parts(head, Body::from(body));
    let tasks = hub.lifecycle.tasks.clone();
    let done = tasks.spawn(async move {
        let response = next.run(request).await;
        keep(&hub, id, known, response).await
    });
    done.await.unwrap_or_else(|_| Err(Kind::Internal.into()))
}

/// Keeps the answer, or forgets the key where the request was not really answered and may be sent again.
async fn keep(hub: &Hub, id: [u8; 32], known: bool, response: Response) -> Result<Response, Failure> {
    let status = response.status();
    let settled = match status {
        StatusCode::UNAUTHORIZED | StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => false,
        // What a stranger gets wrong is not worth a row.
        status => status.is_success() || (known && status.is_client_error()),
    };
    if !settled {
        store::forget(&hub.db, id).await?;
        return Ok(response);
    }
    let secret = response.extensions().get::<ShownOnce>().is_some();
    // A failure has no body yet: the outermost layer writes it. So it is kept as what it will say.
    let failure = response.extensions().get::<Failure>().cloned();
    let (head, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return Err(Kind::Internal.into()) };
    let kept = match failure {
        _ if secret || bytes.len() > LONGEST => Kept { status: 0, ..Kept::default() },
        Some(failure) => {
            Kept { status: head.status.as_u16(), body: failure.to_json(), failed: true, ..Kept::default() }
        }
        None => Kept {
            status: head.status.as_u16(),
            content_type: text(&head.headers, header::CONTENT_TYPE),
            location: text(&head.headers, header::LOCATION),
            body: bytes.to_vec(),
            failed: false,
        },
    };
    store::answer(&hub.db, id, kept).await?;
    Ok(Response::from_parts(head, Body::from(bytes)))
}

fn replay(kept: Kept) -> Response {
    let Ok(status) = StatusCode::from_u16(kept.status) else {
        return Failure::key_in_use("done_before", "this was done before; its answer is shown once only")
            .into_response();
    };
    let mut response = match kept.failed.then(|| Failure::from_json(&kept.body)) {
        Some(Some(failure)) => failure.into_response(),
        _ => (status, Bytes::from(kept.body)).into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [(header::CONTENT_TYPE, kept.content_type), (header::LOCATION, kept.location)] {
        headers.remove(&name);
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Whose key it is: everybody has keys of their own.
fn name(caller: &Caller) -> String {
    match &caller.actor {
        Actor::Person(person) => match person.by {
            Credential::Token { token, .. } => format!("token/{token}"),
            _ => format!("user/{}", person.user),
        },
        _ => format!("address/{}", network_of(caller.address)),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
