//! Disputed results: what is said of them, and what that makes of everybody.

use super::*;
use contract::ranking::Verdict;

/// Everything that ladders are made of, as it is in the tables.
type Tables = (Vec<StandingRow>, Vec<ChangeRow>);
/// User, season, kind, size, games, wins, points, most points, skill, doubt, rating, last game.
type StandingRow = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);
/// Game, user, class, points before and after, rating after, when, caste.
type ChangeRow = (i64, i64, String, i64, i64, i64, i64, Option<i64>);

impl World {
    async fn tables(&self) -> Tables {
        let standings = sql(
            "select user_id, season, type_number, team_size, games, wins, points, most_points, skill, doubt, rating, \
             last_game_at from standings order by class, season, type_number, team_size, user_id",
        );
        let changes = sql("select game_id, user_id, class, points_before, points_after, rating_after, at, caste \
             from standing_changes order by game_id, user_id");
        (standings.fetch_all(&self.db).await.unwrap(), changes.fetch_all(&self.db).await.unwrap())
    }

    /// The last word on a game, as the lobby leaves it.
    async fn says(&self, game: i64, verdict: Verdict) {
        self.write(
            sql("insert into game_judgements (game_id, verdict, reporter, reason, at) values ($1, $2, $3, 'The film', $4) \
                 on conflict (game_id) do update set verdict = excluded.verdict, reporter = excluded.reporter")
            .bind(game)
            .bind(verdict.word())
            .bind((verdict == Verdict::Overturned).then_some(2_i64))
            .bind(self.clock.now()),
        )
        .await;
        self.happens(Event::ResultJudged { game: GameId::from(game), dialect: Dialect::Myth2, verdict }).await;
        self.count().await;
    }

    /// Who won has lost, and the other way round.
    async fn turn(&self, game: i64) {
        self.write(
            sql("update game_players set place = 3 - place, outcome = case outcome when 'win' then 'loss' else 'win' end \
                 where game_id = $1")
            .bind(game),
        )
        .await;
    }
}

#[tokio::test]
async fn ladders_are_as_if_it_had_always_been_so() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.person("Olga").await, world.person("Bert").await, world.person("Carl").await);
        let admin = Actor::Person(Person::logged_in(olga, Role::Admin, SessionId::from(1)));
        for game in 1..=4 {
            world.played(game, 5, &[(olga, 0, 1), (bert, 1, 2)]).await;
        }
        world.clock.advance(Duration::from_secs(1));
        world.ranking.begin_season(&admin, &NewSeason { name: "Autumn".into() }).await.unwrap();
        for game in 5..=8 {
            world.played(game, 4, &[(bert, 0, 1), (carl, 1, 2), (olga, 2, 3)]).await;
        }
        world.clock.advance(Duration::from_secs(1));
        world.game(9, "unranked", 5, &[(olga, 0, 1), (bert, 1, 2)]).await;
        world.tell(9).await;
        world.count().await;
        let before = world.tables().await;
        assert_eq!((before.0.len(), before.1.len()), (16 + 12 + 16, 22));

        world.turn(2).await;
        world.says(2, Verdict::Overturned).await;
        let turned = world.tables().await;
        assert_ne!(turned, before);
        // The same as if every game were told for the first time.
        world.write(sql("delete from standings")).await;
        world.write(sql("delete from standing_changes")).await;
        for game in 1..=9 {
            world.tell(game).await;
        }
        world.count().await;
        assert_eq!(world.tables().await, turned);

        // Judged again and told twice, it is the same; turned back, it is as it was.
        world.says(2, Verdict::Overturned).await;
        assert_eq!(world.tables().await, turned);
        world.turn(2).await;
        world.says(2, Verdict::Confirmed).await;
        assert_eq!(world.tables().await, before);

        world.says(2, Verdict::Voided).await;
        let voided = world.tables().await;
        assert!(voided.1.iter().all(|change| change.0 != 2), "it counts for nothing");
        world.tell(2).await;
        world.count().await;
        assert_eq!(world.tables().await, voided, "told late, it still does not");
        let met = world.ranking.head_to_head(&STRANGER, "Olga", "Bert").await.unwrap();
        assert_eq!((met.against, met.wins), (8, 4));
        world.happens(Event::LaddersStale { dialect: Dialect::Myth2 }).await;
        world.count().await;
        assert_eq!(world.tables().await, voided);
    })
    .await;
}

#[tokio::test]
async fn those_who_judge_see_each_report_beside_the_result() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.person("Olga").await, world.person("Bert").await);
        let moderator = Actor::Person(Person::logged_in(bert, Role::Moderator, SessionId::from(1)));
        for game in 1..=3 {
            world.played(game, 5, &[(olga, 0, 1), (bert, 1, 2)]).await;
        }
        world.write(sql("update games set agreement = 'disputed' where id <> 2")).await;
        for (reporter, agrees) in [("Olga", true), ("Bert", false)] {
            world
                .write(
                    sql("insert into game_reports (game_id, reporter, name, host, at, agrees, filed) \
                         values (3, $1, $2, $3, 1, $3, $4)")
                    .bind(i64::from(agrees))
                    .bind(reporter)
                    .bind(agrees)
                    .bind(filed(reporter)),
                )
                .await;
        }
        assert!(matches!(world.ranking.disputes(&STRANGER, false, None, 9).await, Err(Error::Refused(_))));
        let page = world.ranking.disputes(&moderator, false, None, 1).await.unwrap();
        assert_eq!((page.waiting, page.next, page.disputes.len()), (2, Some(GameId::from(3)), 1));
        let told: Vec<_> = page.disputes[0]
            .result
            .reports
            .iter()
            .map(|told| (told.reporter, told.name.as_str(), told.agrees, told.players[0].name.as_str()))
            .collect();
        assert_eq!(told, [(1, "Olga", true, "Olga"), (0, "Bert", false, "Bert")]);
        let rest = world.ranking.disputes(&moderator, false, page.next, 1).await.unwrap();
        assert_eq!((rest.disputes[0].result.game.id, rest.next), (GameId::from(1), None));

        world.says(1, Verdict::Voided).await;
        assert_eq!(world.ranking.disputes(&moderator, false, None, 9).await.unwrap().waiting, 1);
        let judged = world.ranking.disputes(&moderator, true, None, 9).await.unwrap();
        let judgement = judged.disputes[0].judgement.as_ref().unwrap();
        assert_eq!((judgement.verdict, judgement.reason.as_str(), &judgement.by), (Verdict::Voided, "The film", &None));
        let one = world.ranking.dispute(&moderator, GameId::from(1)).await.unwrap();
        assert_eq!(one.result.game.verdict, Some(Verdict::Voided));
        assert_eq!(world.ranking.dispute(&moderator, GameId::from(2)).await.unwrap_err().kind(), Kind::NotFound);
        let shown = world.ranking.game(&STRANGER, GameId::from(1)).await.unwrap();
        assert_eq!(shown.game.verdict, Some(Verdict::Voided));
    })
    .await;
}
