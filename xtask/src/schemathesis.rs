//! `cargo xtask schemathesis`: a program that knows nothing of the hub but its document tries to find where the two differ.
//!
//! As a stranger and as an admin, for so many seconds each, with the limits raised. It fails where a check of the tool's fails, where
//! an operation was not answered often enough to say anything, and where a stranger was told anything but "log in first" by an
//! operation that strangers may not use: whoever is not known is turned away before the rest of the request is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::packages;
use crate::progress::{Progress, note};
use crate::suites::SERVER_SIDE;
use crate::workspace::{self, Workspace};

const DOCUMENT: &str = "/api/v1/openapi.json";
const USUAL_SECS: u32 = 300;
/// Each operation is to be answered so often, refusals for asking too often not counted.
const ENOUGH: u32 = 20;
/// So often those are asked again that were not answered often enough.
const ROUNDS: u32 = 12;
/// Accounts that stand before those that the tool acts as, so that the ids it likes best are nobody it needs.
const DECOYS: usize = 12;

const PASSWORD: &str = "a lantern over the northern gate";

/// Everything an admin can do.
const GRANTS: &str = "account:write people:write organizations:write lobby:write moderation:write administration:write";

/// Limits that no honest program meets, and this one would at once.
const RAISED: [(&str, &str); 12] = [
    ("GUILDHALL_API__ANONYMOUS_PER_MINUTE", "1000000"),
    ("GUILDHALL_API__TOKEN_PER_MINUTE", "1000000"),
    ("GUILDHALL_API__BURST_PER_SECOND", "100000"),
    ("GUILDHALL_LOG_IN__BURST", "1000000"),
    ("GUILDHALL_LOG_IN__PER_MINUTE", "1000000"),
    ("GUILDHALL_HTTP__SEARCHES_PER_MINUTE", "1000000"),
    ("GUILDHALL_LOG_IN__REGISTRATIONS_PER_HOUR", "1000000"),
    ("GUILDHALL_LOG_IN__FAILURES_PER_HOUR", "1000000"),
    ("GUILDHALL_LOBBY__PAGE_CHAT_BURST", "100000"),
    ("GUILDHALL_LOBBY__PAGE_CHAT_PER_SECOND", "100000"),
    ("GUILDHALL_LOG", "warn"),
    ("GUILDHALL_METASERVER_ADDR", "127.0.0.1:0"),
];

/// As whom everything is asked, and whether the hub knows them.
const ASKING: [(&str, bool); 2] = [("stranger", false), ("admin", true)];

/// `schemathesis [--seconds N] [--as stranger|admin] [--server PROGRAM] [-- …]`; what follows `--` goes to the tool.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let (mut seconds, mut server, mut extra, mut alone) = (USUAL_SECS, None, Vec::new(), None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.as_str() {
            "--seconds" => seconds = rest.next().and_then(|n| n.parse().ok()).context("--seconds takes a number")?,
            "--as" => {
                let named = rest.next().and_then(|named| ASKING.into_iter().find(|(who, _)| who == named));
                alone = Some(named.context("--as takes stranger or admin")?);
            }
            "--server" => server = Some(PathBuf::from(rest.next().context("--server takes a program")?)),
            "--" => extra = rest.by_ref().cloned().collect(),
            other => bail!(
                "usage: cargo xtask schemathesis [--seconds N] [--as stranger|admin] [--server PROGRAM] [-- …], not {other}"
            ),
        }
    }
    let asking = alone.map_or_else(|| ASKING.to_vec(), |one| vec![one]);
    let mut progress = Progress::new(2 + asking.len());
    let tool = progress.step("Find schemathesis", || tool(workspace))?;
    let server = progress.step("Compile the server, in debug", || server.map_or_else(|| compile(workspace), Ok))?;
    let folder = workspace.memory().join("schemathesis");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let mut failed = Vec::new();
    for (who, known) in asking {
        let outcome = progress.step(&format!("Ask everything as {who}, for {seconds} s"), || {
            let folder = folder.join(who);
            let hub = Hub::start(workspace, &server, &folder)?;
            ask(workspace, &tool, &hub, &folder, known, seconds, &extra)
        });
        if let Err(error) = outcome {
            println!("{error:#}");
            failed.push(who);
        }
    }
    if !failed.is_empty() {
        bail!(
            "as {}, the hub and its document differ; what was asked is in {}",
            failed.join(" and as "),
            folder.display()
        );
    }
    Ok(())
}

/// The tool, in a folder of its own below the target folder, with every package in the version it was tried with.
fn tool(workspace: &Workspace) -> Result<PathBuf> {
    let pins = workspace.root.join("tests/fixtures/schemathesis.txt");
    let wanted = fs::read_to_string(&pins)?;
    let folder = workspace.memory().join("tools/schemathesis");
    let (tool, installed) = (folder.join("bin/schemathesis"), folder.join("installed-from"));
    if tool.is_file() && fs::read_to_string(&installed).is_ok_and(|before| before == wanted) {
        return Ok(tool);
    }
    note("installing it from PyPI");
    let python = packages::python()?;
    workspace::run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"]);
    workspace::run(pip.arg(&pins))?;
    fs::write(installed, wanted)?;
    Ok(tool)
}

/// With the flags of the tests, so that nothing is compiled for this alone.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = workspace.cargo("build");
    workspace::run(command.args(SERVER_SIDE).arg("--bins"))?;
    Ok(workspace.target.join("debug/guildhall"))
}

/// A hub of our own, with an admin.
struct Hub {
    process: Child,
    address: String,
    token: String,
}

impl Hub {
    fn start(workspace: &Workspace, server: &Path, folder: &Path) -> Result<Self> {
        let (data, site) = (folder.join("data"), folder.join("site"));
        // The API needs nothing of the browser's side; this is what a site has to have to be one.
        fs::create_dir_all(site.join("pkg/none"))?;
        fs::write(site.join("build.txt"), "none")?;
        let guildhall = |args: &[&str]| {
            let mut command = workspace.command(server);
            command.args(args).envs(RAISED).env("GUILDHALL_DATA_DIR", &data).env("GUILDHALL_SITE_ROOT", &site);
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
    known: bool,
    seconds: u32,
    extra: &[String],
) -> Result<()> {
    let operations = Operations::of(&document(&hub.address)?)?;
    let mut good = true;
    let mut answers = Answers::new();
    let mut round = |only: &[&String], number: u32| -> Result<Answers> {
        let report = folder.join(format!("report-{number}.ndjson"));
        let mut command = workspace.command(tool);
        command.arg("--config-file").arg(workspace.root.join("tests/fixtures/schemathesis.toml"));
        command.args(["run", &format!("{}{DOCUMENT}", hub.address), "--max-time", &seconds.to_string()]);
        command.args(["--report", "ndjson", "--report-ndjson-path"]).arg(&report).args(extra);
        if !only.is_empty() {
            command.args(["--phases", "examples,coverage,fuzzing"]);
        }
        for name in only {
            command.args(["--include-name", name]);
        }
        command.current_dir(folder);
        if known {
            command.arg("--header").arg(format!("Authorization: Bearer {}", hub.token));
        }
        good &= command.status().context("could not start schemathesis")?.success();
        Ok(self::answers(&fs::read_to_string(&report).context("schemathesis left no report")?))
    };
    add(&mut answers, round(&[], 0)?);
    // Where nothing can be varied the tool asks only a few times, however long it has.
    for number in 1..=ROUNDS {
        let seldom: Vec<&String> = operations.all.iter().filter(|one| told(&answers, one) < ENOUGH).collect();
        if seldom.is_empty() {
            break;
        }
        let more = round(&seldom, number)?;
        add(&mut answers, more);
    }

    let counts: Vec<(&String, u32)> = operations.all.iter().map(|one| (one, told(&answers, one))).collect();
    let least = counts.iter().map(|(_, count)| *count).min().unwrap_or(0);
    println!(
        "{} operations, {} answers, each at least {least}",
        counts.len(),
        counts.iter().map(|(_, n)| n).sum::<u32>()
    );
    if !good {
        bail!("schemathesis found differences");
    }
    let seldom: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count < ENOUGH)
        .map(|(operation, count)| format!("{operation} ({count})"))
        .collect();
    if counts.is_empty() || !seldom.is_empty() {
        bail!("answered less than {ENOUGH} times: {}", seldom.join(", "));
    }
    let let_in = if known { Vec::new() } else { told_more_than_to_log_in(&answers, &operations.guarded) };
    if !let_in.is_empty() {
        bail!("strangers were told more than to log in: {}", let_in.join(", "));
    }
    Ok(())
}

/// What the document has, by method and path.
struct Operations {
    all: BTreeSet<String>,
    /// Those that nobody may use without saying who they are.
    guarded: BTreeSet<String>,
}

impl Operations {
    fn of(document: &Value) -> Result<Self> {
        let (mut all, mut guarded) = (BTreeSet::new(), BTreeSet::new());
        for (path, item) in document["paths"].as_object().context("the document has no paths")? {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let name = format!("{} {path}", method.to_uppercase());
                let open = operation["security"].as_array().is_some_and(|ways| {
                    ways.is_empty() || ways.iter().any(|way| way.as_object().is_some_and(serde_json::Map::is_empty))
                });
                if !open {
                    guarded.insert(name.clone());
                }
                all.insert(name);
            }
        }
        Ok(Self { all, guarded })
    }
}

/// The document, asked for as plainly as possible.
fn document(address: &str) -> Result<Value> {
    let host = address.strip_prefix("http://").context("the hub speaks http")?;
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET {DOCUMENT} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("the hub's answer has no end of its head")?;
    serde_json::from_str(body).context("the document is no JSON")
}

/// By operation and status.
type Answers = BTreeMap<String, BTreeMap<u64, u32>>;

/// How often an operation was answered.
fn told(answers: &Answers, operation: &str) -> u32 {
    answers.get(operation).map_or(0, |statuses| statuses.values().sum())
}

fn add(answers: &mut Answers, more: Answers) {
    for (operation, statuses) in more {
        let known = answers.entry(operation).or_default();
        for (status, count) in statuses {
            *known.entry(status).or_insert(0) += count;
        }
    }
}

/// How often each operation of a report was answered, and with what; refusals for asking too often are left out.
fn answers(report: &str) -> Answers {
    let mut answers = Answers::new();
    for line in report.lines() {
        let Ok(Value::Object(event)) = serde_json::from_str(line) else { continue };
        let Some(recorder) = event.get("ScenarioFinished").map(|scenario| &scenario["recorder"]) else { continue };
        let Some(operation) = recorder["label"].as_str().filter(|label| label.contains(" /")) else { continue };
        for one in recorder["interactions"].as_object().into_iter().flat_map(|all| all.values()) {
            let Some(status) = one["response"]["status_code"].as_u64().filter(|status| *status != 429) else {
                continue;
            };
            *answers.entry(operation.to_owned()).or_default().entry(status).or_insert(0) += 1;
        }
    }
    answers
}

/// 404 and 405 are other places than the operation: an empty part of a path, another method. A body too long is refused unread.
fn told_more_than_to_log_in(answers: &Answers, guarded: &BTreeSet<String>) -> Vec<String> {
    let mut let_in = Vec::new();
    for (operation, statuses) in answers.iter().filter(|(operation, _)| guarded.contains(*operation)) {
        let others = statuses.keys().filter(|status| ![401, 404, 405, 413, 414].contains(*status));
        let_in.extend(others.map(|status| format!("{operation} ({status})")));
    }
    let_in
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_operation_and_status() {
        let line = |label: &str, statuses: &[u64]| {
            let all = statuses.iter().enumerate();
            let all =
                all.map(|(n, status)| (n.to_string(), serde_json::json!({ "response": { "status_code": status } })));
            let recorder =
                serde_json::json!({ "label": label, "interactions": all.collect::<serde_json::Map<_, _>>() });
            serde_json::json!({ "ScenarioFinished": { "recorder": recorder } }).to_string()
        };
        let report =
            [line("GET /a", &[200, 429]), "nonsense".into(), line("GET /a", &[200, 404]), line("Stateful", &[200])];
        let answers = answers(&report.join("\n"));
        assert_eq!(answers, BTreeMap::from([("GET /a".into(), BTreeMap::from([(200, 2), (404, 1)]))]));
        let guarded = BTreeSet::from(["GET /a".to_owned()]);
        assert_eq!(told_more_than_to_log_in(&answers, &guarded), ["GET /a (200)"]);
    }

    #[test]
    fn what_strangers_may_use_is_marked() {
        let document = serde_json::json!({ "paths": { "/a": {
            "get": { "security": [{}] }, "put": { "security": [{ "token": [] }] }, "post": {},
        } } });
        let operations = Operations::of(&document).unwrap();
        assert_eq!(operations.all.len(), 3);
        assert_eq!(operations.guarded, BTreeSet::from(["POST /a".to_owned(), "PUT /a".to_owned()]));
    }
}
