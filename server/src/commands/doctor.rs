//! `guildhall doctor`: prints what the doctor has found.

use std::process::ExitCode;

use contract::vitals::Weight;
use serde_json::json;

use super::{Done, EXIT_FINDINGS, print_json};
use crate::{
    config::Settings,
    doctor::{From, examine},
    system::SystemClock,
};

/// Looks at everything, prints it, and tells by its exit code whether something has to be mended.
pub async fn run(settings: &Settings, as_json: bool) -> Done {
    let findings = examine(settings, From::Outside, &SystemClock).await;
    if as_json {
        print_json(&json!(findings));
    } else {
        for finding in &findings {
            let mark = match finding.weight {
                Weight::Good => "ok  ",
                Weight::Warning => "mind",
                Weight::Bad => "BAD ",
            };
            println!("{mark}  {}: {}", finding.about, finding.found);
            if !finding.fix.is_empty() {
                println!("        {}", finding.fix);
            }
        }
    }
    let bad = findings.iter().any(|finding| finding.weight == Weight::Bad);
    Ok(if bad { ExitCode::from(EXIT_FINDINGS) } else { ExitCode::SUCCESS })
}
