//! The command line, as an operator types it.

#![expect(clippy::unwrap_used, reason = "a story that can't go on fails")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder of one's own, with a hub's data directory in it.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Types a command, with the data directory `data` of this folder.
    fn types(&self, data: &str, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .current_dir(self.path())
            .env_clear()
            .env("GUILDHALL_DATA_DIR", data)
            .env("GUILDHALL_LOG", "error")
            .args(words)
            .output()
            .unwrap()
    }

    /// The same for what has to work; gives back what it said.
    fn does(&self, data: &str, words: &[&str]) -> String {
        let output = self.types(data, words);
        assert!(output.status.success(), "{words:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// An account, its password read from standard input.
    fn makes_account(&self, data: &str, name: &str) {
        use std::{io::Write as _, process::Stdio};
        let mut child = Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .current_dir(self.path())
            .env_clear()
            .env("GUILDHALL_DATA_DIR", data)
            .args(["user", "create", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"a lantern over the northern gate\n").unwrap();
        assert!(child.wait().unwrap().success());
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}

#[test]
fn a_backup_is_made_proved_damaged_refused_and_restored() {
    let desk = Desk::new();
    desk.makes_account("one", "Olga");
    let made = json(&desk.does("one", &["backup", "--json"]));
    let name = made["name"].as_str().unwrap();
    assert!(desk.does("one", &["backup", "list"]).contains(name));

    desk.does("one", &["export", "--to", "house.tar"]);
    let taken = desk.types("one", &["export", "--to", "house.tar"]);
    assert_eq!(taken.status.code(), Some(1), "what is there is not written over");
    let verified = json(&desk.does("one", &["verify", "house.tar", "--json"]));
    assert_eq!(verified["whole"], true);

    let mut bytes = fs::read(desk.path().join("house.tar")).unwrap();
    let at = bytes.windows(22).position(|window| window == b"tables/users.00000.zst").unwrap();
    bytes[at + 512 + 30] ^= 0x20;
    fs::write(desk.path().join("damaged.tar"), bytes).unwrap();
    for command in ["verify", "restore", "import"] {
        let refused = desk.types("two", &[command, "damaged.tar"]);
        assert_eq!(refused.status.code(), Some(4), "{command}");
        assert!(said(&refused).contains("tables/users.00000.zst"), "{}", said(&refused));
    }

    let foreseen = desk.does("two", &["restore", "house.tar", "--dry-run"]);
    assert!(foreseen.contains("could be restored"), "{foreseen}");
    desk.does("two", &["restore", "house.tar"]);
    assert!(desk.does("two", &["user", "list"]).contains("Olga"));
    let full = desk.types("two", &["restore", "house.tar"]);
    assert_eq!(full.status.code(), Some(1));
    assert!(said(&full).contains("empty"), "{}", said(&full));

    let gone = desk.does("one", &["backup", "delete", name, "--dry-run"]);
    assert!(gone.contains("would be removed"), "{gone}");
    desk.does("one", &["backup", "delete", name]);
    assert!(!desk.does("one", &["backup", "list"]).contains(name));
}

#[test]
fn a_secret_comes_from_a_file_and_a_wrong_one_opens_nothing() {
    let desk = Desk::new();
    desk.makes_account("one", "Olga");
    fs::write(desk.path().join("right"), "a lantern\n").unwrap();
    fs::write(desk.path().join("wrong"), "a candle\n").unwrap();
    desk.does("one", &["backup", "--to", "house.tar.age", "--passphrase-file", "right"]);
    assert!(said(&desk.types("one", &["verify", "house.tar.age"])).contains("encrypted"));
    let wrong = desk.types("one", &["verify", "house.tar.age", "--passphrase-file", "wrong"]);
    assert_eq!(wrong.status.code(), Some(1));
    desk.does("one", &["verify", "house.tar.age", "--passphrase-file", "right"]);
    desk.does("two", &["import", "house.tar.age", "--passphrase-file", "right"]);
}

#[test]
fn a_preview_changes_nothing() {
    let desk = Desk::new();
    desk.makes_account("one", "Olga");
    for words in [
        ["user", "set-role", "Olga", "admin", "--dry-run"].as_slice(),
        &["user", "lock", "Olga", "--dry-run"],
        &["user", "set-password", "Olga", "--dry-run"],
        &["user", "create", "Ivan", "--dry-run"],
        &["secrets", "rotate", "--dry-run"],
    ] {
        assert!(desk.does("one", words).contains("would"), "{words:?}");
    }
    let listed = json(&desk.does("one", &["user", "list", "--json"]));
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!((&listed[0]["role"], &listed[0]["locked_at"]), (&Value::from("member"), &Value::Null));
    assert_eq!(desk.types("one", &["user", "lock", "Nobody", "--dry-run"]).status.code(), Some(1));
}

#[test]
fn secrets_are_listed_without_being_shown_and_made_anew() {
    let desk = Desk::new();
    desk.makes_account("one", "Olga");
    let listed = json(&desk.does("one", &["secrets", "list", "--json"]));
    assert!(listed.as_array().unwrap().iter().all(|secret| secret["anew"].is_string()));
    assert!(desk.does("one", &["secrets", "rotate"]).contains("new one"));
}

#[test]
fn shells_and_man_are_told_without_a_configuration() {
    let desk = Desk::new();
    fs::write(desk.path().join("guildhall.toml"), "no such key = 1").unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.does("one", &["completions", shell]);
        assert!(script.contains("guildhall") && script.contains("restore"), "{shell}");
    }
    assert!(desk.does("one", &["man"]).contains("Exit codes"));
    desk.does("one", &["man", "pages"]);
    for page in ["guildhall.1", "guildhall-backup.1", "guildhall-user-create.1"] {
        assert!(desk.path().join("pages").join(page).exists(), "{page}");
    }
    // Everything else minds it.
    assert_eq!(desk.types("one", &["config", "check"]).status.code(), Some(2));
}

#[test]
fn a_limit_out_of_bounds_is_refused_by_name() {
    let desk = Desk::new();
    for (text, key) in [
        ("[hashing]\npasses = 0", "hashing.passes"),
        ("[sessions]\nidle_hours = 100", "sessions.idle_hours"),
        ("[live]\npulse_secs = 600", "live.pulse_secs"),
        ("[lobby]\nwrite_stall_secs = 0", "lobby.write_stall_secs"),
        ("[database]\nretries = 99", "database.retries"),
        ("[backup]\npassphrase_file = \"nowhere\"", "backup.passphrase_file"),
    ] {
        fs::write(desk.path().join("guildhall.toml"), text).unwrap();
        let refused = desk.types("one", &["config", "check"]);
        assert_eq!(refused.status.code(), Some(2), "{text}");
        assert!(said(&refused).contains(key), "{text}: {}", said(&refused));
    }
    fs::write(desk.path().join("guildhall.toml"), "[hashing]\npasses = 3\n[sessions]\nidle_hours = 12").unwrap();
    desk.does("one", &["config", "check"]);
}

#[test]
fn the_doctor_says_what_to_do_and_whether_it_has_to_be_done() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path().join("site")).unwrap();
    fs::write(desk.path().join("site/build.txt"), "abc").unwrap();
    let settings = "http_addr = \"127.0.0.1:0\"\nmetaserver_addr = \"127.0.0.1:0\"\nsite_root = \"site\"\n";
    fs::write(desk.path().join("guildhall.toml"), settings).unwrap();
    desk.makes_account("one", "Olga");
    let found = json(&desk.does("one", &["doctor", "--json"]));
    let about = |what: &str| found.as_array().unwrap().iter().find(|finding| finding["about"] == what).cloned();
    for good in ["data directory", "free space", "database", "clock", "website", "lobby", "site"] {
        assert_eq!(about(good).unwrap_or_else(|| panic!("{good}: {found:#}"))["weight"], "good", "{good}");
    }
    for minded in ["backups", "mail server"] {
        let finding = about(minded).unwrap();
        assert_eq!(finding["weight"], "warning");
        assert!(!finding["fix"].as_str().unwrap().is_empty());
    }
    fs::write(desk.path().join("guildhall.toml"), format!("{settings}public_url = \"http://192.0.2.1\"\n")).unwrap();
    assert_eq!(desk.types("one", &["doctor"]).status.code(), Some(3));
}
