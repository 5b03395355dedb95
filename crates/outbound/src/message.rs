//! What is asked, and what is answered.

use bytes::Bytes;
use hyper::{
    HeaderMap, Method,
    header::{HeaderName, HeaderValue},
};

/// A request to another host.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) at_most: Option<usize>,
    pub(crate) cuts: bool,
}

impl Request {
    /// Reads what is at the address.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            at_most: None,
            cuts: false,
        }
    }

    /// Sends something there.
    pub fn post(url: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, body: body.into(), ..Self::get(url) }
    }

    /// With another method.
    #[must_use]
    pub fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// With a header. One that cannot stand in a request makes [`send`](crate::Outbound::send) refuse it.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Reads so many bytes of the answer's body; more is an error.
    #[must_use]
    pub fn at_most(self, bytes: usize) -> Self {
        Self { at_most: Some(bytes), cuts: false, ..self }
    }

    /// Reads so many bytes of the answer's body and leaves the rest: for whoever only wants to show how it begins.
    #[must_use]
    pub fn first(self, bytes: usize) -> Self {
        Self { at_most: Some(bytes), cuts: true, ..self }
    }

    pub(crate) fn header_map(&self) -> Option<HeaderMap> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            map.append(HeaderName::try_from(name.as_str()).ok()?, HeaderValue::try_from(value.as_str()).ok()?);
        }
        Some(map)
    }
}

/// What the other host answered. A redirect is an answer like any other: nobody follows it.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status, such as 200.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as far as it was to be read.
    pub body: Bytes,
}

impl Response {
    /// Whether the status is one of success: 200 to 299.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// The header of that name, where it has one that is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
