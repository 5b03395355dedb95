//! Register, log in, change the password.

use contract::account::ChangePassword;

use super::*;

#[tokio::test]
async fn from_a_new_account_to_the_end_of_its_login() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let first = world.register("Olga").await;
        assert_eq!(first.me.name, "Olga");
        let known = world.accounts.identify(first.token.expose(), Some(ip("192.0.2.1"))).await.unwrap().unwrap();
        assert_eq!(known.me, first.me);

        world.clock.advance(MINUTE);
        let second = done(world.accounts.log_in(&stranger(), credentials("olga", PASSWORD), CURL).await).unwrap();
        assert_eq!(second.me, first.me);

        let account = world.accounts.account(&world.actor(&second).await).await.unwrap();
        let devices: Vec<_> =
            account.sessions.iter().map(|session| (session.device.as_str(), session.current)).collect();
        assert_eq!(devices, [("curl", true), ("Firefox on Linux", false)]);
        assert_eq!(account.game_password_made_at, None);

        let olga = world.actor(&second).await;
        world.accounts.end_session(&olga, first.session).await.unwrap();
        assert!(!world.is_known(&first).await);
        assert!(matches!(world.accounts.end_session(&olga, first.session).await, Err(Error::NotFound)));
        world.accounts.log_out(&olga).await.unwrap();
        assert!(!world.is_known(&second).await);
        assert_eq!(world.events().await, ["user_registered", "sessions_ended", "sessions_ended"]);
    })
    .await;
}

#[tokio::test]
async fn by_e_mail_address_in_any_case() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register_at("Olga", "Olga@Example.org").await;
        assert_eq!(world.log_in(" olga@example.ORG", PASSWORD).await.unwrap().me.name, "Olga");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_and_cost_the_same() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Olga").await;
        for (name, password) in [("Olga", OTHER_PASSWORD), ("Nobody here", PASSWORD), ("no@body.here", PASSWORD)] {
            let before = world.accounts.0.hasher.hashes();
            let error = world.log_in(name, password).await.unwrap_err();
            assert!(matches!(error, Error::WrongCredentials), "{name}: {error:?}");
            assert_eq!(world.accounts.0.hasher.hashes() - before, 1, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_login_has_a_cookie_of_its_own() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let mut tokens = vec![world.register("Olga").await.token.expose().to_owned()];
        for _ in 0..3 {
            tokens.push(world.log_in("Olga", PASSWORD).await.unwrap().token.expose().to_owned());
        }
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), 4);
        assert!(world.accounts.identify("", None).await.unwrap().is_none());
        assert!(world.accounts.identify(&"a".repeat(43), None).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_change_of_password_ends_every_other_login() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (old, other) = (world.register("Olga").await, world.log_in("Olga", PASSWORD).await.unwrap());
        let form = ChangePassword { current_password: PASSWORD.into(), new_password: OTHER_PASSWORD.into() };
        let new = world.accounts.change_password(&world.actor(&old).await, form, FIREFOX).await.unwrap();
        assert!(!world.is_known(&old).await && !world.is_known(&other).await);
        assert!(world.is_known(&new).await);
        assert!(matches!(world.log_in("Olga", PASSWORD).await, Err(Error::WrongCredentials)));
        world.log_in("Olga", OTHER_PASSWORD).await.unwrap();
        assert_eq!(world.events().await, ["user_registered", "password_changed", "sessions_ended"]);
        assert!(!world.is_known(&other).await);
    })
    .await;
}

#[tokio::test]
async fn a_hash_of_an_older_cost_is_renewed_at_the_next_login() {
    db::testing::each(|db| async move {
        let world = World::new(db.clone());
        world.register("Olga").await;
        let dearer = Hashing { memory_kib: 16, ..cheap() };
        let world = World::with(db, Settings { hashing: dearer, ..patient() });
        for hashes in [2, 1] {
            let before = world.accounts.0.hasher.hashes();
            world.log_in("Olga", PASSWORD).await.unwrap();
            assert_eq!(world.accounts.0.hasher.hashes() - before, hashes);
        }
    })
    .await;
}
