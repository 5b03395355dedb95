//! Keeping order: one sanction, and every door knows of it.

use std::time::Duration;

use base::{Actor, Role, Secret};
use contract::live::Topic;
use metaserver::testing::{Client, ClientError, LogIn};
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{player::Verb, server_message::code},
};
use serde_json::Value;
use tests::{PASSWORD, Person, TestApp};

const CREDENTIALS: [(&str, &str); 1] = [("password", PASSWORD)];

/// Somebody of that role, logged in.
pub(crate) async fn with_role(app: &TestApp, name: &str, role: Role) -> Person {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap();
    let mut person = app.stranger();
    let answer = log_in(&mut person, name).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    person
}

async fn log_in(person: &mut Person, name: &str) -> tests::Answer {
    person.call("log_in", &[[("name", name)].as_slice(), &CREDENTIALS].concat()).await
}

async fn ok(person: &mut Person, function: &str, fields: &[(&str, &str)]) -> Value {
    let answer = person.call(function, fields).await;
    assert_eq!(answer.status, 200, "{function}: {}", answer.body);
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// Somebody in the lobby, by their game password.
pub(crate) async fn player(app: &TestApp, person: &mut Person, name: &str) -> Client {
    let made = ok(person, "make_game_password", &[]).await;
    let password = made["password"].as_str().unwrap().to_owned();
    LogIn::player(Dialect::Myth2, name, &password).enter(app.lobby()).await.unwrap()
}

/// The number of the only report that waits.
async fn waiting(moderator: &mut Person) -> String {
    let queue = ok(moderator, "admin_queue", &[]).await;
    assert_eq!(queue["waiting"], 1, "{queue}");
    queue["reports"][0]["id"].to_string()
}

#[tokio::test]
async fn a_ban_ends_everything_at_once_and_says_why() {
    let app = TestApp::start().await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;
    let mut max = with_role(&app, "Max", Role::Moderator).await;
    let mut olga = app.person("Olga").await;
    let mut bert = app.person("Bert").await;
    let mut game = player(&app, &mut bert, "Bert").await;
    let mut page = app.page_of(&bert).await;
    page.follow(Topic::Lobby).await;

    let report = [("target", "person"), ("name", "Bert"), ("reason", "abuse"), ("text", "He shouts.")];
    ok(&mut olga, "report", &report).await;
    let number = waiting(&mut mona).await;
    let decision = [("report", number.as_str()), ("verdict", "ban"), ("reason", "Shouting.")];
    ok(&mut mona, "admin_decide", &decision).await;

    // In the lobby: out at once, and not back in.
    let told = game.until(|packet| match packet {
        ServerPacket::Message(message) => Some(message.code),
        _ => None,
    });
    assert_eq!(told.await.unwrap(), code::LOCKED);
    // On the site: the login has ended, and the open page with it.
    assert_eq!(u16::from(page.closed().await), 1008);
    assert_eq!(bert.get("/account").await.status, 302);
    let refused = LogIn::player(Dialect::Myth2, "Bert", "whatever it was").at(app.lobby()).await;
    assert!(matches!(refused, Err(ClientError::Refused(..))));

    // A wrong password learns nothing of it; the right one is told why and may appeal.
    let wrong = bert.call("log_in", &[("name", "Bert"), ("password", "not the password")]).await;
    assert_eq!(wrong.json()["problem"]["code"], "wrong_credentials");
    let right = log_in(&mut bert, "Bert").await;
    assert_eq!(right.status, 200, "{}", right.body);
    let path = right.json().as_str().unwrap().to_owned();
    assert!(path.starts_with("/barred?pass="), "{path}");
    assert_eq!(bert.get("/account").await.status, 302, "it is no login");
    let shown = bert.get(&path).await;
    assert!(shown.status == 200 && shown.body.contains("Shouting."), "{}", shown.body);
    let pass = path.split_once('=').unwrap().1;
    let barred = ok(&mut bert, "barred", &[("pass", pass)]).await;
    let sanction = barred[0]["id"].to_string();
    let appeal = [("pass", pass), ("sanction", sanction.as_str()), ("text", "It was a joke.")];
    ok(&mut bert, "appeal_by_pass", &appeal).await;

    // Whoever decided leaves the answer to the other.
    let appeals = ok(&mut mona, "admin_appeals", &[]).await;
    let appeal = appeals["appeals"][0]["id"].to_string();
    let answer = [("appeal", appeal.as_str()), ("verdict", "lift"), ("text", "Well then.")];
    assert_eq!(mona.call("admin_answer", &answer).await.status, 403);
    ok(&mut max, "admin_answer", &answer).await;
    assert_eq!(log_in(&mut bert, "Bert").await.json(), "/");
    let mine = ok(&mut olga, "standing", &[]).await;
    assert_eq!(mine["reports"]["reports"][0]["state"], "acted");
}

#[tokio::test]
async fn a_muted_player_is_silent_in_the_lobby_until_it_ends() {
    let app = TestApp::start().await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;
    let mut bert = app.person("Bert").await;
    let mut game = player(&app, &mut bert, "Bert").await;
    let mut page = app.page_of(&app.stranger()).await;
    page.follow(Topic::Lobby).await;
    game.say(".afk I flood").await.unwrap();
    let entry = game.player(Verb::Change, "Bert").await.unwrap();
    assert_eq!(entry.data.name, Text::new("|iI flood|p-Bert"));
    assert!(game.blue_line().await.unwrap().starts_with("You are away"));
    let mute = [("name", "Bert"), ("verdict", "mute"), ("duration", "hour"), ("reason", "Flooding.")];
    ok(&mut mona, "admin_sanction", &mute).await;
    // Why he says to be away is gone from the list at once.
    let entry = game.player(Verb::Change, "Bert").await.unwrap();
    assert_eq!(entry.data.name, Text::new("|iaway|p-Bert"));
    game.say("can you hear me?").await.unwrap();
    assert!(game.blue_line().await.unwrap().starts_with("You are muted"));
    app.clock.pass(Duration::from_hours(1));
    game.say("and now").await.unwrap();
    page.sees("the first line since", |lobby| {
        lobby.rooms.first().and_then(|room| room.lines.last()).is_some_and(|line| line.text == "and now")
    })
    .await;
    assert!(bert.get("/account/standing").await.body.contains("Flooding."));
}

#[tokio::test]
async fn a_locked_player_leaves_the_lobby() {
    let app = TestApp::start().await;
    let mut bert = app.person("Bert").await;
    let mut game = player(&app, &mut bert, "Bert").await;
    let accounts = &app.running().hub.accounts;
    let user = accounts.find_user(&Actor::Operator, "Bert").await.unwrap().unwrap().id;
    accounts.lock(&Actor::Operator, user).await.unwrap();
    let told = game.until(|packet| match packet {
        ServerPacket::Message(message) => Some(message.code),
        _ => None,
    });
    assert_eq!(told.await.unwrap(), code::LOCKED);
}

#[tokio::test]
async fn addresses_and_names_are_kept_out() {
    let app = TestApp::start().await;
    let mut tyr = with_role(&app, "Tyr", Role::Admin).await;
    let mut bert = app.person("Bert").await;
    ok(&mut tyr, "admin_ban_names", &[("pattern", "spam*"), ("duration", ""), ("reason", "Bots.")]).await;
    let form = [("name", "Spam-Lord"), ("email", ""), ("password", PASSWORD)];
    let refused = app.stranger().call("register", &form).await;
    assert_eq!(refused.json()["problem"]["fields"][0]["code"], "reserved", "{}", refused.body);
    let guest = LogIn::guest(Dialect::Myth2, "Spam-Lord").at(app.lobby()).await;
    assert!(matches!(guest, Err(ClientError::Refused(code::GUEST_NAME_TAKEN, _))), "{guest:?}");

    // Nobody shuts themselves out by mistake.
    let own = [("network", "127.0.0.1"), ("duration", "hour"), ("reason", "Flooding.")];
    let refused = tyr.call("admin_ban_network", &own).await;
    assert_eq!(refused.json()["problem"]["fields"][0]["code"], "too_wide", "{}", refused.body);
    // The operator may: whoever is at the machine has its command line.
    let moderation = &app.running().hub.moderation;
    let here = moderation::About::Network("127.0.0.1".into());
    moderation.ban_place(&Actor::Operator, &here, Some(Duration::from_hours(1)), "Flooding.").await.unwrap();
    let form = [("name", "Carl"), ("email", ""), ("password", PASSWORD)];
    assert_eq!(app.stranger().call("register", &form).await.json()["problem"]["code"], "barred");
    assert_eq!(log_in(&mut app.stranger(), "Bert").await.json()["problem"]["code"], "barred");
    let guest = LogIn::guest(Dialect::Myth2, "Wanderer").at(app.lobby()).await;
    assert!(matches!(guest, Err(ClientError::Refused(code::LOCKED, _))), "{guest:?}");
    assert_eq!(bert.get("/account").await.status, 200, "who was in stays in");
    app.clock.pass(Duration::from_hours(1));
    assert_eq!(log_in(&mut app.stranger(), "Bert").await.status, 200, "by the clock alone");
}

#[tokio::test]
async fn the_queue_is_for_those_who_keep_order() {
    let app = TestApp::start().await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;
    let mut olga = app.person("Olga").await;
    app.person("Bert").await;
    let report = [("target", "profile"), ("name", "Bert"), ("reason", "spam"), ("text", "")];
    assert_eq!(app.stranger().call("report", &report).await.status, 401);
    // Without script a report is a plain form, and the browser goes on to where its state is seen.
    let mut plain = olga.clone().without_script();
    assert!(plain.get("/report?target=profile&name=Bert").await.body.contains("value=\"Bert\""));
    let sent = plain.call("report", &report).await;
    assert_eq!((sent.status, sent.header("location")), (302, "/account/standing?reported=1"));
    let number = waiting(&mut mona).await;
    let case = format!("/admin/moderation/{number}");
    for path in ["/admin/moderation", case.as_str(), "/admin/moderation/sanctions", "/admin/moderation/appeals"] {
        assert_eq!(mona.get(path).await.status, 200, "{path}");
        assert_eq!(olga.get(path).await.status, 403, "{path}");
        assert_eq!(app.stranger().get(path).await.status, 303, "{path}");
    }
    // A look at a decision before it is made, and one key a decision.
    let look = format!("/admin/moderation/bulk?report={number}&verdict=warn&reason=Stop");
    assert!(mona.get(&look).await.body.contains("Bert"));
    assert!(mona.get(&case).await.body.contains("accesskey=\"d\""));
    ok(&mut mona, "admin_claim", &[("report", &number)]).await;
    let many = [("reports[]", number.as_str()), ("verdict", "dismiss")];
    assert_eq!(ok(&mut mona, "admin_decide_many", &many).await[0]["refused"], Value::Null);
    ok(&mut mona, "admin_undo", &[("report", &number)]).await;
    for (function, fields) in [
        ("admin_queue", vec![]),
        ("admin_case", vec![("report", number.as_str())]),
        ("admin_decide", vec![("report", number.as_str()), ("verdict", "dismiss")]),
        ("admin_sanction", vec![("name", "Bert"), ("verdict", "ban"), ("reason", "No.")]),
    ] {
        assert_eq!(olga.call(function, &fields).await.status, 403, "{function}");
    }
    assert_eq!(mona.call("admin_ban_names", &[("pattern", "spam*"), ("reason", "No.")]).await.status, 403);
}
