//! Who finds what: hidden organizations do not exist for those outside.

use base::Action;
use contract::organization::Visibility;

use super::*;
use crate::{OrgQuery, SurveyQuery};

fn seen_by(visibility: &str, name: &str) -> OrganizationForm {
    OrganizationForm { visibility: visibility.into(), joining: "open".into(), ..called(name) }
}

#[tokio::test]
async fn a_hidden_one_answers_as_if_it_were_not_there() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (olga, vera, mod_) =
            (world.person("Olga").await, world.person("Vera").await, world.person_as("Mod", Role::Moderator).await);
        let hidden = world.orgs.found(&olga, seen_by("hidden", "Inner Circle")).await.unwrap().id;
        let nowhere = OrgId::from(4711);
        let link = InvitationLinkForm { role: Role::Member, uses: 1, days: 1 };
        for outsider in [&vera, &mod_] {
            for org in [hidden, nowhere] {
                let orgs = &world.orgs;
                assert_eq!(kind(orgs.organization(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.standing(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.slug_of(outsider, org).await), Kind::NotFound);
                assert!(orgs.known_to(outsider, org).await.unwrap().is_none());
                assert_eq!(kind(orgs.members(outsider, org, &MemberQuery::default()).await), Kind::NotFound);
                assert_eq!(kind(orgs.admissions(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.policies(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.join(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.ask(outsider, org, "").await), Kind::NotFound);
                assert_eq!(kind(orgs.leave(outsider, org).await), Kind::NotFound);
                assert_eq!(kind(orgs.invite(outsider, org, "Olga", Role::Member).await), Kind::NotFound);
                assert_eq!(kind(orgs.make_link(outsider, org, &link).await), Kind::NotFound);
                assert_eq!(kind(orgs.revise(outsider, org, called("Mine Now")).await), Kind::NotFound);
                assert_eq!(kind(orgs.set_policies(outsider, org, Vec::new()).await), Kind::NotFound);
                assert_eq!(kind(orgs.set_role(outsider, org, id(&olga), Role::Guest).await), Kind::NotFound);
                assert_eq!(kind(orgs.remove_member(outsider, org, id(&olga)).await), Kind::NotFound);
                assert_eq!(kind(orgs.offer(outsider, org, id(&olga)).await), Kind::NotFound);
                assert_eq!(kind(orgs.answer_invitation(outsider, org, true).await), Kind::NotFound);
                assert_eq!(kind(orgs.answer_offer(outsider, org, true).await), Kind::NotFound);
                assert_eq!(kind(orgs.close(outsider, org, "").await), Kind::NotFound);
            }
        }
        for org in [hidden, nowhere] {
            assert_eq!(
                kind(world.orgs.grant(&vera, org, "").await),
                Kind::Forbidden,
                "whether it exists does not matter"
            );
            assert_eq!(kind(world.orgs.organization(&stranger(), org).await), Kind::NotFound);
            assert_eq!(kind(world.orgs.join(&stranger(), org).await), Kind::Unauthenticated);
        }
        for slug in ["inner-circle", "nowhere"] {
            assert!(matches!(world.orgs.locate(&vera, slug).await, Err(Error::NotFound)));
            assert!(matches!(world.orgs.locate(&stranger(), slug).await, Err(Error::NotFound)));
        }
        assert!(world.orgs.list(&vera, &OrgQuery::default()).await.unwrap().organizations.is_empty());

        let freya = world.person_as("Freya", Role::Admin).await;
        assert_eq!(world.orgs.known_to(&olga, hidden).await.unwrap().unwrap().role, Some(Role::Owner));
        assert_eq!(world.orgs.known_to(&freya, hidden).await.unwrap().unwrap().role, None, "runs the hub, and not it");
        assert_eq!(world.orgs.of_person(&freya, id(&olga)).await.unwrap().len(), 1);
        assert!(world.orgs.of_person(&freya, id(&vera)).await.unwrap().is_empty());
        assert_eq!(
            kind(world.orgs.of_person(&freya, 4711.into()).await),
            Kind::NotFound,
            "nobody is not somebody outside"
        );
        assert_eq!(kind(world.orgs.of_person(&olga, 4711.into()).await), Kind::Forbidden);

        // Who is invited sees it, who belongs to it, and who runs the hub.
        world.orgs.invite(&olga, hidden, "Vera", Role::Member).await.unwrap();
        assert_eq!(world.page(&vera, hidden).await.you.invited, Some(Role::Member));
        assert_eq!(kind(world.orgs.members(&vera, hidden, &MemberQuery::default()).await), Kind::Forbidden);
        world.orgs.answer_invitation(&vera, hidden, true).await.unwrap();
        world.orgs.members(&vera, hidden, &MemberQuery::default()).await.unwrap();
        assert_eq!(world.page(&freya, hidden).await.visibility, Visibility::Hidden);
    })
    .await;
}

#[tokio::test]
async fn the_list_has_public_ones_by_name_page_by_page() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        world.set(|settings| settings.per_person = 20);
        let olga = world.person("Olga").await;
        for (visibility, name) in [
            ("public", "Crows"),
            ("public", "Anvil Hall"),
            ("unlisted", "Back Room"),
            ("hidden", "Cellar"),
            ("public", "Bears"),
            ("public", "100 percent"),
        ] {
            world.orgs.found(&olga, seen_by(visibility, name)).await.unwrap();
        }
        let page = async |search: &str, after: &str| {
            let query = OrgQuery { search: search.into(), after: after.into(), at_most: 2 };
            let page = world.orgs.list(&stranger(), &query).await.unwrap();
            (page.organizations.iter().map(|org| org.name.clone()).collect::<Vec<_>>(), page.next)
        };
        let (first, next) = page("", "").await;
        let (second, end) = page("", &next.unwrap()).await;
        assert_eq!(
            ([first, second].concat(), end),
            (["100 percent", "Anvil Hall", "Bears", "Crows"].map(String::from).to_vec(), None)
        );
        assert_eq!(page("EAR", "").await.0, ["Bears"]);
        assert_eq!(page("%", "").await.0, Vec::<String>::new(), "letter for letter");
        assert_eq!(
            world.orgs.locate(&stranger(), "back-room").await.map(|_| ()).map_err(|_| ()),
            Ok(()),
            "by its address"
        );

        let (freya, mod_) =
            (world.person_as("Freya", Role::Admin).await, world.person_as("Mod", Role::Moderator).await);
        let all = world.orgs.survey(&freya, SurveyQuery::default()).await.unwrap();
        assert_eq!((all.organizations.len(), all.organizations[0].owner.as_ref().unwrap().name.as_str()), (6, "Olga"));
        let two = SurveyQuery { at_most: 2, ..SurveyQuery::default() };
        let two = world.orgs.survey(&freya, two).await.unwrap();
        let rest = SurveyQuery { after: two.next, ..SurveyQuery::default() };
        assert_eq!(world.orgs.survey(&freya, rest).await.unwrap().organizations.len(), 4);
        assert_eq!(kind(world.orgs.survey(&mod_, SurveyQuery::default()).await), Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_token_and_a_guise_do_what_they_were_given() {
    use base::{Credential, Grants, TokenId};

    db::testing::each(|db| async move {
        let world = World::new(db);
        let (org, olga, _) = world.staffed("The Order").await;
        let Actor::Person(person) = olga.clone() else { unreachable!() };
        let by = |by: Credential| Actor::Person(Person { by, ..person.clone() });
        let token = |grants: &str| {
            by(Credential::Token { token: TokenId::from(1), grants: grants.parse::<Grants>().unwrap(), lasting: true })
        };
        let reader = token("organizations:read");
        world.orgs.members(&reader, org, &MemberQuery::default()).await.unwrap();
        assert_eq!(kind(world.orgs.make_link(&reader, org, &link(1)).await), Kind::Forbidden);
        world.orgs.make_link(&token("organizations:write"), org, &link(1)).await.unwrap();
        assert_eq!(
            kind(world.orgs.members(&token("account:read"), org, &MemberQuery::default()).await),
            Kind::Forbidden
        );
        let guise = by(Credential::Guise { session: SessionId::from(1), by: UserId::from(1) });
        world.orgs.admissions(&guise, org).await.unwrap();
        assert_eq!(kind(world.orgs.close(&guise, org, "").await), Kind::Forbidden);
        assert!(!world.page(&guise, org).await.you.may.manage_organization, "no button for what it can't do");
        assert_eq!(guise.may_in(Action::ViewOrganization, &world.orgs.standing(&guise, org).await.unwrap()), Ok(()));
    })
    .await;
}

#[tokio::test]
async fn a_plugin_knows_the_organization_it_was_called_in_and_no_other() {
    db::testing::each(|db| async move {
        let world = World::new(db);
        let (here, olga, _) = world.staffed("The Order").await;
        let (there, ..) = world.staffed("The Lantern").await;
        let vera = world.person("Vera").await;
        let plugin = |behind: Option<&Actor>, may: &[Action]| {
            Actor::Plugin(base::Plugin {
                id: "vault".into(),
                name: "Seed vault".into(),
                organization: Some(here),
                may: may.into(),
                behind: behind.cloned().map(Box::new),
            })
        };
        let sees = [Action::ViewOrganization, Action::ViewMembers];
        let members = async |actor: &Actor, org| world.orgs.members(actor, org, &MemberQuery::default()).await;
        // By itself, and for somebody who may, too.
        let all = members(&olga, here).await.unwrap().members.len();
        for actor in [plugin(None, &sees), plugin(Some(&olga), &sees)] {
            assert_eq!(members(&actor, here).await.unwrap().members.len(), all);
            assert_eq!(kind(members(&actor, there).await), Kind::NotFound, "{actor:?}");
            assert_eq!(kind(world.orgs.standing(&actor, there).await), Kind::NotFound);
            assert_eq!(kind(world.orgs.revise(&actor, here, called("Mine Now")).await), Kind::Forbidden);
        }
        // Nobody gets further through it than by themselves, nor it further than its grants.
        assert_eq!(kind(members(&plugin(Some(&vera), &sees), here).await), kind(members(&vera, here).await));
        assert_eq!(kind(members(&plugin(Some(&olga), &sees[..1]), here).await), Kind::Forbidden);
        assert_eq!(kind(members(&plugin(None, &[]), here).await), Kind::Forbidden);
    })
    .await;
}
