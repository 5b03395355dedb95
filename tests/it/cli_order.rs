//! At the command line, keeping order: reports, sanctions, appeals.

use serde_json::{Value, json};
use tests::{TestApp, at_each_shell};

/// Olga reports Bert so often; the numbers of the reports.
async fn reports(app: &TestApp, count: usize) -> Vec<String> {
    let mut olga = app.program_of("Olga").await;
    app.person("Bert").await;
    let mut numbers = Vec::new();
    for number in 0..count {
        let form = json!({
            "target": "person", "name": "Bert", "reason": "other", "reference": format!("r{number}"), "text": format!("For the {number}. time."),
        });
        let taken = olga.post("/api/v1/me/reports", &form).await;
        assert_eq!(taken.status, 201, "{}", taken.body);
        numbers.push(taken.json()["id"].to_string());
    }
    numbers
}

#[tokio::test]
async fn reports_are_read_noted_decided_and_taken_back() {
    at_each_shell(async |app, shell| {
        let numbers = reports(app, 1).await;
        let number = numbers[0].as_str();
        assert!(shell.ok(&["report", "list"]).await.contains("Bert"));
        assert_eq!(shell.json(&["report", "list"]).await[0]["state"], "open");
        assert!(shell.ok(&["report", "show", number]).await.contains("For the 0. time."));
        shell.ok(&["report", "note", number, "Seen before."]).await;
        let case = shell.json(&["report", "show", number]).await;
        assert_eq!(case["notes"][0]["text"], "Seen before.");
        if !shell.is_here() {
            // A claim is somebody's: it takes an account.
            shell.ok(&["report", "claim", number]).await;
            assert_eq!(shell.json(&["report", "list"]).await[0]["state"], "claimed");
            shell.ok(&["report", "release", number]).await;
        }
        let decide = ["report", "decide", number, "--act", "mute", "--hours", "24", "--reason", "Flooding the room."];
        let foreseen = shell.ok(&[&decide[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains(&format!("Would decide report {number}, about Bert")), "{foreseen}");
        shell.ok(&decide).await;
        shell.audited("report.decided").await;
        assert_eq!(shell.json(&["report", "list", "--decided"]).await[0]["state"], "acted");
        assert_eq!(shell.json(&["sanction", "list"]).await[0]["kind"], "mute");
        shell.ok(&["report", "undo", number]).await;
        assert_eq!(shell.json(&["sanction", "list"]).await, json!([]));
        assert!(shell.fails(&["report", "show", "999999"]).await.contains("not found"));
    })
    .await;
}

#[tokio::test]
async fn several_reports_are_decided_alike() {
    at_each_shell(async |app, shell| {
        let numbers = reports(app, 2).await;
        let words: Vec<&str> = ["report", "decide"].into_iter().chain(numbers.iter().map(String::as_str)).collect();
        let foreseen = shell.ok(&[&words[..], &["--dry-run"]].concat()).await;
        assert_eq!(foreseen.lines().count(), 2, "{foreseen}");
        let done = shell.ok(&[&words[..], &["--settled"]].concat()).await;
        assert_eq!(done.matches("Decided report").count(), 2, "{done}");
        let decided = shell.json(&["report", "list", "--decided"]).await;
        assert!(decided.as_array().unwrap().iter().all(|report| report["state"] == "acted"), "{decided}");
        let again = shell.fails(&words).await;
        assert!(again.contains("not all of them could be decided"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn people_addresses_and_names_are_shut_out_and_let_in_again() {
    at_each_shell(async |app, shell| {
        app.person("Spambert").await;
        let warn = ["sanction", "add", "--name", "Spambert", "--kind", "warn", "--reason", "Be kind."];
        assert!(shell.ok(&[&warn[..], &["--dry-run"]].concat()).await.contains("Would warn Spambert, a member"));
        assert!(shell.ok(&warn).await.starts_with("Done, number "));
        shell.audited("user.sanctioned").await;
        let network = ["sanction", "add", "--network", "203.0.113.0/24", "--hours", "24", "--reason", "Flooding."];
        shell.ok(&network).await;
        let pattern = ["sanction", "add", "--pattern", "spam*", "--reason", "Bots."];
        let foreseen = shell.ok(&[&pattern[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("  Spambert"), "{foreseen}");
        shell.ok(&pattern).await;
        let wrong = shell.fails(&["sanction", "add", "--pattern", "x*", "--kind", "mute", "--reason", "No."]).await;
        assert!(wrong.contains("only banned"), "{wrong}");
        let wide = shell.fails(&["sanction", "add", "--network", "everywhere", "--reason", "No."]).await;
        assert!(wide.contains("network: not a network"), "{wide}");

        let table = shell.ok(&["sanction", "list", "--all"]).await;
        assert!(table.contains("203.0.113.0/24") && table.contains("spam*"), "{table}");
        let places = shell.json(&["sanction", "list", "--places"]).await;
        assert_eq!(places.as_array().unwrap().len(), 2, "{places}");
        let about: Value = shell.json(&["sanction", "list", "--name", "Spambert", "--all"]).await;
        assert_eq!(about[0]["kind"], "warn");
        let mute = ["sanction", "add", "--name", "Spambert", "--kind", "mute", "--reason", "Loud."];
        let number = shell.ok(&mute).await;
        let number = number.trim_start_matches("Done, number ").trim_end_matches(".\n");
        shell.ok(&["sanction", "lift", number, "--reason", "It was somebody else."]).await;
        let lifted = shell.audited("sanction.lifted").await;
        assert!(lifted["after"].as_str().unwrap().contains("It was somebody else."), "{lifted}");
        for place in places.as_array().unwrap() {
            let number = place["id"].to_string();
            assert!(shell.ok(&["sanction", "show", &number]).await.contains("holds"));
            assert!(shell.ok(&["sanction", "lift", &number, "--dry-run"]).await.starts_with("Would lift"));
            shell.ok(&["sanction", "lift", &number, "--reason", "They are gone."]).await;
            let lifted = shell.audited("sanction.lifted").await;
            assert!(lifted["after"].as_str().unwrap().contains("They are gone."), "{lifted}");
        }
        assert_eq!(shell.json(&["sanction", "list", "--places"]).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn appeals_are_answered() {
    at_each_shell(async |app, shell| {
        let mut bert = app.program_of("Bert").await;
        for _ in 0..2 {
            let mute = ["sanction", "add", "--name", "Bert", "--kind", "mute", "--hours", "48", "--reason", "Loud."];
            shell.ok(&mute).await;
        }
        let mine = bert.get("/api/v1/me/sanctions").await.json();
        for sanction in mine.as_array().unwrap() {
            let path = format!("/api/v1/me/sanctions/{}/appeal", sanction["id"]);
            let taken = bert.post(&path, &json!({ "text": "It was not me." })).await;
            assert_eq!(taken.status, 204, "{}", taken.body);
        }
        assert!(shell.ok(&["appeal", "list"]).await.contains("It was not me."));
        let waiting = shell.json(&["appeal", "list"]).await;
        let [first, second] = [0, 1].map(|place| waiting[place]["id"].to_string());
        let lift = ["appeal", "answer", &first, "lift", "--reason", "You are right."];
        assert!(shell.ok(&[&lift[..], &["--dry-run"]].concat()).await.starts_with("Would lift"));
        let answered = shell.run(&lift).await;
        if shell.is_here() {
            assert_eq!(answered.out, "Lifted.\n", "{answered:?}");
            assert_eq!(
                shell.ok(&["appeal", "answer", &second, "uphold", "--reason", "It was you."]).await,
                "Upheld.\n"
            );
            let done = shell.json(&["appeal", "list", "--answered"]).await;
            assert_eq!(done.as_array().unwrap().len(), 2, "{done}");
        } else {
            // Freya has decided it herself; she is the only one there, so she may.
            assert_eq!(answered.out, "Lifted.\n", "{answered:?}");
        }
    })
    .await;
}
