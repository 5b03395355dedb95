//! Every function of the store, on both databases.

use base::{Actor, GameId, Millis, Person, Role, RoomId, SessionId, UserId};
use contract::{
    lobby::{Dialect, Game, PlayerNumber},
    ranking::{Judge, Verdict},
};
use db::{
    Db, sql,
    testing::{StoppedClock, each},
};
use metaserver_proto::packet::{game::GameDescription, myth_game::MythGame};

use super::*;
use crate::{
    Results,
    outcome::{Fate, Outcome, Participant, Placed},
    record::Report,
    rooms,
};

/// Seat, user, place, outcome, captain.
type PlayerRow = (i64, Option<i64>, Option<i64>, String, bool);
/// User, games, wins, losses, ties, hosted, damage taken, last played.
type StatisticsRow = (i64, i64, i64, i64, i64, i64, i64, i64);

fn game(id: i64, name: &str) -> Game {
    Game {
        id: GameId::from(id),
        host: PlayerNumber(1),
        host_name: "Olga".into(),
        name: name.into(),
        map: "Creep".into(),
        scoring: "Body Count".into(),
        dialect: Dialect::Myth2,
        players: 1,
        max_players: 8,
        started_at: None,
        ends_at: None,
        terms: contract::lobby::Terms::default(),
    }
}

fn listed(id: i64, room: RoomId, host: Option<UserId>) -> Arc<Record> {
    let description = GameDescription::from(&MythGame::default());
    let kind = RoomKind::Ranked;
    Arc::new(Record::Listed { game: game(id, "First"), room, kind, host, description, at: Millis(10) })
}

fn started(id: i64) -> Arc<Record> {
    let description = GameDescription::from(&MythGame { scoring: 1, ..MythGame::default() });
    Arc::new(Record::Started { game: game(id, "Second"), description, at: Millis(20) })
}

fn placed(seat: usize, user: Option<UserId>, fate: Fate) -> Placed {
    Placed {
        seat,
        who: Participant { user, name: format!("p{seat}") },
        team: (fate != Fate::Spectator).then_some(0),
        place: (fate != Fate::Spectator).then_some(1),
        fate,
        host: seat == 0,
        captain: seat == 0,
        dropped: false,
        units_killed: 3,
        units_lost: 2,
        damage_given: 100,
        damage_taken: i32::MAX,
    }
}

fn ended(id: i64) -> Arc<Record> {
    Arc::new(Record::Ended { game: GameId::from(id), at: Millis(30) })
}

fn reported(id: i64, reporter: u32, user: UserId, players: Vec<Placed>) -> Arc<Record> {
    let report = Box::new(Report {
        reporter: PlayerNumber(reporter),
        user: Some(user),
        name: format!("p{reporter}"),
        host: reporter == 1,
        outcome: Outcome { end_code: 0, played_ms: 5_000, players },
    });
    Arc::new(Record::Reported { game: GameId::from(id), at: Millis(31), report })
}

fn settled(id: i64) -> Arc<Record> {
    Arc::new(Record::Settled { game: GameId::from(id), at: Millis(35) })
}

async fn user(db: &Db, name: &'static str) -> UserId {
    let (id,): (i64,) = db
        .write::<_, Error, _>(move |tx| {
            Box::pin(
                sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at) \
                     values ($1, $1, $1, '', 'member', 0, 0) returning id")
                .bind(name)
                .fetch_one(tx),
            )
        })
        .await
        .expect("a new name");
    UserId::from(id)
}

#[tokio::test]
async fn a_game_is_written_from_listing_to_result() {
    each(|db| async move {
        let (olga, balin) = (user(&db, "olga").await, user(&db, "balin").await);
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        assert_eq!(last_game_id(&db).await.expect("a number"), 0);
        for id in [7, 8] {
            let players = vec![
                placed(0, Some(olga), if id == 7 { Fate::Win } else { Fate::Tie }),
                placed(1, Some(balin), if id == 7 { Fate::Loss } else { Fate::Spectator }),
                placed(2, None, Fate::Loss),
                // Somebody who has gone since.
                placed(3, Some(UserId::from(9_999)), Fate::Loss),
            ];
            let records =
                vec![listed(id, room, Some(olga)), started(id), ended(id), reported(id, 1, olga, players), settled(id)];
            write_records(&db, records).await.expect("written");
        }
        assert_eq!(last_game_id(&db).await.expect("a number"), 8);

        let row: (String, Option<i64>, i64, i64, i64, i64) =
            sql("select name, host_user_id, started_at, ended_at, end_code, played_ms from games where id = 7")
                .fetch_one(&db)
                .await
                .expect("the game");
        assert_eq!(row, ("Second".to_owned(), Some(olga.get()), 20, 30, 0, 5_000));
        let players: Vec<PlayerRow> =
            sql("select seat, user_id, place, outcome, captain from game_players where game_id = 8 order by seat")
                .fetch_all(&db)
                .await
                .expect("the players");
        assert_eq!(players[0], (0, Some(olga.get()), Some(1), "tie".to_owned(), true));
        assert_eq!(players[1], (1, Some(balin.get()), None, "spectator".to_owned(), false));
        assert_eq!((players[2].1, players[3].1), (None, None));

        let statistics: Vec<StatisticsRow> =
            sql("select user_id, games, wins, losses, ties, games_hosted, damage_taken, last_played_at \
             from player_statistics where dialect = 'myth2' order by user_id")
            .fetch_all(&db)
            .await
            .expect("the statistics");
        let most = i64::from(i32::MAX);
        assert_eq!(statistics, [(olga.get(), 2, 1, 0, 1, 2, 2 * most, 35), (balin.get(), 1, 0, 1, 0, 0, most, 35)]);
        let (events,): (i64,) =
            sql("select count(*) from outbox where subject = 'game/7'").fetch_one(&db).await.expect("a count");
        assert_eq!(events, 4);
    })
    .await;
}

#[tokio::test]
async fn a_host_who_is_gone_leaves_the_game_without_them() {
    each(|db| async move {
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        write_records(&db, vec![listed(1, room, Some(UserId::from(404)))]).await.expect("written");
        let (host,): (Option<i64>,) = sql("select host_user_id from games").fetch_one(&db).await.expect("the game");
        assert_eq!(host, None);
    })
    .await;
}

#[tokio::test]
async fn a_restart_ends_what_was_open_once() {
    each(|db| async move {
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        write_records(&db, vec![listed(1, room, None), listed(2, room, None), started(2), ended(1), settled(1)])
            .await
            .expect("written");
        assert_eq!(end_open_games(&db, None, Millis(50)).await.expect("ended"), 1);
        assert_eq!(end_open_games(&db, None, Millis(60)).await.expect("ended"), 0);
        let rows: Vec<(i64,)> = sql("select ended_at from games order by id").fetch_all(&db).await.expect("the games");
        assert_eq!(rows, [(30,), (50,)]);
        let (events,): (i64,) =
            sql("select count(*) from outbox where event like '%game_ended%'").fetch_one(&db).await.expect("a count");
        assert_eq!(events, 2);
    })
    .await;
}

#[tokio::test]
async fn one_bad_record_takes_nothing_else_of_its_transaction() {
    each(|db| async move {
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        let unknown_room = listed(1, RoomId::from(404), None);
        write_records(&db, vec![listed(2, room, None), unknown_room]).await.expect_err("no such room");
        let (games,): (i64,) = sql("select count(*) from games").fetch_one(&db).await.expect("a count");
        assert_eq!(games, 0, "all or nothing");
    })
    .await;
}

/// Two players; the first of them won.
fn won_by(first: UserId, second: UserId) -> Vec<Placed> {
    let one = |seat: usize, user: UserId, fate: Fate| Placed {
        who: Participant { user: Some(user), name: format!("p{user}") },
        place: i32::try_from(seat + 1).ok(),
        ..placed(seat, Some(user), fate)
    };
    vec![one(0, first, Fate::Win), one(1, second, Fate::Loss)]
}

/// How far reports agree, when it was settled, and who won.
async fn result(db: &Db, id: i64) -> (Option<String>, Option<i64>, Vec<i64>) {
    let (agreement, at): (Option<String>, Option<i64>) =
        sql("select agreement, settled_at from games where id = $1").bind(id).fetch_one(db).await.expect("the game");
    let winners: Vec<(i64,)> = sql("select user_id from game_players where game_id = $1 and outcome = 'win'")
        .bind(id)
        .fetch_all(db)
        .await
        .expect("the players");
    (agreement, at, winners.into_iter().map(|(user,)| user).collect())
}

#[tokio::test]
async fn reports_become_one_result_and_what_differs_is_kept() {
    each(|db| async move {
        let (olga, balin) = (user(&db, "olga").await, user(&db, "balin").await);
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        let begun = |id| [listed(id, room, Some(olga)), started(id), ended(id)];
        let mut records = begun(1).to_vec();
        records.extend([
            reported(1, 2, balin, won_by(balin, olga)),
            reported(1, 1, olga, won_by(olga, balin)),
            settled(1),
        ]);
        // Said again, and settled again: nothing counts twice.
        records.extend([reported(1, 2, balin, won_by(olga, balin)), settled(1)]);
        write_records(&db, records).await.expect("written");
        assert_eq!(result(&db, 1).await, (Some("disputed".into()), Some(35), vec![olga.get()]));
        let reports: Vec<(i64, bool, bool)> =
            sql("select reporter, host, agrees from game_reports where game_id = 1 order by reporter")
                .fetch_all(&db)
                .await
                .expect("the reports");
        assert_eq!(reports, [(1, true, true), (2, false, false)]);

        let mut records = begun(2).to_vec();
        records.extend([reported(2, 1, olga, won_by(olga, balin)), settled(2)]);
        write_records(&db, records).await.expect("written");
        assert_eq!(result(&db, 2).await, (Some("alone".into()), Some(35), vec![olga.get()]));
        write_records(&db, vec![reported(2, 2, balin, won_by(olga, balin))]).await.expect("written");
        assert_eq!(result(&db, 2).await, (Some("agreed".into()), Some(35), vec![olga.get()]), "late, and the same");
        write_records(&db, vec![reported(2, 3, balin, won_by(balin, olga))]).await.expect("written");
        assert_eq!(result(&db, 2).await, (Some("disputed".into()), Some(35), vec![olga.get()]), "late, and too late");
        let (events,): (i64,) =
            sql("select count(*) from outbox where event like '%game_settled%'").fetch_one(&db).await.expect("a count");
        assert_eq!(events, 2);
    })
    .await;
}

#[tokio::test]
async fn a_restart_makes_results_of_the_reports_there_are() {
    each(|db| async move {
        let (olga, balin) = (user(&db, "olga").await, user(&db, "balin").await);
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        let report = reported(1, 2, balin, won_by(balin, olga));
        write_records(&db, vec![listed(1, room, Some(olga)), started(1), report]).await.expect("written");
        assert_eq!(result(&db, 1).await, (None, None, vec![]), "it was killed here");
        assert_eq!(end_open_games(&db, None, Millis(50)).await.expect("ended"), 1);
        assert_eq!(settle_reported(&db, None, Millis(50)).await.expect("settled"), 1);
        assert_eq!(settle_reported(&db, None, Millis(60)).await.expect("settled"), 0);
        assert_eq!(result(&db, 1).await, (Some("alone".into()), Some(50), vec![balin.get()]));
    })
    .await;
}

/// Games, wins and losses of each, by their numbers.
async fn done(db: &Db) -> Vec<(i64, i64, i64)> {
    sql("select games, wins, losses from player_statistics order by user_id")
        .fetch_all(db)
        .await
        .expect("the statistics")
}

#[tokio::test]
async fn a_disputed_result_is_judged_and_the_record_follows() {
    each(|db| async move {
        let (olga, balin, mona) = (user(&db, "olga").await, user(&db, "balin").await, user(&db, "mona").await);
        let room = rooms::store::list(&db).await.expect("the rooms")[0].id;
        for (id, second) in [(1, won_by(balin, olga)), (2, won_by(olga, balin))] {
            let mut records = vec![listed(id, room, Some(olga)), started(id), ended(id)];
            records.extend([reported(id, 1, olga, won_by(olga, balin)), reported(id, 2, balin, second), settled(id)]);
            write_records(&db, records).await.expect("written");
        }
        assert_eq!(done(&db).await, [(2, 2, 0), (2, 0, 2)]);
        let results = Results::new(db.clone(), Arc::new(StoppedClock(Millis(100))));
        let moderator = |user| Actor::Person(Person::logged_in(user, Role::Moderator, SessionId::from(1)));
        let (mona, olga_judges) = (moderator(mona), moderator(olga));
        let form = |verdict, reporter| Judge { verdict, reporter, reason: "The film".into() };
        let judge = async |actor: &Actor, game: i64, verdict, reporter| {
            results.judge(actor, GameId::from(game), &form(verdict, reporter)).await
        };

        let partial = judge(&olga_judges, 1, Verdict::Voided, None).await;
        assert!(matches!(partial, Err(crate::Error::Refused(_))), "who played it does not judge it");
        let agreed = judge(&mona, 2, Verdict::Voided, None).await;
        assert!(matches!(agreed, Err(crate::Error::NotFound)), "nobody disputes it");
        let stranger = judge(&mona, 1, Verdict::Overturned, Some(9)).await;
        assert_eq!(stranger.expect_err("no such report").kind(), base::Kind::Invalid);

        judge(&mona, 1, Verdict::Overturned, Some(2)).await.expect("judged");
        assert_eq!(result(&db, 1).await.2, [balin.get()]);
        assert_eq!(done(&db).await, [(2, 1, 1), (2, 1, 1)]);
        let agrees: Vec<(i64, bool)> =
            sql("select reporter, agrees from game_reports where game_id = 1 order by reporter")
                .fetch_all(&db)
                .await
                .expect("the reports");
        assert_eq!(agrees, [(1, false), (2, true)]);
        judge(&mona, 1, Verdict::Overturned, Some(2)).await.expect("said twice");
        judge(&mona, 1, Verdict::Voided, None).await.expect("judged");
        assert_eq!(done(&db).await, [(1, 1, 0), (1, 0, 1)]);
        judge(&mona, 1, Verdict::Overturned, Some(1)).await.expect("judged");
        assert_eq!(done(&db).await, [(2, 2, 0), (2, 0, 2)]);
        judge(&mona, 1, Verdict::Voided, None).await.expect("judged");
        judge(&mona, 1, Verdict::Confirmed, None).await.expect("judged");
        assert_eq!((done(&db).await, result(&db, 1).await.2), (vec![(2, 2, 0), (2, 0, 2)], vec![olga.get()]));
        // A report that comes now is compared with what stands, and opens nothing again.
        write_records(&db, vec![reported(1, 3, balin, won_by(balin, olga))]).await.expect("written");
        assert_eq!(done(&db).await, [(2, 2, 0), (2, 0, 2)]);

        let acts: Vec<(String,)> =
            sql("select act from audit_log where act = 'result.judged'").fetch_all(&db).await.expect("the trail");
        let (events,): (i64,) = sql("select count(*) from outbox where event like '%result_judged%'")
            .fetch_one(&db)
            .await
            .expect("a count");
        assert_eq!((acts.len(), events), (5, 5), "what was said twice was said once");
    })
    .await;
}
