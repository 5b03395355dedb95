//! Why another host could not be asked.

use std::{io, sync::Arc};

/// Why a request got no answer. Says what happened and to which host; paths and queries, which may hold secrets, are left out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an address that can be called.
    #[error("not an address that can be called: {0}")]
    Url(&'static str),
    /// Plain http, to a host the operator has not allowed.
    #[error("{host} has to be called by https")]
    NotHttps {
        /// Which host.
        host: String,
    },
    /// It leads into a network that is not open to everybody, and the operator has not allowed that.
    #[error("{host} leads to an address that is not on the open internet")]
    Blocked {
        /// Which host.
        host: String,
    },
    /// The host has no address.
    #[error("{host} can't be found")]
    Resolve {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// Nobody answers there.
    #[error("{host} can't be reached")]
    Connect {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// It could not prove that it is that host, or no encryption both can speak.
    #[error("{host} could not be trusted")]
    Tls {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// It took too long, all in all.
    #[error("{host} took too long")]
    Timeout {
        /// Which host.
        host: String,
    },
    /// It answered with more than was to be read.
    #[error("{host} answered with more than {limit} bytes")]
    TooLarge {
        /// Which host.
        host: String,
        /// How many would have been read.
        limit: usize,
    },
    /// What it answered is no HTTP, or broke off.
    #[error("{host} broke off, or does not speak HTTP")]
    Protocol {
        /// Which host.
        host: String,
        /// Why.
        #[source]
        source: Arc<hyper::Error>,
    },
}

impl Error {
    /// Whether it will be the same the next time, unless somebody changes the address or the configuration.
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Url(_) | Self::NotHttps { .. } | Self::Blocked { .. })
    }

    /// One word, for metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Url(_) => "url",
            Self::NotHttps { .. } => "not_https",
            Self::Blocked { .. } => "blocked",
            Self::Resolve { .. } => "resolve",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::TooLarge { .. } => "too_large",
            Self::Protocol { .. } => "protocol",
        }
    }
}
