//! Orders and who belongs to them, told on both databases.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use base::{Actor, Kind, Millis, OrderId, Person, Role, SessionId, UserId, testing::HandClock};
use contract::{
    Code,
    lobby::Dialect,
    orders::{Admission, InviteToOrder, MOST_MEMBERS, OrderTie, Rank, RenameOrder, SaveOrder},
    ranking::Class,
};
use db::{Db, sql, testing::each};

use crate::{Error, Orders};

const STRANGER: Actor = Actor::Stranger { address: None };

struct World {
    orders: Orders,
    clock: Arc<HandClock>,
    db: Db,
}

type Somebody = (Actor, UserId);

impl World {
    fn new(db: Db) -> Self {
        let clock = Arc::new(HandClock::default());
        Self { orders: Orders::new(db.clone(), clock.clone(), str::to_lowercase), clock, db }
    }

    async fn write(&self, query: db::Query) {
        let query = Mutex::new(Some(query));
        let done: Result<u64, db::Error> = self
            .db
            .write(move |tx| {
                let query = query.lock().unwrap().take().expect("nobody else writes, so nothing is tried again");
                Box::pin(async move { query.execute(tx).await })
            })
            .await;
        done.unwrap();
    }

    async fn person(&self, name: &str, role: Role) -> Somebody {
        self.write(
            sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at) \
                 values ($1, $2, $2, '', $3, 1, 1)")
            .bind(name)
            .bind(name.to_lowercase())
            .bind(role.word()),
        )
        .await;
        let (id,): (i64,) = sql("select id from users where name = $1").bind(name).fetch_one(&self.db).await.unwrap();
        let user = UserId::from(id);
        (Actor::Person(Person::logged_in(user, role, SessionId::from(1))), user)
    }

    async fn member(&self, name: &str) -> Somebody {
        self.person(name, Role::Member).await
    }

    async fn order(&self, leader: &Somebody, name: &str, admission: Admission) -> OrderId {
        let form = SaveOrder { admission, ..SaveOrder::new(name) };
        self.orders.found(&leader.0, &form).await.unwrap().id
    }

    async fn invite(&self, by: &Somebody, order: OrderId, name: &str) -> Result<(), Error> {
        self.orders.invite(&by.0, order, &InviteToOrder { name: name.to_owned() }).await
    }

    /// Names with ranks, as the page lists them.
    async fn ranks(&self, order: OrderId) -> Vec<(String, Rank)> {
        let order = self.orders.order(&STRANGER, order).await.unwrap();
        order.members.into_iter().map(|member| (member.name, member.rank)).collect()
    }

    async fn tie(&self, who: &Somebody, order: OrderId) -> OrderTie {
        self.orders.order(&who.0, order).await.unwrap().tie
    }

    /// A settled game of Myth II as the lobby leaves it: the first of these won.
    async fn game(&self, id: i64, class: &str, at: Millis, players: &[UserId]) {
        self.write(
            sql("insert into games (id, room_id, dialect, host_name, name, map, scoring, max_players, description, listed_at, \
                 started_at, ended_at, end_code, played_ms, type_number, class, settled_at, agreement) \
                 values ($1, (select min(id) from rooms), 'myth2', 'Olga', 'Come', 'Creep', 'Body Count', 8, $2, 1, 2, 3, 0, 60000, \
                 0, $3, $4, 'agreed')")
            .bind(id)
            .bind(Vec::<u8>::new())
            .bind(class)
            .bind(at),
        )
        .await;
        for (seat, user) in (0_i64..).zip(players) {
            self.write(
                sql("insert into game_players (game_id, seat, user_id, name, team, place, outcome, host, captain, dropped, \
                     units_killed, units_lost, damage_given, damage_taken) values ($1, $2, $3, 'p', $2, $4, $5, $6, $6, $7, 1, 2, 30, 40)")
                .bind(id)
                .bind(seat)
                .bind(*user)
                .bind(seat + 1)
                .bind(if seat == 0 { "win" } else { "loss" })
                .bind(seat == 0)
                .bind(false),
            )
            .await;
        }
    }

    async fn stands(&self, user: UserId, points: i64) {
        self.write(
            sql("insert into standings (user_id, season, dialect, class, type_number, team_size, games, wins, losses, ties, dropped, \
                 damage_given, damage_taken, points, most_points, skill, doubt, rating, last_game_at) \
                 values ($1, 0, 'myth2', 'ranked', -1, 0, 4, 2, 2, 0, 0, 0, 0, $2, $2, 25000000, 8000000, 0, 1)")
            .bind(user)
            .bind(points),
        )
        .await;
    }
}

fn code(error: &Error) -> Code {
    let problem = error.problem();
    problem.fields.first().map_or(problem.code, |field| field.code)
}

#[tokio::test]
async fn an_order_is_founded_changed_and_found_again() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.member("Olga").await, world.member("Bert").await);
        let orders = &world.orders;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        let again = orders.found(&olga.0, &SaveOrder::new("Another")).await.unwrap_err();
        assert_eq!(code(&again), Code::OtherOrder);
        let taken = orders.found(&bert.0, &SaveOrder::new("the-avatara!")).await.unwrap_err();
        assert_eq!(code(&taken), Code::Taken);
        assert!(matches!(
            orders.found(&STRANGER, &SaveOrder::new("Mist")).await,
            Err(Error::Refused(Kind::Unauthenticated))
        ));
        let mist = world.order(&bert, "Mist & Moor", Admission::Request).await;

        let form = SaveOrder { motto: "Nine".into(), description: "Sundays.".into(), ..SaveOrder::new("The Avatara!") };
        orders.save(&olga.0, avatara, &form).await.unwrap();
        assert!(matches!(orders.save(&bert.0, avatara, &form).await, Err(Error::Refused(Kind::Forbidden))));
        let clash = orders.save(&bert.0, mist, &SaveOrder::new("The Avatara")).await.unwrap_err();
        assert_eq!(code(&clash), Code::Taken);
        let page = orders.order(&STRANGER, avatara).await.unwrap();
        assert_eq!(
            (page.card.name.as_str(), page.card.motto.as_str(), page.description.as_str()),
            ("The Avatara!", "Nine", "Sundays.")
        );
        assert_eq!((page.tie, page.rank, page.card.members), (OrderTie::Stranger, None, 1));

        let names = async |text: &str| {
            let page = orders.list(&STRANGER, text, None, 50).await.unwrap();
            page.orders.into_iter().map(|order| order.name).collect::<Vec<_>>()
        };
        assert_eq!(names("").await, ["Mist & Moor", "The Avatara!"]);
        assert_eq!(names("AVAT").await, ["The Avatara!"]);
        assert_eq!(names("_").await, ["Mist & Moor", "The Avatara!"], "a separator looks for nothing");
        let first = orders.list(&STRANGER, "", None, 1).await.unwrap();
        let second = orders.list(&STRANGER, "", first.next.as_deref(), 1).await.unwrap();
        assert_eq!((second.orders[0].name.as_str(), second.next), ("The Avatara!", None));
        assert!(matches!(orders.order(&STRANGER, OrderId::from(99)).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn one_comes_by_an_open_door_by_asking_or_by_invitation() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl, dora) = (
            world.member("Olga").await,
            world.member("Bert").await,
            world.member("Carl").await,
            world.member("Dora").await,
        );
        let orders = &world.orders;
        let avatara = world.order(&olga, "The Avatara", Admission::Request).await;
        assert_eq!(world.tie(&bert, avatara).await, OrderTie::MayAsk);
        orders.join(&bert.0, avatara).await.unwrap();
        orders.join(&bert.0, avatara).await.unwrap();
        assert_eq!(world.tie(&bert, avatara).await, OrderTie::Asked);
        assert!(matches!(orders.accept(&bert.0, avatara, bert.1).await, Err(Error::Refused(Kind::Forbidden))));
        let waiting = orders.order(&olga.0, avatara).await.unwrap().candidates;
        assert_eq!((waiting.len(), waiting[0].name.as_str(), waiting[0].invited), (1, "Bert", false));
        assert!(orders.order(&bert.0, avatara).await.unwrap().candidates.is_empty(), "nobody else is told");
        orders.accept(&olga.0, avatara, bert.1).await.unwrap();
        assert_eq!(world.tie(&bert, avatara).await, OrderTie::Member);
        assert!(matches!(orders.join(&bert.0, avatara).await, Err(Error::AlreadyIn)));

        // Only officers invite; who is invited comes by their own word, and who has asked meanwhile by the invitation.
        assert!(matches!(world.invite(&bert, avatara, "Carl").await, Err(Error::Refused(Kind::Forbidden))));
        world.invite(&olga, avatara, "carl").await.unwrap();
        assert_eq!(world.tie(&carl, avatara).await, OrderTie::Invited);
        assert_eq!(orders.invitations(&carl.0).await.unwrap()[0].id, avatara);
        orders.join(&dora.0, avatara).await.unwrap();
        world.invite(&olga, avatara, "Dora").await.unwrap();
        assert_eq!(world.tie(&dora, avatara).await, OrderTie::Member);
        orders.join(&carl.0, avatara).await.unwrap();
        assert!(orders.invitations(&carl.0).await.unwrap().is_empty());
        assert_eq!(code(&world.invite(&olga, avatara, "Nobody").await.unwrap_err()), Code::NoSuchPerson);
        assert!(matches!(world.invite(&olga, avatara, "Carl").await, Err(Error::AlreadyIn)));

        // Invitation only, and a word of no.
        let eve = world.member("Eve").await;
        orders
            .save(&olga.0, avatara, &SaveOrder { admission: Admission::Invitation, ..SaveOrder::new("The Avatara") })
            .await
            .unwrap();
        assert_eq!(world.tie(&eve, avatara).await, OrderTie::Closed);
        assert!(matches!(orders.join(&eve.0, avatara).await, Err(Error::ByInvitation)));
        world.invite(&olga, avatara, "Eve").await.unwrap();
        orders.decline(&eve.0, avatara, eve.1).await.unwrap();
        assert!(matches!(orders.decline(&eve.0, avatara, eve.1).await, Err(Error::NotFound)));
        world.invite(&olga, avatara, "Eve").await.unwrap();
        orders.decline(&olga.0, avatara, eve.1).await.unwrap();

        // Elsewhere is elsewhere.
        let mist = world.order(&eve, "Mist", Admission::Open).await;
        assert_eq!(world.tie(&bert, mist).await, OrderTie::Elsewhere);
        assert!(matches!(orders.join(&bert.0, mist).await, Err(Error::OtherOrder)));
        assert!(matches!(world.invite(&olga, avatara, "Eve").await, Err(Error::OtherOrder)));
        assert_eq!(orders.of(&STRANGER, eve.1).await.unwrap().map(|order| order.name), Some("Mist".to_owned()));
        assert_eq!(orders.roll_of(bert.1).await.unwrap().map(|roll| roll.members.len()), Some(4));
        assert_eq!(orders.roll_of(UserId::from(99)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn who_keeps_somebody_away_is_not_there_to_be_invited() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.member("Olga").await, world.member("Bert").await);
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        world
            .write(
                sql("insert into avoidances (user_id, other_id, kind, since) values ($1, $2, 'block', 1)")
                    .bind(bert.1)
                    .bind(olga.1),
            )
            .await;
        assert_eq!(code(&world.invite(&olga, avatara, "Bert").await.unwrap_err()), Code::NoSuchPerson);
    })
    .await;
}

#[tokio::test]
async fn ranks_are_given_and_a_leader_hands_on_before_leaving() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl, dora) = (
            world.member("Olga").await,
            world.member("Bert").await,
            world.member("Carl").await,
            world.member("Dora").await,
        );
        let orders = &world.orders;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        for somebody in [&bert, &carl, &dora] {
            world.clock.advance(Duration::from_secs(1));
            orders.join(&somebody.0, avatara).await.unwrap();
        }
        let forbidden = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Refused(Kind::Forbidden))));
        forbidden(orders.set_rank(&bert.0, avatara, bert.1, Rank::Officer).await);
        orders.set_rank(&olga.0, avatara, carl.1, Rank::Officer).await.unwrap();
        forbidden(orders.remove(&carl.0, avatara, olga.1).await);
        forbidden(orders.remove(&bert.0, avatara, dora.1).await);
        orders.remove(&carl.0, avatara, dora.1).await.unwrap();
        assert!(matches!(orders.remove(&carl.0, avatara, dora.1).await, Err(Error::NotFound)));
        assert!(matches!(orders.leave(&olga.0, avatara).await, Err(Error::LeaderStays)));
        assert!(matches!(orders.set_rank(&olga.0, avatara, olga.1, Rank::Member).await, Err(Error::LeaderStays)));

        orders.set_rank(&olga.0, avatara, bert.1, Rank::Leader).await.unwrap();
        let ranks = [("Bert", Rank::Leader), ("Olga", Rank::Officer), ("Carl", Rank::Officer)];
        assert_eq!(world.ranks(avatara).await, ranks.map(|(name, rank)| (name.to_owned(), rank)));
        forbidden(orders.set_rank(&olga.0, avatara, carl.1, Rank::Member).await);
        orders.leave(&olga.0, avatara).await.unwrap();
        orders.leave(&carl.0, avatara).await.unwrap();
        assert!(matches!(orders.leave(&carl.0, avatara).await, Err(Error::NotFound)));
        orders.leave(&bert.0, avatara).await.unwrap();
        assert!(matches!(orders.order(&STRANGER, avatara).await, Err(Error::NotFound)), "the last one ended it");
        let next = world.order(&bert, "The Avatara", Admission::Open).await;
        assert_ne!(next, avatara, "a number is never given out twice");
    })
    .await;
}

#[tokio::test]
async fn an_order_is_full_at_fifty_and_two_can_t_have_the_last_place() {
    each(|db| async move {
        let world = World::new(db);
        let olga = world.member("Olga").await;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        for number in 0..MOST_MEMBERS - 2 {
            let somebody = world.member(&format!("Player {number}")).await;
            world.orders.join(&somebody.0, avatara).await.unwrap();
        }
        let (one, other) = (world.member("One").await, world.member("Other").await);
        let both = tokio::join!(world.orders.join(&one.0, avatara), world.orders.join(&other.0, avatara));
        assert!(matches!(both, (Ok(()), Err(Error::Full)) | (Err(Error::Full), Ok(()))), "{both:?}");
        assert_eq!(world.orders.order(&STRANGER, avatara).await.unwrap().members.len(), 50);
    })
    .await;
}

#[tokio::test]
async fn those_who_keep_order_rename_and_dissolve() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, mona) = (world.member("Olga").await, world.person("Mona", Role::Moderator).await);
        let orders = &world.orders;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        let form = RenameOrder { name: "Order 7".into(), reason: "It insults".into() };
        assert!(matches!(orders.rename(&olga.0, avatara, &form).await, Err(Error::Refused(Kind::Forbidden))));
        orders.rename(&mona.0, avatara, &form).await.unwrap();
        assert_eq!(orders.order(&STRANGER, avatara).await.unwrap().card.name, "Order 7");
        let bert = world.member("Bert").await;
        assert!(matches!(orders.dissolve(&bert.0, avatara, "").await, Err(Error::Refused(Kind::Forbidden))));
        orders.dissolve(&mona.0, avatara, "It insults again").await.unwrap();
        assert!(matches!(orders.dissolve(&mona.0, avatara, "").await, Err(Error::NotFound)));
        let acts: Vec<(String, Option<String>)> =
            sql("select act, after from audit_log where target_kind = 'order' order by id")
                .fetch_all(&world.db)
                .await
                .unwrap();
        let acts: Vec<_> =
            acts.iter().map(|(act, after)| (act.as_str(), after.as_deref().unwrap_or_default())).collect();
        assert_eq!(
            acts.iter().map(|(act, _)| *act).collect::<Vec<_>>(),
            ["order.founded", "order.renamed", "order.dissolved"]
        );
        assert!(acts[1].1.contains("It insults") && acts[2].1.contains("It insults again"), "{acts:?}");
        let own = world.order(&olga, "Mine", Admission::Open).await;
        orders.dissolve(&olga.0, own, "").await.unwrap();
        assert_eq!(orders.of(&STRANGER, olga.1).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_the_gone_leave_behind_is_mended() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let orders = &world.orders;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        for somebody in [&bert, &carl] {
            world.clock.advance(Duration::from_secs(1));
            orders.join(&somebody.0, avatara).await.unwrap();
        }
        orders.set_rank(&olga.0, avatara, carl.1, Rank::Officer).await.unwrap();
        let dora = world.member("Dora").await;
        let mist = world.order(&dora, "Mist", Admission::Open).await;
        assert_eq!(orders.mend(&Actor::Job).await.unwrap(), 0);
        for gone in [olga.1, dora.1] {
            world.write(sql("delete from users where id = $1").bind(gone)).await;
        }
        assert_eq!(orders.mend(&Actor::Job).await.unwrap(), 2);
        assert_eq!(orders.mend(&Actor::Job).await.unwrap(), 0);
        let ranks = [("Carl".to_owned(), Rank::Leader), ("Bert".to_owned(), Rank::Member)];
        assert_eq!(world.ranks(avatara).await, ranks, "an officer before who has been there longer");
        assert!(matches!(orders.order(&STRANGER, mist).await, Err(Error::NotFound)));
        assert!(matches!(orders.mend(&bert.0).await, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn what_was_played_counts_for_the_order_one_belonged_to_then() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let orders = &world.orders;
        world.clock.advance(Duration::from_secs(1_000));
        let joined = world.orders.now();
        world.game(1, "ranked", joined.minus(Duration::from_secs(1)), &[olga.1, carl.1]).await;
        let avatara = world.order(&olga, "The Avatara", Admission::Open).await;
        orders.join(&bert.0, avatara).await.unwrap();
        // Two of them in one game, one won and one lost; then a game in a tournament, and one for fun.
        world.game(2, "ranked", joined, &[olga.1, bert.1]).await;
        world.game(3, "tournament", joined.plus(Duration::from_secs(1)), &[carl.1, bert.1]).await;
        world.game(4, "unranked", joined.plus(Duration::from_secs(2)), &[bert.1, carl.1]).await;
        world.clock.advance(Duration::from_secs(10));
        orders.leave(&bert.0, avatara).await.unwrap();
        world.game(5, "ranked", joined.plus(Duration::from_secs(20)), &[bert.1, carl.1]).await;

        let page = orders.order(&STRANGER, avatara).await.unwrap();
        let scores: Vec<_> = page
            .scores
            .iter()
            .map(|score| (score.class, score.games, score.wins, score.losses, score.damage_given))
            .collect();
        assert_eq!(scores, [(Class::Ranked, 2, 1, 2, 90), (Class::Unranked, 1, 1, 0, 30)]);
        assert_eq!(page.games.iter().map(|game| game.get()).collect::<Vec<_>>(), [4, 3, 2]);
        assert_eq!(page.weeks.iter().map(|week| (week.games, week.wins)).collect::<Vec<_>>(), [(3, 2)]);
        let (record, count) = orders.record_of(avatara).await.unwrap();
        assert_eq!((record.len(), count), (2, 1));
        let export = orders.export(&bert.0, bert.1).await.unwrap();
        assert_eq!(export[0].1["orders"][0]["order"], "The Avatara");
        assert!(export[0].1["orders"][0]["until"].is_i64());
        assert!(matches!(orders.export(&carl.0, bert.1).await, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn the_ladder_is_of_the_best_five_and_three_make_an_order() {
    each(|db| async move {
        let world = World::new(db);
        let orders = &world.orders;
        for (order, points) in [
            ("Lone Star", vec![2_000]),
            ("Six", vec![1_100, 1_100, 1_100, 1_100, 1_100, 100]),
            ("Three", vec![1_010, 1_020, 1_031]),
            ("Empty", Vec::new()),
        ] {
            let leader = world.member(&format!("{order} leader")).await;
            let id = world.order(&leader, order, Admission::Open).await;
            for (number, points) in points.into_iter().enumerate() {
                let player = world.member(&format!("{order} {number}")).await;
                orders.join(&player.0, id).await.unwrap();
                world.stands(player.1, points).await;
            }
        }
        let ladder = orders.ladder(&STRANGER, Dialect::Myth2, 0, 50).await.unwrap();
        let rungs: Vec<_> =
            ladder.rungs.iter().map(|rung| (rung.place, rung.order.name.as_str(), rung.players, rung.points)).collect();
        assert_eq!(rungs, [(1, "Six", 6, 1_100), (2, "Three", 3, 1_020), (3, "Lone Star", 1, 2_000)]);
        let second = orders.ladder(&STRANGER, Dialect::Myth2, 1, 1).await.unwrap();
        assert_eq!((second.rungs[0].place, second.rungs[0].order.name.as_str(), second.next), (2, "Three", Some(2)));
        assert!(orders.ladder(&STRANGER, Dialect::AlephOne, 0, 50).await.unwrap().rungs.is_empty());
    })
    .await;
}
