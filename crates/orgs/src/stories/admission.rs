//! How one comes in: by name, by link, by asking, by a press of a button.

use contract::organization::Admissions;

use super::*;

fn joined_by(joining: &str, name: &str) -> OrganizationForm {
    OrganizationForm { joining: joining.into(), ..called(name) }
}

#[tokio::test]
async fn an_open_door_is_open() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera) = (world.person("Olga").await, world.person("Vera").await);
        let open = world.orgs.found(&olga, joined_by("open", "Open House")).await.unwrap().id;
        assert_eq!(kind(world.orgs.join(&stranger(), open).await), Kind::Unauthenticated);
        assert_eq!(kind(world.orgs.ask(&vera, open, "").await), Kind::Forbidden, "no need to ask");
        world.orgs.join(&vera, open).await.unwrap();
        assert_eq!(world.role(open, &vera).await, Some(Role::Member));
        assert_eq!(world.page(&vera, open).await.members, 2);
        assert!(matches!(world.orgs.join(&vera, open).await, Err(Error::AlreadyIn)));

        world.orgs.leave(&vera, open).await.unwrap();
        assert_eq!((world.role(open, &vera).await, world.page(&vera, open).await.members), (None, 1));
        assert_eq!(kind(world.orgs.leave(&vera, open).await), Kind::NotFound);
        assert!(matches!(world.orgs.leave(&olga, open).await, Err(Error::OwnerStays)));

        let shut = world.org(&olga, "Shut House").await;
        assert_eq!(kind(world.orgs.join(&vera, shut).await), Kind::Forbidden);
        assert_eq!(world.trail(open).await, ["org.created", "org.member_joined", "org.member_left"]);
    })
    .await;
}

#[tokio::test]
async fn who_asks_is_let_in_or_turned_away() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (vera, igor) = (world.person("Vera").await, world.person("Igor").await);
        world.orgs.ask(&vera, org, "I play Myth.\n\nOften.").await.unwrap();
        assert_eq!(kind(world.orgs.ask(&vera, org, "Please!").await), Kind::Conflict, "once is enough");
        assert_eq!(wrong(world.orgs.ask(&igor, org, &"x".repeat(501)).await), [(Field::Message, Code::TooLong)]);
        world.orgs.ask(&igor, org, "").await.unwrap();
        assert!(world.page(&vera, org).await.you.asked);
        assert_eq!(world.orgs.mine(&vera).await.unwrap().asked[0].name, "The Order");

        let moderator = &staff[&Role::Moderator];
        let Admissions { requests, .. } = world.orgs.admissions(moderator, org).await.unwrap();
        assert_eq!(requests.iter().map(|request| request.who.name.as_str()).collect::<Vec<_>>(), ["Vera", "Igor"]);
        assert_eq!(requests[0].message, "I play Myth.\n\nOften.");
        assert_eq!(kind(world.orgs.admissions(&staff[&Role::Member], org).await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.answer_request(&staff[&Role::Editor], org, id(&vera), true).await), Kind::Forbidden);

        world.orgs.answer_request(moderator, org, id(&vera), true).await.unwrap();
        world.orgs.answer_request(&olga, org, id(&igor), false).await.unwrap();
        assert_eq!((world.role(org, &vera).await, world.role(org, &igor).await), (Some(Role::Member), None));
        assert_eq!(kind(world.orgs.answer_request(&olga, org, id(&igor), true).await), Kind::Conflict);
        world.orgs.ask(&igor, org, "Once more.").await.unwrap();
        world.orgs.withdraw_request(&igor, org).await.unwrap();
        assert_eq!(kind(world.orgs.answer_request(&olga, org, id(&igor), true).await), Kind::Conflict);
        assert!(matches!(world.orgs.ask(&vera, org, "").await, Err(Error::AlreadyIn)));
    })
    .await;
}

#[tokio::test]
async fn who_is_invited_by_name_decides() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (vera, igor) = (world.person("Vera").await, world.person("Igor").await);
        assert_eq!(kind(world.orgs.invite(&staff[&Role::Organiser], org, "Vera", Role::Member).await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.invite(&stranger(), org, "Vera", Role::Member).await), Kind::Unauthenticated);
        assert!(matches!(world.orgs.invite(&olga, org, "Vera", Role::Admin).await, Err(Error::Malformed)));
        assert_eq!(
            wrong(world.orgs.invite(&olga, org, "Nobody", Role::Member).await),
            [(Field::Name, Code::NoSuchPerson)]
        );
        world.phone_book.blocked.lock().unwrap().push((id(&igor), id(&olga)));
        assert_eq!(
            wrong(world.orgs.invite(&olga, org, "Igor", Role::Member).await),
            [(Field::Name, Code::NoSuchPerson)]
        );

        world.orgs.invite(&staff[&Role::Moderator], org, "Vera", Role::Guest).await.unwrap();
        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        let mine = world.orgs.mine(&vera).await.unwrap();
        assert_eq!((mine.invited_to.len(), mine.invited_to[0].role), (1, Role::Member), "the last invitation holds");
        world.orgs.answer_invitation(&vera, org, false).await.unwrap();
        assert!(matches!(world.orgs.answer_invitation(&vera, org, true).await, Err(Error::BadInvitation)));

        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        world.orgs.withdraw_invitation(&olga, org, id(&vera)).await.unwrap();
        assert!(matches!(world.orgs.answer_invitation(&vera, org, true).await, Err(Error::BadInvitation)));

        world.orgs.invite(&olga, org, "Vera", Role::Member).await.unwrap();
        world.clock.advance(DAY * 15);
        assert!(matches!(world.orgs.answer_invitation(&vera, org, true).await, Err(Error::BadInvitation)), "too late");
        world.orgs.tidy(&Actor::Job).await.unwrap();

        world.orgs.invite(&olga, org, "Vera", Role::Guest).await.unwrap();
        let invitation = &world.orgs.admissions(&olga, org).await.unwrap().invitations[0];
        assert_eq!((invitation.who.name.as_str(), invitation.by.as_ref().unwrap().id), ("Vera", id(&olga)));
        world.orgs.answer_invitation(&vera, org, true).await.unwrap();
        assert_eq!(world.role(org, &vera).await, Some(Role::Guest));
        assert_eq!(wrong(world.orgs.invite(&olga, org, "Vera", Role::Member).await), [(Field::Name, Code::AlreadyIn)]);
        assert!(world.orgs.admissions(&olga, org).await.unwrap().invitations.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_link_lets_in_as_many_as_it_says_for_as_long_as_it_holds() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        for (uses, days, field) in
            [(0, 1, Field::Uses), (1001, 1, Field::Uses), (1, 0, Field::Days), (1, 366, Field::Days)]
        {
            let form = InvitationLinkForm { role: Role::Member, uses, days };
            assert_eq!(wrong(world.orgs.make_link(&olga, org, &form).await), [(field, Code::OutOfRange)]);
        }
        let high = InvitationLinkForm { role: Role::Moderator, uses: 1, days: 1 };
        assert!(matches!(world.orgs.make_link(&olga, org, &high).await, Err(Error::Malformed)));
        assert_eq!(kind(world.orgs.make_link(&staff[&Role::Member], org, &link(1)).await), Kind::Forbidden);

        let token = Secret::new(world.orgs.make_link(&olga, org, &link(2)).await.unwrap().token);
        let behind = world.orgs.look_behind_link(&stranger(), &token).await.unwrap();
        assert_eq!((behind.organization.name.as_str(), behind.already_in), ("The Order", false));
        assert_eq!(kind(world.orgs.follow_link(&stranger(), &token).await), Kind::Unauthenticated);
        let (vera, igor, late) = (world.person("Vera").await, world.person("Igor").await, world.person("Late").await);
        assert_eq!(world.orgs.follow_link(&vera, &token).await.unwrap(), "the-order");
        world.orgs.follow_link(&vera, &token).await.unwrap();
        assert!(world.orgs.look_behind_link(&vera, &token).await.unwrap().already_in);
        assert_eq!(world.orgs.admissions(&olga, org).await.unwrap().links[0].uses_left, 1, "who is in uses none of it");
        world.orgs.follow_link(&igor, &token).await.unwrap();
        assert!(matches!(world.orgs.follow_link(&late, &token).await, Err(Error::BadInvitation)));
        assert!(matches!(world.orgs.look_behind_link(&late, &token).await, Err(Error::BadInvitation)));

        // A guest who comes by a link for members becomes one.
        let token = Secret::new(world.orgs.make_link(&olga, org, &link(1)).await.unwrap().token);
        world.orgs.follow_link(&staff[&Role::Guest], &token).await.unwrap();
        assert_eq!(world.role(org, &staff[&Role::Guest]).await, Some(Role::Member));

        let made = world.orgs.make_link(&olga, org, &link(1)).await.unwrap();
        let (token, elsewhere) = (Secret::new(made.token), world.org(&late, "Elsewhere").await);
        assert_eq!(
            kind(world.orgs.revoke_link(&late, elsewhere, made.id).await),
            Kind::NotFound,
            "not theirs to revoke"
        );
        world.orgs.revoke_link(&olga, org, made.id).await.unwrap();
        assert!(matches!(world.orgs.follow_link(&late, &token).await, Err(Error::BadInvitation)));
        let token = Secret::new(world.orgs.make_link(&olga, org, &link(1)).await.unwrap().token);
        world.clock.advance(DAY * 7);
        assert!(matches!(world.orgs.follow_link(&late, &token).await, Err(Error::BadInvitation)));
        for rubbish in ["", "guessed", &"x".repeat(10_000)] {
            assert!(matches!(world.orgs.follow_link(&late, &Secret::new(rubbish)).await, Err(Error::BadInvitation)));
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_link_but_its_hash_is_kept() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let olga = world.person("Olga").await;
        let org = world.org(&olga, "The Order").await;
        let made = world.orgs.make_link(&olga, org, &link(1)).await.unwrap();
        let (kept,): (Vec<u8>,) =
            db::sql("select token_hash from organization_links").fetch_one(&world.db).await.unwrap();
        assert_eq!((kept.len(), made.token.len()), (32, 43));
        let told: Vec<(Option<String>,)> = db::sql("select after from audit_log").fetch_all(&world.db).await.unwrap();
        assert!(told.iter().all(|(after,)| !after.as_deref().unwrap_or_default().contains(&made.token)));
    })
    .await;
}

#[tokio::test]
async fn there_are_only_so_many_seats_links_and_places() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera) = (world.person("Olga").await, world.person("Vera").await);
        let org = world.orgs.found(&olga, joined_by("open", "Small House")).await.unwrap().id;
        world.orgs.set_seats(&Actor::Operator, org, 1).await.unwrap();
        assert!(matches!(world.orgs.join(&vera, org).await, Err(Error::Full)));
        let token = Secret::new(world.orgs.make_link(&olga, org, &link(1)).await.unwrap().token);
        assert!(matches!(world.orgs.follow_link(&vera, &token).await, Err(Error::Full)));
        world.orgs.set_seats(&Actor::Operator, org, 2).await.unwrap();
        world.orgs.follow_link(&vera, &token).await.unwrap();
        let too_few = world.orgs.set_seats(&Actor::Operator, org, 1).await;
        assert_eq!(wrong(too_few), [(Field::Seats, Code::OutOfRange)]);
        assert_eq!(kind(world.orgs.set_seats(&olga, org, 5).await), Kind::Forbidden);

        for _ in 0..50 {
            world.orgs.make_link(&olga, org, &link(1)).await.unwrap();
        }
        assert!(matches!(world.orgs.make_link(&olga, org, &link(1)).await, Err(Error::Full)));

        world.set(|settings| settings.memberships = 1);
        let other = world.orgs.found(&world.person("Igor").await, joined_by("open", "Big House")).await.unwrap().id;
        assert!(matches!(world.orgs.join(&vera, other).await, Err(Error::Full)), "she is in as many as one may be");
    })
    .await;
}
