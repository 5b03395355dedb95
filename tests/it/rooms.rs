//! The lobby's rooms: as those who run the hub want them, and for those who log on with a game.

use base::{Actor, Role};
use metaserver::testing::{Client, LogIn};
use metaserver_proto::{Dialect, ServerPacket};
use serde_json::json;
use tests::{TestApp, at_each_shell, until};

use crate::order::{player, with_role};

async fn banners(app: &TestApp, dialect: Dialect) -> Vec<i16> {
    let entered = LogIn::guest(dialect, "Wanderer").at(app.lobby()).await.unwrap();
    entered.rooms.iter().map(|room| room.room_id).collect()
}

/// Waits until clients of both kinds are told of these rooms.
async fn listed(app: &TestApp, wanted: &[i16]) {
    for dialect in Dialect::ALL {
        until("the rooms to be as they were set up", async || {
            let found = banners(app, dialect).await;
            if found == wanted { Ok(()) } else { Err(found) }
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_decided_about_rooms_holds_at_once_for_classic_clients() {
    let app = TestApp::start().await;
    let mut freya = app.owner_program().await;
    listed(&app, &[26, 5, 10]).await;
    let made = freya.post("/api/v1/rooms", &json!({ "banner": 6, "greeting": "Welcome." })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let room = made.json()["id"].to_string();
    listed(&app, &[26, 5, 10, 6]).await;
    let place =
        freya.send(hyper::Method::PUT, &format!("/api/v1/rooms/{room}/position"), &json!({ "position": 2 })).await;
    assert_eq!((place.status, place.json()[1]["banner"].as_i64()), (200, Some(6)), "{}", place.body);
    listed(&app, &[26, 6, 5, 10]).await;

    let twice = freya.post("/api/v1/rooms", &json!({ "banner": 6 })).await;
    assert_eq!((twice.status, twice.json()["fields"][0]["field"].as_str()), (422, Some("banner")), "{}", twice.body);
    let guest = LogIn::guest(Dialect::Myth2, "Wanderer");
    let entered = guest.at(app.lobby()).await.unwrap();
    let port = entered.rooms.iter().find(|room| room.room_id == 6).unwrap().port;
    let mut here = guest.enter_room((app.lobby().ip(), port).into(), &entered).await.unwrap();
    assert_eq!(here.blue_line().await.unwrap(), "Welcome.");
    let closed = freya.ask(hyper::Method::DELETE, &format!("/api/v1/rooms/{room}?reason=Empty")).await;
    assert_eq!(closed.status, 204, "{}", closed.body);
    here.link.closed().await.unwrap();
    listed(&app, &[26, 5, 10]).await;
}

#[tokio::test]
async fn the_command_line_opens_and_closes_rooms() {
    at_each_shell(async |app, shell| {
        app.program_of("Bert").await;
        assert!(shell.ok(&["room", "list"]).await.contains("Arrival"));
        assert!(shell.ok(&["room", "open", "Tyr", "--dry-run"]).await.contains("Would open"));
        let opened = shell.json(&["room", "open", "Tyr", "--kind", "ranked", "--caste-least", "3"]).await;
        let number = opened["id"].to_string();
        assert_eq!((&opened["banner"], &opened["guests"]), (&json!(6), &json!(false)));
        shell.audited("room.opened").await;
        let changed =
            shell.json(&["room", "change", &number, "--caste-least", "none", "--slow", "5", "--plugins", "true"]).await;
        assert_eq!(
            (&changed["caste_least"], &changed["slow_secs"], &changed["kind"], &changed["plugins"]),
            (&json!(null), &json!(5), &json!("ranked"), &json!(true))
        );
        assert!(shell.ok(&["room", "move", &number, "1", "--dry-run"]).await.contains("from place 4 to 1"));
        assert!(shell.ok(&["room", "move", &number, "1"]).await.contains("Tyr"));
        assert!(shell.ok(&["room", "show", &number]).await.contains("ranked"));
        assert!(shell.ok(&["room", "close", &number, "--dry-run"]).await.contains("Would close room"));
        shell.ok(&["room", "close", &number, "--reason", "Empty"]).await;
        shell.audited("room.closed").await;
        let held =
            shell.json(&["room-order", "add", "1", "gag", "Bert", "--minutes", "30", "--reason", "Floods"]).await;
        shell.audited("room.gagged").await;
        assert!(shell.ok(&["room-order", "list", "1"]).await.contains("Floods"));
        shell.ok(&["room-order", "lift", "1", &held["id"].to_string()]).await;
        shell.audited("room.released").await;
        assert!(shell.ok(&["room-order", "mute", "1", "zounds*"]).await.contains("zounds*"));
        assert_eq!(shell.json(&["room-order", "words", "1"]).await["here"], json!(["zounds*"]));
        shell.ok(&["room-order", "unmute", "1", "zounds*"]).await;
        assert_eq!(shell.json(&["room-order", "words", "1"]).await["here"], json!([]));
        let bert =
            app.running().hub.accounts.find_user(&Actor::Operator, "Bert").await.unwrap().unwrap().id.to_string();
        assert!(shell.ok(&["room-order", "name", "1", &bert]).await.contains("Bert"));
        shell.audited("room.moderator_set").await;
        assert_eq!(shell.json(&["room-order", "moderators", "1"]).await[0]["name"], "Bert");
        shell.ok(&["room-order", "dismiss", "1", &bert]).await;
        let wrong = shell.fails(&["room", "open", "Atlantis"]).await;
        assert!(wrong.contains("no room called Atlantis"), "{wrong}");
    })
    .await;
}

/// Waits for that answer of the hub, past what else it says.
async fn answered(client: &mut Client, answer: &str) {
    let found = client.until(|packet| match packet {
        ServerPacket::BlueLine(text) if text.to_string() == answer => Some(()),
        _ => None,
    });
    found.await.unwrap();
}

#[tokio::test]
async fn a_moderator_keeps_order_by_commands_and_a_member_does_not() {
    let app = TestApp::start().await;
    let mut people = Vec::new();
    for (name, role) in [("Alric", Role::Moderator), ("Olga", Role::Member)] {
        let mut person = with_role(&app, name, role).await;
        people.push(player(&app, &mut person, name).await);
    }
    let [mut alric, mut olga] = <[_; 2]>::try_from(people).ok().unwrap();
    let mut aleph = LogIn::guest(Dialect::AlephOne, "Wanderer").enter(app.lobby()).await.unwrap();

    olga.say(".gag Wanderer").await.unwrap();
    assert_eq!(olga.blue_line().await.unwrap(), "You may not do that.");
    for (client, listed) in [(&mut olga, false), (&mut alric, true)] {
        client.say(".help").await.unwrap();
        let mut help = Vec::new();
        while !help.iter().any(|line: &String| line.starts_with(".profile")) {
            help.push(client.blue_line().await.unwrap());
        }
        for theirs in [".gag player [minutes] [reason]", ".message text"] {
            assert_eq!(help.iter().any(|line| line.starts_with(theirs)), listed, "{help:?}");
        }
    }
    alric.say(".gag Guest 5 Too loud.").await.unwrap();
    answered(&mut alric, "Nobody here hears Guest Wanderer for 5 min.").await;
    until("the guest to be gagged", async || {
        aleph.say("hello?").await.unwrap();
        // Until then it hears itself.
        let told = aleph.until(|packet| match packet {
            ServerPacket::BlueLine(text) => Some(text.to_string()),
            ServerPacket::Chat(chat) => Some(chat.message.to_string()),
            _ => None,
        });
        let told = told.await.unwrap();
        if told.starts_with("You are gagged in this room for another 5 min") { Ok(()) } else { Err(told) }
    })
    .await;

    // The site's own mute, by its name or by whispering it to whom it is about.
    alric.whisper(olga.player_id, ".mute 10 Enough").await.unwrap();
    answered(&mut alric, "Olga is muted for 10 min.").await;
    olga.say("am I?").await.unwrap();
    let told = olga.until(|packet| match packet {
        ServerPacket::BlueLine(text) if text.to_string().starts_with("You are muted") => Some(()),
        _ => None,
    });
    told.await.unwrap();

    alric.say(".kick Olga Cool down").await.unwrap();
    let why = olga.until(|packet| match packet {
        ServerPacket::Kicked(text) => Some(text.to_string()),
        _ => None,
    });
    assert_eq!(why.await.unwrap(), "You were sent out of this room: Cool down");
    olga.link.closed().await.unwrap();

    let mut freya = app.owner_program().await;
    let audited = freya.get("/api/v1/audit?limit=20").await;
    for act in ["room.gagged", "room.kicked", "user.sanctioned"] {
        assert!(audited.body.contains(act), "{act}: {}", audited.body);
    }
}
