//! Talking in a lobby room by a page, by a form without script, by a program: one room with those who play.

use base::Role;
use contract::{
    Code,
    live::{Ask, Tell, Topic},
    lobby::{AsideFrom, Origin},
};
use metaserver::testing::{Client, LogIn};
use metaserver_proto::{Dialect, ServerPacket, Text};
use serde_json::json;
use tests::{Answer, LivePage, Person, TestApp, until};

use crate::order::{player, with_role};

/// The first room, in which everybody meets.
const HERE: &str = "1";

async fn enters(page: &mut LivePage) {
    let ask = Ask::Enter { room: 1.into() };
    page.say(&serde_json::to_string(&ask).unwrap()).await;
    assert_eq!(page.told().await, Tell::Entered { room: 1.into() });
}

async fn says(person: &mut Person, text: &str) -> Answer {
    person.call("say_in_room", &[("room", HERE), ("text", text)]).await
}

async fn heard(client: &mut Client, text: &str) {
    assert_eq!(client.line().await.unwrap().message, Text::new(text));
}

/// Why the page is in its room no longer.
async fn out(page: &mut LivePage) -> (Code, Option<String>) {
    loop {
        if let Tell::Out { problem, .. } = page.told().await {
            return (problem.code, problem.says);
        }
    }
}

#[tokio::test]
async fn a_page_and_a_game_talk_and_a_moderator_mutes_and_kicks_both() {
    let app = TestApp::start().await;
    let mut olga = app.person("Olga").await;
    let mut bert = app.person("Bert").await;
    let mut game = player(&app, &mut bert, "Bert").await;
    let mut mona = with_role(&app, "Mona", Role::Moderator).await;

    let mut page = app.page_of(&olga).await;
    enters(&mut page).await;
    let mut watching = app.page_of(&app.stranger()).await;
    watching.follow(Topic::Lobby).await;
    watching
        .sees("her among the players", |lobby| {
            let players = lobby.rooms.first().map(|room| room.players.as_slice()).unwrap_or_default();
            players.iter().any(|one| one.name == "Olga" && one.origin == Origin::Browser)
        })
        .await;
    let said = says(&mut olga, "hello by the page").await;
    assert_eq!(said.status, 200, "{}", said.body);
    heard(&mut game, "hello by the page").await;
    game.whisper(olga_number(&watching), "psst").await.unwrap();
    match page.told().await {
        Tell::Aside { aside, .. } => {
            assert_eq!((aside.from, aside.text), (AsideFrom::Player("Bert".into()), "psst".into()));
        }
        other => panic!("not whispered: {other:?}"),
    }

    // What a mute says is on the page, and in the game.
    for name in ["Olga", "Bert"] {
        let order = [("room", HERE), ("player", name), ("act", "mute"), ("duration", "10"), ("reason", "Floods.")];
        let done = mona.call("keep_room_order", &order).await;
        assert_eq!(done.status, 200, "{}", done.body);
    }
    until("the mute to hold", async || {
        let said = says(&mut olga, "am I heard?").await;
        if said.status == 403 && said.body.contains("\"muted\"") { Ok(()) } else { Err(said.body) }
    })
    .await;
    let read = olga.call("room", &[("room", HERE)]).await.json();
    assert_eq!(read["mute"]["reason"], "Floods.", "{read}");
    assert!(read["mute"]["until"].is_i64(), "{read}");
    let drawn = olga.get("/lobby/rooms/1").await;
    assert!(drawn.seen().contains("You are muted") && drawn.seen().contains("Floods."), "{}", drawn.seen());
    game.say("and am I?").await.unwrap();
    let told = game.until(|packet| match packet {
        ServerPacket::BlueLine(text) => Some(text.to_string()),
        _ => None,
    });
    assert!(told.await.unwrap().starts_with("You are muted"));

    for name in ["Olga", "Bert"] {
        let order = [("room", HERE), ("player", name), ("act", "kick"), ("reason", "Cool down")];
        let done = mona.call("keep_room_order", &order).await;
        assert_eq!(done.status, 200, "{}", done.body);
    }
    assert_eq!(out(&mut page).await, (Code::SentOut, Some("Cool down".into())));
    let why = game.until(|packet| match packet {
        ServerPacket::Kicked(text) => Some(text.to_string()),
        _ => None,
    });
    assert_eq!(why.await.unwrap(), "You were sent out of this room: Cool down");
    watching.sees("neither of them", |lobby| lobby.rooms[0].players.is_empty()).await;
    // Who was sent out may come back.
    enters(&mut page).await;

    let mut other = app.person("Otto").await;
    let refused = other.call("keep_room_order", &[("room", HERE), ("player", "Olga"), ("act", "kick")]).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(app.stop().await);
}

fn olga_number(watching: &LivePage) -> u32 {
    watching.lobby.rooms[0].players.iter().find(|one| one.name == "Olga").unwrap().number.0
}

#[tokio::test]
async fn without_script_a_form_says_a_line_and_the_page_shows_what_was_said() {
    let app = TestApp::start().await;
    let mut game = LogIn::guest(Dialect::AlephOne, "Wanderer").enter(app.lobby()).await.unwrap();
    let mut olga = app.person("Olga").await.without_script();
    assert_eq!(says(&mut olga, "no script here").await.status, 302);
    heard(&mut game, "no script here").await;
    game.say("none needed").await.unwrap();
    until("the page to show it", async || {
        let page = olga.get("/lobby/rooms/1").await.seen();
        let all = ["no script here", "none needed", "Guest Wanderer", "Browser", "Aleph One"];
        if all.iter().all(|text| page.contains(text)) { Ok(()) } else { Err(page) }
    })
    .await;
    assert_eq!(says(&mut olga, ".help").await.status, 302);
    until("the answer to her command", async || {
        let page = olga.get("/lobby/rooms/1").await.seen();
        if page.contains(".help: these lines") { Ok(()) } else { Err(page) }
    })
    .await;

    // Whoever is not logged in reads, and is shown the way in; a room that is none is none.
    let mut stranger = app.stranger();
    let page = stranger.get("/lobby/rooms/1").await;
    assert_eq!(page.status, 200);
    assert!(page.seen().contains("none needed") && page.body.contains("/login?next=/lobby/rooms/1"), "{}", page.body);
    assert_eq!(says(&mut stranger, "and me?").await.status, 401);
    assert_eq!(stranger.get("/lobby/rooms/404").await.status, 404);

    // She leaves with her login.
    let mut watching = app.page_of(&stranger).await;
    watching.follow(Topic::Lobby).await;
    watching.sees("her", |lobby| lobby.rooms.first().is_some_and(|room| room.players.len() == 2)).await;
    olga.call("log_out", &[]).await;
    watching.sees("her gone", |lobby| lobby.rooms[0].players.len() == 1).await;
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_program_talks_with_a_token_of_the_right_scope() {
    let app = TestApp::start().await;
    let mut game = LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
    let mut olga = app.program_of("Olga").await;
    let path = "/api/v1/rooms/1/lines";
    let said = olga.post(path, &json!({ "text": "by a program" })).await;
    assert_eq!(said.status, 204, "{}", said.body);
    heard(&mut game, "by a program").await;
    let lines = app.program().get(path).await;
    let line = &lines.json()[0];
    assert_eq!(
        (&line["name"], &line["text"], &line["origin"]),
        (&json!("Olga"), &json!("by a program"), &json!("browser"))
    );
    assert_eq!(app.program().post(path, &json!({ "text": "and who are you?" })).await.status, 401);
    assert_eq!(app.program().get("/api/v1/rooms/404/lines").await.status, 404);
    let empty = olga.post(path, &json!({ "text": "  " })).await;
    assert_eq!((empty.status, empty.json()["fields"][0]["code"].as_str()), (422, Some("required")), "{}", empty.body);
    let closed = olga.post("/api/v1/rooms/404/lines", &json!({ "text": "x" })).await;
    assert_eq!((closed.status, closed.json()["code"].as_str()), (404, Some("room_closed")), "{}", closed.body);
    let absent = olga.post(path, &json!({ "text": "x", "to": 999_999 })).await;
    assert_eq!((absent.status, absent.json()["fields"][0]["field"].as_str()), (422, Some("player")), "{}", absent.body);
    assert!(app.stop().await);
}
