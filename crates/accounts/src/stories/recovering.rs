//! Forgotten passwords.

use contract::account::Recover;

use super::{second_factors::secret_of, *};

impl World {
    /// The token of the newest link.
    async fn recovery_link(&self, email: &str) -> String {
        self.accounts.mail_recovery(&Actor::Job, email).await.unwrap();
        token_of(&self.letters("recover_password").await.pop().unwrap())
    }

    async fn recover(&self, token: &str, password: &str) -> Result<crate::LogInStep, Error> {
        let form = Recover { token: token.into(), new_password: password.into() };
        self.accounts.recover(&from("203.0.113.9"), form, CURL).await
    }
}

#[tokio::test]
async fn a_mailed_link_sets_another_password_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let link = world.recovery_link("Olga@example.org").await;
        assert_eq!(world.accounts.recovery(&stranger(), &link).await.unwrap().as_deref(), Some("Olga"));
        let weak = world.recover(&link, "password").await;
        assert_eq!(wrong(weak), [(Field::NewPassword, Code::CommonPassword)], "and the link is good still");
        let new = done(world.recover(&link, OTHER_PASSWORD).await).unwrap();
        assert!(world.is_known(&new).await && !world.is_known(&login).await);
        world.log_in("Olga", OTHER_PASSWORD).await.unwrap();
        assert!(matches!(world.log_in("Olga", PASSWORD).await, Err(Error::WrongCredentials)));
        assert!(matches!(world.recover(&link, PASSWORD).await, Err(Error::LinkGone)));
        assert_eq!(world.accounts.recovery(&stranger(), &link).await.unwrap(), None);
        assert_eq!(world.letters("password_changed").await.len(), 1);
        assert!(world.trail().await.contains(&format!("stranger account.recovered {}", login.me.id)));
    })
    .await;
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_only_the_newest() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "olga@example.org").await;
        let (old, new) = (world.recovery_link("olga@example.org").await, world.recovery_link("olga@example.org").await);
        assert!(matches!(world.recover(&old, OTHER_PASSWORD).await, Err(Error::LinkGone)));
        world.clock.advance(30 * MINUTE);
        assert!(matches!(world.recover(&new, OTHER_PASSWORD).await, Err(Error::LinkGone)));
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_mailbox_alone_does_not_get_past_a_second_factor() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        let now = || base::Clock::now(&*world.clock);
        let secret = secret_of(&world.accounts.begin_totp(&olga).await.unwrap().key);
        let codes = world.accounts.confirm_totp(&olga, &crate::totp::code_at(&secret, now())).await.unwrap().codes;
        let link = world.recovery_link("olga@example.org").await;
        let first = pending(world.recover(&link, OTHER_PASSWORD).await);
        // Nothing has changed yet.
        assert!(world.is_known(&login).await);
        pending(world.accounts.log_in(&stranger(), credentials("Olga", PASSWORD), FIREFOX).await);
        let accounts = &world.accounts;
        let wrong_code = accounts.second_step(&stranger(), first.token.expose(), "000000", CURL).await;
        assert_eq!(wrong(wrong_code), [(Field::Code, Code::WrongCode)]);
        let new = done(accounts.second_step(&stranger(), first.token.expose(), &codes[0], CURL).await).unwrap();
        assert!(world.is_known(&new).await && !world.is_known(&login).await);
        pending(accounts.log_in(&stranger(), credentials("Olga", OTHER_PASSWORD), FIREFOX).await);
        assert!(matches!(world.log_in("Olga", PASSWORD).await, Err(Error::WrongCredentials)));
    })
    .await;
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_and_the_same_work() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "olga@example.org").await;
        let jobs = async || -> i64 {
            let (count,): (i64,) = db::sql("select count(*) from jobs where kind = 'accounts.recover'")
                .fetch_one(&world.db)
                .await
                .unwrap();
            count
        };
        for (n, email) in ["olga@example.org", "nobody@example.org"].into_iter().enumerate() {
            world.accounts.ask_recovery(&from("198.51.100.1"), email).await.unwrap();
            assert_eq!(jobs().await, i64::try_from(n).unwrap() + 1);
            let again = world.accounts.ask_recovery(&from("198.51.100.2"), email).await;
            assert!(matches!(again, Err(Error::TooMany { .. })), "once an hour and mailbox: {email}");
        }
        world.accounts.mail_recovery(&Actor::Job, "nobody@example.org").await.unwrap();
        assert!(world.letters("recover_password").await.is_empty());
        assert_eq!(
            wrong(world.accounts.ask_recovery(&stranger(), "nowhere").await),
            [(Field::Email, Code::NotAnEmail)]
        );
        world.clock.advance(HOUR);
        for n in 0..3 {
            world.accounts.ask_recovery(&from("198.51.100.3"), &format!("o{n}@example.org")).await.unwrap();
        }
        let fourth = world.accounts.ask_recovery(&from("198.51.100.3"), "o4@example.org").await;
        assert!(matches!(fourth, Err(Error::TooMany { .. })), "three an hour and address");
        assert!(matches!(
            world.accounts.mail_recovery(&stranger(), "olga@example.org").await,
            Err(Error::Refused(base::Kind::Unauthenticated))
        ));
    })
    .await;
}
