//! `cargo xtask fuzz [--runs N] [--seed S] [--codec] [TARGET…]`: feeds the metaserver's decoders and state
//! machines mutated packets, and the lobby's connections sequences of them.

use std::io::Write;
use std::time::Instant;

use anyhow::{Result, bail};
use metaserver_proto::fuzz::{Fuzzer, Target};

use crate::workspace::{self, Workspace};

/// Inputs for each target, unless told otherwise.
const FULL_RUNS: u64 = 10_000_000;
/// What the targets of connections are called: they are fed by a program of their own, which has the lobby in it.
const CONNECTIONS: &str = "connection";

/// Feeds every target whose name contains one of those given, or all. Prints a line for each;
/// `Ok(true)` only if none failed.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<bool> {
    let options = Options::parse(args)?;
    let targets: Vec<_> = Fuzzer::targets().into_iter().filter(|target| options.wants(target)).collect();
    if targets.is_empty() && !options.wants_connections() {
        bail!("no target has such a name");
    }
    let fuzzer = Fuzzer::new();
    let started = Instant::now();
    let mut failed = 0;
    for target in &targets {
        let before = Instant::now();
        match fuzzer.run(target, options.seed, options.runs) {
            Ok(tally) => say(&tally.line(target, before.elapsed()).to_string())?,
            Err(failure) => {
                failed += 1;
                say(&failure.to_string())?;
            }
        }
    }
    if !targets.is_empty() {
        say(&format!(
            "{} targets, {} runs each from seed {}, {failed} failed, {:.0} s",
            targets.len(),
            options.runs,
            options.seed,
            started.elapsed().as_secs_f64(),
        ))?;
    }
    let connections = !options.wants_connections() || connections(workspace, &options)?;
    Ok(failed == 0 && connections)
}

/// Builds the program that has the lobby in it, as optimised as the release, and has it feed the connections.
fn connections(workspace: &Workspace, options: &Options) -> Result<bool> {
    let mut build = workspace.cargo("build");
    workspace::run(build.args(["--release", "--package", "metaserver", "--features", "fuzz", "--bin", "lobby_fuzz"]))?;
    let mut command = workspace.command(workspace.target.join("release/lobby_fuzz"));
    command.arg(options.runs.to_string()).arg(options.seed.to_string()).args(&options.names);
    Ok(command.status()?.success())
}

struct Options {
    runs: u64,
    seed: u64,
    names: Vec<String>,
    /// Leave the connections out.
    codec: bool,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self { runs: FULL_RUNS, seed: 1, names: Vec::new(), codec: false };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let number = |text: Option<&String>| match text.and_then(|text| text.replace('_', "").parse::<u64>().ok()) {
                Some(number) => Ok(number),
                None => bail!("{arg} needs a number"),
            };
            match arg.as_str() {
                "--runs" => options.runs = number(args.next())?,
                "--seed" => options.seed = number(args.next())?,
                "--codec" => options.codec = true,
                other if other.starts_with('-') => bail!("{other} is unknown"),
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, target: &Target) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| target.name.contains(name.as_str()))
    }

    fn wants_connections(&self) -> bool {
        let named = |name: &String| name.starts_with(CONNECTIONS);
        !self.codec && (self.names.is_empty() || self.names.iter().any(named))
    }
}

fn say(line: &str) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
