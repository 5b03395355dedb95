#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is read on the terminal")]

mod bare;
mod chat;
mod classic;
mod events;
mod hooks;
mod hub;
mod log_in;
mod nodes;
mod pages;
mod report;
mod size;
mod start;

use std::{path::PathBuf, process::ExitCode};

use report::Report;

/// Whatever kept a measurement from being taken.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The names there are, in the order they run.
const ALL: [&str; 8] = ["size", "start", "chat", "log_in", "events", "nodes", "hooks", "pages"];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(program) = words.next() else {
        eprintln!(
            "usage: bench PROGRAM [SITE] [size|start|chat|log_in|events|nodes|hooks|pages]…, where PROGRAM is a release of guildhall and SITE its built site"
        );
        return ExitCode::FAILURE;
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    if program == bare::WORD {
        return match runtime.block_on(bare::serve()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("bench: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let site = PathBuf::from(words.next().unwrap_or_else(|| "target/site".to_owned()));
    let mut names: Vec<String> = words.collect();
    if names.is_empty() {
        names = ALL.map(str::to_owned).to_vec();
    }
    let mut report = Report::default();
    for name in &names {
        let taken = runtime.block_on(async {
            match name.as_str() {
                "size" => size::measure(&site, &mut report),
                "start" => start::measure(program.as_ref(), &mut report).await,
                "log_in" => log_in::measure(program.as_ref(), &mut report).await,
                "events" => events::measure(&mut report).await,
                "nodes" => nodes::measure(program.as_ref(), &mut report).await,
                "hooks" => hooks::measure(&packages(), &mut report).await,
                "pages" => pages::measure(program.as_ref(), &packages(), &mut report).await,
                "chat" => chat::measure(program.as_ref(), &mut report).await,
                other => Err(format!("there is no measurement called {other}").into()),
            }
        });
        if let Err(error) = taken {
            eprintln!("bench {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    print!("{report}");
    if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where the example plugins' packages lie.
#[expect(clippy::disallowed_methods, reason = "the ban is for the server, whose settings have one reader")]
fn packages() -> PathBuf {
    std::env::var_os("GUILDHALL_PLUGINS").map_or_else(|| "target/plugins/packages".into(), PathBuf::from)
}
