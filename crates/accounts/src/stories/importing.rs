//! People who come over from another lobby server, of whose database a real dump is read.

use super::*;
use crate::{Arrival, Arrived, Coming, Logon};
use contract::account::Recover;
use heritage::{Estate, KeptAs};

fn storms() -> Estate {
    heritage::gate_of_storms(include_bytes!("../../../heritage/tests/gate_of_storms.sql")).unwrap()
}

fn marathon() -> Estate {
    heritage::aleph_one(include_bytes!("../../../heritage/tests/aleph_one.sql"), KeptAs::Phpass).unwrap()
}

const fn coming<'a>(source: &'a str, estate: &'a Estate) -> Coming<'a> {
    Coming { source, players: estate.players.as_slice(), merge_names: false }
}

fn names(arrived: &[Arrived]) -> Vec<(&str, Option<&str>, &Arrival)> {
    arrived.iter().map(|one| (one.was.as_str(), one.name.as_deref(), &one.arrival)).collect()
}

impl World {
    async fn import(&self, coming: Coming<'_>) -> Vec<Arrived> {
        self.accounts.import(&Actor::Operator, coming, &|_| {}).await.unwrap()
    }

    async fn logs_on(&self, name: &str, password: &str) -> Result<String, Error> {
        self.accounts.check_game_password(name, password, None).await.map(|login| login.name)
    }

    async fn counts(&self) -> Vec<i64> {
        let mut counts = Vec::new();
        for text in [
            "select count(*) from users",
            "select count(*) from game_passwords",
            "select count(*) from imported_players",
            "select count(*) from game_aliases",
            "select count(*) from mails",
            "select count(*) from audit_log",
        ] {
            let (count,): (i64,) = db::sql(text).fetch_one(&self.db).await.unwrap();
            counts.push(count);
        }
        counts
    }
}

#[tokio::test]
async fn the_players_of_gate_of_storms_log_on_as_they_did() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Alric").await;
        let (before, estate) = (world.counts().await, storms());
        let foreseen = world.accounts.foresee_import(&Actor::Operator, coming("storms", &estate)).await.unwrap();
        assert_eq!(world.counts().await, before, "a dry run writes nothing");
        let arrived = world.import(coming("storms", &estate)).await;
        assert_eq!(arrived, foreseen, "and tells what will be");
        let renamed = |because| Arrival::Renamed { because };
        assert_eq!(
            names(&arrived),
            [
                ("|bSoul|pblighter", Some("Soulblighter"), &Arrival::New),
                ("Alric", Some("Alric 2"), &renamed(Code::Taken)),
                ("o'Conner \\o/", Some("oConner o"), &renamed(Code::BadCharacters)),
                ("Zoë", Some("Zoë"), &Arrival::New),
                ("moderator", Some("Player 2"), &renamed(Code::Reserved)),
                ("Never logged on", Some("Never logged on"), &Arrival::New),
            ]
        );
        assert_eq!(arrived[0].logon, Some(Logon::Kept));
        assert_eq!(arrived[5].logon, Some(Logon::ByClaim));
        assert!(arrived[0].kept_order && arrived.iter().all(|one| one.types_now.is_none()));

        assert_eq!(world.logs_on("u1", "qwhzmf").await.unwrap(), "Soulblighter", "as the client has it stored");
        assert_eq!(world.logs_on("Soulblighter", "qwhzmf").await.unwrap(), "Soulblighter", "and by name");
        assert_eq!(world.logs_on("u2", "plokij").await.unwrap(), "Alric 2");
        let alric = world.accounts.find_user(&Actor::Operator, "Alric 2").await.unwrap().unwrap().id;
        let files = world.accounts.export(&Actor::Job, alric).await.unwrap();
        let account: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
        assert_eq!(account["came_from"], serde_json::json!([["storms", "2"]]));
        assert_eq!(account["logs_on_also_as"], serde_json::json!(["u2"]));
        for (name, password) in
            [("u1", "plokij"), ("u1", "QWHZMF"), ("Alric", "plokij"), ("u6", ""), ("Never logged on", "")]
        {
            assert!(matches!(world.logs_on(name, password).await, Err(Error::WrongCredentials)), "{name} {password}");
        }
        let taken = world.accounts.register(&stranger(), registration("u1x"), FIREFOX).await;
        assert!(taken.is_ok(), "only what somebody typed is kept for them");
        assert!(world.log_in("Soulblighter", "qwhzmf").await.is_err(), "it opens no site");
        let found = world.accounts.find_user(&Actor::Operator, "Soulblighter").await.unwrap().unwrap();
        assert_eq!(
            (found.role, found.created_at.0),
            (base::Role::Member, 1_420_113_600_000),
            "no power, and as old as there"
        );
        assert!(world.events().await.iter().filter(|event| *event == "user_registered").count() == 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_came_once_does_not_come_again() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let estate = storms();
        world.import(coming("storms", &estate)).await;
        let (before, events) = (world.counts().await, world.events().await.len());
        let again = world.import(coming("storms", &estate)).await;
        assert!(again.iter().all(|one| one.arrival == Arrival::Known && one.logon.is_none()), "{again:?}");
        assert_eq!((world.counts().await, world.events().await.len()), (before, events));

        let soul = world.accounts.find_user(&Actor::Operator, "Soulblighter").await.unwrap().unwrap();
        let gone = soul.id;
        world.db.write(move |tx| Box::pin(async move { crate::store::delete_user(tx, gone).await })).await.unwrap();
        let third = world.import(coming("storms", &estate)).await;
        assert_eq!(third[0].arrival, Arrival::Gone, "nor does whoever left");
        assert!(matches!(world.logs_on("u1", "qwhzmf").await, Err(Error::WrongCredentials)));
        // Half of an import that was broken off is there, and the rest comes.
        let first = Coming { players: &estate.players[..2], ..coming("elsewhere", &estate) };
        world.import(first).await;
        let whole = world.import(coming("elsewhere", &estate)).await;
        let known = whole.iter().filter(|one| one.arrival == Arrival::Known).count();
        assert_eq!((known, whole.len()), (2, 6));
    })
    .await;
}

#[tokio::test]
async fn old_hashes_are_never_stored_as_they_were_and_go_with_the_first_log_on() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let estate = marathon();
        let arrived = world.import(coming("marathon", &estate)).await;
        let logons: Vec<_> = arrived.iter().map(|one| (one.was.as_str(), one.logon, one.mailed)).collect();
        assert_eq!(
            logons,
            [
                ("durandal", Some(Logon::KeptUntilUsed), false),
                ("Tycho", Some(Logon::KeptUntilUsed), true),
                ("leela", Some(Logon::ByClaim), true),
                ("thoth", Some(Logon::ByClaim), false),
            ]
        );
        let kept = async || -> Vec<(String, String)> {
            let rows =
                db::sql("select password_hash, read_as from game_passwords order by user_id").fetch_all(&world.db);
            rows.await.unwrap()
        };
        let old = kept().await;
        assert!(old.iter().all(|(hash, _)| hash.starts_with("$argon2id$")), "{old:?}");
        assert!(old[0].1.starts_with("bcrypt:5:") && old[1].1.starts_with("phpass:11:"), "{old:?}");

        for (name, right) in [("durandal", "U*U"), ("Tycho", "test12345")] {
            for wrong in ["", "u*u", "U*U ", &estate.players[0].password.as_ref().unwrap().text.expose()[..40]] {
                assert!(world.logs_on(name, wrong).await.is_err(), "{name}: {wrong}");
            }
            let hashes = world.accounts.0.hasher.hashes();
            world.logs_on(name, right).await.unwrap();
            assert_eq!(world.accounts.0.hasher.hashes() - hashes, 2, "once to check, once to keep it anew");
            world.logs_on(name, right).await.unwrap();
            assert!(world.logs_on(name, &right.to_lowercase()).await.is_err() || right == "test12345");
        }
        assert!(kept().await.iter().all(|(_, read_as)| read_as == "exact"));
    })
    .await;
}

#[tokio::test]
async fn guessing_at_an_old_hash_is_limited_like_any_other() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let estate = marathon();
        world.import(coming("marathon", &estate)).await;
        let from = |n: u8| Some(ip(&format!("192.0.2.{n}")));
        for n in 1..=10 {
            let guess = world.accounts.check_game_password("durandal", "guess", from(n)).await;
            assert!(matches!(guess, Err(Error::WrongCredentials)), "{n}");
        }
        let limited = world.accounts.check_game_password("durandal", "U*U", from(11)).await;
        assert!(matches!(limited, Err(Error::TooMany { .. })));
    })
    .await;
}

#[tokio::test]
async fn whose_password_could_not_come_claims_the_account() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let estate = marathon();
        world.import(coming("marathon", &estate)).await;
        let mailed: Vec<_> = world
            .letters("claim_account")
            .await
            .iter()
            .map(|letter| letter["to"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(mailed, ["tycho@example.org", "leela@example.org"]);
        let links = world.accounts.claim_links(&Actor::Operator, "marathon").await.unwrap();
        let whose: Vec<&str> = links.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(whose, ["durandal", "thoth"], "those who have no mailbox");
        let token = links[1].1.expose().split_once("token=").unwrap().1.to_owned();
        world.clock.advance(13 * 24 * HOUR);
        let claim = Recover { token, new_password: PASSWORD.into() };
        let login = done(world.accounts.recover(&stranger(), claim, FIREFOX).await).unwrap();
        world.accounts.make_game_password(&world.actor(&login).await).await.unwrap();
        world.log_in("thoth", PASSWORD).await.unwrap();
        let left = world.accounts.claim_links(&Actor::Operator, "marathon").await.unwrap();
        assert_eq!(left.len(), 1, "durandal alone; and the link he had is worth nothing any more");
        let stale = links[0].1.expose().split_once("token=").unwrap().1;
        assert_eq!(world.accounts.recovery(&stranger(), stale).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn somebody_who_is_here_already_is_found_by_a_proved_address_or_by_name_if_that_is_vouched_for() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let tycho = world.register_at("Tycho Brahe", "tycho@example.org").await;
        world.register("durandal").await;
        world
            .accounts
            .register(&stranger(), Register { email: "leela@example.org".into(), ..registration("Mallory") }, FIREFOX)
            .await
            .unwrap();
        let estate = marathon();
        let vouched = Coming { merge_names: true, ..coming("marathon", &estate) };
        let arrived = world.import(vouched).await;
        assert_eq!(
            names(&arrived),
            [
                ("durandal", Some("durandal"), &Arrival::Merged),
                ("Tycho", Some("Tycho Brahe"), &Arrival::Merged),
                ("leela", Some("leela"), &Arrival::New),
                ("thoth", Some("thoth"), &Arrival::New),
            ],
            "an address that was only typed makes nobody the same"
        );
        assert!(
            world.logs_on("durandal", "U*U").await.is_err(),
            "another server's password opens no account that is here"
        );
        let people = world.accounts.imported(&Actor::Operator, "marathon").await.unwrap();
        assert_eq!(people["Tycho"], Some(tycho.me.id));
    })
    .await;
}

#[tokio::test]
async fn only_those_who_may_import() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let estate = storms();
        let refused = world.accounts.import(&world.actor(&login).await, coming("storms", &estate), &|_| {}).await;
        assert!(matches!(refused, Err(Error::Refused(base::Kind::Forbidden))));
        let long = "x".repeat(41);
        for source in ["", long.as_str()] {
            assert!(world.accounts.foresee_import(&Actor::Operator, coming(source, &estate)).await.is_err());
        }
    })
    .await;
}
