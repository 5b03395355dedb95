//! What those who run the hub do with rooms while people are in them.

use std::sync::Arc;

use base::{Actor, Millis, RoomId};
use contract::room::{RoomKind, SaveRoom};
use db::testing::StoppedClock;
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{player::Verb, room_list::flag, server_message::code},
};

use super::harness::Lobby;
use crate::{
    Config, Known, Rooms,
    testing::{Client, ClientError, LogIn},
};

/// A lobby, and whoever runs the hub.
pub(super) struct Kept {
    pub(super) lobby: Lobby,
    pub(super) rooms: Rooms,
}

impl Kept {
    pub(super) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(super) async fn with(choose: impl FnOnce(&mut Config)) -> Self {
        let lobby = Lobby::with(choose).await;
        let (clock, present) = (Arc::new(StoppedClock(Millis(1_700_000_000_000))), Arc::clone(&lobby.watching));
        let rooms = Rooms::new(lobby.db.clone(), clock, present);
        Self { lobby, rooms }
    }

    pub(super) async fn make(&self, form: SaveRoom) -> RoomId {
        let made = self.rooms.open(&Actor::Operator, &form).await.expect("a new banner");
        self.look().await;
        made.id
    }

    pub(super) async fn change(&self, room: RoomId, form: SaveRoom) {
        self.rooms.change(&Actor::Operator, room, &form).await.expect("it is open");
        self.look().await;
    }

    pub(super) async fn look(&self) {
        self.lobby.running.caretaker.refresh().await.expect("the rooms can be read");
    }

    pub(super) fn first(&self) -> RoomId {
        self.lobby.running.rooms()[0].0
    }

    /// Enters that room, as far as it lets one.
    pub(super) async fn enter(&self, who: &LogIn, room: RoomId) -> Result<Client, ClientError> {
        let entered = who.at(self.lobby.address()).await?;
        let rooms = self.lobby.running.rooms();
        let (_, address) = rooms.iter().find(|(id, _)| *id == room).expect("it is open");
        who.enter_room(*address, &entered).await
    }
}

/// Waits for the words somebody is sent away with, and for the end.
pub(super) async fn sent_away(mut client: Client) -> String {
    let why = client
        .until(|packet| match packet {
            ServerPacket::Kicked(text) => Some(text),
            ServerPacket::BlueLine(text)
                if text.to_string().starts_with("This room") || text.to_string().starts_with("You ") =>
            {
                Some(text)
            }
            _ => None,
        })
        .await;
    let why = why.expect("they are told").to_string();
    client.link.closed().await.expect("the connection ends");
    why
}

pub(super) fn player(dialect: Dialect, name: &str) -> LogIn {
    LogIn::player(dialect, name, "opensesame")
}

#[tokio::test]
async fn a_room_opens_while_the_lobby_runs_and_both_kinds_of_clients_find_it() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut stranger = kept.lobby.guest(Dialect::Myth2, "Stranger").await;
    let duel =
        kept.make(SaveRoom { name: "The Duel".into(), kind: RoomKind::Ranked, capacity: 1, ..SaveRoom::new(6) }).await;
    for (client, flags) in [(&mut olga, 0), (&mut stranger, flag::CLOSED_TO_USER)] {
        let listed = client
            .until(|packet| match packet {
                ServerPacket::Rooms(rooms) => rooms.into_iter().find(|room| room.room_id == 6),
                _ => None,
            })
            .await
            .expect("those who are in are told");
        assert_eq!((listed.room_type, listed.flags), (1, flags));
    }
    kept.lobby.watching.until(|shown| shown.rooms.get(3).filter(|room| room.name == "The Duel").map(|_| ())).await;

    let listed = player(Dialect::AlephOne, "alric").at(kept.lobby.address()).await.expect("let in").rooms;
    assert_eq!(listed.iter().map(|room| room.room_id).collect::<Vec<_>>(), [26, 5, 10, 6]);
    let guests = LogIn::guest(Dialect::AlephOne, "Garrick").at(kept.lobby.address()).await.expect("let in").rooms;
    assert!(guests.iter().all(|room| room.room_id != 6), "none that is closed to them");

    match kept.enter(&LogIn::guest(Dialect::Myth2, "Other"), duel).await {
        Err(ClientError::Refused(told, why)) => {
            assert_eq!((told, why.as_str()), (code::NOT_LOGGED_IN, "This room is not open to you. Choose another."));
        }
        other => panic!("let in: {:?}", other.map(|_| ())),
    }
    assert!(kept.enter(&LogIn::guest(Dialect::AlephOne, "Third"), duel).await.is_err());
    let _alric = kept.enter(&player(Dialect::AlephOne, "balin"), duel).await.expect("it is open to players");
    match kept.enter(&player(Dialect::Myth2, "olga"), duel).await {
        Err(ClientError::Refused(told, _)) => assert_eq!(told, code::ROOM_FULL),
        other => panic!("let in: {:?}", other.map(|_| ())),
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn who_is_in_a_room_that_closes_is_told_and_the_others_go_on() {
    let kept = Kept::open().await;
    let there = kept.lobby.running.rooms()[1].0;
    let mut here = kept.lobby.player(Dialect::Myth2, "alric").await;
    let myth = kept.enter(&player(Dialect::Myth2, "olga"), there).await.expect("open");
    let aleph = kept.enter(&player(Dialect::AlephOne, "balin"), there).await.expect("open");
    let before = kept.lobby.running.rooms()[1].1;
    kept.rooms.close(&Actor::Operator, there, "").await.expect("others are left");
    kept.look().await;
    for client in [myth, aleph] {
        assert_eq!(sent_away(client).await, "This room closes. Choose another.");
    }
    kept.lobby.watching.until(|shown| shown.rooms.iter().all(|room| room.id != there).then_some(())).await;
    assert_eq!(kept.lobby.running.rooms().len(), 2);
    db::testing::until("the port to be closed", async || match tokio::net::TcpStream::connect(before).await {
        Err(_) => Ok(()),
        Ok(_) => Err("open"),
    })
    .await;
    here.say("still here").await.expect("sent");
    assert_eq!(here.line().await.expect("heard").message, Text::new("still here"));
    kept.lobby.close().await;
}

#[tokio::test]
async fn a_room_that_is_set_up_anew_is_so_for_those_who_are_in_it() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let (myth, aleph) =
        (kept.lobby.guest(Dialect::Myth2, "Garrick").await, kept.lobby.guest(Dialect::AlephOne, "Thrall").await);
    let form =
        SaveRoom { guests: false, greeting: "Welcome.\nPlay fair.".into(), name: "Home".into(), ..SaveRoom::new(26) };
    kept.change(kept.first(), form.clone()).await;
    for client in [myth, aleph] {
        assert_eq!(sent_away(client).await, "This room is not open to you any more. Choose another.");
    }
    olga.player(Verb::Delete, "Thrall").await.expect("everybody sees them go");
    let shown =
        kept.lobby.watching.until(|shown| (shown.rooms[0].name == "Home").then(|| shown.rooms[0].clone())).await;
    assert_eq!(shown.players.iter().map(|player| player.name.as_str()).collect::<Vec<_>>(), ["olga"]);

    for dialect in Dialect::ALL {
        let mut alric = kept.lobby.player(dialect, "alric").await;
        for line in ["Welcome.", "Play fair."] {
            assert_eq!(alric.blue_line().await.expect("told"), line);
        }
    }

    // Slow mode holds players, not those who keep order.
    kept.change(kept.first(), SaveRoom { slow_secs: 600, greeting: String::new(), ..form }).await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    olga.say("one").await.expect("sent");
    olga.say("two").await.expect("sent");
    let told = olga.blue_line().await.expect("told");
    assert!(told.starts_with("This room is slow: nobody hears this."), "{told}");
    alric.say("three").await.expect("sent");
    alric.say("four").await.expect("sent");
    for line in ["one", "three", "four"] {
        assert_eq!(alric.line().await.expect("heard").message, Text::new(line));
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn rooms_for_a_country_and_for_castes_take_whom_they_are_for() {
    let kept = Kept::open().await;
    let known =
        |caste, country: &str| Known { caste: Some(caste), country: Some(country.to_owned()), ..Known::default() };
    *kept.lobby.desk.known.lock().expect("never poisoned") = [(1, known(4, "BR")), (2, known(4, "SE"))].into();
    let brazil = kept.make(SaveRoom { country: Some("BR".into()), ..SaveRoom::new(7) }).await;
    let low = kept.make(SaveRoom { caste_most: Some(3), ..SaveRoom::new(8) }).await;
    let high = kept.make(SaveRoom { caste_least: Some(4), ..SaveRoom::new(9) }).await;
    for dialect in Dialect::ALL {
        for (name, open) in [("olga", [true, false, true]), ("balin", [false, false, true]), ("alric", [true; 3])] {
            let listed = player(dialect, name).at(kept.lobby.address()).await.expect("let in").rooms;
            for ((room, banner), open) in [(brazil, 7), (low, 8), (high, 9)].into_iter().zip(open) {
                let shown = listed.iter().any(|room| room.room_id == banner && room.flags == 0);
                let entered = kept.enter(&player(dialect, name), room).await.is_ok();
                assert_eq!((shown, entered), (open, open), "{name}, {banner}, {dialect:?}");
            }
        }
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn rooms_stand_as_they_are_arranged() {
    let kept = Kept::open().await;
    let last = kept.lobby.running.rooms()[2].0;
    kept.rooms.place(&Actor::Operator, last, 1).await.expect("moved");
    kept.look().await;
    let listed = LogIn::guest(Dialect::Myth2, "Garrick").at(kept.lobby.address()).await.expect("let in").rooms;
    assert_eq!(listed.iter().map(|room| room.room_id).collect::<Vec<_>>(), [10, 26, 5]);
    let aleph = LogIn::guest(Dialect::AlephOne, "Garrick").at(kept.lobby.address()).await.expect("let in").rooms;
    assert_eq!(aleph.iter().map(|room| room.room_id).collect::<Vec<_>>(), [26, 10, 5], "it enters Arrival");
    kept.lobby.watching.until(|shown| (shown.rooms[0].id == last).then_some(())).await;
    kept.lobby.close().await;
}
