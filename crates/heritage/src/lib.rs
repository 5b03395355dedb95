#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod aleph_one;
mod dump;
mod game;
mod gate_of_storms;
mod instant;
mod player;
mod row;

pub use aleph_one::read as aleph_one;
pub use dump::DumpError;
pub use game::{Game, Seat};
pub use gate_of_storms::read as gate_of_storms;
pub use player::{Ban, Kept, KeptAs, Player};

/// Everything that is taken over from one server.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Everybody who has an account there, in the order in which it has them.
    pub players: Vec<Player>,
    /// Every game it has filed, the oldest first.
    pub games: Vec<Game>,
}

/// Why a dump can't be taken over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It can't be read.
    #[error("the dump can't be read")]
    Dump(#[from] DumpError),
    /// It is of another program, or of a part of the database.
    #[error("the dump has no table `{0}`: dump the whole database of that server")]
    NoTable(&'static str),
    /// A table has not what it should have.
    #[error("the table `{table}` has no column `{column}`")]
    NoColumn {
        /// Which table.
        table: String,
        /// What it lacks.
        column: &'static str,
    },
    /// A value is none that the column can hold.
    #[error("the table `{table}` holds a `{column}` that can't be read: {value:?}")]
    Value {
        /// Which table.
        table: String,
        /// Which column.
        column: &'static str,
        /// What stands there, shortened.
        value: String,
    },
}
