//! Forms that are refused, and how.

use contract::account::{ChangePassword, Register};

use super::*;

const ANYBODY: Actor = Actor::Stranger { address: None };

#[tokio::test]
async fn a_form_with_every_field_wrong_names_every_field() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let form = Register { name: "a".into(), email: "nowhere".into(), password: "short".into() };
        assert_eq!(
            wrong(world.accounts.register(&stranger(), form, FIREFOX).await),
            [(Field::Name, Code::TooShort), (Field::Email, Code::NotAnEmail), (Field::Password, Code::TooShort)]
        );
        assert_eq!(
            wrong(world.log_in("", "").await),
            [(Field::Name, Code::Required), (Field::Password, Code::Required)]
        );
        let olga = world.register("Olga").await;
        let change =
            |current: &str, new: &str| ChangePassword { current_password: current.into(), new_password: new.into() };
        for (form, fields) in [
            (change("", ""), [(Field::CurrentPassword, Code::Required), (Field::NewPassword, Code::Required)]),
            (
                change("not it", "password"),
                [(Field::CurrentPassword, Code::WrongPassword), (Field::NewPassword, Code::CommonPassword)],
            ),
        ] {
            assert_eq!(wrong(world.accounts.change_password(&world.actor(&olga).await, form, FIREFOX).await), fields);
        }
        let same = world.accounts.change_password(&world.actor(&olga).await, change(PASSWORD, PASSWORD), FIREFOX).await;
        assert_eq!(wrong(same), [(Field::NewPassword, Code::SamePassword)]);
        assert!(world.is_known(&olga).await, "a refused change ends nothing");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_taken_in_any_case_and_by_what_looks_like_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Olga Long-Lastname").await;
        for (name, code) in [
            ("olga long-lastname", Code::Taken),
            ("0lga Long-Lastname", Code::Reserved),
            ("Ólga_Long.Lastname", Code::Reserved),
            ("Olga Long-Lastnight", Code::Reserved),
        ] {
            let outcome = world.accounts.register(&stranger(), registration(name), FIREFOX).await;
            assert_eq!(wrong(outcome), [(Field::Name, code)], "{name}");
        }
        // It differs within the fifteen characters that every classic client sends.
        world.register("Olga Long-Lastly").await;
    })
    .await;
}

#[tokio::test]
async fn of_two_who_want_a_name_at_once_one_gets_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let attempts = (0..8).map(|n| {
            let name = if n % 2 == 0 { "Olga" } else { "0lga" };
            world.accounts.register(&ANYBODY, registration(name), FIREFOX)
        });
        let outcomes = futures::future::join_all(attempts).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        for outcome in outcomes.into_iter().filter(Result::is_err) {
            assert_eq!(wrong(outcome)[0].0, Field::Name);
        }
    })
    .await;
}

#[tokio::test]
async fn closed_registration_is_closed() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let closed = contract::settings::Value::Flag(false);
        world.accounts.hub().set(&Actor::Operator, contract::settings::Setting::Registration, closed).await.unwrap();
        let error = world.accounts.register(&stranger(), registration("Olga"), FIREFOX).await.unwrap_err();
        let problem = error.problem();
        assert_eq!((problem.kind, problem.code), (base::Kind::Forbidden, Code::RegistrationClosed));
        world.accounts.create_user(&Actor::Operator, "Olga", secret(PASSWORD), base::Role::Member).await.unwrap();
        world.log_in("Olga", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_chooses_a_password_that_was_stolen_elsewhere() {
    use crate::breached::{Breached, testing};

    let mut hashes = [OTHER_PASSWORD, "something else"].map(testing::hash);
    hashes.sort();
    let listed = testing::write("story", &format!("{}:3\r\n{}:1\r\n", hashes[0], hashes[1]));
    let list = Breached::new(&listed.0);
    db::testing::each(|db| {
        let settings = Settings { breached: Some(list.clone()), ..patient() };
        async move {
            let world = World::with(db, settings);
            let form = Register { password: OTHER_PASSWORD.into(), ..registration("Ida") };
            let refused = wrong(world.accounts.register(&stranger(), form, FIREFOX).await);
            assert_eq!(refused, [(Field::Password, Code::CommonPassword)]);
            let olga = world.register("Olga").await;
            let change = |new: &str| ChangePassword { current_password: PASSWORD.into(), new_password: new.into() };
            let me = world.actor(&olga).await;
            let refused = wrong(world.accounts.change_password(&me, change(OTHER_PASSWORD), FIREFOX).await);
            assert_eq!(refused, [(Field::NewPassword, Code::CommonPassword)]);
            world.accounts.change_password(&me, change("qvel dram 9"), FIREFOX).await.unwrap();
        }
    })
    .await;
    // A list that has gone keeps nobody out.
    drop(listed);
    db::testing::each(|db| {
        let settings = Settings { breached: Some(list.clone()), ..patient() };
        async move {
            let form = Register { password: OTHER_PASSWORD.into(), ..registration("Ida") };
            World::with(db, settings).accounts.register(&stranger(), form, FIREFOX).await.unwrap();
        }
    })
    .await;
}
