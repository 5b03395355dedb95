//! Games: listed, changed, started, reported, gone; for players at once, in the database soon after.

use std::time::Duration;

use contract::Event;
use db::{Db, sql};
use metaserver_proto::{
    ClientPacket, Dialect, ServerPacket, Text,
    packet::{
        game::{AnnounceGame, GameDescription},
        myth_game::MythGame,
        player::Verb,
        score::{GameScore, PlayerScore, PlayersInGame, TeamScore},
    },
};

use super::harness::Lobby;

/// Asks the database again and again until it knows.
pub(super) async fn until<T: db::Row>(db: &Db, query: fn() -> db::Query, wanted: impl Fn(&T) -> bool) -> T {
    let found = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let Some(row) = query().fetch_optional::<T>(db).await.expect("a sound statement")
                && wanted(&row)
            {
                return row;
            }
            tokio::task::yield_now().await;
        }
    });
    found.await.expect("the database never came to hold it")
}

#[tokio::test]
async fn a_game_is_listed_to_its_own_kind_byte_for_byte() {
    let lobby = Lobby::open().await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let mut myth = lobby.player(Dialect::Myth2, "balin").await;
    let mut aleph = lobby.player(Dialect::AlephOne, "alric").await;

    let mut game = MythGame {
        scoring: 5,
        max_players: 6,
        players: 2,
        name: "|iCome".into(),
        map: "Gonen's Bridge".into(),
        ..MythGame::default()
    };
    game.plugins[17] = 0xab;
    game.unused = [9; 10];
    let description = GameDescription::from(&game);
    let announce = AnnounceGame { port: 4_000, order_or_hub: 0, description: description.clone() };
    host.link.send(&ClientPacket::AnnounceGame(announce)).await.expect("sent");

    for client in [&mut host, &mut myth] {
        let listed = client.game(Verb::Add).await.expect("listed");
        assert_eq!(listed.description.as_bytes(), description.as_bytes());
        assert_eq!((listed.aux.game_id, listed.aux.host_id, listed.aux.port), (1, 1, 4_000));
        assert_eq!((listed.aux.address, listed.aux.seconds_remaining), ([127, 0, 0, 1].into(), 0));
    }
    let shown = lobby.watching.until(|shown| shown.rooms[0].games.first().cloned()).await;
    assert_eq!(
        (shown.name.as_str(), shown.map.as_str(), shown.scoring.as_str()),
        ("Come", "Gonen's Bridge", "Capture the Flag")
    );
    assert_eq!((shown.host_name.as_str(), shown.players, shown.max_players, shown.started_at), ("olga", 2, 6, None));

    let mut late = lobby.guest(Dialect::Myth2, "Late").await;
    assert_eq!(late.game(Verb::Add).await.expect("in the list").description.as_bytes(), description.as_bytes());

    host.host("Second thoughts", "Gonen's Bridge").await.expect("sent");
    let changed = myth.game(Verb::Change).await.expect("news");
    assert_eq!((changed.description.summary().name, changed.aux.port), (Text::new("Second thoughts"), 4_000));
    host.remove_game().await.expect("sent");
    assert_eq!(myth.game(Verb::Delete).await.expect("news").description, changed.description, "whole, in a delete too");
    lobby.watching.until(|shown| shown.rooms[0].games.is_empty().then_some(())).await;

    host.say("end").await.expect("sent");
    aleph
        .until(|packet| match packet {
            ServerPacket::Games(games) => panic!("not for Aleph One: {games:?}"),
            ServerPacket::Chat(_) => Some(()),
            _ => None,
        })
        .await
        .expect("the last line");
    lobby.close().await;
}

#[tokio::test]
async fn a_game_starts_and_goes_when_its_host_leaves() {
    let lobby = Lobby::open().await;
    let mut host = lobby.player(Dialect::AlephOne, "alric").await;
    let mut other = lobby.guest(Dialect::AlephOne, "Other").await;
    host.host("alric's Game", "Waterloo Waterpark").await.expect("sent");
    let listed = other.game(Verb::Add).await.expect("listed");
    assert_eq!(listed.aux.seconds_remaining, -1);
    host.link
        .send(&ClientPacket::StartGame(metaserver_proto::packet::game::StartGame { length: 18_000, unused: [0; 8] }))
        .await
        .expect("sent");
    let started = other.game(Verb::Change).await.expect("news of the start");
    assert_eq!(started.aux.seconds_remaining, 600);
    let (id, at) = lobby
        .watching
        .until(|shown| shown.rooms[0].games.first().and_then(|game| Some((game.id, game.started_at?))))
        .await;
    drop(host);
    other.game(Verb::Delete).await.expect("news of the end");

    let query = || sql("select id, started_at, ended_at, end_code from games");
    let row: (i64, Option<i64>, Option<i64>, Option<i64>) =
        until(&lobby.db, query, |row: &(_, _, Option<i64>, _)| row.2.is_some()).await;
    assert_eq!((row.0, row.1, row.3), (id.get(), Some(at.0), None));
    let events: Vec<(String,)> =
        sql("select event from outbox order by id").fetch_all(&lobby.db).await.expect("the outbox");
    let names: Vec<_> = events.iter().map(|(body,)| event_name(body)).collect();
    assert_eq!(names, ["game_listed", "game_started", "game_ended"]);
    lobby.close().await;
}

fn event_name(body: &str) -> &'static str {
    serde_json::from_str::<Event>(body).expect("events are JSON").name()
}

#[tokio::test]
async fn reports_become_a_result_and_statistics() {
    let lobby = Lobby::with(|config| config.report_grace = Duration::from_millis(50)).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.player(Dialect::Myth2, "balin").await;
    let guest = lobby.guest(Dialect::Myth2, "Stranger").await;
    let numbers = [host.player_id, other.player_id, guest.player_id];

    let mut report = GameScore {
        game_id: 1,
        number_of_players: 3,
        number_of_teams: 2,
        elapsed_ticks: 9_000,
        ..GameScore::default()
    };
    report.teams[0] = TeamScore { place: 0, captain: 0, valid: 1, ..TeamScore::default() };
    report.teams[1] = TeamScore { place: 1, captain: 1, valid: 1, ..TeamScore::default() };
    report.players = numbers
        .iter()
        .zip([0, 1, 1])
        .map(|(&number, team)| PlayerScore {
            player_id: i32::try_from(number).expect("below 2^31"),
            team,
            finished: 1,
            units_killed: 10 + i32::from(team),
            points_lost: 5,
            ..PlayerScore::default()
        })
        .collect();

    for round in 1..=2_i64 {
        if round == 1 {
            host.host("Best of two", "Creep").await.expect("sent");
        }
        let players = PlayersInGame { game_id: 1, players: numbers.to_vec() };
        host.link.send(&ClientPacket::PlayersInGame(players.clone())).await.expect("sent");
        host.start_game().await.expect("sent");
        // After the start of another round the list was cleared; the host says it again, as clients do.
        host.link.send(&ClientPacket::PlayersInGame(players)).await.expect("sent");
        other.link.send(&ClientPacket::Score(Box::new(report.clone()))).await.expect("sent");
        host.link.send(&ClientPacket::Score(Box::new(report.clone()))).await.expect("sent");
        let query = || sql("select count(*) from games where end_code = 0 and played_ms = 300000");
        let _: (i64,) = until(&lobby.db, query, move |row: &(i64,)| row.0 == round).await;
    }

    let rows: Vec<(i64, i64, i64, i64, i64, i64, i64)> =
        sql("select user_id, games, wins, losses, games_hosted, units_killed, damage_taken from player_statistics order by user_id")
            .fetch_all(&lobby.db)
            .await
            .expect("the statistics");
    assert_eq!(rows, [(1, 2, 2, 0, 2, 20, 10), (2, 2, 0, 2, 0, 22, 10)]);
    let agreed: Vec<(String, i64)> = sql("select agreement, (select count(*) from game_reports where game_id = games.id) from games where settled_at is not null")
        .fetch_all(&lobby.db)
        .await
        .expect("the games");
    assert_eq!(agreed, [("agreed".to_owned(), 2), ("agreed".to_owned(), 2)]);
    let players: Vec<(Option<i64>, String, String)> = sql(
        "select user_id, name, outcome from game_players where game_id = (select min(id) from games) order by seat",
    )
    .fetch_all(&lobby.db)
    .await
    .expect("the record");
    let players: Vec<_> =
        players.iter().map(|(user, name, outcome)| (*user, name.as_str(), outcome.as_str())).collect();
    assert_eq!(players, [(Some(1), "olga", "win"), (Some(2), "balin", "loss"), (None, "Stranger", "loss")]);
    lobby.close().await;
}

/// A report in which the first of them won.
fn won_by(numbers: [u32; 2]) -> GameScore {
    let mut report = GameScore {
        game_id: 1,
        number_of_players: 2,
        number_of_teams: 2,
        elapsed_ticks: 9_000,
        ..GameScore::default()
    };
    for (team, place) in report.teams.iter_mut().zip([0, 1]) {
        *team = TeamScore { place, captain: place, valid: 1, ..TeamScore::default() };
    }
    let player = |(number, team)| PlayerScore {
        player_id: i32::try_from(number).expect("below 2^31"),
        team,
        finished: 1,
        ..PlayerScore::default()
    };
    report.players = numbers.into_iter().zip([0, 1]).map(player).collect();
    report
}

#[tokio::test]
async fn who_says_otherwise_is_kept_beside_the_hosts_result() {
    // Far longer than the story: everybody has reported, so nobody is waited for.
    let lobby = Lobby::with(|config| config.report_grace = Duration::from_mins(10)).await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    let mut other = lobby.player(Dialect::Myth2, "balin").await;
    let mut stranger = lobby.player(Dialect::Myth2, "alric").await;
    let (one, two) = (host.player_id, other.player_id);
    host.host("Duel", "Creep").await.expect("sent");
    host.link
        .send(&ClientPacket::PlayersInGame(PlayersInGame { game_id: 1, players: vec![one, two] }))
        .await
        .expect("sent");
    host.start_game().await.expect("sent");
    // Who has not played has nothing to say about it.
    stranger.link.send(&ClientPacket::Score(Box::new(won_by([two, one])))).await.expect("sent");
    host.link.send(&ClientPacket::Score(Box::new(won_by([one, two])))).await.expect("sent");
    host.remove_game().await.expect("sent");
    other.game(Verb::Delete).await.expect("gone from the list, and still to be reported");
    other.link.send(&ClientPacket::Score(Box::new(won_by([two, one])))).await.expect("sent");

    let query = || sql("select agreement, end_code from games where settled_at is not null");
    let row: (String, i64) = until(&lobby.db, query, |_| true).await;
    assert_eq!(row, ("disputed".to_owned(), 0));
    let reports: Vec<(String, bool, bool)> =
        sql("select name, host, agrees from game_reports order by reporter").fetch_all(&lobby.db).await.expect("kept");
    assert_eq!(reports, [("olga".to_owned(), true, true), ("balin".to_owned(), false, false)]);
    let (winner,): (String,) =
        sql("select name from game_players where outcome = 'win'").fetch_one(&lobby.db).await.expect("the result");
    assert_eq!(winner, "olga");
    let events: Vec<(String,)> =
        sql("select event from outbox order by id").fetch_all(&lobby.db).await.expect("the outbox");
    let last: Event = serde_json::from_str(&events.last().expect("events").0).expect("events are JSON");
    assert!(matches!(last, Event::GameSettled { disputed: true, .. }), "{last:?}");
    lobby.close().await;
}

#[tokio::test]
async fn stopping_ends_the_games_that_are_open() {
    let lobby = Lobby::open().await;
    let mut host = lobby.player(Dialect::Myth2, "olga").await;
    host.host("Unfinished", "Creep").await.expect("sent");
    host.game(Verb::Add).await.expect("listed");
    let (db, _, _place) = lobby.close().await;
    let (open,): (i64,) =
        sql("select count(*) from games where ended_at is null").fetch_one(&db).await.expect("a count");
    let (all,): (i64,) = sql("select count(*) from games").fetch_one(&db).await.expect("a count");
    assert_eq!((open, all), (0, 1));
}
