//! The first start.

use contract::setup::{CreateOwner, SetUpSite, SetupStage, Theme};

use super::*;

fn owner(setup_token: &str, name: &str) -> CreateOwner {
    CreateOwner { setup_token: setup_token.into(), name: name.into(), email: String::new(), password: PASSWORD.into() }
}

fn hall() -> SetUpSite {
    SetUpSite {
        site_name: "The Hall".into(),
        public_url: "https://play.example.org/".into(),
        theme: "dark".into(),
        registration: None,
        lobby_guests: Some("on".into()),
    }
}

#[tokio::test]
async fn from_the_printed_link_to_a_hub_with_a_name() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let accounts = &world.accounts;
        assert_eq!(accounts.setup_stage().await.unwrap(), SetupStage::Owner);
        assert_eq!(accounts.site().await, contract::setup::Site::default());
        let earlier = accounts.issue_setup_token().await.unwrap().unwrap();
        let token = accounts.issue_setup_token().await.unwrap().unwrap();
        for bad in ["wrong", earlier.expose()] {
            let outcome = accounts.create_owner(&stranger(), owner(bad, "Freya"), FIREFOX).await;
            assert_eq!(wrong(outcome), [(Field::SetupToken, Code::BadSetupToken)]);
        }
        let login = accounts.create_owner(&stranger(), owner(token.expose(), "Freya"), FIREFOX).await.unwrap();
        assert_eq!(login.me.role, base::Role::Owner);
        assert_eq!(accounts.setup_stage().await.unwrap(), SetupStage::Site);
        let again = accounts.create_owner(&stranger(), owner(token.expose(), "Loki"), FIREFOX).await;
        assert!(matches!(again, Err(Error::NotThisStep)));
        assert!(accounts.issue_setup_token().await.unwrap().is_none());

        let freya = world.actor(&login).await;
        assert!(matches!(
            accounts.set_up_site(&stranger(), hall()).await,
            Err(Error::Refused(base::Kind::Unauthenticated))
        ));
        accounts.set_up_site(&freya, hall()).await.unwrap();
        assert_eq!(accounts.setup_stage().await.unwrap(), SetupStage::Done);
        assert!(matches!(accounts.set_up_site(&freya, hall()).await, Err(Error::NotThisStep)));
        let site = accounts.site().await;
        assert_eq!(
            (site.name.as_str(), site.theme, site.registration, site.lobby_guests),
            ("The Hall", Theme::Dark, false, true)
        );
        assert_eq!(accounts.public_url().await.as_deref(), Some("https://play.example.org"));
        assert_eq!(world.events().await, ["user_registered", "site_changed", "setup_finished"]);
    })
    .await;
}

#[tokio::test]
async fn another_node_sees_the_change_when_it_is_told() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let node = world.second_node();
        assert_eq!(node.site().await.name, "Guildhall");
        let freya = world.owner().await;
        world.accounts.set_up_site(&world.actor(&freya).await, hall()).await.unwrap();
        assert_eq!(node.site().await.name, "Guildhall", "at hand, not read again for every page");
        node.refresh_site().await.unwrap();
        assert_eq!(node.site().await.name, "The Hall");
    })
    .await;
}

#[tokio::test]
async fn of_many_who_would_own_it_at_once_one_does() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let token = world.accounts.issue_setup_token().await.unwrap().unwrap();
        let somebody = stranger();
        let names = ["Freya", "Loki", "Hel", "Baldur"];
        let attempts = names.map(|name| world.accounts.create_owner(&somebody, owner(token.expose(), name), FIREFOX));
        let outcomes = futures::future::join_all(attempts).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::NotThisStep))));
        let page = world.accounts.list_users(&Actor::Operator, crate::UserQuery::default()).await.unwrap();
        assert_eq!(page.users.len(), 1, "the others left nothing behind");
    })
    .await;
}

#[tokio::test]
async fn an_owner_with_every_field_wrong_hears_of_every_field() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.accounts.issue_setup_token().await.unwrap();
        let form = CreateOwner {
            setup_token: String::new(),
            name: "|b".into(),
            email: "nowhere".into(),
            password: "password".into(),
        };
        assert_eq!(
            wrong(world.accounts.create_owner(&stranger(), form, FIREFOX).await),
            [
                (Field::SetupToken, Code::Required),
                (Field::Name, Code::BadCharacters),
                (Field::Email, Code::NotAnEmail),
                (Field::Password, Code::CommonPassword),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn without_a_printed_token_nobody_becomes_the_owner() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        for token in ["", "anything"] {
            assert_eq!(
                wrong(world.accounts.create_owner(&stranger(), owner(token, "Loki"), FIREFOX).await)[0].0,
                Field::SetupToken
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_owner_made_at_the_command_line_takes_the_hub() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let token = world.accounts.issue_setup_token().await.unwrap().unwrap();
        world.accounts.create_user(&Actor::Operator, "Freya", secret(PASSWORD), base::Role::Owner).await.unwrap();
        let late = world.accounts.create_owner(&stranger(), owner(token.expose(), "Loki"), FIREFOX).await;
        assert!(matches!(late, Err(Error::NotThisStep)));
        assert_eq!(world.accounts.setup_stage().await.unwrap(), SetupStage::Site);
        world.accounts.set_up_site(&Actor::Operator, hall()).await.unwrap();
        assert_eq!(world.accounts.setup_stage().await.unwrap(), SetupStage::Done);
    })
    .await;
}
