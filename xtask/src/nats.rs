//! A NATS of the tests' own: a free port, nothing on disk, gone at the end.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::progress::note;

/// Runs the server until its standard input ends. That end is the pipe xtask holds, so the server stops however xtask ends: finished,
/// failed, interrupted or killed.
const KEEPER: &str = r#"
trap '' INT
"$1" --addr 127.0.0.1 --port "$2" >/dev/null 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null' EXIT
trap 'exit 1' TERM HUP
cat >/dev/null || true
"#;

/// Longer than it takes to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server; dropping it stops it.
pub(crate) struct Nats {
    keeper: Child,
    pub(crate) url: String,
}

/// Starts a server, installing it first where there is none.
pub(crate) fn start() -> Result<Nats> {
    let program = packages::nats()?;
    // Free now; the moment until the server takes it is the price of not knowing how to ask it for any.
    let at = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let nats = Nats { keeper: keeper(&program, at.port())?, url: format!("nats://{at}") };
    wait_until_ready(at).with_context(|| format!("NATS from {} did not start", program.display()))?;
    note(format!("NATS from {} listens on port {}", program.display(), at.port()));
    Ok(nats)
}

fn keeper(program: &Path, port: u16) -> Result<Child> {
    Command::new("sh")
        .args(["-c", KEEPER, "nats"])
        .arg(program)
        .arg(port.to_string())
        .current_dir("/")
        .stdin(Stdio::piped())
        .spawn()
        .context("could not start a shell for NATS")
}

fn wait_until_ready(at: SocketAddr) -> Result<()> {
    let began = Instant::now();
    while TcpStream::connect(at).is_err() {
        if began.elapsed() > PATIENCE {
            bail!("nobody answers at {at}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Drop for Nats {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.keeper.stdin.take() {
            // Nothing to write; the end of the pipe is the message.
            let _ = pipe.flush();
        }
        let _ = self.keeper.wait();
    }
}
