//! `guildhall doctor`: says what the doctor has found.

use std::process::ExitCode;

use cli::Terminal;
use contract::vitals::Finding;

use super::{Done, EXIT_FINDINGS};
use crate::{
    config::Settings,
    doctor::{From, examine},
    system::SystemClock,
};

/// Looks at everything on this machine.
pub(super) async fn run(settings: &Settings, terminal: &mut Terminal<'_>, as_json: bool) -> Done {
    let findings = examine(settings, From::Outside, &SystemClock).await;
    tell(terminal, &findings, as_json)
}

/// Says it, and tells by the exit code whether something has to be mended.
pub(super) fn tell(terminal: &mut Terminal<'_>, findings: &[Finding], as_json: bool) -> Done {
    let bad = cli::system::tell_findings(terminal, findings, as_json)?;
    Ok(if bad { ExitCode::from(EXIT_FINDINGS) } else { ExitCode::SUCCESS })
}
