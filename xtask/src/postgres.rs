//! A PostgreSQL of the tests' own: a free port, a temporary folder, gone at the end.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::progress::note;

/// Runs the server and waits for its standard input to end. That end is the pipe xtask holds, so the server stops and
/// its folder goes however xtask ends: finished, failed, interrupted or killed.
///
const KEEPER: &str = r#"
set -eu
bin=$1 port=$2 also=$3
trap '' INT
folder=$(mktemp -d)
cd "$folder"
stop() {
    "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate stop >/dev/null 2>&1 || true
    cd / && rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' TERM HUP
"$bin/initdb" --pgdata=data --username=guildhall --auth=trust --encoding=UTF8 --no-locale --no-sync >initdb.log 2>&1 ||
    { cat initdb.log >&2; exit 1; }
"$bin/pg_ctl" --pgdata=data --log=server.log --silent --wait --options="-h 127.0.0.1 -p $port -k $folder -c max_connections=300 $also" start ||
    { cat server.log >&2; exit 1; }
"$bin/createdb" --host=127.0.0.1 --port="$port" --username=guildhall guildhall
echo ready
cat >/dev/null || true
"#;

/// A running server; dropping it stops it.
pub(crate) struct Postgres {
    keeper: Child,
    pub(crate) url: String,
}

/// The tests kill the hub, never this server, and what it holds is worth nothing afterwards.
const FORGETFUL: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";

/// Starts a server that need not outlive a power cut, installing it first where there is none.
pub(crate) fn start() -> Result<Postgres> {
    start_with(FORGETFUL)
}

/// Starts one that keeps what it acknowledges, as a hub's does: for measuring.
pub(crate) fn start_durable() -> Result<Postgres> {
    start_with("")
}

fn start_with(also: &str) -> Result<Postgres> {
    let bin = packages::postgres()?;
    // Free now; the moment until the server takes it is the price of not knowing how to ask it for any.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut keeper = keeper(&bin, port, also)?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start a shell for PostgreSQL")?;
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().expect("piped above")).read_line(&mut line)?;
    if line.trim() != "ready" {
        keeper.wait()?;
        bail!("PostgreSQL from {} did not start", bin.display());
    }
    note(format!("PostgreSQL from {} listens on port {port}", bin.display()));
    Ok(Postgres { keeper, url: format!("postgres://guildhall@127.0.0.1:{port}/guildhall") })
}

/// PostgreSQL refuses to run as root; its Debian package brings a user for it.
fn keeper(bin: &Path, port: u16, also: &str) -> Result<Command> {
    let mut command = if packages::is_root()? {
        let user =
            ["postgres", "nobody"].into_iter().find(|name| crate::workspace::succeeds(Command::new("id").arg(name)));
        let mut command = Command::new("runuser");
        command.args(["-u", user.context("there is no user `postgres` or `nobody` to run PostgreSQL as")?, "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    command.args(["-c", KEEPER, "postgres"]).arg(bin).arg(port.to_string()).arg(also).current_dir("/");
    Ok(command)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.keeper.stdin.take() {
            // Nothing to write; the end of the pipe is the message.
            let _ = pipe.flush();
        }
        let _ = self.keeper.wait();
    }
}
