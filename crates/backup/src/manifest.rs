//! What a backup says of itself: at its beginning what it is, at its end what was in it.

use base::Millis;
use serde::{Deserialize, Serialize};

use crate::row::RowSum;

/// The format this program writes, and the newest it reads.
pub(crate) const FORMAT: u32 = 1;
/// The first member.
pub(crate) const HEAD: &str = "guildhall-backup.json";
/// The last member but one.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The last member: the SHA-256 of the manifest.
pub(crate) const SEAL: &str = "manifest.sha256";

/// What it is: the first member, so that a reader knows at once whether it can read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The format of the archive.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The newest migration of the database it was made of.
    pub schema: i64,
    /// When.
    pub made_at: Millis,
    /// From which engine: `sqlite` or `postgres`. It can be restored to either.
    pub engine: String,
}

/// What was in it, with a checksum of every member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// What it is, again: only here it is under a checksum.
    pub head: Head,
    /// Every table, in the order of their members.
    pub tables: Vec<TablePart>,
    /// Every file of the data directory, in the order of their members.
    pub files: Vec<FilePart>,
    /// What of the data directory was left out, and why.
    pub left_out: Vec<String>,
    /// The checksum of the head's member.
    pub head_member: Member,
}

/// A table in the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePart {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of a row's values.
    pub columns: Vec<String>,
    /// Its rows, counted and summed.
    #[serde(flatten)]
    pub sum: RowSum,
    /// The number its next row gets, where it gives out numbers.
    pub next_id: Option<i64>,
    /// Where its rows are.
    pub members: Vec<Member>,
}

/// A file of the data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePart {
    /// Its path below the data directory, with `/` between folders.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Whether only its owner may read it.
    pub private: bool,
    /// Where its content is.
    pub members: Vec<Member>,
}

/// A member of the archive, as it lies there: compressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Every member but the last two, in the order they lie in.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        let tables = self.tables.iter().flat_map(|table| &table.members);
        let files = self.files.iter().flat_map(|file| &file.members);
        std::iter::once(&self.head_member).chain(tables).chain(files)
    }

    /// All rows together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.sum.rows()).sum()
    }
}
