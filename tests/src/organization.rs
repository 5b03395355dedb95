//! The organization that the cast belongs to.

use base::{Actor, OrgId, Role};
use contract::organization::OrganizationForm;

use crate::TestApp;

/// Makes it, of those called "Org member" and so on, each with that role; gives back its number.
pub(crate) async fn gather(app: &TestApp) -> OrgId {
    let hub = &app.running().hub;
    let operator = Actor::Operator;
    for (name, owner) in [("The Lantern", "Org owner"), ("The Harbour", "Org elsewhere")] {
        let form = OrganizationForm { name: name.into(), joining: "open".into(), ..OrganizationForm::default() };
        hub.orgs.found_for(&operator, owner, form).await.unwrap();
    }
    let lantern = hub.orgs.id_of(&operator, "the-lantern").await.unwrap();
    for role in [Role::Member, Role::Organiser, Role::Moderator, Role::Admin] {
        let name = format!("Org {}", role.word());
        let user = hub.accounts.find_user(&operator, &name).await.unwrap().unwrap();
        let session = base::SessionId::from(1);
        let themselves = Actor::Person(base::Person::logged_in(user.id, Role::Member, session));
        hub.orgs.join(&themselves, lantern).await.unwrap();
        if role != Role::Member {
            hub.orgs.set_role(&operator, lantern, user.id, role).await.unwrap();
        }
    }
    lantern
}
