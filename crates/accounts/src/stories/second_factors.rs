//! Codes of an app, recovery codes, and proving once more who one is.

use base::{Credential, Kind, Person};
use contract::account::{Outcome, Prove, Step, Totp};

use super::*;
use crate::{Browser, totp};

/// The bytes of a key as it is shown: RFC 4648's alphabet.
pub(super) fn secret_of(key: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::new());
    for c in key.bytes().filter(|c| *c != b' ') {
        let value = if c.is_ascii_uppercase() { c - b'A' } else { c - b'2' + 26 };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}

/// Somebody with an app, and what it knows.
pub(super) struct WithApp {
    pub(super) login: NewLogin,
    secret: Vec<u8>,
    codes: Vec<String>,
}

impl World {
    fn code(&self, secret: &[u8]) -> String {
        totp::code_at(secret, base::Clock::now(&*self.clock))
    }

    pub(super) async fn with_app(&self, name: &str) -> WithApp {
        let login = self.register(name).await;
        let olga = self.actor(&login).await;
        let secret = secret_of(&self.accounts.begin_totp(&olga).await.unwrap().key);
        let codes = self.accounts.confirm_totp(&olga, &self.code(&secret)).await.unwrap().codes;
        // The next code is another one.
        self.clock.advance(Duration::from_secs(30));
        WithApp { login, secret, codes }
    }

    async fn first_step(&self, name: &str, password: &str) -> PendingLogIn {
        pending(self.accounts.log_in(&stranger(), credentials(name, password), FIREFOX).await)
    }

    async fn second_step(&self, first: &PendingLogIn, code: &str) -> Result<NewLogin, Error> {
        done(self.accounts.second_step(&stranger(), first.token.expose(), code, FIREFOX).await)
    }
}

#[tokio::test]
async fn an_app_is_set_up_and_then_asked_for() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let olga = world.actor(&login).await;
        let setup = world.accounts.begin_totp(&olga).await.unwrap();
        let secret = secret_of(&setup.key);
        assert_eq!(secret.len(), 20);
        // Shown again to a page that is drawn anew; and until a code was right, nothing is asked for.
        let Totp::Begun(shown) = world.accounts.safety(&olga).await.unwrap().totp else { panic!("not begun") };
        assert!(shown == setup);
        world.log_in("Olga", PASSWORD).await.unwrap();
        assert_eq!(wrong(world.accounts.confirm_totp(&olga, "000000").await), [(Field::Code, Code::WrongCode)]);
        let codes = world.accounts.confirm_totp(&olga, &world.code(&secret)).await.unwrap().codes;
        assert_eq!(codes.len(), 10);

        let safety = world.accounts.safety(&olga).await.unwrap();
        assert!(matches!(safety.totp, Totp::On { .. }) && safety.recovery_codes == 10);
        let first = world.first_step("Olga", PASSWORD).await;
        assert_eq!(first.step, Step::SecondFactor);
        // The code that confirmed the set-up is used up.
        assert_eq!(wrong(world.second_step(&first, &world.code(&secret)).await), [(Field::Code, Code::WrongCode)]);
        world.clock.advance(Duration::from_secs(30));
        let login = world.second_step(&first, &world.code(&secret)).await.unwrap();
        assert!(world.is_known(&login).await);
        assert!(matches!(world.second_step(&first, &world.code(&secret)).await, Err(Error::LogInGone)));
        assert!(matches!(world.accounts.begin_totp(&olga).await, Err(Error::Refused(Kind::Conflict))));
        let history = world.accounts.log_ins(&olga, None, 50).await.unwrap();
        let outcomes: Vec<_> = history.entries.iter().map(|entry| entry.outcome).collect();
        assert_eq!(outcomes, [Outcome::Ok, Outcome::WrongSecondStep, Outcome::SecondStep, Outcome::Ok, Outcome::Ok]);
        assert_eq!(history.entries[0].network, "192.0.2.0/24");
        let page = world.accounts.log_ins(&olga, None, 2).await.unwrap();
        let rest = world.accounts.log_ins(&olga, page.next, 50).await.unwrap();
        assert_eq!((page.entries.len(), rest.entries.len(), rest.next), (2, 3, None));
    })
    .await;
}

#[tokio::test]
async fn each_code_is_good_once_even_for_two_at_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let (one, two) = (world.first_step("Olga", PASSWORD).await, world.first_step("Olga", PASSWORD).await);
        let code = world.code(&app.secret);
        let outcomes = futures::future::join(world.second_step(&one, &code), world.second_step(&two, &code)).await;
        assert_eq!(u8::from(outcomes.0.is_ok()) + u8::from(outcomes.1.is_ok()), 1);

        let recovery = &app.codes[0];
        let (one, two) = (world.first_step("Olga", PASSWORD).await, world.first_step("Olga", PASSWORD).await);
        world.second_step(&one, &recovery.to_uppercase().replace('-', " ")).await.unwrap();
        assert_eq!(wrong(world.second_step(&two, recovery).await), [(Field::Code, Code::WrongCode)]);
        let olga = world.actor(&app.login).await;
        assert_eq!(world.accounts.safety(&olga).await.unwrap().recovery_codes, 9);
        let anew = world.accounts.make_recovery_codes(&olga).await.unwrap().codes;
        let first = world.first_step("Olga", PASSWORD).await;
        assert!(world.second_step(&first, &app.codes[1]).await.is_err(), "the old ones went");
        world.second_step(&first, &anew[1]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_second_step_takes_five_tries_and_ten_minutes() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let first = world.first_step("Olga", PASSWORD).await;
        for _ in 0..5 {
            assert_eq!(wrong(world.second_step(&first, "000000").await), [(Field::Code, Code::WrongCode)]);
        }
        assert!(matches!(world.second_step(&first, &world.code(&app.secret)).await, Err(Error::LogInGone)));
        assert!(world.accounts.pending(&stranger(), first.token.expose()).await.unwrap().is_none());

        let first = world.first_step("Olga", PASSWORD).await;
        world.clock.advance(10 * MINUTE);
        assert!(matches!(world.second_step(&first, &world.code(&app.secret)).await, Err(Error::LogInGone)));
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().pending, 2);
        assert!(matches!(world.second_step(&first, "000000").await, Err(Error::LogInGone)));
    })
    .await;
}

#[tokio::test]
async fn another_password_or_a_lock_ends_what_is_between_its_steps() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let first = world.first_step("Olga", PASSWORD).await;
        let form = contract::account::ChangePassword {
            current_password: PASSWORD.into(),
            new_password: OTHER_PASSWORD.into(),
        };
        let login = world.accounts.change_password(&world.actor(&app.login).await, form, FIREFOX).await.unwrap();
        assert!(matches!(world.second_step(&first, &world.code(&app.secret)).await, Err(Error::LogInGone)));

        let first = world.first_step("Olga", OTHER_PASSWORD).await;
        world.accounts.lock(&Actor::Operator, login.me.id).await.unwrap();
        assert!(matches!(world.second_step(&first, &world.code(&app.secret)).await, Err(Error::LogInGone)));
    })
    .await;
}

#[tokio::test]
async fn after_too_many_failures_the_second_factor_lets_its_owner_on_and_tells_a_stranger_nothing() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let elsewhere = |n: u8| from(&format!("198.51.100.{n}"));
        let try_from = async |n: u8, password: &str| {
            world.accounts.log_in(&elsewhere(n), credentials("Olga", password), FIREFOX).await
        };
        for n in 0..10 {
            assert!(matches!(try_from(n, OTHER_PASSWORD).await, Err(Error::WrongCredentials)));
        }
        // From here on the right and the wrong password look the same …
        let (guess, own) = (pending(try_from(77, OTHER_PASSWORD).await), pending(try_from(77, PASSWORD).await));
        let step = async |first: &PendingLogIn| {
            let code = world.code(&app.secret);
            world.clock.advance(Duration::from_secs(30));
            done(world.accounts.second_step(&elsewhere(77), first.token.expose(), &code, FIREFOX).await)
        };
        // … until the second step was right.
        assert!(matches!(step(&guess).await, Err(Error::WrongCredentials)));
        step(&own).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_known_browser_may_go_on_from_anywhere() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let device = login.device.as_ref().unwrap().expose().to_owned();
        for n in 0..10 {
            let _ =
                world.accounts.log_in(&from(&format!("198.51.100.{n}")), credentials("Olga", "wrong"), FIREFOX).await;
        }
        let (elsewhere, form) = (from("203.0.113.9"), || credentials("Olga", PASSWORD));
        let unknown = Browser { device: Some(&"a".repeat(43)), ..FIREFOX.into() };
        assert!(matches!(world.accounts.log_in(&elsewhere, form(), unknown).await, Err(Error::TooMany { .. })));
        let known = Browser { device: Some(&device), ..FIREFOX.into() };
        let again = done(world.accounts.log_in(&elsewhere, form(), known).await).unwrap();
        assert_eq!(again.device.unwrap().expose(), device, "it is the same browser still");
    })
    .await;
}

#[tokio::test]
async fn a_new_browser_is_news_to_the_owner_and_a_known_one_is_not() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let device = login.device.as_ref().unwrap().expose().to_owned();
        world.clock.advance(MINUTE);
        let known = Browser { device: Some(&device), ..FIREFOX.into() };
        done(world.accounts.log_in(&stranger(), credentials("Olga", PASSWORD), known).await).unwrap();
        assert!(world.letters("new_device").await.is_empty());
        done(world.accounts.log_in(&stranger(), credentials("Olga", PASSWORD), CURL).await).unwrap();
        let letters = world.letters("new_device").await;
        assert_eq!((letters.len(), letters[0]["device"].as_str()), (1, Some("curl")));

        let olga = world.actor(&login).await;
        world.accounts.name_device(&olga, login.session, " Laptop ").await.unwrap();
        let named = |sessions: Vec<contract::account::Session>| {
            sessions.into_iter().filter(|session| session.device_name.as_deref() == Some("Laptop")).count()
        };
        assert_eq!(named(world.accounts.account(&olga).await.unwrap().sessions), 2, "both logins of that browser");
        assert_eq!(
            wrong(world.accounts.name_device(&olga, login.session, &"x".repeat(41)).await),
            [(Field::DeviceName, Code::TooLong)]
        );
        let bert = world.actor(&world.register("Bert").await).await;
        assert!(matches!(world.accounts.name_device(&bert, login.session, "Mine").await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_is_grave_asks_to_prove_again_and_proving_gives_another_cookie() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        world.clock.advance(15 * MINUTE);
        let olga = world.actor(&app.login).await;
        assert!(matches!(world.accounts.remove_totp(&olga).await, Err(Error::Refused(Kind::Stale))));
        let prove = |password: &str, code: &str| Prove { password: password.into(), code: code.into() };
        let accounts = &world.accounts;
        assert_eq!(
            wrong(accounts.reauthenticate(&olga, prove("", ""), FIREFOX).await),
            [(Field::Password, Code::Required)]
        );
        assert_eq!(
            wrong(accounts.reauthenticate(&olga, prove(OTHER_PASSWORD, ""), FIREFOX).await),
            [(Field::Password, Code::WrongPassword)]
        );
        assert_eq!(
            wrong(accounts.reauthenticate(&olga, prove("", "000000"), FIREFOX).await),
            [(Field::Code, Code::WrongCode)]
        );
        let renewed = accounts.reauthenticate(&olga, prove(PASSWORD, ""), FIREFOX).await.unwrap();
        assert_eq!(renewed.session, app.login.session, "the login goes on");
        assert!(!world.is_known(&app.login).await, "under another value");
        world.clock.advance(15 * MINUTE);
        let code = world.code(&app.secret);
        let again = accounts.reauthenticate(&world.actor(&renewed).await, prove("", &code), FIREFOX).await.unwrap();
        accounts.remove_totp(&world.actor(&again).await).await.unwrap();
        world.log_in("Olga", PASSWORD).await.unwrap();

        // A token of the API proves nothing anew, however good it is.
        let by = Credential::Token { token: 1.into(), grants: base::Grants::ALL, lasting: true };
        let program = Actor::Person(Person { by, ..Person::logged_in(app.login.me.id, base::Role::Member, 1.into()) });
        let outcome = accounts.reauthenticate(&program, prove(PASSWORD, ""), FIREFOX).await;
        assert!(matches!(outcome, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn changes_of_the_second_factor_are_told_and_written_down() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        let secret = secret_of(&world.accounts.begin_totp(&olga).await.unwrap().key);
        world.accounts.confirm_totp(&olga, &world.code(&secret)).await.unwrap();
        world.accounts.make_recovery_codes(&olga).await.unwrap();
        world.accounts.remove_totp(&olga).await.unwrap();
        let letters = world.letters("second_factor_changed").await;
        let changes: Vec<_> = letters.iter().map(|letter| letter["change"].as_str().unwrap()).collect();
        assert_eq!(changes, ["totp_on", "codes_made", "totp_off"]);
        let trail = world.trail().await;
        for act in ["totp_on", "recovery_codes_made", "totp_off"] {
            assert!(trail.contains(&format!("person account.{act} {}", login.me.id)), "{act}: {trail:?}");
        }
        assert!(matches!(world.accounts.make_recovery_codes(&olga).await, Err(Error::Refused(Kind::Conflict))));
    })
    .await;
}

#[tokio::test]
async fn who_lost_everything_is_helped_by_those_who_run_the_hub() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let app = world.with_app("Olga").await;
        let bert = world.actor(&world.register("Bert").await).await;
        let id = app.login.me.id;
        let outcome = world.accounts.clear_second_factor(&bert, id, "").await;
        assert!(matches!(outcome, Err(Error::Refused(Kind::Forbidden))));
        world.accounts.clear_second_factor(&Actor::Operator, id, "Lost both.").await.unwrap();
        assert!(!world.is_known(&app.login).await);
        world.log_in("Olga", PASSWORD).await.unwrap();
        assert!(world.trail().await.contains(&format!("operator user.second_factor_cleared {id}")));
        assert_eq!(world.why("user.second_factor_cleared").await, r#"{"reason":"Lost both."}"#);
    })
    .await;
}

impl World {
    /// What the database has of somebody's app: the secret's bytes, and which key has sealed them.
    async fn kept(&self, login: &NewLogin) -> (Vec<u8>, Option<String>) {
        let kept = db::sql("select secret, sealed_by from totp where user_id = $1").bind(login.me.id);
        kept.fetch_one(&self.db).await.unwrap()
    }

    /// As it was before anything was sealed.
    async fn lay_open(&self, app: &WithApp) {
        let (user, secret) = (app.login.me.id, app.secret.clone());
        let opened: Result<u64, db::Error> = self
            .db
            .write(move |tx| {
                let secret = secret.clone();
                Box::pin(async move {
                    let text = "update totp set secret = $2, sealed_by = null where user_id = $1";
                    db::sql(text).bind(user).bind(secret).execute(tx).await
                })
            })
            .await;
        assert_eq!(opened.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_database_alone_makes_no_code() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, ida) = (world.with_app("Olga").await, world.with_app("Ida").await);
        let (bytes, by) = world.kept(&olga.login).await;
        assert!(by.is_some() && bytes.len() == 12 + 20 + 16);
        assert!(!bytes.windows(20).any(|part| part == olga.secret));
        // Nor does it help to put one's own into somebody else's row.
        let (mine, user) = (world.kept(&ida.login).await.0, olga.login.me.id);
        let moved: Result<u64, db::Error> = world
            .db
            .write(move |tx| {
                let mine = mine.clone();
                Box::pin(async move {
                    db::sql("update totp set secret = $2 where user_id = $1").bind(user).bind(mine).execute(tx).await
                })
            })
            .await;
        assert_eq!(moved.unwrap(), 1);
        let first = world.first_step("Olga", PASSWORD).await;
        assert!(matches!(world.second_step(&first, &world.code(&ida.secret)).await, Err(Error::Sealed)));
        world.second_step(&first, &olga.codes[0]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_lay_open_is_sealed_with_its_next_use_or_at_the_start() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, ida) = (world.with_app("Olga").await, world.with_app("Ida").await);
        for app in [&olga, &ida] {
            world.lay_open(app).await;
        }
        let first = world.first_step("Olga", PASSWORD).await;
        assert!(world.second_step(&first, "000000").await.is_err());
        assert_eq!(world.kept(&olga.login).await.1, None, "a wrong code is no use of it");
        world.second_step(&first, &world.code(&olga.secret)).await.unwrap();
        assert!(world.kept(&olga.login).await.1.is_some());

        let stranger = world.accounts.reseal(&stranger()).await;
        assert!(matches!(stranger, Err(Error::Refused(_))));
        let sealed = world.accounts.reseal(&Actor::Job).await.unwrap();
        assert_eq!((sealed.sealed, sealed.lost), (1, 0), "hers is sealed already");
        assert_eq!(world.kept(&ida.login).await.1, world.kept(&olga.login).await.1);
        assert_eq!(world.accounts.reseal(&Actor::Job).await.unwrap().sealed, 0);
        let first = world.first_step("Ida", PASSWORD).await;
        world.second_step(&first, &world.code(&ida.secret)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_new_key_seals_everything_anew_and_another_node_goes_on() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, ida) = (world.with_app("Olga").await, world.with_app("Ida").await);
        let other = world.second_node();
        let before = world.kept(&olga.login).await;
        assert!(matches!(
            world.accounts.rotate_seal_key(&world.actor(&olga.login).await).await,
            Err(Error::Refused(Kind::Forbidden))
        ));
        let sealed = world.accounts.rotate_seal_key(&Actor::Operator).await.unwrap();
        assert_eq!((sealed.sealed, sealed.lost), (2, 0));
        let after = world.kept(&olga.login).await;
        assert!(after.0 != before.0 && after.1 != before.1);
        assert!(world.trail().await.contains(&"operator seal_key.rotated ".to_owned()));
        // A node that has not heard of it finds the key where it lies.
        let first = pending(other.log_in(&stranger(), credentials("Olga", PASSWORD), FIREFOX).await);
        let code = world.code(&olga.secret);
        done(other.second_step(&stranger(), first.token.expose(), &code, FIREFOX).await).unwrap();

        // The first key is gone with the third.
        world.accounts.rotate_seal_key(&Actor::Operator).await.unwrap();
        assert_eq!(world.keys.0.lock().unwrap().len(), 2);
        let first = world.first_step("Ida", PASSWORD).await;
        world.second_step(&first, &world.code(&ida.secret)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn without_the_key_recovery_codes_still_let_their_owner_in() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.with_app("Olga").await;
        // As after a restore of an open backup, in which there are no keys.
        *world.keys.0.lock().unwrap() = vec![[9; 32]];
        world.accounts.forget_signing_keys();
        let lost = world.accounts.reseal(&Actor::Job).await.unwrap();
        assert_eq!((lost.sealed, lost.lost), (0, 1));
        let first = world.first_step("Olga", PASSWORD).await;
        let refused = world.second_step(&first, &world.code(&olga.secret)).await;
        assert!(matches!(refused, Err(Error::Sealed)), "{refused:?}");
        let login = world.second_step(&first, &olga.codes[0]).await.unwrap();
        // And set it up anew.
        let me = world.actor(&login).await;
        assert!(matches!(world.accounts.safety(&me).await.unwrap().totp, Totp::On { .. }));
        world.accounts.remove_totp(&me).await.unwrap();
        let secret = secret_of(&world.accounts.begin_totp(&me).await.unwrap().key);
        world.accounts.confirm_totp(&me, &world.code(&secret)).await.unwrap();
    })
    .await;
}
