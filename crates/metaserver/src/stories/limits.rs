//! Clients that lie, dribble, flood, fall silent or do not read: they lose their own connection, and nobody else notices.

use std::time::Duration;

use metaserver_proto::{ClientPacket, Dialect, Packed, ServerPacket, Text, packet::player::Verb};
use tokio::time::Instant;

use super::harness::Lobby;
use crate::testing::{ClientError, Link, LogIn};

#[tokio::test]
async fn what_is_no_packet_closes_its_own_connection_only() {
    let lobby = Lobby::open().await;
    let mut witness = lobby.guest(Dialect::AlephOne, "Witness").await;
    let long = |length: i32| [&[0xde, 0xad, 0, 200][..], &length.to_be_bytes()].concat();
    let wrong: Vec<(&str, Vec<u8>)> = vec![
        ("a wrong signature", vec![0xbe, 0xef, 0, 200, 0, 0, 0, 8]),
        ("a length below the header's", long(7)),
        ("a negative length", long(-1)),
        ("a length above the limit", long(10_241)),
        ("a line without its end", Packed::new(200, &[0; 24]).as_bytes().to_vec()),
        ("a description cut short", Packed::new(104, &[0; 100]).as_bytes().to_vec()),
        ("a login in a room", Packed::new(100, &[0; 300]).as_bytes().to_vec()),
        ("a session key of zeros", Packed::new(203, &[0; 8]).as_bytes().to_vec()),
        ("an HTTP request", b"GET / HTTP/1.1\r\nHost: lobby\r\n\r\n".to_vec()),
    ];
    for (what, bytes) in &wrong {
        let mut liar = lobby.guest(Dialect::AlephOne, "Liar").await;
        liar.link.send_bytes(bytes).await.expect("sent");
        assert!(liar.link.closed().await.is_ok(), "{what} in a room");
        // The same to the login server, where nobody has said anything yet.
        let mut link = Link::connect(Dialect::AlephOne, lobby.address()).await.expect("the lobby listens");
        link.send_bytes(bytes).await.expect("sent");
        assert!(link.closed().await.is_ok(), "{what} at the login");
    }
    for (what, body) in [("no encryption", &[0; 32][..]), ("too short to be encrypted", &[0; 5])] {
        let mut liar = lobby.guest(Dialect::Myth2, "Liar").await;
        liar.link.send_bytes(Packed::new(200, body).as_bytes()).await.expect("sent");
        assert!(liar.link.closed().await.is_ok(), "{what}");
    }
    witness.say("unmoved").await.expect("sent");
    assert_eq!(witness.line().await.expect("heard").message, Text::new("unmoved"));
    lobby.watching.until(|shown| (shown.rooms[0].players.len() == 1).then_some(())).await;
    lobby.close().await;
}

#[tokio::test]
async fn packets_nobody_knows_are_read_over_in_a_room() {
    let lobby = Lobby::open().await;
    for dialect in Dialect::ALL {
        let mut client = lobby.guest(dialect, "Curious").await;
        for number in [106, 118, 119, 999, -5] {
            client
                .link
                .send_packed(&Packed::new(number, if number == 106 { &[0, 1] } else { &[] }))
                .await
                .expect("sent");
        }
        client.say("still here").await.expect("sent");
        assert_eq!(client.line().await.expect("heard").message, Text::new("still here"));
    }
    lobby.close().await;
}

#[tokio::test]
async fn who_talks_too_fast_is_told_and_not_heard() {
    let lobby = Lobby::open().await;
    let mut talker = lobby.guest(Dialect::Myth2, "Talker").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    for n in 0..60 {
        talker.say(&format!("line {n}")).await.expect("sent");
    }
    assert!(talker.blue_line().await.expect("told").starts_with("You talk too fast"));
    other.say("my turn").await.expect("sent");
    let mut heard = 0;
    while other.line().await.expect("lines").message != Text::new("my turn") {
        heard += 1;
    }
    assert!((20..30).contains(&heard), "{heard} lines of the burst");
    lobby.close().await;
}

#[tokio::test]
async fn a_flood_waits_in_its_own_connection() {
    let lobby = Lobby::with(|config| {
        config.limits.packet_burst = 10;
        config.limits.packets_per_second = 20;
    })
    .await;
    let mut flooder = lobby.guest(Dialect::AlephOne, "Flooder").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    let began = Instant::now();
    let flood: Vec<u8> = (0..30).flat_map(|_| Packed::new(202, &[]).as_bytes().to_vec()).collect();
    flooder.link.send_bytes(&flood).await.expect("sent");
    flooder.say("at last").await.expect("sent");
    other.say("at once").await.expect("sent");
    assert_eq!(other.line().await.expect("heard").message, Text::new("at once"));
    assert_eq!(other.line().await.expect("heard").message, Text::new("at last"));
    assert!(began.elapsed() >= Duration::from_millis(900), "some twenty packets had to wait: {:?}", began.elapsed());
    lobby.close().await;
}

#[tokio::test]
async fn who_does_not_read_is_dropped_and_nobody_waits_for_them() {
    const LINES: usize = 30_000;
    let lobby = Lobby::with(|config| {
        config.limits.chat_burst = 1_000_000;
        config.limits.packet_burst = 1_000_000;
    })
    .await;
    let slow = LogIn { receive_bytes: Some(2_048), ..LogIn::guest(Dialect::Myth2, "Slow") };
    let slow = slow.enter(lobby.address()).await.expect("guests may come in");
    let mut talker = lobby.player(Dialect::AlephOne, "alric").await;
    let text = "x".repeat(500);
    let mut said = 0;
    // Says a line, hears it, says the next: if the room waited for the slow one, so would this.
    while said < LINES && lobby.watching.shown().rooms[0].players.len() == 2 {
        for _ in 0..50 {
            talker.say(&text).await.expect("sent");
        }
        for _ in 0..50 {
            talker.line().await.expect("the room goes on");
        }
        said += 50;
    }
    talker.player(Verb::Delete, "Slow").await.expect("the slow one was dropped");
    talker.say("still here").await.expect("sent");
    assert_eq!(talker.line().await.expect("heard").message, Text::new("still here"));
    drop(slow);
    lobby.close().await;
}

/// Waits without a deadline of its own, so that only the server's timers move the paused clock.
async fn pings_until_closed(link: &mut Link) -> usize {
    let mut pings = 0;
    loop {
        match link.receive_whenever().await {
            Ok((202, _)) => pings += 1,
            Ok(_) => {}
            Err(ClientError::Closed) => return pings,
            Err(error) => panic!("{error}"),
        }
    }
}

async fn entered_and_quiet(lobby: &Lobby, dialect: Dialect) -> Link {
    let mut client = lobby.guest(dialect, "Quiet").await;
    client.player(Verb::Add, "Quiet").await.expect("the list");
    client.link
}

#[tokio::test]
async fn silent_clients_are_pinged_and_then_given_up() {
    for (dialect, pings, gone_after) in
        [(Dialect::AlephOne, 1, Duration::from_secs(20)), (Dialect::Myth2, 3, Duration::from_mins(10))]
    {
        let lobby = Lobby::open().await;
        let mut link = entered_and_quiet(&lobby, dialect).await;
        let began = Instant::now();
        tokio::time::pause();
        assert_eq!(pings_until_closed(&mut link).await, pings, "{dialect:?}");
        let elapsed = began.elapsed();
        assert!(
            elapsed + Duration::from_secs(1) >= gone_after && elapsed < gone_after + Duration::from_secs(4),
            "{elapsed:?}"
        );
        tokio::time::resume();
        lobby.close().await;
    }
}

#[tokio::test]
async fn a_ping_that_is_answered_keeps_the_connection() {
    let lobby = Lobby::open().await;
    let mut link = entered_and_quiet(&lobby, Dialect::AlephOne).await;
    let began = Instant::now();
    tokio::time::pause();
    for _ in 0..30 {
        let (number, _) = link.receive_whenever().await.expect("a ping");
        assert_eq!(number, 202);
        link.send(&ClientPacket::Keepalive).await.expect("answered");
    }
    assert!(began.elapsed() > Duration::from_mins(4));
    tokio::time::resume();
    lobby.close().await;
}

#[tokio::test]
async fn a_deaf_myth_client_hears_no_ping_and_a_deaf_aleph_client_does() {
    for (dialect, pings) in [(Dialect::Myth2, 0), (Dialect::AlephOne, 1)] {
        let lobby = Lobby::open().await;
        let mut client = lobby.guest(dialect, "Busy").await;
        client.set_deaf(true).await.expect("sent");
        lobby.watching.until(|shown| shown.rooms[0].players.iter().any(|player| player.away).then_some(())).await;
        tokio::time::pause();
        assert_eq!(pings_until_closed(&mut client.link).await, pings, "{dialect:?}");
        tokio::time::resume();
        lobby.close().await;
    }
}

#[tokio::test]
async fn who_says_nothing_or_dribbles_is_gone_soon() {
    let lobby = Lobby::open().await;
    let room = lobby.running.rooms()[0].1;
    for address in [lobby.address(), room] {
        let mut silent = Link::connect(Dialect::AlephOne, address).await.expect("the lobby listens");
        let mut dribbling = Link::connect(Dialect::AlephOne, address).await.expect("the lobby listens");
        dribbling.send_bytes(&[0xde, 0xad, 0, 100]).await.expect("sent");
        let began = Instant::now();
        tokio::time::pause();
        assert_eq!(pings_until_closed(&mut dribbling).await, 0);
        assert_eq!(pings_until_closed(&mut silent).await, 0);
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        tokio::time::resume();
    }
    lobby.close().await;
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let lobby = Lobby::with(|config| config.limits.connections_per_address = 3).await;
    let mut first = lobby.guest(Dialect::Myth2, "First").await;
    let _second = lobby.guest(Dialect::Myth2, "Second").await;
    let _third = lobby.guest(Dialect::Myth2, "Third").await;
    let refused = LogIn::guest(Dialect::AlephOne, "Fourth").at(lobby.address()).await;
    assert!(matches!(refused, Err(ClientError::Closed | ClientError::Network(_))), "{refused:?}");
    first.say("room enough").await.expect("sent");
    first
        .until(|packet| matches!(packet, ServerPacket::Chat(_)).then_some(()))
        .await
        .expect("those who are in stay in");
    lobby.close().await;
}
