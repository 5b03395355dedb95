//! Which versions of the games come in, what they get, and what the others are told.

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{notice::Url, player::Verb, server_message::code},
};

use super::harness::Lobby;
use crate::{
    Config,
    testing::{Client, ClientError, Link, LogIn},
};

fn old(application: &'static str, name: &str) -> LogIn {
    LogIn {
        in_clear: Some(application),
        patch: 3,
        version: (2130, 0),
        ..LogIn::player(Dialect::Myth2, name, "opensesame")
    }
}

fn all_old(config: &mut Config) {
    config.versions.myth_clear_text = true;
    config.versions.fallen_lords = true;
    config.versions.myth_three = true;
}

async fn code_of(login: LogIn, lobby: &Lobby) -> i32 {
    match login.at(lobby.address()).await {
        Err(ClientError::Refused(code, _)) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn who_knows_no_encryption_stays_out_by_default() {
    let lobby = Lobby::open().await;
    for (application, told) in [
        ("MYTH2", code::VERSION),
        ("MYTH", code::NOT_ALLOWED),
        ("MYTH3", code::NOT_ALLOWED),
        ("MYTH9", code::UNKNOWN_GAME),
    ] {
        assert_eq!(code_of(old(application, "olga"), &lobby).await, told, "{application}");
    }
    lobby.close().await;
}

#[tokio::test]
async fn each_is_let_in_by_its_own_setting() {
    type Choose = fn(&mut Config);
    let settings: [(Choose, &'static str); 3] = [
        (|config| config.versions.myth_clear_text = true, "MYTH2"),
        (|config| config.versions.fallen_lords = true, "MYTH1"),
        (|config| config.versions.myth_three = true, "MYTH3"),
    ];
    for (choose, own) in settings {
        let lobby = Lobby::with(choose).await;
        for application in ["MYTH2", "MYTH1", "MYTH3"] {
            let came = old(application, "olga").at(lobby.address()).await;
            assert_eq!(came.is_ok(), application == own, "{application} where {own} is let in: {came:?}");
        }
        // The password counts as ever, and so does the patch where its number is known to mean something.
        let wrong = LogIn { password: Some("guess".into()), ..old(own, "olga") };
        assert_eq!(code_of(wrong, &lobby).await, code::BAD_LOGIN);
        let unpatched = LogIn { patch: 2, ..old(own, "olga") }.at(lobby.address()).await;
        assert_eq!(unpatched.is_err(), own == "MYTH2", "{unpatched:?}");
        lobby.close().await;
    }
}

#[tokio::test]
async fn old_and_new_share_a_room_and_each_is_spoken_to_in_its_own_way() {
    let lobby = Lobby::with(all_old).await;
    let mut current = lobby.player(Dialect::Myth2, "olga").await;
    let mut clear = old("MYTH2", "balin").enter(lobby.address()).await.expect("let in here");
    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;
    current.player(Verb::Add, "balin").await.expect("news of the newcomer");
    clear.say("in clear").await.expect("sent");
    for client in [&mut current, &mut clear, &mut aleph] {
        assert_eq!(client.line().await.expect("heard").message, Text::new("in clear"));
    }
    current.say("sealed").await.expect("sent");
    assert_eq!(clear.line().await.expect("heard").message, Text::new("sealed"));
    // It would take 0.0.0.0 for an address.
    let rooms = clear.until(|packet| if let ServerPacket::Rooms(rooms) = packet { Some(rooms) } else { None });
    assert!(rooms.await.expect("news of the counts").iter().all(|room| room.address.is_loopback()));
    lobby.close().await;
}

#[tokio::test]
async fn a_client_of_old_gets_its_lists_when_it_has_said_how_it_looks() {
    let lobby = Lobby::with(all_old).await;
    let login = old("MYTH2", "balin");
    let entered = login.at(lobby.address()).await.expect("let in here");
    let mut link = Link::connect_in_clear(Dialect::Myth2, lobby.running.rooms()[0].1).await.expect("the room listens");
    let room_login = metaserver_proto::packet::room::RoomLogin { token: entered.token, user_name: Text::default() };
    link.send(&ClientPacket::RoomLogin(room_login)).await.expect("sent");
    assert!(matches!(link.receive().await, Ok(ServerPacket::RoomLoginSuccess(_))));
    assert!(matches!(link.receive().await, Ok(ServerPacket::Message(message)) if message.code == code::LOGGED_IN));

    // Somebody else comes: that is news, and still no list of who is here.
    let _olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut client = Client { link, player_id: entered.player_id, name: "balin".into() };
    assert_eq!(names(&mut client).await, ["olga"]);
    client.link.send(&ClientPacket::PlayerData(entered.player.clone())).await.expect("sent");
    assert_eq!(names(&mut client).await, ["olga", "balin"], "by their numbers");
    let own = client.until(|packet| if let ServerPacket::SetPlayerData(own) = packet { Some(own) } else { None });
    let own = own.await.expect("how others see it");
    assert_eq!((own.aux.verb, own.aux.player_id), (Verb::Change, entered.player_id));
    lobby.close().await;
}

/// Who is in the next list of players.
async fn names(client: &mut Client) -> Vec<String> {
    let players = client.until(|packet| if let ServerPacket::Players(players) = packet { Some(players) } else { None });
    players.await.expect("a list").iter().map(|player| player.data.name.to_string()).collect()
}

#[tokio::test]
async fn games_are_listed_to_those_who_can_join_them() {
    let lobby = Lobby::with(all_old).await;
    let mut host = old("MYTH", "olga").enter(lobby.address()).await.expect("let in here");
    let mut same =
        LogIn { password: None, ..old("MYTH1", "Watcher") }.enter(lobby.address()).await.expect("guests too");
    let mut myth2 = lobby.player(Dialect::Myth2, "balin").await;
    let mut clear = old("MYTH2", "alric").enter(lobby.address()).await.expect("let in here");
    host.host("Five against the world", "Bagrada").await.expect("sent");
    same.game(Verb::Add).await.expect("its own kind");
    myth2.host("Duel", "Creep").await.expect("sent");
    let seen = clear.game(Verb::Add).await.expect("Myth II, whatever its version");
    assert_eq!(seen.description.summary().name, Text::new("Duel"), "and not the other title's game before it");
    lobby.close().await;
}

#[tokio::test]
async fn who_is_too_old_is_told_where_a_newer_one_is() {
    let lobby = Lobby::with(|config| {
        config.versions.myth_too_old = "Version 1.8 is on our site.".into();
        config.versions.myth_update_url = "https://hub.example/1.8".into();
        config.versions.aleph_one_too_old = "Get this year's.".into();
        config.versions.aleph_one_minimum_version = 5000;
    })
    .await;
    for keyed in [true, false] {
        let login = LogIn { version: (2170, 399), ..LogIn::player(Dialect::Myth2, "olga", "opensesame") };
        let login = if keyed { login } else { LogIn { in_clear: Some("MYTH2"), ..login } };
        let connected = if keyed {
            Link::connect(Dialect::Myth2, lobby.address()).await
        } else {
            Link::connect_in_clear(Dialect::Myth2, lobby.address()).await
        };
        let mut link = connected.expect("the lobby listens");
        link.send(&ClientPacket::Login(Box::new(login.login()))).await.expect("sent");
        if keyed {
            assert!(matches!(link.receive().await, Ok(ServerPacket::Challenge(_))));
            let answer = metaserver_proto::packet::login::Answer(b"opensesame".to_vec());
            link.send(&ClientPacket::Answer(answer)).await.expect("sent");
            assert!(matches!(link.receive().await, Ok(ServerPacket::SendVersions)));
            let versions = metaserver_proto::packet::login::Versions {
                platform: 101,
                application_version: 2170,
                patch: 3,
                build: 399,
            };
            link.send(&ClientPacket::Versions(versions)).await.expect("sent");
        }
        let shown = Url {
            urgency: Url::REQUIRED,
            message: "Version 1.8 is on our site.".into(),
            address: "https://hub.example/1.8".into(),
        };
        assert_eq!(link.receive().await.expect("the way"), ServerPacket::Url(shown));
        let ServerPacket::Message(message) = link.receive().await.expect("the code") else { panic!("another packet") };
        assert_eq!((message.code, message.text), (code::VERSION, Text::new("Version 1.8 is on our site.")));
        link.closed().await.expect("that is all");
    }
    // The scripted client names no version, as nothing before today's does.
    match LogIn::guest(Dialect::AlephOne, "Wanderer").at(lobby.address()).await {
        Err(ClientError::Refused(told, text)) => assert_eq!((told, text.as_str()), (code::VERSION, "Get this year's.")),
        other => panic!("not refused: {other:?}"),
    }
    lobby.close().await;
}
