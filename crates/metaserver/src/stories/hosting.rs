//! Hosts: whether anybody reaches their games, and how players join those that nobody reaches.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use metaserver_proto::{
    Dialect, ServerPacket, Text,
    game_port::{Capability, GamePortPacket, Ping},
    packet::{game::GameEntry, notice::ProxyJoin, player::Verb},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream, UdpSocket},
    time::timeout,
};

use super::harness::Lobby;
use crate::{
    Config, HostProxy,
    testing::{Client, LogIn},
};

/// Packet 701, from the file of vectors.
const JOINER_INFO: &str =
    "dead02bd0000002f00006a6f696e6572626f7400416c657068204f6e6520576f6e6465724e41542056320000000000";

/// A port at which nobody listens.
pub(super) async fn closed_port() -> u16 {
    port(&TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
}

fn port(listener: &TcpListener) -> u16 {
    listener.local_addr().expect("bound").port()
}

fn proxied(config: &mut Config) {
    config.hosting.proxy = Some(HostProxy::default());
}

#[tokio::test]
async fn a_host_is_told_whether_its_game_is_reached() {
    let lobby = Lobby::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    for (dialect, name) in [(Dialect::Myth2, "olga"), (Dialect::AlephOne, "alric")] {
        let mut host = lobby.player(dialect, name).await;
        host.host_at(port(&listener), "Open", "Creep").await.expect("sent");
        assert_eq!(host.blue_line().await.expect("told"), "Players can reach your game.");
        host.remove_game().await.expect("sent");
        let closed = closed_port().await;
        host.host_at(closed, "Closed", "Creep").await.expect("sent");
        let told = host.blue_line().await.expect("told");
        assert_eq!(told, format!("Nobody can join your game: 127.0.0.1 does not answer at port {closed} (TCP)."));
        assert!(host.blue_line().await.expect("told").contains("router"));
    }
    lobby.close().await;
}

#[tokio::test]
async fn tests_of_one_address_are_few() {
    let lobby = Lobby::with(|config| config.hosting.tests.burst = 2).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    host.say(".test").await.expect("sent");
    assert_eq!(host.blue_line().await.expect("told"), "You host no game here. List one first.");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    host.host_at(port(&listener), "Open", "Creep").await.expect("sent");
    assert_eq!(host.blue_line().await.expect("told"), "Players can reach your game.");
    host.say(".test").await.expect("sent");
    assert_eq!(host.blue_line().await.expect("told"), "Players can reach your game.");
    // The third, whoever it is that comes from there.
    let mut other = lobby.player(Dialect::AlephOne, "alric").await;
    other.host_at(port(&listener), "Open", "Creep").await.expect("sent");
    other.say(".test").await.expect("sent");
    assert!(other.blue_line().await.expect("told").starts_with("Your game was tested just now"));
    lobby.close().await;
}

#[tokio::test]
async fn nobody_waits_for_a_host_that_says_nothing() {
    let lobby = Lobby::with(|config| config.hosting.tests.patience = Duration::from_hours(1)).await;
    let mut host = lobby.player(Dialect::AlephOne, "alric").await;
    let mut other = lobby.player(Dialect::Myth2, "olga").await;
    // It takes the connection, and never greets.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    host.host_at(port(&listener), "Mute", "Waterloo Waterpark").await.expect("sent");
    host.say(".test").await.expect("sent");
    host.say("meanwhile").await.expect("sent");
    for client in [&mut host, &mut other] {
        assert_eq!(client.line().await.expect("heard").message, Text::new("meanwhile"));
    }
    // And the test is no reason for the lobby not to stop.
    lobby.close().await;
}

/// Plays an Aleph One host: greets one tester, says what it can do, and gives back what the tester said of itself.
async fn gather(listener: &TcpListener, can: &[(&str, u32)]) -> Vec<u8> {
    let (mut tester, _) = listener.accept().await.expect("somebody comes");
    let hello = GamePortPacket::Hello("Aleph One WonderNAT V2".into()).pack();
    tester.write_all(hello.as_bytes()).await.expect("sent");
    let mut said = vec![0; JOINER_INFO.len() / 2];
    tester.read_exact(&mut said).await.expect("it introduces itself");
    let can = can.iter().map(|(name, version)| Capability { name: (*name).into(), version: *version }).collect();
    // Hosts say other things, too.
    tester.write_all(metaserver_proto::Packed::new(702, b"hm").as_bytes()).await.expect("sent");
    tester.write_all(GamePortPacket::Capabilities(can).pack().as_bytes()).await.expect("sent");
    said
}

#[tokio::test]
async fn an_aleph_one_host_is_tested_as_a_player_would_join_it() {
    const TODAY: [(&str, u32); 4] = [("Gameworld", 6), ("Lua", 3), ("Star", 6), ("ZippedData", 1)];
    let lobby = Lobby::with(|config| config.hosting.tests.on_listing = false).await;
    let mut host = lobby.player(Dialect::AlephOne, "alric").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let datagrams = UdpSocket::bind(listener.local_addr().expect("bound")).await.expect("free for UDP as well");
    host.host_at(port(&listener), "alric's Game", "Waterloo Waterpark").await.expect("sent");

    // All is well: it greets, has what players have, and answers pings.
    host.say(".test").await.expect("sent");
    let pong = async {
        let mut datagram = [0; 16];
        loop {
            let (bytes, from) = datagrams.recv_from(&mut datagram).await.expect("a ping");
            let Some(Ping::Ask(id)) = Ping::parse(&datagram[..bytes]) else { panic!("{datagram:?}") };
            // A lie first: it is passed over.
            datagrams.send_to(&Ping::Answer(id.wrapping_add(1)).to_bytes(), from).await.expect("sent");
            datagrams.send_to(&Ping::Answer(id).to_bytes(), from).await.expect("sent");
        }
    };
    let (said, told) = tokio::join!(gather(&listener, &TODAY), async {
        tokio::select! {
            told = host.blue_line() => told,
            () = pong => panic!("it never ends"),
        }
    });
    assert_eq!(hex::encode(&said), JOINER_INFO);
    assert_eq!(told.expect("told"), "Players can reach your game.");

    // Nobody answers by UDP.
    host.say(".test").await.expect("sent");
    let (_, told) = tokio::join!(gather(&listener, &TODAY), host.blue_line());
    assert!(told.expect("told").contains("not by UDP"));

    // It is old, and has no use for UDP.
    host.say(".test").await.expect("sent");
    let old = [("Gameworld", 2), ("Lua", 2), ("Ring", 2), ("ZippedData", 1)];
    let (_, told) = tokio::join!(gather(&listener, &old), host.blue_line());
    assert!(told.expect("told").contains("ring protocol"));
    assert!(host.blue_line().await.expect("told").contains("(Star)"));

    // Something else entirely listens there.
    host.say(".test").await.expect("sent");
    let web = async {
        let (mut tester, _) = listener.accept().await.expect("somebody comes");
        tester.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("sent");
    };
    let ((), told) = tokio::join!(web, host.blue_line());
    assert!(told.expect("told").contains("is not a game"));
    lobby.close().await;
}

/// Lists a game that nobody reaches; gives back its entry when players join it by way of the lobby.
async fn listed_by_proxy(host: &mut Client) -> GameEntry {
    let closed = closed_port().await;
    host.host_at(closed, "Behind a router", "Creep").await.expect("sent");
    let first = host.game(Verb::Add).await.expect("listed at once");
    assert_eq!((first.aux.address, first.aux.port), (Ipv4Addr::LOCALHOST, closed));
    host.until(|packet| match packet {
        ServerPacket::Games(games) => {
            games.into_iter().find(|game| game.aux.verb == Verb::Change && game.aux.port != closed)
        }
        _ => None,
    })
    .await
    .expect("listed anew")
}

fn place(game: &GameEntry) -> SocketAddr {
    SocketAddr::from((game.aux.address, game.aux.port))
}

/// The next call to the host.
async fn called(host: &mut Client) -> ProxyJoin {
    host.until(|packet| if let ServerPacket::ProxyJoin(call) = packet { Some(call) } else { None })
        .await
        .expect("called")
}

async fn call_back(call: &ProxyJoin) -> TcpStream {
    assert_eq!(call.token, [0; 16]);
    TcpStream::connect((call.host.to_string(), call.port)).await.expect("it listens")
}

/// Bytes pass from one to the other.
async fn passes(from: &mut TcpStream, to: &mut TcpStream, bytes: &[u8]) {
    from.write_all(bytes).await.expect("sent");
    let mut heard = vec![0; bytes.len()];
    timeout(Duration::from_secs(10), to.read_exact(&mut heard)).await.expect("soon").expect("all of it");
    assert_eq!(heard, bytes);
}

/// Waits until a connection is closed, with nothing said on it.
async fn is_closed(mut stream: TcpStream) {
    let read = timeout(Duration::from_secs(10), stream.read(&mut [0; 1])).await.expect("soon");
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
}

#[tokio::test]
async fn two_players_join_at_once_a_host_whom_nobody_reaches() {
    let lobby = Lobby::with(proxied).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.player(Dialect::Myth2, "balin").await;
    let game = listed_by_proxy(&mut host).await;
    assert!(host.blue_line().await.expect("told").contains("by way of this lobby"));
    let shown = other.game(Verb::Change).await.expect("to everybody");
    assert_eq!(place(&shown), place(&game));

    let mut first = TcpStream::connect(place(&game)).await.expect("it listens");
    let call = called(&mut host).await;
    let mut second = TcpStream::connect(place(&game)).await.expect("it listens");
    assert_eq!(called(&mut host).await, call, "one port for both");
    assert_eq!(call.host, Text::new("127.0.0.1"));
    // Who has waited longest comes first; what they said meanwhile has waited with them.
    second.write_all(b"second").await.expect("sent");
    first.write_all(b"first").await.expect("sent");
    let mut to_first = call_back(&call).await;
    let mut to_second = call_back(&call).await;
    passes(&mut to_first, &mut first, b"hello, first").await;
    passes(&mut to_second, &mut second, b"hello, second").await;
    let mut heard = [0; 5];
    to_first.read_exact(&mut heard).await.expect("all of it");
    assert_eq!(&heard, b"first");
    let mut heard = [0; 6];
    to_second.read_exact(&mut heard).await.expect("all of it");
    assert_eq!(&heard, b"second");
    let long: Vec<u8> = (0..200_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let (mut read, mut write) = (Vec::new(), first);
    let ((), got) = tokio::join!(
        async {
            write.write_all(&long).await.expect("sent");
            write.shutdown().await.expect("ended");
        },
        to_first.read_to_end(&mut read)
    );
    assert_eq!((got.expect("the end comes through"), read == long), (200_000, true));

    // The game is gone and its ports with it; who plays already plays on.
    host.remove_game().await.expect("sent");
    other.game(Verb::Delete).await.expect("gone from the list");
    is_closed(TcpStream::connect(place(&game)).await.expect("it listens")).await;
    is_closed(call_back(&call).await).await;
    passes(&mut second, &mut to_second, b"still here").await;
    passes(&mut to_second, &mut second, b"so am I").await;
    lobby.close().await;
}

#[tokio::test]
async fn a_stranger_on_the_hosts_port_is_given_nobody() {
    let lobby = Lobby::with(proxied).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let game = listed_by_proxy(&mut host).await;
    let mut player = TcpStream::connect(place(&game)).await.expect("it listens");
    let call = called(&mut host).await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from(([127, 0, 0, 2], 0))).expect("this machine's own");
    let stranger = socket.connect(SocketAddr::from(([127, 0, 0, 1], call.port))).await.expect("it listens");
    is_closed(stranger).await;
    let mut host_end = call_back(&call).await;
    passes(&mut host_end, &mut player, b"it is me").await;
    // Nobody waits any more.
    is_closed(call_back(&call).await).await;
    // The host is gone, and everything with it.
    drop(host);
    lobby.watching.until(|shown| shown.rooms[0].games.is_empty().then_some(())).await;
    is_closed(TcpStream::connect(place(&game)).await.expect("it listens")).await;
    lobby.close().await;
}

#[tokio::test]
async fn a_deaf_host_is_not_called() {
    let lobby = Lobby::with(proxied).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.player(Dialect::Myth2, "balin").await;
    let game = listed_by_proxy(&mut host).await;
    host.set_deaf(true).await.expect("sent");
    lobby
        .watching
        .until(|shown| shown.rooms[0].players.iter().find(|one| one.name == "olga" && one.away).map(drop))
        .await;
    is_closed(TcpStream::connect(place(&game)).await.expect("it listens")).await;
    host.set_deaf(false).await.expect("sent");
    lobby
        .watching
        .until(|shown| shown.rooms[0].players.iter().find(|one| one.name == "olga" && !one.away).map(drop))
        .await;
    other.say("between").await.expect("sent");
    let call = host
        .until(|packet| match packet {
            ServerPacket::Chat(chat) => Some(Err(chat.message)),
            ServerPacket::ProxyJoin(call) => Some(Ok(call)),
            _ => None,
        })
        .await
        .expect("the line comes first");
    assert_eq!(call, Err(Text::new("between")), "and no call before it");
    let mut player = TcpStream::connect(place(&game)).await.expect("it listens");
    let mut host_end = call_back(&called(&mut host).await).await;
    passes(&mut player, &mut host_end, b"hello").await;
    lobby.close().await;
}

#[tokio::test]
async fn who_waits_is_few_and_does_not_wait_for_ever() {
    let proxy = HostProxy { players: 2, wait: Duration::from_secs(1), pairs: 1, ..HostProxy::default() };
    let lobby = Lobby::with(|config| config.hosting.proxy = Some(proxy)).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let game = listed_by_proxy(&mut host).await;
    let connect = || TcpStream::connect(place(&game));
    let (first, second) = (connect().await.expect("it listens"), connect().await.expect("it listens"));
    called(&mut host).await;
    called(&mut host).await;
    is_closed(connect().await.expect("it listens")).await;
    // The host calls nobody back; both are sent away, and there is room again.
    is_closed(first).await;
    is_closed(second).await;
    let mut third = connect().await.expect("it listens");
    let mut host_end = call_back(&called(&mut host).await).await;
    passes(&mut third, &mut host_end, b"hello").await;

    // There is no other pair of ports for another game.
    let mut other = lobby.player(Dialect::Myth2, "balin").await;
    let closed = closed_port().await;
    other.host_at(closed, "Too many", "Creep").await.expect("sent");
    assert!(other.blue_line().await.expect("told").starts_with("Nobody can join your game"));
    lobby.close().await;
}

#[tokio::test]
async fn a_host_says_itself_whether_it_is_proxied() {
    let lobby = Lobby::with(proxied).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    for (line, told) in [
        (".proxy", "Host proxy: unknown."),
        (".proxy on", "Host proxy: on."),
        (".proxy perhaps", "Say .proxy on, .proxy off or .proxy unknown."),
        (".proxy", "Host proxy: on."),
    ] {
        host.say(line).await.expect("sent");
        assert_eq!(host.blue_line().await.expect("told"), told);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    host.host_at(port(&listener), "Mine", "Creep").await.expect("sent");
    let game = host.game(Verb::Add).await.expect("listed");
    assert_ne!(game.aux.port, port(&listener), "by way of the lobby from the start");
    assert_eq!(host.blue_line().await.expect("told"), "Players join your game by way of this lobby.");
    host.say(".PROXY off").await.expect("sent");
    assert_eq!(host.game(Verb::Change).await.expect("listed anew").aux.port, port(&listener));
    assert_eq!(host.blue_line().await.expect("told"), "Host proxy: off. Players join your game at your own address.");

    // Off: it is told that nobody reaches it, and no more.
    host.remove_game().await.expect("sent");
    let closed = closed_port().await;
    host.host_at(closed, "Mine", "Creep").await.expect("sent");
    assert!(host.blue_line().await.expect("told").starts_with("Nobody can join your game"));
    host.blue_line().await.expect("what to do about it");

    for login in [
        LogIn { version: (2180, 427), ..LogIn::player(Dialect::Myth2, "balin", "opensesame") },
        LogIn::player(Dialect::AlephOne, "alric", "opensesame"),
    ] {
        let mut other = login.enter(lobby.address()).await.expect("let in");
        other.say(".proxy on").await.expect("sent");
        assert!(other.blue_line().await.expect("told").starts_with("Only games of Myth II, build 428"));
        other.host_at(closed, "Not proxied", "Creep").await.expect("sent");
        assert!(other.blue_line().await.expect("told").starts_with("Nobody can join your game"));
    }
    lobby.close().await;

    let lobby = Lobby::open().await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    host.say(".proxy on").await.expect("sent");
    assert_eq!(host.blue_line().await.expect("told"), "This lobby proxies no games.");
    lobby.close().await;
}

#[tokio::test]
async fn who_came_by_ipv6_hosts_by_way_of_the_lobby() {
    let everywhere = |config: &mut Config| {
        config.login_address = "[::]:0".parse().expect("an address");
        config.public_ip = Some(Ipv4Addr::LOCALHOST);
    };
    let lobby = Lobby::with(everywhere).await;
    let by_ipv6 = SocketAddr::new("::1".parse().expect("an address"), lobby.address().port());
    let login = LogIn::player(Dialect::Myth2, "olga", "opensesame");
    let mut host = login.enter(by_ipv6).await.expect("let in");
    host.host("Nowhere", "Creep").await.expect("sent");
    assert!(host.blue_line().await.expect("told").starts_with("Your game is not listed: you came by IPv6"));
    lobby.close().await;

    let lobby = Lobby::with(|config| {
        everywhere(config);
        proxied(config);
    })
    .await;
    let by_ipv6 = SocketAddr::new("::1".parse().expect("an address"), lobby.address().port());
    let mut host = login.enter(by_ipv6).await.expect("let in");
    host.host("Somewhere", "Creep").await.expect("sent");
    let game = host.game(Verb::Add).await.expect("listed");
    assert_eq!(game.aux.address, Ipv4Addr::LOCALHOST);
    let mut player = TcpStream::connect(place(&game)).await.expect("it listens");
    let call = called(&mut host).await;
    assert_eq!(call.host, Text::new("::1"), "by the way it came");
    let mut host_end = call_back(&call).await;
    passes(&mut player, &mut host_end, b"hello").await;
    lobby.close().await;

    // Without an IPv4 address of ours, only today's Myth II finds the rooms.
    let lobby = Lobby::with(|config| config.login_address = "[::]:0".parse().expect("an address")).await;
    let by_ipv6 = SocketAddr::new("::1".parse().expect("an address"), lobby.address().port());
    assert!(login.at(by_ipv6).await.is_ok());
    let refused = LogIn::player(Dialect::AlephOne, "alric", "opensesame").at(by_ipv6).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("IPv4")));
    lobby.close().await;
}
