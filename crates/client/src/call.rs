//! One request and its answer: written down, sent, sent again where the hub asks to come back later, and read.

use std::{
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use contract::api::ProblemDetails;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::{sleep, timeout};

use crate::{Client, Error, door::Answer};

/// The longest answer that is read whole.
const LONGEST: usize = 16 * 1024 * 1024;
/// How often a hub that is busy is asked once more.
const RETRIES: u32 = 4;
/// The longest it is waited for in one go: who asks for more is told so at once.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A request before it is sent.
pub(crate) struct Asked {
    method: Method,
    path: String,
    /// What is sent, and as what.
    body: Option<(&'static str, Bytes)>,
    /// The same however often it is sent, so that it is done once.
    key: Option<String>,
}

impl Asked {
    /// `path` without what all paths begin with.
    pub(crate) fn new(method: Method, path: fmt::Arguments<'_>) -> Self {
        let key = (method == Method::POST).then(new_key);
        Self { method, path: format!("/api/v1{path}"), body: None, key }
    }

    pub(crate) fn with_query<T: Serialize>(mut self, query: &T) -> Result<Self, Error> {
        let query = serde_urlencoded::to_string(query).map_err(|error| Error::Unwritable(error.into()))?;
        if !query.is_empty() {
            self.path.push('?');
            self.path.push_str(&query);
        }
        Ok(self)
    }

    pub(crate) fn with_body<T: Serialize>(mut self, body: &T) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::Unwritable(error.into()))?;
        self.body = Some(("application/json", body.into()));
        Ok(self)
    }

    pub(crate) fn with_bytes(mut self, bytes: Bytes) -> Self {
        self.body = Some(("application/octet-stream", bytes));
        self
    }
}

impl Client {
    /// Asks, and reads the answer.
    pub(crate) async fn answer<T: DeserializeOwned>(&self, asked: Asked) -> Result<T, Error> {
        let (status, body) = timeout(self.patience, self.ask(&asked))
            .await
            .unwrap_or_else(|late| Err(Error::Unreachable(late.into())))?
            .whole(self.patience)
            .await?;
        // An answer without a body is nothing, which JSON calls null.
        let body: &[u8] = if body.is_empty() { b"null" } else { &body };
        serde_json::from_slice(body).map_err(|_| Error::Strange { status })
    }

    /// Asks until there is an answer that is none to come back later, and takes it if it is a good one.
    pub(crate) async fn ask(&self, asked: &Asked) -> Result<Good, Error> {
        let mut tries = 0;
        loop {
            let answer = self.door.ask(self.write(asked)?).await?;
            let status = answer.status();
            if status.is_success() {
                return Ok(Good(answer));
            }
            let (status, body) = Good(answer).whole(self.patience).await?;
            let Ok(problem) = serde_json::from_slice::<Box<ProblemDetails>>(&body) else {
                return Err(Error::Strange { status });
            };
            let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].map(|status| status.as_u16());
            let wait = problem.retry_after_secs.map(|secs| Duration::from_secs(secs.into()));
            match wait.filter(|wait| busy.contains(&status) && tries < RETRIES && *wait <= LONGEST_WAIT) {
                Some(wait) => sleep(wait).await,
                None => return Err(Error::Refused(problem)),
            }
            tries += 1;
        }
    }

    fn write(&self, asked: &Asked) -> Result<Request<Full<Bytes>>, Error> {
        let mut request = Request::builder()
            .method(&asked.method)
            .uri(&asked.path)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, concat!("guildhall/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        if let Some((kind, _)) = asked.body {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(key) = &asked.key {
            request = request.header("idempotency-key", key);
        }
        let body = asked.body.as_ref().map_or_else(Bytes::new, |(_, body)| body.clone());
        request.body(Full::new(body)).map_err(|_| Error::Address(asked.path.clone()))
    }
}

/// A good answer, not yet read.
pub(crate) struct Good(pub(crate) Answer);

impl Good {
    async fn whole(self, patience: Duration) -> Result<(u16, Bytes), Error> {
        let (head, body) = self.0.into_parts();
        let body = timeout(patience, Limited::new(body, LONGEST).collect()).await;
        let body = body.map_err(|late| Error::Unreachable(late.into()))?.map_err(Error::Unreachable)?;
        Ok((head.status.as_u16(), body.to_bytes()))
    }
}

/// One part of a path, whatever stands in it.
pub(crate) fn segment(part: &impl ToString) -> String {
    use std::fmt::Write as _;

    let mut path = String::new();
    for byte in part.to_string().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// A key nobody else uses. It guards against doing something twice, not against anybody, so a hash of the process's own seed will do.
fn new_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let seed = RandomState::new();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("client-{:016x}{:016x}", seed.hash_one(count), seed.hash_one(std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_stays_one() {
        assert_eq!(segment(&"site.name"), "site.name");
        assert_eq!(segment(&"../a b/Zoë?"), "..%2Fa%20b%2FZo%C3%AB%3F");
        assert_eq!(segment(&17), "17");
    }

    #[test]
    fn only_what_makes_something_has_a_key() {
        assert!(Asked::new(Method::POST, format_args!("/users")).key.is_some());
        assert!(Asked::new(Method::PUT, format_args!("/users/1/role")).key.is_none());
    }
}
