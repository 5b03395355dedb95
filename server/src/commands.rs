//! What each command does. Answers go to standard output, everything else to standard error.

#![expect(clippy::print_stdout, reason = "a command line answers on the terminal")]

mod backup;
pub mod config;
mod doctor;
mod here;
mod import_lobby;
mod later;
mod line;
pub mod manual;
mod migrate;
mod remote;
mod serve;
mod work;

use std::{error::Error, process::ExitCode};

use cli::Terminal;

use crate::lifecycle::Lifecycle;

pub use later::Later;
pub use line::{Command, Line, end};

/// The configuration can't be used.
pub const EXIT_CONFIG: u8 = 2;
/// `doctor` found something that has to be mended.
const EXIT_FINDINGS: u8 = 3;
/// A backup is damaged.
const EXIT_DAMAGED: u8 = 4;
/// A hub elsewhere can't be reached, or is none.
const EXIT_UNREACHABLE: u8 = 5;

/// The same for `--help` and the manual.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed, or refused
  2  the configuration or the command line can't be used
  3  doctor found something that has to be mended
  4  a backup is damaged
  5  the hub elsewhere can't be reached, or does not answer like a hub";

/// What a command ends with.
pub type Done = Result<ExitCode, Box<dyn Error + Send + Sync>>;

/// Says what went wrong, and what caused it, on standard error.
pub fn complain(terminal: &mut Terminal<'_>, error: &(dyn Error + 'static)) {
    use std::fmt::Write as _;

    let mut text = format!("guildhall: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, "\n  because: {error}");
        cause = error.source();
    }
    // Where standard error is gone there is nobody to tell.
    drop(terminal.note(text));
}

/// Prints a value for programs.
fn print_json(value: &serde_json::Value) {
    println!("{value:#}");
}

/// Waits for the signal that ends a process which runs until it is told, then stops it in order: `stop` says whether all of it finished.
/// A second signal ends it at once.
async fn until_told_to_stop(stop: impl Future<Output = bool>) -> Done {
    Lifecycle::told_to_stop().await?;
    tracing::info!("stopping; a second signal stops at once");
    let finished = tokio::select! {
        finished = stop => finished,
        second = Lifecycle::told_to_stop() => {
            second?;
            tracing::warn!("stopped at once");
            return Ok(ExitCode::FAILURE);
        }
    };
    tracing::info!(finished, "stopped");
    Ok(ExitCode::SUCCESS)
}
