//! What clients ask about other players.

use std::time::Duration;

use metaserver_proto::{ClientPacket, Dialect, ServerPacket, Text, packet::search::GameSearch};

use super::harness::Lobby;
use crate::testing::LogIn;

#[tokio::test]
async fn players_are_found_by_a_part_of_their_name_in_whatever_room() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let _balin = lobby.player(Dialect::Myth2, "balin").await;
    let _stranger = lobby.guest(Dialect::Myth2, "Balor").await;
    let _aleph = lobby.guest(Dialect::AlephOne, "Balthasar").await;
    let mut ask = async |text: &str| {
        olga.link.send(&ClientPacket::PlayerSearch(Text::new(text))).await.expect("sent");
        olga.until(|packet| match packet {
            ServerPacket::PlayersFound(found) => Some(found),
            _ => None,
        })
        .await
        .expect("an answer")
    };
    let found = ask("BAL").await;
    let told: Vec<_> = found.iter().map(|found| (found.room_id, found.player.data.name.to_string())).collect();
    assert_eq!(told, [(26, "balin".to_owned()), (26, "Balor".to_owned())]);
    assert!(ask("nobody").await.is_empty());
    assert_eq!(ask("").await.len(), 3, "everybody of this kind of client");
    lobby.close().await;
}

#[tokio::test]
async fn a_player_is_looked_up_here_or_not_and_a_guest_while_here() {
    let lobby = Lobby::open().await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let guest = lobby.guest(Dialect::Myth2, "Balor").await;
    let stranger = guest.player_id;
    let mut ask = async |number: u32| {
        // The line that is said after the question comes after its answer, if there is one.
        let end = format!("that was {number}");
        olga.link.send(&ClientPacket::ProfileQuery(number)).await.expect("sent");
        olga.say(&end).await.expect("sent");
        let mut profile = None;
        olga.until(|packet| match packet {
            ServerPacket::Profile(found) => {
                profile = Some(found);
                None
            }
            ServerPacket::Chat(chat) => (chat.message.to_string() == end).then_some(()),
            _ => None,
        })
        .await
        .expect("the line");
        profile
    };
    // Balin has an account and is not here.
    let balin = ask(2).await.expect("a profile");
    assert_eq!((balin.name.to_string(), balin.login.to_string()), ("balin".to_owned(), "2".to_owned()));
    assert_eq!((balin.scores.ranked.points, balin.scores.ranked.rank, balin.scores.by_type[5].wins), (1_016, 16, 3));
    assert_eq!((balin.overall.ranked.top_player.to_string(), balin.ranked_users), ("olga".to_owned(), 4));
    let guest = ask(stranger).await.expect("a profile");
    assert_eq!((guest.name.to_string(), guest.login.to_string()), ("Balor".to_owned(), "Guest".to_owned()));
    assert_eq!((guest.scores.ranked.games, guest.icon), (0, 0));
    assert!(ask(77).await.is_none(), "nobody");
    assert!(ask(stranger + 1).await.is_none(), "nobody");
    lobby.close().await;
}

#[tokio::test]
async fn games_are_found_in_whatever_room_one_may_enter() {
    let lobby = Lobby::open().await;
    let mut guest = lobby.guest(Dialect::Myth2, "Stranger").await;
    let mut host = lobby.player(Dialect::Myth2, "balin").await;
    let log_in = LogIn::player(Dialect::Myth2, "olga", "opensesame");
    let entered = log_in.at(lobby.address()).await.expect("let in");
    let mut elsewhere = log_in.enter_room(lobby.running.rooms()[1].1, &entered).await.expect("let in");
    host.host("Come and play", "Gonen's Bridge").await.expect("sent");
    elsewhere.host("Duel", "Creep on the Borderlands").await.expect("sent");
    lobby.watching.until(|shown| (shown.rooms[0].games.len() + shown.rooms[1].games.len() == 2).then_some(())).await;
    let any = GameSearch {
        game_type: -1,
        scoring: -1,
        veterans: 2,
        unit_trading: 2,
        teams: 2,
        alliances: 2,
        enemy_visibility: 2,
        ..GameSearch::default()
    };
    let mut ask = async |search: GameSearch| {
        guest.link.send(&ClientPacket::GameSearch(search)).await.expect("sent");
        let found = guest.until(|packet| match packet {
            ServerPacket::GamesFound(found) => Some(found),
            _ => None,
        });
        let found = found.await.expect("an answer, though an empty one");
        found.iter().map(|game| (game.aux.host_id, game.aux.port, game.description.summary().name)).collect::<Vec<_>>()
    };
    let (come, duel) = ((2, 4_226, Text::new("Come and play")), (1, 4_226, Text::new("Duel")));
    assert_eq!(ask(any.clone()).await, [come.clone(), duel.clone()]);
    assert_eq!(ask(GameSearch { map_name: Text::new("CREEP"), ..any.clone() }).await, [duel]);
    assert_eq!(ask(GameSearch { scoring: 7, ..any.clone() }).await, []);
    drop(elsewhere);
    lobby.watching.until(|shown| shown.rooms[1].games.is_empty().then_some(())).await;
    assert_eq!(ask(any).await, [come]);
    lobby.close().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_so() {
    let lobby = Lobby::with(|config| config.limits.chat_burst = 2).await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    for _ in 0..4 {
        olga.link.send(&ClientPacket::PlayerSearch(Text::new("x"))).await.expect("sent");
    }
    let line = olga.until(|packet| match packet {
        ServerPacket::BlueLine(line) => Some(line.to_string()),
        _ => None,
    });
    let line = tokio::time::timeout(Duration::from_secs(10), line).await.expect("in time").expect("a line");
    assert!(line.contains("too fast"), "{line}");
    lobby.close().await;
}
