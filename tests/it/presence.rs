//! The whole line: an account, its game password, a classic client of each dialect, and every open page sees it.

use bytes::Bytes;
use contract::{live::Topic, lobby::Origin};
use hyper::Method;
use metaserver::testing::{ClientError, LogIn};
use metaserver_proto::Dialect;
use tests::{Person, TestApp};

/// Makes a game password as the account page does.
async fn game_password(person: &mut Person) -> String {
    let answer = person.call("make_game_password", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["password"].as_str().unwrap().to_owned()
}

/// What Aleph One does before it logs on: it asks for a one-use token. Gives back the whole answer's text.
async fn ask_token(app: &TestApp, name: &str, password: &str) -> String {
    let form = format!("password={password}&salt=%01%02&username={name}");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    app.stranger().send(Method::POST, "/metaclient/login", &headers, Bytes::from(form)).await.body
}

#[tokio::test]
async fn a_page_sees_a_player_come_talk_host_and_leave() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let password = game_password(&mut olga).await;
    let mut page = app.page_of(&app.stranger()).await;
    page.follow(Topic::Lobby).await;
    page.sees("three quiet rooms, Arrival first", |lobby| {
        lobby.rooms.len() == 3 && lobby.rooms[0].name == "Arrival" && lobby.player_count() == 0
    })
    .await;

    let mut client = LogIn::player(Dialect::Myth2, "Olga", &password).enter(app.lobby()).await.unwrap();
    page.sees("Olga in Arrival", |lobby| {
        let players = &lobby.rooms[0].players;
        players.len() == 1 && players[0].user.is_some() && players[0].origin == Origin::Myth2
    })
    .await;
    client.say("the |bgate|p is open").await.unwrap();
    page.sees("the line, without style codes", |lobby| {
        lobby.rooms[0].lines.last().is_some_and(|line| line.text == "the gate is open")
    })
    .await;
    client.host("Ghols at the Bridge", "Crow's Bridge").await.unwrap();
    page.sees("the game", |lobby| {
        lobby.rooms[0].games.first().is_some_and(|game| game.name == "Ghols at the Bridge" && game.started_at.is_none())
    })
    .await;
    client.start_game().await.unwrap();
    page.sees("the game running", |lobby| lobby.rooms[0].games[0].started_at.is_some()).await;
    drop(client);
    page.sees("nobody", |lobby| lobby.player_count() == 0 && lobby.game_count() == 0).await;
}

#[tokio::test]
async fn two_eras_talk_in_one_room() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let password = game_password(&mut olga).await;
    let token = ask_token(&app, "Olga", &password).await;
    assert_eq!(token.len(), 16, "{token}");
    let mut aleph = LogIn::player(Dialect::AlephOne, "Olga", &token).enter(app.lobby()).await.unwrap();
    let mut myth = LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
    aleph.say("from another ship").await.unwrap();
    assert_eq!(myth.line().await.unwrap().message.to_string(), "from another ship");
    myth.say("well met").await.unwrap();
    aleph.line().await.unwrap();
    assert_eq!(aleph.line().await.unwrap().message.to_string(), "well met");
}

#[tokio::test]
async fn a_token_is_good_once_and_only_for_its_account() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let password = game_password(&mut olga).await;
    let token = ask_token(&app, "Olga", &password).await;
    let refused = |error: ClientError| matches!(error, ClientError::Refused(3, _));
    assert!(refused(LogIn::player(Dialect::AlephOne, "Igor", &token).at(app.lobby()).await.unwrap_err()));
    LogIn::player(Dialect::AlephOne, "Olga", &token).at(app.lobby()).await.unwrap();
    assert!(refused(LogIn::player(Dialect::AlephOne, "Olga", &token).at(app.lobby()).await.unwrap_err()));
    assert_ne!(ask_token(&app, "Olga", "not the password").await.len(), 16, "a refusal can never be a token");
}

#[tokio::test]
async fn a_game_password_opens_the_lobby_and_nothing_else() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let password = game_password(&mut olga).await;
    assert!(password.len() <= 15 && password.is_ascii());
    let site = app.stranger().call("log_in", &[("name", "Olga"), ("password", &password)]).await;
    assert_eq!(site.status, 401, "the site takes no game password");
    let wrong = LogIn::player(Dialect::Myth2, "Olga", tests::PASSWORD.get(..15).unwrap());
    assert!(matches!(wrong.at(app.lobby()).await, Err(ClientError::Refused(3, _))));

    assert_eq!(olga.call("revoke_game_password", &[]).await.status, 200);
    let revoked = LogIn::player(Dialect::Myth2, "Olga", &password);
    assert!(matches!(revoked.at(app.lobby()).await, Err(ClientError::Refused(3, _))));
}

#[tokio::test]
async fn a_locked_account_is_kept_out_of_the_lobby_too() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let password = game_password(&mut olga).await;
    let accounts = &app.running().hub.accounts;
    let found = accounts.find_user(&base::Actor::Operator, "olga").await.unwrap().unwrap();
    accounts.lock(&base::Actor::Operator, found.id).await.unwrap();
    let locked = LogIn::player(Dialect::Myth2, "Olga", &password);
    assert!(matches!(locked.at(app.lobby()).await, Err(ClientError::Refused(14, _))));
    assert_eq!(olga.get("/account").await.status, 302, "its logins on the site have ended");
}

#[tokio::test]
async fn a_page_that_was_away_catches_up_by_number() {
    use contract::live::{Ask, Tell};

    let app = TestApp::start().await;
    let mut page = app.page_of(&app.stranger()).await;
    page.follow(Topic::Lobby).await;
    let Tell::Snapshot { position, .. } = page.told().await else { panic!("first comes the snapshot") };
    drop(page);
    let mut client = LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
    client.say("while you were away").await.unwrap();
    client.line().await.unwrap();

    let mut page = app.page_of(&app.stranger()).await;
    page.say(&serde_json::to_string(&Ask::Subscribe { topic: Topic::Lobby, after: Some(position) }).unwrap()).await;
    let Tell::Change { position: next, .. } = page.told().await else { panic!("what was missed comes by itself") };
    assert_eq!((next.epoch, next.n), (position.epoch, position.n + 1));
}

#[tokio::test]
async fn a_page_that_asks_for_rubbish_is_told_so_and_goes_on() {
    let app = TestApp::start().await;
    let mut page = app.page_of(&app.stranger()).await;
    for rubbish in ["", "{}", "[1]", r#"{"ask":"subscribe","topic":"secrets"}"#, "\u{0}"] {
        page.say(rubbish).await;
        assert!(matches!(page.told().await, contract::live::Tell::Refused { .. }), "{rubbish:?}");
    }
    page.follow(Topic::Lobby).await;
    page.sees("the rooms all the same", |lobby| lobby.rooms.len() == 3).await;
    page.say(&"x".repeat(20_000)).await;
    assert_eq!(u16::from(page.closed().await), 1009, "too large");
}
