//! Why it stays unknown who somebody is.

/// Why it stays unknown who somebody is. Says nothing of codes, tokens and people.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such service.
    #[error("no such service")]
    NoProvider,
    /// They said no there, or the service did.
    #[error("the service or the person said no")]
    Denied,
    /// What came back does not prove anything.
    #[error("not believed: {0}")]
    Refused(&'static str),
    /// The service can't be reached.
    #[error("the service can't be reached")]
    Unreachable(#[from] outbound::Error),
    /// The service answers, but not as its protocol says.
    #[error("the service does not speak its protocol: {0}")]
    Unsound(&'static str),
}
