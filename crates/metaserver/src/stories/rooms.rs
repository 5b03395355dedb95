//! What happens in a room: coming, talking, whispering, falling deaf, leaving.

use contract::lobby::Origin as Kind;
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{
        chat::PRIVATE,
        player::{PlayerData, Verb, flag},
        server_message::code,
    },
};

use super::harness::{FATAL, Lobby};
use crate::testing::{ClientError, LogIn};

#[tokio::test]
async fn two_eras_see_and_hear_each_other() {
    let lobby = Lobby::open().await;
    let mut myth = lobby.player(Dialect::Myth2, "olga").await;
    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;

    let olga = aleph.player(Verb::Add, "olga").await.expect("the list for Aleph One");
    assert_eq!((olga.aux.player_id, olga.aux.flags), (1, flag::ALEPH_PRESENT | flag::ALEPH_REGISTERED));
    let alric = myth.player(Verb::Add, "alric").await.expect("news for Myth II");
    assert_eq!((alric.aux.player_id, alric.aux.caste, alric.aux.order), (3, -1, 0));
    assert_eq!(alric.data.team_name, Text::new("alric"), "Aleph One's account name");

    myth.say("Hail from 1998").await.expect("sent");
    for client in [&mut myth, &mut aleph] {
        let line = client.line().await.expect("everybody hears it, the speaker too");
        assert_eq!((line.sender_id, line.name, line.message), (1, "olga".into(), "Hail from 1998".into()));
        assert_eq!(
            (line.colour.red, line.colour.green, line.colour.flags),
            (0xffff, 0x1234, 0xd),
            "the speaker's colour"
        );
    }
    aleph.say("|iAnd from 2002 ").await.expect("sent");
    assert_eq!(myth.line().await.expect("heard").message, Text::new("|iAnd from 2002"));

    let lines =
        lobby.watching.until(|shown| (shown.rooms[0].lines.len() == 2).then(|| shown.rooms[0].lines.clone())).await;
    let said: Vec<_> = lines.iter().map(|line| (line.name.as_str(), line.origin, line.text.as_str())).collect();
    assert_eq!(said, [("olga", Some(Kind::Myth2), "Hail from 1998"), ("alric", Some(Kind::AlephOne), "And from 2002")]);
    assert_eq!(lobby.watching.shown().rooms[0].players[0].color, "#2080e0");

    drop(aleph);
    let gone = myth.player(Verb::Delete, "alric").await.expect("news of the leaving");
    assert_eq!(gone.aux.player_id, 3);
    lobby.watching.until(|shown| (shown.rooms[0].players.len() == 1).then_some(())).await;
    lobby.close().await;
}

#[tokio::test]
async fn a_whisper_reaches_its_target_and_comes_back_as_a_copy() {
    let lobby = Lobby::open().await;
    let mut myth = lobby.player(Dialect::Myth2, "olga").await;
    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;
    let mut third = lobby.guest(Dialect::Myth2, "Third").await;

    aleph.whisper(1, "just you").await.expect("sent");
    for client in [&mut myth, &mut aleph] {
        let whisper = client.private_line().await.expect("heard");
        assert_eq!((whisper.target_id, whisper.echo, whisper.chat.flags & PRIVATE), (1, 0, PRIVATE));
        assert_eq!(
            (whisper.chat.sender_id, whisper.chat.name, whisper.chat.message),
            (3, "alric".into(), "just you".into())
        );
    }
    myth.whisper(1, "to myself").await.expect("sent");
    assert_eq!(myth.private_line().await.expect("once").chat.message, Text::new("to myself"));
    aleph.whisper(77, "to nobody").await.expect("sent");
    let told =
        aleph.until(|packet| if let ServerPacket::Message(message) = packet { Some(message.code) } else { None }).await;
    assert_eq!(told.expect("told"), code::NOT_IN_ROOM);

    myth.say("end").await.expect("sent");
    third
        .until(|packet| match packet {
            ServerPacket::Whisper(whisper) => panic!("overheard: {whisper:?}"),
            ServerPacket::Chat(_) => Some(()),
            _ => None,
        })
        .await
        .expect("the last line");
    myth.until(|packet| match packet {
        ServerPacket::Whisper(whisper) => panic!("twice: {whisper:?}"),
        ServerPacket::Chat(_) => Some(()),
        _ => None,
    })
    .await
    .expect("the last line");
    assert_eq!(lobby.watching.shown().rooms[0].lines.len(), 1, "no page shows whispers");
    lobby.close().await;
}

#[tokio::test]
async fn blank_lines_are_dropped_and_commands_answered_in_private() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    for blank in ["", "   ", "|i|b "] {
        olga.say(blank).await.expect("sent");
    }
    olga.say(".frobnicate now").await.expect("sent");
    assert_eq!(olga.blue_line().await.expect("an answer"), "olga says .frobnicate now");
    olga.whisper(1, ".help").await.expect("sent");
    assert_eq!(olga.blue_line().await.expect("an answer"), "olga says .help");
    olga.say("... and so on").await.expect("sent");
    assert_eq!(other.line().await.expect("the first line").message, Text::new("... and so on"));
    lobby.close().await;
}

#[tokio::test]
async fn the_deaf_are_sent_nothing_until_they_listen_again() {
    let lobby = Lobby::open().await;
    let mut myth = lobby.player(Dialect::Myth2, "olga").await;
    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;
    myth.set_deaf(true).await.expect("sent");
    lobby.watching.until(|shown| shown.rooms[0].players.iter().find(|p| p.name == "olga" && p.away).map(|_| ())).await;

    aleph.say("one").await.expect("sent");
    aleph.whisper(1, "two").await.expect("sent");
    aleph.private_line().await.expect("the copy comes all the same");
    aleph.set_deaf(true).await.expect("sent");
    lobby.watching.until(|shown| shown.rooms[0].players.iter().all(|p| p.away).then_some(())).await;
    aleph.set_deaf(false).await.expect("sent");
    lobby.watching.until(|shown| shown.rooms[0].players.iter().any(|p| !p.away).then_some(())).await;

    myth.set_deaf(false).await.expect("sent");
    myth.link.send(&ClientPacket::FullUpdate).await.expect("sent");
    // What was already on the way when it fell deaf may come first; nothing of what was said meanwhile may.
    let players = myth
        .until(|packet| match packet {
            ServerPacket::Chat(_) | ServerPacket::Whisper(_) => panic!("heard while deaf: {packet:?}"),
            ServerPacket::Players(players) if players.len() == 2 => Some(players),
            _ => None,
        })
        .await
        .expect("the full list");
    assert!(players.iter().all(|player| player.aux.verb == Verb::Add));
    lobby.close().await;
}

#[tokio::test]
async fn a_player_changes_state_and_nothing_else() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    let disguise = PlayerData { state: 1, name: "alric".into(), ..PlayerData::default() };
    olga.link.send(&ClientPacket::PlayerData(disguise)).await.expect("sent");
    let changed = other.player(Verb::Change, "olga").await.expect("news");
    assert_eq!((changed.data.state, changed.data.name), (1, "olga".into()));
    lobby.close().await;
}

#[tokio::test]
async fn a_myth_player_goes_from_room_to_room_with_one_token() {
    let lobby = Lobby::open().await;
    let login = LogIn::player(Dialect::Myth2, "olga", "opensesame");
    let entered = login.at(lobby.address()).await.expect("the right password");
    let mut here = login.enter_room(lobby.running.rooms()[0].1, &entered).await.expect("open");
    let there = login.enter_room(lobby.running.rooms()[1].1, &entered).await.expect("open");
    here.link.closed().await.expect("one is in one room at a time");
    lobby
        .watching
        .until(|shown| (shown.rooms[0].players.is_empty() && shown.rooms[1].players.len() == 1).then_some(()))
        .await;
    drop(there);
    lobby.watching.until(|shown| shown.rooms[1].players.is_empty().then_some(())).await;
    login.enter_room(lobby.running.rooms()[2].1, &entered).await.expect("the token is still good");
    lobby.close().await;
}

#[tokio::test]
async fn myth_players_are_told_how_full_every_room_is() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let login = LogIn::guest(Dialect::AlephOne, "Other");
    let entered = login.at(lobby.address()).await.expect("guests may come in");
    let _other = login.enter_room(lobby.running.rooms()[2].1, &entered).await.expect("open");
    let rooms = olga
        .until(|packet| match packet {
            ServerPacket::Rooms(rooms) if rooms[0].players == 1 && rooms[2].players == 1 => Some(rooms),
            _ => None,
        })
        .await
        .expect("new counts");
    assert_eq!(rooms.len(), 3);
    lobby.close().await;
}

#[tokio::test]
async fn a_full_room_takes_nobody_else() {
    let lobby = Lobby::with(|config| config.limits.connections_per_address = 1_000).await;
    let mut inside = Vec::new();
    for _ in 0..32 {
        inside.push(lobby.guest(Dialect::Myth2, "Somebody").await);
    }
    let late = LogIn::guest(Dialect::Myth2, "Late").enter(lobby.address()).await;
    assert!(matches!(late, Err(ClientError::Refused(code::ROOM_FULL, _))), "{late:?}");
    lobby.close().await;
}

#[tokio::test]
async fn a_room_that_fails_starts_afresh_and_remembers_what_was_said() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    olga.say("before").await.expect("sent");
    olga.say(FATAL).await.expect("sent");
    olga.link.closed().await.expect("whoever was there is sent away");
    let mut again = lobby.player(Dialect::Myth2, "olga").await;
    again.say("after").await.expect("sent");
    assert_eq!(again.line().await.expect("the room works").message, Text::new("after"));
    let lines = lobby
        .watching
        .until(|shown| {
            let lines: Vec<_> = shown.rooms[0].lines.iter().map(|line| line.text.clone()).collect();
            lines.contains(&"after".to_owned()).then_some(lines)
        })
        .await;
    assert_eq!(lines, ["before", FATAL, "after"]);
    lobby.close().await;
}
