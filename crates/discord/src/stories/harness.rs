//! A hub, its people, and Discord.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use base::{
    Actor, Clock as _, Kind, Millis, OrgId, Person, Role, SessionId, Standing, UserId,
    testing::{MovedClock, SeededChance},
};
use commands::{Command, Definition, Given, Kind as OptionKind, Refusal, Registry, Reply, Wording};
use contract::{
    Event,
    discord::{ChooseDiscord, GuildChoice, RoleLink, Topic, TopicChannel},
};
use db::{Db, sql};
use futures::future::BoxFuture;
use jobs::Jobs;
use outbound::{Outbound, Policy};
use serde_json::Value;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Discord, Known, Members, Parts, People, Turned, Unknown,
    testing::{APPLICATION, FakeDiscord, GUILD, TOKEN},
};

/// What Olga is called at Discord.
pub(super) const OLGA: &str = "6600000000000000001";
/// What Mona is called at Discord.
pub(super) const MONA: &str = "6600000000000000002";
/// Nobody here.
pub(super) const STRANGER: &str = "6600000000000000009";
pub(super) const GENERAL: &str = "3300000000000000001";
pub(super) const ORGANISERS: &str = "4400000000000000001";
pub(super) const MEMBERS: &str = "4400000000000000002";

/// Everybody, and what they are to the one organization.
#[derive(Default)]
pub(super) struct Town {
    accounts: Mutex<BTreeMap<String, UserId>>,
    roles: Mutex<BTreeMap<UserId, Role>>,
}

impl Town {
    pub(super) fn link(&self, account: &str, user: UserId) {
        self.accounts.lock().unwrap().insert(account.to_owned(), user);
    }

    pub(super) fn unlink(&self, account: &str) {
        self.accounts.lock().unwrap().remove(account);
    }

    pub(super) fn is(&self, user: UserId, role: Option<Role>) {
        let mut roles = self.roles.lock().unwrap();
        match role {
            Some(role) => roles.insert(user, role),
            None => roles.remove(&user),
        };
    }
}

struct Neighbours(Arc<Town>, OrgId);

impl People for Neighbours {
    fn by_account<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<Option<Known>, Unknown>> {
        let user = self.0.accounts.lock().unwrap().get(account).copied();
        let known = user.map(|user| Known { user, name: format!("user {user}"), role: Role::Member });
        Box::pin(async move { Ok(known) })
    }

    fn account_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<String>, Unknown>> {
        let accounts = self.0.accounts.lock().unwrap();
        let account = accounts.iter().find(|(_, of)| **of == user).map(|(account, _)| account.clone());
        Box::pin(async move { Ok(account) })
    }

    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        Box::pin(async move { Ok(users.iter().map(|user| (*user, format!("*user* {user}"))).collect()) })
    }

    fn organizations_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<(OrgId, Role)>, Unknown>> {
        let role = self.0.roles.lock().unwrap().get(&user).copied();
        Box::pin(async move { Ok(role.map(|role| (self.1, role)).into_iter().collect()) })
    }

    fn members<'a>(&'a self, _: OrgId, _: &'a str) -> BoxFuture<'a, Result<Members, Unknown>> {
        let members = self.0.roles.lock().unwrap().iter().map(|(user, role)| (*user, *role)).collect();
        Box::pin(async move { Ok(Members { members, next: None }) })
    }

    fn standing<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Standing, Kind>> {
        Box::pin(async move {
            if organization != self.1 {
                return Err(Kind::NotFound);
            }
            let role = match actor {
                // One that acts for itself, where it was let in.
                Actor::Plugin(plugin) if plugin.behind.is_none() => Some(Role::Member),
                _ => actor.user().and_then(|user| self.0.roles.lock().unwrap().get(&user).copied()),
            };
            Ok(Standing { role, policies: Vec::new() })
        })
    }

    fn site(&self) -> BoxFuture<'_, String> {
        Box::pin(async { "https://hub.example".to_owned() })
    }

    fn linkable(&self) -> bool {
        true
    }
}

/// Says who asks, as late as it is told to.
struct WhoAmI(Definition);

impl Command for WhoAmI {
    fn definition(&self) -> &Definition {
        &self.0
    }

    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move {
            if given.options.text("how") == "slowly" {
                tokio::time::sleep(Duration::from_millis(2500)).await;
            }
            let user = given.caller.actor.user().ok_or(Refusal::Unlinked(None))?;
            Ok(Reply::aloud(format!("{} is {user}", given.caller.name)))
        })
    }
}

pub(super) struct Story {
    pub(super) db: Db,
    pub(super) clock: Arc<MovedClock>,
    pub(super) there: FakeDiscord,
    pub(super) discord: Discord,
    pub(super) town: Arc<Town>,
    pub(super) commands: Registry,
    pub(super) org: OrgId,
    pub(super) olga: UserId,
    pub(super) mona: UserId,
    jobs: Jobs,
    tasks: TaskTracker,
    stop: CancellationToken,
}

async fn insert_user(db: &Db, name: &'static str) -> UserId {
    db.write(move |tx| {
        Box::pin(async move {
            let (id,): (i64,) = sql(
                "insert into users (name, folded_name, folded_game_name, password_hash, role, created_at, password_changed_at)
                 values ($1, $1, $1, '', 'member', 0, 0) returning id",
            )
            .bind(name)
            .fetch_one(tx)
            .await?;
            Ok::<_, db::Error>(id.into())
        })
    })
    .await
    .unwrap()
}

async fn insert_org(db: &Db) -> OrgId {
    db.write(|tx| {
        Box::pin(async move {
            let (id,): (i64,) = sql("insert into organizations (slug, name, folded_name, sort_name, description, visibility,
                     joining, state, member_count, seats, created_at, granted_at)
                 values ('lantern', 'Lantern', 'lantern', 'lantern', '', 'public', 'open', 'active', 0, 10, 0, 0) returning id")
            .fetch_one(tx)
            .await?;
            Ok::<_, db::Error>(id.into())
        })
    })
    .await
    .unwrap()
}

impl Story {
    /// Set up, with nothing that runs.
    pub(super) async fn quiet(db: Db) -> Self {
        let there = FakeDiscord::start().await;
        let (olga, mona) = (insert_user(&db, "olga").await, insert_user(&db, "mona").await);
        let org = insert_org(&db).await;
        let town = Arc::new(Town::default());
        town.link(OLGA, olga);
        town.is(olga, Some(Role::Owner));
        let clock = Arc::new(MovedClock::default());
        let chance = Arc::new(SeededChance::new(5));
        let tasks = TaskTracker::new();
        let commands = Registry::new(Arc::clone(&clock) as Arc<_>);
        let policy =
            Policy { allow: vec!["127.0.0.1".parse().unwrap()], timeout: Duration::from_secs(5), ..Policy::default() };
        let discord = Discord::new(Parts {
            db: db.clone(),
            outbound: Outbound::new(policy).unwrap(),
            api: there.api.clone(),
            key: seal::Key::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<_>,
            chance: Arc::clone(&chance) as Arc<_>,
            tasks: tasks.clone(),
            commands: commands.clone(),
            people: Arc::new(Neighbours(Arc::clone(&town), org)),
        });
        commands.set("discord", discord.own_commands()).unwrap();
        let who = Definition::new("whoami", Wording::both("Says who you are", "Diz quem você é")).option(
            "how",
            Wording::one("How"),
            OptionKind::Text(10),
            false,
        );
        commands.set("stories", vec![Arc::new(WhoAmI(who))]).unwrap();
        let jobs = Jobs::new(db.clone(), Arc::clone(&clock) as Arc<_>, chance);
        Self { db, clock, there, discord, town, commands, org, olga, mona, jobs, tasks, stop: CancellationToken::new() }
    }

    /// Set up, with workers.
    pub(super) async fn begin(db: Db) -> Self {
        let story = Self::quiet(db).await;
        let mut workers = story.jobs.workers();
        story.discord.register(&mut workers);
        story.tasks.spawn(workers.run(story.stop.clone(), Duration::from_secs(5)));
        story.tasks.spawn(story.discord.clone().follow(story.stop.clone()));
        story.choose().await;
        story
    }

    /// The same with a server linked, and something told in it.
    pub(super) async fn linked(db: Db) -> Self {
        let story = Self::begin(db).await;
        story.link().await;
        story
    }

    /// Has its server linked, and chooses for it.
    pub(super) async fn link(&self) {
        let code = self.discord.make_code(&self.owner(), self.org).await.unwrap().code;
        let connect = self.there.command_of(OLGA, "connect", serde_json::json!({ "code": code }), "32");
        let said = self.says(&connect).await;
        assert!(said.contains("“The Lantern” is linked"), "{said}");
        let choice = GuildChoice {
            channels: vec![TopicChannel { topic: Topic::Members, channel: GENERAL.into(), trouble: None }],
            roles: vec![
                RoleLink { role: Role::Organiser, guild_role: ORGANISERS.into(), trouble: None },
                RoleLink { role: Role::Member, guild_role: MEMBERS.into(), trouble: None },
            ],
        };
        self.discord.choose_for(&self.owner(), self.org, GUILD, &choice).await.unwrap();
    }

    /// Keeps the connection that the hub is set up to keep.
    pub(super) fn stay_connected(&self) {
        self.tasks.spawn(self.discord.clone().stay_connected(self.stop.clone()));
    }

    pub(super) async fn choose(&self) {
        let form = ChooseDiscord {
            application_id: APPLICATION.into(),
            public_key: self.there.public_key(),
            token: TOKEN.into(),
            gateway: false,
        };
        self.discord.choose(&Actor::Operator, &form).await.unwrap();
    }

    pub(super) fn owner(&self) -> Actor {
        Actor::Person(Person::logged_in(self.olga, Role::Member, SessionId::from(1)))
    }

    pub(super) fn secs(&self) -> i64 {
        self.clock.now().0 / 1000
    }

    /// Discord calls the hub.
    pub(super) async fn calls(&self, interaction: &Value) -> Result<Value, Turned> {
        let (signature, timestamp, body) = self.there.signed(interaction, self.secs());
        self.hears(&signature, &timestamp, &body).await
    }

    pub(super) async fn hears(&self, signature: &str, timestamp: &str, body: &str) -> Result<Value, Turned> {
        let stranger = Actor::Stranger { address: None };
        self.discord.interact(&stranger, signature, timestamp, body.as_bytes()).await
    }

    /// What somebody is answered at once.
    pub(super) async fn says(&self, interaction: &Value) -> String {
        let answer = self.calls(interaction).await.unwrap();
        assert_eq!(answer["type"], 4, "{answer}");
        answer["data"]["content"].as_str().unwrap().to_owned()
    }

    pub(super) async fn happens(&self, event: Event) {
        let now: Millis = self.clock.now();
        self.db
            .write(move |tx| {
                let event = event.clone();
                Box::pin(async move { events::record(tx, now, &event).await })
            })
            .await
            .unwrap();
    }

    pub(super) async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
