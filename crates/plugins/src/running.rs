//! What runs in this process: plugins are made ready, started in the order they need one another, and replaced; and the picture everybody
//! reads is drawn anew.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use base::{Actor, Millis, OrgId};
use contract::Event;
use events::{Bus, Delivery};
use plugin_api::{Kind, Manifest, PluginId, manifest::Capabilities, resolve};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{
    Error, Narrowed, Plugin, Plugins,
    calling::{Ask, Export},
    grants,
    lane::Lane,
    package,
    snapshot::{Facts, Here, Installed, On, Runtime, Snapshot},
    store::{self, PluginRow, SwitchRow},
};

/// How often one that can't start is tried again.
const TRIED_AGAIN: Duration = Duration::from_mins(1);
/// How often somebody looks whether there is something to try or to write down.
const ROUND: Duration = Duration::from_secs(2);

/// One version of a plugin in this process.
pub(crate) struct Held {
    version: String,
    sha256: Option<Vec<u8>>,
    facts: Arc<Facts>,
    runtime: Runtime,
    lane: Arc<Lane>,
}

/// Why a plugin could not be made ready.
pub(crate) enum Unready {
    /// It may go better another time.
    Failed(String),
    /// What is kept is not what was approved.
    Forged(String),
}

impl Plugins {
    /// Begins: the hub's own plugins are written down, everything installed is started, each after what it needs. One that can't start keeps
    /// nobody from it.
    pub async fn start(&self) -> Result<(), Error> {
        self.declare().await?;
        self.refresh().await
    }

    /// Ends: whatever runs is told so.
    pub async fn stop(&self) {
        let picture = self.snapshot();
        for plugin in picture.installed.iter().rev() {
            let Runtime::Ready(running) = &plugin.runtime else { continue };
            self.end(plugin.clone(), running).await;
        }
        self.0.databases.close().await;
        if let Err(error) = self.0.scribe.write_down(self.db()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what plugins wrote last can't be kept");
        }
    }

    async fn end(&self, plugin: Arc<Installed>, running: &Arc<dyn Plugin>) {
        let on = Arc::new(On::new(plugin, &Value::Null, &Narrowed::default()));
        let id = on.id().clone();
        let ask = Ask::by_hub(on, None, Export::Stop, "stop".into());
        if let Err(error) = self.call_on(ask, running, |plugin, ctx| plugin.stop(ctx)).await {
            tracing::warn!(plugin = id.as_str(), %error, "a plugin did not stop in order");
        }
    }

    /// Keeps the picture true until `stop`: hears what other processes changed, tries again what could not start, writes down what was
    /// called. Listens from now on.
    pub fn keep(self, bus: &Bus, stop: CancellationToken) -> impl Future<Output = ()> + Send + 'static {
        let mut listener = bus.subscribe();
        async move {
            let mut ticks = tokio::time::interval(ROUND);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                let done = tokio::select! {
                    () = stop.cancelled() => break,
                    delivery = listener.next() => {
                        self.0.news.hear(&delivery);
                        self.hear(delivery).await
                    }
                    _ = ticks.tick() => self.round().await,
                };
                if let Err(error) = done {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "what plugins there are can't be read anew; it is tried again"
                    );
                }
            }
            self.0.news.close();
            self.stop().await;
            self.0.tasks.close();
            self.0.tasks.wait().await;
        }
    }

    async fn hear(&self, delivery: Delivery) -> Result<(), Error> {
        let Delivery::Event { event, .. } = delivery else { return self.refresh().await };
        match &*event {
            Event::PluginEnabled { organization: Some(org), .. }
            | Event::PluginDisabled { organization: Some(org), .. }
            | Event::PluginConfigChanged { organization: Some(org), .. } => self.refresh_in(*org).await,
            Event::PluginInstalled { .. }
            | Event::PluginRemoved { .. }
            | Event::PluginEnabled { .. }
            | Event::PluginDisabled { .. }
            | Event::PluginConfigChanged { .. }
            | Event::PluginChanged { .. } => self.refresh().await,
            _ => Ok(()),
        }
    }

    async fn round(&self) -> Result<(), Error> {
        self.0.scribe.write_down(self.db()).await?;
        let now = self.now();
        let due = self
            .snapshot()
            .installed
            .iter()
            .any(|plugin| matches!(&plugin.runtime, Runtime::Failing { next, .. } if *next <= now));
        if due { self.refresh().await } else { Ok(()) }
    }

    /// What is a part of this version of the hub is in the table, as this version has it. What it asks for is granted: it is the hub.
    async fn declare(&self) -> Result<(), Error> {
        let now = self.now();
        for builtin in &self.0.parts.builtins {
            let manifest = builtin.manifest().clone();
            let facts = store::Facts::of(&manifest, None, None);
            let grants: Vec<(&'static str, String)> = grants::rows(&manifest.capabilities)
                .into_iter()
                .map(|(word, value)| (word, value.to_string()))
                .collect();
            let hub_state = if manifest.hub_wide && manifest.begins_enabled() { "on" } else { "off" };
            let taken = self
                .db()
                .write(move |tx| {
                    let (facts, grants) = (facts.clone(), grants.clone());
                    Box::pin(async move {
                        if store::insert_plugin(tx, &facts, "installed", hub_state, now).await? {
                            store::set_grants(tx, &facts.id, &grants, None, now).await?;
                            return Ok(false);
                        }
                        let Some(row) = store::hold_plugin(tx, &facts.id).await? else { return Ok(false) };
                        if row.kind != Kind::Builtin.word() {
                            return Ok(true);
                        }
                        if row.manifest_json != facts.manifest_json || row.state != "installed" {
                            store::install_plugin(tx, &facts, None, None, now).await?;
                            store::set_grants(tx, &facts.id, &grants, None, now).await?;
                        }
                        Ok::<_, db::Error>(false)
                    })
                })
                .await?;
            if taken {
                tracing::error!(
                    plugin = manifest.id.as_str(),
                    "a guest has the name of a part of the hub: remove it, and start the hub anew"
                );
            }
        }
        Ok(())
    }

    /// Draws the picture anew, and brings this process to it.
    pub async fn refresh(&self) -> Result<(), Error> {
        let mut running = self.0.running.lock().await;
        let rows = store::plugins(self.db()).await?;
        let mut granted: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (plugin, word, value) in store::grants(self.db()).await? {
            granted.entry(plugin).or_default().push((word, value));
        }
        let rows: Vec<PluginRow> = rows.into_iter().filter(|row| row.state == "installed").collect();
        let manifests: Vec<Manifest> = rows.iter().filter_map(|row| self.manifest_of(row)).collect();
        let found = resolve::resolve(&manifests, &self.0.parts.hub, &self.0.parts.maker.apis());
        let refused: BTreeMap<PluginId, String> = found
            .problems
            .iter()
            .flat_map(|problem| problem.refuses().into_iter().map(|id| (id.clone(), problem.to_string())))
            .collect();

        // Those that can't start come last, so that they are in the picture, too.
        let mut order = found.order.clone();
        order.extend(manifests.iter().map(|manifest| manifest.id.clone()).filter(|id| !found.order.contains(id)));
        let mut installed = Vec::new();
        let mut next: HashMap<PluginId, Held> = HashMap::new();
        for id in order {
            let Some(row) = rows.iter().find(|row| row.id == id.as_str()) else { continue };
            let before = running.remove(&id);
            let granted = grants::from_rows(granted.remove(id.as_str()).unwrap_or_default());
            let held = self.bring_up(row, before, granted.clone(), refused.get(&id)).await;
            let Some(held) = held else { continue };
            installed.push(Arc::new(installed_of(row, &held, granted)));
            next.insert(id, held);
        }
        for (_, gone) in running.drain() {
            if let Runtime::Ready(plugin) = &gone.runtime {
                let last = Installed {
                    facts: gone.facts,
                    granted: grants::none(),
                    installation: Value::Null,
                    runtime: gone.runtime.clone(),
                    lane: gone.lane,
                };
                self.end(Arc::new(last), plugin).await;
            }
        }
        *running = next;

        let switches = store::all_switches(self.db()).await?;
        let problems = found.problems.iter().map(ToString::to_string).collect();
        let hub_on: BTreeSet<&str> =
            rows.iter().filter(|row| row.hub_state == "on").map(|row| row.id.as_str()).collect();
        let picture = picture(installed, &hub_on, switches, problems);
        self.show(picture);
        Ok(())
    }

    /// The same of one organization alone: nothing starts, and nothing ends.
    pub(crate) async fn refresh_in(&self, org: OrgId) -> Result<(), Error> {
        let _turn = self.0.running.lock().await;
        let rows = store::switches_in(self.db(), org).await?;
        let before = self.snapshot();
        let here = here(&before.installed, &before.everywhere, rows);
        let mut organizations = before.organizations.clone();
        match here {
            Some(here) => organizations.insert(org, Arc::new(here)),
            None => organizations.remove(&org),
        };
        self.show(Snapshot {
            installed: before.installed.clone(),
            hub: Arc::clone(&before.hub),
            everywhere: Arc::clone(&before.everywhere),
            organizations,
            problems: before.problems.clone(),
        });
        Ok(())
    }

    fn show(&self, picture: Snapshot) {
        self.0.snapshot.store(Arc::new(picture));
        self.0.changed.send_modify(|count| *count += 1);
    }

    /// Of a part of the hub what this version's code says; of a guest what was approved.
    fn manifest_of(&self, row: &PluginRow) -> Option<Manifest> {
        if row.kind == Kind::Builtin.word() {
            return self.builtin(&row.id).map(|builtin| builtin.manifest().clone());
        }
        let read = serde_json::from_str(&row.manifest_json).map_err(|error| error.to_string());
        let read = read.and_then(|json| Manifest::from_json(json).map_err(|error| error.to_string()));
        read.map_err(|error| tracing::error!(plugin = row.id, error, "a plugin's manifest can't be read")).ok()
    }

    pub(crate) fn builtin(&self, id: &str) -> Option<Arc<dyn Plugin>> {
        self.0.parts.builtins.iter().find(|builtin| builtin.manifest().id.as_str() == id).cloned()
    }

    /// One plugin as its row would have it: what runs already goes on.
    async fn bring_up(
        &self,
        row: &PluginRow,
        before: Option<Held>,
        granted: Capabilities,
        refused: Option<&String>,
    ) -> Option<Held> {
        let now = self.now();
        let same = before.as_ref().is_some_and(|held| held.version == row.version && held.sha256 == row.package_sha256);
        let lane = before.as_ref().map_or_else(|| self.lane(), |held| Arc::clone(&held.lane));
        if let Some(reason) = &row.quarantine_reason {
            let facts = self.facts_of(row, before.as_ref().filter(|_| same))?;
            if let Some(Held { runtime: Runtime::Ready(plugin), .. }) = &before {
                self.end(Arc::new(installed_of(row, before.as_ref()?, granted)), plugin).await;
            }
            return Some(Held::new(row, facts, Runtime::Quarantined { why: reason.clone() }, lane));
        }
        if same && let Some(held) = before {
            match &held.runtime {
                Runtime::Ready(_) if refused.is_none() => return Some(held),
                Runtime::Failing { next, .. } if *next > now && refused.is_none() => return Some(held),
                _ => {}
            }
            return self.begin(row, held.lane, granted, refused).await;
        }
        if let Some(held) = &before
            && let Runtime::Ready(plugin) = &held.runtime
        {
            self.end(Arc::new(installed_of(row, held, granted.clone())), plugin).await;
        }
        self.begin(row, lane, granted, refused).await
    }

    async fn begin(
        &self,
        row: &PluginRow,
        lane: Arc<Lane>,
        granted: Capabilities,
        refused: Option<&String>,
    ) -> Option<Held> {
        let failing = |why: String| Runtime::Failing { why, next: self.now().plus(TRIED_AGAIN) };
        if let Some(why) = refused {
            return Some(Held::new(row, self.facts_of(row, None)?, failing(why.clone()), lane));
        }
        let (facts, plugin) = match self.make(row).await {
            Ok(made) => made,
            Err(Unready::Failed(why)) => {
                tracing::error!(plugin = row.id, plugin.version = row.version, why, "a plugin can't start");
                return Some(Held::new(row, self.facts_of(row, None)?, failing(why), lane));
            }
            Err(Unready::Forged(why)) => {
                if let Err(error) = self.write_quarantine(&row.id, &why, &Actor::Job).await {
                    tracing::error!(error = &error as &dyn std::error::Error, "a forged plugin can't be marked");
                }
                return Some(Held::new(row, self.facts_of(row, None)?, Runtime::Quarantined { why }, lane));
            }
        };
        if let Err(error) = self.ready_database(row, &facts, &granted).await {
            tracing::error!(
                plugin = row.id,
                error = &error as &dyn std::error::Error,
                "a plugin's own database can't be brought to where it has to be"
            );
            return Some(Held::new(row, facts, failing(error.to_string()), lane));
        }
        let held = Held::new(row, facts, Runtime::Ready(Arc::clone(&plugin)), lane);
        let here = Arc::new(installed_of(row, &held, granted));
        let started = self.first_steps(row, here, &plugin).await;
        Some(match started {
            Ok(()) => held,
            Err(why) => {
                tracing::error!(plugin = row.id, plugin.version = row.version, why, "a plugin did not start");
                Held { runtime: failing(why), ..held }
            }
        })
    }

    /// From an earlier version to this one, where it ran under one; then it starts.
    async fn first_steps(&self, row: &PluginRow, here: Arc<Installed>, plugin: &Arc<dyn Plugin>) -> Result<(), String> {
        if let Some(ran) = row.ran_version.as_ref().filter(|ran| **ran != row.version) {
            self.carry_over(&here, plugin, ran).await.map_err(|error| format!("its `upgrade` failed: {error}"))?;
        }
        if row.ran_version.as_deref() != Some(&row.version) {
            store::set_ran(self.db(), &row.id, &row.version).await.map_err(|error| error.to_string())?;
        }
        let on = Arc::new(On::new(here, &Value::Null, &Narrowed::default()));
        let ask = Ask::by_hub(on, None, Export::Start, "start".into());
        let started = self.call_on(ask, plugin, |plugin, ctx| plugin.start(ctx)).await;
        started.map_err(|error| format!("its `start` failed: {error}"))
    }

    /// Tells a new version from which one it comes: for the hub, and in every organization where it is on.
    pub(crate) async fn carry_over(
        &self,
        here: &Arc<Installed>,
        plugin: &Arc<dyn Plugin>,
        from: &str,
    ) -> Result<(), Error> {
        let rows = store::switches_of(self.db(), here.id().as_str()).await?;
        let places = rows.iter().filter(|row| row.state == "on").map(Some);
        for row in std::iter::once(None).chain(places) {
            let on = match row {
                None => On::new(Arc::clone(here), &Value::Null, &Narrowed::default()),
                Some(row) => switched_on(Arc::clone(here), row),
            };
            let at = row.map(|row| row.organization_id.into());
            let ask = Ask::by_hub(Arc::new(on), at, Export::Upgrade, "upgrade".into());
            let from = from.to_owned();
            self.call_on(ask, plugin, move |plugin, ctx| plugin.upgrade(ctx, from)).await?;
        }
        Ok(())
    }

    /// The way to a plugin that has none yet.
    pub(crate) fn lane(&self) -> Arc<Lane> {
        Arc::new(Lane::of(self.0.parts.bounds.at_once))
    }

    /// What is known of it without its code.
    fn facts_of(&self, row: &PluginRow, before: Option<&Held>) -> Option<Arc<Facts>> {
        if let Some(held) = before {
            return Some(Arc::clone(&held.facts));
        }
        let manifest = self.manifest_of(row)?;
        Facts::new(manifest, None)
            .map_err(|wrong| {
                tracing::error!(plugin = row.id, wrong = wrong.join("; "), "a plugin's manifest is not good");
            })
            .ok()
            .map(Arc::new)
    }

    /// The plugin itself: of the hub, or of its package, which is held against what was approved.
    pub(crate) async fn make(&self, row: &PluginRow) -> Result<(Arc<Facts>, Arc<dyn Plugin>), Unready> {
        if row.kind == Kind::Builtin.word() {
            let builtin = self.builtin(&row.id);
            let builtin =
                builtin.ok_or_else(|| Unready::Failed("this version of the hub does not have it any more".into()))?;
            let facts =
                Facts::new(builtin.manifest().clone(), None).map_err(|wrong| Unready::Failed(wrong.join("; ")))?;
            return Ok((Arc::new(facts), builtin));
        }
        let package = store::package(self.db(), &row.id, &row.version).await;
        let package = package.map_err(|error| Unready::Failed(error.to_string()))?;
        let package = package.ok_or_else(|| Unready::Failed("its package is gone".into()))?;
        self.make_guest(package, row.package_sha256.clone(), row.signer.clone()).await
    }

    /// A guest of its package's bytes, which have to be those of that hash. Unpacking and compiling happen where nobody waits for them.
    pub(crate) async fn make_guest(
        &self,
        bytes: Vec<u8>,
        sha256: Option<Vec<u8>>,
        signer: Option<String>,
    ) -> Result<(Arc<Facts>, Arc<dyn Plugin>), Unready> {
        let (maker, component) = (Arc::clone(&self.0.parts.maker), self.0.parts.bounds.component);
        let made = tokio::task::spawn_blocking(move || {
            if Some(Sha256::digest(&bytes).to_vec()) != sha256 {
                return Err(Unready::Forged(
                    "its package is not the one that was approved: its hash is another".into(),
                ));
            }
            let read = package::read_within(&bytes, component)
                .map_err(|wrong| Unready::Failed(Error::Invalid(wrong).to_string()))?;
            if signer.is_some() && read.signer != signer {
                return Err(Unready::Forged("its package is not signed with the key it was approved with".into()));
            }
            let plugin = maker.make(&read.manifest, &read.wasm).map_err(|wrong| Unready::Failed(wrong.join("; ")))?;
            let facts =
                Facts::new(read.manifest.clone(), Some(&read)).map_err(|wrong| Unready::Failed(wrong.join("; ")))?;
            Ok((Arc::new(facts), plugin))
        });
        made.await.unwrap_or_else(|_panic| Err(Unready::Failed("it could not be compiled".into())))
    }
}

impl Held {
    fn new(row: &PluginRow, facts: Arc<Facts>, runtime: Runtime, lane: Arc<Lane>) -> Self {
        Self { version: row.version.clone(), sha256: row.package_sha256.clone(), facts, runtime, lane }
    }
}

fn installed_of(row: &PluginRow, held: &Held, granted: Capabilities) -> Installed {
    Installed {
        facts: Arc::clone(&held.facts),
        granted,
        installation: json_of(&row.config_json),
        runtime: held.runtime.clone(),
        lane: Arc::clone(&held.lane),
    }
}

/// JSON of ours, as it lies in a table.
pub(crate) fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}

/// A plugin with what an organization says of it.
pub(crate) fn switched_on(plugin: Arc<Installed>, row: &SwitchRow) -> On {
    let narrowed: Narrowed = serde_json::from_str(&row.narrowed_json).unwrap_or_default();
    On::new(plugin, &json_of(&row.config_json), &narrowed)
}

/// What is on in an organization; `None`: it has said nothing of its own.
fn here(installed: &[Arc<Installed>], everywhere: &Here, rows: Vec<SwitchRow>) -> Option<Here> {
    let rows: BTreeMap<String, SwitchRow> = rows
        .into_iter()
        .filter(|row| row.state == "on" || row.config_version > 0 || row.narrowed_json != "{}")
        .map(|row| (row.plugin_id.clone(), row))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let on = installed.iter().filter_map(|plugin| {
        let row = rows.get(plugin.id().as_str());
        if plugin.facts.manifest.hub_wide {
            let on = everywhere.find(plugin.id().as_str())?;
            return Some(row.map_or_else(|| Arc::clone(on), |row| Arc::new(switched_on(Arc::clone(plugin), row))));
        }
        row.filter(|row| row.state == "on").map(|row| Arc::new(switched_on(Arc::clone(plugin), row)))
    });
    Some(Here::new(on.collect()))
}

fn picture(
    installed: Vec<Arc<Installed>>,
    hub_on: &BTreeSet<&str>,
    switches: Vec<SwitchRow>,
    problems: Vec<String>,
) -> Snapshot {
    let hub: Vec<Arc<On>> = installed
        .iter()
        .filter(|plugin| hub_on.contains(plugin.id().as_str()))
        .map(|plugin| Arc::new(On::new(Arc::clone(plugin), &Value::Null, &Narrowed::default())))
        .collect();
    let everywhere = Here::new(hub.iter().filter(|on| on.manifest().hub_wide).cloned().collect());
    let mut by_organization: BTreeMap<i64, Vec<SwitchRow>> = BTreeMap::new();
    for row in switches {
        by_organization.entry(row.organization_id).or_default().push(row);
    }
    let organizations = by_organization
        .into_iter()
        .filter_map(|(org, rows)| Some((OrgId::from(org), Arc::new(here(&installed, &everywhere, rows)?))))
        .collect();
    Snapshot { hub: Arc::new(Here::new(hub)), everywhere: Arc::new(everywhere), organizations, installed, problems }
}

/// Until when something that could not start is left alone.
pub(crate) fn next_try(runtime: &Runtime) -> Option<Millis> {
    match runtime {
        Runtime::Failing { next, .. } => Some(*next),
        _ => None,
    }
}
