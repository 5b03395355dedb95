//! At the command line, what the hub does by itself: jobs, mails, webhooks, settings.

use jobs::NewJob;
use serde_json::json;
use std::time::Duration;
use tests::at_each_shell;

#[tokio::test]
async fn jobs_are_listed_tried_again_and_removed() {
    at_each_shell(async |app, shell| {
        let hub = &app.running().hub;
        let now = hub.clock.now();
        let later = now.plus(Duration::from_hours(1));
        hub.db
            .write(move |tx| {
                Box::pin(async move {
                    jobs::enqueue(tx, now, &NewJob::new("story.told", &json!({ "chapter": 3 })).due(later)).await
                })
            })
            .await
            .unwrap();
        let listed = shell.json(&["job", "list", "--kind", "story.told"]).await;
        let number = listed[0]["id"].to_string();
        assert_eq!(listed[0]["state"], "waiting");
        assert!(shell.ok(&["job", "list", "--state", "waiting"]).await.contains("story.told"));
        assert!(shell.ok(&["job", "counts"]).await.contains("story.told  1"));
        assert!(
            shell.json(&["job", "counts"]).await.as_array().unwrap().iter().any(|depth| depth["kind"] == "story.told")
        );
        assert!(shell.ok(&["job", "show", &number]).await.contains("begun 0 times"));
        assert_eq!(shell.json(&["job", "show", &number]).await["payload"], "{\"chapter\":3}");
        assert!(shell.ok(&["job", "retry", &number, "--dry-run"]).await.contains("can be tried again"));
        assert!(shell.ok(&["job", "remove", &number, "--dry-run"]).await.contains("Would remove job"));
        shell.ok(&["job", "remove", &number]).await;
        shell.audited("job.removed").await;
        assert!(shell.fails(&["job", "show", &number]).await.contains("not found"));
        assert!(shell.fails(&["job", "retry", &number]).await.contains("not found"));
    })
    .await;
}

#[tokio::test]
async fn mails_are_written_shown_sent_again_and_removed() {
    at_each_shell(async |app, shell| {
        let typed = shell.run(&["mail", "test", "olga@example.org", "--locale", "pt-BR"]).await;
        assert!(typed.out.starts_with("Queued as mail ") && typed.err.contains("No mail server"), "{typed:?}");
        app.settle_jobs().await;
        let listed = shell.json(&["mail", "list"]).await;
        assert_eq!((&listed[0]["kind"], &listed[0]["state"]), (&json!("test"), &json!("unsent")), "{listed}");
        let number = listed[0]["id"].to_string();
        assert!(shell.ok(&["mail", "list", "--state", "unsent"]).await.contains("olga@example.org"));
        assert!(shell.ok(&["mail", "counts"]).await.contains("unsent"));
        assert_eq!(shell.json(&["mail", "counts"]).await["has_transport"], false);
        assert!(shell.ok(&["mail", "show", &number]).await.contains("Subject: "));
        assert_eq!(shell.json(&["mail", "show", &number, "--reveal"]).await["revealed"], true);
        shell.audited("mail.revealed").await;
        assert!(shell.ok(&["mail", "retry", &number, "--dry-run"]).await.contains("can be sent again"));
        shell.ok(&["mail", "retry", &number]).await;
        shell.audited("mail.retried").await;
        app.settle_jobs().await;
        assert!(shell.ok(&["mail", "remove", &number, "--dry-run"]).await.contains("Would remove mail"));
        shell.ok(&["mail", "remove", &number]).await;
        shell.audited("mail.removed").await;
        let wrong = shell.fails(&["mail", "test", "nobody"]).await;
        assert!(wrong.contains("email: not an email"), "{wrong}");
    })
    .await;
}

#[tokio::test]
async fn webhooks_are_made_changed_tried_and_removed() {
    at_each_shell(async |app, shell| {
        let address = "http://127.0.0.1:9/hook";
        let made = shell.json(&["webhook", "create", "Announcer", address, "--event", "game_listed"]).await;
        assert!(made["secret"].as_str().unwrap().len() > 20);
        shell.audited("webhook.created").await;
        let number = made["webhook"]["id"].to_string();
        assert!(shell.ok(&["webhook", "list"]).await.contains("Announcer"));
        assert_eq!(shell.json(&["webhook", "list"]).await[0]["events"], json!(["game_listed"]));
        let change = ["webhook", "change", &number, "--name", "Herald", "--event", "all"];
        assert!(shell.ok(&[&change[..], &["--dry-run"]].concat()).await.contains("\"name\": \"Herald\""));
        shell.ok(&change).await;
        shell.audited("webhook.changed").await;
        assert_eq!(shell.json(&["webhook", "show", &number]).await["events"], json!([]));
        assert!(shell.ok(&["webhook", "show", &number]).await.contains("Herald"));
        let renewed = shell.ok(&["webhook", "renew-secret", &number]).await;
        assert!(renewed.contains("Its secret, shown this once: "), "{renewed}");

        shell.ok(&["webhook", "test", &number]).await;
        app.settle_jobs().await;
        let sent = shell.json(&["webhook", "deliveries", &number]).await;
        let delivery = sent[0]["id"].to_string();
        assert_eq!(sent[0]["event"], "test");
        assert!(shell.ok(&["webhook", "deliveries", &number]).await.contains("test"));
        assert!(shell.ok(&["webhook", "delivery", &number, &delivery]).await.contains("Delivery"));
        assert_eq!(shell.json(&["webhook", "delivery", &number, &delivery]).await["webhook"].to_string(), number);
        assert!(shell.ok(&["webhook", "replay", &number, &delivery]).await.contains("Queued as delivery"));
        shell.ok(&["webhook", "change", &number, "--enabled", "false"]).await;
        assert!(shell.ok(&["webhook", "remove", &number, "--dry-run"]).await.contains("Would remove webhook"));
        shell.ok(&["webhook", "remove", &number]).await;
        shell.audited("webhook.removed").await;
        let wrong = shell.fails(&["webhook", "create", "Inward", "http://10.0.0.1/"]).await;
        assert!(wrong.contains("url: not callable"), "{wrong}");
        assert!(shell.fails(&["webhook", "show", &number]).await.contains("not found"));
    })
    .await;
}

#[tokio::test]
async fn settings_are_chosen_and_put_back() {
    at_each_shell(async |app, shell| {
        assert!(shell.ok(&["settings", "list"]).await.contains("site.name = \"Guildhall\""));
        let all = shell.json(&["settings", "list"]).await;
        assert!(all.as_array().unwrap().len() > 10, "{all}");
        let foreseen = shell.ok(&["settings", "set", "site.name", "The Hall", "--dry-run"]).await;
        assert_eq!(foreseen, "site.name: \"Guildhall\" would become \"The Hall\"\n");
        shell.ok(&["settings", "set", "site.name", "The Hall"]).await;
        shell.audited("setting.changed").await;
        assert_eq!(shell.json(&["settings", "get", "site.name"]).await["value"], "The Hall");
        // The hub that runs has heard of it.
        tests::until("the hub to be called that", async || match app.running().hub.accounts.site().await.name {
            name if name == "The Hall" => Ok(()),
            name => Err(name),
        })
        .await;
        assert!(shell.ok(&["settings", "get", "accounts.deletion_days"]).await.contains("days pass"));
        shell.ok(&["settings", "set", "accounts.deletion_days", "30"]).await;
        let wide = shell.fails(&["settings", "set", "accounts.deletion_days", "9000"]).await;
        assert!(wide.contains("out of range"), "{wide}");
        assert!(shell.fails(&["settings", "set", "accounts.deletion_days", "x"]).await.contains("whole number"));
        assert!(shell.fails(&["settings", "get", "no.such"]).await.contains("there is no setting"));
        shell.ok(&["settings", "reset", "site.name", "--dry-run"]).await;
        assert_eq!(shell.ok(&["settings", "reset", "site.name"]).await, "site.name = \"Guildhall\"\n");
    })
    .await;
}
