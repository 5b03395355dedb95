//! What those who run the hub do.

use base::{Kind, Role, UserId};

use super::*;
use crate::UserQuery;

async fn create(world: &World, name: &str, role: Role) -> UserId {
    world.accounts.create_user(&Actor::Operator, name, secret(PASSWORD), role).await.unwrap().id
}

#[tokio::test]
async fn a_member_manages_nobody() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let (olga, id) = (world.actor(&login).await, login.me.id);
        let accounts = &world.accounts;
        let refused = |outcome: Result<(), Error>| matches!(outcome, Err(Error::Refused(Kind::Forbidden)));
        assert!(refused(accounts.create_user(&olga, "Bert", secret(PASSWORD), Role::Member).await.map(drop)));
        assert!(refused(accounts.list_users(&olga, UserQuery::default()).await.map(drop)));
        assert!(refused(accounts.find_user(&olga, "Olga").await.map(drop)));
        assert!(refused(accounts.set_password(&olga, id, secret(OTHER_PASSWORD)).await));
        assert!(refused(accounts.set_role(&olga, id, Role::Owner).await));
        assert!(refused(accounts.lock(&olga, id).await));
        assert!(refused(accounts.unlock(&olga, id).await));
    })
    .await;
}

#[tokio::test]
async fn an_admin_reaches_only_below() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let owner = create(&world, "Freya", Role::Owner).await;
        let member = create(&world, "Olga", Role::Member).await;
        create(&world, "Tyr", Role::Admin).await;
        let tyr = world.actor(&world.log_in("Tyr", PASSWORD).await.unwrap()).await;
        let accounts = &world.accounts;
        let refused = |outcome: Result<(), Error>| matches!(outcome, Err(Error::Refused(Kind::Forbidden)));
        assert!(refused(accounts.set_password(&tyr, owner, secret(OTHER_PASSWORD)).await));
        assert!(refused(accounts.lock(&tyr, owner).await));
        assert!(refused(accounts.set_role(&tyr, owner, Role::Member).await));
        assert!(refused(accounts.set_role(&tyr, member, Role::Admin).await));
        assert!(refused(accounts.create_user(&tyr, "Loki", secret(PASSWORD), Role::Owner).await.map(drop)));
        accounts.set_role(&tyr, member, Role::Moderator).await.unwrap();
        assert_eq!(accounts.find_user(&tyr, "OLGA").await.unwrap().unwrap().role, Role::Moderator);
    })
    .await;
}

#[tokio::test]
async fn a_locked_account_is_shut_until_it_is_unlocked() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let game = world.accounts.make_game_password(&world.actor(&login).await).await.unwrap().password;
        let token = world.accounts.open_lobby_token("Olga", &game, None).await.unwrap();
        world.accounts.lock(&Actor::Operator, login.me.id).await.unwrap();
        assert!(!world.is_known(&login).await);
        assert!(matches!(world.log_in("Olga", PASSWORD).await, Err(Error::Locked)));
        assert!(
            matches!(world.log_in("Olga", OTHER_PASSWORD).await, Err(Error::WrongCredentials)),
            "told to its owner only"
        );
        assert!(matches!(world.accounts.check_game_password("Olga", &game, None).await, Err(Error::Locked)));
        assert!(world.accounts.redeem_lobby_token("Olga", &token).await.is_err());
        world.accounts.unlock(&Actor::Operator, login.me.id).await.unwrap();
        world.log_in("Olga", PASSWORD).await.unwrap();
        assert!(!world.is_known(&login).await, "what ended stays ended");
    })
    .await;
}

#[tokio::test]
async fn another_role_or_password_ends_all_logins() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        world.accounts.set_role(&Actor::Operator, login.me.id, Role::Moderator).await.unwrap();
        assert!(!world.is_known(&login).await);
        let login = world.log_in("Olga", PASSWORD).await.unwrap();
        assert_eq!(login.me.role, Role::Moderator);
        world.accounts.set_role(&Actor::Operator, login.me.id, Role::Moderator).await.unwrap();
        assert!(world.is_known(&login).await, "nothing changed");
        let weak = world.accounts.set_password(&Actor::Operator, login.me.id, secret("password")).await;
        assert_eq!(wrong(weak), [(Field::Password, Code::CommonPassword)]);
        world.accounts.set_password(&Actor::Operator, login.me.id, secret(OTHER_PASSWORD)).await.unwrap();
        assert!(!world.is_known(&login).await);
        world.log_in("Olga", OTHER_PASSWORD).await.unwrap();
        assert!(matches!(
            world.accounts.set_role(&Actor::Operator, 999.into(), Role::Member).await,
            Err(Error::NotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn the_last_owner_stays() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let accounts = &world.accounts;
        let freya = create(&world, "Freya", Role::Owner).await;
        assert!(matches!(accounts.set_role(&Actor::Operator, freya, Role::Member).await, Err(Error::LastOwner)));
        assert!(matches!(accounts.lock(&Actor::Operator, freya).await, Err(Error::LastOwner)));
        let loki = create(&world, "Loki", Role::Owner).await;
        // Both at once: whoever comes second is the last.
        let outcomes = futures::future::join(
            accounts.set_role(&Actor::Operator, freya, Role::Member),
            accounts.lock(&Actor::Operator, loki),
        )
        .await;
        assert!(matches!(outcomes, (Ok(()), Err(Error::LastOwner)) | (Err(Error::LastOwner), Ok(()))), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn lists_are_paged_and_searched() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        for name in ["Olga", "Bert", "Holger", "100_percent"] {
            create(&world, name, Role::Member).await;
        }
        let names = async |query: UserQuery| {
            let page = world.accounts.list_users(&Actor::Operator, query).await.unwrap();
            (page.users.iter().map(|user| user.name.clone()).collect::<Vec<_>>(), page.next)
        };
        let search = |text: &str| UserQuery { search: text.into(), ..UserQuery::default() };
        let (forwards, _) = names(UserQuery { at_most: 200, ..UserQuery::default() }).await;
        let backwards = UserQuery { newest_first: true, at_most: 2, ..UserQuery::default() };
        let (newest, next) = names(backwards.clone()).await;
        let (older, _) = names(UserQuery { after: next, at_most: 200, ..backwards }).await;
        assert!(newest.iter().chain(&older).rev().eq(&forwards), "the same accounts the other way round");
        let (first, next) = names(UserQuery { at_most: 3, ..UserQuery::default() }).await;
        assert_eq!(first, ["Olga", "Bert", "Holger"]);
        assert_eq!(
            names(UserQuery { after: next, at_most: 3, ..UserQuery::default() }).await,
            (vec!["100_percent".into()], None)
        );
        assert_eq!(names(search("olg")).await.0, ["Olga", "Holger"]);
        assert_eq!(names(search("%")).await.0, Vec::<String>::new(), "letter for letter");
        let form = contract::account::Register { email: "b@example.org".into(), ..registration("Ada") };
        world.accounts.register(&stranger(), form, FIREFOX).await.unwrap();
        assert_eq!(names(search("@EXAMPLE")).await.0, ["Ada"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_an_account_is_in_the_trail() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let id = create(&world, "Olga", Role::Member).await;
        let accounts = &world.accounts;
        let operator = &Actor::Operator;
        accounts.set_role(operator, id, Role::Moderator).await.unwrap();
        accounts.set_role(operator, id, Role::Moderator).await.unwrap();
        accounts.set_password(operator, id, secret(OTHER_PASSWORD)).await.unwrap();
        accounts.lock(operator, id).await.unwrap();
        accounts.lock(operator, id).await.unwrap();
        accounts.unlock(operator, id).await.unwrap();
        accounts.unlock(operator, id).await.unwrap();
        // What changed nothing is not in it.
        let acts = ["user.created", "user.role_set", "user.password_set", "user.locked", "user.unlocked"];
        assert_eq!(world.trail().await, acts.map(|act| format!("operator {act} {id}")));
        let (before, after): (String, String) =
            db::sql("select before, after from audit_log where act = 'user.role_set'")
                .fetch_one(&world.db)
                .await
                .unwrap();
        assert_eq!((before.as_str(), after.as_str()), (r#"{"role":"member"}"#, r#"{"role":"moderator"}"#));
        assert!(accounts.lock(operator, UserId::from(99)).await.is_err());
        assert_eq!(world.trail().await.len(), 5, "a refused act leaves nothing");
    })
    .await;
}

#[tokio::test]
async fn what_one_does_to_ones_own_account_is_in_the_trail_with_where_from() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let id = login.me.id;
        let home = Some(ip("192.0.2.1"));
        let olga = world.accounts.identify(login.token.expose(), home).await.unwrap().unwrap().actor;
        world.accounts.make_game_password(&olga).await.unwrap();
        world.accounts.revoke_game_password(&olga).await.unwrap();
        world.accounts.end_other_sessions(&olga).await.unwrap();
        let form = contract::account::ChangePassword {
            current_password: PASSWORD.into(),
            new_password: OTHER_PASSWORD.into(),
        };
        world.accounts.change_password(&olga, form, FIREFOX).await.unwrap();
        let acts = ["game_password_made", "game_password_revoked", "other_logins_ended", "password_changed"];
        let mut told = vec![format!("stranger account.registered {id}")];
        told.extend(acts.map(|act| format!("person account.{act} {id}")));
        assert_eq!(world.trail().await, told);
        let places: Vec<(String,)> =
            db::sql("select distinct address from audit_log").fetch_all(&world.db).await.unwrap();
        assert_eq!(places, [("192.0.2.1".to_owned(),)]);
    })
    .await;
}

#[tokio::test]
async fn names_are_found_by_number() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, bert) = (create(&world, "Olga", Role::Member).await, create(&world, "Bert", Role::Admin).await);
        let nobody = UserId::from(4711);
        let names = world.accounts.names(&stranger(), &[olga, nobody, bert]).await.unwrap();
        assert_eq!((names.len(), names[&olga].as_str(), names[&bert].as_str()), (2, "Olga", "Bert"));
        assert!(world.accounts.names(&stranger(), &[]).await.unwrap().is_empty());
    })
    .await;
}
