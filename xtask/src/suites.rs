//! The suites of tests, each with what it needs around it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::build::{self, Profile};
use crate::guests;
use crate::nats;
use crate::packages;
use crate::postgres;
use crate::progress::{Progress, note};
use crate::tally::{self, Tally};
use crate::workspace::{self, Workspace};

/// Tests that run together and are counted by one runner.
#[derive(Clone, Copy)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    /// What it proves, for the person who waits.
    pub(crate) what: &'static str,
    pub(crate) run: fn(&Workspace, extra: &[String]) -> Result<Tally>,
}

/// Quick ones first: a broken rule shows before a browser is started.
pub(crate) const SUITES: [Suite; 7] = [
    Suite { name: "rust", what: "Test the crates, on SQLite and on PostgreSQL", run: rust },
    Suite { name: "tools", what: "Test the build tool", run: tools },
    Suite { name: "plugins", what: "Build the example plugins, play their scenes, and follow the book", run: plugins },
    Suite { name: "browser", what: "Compile for the browser what must compile for it", run: browser },
    Suite { name: "vectors", what: "Run the metaserver's vector files", run: vectors },
    Suite { name: "fuzz", what: "Feed the metaserver's decoders mutated packets", run: fuzz },
    Suite { name: "stories", what: "Tell the stories in a real browser, on the site as it is released", run: stories },
];

/// `frontend` stays out, or `ssr` and `hydrate` would both be on in `app` and nobody ships that; xtask has a suite
/// of its own, so that its features do not leak into the server's dependencies.
pub(crate) const SERVER_SIDE: [&str; 7] =
    ["--workspace", "--exclude", "frontend", "--exclude", "xtask", "--features", "app/ssr"];

/// The crates that promise to compile for the browser. Features unify over what one call selects, so `frontend`,
/// which turns on `hydrate`, may be here and `server` may not.
const BROWSER_SIDE: [&str; 8] =
    ["--package", "frontend", "--package", "base", "--package", "contract", "--package", "metaserver-proto"];

fn rust(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    let (database, bus) = (postgres::start()?, nats::start()?);
    let mut command;
    let count: fn(&str) -> Option<Tally>;
    if workspace::succeeds(workspace.command("cargo").args(["nextest", "--version"])) {
        command = workspace.cargo("nextest run");
        command.args(["--no-fail-fast", "--profile", if workspace::in_ci() { "ci" } else { "default" }]);
        count = Tally::of_nextest;
    } else {
        note("cargo-nextest is not installed, so `cargo test` runs the same tests, one binary after the other");
        command = workspace.cargo("test");
        command.args(["--no-fail-fast", "--lib", "--bins", "--tests"]);
        count = Tally::of_cargo_test;
    }
    command.args(SERVER_SIDE).args(extra);
    command.env("GUILDHALL_TEST_POSTGRES_URL", &database.url).env("GUILDHALL_TEST_NATS_URL", &bus.url);
    command.env("GUILDHALL_PLUGINS", guests::pack(workspace)?);
    counted(&mut command, count)
}

fn plugins(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    packages::wasm_target(workspace)?;
    let mut tally = counted(guests::test(workspace).args(extra), Tally::of_cargo_test)?;
    let (good, bad) = guests::play(workspace)?;
    for scene in &bad {
        println!("{scene}");
    }
    tally += Tally { passed: good, failed: bad.len() as u64, ..Tally::default() };
    tally += Tally { passed: guests::follow_the_book(workspace)?, ..Tally::default() };
    Ok(tally)
}

fn tools(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    counted(workspace.cargo("test").args(["--package", "xtask"]).args(extra), Tally::of_cargo_test)
}

fn browser(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    packages::wasm_target(workspace)?;
    let mut command = workspace.cargo("check");
    command.args(["--target", packages::WASM]).args(BROWSER_SIDE).args(extra);
    workspace::run(&mut command)?;
    Ok(Tally::one_passed())
}

fn vectors(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    let folder = workspace.root.join("tests/fixtures/metaserver");
    let mut files: Vec<PathBuf> = crate::files::list(&folder)?.into_iter().map(|file| folder.join(file)).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "json"));
    if files.is_empty() {
        bail!("there is no vector file in tests/fixtures/metaserver");
    }
    let mut command = workspace.command(std::env::current_exe()?);
    counted(command.arg("vectors").args(files).args(extra), Tally::of_plain)
}

/// Short: the same seeds each time, a few seconds. The long run is `cargo xtask fuzz` itself. The lobby's connections have their short run
/// among its own tests.
fn fuzz(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    let mut command = workspace.command(std::env::current_exe()?);
    command.arg("fuzz").args(["--codec", "--runs", "100000"]).args(extra);
    workspace::run(&mut command)?;
    Ok(Tally::one_passed())
}

fn stories(workspace: &Workspace, extra: &[String]) -> Result<Tally> {
    let node = packages::node()?;
    let chromium = packages::chromium()?;
    packages::node_modules(workspace)?;
    let mut progress = Progress::new(build::SITE_STEPS + 1);
    let site = build::site(workspace, Profile::Release, &mut progress)?;
    progress.step("Compile the server and the classic client", || programs(workspace))?;
    let report = workspace.memory().join("stories.json");
    let _ = fs::remove_file(&report);
    let mut command = workspace.command(node);
    command.current_dir(workspace.root.join("end2end"));
    command.args(["node_modules/@playwright/test/cli.js", "test"]).args(extra);
    command.env("GUILDHALL_BIN", workspace.target.join("debug/guildhall")).env("CHROMIUM", chromium);
    command.env("GUILDHALL_SITE", &site.folder).env("GUILDHALL_PLUGINS", guests::pack(workspace)?);
    command.env("GUILDHALL_CLASSIC_CLIENT", workspace.target.join("debug/classic_client"));
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let status = command.status().context("could not start Playwright")?;
    let report = fs::read_to_string(&report).ok();
    for failure in report.as_deref().map(tally::playwright_failures).unwrap_or_default() {
        println!("{failure}");
    }
    let tally = report.as_deref().and_then(Tally::of_playwright);
    judge(status.success(), tally, "Playwright")
}

/// The hub and the classic game client, of the selection that the other tests are built with, so that nothing is compiled
/// twice: what stories wait for is the browser, not the server's code.
fn programs(workspace: &Workspace) -> Result<()> {
    workspace::run(workspace.cargo("build").args(["--bin", "guildhall", "--bin", "classic_client"]).args(SERVER_SIDE))
}

/// Runs a test runner, shows what it prints while it prints it, and counts.
fn counted(command: &mut Command, count: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let name = workspace::words(command);
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("could not start {name}"))?;
    // The command keeps its ends of the pipe; reading would never end while they are open.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut all = String::new();
    let mut out = std::io::stdout().lock();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&line)?;
        all.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait()?;
    judge(status.success(), count(&all), &name)
}

/// A runner that failed without a failed test (it did not compile, say) has failed once; a count that says
/// otherwise than the exit code is never believed.
fn judge(success: bool, tally: Option<Tally>, name: &str) -> Result<Tally> {
    match tally {
        Some(tally) if success == (tally.failed == 0) => Ok(tally),
        Some(mut tally) => {
            note(format!("{name} ended as {} though it counted {tally}", if success { "good" } else { "failed" }));
            tally += Tally::one_failed();
            Ok(tally)
        }
        None => bail!("{name} {} without saying how many tests it ran", if success { "ended" } else { "failed" }),
    }
}
