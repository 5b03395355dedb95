//! The hub in Discord, and commands in the lobby, through the doors that are there for them.

use std::time::Duration;

use base::{Actor, OrgId};
use contract::organization::OrganizationForm;
use discord::testing::GUILD;
use metaserver::testing::LogIn;
use metaserver_proto::Dialect;
use serde_json::{Value, json};
use tests::{InDiscord, TestApp, until};

const OLGA: &str = "6600000000000000001";
const MONA: &str = "6600000000000000002";
const GENERAL: &str = "3300000000000000001";
const MEMBERS: &str = "4400000000000000002";

async fn hall(app: &TestApp, owner: &str) -> OrgId {
    let form = OrganizationForm { name: "The Lantern".into(), joining: "open".into(), ..OrganizationForm::default() };
    let orgs = &app.running().hub.orgs;
    orgs.found_for(&Actor::Operator, owner, form).await.unwrap();
    orgs.id_of(&Actor::Operator, "the-lantern").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_in_discord_ends_where_the_pages_button_does() {
    let town = InDiscord::start().await;
    let app = TestApp::with(|settings| town.configure(settings)).await;
    let (mut olga, mut mona) = (app.person("Olga").await, app.person("Mona").await);
    let org = hall(&app, "Olga").await;
    assert_eq!(town.knock(&app, &json!({ "type": 1 })).await.status, 404, "nothing is set up");

    // Set up by the API, as the owner of the hub would.
    let mut freya = app.owner_program().await;
    let form = json!({
        "application_id": discord::testing::APPLICATION, "public_key": town.there.public_key(),
        "token": discord::testing::TOKEN,
    });
    let set = freya.send(hyper::Method::PUT, "/api/v1/discord", &form).await;
    assert_eq!((set.status, set.json()["has_token"].as_bool()), (200, Some(true)), "{}", set.body);
    assert!(!set.body.contains(discord::testing::TOKEN));
    let checked = freya.post("/api/v1/discord/check", &Value::Null).await;
    assert_eq!((checked.status, &checked.json()["trouble"]), (200, &Value::Null), "{}", checked.body);

    // Discord tries the address with a wrong signature before it takes it.
    let ping = json!({ "id": "1", "application_id": discord::testing::APPLICATION, "type": 1 });
    assert_eq!(town.knock_with(&app, &"0".repeat(128), "1", &ping.to_string()).await.status, 401);
    assert_eq!(town.knock_with(&app, "", "", "").await.status, 401);
    let answered = town.knock(&app, &ping).await;
    assert_eq!((answered.status, answered.json()), (200, json!({ "type": 1 })));

    // Olga links the server from the organization's page, where a member finds nothing.
    let user = town.link(&app, "Olga", OLGA).await;
    let page = olga.get("/orgs/the-lantern/discord").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("It is linked to no server yet."));
    assert_eq!(mona.get("/orgs/the-lantern/discord").await.status, 403);
    assert_eq!(app.stranger().get("/orgs/the-lantern/discord").await.status, 302);
    // What happened before is not told.
    app.clock.pass(Duration::from_secs(1));
    town.link_server(&app, org, user, OLGA).await;
    let choose = [
        ("organization", org.to_string()),
        ("guild", GUILD.to_owned()),
        ("channels[0]", format!("members:{GENERAL}")),
        ("guild_roles[0]", format!("member:{MEMBERS}")),
    ];
    let choose: Vec<(&str, &str)> = choose.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(olga.call("choose_for_discord_server", &choose).await.status, 200);
    let page = olga.get("/orgs/the-lantern/discord").await;
    assert!(page.body.contains("#general") && page.body.contains("@Members"), "{}", page.body);

    // Mona joins in Discord, as she would on the page; the channel is told, and she has her role.
    let said = town.says(&app, MONA, "join", json!({}), "0").await;
    assert!(said.contains("/account/safety"), "she is told how to link: {said}");
    let mona = town.link(&app, "Mona", MONA).await;
    app.clock.pass(Duration::from_secs(4));
    assert_eq!(town.says(&app, MONA, "join", json!({}), "0").await, "You belong to it now.");
    let hub = &app.running().hub;
    let belongs = hub.orgs.of_person(&Actor::Operator, mona).await.unwrap();
    assert_eq!((belongs.len(), belongs[0].organization.id), (1, org));
    until("the channel is told, and Mona has her role", async || {
        let told = town.there.asked(&format!("POST /channels/{GENERAL}/messages"));
        let roles = town.there.roles_of(MONA);
        let said = told.first().and_then(|asked| asked.body["content"].as_str().map(str::to_owned));
        if said.as_deref() == Some("**Mona** joined as member.") && roles == [MEMBERS] {
            Ok(())
        } else {
            Err((said, roles))
        }
    })
    .await;

    // Who is shut out is nobody in Discord either, and has nothing there.
    hub.accounts.lock(&Actor::Operator, mona).await.unwrap();
    app.clock.pass(Duration::from_secs(4));
    let said = town.says(&app, MONA, "link", json!({}), "0").await;
    assert!(said.contains("does not know your account"), "{said}");
    until("her role is gone", async || match town.there.roles_of(MONA) {
        roles if roles.is_empty() => Ok(()),
        roles => Err(roles),
    })
    .await;
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lobby_takes_the_same_commands() {
    let app = TestApp::start().await;
    app.person("Olga").await;
    let mut guest = LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
    guest.say(".help").await.unwrap();
    assert_eq!(guest.blue_line().await.unwrap(), ".help: these lines");
    // By name, after those of the lobby itself; this is the last.
    let mut lines = vec![guest.blue_line().await.unwrap()];
    while !lines.iter().any(|line| line.starts_with(".unfriend")) {
        lines.push(guest.blue_line().await.unwrap());
    }
    assert_eq!(lines[0], ".test: whether players can reach your game");
    for line in [
        ".me text: tell the room what you do; .action is the same",
        ".profile who: Somebody's profile",
        ".friend who: Ask somebody to be friends, or say yes",
    ] {
        assert!(lines.iter().any(|known| known == line), "{lines:?}");
    }
    guest.say(".profile olga").await.unwrap();
    assert_eq!(guest.blue_line().await.unwrap(), "Olga");
    assert_eq!(guest.blue_line().await.unwrap(), "Here now: no");
    guest.say(".profile").await.unwrap();
    guest.say(".join the-lantern").await.unwrap();
    guest.say(".frobnicate").await.unwrap();
    let mut answers = Vec::new();
    while answers.len() < 3 {
        answers.push(guest.blue_line().await.unwrap());
    }
    let said = |part: &str| answers.iter().any(|line| line.contains(part));
    assert!(said("is missing") && said("does not know your account") && said("no command"), "{answers:?}");
    drop(guest);
    assert!(app.stop().await);
}
