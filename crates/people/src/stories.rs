//! People among people, told on both databases.

mod game_texts;

use std::{
    io::{Cursor, Read as _},
    sync::Arc,
    time::Duration,
};

use base::{Actor, Kind, Person, Role, SessionId, UserId, testing::HandClock};
use contract::{
    Code,
    people::{Audience, Bond, Privacy, SaveProfile, Tie},
};
use db::{Db, sql};
use futures::future::BoxFuture;

use crate::{
    Error, List, Part, People, PeopleQuery, Size,
    takeout::{Chapter, Document, Failure, Takeouts},
};

struct World {
    people: People,
    clock: Arc<HandClock>,
    db: Db,
}

impl World {
    fn new(db: Db) -> Self {
        let clock = Arc::new(HandClock::default());
        let people = People::new(db.clone(), clock.clone(), str::to_lowercase);
        Self { people, clock, db }
    }

    async fn person(&self, name: &str, role: Role) -> (Actor, UserId) {
        let (id,) = self.insert(name, role).await;
        let id = UserId::from(id);
        (Actor::Person(Person::logged_in(id, role, SessionId::from(1))), id)
    }

    async fn member(&self, name: &str) -> (Actor, UserId) {
        self.person(name, Role::Member).await
    }

    async fn insert(&self, name: &str, role: Role) -> (i64,) {
        let (name, folded) = (name.to_owned(), name.to_lowercase());
        let made: Result<(i64,), db::Error> = self
            .db
            .write(move |tx| {
                let (name, folded) = (name.clone(), folded.clone());
                Box::pin(async move {
                    sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at)
                         values ($1, $2, $2, '', $3, 1, 1) returning id")
                    .bind(name)
                    .bind(folded)
                    .bind(role.word())
                    .fetch_one(tx)
                    .await
                })
            })
            .await;
        made.unwrap()
    }

    async fn befriend(&self, one: &(Actor, UserId), other: &(Actor, UserId)) {
        self.people.ask(&one.0, other.1).await.unwrap();
        self.people.accept(&other.0, one.1).await.unwrap();
    }

    async fn sees(&self, actor: &Actor, name: &str) -> Result<contract::people::Profile, Error> {
        self.people.profile(actor, name, |_| true).await
    }

    async fn names(&self, actor: &Actor, list: List) -> Vec<String> {
        let page = self.people.my_list(actor, list, None).await.unwrap();
        page.people.into_iter().map(|card| card.name).collect()
    }

    async fn found(&self, actor: &Actor, text: &str) -> Vec<String> {
        let query = PeopleQuery { text: text.into(), ..PeopleQuery::default() };
        self.people.search(actor, &query).await.unwrap().people.into_iter().map(|card| card.name).collect()
    }
}

fn stranger() -> Actor {
    Actor::Stranger { address: None }
}

fn privacy(all: Audience) -> Privacy {
    Privacy { profile: all, presence: all, friends: all, requests: all }
}

/// A PNG of one colour.
fn picture(red: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = image::RgbImage::from_pixel(300, 200, image::Rgb([red, 1, 2]));
    image::DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_profile_is_seen_by_whom_its_owner_lets() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let moderator = world.person("Mona", Role::Moderator).await;
        world.befriend(&olga, &bert).await;
        let form = SaveProfile { about: "I play.".into(), country: "no".into(), ..SaveProfile::default() };
        world.people.save_profile(&olga.0, &form).await.unwrap();
        for (audience, wanted) in [
            (Audience::Everybody, [true, true, true]),
            (Audience::Members, [false, true, true]),
            (Audience::Friends, [false, false, true]),
            (Audience::Nobody, [false, false, false]),
        ] {
            world.people.save_privacy(&olga.0, privacy(audience)).await.unwrap();
            for (actor, sees) in [stranger(), carl.0.clone(), bert.0.clone()].into_iter().zip(wanted) {
                let profile = world.sees(&actor, "OLGA").await.unwrap();
                assert_eq!(profile.about.is_some(), sees, "{audience:?}");
                assert_eq!((profile.here, profile.shows_friends), (sees.then_some(true), sees));
                let friends = world.people.friends_of(&actor, olga.1, None).await;
                assert_eq!(friends.is_ok(), sees, "{audience:?}");
                let listed = world.found(&actor, "olg").await;
                assert_eq!(!listed.is_empty(), sees, "the list agrees with the page: {audience:?}");
            }
            let own = world.sees(&olga.0, "olga").await.unwrap();
            assert_eq!((own.tie, own.about.unwrap().country.as_deref()), (Tie::Yourself, Some("NO")));
            assert!(world.sees(&moderator.0, "olga").await.unwrap().about.is_some());
        }
        assert!(matches!(world.sees(&stranger(), "nobody").await, Err(Error::NotFound)));
        let mine = world.people.my_profile(&olga.0).await.unwrap();
        assert_eq!((mine.about.text.as_str(), mine.privacy), ("I play.", privacy(Audience::Nobody)));
    })
    .await;
}

#[tokio::test]
async fn friendship_is_asked_and_answered() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.member("Olga").await, world.member("Bert").await);
        let people = &world.people;
        assert_eq!(world.sees(&olga.0, "bert").await.unwrap().tie, Tie::MayAsk);
        people.ask(&olga.0, bert.1).await.unwrap();
        people.ask(&olga.0, bert.1).await.unwrap();
        assert_eq!(world.sees(&olga.0, "bert").await.unwrap().tie, Tie::Asked);
        assert_eq!(world.sees(&bert.0, "olga").await.unwrap().tie, Tie::AsksYou);
        assert_eq!(
            (world.names(&olga.0, List::Asked).await, world.names(&bert.0, List::Asking).await),
            (vec!["Bert".into()], vec!["Olga".to_owned()])
        );
        assert!(matches!(people.accept(&olga.0, bert.1).await, Err(Error::NotFound)), "nobody accepts for the other");

        people.part(&bert.0, olga.1).await.unwrap();
        assert_eq!(world.sees(&olga.0, "bert").await.unwrap().tie, Tie::MayAsk, "declined");
        people.ask(&olga.0, bert.1).await.unwrap();
        people.ask(&bert.0, olga.1).await.unwrap();
        assert_eq!(world.sees(&olga.0, "bert").await.unwrap().tie, Tie::Friend, "both wanted it");
        let between = people.between(Some(olga.1), bert.1).await.unwrap();
        assert!(between.friends && !between.blocked);

        people.part(&olga.0, bert.1).await.unwrap();
        assert!(matches!(people.part(&olga.0, bert.1).await, Err(Error::NotFound)));
        assert!(matches!(people.ask(&olga.0, olga.1).await, Err(Error::NotFound)), "nobody befriends themselves");
        assert!(matches!(people.ask(&stranger(), olga.1).await, Err(Error::Refused(Kind::Unauthenticated))));
    })
    .await;
}

#[tokio::test]
async fn friends_at_hand_are_told_with_what_they_show() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let people = &world.people;
        let at_hand = async |user| {
            let companions = people.companions(user).await.unwrap();
            companions.into_iter().map(|one| (one.name, one.bond, one.shows)).collect::<Vec<_>>()
        };
        people.ask(&olga.0, bert.1).await.unwrap();
        assert_eq!(at_hand(olga.1).await, [("Bert".to_owned(), Bond::Asked, true)]);
        assert_eq!(at_hand(bert.1).await, [("Olga".to_owned(), Bond::Asking, true)]);
        people.accept(&bert.0, olga.1).await.unwrap();
        people.save_privacy(&bert.0, privacy(Audience::Nobody)).await.unwrap();
        assert_eq!(at_hand(olga.1).await, [("Bert".to_owned(), Bond::Friend, false)]);
        world.clock.advance(Duration::from_secs(1));
        world.befriend(&olga, &carl).await;
        people.save_privacy(&carl.0, privacy(Audience::Friends)).await.unwrap();
        let newest_first = [("Carl".to_owned(), Bond::Friend, true), ("Bert".to_owned(), Bond::Friend, false)];
        assert_eq!(at_hand(olga.1).await, newest_first);

        let everybody = [olga.1, bert.1, carl.1];
        let seen = async |viewer| people.seen_by(viewer, &everybody).await.unwrap();
        assert_eq!(seen(olga.1).await, [olga.1, carl.1].into(), "Bert shows himself to nobody");
        assert_eq!(seen(bert.1).await, [olga.1].into(), "Carl shows himself to friends");
        people.block(&olga.0, bert.1).await.unwrap();
        assert_eq!(seen(bert.1).await, [].into());
        assert_eq!(at_hand(bert.1).await, []);
        assert!(people.seen_by(olga.1, &[]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_may_ask_is_the_askeds_choice() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let people = &world.people;
        people.save_privacy(&olga.0, privacy(Audience::Friends)).await.unwrap();
        assert_eq!(people.ask(&carl.0, olga.1).await.unwrap_err().problem().code, Code::NotAsking);
        assert_eq!(world.sees(&carl.0, "olga").await.unwrap().tie, Tie::Stranger);
        world.befriend(&olga, &bert).await;
        world.befriend(&bert, &carl).await;
        people.ask(&carl.0, olga.1).await.unwrap();
        people.part(&carl.0, olga.1).await.unwrap();
        people.save_privacy(&olga.0, privacy(Audience::Nobody)).await.unwrap();
        assert!(matches!(people.ask(&carl.0, olga.1).await, Err(Error::NotAsking)));
    })
    .await;
}

#[tokio::test]
async fn a_block_hides_both_ways_and_ends_a_friendship() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.member("Olga").await, world.member("Bert").await);
        let moderator = world.person("Mona", Role::Moderator).await;
        world.befriend(&olga, &bert).await;
        world.people.block(&olga.0, bert.1).await.unwrap();
        for (actor, name) in [(&bert.0, "olga"), (&olga.0, "bert")] {
            assert!(matches!(world.sees(actor, name).await, Err(Error::NotFound)));
            assert_eq!(world.found(actor, name).await, [""; 0]);
            assert!(matches!(world.people.find(actor, name).await, Err(Error::NotFound)));
        }
        assert!(matches!(world.people.ask(&bert.0, olga.1).await, Err(Error::NotFound)));
        assert!(matches!(world.people.ask(&olga.0, bert.1).await, Err(Error::NotFound)));
        assert!(world.people.between(Some(bert.1), olga.1).await.unwrap().blocked);
        assert_eq!(world.names(&olga.0, List::Friends).await, [""; 0]);
        assert_eq!(world.names(&olga.0, List::Blocked).await, ["Bert"]);
        assert_eq!(world.names(&bert.0, List::Blocked).await, [""; 0], "nobody is told");
        assert!(world.sees(&moderator.0, "olga").await.is_ok());

        world.people.unblock(&olga.0, bert.1).await.unwrap();
        assert_eq!(world.sees(&bert.0, "olga").await.unwrap().tie, Tie::MayAsk);
        world.people.mute(&olga.0, bert.1).await.unwrap();
        assert!(world.sees(&olga.0, "bert").await.unwrap().muted);
        assert!(!world.sees(&bert.0, "olga").await.unwrap().muted);
        assert_eq!(world.people.avoided_by(olga.1).await.unwrap(), (vec![], vec![bert.1]));
        world.people.unmute(&olga.0, bert.1).await.unwrap();
        assert!(matches!(world.people.unmute(&olga.0, bert.1).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn lists_come_in_pages_and_in_order() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        for number in 0..7 {
            world.member(&format!("Player {number}")).await;
        }
        world.member("50%").await;
        let reader = world.member("Reader").await;
        let mut query = PeopleQuery { text: "PLAYER".into(), after: None, at_most: 3 };
        let mut names = Vec::new();
        loop {
            let page = world.people.search(&reader.0, &query).await.unwrap();
            assert!(page.people.len() <= 3);
            names.extend(page.people.into_iter().map(|card| card.name));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(names, (0..7).map(|number| format!("Player {number}")).collect::<Vec<_>>());
        assert_eq!(world.found(&reader.0, "%").await, ["50%"], "taken letter for letter");
    })
    .await;
}

#[tokio::test]
async fn a_picture_is_kept_by_what_is_in_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, mona) = (world.member("Olga").await, world.person("Mona", Role::Moderator).await);
        let people = &world.people;
        let first = people.set_avatar(&olga.0, picture(10)).await.unwrap();
        let second = people.set_avatar(&olga.0, picture(200)).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(people.avatar(&first, Size::Large).await.unwrap(), None, "replaced");
        let small = people.avatar(&second, Size::Small).await.unwrap().unwrap();
        assert_eq!(image::load_from_memory(&small).unwrap().width(), 96);
        assert_eq!(world.sees(&olga.0, "olga").await.unwrap().card.avatar.as_deref(), Some(second.as_str()));
        for odd in ["", "../../etc/passwd", &second.to_uppercase(), &second[1..]] {
            assert_eq!(people.avatar(odd, Size::Small).await.unwrap(), None, "{odd}");
        }
        let refused = people.set_avatar(&olga.0, b"<svg/>".to_vec()).await.unwrap_err();
        assert_eq!(refused.problem().fields[0].code, Code::NotAPicture);

        people.save_profile(&olga.0, &SaveProfile { about: "rude".into(), ..SaveProfile::default() }).await.unwrap();
        assert!(matches!(people.clear(&olga.0, mona.1, Part::Avatar, "").await, Err(Error::Refused(Kind::Forbidden))));
        people.clear(&mona.0, olga.1, Part::Avatar, "").await.unwrap();
        people.clear(&mona.0, olga.1, Part::About, "Rude.").await.unwrap();
        let cleared = people.my_profile(&olga.0).await.unwrap();
        assert_eq!((cleared.card.avatar, cleared.about.text.as_str()), (None, ""));
        let (acts,): (i64,) = sql("select count(*) from audit_log where act in ('avatar.removed', 'profile.cleared')")
            .fetch_one(&world.db)
            .await
            .unwrap();
        assert_eq!(acts, 2);
        let (told,): (String,) =
            sql("select after from audit_log where act = 'profile.cleared'").fetch_one(&world.db).await.unwrap();
        assert!(told.contains(r#""reason":"Rude.""#), "{told}");
        people.set_avatar(&olga.0, picture(1)).await.unwrap();
        people.remove_avatar(&olga.0).await.unwrap();
    })
    .await;
}

/// A chapter like the wiring's: what this crate itself exports.
struct Ours(People);

impl Chapter for Ours {
    fn documents(&self, user: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async move { Ok(self.0.export(&Actor::Job, user).await?) })
    }
}

/// A domain that has nothing to hand over but its failure.
struct Broken;

impl Chapter for Broken {
    fn documents(&self, _: UserId) -> BoxFuture<'_, Result<Vec<Document>, Failure>> {
        Box::pin(async { Err("the shelf is empty".into()) })
    }
}

#[tokio::test]
async fn an_archive_that_could_not_be_built_is_asked_for_again() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, _) = world.member("Olga").await;
        let takeouts = Takeouts::new(world.db.clone(), world.clock.clone(), vec![Arc::new(Broken)]);
        takeouts.ask(&olga).await.unwrap();
        let first = takeouts.mine(&olga).await.unwrap()[0].id;
        assert_eq!(takeouts.build(first).await.unwrap_err().to_string(), "the shelf is empty");
        assert!(!takeouts.mine(&olga).await.unwrap()[0].failed, "it is tried again");
        takeouts.give_up(first).await.unwrap();
        assert!(takeouts.mine(&olga).await.unwrap()[0].failed);

        // She need not wait for the next day, and what failed makes room.
        takeouts.ask(&olga).await.unwrap();
        let archives = takeouts.mine(&olga).await.unwrap();
        assert_eq!((archives.len(), archives[0].failed), (1, false));
        assert!(matches!(takeouts.ask(&olga).await, Err(Error::Full)));

        // One whose job is gone says so after a day; and should an admin have a failed one tried once more, it counts.
        world.clock.advance(Duration::from_hours(24));
        assert!(takeouts.mine(&olga).await.unwrap()[0].failed);
        let mended = Takeouts::new(world.db.clone(), world.clock.clone(), vec![Arc::new(Ours(world.people.clone()))]);
        mended.give_up(archives[0].id).await.unwrap();
        mended.build(archives[0].id).await.unwrap();
        let built = &mended.mine(&olga).await.unwrap()[0];
        assert!(built.ready_at.is_some() && !built.failed);
    })
    .await;
}

#[tokio::test]
async fn an_archive_is_for_its_owner_and_for_a_week() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.member("Olga").await, world.member("Bert").await);
        world.befriend(&olga, &bert).await;
        world.people.set_avatar(&olga.0, picture(9)).await.unwrap();
        let chapters: Vec<Arc<dyn Chapter>> = vec![Arc::new(Ours(world.people.clone()))];
        let takeouts = Takeouts::new(world.db.clone(), world.clock.clone(), chapters);
        takeouts.ask(&olga.0).await.unwrap();
        assert!(matches!(takeouts.ask(&olga.0).await, Err(Error::Full)), "once a day");
        let id = takeouts.mine(&olga.0).await.unwrap()[0].id;
        assert!(matches!(takeouts.fetch(&olga.0, id).await, Err(Error::NotFound)), "not built yet");

        takeouts.build(id).await.unwrap();
        takeouts.build(id).await.unwrap();
        let bytes = takeouts.fetch(&olga.0, id).await.unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut company = String::new();
        archive.by_name("people/company.csv").unwrap().read_to_string(&mut company).unwrap();
        assert_eq!(company, "\"relation\",\"name\"\r\n\"friend\",\"Bert\"\r\n");
        assert!(archive.by_name("people/avatar.png").is_ok());
        let mut profile = String::new();
        archive.by_name("people/profile.json").unwrap().read_to_string(&mut profile).unwrap();
        assert!(profile.contains("\"Olga\""), "{profile}");

        assert!(matches!(takeouts.fetch(&bert.0, id).await, Err(Error::NotFound)), "nobody else's");
        assert_eq!(takeouts.mine(&bert.0).await.unwrap(), []);
        world.clock.advance(Duration::from_hours(7 * 24));
        assert!(matches!(takeouts.fetch(&olga.0, id).await, Err(Error::NotFound)), "its week is over");
        assert_eq!(takeouts.tidy(&Actor::Job).await.unwrap(), 1);
        takeouts.ask(&olga.0).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn lists_leave_out_who_keeps_to_friends_and_whom_a_block_parts() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert, carl) = (world.member("Olga").await, world.member("Bert").await, world.member("Carl").await);
        let all = [olga.1, bert.1, carl.1];
        let hidden = async |viewer: Option<UserId>| -> Vec<UserId> {
            world.people.hidden_from(viewer, &all).await.unwrap().into_iter().collect()
        };
        assert_eq!(hidden(None).await, [], "by default nobody is");
        let keeps = async |who: &(Actor, UserId), profile: Audience| {
            world.people.save_privacy(&who.0, Privacy { profile, ..Privacy::default() }).await.unwrap();
        };
        keeps(&olga, Audience::Friends).await;
        world.befriend(&olga, &bert).await;
        assert_eq!(hidden(None).await, [olga.1]);
        assert_eq!(hidden(Some(carl.1)).await, [olga.1]);
        assert_eq!(hidden(Some(bert.1)).await, []);
        keeps(&olga, Audience::Nobody).await;
        assert_eq!(hidden(Some(bert.1)).await, [olga.1]);
        assert_eq!(hidden(Some(olga.1)).await, [], "oneself one sees");
        keeps(&olga, Audience::Everybody).await;
        world.people.block(&carl.0, bert.1).await.unwrap();
        assert_eq!(hidden(Some(bert.1)).await, [carl.1]);
        assert_eq!(hidden(Some(carl.1)).await, [bert.1]);
        assert_eq!(hidden(None).await, []);
    })
    .await;
}
