//! Commands that a room answers itself, and those that everybody hears.

use std::sync::atomic::Ordering;

use base::{Actor, Person, Role, SessionId, UserId};
use contract::{
    lobby::{Origin, Say},
    room::{MuteWord, Restrain, RestraintKind},
};
use metaserver_proto::{Dialect, ServerPacket, Text, packet::player::Verb};

use super::keeping::Kept;
use crate::testing::Client;

const NOBODY_SAYS: &str = "That has a word that nobody says here: nobody hears it.";

impl Kept {
    /// Nobody says that word in the first room from now on.
    async fn mute_word(&self, word: &str) {
        let form = MuteWord { word: word.into(), everywhere: false };
        self.rooms.mute_word(&Actor::Operator, self.first(), &form).await.expect("muted");
        self.look().await;
    }
}

/// By a page.
fn balin() -> Actor {
    Actor::Person(Person::logged_in(UserId::from(2), Role::Member, SessionId::from(2)))
}

/// What a command is answered.
async fn answer(client: &mut Client, command: &str) -> String {
    client.say(command).await.expect("sent");
    client.blue_line().await.expect("answered")
}

/// The next that somebody hears, whether it is talk or a line in blue.
async fn heard_by(client: &mut Client) -> String {
    let heard = client.until(|packet| match packet {
        ServerPacket::Chat(chat) => Some(chat.message),
        ServerPacket::BlueLine(text) => Some(text),
        _ => None,
    });
    heard.await.expect("heard").to_string()
}

#[tokio::test]
async fn a_room_tells_its_games_the_time_and_who_somebody_is() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    let mut garrick = kept.lobby.guest(Dialect::Myth2, "Garrick").await;
    assert_eq!(answer(&mut garrick, ".games").await, "No game is listed in this room.");
    olga.host("Come", "Proving Grounds").await.expect("sent");
    garrick.game(Verb::Add).await.expect("it is listed");
    assert_eq!(answer(&mut garrick, ".Games").await, "'Come', 1/8, Host: 'olga'");
    assert_eq!(answer(&mut alric, ".games").await, "No game is listed in this room.", "none that he could join");
    olga.start_game().await.expect("sent");
    kept.lobby.watching.until(|shown| shown.rooms[0].games.iter().find_map(|game| game.started_at)).await;
    assert_eq!(answer(&mut garrick, ".games").await, "'Come', 1/8, Host: 'olga', Elapsed: 0:00");

    assert_eq!(answer(&mut alric, ".time").await, "It is 2023-11-14, 22:13 UTC.");
    assert_eq!(answer(&mut alric, ".info").await, "alric (#3): an account, by Aleph One.");
    let number = garrick.player_id;
    for (about, told) in [
        (1, "olga (#1): an account, by Myth II.".to_owned()),
        (number, format!("Garrick (#{number}): a guest, by Myth II.")),
        (77, "That player is not in the room.".to_owned()),
    ] {
        alric.whisper(about, ".info").await.expect("sent");
        assert_eq!(alric.blue_line().await.expect("answered"), told);
    }
    garrick.say("done").await.expect("sent");
    assert_eq!(heard_by(&mut alric).await, "done", "the answers were for those who asked");
    kept.lobby.close().await;
}

#[tokio::test]
async fn what_somebody_does_is_told_in_blue_and_held_to_the_rules_of_talk() {
    let kept = Kept::open().await;
    let here = kept.first();
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    olga.say(".me waves").await.expect("sent");
    alric.say(".ACTION |ibows|p low ").await.expect("sent");
    for client in [&mut olga, &mut alric] {
        let mut heard = [heard_by(client).await, heard_by(client).await];
        heard.sort();
        assert_eq!(heard, ["* alric bows low", "* olga waves"]);
    }
    let by_page = Say { text: ".me waves ✓".into(), to: None };
    kept.lobby.reception.say(&balin(), here, &by_page).await.expect("heard");
    assert_eq!(heard_by(&mut alric).await, "* balin waves ?");
    let line = kept.lobby.watching.until(|shown| shown.rooms[0].lines.get(2).cloned()).await;
    assert_eq!((line.name.as_str(), line.origin, line.text.as_str()), ("balin", Some(Origin::Browser), "* waves ✓"));
    assert_eq!(heard_by(&mut olga).await, "* balin waves ?");

    // Without words, or whispered, it is nothing yet.
    let how = "Say to the whole room what you do: .me waves";
    assert_eq!(answer(&mut olga, ".me").await, how);
    olga.whisper(3, ".me whispers").await.expect("sent");
    assert_eq!(olga.blue_line().await.expect("answered"), how);

    // Muted in the hub, gagged here, a muted word, a slow room.
    kept.lobby.desk.muted.store(1, Ordering::Relaxed);
    assert!(answer(&mut olga, ".me waves").await.starts_with("You are muted"));
    kept.lobby.desk.muted.store(0, Ordering::Relaxed);
    kept.mute_word("blockhead*").await;
    assert_eq!(answer(&mut olga, ".me looks for blockheads").await, NOBODY_SAYS);
    kept.rooms.slow(&Actor::Operator, here, 600).await.expect("slow");
    kept.look().await;
    olga.say(".me nods").await.expect("sent");
    // The first was said before, when the room was not slow yet.
    assert!(heard_by(&mut olga).await.starts_with("This room is slow"));
    kept.rooms.slow(&Actor::Operator, here, 0).await.expect("slow no more");
    let gag = Restrain { kind: RestraintKind::Gag, player: "olga".into(), minutes: None, reason: String::new() };
    kept.rooms.restrain(&Actor::Operator, here, &gag).await.expect("gagged");
    kept.look().await;
    assert!(answer(&mut olga, ".me waves").await.starts_with("You are gagged"));
    alric.say("the first that is heard").await.expect("sent");
    assert_eq!(heard_by(&mut alric).await, "the first that is heard");
    kept.lobby.close().await;
}

#[tokio::test]
async fn whoever_wants_to_be_asked_is_asked_about_what_is_said_aloud() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    kept.lobby.desk.asks.store(true, Ordering::Relaxed);
    assert_eq!(answer(&mut olga, ".me rude gestures").await, "Mind your words.");
    olga.say(".me loud cheers").await.expect("sent");
    olga.say(".me order kick").await.expect("sent");
    for line in ["* olga CHEERS", "* olga kick"] {
        assert_eq!(heard_by(&mut alric).await, line);
    }
    let by_page = Say { text: ".me loud cheers".into(), to: None };
    kept.lobby.reception.say(&balin(), kept.first(), &by_page).await.expect("heard");
    assert_eq!(heard_by(&mut alric).await, "* balin CHEERS");
    let asked = kept.lobby.desk.asked.lock().expect("never poisoned").clone();
    let asked: Vec<&str> = asked.iter().map(|said| said.text.as_str()).collect();
    assert_eq!(asked, ["rude gestures", "loud cheers", "order kick", "loud cheers"]);
    kept.lobby.close().await;
}

#[tokio::test]
async fn who_is_away_is_shown_so_until_they_speak() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut readers =
        [kept.lobby.player(Dialect::AlephOne, "alric").await, kept.lobby.player(Dialect::Myth2, "balin").await];
    let away = "You are away, until you speak or say .back";
    let named = |name: &str| Text::new(name);
    for (command, name) in [(".afk dinner at home", "|idinner a|p-olga"), (".afk", "|iaway|p-olga")] {
        assert_eq!(answer(&mut olga, command).await, away);
        for reader in &mut readers {
            let entry = reader.player(Verb::Change, "olga").await.expect("news");
            assert_eq!((entry.data.state, entry.data.name), (1, named(name)));
        }
    }
    let is_away = |wanted: bool| {
        move |shown: &contract::lobby::Lobby| {
            shown.rooms[0].players.iter().find(|one| one.name == "olga" && one.away == wanted).map(|_| ())
        }
    };
    kept.lobby.watching.until(is_away(true)).await;
    // Who comes now sees it, too.
    let mut late = kept.lobby.guest(Dialect::AlephOne, "Late").await;
    assert_eq!(late.player(Verb::Add, "olga").await.expect("listed").data.name, named("|iaway|p-olga"));

    assert_eq!(answer(&mut olga, ".back").await, "You are back.");
    assert_eq!(answer(&mut olga, ".back").await, "You were not away.");
    for reader in &mut readers {
        let entry = reader.player(Verb::Change, "olga").await.expect("news");
        assert_eq!((entry.data.state, entry.data.name), (0, named("olga")));
    }
    kept.lobby.watching.until(is_away(false)).await;
    for (says, whispers) in [("here I am", false), ("and for you", true)] {
        assert_eq!(answer(&mut olga, ".afk tea").await, away);
        if whispers {
            olga.whisper(3, says).await.expect("sent");
        } else {
            olga.say(says).await.expect("sent");
        }
        for (state, name) in [(1, "|itea|p-olga"), (0, "olga")] {
            let entry = readers[0].player(Verb::Change, "olga").await.expect("news");
            assert_eq!((entry.data.state, entry.data.name), (state, named(name)));
        }
    }

    // Why somebody is away is talk: it is judged like it, and again when the room's order changes or somebody is muted in the whole hub.
    assert_eq!(answer(&mut olga, ".afk tea").await, away);
    readers[0].player(Verb::Change, "olga").await.expect("news");
    kept.mute_word("tea").await;
    let entry = readers[0].player(Verb::Change, "olga").await.expect("news");
    assert_eq!(entry.data.name, named("|iaway|p-olga"), "she is away still");
    assert_eq!(answer(&mut olga, ".afk tea time").await, NOBODY_SAYS);
    assert_eq!(answer(&mut olga, ".afk lunch").await, away);
    let entry = readers[0].player(Verb::Change, "olga").await.expect("news");
    assert_eq!((entry.data.state, entry.data.name), (1, named("|ilunch|p-olga")));
    kept.lobby.desk.muted.store(1, Ordering::Relaxed);
    kept.lobby.running.caretaker.hush().await;
    let entry = readers[0].player(Verb::Change, "olga").await.expect("news");
    assert_eq!((entry.data.state, entry.data.name), (1, named("|iaway|p-olga")), "at once, and she is away still");
    assert!(answer(&mut olga, ".afk lunch").await.starts_with("You are muted"));
    // Who is not muted keeps their words.
    assert_eq!(answer(&mut readers[0], ".afk soup").await, away);
    kept.lobby.running.caretaker.hush().await;
    assert_eq!(answer(&mut readers[0], ".back").await, "You are back.");
    for name in ["|isoup|p-alric", "alric"] {
        assert_eq!(olga.player(Verb::Change, "alric").await.expect("news").data.name, named(name));
    }
    kept.lobby.close().await;
}

#[tokio::test]
async fn those_who_keep_order_speak_in_blue_under_their_name() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    alric.say(".message Quiet, please").await.expect("sent");
    for client in [&mut olga, &mut alric, &mut balin] {
        assert_eq!(heard_by(client).await, "alric: Quiet, please");
    }
    let line = kept.lobby.watching.until(|shown| shown.rooms[0].lines.last().cloned()).await;
    assert_eq!((line.name.as_str(), line.origin, line.text.as_str()), ("alric", None, "Quiet, please"));

    alric.whisper(1, ".message You, too").await.expect("sent");
    assert_eq!(heard_by(&mut olga).await, "alric: You, too");
    assert_eq!(heard_by(&mut alric).await, "olga is told.");
    alric.whisper(77, ".message Anybody?").await.expect("sent");
    assert_eq!(heard_by(&mut alric).await, "That player is not in the room.");
    assert!(answer(&mut alric, ".message").await.starts_with("Say what"));

    // To everybody else there is no such command; and the rules of talk are theirs, too.
    assert_eq!(answer(&mut olga, ".message hello").await, "olga says .message hello");
    kept.mute_word("zounds").await;
    assert_eq!(answer(&mut alric, ".message Zounds").await, NOBODY_SAYS);
    alric.whisper(1, ".message Zounds").await.expect("sent");
    assert_eq!(heard_by(&mut alric).await, NOBODY_SAYS);
    kept.lobby.desk.muted.store(3, Ordering::Relaxed);
    assert!(answer(&mut alric, ".message Quiet").await.starts_with("You are muted"));
    olga.say("at last").await.expect("sent");
    assert_eq!(heard_by(&mut balin).await, "at last", "nobody else heard anything meanwhile");
    kept.lobby.close().await;
}
