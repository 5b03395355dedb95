//! Backups through the hub's doors: begun by a program or a form, fetched, proved, restored, removed.

use std::fs;

use backup::{table_sums, verify};
use db::Options;
use hyper::Method;
use server::system::SystemClock;
use tests::{PASSWORD, Program, TestApp, until};

/// Waits until a backup that was begun is there; gives back its name.
async fn newest(owner: &mut Program) -> String {
    until("the backup", async || {
        let state = owner.get("/api/v1/backup-state").await;
        assert_eq!(state.status, 200, "{}", state.body);
        let state = state.json();
        assert!(state["failed_at"].is_null(), "{state}");
        match (state["newest"]["name"].as_str(), state["under_way_since"].is_null()) {
            (Some(name), true) => Ok(name.to_owned()),
            _ => Err(state),
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_has_a_backup_made_fetches_it_and_starts_anew_from_it() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let mut owner = app.owner_program().await;
    let begun = owner.ask(Method::POST, "/api/v1/backups").await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let name = newest(&mut owner).await;

    let listed = owner.get("/api/v1/backups").await.json();
    assert_eq!(listed["items"][0]["name"], name.as_str());
    assert_eq!(listed["items"][0]["scheduled"], false);
    let folder = app.running().hub.settings.data_dir.join("backups");
    let file = folder.join(&name);
    let path = format!("/api/v1/backups/{name}/content");
    let fetched = owner.get(&path).await;
    assert_eq!(fetched.status, 200);
    assert_eq!(fetched.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    assert_eq!(fetched.header("content-length"), fs::metadata(&file).unwrap().len().to_string());
    assert_eq!(fetched.header("content-type"), "application/octet-stream");
    verify(&file, None, None, &SystemClock).await.unwrap();

    // Another hub starts from it, and Olga is at home there.
    let data = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", data.path().join("hub.db").display());
    let tasks = tokio_util::task::TaskTracker::new();
    let db = db::Db::open(&address, Options::default(), &tasks).await.unwrap();
    let restored = backup::restore(&db, &file, None, Some(data.path()), &SystemClock).await.unwrap();
    let users = table_sums(&db).await.unwrap().into_iter().find(|(table, _)| table == "users").unwrap().1;
    assert_eq!(users, restored.manifest.tables.iter().find(|table| table.name == "users").unwrap().sum);
    db.close().await;
    let anew = TestApp::with(|settings| settings.database_url = address).await;
    let mut olga = anew.stranger();
    let answer = olga.call("log_in", &[("name", "Olga"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);

    let gone = owner.ask(Method::DELETE, &format!("/api/v1/backups/{name}")).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert!(!file.exists());
    assert_eq!(owner.get(&path).await.status, 404);
    let trail: Vec<(String,)> = db::sql("select act from audit_log where target_kind = 'backup' order by id")
        .fetch_all(&app.running().hub.db)
        .await
        .unwrap();
    let trail: Vec<&str> = trail.iter().map(|(act,)| act.as_str()).collect();
    assert_eq!(trail, ["backup.made", "backup.downloaded", "backup.deleted"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_comes_near_and_no_name_leads_elsewhere() {
    let app = TestApp::start().await;
    let (mut stranger, mut member) = (app.program(), app.program_of("Ivan").await);
    let mut owner = app.owner_program().await;
    for path in ["/api/v1/backups", "/api/v1/backup-state", "/api/v1/backups/x/content"] {
        assert_eq!(stranger.get(path).await.status, 401, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
    }
    assert_eq!(stranger.ask(Method::POST, "/api/v1/backups").await.status, 401);
    assert_eq!(member.ask(Method::POST, "/api/v1/backups").await.status, 403);
    let data = &app.running().hub.settings.data_dir;
    fs::create_dir_all(data.join("backups")).unwrap();
    fs::write(data.join("backups/notes.txt"), b"mine").unwrap();
    for name in ["notes.txt", "..%2fguildhall.db", "%2e%2e%2fguildhall.db", "guildhall.db"] {
        let path = format!("/api/v1/backups/{name}");
        assert_eq!(owner.get(&format!("{path}/content")).await.status, 404, "{name}");
        assert_eq!(owner.ask(Method::DELETE, &path).await.status, 404, "{name}");
    }
    assert!(data.join("backups/notes.txt").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_page_works_without_script() {
    let app = TestApp::start().await;
    app.owner_program().await;
    let mut freya = app.stranger().without_script();
    let entered = freya.call("log_in", &[("name", "Freya"), ("password", PASSWORD)]).await;
    assert!(entered.status < 400, "{}", entered.body);
    let page = freya.get("/admin/backups").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No backups yet"), "{}", page.body);
    let begun = freya.call("admin_make_backup", &[]).await;
    assert_eq!((begun.status, begun.header("location")), (302, "/admin/backups"));
    let mut owner = app.program_of("Freya").await;
    let name = newest(&mut owner).await;
    assert!(freya.get("/admin/backups").await.body.contains(&name));
    let gone = freya.call("admin_delete_backup", &[("backup", &name)]).await;
    assert_eq!((gone.status, gone.header("location")), (302, "/admin/backups"));
    assert!(!freya.get("/admin/backups").await.body.contains(&name));
}
