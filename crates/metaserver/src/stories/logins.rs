//! Who is let in, who is not, and what they are told.

use std::{net::SocketAddr, sync::atomic::Ordering};

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{player::Verb, room_list::ARRIVAL, server_message::code},
};

use super::harness::Lobby;
use crate::testing::{ClientError, Link, LogIn};

fn code_of<T: std::fmt::Debug>(result: Result<T, ClientError>) -> i32 {
    match result {
        Err(ClientError::Refused(code, text)) => {
            assert!(text.len() < 128, "Aleph One copies it without looking");
            code
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_guest_of_each_dialect_is_shown_the_rooms() {
    let lobby = Lobby::open().await;
    for dialect in Dialect::ALL {
        let entered = LogIn::guest(dialect, "Wanderer").at(lobby.address()).await.expect("guests may come in");
        assert!(entered.player_id >= 1 << 30, "a guest's number");
        assert_eq!(entered.rooms.len(), 3);
        let first = entered.rooms[0];
        assert_eq!((first.room_id, first.address), (ARRIVAL, [127, 0, 0, 1].into()));
        assert_eq!(SocketAddr::new(first.address.into(), first.port), lobby.running.rooms()[0].1);
        LogIn::guest(dialect, "Wanderer").enter(lobby.address()).await.expect("the room is open");
    }
    lobby.close().await;
}

#[tokio::test]
async fn an_account_comes_in_by_its_game_password_or_by_a_token() {
    let lobby = Lobby::open().await;
    for dialect in Dialect::ALL {
        let entered = LogIn::player(dialect, "|bOlga", "opensesame").at(lobby.address()).await;
        assert_eq!(code_of(entered), code::BAD_LOGIN, "names are compared as the accounts do it");
        let entered =
            LogIn::player(dialect, "olga", "opensesame").at(lobby.address()).await.expect("the right password");
        assert_eq!(entered.player_id, 1, "the account's own number");
        let wrong = LogIn::player(dialect, "olga", "guess").at(lobby.address()).await;
        assert_eq!(code_of(wrong), code::BAD_LOGIN);
        let unknown = LogIn::player(dialect, "nobody", "opensesame").at(lobby.address()).await;
        assert_eq!(code_of(unknown), code::BAD_LOGIN);
    }
    lobby.close().await;
}

#[tokio::test]
async fn guests_are_let_in_by_the_operators_switch() {
    let lobby = Lobby::open().await;
    lobby.desk.no_guests.store(true, Ordering::Relaxed);
    for (dialect, build, told) in [
        (Dialect::Myth2, 428, code::NO_GUESTS),
        (Dialect::Myth2, 427, code::BAD_LOGIN),
        (Dialect::AlephOne, 0, code::BAD_LOGIN),
    ] {
        let guest = LogIn { version: (2180, build), ..LogIn::guest(dialect, "Wanderer") };
        assert_eq!(code_of(guest.at(lobby.address()).await), told, "{dialect:?} {build}");
    }
    lobby.close().await;
}

#[tokio::test]
async fn no_guest_passes_for_an_account() {
    let lobby = Lobby::open().await;
    let impostor = LogIn::guest(Dialect::Myth2, "|iOlga").at(lobby.address()).await;
    assert_eq!(code_of(impostor), code::GUEST_NAME_TAKEN);
    let mut aleph = lobby.guest(Dialect::AlephOne, "Olga").await;
    let entry = aleph.player(Verb::Add, "Olga").await.expect("the list");
    assert_eq!(entry.data.name, Text::new("|iGuest|p Olga"));
    lobby.close().await;
}

#[tokio::test]
async fn old_versions_and_clear_text_are_the_operators_choice() {
    let lobby = Lobby::open().await;
    for version in [(2179, 430), (2180, 426)] {
        let old = LogIn { version, ..LogIn::player(Dialect::Myth2, "olga", "opensesame") };
        assert_eq!(code_of(old.at(lobby.address()).await), code::VERSION, "{version:?}");
    }
    let clear = LogIn { highest_method: 1, ..LogIn::player(Dialect::AlephOne, "olga", "opensesame") };
    assert!(matches!(clear.at(lobby.address()).await, Err(ClientError::Refused(..))));
    lobby.close().await;

    let lobby = Lobby::with(|config| config.aleph_one_clear_text = true).await;
    assert_eq!(clear.at(lobby.address()).await.expect("allowed here").player_id, 1);
    lobby.close().await;
}

#[tokio::test]
async fn the_newest_login_of_an_account_wins() {
    let lobby = Lobby::open().await;
    for (before, after) in [(Dialect::Myth2, Dialect::AlephOne), (Dialect::AlephOne, Dialect::Myth2)] {
        let mut old = lobby.player(before, "olga").await;
        let mut witness = lobby.guest(Dialect::Myth2, "Witness").await;
        witness.player(Verb::Add, "olga").await.expect("on the list");

        let wrong = LogIn::player(after, "olga", "guess").at(lobby.address()).await;
        assert_eq!(code_of(wrong), code::BAD_LOGIN);
        old.say("still here").await.expect("a wrong password throws nobody out");
        assert_eq!(witness.line().await.expect("a line").message, Text::new("still here"));

        let _new = lobby.player(after, "olga").await;
        let told = old
            .until(|packet| if let ServerPacket::Message(message) = packet { Some(message.code) } else { None })
            .await;
        assert_eq!(told.expect("told why"), code::ALREADY_ON);
        old.link.closed().await.expect("the old connection ends");
        lobby
            .watching
            .until(|shown| (shown.rooms[0].players.iter().filter(|p| p.name == "olga").count() == 1).then_some(()))
            .await;
    }
    lobby.close().await;
}

#[tokio::test]
async fn a_token_nobody_was_given_opens_no_room() {
    let lobby = Lobby::open().await;
    let room = lobby.running.rooms()[0].1;
    for dialect in Dialect::ALL {
        let guest = LogIn::guest(dialect, "Wanderer");
        let mut entered = guest.at(lobby.address()).await.expect("guests may come in");
        entered.token[5] ^= 1;
        let told = guest.enter_room(room, &entered).await.expect_err("not let in");
        match dialect {
            Dialect::Myth2 => assert!(matches!(told, ClientError::Refused(code::NOT_LOGGED_IN, _)), "{told:?}"),
            // Aleph One takes any message for a welcome, so it only sees the connection close.
            Dialect::AlephOne => assert!(matches!(told, ClientError::Closed), "{told:?}"),
        }
    }
    lobby.close().await;
}

#[tokio::test]
async fn a_myth_client_that_waits_is_spoken_to_first() {
    let lobby = Lobby::open().await;
    let stream = tokio::net::TcpStream::connect(lobby.address()).await.expect("the lobby listens");
    let mut header = [0; 16];
    let mut stream = stream;
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut header).await.expect("the server's key");
    assert_eq!(header[..8], [0xde, 0xad, 0, 203, 0, 0, 0, 16]);
    lobby.close().await;
}

#[tokio::test]
async fn an_aleph_client_may_ask_for_hubs_and_closes_by_itself() {
    let lobby = Lobby::open().await;
    let mut link = Link::connect(Dialect::AlephOne, lobby.address()).await.expect("the lobby listens");
    let guest = LogIn::guest(Dialect::AlephOne, "Wanderer");
    link.send(&ClientPacket::Login(Box::new(guest.login()))).await.expect("sent");
    assert_eq!(link.receive().await.expect("accepted"), ServerPacket::SendVersions);
    link.send(&ClientPacket::Versions(metaserver_proto::packet::login::Versions::default())).await.expect("sent");
    assert!(matches!(link.receive().await, Ok(ServerPacket::LoginSuccess(_))));
    assert!(matches!(link.receive().await, Ok(ServerPacket::Rooms(_))));
    link.send(&ClientPacket::HubRequest("Aleph One WonderNAT V2".into())).await.expect("sent");
    assert_eq!(link.receive().await.expect("an answer"), ServerPacket::Hubs(vec![]));
    lobby.close().await;
}
