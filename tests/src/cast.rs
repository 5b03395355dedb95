//! One of everybody: what the walk through all doors is made with.

use std::collections::BTreeMap;

use base::{Actor, OrgId, Role, Secret};

use crate::{PASSWORD, Person, Program, TestApp};

/// Who walks, in the order of the matrix.
pub const WHO: [&str; 7] = ["stranger", "elsewhere", "member", "organiser", "moderator", "admin", "owner"];

/// A browser and a program of each.
pub struct Cast {
    stranger: (Person, Program),
    /// By what they are to the hub.
    outside: BTreeMap<&'static str, (Person, Program)>,
    /// By what they are to the organization; members of the hub, all of them.
    inside: BTreeMap<&'static str, (Person, Program)>,
    organization: OrgId,
}

impl Cast {
    /// Makes their accounts, and the organization they belong to.
    pub async fn gather(app: &TestApp) -> Self {
        let (mut outside, mut inside) = (BTreeMap::new(), BTreeMap::new());
        for who in &WHO[1..] {
            let role = Role::from_word(who).unwrap_or(Role::Member);
            outside.insert(*who, enter(app, &format!("Hub {who}"), role).await);
            inside.insert(*who, enter(app, &format!("Org {who}"), Role::Member).await);
        }
        let organization = crate::organization::gather(app).await;
        Self { stranger: (app.stranger(), app.program()), outside, inside, organization }
    }

    /// The organization they belong to.
    pub fn organization(&self) -> OrgId {
        self.organization
    }

    /// Somebody's program: by their role in the hub, or in the organization.
    pub fn program(&self, who: &str, inside: bool) -> Program {
        self.find(who, inside).1.clone()
    }

    /// Somebody's browser, with its login; where that has ended, with a new one.
    pub async fn person(&self, app: &TestApp, who: &str, inside: bool) -> Person {
        let mut person = self.find(who, inside).0.clone();
        if who == "stranger" || person.call("account", &[]).await.status == 200 {
            return person;
        }
        let name = format!("{} {who}", if inside { "Org" } else { "Hub" });
        log_in(app, &name).await
    }

    fn find(&self, who: &str, inside: bool) -> &(Person, Program) {
        let people = if inside { &self.inside } else { &self.outside };
        people.get(who).unwrap_or(&self.stranger)
    }
}

async fn enter(app: &TestApp, name: &str, role: Role) -> (Person, Program) {
    let accounts = &app.running().hub.accounts;
    accounts.create_user(&Actor::Operator, name, Secret::new(PASSWORD), role).await.unwrap();
    (log_in(app, name).await, app.program_of(name).await)
}

async fn log_in(app: &TestApp, name: &str) -> Person {
    let mut person = app.stranger();
    let answer = person.call("log_in", &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    person
}
