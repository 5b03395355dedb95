//! `cargo xtask schemathesis`: a program that knows nothing of the hub but its document tries to find where the two differ.
//!
//! As a stranger and as an admin, for so many seconds each, with the limits raised. It fails where a check of the tool's fails, and
//! where an operation was not answered often enough to say anything.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::{self, Profile};
use crate::packages;
use crate::progress::{Progress, note};
use crate::workspace::{self, Workspace};

/// Pinned: a newer one checks more, and that is a change of its own.
const VERSION: &str = "4.32.5";
const USUAL_SECS: u32 = 300;
/// Each operation is to be answered so often, refusals for asking too often not counted.
const ENOUGH: u32 = 20;
/// Accounts that stand before those that the tool acts as, so that the ids it likes best are nobody it needs.
const DECOYS: usize = 12;

const PASSWORD: &str = "a lantern over the northern gate";

/// Everything an admin can do.
const GRANTS: &str = "account:write people:write organizations:write lobby:write moderation:write administration:write";

/// Limits that no honest program meets, and this one would at once.
const RAISED: [(&str, &str); 9] = [
    ("GUILDHALL_API__ANONYMOUS_PER_MINUTE", "1000000"),
    ("GUILDHALL_API__TOKEN_PER_MINUTE", "1000000"),
    ("GUILDHALL_API__BURST_PER_SECOND", "1000000"),
    ("GUILDHALL_LOG_IN__BURST", "1000000"),
    ("GUILDHALL_LOG_IN__PER_MINUTE", "1000000"),
    ("GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR", "1000000"),
    ("GUILDHALL_LOG_IN__FAILURES_PER_HOUR", "1000000"),
    ("GUILDHALL_LOG", "warn"),
    ("GUILDHALL_METASERVER_ADDR", "127.0.0.1:0"),
];

/// `schemathesis [--seconds N] [--debug] [-- …]`; what follows `--` goes to the tool.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let (mut seconds, mut profile, mut extra) = (USUAL_SECS, Profile::Release, Vec::new());
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--seconds" => seconds = rest.next().and_then(|n| n.parse().ok()).context("--seconds takes a number")?,
            "--debug" => profile = Profile::Debug,
            "--" => extra = rest.by_ref().cloned().collect(),
            other => bail!("usage: cargo xtask schemathesis [--seconds N] [--debug] [-- …], not {other}"),
        }
    }
    let tool = tool(workspace)?;
    let mut progress = Progress::new(build::STEPS + 2);
    let built = build::everything(workspace, profile, &mut progress)?;
    let folder = workspace.memory().join("schemathesis");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let hub = Hub::start(workspace, &built.server, &built.site.folder, &folder)?;
    let mut failed = Vec::new();
    for (who, token) in [("a stranger", None), ("an admin", Some(&hub.token))] {
        let outcome = progress.step(&format!("Ask everything as {who}, for {seconds} s"), || {
            ask(workspace, &tool, &hub, &folder, token.map(String::as_str), seconds, &extra)
        });
        if let Err(error) = outcome {
            println!("{error:#}");
            failed.push(who);
        }
    }
    if !failed.is_empty() {
        bail!("as {}, the hub and its document differ", failed.join(" and as "));
    }
    Ok(())
}

/// The tool, in a folder of its own in the user's cache.
fn tool(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace::tools(workspace).join(format!("schemathesis-{VERSION}"));
    let tool = folder.join("bin/schemathesis");
    if tool.is_file() {
        return Ok(tool);
    }
    note("schemathesis is missing: installing it into the user's cache, once");
    let python = packages::python()?;
    workspace::run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    workspace::run(pip.arg(format!("schemathesis=={VERSION}")))?;
    Ok(tool)
}

/// A hub of our own, with an admin.
struct Hub {
    process: Child,
    address: String,
    token: String,
}

impl Hub {
    fn start(workspace: &Workspace, server: &Path, site: &Path, folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        let guildhall = |args: &[&str]| {
            let mut command = workspace.command(server);
            command.args(args).envs(RAISED).env("GUILDHALL_DATA_DIR", &data).env("GUILDHALL_SITE_ROOT", site);
            command.env("GUILDHALL_HTTP_ADDR", "127.0.0.1:0");
            command
        };
        let decoys = (0..DECOYS).map(|n| (format!("Decoy {n}"), "member"));
        for (name, role) in decoys.chain([("Olga".to_owned(), "owner"), ("Adam".to_owned(), "admin")]) {
            typing(guildhall(&["user", "create", &name, "--role", role]), PASSWORD)?;
        }
        for _ in 0..DECOYS {
            let made = ["token", "make", "Decoy 0", "--called", "decoy", "--grants", "account:read"];
            workspace::output(&mut guildhall(&made))?;
        }
        let token =
            workspace::output(&mut guildhall(&["token", "make", "Adam", "--called", "all", "--grants", GRANTS]))?;
        let mut process = guildhall(&["serve"]).stdout(Stdio::piped()).spawn().context("could not start the hub")?;
        let mut lines = BufReader::new(process.stdout.take().context("its output is piped")?).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.strip_prefix("Guildhall is ready at ")?.trim().to_owned()))
            .context("the hub ended before it was ready")?;
        // Nobody reads the rest; a pipe that is closed would end the hub.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, address, token: token.trim().to_owned() })
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a command that asks for a line.
fn typing(mut command: Command, line: &str) -> Result<()> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    child.stdin.take().context("its input is piped")?.write_all(format!("{line}\n").as_bytes())?;
    let status = child.wait()?;
    if !status.success() {
        bail!("{} failed ({status})", workspace::words(&command));
    }
    Ok(())
}

fn ask(
    workspace: &Workspace,
    tool: &Path,
    hub: &Hub,
    folder: &Path,
    token: Option<&str>,
    seconds: u32,
    extra: &[String],
) -> Result<()> {
    let report = folder.join(if token.is_some() { "admin.ndjson" } else { "stranger.ndjson" });
    let mut command = workspace.command(tool);
    command.arg("--config-file").arg(workspace.root.join("tests/fixtures/schemathesis.toml"));
    command.args(["run", &format!("{}/api/v1/openapi.json", hub.address), "--max-time", &seconds.to_string()]);
    command.args(["--report", "ndjson", "--report-ndjson-path"]).arg(&report).args(extra);
    command.current_dir(folder);
    if let Some(token) = token {
        command.arg("--header").arg(format!("Authorization: Bearer {token}"));
    }
    let status = command.status().context("could not start schemathesis")?;
    let counts = answers(&fs::read_to_string(&report).context("schemathesis left no report")?);
    let mut seldom: Vec<String> = counts
        .iter()
        .filter(|(_, count)| **count < ENOUGH)
        .map(|(operation, count)| format!("{operation} ({count})"))
        .collect();
    seldom.sort();
    println!("{} operations, {} answers", counts.len(), counts.values().sum::<u32>());
    if !status.success() {
        bail!("schemathesis found differences ({status})");
    }
    if counts.is_empty() || !seldom.is_empty() {
        bail!("answered less than {ENOUGH} times: {}", seldom.join(", "));
    }
    Ok(())
}

/// How often each operation of a report was answered, refusals for asking too often left out.
fn answers(report: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for line in report.lines() {
        let Ok(Value::Object(event)) = serde_json::from_str(line) else { continue };
        let Some(recorder) = event.get("ScenarioFinished").map(|scenario| &scenario["recorder"]) else { continue };
        let Some(operation) = recorder["label"].as_str().filter(|label| label.contains(" /")) else { continue };
        let interactions = recorder["interactions"].as_object().into_iter().flat_map(|all| all.values());
        let answered =
            interactions.filter(|one| one["response"]["status_code"].as_u64().is_some_and(|code| code != 429));
        *counts.entry(operation.to_owned()).or_insert(0) += u32::try_from(answered.count()).unwrap_or(u32::MAX);
    }
    counts
}
