//! Tokens of the API, on both databases.

use std::time::Duration;

use base::{Action, Actor, Credential, Grants, Kind, Person, TokenId};
use contract::{
    Code, Field,
    token::{MadeToken, MakeToken},
};

use super::{PASSWORD, World, stranger, wrong};
use crate::Error;

const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);

fn form(grants: &str, days: u16) -> MakeToken {
    MakeToken { name: "Match bot".into(), grants: grants.parse().unwrap(), days }
}

async fn known_by(world: &World, token: &str) -> Option<Actor> {
    world.accounts.identify_token(token, None).await.unwrap().map(|known| known.actor)
}

async fn made(world: &World, actor: &Actor, grants: &str) -> MadeToken {
    world.accounts.make_token(actor, form(grants, 90)).await.unwrap()
}

fn with_token(actor: &Actor) -> (TokenId, Grants, bool, bool) {
    match actor {
        Actor::Person(Person { by: Credential::Token { token, grants, lasting }, fresh, .. }) => {
            (*token, *grants, *lasting, *fresh)
        }
        other => panic!("not by a token: {other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_shown_once_and_known_until_it_runs_out() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let olga = world.actor(&login).await;
        let token = made(&world, &olga, "account:read people:write").await;
        assert!(token.token.starts_with("gh_") && token.token.len() == 46, "{}", token.token.len());
        assert_eq!(token.about.ending.as_deref(), Some(&token.token[42..]));

        let program = known_by(&world, &token.token).await.expect("the token is known");
        assert_eq!(program.user(), olga.user());
        let (id, grants, lasting, fresh) = with_token(&program);
        assert_eq!(
            (id, grants.to_string().as_str(), lasting, fresh),
            (token.about.id, "account:read people:write", true, false)
        );
        assert_eq!(program.may(Action::ManageOwnAccount), Err(Kind::Forbidden), "reading is not writing");

        let listed = world.accounts.list_tokens(&olga).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].last_used_at, Some(base::Clock::now(&*world.clock)));
        assert_eq!(listed[0].expires_at, listed[0].created_at.plus(90 * DAY));

        world.clock.advance(90 * DAY);
        assert!(known_by(&world, &token.token).await.is_none());
        assert!(world.accounts.tidy(&Actor::Job).await.is_ok());
        for wrong in ["", "gh_", "gh_x", &token.token.to_uppercase(), &format!("{}x", token.token)] {
            assert!(known_by(&world, wrong).await.is_none(), "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_use_of_a_token_is_noted_once_a_minute() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.actor(&world.register("Olga").await).await;
        let token = made(&world, &olga, "account:read").await;
        let begun = base::Clock::now(&*world.clock);
        let last_used = async || {
            known_by(&world, &token.token).await.unwrap();
            world.accounts.list_tokens(&olga).await.unwrap()[0].last_used_at.unwrap()
        };
        assert_eq!(last_used().await, begun);
        world.clock.advance(Duration::from_secs(59));
        assert_eq!(last_used().await, begun);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(last_used().await, begun.plus(MINUTE));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_said_at_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.actor(&world.register("Olga").await).await;
        let bad = MakeToken { name: " ".into(), grants: "administration:write".parse().unwrap(), days: 366 };
        let said = wrong(world.accounts.make_token(&olga, bad).await);
        assert_eq!(
            said,
            [(Field::Name, Code::Required), (Field::Grants, Code::NotGranted), (Field::Days, Code::OutOfRange)]
        );
        assert_eq!(wrong(world.accounts.make_token(&olga, form("", 1)).await), [(Field::Grants, Code::Required)]);
        for _ in 0..100 {
            made(&world, &olga, "account:read").await;
        }
        assert_eq!(wrong(world.accounts.make_token(&olga, form("account:read", 1)).await), [(Field::Name, Code::Full)]);
    })
    .await;
}

#[tokio::test]
async fn a_token_makes_no_tokens_and_a_stranger_has_none() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.actor(&world.register("Olga").await).await;
        let token = made(&world, &olga, "account:write").await;
        let program = known_by(&world, &token.token).await.unwrap();
        let refused = world.accounts.make_token(&program, form("account:write", 1)).await;
        assert!(matches!(refused, Err(Error::Refused(Kind::Stale))));
        let unknown = |outcome: Result<(), Error>| matches!(outcome, Err(Error::Refused(Kind::Unauthenticated)));
        let accounts = &world.accounts;
        assert!(unknown(accounts.make_token(&stranger(), form("account:read", 1)).await.map(drop)));
        assert!(unknown(accounts.list_tokens(&stranger()).await.map(drop)));
        assert!(unknown(accounts.revoke_token(&stranger(), token.about.id).await));
        assert!(unknown(accounts.list_tokens_of(&stranger(), olga.user().unwrap()).await.map(drop)));
        assert!(unknown(accounts.rotate_signing_key(&stranger()).await));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_is_nobodys() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.actor(&world.register("Olga").await).await;
        let bert = world.actor(&world.register("Bert").await).await;
        let (one, two) = (made(&world, &olga, "account:read").await, made(&world, &olga, "account:read").await);
        assert!(matches!(world.accounts.revoke_token(&bert, one.about.id).await, Err(Error::NotFound)));
        world.accounts.revoke_token(&olga, one.about.id).await.unwrap();
        assert!(matches!(world.accounts.revoke_token(&olga, one.about.id).await, Err(Error::NotFound)));
        assert!(known_by(&world, &one.token).await.is_none() && known_by(&world, &two.token).await.is_some());

        // Whoever finds one can give it up without being anybody.
        world.accounts.give_up_token(&stranger(), &two.token).await.unwrap();
        world.accounts.give_up_token(&stranger(), &two.token).await.unwrap();
        assert!(known_by(&world, &two.token).await.is_none());
        let ended = world.events().await.into_iter().filter(|event| event == "tokens_ended").count();
        assert_eq!(ended, 2);
    })
    .await;
}

#[tokio::test]
async fn those_who_run_the_hub_see_and_revoke_tokens_of_those_below() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let freya = world.actor(&world.owner().await).await;
        let olga = world.actor(&world.register("Olga").await).await;
        let (his, hers) =
            (made(&world, &freya, "administration:write").await, made(&world, &olga, "account:read").await);
        let user = olga.user().unwrap();
        assert_eq!(
            world.accounts.list_tokens_of(&freya, user).await.unwrap(),
            world.accounts.list_tokens(&olga).await.unwrap()
        );
        assert!(matches!(world.accounts.list_tokens_of(&olga, user).await, Err(Error::Refused(Kind::Forbidden))));
        assert!(matches!(world.accounts.list_tokens_of(&freya, 999.into()).await, Err(Error::NotFound)));
        // With a token that was granted it, though nobody has just logged in.
        let program = known_by(&world, &his.token).await.unwrap();
        world.accounts.revoke_token_of(&program, user, hers.about.id, "Leaked.").await.unwrap();
        assert_eq!(world.why("token.revoked").await, r#"{"reason":"Leaked."}"#);
        assert!(known_by(&world, &hers.token).await.is_none());
        let olga = world.accounts.revoke_token_of(&olga, freya.user().unwrap(), his.about.id, "").await;
        assert!(matches!(olga, Err(Error::Refused(Kind::Forbidden))));
    })
    .await;
}

#[tokio::test]
async fn a_password_buys_an_access_token_for_ten_minutes() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.register("Olga").await;
        let login = world.log_in("Olga", PASSWORD).await.unwrap();
        let granted = world.accounts.grant_tokens(&login, None, Some("Match bot")).await.unwrap();
        assert!(!world.is_known(&login).await, "the browser's login is gone");
        assert_eq!((granted.token_type.as_str(), granted.expires_in_secs), ("Bearer", 600));

        let program = known_by(&world, &granted.access_token).await.expect("the access token is known");
        let (_, grants, lasting, fresh) = with_token(&program);
        assert_eq!((grants, lasting, fresh), (granted.grants, false, true));
        assert_eq!(program.may(Action::SecureOwnAccount), Ok(()), "the password has just been given");
        assert!(known_by(&world, &granted.refresh_token).await.is_none(), "a refresh token opens nothing");

        let listed = world.accounts.list_tokens(&program).await.unwrap();
        assert_eq!((listed[0].personal, listed[0].name.as_str(), &listed[0].ending), (false, "Match bot", &None));

        world.clock.advance(10 * MINUTE);
        assert!(known_by(&world, &granted.access_token).await.is_none());
        let renewed = world.accounts.refresh_tokens(&stranger(), &granted.refresh_token).await.unwrap();
        world.clock.advance(6 * MINUTE);
        let program = known_by(&world, &renewed.access_token).await.unwrap();
        assert_eq!(program.may(Action::ManageOwnAccount), Ok(()));
        assert_eq!(program.may(Action::SecureOwnAccount), Err(Kind::Stale), "a refreshed token proves nothing anew");
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_the_login() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let first = world.accounts.grant_tokens(&login, None, None).await.unwrap();
        let second = world.accounts.refresh_tokens(&stranger(), &first.refresh_token).await.unwrap();
        assert_ne!(first.refresh_token, second.refresh_token);
        assert!(known_by(&world, &second.access_token).await.is_some());

        let again = world.accounts.refresh_tokens(&stranger(), &first.refresh_token).await;
        assert!(matches!(again, Err(Error::WrongCredentials)));
        assert!(known_by(&world, &second.access_token).await.is_none(), "thief and owner are both out");
        assert!(world.accounts.refresh_tokens(&stranger(), &second.refresh_token).await.is_err());
        assert!(world.trail().await.iter().any(|line| line.contains("token.reused")));
        assert!(world.accounts.refresh_tokens(&stranger(), "ghr_nonsense").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn of_two_who_bring_a_refresh_token_at_once_one_gets_through() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let first = world.accounts.grant_tokens(&login, None, None).await.unwrap();
        let stranger = stranger();
        let (one, two) = futures::join!(
            world.accounts.refresh_tokens(&stranger, &first.refresh_token),
            world.accounts.refresh_tokens(&stranger, &first.refresh_token),
        );
        assert!(one.is_ok() != two.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_program_is_out_when_its_owner_is() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let freya = world.actor(&world.owner().await).await;
        let login = world.register("Olga").await;
        let granted = world.accounts.grant_tokens(&login, None, None).await.unwrap();
        let olga = known_by(&world, &granted.access_token).await.unwrap();
        let personal = made(&world, &olga, "account:read").await;
        let user = olga.user().unwrap();

        world.accounts.lock(&freya, user).await.unwrap();
        assert!(known_by(&world, &personal.token).await.is_none());
        assert!(known_by(&world, &granted.access_token).await.is_none());
        assert!(world.accounts.refresh_tokens(&stranger(), &granted.refresh_token).await.is_err());
        world.accounts.unlock(&freya, user).await.unwrap();
        assert!(known_by(&world, &personal.token).await.is_some(), "a token made by hand outlives a lock");
        assert!(known_by(&world, &granted.access_token).await.is_none(), "a login does not");
    })
    .await;
}

#[tokio::test]
async fn a_change_of_password_ends_the_logins_of_programs() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let program = world.log_in("Olga", PASSWORD).await.unwrap();
        let granted = world.accounts.grant_tokens(&program, None, None).await.unwrap();
        let olga = world.actor(&login).await;
        let form = contract::account::ChangePassword {
            current_password: PASSWORD.into(),
            new_password: super::OTHER_PASSWORD.into(),
        };
        world.accounts.change_password(&olga, form, super::FIREFOX).await.unwrap();
        assert!(known_by(&world, &granted.access_token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_rotated_key_ends_every_access_token_and_no_refresh_token() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let granted = world.accounts.grant_tokens(&login, None, None).await.unwrap();
        let node = world.second_node();
        assert!(
            node.identify_token(&granted.access_token, None).await.unwrap().is_some(),
            "keys are the hub's, not the node's"
        );
        world.accounts.rotate_signing_key(&Actor::Operator).await.unwrap();
        assert!(known_by(&world, &granted.access_token).await.is_none());
        let renewed = world.accounts.refresh_tokens(&stranger(), &granted.refresh_token).await.unwrap();
        assert!(known_by(&world, &renewed.access_token).await.is_some());
        assert!(node.identify_token(&renewed.access_token, None).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_key_is_followed_by_another_after_a_month() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let login = world.register("Olga").await;
        let mut granted = world.accounts.grant_tokens(&login, None, None).await.unwrap();
        let kid = |token: &str| token.split('.').next().unwrap().to_owned();
        let first = kid(&granted.access_token);
        world.clock.advance(29 * DAY);
        granted = world.accounts.refresh_tokens(&stranger(), &granted.refresh_token).await.unwrap();
        assert_eq!(kid(&granted.access_token), first);
        let old = granted.access_token.clone();
        world.clock.advance(DAY);
        granted = world.accounts.refresh_tokens(&stranger(), &granted.refresh_token).await.unwrap();
        assert_ne!(kid(&granted.access_token), first);
        assert!(known_by(&world, &granted.access_token).await.is_some());
        assert!(known_by(&world, &old).await.is_none(), "it ran out a day ago");
    })
    .await;
}
