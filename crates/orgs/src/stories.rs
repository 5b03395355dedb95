//! What people do with organizations, told on both databases.

mod admission;
mod endings;
mod founding;
mod letters;
mod members;
mod races;
mod sight;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base::testing::HandClock;
use base::{Actor, Chance, Clock, Kind, OrgId, Person, Role, Secret, SessionId, UserId};
use contract::{
    Code, Event, Field,
    organization::{InvitationLinkForm, Located, Organization, OrganizationForm},
};
use db::Db;
use futures::future::BoxFuture;

use crate::{Creation, Error, Mailbox, MemberQuery, Orgs, People, Settings, Unknown};

const DAY: Duration = Duration::from_hours(24);

/// A hub whose clock stands still until somebody moves it, and where everybody may begin organizations.
struct World {
    orgs: Orgs,
    clock: Arc<HandClock>,
    phone_book: Arc<PhoneBook>,
    settings: Arc<Mutex<Settings>>,
    db: Db,
}

struct Counting(AtomicU64);

impl Chance for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes();
        buffer[..8].copy_from_slice(&number);
    }
}

/// Who is called what, and who has blocked whom.
#[derive(Default)]
struct PhoneBook {
    names: Mutex<HashMap<UserId, String>>,
    blocked: Mutex<Vec<(UserId, UserId)>>,
    mailboxes: Mutex<HashMap<UserId, Mailbox>>,
}

impl People for PhoneBook {
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        let names = self.names.lock().unwrap();
        let found = users.iter().filter_map(|user| Some((*user, names.get(user)?.clone()))).collect();
        Box::pin(async move { Ok(found) })
    }

    fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>> {
        let names = self.names.lock().unwrap();
        let found = names.iter().find(|(_, known)| *known == name).map(|(user, _)| *user);
        Box::pin(async move { Ok(found) })
    }

    fn mailbox(&self, user: UserId) -> BoxFuture<'_, Result<Option<Mailbox>, Unknown>> {
        let mailbox = self.mailboxes.lock().unwrap().get(&user).cloned();
        Box::pin(async move { Ok(mailbox) })
    }

    fn hears(&self, to: UserId, from: UserId) -> BoxFuture<'_, Result<bool, Unknown>> {
        let blocked = self.blocked.lock().unwrap().contains(&(to, from));
        Box::pin(async move { Ok(!blocked) })
    }
}

impl World {
    fn new(db: Db) -> Self {
        let clock = Arc::new(HandClock::default());
        let phone_book = Arc::new(PhoneBook::default());
        let settings = Settings { creation: Creation::Members, ..Settings::default() };
        let settings = Arc::new(Mutex::new(settings));
        let read = Arc::clone(&settings);
        let orgs = Orgs::new(
            db.clone(),
            clock.clone(),
            Arc::new(Counting(AtomicU64::new(1))),
            phone_book.clone(),
            move || read.lock().unwrap().clone(),
        );
        Self { orgs, clock, phone_book, settings, db }
    }

    fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.lock().unwrap());
    }

    /// Somebody with an account, and a role in the hub.
    async fn person_as(&self, name: &str, role: Role) -> Actor {
        let folded = base::name::fold(name);
        let id = self
            .db
            .write({
                let (name, folded) = (name.to_owned(), folded);
                move |tx| {
                    let (name, folded) = (name.clone(), folded.clone());
                    Box::pin(async move {
                        let (id,): (i64,) = db::sql(
                            "insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at)
                             values ($1, $2, $2, '', 'member', 0, 0) returning id",
                        )
                        .bind(name)
                        .bind(folded)
                        .fetch_one(tx)
                        .await?;
                        Ok::<_, db::Error>(UserId::from(id))
                    })
                }
            })
            .await
            .unwrap();
        self.phone_book.names.lock().unwrap().insert(id, name.to_owned());
        Actor::Person(Person::logged_in(id, role, SessionId::from(1)))
    }

    async fn person(&self, name: &str) -> Actor {
        self.person_as(name, Role::Member).await
    }

    /// Gives somebody a mailbox of their own.
    fn reads_mail(&self, somebody: &Actor, address: &str, locale: mail::Locale) {
        let user = id(somebody);
        let name = self.phone_book.names.lock().unwrap()[&user].clone();
        let address = mail::Address::parse(address).unwrap();
        self.phone_book.mailboxes.lock().unwrap().insert(user, Mailbox { name, address, locale });
    }

    /// An organization of that name, with its owner.
    async fn org(&self, owner: &Actor, name: &str) -> OrgId {
        self.orgs.found(owner, called(name)).await.unwrap().id
    }

    /// The same, with its owner called Olga and other people in the roles that they are called by.
    async fn staffed(&self, name: &str) -> (OrgId, Actor, HashMap<Role, Actor>) {
        let olga = self.person(&format!("{name} Olga")).await;
        let org = self.org(&olga, name).await;
        let mut staff = HashMap::from([(Role::Owner, olga.clone())]);
        for role in [Role::Guest, Role::Member, Role::Editor, Role::Organiser, Role::Moderator, Role::Admin] {
            let somebody = self.person(&format!("{name} {}", role.word())).await;
            self.let_in(org, &somebody, role).await;
            staff.insert(role, somebody);
        }
        (org, olga, staff)
    }

    /// Makes somebody a member, by link, and gives them the role.
    async fn let_in(&self, org: OrgId, somebody: &Actor, role: Role) {
        let form = InvitationLinkForm { role: Role::Member, uses: 1, days: 1 };
        let link = self.orgs.make_link(&Actor::Operator, org, &form).await.unwrap();
        self.orgs.follow_link(somebody, &Secret::new(link.token)).await.unwrap();
        if role != Role::Member {
            self.orgs.set_role(&Actor::Operator, org, id(somebody), role).await.unwrap();
        }
    }

    async fn role(&self, org: OrgId, somebody: &Actor) -> Option<Role> {
        crate::store::role_in(&self.db, org, id(somebody)).await.unwrap()
    }

    async fn page(&self, actor: &Actor, org: OrgId) -> Organization {
        self.orgs.organization(actor, org).await.unwrap()
    }

    async fn events(&self) -> Vec<Event> {
        let rows: Vec<(String,)> = db::sql("select event from outbox order by id").fetch_all(&self.db).await.unwrap();
        rows.into_iter().map(|(event,)| serde_json::from_str(&event).unwrap()).collect()
    }

    /// What the audit trail says was done in an organization, oldest first.
    async fn trail(&self, org: OrgId) -> Vec<String> {
        let rows: Vec<(String,)> = db::sql("select act from audit_log where organization_id = $1 order by id")
            .bind(org)
            .fetch_all(&self.db)
            .await
            .unwrap();
        rows.into_iter().map(|(act,)| act).collect()
    }

    /// What the newest entry of that act says of what is now: the reason is there.
    async fn why(&self, act: &str) -> String {
        let newest = db::sql("select after from audit_log where act = $1 order by id desc limit 1").bind(act);
        let (after,): (Option<String>,) = newest.fetch_one(&self.db).await.unwrap();
        after.unwrap_or_default()
    }
}

fn id(somebody: &Actor) -> UserId {
    somebody.user().unwrap()
}

fn stranger() -> Actor {
    Actor::Stranger { address: None }
}

/// The same person, whose login is too old for what is grave.
fn stale(somebody: &Actor) -> Actor {
    match somebody {
        Actor::Person(person) => Actor::Person(Person { fresh: false, ..person.clone() }),
        other => other.clone(),
    }
}

fn called(name: &str) -> OrganizationForm {
    OrganizationForm { name: name.into(), ..OrganizationForm::default() }
}

fn link(uses: u32) -> InvitationLinkForm {
    InvitationLinkForm { role: Role::Member, uses, days: 7 }
}

/// The wrong fields of a refused form.
#[track_caller]
fn wrong<T>(outcome: Result<T, Error>) -> Vec<(Field, Code)> {
    refusal(outcome).problem().fields.iter().map(|wrong| (wrong.field, wrong.code)).collect()
}

#[track_caller]
fn kind<T>(outcome: Result<T, Error>) -> Kind {
    refusal(outcome).kind()
}

#[track_caller]
fn refusal<T>(outcome: Result<T, Error>) -> Error {
    match outcome {
        Ok(_) => panic!("it was allowed"),
        Err(error) => error,
    }
}
