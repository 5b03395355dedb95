//! E-mail addresses: proved, changed, brought back, demanded.

use contract::account::Step;

use super::*;

fn with_email(name: &str, email: &str) -> Register {
    Register { email: email.into(), ..registration(name) }
}

/// A hub that demands a proved address.
async fn strict(db: Db) -> World {
    let world = World::new(db);
    let (setting, yes) = (contract::settings::Setting::VerifiedAddressRequired, contract::settings::Value::Flag(true));
    world.accounts.hub().set(&Actor::Operator, setting, yes).await.unwrap();
    world
}

impl World {
    async fn last_code(&self) -> String {
        self.letters("verify_address").await.pop().unwrap()["code"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn an_address_is_proved_by_its_code() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let form = with_email("Olga", "Olga@Example.org");
        let login = done(world.accounts.register(&stranger(), form, FIREFOX).await).unwrap();
        let olga = world.actor(&login).await;
        let code = world.last_code().await;
        assert_eq!(code.len(), 8);
        assert!(!world.accounts.account(&olga).await.unwrap().email_verified);
        let outcome = world.accounts.confirm_address(&olga, "aaaaaaaa").await;
        assert_eq!(wrong(outcome), [(Field::Code, Code::WrongCode)]);
        world.accounts.confirm_address(&olga, &format!(" {}", code.to_uppercase())).await.unwrap();
        assert!(world.accounts.account(&olga).await.unwrap().email_verified);
        assert!(world.trail().await.contains(&format!("person account.email_verified {}", login.me.id)));
        assert_eq!(wrong(world.accounts.confirm_address(&olga, &code).await), [(Field::Code, Code::WrongCode)], "used");
    })
    .await;
}

#[tokio::test]
async fn a_code_takes_five_tries_and_ten_minutes() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let form = with_email("Olga", "olga@example.org");
        let login = done(world.accounts.register(&stranger(), form, FIREFOX).await).unwrap();
        let olga = world.actor(&login).await;
        for _ in 0..5 {
            assert!(world.accounts.confirm_address(&olga, "aaaaaaaa").await.is_err());
        }
        assert!(world.accounts.confirm_address(&olga, &world.last_code().await).await.is_err());
        world.accounts.verify_address(&olga).await.unwrap();
        let link = token_of(&world.letters("verify_address").await.pop().unwrap());
        world.clock.advance(10 * MINUTE);
        assert!(world.accounts.confirm_address(&olga, &world.last_code().await).await.is_err());
        assert!(matches!(world.accounts.confirm_address_by_link(&stranger(), &link).await, Err(Error::LinkGone)));
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_is_not_flooded() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.actor(&world.register("Olga").await).await;
        for n in 0..5 {
            world.accounts.set_address(&olga, &format!("o{n}@example.org")).await.unwrap();
        }
        let outcome = world.accounts.set_address(&olga, "six@example.org").await;
        assert!(matches!(outcome, Err(Error::TooMany { .. })));
        world.clock.advance(HOUR);
        world.accounts.set_address(&olga, "six@example.org").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn another_address_holds_once_it_is_proved_and_the_old_one_gets_a_way_back() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        world.accounts.set_address(&olga, "thief@example.net").await.unwrap();
        assert_eq!(world.accounts.account(&olga).await.unwrap().email.as_deref(), Some("olga@example.org"));
        assert_eq!(world.accounts.safety(&olga).await.unwrap().email_waiting.as_deref(), Some("thief@example.net"));
        world.accounts.confirm_address(&olga, &world.last_code().await).await.unwrap();
        assert_eq!(world.accounts.account(&olga).await.unwrap().email.as_deref(), Some("thief@example.net"));
        let letter = world.letters("address_changed").await.pop().unwrap();
        assert_eq!(letter["to"], "olga@example.org");

        // Once more, so that the first way back might be forgotten. It is not.
        world.accounts.set_address(&olga, "thief@example.com").await.unwrap();
        world.accounts.confirm_address(&olga, &world.last_code().await).await.unwrap();
        assert_eq!(world.letters("address_changed").await.pop().unwrap()["to"], "thief@example.net");
        world.clock.advance(6 * 24 * HOUR);
        world.accounts.undo_address(&stranger(), &token_of(&letter)).await.unwrap();
        assert!(!world.is_known(&login).await, "all logins ended");
        let again = world.log_in("olga@example.org", PASSWORD).await.unwrap();
        assert!(world.accounts.account(&world.actor(&again).await).await.unwrap().email_verified);
        let outcome = world.accounts.undo_address(&stranger(), &token_of(&letter)).await;
        assert!(matches!(outcome, Err(Error::LinkGone)), "once");
        assert!(world.events().await.contains(&"address_changed".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn whoever_proves_an_address_takes_it_from_one_who_only_typed_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let form = with_email("Squatter", "olga@example.org");
        let squatter = done(world.accounts.register(&stranger(), form, FIREFOX).await).unwrap();
        let login = world.register("Olga").await;
        let olga = world.actor(&login).await;
        world.accounts.set_address(&olga, "OLGA@example.org").await.unwrap();
        world.accounts.confirm_address(&olga, &world.last_code().await).await.unwrap();
        assert!(world.accounts.account(&olga).await.unwrap().email_verified);
        assert!(!world.accounts.account(&world.actor(&squatter).await).await.unwrap().email_verified);

        // And nobody takes it from one who has: the code that is waited for now was mailed to nobody.
        let bert = world.actor(&world.register("Bert").await).await;
        let code = world.last_code().await;
        world.accounts.set_address(&bert, "olga@example.org").await.unwrap();
        assert_eq!(world.last_code().await, code);
        assert_eq!(world.letters("address_taken").await.pop().unwrap()["to"], "OLGA@example.org");
    })
    .await;
}

#[tokio::test]
async fn an_address_can_be_removed() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register_at("Olga", "olga@example.org").await;
        let olga = world.actor(&login).await;
        world.accounts.remove_address(&olga).await.unwrap();
        world.accounts.remove_address(&olga).await.unwrap();
        assert_eq!(world.accounts.account(&olga).await.unwrap().email, None);
        assert_eq!(world.letters("address_changed").await.len(), 1);
        assert!(matches!(world.log_in("olga@example.org", PASSWORD).await, Err(Error::WrongCredentials)));
    })
    .await;
}

#[tokio::test]
async fn where_a_proved_address_is_demanded_nobody_gets_in_without_one() {
    db::testing::each(|db| async move {
        let world = strict(db).await;
        let without = world.accounts.register(&stranger(), registration("Olga"), FIREFOX).await;
        assert_eq!(wrong(without), [(Field::Email, Code::Required)]);
        let form = with_email("Olga", "olga@example.org");
        let first = pending(world.accounts.register(&stranger(), form, FIREFOX).await);
        assert_eq!(first.step, Step::Address);
        let shown = world.accounts.pending(&stranger(), first.token.expose()).await.unwrap().unwrap();
        assert_eq!(shown.email.as_deref(), Some("olga@example.org"));
        let step =
            async |code: &str| world.accounts.address_step(&stranger(), first.token.expose(), code, FIREFOX).await;
        assert_eq!(wrong(step("aaaaaaaa").await), [(Field::Code, Code::WrongCode)]);
        let login = done(step(&world.last_code().await).await).unwrap();
        assert!(world.is_known(&login).await);
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_account_from_before_the_demand_gives_an_address_on_its_way_in() {
    db::testing::each(|db| async move {
        let world = World::new(db.clone());
        world.register("Olga").await;
        world.accounts.create_user(&Actor::Operator, "Freya", secret(PASSWORD), base::Role::Owner).await.unwrap();
        let world = strict(db).await;
        world.log_in("Freya", PASSWORD).await.unwrap();
        let first = pending(world.accounts.log_in(&stranger(), credentials("Olga", PASSWORD), FIREFOX).await);
        let token = first.token.expose();
        let mail = async |typed: &str| world.accounts.mail_pending_code(&stranger(), token, typed).await;
        assert_eq!(wrong(mail("").await), [(Field::Email, Code::Required)]);
        mail("olga@example.org").await.unwrap();
        // Changed her mind: only the newest letter counts.
        let old = world.last_code().await;
        mail("olga@example.net").await.unwrap();
        assert!(world.accounts.address_step(&stranger(), token, &old, FIREFOX).await.is_err());
        let code = world.last_code().await;
        let login = done(world.accounts.address_step(&stranger(), token, &code, FIREFOX).await).unwrap();
        let account = world.accounts.account(&world.actor(&login).await).await.unwrap();
        assert_eq!((account.email.as_deref(), account.email_verified), (Some("olga@example.net"), true));
    })
    .await;
}
