#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a measurement is read on the terminal")]

mod bare;
mod ceiling;
mod chat;
mod classic;
mod events;
mod hooks;
mod hub;
mod lobby;
mod log_in;
mod nodes;
mod pages;
mod report;
mod size;
mod start;

use std::{path::PathBuf, process::ExitCode};

use tokio::runtime::{Builder, Runtime};

use report::Report;

/// Whatever kept a measurement from being taken.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The names there are, in the order they run.
const ALL: [&str; 8] = ["size", "start", "lobby", "log_in", "events", "nodes", "hooks", "pages"];

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(program) = words.next() else {
        eprintln!(
            "usage: bench PROGRAM [SITE] [{}|{}]…, where PROGRAM is a release of guildhall and SITE its built site",
            ALL.join("|"),
            lobby::PARTS.join("|")
        );
        return ExitCode::FAILURE;
    };
    if program == bare::WORD {
        return match Runtime::new().map_err(Failure::from).and_then(|runtime| runtime.block_on(bare::serve())) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("bench: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let site = PathBuf::from(words.next().unwrap_or_else(|| "target/site".to_owned()));
    let names = wanted(words.collect());
    if names.iter().any(|name| lobby::is_lean(name))
        && let Err(error) = lobby::raise_open_files()
    {
        eprintln!("bench: {error}");
        return ExitCode::FAILURE;
    }
    let mut holds = true;
    for name in names {
        let mut report = Report::default();
        let taken = runtime_for(name.as_str()).and_then(|runtime| {
            runtime.block_on(async {
                match name.as_str() {
                    "size" => size::measure(&site, &mut report),
                    "start" => start::measure(program.as_ref(), &mut report).await,
                    "log_in" => log_in::measure(program.as_ref(), &mut report).await,
                    "events" => events::measure(&mut report).await,
                    "nodes" => nodes::measure(program.as_ref(), &mut report).await,
                    "hooks" => hooks::measure(&packages(), &mut report).await,
                    "pages" => pages::measure(program.as_ref(), &packages(), &mut report).await,
                    "chat" => chat::measure(program.as_ref(), &mut report).await,
                    "crowd" => lobby::crowd::measure(program.as_ref(), &mut report).await,
                    "talk" => lobby::talk::measure(program.as_ref(), &mut report).await,
                    "arrivals" => lobby::arrivals::measure(program.as_ref(), &mut report).await,
                    "log_ons" => lobby::log_ons::measure(program.as_ref(), &mut report).await,
                    "harm" => lobby::harm::measure(program.as_ref(), &mut report).await,
                    "dribble" => lobby::dribble::measure(program.as_ref(), &mut report).await,
                    other => Err(format!("there is no measurement called {other}").into()),
                }
            })
        });
        // At once, and whatever becomes of the others: a long run that ends early has said what it measured.
        print!("{report}");
        if let Err(error) = &taken {
            eprintln!("bench {name}: {error}");
        }
        holds &= taken.is_ok() && report.holds();
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The measurements named, or all: `lobby` is several, and each is taken once.
fn wanted(named: Vec<String>) -> Vec<String> {
    let named = if named.is_empty() { ALL.map(str::to_owned).to_vec() } else { named };
    let mut wanted = Vec::new();
    for name in named {
        let parts = if name == "lobby" { lobby::PARTS.map(str::to_owned).to_vec() } else { vec![name] };
        wanted.extend(parts.into_iter().filter(|part| !wanted.contains(part)).collect::<Vec<_>>());
    }
    wanted
}

/// What a measurement's own tasks run on.
fn runtime_for(name: &str) -> Result<Runtime, Failure> {
    let runtime =
        if lobby::is_lean(name) { Builder::new_current_thread().enable_all().build() } else { Runtime::new() };
    Ok(runtime?)
}

/// Where the example plugins' packages lie.
#[expect(clippy::disallowed_methods, reason = "the ban is for the server, whose settings have one reader")]
fn packages() -> PathBuf {
    std::env::var_os("GUILDHALL_PLUGINS").map_or_else(|| "target/plugins/packages".into(), PathBuf::from)
}
