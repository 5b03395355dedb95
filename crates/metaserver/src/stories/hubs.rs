//! Servers that carry games of Aleph One for hosts who cannot.

use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{
        aleph_game::AlephGame,
        game::{AnnounceGame, GameDescription},
        hub::Hub,
        login::Versions,
        player::Verb,
    },
};

use super::harness::Lobby;
use crate::{
    RemoteHub,
    testing::{Client, Link, LogIn},
};

const PROTOCOL: &str = "Aleph One WonderNAT V2";

fn hub(id: u16, host: &str, protocol: &str) -> RemoteHub {
    RemoteHub { id, host: host.into(), port: 4_226 + id, protocol: protocol.into() }
}

async fn open() -> Lobby {
    Lobby::with(|config| {
        config.remote_hubs = vec![
            hub(1, "192.0.2.10", PROTOCOL),
            hub(7, "198.51.100.20", PROTOCOL),
            hub(8, "198.51.100.21", "Aleph One Star V1"),
            hub(9, "nowhere.invalid", PROTOCOL),
        ];
    })
    .await
}

/// What a guest who logs on is told of hubs.
async fn listed(lobby: &Lobby, protocol: &str) -> Vec<Hub> {
    let mut link = Link::connect(Dialect::AlephOne, lobby.address()).await.expect("it is open");
    link.send(&ClientPacket::Login(Box::new(LogIn::guest(Dialect::AlephOne, "Guest").login()))).await.expect("sent");
    assert!(matches!(link.receive().await, Ok(ServerPacket::SendVersions)));
    let versions = Versions { platform: 1, application_version: 2, patch: 3, build: 0 };
    link.send(&ClientPacket::Versions(versions)).await.expect("sent");
    assert!(matches!(link.receive().await, Ok(ServerPacket::LoginSuccess(_))));
    assert!(matches!(link.receive().await, Ok(ServerPacket::Rooms(_))));
    // Asked twice, as a client may that opens its list again.
    for _ in 0..2 {
        link.send(&ClientPacket::HubRequest(Text::new(protocol))).await.expect("sent");
    }
    let mut answers = Vec::new();
    for _ in 0..2 {
        match link.receive().await {
            Ok(ServerPacket::Hubs(hubs)) => answers.push(hubs),
            other => panic!("no list of hubs: {other:?}"),
        }
    }
    assert_eq!(answers[0], answers[1]);
    answers.remove(0)
}

async fn host_at(client: &mut Client, hub: u16) {
    let description = GameDescription::from(&AlephGame {
        max_players: 8,
        name: "Rescue".into(),
        map: "Arrival".into(),
        ..AlephGame::default()
    });
    let announce = AnnounceGame { port: 999, order_or_hub: hub, description };
    client.link.send(&ClientPacket::AnnounceGame(announce)).await.expect("sent");
}

#[tokio::test]
async fn a_client_is_told_of_the_hubs_that_speak_what_it_does_and_are_free() {
    let lobby = open().await;
    let told = |hubs: Vec<Hub>| {
        hubs.into_iter().map(|hub| (hub.hub_id, hub.address.to_string(), hub.port)).collect::<Vec<_>>()
    };
    let both = [(1, "192.0.2.10".to_owned(), 4_227), (7, "198.51.100.20".to_owned(), 4_233)];
    assert_eq!(told(listed(&lobby, PROTOCOL).await), both, "one whose name leads nowhere is none");
    assert!(listed(&lobby, "Aleph One Ring V9").await.is_empty());

    let mut host = lobby.player(Dialect::AlephOne, "olga").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    host_at(&mut host, 7).await;
    let game = other.game(Verb::Add).await.expect("listed");
    assert_eq!((game.aux.address.to_string().as_str(), game.aux.port), ("198.51.100.20", 4_233));
    assert_eq!(told(listed(&lobby, PROTOCOL).await), both[..1]);
    // News of the game leave it where it is.
    host_at(&mut host, 7).await;
    let news = other.game(Verb::Change).await.expect("news");
    assert_eq!((news.aux.address, news.aux.port), (game.aux.address, 4_233));

    host.remove_game().await.expect("sent");
    other.game(Verb::Delete).await.expect("gone");
    assert_eq!(told(listed(&lobby, PROTOCOL).await), both);
    lobby.close().await;
}

#[tokio::test]
async fn a_game_at_a_hub_that_is_none_or_in_use_is_not_listed_and_its_host_is_told_why() {
    let lobby = open().await;
    let mut host = lobby.player(Dialect::AlephOne, "olga").await;
    let mut second = lobby.player(Dialect::AlephOne, "alric").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    host_at(&mut host, 1).await;
    other.game(Verb::Add).await.expect("listed");
    for (hub, why) in [
        (1, "Your game is not listed: another game has that remote hub."),
        (5, "Your game is not listed: there is no such remote hub."),
        (9, "Your game is not listed: that remote hub cannot be found now."),
    ] {
        host_at(&mut second, hub).await;
        assert_eq!(second.blue_line().await.expect("told"), why);
    }
    // What is listed goes on where it is; a hub whose host has left is free.
    host_at(&mut host, 9).await;
    let told = host.blue_line().await.expect("told");
    assert_eq!(told, "Your game stays as it is: that remote hub cannot be found now.");
    drop(host);
    other.game(Verb::Delete).await.expect("gone with its host");
    host_at(&mut second, 1).await;
    let game = other.game(Verb::Add).await.expect("listed");
    assert_eq!((game.aux.host_id, game.aux.address.to_string().as_str()), (3, "192.0.2.10"));
    lobby.close().await;
}
