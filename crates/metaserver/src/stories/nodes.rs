//! A lobby that two nodes run together: each some of its rooms, and players who notice nothing of it.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use base::{Actor, Clock, Credential, Person, Role, RoomId, UserId, testing::MovedClock};
use contract::lobby::{Origin, Say};
use db::{
    Claimed, Db, Engine, Options, sql,
    testing::{Place, until},
};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{search::GameSearch, server_message::code},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    company::{buddies_are, friends_here},
    harness::{Dice, Node, insert_user},
};
use crate::{
    CLAIM, Config, Reception, Together, Told, Unheard, Unseated,
    testing::{Client, LogIn},
};

/// A database, and the nodes on it.
struct Hub {
    db: Db,
    place: Place,
    /// All of them have the same time.
    clock: Arc<MovedClock>,
    started: u64,
}

impl Hub {
    /// `None`: there is no PostgreSQL here.
    async fn open() -> Option<Self> {
        let place = Place::migrated(Engine::Postgres).await?;
        let db = place.open(Options::default()).await.expect("a fresh database opens");
        for name in ["olga", "balin", "alric"] {
            insert_user(&db, name).await;
        }
        TaskTracker::new().spawn(tell_of_commits(db.clone()));
        Some(Self { db, place, clock: Arc::default(), started: 0 })
    }

    async fn start(&mut self) -> Node {
        let Ok(Claimed::Ours(claim)) = self.db.share(CLAIM).await else { panic!("nobody has the lobby for itself") };
        self.started += 1;
        let together = Together { node: format!("node {}", self.started), claim, address: Ipv4Addr::LOCALHOST };
        let mut config = Config::at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        // Who waits for news asks often.
        config.limits.chat_burst = 10_000;
        config.away_after = Duration::from_millis(300);
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        Node::start(config, &self.db, Some(together), Dice::others(self.started << 32), clock).await
    }

    /// Two nodes, once each knows where the other's rooms are.
    async fn two(&mut self) -> (Node, Node) {
        let (one, two) = (self.start().await, self.start().await);
        until("the rooms to be shared out", async || {
            let seen = (rooms_of(&one), rooms_of(&two));
            let both = seen.0.len() == 3 && seen.0 == seen.1;
            if both && run_by(&one) == 2 && run_by(&two) == 1 { Ok(()) } else { Err(seen) }
        })
        .await;
        (one, two)
    }

    async fn close(self, nodes: impl IntoIterator<Item = Node>) {
        for node in nodes {
            node.stop().await;
        }
        self.db.close().await;
        self.place.remove().await;
    }
}

/// The nodes of a story share one pool, so nobody tells them of each other's commits but this.
async fn tell_of_commits(db: Db) {
    let mut commits = db.commits();
    let mut told = commits.borrow().here;
    while let Ok(commits) = commits.wait_for(|commits| commits.here != told).await {
        told = commits.here;
        drop(commits);
        db.look_again();
    }
}

/// The rooms as a node lists them.
fn rooms_of(node: &Node) -> Vec<SocketAddr> {
    node.running.rooms().into_iter().map(|(_, address)| address).collect()
}

/// How many rooms a node's own pages are told of.
fn run_by(node: &Node) -> usize {
    node.watching.shown().rooms.len()
}

/// The address of a room that this node runs, the first or a later one.
fn own_room(node: &Node, nth: usize) -> SocketAddr {
    let own: BTreeSet<_> = node.watching.shown().rooms.iter().map(|room| room.id).collect();
    let mut rooms = node.running.rooms().into_iter().filter(|(room, _)| own.contains(room));
    rooms.nth(nth).expect("it runs as many").1
}

fn player(name: &str) -> LogIn {
    LogIn::player(Dialect::Myth2, name, "opensesame")
}

/// Who is found by a search for that, each with the banner of their room.
async fn found(client: &mut Client, text: &str) -> Vec<(i32, String)> {
    client.link.send(&ClientPacket::PlayerSearch(Text::new(text))).await.expect("sent");
    let found = client.until(|packet| match packet {
        ServerPacket::PlayersFound(found) => Some(found),
        _ => None,
    });
    let found = found.await.expect("an answer");
    found.iter().map(|found| (found.room_id, found.player.data.name.to_string())).collect()
}

#[tokio::test]
async fn nodes_share_the_rooms_and_take_over_those_of_one_that_goes() {
    let Some(mut hub) = Hub::open().await else { return };
    let one = hub.start().await;
    assert_eq!((run_by(&one), rooms_of(&one).len()), (3, 3), "a lone node runs them all");
    let guest = LogIn::guest(Dialect::Myth2, "Balor").enter(one.running.login_address).await.expect("open");

    let two = hub.start().await;
    until("an empty room to change hands", async || {
        let seen = (run_by(&one), run_by(&two), rooms_of(&one), rooms_of(&two));
        if (seen.0, seen.1) == (2, 1) && seen.2 == seen.3 && seen.2.len() == 3 { Ok(()) } else { Err(seen) }
    })
    .await;
    let crowded = one.watching.shown().rooms.iter().any(|room| room.players.len() == 1);
    assert!(crowded, "the room with somebody in it stays where it is");
    // Who logs in at either is told of all of them, with addresses that are reached.
    for login in [one.running.login_address, two.running.login_address] {
        let entered = LogIn::guest(Dialect::AlephOne, "Durandal").at(login).await.expect("open");
        let told: Vec<_> = entered.rooms.iter().map(|room| SocketAddr::from((room.address, room.port))).collect();
        assert_eq!(told.iter().collect::<BTreeSet<_>>(), rooms_of(&one).iter().collect());
        assert_eq!(entered.rooms.iter().map(|room| room.players).sum::<i16>(), 1, "counts of other nodes are told");
    }

    drop(guest);
    one.stop().await;
    until("the rooms to be taken over", async || {
        let seen = (run_by(&two), rooms_of(&two));
        if seen.0 == 3 && seen.1.len() == 3 { Ok(()) } else { Err(seen) }
    })
    .await;
    LogIn::guest(Dialect::Myth2, "Balor").enter(two.running.login_address).await.expect("open");
    hub.close([two]).await;
}

#[tokio::test]
async fn one_pass_opens_the_rooms_of_all_nodes() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    let login = player("olga");
    let entered = login.at(one.running.login_address).await.expect("the right password");
    let mut here = login.enter_room(own_room(&one, 0), &entered).await.expect("open");
    let mut there = login.enter_room(own_room(&two, 0), &entered).await.expect("open at the other node");
    here.link.closed().await.expect("one is in one room at a time");
    let back = login.enter_room(own_room(&one, 1), &entered).await.expect("and back");
    there.link.closed().await.expect("one is in one room at a time");
    drop(back);

    // Aleph One shows its pass once.
    let login = LogIn::guest(Dialect::AlephOne, "Durandal");
    let entered = login.at(two.running.login_address).await.expect("guests may come in");
    let first = login.enter_room(own_room(&one, 0), &entered).await.expect("open");
    assert!(login.enter_room(own_room(&two, 0), &entered).await.is_err(), "it was used at the other node");
    drop(first);
    assert!(login.enter_room(own_room(&one, 0), &entered).await.is_err(), "and is worth nothing any more");
    hub.close([one, two]).await;
}

#[tokio::test]
async fn the_newest_login_wins_at_whichever_node() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    let mut before = player("olga").enter(one.running.login_address).await.expect("open");
    let login = player("olga");
    let entered = login.at(two.running.login_address).await.expect("the right password");
    let mut now = login.enter_room(own_room(&two, 0), &entered).await.expect("open");
    let told = before.until(|packet| match packet {
        ServerPacket::Message(message) => Some(message.code),
        _ => None,
    });
    assert_eq!(told.await.expect("why"), code::ALREADY_ON);
    before.link.closed().await.expect("thrown out");
    now.say("still here").await.expect("said");
    assert_eq!(now.line().await.expect("heard").message.to_string(), "still here");

    // Who is shut out is shut out everywhere, and their pass is worth nothing.
    two.running.doorman.show_out(UserId::from(1));
    now.link.closed().await.expect("shown out");
    until("the pass to be worth nothing", async || match login.enter_room(own_room(&one, 0), &entered).await {
        Err(_) => Ok(()),
        Ok(client) => Err(client.name),
    })
    .await;
    hub.close([one, two]).await;
}

#[tokio::test]
async fn players_games_and_friends_are_found_in_rooms_of_other_nodes() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    for node in [&one, &two] {
        node.desk.befriends();
    }
    let mut olga = player("olga").enter(one.running.login_address).await.expect("open");
    buddies_are(&mut olga, &[(2, 3)]).await;
    let login = player("balin");
    let entered = login.at(one.running.login_address).await.expect("the right password");
    let mut balin = login.enter_room(own_room(&two, 0), &entered).await.expect("open");
    buddies_are(&mut olga, &[(2, 2)]).await;
    assert_eq!(friends_here(&mut olga).await.len(), 1);
    assert_eq!(found(&mut olga, "BAL").await.len(), 1);

    balin.host("Come and play", "Gonen's Bridge").await.expect("sent");
    olga.host("Duel", "Creep on the Borderlands").await.expect("sent");
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
    until("both games to be found", async || {
        olga.link.send(&ClientPacket::GameSearch(any.clone())).await.expect("sent");
        let games = olga.until(|packet| match packet {
            ServerPacket::GamesFound(found) => Some(found),
            _ => None,
        });
        let games = games.await.expect("an answer");
        let names: BTreeSet<_> = games.iter().map(|game| game.description.summary().name.to_string()).collect();
        if names == BTreeSet::from(["Come and play".to_owned(), "Duel".to_owned()]) { Ok(()) } else { Err(names) }
    })
    .await;
    // No two nodes give two games one number.
    let ids = |node: &Node| -> Vec<_> {
        node.watching.shown().rooms.iter().flat_map(|room| &room.games).map(|game| game.id).collect()
    };
    assert_eq!((ids(&one).len(), ids(&two).len()), (1, 1));
    assert_ne!(ids(&one), ids(&two));

    drop(balin);
    buddies_are(&mut olga, &[(2, 3)]).await;
    assert!(found(&mut olga, "BAL").await.is_empty());
    hub.close([one, two]).await;
}

#[tokio::test]
async fn guests_of_two_nodes_have_two_numbers_and_their_words_are_read_at_both() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    let numbers: BTreeSet<u32> = {
        let mut numbers = BTreeSet::new();
        for login in [one.running.login_address, two.running.login_address] {
            for _ in 0..3 {
                numbers.insert(LogIn::guest(Dialect::Myth2, "Balor").at(login).await.expect("open").player_id);
            }
        }
        numbers
    };
    assert_eq!(numbers.len(), 6);

    let login = LogIn::guest(Dialect::Myth2, "Soulblighter");
    let entered = login.at(one.running.login_address).await.expect("open");
    let guest = login.enter_room(own_room(&two, 0), &entered).await.expect("open");
    let mut olga = player("olga").enter(one.running.login_address).await.expect("open");
    until("the guest to be found", async || {
        let found = found(&mut olga, "soul").await;
        if found.len() == 1 { Ok(()) } else { Err(found) }
    })
    .await;
    let profile = olga.profile(guest.player_id).await.expect("there is somebody");
    assert_eq!((profile.name.to_string(), profile.login.to_string()), ("Soulblighter".to_owned(), "Guest".to_owned()));
    hub.close([one, two]).await;
}

#[tokio::test]
async fn a_game_at_one_node_comes_before_a_page_at_the_other() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    let (olga, room) = (person(1), one.watching.shown().rooms[0].id);
    let page = one.reception.sit(&olga, room).await.expect("a place");
    one.watching.until(|shown| (shown.rooms[0].players.len() == 1).then_some(())).await;
    let login = player("olga");
    let entered = login.at(two.running.login_address).await.expect("the right password");
    let game = login.enter_room(own_room(&two, 0), &entered).await.expect("open");
    one.watching.until(|shown| shown.rooms[0].players.is_empty().then_some(())).await;
    let refused = one.reception.sit(&olga, room).await.err().expect("she is elsewhere");
    assert_eq!(refused.to_string(), crate::Unheard::Outside(Unseated::Elsewhere).to_string());
    drop((page, game));
    hub.close([one, two]).await;
}

#[tokio::test]
async fn a_page_at_one_node_is_in_a_room_of_the_other() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    let (olga, room) = (person(1), two.watching.shown().rooms[0].id);
    let mut page = one.reception.sit(&olga, room).await.expect("a place");
    let seated = async |origin| {
        two.watching
            .until(|shown| (shown.rooms[0].players.iter().map(|one| one.origin).eq([origin])).then_some(()))
            .await;
    };
    seated(Origin::Browser).await;
    one.reception.say(&olga, room, &to_all("is anybody here?")).await.expect("heard");
    two.watching
        .until(|shown| shown.rooms[0].lines.iter().any(|line| line.text == "is anybody here?").then_some(()))
        .await;

    // What she alone is told she hears there, and a page that is loaded anew, too.
    one.reception.say(&olga, room, &to_all(".help")).await.expect("heard");
    let Told::Aside(aside) = page.next().await else { panic!("she stays") };
    assert!(aside.text.contains(".help"), "{aside:?}");
    let kept = one.reception.asides(&olga, room).await;
    assert_eq!(kept.first(), Some(&aside));

    // What is not heard says why, as it would at home.
    let nobody = Say { text: "psst".into(), to: Some(4711) };
    assert_eq!(one.reception.say(&olga, room, &nobody).await, Err(Unheard::NobodyThere));
    let empty = one.reception.say(&olga, room, &to_all("  ")).await;
    assert!(matches!(empty, Err(Unheard::NoLine(_))), "{empty:?}");
    let nowhere = one.reception.sit(&olga, RoomId::from(4711)).await.err();
    assert_eq!(nowhere, Some(Unheard::Outside(Unseated::Closed)));

    // She comes by a game there: it is her player; when that goes, the page has the place again.
    let login = player("olga");
    let entered = login.at(two.running.login_address).await.expect("the right password");
    let game = login.enter_room(own_room(&two, 0), &entered).await.expect("open");
    seated(Origin::Myth2).await;
    drop(game);
    seated(Origin::Browser).await;

    // Into a room of the page's own node, and the place in the other is given up.
    let own = one.watching.shown().rooms[0].id;
    let home = one.reception.sit(&olga, own).await.expect("a place");
    let Told::Over(why) = page.next().await else { panic!("she is elsewhere") };
    assert_eq!(why, Unseated::Elsewhere);
    two.watching.until(|shown| shown.rooms[0].players.is_empty().then_some(())).await;
    home.leave();
    one.watching.until(|shown| shown.rooms[0].players.is_empty().then_some(())).await;

    // Whoever leaves is gone at once, and not after the moment in which a page may be loaded anew.
    let page = one.reception.sit(&olga, room).await.expect("a place");
    seated(Origin::Browser).await;
    page.leave();
    two.watching.until(|shown| shown.rooms[0].players.is_empty().then_some(())).await;
    hub.close([one, two]).await;
}

#[tokio::test]
async fn a_page_keeps_its_place_when_the_node_of_its_room_goes() {
    let Some(mut hub) = Hub::open().await else { return };
    let (one, two) = hub.two().await;
    // The page is of a third node, which runs no room.
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let clock = Arc::clone(&hub.clock) as Arc<dyn Clock>;
    let reception = Reception::start(hub.db.clone(), clock, "of pages".into(), &tasks, stop.clone());
    let (olga, room) = (person(1), two.watching.shown().rooms[0].id);
    let mut page = reception.sit(&olga, room).await.expect("a place");
    two.watching.until(|shown| (shown.rooms[0].players.len() == 1).then_some(())).await;
    two.stop().await;
    let there = |shown: &contract::lobby::Lobby| {
        let mut rooms = shown.rooms.iter().filter(|one| one.id == room);
        rooms.any(|room| room.players.len() == 1).then_some(())
    };
    one.watching.until(there).await;
    reception.say(&olga, room, &to_all(".help")).await.expect("heard");
    assert!(matches!(page.next().await, Told::Aside(_)));

    // Those who keep order close it: now the page is told.
    let banner = hub.db.write::<_, db::Error, _>(move |tx| {
        Box::pin(sql("update rooms set closed_at = 1 where id = $1").bind(room).execute(tx))
    });
    assert_eq!(banner.await.expect("written"), 1);
    one.running.caretaker.refresh().await.expect("read");
    let over = async {
        loop {
            if let Told::Over(why) = page.next().await {
                return why;
            }
        }
    };
    assert_eq!(over.await, Unseated::Closed);
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    hub.close([one]).await;
}

fn to_all(text: &str) -> Say {
    Say { text: text.into(), to: None }
}

fn person(user: i64) -> Actor {
    Actor::Person(Person {
        user: UserId::from(user),
        role: Role::Member,
        by: Credential::Game,
        fresh: false,
        address: None,
    })
}
