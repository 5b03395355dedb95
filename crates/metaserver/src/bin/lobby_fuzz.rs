//! Feeds the lobby's connections, as `cargo xtask fuzz` has it do: `lobby_fuzz RUNS SEED [TARGET…]`.
//!
//! A target's runs are shared out among the machine's cores, each with a part of the seeds. After every part it says how far it has come, so
//! that a run of hours can go on from there, and looks at what the process holds.

#![forbid(unsafe_code)]

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Instant,
};

use metaserver::fuzz;
use metaserver_proto::fuzz::{Failure, Fuzzer, Tally};

const USAGE: &str = "usage: lobby_fuzz RUNS SEED [TARGET…]";
/// Runs between two looks.
const PART: u64 = 100_000;
/// What the process may hold more than after the first part, in bytes: the allocator's own drift, and not a byte a run.
const GROWTH: u64 = 32 << 20;

fn main() -> ExitCode {
    match fuzz_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            drop(writeln!(io::stderr(), "lobby_fuzz: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn fuzz_all() -> Result<bool, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(runs), Some(seed)) = (arguments.next(), arguments.next()) else { return Err(USAGE.into()) };
    let (runs, seed): (u64, u64) = (runs.parse()?, seed.parse()?);
    let names: Vec<String> = arguments.collect();
    let mut good = true;
    for target in fuzz::targets() {
        if !names.is_empty() && !names.iter().any(|name| target.name.contains(name.as_str())) {
            continue;
        }
        let (began, mut done, mut well_formed, mut held_at_first) = (Instant::now(), 0, 0, None);
        while done < runs {
            let part = PART.min(runs - done);
            match one_part(&target.name, seed + done, part) {
                Ok(tally) => well_formed += tally.well_formed,
                Err(failure) => {
                    say(&failure.to_string())?;
                    good = false;
                    break;
                }
            }
            done += part;
            let held = resident_bytes()?;
            let at_first = *held_at_first.get_or_insert(held);
            if held > at_first + GROWTH {
                say(&format!("{} grows: {held} bytes are held, {at_first} at first", target.name))?;
                good = false;
                break;
            }
            if done < runs {
                let mebibytes = held >> 20;
                say(&format!("{}: {done} done, {mebibytes} MiB held; go on with --seed {}", target.name, seed + done))?;
            }
        }
        let tally = Tally { runs: done, well_formed };
        say(&tally.line(&target, began.elapsed()).to_string())?;
    }
    Ok(good)
}

/// Runs of one target from `seed` on, a share on each core.
fn one_part(name: &str, seed: u64, runs: u64) -> Result<Tally, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = runs.div_ceil(cores);
    let shares: Vec<Result<Tally, Failure>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|core| {
                scope.spawn(move || {
                    let first = share * core;
                    let target = fuzz::targets().into_iter().find(|target| target.name == name);
                    let target = target.expect("it was found above");
                    Fuzzer::new().run(&target, seed + first, share.min(runs.saturating_sub(first)))
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a failure is told, not thrown")).collect()
    });
    shares.into_iter().try_fold(Tally { runs: 0, well_formed: 0 }, |all, one| {
        let one = one?;
        Ok(Tally { runs: all.runs + one.runs, well_formed: all.well_formed + one.well_formed })
    })
}

/// What the process holds of the machine's memory.
fn resident_bytes() -> Result<u64, Box<dyn std::error::Error>> {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else {
        // Only Linux says so in a file.
        return Ok(0);
    };
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
    let kib: u64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok(kib * 1024)
}

fn say(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
