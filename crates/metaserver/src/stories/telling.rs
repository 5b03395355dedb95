//! What plugins say in a room: games and pages hear it, not as a player's, and not without end.

use metaserver_proto::Dialect;

use super::keeping::Kept;

#[tokio::test]
async fn a_plugins_line_is_a_blue_one_in_games_and_the_hubs_own_on_pages() {
    let kept = Kept::open().await;
    let mut olga = kept.lobby.player(Dialect::Myth2, "olga").await;
    let mut balin = kept.lobby.player(Dialect::AlephOne, "balin").await;
    let caretaker = &kept.lobby.running.caretaker;
    caretaker.announce(kept.first(), "Crier", "Nine o'clock, and all is well").await;
    for client in [&mut olga, &mut balin] {
        assert_eq!(client.blue_line().await.expect("it is told"), "Crier: Nine o'clock, and all is well");
    }
    let line = kept.lobby.watching.until(|shown| shown.rooms[0].lines.last().cloned()).await;
    assert_eq!((line.name.as_str(), line.origin, line.text.as_str()), ("Crier", None, "Nine o'clock, and all is well"));

    // Beyond what a room bears nothing is heard: nine more, and then what a player says.
    for n in 0..50 {
        caretaker.announce(kept.first(), "Crier", &n.to_string()).await;
    }
    balin.say("enough").await.expect("said");
    let lines = kept.lobby.watching.until(|shown| {
        let lines = &shown.rooms[0].lines;
        lines.last().filter(|line| line.text == "enough").map(|_| lines.clone())
    });
    let lines: Vec<String> = lines.await.into_iter().map(|line| line.text).collect();
    let heard = (0..9).map(|n| n.to_string());
    let all: Vec<String> =
        std::iter::once("Nine o'clock, and all is well".to_owned()).chain(heard).chain(["enough".to_owned()]).collect();
    assert_eq!(lines, all);
    kept.lobby.close().await;
}
