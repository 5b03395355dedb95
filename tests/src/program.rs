//! A program at the REST door, with a token or without.

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;

use crate::{Answer, Person};

/// A program that somebody gave a token, or nobody.
#[derive(Clone)]
pub struct Program(Person);

impl Program {
    /// One without a token.
    pub(crate) fn new(person: Person) -> Self {
        Self(person)
    }

    /// The same with that token.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self(self.0.saying("authorization", &format!("Bearer {token}")))
    }

    /// The same, sending one more header with everything.
    #[must_use]
    pub fn saying(self, name: &str, value: &str) -> Self {
        Self(self.0.saying(name, value))
    }

    /// Reads.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.0.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// Does something with a body.
    pub async fn send(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.0.send(method, path, &headers, Bytes::from(body.to_string())).await
    }

    /// Does something without one.
    pub async fn ask(&mut self, method: Method, path: &str) -> Answer {
        self.0.send(method, path, &[], Bytes::new()).await
    }

    /// Makes something.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// Sends bytes as they are.
    pub async fn raw(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.0.send(method, path, headers, Bytes::copy_from_slice(body)).await
    }
}
