//! People who are in a room by pages of the site, together with those who are there by games.

use std::{sync::atomic::Ordering, time::Duration};

use base::{Actor, Kind, Person, Role, RoomId, SessionId, UserId};
use contract::{
    lobby::{AsideFrom, Origin, Say},
    room::{MuteWord, Restrain, RestraintKind, SaveRoom},
};
use metaserver_proto::{
    Dialect, ServerPacket, Text,
    packet::{player::Verb, server_message::code},
};

use super::keeping::{Kept, player, sent_away};
use crate::{Known, OpenPage, Told, Unheard, Unseated};

/// The accounts of the stories: olga, balin and alric, who moderates.
const OLGA: i64 = 1;
const BALIN: i64 = 2;

fn somebody(user: i64) -> Actor {
    let role = if user == 3 { Role::Moderator } else { Role::Member };
    Actor::Person(Person::logged_in(UserId::from(user), role, SessionId::from(user)))
}

fn to_all(text: &str) -> Say {
    Say { text: text.into(), to: None }
}

impl Kept {
    async fn page(&self, user: i64, room: RoomId) -> OpenPage {
        self.lobby.reception.sit(&somebody(user), room).await.expect("they may come in")
    }

    async fn says(&self, user: i64, room: RoomId, text: &str) -> Result<(), Unheard> {
        self.lobby.reception.say(&somebody(user), room, &to_all(text)).await
    }

    /// Waits until that account is in a room by that, and gives back how often it is there.
    async fn is_there(&self, user: i64, room: usize, origin: Origin) -> usize {
        let user = UserId::from(user);
        self.lobby
            .watching
            .until(|shown| {
                let players = &shown.rooms[room].players;
                let there: Vec<_> = players.iter().filter(|one| one.user == Some(user)).collect();
                there.iter().any(|one| one.origin == origin).then_some(there.len())
            })
            .await
    }

    async fn is_gone(&self, user: i64) {
        let here = |shown: &contract::lobby::Lobby| {
            shown.rooms.iter().flat_map(|room| &room.players).any(|one| one.user == Some(UserId::from(user)))
        };
        self.lobby.watching.until(|shown| (!here(shown)).then_some(())).await;
    }
}

/// The next thing that a page alone is told.
async fn aside(page: &mut OpenPage) -> (AsideFrom, String) {
    match page.next().await {
        Told::Aside(aside) => (aside.from, aside.text),
        Told::Over(why) => panic!("sent away: {why}"),
    }
}

/// Waits for the reason why a page is in its room no longer.
async fn over(mut page: OpenPage) -> Unseated {
    loop {
        if let Told::Over(why) = page.next().await {
            return why;
        }
    }
}

#[tokio::test]
async fn a_page_and_both_kinds_of_games_talk_in_one_room() {
    let kept = Kept::open().await;
    let here = kept.first();
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    let mut page = kept.page(OLGA, here).await;
    for client in [&mut balin, &mut alric] {
        let entry = client.player(Verb::Add, "olga").await.expect("listed as a player");
        assert_eq!((entry.aux.player_id, entry.data.state), (1, 0));
    }
    kept.is_there(OLGA, 0, Origin::Browser).await;

    kept.says(OLGA, here, "  hello from a page ✓ ").await.expect("heard");
    for client in [&mut balin, &mut alric] {
        let line = client.line().await.expect("heard");
        assert_eq!((line.sender_id, line.message), (1, Text::new("hello from a page ?")));
    }
    balin.say("hello, page").await.expect("sent");
    let lines =
        kept.lobby.watching.until(|shown| (shown.rooms[0].lines.len() == 2).then(|| shown.rooms[0].lines.clone()));
    let lines: Vec<_> = lines.await.into_iter().map(|line| (line.text, line.origin)).collect();
    let said = [("hello from a page ✓", Origin::Browser), ("hello, page", Origin::Myth2)];
    assert_eq!(lines, said.map(|(text, origin)| (text.to_owned(), Some(origin))), "pages lose no letters");

    alric.whisper(1, "psst").await.expect("sent");
    assert_eq!(aside(&mut page).await, (AsideFrom::Player("alric".into()), "psst".into()));
    let whisper = Say { text: "what?".into(), to: Some(3) };
    kept.lobby.reception.say(&somebody(OLGA), here, &whisper).await.expect("heard");
    assert_eq!(
        alric
            .until(|packet| match packet {
                ServerPacket::Whisper(whisper) if whisper.chat.sender_id == 1 => Some(whisper.chat.message),
                _ => None,
            })
            .await
            .expect("heard"),
        Text::new("what?")
    );
    assert_eq!(aside(&mut page).await, (AsideFrom::Own("alric".into()), "what?".into()));
    kept.says(OLGA, here, ".help me").await.expect("given");
    assert_eq!(aside(&mut page).await, (AsideFrom::Hub, "olga says .help me".into()));
    let nobody = Say { text: "you there?".into(), to: Some(99) };
    assert_eq!(kept.lobby.reception.say(&somebody(OLGA), here, &nobody).await, Err(Unheard::NobodyThere));

    page.leave();
    balin.player(Verb::Delete, "olga").await.expect("everybody sees her go");
    kept.is_gone(OLGA).await;
    kept.lobby.close().await;
}

#[tokio::test]
async fn a_page_that_is_loaded_anew_does_not_blink_and_the_last_one_takes_its_person_along() {
    let kept = Kept::with(|config| config.limits.page_grace = Duration::from_mins(1)).await;
    let here = kept.first();
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    let first = kept.page(OLGA, here).await;
    balin.player(Verb::Add, "olga").await.expect("she comes");
    drop(first);
    let second = kept.page(OLGA, here).await;
    let third = kept.page(OLGA, here).await;
    second.leave();
    kept.says(OLGA, here, "still here").await.expect("heard");
    let news = balin.until(|packet| match packet {
        ServerPacket::Players(players) => Some(format!("{:?}", players[0].aux.verb)),
        ServerPacket::Chat(chat) => Some(chat.message.to_string()),
        _ => None,
    });
    assert_eq!(news.await.expect("news"), "still here", "nobody came or went before it");
    third.leave();
    balin.player(Verb::Delete, "olga").await.expect("the last page is gone");
    kept.lobby.close().await;

    let kept = Kept::with(|config| config.limits.page_grace = Duration::from_millis(5)).await;
    let page = kept.page(OLGA, kept.first()).await;
    kept.is_there(OLGA, 0, Origin::Browser).await;
    drop(page);
    kept.is_gone(OLGA).await;
    kept.lobby.close().await;
}

#[tokio::test]
async fn without_an_open_page_a_form_brings_its_person_in_for_a_while() {
    let kept = Kept::with(|config| config.limits.form_stay = Duration::from_millis(5)).await;
    let mut balin = kept.lobby.player(Dialect::AlephOne, "balin").await;
    kept.says(OLGA, kept.first(), "by a form").await.expect("heard");
    assert_eq!(balin.line().await.expect("heard").message, Text::new("by a form"));
    kept.is_gone(OLGA).await;
    kept.lobby.close().await;

    // Whoever logs out goes at once, and whoever holds the room by a page stays.
    let kept = Kept::open().await;
    let here = kept.first();
    kept.says(OLGA, here, "for three minutes").await.expect("heard");
    let _page = kept.page(BALIN, here).await;
    for user in [OLGA, BALIN] {
        kept.lobby.reception.logged_out(UserId::from(user));
    }
    kept.is_gone(OLGA).await;
    kept.is_there(BALIN, 0, Origin::Browser).await;
    kept.lobby.close().await;
}

#[tokio::test]
async fn a_mute_a_gag_and_a_kick_hold_for_a_page_as_for_a_game() {
    let kept = Kept::open().await;
    let here = kept.first();
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    let page = kept.page(OLGA, here).await;
    kept.is_there(OLGA, 0, Origin::Browser).await;
    for (user, says) in [(OLGA, "page"), (BALIN, "game")] {
        kept.lobby.desk.muted.store(user, Ordering::Relaxed);
        if user == OLGA {
            assert_eq!(kept.says(OLGA, here, says).await, Err(Unheard::Muted));
        } else {
            balin.say(says).await.expect("sent");
            assert!(balin.blue_line().await.expect("told").starts_with("You are muted"));
        }
    }
    kept.lobby.desk.muted.store(0, Ordering::Relaxed);

    for name in ["olga", "balin"] {
        let gag =
            Restrain { kind: RestraintKind::Gag, player: name.into(), minutes: Some(2), reason: "Floods.".into() };
        kept.rooms.restrain(&Actor::Operator, here, &gag).await.expect("gagged");
    }
    kept.look().await;
    let gagged = Unheard::Gagged { secs: Some(120), reason: "Floods.".into() };
    assert_eq!(kept.says(OLGA, here, "can you hear me?").await, Err(gagged));
    balin.say("or me?").await.expect("sent");
    assert!(balin.blue_line().await.expect("told").starts_with("You are gagged in this room for another 2 min"));

    kept.rooms.kick(&Actor::Operator, here, "olga", "Cool down").await.expect("kicked");
    for (number, client) in [(1, None), (2, Some(balin))] {
        kept.lobby.running.caretaker.kick(here, contract::lobby::PlayerNumber(number), "Cool down").await;
        if let Some(client) = client {
            assert_eq!(sent_away(client).await, "You were sent out of this room: Cool down");
        }
    }
    assert_eq!(over(page).await, Unseated::SentOut { reason: "Cool down".into() });
    kept.is_gone(OLGA).await;
    kept.page(OLGA, here).await;
    kept.is_there(OLGA, 0, Origin::Browser).await;

    let bar = Restrain { kind: RestraintKind::Bar, player: "olga".into(), minutes: None, reason: "Enough".into() };
    kept.rooms.restrain(&Actor::Operator, here, &bar).await.expect("barred");
    kept.look().await;
    kept.is_gone(OLGA).await;
    let barred = Unheard::Outside(Unseated::Barred { reason: "Enough".into() });
    assert_eq!(kept.says(OLGA, here, "let me in").await, Err(barred));
    kept.lobby.close().await;
}

#[tokio::test]
async fn whoever_plays_and_has_a_page_open_is_one_player() {
    let kept = Kept::open().await;
    let (here, there) = (kept.first(), kept.lobby.running.rooms()[1].0);
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut page = kept.page(OLGA, here).await;
    assert_eq!(kept.is_there(OLGA, 0, Origin::Myth2).await, 1);

    // What is said by the page is spoken by the player who is there, and what is whispered to her reaches both.
    kept.says(OLGA, here, "by the page").await.expect("heard");
    let line = olga.line().await.expect("heard");
    assert_eq!((line.sender_id, line.message), (1, Text::new("by the page")));
    let mut alric = kept.lobby.player(Dialect::AlephOne, "alric").await;
    alric.whisper(1, "psst").await.expect("sent");
    assert_eq!(olga.private_line().await.expect("heard").chat.message, Text::new("psst"));
    assert_eq!(aside(&mut page).await, (AsideFrom::Player("alric".into()), "psst".into()));

    // The page stays when the game goes, and the game takes its place again.
    drop(olga);
    assert_eq!(kept.is_there(OLGA, 0, Origin::Browser).await, 1);
    kept.says(OLGA, here, "alone now").await.expect("heard");
    let mut again = kept.lobby.player(Dialect::AlephOne, "olga").await;
    assert_eq!(kept.is_there(OLGA, 0, Origin::AlephOne).await, 1);
    kept.says(OLGA, here, "both again").await.expect("heard");
    assert_eq!(again.line().await.expect("heard").message, Text::new("both again"));

    // Elsewhere by a game: the page gives up its place, and gets none until the game has gone.
    let moved = kept.enter(&player(Dialect::Myth2, "olga"), there).await.expect("let in");
    assert_eq!(over(page).await, Unseated::Elsewhere);
    assert_eq!(kept.is_there(OLGA, 1, Origin::Myth2).await, 1);
    assert_eq!(kept.says(OLGA, here, "and here?").await, Err(Unheard::Outside(Unseated::Elsewhere)));
    let beside = kept.page(OLGA, there).await;
    drop(moved);
    assert_eq!(kept.is_there(OLGA, 1, Origin::Browser).await, 1);

    // A page in another room is where one is now.
    let _newest = kept.page(OLGA, here).await;
    assert_eq!(over(beside).await, Unseated::Elsewhere);
    assert_eq!(kept.is_there(OLGA, 0, Origin::Browser).await, 1);

    // Who is shut out leaves by both.
    let mut game = kept.lobby.player(Dialect::Myth2, "olga").await;
    kept.lobby.desk.shut_out.store(OLGA, Ordering::Relaxed);
    kept.lobby.running.doorman.show_out(UserId::from(OLGA));
    let told = game.until(|packet| if let ServerPacket::Message(message) = packet { Some(message.code) } else { None });
    assert_eq!(told.await.expect("a goodbye"), code::LOCKED);
    kept.is_gone(OLGA).await;
    assert_eq!(kept.says(OLGA, here, "hello?").await, Err(Unheard::Outside(Unseated::ShutOut)));
    kept.lobby.close().await;
}

#[tokio::test]
async fn a_room_takes_pages_by_the_same_rules_as_games() {
    let kept = Kept::open().await;
    let reception = &kept.lobby.reception;
    let small = kept.make(SaveRoom { capacity: 1, ..SaveRoom::new(6) }).await;
    let high = kept.make(SaveRoom { caste_least: Some(3), ..SaveRoom::new(7) }).await;
    let brazil = kept.make(SaveRoom { country: Some("BR".into()), ..SaveRoom::new(8) }).await;
    let _balin = kept.enter(&player(Dialect::Myth2, "balin"), small).await.expect("room for one");
    for (room, why) in [
        (small, Unseated::Full),
        (high, Unseated::NotForYou),
        (brazil, Unseated::NotForYou),
        (RoomId::from(404), Unseated::Closed),
    ] {
        assert_eq!(reception.sit(&somebody(OLGA), room).await.err(), Some(Unheard::Outside(why)));
    }
    let known = Known { caste: Some(5), country: Some("BR".into()), ..Known::default() };
    kept.lobby.desk.known.lock().expect("never poisoned").insert(OLGA, known);
    for room in [high, brazil] {
        kept.page(OLGA, room).await;
    }
    assert_eq!(kept.is_there(OLGA, 5, Origin::Browser).await, 1);
    let page = kept.page(OLGA, high).await;
    kept.rooms.close(&Actor::Operator, high, "").await.expect("not the last");
    kept.look().await;
    assert_eq!(over(page).await, Unseated::Closed);
    let nobody = Actor::Stranger { address: None };
    assert_eq!(reception.sit(&nobody, kept.first()).await.err(), Some(Unheard::Refused(Kind::Unauthenticated)));
    kept.lobby.close().await;
}

#[tokio::test]
async fn a_page_is_paced_and_its_lines_are_judged_like_any() {
    let kept = Kept::open().await;
    let here = kept.first();
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    let form = MuteWord { word: "blockhead*".into(), everywhere: true };
    kept.rooms.mute_word(&Actor::Operator, here, &form).await.expect("muted");
    kept.look().await;
    let _page = kept.page(OLGA, here).await;
    assert_eq!(kept.says(OLGA, here, "you block|bheads").await, Err(Unheard::MutedWord), "as games would show it");
    assert!(matches!(kept.says(OLGA, here, " \u{7} ").await, Err(Unheard::NoLine(_))));
    assert!(matches!(kept.says(OLGA, here, &"x".repeat(512)).await, Err(Unheard::NoLine(_))));
    kept.lobby.desk.asks.store(true, Ordering::Relaxed);
    assert_eq!(kept.says(OLGA, here, "rude words").await, Err(Unheard::Objected("Mind your words.".into())));
    kept.says(OLGA, here, "loud hello").await.expect("heard");
    assert_eq!(balin.line().await.expect("heard").message, Text::new("HELLO"));
    kept.lobby.desk.asks.store(false, Ordering::Relaxed);
    let mut heard = 3;
    while kept.says(OLGA, here, "again").await.is_ok() {
        heard += 1;
        assert!(heard <= 10, "five at once, and one a second");
    }
    assert_eq!(kept.says(OLGA, here, "again").await, Err(Unheard::TooFast));
    kept.lobby.close().await;
}
