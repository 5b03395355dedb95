//! How long a login holds.

use super::*;

async fn remembered(world: &World) -> NewLogin {
    let form = contract::account::LogIn { remember: Some("on".into()), ..credentials("Olga", PASSWORD) };
    done(world.accounts.log_in(&stranger(), form, FIREFOX).await).unwrap()
}

#[tokio::test]
async fn a_login_ends_after_a_day_used_or_not() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        assert_eq!(login.ends_at, base::Clock::now(&*world.clock).plus(24 * HOUR));
        for _ in 0..23 {
            world.clock.advance(HOUR);
            assert!(world.is_known(&login).await);
        }
        world.clock.advance(HOUR);
        assert!(!world.is_known(&login).await);
    })
    .await;
}

#[tokio::test]
async fn a_remembered_login_ends_after_a_week_unused_and_a_month_at_most() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Olga").await;
        let (used, unused) = (remembered(&world).await, remembered(&world).await);
        assert!(used.remember);
        for day in 1..=29 {
            world.clock.advance(24 * HOUR);
            assert!(world.is_known(&used).await, "day {day}");
            if day >= 7 {
                assert!(!world.is_known(&unused).await, "day {day}");
            }
        }
        world.clock.advance(24 * HOUR);
        assert!(!world.is_known(&used).await);
    })
    .await;
}

#[tokio::test]
async fn a_use_is_noted_once_a_minute() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let begun = base::Clock::now(&*world.clock);
        let last_used = async || {
            let olga = world.actor(&login).await;
            world.accounts.account(&olga).await.unwrap().sessions[0].last_used_at
        };
        world.clock.advance(Duration::from_secs(59));
        assert_eq!(last_used().await, begun);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(last_used().await, begun.plus(MINUTE));
    })
    .await;
}

#[tokio::test]
async fn ending_all_others_leaves_this_one() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (one, two, three) = (
            world.register("Olga").await,
            world.log_in("Olga", PASSWORD).await.unwrap(),
            world.log_in("Olga", PASSWORD).await.unwrap(),
        );
        let bystander = world.register("Bert").await;
        world.accounts.end_other_sessions(&world.actor(&two).await).await.unwrap();
        assert!(!world.is_known(&one).await && !world.is_known(&three).await);
        assert!(world.is_known(&two).await && world.is_known(&bystander).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_ends_somebody_elses_login() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (world.register("Olga").await, world.register("Bert").await);
        let outcome = world.accounts.end_session(&world.actor(&bert).await, olga.session).await;
        assert!(matches!(outcome, Err(Error::NotFound)));
        assert!(world.is_known(&olga).await);
    })
    .await;
}

#[tokio::test]
async fn too_many_logins_push_out_the_one_longest_unused() {
    db::testing::each(|db| async move {
        let mut settings = patient();
        settings.sessions.per_user = 2;
        let world = World::with(db, settings);
        let first = world.register("Olga").await;
        world.clock.advance(MINUTE);
        let second = world.log_in("Olga", PASSWORD).await.unwrap();
        world.clock.advance(MINUTE);
        assert!(world.is_known(&first).await, "and so used last");
        world.log_in("Olga", PASSWORD).await.unwrap();
        assert!(world.is_known(&first).await && !world.is_known(&second).await);
    })
    .await;
}

#[tokio::test]
async fn what_has_run_out_is_thrown_away() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        world.clock.advance(25 * HOUR);
        assert!(matches!(world.accounts.tidy(&stranger()).await, Err(Error::Refused(base::Kind::Unauthenticated))));
        let tidied = world.accounts.tidy(&Actor::Job).await.unwrap();
        assert_eq!((tidied.sessions, tidied.lobby_tokens, tidied.addresses), (1, 0, 0));
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().sessions, 0);
        assert!(!world.is_known(&login).await);
        world.clock.advance(180 * 24 * HOUR);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().addresses, 1);
    })
    .await;
}

#[tokio::test]
async fn a_stranger_has_no_account_to_look_after() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let unknown = |outcome: Result<(), Error>| matches!(outcome, Err(Error::Refused(base::Kind::Unauthenticated)));
        let accounts = &world.accounts;
        assert!(unknown(accounts.log_out(&stranger()).await));
        assert!(unknown(accounts.end_session(&stranger(), 1.into()).await));
        assert!(unknown(accounts.end_other_sessions(&stranger()).await));
        assert!(unknown(accounts.account(&stranger()).await.map(drop)));
        assert!(unknown(
            accounts
                .change_password(&stranger(), contract::account::ChangePassword::default(), FIREFOX)
                .await
                .map(drop)
        ));
        assert!(unknown(accounts.make_game_password(&stranger()).await.map(drop)));
        assert!(unknown(accounts.revoke_game_password(&stranger()).await));
        assert!(matches!(accounts.account(&Actor::Operator).await, Err(Error::Refused(base::Kind::Forbidden))));
    })
    .await;
}
