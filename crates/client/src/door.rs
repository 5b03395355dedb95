//! The doors a hub is reached by: HTTP, or whatever else takes a request of the API and answers it.

use std::{future::Future, pin::Pin};

use bytes::Bytes;
use http_body_util::{Full, combinators::UnsyncBoxBody};
use hyper::{Request, Response};

use crate::Error;

/// What an answer's body may fail with.
pub type Broken = Box<dyn std::error::Error + Send + Sync>;
/// An answer as it comes in.
pub type Answer = Response<UnsyncBoxBody<Bytes, Broken>>;
/// An answer that is waited for.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// Takes requests of the API. The command line of the hub's own machine brings one that leads straight to the hub's routes.
pub trait Door: Send + Sync {
    /// Asks. The path begins with `/api/v1`.
    fn ask(&self, request: Request<Full<Bytes>>) -> Asking<'_>;
}
