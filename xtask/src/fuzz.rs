//! `cargo xtask fuzz [--runs N] [--seed S] [TARGET…]`: feeds the metaserver's decoders and state
//! machines mutated packets.

use std::io::Write;
use std::time::Instant;

use metaserver_proto::fuzz::{Fuzzer, Target};

/// Inputs for each target, unless told otherwise.
const FULL_RUNS: u64 = 10_000_000;

/// Feeds every target whose name contains one of those given, or all. Prints a line for each;
/// `Ok(true)` only if none failed.
pub(crate) fn run(args: &[String]) -> Result<bool, String> {
    let options = Options::parse(args)?;
    let targets: Vec<_> = Fuzzer::targets().into_iter().filter(|target| options.wants(target)).collect();
    if targets.is_empty() {
        return Err("no target has such a name".to_owned());
    }
    let fuzzer = Fuzzer::new();
    let started = Instant::now();
    let mut failed = 0;
    for target in &targets {
        let before = Instant::now();
        match fuzzer.run(target, options.seed, options.runs) {
            Ok(tally) => {
                let seconds = before.elapsed().as_secs_f64();
                say(&format!(
                    "{:24} {:>9} runs, {:>8} well-formed, {:>8} per second",
                    target.name,
                    tally.runs,
                    tally.well_formed,
                    per_second(tally.runs, seconds),
                ))?;
            }
            Err(failure) => {
                failed += 1;
                say(&failure.to_string())?;
            }
        }
    }
    say(&format!(
        "{} targets, {} runs each from seed {}, {failed} failed, {:.0} s",
        targets.len(),
        options.runs,
        options.seed,
        started.elapsed().as_secs_f64(),
    ))?;
    Ok(failed == 0)
}

struct Options {
    runs: u64,
    seed: u64,
    names: Vec<String>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self, String> {
        let mut options = Self { runs: FULL_RUNS, seed: 1, names: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let number = |text: Option<&String>| {
                text.and_then(|text| text.replace('_', "").parse::<u64>().ok())
                    .ok_or_else(|| format!("{arg} needs a number"))
            };
            match arg.as_str() {
                "--runs" => options.runs = number(args.next())?,
                "--seed" => options.seed = number(args.next())?,
                other if other.starts_with('-') => return Err(format!("{other} is unknown")),
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, target: &Target) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| target.name.contains(name.as_str()))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a rate for people to read"
)]
fn per_second(runs: u64, seconds: f64) -> u64 {
    (runs as f64 / seconds.max(1e-9)) as u64
}

fn say(line: &str) -> Result<(), String> {
    writeln!(std::io::stdout(), "{line}").map_err(|why| format!("standard output: {why}"))
}
