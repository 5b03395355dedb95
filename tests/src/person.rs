//! A browser without a window: cookies, forms, with script and without.

use std::{collections::BTreeMap, net::SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request, header};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

/// A PNG of 2 by 2 pixels, made by hand.
pub const PICTURE: [u8; 73] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0xfd, 0xd4, 0x9a, 0x73, 0x00, 0x00, 0x00, 0x10, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0xcf, 0x00, 0x04, 0xff, 0x19, 0x20, 0x14, 0x00, 0x1b, 0xf2, 0x03, 0xfd,
    0x3e, 0x97, 0x5d, 0xa4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
    /// The body, as it came.
    pub bytes: Bytes,
}

impl Answer {
    /// A header's value; empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The page as a reader meets it: without scripts, and without the texts that the browser gets beside it.
    pub fn seen(&self) -> String {
        let mut parts = self.body.split("<script");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |page, part| page + part.split_once("</script>").map_or("", |(_, rest)| rest))
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Person {
    at: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    cookies: BTreeMap<String, String>,
    script: bool,
    extra: Vec<(String, String)>,
}

impl Person {
    pub(crate) fn new(at: SocketAddr) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { at, client, cookies: BTreeMap::new(), script: true, extra: Vec::new() }
    }

    /// The same person with scripting switched off: forms are plain posts, answered by redirects.
    #[must_use]
    pub fn without_script(mut self) -> Self {
        self.script = false;
        self
    }

    /// The same person, sending one more header with everything.
    #[must_use]
    pub fn saying(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    /// The value of a cookie the hub has set.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Plants a cookie, as an attacker might.
    pub fn plant_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    /// All cookies, as the header has them.
    pub fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Opens an address.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// Sends a form to a server function, with script or without.
    pub async fn call(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, &format!("/api/{function}"), &headers, body.into()).await
    }

    /// Sends a picture of oneself, as a browser's form does.
    pub async fn send_picture(&mut self, bytes: &[u8]) -> Answer {
        let head = "--frontier\r\nContent-Disposition: form-data; name=\"avatar\"; filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\n";
        let body = [head.as_bytes(), bytes, b"\r\n--frontier--\r\n"].concat();
        let headers = [("content-type", "multipart/form-data; boundary=frontier"), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, "/account/avatar", &headers, Bytes::from(body)).await
    }

    /// Sends anything.
    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.at));
        let accept = if self.script { "application/json" } else { "text/html,application/xhtml+xml" };
        let accept = if path.starts_with("/api/") { accept } else { "text/html" };
        let mut all: Vec<(&str, &str)> =
            vec![("accept", accept), ("user-agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0")];
        let (cookies, referer) = (self.cookies(), format!("http://{}/", self.at));
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        if !self.script {
            all.push(("referer", &referer));
        }
        all.extend_from_slice(headers);
        for (name, value) in all {
            let replaced = self.extra.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
            if !replaced {
                request = request.header(name, value);
            }
        }
        for (name, value) in &self.extra {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let response = self.client.request(request.body(Full::new(body)).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body,
        }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, rest) = cookie.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap_or_default();
        if value.is_empty() || rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.into(), value.into());
        }
    }
}
