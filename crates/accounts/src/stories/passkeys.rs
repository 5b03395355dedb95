//! Passkeys: added, used, lost, and what a copied or lying device is told.

use base::{Credential, Kind, PasskeyId, Person};
use contract::account::Step;

use super::{device::Device, *};
use crate::PasskeyAt;

const HUB: &str = "https://hub.example";

impl World {
    fn at(db: Db, address: Option<&str>) -> Self {
        Self::with(db, Settings { public_url: address.map(str::to_owned), ..patient() })
    }

    /// Somebody with a passkey.
    async fn with_passkey(&self, name: &str, number: u8) -> (NewLogin, Device, PasskeyId) {
        let login = self.register(name).await;
        let (device, id) = self.add(&login, number).await.unwrap();
        (login, device, id)
    }

    async fn add(&self, login: &NewLogin, number: u8) -> Result<(Device, PasskeyId), Error> {
        let actor = self.actor(login).await;
        let mut device = Device::new(number, HUB);
        let answer = device.create(&self.accounts.begin_passkey(&actor).await?);
        Ok((device, self.accounts.add_passkey(&actor, " My phone ", &answer).await?))
    }

    async fn log_in_by(&self, device: &mut Device) -> Result<NewLogin, Error> {
        let answer = device.get(&self.accounts.begin_passkey_log_in(&stranger()).await.unwrap());
        done(self.accounts.log_in_by_passkey(&stranger(), &answer, false, FIREFOX).await)
    }

    /// Whether the answer of such a device is refused.
    async fn refuses(&self, device: &mut Device) -> bool {
        matches!(self.log_in_by(device).await, Err(Error::PasskeyRefused))
    }

    async fn forget_password(&self, login: &NewLogin) {
        let user = login.me.id;
        let forgotten: Result<u64, db::Error> = self
            .db
            .write(move |tx| {
                Box::pin(async move {
                    db::sql("update users set password_hash = '' where id = $1").bind(user).execute(tx).await
                })
            })
            .await;
        assert_eq!(forgotten.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_passkey_logs_in_by_itself() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        let olga = world.actor(&login).await;
        let all = world.accounts.passkeys(&olga).await.unwrap();
        assert!(all.available && !all.asked);
        assert_eq!((all.passkeys[0].id, all.passkeys[0].name.as_str()), (id, "My phone"));
        assert_eq!(all.passkeys[0].last_used_at, None);

        world.clock.advance(MINUTE);
        let other = world.log_in_by(&mut device).await.unwrap();
        assert_eq!(other.me.id, login.me.id);
        assert!(world.is_known(&other).await);
        let again = world.log_in_by(&mut device).await.unwrap();
        assert_ne!(again.token.expose(), other.token.expose());
        let used = world.accounts.passkeys(&olga).await.unwrap().passkeys[0].last_used_at;
        assert_eq!(used, Some(base::Clock::now(&*world.clock)));
        assert!(world.trail().await.iter().any(|line| line.contains("account.passkey_added")));
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_good_once_and_for_five_minutes() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, _) = world.with_passkey("Olga", 7).await;
        let answer = device.get(&world.accounts.begin_passkey_log_in(&stranger()).await.unwrap());
        let somebody = stranger();
        let log_in = || world.accounts.log_in_by_passkey(&somebody, &answer, false, FIREFOX);
        assert!(done(log_in().await).is_ok());
        assert!(matches!(log_in().await, Err(Error::PasskeyRefused)));

        let late = device.get(&world.accounts.begin_passkey_log_in(&stranger()).await.unwrap());
        world.clock.advance(5 * MINUTE);
        let refused = world.accounts.log_in_by_passkey(&stranger(), &late, false, FIREFOX).await;
        assert!(matches!(refused, Err(Error::PasskeyRefused)));

        // The same for a new one, and asking again makes the older question void.
        let olga = world.actor(&login).await;
        let mut phone = Device::new(8, HUB);
        let first = phone.create(&world.accounts.begin_passkey(&olga).await.unwrap());
        let second = phone.create(&world.accounts.begin_passkey(&olga).await.unwrap());
        let add = |answer: String| {
            let (accounts, olga) = (world.accounts.clone(), olga.clone());
            async move { accounts.add_passkey(&olga, "Phone", &answer).await }
        };
        assert!(matches!(add(first).await, Err(Error::PasskeyRefused)));
        assert!(add(second.clone()).await.is_ok());
        assert!(matches!(add(second).await, Err(Error::PasskeyRefused)));
    })
    .await;
}

#[tokio::test]
async fn a_device_that_lies_is_refused() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (_, device, _) = world.with_passkey("Olga", 7).await;
        // For a page of somebody else's.
        assert!(world.refuses(&mut Device { origin: "https://hub.example.evil".into(), ..device.clone() }).await);
        assert!(world.refuses(&mut Device { origin: "http://hub.example".into(), ..device.clone() }).await);
        // Without having made sure who uses it.
        assert!(world.refuses(&mut Device { verifies: false, ..device.clone() }).await);
        // With another key.
        assert!(world.refuses(&mut device.forged(9)).await);
        // A passkey that nobody has.
        assert!(world.refuses(&mut Device { credential: vec![3; 32], ..device.clone() }).await);
        assert!(world.log_in_by(&mut device.clone()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_counter_that_goes_back_is_a_copy() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (_, mut device, _) = world.with_passkey("Olga", 7).await;
        let mut copy = device.clone();
        world.log_in_by(&mut device).await.unwrap();
        world.log_in_by(&mut device).await.unwrap();
        assert!(world.refuses(&mut copy).await);
    })
    .await;
}

#[tokio::test]
async fn a_question_is_answered_for_what_it_was_asked() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, _) = world.with_passkey("Olga", 7).await;
        let olga = world.actor(&login).await;
        let for_log_in = device.get(&world.accounts.begin_passkey_log_in(&stranger()).await.unwrap());
        assert!(matches!(world.accounts.prove_by_passkey(&olga, &for_log_in).await, Err(Error::PasskeyRefused)));
        let for_proof = device.get(&world.accounts.begin_passkey_proof(&olga).await.unwrap());
        let refused = world.accounts.log_in_by_passkey(&stranger(), &for_proof, false, FIREFOX).await;
        assert!(matches!(refused, Err(Error::PasskeyRefused)));
        // Nor by somebody else.
        let (other, mut others, _) = world.with_passkey("Ivan", 8).await;
        let ivan = world.actor(&other).await;
        let for_olga = others.get(&world.accounts.begin_passkey_proof(&olga).await.unwrap());
        assert!(matches!(world.accounts.prove_by_passkey(&olga, &for_olga).await, Err(Error::PasskeyRefused)));
        let for_olga = others.get(&world.accounts.begin_passkey_proof(&olga).await.unwrap());
        assert!(matches!(world.accounts.prove_by_passkey(&ivan, &for_olga).await, Err(Error::PasskeyRefused)));
    })
    .await;
}

#[tokio::test]
async fn a_locked_account_stays_locked_and_a_removed_passkey_is_gone() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        world.accounts.lock(&Actor::Operator, login.me.id).await.unwrap();
        assert!(matches!(world.log_in_by(&mut device).await, Err(Error::Locked)));
        world.accounts.unlock(&Actor::Operator, login.me.id).await.unwrap();
        let login = world.log_in_by(&mut device).await.unwrap();
        let olga = world.actor(&login).await;
        world.accounts.remove_passkey(&olga, id).await.unwrap();
        assert!(matches!(world.accounts.remove_passkey(&olga, id).await, Err(Error::NotFound)));
        assert!(world.refuses(&mut device).await);
        assert!(world.trail().await.iter().any(|line| line.contains("account.passkey_removed")));
    })
    .await;
}

#[tokio::test]
async fn the_last_way_in_stays() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        world.forget_password(&login).await;
        let olga = world.actor(&login).await;
        assert!(matches!(world.accounts.remove_passkey(&olga, id).await, Err(Error::LastWayIn)));
        assert!(world.log_in_by(&mut device).await.is_ok());
        // With another one it may go.
        world.add(&login, 8).await.unwrap();
        world.accounts.remove_passkey(&olga, id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_the_second_step_where_one_is_asked_for() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let nobody = world.register("Ivan").await;
        let refused = world.accounts.ask_for_passkey(&world.actor(&nobody).await, true).await;
        assert_eq!(refused.err().map(|error| error.kind()), Some(Kind::Conflict));

        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        let olga = world.actor(&login).await;
        // As long as it is not asked for, the password is enough.
        assert!(world.log_in("Olga", PASSWORD).await.is_ok());
        let codes = world.accounts.ask_for_passkey(&olga, true).await.unwrap().expect("codes for the day it is lost");
        assert!(world.accounts.ask_for_passkey(&olga, true).await.unwrap().is_none(), "it is asked for already");

        let first =
            || async { pending(world.accounts.log_in(&stranger(), credentials("Olga", PASSWORD), FIREFOX).await) };
        let step = first().await;
        assert_eq!(step.step, Step::SecondFactor);
        let token = step.token.expose();
        let offers = async |actor: &Actor, at| world.accounts.offers_passkey(actor, at).await.unwrap();
        assert!(offers(&stranger(), PasskeyAt::Step(token)).await && offers(&olga, PasskeyAt::Proof).await);
        assert!(!offers(&stranger(), PasskeyAt::Step("x")).await && !offers(&stranger(), PasskeyAt::Proof).await);
        assert!(offers(&stranger(), PasskeyAt::LogIn).await);
        let answer = device.get(&world.accounts.begin_passkey_step(&stranger(), token).await.unwrap());
        let login = done(world.accounts.passkey_step(&stranger(), token, &answer, FIREFOX).await).unwrap();
        assert!(world.is_known(&login).await);

        // Not by somebody else's, and not by an answer to another question.
        let (_, mut others, _) = world.with_passkey("Eve", 8).await;
        let step = first().await;
        let token = step.token.expose();
        let answer = others.get(&world.accounts.begin_passkey_step(&stranger(), token).await.unwrap());
        let refused = world.accounts.passkey_step(&stranger(), token, &answer, FIREFOX).await;
        assert!(matches!(refused, Err(Error::PasskeyRefused)));
        let answer = device.get(&world.accounts.begin_passkey_log_in(&stranger()).await.unwrap());
        let refused = world.accounts.passkey_step(&stranger(), token, &answer, FIREFOX).await;
        assert!(matches!(refused, Err(Error::PasskeyRefused)));
        // A recovery code does, where the device is lost.
        done(world.accounts.second_step(&stranger(), token, &codes.codes[0], FIREFOX).await).unwrap();
        assert!(matches!(world.accounts.begin_passkey_step(&stranger(), token).await, Err(Error::LogInGone)));

        // The passkey itself is both factors at once.
        assert!(world.log_in_by(&mut device).await.is_ok());
        // With the last one goes the question.
        world.accounts.remove_passkey(&olga, id).await.unwrap();
        assert!(!world.accounts.passkeys(&olga).await.unwrap().asked);
        assert!(world.log_in("Olga", PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_admin_helps_who_has_lost_the_device() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, _, _) = world.with_passkey("Olga", 7).await;
        let olga = world.actor(&login).await;
        world.accounts.ask_for_passkey(&olga, true).await.unwrap();
        world.accounts.clear_second_factor(&Actor::Operator, login.me.id, "").await.unwrap();
        assert!(world.log_in("Olga", PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn who_they_are_is_proved_once_more_by_passkey() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        world.clock.advance(Duration::from_mins(16));
        let olga = world.actor(&login).await;
        let stale = world.accounts.remove_passkey(&olga, id).await;
        assert_eq!(stale.unwrap_err().kind(), Kind::Stale);
        let answer = device.get(&world.accounts.begin_passkey_proof(&olga).await.unwrap());
        let renewed = world.accounts.prove_by_passkey(&olga, &answer).await.unwrap();
        assert!(!world.is_known(&login).await, "the old value is good for nothing");
        let olga = world.actor(&renewed).await;
        world.accounts.remove_passkey(&olga, id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn passkeys_are_ones_own() {
    db::testing::each(|db| async move {
        let world = World::at(db, Some(HUB));
        let (login, mut device, id) = world.with_passkey("Olga", 7).await;
        let (eve, _, _) = world.with_passkey("Eve", 8).await;
        let (olga, eve) = (world.actor(&login).await, world.actor(&eve).await);
        assert!(matches!(world.accounts.rename_passkey(&eve, id, "Mine").await, Err(Error::NotFound)));
        assert!(matches!(world.accounts.remove_passkey(&eve, id).await, Err(Error::NotFound)));
        world.accounts.rename_passkey(&olga, id, "Tablet").await.unwrap();
        assert_eq!(world.accounts.passkeys(&olga).await.unwrap().passkeys[0].name, "Tablet");
        for bad in ["", "  ", "a\u{7}b", &"x".repeat(61)] {
            assert_eq!(wrong(world.accounts.rename_passkey(&olga, id, bad).await).len(), 1, "{bad:?}");
        }
        // A device that has a passkey for the account already is told so; one that makes it all the same is refused.
        let options = world.accounts.begin_passkey(&olga).await.unwrap();
        assert!(options.contains("excludeCredentials") && options.contains(&device.get_id()));
        let answer = device.create(&options);
        assert!(matches!(world.accounts.add_passkey(&olga, "Twice", &answer).await, Err(Error::PasskeyRefused)));

        let kind = |outcome: Result<(), Error>| outcome.expect_err("refused").kind();
        let guise = |actor: &Actor| match actor {
            Actor::Person(person) => {
                let by = Credential::Guise { session: login.session, by: 9.into() };
                Actor::Person(Person { by, ..person.clone() })
            }
            other => other.clone(),
        };
        for (actor, refused) in [(stranger(), Kind::Unauthenticated), (guise(&olga), Kind::Forbidden)] {
            assert_eq!(kind(world.accounts.begin_passkey(&actor).await.map(drop)), refused);
            assert_eq!(kind(world.accounts.add_passkey(&actor, "x", "{}").await.map(drop)), refused);
            assert_eq!(kind(world.accounts.rename_passkey(&actor, id, "x").await), refused);
            assert_eq!(kind(world.accounts.remove_passkey(&actor, id).await), refused);
            assert_eq!(kind(world.accounts.ask_for_passkey(&actor, true).await.map(drop)), refused);
            assert_eq!(kind(world.accounts.begin_passkey_proof(&actor).await.map(drop)), refused);
            assert_eq!(kind(world.accounts.prove_by_passkey(&actor, "{}").await.map(drop)), refused);
        }
        assert_eq!(kind(world.accounts.passkeys(&stranger()).await.map(drop)), Kind::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn without_a_domain_there_are_none() {
    db::testing::each(|db| async move {
        for address in [None, Some("https://192.0.2.1"), Some("http://hub.example")] {
            let world = World::at(db.clone(), address);
            assert!(!world.accounts.offers_passkey(&stranger(), PasskeyAt::LogIn).await.unwrap());
            let refused = world.accounts.begin_passkey_log_in(&stranger()).await;
            assert!(matches!(refused, Err(Error::NoPasskeys)));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_answer_is_refused_and_questions_are_counted() {
    db::testing::each(|db| async move {
        let limits = Limits { register: Rate::UNLIMITED, ..Limits::default() };
        let settings = Settings { hashing: cheap(), limits, public_url: Some(HUB.into()), ..Settings::default() };
        let world = World::with(db, settings);
        for answer in ["", "{}", "null", &"x".repeat(20_000)] {
            let refused = world.accounts.log_in_by_passkey(&stranger(), answer, false, FIREFOX).await;
            assert!(matches!(refused, Err(Error::PasskeyRefused)), "{}", answer.len());
        }
        for _ in 0..5 {
            world.accounts.begin_passkey_log_in(&stranger()).await.unwrap();
        }
        let refused = world.accounts.begin_passkey_log_in(&stranger()).await;
        assert!(matches!(refused, Err(Error::TooMany { .. })));
        // Questions nobody answered are thrown away.
        world.clock.advance(HOUR);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().pending, 5);
    })
    .await;
}
