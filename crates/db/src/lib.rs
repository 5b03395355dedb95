#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod announcement;
mod bulletins;
mod check;
mod claim;
mod error;
mod migrate;
mod open;
mod options;
mod postgres;
mod query;
mod sqlite;
mod tx;
mod value;
mod whole;
mod wire;

#[cfg(feature = "testing")]
pub mod testing;

pub use bulletins::Bulletins;
pub use claim::{Claim, Claimed};
pub use error::{Error, Failed};
pub use migrate::{MigrateError, Migrated};
pub use open::{Commits, Db, OpenError};
pub use options::{Engine, Options};
pub use query::{On, Query, Row, containing, sql, sql_for};
pub use tx::Tx;
pub use value::Value;
pub use whole::{Cell, Filling, Snapshot, Table, WholeError};
pub use wire::Wire;
