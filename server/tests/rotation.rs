//! Two processes on one database: a hub that runs, and a command that makes its secret anew.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

const PASSWORD: &str = "a lantern over the northern gate";
/// Far longer than a hub takes to hear of what another process did.
const PATIENCE: Duration = Duration::from_mins(1);

fn guildhall(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.current_dir(folder).env_clear().env("GUILDHALL_LOG", "error").args(words);
    command
}

/// A hub in a process of its own; it ends with the story, however that ends.
struct Hub {
    process: Child,
    at: String,
    /// Kept, so that it may go on talking.
    _talk: BufReader<ChildStdout>,
}

impl Drop for Hub {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Hub {
    fn start(folder: &Path) -> Self {
        fs::create_dir_all(folder.join("site")).unwrap();
        fs::write(folder.join("site/build.txt"), "abc").unwrap();
        let settings = "http_addr = \"127.0.0.1:0\"\nmetaserver_addr = \"127.0.0.1:0\"\nsite_root = \"site\"\n\
             [api]\nanonymous_per_minute = 100000\ntoken_per_minute = 100000\nburst_per_second = 1000\n";
        fs::write(folder.join("guildhall.toml"), settings).unwrap();
        let mut process = guildhall(folder, &["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        talk.read_line(&mut first).unwrap();
        let (_, at) = first.trim().rsplit_once("http://").unwrap_or_else(|| panic!("it is not ready: {first:?}"));
        Self { at: at.to_owned(), process, _talk: talk }
    }

    /// One request, without keeping the connection; the status and the body.
    fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        let token = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let body = body.map_or_else(String::new, Value::to_string);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{token}\r\n",
            self.at,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or_default())
    }

    fn knows(&self, tokens: &Value) -> u16 {
        self.ask("GET", "/api/v1/me", tokens["access_token"].as_str(), None).0
    }

    fn grant(&self, form: &Value) -> Value {
        let (status, tokens) = self.ask("POST", "/api/v1/auth/token", None, Some(form));
        assert_eq!(status, 200, "{tokens}");
        tokens
    }
}

#[test]
fn a_command_makes_the_secret_anew_and_the_hub_that_runs_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(folder.path());
    // An account, made by another process beside it.
    let mut making = guildhall(folder.path(), &["user", "create", "Olga"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    making.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(making.wait().unwrap().success());

    let before = hub.grant(&json!({ "grant": "password", "name": "Olga", "password": PASSWORD }));
    assert_eq!(hub.knows(&before), 200);
    assert!(guildhall(folder.path(), &["secrets", "rotate"]).stdout(Stdio::null()).status().unwrap().success());
    let began = Instant::now();
    while hub.knows(&before) != 401 {
        assert!(began.elapsed() < PATIENCE, "the hub goes on with the old secret");
        std::thread::sleep(Duration::from_millis(20));
    }
    let after = hub.grant(&json!({ "grant": "refresh", "refresh_token": before["refresh_token"] }));
    assert_eq!((hub.knows(&after), hub.knows(&before)), (200, 401));
}
