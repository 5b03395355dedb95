//! What each command does. Answers go to standard output, everything else to standard error.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on the terminal")]

pub mod config;
pub mod doctor;
pub mod migrate;
pub mod serve;
pub mod user;

use std::{error::Error, process::ExitCode};

/// The configuration can't be used.
pub const EXIT_CONFIG: u8 = 2;
/// `doctor` found something that has to be mended.
pub const EXIT_FINDINGS: u8 = 3;

/// What a command ends with.
pub type Done = Result<ExitCode, Box<dyn Error + Send + Sync>>;

/// Says what went wrong, and what caused it, on standard error.
pub fn complain(error: &(dyn Error + 'static)) {
    eprintln!("guildhall: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}

/// Prints a value for programs.
fn print_json(value: &serde_json::Value) {
    println!("{value:#}");
}
