//! Who has which role, and where somebody is written to.

use base::{Kind, Role};

use super::*;

#[tokio::test]
async fn who_has_a_role_is_counted_and_named() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let accounts = &world.accounts;
        for (name, role) in
            [("Freya", Role::Owner), ("Tyr", Role::Admin), ("Mona", Role::Moderator), ("Max", Role::Moderator)]
        {
            accounts.create_user(&Actor::Operator, name, secret(PASSWORD), role).await.unwrap();
        }
        let olga = world.register("Olga").await;
        let refused = accounts.role_holders(&world.actor(&olga).await, 9).await;
        assert!(matches!(refused, Err(Error::Refused(Kind::Forbidden))));

        let told: Vec<_> = accounts
            .role_holders(&Actor::Operator, 1)
            .await
            .unwrap()
            .into_iter()
            .map(|held| (held.role, held.accounts, held.people.into_iter().map(|user| user.name).collect::<Vec<_>>()))
            .collect();
        let one = |name: &str| vec![name.to_owned()];
        assert_eq!(
            told,
            [
                (Role::Owner, 1, one("Freya")),
                (Role::Admin, 1, one("Tyr")),
                (Role::Moderator, 2, one("Mona")),
                (Role::Organiser, 0, vec![]),
                (Role::Editor, 0, vec![]),
                (Role::Member, 1, vec![]),
            ]
        );
        let first = accounts.list_role(&Actor::Operator, "moderator", None, 1).await.unwrap();
        let second = accounts.list_role(&Actor::Operator, "moderator", first.next, 1).await.unwrap();
        assert_eq!((first.users[0].name.as_str(), second.users[0].name.as_str()), ("Mona", "Max"));
        assert_eq!(second.next, None);
        let members = accounts.list_role(&Actor::Operator, "member", None, 9).await.unwrap();
        assert!(matches!(accounts.list_role(&Actor::Operator, "guest", None, 9).await, Err(Error::NotFound)));
        assert_eq!(members.users.iter().map(|user| user.id).collect::<Vec<_>>(), [olga.me.id]);
    })
    .await;
}

#[tokio::test]
async fn only_a_proved_address_of_an_open_account_is_a_mailbox() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let accounts = &world.accounts;
        let login = world.register("Olga").await;
        let (olga, user) = (world.actor(&login).await, login.me.id);
        accounts.set_address(&olga, "olga@example.org").await.unwrap();
        assert!(accounts.mailbox(&Actor::Job, user).await.unwrap().is_none(), "it was only typed");
        let code = world.letters("verify_address").await.pop().unwrap()["code"].as_str().unwrap().to_owned();
        accounts.confirm_address(&olga, &code).await.unwrap();
        accounts.set_locale(&olga, "pt-BR").await.unwrap();
        let mailbox = accounts.mailbox(&Actor::Job, user).await.unwrap().expect("it is proved");
        assert_eq!((mailbox.name.as_str(), mailbox.address.as_str()), ("Olga", "olga@example.org"));
        assert_eq!(mailbox.locale, mail::Locale::PtBr);
        assert!(accounts.mailbox(&olga, user).await.is_err(), "nobody asks for others' addresses this way");
        accounts.lock(&Actor::Operator, user).await.unwrap();
        assert!(accounts.mailbox(&Actor::Job, user).await.unwrap().is_none(), "who can't log in can't accept");
    })
    .await;
}
