//! Guessing, and how it ends.

use super::*;

/// The limits people meet, with hashes that cost little.
fn strict() -> Settings {
    Settings { hashing: cheap(), ..Settings::default() }
}

fn limited<T>(outcome: Result<T, Error>) -> Option<Duration> {
    match outcome {
        Err(Error::TooMany { retry_after }) => Some(retry_after),
        _ => None,
    }
}

#[tokio::test]
async fn five_log_ins_at_once_then_five_a_minute() {
    db::testing::each(|db| async move {
        let world = World::with(db, strict());
        world.register("Olga").await;
        for _ in 0..5 {
            world.log_in("Olga", PASSWORD).await.unwrap();
        }
        let before = world.accounts.0.hasher.hashes();
        assert_eq!(limited(world.log_in("Olga", PASSWORD).await), Some(Duration::from_secs(12)));
        assert_eq!(world.accounts.0.hasher.hashes(), before, "a refused attempt costs no hash");
        world.accounts.log_in(&from("198.51.100.7"), credentials("Olga", PASSWORD), FIREFOX).await.unwrap();
        world.clock.advance(Duration::from_secs(12));
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn three_accounts_an_hour_and_mistakes_do_not_count() {
    db::testing::each(|db| async move {
        let world = World::with(db, strict());
        for _ in 0..10 {
            wrong(world.accounts.register(&stranger(), registration("x"), FIREFOX).await);
        }
        for name in ["One", "Two", "Three"] {
            world.register(name).await;
        }
        let outcome = world.accounts.register(&stranger(), registration("Four"), FIREFOX).await;
        assert_eq!(limited(outcome), Some(20 * MINUTE));
        world.clock.advance(20 * MINUTE);
        world.register("Four").await;
    })
    .await;
}

#[tokio::test]
async fn guessing_ends_after_ten_failures_and_the_owner_is_not_locked_out() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let home = from("203.0.113.5");
        world.accounts.register(&home, registration("Olga"), FIREFOX).await.unwrap();
        let guess = |n: u8, name: &'static str, password: &'static str| {
            let accounts = world.accounts.clone();
            async move {
                let stranger = from(&format!("198.51.100.{n}"));
                done(accounts.log_in(&stranger, credentials(name, password), FIREFOX).await)
            }
        };
        // For a name that nobody has it is the same: the limit does not tell which names exist.
        for name in ["Olga", "Nobody here"] {
            for n in 0..10 {
                assert!(matches!(guess(n, name, OTHER_PASSWORD).await, Err(Error::WrongCredentials)));
            }
            assert_eq!(limited(guess(77, name, OTHER_PASSWORD).await), Some(HOUR), "{name}");
        }
        assert!(limited(guess(77, "Olga", PASSWORD).await).is_some(), "even with the right one");
        world.accounts.log_in(&home, credentials("Olga", PASSWORD), FIREFOX).await.unwrap();
        world.clock.advance(HOUR);
        guess(77, "Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn guesses_made_at_the_same_time_are_all_counted() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.accounts.register(&from("203.0.113.5"), registration("Olga"), FIREFOX).await.unwrap();
        let attempts = (0..40).map(|_| world.log_in("Olga", OTHER_PASSWORD));
        let outcomes = futures::future::join_all(attempts).await;
        assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::WrongCredentials))).count(), 10);
    })
    .await;
}

#[tokio::test]
async fn guessing_at_game_passwords_is_limited_apart() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let home = from("203.0.113.5");
        let login = done(world.accounts.register(&home, registration("Olga"), FIREFOX).await).unwrap();
        let made = world.accounts.make_game_password(&world.actor(&login).await).await.unwrap();
        let elsewhere = Some(ip("198.51.100.1"));
        for _ in 0..10 {
            let outcome = world.accounts.check_game_password("Olga", "wrong", elsewhere).await;
            assert!(matches!(outcome, Err(Error::WrongCredentials)));
        }
        assert!(limited(world.accounts.check_game_password("Olga", &made.password, elsewhere).await).is_some());
        world.accounts.check_game_password("Olga", &made.password, home.address()).await.unwrap();
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}
