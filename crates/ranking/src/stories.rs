//! Results and what they make of people, told on both databases.

mod judged;
mod reading;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use base::{Actor, Clock as _, GameId, Kind, Person, Role, SessionId, UserId, testing::HandClock};
use contract::{
    Event,
    lobby::Dialect,
    ranking::{Board, Class, Fate, HeadToHead, NewSeason, Order},
};
use db::{Db, sql, testing::each};
use events::Reader;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Ask, Company, Error, Hidden, Ranking};

const STRANGER: Actor = Actor::Stranger { address: None };

struct World {
    ranking: Ranking,
    clock: Arc<HandClock>,
    db: Db,
    hiding: Arc<Hiding>,
}

/// Who is hidden from everybody else.
#[derive(Default)]
struct Hiding(Mutex<BTreeSet<UserId>>);

impl Company for Hiding {
    fn hidden_from<'a>(&'a self, viewer: Option<UserId>, users: &'a [UserId]) -> Hidden<'a> {
        let hides = move |user: &UserId| self.0.lock().unwrap().contains(user) && Some(*user) != viewer;
        Box::pin(async move { Ok(users.iter().copied().filter(hides).collect()) })
    }
}

/// Somebody in a game: who, on which side, at which place.
type Seat = (UserId, i64, i64);

impl World {
    fn new(db: Db) -> Self {
        let clock = Arc::new(HandClock::default());
        let hiding = Arc::new(Hiding::default());
        let ranking = Ranking::new(db.clone(), clock.clone(), str::to_lowercase, hiding.clone());
        Self { ranking, clock, db, hiding }
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

    async fn person(&self, name: &str) -> UserId {
        self.write(
            sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at) \
                 values ($1, $2, $2, '', 'member', 1, 1)")
            .bind(name)
            .bind(name.to_lowercase()),
        )
        .await;
        let (id,): (i64,) = sql("select id from users where name = $1").bind(name).fetch_one(&self.db).await.unwrap();
        UserId::from(id)
    }

    /// A settled game as the lobby leaves it, not yet told.
    async fn game(&self, id: i64, class: &str, kind: i64, seats: &[Seat]) {
        self.write(
            sql("insert into games (id, room_id, dialect, host_name, name, map, scoring, max_players, description, listed_at, \
                 started_at, ended_at, end_code, played_ms, type_number, class, settled_at, agreement) \
                 values ($1, (select min(id) from rooms), 'myth2', 'Olga', 'Come', 'Creep', 'Body Count', 8, $2, 1, 2, 3, 0, 60000, \
                 $3, $4, $5, 'agreed')")
            .bind(id)
            .bind(Vec::<u8>::new())
            .bind(kind)
            .bind(class)
            .bind(self.clock.now()),
        )
        .await;
        for (seat, (user, team, place)) in (0_i64..).zip(seats) {
            let tied = seats.iter().any(|(_, other, at)| other != team && at == place);
            let outcome = match (place, tied) {
                (1, false) => Fate::Win,
                (1, true) => Fate::Tie,
                _ => Fate::Loss,
            };
            self.write(
                sql("insert into game_players (game_id, seat, user_id, name, team, place, outcome, host, captain, dropped, \
                     units_killed, units_lost, damage_given, damage_taken) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, 1, 2, 3, 4)")
                .bind(id)
                .bind(seat)
                .bind(*user)
                .bind(format!("p{user}"))
                .bind(*team)
                .bind(*place)
                .bind(outcome.word())
                .bind(seat == 0)
                .bind(false),
            )
            .await;
        }
    }

    async fn tell(&self, game: i64) {
        let event = Event::GameSettled {
            game: GameId::from(game),
            room: base::RoomId::from(1),
            dialect: Dialect::Myth2,
            disputed: false,
        };
        self.happens(event).await;
    }

    async fn happens(&self, event: Event) {
        let now = self.clock.now();
        let told: Result<(), db::Error> = self
            .db
            .write(move |tx| {
                let event = event.clone();
                Box::pin(async move { events::record(tx, now, &event).await })
            })
            .await;
        told.unwrap();
    }

    /// A ranked game, a second after the one before, told and counted.
    async fn played(&self, id: i64, kind: i64, seats: &[Seat]) {
        self.clock.advance(Duration::from_secs(1));
        self.game(id, "ranked", kind, seats).await;
        self.tell(id).await;
        self.count().await;
    }

    /// What a node does with what is new.
    async fn count(&self) {
        self.ranking.count_news(&Reader::new(self.db.clone(), "ranking")).await.unwrap();
    }

    /// Names with points, as a ladder has them.
    async fn ladder(&self, board: &Board, order: Order) -> Vec<(u64, String, i32)> {
        let ladder = self.ranking.ladder(&STRANGER, &Ask::top(*board, order, 50)).await.unwrap();
        ladder.rungs.into_iter().map(|rung| (rung.place, rung.name, rung.standing.points)).collect()
    }
}

/// A report by which that one won, as the lobby keeps it.
fn filed(winner: &str) -> String {
    serde_json::json!({ "end_code": 0, "played_ms": 1, "players": [{
        "who": { "user": 1, "name": winner }, "place": 1, "fate": "win", "units_killed": 3, "damage_given": 40,
    }] })
    .to_string()
}

fn rung(place: u64, name: &str, points: i32) -> (u64, String, i32) {
    (place, name.to_owned(), points)
}

#[tokio::test]
async fn a_result_counts_once_in_every_ladder_it_belongs_to() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin) = (world.person("Olga").await, world.person("Balin").await);
        world.played(1, 5, &[(olga, 0, 1), (balin, 1, 2)]).await;
        // Told again, as after a crash, and counted by another node.
        world.tell(1).await;
        world.count().await;

        let whole = Board::ranked(Dialect::Myth2);
        let expected = [rung(1, "Olga", 1_016), rung(2, "Balin", 984)];
        for board in [
            whole,
            Board { kind: Some(5), ..whole },
            Board { team_size: Some(1), ..whole },
            Board { kind: Some(5), team_size: Some(1), ..whole },
        ] {
            assert_eq!(world.ladder(&board, Order::Rating).await, expected, "{board:?}");
        }
        for board in [
            Board { kind: Some(4), ..whole },
            Board { team_size: Some(2), ..whole },
            Board { class: Class::Unranked, ..whole },
            Board { dialect: Dialect::AlephOne, ..whole },
            Board { season: Some(1), ..whole },
        ] {
            assert_eq!(world.ladder(&board, Order::Rating).await, [], "{board:?}");
        }
        let record = world.ranking.player(&STRANGER, "OLGA").await.unwrap();
        assert_eq!((record.name.as_str(), record.boards.len(), record.boards[0].board), ("Olga", 4, whole));
        assert_eq!((record.boards[0].standing.rating, record.boards[0].standing.games), (343, 1));
        let history = world.ranking.history(&STRANGER, "balin", 10).await.unwrap();
        assert_eq!(history.len(), 1);
        assert_eq!((history[0].points_before, history[0].points_after, history[0].rating_after), (1_000, 984, -183));
    })
    .await;
}

#[tokio::test]
async fn castes_go_by_games_and_then_by_place() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin) = (world.person("Olga").await, world.person("Balin").await);
        let whole = Board::ranked(Dialect::Myth2);
        let caste = |user| world.ranking.caste(&Actor::Job, user);
        assert_eq!(caste(olga).await.unwrap(), None);
        for (game, expected) in (1..).zip([1, 2, 2]) {
            world.played(game, 0, &[(olga, 0, 1), (balin, 1, 2)]).await;
            assert_eq!(caste(olga).await.unwrap(), Some(expected));
            assert_eq!(world.ladder(&whole, Order::Points).await, [], "nobody is placed yet");
        }
        world.played(4, 0, &[(olga, 0, 1), (balin, 1, 2)]).await;
        assert_eq!((caste(olga).await.unwrap(), caste(balin).await.unwrap()), (Some(16), Some(15)));
        assert_eq!(world.ladder(&whole, Order::Points).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_ladder_is_read_page_by_page() {
    each(|db| async move {
        let world = World::new(db);
        let first = world.person("p1").await;
        for n in 2..=6 {
            let other = world.person(&format!("p{n}")).await;
            world.played(n, 0, &[(first, 0, 1), (other, 1, 2)]).await;
        }
        let whole = Board::ranked(Dialect::Myth2);
        let (mut seen, mut next) = (Vec::new(), None::<String>);
        loop {
            let ask = Ask::top(whole, Order::Rating, 2).starting(next.as_deref(), None);
            let page = world.ranking.ladder(&STRANGER, &ask).await.unwrap();
            seen.extend(page.rungs.into_iter().map(|rung| (rung.place, rung.name)));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let all: Vec<_> =
            world.ladder(&whole, Order::Rating).await.into_iter().map(|(place, name, _)| (place, name)).collect();
        assert_eq!(seen, all);
        assert_eq!((seen.len(), seen[0].clone()), (6, (1, "p1".to_owned())));
        let nonsense = Ask::top(whole, Order::Rating, 2).starting(Some("7;drop"), None);
        let nonsense = world.ranking.ladder(&STRANGER, &nonsense).await.unwrap();
        assert_eq!(nonsense.rungs[0].place, 1);
    })
    .await;
}

#[tokio::test]
async fn two_players_meet_and_games_are_listed() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin, alric) = (world.person("Olga").await, world.person("Balin").await, world.person("Alric").await);
        world.played(1, 0, &[(olga, 0, 1), (balin, 1, 2)]).await;
        world.played(2, 0, &[(balin, 0, 1), (olga, 1, 2)]).await;
        world.played(3, 0, &[(olga, 0, 1), (balin, 1, 1)]).await;
        world.played(4, 0, &[(olga, 0, 1), (balin, 0, 1), (alric, 1, 2)]).await;
        let met = world.ranking.head_to_head(&STRANGER, "Olga", "Balin").await.unwrap();
        assert_eq!(met, HeadToHead { against: 3, wins: 1, losses: 1, ties: 1, together: 1 });

        let page = world.ranking.games(&STRANGER, Some("alric"), None, 10).await.unwrap();
        assert_eq!((page.games.len(), page.games[0].id, page.next), (1, GameId::from(4), None));
        let page = world.ranking.games(&STRANGER, None, None, 3).await.unwrap();
        assert_eq!((page.games.len(), page.next), (3, Some(GameId::from(2))));
        let rest = world.ranking.games(&STRANGER, None, page.next, 3).await.unwrap();
        assert_eq!((rest.games.len(), rest.games[0].players.len(), rest.next), (1, 2, None));
        assert_eq!(rest.games[0].players[0].fate, Fate::Win);

        world.write(sql("insert into game_reports (game_id, reporter, name, host, at, agrees, filed) values (1, 1, 'Olga', $1, 1, $1, $2)")
            .bind(true)
            .bind(filed("Olga"))).await;
        let game = world.ranking.game(&STRANGER, GameId::from(1)).await.unwrap();
        assert_eq!(game.reports.len(), 1);
        assert_eq!((game.reports[0].winners.as_slice(), game.reports[0].agrees), (["Olga".to_owned()].as_slice(), true));
        // What they said of it goes with them, and with nobody else.
        world.write(sql("update game_reports set user_id = $1").bind(olga)).await;
        assert!(matches!(world.ranking.export(&STRANGER, olga).await, Err(Error::Refused(_))));
        let taken = world.ranking.export(&Actor::Job, olga).await.unwrap();
        let sizes: Vec<_> = taken.iter().map(|(path, value)| (path.as_str(), value.as_array().unwrap().len())).collect();
        assert_eq!(sizes, [("games/standings.json", 6), ("games/history.json", 4), ("games/reports.json", 1)]);
        assert_eq!(world.ranking.export(&Actor::Job, balin).await.unwrap()[2].1, serde_json::json!([]));

        let missing = world.ranking.game(&STRANGER, GameId::from(99)).await.unwrap_err();
        assert_eq!(missing.kind(), Kind::NotFound);
        assert!(matches!(world.ranking.player(&STRANGER, "nobody").await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_season_has_ladders_of_its_own() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin) = (world.person("Olga").await, world.person("Balin").await);
        let admin = Actor::Person(Person::logged_in(olga, Role::Admin, SessionId::from(1)));
        let member = Actor::Person(Person::logged_in(balin, Role::Member, SessionId::from(2)));
        let form = |name: &str| NewSeason { name: name.into() };
        for actor in [&STRANGER, &member] {
            assert!(matches!(world.ranking.begin_season(actor, &form("Autumn")).await, Err(Error::Refused(_))));
            assert!(matches!(world.ranking.end_season(actor).await, Err(Error::Refused(_))));
        }
        assert!(matches!(world.ranking.end_season(&admin).await, Err(Error::NoSeason)));
        assert_eq!(world.ranking.begin_season(&admin, &form("  ")).await.unwrap_err().kind(), Kind::Invalid);

        let autumn = world.ranking.begin_season(&admin, &form(" Autumn ")).await.unwrap();
        world.played(1, 0, &[(olga, 0, 1), (balin, 1, 2)]).await;
        world.clock.advance(Duration::from_secs(1));
        let winter = world.ranking.begin_season(&admin, &form("Winter")).await.unwrap();
        world.played(2, 0, &[(balin, 0, 1), (olga, 1, 2)]).await;
        world.clock.advance(Duration::from_secs(1));
        world.ranking.end_season(&admin).await.unwrap();
        world.played(3, 0, &[(balin, 0, 1), (olga, 1, 2)]).await;

        let whole = Board::ranked(Dialect::Myth2);
        let of = |season: i64| Board { season: Some(season), ..whole };
        assert_eq!(world.ladder(&of(autumn.id), Order::Rating).await, [rung(1, "Olga", 1_016), rung(2, "Balin", 984)]);
        assert_eq!(world.ladder(&of(winter.id), Order::Rating).await, [rung(1, "Balin", 1_016), rung(2, "Olga", 984)]);
        assert_eq!(world.ladder(&whole, Order::Rating).await[0].1, "Balin");
        let seasons = world.ranking.seasons(&STRANGER).await.unwrap();
        assert!(seasons.iter().all(|season| season.ended_at.is_some()));
        let told: Vec<_> = seasons.iter().map(|season| (season.name.as_str(), season.players)).collect();
        assert_eq!(told, [("Winter", 2), ("Autumn", 2)]);
        assert_eq!(world.ranking.begin_season(&admin, &form("Winter")).await.unwrap_err().kind(), Kind::Invalid);
    })
    .await;
}

#[tokio::test]
async fn results_are_counted_while_the_hub_runs() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin) = (world.person("Olga").await, world.person("Balin").await);
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        tasks.spawn(world.ranking.clone().follow(stop.clone()));
        world.game(1, "tournament", 0, &[(olga, 0, 1), (balin, 1, 2)]).await;
        world.tell(1).await;
        let whole = Board::ranked(Dialect::Myth2);
        db::testing::until("the ladder", async || {
            let ladder = world.ladder(&whole, Order::Rating).await;
            if ladder.len() == 2 { Ok(()) } else { Err(ladder) }
        })
        .await;
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    })
    .await;
}

#[tokio::test]
async fn a_career_stands_beside_what_everybody_has_done() {
    each(|db| async move {
        let world = World::new(db);
        let (olga, balin) = (world.person("Olga").await, world.person("Balin").await);
        assert_eq!(world.ranking.career(&STRANGER, UserId::from(404)).await.unwrap(), None);
        let nothing = world.ranking.career(&STRANGER, olga).await.unwrap().unwrap();
        assert_eq!(
            (nothing.name.as_str(), nothing.stands.len(), nothing.field.len(), nothing.placed),
            ("Olga", 0, 0, 0)
        );

        for game in 1..=4 {
            world.played(game, 5, &[(olga, 0, 1), (balin, 1, 2)]).await;
        }
        world.clock.advance(Duration::from_mins(2));
        let career = world.ranking.career(&STRANGER, balin).await.unwrap().unwrap();
        let whole = Board::ranked(Dialect::Myth2);
        let boards: Vec<_> = career.stands.iter().map(|stands| (stands.on.board, stands.place, stands.caste)).collect();
        assert_eq!(boards, [(whole, Some(2), 15), (Board { kind: Some(5), ..whole }, Some(2), 15)]);
        assert_eq!(career.placed, 2);
        let field = &career.field[0];
        assert_eq!((field.board, field.top.as_str(), field.games, field.wins), (whole, "Olga", (4, 4), (2, 4)));
        assert_eq!((field.damage_given, field.damage_taken), ((12, 12), (16, 16)));
        assert_eq!(field.points.0, 1_000, "what one has won the other has lost");
    })
    .await;
}
