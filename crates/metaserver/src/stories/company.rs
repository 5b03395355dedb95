//! Friends and orders, as classic clients have them.

use std::time::Duration;

use base::{OrderId, UserId};
use contract::people::{Bond, Companion};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket,
    packet::{
        player::Verb,
        social::{Buddy, LocatedPlayer, OrderMember, UpdateBuddy},
    },
};

use super::harness::{Desk, Lobby};
use crate::{
    Brotherhood, Circle, Fellow, Known,
    testing::{Client, LogIn},
};

const OLGA: i64 = 1;
const BALIN: i64 = 2;
const ALRIC: i64 = 3;

fn companion(user: i64, name: &str, bond: Bond) -> Companion {
    Companion { user: UserId::from(user), name: name.to_owned(), bond, shows: true }
}

impl Desk {
    /// From now on that is somebody's company.
    pub(super) fn keeps(&self, user: i64, companions: Vec<Companion>, order: Option<Brotherhood>) {
        self.circles.lock().expect("never poisoned").insert(user, Circle { companions, order });
    }

    /// Olga and Balin are friends.
    pub(super) fn befriends(&self) {
        self.keeps(OLGA, vec![companion(BALIN, "balin", Bond::Friend)], None);
        self.keeps(BALIN, vec![companion(OLGA, "olga", Bond::Friend)], None);
    }
}

/// An order of these, all of whom show that they are here.
fn order(id: i64, fellows: &[i64]) -> Brotherhood {
    let fellow = |user: &i64| Fellow { user: UserId::from(*user), shows: true };
    Brotherhood { id: OrderId::from(id), name: "The Avatara".into(), fellows: fellows.iter().map(fellow).collect() }
}

/// The next table of buddies: the slots that are not free.
async fn buddies(client: &mut Client) -> Vec<(u32, i8)> {
    let table = client.until(|packet| match packet {
        ServerPacket::BuddyTable(table) => Some(table),
        _ => None,
    });
    let taken = |buddy: &&Buddy| buddy.state != 0;
    table.await.expect("a table").0.iter().filter(taken).map(|buddy| (buddy.player_id, buddy.state)).collect()
}

/// Passes over tables until one is as it should be.
pub(super) async fn buddies_are(client: &mut Client, wanted: &[(u32, i8)]) {
    let mut seen = Vec::new();
    while seen != wanted {
        seen = buddies(client).await;
    }
}

/// The next table of the order.
async fn fellows(client: &mut Client) -> Vec<(u32, i32)> {
    let table = client.until(|packet| match packet {
        ServerPacket::OrderTable(table) => Some(table.0),
        _ => None,
    });
    table.await.expect("a table").iter().map(|OrderMember { player_id, online }| (*player_id, *online)).collect()
}

fn where_they_are(found: &[LocatedPlayer]) -> Vec<(i32, String)> {
    found.iter().map(|found| (found.room_id, found.player.data.name.to_string())).collect()
}

pub(super) async fn friends_here(client: &mut Client) -> Vec<(i32, String)> {
    client.link.send(&ClientPacket::BuddiesQuery).await.expect("sent");
    let found = client.until(|packet| match packet {
        ServerPacket::BuddiesOnline(found) => Some(found),
        _ => None,
    });
    where_they_are(&found.await.expect("an answer"))
}

#[tokio::test]
async fn a_buddy_is_shown_here_and_gone_and_on_the_way_from_room_to_room() {
    let lobby = Lobby::with(|config| config.away_after = Duration::from_millis(300)).await;
    lobby.desk.befriends();
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    assert_eq!(buddies(&mut olga).await, [(2, 3)], "Balin is not here");
    assert!(friends_here(&mut olga).await.is_empty());

    let login = LogIn::player(Dialect::Myth2, "balin", "opensesame");
    let entered = login.at(lobby.address()).await.expect("may come in");
    let rooms = lobby.running.rooms();
    let balin = login.enter_room(rooms[0].1, &entered).await.expect("may come in");
    buddies_are(&mut olga, &[(2, 2)]).await;
    assert_eq!(friends_here(&mut olga).await.len(), 1);

    // To another room with the same pass: he has been here all the time.
    drop(balin);
    let balin = login.enter_room(rooms[1].1, &entered).await.expect("may come in");
    buddies_are(&mut olga, &[(2, 2)]).await;
    drop(balin);
    buddies_are(&mut olga, &[(2, 3)]).await;
    assert!(friends_here(&mut olga).await.is_empty());
    lobby.close().await;
}

#[tokio::test]
async fn who_keeps_it_to_themselves_is_never_here() {
    let lobby = Lobby::open().await;
    lobby.desk.keeps(OLGA, vec![Companion { shows: false, ..companion(BALIN, "balin", Bond::Friend) }], None);
    lobby.desk.keeps(BALIN, vec![companion(OLGA, "olga", Bond::Friend)], None);
    let mut balin = lobby.player(Dialect::Myth2, "balin").await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    assert_eq!(buddies(&mut olga).await, [(2, 3)]);
    assert!(friends_here(&mut olga).await.is_empty());
    buddies_are(&mut balin, &[(1, 2)]).await;
    assert_eq!(friends_here(&mut balin).await, [(26, "olga".to_owned())]);
    lobby.close().await;
}

#[tokio::test]
async fn sixteen_buddies_fit_and_those_who_are_here_come_first() {
    let lobby = Lobby::open().await;
    let mut many: Vec<_> = (100..120).map(|user| companion(user, "somebody", Bond::Friend)).collect();
    many.insert(0, companion(200, "stranger", Bond::Asked));
    many.push(companion(BALIN, "balin", Bond::Friend));
    many.push(companion(300, "asker", Bond::Asking));
    lobby.desk.keeps(OLGA, many, None);
    lobby.desk.keeps(BALIN, vec![companion(OLGA, "olga", Bond::Friend)], None);
    let _balin = lobby.player(Dialect::Myth2, "balin").await;
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let line = olga.blue_line().await.expect("a line");
    assert!(line.starts_with("asker would like to be your friend"), "{line}");
    let slots = buddies(&mut olga).await;
    assert_eq!(slots.len(), 16);
    assert_eq!((slots[0], slots[1], slots[15]), ((2, 2), (100, 3), (114, 3)));
    lobby.close().await;
}

#[tokio::test]
async fn a_buddy_is_asked_for_and_dropped_and_the_site_decides() {
    let lobby = Lobby::open().await;
    lobby.desk.keeps(OLGA, Vec::new(), None);
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    assert_eq!(buddies(&mut olga).await, []);
    let mut ask = async |player_id: i32, add: i32| {
        olga.link.send(&ClientPacket::UpdateBuddy(UpdateBuddy { player_id, add })).await.expect("sent");
        olga.blue_line().await.expect("a line")
    };
    assert_eq!(ask(2, 1).await, "1 adds 2");
    assert_eq!(ask(2, 0).await, "1 drops 2");
    assert!(ask(1 << 30, 1).await.contains("A guest can't be a friend"));
    assert!(ask(-1, 1).await.contains("A guest can't be a friend"));
    let mut guest = lobby.guest(Dialect::Myth2, "Balor").await;
    guest.link.send(&ClientPacket::UpdateBuddy(UpdateBuddy { player_id: 2, add: 1 })).await.expect("sent");
    assert!(guest.blue_line().await.expect("a line").contains("need an account"));
    lobby.close().await;
}

#[tokio::test]
async fn what_changes_on_the_site_is_told_at_once() {
    let lobby = Lobby::open().await;
    lobby.desk.keeps(OLGA, vec![companion(BALIN, "balin", Bond::Asked)], None);
    lobby.desk.keeps(BALIN, vec![companion(OLGA, "olga", Bond::Asking)], None);
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    assert_eq!(buddies(&mut olga).await, [(2, 1)]);
    let mut balin = lobby.player(Dialect::AlephOne, "balin").await;
    assert!(balin.blue_line().await.expect("a line").starts_with("olga would like to be your friend"));

    lobby.desk.befriends();
    lobby.running.doorman.company_changed(UserId::from(OLGA));
    lobby.running.doorman.company_changed(UserId::from(BALIN));
    assert_eq!(olga.blue_line().await.expect("a line"), "balin is your friend now.");
    buddies_are(&mut olga, &[(2, 2)]).await;
    assert_eq!(balin.blue_line().await.expect("a line"), "olga is your friend now.");

    lobby.desk.keeps(OLGA, Vec::new(), None);
    lobby.desk.keeps(BALIN, Vec::new(), None);
    lobby.running.doorman.company_changed(UserId::from(OLGA));
    buddies_are(&mut olga, &[]).await;
    lobby.close().await;
}

#[tokio::test]
async fn aleph_one_is_told_in_lines() {
    let lobby = Lobby::with(|config| config.away_after = Duration::from_millis(50)).await;
    lobby.desk.befriends();
    let mut olga = lobby.player(Dialect::AlephOne, "olga").await;
    let mut balin = lobby.player(Dialect::AlephOne, "balin").await;
    assert_eq!(balin.blue_line().await.expect("a line"), "Friends here: olga.");
    assert_eq!(olga.blue_line().await.expect("a line"), "balin is in the lobby now.");
    drop(balin);
    assert_eq!(olga.blue_line().await.expect("a line"), "balin has left the lobby.");
    lobby.close().await;
}

#[tokio::test]
async fn a_deaf_client_is_told_nothing_and_asks_for_everything_afterwards() {
    let lobby = Lobby::open().await;
    lobby.desk.befriends();
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    assert_eq!(buddies(&mut olga).await, [(2, 3)]);
    olga.set_deaf(true).await.expect("sent");
    lobby
        .watching
        .until(|shown| {
            let mut players = shown.rooms.iter().flat_map(|room| &room.players);
            players.find(|player| player.name == "olga" && player.away).map(drop)
        })
        .await;
    let mut balin = lobby.player(Dialect::Myth2, "balin").await;
    buddies_are(&mut balin, &[(1, 2)]).await;
    olga.set_deaf(false).await.expect("sent");
    olga.link.send(&ClientPacket::FullUpdate).await.expect("sent");
    assert_eq!(buddies(&mut olga).await, [(2, 2)], "the first since she was deaf");
    lobby.close().await;
}

#[tokio::test]
async fn an_order_shows_in_lists_tables_and_profiles() {
    let lobby = Lobby::open().await;
    let avatara = || Some(order(9, &[OLGA, BALIN, ALRIC]));
    for user in [OLGA, BALIN] {
        lobby.desk.keeps(user, Vec::new(), avatara());
    }
    let known = Known { order: Some(OrderId::from(9)), ..Known::default() };
    lobby.desk.known.lock().expect("never poisoned").insert(OLGA, known);
    let mut balin = lobby.player(Dialect::Myth2, "balin").await;
    assert_eq!(fellows(&mut balin).await, [(1, 0), (2, 1), (3, 0)]);
    // His login knew of none: everybody is told when it is known.
    let mut olga = lobby.player(Dialect::Myth2, "olga").await;
    let entry = balin.player(Verb::Add, "olga").await.expect("an entry");
    assert_eq!((entry.aux.order, entry.data.order), (9, 9));
    assert_eq!(fellows(&mut balin).await, [(1, 1), (2, 1), (3, 0)]);

    olga.link.send(&ClientPacket::OrderQuery).await.expect("sent");
    let found = olga.until(|packet| match packet {
        ServerPacket::OrderOnline(found) => Some(found),
        _ => None,
    });
    let found = where_they_are(&found.await.expect("an answer"));
    assert_eq!(found, [(26, "olga".to_owned()), (26, "balin".to_owned())]);
    olga.link.send(&ClientPacket::ProfileQuery(3)).await.expect("sent");
    let profile = olga.until(|packet| match packet {
        ServerPacket::Profile(profile) => Some(profile),
        _ => None,
    });
    let profile = profile.await.expect("a profile");
    assert_eq!((profile.order, profile.order_name.to_string(), profile.orders), (9, "The Avatara".to_owned(), 2));
    assert_eq!((profile.order_scores.ranked.games, profile.order_scores.ranked.wins), (12, 7));

    // Alric leaves, and Olga is put out.
    lobby.desk.keeps(OLGA, Vec::new(), None);
    lobby.desk.keeps(BALIN, Vec::new(), Some(order(9, &[BALIN])));
    lobby.running.doorman.order_changed(OrderId::from(9), Some(UserId::from(OLGA)));
    let entry = balin.player(Verb::Change, "olga").await.expect("an entry");
    assert_eq!((entry.aux.order, entry.data.order), (0, 0), "no order");
    assert_eq!(fellows(&mut olga).await, [], "an empty one, once");
    lobby.close().await;
}
