//! Games of another server, read from a real dump of its database, become a part of the record.

use std::collections::BTreeMap;

use base::{Actor, Kind, Millis, UserId};
use db::{Db, sql};
use heritage::Game;

use super::harness::insert_user;
use crate::{Error, Past, store};

fn games() -> Vec<Game> {
    let dump = include_bytes!("../../../heritage/tests/gate_of_storms.sql");
    heritage::gate_of_storms(dump).expect("it is one").games
}

/// Number two of that server is Alric here; number one has left, and number three never came.
async fn people(db: &Db) -> (UserId, BTreeMap<String, Option<UserId>>) {
    insert_user(db, "alric").await;
    let (id,): (i64,) = sql("select id from users where name = 'alric'").fetch_one(db).await.expect("just made");
    let alric = UserId::from(id);
    (alric, BTreeMap::from([("2".into(), Some(alric)), ("1".into(), None)]))
}

async fn import(db: &Db, games: &[Game], people: &BTreeMap<String, Option<UserId>>) -> usize {
    let past = Past::new(db.clone());
    past.import(&Actor::Operator, ("storms", games), people, Millis(1_700_000_000_000), &|_| {})
        .await
        .expect("imported")
}

/// A game as the table has it: id, name, map, scoring, class, settled at, played for, host.
type Row = (i64, String, String, String, String, i64, i64, Option<i64>);

#[tokio::test]
async fn games_of_another_server_stand_in_the_record_once() {
    db::testing::each(|db| async move {
        let (alric, people) = people(&db).await;
        let games = games();
        assert_eq!(import(&db, &games[..1], &people).await, 1, "as if it had broken off");
        assert_eq!(import(&db, &games, &people).await, 2, "the rest");
        assert_eq!(import(&db, &games, &people).await, 0, "and nothing twice");
        let known = Past::new(db.clone()).known(&Actor::Operator, "storms").await.expect("readable");
        assert_eq!(known.into_iter().collect::<Vec<_>>(), ["1", "2", "3"]);

        let rows: Vec<Row> =
            sql("select id, name, map, scoring, class, settled_at, played_ms, host_user_id from games order by id")
                .fetch_all(&db)
                .await
                .expect("the games");
        let shown: Vec<_> =
            rows.iter().map(|row| (row.1.as_str(), row.2.as_str(), row.3.as_str(), row.4.as_str(), row.7)).collect();
        let host = Some(alric.get());
        assert_eq!(
            shown,
            [
                ("Together", "Crow's Bridge", "Custom", "unranked", host),
                ("Come, and die", "Proving Grounds", "Body Count", "ranked", host),
                ("Cup", "Desert Between Your Ears", "Capture the Flag", "tournament", None),
            ],
            "in the order in which they were played"
        );
        assert!(rows.iter().all(|row| row.0 < 0) && rows[1].5 == 1_434_281_400_000 && rows[1].6 == 600_000);
        assert_eq!(store::last_game_id(&db).await.expect("a number"), 0, "our own begin where they would have");

        let seats: Vec<(Option<i64>, String, Option<i64>, String)> =
            sql("select user_id, p.name, place, outcome from game_players p \
                 join games g on g.id = p.game_id where g.name = 'Come, and die' order by seat")
            .fetch_all(&db)
            .await
            .expect("the players");
        let seats: Vec<_> = seats.iter().map(|seat| (seat.0, seat.1.as_str(), seat.2, seat.3.as_str())).collect();
        assert_eq!(
            seats,
            [
                (Some(alric.get()), "Alric", Some(1), "win"),
                (None, "Soulblighter", Some(2), "loss"),
                (None, "A guest", None, "spectator"),
            ],
            "whoever is not here is a name"
        );
        let (games, wins, ties, hosted): (i64, i64, i64, i64) =
            sql("select games, wins, ties, games_hosted from player_statistics where user_id = $1")
                .bind(alric)
                .fetch_one(&db)
                .await
                .expect("they count");
        assert_eq!((games, wins, ties, hosted), (2, 1, 1, 1));
        let events: Vec<(String,)> = sql("select event from outbox order by id").fetch_all(&db).await.expect("events");
        assert!(events.iter().all(|(event,)| event.contains("ladders_stale")), "nothing is announced: {events:?}");
    })
    .await;
}

#[tokio::test]
async fn games_that_end_at_the_same_moment_are_still_two() {
    db::testing::each(|db| async move {
        let (_, people) = people(&db).await;
        let mut games = games();
        for game in &mut games {
            game.ended_at = Millis(0);
        }
        assert_eq!(import(&db, &games, &people).await, 3);
        let (count,): (i64,) = sql("select count(*) from games where id < 0").fetch_one(&db).await.expect("a count");
        assert_eq!(count, 3);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_run_the_rooms_import() {
    db::testing::each(|db| async move {
        let stranger = Actor::Stranger { address: None };
        let refused = Past::new(db).import(&stranger, ("storms", &games()), &BTreeMap::new(), Millis(0), &|_| {}).await;
        assert!(matches!(refused, Err(Error::Refused(Kind::Unauthenticated))), "{refused:?}");
    })
    .await;
}
