//! What the lobby does for those who keep order.

use std::sync::{Arc, atomic::Ordering};

use base::UserId;
use db::testing::until;
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{player::Verb, server_message::code},
};

use super::harness::Lobby;
use crate::testing::{Client, ClientError, LogIn};

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

#[tokio::test]
async fn a_line_is_asked_about_before_it_is_spoken_and_nobody_but_its_speaker_waits() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = lobby.player(Dialect::AlephOne, "alric").await;
    lobby.desk.asks.store(true, Ordering::Relaxed);

    // Refused: she alone is told. Rewritten: never into a command.
    olga.say("rude words").await.expect("sent");
    assert_eq!(olga.blue_line().await.expect("told"), "Mind your words.");
    olga.say("loud hello").await.expect("sent");
    olga.say("order help").await.expect("sent");
    for line in ["HELLO", "help"] {
        assert_eq!(heard_by(&mut alric).await, line);
        assert_eq!(heard_by(&mut olga).await, line);
    }

    // While she waits for an answer, he is heard; what she says next comes after it.
    let answers = Arc::clone(&lobby.desk.answers).lock_owned().await;
    olga.say("first").await.expect("sent");
    until("her line to be asked about", async || {
        let asked = lobby.desk.asked.lock().expect("never poisoned").len();
        if asked == 4 { Ok(()) } else { Err(asked) }
    })
    .await;
    lobby.desk.asks.store(false, Ordering::Relaxed);
    olga.say("second").await.expect("sent");
    alric.say("meanwhile").await.expect("sent");
    assert_eq!(heard_by(&mut olga).await, "meanwhile");
    drop(answers);
    for line in ["meanwhile", "first", "second"] {
        assert_eq!(heard_by(&mut alric).await, line);
    }

    // Neither commands nor whispers nor what a muted player types are anybody else's business.
    lobby.desk.asks.store(true, Ordering::Relaxed);
    olga.say(".help").await.expect("sent");
    assert_eq!(olga.blue_line().await.expect("answered"), "olga says .help");
    olga.whisper(3, "rude whisper").await.expect("sent");
    assert_eq!(alric.private_line().await.expect("heard").chat.message, Text::new("rude whisper"));
    lobby.desk.muted.store(1, Ordering::Relaxed);
    olga.say("rude and muted").await.expect("sent");
    assert!(olga.blue_line().await.expect("told").starts_with("You are muted"));
    let asked = lobby.desk.asked.lock().expect("never poisoned").clone();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!((asked[0].user, asked[0].name.as_str()), (Some(UserId::from(1)), "olga"));
    lobby.close().await;
}

/// The next line of talk that somebody hears.
async fn heard_by(client: &mut Client) -> String {
    let line =
        client.until(|packet| if let ServerPacket::Chat(chat) = packet { Some(chat.message) } else { None }).await;
    line.expect("heard").to_string()
}
