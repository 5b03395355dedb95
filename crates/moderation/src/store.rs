//! What is remembered of keeping order: every statement, one function each, a file for each table.

mod appeals;
mod notes;
mod people;
mod reports;
mod sanctions;

pub(crate) use appeals::*;
pub(crate) use notes::*;
pub(crate) use people::*;
pub(crate) use reports::*;
pub(crate) use sanctions::*;
