//! At the command line, plugins: added, approved, switched, set and removed; here on both engines, and elsewhere.

use base::Actor;
use contract::organization::OrganizationForm;
use serde_json::json;
use tests::{Shell, TestApp, at_each_shell, example_in};

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
