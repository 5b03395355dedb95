//! A hub that is killed while people play in its lobby: whatever result a page has shown is there when the next one runs.

use std::{collections::BTreeMap, time::Duration};

use db::testing::{
    self,
    doomed::{self, Doomed},
    until,
};
use metaserver::testing::{Client, LogIn};
use metaserver_proto::Dialect;
use serde_json::Value;
use tests::TestApp;

use crate::ranking::{play, read};

/// The story below, which starts itself again to be killed.
const KILLED: &str = "lobby_kill::a_hub_is_killed_in_the_middle_of_games_and_no_result_that_was_shown_is_lost";
/// How often.
const TIMES: u64 = 6;
/// More than a hub lives to see.
const GAMES: usize = 8;
const PLAYS: &str = "plays";

async fn hub(address: &str) -> TestApp {
    TestApp::with(|settings| address.clone_into(&mut settings.database_url)).await
}

/// A result as it is shown.
async fn shown(app: &TestApp, game: &str) -> Value {
    read(app, &format!("/games/{game}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_killed_in_the_middle_of_games_and_no_result_that_was_shown_is_lost() {
    if let Some(address) = doomed::task() {
        return play_until_killed(&address).await;
    }
    testing::each_place(async |place| {
        let app = hub(&place.address).await;
        assert!(app.stop().await);
        let mut results = BTreeMap::new();
        for time in 0..TIMES {
            let child = Doomed::start(KILLED, &place.address);
            // In its second game, or its third: later in it each time.
            let mut left = 2 + time % 2;
            let begins = |said: &str| {
                left -= u64::from(said == PLAYS && left > 0);
                left == 0
            };
            for said in child.live(begins, Duration::from_millis(time * 9)) {
                if let Some((game, result)) = said.strip_prefix("shows ").and_then(|shown| shown.split_once(' ')) {
                    results.insert(game.to_owned(), serde_json::from_str::<Value>(result).unwrap());
                }
            }
        }
        assert!(results.len() >= usize::try_from(TIMES).unwrap(), "too few results were shown: {}", results.len());

        let app = hub(&place.address).await;
        for (game, result) in &results {
            assert_eq!(shown(&app, game).await, *result, "as it was shown before the blow");
        }
        // What was under way has ended, and what was reported of it has become its result.
        until("no game to be open, and every report to be in a result", async || {
            let text = "select (select count(*) from games where ended_at is null), \
                        (select count(*) from game_reports where game_id in (select id from games where settled_at is null))";
            let left: (i64, i64) = db::sql(text).fetch_one(&app.running().hub.db).await.unwrap();
            if left == (0, 0) { Ok(()) } else { Err(left) }
        })
        .await;
        assert!(app.stop().await);
    })
    .await;
}

/// Plays one game after the other, and says what pages show of each as soon as they do.
async fn play_until_killed(address: &str) {
    let app = hub(address).await;
    let lobby = until("the lobby", async || app.running().hub.lobby.listens_at().ok_or("it is not open")).await;
    let guest = async |name| -> Client { LogIn::guest(Dialect::Myth2, name).enter(lobby).await.unwrap() };
    let (mut host, mut other) = (guest("Duellist").await, guest("Swordsman").await);
    let mut last = newest(&app).await;
    for _ in 0..GAMES {
        doomed::say(PLAYS);
        play(&mut host, &mut other, true).await;
        let game = until("the result", async || {
            let game = newest(&app).await;
            if game == last { Err(game) } else { Ok(game) }
        })
        .await;
        doomed::say(&format!("shows {} {}", game.as_deref().unwrap(), shown(&app, game.as_deref().unwrap()).await));
        last = game;
    }
    std::future::pending::<()>().await;
}

/// The game whose result stands at the top of the list.
async fn newest(app: &TestApp) -> Option<String> {
    read(app, "/games").await["items"][0]["id"].as_i64().map(|id| id.to_string())
}
