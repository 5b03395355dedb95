//! How organizations begin, and what they are called.

use contract::organization::{Founding, OrgState};

use super::*;

#[tokio::test]
async fn a_member_begins_one_and_owns_it() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let made = world.orgs.found(&olga, called("The Northern Gate")).await.unwrap();
        assert_eq!((made.slug.as_str(), made.state), ("the-northern-gate", OrgState::Active));
        let page = world.page(&stranger(), made.id).await;
        assert_eq!((page.owner.unwrap().name.as_str(), page.members), ("Olga", 1));
        assert!(page.you.role.is_none() && !page.you.may.view_members);
        assert_eq!(world.role(made.id, &olga).await, Some(Role::Owner));
        assert!(matches!(world.events().await[..], [Event::OrganizationCreated { .. }, Event::MemberJoined { .. }]));
        assert_eq!(world.trail(made.id).await, ["org.created"]);
        assert_eq!(kind(world.orgs.found(&stranger(), called("Another")).await), Kind::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn where_the_hub_wants_to_grant_it_one_waits() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.set(|settings| settings.creation = Creation::OnRequest);
        let (olga, freya) = (world.person("Olga").await, world.person_as("Freya", Role::Admin).await);
        let made = world.orgs.found(&olga, called("The Northern Gate")).await.unwrap();
        assert_eq!(made.state, OrgState::Requested);
        assert_eq!(kind(world.orgs.organization(&stranger(), made.id).await), Kind::NotFound);
        assert_eq!(world.page(&olga, made.id).await.state, OrgState::Requested);
        assert_eq!(kind(world.orgs.standing(&olga, made.id).await), Kind::NotFound, "nothing works in it yet");
        assert_eq!(kind(world.orgs.make_link(&olga, made.id, &link(1)).await), Kind::Conflict);
        assert_eq!(kind(world.orgs.grant(&olga, made.id, "").await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.grant(&stale(&freya), made.id, "").await), Kind::Stale);
        assert!(world.events().await.is_empty(), "nobody hears of it before it is granted");

        assert_eq!(wrong(world.orgs.refuse(&freya, made.id, " ").await), [(Field::Reason, Code::Required)]);
        world.orgs.refuse(&freya, made.id, "Too like another one.").await.unwrap();
        let page = world.page(&olga, made.id).await;
        assert_eq!((page.state, page.reason.as_deref()), (OrgState::Closed, Some("Too like another one.")));
        assert_eq!(
            kind(world.orgs.reopen(&olga, made.id, "").await),
            Kind::Conflict,
            "what was never granted stays shut"
        );

        world.orgs.grant(&freya, made.id, "A second look.").await.unwrap();
        assert!(world.why("org.granted").await.contains("A second look."));
        assert_eq!(world.page(&olga, made.id).await.state, OrgState::Active);
        assert_eq!(kind(world.orgs.grant(&freya, made.id, "").await), Kind::Conflict);
        assert_eq!(world.trail(made.id).await, ["org.requested", "org.refused", "org.granted"]);
    })
    .await;
}

#[tokio::test]
async fn who_may_begin_one_is_told_beforehand() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, freya) = (world.person("Olga").await, world.person_as("Freya", Role::Admin).await);
        let may = async |actor: &Actor| world.orgs.founding(actor).await.unwrap();
        assert_eq!((may(&stranger()).await, may(&olga).await), (Founding::LogInFirst, Founding::AtOnce));
        for name in ["First Hall", "Second Hall", "Third Hall"] {
            world.org(&olga, name).await;
        }
        assert_eq!(may(&olga).await, Founding::Full);
        assert!(matches!(world.orgs.found(&olga, called("Fourth Hall")).await, Err(Error::Full)));
        world.set(|settings| settings.creation = Creation::Admins);
        let vera = world.person("Vera").await;
        assert_eq!((may(&vera).await, may(&freya).await), (Founding::Closed, Founding::AtOnce));
        assert_eq!(kind(world.orgs.found(&vera, called("Fourth Hall")).await), Kind::Forbidden);
        for name in ["Fifth Hall", "Sixth Hall", "Seventh Hall", "Eighth Hall"] {
            world.org(&freya, name).await;
        }
        let given = world.orgs.found_for(&freya, "Vera", called("A Present")).await.unwrap();
        assert_eq!(world.role(given.id, &vera).await, Some(Role::Owner));
        assert_eq!(
            wrong(world.orgs.found_for(&freya, "Nobody", called("Lost")).await),
            [(Field::Name, Code::NoSuchPerson)]
        );
    })
    .await;
}

#[tokio::test]
async fn names_and_addresses_are_given_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera) = (world.person("Olga").await, world.person("Vera").await);
        let first = world.org(&olga, "The Order").await;
        assert_eq!(wrong(world.orgs.found(&vera, called("the order")).await), [(Field::Name, Code::Taken)]);
        assert_eq!(wrong(world.orgs.found(&vera, called("The 0rder!")).await), [(Field::Name, Code::Reserved)]);
        let taken = OrganizationForm { slug: "the-order".into(), ..called("Another Order") };
        assert_eq!(wrong(world.orgs.found(&vera, taken).await), [(Field::Slug, Code::Taken)]);
        let all_wrong = OrganizationForm { slug: "-".into(), description: "\0".into(), ..called("!") };
        let named: Vec<Field> =
            wrong(world.orgs.found(&vera, all_wrong).await).into_iter().map(|(field, _)| field).collect();
        assert_eq!(named, [Field::Name, Field::Slug, Field::Description]);
        let odd = OrganizationForm { visibility: "secret".into(), ..called("Another Order") };
        assert!(matches!(world.orgs.found(&vera, odd).await, Err(Error::Malformed)));

        // Moved away, the address still leads there, and nobody else gets it.
        let moved = OrganizationForm { slug: "order".into(), ..called("The Order") };
        assert_eq!(world.orgs.revise(&olga, first, moved).await.unwrap(), "order");
        assert_eq!(world.orgs.locate(&stranger(), "the-order").await.unwrap(), Located::Moved("order".into()));
        assert!(matches!(world.orgs.locate(&stranger(), "order").await.unwrap(), Located::Here(_)));
        let second = world.orgs.found(&vera, called("The-Order of Old")).await.unwrap();
        assert_eq!(second.slug, "the-order-of-old");
        let wanted = OrganizationForm { slug: "the-order".into(), ..called("The Order of Old") };
        assert_eq!(wrong(world.orgs.revise(&vera, second.id, wanted).await), [(Field::Slug, Code::Taken)]);
        // Its own former address it may take again.
        let back = OrganizationForm { slug: "the-order".into(), ..called("The Order") };
        assert_eq!(world.orgs.revise(&olga, first, back).await.unwrap(), "the-order");
    })
    .await;
}

#[tokio::test]
async fn a_taken_address_is_followed_by_a_number() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        world.orgs.found(&olga, OrganizationForm { slug: "gate".into(), ..called("Something Else") }).await.unwrap();
        assert_eq!(world.orgs.found(&olga, called("Gate")).await.unwrap().slug, "gate-2");
    })
    .await;
}

#[tokio::test]
async fn a_change_says_what_changed_and_no_more() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        let form =
            OrganizationForm { description: "Two\r\nlines".into(), joining: "open".into(), ..called("The Order") };
        world.orgs.revise(&olga, org, form.clone()).await.unwrap();
        world.orgs.revise(&olga, org, form).await.unwrap();
        let page = world.page(&stranger(), org).await;
        assert_eq!(page.description, "Two\nlines");
        assert_eq!(world.trail(org).await, ["org.created", "org.changed"], "the second time nothing changed");
        let (before, after): (String, String) =
            db::sql("select before, after from audit_log where act = 'org.changed'")
                .fetch_one(&world.db)
                .await
                .unwrap();
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(json(&before), serde_json::json!({ "description": "", "joining": "request" }));
        assert_eq!(json(&after), serde_json::json!({ "description": "Two\nlines", "joining": "open" }));
    })
    .await;
}

#[tokio::test]
async fn there_are_only_so_many_addresses() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        for number in 2..=10 {
            let form = OrganizationForm { slug: format!("order-{number}"), ..called("The Order") };
            world.orgs.revise(&olga, org, form).await.unwrap();
        }
        let one_more = OrganizationForm { slug: "order-11".into(), ..called("The Order") };
        assert_eq!(wrong(world.orgs.revise(&olga, org, one_more).await), [(Field::Slug, Code::Full)]);
        assert!(matches!(world.orgs.locate(&stranger(), "order-11").await, Err(Error::NotFound)), "rolled back");
    })
    .await;
}
