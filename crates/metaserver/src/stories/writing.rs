//! What players write of themselves in their game, and who reads it.

use std::sync::atomic::Ordering;

use base::Actor;
use contract::room::{MuteWord, Restrain, RestraintKind};
use metaserver_proto::{ClientPacket, Dialect, packet::social::OwnTexts};

use super::keeping::Kept;
use crate::testing::Client;

const OLGA: u32 = 1;

async fn writes(client: &mut Client, city: &str, quote: &str) {
    let texts = OwnTexts { city: city.into(), quote: quote.into(), ..OwnTexts::default() };
    client.link.send(&ClientPacket::OwnTexts(texts)).await.expect("sent");
}

/// City and quote, as that client is shown them.
async fn read(client: &mut Client, number: u32) -> (String, String) {
    let profile = client.profile(number).await.expect("there is somebody");
    (profile.city.to_string(), profile.quote.to_string())
}

fn pair(city: &str, quote: &str) -> (String, String) {
    (city.to_owned(), quote.to_owned())
}

async fn open() -> Kept {
    Kept::with(|config| config.limits.chat_burst = 100).await
}

#[tokio::test]
async fn an_account_keeps_what_it_writes_and_a_guest_while_they_are_here() {
    let kept = open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut balin = kept.lobby.player(Dialect::Myth2, "balin").await;
    writes(&mut olga, "|bS\u{e3}o Paulo|p", "Caf\u{e9}, then war.").await;
    // On the connection that wrote it, what comes after it comes after it.
    assert_eq!(read(&mut olga, OLGA).await, pair("S\u{e3}o Paulo", "Caf\u{e9}, then war."));
    drop(olga);
    assert_eq!(read(&mut balin, OLGA).await, pair("S\u{e3}o Paulo", "Caf\u{e9}, then war."), "here or not");

    let mut guest = kept.lobby.guest(Dialect::Myth2, "Balor").await;
    let number = guest.player_id;
    assert_eq!(read(&mut guest, OLGA).await, pair("", ""), "guests read what everybody may");
    writes(&mut guest, "Muirthemne", "Kneel.").await;
    assert_eq!(read(&mut guest, number).await, pair("Muirthemne", "Kneel."));
    assert_eq!(read(&mut balin, number).await, pair("Muirthemne", "Kneel."));
    drop(guest);
    let mut again = kept.lobby.guest(Dialect::Myth2, "Balor").await;
    let number = again.player_id;
    assert_eq!(read(&mut again, number).await, pair("", ""));
    kept.lobby.close().await;
}

#[tokio::test]
async fn whom_nobody_hears_writes_nothing_new_and_nobody_writes_a_muted_word() {
    let kept = open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut guest = kept.lobby.guest(Dialect::Myth2, "Balor").await;
    writes(&mut olga, "Tyr", "First.").await;
    assert_eq!(read(&mut olga, OLGA).await, pair("Tyr", "First."));
    kept.lobby.desk.muted.store(OLGA.into(), Ordering::Relaxed);
    writes(&mut olga, "Tyr", "Second.").await;
    let told = olga.blue_line().await.expect("told");
    assert!(told.starts_with("What others read of you stays as it was. You are muted"), "{told}");
    assert_eq!(read(&mut olga, OLGA).await, pair("Tyr", "First."));
    writes(&mut olga, "", "").await;
    assert_eq!(read(&mut olga, OLGA).await, pair("", ""), "whoever is muted may take it away");
    kept.lobby.desk.muted.store(0, Ordering::Relaxed);

    let form = MuteWord { word: "blockhead*".into(), everywhere: true };
    kept.rooms.mute_word(&Actor::Operator, kept.first(), &form).await.expect("muted");
    let gag = Restrain {
        kind: RestraintKind::Gag,
        player: format!("#{}", guest.player_id),
        minutes: Some(30),
        reason: String::new(),
    };
    let number = guest.player_id;
    let is_seen = |shown: &contract::lobby::Lobby| shown.rooms[0].players.iter().any(|one| one.number.0 == number);
    kept.lobby.watching.until(|shown| is_seen(shown).then_some(())).await;
    kept.rooms.restrain(&Actor::Operator, kept.first(), &gag).await.expect("gagged");
    kept.look().await;
    writes(&mut olga, "", "All |iBlockheads|p.").await;
    let told = olga.blue_line().await.expect("told");
    assert!(told.contains("a word that nobody says here"), "{told}");
    assert_eq!(read(&mut olga, OLGA).await, pair("", ""));
    writes(&mut guest, "Muirthemne", "Kneel.").await;
    let told = guest.blue_line().await.expect("told");
    assert!(told.contains("You are gagged in this room"), "{told}");
    assert_eq!(read(&mut guest, number).await, pair("", ""));
    kept.lobby.close().await;
}
