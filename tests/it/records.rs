//! What is on record about somebody and something: the same on the page, in the API, and for nobody else.

use base::{Actor, Role, Secret};
use hyper::Method;
use serde_json::{Value, json};
use tests::{PASSWORD, Person, Program, TestApp};

async fn with_role(app: &TestApp, name: &str, role: Role) -> Person {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap();
    let mut person = app.stranger();
    ok(&mut person, "log_in", &[("name", name), ("password", PASSWORD)]).await;
    person
}

async fn ok(person: &mut Person, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = person.call(function, fields).await;
    assert_eq!(answer.status, 200, "{function}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

fn names(list: &Value, of: impl Fn(&Value) -> &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| of(one).as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_account_has_its_sanctions_reports_and_organizations_beside_it() {
    let app = TestApp::start().await;
    let mut freya = with_role(&app, "Freya", Role::Owner).await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    ok(&mut freya, "admin_set_setting", &[("setting", "organizations.creation"), ("value", "anyone")]).await;
    let lantern = [("name", "The Lantern"), ("slug", "lantern"), ("visibility", "hidden"), ("joining", "open")];
    ok(&mut bert, "found_organization", &lantern).await;
    let report = [("target", "person"), ("name", "Bert"), ("reason", "abuse"), ("text", "He shouts.")];
    ok(&mut olga, "report", &report).await;
    let queue = ok(&mut mona, "admin_queue", &[]).await;
    let number = queue["reports"][0]["id"].to_string();
    let decision = [("report", number.as_str()), ("verdict", "mute"), ("duration", "day"), ("reason", "Shouting.")];
    ok(&mut mona, "admin_decide", &decision).await;

    let users = ok(&mut freya, "admin_users", &[("search", "Bert")]).await;
    let user = users["users"][0]["id"].to_string();
    let one = ok(&mut freya, "admin_user", &[("user", &user)]).await;
    assert_eq!(names(&one["sanctions"]["sanctions"], |one| &one["kind"]), ["mute"]);
    assert_eq!(names(&one["reports"], |one| &one["state"]), ["acted"]);
    assert_eq!(names(&one["organizations"], |one| &one["organization"]["name"]), ["The Lantern"]);
    assert_eq!(one["organizations"][0]["role"], "owner");
    let page = freya.get(&format!("/admin/users/{user}")).await;
    for word in ["Shouting.", "The Lantern", &format!("/admin/moderation/{number}")] {
        assert!(page.body.contains(word), "the page does not say {word}");
    }

    // The API says the same, to whom it may.
    let (mut runs, mut plays) = (app.program_of("Freya").await, app.program_of("Olga").await);
    for what in ["sanctions", "reports", "organizations"] {
        let path = format!("/api/v1/users/{user}/{what}");
        let told = runs.get(&path).await;
        assert_eq!(told.status, 200, "{path}: {}", told.body);
        let told = told.json();
        let items = if told.is_array() { told } else { told["items"].clone() };
        assert_eq!(items.as_array().unwrap().len(), 1, "{path}: {items}");
        assert_eq!(plays.get(&path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn of_nobody_and_nothing_there_is_no_record() {
    let app = TestApp::start().await;
    let (mut freya, mona) = (app.owner_program().await, moderator(&app, "Mona").await);
    app.person("Olga").await;
    let olga = app.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id.to_string();
    let nobody = "999999".to_owned();
    for what in ["sanctions", "reports", "organizations", "tokens", "identities"] {
        for (user, status) in [(&olga, 200), (&nobody, 404)] {
            let path = format!("/api/v1/users/{user}/{what}");
            let answer = freya.get(&path).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
    }
    // An organization that does not exist for somebody is one that does not exist.
    let form = json!({ "owner": "Olga", "organization": { "name": "The Cellar", "visibility": "hidden" } });
    let cellar = freya.post("/api/v1/organizations/all", &form).await.json()["id"].to_string();
    for (mut program, organization, status) in
        [(freya.clone(), &cellar, 200), (mona.clone(), &cellar, 404), (mona.clone(), &nobody, 404)]
    {
        let path = format!("/api/v1/organizations/{organization}/reports");
        let answer = program.get(&path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}

/// The program of a moderator.
async fn moderator(app: &TestApp, name: &str) -> Program {
    with_role(app, name, Role::Moderator).await;
    app.program_of(name).await
}

#[tokio::test]
async fn whoever_runs_an_organization_decides_no_report_about_it() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    let (mut mona, mut max) = (moderator(&app, "Mona").await, moderator(&app, "Max").await);
    let form = json!({ "owner": "Mona", "organization": { "name": "The Lantern" } });
    assert_eq!(freya.post("/api/v1/organizations/all", &form).await.status, 201);
    let mut olga = app.program_of("Olga").await;
    let form = json!({ "target": "organization", "name": "x", "reference": "the-lantern", "reason": "spam" });
    let report = olga.post("/api/v1/me/reports", &form).await.json()["id"].clone();
    let path = format!("/api/v1/moderation/reports/{report}/decision");
    for decision in [json!({ "reason": "" }), json!({ "settled": true, "reason": "Nothing to see." })] {
        let refused = mona.send(Method::PUT, &path, &decision).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    let many = json!({ "reports": [report], "decision": { "reason": "" } });
    let effects = mona.post("/api/v1/moderation/decisions", &many).await;
    assert_eq!(effects.json()[0]["refused"], "forbidden", "{}", effects.body);
    // Also while it is suspended, and to somebody who came to run it later.
    let organization = freya.get("/api/v1/organizations/at/the-lantern").await.json()["id"].clone();
    let at = format!("/api/v1/organizations/{organization}");
    freya.post(&format!("{at}/suspend"), &json!({ "reason": "Too loud." })).await;
    assert_eq!(mona.send(Method::PUT, &path, &json!({ "reason": "" })).await.status, 403);
    let given = freya.send(Method::PUT, &format!("{at}/owner"), &json!({ "name": "Max" })).await;
    assert_eq!(given.status, 204, "{}", given.body);
    assert_eq!(max.send(Method::PUT, &path, &json!({ "reason": "" })).await.status, 403);
    assert_eq!(mona.send(Method::PUT, &path, &json!({ "reason": "" })).await.status, 403, "an admin of it still");
    assert_eq!(freya.send(Method::PUT, &path, &json!({ "reason": "" })).await.status, 204);
}

#[tokio::test]
async fn an_organization_is_reported_from_its_page_and_settled() {
    let app = TestApp::start().await;
    let mut freya = with_role(&app, "Freya", Role::Owner).await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;
    let (mut olga, mut bert) = (app.person("Olga").await, app.person("Bert").await);
    ok(&mut freya, "admin_set_setting", &[("setting", "organizations.creation"), ("value", "anyone")]).await;
    for (name, slug, visibility) in [("The Lantern", "lantern", "public"), ("The Cellar", "cellar", "hidden")] {
        let form = [
            ("name", name),
            ("slug", slug),
            ("description", "Gold, cheap."),
            ("visibility", visibility),
            ("joining", "open"),
        ];
        ok(&mut bert, "found_organization", &form).await;
    }
    let link = "/report?target=organization&amp;name=The%20Lantern&amp;reference=lantern";
    let page = olga.get("/orgs/lantern").await;
    assert!(page.body.contains(link), "no link to report it");
    let form =
        |slug: &'static str| [("target", "organization"), ("name", "x"), ("reference", slug), ("reason", "spam")];
    assert_eq!(olga.call("report", &form("cellar")).await.status, 404, "she can't see it, so it is not there");
    ok(&mut olga, "report", &form("lantern")).await;

    let queue = ok(&mut mona, "admin_queue", &[]).await;
    let report = &queue["reports"][0];
    assert_eq!((&report["name"], &report["context"]), (&"The Lantern".into(), &"Gold, cheap.".into()));
    let number = report["id"].to_string();
    let organization = report["organization"].to_string();
    let case = mona.get(&format!("/admin/moderation/{number}")).await;
    assert!(case.body.contains(r#"href="/orgs/lantern""#), "no link to what it is about");
    assert!(!case.body.contains("/admin/organizations/"), "a moderator is not led to a closed door");
    let behind = format!("/admin/organizations/{organization}");
    assert!(freya.get(&format!("/admin/moderation/{number}")).await.body.contains(&behind));
    assert!(freya.get(&behind).await.body.contains(&format!("/admin/moderation/{number}")));

    ok(&mut mona, "admin_decide", &[("report", &number), ("verdict", "settled")]).await;
    let mine = ok(&mut olga, "standing", &[]).await;
    assert_eq!(mine["reports"]["reports"][0]["state"], "acted");
    let path = format!("/api/v1/organizations/{organization}/reports");
    let listed = app.program_of("Mona").await.get(&path).await.json();
    assert_eq!(names(&listed["items"], |one| &one["state"]), ["acted"]);
}

#[tokio::test]
async fn the_roles_page_names_whoever_has_one() {
    let app = TestApp::start().await;
    let mut freya = with_role(&app, "Freya", Role::Owner).await;
    with_role(&app, "Mona", Role::Moderator).await;
    with_role(&app, "Max", Role::Moderator).await;
    app.person("Olga").await;
    let page = freya.get("/admin/roles").await;
    for name in ["Freya", "Mona", "Max"] {
        assert!(page.body.contains(name), "{name} is not there");
    }
    assert!(!page.body.contains("Olga"), "members are counted, not listed");
    let mut runs = app.program_of("Freya").await;
    let roles = runs.get("/api/v1/roles").await.json();
    let counted: Vec<_> =
        roles.as_array().unwrap().iter().map(|held| (held["role"].as_str().unwrap(), &held["accounts"])).collect();
    assert_eq!(counted[0], ("owner", &1.into()));
    assert!(counted.contains(&("moderator", &2.into())) && counted.contains(&("member", &1.into())), "{counted:?}");
    let first = runs.get("/api/v1/roles/moderator/users?limit=1").await;
    assert_eq!(names(&first.json()["items"], |user| &user["name"]), ["Mona"]);
    assert_eq!(runs.get("/api/v1/roles/king/users").await.status, 404);
}

#[tokio::test]
async fn limits_of_organizations_hold_from_the_moment_they_are_set() {
    let app = TestApp::start().await;
    let mut freya = with_role(&app, "Freya", Role::Owner).await;
    let mut olga = app.person("Olga").await;
    for (setting, value) in [("organizations.creation", "anyone"), ("organizations.per_person", "1")] {
        ok(&mut freya, "admin_set_setting", &[("setting", setting), ("value", value)]).await;
    }
    ok(&mut freya, "admin_set_setting", &[("setting", "organizations.seats"), ("value", "7")]).await;
    ok(&mut olga, "found_organization", &[("name", "The Lantern"), ("slug", "lantern")]).await;
    assert_eq!(olga.call("found_organization", &[("name", "The Second")]).await.status, 409);
    let survey = ok(&mut freya, "admin_organizations", &[]).await;
    assert_eq!(survey["organizations"][0]["seats"], 7);
    ok(&mut freya, "admin_set_setting", &[("setting", "organizations.per_person"), ("value", "2")]).await;
    ok(&mut olga, "found_organization", &[("name", "The Second")]).await;
    let wrong = freya.call("admin_set_setting", &[("setting", "organizations.seats"), ("value", "0")]).await;
    assert_eq!(wrong.json()["problem"]["fields"][0]["code"], "out_of_range");
}
