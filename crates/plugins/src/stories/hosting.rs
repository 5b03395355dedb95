//! Plugins from the package to the call, told on both databases. The plugins are plain structs; how guests are run is the engine's story.

mod calls;
mod data;
#[cfg(feature = "guests")]
mod guests;
mod languages;
mod life;
mod own;
mod stores;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use base::{
    Actor, Clock as _, OrgId, Person, Role, SessionId, Standing, UserId,
    testing::{HandClock, SeededChance},
};
use db::{Db, sql};
use futures::future::BoxFuture;
use jobs::Jobs;
use outbound::{Outbound, Policy};
use plugin_api::{
    Api, Kind, Manifest,
    act::{Act, InRoom},
    call::{Fault, Happened, Invocation, Reply, Request, Response, Submitted, Verdict},
    manifest::{Point, ReadModel, Slot},
    page::{Node, Page, Text},
};
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Acting, Answer, Channel, Ctx, Keeper, Maker, Neighbours, Note, Parts, Plugin, Plugins, Stop, Unknown, Visit,
    package, powers::Keep,
};

/// What the plugins of a world have done, in order.
type Diary = Arc<Mutex<Vec<String>>>;

/// A plugin that writes down what it is asked, and does what the asking says.
struct Toy {
    manifest: Manifest,
    diary: Diary,
    /// Steps of its life that fail.
    fails: Vec<String>,
    /// So many events are not taken before one is.
    refuses: Arc<AtomicU32>,
}

impl Toy {
    fn note(&self, ctx: &Ctx, what: &str) {
        let place = ctx.call.at.organization().unwrap_or("hub");
        self.diary.lock().unwrap().push(format!("{} {what} {place}", self.manifest.id));
    }

    fn step(&self, ctx: &Ctx, what: &'static str) -> Answer<'_, ()> {
        self.note(ctx, what);
        let fails = self.fails.iter().any(|step| step == what);
        Box::pin(async move { if fails { Err(Fault::Internal(format!("no {what} today"))) } else { Ok(()) } })
    }
}

fn text(text: impl Into<String>) -> Page {
    Page { title: None, body: vec![Node::Paragraph(Text { text: text.into() })] }
}

impl Plugin for Toy {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn start(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.step(&ctx, "start")
    }

    fn stop(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.step(&ctx, "stop")
    }

    fn enable(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.step(&ctx, "enable")
    }

    fn disable(&self, ctx: Ctx) -> Answer<'_, ()> {
        self.step(&ctx, "disable")
    }

    fn upgrade(&self, ctx: Ctx, from: String) -> Answer<'_, ()> {
        self.note(&ctx, &format!("comes from {from}"));
        self.step(&ctx, "upgrade")
    }

    fn page(&self, ctx: Ctx, path: String, _: Map<String, Value>) -> Answer<'_, Page> {
        Box::pin(async move {
            match path.as_str() {
                "count" => {
                    let kept = ctx.powers.get("count".into()).await?;
                    let count = kept.map_or(0, |kept| kept.value[0]) + 1;
                    ctx.powers.put("count".into(), vec![count], Keep::default()).await?;
                    Ok(text(count.to_string()))
                }
                "slow" => {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    Ok(text("late"))
                }
                "panic" => panic!("a mistake"),
                "trap" => {
                    ctx.powers.stopped(Stop::Trapped("unreachable".into()));
                    Err(Fault::Internal("stopped".into()))
                }
                "large" => Ok(text("x".repeat(300 * 1024))),
                "who" => Ok(text(format!("{:?}", ctx.call.caller))),
                "config" => Ok(text(ctx.powers.config().to_string())),
                "log" => {
                    ctx.powers.log(crate::powers::Level::Info, "one\ntwo");
                    Ok(text("logged"))
                }
                "emit" => {
                    ctx.powers.emit(format!("{}.done", self.manifest.id), json!({ "n": 1 })).await?;
                    Ok(text("told"))
                }
                "emit_wrong" => {
                    ctx.powers.emit(format!("{}.done", self.manifest.id), json!({ "n": "one" })).await?;
                    Ok(text("told"))
                }
                "call" => {
                    let answer = ctx.powers.call("other".into(), "twice".into(), json!({ "n": 4 })).await?;
                    Ok(text(answer.to_string()))
                }
                "read" => {
                    let answer = ctx.powers.read(ReadModel::Members, Value::Null, 0).await?;
                    Ok(text(answer.to_string()))
                }
                "later" => {
                    let at = ctx.powers.now() + 5_000;
                    ctx.powers.schedule("prune".into(), "k".into(), at, json!({ "once": true })).await?;
                    Ok(text("planned"))
                }
                _ => Ok(text(format!("page {path}"))),
            }
        })
    }

    fn submit(&self, _: Ctx, path: String, form: Map<String, Value>) -> Answer<'_, Submitted> {
        Box::pin(async move {
            match form.get("to").and_then(Value::as_str) {
                Some(to) => Ok(Submitted::Redirect(to.to_owned())),
                None => Err(Fault::invalid(path, "is missing")),
            }
        })
    }

    fn route(&self, _: Ctx, request: Request) -> Answer<'_, Response> {
        Box::pin(async move {
            let body = json!({ "path": request.path, "params": request.params }).to_string().into_bytes();
            Ok(Response { status: 200, headers: vec![("content-type".into(), "application/json".into())], body })
        })
    }

    fn webhook(&self, ctx: Ctx, name: String, _: Request) -> Answer<'_, Response> {
        self.note(&ctx, &format!("hook {name}"));
        Box::pin(async { Ok(Response { status: 204, ..Response::default() }) })
    }

    fn event(&self, ctx: Ctx, event: Happened) -> Answer<'_, ()> {
        self.note(&ctx, &format!("hears {} {}", event.name, event.subject.1));
        let refuses = self.refuses.load(Ordering::SeqCst);
        Box::pin(async move {
            if refuses > 0 {
                self.refuses.fetch_sub(1, Ordering::SeqCst);
                return Err(Fault::Upstream("not now".into()));
            }
            Ok(())
        })
    }

    fn task(&self, ctx: Ctx, id: String, payload: Value) -> Answer<'_, ()> {
        self.note(&ctx, &format!("does {id} {payload}"));
        Box::pin(async { Ok(()) })
    }

    fn command(&self, _: Ctx, invocation: Invocation) -> Answer<'_, Reply> {
        Box::pin(async move { Ok(Reply { text: format!("did {}", invocation.command), ..Reply::default() }) })
    }

    fn widget(&self, ctx: Ctx, slot: Slot, subject: Option<String>) -> Answer<'_, Vec<Node>> {
        self.note(&ctx, "shows");
        let id = self.manifest.id.to_string();
        Box::pin(async move {
            if id == "slow" {
                tokio::time::sleep(Duration::from_mins(1)).await;
            }
            Ok(text(format!("{} {subject:?}", slot.word())).body)
        })
    }

    fn provide(&self, ctx: Ctx, name: String, input: Value) -> Answer<'_, Value> {
        Box::pin(async move {
            if name == "again" {
                // Until somebody says that it is deep enough.
                return ctx.powers.call(self.manifest.id.to_string(), name, input).await;
            }
            Ok(json!({ "n": input["n"].as_i64().unwrap_or(0) * 2 }))
        })
    }

    fn check(&self, _: Ctx, _: Point, draft: Map<String, Value>) -> Answer<'_, Verdict> {
        Box::pin(async move {
            match draft.get("text").or(draft.get("name")).and_then(Value::as_str) {
                Some("bad") => Ok(Verdict::Refuse("Not here.".into())),
                Some("slow") => {
                    tokio::time::sleep(Duration::from_mins(1)).await;
                    Ok(Verdict::Allow)
                }
                Some("loud") => {
                    let fields = [("text".to_owned(), json!("quiet")), ("room".to_owned(), json!("elsewhere"))];
                    Ok(Verdict::Rewrite(fields.into_iter().collect()))
                }
                _ => Ok(Verdict::Allow),
            }
        })
    }

    fn person(&self, ctx: Ctx, id: String, erase: bool) -> Answer<'_, Value> {
        self.note(&ctx, if erase { "forgets" } else { "tells of" });
        let mute = self.manifest.id.as_str() == "mute";
        Box::pin(async move {
            if mute {
                return Err(Fault::Upstream("not now".into()));
            }
            Ok(if erase { Value::Null } else { json!({ "of": id }) })
        })
    }
}

/// Makes toys of packages. The component's text says what fails: `upgrade enable`; `broken` can't be made at all.
struct Toys {
    diary: Diary,
    refuses: Arc<AtomicU32>,
}

impl Maker for Toys {
    fn apis(&self) -> Vec<Api> {
        vec![Api { major: 1, minor: 0 }]
    }

    fn make(&self, manifest: &Manifest, wasm: &[u8]) -> Result<Arc<dyn Plugin>, Vec<String>> {
        let says = String::from_utf8_lossy(wasm);
        let fails: Vec<String> = says.split_whitespace().map(str::to_owned).collect();
        if fails.iter().any(|word| word == "broken") {
            return Err(vec!["it imports `wasi:cli/environment`".into()]);
        }
        let (diary, refuses) = (self.diary.clone(), self.refuses.clone());
        Ok(Arc::new(Toy { manifest: manifest.clone(), diary, fails, refuses }))
    }
}

/// Who belongs where.
#[derive(Default)]
struct Village {
    roles: Mutex<HashMap<(i64, UserId), Role>>,
    organizations: Mutex<BTreeSet<i64>>,
    keepers: Mutex<Vec<Keeper>>,
}

impl Neighbours for Village {
    fn standing<'a>(&'a self, actor: &'a Actor, org: OrgId) -> BoxFuture<'a, Result<Option<Standing>, Unknown>> {
        let is_there = self.organizations.lock().unwrap().contains(&org.get());
        let role = actor.user().and_then(|user| self.roles.lock().unwrap().get(&(org.get(), user)).copied());
        Box::pin(async move { Ok(is_there.then(|| Standing { role, policies: Vec::new() })) })
    }

    fn organizations(&self, after: Option<OrgId>, _: u32) -> BoxFuture<'_, Result<Vec<OrgId>, Unknown>> {
        let after = after.map_or(0, OrgId::get);
        let all =
            self.organizations.lock().unwrap().iter().filter(|org| **org > after).map(|org| (*org).into()).collect();
        Box::pin(async move { Ok(all) })
    }

    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>> {
        let names = users.iter().map(|user| (*user, format!("user {user}"))).collect();
        Box::pin(async move { Ok(names) })
    }

    fn person_called<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<UserId>, Unknown>> {
        let number = name.strip_prefix("user ").and_then(|number| number.parse::<i64>().ok());
        Box::pin(async move { Ok(number.map(UserId::from)) })
    }

    fn address_of(&self, org: OrgId) -> BoxFuture<'_, Result<Option<String>, Unknown>> {
        Box::pin(async move { Ok(Some(format!("org-{org}"))) })
    }

    fn organization_at<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Option<OrgId>, Unknown>> {
        let number = address.strip_prefix("org-").and_then(|number| number.parse::<i64>().ok());
        let org = number.filter(|org| self.organizations.lock().unwrap().contains(org)).map(OrgId::from);
        Box::pin(async move { Ok(org) })
    }

    fn keepers(&self) -> BoxFuture<'_, Result<Vec<Keeper>, Unknown>> {
        let keepers = self.keepers.lock().unwrap().clone();
        Box::pin(async move { Ok(keepers) })
    }

    fn read<'a>(
        &'a self,
        acting: &'a Acting,
        model: ReadModel,
        _: Value,
        _: u32,
    ) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let Actor::Plugin(plugin) = &acting.actor else { panic!("a plugin asks: {acting:?}") };
            let may: Vec<_> = plugin.may.iter().map(|action| action.rule().word).collect();
            Ok(json!({
                "model": model.word(), "by": *plugin.id, "named": *plugin.name, "for": acting.actor.user(), "may": may,
                "in": plugin.organization.is_some() && plugin.organization == acting.organization,
            }))
        })
    }

    fn act<'a>(&'a self, _: &'a Acting, _: Act, _: InRoom) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn notify<'a>(&'a self, _: &'a Acting, _: UserId, _: &'a Note) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async { Ok(()) })
    }

    fn say<'a>(&'a self, _: &'a Acting, _: &'a Channel, _: Value) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(async { Ok(()) })
    }
}

/// A hub with plugins, two organizations and a person in each.
struct World {
    db: Db,
    plugins: Plugins,
    clock: Arc<HandClock>,
    diary: Diary,
    refuses: Arc<AtomicU32>,
    village: Arc<Village>,
    folder: tempfile::TempDir,
    one: OrgId,
    two: OrgId,
    anna: UserId,
}

const HEAD: &str =
    "manifest = 1\nname = \"A toy\"\ndescription = \"Plays.\"\nauthor = \"A community\"\ncategory = \"utility\"\n";

/// The manifest of a toy: of a guest with `api`, else of a part of the hub.
fn toml(id: &str, version: &str, rest: &str) -> String {
    format!("id = \"{id}\"\nversion = \"{version}\"\n{HEAD}{rest}")
}

fn parsed(source: &str, kind: Kind) -> Manifest {
    crate::read(source, kind).unwrap_or_else(|wrong| panic!("{wrong:#?}\n{source}"))
}

impl World {
    async fn new(db: &Db, builtins: &[String]) -> Self {
        let (diary, refuses) = (Diary::default(), Arc::<AtomicU32>::default());
        let maker = Arc::new(Toys { diary: diary.clone(), refuses: refuses.clone() });
        Self::of(db, builtins, maker, diary, refuses).await
    }

    /// The first organization, as it is to somebody.
    async fn here(&self, actor: &Actor) -> Option<(OrgId, Standing)> {
        let standing = self.plugins.standing(actor, Some(self.one), base::Action::UsePlugins).await.unwrap();
        standing.map(|standing| (self.one, standing))
    }

    /// The same with guests of another make.
    async fn of(db: &Db, builtins: &[String], maker: Arc<dyn Maker>, diary: Diary, refuses: Arc<AtomicU32>) -> Self {
        let clock = Arc::<HandClock>::default();
        let village = Arc::<Village>::default();
        let folder = tempfile::tempdir().unwrap();
        let builtins: Vec<Arc<dyn Plugin>> = builtins
            .iter()
            .map(|source| {
                let manifest = parsed(source, Kind::Builtin);
                let (diary, refuses) = (diary.clone(), refuses.clone());
                Arc::new(Toy { manifest, diary, refuses, fails: Vec::new() }) as Arc<dyn Plugin>
            })
            .collect();
        let plugins = Plugins::new(Parts {
            db: db.clone(),
            clock: clock.clone(),
            chance: Arc::new(SeededChance::new(7)),
            outbound: Outbound::new(Policy::default()).unwrap(),
            key: seal::Key::new([9; 32]),
            neighbours: village.clone(),
            builtins,
            maker,
            hub: semver::Version::new(1, 0, 0),
            folder: folder.path().to_owned(),
            sources: Vec::new(),
            bounds: crate::Bounds::default(),
        });
        let (one, two) = (organization(db, "one").await, organization(db, "two").await);
        let anna = person(db, "anna").await;
        village.organizations.lock().unwrap().extend([one.get(), two.get()]);
        village.roles.lock().unwrap().insert((one.get(), anna), Role::Member);
        plugins.start().await.unwrap();
        Self { db: db.clone(), plugins, clock, diary, refuses, village, folder, one, two, anna }
    }

    fn admin() -> Actor {
        Actor::Operator
    }

    fn person(&self) -> Actor {
        Actor::Person(Person::logged_in(self.anna, Role::Member, SessionId::from(1)))
    }

    fn stranger() -> Actor {
        Actor::Stranger { address: None }
    }

    fn files(source: &str, wasm: &str) -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([
            ("plugin.toml".to_owned(), source.as_bytes().to_vec()),
            ("plugin.wasm".to_owned(), wasm.as_bytes().to_vec()),
            ("assets/logo.png".to_owned(), vec![1, 2, 3]),
        ])
    }

    /// Stages a guest and approves all it asks for.
    async fn install(&self, source: &str, wasm: &str) -> Result<(), crate::Error> {
        let bytes = package::pack(&Self::files(source, wasm)).unwrap();
        let staged = self.plugins.stage(&Self::admin(), bytes).await?;
        let granted = staged.asks.iter().map(|asked| asked.word.to_owned()).collect();
        self.plugins.approve(&Self::admin(), &staged.id, &staged.version, &staged.hash, &granted, false).await
    }

    async fn on(&self, organization: Option<OrgId>, id: &str) {
        self.plugins
            .enable(&Self::admin(), organization, id, true)
            .await
            .unwrap_or_else(|error| panic!("{id}: {error}"));
    }

    /// What a page of the first organization says.
    async fn page(&self, org: OrgId, id: &str, path: &str) -> Result<String, crate::Error> {
        let place = crate::Place::Organization(org);
        let shown = self.plugins.page(&self.person(), place, id, path, Map::new(), &Visit::default()).await?;
        let Node::Paragraph(said) = &shown.page.body[0] else { panic!("{shown:?}") };
        Ok(said.text.clone())
    }

    fn diary(&self) -> Vec<String> {
        std::mem::take(&mut *self.diary.lock().unwrap())
    }

    async fn trail(&self) -> Vec<String> {
        let rows: Vec<(String,)> =
            sql("select act from audit_log where act like 'plugin.%' order by id").fetch_all(&self.db).await.unwrap();
        rows.into_iter().map(|(act,)| act).collect()
    }

    /// Has events read, told, and everything due done, until `done` says that it is.
    async fn work_until(&self, what: &str, mut done: impl FnMut() -> bool) {
        let jobs = Jobs::new(self.db.clone(), self.clock.clone(), Arc::new(SeededChance::new(3)));
        let mut workers = jobs.workers();
        self.plugins.register(&mut workers);
        let stop = CancellationToken::new();
        let mut running = tokio::task::JoinSet::new();
        running.spawn(self.plugins.clone().follow(stop.clone()));
        running.spawn(workers.run(stop.clone(), Duration::from_secs(1)));
        running.spawn(jobs.schedules().keep(Vec::new(), stop.clone()));
        running.spawn(events::Bus::new(self.db.clone()).run(stop.clone()));
        db::testing::until(what, async || if done() { Ok(()) } else { Err(self.diary.lock().unwrap().clone()) }).await;
        stop.cancel();
        running.join_all().await;
    }
}

async fn organization(db: &Db, name: &'static str) -> OrgId {
    db.write(move |tx| {
        Box::pin(async move {
            let (id,): (i64,) =
                sql("insert into organizations (slug, name, folded_name, sort_name, description, visibility,
                     joining, state, member_count, seats, created_at)
                 values ($1, $1, $1, $1, '', 'public', 'open', 'active', 0, 10, 0) returning id")
                .bind(name)
                .fetch_one(tx)
                .await?;
            Ok::<_, db::Error>(id.into())
        })
    })
    .await
    .unwrap()
}

async fn person(db: &Db, name: &'static str) -> UserId {
    db.write(move |tx| {
        Box::pin(async move {
            let (id,): (i64,) =
                sql("insert into users (name, folded_name, folded_game_name, password_hash, role, created_at,
                     password_changed_at)
                 values ($1, $1, $1, '', 'member', 0, 0) returning id")
                .bind(name)
                .fetch_one(tx)
                .await?;
            Ok::<_, db::Error>(id.into())
        })
    })
    .await
    .unwrap()
}
