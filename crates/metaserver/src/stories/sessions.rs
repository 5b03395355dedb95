//! A whole visit of each dialect, from log-in to log-out: every packet that a client of today sends or needs, laid out as the vectors have it.
//!
//! What is sent is a vector's own bytes, with no more changed in them than whom and what it is about. What comes is read, written again, and must
//! be the same bytes: that the codec writes as the vectors do is what `cargo xtask vectors` proves.

use std::{net::SocketAddr, time::Duration};

use base::{OrderId, UserId};
use contract::{
    lobby::PlayerNumber,
    people::{Bond, Companion},
    room::{RoomKind, SaveRoom},
};
use db::sql;
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket,
    packet::{kind, player::Verb, room_list::ARRIVAL, score::GameScore, server_message::code},
};
use tokio::net::TcpStream;

use super::{
    games::until,
    harness::Lobby,
    hosting::closed_port,
    keeping::Kept,
    scribe::{Scribe, Vectors, put, put_name},
};
use crate::{
    Brotherhood, Circle, Fellow, HostProxy, Keepalive, PageToOpen, Urgency,
    testing::{Client, Link, LogIn},
};

const OLGA: u32 = 1;
const BALIN: u32 = 2;
/// Short enough to be met on the way, and long enough not to be met all the time.
const PINGED_AFTER: Keepalive =
    Keepalive { ping_after: Duration::from_millis(200), gone_after: Duration::from_mins(1) };
/// Where a body's fields are (protocol §8.2).
const USER_NAME: usize = 112;
const STATE: usize = 2;

/// The vector's report, of a game of two that the first of them won.
fn won_by(vectors: &Vectors, host: u32, other: u32) -> GameScore {
    let (number, body) = vectors.packet("m2/c2s/game-score");
    let Ok(ClientPacket::Score(mut score)) = ClientPacket::decode(Dialect::Myth2, number, &body) else {
        panic!("the vector is a report")
    };
    score.game_id = host;
    score.number_of_players = 2;
    score.teams[1].captain = 1;
    score.players.truncate(2);
    for (seat, (player, number)) in score.players.iter_mut().zip([host, other]).enumerate() {
        player.player_id = i32::try_from(number).expect("an account's number is small");
        player.team = i16::try_from(seat).expect("two seats");
    }
    *score
}

/// Olga and Balin are friends, and of one order.
fn keep_company(lobby: &Lobby) {
    let mut circles = lobby.desk.circles.lock().expect("never poisoned");
    let fellow = |user: u32| Fellow { user: UserId::from(i64::from(user)), shows: true };
    for (user, other, name) in [(OLGA, BALIN, "balin"), (BALIN, OLGA, "olga")] {
        let (user, other) = (i64::from(user), UserId::from(i64::from(other)));
        let friend = Companion { user: other, name: name.to_owned(), bond: Bond::Friend, shows: true };
        let order = Brotherhood {
            id: OrderId::from(9),
            name: "The Avatara".into(),
            fellows: vec![fellow(OLGA), fellow(BALIN)],
        };
        circles.insert(user, Circle { companions: vec![friend], order: Some(order) });
    }
}

#[tokio::test]
async fn myth_ii_from_log_in_to_a_ranked_result_to_log_out() {
    let kept = Kept::with(|config| {
        config.report_grace = Duration::from_millis(50);
        config.limits.myth_keepalive = PINGED_AFTER;
        config.hosting.proxy = Some(HostProxy::default());
    })
    .await;
    kept.change(kept.first(), SaveRoom { kind: RoomKind::Ranked, ..SaveRoom::new(26) }).await;
    let lobby = &kept.lobby;
    keep_company(lobby);
    lobby.desk.notices.lock().expect("never poisoned").page = Some(PageToOpen {
        urgency: Urgency::Requested,
        text: "Cup on Sunday.".into(),
        address: "https://hub.example/cup".into(),
    });
    let mut balin = lobby.player(Dialect::Myth2, "balin").await;

    // Keys went both ways when it connected (203).
    let link = Link::connect(Dialect::Myth2, lobby.address()).await.expect("the lobby listens");
    let mut scribe = Scribe::on(link, None);
    scribe.send("m2/c2s/login", |body| put_name(body, USER_NAME, "olga")).await;
    scribe.hear(kind::CHALLENGE).await;
    scribe.send("m2/c2s/password-plain", |body| *body = b"opensesame".to_vec()).await;
    scribe.hear(kind::SEND_VERSIONS).await;
    scribe.send_as_is("m2/c2s/version-control").await;
    let ServerPacket::LoginSuccess(success) = scribe.receive().await else { panic!("7 comes first") };
    assert_eq!(success.player_id, OLGA);
    assert!(matches!(scribe.receive().await, ServerPacket::SetPlayerData(_)), "then 8");
    let ServerPacket::Rooms(rooms) = scribe.hear(kind::ROOM_LIST).await else { unreachable!("heard by number") };
    assert_eq!((rooms[0].room_id, rooms[0].room_type), (ARRIVAL, 1), "a ranked room");
    scribe.link.closed().await.expect("the server closes");

    let room = lobby.running.rooms()[0].1;
    let mut scribe = enters(room, &success.token, scribe).await;
    scribe.hear_all(&[kind::PLAYER_LIST, kind::BUDDY_TABLE, kind::ORDER_TABLE, kind::URL]).await;
    // Sent out once. The token is good for coming back, and the page was shown.
    lobby.running.caretaker.kick(kept.first(), PlayerNumber(OLGA), "Cool down").await;
    scribe.hear(kind::KICKED).await;
    scribe.link.closed().await.expect("the server closes");
    let mut scribe = enters(room, &success.token, scribe).await;
    scribe.hear_all(&[kind::PLAYER_LIST, kind::BUDDY_TABLE, kind::ORDER_TABLE]).await;

    company(&mut scribe, &mut balin).await;
    hosts(&mut scribe, &mut balin).await;

    let score = won_by(&scribe.vectors, OLGA, BALIN);
    let report = ClientPacket::Score(Box::new(score));
    let laid_out = report.pack(Dialect::Myth2);
    scribe.send("m2/c2s/game-score", |body| *body = laid_out.body().to_vec()).await;
    balin.link.send(&report).await.expect("sent");
    let query = || {
        sql("select class, agreement, (select name from game_players where game_id = games.id and outcome = 'win') \
                        from games where settled_at is not null")
    };
    let result: (String, String, String) = until(&lobby.db, query, |_| true).await;
    assert_eq!(result, ("ranked".to_owned(), "agreed".to_owned(), "olga".to_owned()));

    scribe.send_as_is("both/c2s/reset-game").await;
    scribe.game(Verb::Change).await;
    scribe.send_as_is("both/c2s/remove-game").await;
    scribe.game(Verb::Delete).await;
    // A while without a word, until the server asks whether anybody is there.
    while !scribe.heard.contains(&kind::KEEPALIVE) {
        scribe.send("m2/both/chat", |_| {}).await;
        scribe.hear(kind::CHAT).await;
        let (number, _) = scribe.link.receive_raw().await.expect("a ping, or news of the rooms");
        scribe.heard.insert(number);
    }
    scribe.send_as_is("both/both/keepalive").await;
    scribe.send_as_is("both/c2s/logout").await;
    scribe.link.closed().await.expect("gone");
    scribe.has(
        &[
            100, 101, 102, 103, 104, 105, 107, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122,
            200, 201, 202, 204, 205, 206,
        ],
        &[0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 200, 201, 202],
    );
    kept.lobby.close().await;
}

/// Into the room at that address, up to the welcome.
async fn enters(room: SocketAddr, token: &[u8], before: Scribe) -> Scribe {
    let link = Link::connect(Dialect::Myth2, room).await.expect("the room listens");
    let mut scribe = Scribe::on(link, Some(before));
    scribe.send("m2/c2s/room-login", |body| put(body, 0, token)).await;
    scribe.send_as_is("m2/c2s/set-player-data").await;
    assert!(matches!(scribe.receive().await, ServerPacket::RoomLoginSuccess(_)), "9 comes first");
    let ServerPacket::Message(welcome) = scribe.receive().await else { panic!("then 3") };
    assert_eq!(welcome.code, code::LOGGED_IN);
    scribe
}

/// Talks, asks about others and is asked.
async fn company(scribe: &mut Scribe, balin: &mut Client) {
    scribe.send_as_is("m2/both/chat").await;
    let ServerPacket::Chat(line) = scribe.hear(kind::CHAT).await else { unreachable!("heard by number") };
    assert_eq!((line.sender_id, line.message.to_string()), (OLGA, "Hello, café!".to_owned()));
    // Whom it is to stands twice: before the chat block, and within it.
    let to_balin = |body: &mut Vec<u8>| {
        put(body, 0, &BALIN.to_be_bytes());
        put(body, 28, &BALIN.to_be_bytes());
    };
    scribe.send("m2/both/directed", to_balin).await;
    scribe.hear(kind::WHISPER).await;
    assert_eq!(balin.private_line().await.expect("heard").chat.message.to_string(), "psst");
    let command = |body: &mut Vec<u8>| {
        let said = body.windows(5).position(|at| at == b"Hello").expect("the vector says so");
        body.splice(said.., *b".help\0");
    };
    scribe.send("m2/both/chat", command).await;
    scribe.hear(kind::BLUE_LINE).await;

    scribe.send("m2/c2s/player-search", |body| *body = b"bal\0".to_vec()).await;
    let ServerPacket::PlayersFound(found) = scribe.hear(kind::PLAYERS_FOUND).await else { unreachable!() };
    assert_eq!(found.len(), 1);
    scribe.send("m2/c2s/player-info-query", |body| *body = BALIN.to_be_bytes().to_vec()).await;
    scribe.hear(kind::PROFILE).await;
    scribe.send_as_is("m2/c2s/game-search").await;
    scribe.hear(kind::GAMES_FOUND).await;
    scribe.send_as_is("m2/c2s/update-player-info").await;
    scribe.send("m2/c2s/player-info-query", |body| *body = OLGA.to_be_bytes().to_vec()).await;
    let ServerPacket::Profile(own) = scribe.hear(kind::PROFILE).await else { unreachable!("heard by number") };
    let written = [&own.city, &own.state, &own.country, &own.quote].map(ToString::to_string);
    assert_eq!(written, ["Madrigal", "", "The Province", "Casualty!"]);
    scribe.send("m2/c2s/update-buddy", |body| put(body, 0, &BALIN.to_be_bytes())).await;
    scribe.send_as_is("m2/c2s/buddy-query").await;
    scribe.hear(kind::BUDDIES_ONLINE).await;
    scribe.send_as_is("m2/c2s/order-query").await;
    scribe.hear(kind::ORDER_ONLINE).await;
    scribe.send_as_is("both/c2s/full-update").await;
    scribe.hear_all(&[kind::PLAYER_LIST, kind::BUDDY_TABLE, kind::ORDER_TABLE]).await;
}

/// Lists a game with Balin in it that nobody reaches but by way of the lobby, plays it deaf, and films it.
async fn hosts(scribe: &mut Scribe, balin: &mut Client) {
    let port = closed_port().await;
    scribe.send("m2/c2s/create-game", |body| put(body, 0, &port.to_be_bytes())).await;
    scribe.game(Verb::Add).await;
    let listed = balin.game(Verb::Add).await.expect("news of it");
    let (_, announced) = scribe.vectors.packet("m2/c2s/create-game");
    assert_eq!(listed.description.as_bytes(), &announced[4..], "to the byte");
    scribe.game(Verb::Change).await;
    let proxied = balin.game(Verb::Change).await.expect("news of it");
    assert_ne!(proxied.aux.port, port);
    let joins = SocketAddr::from((proxied.aux.address, proxied.aux.port));
    let joining = TcpStream::connect(joins).await.expect("it listens");
    scribe.hear(kind::PROXY_JOIN).await;
    drop(joining);
    let players = [OLGA, OLGA, BALIN].iter().flat_map(|number| number.to_be_bytes()).collect();
    scribe.send("m2/c2s/game-player-list", |body| *body = players).await;
    // In progress: the flag of the description, behind the port and the order.
    let in_progress = |body: &mut Vec<u8>| {
        put(body, 0, &port.to_be_bytes());
        body[4 + 565] |= 1;
    };
    scribe.send("m2/c2s/create-game", in_progress).await;
    scribe.game(Verb::Change).await;
    balin.game(Verb::Change).await.expect("news of it");
    scribe.send_as_is("m2/c2s/start-game").await;
    scribe.send("m2/c2s/set-player-data", |body| body[STATE + 1] = 1).await;
    balin.player(Verb::Change, "olga").await.expect("she plays");
    scribe.send_as_is("m2/c2s/player-mode-deaf").await;
    scribe.send_as_is("m2/c2s/recording-header").await;
    for command in 0..3 {
        scribe.send_as_is(&format!("m2/c2s/recording-command-{command}")).await;
    }
    scribe.send_as_is("m2/c2s/recording-end").await;
    scribe.send_as_is("m2/c2s/player-mode-listening").await;
    scribe.send_as_is("both/c2s/full-update").await;
    scribe.hear(kind::PLAYER_LIST).await;
    scribe.game(Verb::Add).await;
}

#[tokio::test]
async fn aleph_one_from_log_in_to_the_end_of_a_game_to_log_out() {
    let lobby = Lobby::with(|config| config.limits.aleph_one_keepalive = PINGED_AFTER).await;
    let mut balin = lobby.player(Dialect::AlephOne, "balin").await;

    let link = Link::connect(Dialect::AlephOne, lobby.address()).await.expect("the lobby listens");
    let mut scribe = Scribe::on(link, None);
    scribe.send("a1/c2s/login", |body| put_name(body, USER_NAME, "olga")).await;
    let ServerPacket::Challenge(challenge) = scribe.receive().await else { panic!("6, and nothing before it") };
    assert_eq!(challenge.method, 4, "the log-on over HTTPS");
    scribe.send("a1/c2s/key-https", |body| *body = b"opensesame\0\0\0\0\0\0".to_vec()).await;
    assert_eq!(scribe.receive().await, ServerPacket::SendVersions, "12, and nothing before it");
    scribe.send_as_is("a1/c2s/localization").await;
    let ServerPacket::LoginSuccess(success) = scribe.receive().await else { panic!("7 comes first") };
    let ServerPacket::Rooms(rooms) = scribe.receive().await else { panic!("then 0") };
    assert_eq!(rooms[0].room_id, ARRIVAL);
    scribe.send_as_is("a1/c2s/remote-hub-request").await;
    scribe.hear(kind::UPDATE_INFO_OR_HUBS).await;

    let room = lobby.running.rooms()[0].1;
    let mut scribe = Scribe::on(Link::connect(Dialect::AlephOne, room).await.expect("the room listens"), Some(scribe));
    let enter = |body: &mut Vec<u8>| {
        put(body, 0, &success.token);
        body.splice(32.., *b"olga\0");
    };
    scribe.send("a1/c2s/room-login", enter).await;
    scribe.send_as_is("a1/c2s/name-team").await;
    assert!(matches!(scribe.receive().await, ServerPacket::RoomLoginSuccess(_)), "9 comes first");
    let ServerPacket::Message(welcome) = scribe.receive().await else { panic!("then 3") };
    assert_eq!(welcome.code, code::LOGGED_IN);
    scribe.hear(kind::PLAYER_LIST).await;

    scribe.send_as_is("a1/c2s/chat").await;
    scribe.hear(kind::CHAT).await;
    let to_balin = |body: &mut Vec<u8>| {
        put(body, 0, &BALIN.to_be_bytes());
        put(body, 28, &BALIN.to_be_bytes());
    };
    scribe.send("a1/c2s/private", to_balin).await;
    scribe.hear(kind::WHISPER).await;
    assert_eq!(balin.private_line().await.expect("heard").chat.message.to_string(), "join me");
    let command = |body: &mut Vec<u8>| {
        let said = body.windows(2).position(|at| at == b"hi").expect("the vector says so");
        body.splice(said.., *b".help\0");
    };
    scribe.send("a1/c2s/chat", command).await;
    scribe.hear(kind::BLUE_LINE).await;

    scribe.send_as_is("a1/c2s/create-game").await;
    scribe.game(Verb::Add).await;
    balin.game(Verb::Add).await.expect("news of it");
    // As the client does it: the game is running and closed, it has started, and its host hears nothing any more.
    scribe.send("a1/c2s/create-game", |body| put(body, 4 + 564, &[0, 0x11])).await;
    scribe.game(Verb::Change).await;
    scribe.send_as_is("a1/c2s/start-game").await;
    scribe.game(Verb::Change).await;
    scribe.send_as_is("a1/c2s/player-mode").await;
    balin.player(Verb::Change, "olga").await.expect("she plays");
    // A game is long: it is pinged meanwhile, and answers.
    while !scribe.heard.contains(&kind::KEEPALIVE) {
        let (number, body) = scribe.link.receive_raw().await.expect("a ping");
        assert_eq!((number, body.len()), (kind::KEEPALIVE, 0), "to a deaf client nothing else");
        scribe.heard.insert(number);
    }
    scribe.send_as_is("both/both/keepalive").await;
    scribe.send_as_is("both/c2s/remove-game").await;
    balin.game(Verb::Delete).await.expect("news of the end");
    scribe.send_as_is("both/c2s/logout").await;
    scribe.link.closed().await.expect("gone");
    balin.player(Verb::Delete, "olga").await.expect("news of the leaving");
    scribe.has(
        &[100, 101, 102, 103, 104, 105, 107, 109, 114, 115, 122, 200, 201, 202],
        &[0, 1, 2, 3, 6, 7, 9, 10, 12, 18, 200, 201, 202],
    );
    let query = || sql("select host_name from games where started_at is not null and ended_at is not null");
    let played: (String,) = until(&lobby.db, query, |_| true).await;
    assert_eq!(played.0, "olga");
    lobby.close().await;
}

#[tokio::test]
async fn a_guest_of_aleph_one_is_asked_for_nothing() {
    let lobby = Lobby::open().await;
    let link = Link::connect(Dialect::AlephOne, lobby.address()).await.expect("the lobby listens");
    let mut scribe = Scribe::on(link, None);
    scribe.send_as_is("a1/c2s/login-guest").await;
    assert_eq!(scribe.receive().await, ServerPacket::SendVersions, "12, and nothing before it");
    // And one of Myth II has the empty password of a guest's.
    let link = Link::connect(Dialect::Myth2, lobby.address()).await.expect("the lobby listens");
    let mut scribe = Scribe::on(link, None);
    let name = LogIn::guest(Dialect::Myth2, "Wanderer").name;
    scribe.send("m2/c2s/login", |body| put_name(body, USER_NAME, &name)).await;
    scribe.hear(kind::CHALLENGE).await;
    scribe.send_as_is("m2/c2s/password-guest").await;
    scribe.hear(kind::SEND_VERSIONS).await;
    scribe.send_as_is("m2/c2s/version-control").await;
    let ServerPacket::LoginSuccess(success) = scribe.hear(kind::LOGIN_SUCCESS).await else { unreachable!() };
    assert!(success.player_id >= 1 << 30, "a guest's number");
    lobby.close().await;
}
