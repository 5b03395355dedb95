//! The program under measurement, as a process of its own on free ports.

use std::{
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

use crate::Failure;

/// A started server is given this long to say where it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running hub; killed when dropped.
pub(crate) struct Hub {
    child: Child,
    /// Where its website is.
    pub(crate) http: SocketAddr,
    /// Where classic clients log on.
    pub(crate) lobby: SocketAddr,
    /// From the start of the process to the first good answer of `/readyz`.
    pub(crate) ready_after: Duration,
}

impl Hub {
    /// Kills it, and waits until it is gone: only then is its database free for the next one.
    pub(crate) async fn end(mut self) -> Result<(), Failure> {
        Ok(self.child.kill().await?)
    }

    /// Starts `program` on `data`, with these limits raised.
    pub(crate) async fn start(program: &Path, data: &Path, raised: &[(&str, &str)]) -> Result<Self, Failure> {
        let began = Instant::now();
        let mut child = untold(program)
            .arg("serve")
            .env("GUILDHALL_HTTP_ADDR", "127.0.0.1:0")
            .env("GUILDHALL_METASERVER_ADDR", "127.0.0.1:0")
            .env("GUILDHALL_DATA_DIR", data)
            .env("GUILDHALL_LOG", "warn")
            .envs(raised.iter().copied())
            .current_dir(data)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
        let (mut http, mut lobby) = (None, None);
        while http.is_none() || lobby.is_none() {
            let line = timeout(PATIENCE, lines.next_line()).await??.ok_or("the hub ended before it was ready")?;
            http = http.or(line.strip_prefix("Guildhall is ready at http://").and_then(|at| at.parse().ok()));
            lobby = lobby.or(line.strip_prefix("Classic clients log on at ").and_then(|at| at.parse().ok()));
        }
        let (http, lobby): (SocketAddr, SocketAddr) = (http.ok_or("no address")?, lobby.ok_or("no address")?);
        while !get(http, "/readyz").await?.starts_with("HTTP/1.1 200") {
            if began.elapsed() > PATIENCE {
                return Err("the hub does not become ready".into());
            }
        }
        Ok(Self { child, http, lobby, ready_after: began.elapsed() })
    }

    /// Memory that belongs to the process alone and with others, in bytes, as the system counts it.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Failure> {
        let id = self.child.id().ok_or("the hub has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        let kib: u64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
        Ok(kib * 1024)
    }
}

/// The program, told nothing by what this one was told: a variable for a measurement is no key of the hub's.
fn untold(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GUILDHALL_") {
            command.env_remove(name);
        }
    }
    command
}

/// One request, one answer, head and body.
pub(crate) async fn get(at: SocketAddr, path: &str) -> Result<String, Failure> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await??;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A command of the operator's on a hub that does not run, with one line on its standard input.
pub(crate) async fn command(program: &Path, data: &Path, words: &[&str], line: &str) -> Result<(), Failure> {
    let mut child = untold(program)
        .args(words)
        .env("GUILDHALL_DATA_DIR", data)
        .env("GUILDHALL_LOG", "warn")
        .current_dir(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(format!("{line}\n").as_bytes()).await?;
    }
    let ended = child.wait_with_output().await?;
    if !ended.status.success() {
        return Err(format!("guildhall {}: {}", words.join(" "), String::from_utf8_lossy(&ended.stderr)).into());
    }
    Ok(())
}
