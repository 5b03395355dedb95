//! At the command line: players and games of another lobby server, read from real dumps of its database.

use std::process::ExitCode;

use metaserver::testing::{ClientError, LogIn};
use metaserver_proto::Dialect;
use serde_json::Value;
use tests::{Shell, TestApp};

fn dump(name: &str) -> String {
    format!("{}/../crates/heritage/tests/{name}.sql", env!("CARGO_MANIFEST_DIR"))
}

async fn count(app: &TestApp, text: &'static str) -> i64 {
    let (count,): (i64,) = db::sql(text).fetch_one(&app.running().hub.db).await.unwrap();
    count
}

async fn import(shell: &Shell, program: &str, more: &[&str]) -> Value {
    let file = dump(&program.replace('-', "_"));
    let words: Vec<&str> =
        ["import-lobby", program, file.as_str(), "--json"].into_iter().chain(more.iter().copied()).collect();
    serde_json::from_str(&shell.ok(&words).await).unwrap()
}

#[tokio::test]
async fn the_players_of_gate_of_storms_change_one_host_name_and_are_back() {
    let app = TestApp::start().await;
    let shell = app.shell();
    let foreseen = import(&shell, "gate-of-storms", &["--dry-run"]).await;
    assert_eq!((&foreseen["dry_run"], &foreseen["games"]), (&true.into(), &3.into()));
    assert_eq!(count(&app, "select count(*) from users").await, 0, "a dry run writes nothing");
    assert_eq!(count(&app, "select count(*) from games").await, 0);

    let file = dump("gate_of_storms");
    let links = app.running().hub.settings.data_dir.join("links.txt");
    let told = shell.ok(&["import-lobby", "gate-of-storms", &file, "--links", links.to_str().unwrap()]).await;
    for says in ["4 new, 2 under another name", "renamed: reserved", "Games: 3 new, 0 known", "Shut out as there: Zoë"]
    {
        assert!(told.contains(says), "{says}: {told}");
    }
    assert!(told.contains("Kept order there, and have no power here: |bSoul|pblighter"), "{told}");
    let handed = std::fs::read_to_string(&links).unwrap();
    let path = handed
        .lines()
        .find_map(|line| line.strip_prefix("Never logged on\t"))
        .unwrap()
        .split_once("/recover")
        .unwrap()
        .1;
    assert!(app.stranger().get(&format!("/recover{path}")).await.body.contains("Never logged on"));
    let again = shell.run(&["import-lobby", "gate-of-storms", &file, "--links", links.to_str().unwrap()]).await;
    assert_eq!(again.code, ExitCode::FAILURE, "a file that is there is nobody's to overwrite");

    // The client still has the name and the password that the old server made.
    let mut soul = LogIn::player(Dialect::Myth2, "u1", "qwhzmf").enter(app.lobby()).await.unwrap();
    soul.say("back again").await.unwrap();
    let barred = LogIn::player(Dialect::Myth2, "u4", "aksldj").at(app.lobby()).await.unwrap_err();
    assert!(matches!(barred, ClientError::Refused(..)), "{barred:?}");

    let games = count(&app, "select count(*) from games where id < 0 and settled_at is not null").await;
    assert_eq!(games, 3);
    let played = "select games * 100 + wins * 10 + ties from player_statistics s join users u on u.id = s.user_id where u.name = 'Alric'";
    assert_eq!(count(&app, played).await, 211, "two games that count: one won, one tied; the cooperative one is none");
    let page = app.stranger().get("/lobby/players/Alric").await;
    assert_eq!(page.status, 200);

    let stood = ["users", "games", "sanctions", "audit"];
    let all = async || {
        [
            count(&app, "select count(*) from users").await,
            count(&app, "select count(*) from games").await,
            count(&app, "select count(*) from sanctions").await,
            count(&app, "select sum(games) from player_statistics").await,
        ]
    };
    let before = all().await;
    let second = import(&shell, "gate-of-storms", &[]).await;
    assert_eq!(all().await, before, "{stood:?}");
    assert_eq!((&second["games"], &second["games_known"]), (&0.into(), &3.into()));
    assert!(second["players"].as_array().unwrap().iter().all(|player| player["arrival"]["is"] == "known"));

    // A lobby that starts now goes on with numbers of its own.
    soul.host("Anew", "Creep").await.unwrap();
    let written = async || match count(&app, "select count(*) from games where id = 1").await {
        1 => Ok(()),
        other => Err(other),
    };
    tests::until("the game under its own number", written).await;
}

#[tokio::test]
async fn the_users_of_aleph_one_bring_their_passwords() {
    let app = TestApp::with(|settings| {
        settings.lobby.aleph_one_https = false;
        settings.lobby.aleph_one_clear_text = true;
    })
    .await;
    let shell = app.shell();
    let report = import(&shell, "aleph-one", &[]).await;
    let logons: Vec<&Value> = report["players"].as_array().unwrap().iter().map(|player| &player["logon"]).collect();
    assert_eq!(logons, ["kept_until_used", "kept_until_used", "by_claim", "by_claim"]);
    for _ in 0..2 {
        LogIn::player(Dialect::AlephOne, "durandal", "U*U").at(app.lobby()).await.unwrap();
    }
    assert!(LogIn::player(Dialect::AlephOne, "durandal", "u*u").at(app.lobby()).await.is_err());
    assert_eq!(app.letter("claim_account").await["name"], "leela");

    let declared = import(&shell, "aleph-one", &["--source", "another", "--passwords", "readable", "--dry-run"]).await;
    assert_eq!(declared["players"][0]["arrival"]["because"], "taken", "it is another server's durandal");
    let refused = shell.run(&["import-lobby", "gate-of-storms", &dump("aleph_one")]).await;
    assert_eq!(refused.code, ExitCode::FAILURE);
    assert!(refused.err.contains("no table `metaserver_users`"), "{}", refused.err);
    let absent = shell.run(&["import-lobby", "aleph-one", "/nowhere.sql"]).await;
    assert!(absent.err.contains("can't be read"), "{}", absent.err);
}
