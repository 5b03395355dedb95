//! What can go wrong with plugins.

use std::fmt;

use base::Kind;
use contract::{Code, Problem};
use plugin_api::call::Fault;

use crate::powers::Stop;

/// Why a method of [`Plugins`](crate::Plugins) could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The actor may not do that.
    #[error("not allowed: {0:?}")]
    Refused(Kind),
    /// No such plugin, page or address, or none the actor may see.
    #[error("not found")]
    NotFound,
    /// What was given is wrong, all of it at once: where, and how.
    #[error("{}", Listed(.0))]
    Invalid(Vec<(String, String)>),
    /// How plugins fit together forbids it.
    #[error("{}", .0.join("; "))]
    Dependency(Vec<String>),
    /// Something of it belongs to another plugin already.
    #[error("{what} belongs to {with}")]
    Clash {
        /// What.
        what: String,
        /// To whom.
        with: String,
    },
    /// It was not granted that.
    #[error("it was not granted `{0}`")]
    Capability(String),
    /// It can't be done as things stand.
    #[error("it is {is}, and would have to be {needs}")]
    State {
        /// How it stands.
        is: &'static str,
        /// How it would have to stand.
        needs: &'static str,
    },
    /// It is a part of the hub.
    #[error("it is a part of the hub")]
    Builtin,
    /// A step of its life failed, and everything is as it was.
    #[error("its `{hook}` failed: {cause}")]
    Lifecycle {
        /// Which step.
        hook: &'static str,
        /// Why.
        cause: String,
    },
    /// It had to be stopped.
    #[error("it was stopped: {0}")]
    Stopped(Stop),
    /// It can't be called now: switched off by the hub, failing, or too much is waiting.
    #[error("not now: {0}")]
    Away(String),
    /// Too often; again after so many seconds.
    #[error("too often; again in {0} s")]
    TooMany(u32),
    /// This hub can't run it.
    #[error("{0}")]
    Unsupported(String),
    /// What it keeps would be more than it may.
    #[error("its store is full: {used} of {limit} bytes")]
    Quota {
        /// So much it keeps.
        used: u64,
        /// So much it may.
        limit: u64,
    },
    /// It answered so.
    #[error("it answered: {0}")]
    Fault(Fault),
    /// Somebody else changed it meanwhile.
    #[error("somebody else has changed it")]
    MovedOn,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] db::Error),
    /// What is to be done later can't be planned.
    #[error("its tasks can't be planned")]
    Jobs(#[from] jobs::Error),
    /// Whoever else was asked did not answer.
    #[error("another part of the hub failed")]
    Elsewhere(#[source] Box<dyn std::error::Error + Send + Sync>),
}

struct Listed<'a>(&'a [(String, String)]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (at, what)) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            if at.is_empty() { write!(f, "{what}")? } else { write!(f, "{at}: {what}")? }
        }
        Ok(())
    }
}

/// So many seconds later it may be worth trying again.
const LATER: u32 = 30;

impl Error {
    pub(crate) fn wrong(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Invalid(vec![(at.into(), what.into())])
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::NotFound | Self::Fault(Fault::NotFound) => Kind::NotFound,
            Self::Invalid(_) | Self::Fault(Fault::Invalid(_)) => Kind::Invalid,
            Self::Dependency(_)
            | Self::Clash { .. }
            | Self::State { .. }
            | Self::Builtin
            | Self::Unsupported(_)
            | Self::Quota { .. }
            | Self::MovedOn
            | Self::Fault(Fault::Conflict(_)) => Kind::Conflict,
            Self::Capability(_) | Self::Fault(Fault::Forbidden(_)) => Kind::Forbidden,
            Self::TooMany(_) => Kind::TooMany,
            Self::Lifecycle { .. }
            | Self::Stopped(_)
            | Self::Away(_)
            | Self::Fault(Fault::Busy(_) | Fault::Upstream(_) | Fault::Internal(_)) => Kind::Unavailable,
            Self::Store(error) => error.kind(),
            Self::Jobs(error) => error.kind(),
            Self::Elsewhere(_) => Kind::Internal,
        }
    }

    /// The same as a person may be told it.
    pub fn problem(&self) -> Problem {
        let mut problem: Problem = self.kind().into();
        match self {
            Self::Quota { .. } => problem.code = Code::Full,
            Self::TooMany(secs) | Self::Fault(Fault::Busy(secs)) => problem.retry_after_secs = Some(*secs),
            _ if problem.kind == Kind::Unavailable => problem.retry_after_secs = Some(LATER),
            _ => {}
        }
        problem
    }

    /// Everything that is in the way, a sentence each, for those who look after plugins. Nothing that went wrong inside the hub.
    pub fn says(&self) -> Vec<String> {
        match self {
            Self::Invalid(wrong) => wrong.iter().map(|one| Listed(std::slice::from_ref(one)).to_string()).collect(),
            Self::Dependency(problems) => problems.clone(),
            Self::Refused(_) | Self::Store(_) | Self::Jobs(_) | Self::Elsewhere(_) => Vec::new(),
            other => vec![other.to_string()],
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self::Refused(kind)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotFound => Self::NotFound,
            Fault::Invalid(wrong) => Self::Invalid(wrong),
            other => Self::Fault(other),
        }
    }
}
