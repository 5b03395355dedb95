//! The admin area, through HTTP: who gets in, what is said in it, and that no player's page carries any of it.

use std::time::Duration;

use base::{Actor, Role, Secret};
use tests::{PASSWORD, Person, TestApp};

/// Every page of the admin area that takes no number.
const PAGES: [&str; 16] = [
    "/admin",
    "/admin/users",
    "/admin/roles",
    "/admin/organizations",
    "/admin/moderation",
    "/admin/settings",
    "/admin/audit",
    "/admin/jobs",
    "/admin/webhooks",
    "/admin/mail",
    "/admin/backups",
    "/admin/system",
    "/admin/rooms",
    "/admin/rooms/restraints",
    "/admin/disputes",
    "/admin/seasons",
];

/// Somebody with that role, freshly logged in; and the number of their account.
async fn somebody(app: &TestApp, name: &str, role: Role) -> (Person, i64) {
    let accounts = &app.running().hub.accounts;
    let made = accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap();
    let mut person = app.stranger();
    let answer = person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    (person, made.id.get())
}

#[tokio::test]
async fn strangers_log_in_first_and_members_stay_outside() {
    let app = TestApp::start().await;
    let (mut member, _) = somebody(&app, "Olga", Role::Member).await;
    let (mut moderator, _) = somebody(&app, "Ivar", Role::Moderator).await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    for page in PAGES {
        let sent = app.stranger().get(page).await;
        assert_eq!((sent.status, sent.header("location")), (303, &*format!("/login?next={page}")), "{page}");
        assert_eq!(member.get(page).await.status, 403, "{page}");
        let seen = admin.get(page).await;
        assert_eq!(seen.status, 200, "{page}: {}", seen.body);
        assert!(seen.body.contains("id=\"admin-texts\"") && seen.body.contains("<h1"), "{page}");
        assert!(!seen.body.contains("role=\"alert\""), "{page} shows a failure");
        let expected = match page {
            "/admin" => 303,
            "/admin/moderation" | "/admin/rooms" | "/admin/rooms/restraints" | "/admin/disputes" => 200,
            _ => 403,
        };
        assert_eq!(moderator.get(page).await.status, expected, "{page}");
    }
    assert_eq!(moderator.get("/admin").await.header("location"), "/admin/moderation");
    let queue = moderator.get("/admin/moderation").await.body;
    assert!(!queue.contains("href=\"/admin/users\"") && queue.contains("href=\"/admin/moderation\""));
}

#[tokio::test]
async fn no_players_page_carries_anything_of_it() {
    let app = TestApp::start().await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    for page in ["/", "/live", "/account"] {
        let body = admin.get(page).await.body;
        assert!(!body.contains("admin-texts"), "{page}");
        assert!(!body.contains("What the doctor finds"), "{page} carries the admin area's texts");
    }
    assert!(admin.get("/").await.body.contains("href=\"/admin\""), "its door is shown to those it opens for");
    let mut member = app.person("Olga").await;
    assert!(!member.get("/").await.body.contains("href=\"/admin\""));
}

#[tokio::test]
async fn a_setting_is_changed_by_a_plain_form_and_holds_at_once() {
    let app = TestApp::start().await;
    let (admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    let mut admin = admin.without_script();
    let saved = admin.call("admin_set_setting", &[("setting", "site.name"), ("value", "The Hall")]).await;
    assert_eq!(saved.status, 302, "{}", saved.body);
    assert!(app.stranger().get("/").await.body.contains("The Hall"));
    assert!(admin.get("/admin/settings").await.body.contains("changed from default"));

    let refused = admin.call("admin_set_setting", &[("setting", "backups.keep"), ("value", "0")]).await;
    let (_, query) = refused.header("location").split_once('?').expect("the refusal travels in the query");
    let page = admin.get(&format!("/admin/settings?{query}")).await.body;
    assert_eq!(page.matches("role=\"alert\"").count(), 1, "the one form of many that was refused says so");
    assert!(page.contains("value=\"0\""), "what was typed is still there");

    let trail = admin.get("/admin/audit?act=setting.").await.body;
    assert!(trail.contains("setting.changed") && trail.contains("The Hall") && trail.contains("127.0.0.1"));
    admin.call("admin_reset_setting", &[("setting", "site.name")]).await;
    assert!(!app.stranger().get("/").await.body.contains("The Hall"));
}

#[tokio::test]
async fn an_old_login_proves_itself_before_it_changes_anything() {
    let app = TestApp::start().await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    app.clock.pass(Duration::from_mins(16));
    let refused = admin.call("admin_set_setting", &[("setting", "site.name"), ("value", "The Hall")]).await;
    assert_eq!((refused.status, refused.json()["problem"]["code"].as_str()), (403, Some("prove_again")));
    assert_eq!(admin.get("/admin/settings").await.status, 200, "looking is still allowed");
}

#[tokio::test]
async fn accounts_are_found_looked_at_and_changed_with_a_reason() {
    let app = TestApp::start().await;
    let (mut admin, tyr) = somebody(&app, "Tyr", Role::Admin).await;
    let (mut olga, number) = somebody(&app, "Olga", Role::Member).await;
    let number = number.to_string();
    let list = admin.get("/admin/users?q=olg").await.body;
    let link = format!("href=\"/admin/users/{number}\"");
    assert!(list.contains(&link) && !list.contains(&format!("href=\"/admin/users/{tyr}\"")));
    let page = format!("/admin/users/{number}");
    assert!(admin.get(&page).await.body.contains("Firefox on Linux"), "her login is shown");

    let lock = [("user", number.as_str()), ("reason", "rude, twice")];
    assert_eq!(admin.call("admin_lock_user", &lock).await.status, 200);
    assert_eq!(olga.get("/account").await.status, 302, "her login has ended");
    let seen = admin.get(&page).await.body;
    assert!(seen.contains("locked") && seen.contains("rude, twice"), "the reason stands in the trail");

    let (mut member, _) = somebody(&app, "Loki", Role::Member).await;
    for (function, field) in
        [("admin_lock_user", ""), ("admin_unlock_user", ""), ("admin_rename_user", "Odin"), ("admin_put_on_guise", "")]
    {
        let form = [("user", number.as_str()), ("name", field)];
        assert_eq!(member.call(function, &form).await.status, 403, "{function}");
        assert_eq!(app.stranger().call(function, &form).await.status, 401, "{function}");
    }
    assert_eq!(admin.get("/admin/users/999999").await.status, 404, "nobody has that number");
}

#[tokio::test]
async fn in_a_guise_one_sees_and_changes_nothing() {
    let app = TestApp::start().await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    let (_, number) = somebody(&app, "Olga", Role::Member).await;
    let (_, owner) = somebody(&app, "Freya", Role::Owner).await;
    let above = owner.to_string();
    assert_eq!(admin.call("admin_put_on_guise", &[("user", above.as_str())]).await.status, 403);

    let number = number.to_string();
    let began = admin.call("admin_put_on_guise", &[("user", number.as_str()), ("reason", "a report")]).await;
    assert_eq!(began.status, 200, "{}", began.body);
    for page in ["/", "/live", "/account"] {
        let body = admin.get(page).await.seen();
        assert!(body.contains("You see the hub as Olga does"), "{page} says so");
    }
    assert_eq!(admin.get("/admin").await.status, 403, "she may not, so neither may they");
    for (function, form) in [
        ("change_password", vec![("current_password", PASSWORD), ("new_password", "a heron over the quiet harbour")]),
        ("make_game_password", vec![]),
        ("end_other_sessions", vec![]),
        ("admin_put_on_guise", vec![("user", number.as_str())]),
    ] {
        assert_eq!(admin.call(function, &form).await.status, 403, "{function}");
    }
    let back = admin.call("take_off_guise", &[]).await;
    assert_eq!((back.status, back.body.as_str()), (200, &*format!("\"/admin/users/{number}\"")));
    assert!(!admin.get("/").await.seen().contains("You see the hub as"));
    let trail = admin.get("/admin/audit?act=guise.").await.body;
    assert!(trail.contains("guise.began") && trail.contains("guise.ended") && trail.contains("Tyr in a guise"));
    assert_eq!(app.stranger().call("take_off_guise", &[]).await.status, 401);
}

#[tokio::test]
async fn the_trail_is_a_file_for_those_who_may() {
    let app = TestApp::start().await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    for n in 0..3 {
        somebody(&app, &format!("Olga{n}"), Role::Member).await;
    }
    let file = admin.get("/admin/audit/export?format=csv&act=user.created").await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").contains("audit.csv"));
    assert_eq!(file.body.lines().count(), 1 + 4, "{}", file.body);
    assert!(file.body.starts_with("id,at,actor,"));
    let lines = admin.get("/admin/audit/export?format=jsonl&act=user.created").await;
    assert!(lines.body.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    assert_eq!(admin.get("/admin/audit/export?format=exe").await.status, 422);
    assert_eq!(admin.get("/admin/audit/export?from=tomorrow").await.status, 422);
    let mut member = app.person("Loki").await;
    assert_eq!(member.get("/admin/audit/export").await.status, 403);
    assert_eq!(app.stranger().get("/admin/audit/export").await.status, 401);
}

#[tokio::test]
async fn the_dashboard_and_the_system_page_say_how_it_is() {
    let app = TestApp::start().await;
    let (mut admin, _) = somebody(&app, "Tyr", Role::Admin).await;
    let board = admin.get("/admin").await.body;
    for part in ["Players in the lobby", "Accounts made", "<svg", "As a table", "iB<"] {
        assert!(board.contains(part), "{part}");
    }
    let system = admin.get("/admin/system").await.body;
    for part in ["data directory", "http_addr", "leptos", env!("CARGO_PKG_VERSION")] {
        assert!(system.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_api_does_the_same() {
    let app = TestApp::start().await;
    let mut owner = app.owner_program().await;
    let listed = owner.get("/api/v1/settings").await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    assert_eq!(listed.json()["items"].as_array().unwrap().len(), contract::settings::Setting::ALL.len());
    let dashboard = owner.get("/api/v1/system/dashboard").await;
    assert_eq!(dashboard.json()["now"]["accounts"], 1);
    assert_eq!(owner.get("/api/v1/settings/no.such").await.status, 404);
    let mut member = app.program_of("Olga").await;
    for path in ["/api/v1/settings", "/api/v1/audit", "/api/v1/system", "/api/v1/system/dashboard"] {
        assert_eq!(owner.get(path).await.status, 200, "{path}");
        assert_eq!(member.get(path).await.status, 403, "{path}");
        assert_eq!(app.program().get(path).await.status, 401, "{path}");
    }
}

/// `cargo xtask licences` writes the list anew.
#[test]
fn the_licences_shown_are_those_of_the_packages_built_on() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).unwrap();
    let shown = std::fs::read_to_string(root.join("server/licences.txt")).unwrap();
    let shown: std::collections::BTreeSet<_> =
        shown.lines().filter_map(|line| line.rsplit_once('\t').map(|(package, _)| package.to_owned())).collect();
    let value = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
    let built_on: std::collections::BTreeSet<_> = lock
        .split("[[package]]")
        .filter(|package| package.contains("source = "))
        .map(|package| {
            let find = |key: &str| package.lines().find(|line| line.starts_with(key)).map(value).unwrap_or_default();
            format!("{}\t{}", find("name = "), find("version = "))
        })
        .collect();
    let missing: Vec<_> = built_on.difference(&shown).collect();
    let gone: Vec<_> = shown.difference(&built_on).collect();
    assert!(missing.is_empty() && gone.is_empty(), "run `cargo xtask licences`: missing {missing:?}, gone {gone:?}");
}
