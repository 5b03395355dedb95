//! From a game between two classic clients to the ladder, through the doors that are there for it.

use base::GameId;
use metaserver::testing::{Client, LogIn, won_by};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket,
    packet::{player::Verb, score::PlayersInGame},
};
use serde_json::{Value, json};
use tests::{TestApp, until};

/// Somebody new, in the first room by Myth II.
pub(crate) async fn player(app: &TestApp, name: &str) -> Client {
    let mut person = app.person(name).await;
    let made = person.call("make_game_password", &[]).await;
    let password = made.json()["password"].as_str().expect("a password").to_owned();
    LogIn::player(Dialect::Myth2, name, &password).enter(app.lobby()).await.unwrap()
}

/// The host's game, from the list to both reports: the second player says the same as the host, or says to have won.
pub(crate) async fn play(host: &mut Client, other: &mut Client, agreed: bool) {
    let (one, two) = (host.player_id, other.player_id);
    host.host("Duel", "Creep").await.unwrap();
    let players = PlayersInGame { game_id: one, players: vec![one, two] };
    host.link.send(&ClientPacket::PlayersInGame(players)).await.unwrap();
    host.start_game().await.unwrap();
    host.link.send(&won_by(one, [one, two])).await.unwrap();
    // The other one sees the end of this host's listing only after the room has taken the host's report.
    host.remove_game().await.unwrap();
    other
        .until(|packet| match packet {
            ServerPacket::Games(games) => {
                games.iter().any(|game| game.aux.verb == Verb::Delete && game.aux.host_id == one).then_some(())
            }
            _ => None,
        })
        .await
        .unwrap();
    let numbers = if agreed { [one, two] } else { [two, one] };
    other.link.send(&won_by(one, numbers)).await.unwrap();
}

pub(crate) async fn read(app: &TestApp, path: &str) -> Value {
    let answer = app.program().get(&format!("/api/v1{path}")).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

/// A game between two people who are new for it, once its result stands.
pub(crate) async fn settled_game(app: &TestApp) -> GameId {
    new_game(app, true).await
}

/// The same, about which the two disagree: the host says to have won, and so does the other.
pub(crate) async fn disputed_game(app: &TestApp) -> GameId {
    new_game(app, false).await
}

async fn new_game(app: &TestApp, agreed: bool) -> GameId {
    let before = read(app, "/games").await["items"].as_array().unwrap().len();
    let (mut host, mut other) =
        (player(app, &format!("Duellist {before}")).await, player(app, &format!("Swordsman {before}")).await);
    play(&mut host, &mut other, agreed).await;
    until("the result", async || {
        let games = read(app, "/games").await;
        let newest = games["items"][0]["id"].as_i64();
        if games["items"].as_array().unwrap().len() > before { Ok(GameId::from(newest.unwrap())) } else { Err(games) }
    })
    .await
}

/// Whether a chart of that name is on a page: its texts alone are on every page.
fn draws(page: &str, title: &str) -> bool {
    page.split("<figcaption>").skip(1).any(|rest| rest.starts_with(title) && rest.contains("<svg"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_in_the_lobby_moves_the_ladder_and_a_dispute_is_shown() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (player(&app, "Olga").await, player(&app, "Bert").await);
    play(&mut olga, &mut bert, true).await;
    let ladder = until("the ladder", async || {
        let ladder = read(&app, "/ladders?class=unranked").await;
        if ladder["items"].as_array().unwrap().len() == 2 { Ok(ladder) } else { Err(ladder) }
    })
    .await;
    let rung = |at: usize| {
        let rung = &ladder["items"][at];
        (rung["place"].as_i64().unwrap(), rung["name"].as_str().unwrap(), rung["standing"]["points"].as_i64().unwrap())
    };
    assert_eq!([rung(0), rung(1)], [(1, "Olga", 1_016), (2, "Bert", 984)]);
    assert!(read(&app, "/ladders").await["items"].as_array().unwrap().is_empty(), "nothing of it was ranked");

    play(&mut bert, &mut olga, false).await;
    let disputed = until("the disputed game", async || {
        let games = read(&app, "/players/olga/games").await;
        if games["items"].as_array().unwrap().len() == 2 { Ok(games["items"][0].clone()) } else { Err(games) }
    })
    .await;
    assert_eq!((&disputed["disputed"], &disputed["players"][0]["name"]), (&json!(true), &json!("Bert")));
    let whole = read(&app, &format!("/games/{}", disputed["id"])).await;
    let told: Vec<_> = whole["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|told| (told["name"].clone(), told["agrees"].clone(), told["winners"].clone()))
        .collect();
    assert_eq!(told, [(json!("Bert"), json!(true), json!(["Bert"])), (json!("Olga"), json!(false), json!(["Olga"]))]);

    let met = until("both games to count", async || {
        let met = read(&app, "/players/Olga/against/Bert").await;
        let history = read(&app, "/players/Olga/history").await;
        if history.as_array().unwrap().len() == 2 { Ok(met) } else { Err(history) }
    })
    .await;
    assert_eq!(met, json!({ "against": 2, "wins": 1, "losses": 1, "ties": 0, "together": 0 }));
    // The same on pages, for somebody without script who is not logged in.
    let mut stranger = app.stranger();
    let page = stranger.get("/lobby/ladder?class=unranked").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/lobby/players/Olga") && page.body.contains("/lobby/players/Bert"), "{}", page.body);
    assert!(draws(&page.body, "How many have which rating"), "{}", page.body);
    let points = stranger.get("/lobby/ladder?class=unranked&order=points").await;
    assert!(!points.body.contains("<figcaption>"), "nobody is placed by points after two games: {}", points.body);
    let empty = stranger.get("/lobby/ladder").await;
    assert!(empty.body.contains("Nobody stands here yet") && !empty.body.contains("<figcaption>"), "{}", empty.body);
    let page = stranger.get("/lobby/players/Olga").await;
    assert!(draws(&page.body, "Rating after each game"), "{}", page.body);
    let page = stranger.get(&format!("/lobby/games/{}", disputed["id"])).await;
    assert!(page.body.contains("Those who played reported different results"), "{}", page.body);
    assert!(page.body.contains("differs"), "{}", page.body);
    assert!(draws(&page.body, "Damage dealt by each player"), "{}", page.body);
    assert!(!draws(&page.body, "Damage dealt by each team"), "{}", page.body);
    for nothing in ["/lobby/players/Nobody", "/lobby/games/999999", "/lobby/games/x"] {
        assert_eq!(stranger.get(nothing).await.status, 404, "{nothing}");
    }
    assert_eq!(app.program().get("/api/v1/players/Nobody").await.status, 404);
    assert_eq!(app.program().get("/api/v1/games/999999").await.status, 404);
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_a_player_up_in_a_classic_client_sees_what_they_have_done() {
    let app = TestApp::start().await;
    let (mut olga, mut bert) = (player(&app, "Olga").await, player(&app, "Bert").await);
    play(&mut olga, &mut bert, true).await;
    until("the ladder", async || {
        let ladder = read(&app, "/ladders?class=unranked").await;
        if ladder["items"].as_array().unwrap().len() == 2 { Ok(()) } else { Err(ladder) }
    })
    .await;
    let profile = bert.profile(olga.player_id).await.unwrap();
    assert_eq!((profile.name.to_string(), profile.login.to_string()), ("Olga".to_owned(), olga.player_id.to_string()));
    let unranked = &profile.scores.unranked;
    assert_eq!((unranked.games, unranked.wins, unranked.points, unranked.rank), (1, 1, 1_016, 1));
    assert_eq!((profile.scores.ranked.games, profile.overall.unranked.games.best), (0, 1));
    assert!(app.stop().await);
}
