//! Ladders and players as they are read: filters, places, who is left out, shares, castes.

use super::*;
use contract::ranking::{Period, Shares, Spread};

impl World {
    async fn page(&self, actor: &Actor, ask: Ask<'_>) -> Vec<(u64, String)> {
        let page = self.ranking.ladder(actor, &ask).await.unwrap();
        page.rungs.into_iter().map(|rung| (rung.place, rung.name)).collect()
    }
}

fn at(place: u64, name: &str) -> (u64, String) {
    (place, name.to_owned())
}

#[tokio::test]
async fn a_ladder_opens_on_the_page_somebody_is_on() {
    each(|db| async move {
        let world = World::new(db);
        let mut people = Vec::new();
        for n in 1..=7 {
            people.push(world.person(&format!("p{n}")).await);
        }
        // Each beats all who come after.
        world.played(1, 0, &(0_i64..).zip(&people).map(|(n, user)| (*user, n, n + 1)).collect::<Vec<_>>()).await;
        let top = Ask::top(Board::ranked(Dialect::Myth2), Order::Rating, 3);
        assert_eq!(
            world.page(&STRANGER, top.starting(None, Some("P5"))).await,
            [at(4, "p4"), at(5, "p5"), at(6, "p6")]
        );
        let page = world.ranking.ladder(&STRANGER, &top.starting(None, Some("p5"))).await.unwrap();
        assert_eq!(page.sought, Some(people[4]));
        assert_eq!(world.page(&STRANGER, top.starting(page.next.as_deref(), None)).await, [at(7, "p7")]);
        assert_eq!(world.page(&STRANGER, top.starting(None, Some("p1"))).await[0], at(1, "p1"));
        for nobody in ["p8", "Olga"] {
            let found = world.ranking.ladder(&STRANGER, &top.starting(None, Some(nobody))).await;
            assert!(matches!(found, Err(Error::NotFound)), "{nobody}");
        }
        // By points nobody is placed after one game.
        let points = Ask { order: Order::Points, ..top };
        assert!(matches!(
            world.ranking.ladder(&STRANGER, &points.starting(None, Some("p1"))).await,
            Err(Error::NotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn who_is_hidden_keeps_their_place_and_has_no_page() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.person("Olga").await, world.person("Bert").await);
        world.played(1, 0, &[(olga, 0, 1), (bert, 1, 2)]).await;
        world.hiding.0.lock().unwrap().insert(olga);
        let top = Ask::top(Board::ranked(Dialect::Myth2), Order::Rating, 9);
        assert_eq!(world.page(&STRANGER, top).await, [at(2, "Bert")]);
        let member = |user| Actor::Person(Person::logged_in(user, Role::Member, SessionId::from(1)));
        assert_eq!(world.page(&member(bert), top).await, [at(2, "Bert")]);
        let all = [at(1, "Olga"), at(2, "Bert")];
        assert_eq!(world.page(&member(olga), top).await, all);
        let moderator = Actor::Person(Person::logged_in(bert, Role::Moderator, SessionId::from(1)));
        for keeper in [&moderator, &Actor::Job, &Actor::Operator] {
            assert_eq!(world.page(keeper, top).await, all);
        }
        let ranking = &world.ranking;
        assert!(matches!(ranking.player(&STRANGER, "Olga").await, Err(Error::NotFound)));
        assert!(matches!(ranking.history(&STRANGER, "Olga", 1).await, Err(Error::NotFound)));
        assert!(matches!(ranking.shares(&STRANGER, "Olga").await, Err(Error::NotFound)));
        assert!(matches!(ranking.games(&STRANGER, Some("Olga"), None, 1).await, Err(Error::NotFound)));
        assert!(matches!(ranking.head_to_head(&STRANGER, "Bert", "Olga").await, Err(Error::NotFound)));
        assert!(matches!(ranking.ladder(&STRANGER, &top.starting(None, Some("Olga"))).await, Err(Error::NotFound)));
        // The game is both players', and says who was in it.
        let game = ranking.game(&STRANGER, GameId::from(1)).await.unwrap();
        assert_eq!(game.game.players[0].name, format!("p{olga}"));
    })
    .await;
}

#[tokio::test]
async fn a_ladder_is_of_those_who_have_played_lately() {
    each(|db| async move {
        let world = World::new(db);
        let [olga, bert, carl, dora] = [
            world.person("Olga").await,
            world.person("Bert").await,
            world.person("Carl").await,
            world.person("Dora").await,
        ];
        world.played(1, 5, &[(olga, 0, 1), (bert, 1, 2)]).await;
        world.clock.advance(Duration::from_hours(24 * 20));
        world.played(2, 4, &[(carl, 0, 1), (dora, 0, 1), (bert, 1, 2)]).await;
        world.clock.advance(Duration::from_hours(24 * 20));
        let board = Board::ranked(Dialect::Myth2);
        let names = async |active| {
            let ask = Ask { active, ..Ask::top(board, Order::Rating, 9) };
            let mut names: Vec<String> = world.page(&STRANGER, ask).await.into_iter().map(|(_, name)| name).collect();
            names.sort();
            names
        };
        assert_eq!(names(None).await, ["Bert", "Carl", "Dora", "Olga"]);
        assert_eq!(names(Some(Period::Quarter)).await.len(), 4);
        assert_eq!(names(Some(Period::Month)).await, ["Bert", "Carl", "Dora"]);
        assert!(names(Some(Period::Week)).await.is_empty());
        let around = Ask { active: Some(Period::Month), ..Ask::top(board, Order::Rating, 9) };
        assert!(matches!(
            world.ranking.ladder(&STRANGER, &around.starting(None, Some("Olga"))).await,
            Err(Error::NotFound)
        ));

        let choices = world.ranking.choices(&STRANGER, Dialect::Myth2, Class::Ranked).await.unwrap();
        let kinds: Vec<_> = choices.kinds.iter().map(|kind| (kind.kind, kind.name.as_str())).collect();
        assert_eq!((kinds, choices.team_sizes), (vec![(4, "Body Count"), (5, "Body Count")], vec![1, 2]));
        let none = world.ranking.choices(&STRANGER, Dialect::AlephOne, Class::Ranked).await.unwrap();
        assert!(none.kinds.is_empty() && none.team_sizes.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_ladder_is_spread_over_steps() {
    each(|db| async move {
        let world = World::new(db);
        let board = Board::ranked(Dialect::Myth2);
        let spread = async |order| world.ranking.spread(&STRANGER, &board, order, None).await.unwrap();
        assert_eq!(spread(Order::Rating).await, Spread::default(), "nobody stands in it");
        let (olga, bert, carl) = (world.person("Olga").await, world.person("Bert").await, world.person("Carl").await);
        for game in 1..=4 {
            world.played(game, 0, &[(olga, 0, 1), (bert, 1, 2)]).await;
        }
        world.played(5, 0, &[(olga, 0, 1), (carl, 1, 2)]).await;
        for (order, players) in [(Order::Rating, 3), (Order::Points, 2)] {
            let page = world.ranking.ladder(&STRANGER, &Ask::top(board, order, 9)).await.unwrap();
            let values: Vec<i64> = page
                .rungs
                .iter()
                .map(|rung| match order {
                    Order::Rating => rung.standing.rating,
                    Order::Points => rung.standing.points.into(),
                })
                .collect();
            let spread = spread(order).await;
            assert_eq!(
                (spread.players.iter().sum::<u64>(), values.len()),
                (players, usize::try_from(players).unwrap())
            );
            for (from, to, players) in spread.steps() {
                let there = values.iter().filter(|value| (from..=to).contains(*value)).count();
                assert_eq!(players, there as u64, "{order:?} {from}: {values:?}");
            }
        }
        // As in the ladder itself: who is hidden has a place, who was shut out has none.
        world.hiding.0.lock().unwrap().insert(olga);
        let count = async || spread(Order::Rating).await.players.iter().sum::<u64>();
        assert_eq!(count().await, 3);
        world.write(sql("update users set locked_at = 1 where id = $1").bind(bert)).await;
        assert_eq!(count().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_player_is_told_by_map_by_type_and_by_caste() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.person("Olga").await, world.person("Bert").await);
        for game in 1..=4 {
            world.played(game, 5, &[(olga, 0, 1), (bert, 1, 2)]).await;
        }
        world.played(5, 5, &[(olga, 0, 1), (bert, 1, 1)]).await;
        world.write(sql("update games set map = 'Gimble', scoring = 'Last Man' where id = 5")).await;
        let Shares { maps, kinds } = world.ranking.shares(&STRANGER, "olga").await.unwrap();
        let told = |share: &contract::ranking::Share| (share.name.clone(), share.games, share.wins, share.ties);
        assert_eq!(maps.iter().map(told).collect::<Vec<_>>(), [("Creep".into(), 4, 4, 0), ("Gimble".into(), 1, 0, 1)]);
        assert_eq!(
            kinds.iter().map(told).collect::<Vec<_>>(),
            [("Body Count".into(), 4, 4, 0), ("Last Man".into(), 1, 0, 1)]
        );
        let castes = async |name: &str| -> Vec<Option<u8>> {
            world.ranking.history(&STRANGER, name, 9).await.unwrap().into_iter().map(|step| step.caste).collect()
        };
        // Games one to three place nobody; after the fourth Olga is first and Bert second.
        assert_eq!(castes("Olga").await, [16, 16, 2, 2, 1].map(Some));
        assert_eq!(castes("Bert").await, [15, 15, 2, 2, 1].map(Some));
    })
    .await;
}
