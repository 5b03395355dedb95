//! How organizations are handed on, stopped, closed, and go.

use contract::organization::{OWNER_GONE, OrgState};

use super::*;

async fn delete_account(world: &World, somebody: &Actor) {
    let user = id(somebody);
    world
        .db
        .write(move |tx| {
            Box::pin(async move { db::sql("delete from users where id = $1").bind(user).execute(tx).await })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn an_owner_hands_on_and_stays_as_admin() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (heir, admin) = (&staff[&Role::Editor], &staff[&Role::Admin]);
        let outsider = world.person("Vera").await;
        assert_eq!(kind(world.orgs.offer(admin, org, id(heir)).await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.offer(&stale(&olga), org, id(heir)).await), Kind::Stale);
        assert_eq!(kind(world.orgs.offer(&olga, org, id(&outsider)).await), Kind::NotFound, "to members only");
        assert_eq!(kind(world.orgs.offer(&olga, org, id(&staff[&Role::Guest])).await), Kind::NotFound);

        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        assert!(world.page(heir, org).await.you.heir);
        assert_eq!(world.orgs.mine(heir).await.unwrap().heir_to.len(), 1);
        assert_eq!(world.page(&olga, org).await.heir.unwrap().id, id(heir));
        assert!(world.page(admin, org).await.heir.is_none(), "between the two");
        assert!(matches!(world.orgs.answer_offer(admin, org, true).await, Err(Error::BadInvitation)));
        world.orgs.answer_offer(heir, org, false).await.unwrap();
        assert!(matches!(world.orgs.answer_offer(heir, org, true).await, Err(Error::BadInvitation)));

        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        world.orgs.withdraw_offer(&olga, org).await.unwrap();
        assert!(matches!(world.orgs.answer_offer(heir, org, true).await, Err(Error::BadInvitation)));
        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        world.clock.advance(DAY * 15);
        assert!(matches!(world.orgs.answer_offer(heir, org, true).await, Err(Error::BadInvitation)), "too late");

        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        world.orgs.answer_offer(heir, org, true).await.unwrap();
        assert_eq!((world.role(org, heir).await, world.role(org, &olga).await), (Some(Role::Owner), Some(Role::Admin)));
        world.orgs.leave(&olga, org).await.unwrap();
        assert!(matches!(world.orgs.leave(heir, org).await, Err(Error::OwnerStays)));
    })
    .await;
}

#[tokio::test]
async fn an_heir_who_leaves_or_owns_enough_takes_nothing_over() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let heir = &staff[&Role::Member];
        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        world.orgs.leave(heir, org).await.unwrap();
        assert!(world.page(&olga, org).await.heir.is_none());
        world.let_in(org, heir, Role::Member).await;
        for name in ["First Hall", "Second Hall", "Third Hall"] {
            world.org(heir, name).await;
        }
        world.orgs.offer(&olga, org, id(heir)).await.unwrap();
        assert!(matches!(world.orgs.answer_offer(heir, org, true).await, Err(Error::Full)));
        assert_eq!(world.role(org, &olga).await, Some(Role::Owner));
    })
    .await;
}

#[tokio::test]
async fn a_suspended_one_stands_still() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (freya, vera) = (world.person_as("Freya", Role::Admin).await, world.person("Vera").await);
        let token = Secret::new(world.orgs.make_link(&olga, org, &link(1)).await.unwrap().token);
        assert_eq!(kind(world.orgs.suspend(&olga, org, "No.").await), Kind::Forbidden);
        world.orgs.suspend(&freya, org, "Bad manners.").await.unwrap();
        assert_eq!(kind(world.orgs.suspend(&freya, org, "Again.").await), Kind::Conflict);
        assert_eq!(kind(world.orgs.organization(&vera, org).await), Kind::NotFound);
        let page = world.page(&staff[&Role::Member], org).await;
        assert_eq!((page.state, page.reason.as_deref()), (OrgState::Suspended, Some("Bad manners.")));
        assert_eq!(kind(world.orgs.standing(&olga, org).await), Kind::NotFound);
        assert!(matches!(world.orgs.revise(&olga, org, called("New Name")).await, Err(Error::NotActive)));
        assert!(matches!(world.orgs.follow_link(&vera, &token).await, Err(Error::BadInvitation)));
        world.orgs.leave(&staff[&Role::Member], org).await.unwrap();

        // Closed and reopened, it is suspended still: closing is no way out of it.
        world.orgs.close(&olga, org, "").await.unwrap();
        world.orgs.reopen(&olga, org, "").await.unwrap();
        let page = world.page(&olga, org).await;
        assert_eq!((page.state, page.reason.as_deref()), (OrgState::Suspended, Some("Bad manners.")));
        world.orgs.resume(&freya, org, "They said sorry.").await.unwrap();
        assert!(world.why("org.resumed").await.contains("They said sorry."));
        world.orgs.follow_link(&vera, &token).await.unwrap();
        assert_eq!(kind(world.orgs.resume(&freya, org, "").await), Kind::Conflict);
    })
    .await;
}

#[tokio::test]
async fn a_closed_one_can_be_reopened_for_thirty_days_and_is_gone_then() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        assert_eq!(kind(world.orgs.close(&staff[&Role::Admin], org, "").await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.close(&stale(&olga), org, "").await), Kind::Stale);
        let long = "x".repeat(501);
        assert_eq!(kind(world.orgs.close(&staff[&Role::Admin], org, &long).await), Kind::Forbidden, "first who asks");
        assert_eq!(kind(world.orgs.close(&olga, org, &long).await), Kind::Invalid);
        world.orgs.close(&olga, org, "Nobody comes.").await.unwrap();
        assert!(world.why("org.closed").await.contains("Nobody comes."));
        assert_eq!(kind(world.orgs.close(&olga, org, "").await), Kind::Conflict);
        assert_eq!(kind(world.orgs.locate(&stranger(), "the-order").await), Kind::NotFound);
        let gone_at = world.page(&olga, org).await.gone_at.unwrap();
        assert_eq!(gone_at.since(world.clock.now()), DAY * 30);
        world.clock.advance(DAY * 29);
        world.orgs.tidy(&Actor::Job).await.unwrap();
        world.orgs.reopen(&olga, org, "They come again.").await.unwrap();
        assert!(world.why("org.reopened").await.contains("They come again."));
        assert_eq!(world.page(&stranger(), org).await.members, 7);

        world.orgs.close(&olga, org, "").await.unwrap();
        world.clock.advance(DAY * 30);
        assert_eq!(kind(world.orgs.reopen(&olga, org, "").await), Kind::Conflict);
        assert_eq!(world.orgs.tidy(&Actor::Job).await.unwrap().organizations, 1);
        assert_eq!(world.orgs.tidy(&Actor::Job).await.unwrap().organizations, 0);
        assert_eq!(kind(world.orgs.organization(&olga, org).await), Kind::NotFound);
        assert_eq!(world.trail(org).await.last().unwrap(), "org.purged");
        // Name and address are free again, the number is not.
        let again = world.orgs.found(&olga, called("The Order")).await.unwrap();
        assert!(again.slug == "the-order" && again.id > org);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_withdrawn_is_gone_at_once() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.set(|settings| settings.creation = Creation::OnRequest);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        world.orgs.close(&olga, org, "").await.unwrap();
        assert_eq!(kind(world.orgs.organization(&olga, org).await), Kind::NotFound);
        world.org(&olga, "The Order").await;
    })
    .await;
}

#[tokio::test]
async fn an_owner_whose_account_is_gone_closes_what_they_owned() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (other, _, _) = world.staffed("Elsewhere").await;
        world.let_in(other, &olga, Role::Member).await;
        let admin = &staff[&Role::Admin];
        let left: Vec<_> = world.orgs.sole_owner_of(&olga).await.unwrap().into_iter().map(|card| card.name).collect();
        assert_eq!(left, ["The Order"]);
        assert_eq!(world.orgs.sole_owner_of(admin).await.unwrap(), []);
        world.orgs.ask(&olga, world.org(admin, "Third House").await, "").await.unwrap();
        assert_eq!(kind(world.orgs.forget_user(admin, id(&olga)).await), Kind::Forbidden);

        // With the account's row, and with it its memberships, gone before anybody hears of it.
        delete_account(&world, &olga).await;
        for _ in 0..2 {
            world.orgs.forget_user(&Actor::Job, id(&olga)).await.unwrap();
        }
        let page = world.page(admin, org).await;
        assert_eq!((page.state, page.reason.as_deref()), (OrgState::Closed, Some(OWNER_GONE)));
        assert_eq!((page.owner, page.members), (None, 6));
        assert_eq!(world.page(&Actor::Operator, other).await.members, 7);
        let closed = world.events().await.into_iter().filter(|event| matches!(event, Event::OrganizationClosed { .. }));
        assert_eq!(closed.count(), 1);

        // Those who run the hub give it to somebody, and it goes on.
        let freya = world.person_as("Freya", Role::Admin).await;
        assert_eq!(kind(world.orgs.reopen(&freya, org, "").await), Kind::Conflict, "first an owner");
        assert_eq!(kind(world.orgs.set_owner(admin, org, "The Order admin").await), Kind::Forbidden);
        world.orgs.set_owner(&freya, org, "The Order admin").await.unwrap();
        world.orgs.reopen(&freya, org, "").await.unwrap();
        assert_eq!(world.page(admin, org).await.you.role, Some(Role::Owner));
    })
    .await;
}

#[tokio::test]
async fn somebody_who_leaves_for_good_is_nowhere_any_more() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (vera, member) = (world.person("Vera").await, &staff[&Role::Member]);
        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        world.orgs.offer(&olga, org, id(member)).await.unwrap();
        world.orgs.forget_user(&Actor::Job, id(&vera)).await.unwrap();
        world.orgs.forget_user(&Actor::Job, id(member)).await.unwrap();
        let page = world.page(&olga, org).await;
        assert_eq!((page.members, page.heir, page.state), (6, None, OrgState::Active));
        assert!(world.orgs.admissions(&olga, org).await.unwrap().invitations.is_empty());
        assert_eq!(world.trail(org).await.last().unwrap(), "org.member_left");
    })
    .await;
}

#[tokio::test]
async fn the_download_of_ones_own_names_where_one_is() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (_, _, staff) = world.staffed("The Order").await;
        let moderator = &staff[&Role::Moderator];
        let files = world.orgs.export(&Actor::Job, id(moderator)).await.unwrap();
        assert_eq!(files[0].0, "organizations/organizations.json");
        let told: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
        assert_eq!(told["member_of"][0]["role"], "moderator");
        world.orgs.export(moderator, id(moderator)).await.unwrap();
        assert_eq!(kind(world.orgs.export(&staff[&Role::Member], id(moderator)).await), Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn those_who_run_the_hub_give_it_to_somebody_new() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, _) = world.staffed("The Order").await;
        let vera = world.person("Vera").await;
        world.orgs.set_owner(&Actor::Operator, org, "Vera").await.unwrap();
        assert_eq!(
            (world.role(org, &vera).await, world.role(org, &olga).await),
            (Some(Role::Owner), Some(Role::Admin))
        );
        world.orgs.set_owner(&Actor::Operator, org, "Vera").await.unwrap();
        assert_eq!(world.page(&vera, org).await.members, 8);
    })
    .await;
}
