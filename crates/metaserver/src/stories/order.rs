//! What the lobby does for those who keep order.

use std::sync::atomic::Ordering;

use base::UserId;
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{player::Verb, server_message::code},
};

use super::harness::Lobby;
use crate::testing::{ClientError, LogIn};

#[tokio::test]
async fn who_is_muted_is_heard_by_nobody_and_told_so() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = lobby.player(Dialect::AlephOne, "alric").await;
    lobby.desk.muted.store(1, Ordering::Relaxed);
    olga.say("can you hear me?").await.expect("sent");
    assert!(olga.blue_line().await.expect("told").starts_with("You are muted"));
    olga.whisper(3, "or now?").await.expect("sent");
    assert!(olga.blue_line().await.expect("told").starts_with("You are muted"));
    lobby.desk.muted.store(0, Ordering::Relaxed);
    olga.say("and now").await.expect("sent");
    let first = alric
        .until(|packet| match packet {
            ServerPacket::Chat(chat) => Some(chat.message),
            ServerPacket::Whisper(whisper) => Some(whisper.chat.message),
            _ => None,
        })
        .await;
    assert_eq!(first.expect("heard"), Text::new("and now"));
    lobby.close().await;
}

#[tokio::test]
async fn a_whisper_to_somebody_who_blocks_it_looks_as_ever() {
    let lobby = Lobby::open().await;
    let mut alric = lobby.player(Dialect::AlephOne, "alric").await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    lobby.desk.deaf_to_whispers.store(1, Ordering::Relaxed);
    alric.whisper(1, "psst").await.expect("sent");
    assert_eq!(alric.private_line().await.expect("the copy").chat.message, Text::new("psst"));
    lobby.desk.deaf_to_whispers.store(0, Ordering::Relaxed);
    alric.whisper(1, "hello").await.expect("sent");
    assert_eq!(olga.private_line().await.expect("heard").chat.message, Text::new("hello"), "the first she hears");
    lobby.close().await;
}

#[tokio::test]
async fn who_is_shut_out_leaves_at_once_and_stays_out() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = lobby.player(Dialect::AlephOne, "alric").await;
    lobby.desk.shut_out.store(1, Ordering::Relaxed);
    lobby.running.doorman.show_out(UserId::from(1));
    let told = olga.until(|packet| if let ServerPacket::Message(message) = packet { Some(message.code) } else { None });
    assert_eq!(told.await.expect("a goodbye"), code::LOCKED);
    alric.player(Verb::Delete, "olga").await.expect("everybody sees them go");
    for dialect in Dialect::ALL {
        match LogIn::player(dialect, "olga", "opensesame").at(lobby.address()).await {
            Err(ClientError::Refused(told, _)) => assert_eq!(told, code::LOCKED),
            other => panic!("let in: {other:?}"),
        }
    }
    lobby.guest(Dialect::Myth2, "Wanderer").await;
    lobby.close().await;
}
