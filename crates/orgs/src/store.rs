//! What is remembered of organizations: every statement, one function each.

mod admissions;
mod members;
mod organizations;
mod sight;

use base::Role;

pub(crate) use admissions::*;
pub(crate) use members::*;
pub(crate) use organizations::*;
pub(crate) use sight::*;

/// A role as the schema's check allows it.
fn role(word: &str) -> Role {
    Role::from_word(word).expect("a check of the schema allows no other word")
}

/// A count that fits: nothing here is counted beyond a few thousand.
fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
