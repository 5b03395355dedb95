//! What keeping order does to those who are in a room.

use base::Actor;
use contract::room::{MuteWord, Restrain, RestraintKind};
use metaserver_proto::{
    Dialect, Text,
    packet::{player::Verb, room_list::flag},
};

use super::keeping::{Kept, player, sent_away};
use crate::testing::{ClientError, LogIn};

fn restrain(kind: RestraintKind, player: &str, reason: &str) -> Restrain {
    Restrain { kind, player: player.into(), minutes: Some(30), reason: reason.into() }
}

#[tokio::test]
async fn a_gag_holds_at_once_for_both_kinds_of_clients_and_in_one_room() {
    let kept = Kept::open().await;
    let here = kept.first();
    let mut alric = kept.lobby.player(Dialect::Myth2, "alric").await;
    for dialect in Dialect::ALL {
        let mut olga = kept.lobby.player(dialect, "olga").await;
        let mut guest = kept.lobby.guest(dialect, "Garrick").await;
        let present = |name: &'static str| {
            move |shown: &contract::lobby::Lobby| {
                shown.rooms[0].players.iter().find(|one| one.name.ends_with(name)).map(|one| one.number.0)
            }
        };
        kept.lobby.watching.until(present("olga")).await;
        let number = kept.lobby.watching.until(present("Garrick")).await;
        let gag = restrain(RestraintKind::Gag, "olga", "Too loud.");
        let done = kept.rooms.restrain(&Actor::Operator, here, &gag).await.expect("gagged");
        let gag = restrain(RestraintKind::Gag, &format!("#{number}"), "");
        kept.rooms.restrain(&Actor::Operator, here, &gag).await.expect("gagged");
        kept.look().await;
        olga.say("can you hear me?").await.expect("sent");
        let told = olga.blue_line().await.expect("told");
        assert_eq!(told, "You are gagged in this room for another 30 min: nobody hears this. Too loud.");
        olga.whisper(3, "or now?").await.expect("sent");
        assert!(olga.blue_line().await.expect("told").starts_with("You are gagged"));
        guest.say("or me?").await.expect("sent");
        assert!(guest.blue_line().await.expect("told").starts_with("You are gagged"));
        // From the same address it is the same guest.
        drop(guest);
        let mut again = kept.lobby.guest(dialect, "Gunther").await;
        again.say("and now?").await.expect("sent");
        assert!(again.blue_line().await.expect("told").starts_with("You are gagged"));
        let there = kept.lobby.running.rooms()[1].0;
        let mut elsewhere = kept.enter(&LogIn::guest(dialect, "Gwynn"), there).await.expect("open");
        elsewhere.say("here they do").await.expect("sent");
        assert_eq!(elsewhere.line().await.expect("heard").message, Text::new("here they do"));

        kept.rooms.release(&Actor::Operator, here, done.id, "").await.expect("released");
        kept.look().await;
        olga.say("thanks").await.expect("sent");
        assert_eq!(alric.line().await.expect("heard").message, Text::new("thanks"), "the first that is");
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn who_is_barred_leaves_at_once_and_stays_out_of_that_room() {
    let kept = Kept::open().await;
    let (here, there) = (kept.first(), kept.lobby.running.rooms()[1].0);
    let mut alric = kept.lobby.player(Dialect::Myth2, "alric").await;
    for (dialect, name) in [(Dialect::Myth2, "olga"), (Dialect::AlephOne, "balin")] {
        let client = kept.lobby.player(dialect, name).await;
        alric.player(Verb::Add, name).await.expect("everybody sees them come");
        kept.rooms
            .restrain(&Actor::Operator, here, &restrain(RestraintKind::Bar, name, "Enough"))
            .await
            .expect("barred");
        kept.look().await;
        assert_eq!(sent_away(client).await, "You may not enter this room any more: Enough");
        alric.player(Verb::Delete, name).await.expect("everybody sees them go");
        assert!(kept.enter(&player(dialect, name), here).await.is_err());
        let listed = player(dialect, name).at(kept.lobby.address()).await.expect("let in").rooms;
        assert!(listed.iter().all(|room| room.room_id != 26 || room.flags == flag::CLOSED_TO_USER), "{dialect:?}");
        kept.enter(&player(dialect, name), there).await.expect("the other rooms are open to them");
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn who_is_kicked_is_told_why_and_may_come_back() {
    let kept = Kept::open().await;
    let here = kept.first();
    for (dialect, name) in [(Dialect::Myth2, "olga"), (Dialect::AlephOne, "balin")] {
        let client = kept.lobby.player(dialect, name).await;
        let number = kept
            .lobby
            .watching
            .until(|shown| shown.rooms[0].players.iter().find(|one| one.name == name).map(|one| one.number))
            .await;
        kept.rooms.kick(&Actor::Operator, here, name, "Cool down").await.expect("kicked");
        kept.lobby.running.caretaker.kick(here, number, "Cool down").await;
        assert_eq!(sent_away(client).await, "You were sent out of this room: Cool down");
        kept.enter(&player(dialect, name), here).await.expect("they may come back");
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn nobody_says_a_muted_word() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut balin = kept.lobby.player(Dialect::AlephOne, "balin").await;
    let form = MuteWord { word: "blockhead*".into(), everywhere: true };
    kept.rooms.mute_word(&Actor::Operator, kept.first(), &form).await.expect("muted");
    kept.look().await;
    for client in [&mut olga, &mut balin] {
        client.say("|iBlockheads|p, all of you").await.expect("sent");
        let told = client.blue_line().await.expect("told");
        assert_eq!(told, "That has a word that nobody says here: nobody hears it.");
    }
    olga.say("good game").await.expect("sent");
    assert_eq!(balin.line().await.expect("heard").message, Text::new("good game"));
    kept.lobby.close().await;
}

#[tokio::test]
async fn who_keeps_order_in_a_room_enters_it_and_is_known_by_commands() {
    let kept = Kept::open().await;
    let club = kept.make(contract::room::SaveRoom { caste_least: Some(9), ..contract::room::SaveRoom::new(6) }).await;
    let olga = player(Dialect::Myth2, "olga");
    match kept.enter(&olga, club).await {
        Err(ClientError::Refused(..)) => {}
        other => panic!("let in: {:?}", other.map(|_| ())),
    }
    kept.rooms.set_moderator(&Actor::Operator, club, base::UserId::from(1), true).await.expect("named");
    kept.look().await;
    let mut here = kept.enter(&olga, club).await.expect("she keeps order there");
    let mut alric = kept.enter(&player(Dialect::AlephOne, "alric"), club).await.expect("he does everywhere");
    here.whisper(3, ".kick").await.expect("sent");
    assert_eq!(here.blue_line().await.expect("answered"), "olga says .kick to 3, keeping order");
    alric.say(".kick").await.expect("sent");
    assert_eq!(alric.blue_line().await.expect("answered"), "alric says .kick, keeping order");
    kept.lobby.close().await;
}
