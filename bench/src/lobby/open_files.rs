//! As many open files as ten thousand connections need, at either end.

use std::{fs, process::Command};

use crate::Failure;

/// With some to spare for all else that a process has open.
const WANTED: u64 = 12_000;

/// Starts this program again with as many open files as the system lets it have, if it may not have enough; the programs that it starts have
/// them from it.
pub(crate) fn raise() -> Result<(), Failure> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).ok_or("no limit of open files")?;
    let mut numbers = line.split_whitespace().filter_map(|word| match word {
        "unlimited" => Some(u64::MAX),
        word => word.parse().ok(),
    });
    let (soft, hard) = (numbers.next().ok_or("no soft limit")?, numbers.next().ok_or("no hard limit")?);
    if soft >= WANTED {
        return Ok(());
    }
    if hard < WANTED {
        return Err(format!("{WANTED} open files are needed, and the system lets a process have {hard}").into());
    }
    again()
}

#[cfg(unix)]
fn again() -> Result<(), Failure> {
    use std::os::unix::process::CommandExt as _;

    let raised = "ulimit -S -n \"$(ulimit -H -n)\" && exec \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", raised, "sh"]).arg(std::env::current_exe()?).args(std::env::args_os().skip(1));
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn again() -> Result<(), Failure> {
    Err("the limit of open files can't be raised here".into())
}
