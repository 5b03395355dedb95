//! What is done at its time: looked after through the API and at the command line, and done by the hub that runs.

use std::{sync::Arc, time::Duration};

use base::Actor;
use contract::schedule::RunState;
use db::{Engine, testing::Place};
use hyper::Method;
use serde_json::{Value, json};
use server::{
    config::Settings,
    system::{SystemChance, SystemClock},
    wiring,
};
use tests::{Program, TestApp, at_each_shell, until};

async fn named(program: &mut Program, name: &str) -> Value {
    let all = program.get("/api/v1/schedules").await;
    assert_eq!(all.status, 200, "{}", all.body);
    let all = all.json();
    all["items"].as_array().unwrap().iter().find(|schedule| schedule["name"] == name).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_run_the_hub_choose_its_times_and_the_hub_keeps_them() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let backup = named(&mut freya, "backup").await;
    assert_eq!((&backup["when"]["timing"], &backup["changed"]), (&json!({ "cron": "0 3 * * *" }), &json!(false)));
    assert_eq!((&backup["owner"], &backup["last"]), (&json!("hub"), &Value::Null));

    let accounts = named(&mut freya, "accounts").await;
    let path = format!("/api/v1/schedules/{}", accounts["id"]);
    let chosen = freya.send(Method::PUT, &format!("{path}/when"), &json!({ "timing": { "every_secs": 60 } })).await;
    assert_eq!(chosen.status, 200, "{}", chosen.body);
    assert_eq!((&chosen.json()["changed"], &chosen.json()["when"]["zone"]), (&json!(true), &json!("UTC")));
    for (wrong, field, code) in [
        (json!({ "timing": { "cron": "never" } }), "cron", "not_a_cron"),
        (json!({ "timing": { "cron": "0 0 30 2 *" } }), "cron", "never_comes"),
        (json!({ "timing": { "every_secs": 5 } }), "every_secs", "out_of_range"),
        (json!({ "timing": { "every_secs": 60 }, "zone": "Middle/Earth" }), "zone", "not_a_zone"),
        (json!({ "timing": { "once_at": 1 } }), "once_at", "not_a_choice"),
    ] {
        let refused = freya.send(Method::PUT, &format!("{path}/when"), &wrong).await;
        assert_eq!(refused.status, 422, "{wrong}");
        let problem = &refused.json()["fields"][0];
        assert_eq!((problem["field"].as_str(), problem["code"].as_str()), (Some(field), Some(code)), "{wrong}");
    }

    // Its time comes, and the hub does it.
    let done = async |freya: &mut Program, times: usize| {
        until("runs that are done", async || {
            app.running().hub.work.jobs.schedules().nudge();
            let runs = freya.get(&format!("{path}/runs")).await.json();
            let runs = runs["items"].as_array().unwrap().clone();
            let all_done = runs.iter().all(|run| run["state"] == "done");
            if runs.len() == times && all_done { Ok(runs) } else { Err(runs) }
        })
        .await
    };
    app.clock.pass(Duration::from_secs(61));
    let runs = done(&mut freya, 1).await;
    assert_eq!(runs[0]["by_hand"], false);
    let job = freya.get(&format!("/api/v1/jobs/{}", runs[0]["job"])).await.json();
    assert_eq!((&job["kind"], &job["state"]), (&json!("tidy.accounts"), &json!("done")));

    // Paused, it is not; by hand, it is.
    assert_eq!(freya.ask(Method::POST, &format!("{path}/pause")).await.json()["next"], json!([]));
    app.clock.pass(Duration::from_mins(5));
    let asked = freya.ask(Method::POST, &format!("{path}/run")).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let runs = done(&mut freya, 2).await;
    assert_eq!((&runs[0]["by_hand"], &runs[0]["job"]), (&json!(true), &asked.json()["job"]));
    let resumed = freya.ask(Method::POST, &format!("{path}/resume")).await.json();
    assert_eq!((resumed["paused"].as_bool(), resumed["next"].as_array().unwrap().len()), (Some(false), 5));
    let reset = freya.ask(Method::DELETE, &format!("{path}/when")).await.json();
    assert_eq!((&reset["changed"], &reset["when"]), (&json!(false), &accounts["own"]));
    assert_eq!(freya.get("/api/v1/schedules/999999").await.status, 404);
    assert_eq!(freya.get("/api/v1/schedules/999999/runs").await.status, 404);
    assert!(app.stop().await);
}

#[tokio::test]
async fn schedules_are_looked_after_at_the_command_line() {
    at_each_shell(async |app, shell| {
        let listed = shell.ok(&["schedule", "list"]).await;
        assert!(listed.contains("backup") && listed.contains("0 3 * * * (UTC)"), "{listed}");
        let listed = shell.json(&["schedule", "list"]).await;
        assert!(listed.as_array().unwrap().len() >= 8, "{listed}");
        let set = ["schedule", "set", "mail", "--cron", "30 4 * * 1-5", "--zone", "Europe/Berlin"];
        let foreseen = shell.ok(&[&set[..], &["--dry-run"]].concat()).await;
        assert!(foreseen.contains("every 3600 s would become 30 4 * * 1-5 (Europe/Berlin)"), "{foreseen}");
        assert!(shell.ok(&set).await.contains("mail: 30 4 * * 1-5 (Europe/Berlin); next: "));
        shell.audited("schedule.changed").await;
        assert_eq!(shell.json(&["schedule", "show", "mail"]).await["schedule"]["changed"], true);
        let wrong = shell.fails(&["schedule", "set", "mail", "--cron", "daily"]).await;
        assert!(wrong.contains("cron: not a cron"), "{wrong}");
        assert!(shell.ok(&["schedule", "set", "mail", "--every", "2h"]).await.contains("every 7200 s"));
        assert!(shell.ok(&["schedule", "set", "mail", "--reset"]).await.contains("every 3600 s"));

        assert!(shell.ok(&["schedule", "pause", "mail", "--dry-run"]).await.contains("every 3600 s; next: 2"));
        assert!(shell.ok(&["schedule", "pause", "mail"]).await.contains("next: paused"));
        shell.audited("schedule.paused").await;
        assert!(shell.ok(&["schedule", "resume", "mail"]).await.contains("every 3600 s; next: 2"));
        shell.audited("schedule.resumed").await;
        assert!(shell.ok(&["schedule", "run", "mail"]).await.contains("mail is due as job "));
        shell.audited("schedule.run").await;
        app.settle_jobs().await;
        let shown = shell.ok(&["schedule", "show", "mail"]).await;
        assert!(shown.contains("by hand") && shown.contains("done"), "{shown}");
        assert!(shell.fails(&["schedule", "show", "nothing"]).await.contains("there is no schedule"));
        assert!(shell.fails(&["schedule", "show", "999999"]).await.contains("not found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_does_what_hubs_leave_to_it() {
    let Some(place) = Place::migrated(Engine::Postgres).await else { return };
    let app = TestApp::with(|settings| {
        settings.database_url.clone_from(&place.address);
        settings.work.here = false;
    })
    .await;
    let jobs = &app.running().hub.work.jobs;
    let all = jobs.schedules().list(&Actor::Operator, None, 50).await.unwrap().schedules;
    let mail = all.iter().find(|schedule| schedule.name == "mail").unwrap().id;
    let job = jobs.schedules().run_now(&Actor::Operator, mail).await.unwrap();
    jobs.nudge();

    let data = tempfile::tempdir().unwrap();
    let settings =
        Settings { database_url: place.address.clone(), data_dir: data.path().to_owned(), ..Settings::default() };
    let work =
        Box::pin(wiring::work(settings, Arc::clone(&app.clock) as Arc<_>, Arc::new(SystemChance))).await.unwrap();
    until("the worker", async || {
        let run = jobs.schedules().runs(&Actor::Operator, mail, None, 1).await.unwrap().unwrap().runs.remove(0);
        if run.state == RunState::Done { Ok(()) } else { Err(run) }
    })
    .await;
    assert_eq!(jobs.find(&Actor::Operator, job).await.unwrap().unwrap().attempts, 1);
    assert!(work.stop(Duration::from_secs(10)).await);
    assert!(app.stop().await);
    place.remove().await;
}

#[tokio::test]
async fn a_worker_says_that_sqlite_is_for_one_process() {
    let data = tempfile::tempdir().unwrap();
    let settings = Settings {
        database_url: format!("sqlite://{}", data.path().join("guildhall.db").display()),
        data_dir: data.path().to_owned(),
        ..Settings::default()
    };
    let refused = Box::pin(wiring::work(settings, Arc::new(SystemClock), Arc::new(SystemChance))).await;
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("a worker needs PostgreSQL"), "{refused}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "and makes nothing");
}
