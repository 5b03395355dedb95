//! What can go wrong with a stranger's statement.

/// Why a statement was not done. Nothing of it was, then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The statement (`text`) or its arguments (`args`) are wrong.
    #[error("{at} {what}")]
    Invalid {
        /// Which of the two.
        at: &'static str,
        /// What is wrong.
        what: String,
    },
    /// It does what no stranger may.
    #[error("{0}")]
    Refused(String),
    /// What the tables themselves demand forbids it.
    #[error("{0}")]
    Conflict(String),
    /// It took too long, or too much memory.
    #[error("it took more than {0}")]
    TooMuch(&'static str),
    /// The file may not grow any more.
    #[error("the database is full: {quota_mib} MiB")]
    Full {
        /// How much it may keep, in MiB.
        quota_mib: u32,
    },
    /// SQLite or the disk failed.
    #[error("the database failed")]
    Failed(#[from] sqlx::Error),
    /// The file can't be made, copied or moved.
    #[error("the file can't be used")]
    File(#[from] std::io::Error),
}

impl Error {
    pub(crate) fn text(what: impl Into<String>) -> Self {
        Self::Invalid { at: "text", what: what.into() }
    }

    pub(crate) fn args(what: impl Into<String>) -> Self {
        Self::Invalid { at: "args", what: what.into() }
    }
}
