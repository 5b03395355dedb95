//! Members, their roles, and who may do what.

use base::{Action, Roles};
use contract::organization::Policy;

use super::*;

#[tokio::test]
async fn members_are_listed_from_the_top_page_by_page() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let mut query = MemberQuery { at_most: 3, ..MemberQuery::default() };
        let (mut roles, mut pages) = (Vec::new(), 0);
        loop {
            let page = world.orgs.members(&staff[&Role::Member], org, &query).await.unwrap();
            roles.extend(page.members.iter().map(|member| member.role));
            assert!(page.members.iter().all(|member| !member.yours_to_change) && page.yours_to_give.is_empty());
            pages += 1;
            match page.next {
                Some(next) => query.after = next,
                None => break,
            }
        }
        assert_eq!((roles, pages), (Role::ALL.into_iter().rev().collect(), 3));

        let of_admin = world.orgs.members(&staff[&Role::Admin], org, &MemberQuery::default()).await.unwrap();
        let changeable: Vec<Role> =
            of_admin.members.iter().filter(|member| member.yours_to_change).map(|member| member.role).collect();
        assert_eq!(changeable, [Role::Moderator, Role::Organiser, Role::Editor, Role::Member, Role::Guest]);
        assert!(!of_admin.yours_to_give.contains(&Role::Admin));
        let of_owner = world.orgs.members(&olga, org, &MemberQuery::default()).await.unwrap();
        assert!(of_owner.yours_to_give.contains(&Role::Admin) && !of_owner.yours_to_give.contains(&Role::Owner));

        assert_eq!(kind(world.orgs.members(&staff[&Role::Guest], org, &query).await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.members(&stranger(), org, &query).await), Kind::Unauthenticated);
        let rubbish = MemberQuery { after: "rubbish".into(), ..query };
        assert!(matches!(world.orgs.members(&olga, org, &rubbish).await, Err(Error::Malformed)));
    })
    .await;
}

#[tokio::test]
async fn one_changes_only_those_below_and_gives_only_what_is_below() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let admin = &staff[&Role::Admin];
        let target = id(&staff[&Role::Member]);
        for role in [Role::Guest, Role::Member, Role::Editor, Role::Organiser, Role::Moderator] {
            assert_eq!(
                kind(world.orgs.set_role(&staff[&role], org, target, Role::Guest).await),
                Kind::Forbidden,
                "{role:?}"
            );
        }
        assert_eq!(
            kind(world.orgs.set_role(admin, org, target, Role::Admin).await),
            Kind::Forbidden,
            "not beside oneself"
        );
        assert_eq!(
            kind(world.orgs.set_role(admin, org, id(admin), Role::Member).await),
            Kind::Forbidden,
            "nor oneself"
        );
        assert!(matches!(world.orgs.set_role(admin, org, id(&olga), Role::Member).await, Err(Error::OwnerStays)));
        assert_eq!(
            kind(world.orgs.set_role(&olga, org, target, Role::Owner).await),
            Kind::Forbidden,
            "handed on instead"
        );
        world.orgs.set_role(admin, org, target, Role::Moderator).await.unwrap();
        world.orgs.set_role(&olga, org, target, Role::Admin).await.unwrap();
        assert_eq!(kind(world.orgs.remove_member(admin, org, target).await), Kind::Forbidden);
        world.orgs.remove_member(&olga, org, target).await.unwrap();
        assert_eq!(kind(world.orgs.remove_member(&olga, org, target).await), Kind::NotFound);
        assert!(matches!(world.orgs.remove_member(&olga, org, id(&olga)).await, Err(Error::OwnerStays)));
        let told = world.events().await;
        let changes =
            told.iter().filter(|event| matches!(event, Event::MemberRoleChanged { user, .. } if *user == target));
        assert_eq!(changes.count(), 2);
        assert!(matches!(told.last(), Some(Event::MemberLeft { user, .. }) if *user == target));
    })
    .await;
}

#[tokio::test]
async fn a_policy_hands_an_action_to_other_roles_and_to_nobody_elsewhere() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        let (_, _, others) = world.staffed("Elsewhere").await;
        world.person("Vera").await;
        let member = &staff[&Role::Member];
        let set = |action: Action, roles: &[Role]| vec![(action.rule().word.to_owned(), roles.to_vec())];
        let open = set(Action::InviteMembers, &[Role::Member, Role::Admin]);
        for role in [Role::Guest, Role::Member, Role::Moderator, Role::Admin] {
            assert_eq!(
                kind(world.orgs.set_policies(&staff[&role], org, open.clone()).await),
                Kind::Forbidden,
                "{role:?}"
            );
        }
        world.orgs.set_policies(&olga, org, open).await.unwrap();
        world.orgs.invite(member, org, "Vera", Role::Guest).await.unwrap();
        assert_eq!(kind(world.orgs.invite(&staff[&Role::Moderator], org, "Vera", Role::Guest).await), Kind::Forbidden);
        assert_eq!(kind(world.orgs.invite(&others[&Role::Member], org, "Vera", Role::Guest).await), Kind::Forbidden);
        let standing = world.orgs.standing(member, org).await.unwrap();
        assert_eq!(standing.roles(Action::InviteMembers), Roles::of(&[Role::Member, Role::Admin, Role::Owner]));
        assert_eq!(member.may_in(Action::InviteMembers, &standing), Ok(()));
        let shown: Vec<Policy> = world.orgs.policies(member, org).await.unwrap();
        let invite = shown.iter().find(|policy| policy.action == "invite_members").unwrap();
        assert_eq!(invite.roles, [Role::Member, Role::Admin, Role::Owner]);
        assert_ne!(invite.roles, invite.by_default);

        world.orgs.set_policies(&olga, org, Vec::new()).await.unwrap();
        assert_eq!(kind(world.orgs.invite(member, org, "Vera", Role::Guest).await), Kind::Forbidden, "as by default");
        assert_eq!(world.trail(org).await.iter().filter(|act| *act == "org.policies_changed").count(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_each_role_may_is_what_the_table_says() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, _, staff) = world.staffed("The Order").await;
        for (role, somebody) in &staff {
            let powers = world.page(somebody, org).await.you.may;
            for (shown, action) in [
                (powers.view_members, Action::ViewMembers),
                (powers.view_admissions, Action::ViewAdmissions),
                (powers.invite_members, Action::InviteMembers),
                (powers.answer_requests, Action::AnswerRequests),
                (powers.manage_members, Action::ManageMembers),
                (powers.manage_organization, Action::ManageOrganization),
                (powers.view_audit, Action::ViewOrganizationAudit),
                (powers.manage_policies, Action::ManagePolicies),
                (powers.close_organization, Action::CloseOrganization),
            ] {
                assert_eq!(shown, action.rule().roles.has(*role), "{role:?} {action:?}");
            }
            assert!(!powers.govern);
        }
    })
    .await;
}

#[tokio::test]
async fn who_loses_a_role_loses_what_it_allowed() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        world.person("Vera").await;
        let moderator = &staff[&Role::Moderator];
        world.orgs.invite(moderator, org, "Vera", Role::Member).await.unwrap();
        world.orgs.set_role(&olga, org, id(moderator), Role::Member).await.unwrap();
        assert_eq!(kind(world.orgs.invite(moderator, org, "Vera", Role::Member).await), Kind::Forbidden);
        world.orgs.remove_member(&olga, org, id(moderator)).await.unwrap();
        assert_eq!(kind(world.orgs.members(moderator, org, &MemberQuery::default()).await), Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn admins_read_what_was_done_and_not_from_where() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, staff) = world.staffed("The Order").await;
        world.org(&olga, "Elsewhere").await;
        world.orgs.remove_member(&olga, org, id(&staff[&Role::Editor])).await.unwrap();
        let trail = world.orgs.trail(&staff[&Role::Admin], org, None, 200).await.unwrap();
        let last = &trail.entries[0];
        assert_eq!((last.act.as_str(), last.by.as_ref().unwrap().id), ("org.member_removed", id(&olga)));
        assert_eq!(last.about.as_ref().unwrap().name, "The Order editor");
        assert_eq!(trail.entries.last().unwrap().act, "org.created");
        assert_eq!(trail.entries.len(), world.trail(org).await.len(), "of this organization only");
        let first = world.orgs.trail(&olga, org, None, 1).await.unwrap();
        let second = world.orgs.trail(&olga, org, first.next, 1).await.unwrap();
        assert!(first.entries[0].id > second.entries[0].id);
        for role in [Role::Guest, Role::Member, Role::Moderator] {
            assert_eq!(kind(world.orgs.trail(&staff[&role], org, None, 1).await), Kind::Forbidden, "{role:?}");
        }
    })
    .await;
}
