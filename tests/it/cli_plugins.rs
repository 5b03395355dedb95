//! At the command line, plugins: added, approved, switched, set and removed; here on both engines, and elsewhere.

use base::Actor;
use contract::organization::OrganizationForm;
use serde_json::json;
use tests::{Shell, TestApp, at_each_shell, example, example_in};

/// Packages of an example in two versions, as files.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn pack() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for version in ["1.0.0", "1.1.0"] {
            let package = example_in("guild-war", version, |manifest| manifest);
            std::fs::write(folder.path().join(version), package).unwrap();
        }
        Self { folder }
    }

    fn of(&self, version: &str) -> String {
        self.folder.path().join(version).display().to_string()
    }
}

async fn hall(app: &TestApp) {
    app.person("Olga").await;
    let form = OrganizationForm { name: "The Lantern".into(), ..OrganizationForm::default() };
    app.running().hub.orgs.found_for(&Actor::Operator, "Olga", form).await.unwrap();
}

async fn plugin(shell: &Shell, words: &[&str]) -> String {
    shell.ok(&[&["plugin"][..], words].concat()).await
}

#[tokio::test]
async fn reading_needs_no_plugin() {
    at_each_shell(async |_, shell| {
        assert_eq!(shell.json(&["plugin", "list"]).await, json!([]));
        let none = shell.run(&["plugin", "list"]).await;
        assert!(none.out.is_empty() && none.err.contains("There are no plugins."), "{none:?}");
        assert_eq!(shell.json(&["plugin", "sources"]).await, json!({ "sources": [], "found": [] }));
        assert!(shell.fails(&["plugin", "show", "poll"]).await.contains("not found"));
        assert!(shell.fails(&["plugin", "log", "poll"]).await.contains("not found"));
        let unnamed = shell.fails(&["plugin", "add", "https://plugins.example/poll.tar.gz"]).await;
        assert!(unnamed.contains("none of the sources"), "{unnamed}");
        assert!(shell.fails(&["plugin", "add", "/nowhere.tar.gz"]).await.contains("can't be read"));
    })
    .await;
}

#[tokio::test]
async fn a_guest_is_added_approved_switched_set_and_removed() {
    let files = Files::pack();
    at_each_shell(async |app, shell| {
        hall(app).await;
        let old = files.of("1.0.0");
        assert!(plugin(shell, &["add", &old, "--dry-run"]).await.contains("Would add guild_war 1.0.0, SHA-256 "));
        assert!(shell.fails(&["plugin", "add", &old, "--sha256", "00"]).await.contains("another SHA-256"));
        let staged = shell.json(&["plugin", "add", &old]).await;
        shell.audited("plugin.staged").await;
        assert_eq!(staged["powers"][0]["power"], "documents");
        assert!(plugin(shell, &["approve", "guild_war", "--dry-run"]).await.contains("documents (16): not granted"));
        let unsaid = shell.fails(&["plugin", "approve", "guild_war"]).await;
        assert!(unsaid.contains("it asks for documents: say --all"), "{unsaid}");
        let zeros = "0".repeat(64);
        let other = ["plugin", "approve", "guild_war", "--all", "--sha256", &zeros];
        assert!(shell.fails(&other).await.contains("hash"));
        let runs = plugin(shell, &["approve", "guild_war", "--grant", "documents"]).await;
        assert_eq!(runs, "guild_war runs in version 1.0.0.\n");
        shell.audited("plugin.approved").await;
        assert!(plugin(shell, &["list"]).await.contains("guild_war  1.0.0    ready  off"));

        // The hub that runs has heard of it.
        tests::until("the hub to run it", async || {
            let shown = app.running().hub.plugins.find(&Actor::Operator, "guild_war").await.unwrap();
            if shown.card.health == plugins::Health::Ready { Ok(()) } else { Err(shown.card.health) }
        })
        .await;

        let here = ["--org", "the-lantern"];
        let on = [&["enable", "guild_war"][..], &here].concat();
        assert!(plugin(shell, &[&on[..], &["--dry-run"]].concat()).await.contains("guild_war is off in the-lantern"));
        assert_eq!(plugin(shell, &on).await, "guild_war is on in the-lantern\n");
        shell.audited("plugin.enabled").await;
        assert!(shell.fails(&[&["plugin"][..], &on].concat()).await.contains("on already"));
        assert_eq!(shell.json(&["plugin", "list", "--org", "the-lantern"]).await[0]["switch"]["state"], "on");
        assert!(plugin(shell, &[&["show", "guild_war"][..], &here].concat()).await.contains("Switch: on"));

        let set = [&["config", "set", "guild_war", "goal", "7"][..], &here].concat();
        let foreseen = plugin(shell, &[&set[..], &["--dry-run"]].concat()).await;
        assert_eq!(foreseen, "goal: 100 would become 7\n");
        assert_eq!(plugin(shell, &set).await, "goal = 7\n");
        shell.audited("plugin.config_changed").await;
        assert_eq!(plugin(shell, &[&["config", "get", "guild_war", "goal"][..], &here].concat()).await, "7\n");
        assert_eq!(plugin(shell, &["config", "get", "guild_war", "goal"]).await, "100\n", "the hub's own is as it was");
        let wrong = shell.fails(&["plugin", "config", "set", "guild_war", "goal", "0"]).await;
        assert!(wrong.contains("/goal: "), "{wrong}");
        assert!(shell.fails(&["plugin", "config", "set", "guild_war", "colour", "red"]).await.contains("no setting"));
        assert_eq!(
            plugin(shell, &[&["config", "unset", "guild_war", "goal"][..], &here].concat()).await,
            "goal = 100\n"
        );
        let all = plugin(shell, &["config", "get", "guild_war"]).await;
        assert!(all.contains("goal = 100\n") && all.contains("days = 14\n"), "{all}");
        let nothing = shell.fails(&["plugin", "config", "secret", "guild_war", "key"]).await;
        assert!(nothing.contains("none of its secrets"), "{nothing}");

        let limit = [&["limit", "guild_war"][..], &here].concat();
        assert!(plugin(shell, &limit).await.contains("Nothing is taken away here."));
        let less = [&limit[..], &["--quota", "documents=4", "--requests", "60", "--role", "guild_war:judge=owner"]].concat();
        let foreseen = plugin(shell, &[&less[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("At most 60 requests a minute here") && foreseen.contains("guild_war:judge here: owner"));
        assert!(plugin(shell, &limit).await.contains("Nothing is taken away here."));
        assert!(plugin(shell, &less).await.contains("Keeps 0 of 4194304 bytes in documents, limited to 4 MiB here"));
        shell.audited("plugin.narrowed").await;
        assert!(plugin(shell, &[&limit[..], &["--take", "documents"]].concat()).await.contains("Taken away here: documents"));
        let too_much = [&["plugin"][..], &limit, &["--quota", "documents=99"]].concat();
        assert!(shell.fails(&too_much).await.contains("1 to 16 MiB"));
        let back = ["--give-back", "documents", "--quota", "documents=granted", "--requests", "0", "--role", "guild_war:judge=default"];
        assert!(plugin(shell, &[&limit[..], &back].concat()).await.contains("Nothing is taken away here."));

        // What it keeps, out of a file and into another.
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let (war, out) = (at("war.jsonl"), at("out.jsonl"));
        let head = r#"{"plugin":"guild_war","version":"1.0.0","format":1}"#;
        let body = r#"{"organization":"the-lantern","document":{"collection":"wars","id":"w","json":"{\"over\":true}","created_at":1,"updated_at":2}}"#;
        std::fs::write(&war, format!("{head}\n{body}\n")).unwrap();
        let import = ["import-data", "guild_war", &war];
        let foreseen = plugin(shell, &[&import[..], &["--dry-run"]].concat()).await;
        assert_eq!(foreseen, "Would take in 0 values and 1 documents for guild_war.\n");
        assert_eq!(plugin(shell, &import).await, "Took in 0 values and 1 documents for guild_war.\n");
        shell.audited("plugin.data_taken_in").await;
        assert!(plugin(shell, &["export-data", "guild_war", "-o", &out]).await.starts_with("Wrote 0 values and 1 documents"));
        shell.audited("plugin.data_taken_away").await;
        assert_eq!(std::fs::read_to_string(&out).unwrap(), format!("{head}\n{body}\n"));
        assert!(shell.fails(&["plugin", "export-data", "guild_war", "-o", &out]).await.contains("can't be written"));
        std::fs::write(&war, format!("{head}\nrubbish\n")).unwrap();
        assert!(shell.fails(&[&["plugin"][..], &import].concat()).await.contains("line 2"));
        std::fs::write(&war, head.replace("guild_war", "poll")).unwrap();
        assert!(shell.fails(&[&["plugin"][..], &import].concat()).await.contains("holds what poll kept"));

        let newer = plugin(shell, &["add", &files.of("1.1.0")]).await;
        assert!(newer.contains("guildhall plugin upgrade guild_war 1.1.0"), "{newer}");
        assert!(plugin(shell, &["upgrade", "guild_war", "--dry-run"]).await.contains("Version 1.0.0 runs."));
        assert_eq!(plugin(shell, &["upgrade", "guild_war"]).await, "guild_war runs in version 1.1.0.\n");
        assert_eq!(plugin(shell, &["rollback", "guild_war"]).await, "guild_war runs in version 1.0.0.\n");

        let kept = plugin(shell, &["quarantine", "guild_war", "--reason", "It counts twice."]).await;
        assert_eq!(kept, "guild_war is quarantined: It counts twice.\n");
        assert_eq!(plugin(shell, &["release", "guild_war"]).await, "guild_war is ready\n");
        assert!(plugin(shell, &["show", "guild_war"]).await.contains("Version 1.1.0: added "));
        let none = shell.run(&["plugin", "webhooks", "guild_war", "--org", "the-lantern"]).await;
        assert!(none.err.contains("It has no addresses."), "{none:?}");
        assert!(
            shell
                .fails(&["plugin", "make-webhook", "guild_war", "incoming", "--org", "the-lantern"])
                .await
                .contains("none of its")
        );

        assert!(shell.fails(&["plugin", "remove", "guild_war"]).await.contains("on somewhere"));
        assert_eq!(
            plugin(shell, &[&["disable", "guild_war"][..], &here].concat()).await,
            "guild_war is off in the-lantern\n"
        );
        let foreseen = plugin(shell, &["remove", "guild_war", "--dry-run"]).await;
        assert_eq!(foreseen, "Would remove Guild wars 1.0.0, on in 0 organizations.\n");
        assert_eq!(plugin(shell, &["remove", "guild_war", "--delete-data"]).await, "Removed Guild wars 1.0.0.\n");
        shell.audited("plugin.removed").await;
        assert_eq!(shell.json(&["plugin", "list"]).await, json!([]));
    })
    .await;
}

/// The words of a command as a shell would take them apart: what stands in quotes is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (n, part) in line.split('"').enumerate() {
        if n % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[tokio::test]
async fn every_command_of_the_book_s_chapter_works() {
    let chapter = include_str!("../../docs/src/admin/plugins.md");
    let app = TestApp::start().await;
    hall(&app).await;
    let (shell, folder) = (app.shell(), tempfile::tempdir().unwrap());
    let at = |name: &str| folder.path().join(name).display().to_string();
    // What the chapter takes to be there: a package, two plugins that were let in, one of them on.
    std::fs::write(at("poll-1.0.0.tar.gz"), example("poll")).unwrap();
    for (name, id) in [("guild-war", "guild_war"), ("discord-announcer", "discord_announcer")] {
        std::fs::write(at(name), example(name)).unwrap();
        plugin(&shell, &["add", &at(name)]).await;
        plugin(&shell, &["approve", id, "--all"]).await;
    }
    plugin(&shell, &["enable", "guild_war", "--org", "the-lantern"]).await;

    let mut typed = 0;
    let blocks = chapter.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for line in blocks.flat_map(str::lines) {
        let words: Vec<String> = words(line)
            .into_iter()
            .map(|word| if [".tar.gz", ".jsonl"].iter().any(|end| word.ends_with(end)) { at(&word) } else { word })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(words[0], "guildhall", "{line}");
        shell.ok(&words[1..]).await;
        typed += 1;
    }
    assert!(typed >= 18, "{typed}");
    assert!(app.stop().await);
}
