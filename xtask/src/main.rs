#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "this program talks to the person who called it")]

mod bench;
mod browser;
mod build;
mod check;
mod dev;
mod files;
mod fuzz;
mod guests;
mod licences;
mod module;
mod nats;
mod packages;
mod packs;
mod postgres;
mod progress;
mod release;
mod run;
mod sbom;
mod schemathesis;
mod site;
mod styles;
mod suites;
mod tally;
mod test;
mod tidy;
mod vectors;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  run                    build everything in release, start the hub
  dev                    build in debug, start the hub, rebuild on every change
  build [--release]      build the site and the server
  test [SUITE…] [-- …]   run every test, or the suites named; what follows -- goes to the last one
  bench [NAME…]          measure the release beside its bounds
  schemathesis [--seconds N] [--as stranger|admin] [--server PROGRAM] [-- …]
                         look for places where the API and its document differ
  check                  format, lints, licences, bans, sources, advisories, tidiness
  plugins                build the example plugins into packages
  licences               write down what the hub is built on, for its system page
  release [--key FILE]   build what is handed out: program, list of parts, checksums, signature
  release parts          only say what it is made of (CycloneDX)
  release check FOLDER   prove one
  vectors FILE…          run vector files against the metaserver's codec
  fuzz [--runs N] [--seed S] [--codec] [TARGET…]
                         feed the metaserver's decoders mutated packets, and its connections sequences of them
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<ExitCode> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    match command {
        "run" => run::run(&Workspace::find()?, rest)?,
        "dev" => dev::run(&Workspace::find()?, rest)?,
        "build" => build::run(&Workspace::find()?, rest)?,
        "test" => return test::run(&Workspace::find()?, rest),
        "vectors" => return verdict(vectors::run(rest)),
        "fuzz" => return Ok(if fuzz::run(&Workspace::find()?, rest)? { ExitCode::SUCCESS } else { ExitCode::FAILURE }),
        "bench" => bench::run(&Workspace::find()?, rest)?,
        "schemathesis" => schemathesis::run(&Workspace::find()?, rest)?,
        "licences" => licences::run(&Workspace::find()?)?,
        "plugins" => println!("{}", guests::pack(&Workspace::find()?)?.display()),
        "release" => release::run(&Workspace::find()?, rest)?,
        "check" => check::run(&Workspace::find()?)?,
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The door to the codec's vectors says whether all was good, and has told the rest itself.
fn verdict(result: std::result::Result<bool, String>) -> Result<ExitCode> {
    match result {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(why) => bail!(why),
    }
}
