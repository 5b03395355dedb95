#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod call;
mod connect;
mod tokens;
mod users;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use base::{Secret, is_loopback_host};
use contract::api::ProblemDetails;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

pub use users::UserQuery;

/// A hub, as a program reaches it.
#[derive(Clone)]
pub struct Client {
    hub: Url,
    token: Option<Secret>,
    tls: Arc<ClientConfig>,
    patience: Duration,
}

/// Why something could not be asked of a hub.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none of a hub.
    #[error("{0} is no address of a hub: it looks like https://hub.example")]
    Address(String),
    /// The token would go out readable by anybody on the way.
    #[error("a token is only sent over https")]
    InClear,
    /// Nobody is there, or not in time, or it broke off.
    #[error("the hub can't be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The hub refused, and said why.
    #[error("{}", said(.0))]
    Refused(Box<ProblemDetails>),
    /// It answered something that is none of its own answers.
    #[error("whoever is there does not answer like a hub (status {status})")]
    Strange {
        /// The answer's status.
        status: u16,
    },
}

/// What a hub said, in one line.
fn said(problem: &ProblemDetails) -> String {
    let mut line = problem.title.clone();
    if let Some(detail) = &problem.detail {
        line.push_str(": ");
        line.push_str(detail);
    }
    for wrong in &problem.fields {
        let _ = write!(line, "; {:?}: {:?}", wrong.field, wrong.code);
    }
    if let Some(secs) = problem.retry_after_secs {
        let _ = write!(line, "; worth another try in {secs} s");
    }
    if let Some(incident) = &problem.incident {
        let _ = write!(line, "; incident {incident}");
    }
    line
}

impl Client {
    /// The hub at that address, asked with that token or as a stranger.
    pub fn new(hub: &str, token: Option<Secret>) -> Result<Self, Error> {
        let strange = || Error::Address(hub.to_owned());
        let hub = Url::parse(hub).map_err(|_| strange())?;
        let host = hub.host_str().ok_or_else(strange)?;
        match hub.scheme() {
            "https" => {}
            "http" if token.is_none() || is_loopback_host(host) => {}
            "http" => return Err(Error::InClear),
            _ => return Err(strange()),
        }
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Unreachable(error.into()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { hub, token, tls: Arc::new(tls), patience: Duration::from_secs(30) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_sent_in_clear() {
        let open = |hub: &str, token: bool| Client::new(hub, token.then(|| Secret::new("gh_x"))).map(drop);
        assert!(open("https://hub.example", true).is_ok());
        assert!(open("http://127.0.0.1:3000", true).is_ok());
        assert!(open("http://hub.example", false).is_ok());
        assert!(matches!(open("http://hub.example", true), Err(Error::InClear)));
        for nothing in ["hub.example", "ftp://hub.example", "data:x", ""] {
            assert!(matches!(open(nothing, false), Err(Error::Address(_))), "{nothing}");
        }
    }

    #[test]
    fn what_a_hub_said_is_one_line() {
        let mut problem = ProblemDetails::new("too_many", 429);
        problem.retry_after_secs = Some(3);
        assert_eq!(Error::Refused(Box::new(problem)).to_string(), "too many; worth another try in 3 s");
    }
}
