//! Whoever comes at the same moment: what is scarce is given once.

use futures::future::{join, join_all};

use super::*;

#[tokio::test]
async fn the_last_use_of_a_link_is_had_by_one() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        let token = Secret::new(world.orgs.make_link(&olga, org, &link(3)).await.unwrap().token);
        let mut people = Vec::new();
        for number in 0..10 {
            people.push(world.person(&format!("Person {number}")).await);
        }
        let outcomes = join_all(people.iter().map(|somebody| world.orgs.follow_link(somebody, &token))).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::BadInvitation))), "{outcomes:?}");
        assert_eq!(world.page(&olga, org).await.members, 4);
    })
    .await;
}

#[tokio::test]
async fn the_last_seat_is_had_by_one() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let form = OrganizationForm { joining: "open".into(), ..called("Small House") };
        let org = world.orgs.found(&olga, form).await.unwrap().id;
        world.orgs.set_seats(&Actor::Operator, org, 4).await.unwrap();
        let mut people = Vec::new();
        for number in 0..8 {
            people.push(world.person(&format!("Person {number}")).await);
        }
        let outcomes = join_all(people.iter().map(|somebody| world.orgs.join(somebody, org))).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
        assert_eq!(world.page(&olga, org).await.members, 4);
        let listed = world.orgs.members(&olga, org, &MemberQuery::default()).await.unwrap();
        assert_eq!(listed.members.len(), 4, "the count is that of the rows");
    })
    .await;
}

#[tokio::test]
async fn one_person_in_two_tabs_is_one_member() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera) = (world.person("Olga").await, world.person("Vera").await);
        let form = OrganizationForm { joining: "open".into(), ..called("Open House") };
        let org = world.orgs.found(&olga, form).await.unwrap().id;
        let outcomes = join(world.orgs.join(&vera, org), world.orgs.join(&vera, org)).await;
        assert!(matches!(outcomes, (Ok(()), Err(Error::AlreadyIn)) | (Err(Error::AlreadyIn), Ok(()))), "{outcomes:?}");
        assert_eq!(world.page(&olga, org).await.members, 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_owns_more_than_allowed_by_hurrying() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let names = ["Anvil", "Bears", "Crows", "Drums", "Eagles", "Foxes"];
        let outcomes = join_all(names.map(|name| world.orgs.found(&olga, called(name)))).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::Full))), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_given_once_to_two_who_ask_at_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera) = (world.person("Olga").await, world.person("Vera").await);
        let (one, other) = join(
            world.orgs.found(&olga, OrganizationForm { slug: "one".into(), ..called("The Order") }),
            world.orgs.found(&vera, OrganizationForm { slug: "other".into(), ..called("the 0rder") }),
        )
        .await;
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let refused = if one.is_ok() { wrong(other) } else { wrong(one) };
        assert_eq!(refused[0].0, Field::Name);
    })
    .await;
}

#[tokio::test]
async fn an_offer_taken_while_it_is_withdrawn_leaves_one_owner() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let heir = &staff[&Role::Member];
        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        let (taken, withdrawn) =
            join(world.orgs.answer_offer(heir, org, true), world.orgs.withdraw_offer(&olga, org)).await;
        assert!(taken.is_ok() != withdrawn.is_ok(), "{taken:?} {withdrawn:?}");
        let owners: Vec<(i64,)> = db::sql("select user_id from organization_members where role = 'owner'")
            .fetch_all(&world.db)
            .await
            .unwrap();
        assert_eq!(owners.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_request_is_answered_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let vera = world.person("Vera").await;
        world.orgs.ask(&vera, org, "").await.unwrap();
        let (yes, no) = join(
            world.orgs.answer_request(&olga, org, id(&vera), true),
            world.orgs.answer_request(&staff[&Role::Moderator], org, id(&vera), false),
        )
        .await;
        assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
        assert_eq!(world.role(org, &vera).await.is_some(), yes.is_ok());
    })
    .await;
}
