//! At the command line, the machine and the log of it all: audit, backups, system, doctor, secrets; manual pages and completions; what
//! becomes of a hub that can't be reached.

use std::{fs, process::ExitCode};

use clap::CommandFactory as _;
use cli::Terminal;
use serde_json::Value;
use server::commands::{Line, manual};
use tests::{TestApp, at_each_shell};

#[tokio::test]
async fn the_audit_log_is_read_in_three_shapes() {
    at_each_shell(async |_, shell| {
        shell.ok(&["user", "create", "Olga"]).await;
        shell.ok(&["user", "lock", "Olga", "--reason", "A test, \"quoted\"."]).await;
        let text = shell.ok(&["audit", "--act", "user."]).await;
        assert!(text.contains("user.locked") && text.contains("UTC"), "{text}");
        let csv = shell.ok(&["audit", "--act", "user.locked", "--format", "csv"]).await;
        assert!(csv.starts_with("id,at,actor,") && csv.contains("user.locked"), "{csv}");
        let lines = shell.ok(&["audit", "--act", "user.", "--json"]).await;
        let entries: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (entries[0]["act"].as_str(), entries[0]["actor"].as_str()),
            (Some("user.locked"), Some(shell.door()))
        );
        let target = format!("user/{}", entries[0]["target_id"].as_str().unwrap());
        assert_eq!(shell.ok(&["audit", "--target", &target, "--limit", "1"]).await.lines().count(), 1);
        assert_eq!(shell.ok(&["audit", "--user", "999999"]).await, "");
    })
    .await;
}

#[tokio::test]
async fn backups_are_made_fetched_and_removed() {
    at_each_shell(async |app, shell| {
        let none = shell.run(&["backup", "list"]).await;
        assert!(none.err.contains("There is no backup yet."), "{none:?}");
        let made = shell.json(&["backup"]).await;
        let name = made["name"].as_str().unwrap().to_owned();
        assert!(shell.ok(&["backup", "list"]).await.contains(&name));
        assert_eq!(shell.json(&["backup", "list"]).await[0]["name"], name.as_str());
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("fetched.tar");
        let fetched = shell.ok(&["backup", "download", &name, "--to", to.to_str().unwrap()]).await;
        assert!(fetched.contains("is there"), "{fetched}");
        shell.audited("backup.downloaded").await;
        let kept = app.running().hub.settings.data_dir.join("backups").join(&name);
        assert_eq!(fs::read(&to).unwrap(), fs::read(kept).unwrap(), "every byte of it");
        let twice = shell.fails(&["backup", "download", &name, "--to", to.to_str().unwrap()]).await;
        assert!(twice.contains("can't be written"), "{twice}");
        let other = folder.path().join("other.tar");
        shell.fails(&["backup", "download", "nothing.tar", "--to", other.to_str().unwrap()]).await;
        assert!(!other.exists(), "nothing half is left");
        if shell.is_here() {
            let whole = shell.json(&["verify", to.to_str().unwrap()]).await;
            assert_eq!(whole["whole"], true);
        }
        assert!(shell.ok(&["backup", "delete", &name, "--dry-run"]).await.contains("would be removed"));
        shell.ok(&["backup", "delete", &name]).await;
        shell.audited("backup.deleted").await;
        assert_eq!(shell.json(&["backup", "list"]).await, serde_json::json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_system_says_how_it_is() {
    at_each_shell(async |_, shell| {
        assert!(shell.ok(&["system", "dashboard"]).await.contains("database bytes"));
        assert!(shell.json(&["system", "dashboard"]).await["now"]["database_bytes"].as_i64().unwrap() > 0);
        assert!(shell.ok(&["system", "versions"]).await.contains("guildhall"));
        assert!(!shell.json(&["system", "versions"]).await.as_array().unwrap().is_empty());
        assert!(shell.ok(&["system", "configuration"]).await.contains("data_dir"));
        assert!(!shell.json(&["system", "configuration"]).await.as_array().unwrap().is_empty());
        assert!(shell.ok(&["system", "licences"]).await.contains("MIT"));
        assert!(shell.json(&["system", "licences"]).await.as_array().unwrap().len() > 100);
        let typed = shell.run(&["doctor", "--json"]).await;
        let findings: Vec<Value> = serde_json::from_str(&typed.out).unwrap();
        let bad = findings.iter().any(|finding| finding["weight"] == "bad");
        assert_eq!(typed.code, if bad { ExitCode::from(3) } else { ExitCode::SUCCESS }, "{typed:?}");
        assert!(shell.run(&["doctor"]).await.out.contains("ok    "));
    })
    .await;
}

#[tokio::test]
async fn secrets_are_made_anew_at_the_machine_alone() {
    at_each_shell(async |app, shell| {
        assert!(shell.ok(&["secrets", "list"]).await.contains("the key that signs access tokens"));
        assert!(shell.json(&["secrets", "list"]).await[0]["where"].is_string());
        shell.ok(&["secrets", "rotate", "--dry-run"]).await;
        if shell.is_here() {
            shell.ok(&["secrets", "rotate"]).await;
        } else {
            assert!(shell.fails(&["secrets", "rotate"]).await.contains("not found"));
            app.shell().ok(&["secrets", "rotate"]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_the_machines_is_not_done_elsewhere_and_nobody_there_is_said_so() {
    let app = TestApp::start().await;
    let nobody = app.shell().at("http://127.0.0.1:9");
    let typed = nobody.run(&["user", "list"]).await;
    assert_eq!(typed.code, ExitCode::from(5), "{typed:?}");
    assert!(typed.err.contains("the hub can't be reached\n  because: "), "{typed:?}");
    let clear = app.shell_elsewhere().await;
    for words in [&["migrate"][..], &["serve"], &["verify", "x"], &["backup", "--to", "x"], &["config", "show"]] {
        let typed = clear.run(words).await;
        assert_eq!(typed.code, ExitCode::from(2), "{words:?}: {typed:?}");
        assert!(typed.err.contains("leave --remote out"), "{typed:?}");
    }
    let stranger = app.shell().at(&format!("http://{}", app.at()));
    let refused = stranger.fails(&["user", "list"]).await;
    assert!(refused.contains("log in first"), "{refused}");
    let strange = app.shell().at("nowhere").run(&["user", "list"]).await;
    assert_eq!(strange.code, ExitCode::from(2), "{strange:?}");
    assert!(app.stop().await);
}

#[test]
fn every_command_has_its_page_and_is_completed() {
    Line::command().debug_assert();
    let folder = tempfile::tempdir().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    {
        let mut terminal = Terminal::new(&mut out, &mut err, |_| Err(std::io::ErrorKind::NotFound.into()));
        manual::man(Line::command(), Some(folder.path()), &mut terminal).unwrap();
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Fish, clap_complete::Shell::Zsh] {
            manual::completions(Line::command(), shell, &mut terminal).unwrap();
        }
    }
    let script = String::from_utf8(out).unwrap();
    let mut line = Line::command();
    line.build();
    let mut nouns = 0;
    for noun in line.get_subcommands().filter(|noun| noun.get_name() != "help") {
        nouns += 1;
        let name = noun.get_name();
        assert!(folder.path().join(format!("guildhall-{name}.1")).exists(), "{name} has no page");
        assert!(script.contains(name), "{name} is not completed");
        assert!(noun.get_about().is_some(), "{name} says nothing of itself");
    }
    assert!(nouns > 20, "{nouns}");
    let page = fs::read_to_string(folder.path().join("guildhall.1")).unwrap();
    assert!(page.contains("the hub elsewhere can"), "exit codes stand in the manual");
}
