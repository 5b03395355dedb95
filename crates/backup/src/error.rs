//! Why something about a backup did not work.

use std::{
    io,
    path::{Path, PathBuf},
};

use base::Kind;
use contract::Problem;

/// What went wrong. Each message says what to do where something can be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not.
    #[error(transparent)]
    Refused(#[from] Kind),
    /// One is being made already.
    #[error("a backup is being made already")]
    Busy,
    /// There is none of that name.
    #[error("there is no backup of that name")]
    Missing,
    /// The file is something else.
    #[error("this is no backup of Guildhall's, or its beginning is damaged")]
    NotABackup,
    /// Something in it is not as it was written.
    #[error("the backup is damaged at {part}; use another one")]
    Damaged {
        /// Where.
        part: String,
    },
    /// It ends before its end.
    #[error("the backup is incomplete: it ends at {part}; copy it again, or use another one")]
    Truncated {
        /// The last member there is something of.
        part: String,
    },
    /// A later program wrote it in a way this one doesn't know.
    #[error("the backup has format {0}, which this version of the program can't read; install a newer one")]
    NewerFormat(u32),
    /// It is encrypted.
    #[error("the backup is encrypted; name the file that holds the passphrase or the key")]
    NeedsKey,
    /// The key doesn't fit.
    #[error("the passphrase or key doesn't open this backup, or its beginning is damaged")]
    WrongKey,
    /// The key can't be used.
    #[error("{} holds no {wanted}", path.display())]
    KeyFile {
        /// In which file.
        path: PathBuf,
        /// What was looked for in it.
        wanted: &'static str,
    },
    /// Something is there already, and would be lost.
    #[error("{} is there already; restore into an empty directory", .0.display())]
    NotEmpty(PathBuf),
    /// The tables of the backup are not those its migration makes.
    #[error("the table {0} is not as migration and backup should both have it; the backup comes from another build")]
    OtherSchema(String),
    /// What was restored is not what was backed up.
    #[error("the restored rows of {0} are not those of the backup")]
    Unlike(String),
    /// A file or folder.
    #[error("{} can't be read or written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database, as a whole.
    #[error(transparent)]
    Whole(#[from] db::WholeError),
    /// A statement of ours.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// A database could not be opened.
    #[error(transparent)]
    Open(#[from] db::OpenError),
    /// A thread of ours ended early.
    #[error("the work was interrupted")]
    Interrupted,
}

impl Error {
    /// What may be told of it.
    pub fn problem(&self) -> Problem {
        self.kind().into()
    }

    pub(crate) fn damaged(part: impl Into<String>) -> Self {
        Self::Damaged { part: part.into() }
    }

    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Refused(kind) => *kind,
            Self::Busy | Self::NotEmpty(_) => Kind::Conflict,
            Self::Missing => Kind::NotFound,
            Self::NotABackup
            | Self::Damaged { .. }
            | Self::Truncated { .. }
            | Self::NewerFormat(_)
            | Self::NeedsKey
            | Self::WrongKey
            | Self::KeyFile { .. }
            | Self::OtherSchema(_)
            | Self::Unlike(_) => Kind::Invalid,
            Self::Whole(error) => error.kind(),
            Self::Database(error) => error.kind(),
            Self::File { .. } | Self::Open(_) | Self::Interrupted => Kind::Internal,
        }
    }
}
