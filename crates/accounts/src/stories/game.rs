//! The game password, and the token it buys.

use super::*;

async fn with_game_password(world: &World, name: &str) -> (NewLogin, String) {
    let login = world.register(name).await;
    let made = world.accounts.make_game_password(&world.actor(&login).await).await.unwrap();
    (login, made.password)
}

#[tokio::test]
async fn made_used_replaced_and_revoked() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (login, first) = with_game_password(&world, "Olga").await;
        let olga = world.actor(&login).await;
        assert!(world.accounts.account(&olga).await.unwrap().game_password_made_at.is_some());
        let logged_on = world.accounts.check_game_password("olga", &first, None).await.unwrap();
        assert_eq!((logged_on.user, logged_on.name.as_str()), (login.me.id, "Olga"));
        world.accounts.check_game_password("|bOLGA|p", &first.to_uppercase(), None).await.unwrap();

        let second = world.accounts.make_game_password(&olga).await.unwrap().password;
        assert!(matches!(world.accounts.check_game_password("Olga", &first, None).await, Err(Error::WrongCredentials)));
        world.accounts.check_game_password("Olga", &second, None).await.unwrap();

        world.accounts.revoke_game_password(&olga).await.unwrap();
        assert!(matches!(
            world.accounts.check_game_password("Olga", &second, None).await,
            Err(Error::WrongCredentials)
        ));
        assert_eq!(world.accounts.account(&olga).await.unwrap().game_password_made_at, None);
        world.accounts.revoke_game_password(&olga).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_two_passwords_are_not_one() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (_, game_password) = with_game_password(&world, "Olga").await;
        assert!(matches!(
            world.accounts.check_game_password("Olga", PASSWORD, None).await,
            Err(Error::WrongCredentials)
        ));
        assert!(matches!(world.accounts.open_lobby_token("Olga", PASSWORD, None).await, Err(Error::WrongCredentials)));
        assert!(matches!(world.log_in("Olga", &game_password).await, Err(Error::WrongCredentials)));
    })
    .await;
}

#[tokio::test]
async fn whoever_has_no_account_or_no_game_password_costs_as_much() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        with_game_password(&world, "Olga").await;
        world.register("Bert").await;
        for name in ["Olga", "Bert", "Nobody here", ""] {
            let before = world.accounts.0.hasher.hashes();
            let outcome = world.accounts.check_game_password(name, "wrong", None).await;
            assert!(matches!(outcome, Err(Error::WrongCredentials)), "{name}");
            assert_eq!(world.accounts.0.hasher.hashes() - before, 1, "{name}");
        }
        let before = world.accounts.0.hasher.hashes();
        let outcome = world.accounts.check_game_password("Olga", &"x".repeat(65), None).await;
        assert!(matches!(outcome, Err(Error::WrongCredentials)));
        assert_eq!(world.accounts.0.hasher.hashes(), before, "too long to be one, whoever it is");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_takes_fifteen_characters_gets_in() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (_, password) = with_game_password(&world, "Bartholomew the Great").await;
        let logged_on = world.accounts.check_game_password("Bartholomew the", &password, None).await.unwrap();
        assert_eq!(logged_on.name, "Bartholomew the Great");
    })
    .await;
}

#[tokio::test]
async fn a_token_opens_the_lobby_once_on_any_node() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (login, password) = with_game_password(&world, "Olga").await;
        with_game_password(&world, "Bert").await;
        let token = world.accounts.open_lobby_token("Olga", &password, None).await.unwrap();
        assert!(token.iter().all(u8::is_ascii_alphanumeric));
        let node = world.second_node();
        assert!(matches!(node.redeem_lobby_token("Bert", &token).await, Err(Error::WrongCredentials)), "not his");
        assert!(matches!(node.redeem_lobby_token("Olga", b"0123456789abcdef").await, Err(Error::WrongCredentials)));
        assert!(matches!(node.redeem_lobby_token("Olga", &[0xff; 16]).await, Err(Error::WrongCredentials)));
        assert_eq!(node.redeem_lobby_token("Olga", &token).await.unwrap().user, login.me.id);
        assert!(matches!(world.accounts.redeem_lobby_token("Olga", &token).await, Err(Error::WrongCredentials)));
    })
    .await;
}

#[tokio::test]
async fn of_many_who_bring_one_token_one_gets_in() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (_, password) = with_game_password(&world, "Olga").await;
        let token = world.accounts.open_lobby_token("Olga", &password, None).await.unwrap();
        let nodes = [world.accounts.clone(), world.second_node()];
        let attempts = (0..16).map(|n| nodes[n % 2].redeem_lobby_token("Olga", &token));
        let outcomes = futures::future::join_all(attempts).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::WrongCredentials))));
    })
    .await;
}

#[tokio::test]
async fn a_token_is_good_for_a_minute_and_no_longer_than_the_password() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (login, password) = with_game_password(&world, "Olga").await;
        let token = world.accounts.open_lobby_token("Olga", &password, None).await.unwrap();
        world.clock.advance(Duration::from_secs(59));
        world.accounts.redeem_lobby_token("Olga", &token).await.unwrap();

        let late = world.accounts.open_lobby_token("Olga", &password, None).await.unwrap();
        world.clock.advance(Duration::from_mins(1));
        assert!(matches!(world.accounts.redeem_lobby_token("Olga", &late).await, Err(Error::WrongCredentials)));

        let revoked = world.accounts.open_lobby_token("Olga", &password, None).await.unwrap();
        world.accounts.revoke_game_password(&world.actor(&login).await).await.unwrap();
        assert!(matches!(world.accounts.redeem_lobby_token("Olga", &revoked).await, Err(Error::WrongCredentials)));
    })
    .await;
}
