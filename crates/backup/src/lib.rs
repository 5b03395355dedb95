#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod archive;
mod check;
mod error;
mod keep;
mod make;
mod manifest;
mod name;
mod own;
mod restore;
mod row;
mod seal;
mod service;
#[cfg(test)]
mod stories;

pub use check::{check, is_encrypted};
pub use contract::backup::{Backup, BackupPage, BackupState};
pub use error::Error;
pub use keep::Keep;
pub use make::{Plan, make};
pub use manifest::{FilePart, Head, Manifest, Member, TablePart};
pub use name::{Name, Occasion};
pub use restore::{Restored, foresee, restore, table_sums, verify};
pub use row::RowSum;
pub use seal::{Key, Seal};
pub use service::{Backups, JOB, SCHEDULE, Settings};
