//! What each command does. Answers go to standard output, everything else to standard error.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line answers on the terminal")]

pub mod backup;
pub mod config;
pub mod doctor;
pub mod job;
pub mod mail;
pub mod manual;
pub mod migrate;
pub mod order;
pub mod org;
pub mod remote;
pub mod secrets;
pub mod serve;
pub mod settings;
pub mod token;
pub mod user;
pub mod webhook;

use std::{error::Error, process::ExitCode};

/// The configuration can't be used.
pub const EXIT_CONFIG: u8 = 2;
/// `doctor` found something that has to be mended.
pub const EXIT_FINDINGS: u8 = 3;

/// A backup is damaged.
pub const EXIT_DAMAGED: u8 = 4;

/// The same for `--help` and the manual.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the configuration or the command line can't be used
  3  doctor found something that has to be mended
  4  a backup is damaged";

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
