//! Leaving for good, and taking everything along.

use base::Role;

use super::*;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn an_account_goes_after_two_weeks() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let bystander = world.register("Bert").await;
        world.accounts.ask_deletion(&world.actor(&login).await).await.unwrap();
        assert!(!world.is_known(&login).await, "all logins end");
        assert_eq!(world.letters("deletion_scheduled").await.len(), 1);
        world.clock.advance(13 * DAY + 23 * HOUR);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().accounts, 0);
        world.clock.advance(HOUR);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().accounts, 1);
        assert!(matches!(world.log_in("Olga", PASSWORD).await, Err(Error::WrongCredentials)));
        assert!(world.events().await.contains(&"user_deleted".to_owned()));
        assert!(world.trail().await.contains(&format!("job account.deleted {}", login.me.id)));
        let (told,): (i64,) =
            db::sql("select count(*) from mails where address is not null").fetch_one(&world.db).await.unwrap();
        assert_eq!(told, 0, "the letters went with the account");
        let again = world.register_at("Olga", "olga@example.org").await;
        assert_ne!(again.me.id, login.me.id, "name and address are free, the number is not");
        assert!(!world.is_known(&bystander).await, "whose login had run out");
        world.log_in("Bert", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn who_logs_in_or_follows_the_link_stays() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let due = world.accounts.ask_deletion(&world.actor(&login).await).await.unwrap();
        assert_eq!(due, base::Clock::now(&*world.clock).plus(14 * DAY));
        let login = world.log_in("Olga", PASSWORD).await.unwrap();
        let olga = world.actor(&login).await;
        assert_eq!(world.accounts.account(&olga).await.unwrap().deletion_due_at, None);

        world.accounts.ask_deletion(&olga).await.unwrap();
        let link = token_of(&world.letters("deletion_scheduled").await.pop().unwrap());
        world.accounts.stay(&stranger(), &link).await.unwrap();
        assert!(matches!(world.accounts.stay(&stranger(), &link).await, Err(Error::LinkGone)));
        world.clock.advance(15 * DAY);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().accounts, 0);
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_last_owner_does_not_leave() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let freya = world.owner().await;
        let leave = async |login: &NewLogin| world.accounts.ask_deletion(&world.actor(login).await).await;
        assert!(matches!(leave(&freya).await, Err(Error::LastOwner)));
        world.accounts.create_user(&Actor::Operator, "Loki", secret(PASSWORD), Role::Owner).await.unwrap();
        let loki = world.log_in("Loki", PASSWORD).await.unwrap();
        // Both, one after the other: whoever is last when the day comes stays.
        leave(&freya).await.unwrap();
        leave(&loki).await.unwrap();
        world.clock.advance(14 * DAY);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().accounts, 1);
        world.log_in("Loki", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn everything_is_taken_along_and_no_secret_is() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        let bert = world.actor(&world.register("Bert").await).await;
        assert!(world.log_in("Olga", OTHER_PASSWORD).await.is_err());
        let files = world.accounts.export(&olga, login.me.id).await.unwrap();
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "account/account.json",
                "account/logins.json",
                "account/devices.json",
                "account/identities.json",
                "account/log-ins.json",
                "account/log-ins.csv"
            ]
        );
        let text = |n: usize| String::from_utf8(files[n].1.clone()).unwrap();
        let account: serde_json::Value = serde_json::from_str(&text(0)).unwrap();
        assert_eq!((&account["name"], &account["email"]), (&"Olga".into(), &"olga@example.org".into()));
        assert_eq!(text(5).lines().count(), 3, "a heading, a log-in, a failure");
        assert!(text(5).contains(",wrong,password,Firefox on Linux,192.0.2.0/24"));
        for n in 0..files.len() {
            assert!(!text(n).contains("argon2") && !text(n).contains("hash"), "{}", text(n));
        }
        assert!(world.accounts.export(&bert, login.me.id).await.is_err());
        assert!(world.accounts.export(&stranger(), login.me.id).await.is_err());
        world.accounts.export(&Actor::Job, login.me.id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_history_is_kept_for_half_a_year() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Olga").await;
        assert!(world.log_in("Nobody here", PASSWORD).await.is_err());
        world.clock.advance(DAY + MINUTE);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().log_ins, 1, "that of nobody");
        world.clock.advance(179 * DAY);
        assert_eq!(world.accounts.tidy(&Actor::Job).await.unwrap().log_ins, 1);
    })
    .await;
}
