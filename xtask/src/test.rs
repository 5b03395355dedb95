//! `cargo xtask test`: every suite, whatever the others say, and one count at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::progress::{Progress, seconds};
use crate::suites::{SUITES, Suite};
use crate::tally::Tally;
use crate::workspace::Workspace;

/// `test [SUITE…] [-- ARG…]`: all suites when none is named; the arguments go to the last one's runner.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<ExitCode> {
    let mut halves = args.splitn(2, |arg| arg == "--");
    let names = halves.next().unwrap_or_default();
    let extra = halves.next().unwrap_or_default();
    let chosen = choose(names)?;
    let mut progress = Progress::new(chosen.len());
    let mut results: Vec<(&Suite, Duration, Tally)> = Vec::new();
    for (at, suite) in chosen.iter().enumerate() {
        let extra = if at + 1 == chosen.len() { extra } else { &[] };
        let start = Instant::now();
        let tally = progress.step(suite.what, || (suite.run)(workspace, extra)).unwrap_or_else(|error| {
            println!("{}: {error:#}", suite.name);
            Tally::one_failed()
        });
        results.push((suite, start.elapsed(), tally));
    }
    let mut sum = Tally::default();
    println!();
    for (suite, time, tally) in results {
        println!("{:<8} {:>12}  {tally}", suite.name, seconds(time));
        sum += tally;
    }
    println!();
    // The last line of the whole run, in the form that tools look for.
    println!("{sum}");
    Ok(if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn choose(names: &[String]) -> Result<Vec<&'static Suite>> {
    if names.is_empty() {
        return Ok(SUITES.iter().collect());
    }
    let known = || SUITES.map(|suite| suite.name).join(", ");
    let find = |name: &String| {
        let suite = SUITES.iter().find(|suite| suite.name == name);
        suite.with_context(|| format!("there is no suite `{name}`; there are {}", known()))
    };
    names.iter().map(find).collect()
}
