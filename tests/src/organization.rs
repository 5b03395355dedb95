//! The organization that the cast belongs to.

use base::{Actor, Role, Secret};
use contract::organization::{InvitationLinkForm, OrganizationForm};

use crate::TestApp;

/// Makes it, at `/orgs/lantern`, and lets everybody in whose name begins with "Org", as what they are called by; and another one, to which
/// "Org elsewhere" belongs. Gives back its number.
pub(crate) async fn gather(app: &TestApp) -> String {
    let (orgs, accounts) = (&app.running().hub.orgs, &app.running().hub.accounts);
    let form = |name: &str| OrganizationForm { name: name.into(), ..OrganizationForm::default() };
    let lantern = orgs.found_for(&Actor::Operator, "Org owner", form("Lantern")).await.unwrap().id;
    orgs.found_for(&Actor::Operator, "Org elsewhere", form("Elsewhere")).await.unwrap();
    for role in [Role::Member, Role::Organiser, Role::Moderator, Role::Admin] {
        let link = InvitationLinkForm { role: Role::Member, uses: 1, days: 1 };
        let token = orgs.make_link(&Actor::Operator, lantern, &link).await.unwrap().token;
        let name = format!("Org {}", role.word());
        let user = accounts.find_user(&Actor::Operator, &name).await.unwrap().unwrap().id;
        let somebody = Actor::Person(base::Person::logged_in(user, Role::Member, base::SessionId::from(0)));
        orgs.follow_link(&somebody, &Secret::new(token)).await.unwrap();
        if role != Role::Member {
            orgs.set_role(&Actor::Operator, lantern, user, role).await.unwrap();
        }
    }
    lantern.to_string()
}
