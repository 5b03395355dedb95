//! One request and its answer.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Method, Request, StatusCode, header};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::timeout;

use crate::{Client, Error, connect::connect};

/// The longest answer that is read.
const LONGEST: usize = 16 * 1024 * 1024;

impl Client {
    /// Reads.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<T, Error> {
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        let path = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Self::read(self.ask(Method::GET, &path, None).await?)
    }

    /// Makes something.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Error> {
        Self::read(self.ask(Method::POST, path, Some(json(body))).await?)
    }

    /// Does something that answers nothing.
    pub(crate) async fn act(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<(), Error> {
        self.ask(method, path, body.map(json)).await.map(drop)
    }

    fn read<T: DeserializeOwned>((status, body): (StatusCode, Bytes)) -> Result<T, Error> {
        serde_json::from_slice(&body).map_err(|_| Error::Strange { status: status.as_u16() })
    }

    /// Asks, and takes the answer if it is a good one.
    async fn ask(&self, method: Method, path: &str, body: Option<Bytes>) -> Result<(StatusCode, Bytes), Error> {
        let (status, bytes) = timeout(self.patience, self.exchange(method, path, body))
            .await
            .map_err(|late| Error::Unreachable(late.into()))??;
        if status.is_success() {
            return Ok((status, bytes));
        }
        match serde_json::from_slice(&bytes) {
            Ok(problem) => Err(Error::Refused(problem)),
            Err(_) => Err(Error::Strange { status: status.as_u16() }),
        }
    }

    async fn exchange(&self, method: Method, path: &str, body: Option<Bytes>) -> Result<(StatusCode, Bytes), Error> {
        let unreachable = |error: hyper::Error| Error::Unreachable(error.into());
        let host = self.hub.authority().to_owned();
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("/api/v1{path}"))
            .header(header::HOST, host)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, concat!("guildhall/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if method == Method::POST {
            request = request.header("idempotency-key", new_key());
        }
        let request =
            request.body(Full::new(body.unwrap_or_default())).map_err(|_| Error::Address(self.hub.to_string()))?;

        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(connect(self).await?).await.map_err(unreachable)?;
        // The connection is driven by whoever waits for the answer: there is no task to be left behind.
        let answer = async {
            let response = sender.send_request(request).await.map_err(unreachable)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, LONGEST).collect().await.map_err(Error::Unreachable)?;
            Ok((head.status, body.to_bytes()))
        };
        tokio::select! {
            biased;
            answer = answer => answer,
            Err(error) = connection => Err(unreachable(error)),
        }
    }
}

fn json(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).unwrap_or_default().into()
}

/// A key nobody else uses. It guards against doing something twice, not against anybody, so a hash of the process's own seed will do.
fn new_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let seed = RandomState::new();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("cli-{:016x}{:016x}", seed.hash_one(count), seed.hash_one(std::process::id()))
}
