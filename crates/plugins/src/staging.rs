//! How a package becomes a plugin: staged, approved with what it is granted, replaced by another version, rolled back, removed.

use std::{collections::BTreeSet, fs, sync::Arc, time::Duration};

use audit::Entry;
use base::{Action, Actor, OrgId};
use contract::Event;
use db::Tx;
use plugin_api::{Kind, Manifest, manifest::Capabilities, resolve};
use serde_json::{Value, json};

use crate::{
    Error, Layers, NoGuests, Plugin, Plugins,
    calling::{Ask, Export},
    grants::{self, Asked},
    package::{self, Package},
    running::{Unready, json_of, switched_on},
    snapshot::{Facts, Installed, Narrowed, On, Runtime},
    store::{self, NewVersion, PluginRow, SwitchRow, VersionRow},
    tasks,
};

/// What is under way may finish so long.
const DRAIN: Duration = Duration::from_secs(10);
/// What a removed one kept stays so long, unless it is to go at once.
const KEPT: Duration = Duration::from_hours(30 * 24);
/// So many packages are looked for in the folder.
const MOST_FOUND: usize = 200;

/// A version that lies ready to be approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Which plugin.
    pub id: String,
    /// Which version.
    pub version: String,
    /// SHA-256 of its package, in hexadecimal.
    pub hash: String,
    /// What it asks for, and what of that is new.
    pub asks: Vec<Asked>,
    /// The key it is signed with, in base64.
    pub signer: Option<String>,
    /// The plugin was signed with another key before, or this one is not signed at all.
    pub other_signer: bool,
    /// The version that runs, where one does.
    pub runs: Option<String>,
    /// It asks for more than the one that runs.
    pub wider: bool,
}

/// A package that somebody has laid into the folder of plugins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its path within that folder.
    pub path: String,
    /// Which plugin it says it is, and which version; or what is wrong with it.
    pub says: Result<(String, String), String>,
}

/// What becomes of what a removed plugin kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// It stays for thirty days.
    Keep,
    /// It goes at once.
    Delete,
}

/// How a version comes to run.
struct Change<'a> {
    act: &'static str,
    words: BTreeSet<String>,
    version: &'a VersionRow,
    /// Whether it is told from which version it comes.
    tells: bool,
}

impl Plugins {
    /// Takes a package in. Nothing of it runs before it is approved.
    pub async fn stage(&self, actor: &Actor, bytes: Vec<u8>) -> Result<Staged, Error> {
        actor.may(Action::ManagePlugins)?;
        if self.0.parts.maker.apis().is_empty() {
            return Err(Error::Unsupported(NoGuests::WHY.into()));
        }
        let maker = Arc::clone(&self.0.parts.maker);
        let looked_at = tokio::task::spawn_blocking(move || -> Result<(Package, Vec<u8>), Error> {
            let package = package::read(&bytes).map_err(Error::Invalid)?;
            let wrong = |at: &'static str| {
                move |wrong: Vec<String>| Error::Invalid(wrong.into_iter().map(|what| (at.to_owned(), what)).collect())
            };
            Facts::new(package.manifest.clone(), Some(&package)).map_err(wrong("plugin.toml"))?;
            // Made once to be sure, and thrown away: what it imports has to be what it asks for.
            maker.make(&package.manifest, &package.wasm).map_err(wrong("plugin.wasm"))?;
            Ok((package, bytes))
        });
        let (package, bytes) =
            looked_at.await.map_err(|_panic| Error::wrong("plugin.wasm", "could not be compiled"))??;
        let manifest = &package.manifest;
        self.may_be_called(manifest).await?;
        let alone = resolve::resolve(std::slice::from_ref(manifest), &self.0.parts.hub, &self.0.parts.maker.apis());
        let alone: Vec<String> = alone
            .problems
            .iter()
            .filter(|problem| matches!(problem, resolve::Problem::Hub { .. } | resolve::Problem::Api { .. }))
            .map(ToString::to_string)
            .collect();
        if !alone.is_empty() {
            return Err(Error::Unsupported(alone.join("; ")));
        }

        let now = self.now();
        let facts = store::Facts::of(manifest, Some(&package.sha256), None);
        let new = NewVersion {
            id: manifest.id.to_string(),
            version: manifest.version.to_string(),
            sha256: package.sha256,
            signer: package.signer.clone(),
            manifest_json: manifest.to_json().to_string(),
            package: Arc::new(bytes),
            by: actor.user(),
        };
        let hash = hex::encode(package.sha256);
        let (acting, said) = (actor.clone(), hash.clone());
        let row = self
            .db()
            .write(move |tx| {
                let (facts, new, acting, said) = (facts.clone(), new.clone(), acting.clone(), said.clone());
                Box::pin(async move {
                    store::insert_plugin(tx, &facts, "staged", "off", now).await?;
                    let row = store::hold_plugin(tx, &new.id).await?.ok_or(Error::MovedOn)?;
                    if !store::stage_version(tx, &new, now).await? {
                        return Err(Error::State {
                            is: "approved already in this version",
                            needs: "of another version",
                        });
                    }
                    let entry = Entry::new("plugin.staged", "plugin", &new.id)
                        .changing((), json!({ "version": new.version, "sha256": said }));
                    audit::record(tx, now, &acting, &entry).await?;
                    events::record(tx, now, &Event::PluginChanged { plugin: new.id.clone() }).await?;
                    Ok(row)
                })
            })
            .await?;
        let granted = self.granted_now(&row.id).await?;
        Ok(staged(&row, manifest, hash, package.signer.clone(), &granted))
    }

    /// The same with what lies in the folder of plugins.
    pub async fn stage_found(&self, actor: &Actor, path: &str) -> Result<Staged, Error> {
        actor.may(Action::ManagePlugins)?;
        let folder = self.0.parts.folder.clone();
        let wanted = path.to_owned();
        let bytes = tokio::task::spawn_blocking(move || {
            // Only what is in the list has a path that leads nowhere else.
            let known = candidates(&folder).into_iter().find(|known| *known == wanted).ok_or(Error::NotFound)?;
            read_candidate(&folder.join(known)).map_err(Error::Invalid)
        });
        let bytes = bytes.await.map_err(|_panic| Error::NotFound)??;
        self.stage(actor, bytes).await
    }

    /// What lies in the folder of plugins and is not installed in that version. Nothing of it is ever started.
    pub async fn found(&self, actor: &Actor) -> Result<Vec<Found>, Error> {
        actor.may(Action::ViewPlugins)?;
        let folder = self.0.parts.folder.clone();
        let found = tokio::task::spawn_blocking(move || {
            let read = |path: String| {
                let says = read_candidate(&folder.join(&path)).and_then(|bytes| package::read(&bytes));
                let says = says
                    .map(|package| (package.manifest.id.to_string(), package.manifest.version.to_string()))
                    .map_err(|wrong| Error::Invalid(wrong).to_string());
                Found { path, says }
            };
            candidates(&folder).into_iter().map(read).collect::<Vec<_>>()
        });
        let found = found.await.unwrap_or_default();
        let mut left = Vec::new();
        for one in found {
            let known = match &one.says {
                Ok((id, version)) => {
                    store::version(self.db(), id, version).await?.is_some_and(|row| row.removed_at.is_none())
                }
                Err(_) => false,
            };
            if !known {
                left.push(one);
            }
        }
        Ok(left)
    }

    /// Has a version that was staged run, with what is granted of what it asks for. `hash` is what the admin has seen; `other_signer` says
    /// yes to another key than before.
    pub async fn approve(
        &self,
        actor: &Actor,
        id: &str,
        version: &str,
        hash: &str,
        granted: &BTreeSet<String>,
        other_signer: bool,
    ) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        let staged = store::version(self.db(), id, version).await?.ok_or(Error::NotFound)?;
        if staged.approved_at.is_some() && staged.removed_at.is_none() {
            return Err(Error::State { is: "approved already", needs: "staged" });
        }
        if hex::encode(&staged.package_sha256) != hash.to_ascii_lowercase() {
            return Err(Error::wrong("hash", "is another than the staged package's: it was staged anew"));
        }
        if row.signer.is_some() && row.signer != staged.signer && !other_signer {
            return Err(Error::wrong(
                "plugin.sig",
                "it is signed with another key than before, or not at all: that needs a yes of its own",
            ));
        }
        let act = if row.state == "installed" { "plugin.upgraded" } else { "plugin.approved" };
        self.change_to(actor, &row, Change { act, words: granted.clone(), version: &staged, tells: true }).await
    }

    /// Has a newer version run that was staged and asks for no more than the one that runs.
    pub async fn upgrade(&self, actor: &Actor, id: &str, version: &str) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        let staged = store::version(self.db(), id, version).await?.ok_or(Error::NotFound)?;
        let (before, now) = (read_manifest(&row.manifest_json)?, read_manifest(&staged.manifest_json)?);
        if row.state != "installed" || !grants::wider(&before.capabilities, &now.capabilities).is_empty() {
            return Err(Error::State { is: "asking for more than before", needs: "approved" });
        }
        let words = words(&self.granted_now(id).await?);
        self.approve(actor, id, version, &hex::encode(&staged.package_sha256), &words, false).await
    }

    /// Throws a staged version away.
    pub async fn refuse(&self, actor: &Actor, id: &str, version: &str) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let (now, acting) = (self.now(), actor.clone());
        let (plugin, version) = (id.to_owned(), version.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin, version) = (acting.clone(), plugin.clone(), version.clone());
                Box::pin(async move {
                    let row = store::hold_plugin(tx, &plugin).await?.ok_or(Error::NotFound)?;
                    if !store::drop_version(tx, &plugin, &version).await? {
                        return Err(Error::NotFound);
                    }
                    if row.state == "staged" && row.version == version {
                        store::delete_plugin(tx, &plugin).await?;
                    }
                    let entry =
                        Entry::new("plugin.refused", "plugin", &plugin).changing((), json!({ "version": version }));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::PluginChanged { plugin }).await?)
                })
            })
            .await
    }

    /// Has the version run again that ran before this one. What was kept meanwhile stays as it is.
    pub async fn roll_back(&self, actor: &Actor, id: &str) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.filter(|row| row.state == "installed").ok_or(Error::NotFound)?;
        if row.kind == Kind::Builtin.word() {
            return Err(Error::Builtin);
        }
        let mut before: Vec<VersionRow> = store::versions(self.db(), id).await?;
        before.retain(|version| version.replaced_at.is_some() && version.removed_at.is_none());
        before.sort_by_key(|version| version.replaced_at);
        let version = before.pop().ok_or(Error::State { is: "in its first version", needs: "upgraded once" })?;
        let words = words(&self.granted_now(id).await?);
        self.change_to(actor, &row, Change { act: "plugin.rolled_back", words, version: &version, tells: false }).await
    }

    async fn granted_now(&self, id: &str) -> Result<Capabilities, Error> {
        let rows = store::grants(self.db()).await?.into_iter().filter(|(plugin, ..)| plugin == id);
        Ok(grants::from_rows(rows.map(|(_, word, value)| (word, value))))
    }

    /// Names belong to whoever came first.
    async fn may_be_called(&self, manifest: &Manifest) -> Result<(), Error> {
        if self.builtin(manifest.id.as_str()).is_some() {
            return Err(Error::Clash { what: format!("the id `{}`", manifest.id), with: "a part of the hub".into() });
        }
        for other in self.installed_manifests().await? {
            if other.id == manifest.id {
                continue;
            }
            for command in &manifest.commands {
                let theirs = other.commands.iter().find(|theirs| {
                    theirs.name == command.name && theirs.places.iter().any(|place| command.places.contains(place))
                });
                if theirs.is_some() {
                    let what = format!("the command `{}`", command.name);
                    return Err(Error::Clash { what, with: other.id.to_string() });
                }
            }
        }
        Ok(())
    }

    pub(crate) async fn installed_manifests(&self) -> Result<Vec<Manifest>, Error> {
        let rows = store::plugins(self.db()).await?.into_iter().filter(|row| row.state == "installed");
        Ok(rows
            .filter_map(|row| match self.builtin(&row.id) {
                Some(builtin) => Some(builtin.manifest().clone()),
                None => read_manifest(&row.manifest_json).ok(),
            })
            .collect())
    }

    /// The steps from what runs to another version: everything that can fail is done before anything is written, and what is written is
    /// one transaction.
    async fn change_to(&self, actor: &Actor, row: &PluginRow, change: Change<'_>) -> Result<(), Error> {
        let manifest = read_manifest(&change.version.manifest_json)?;
        let asked: BTreeSet<String> = words(&manifest.capabilities);
        if let Some(strange) = change.words.iter().find(|word| !asked.contains(*word)) {
            let rolls_back = !change.tells;
            if !rolls_back {
                return Err(Error::wrong("granted", format!("it does not ask for `{strange}`")));
            }
        }
        if change.words.contains("sql") {
            return Err(Error::Unsupported(
                "this hub gives no plugin a database of its own: leave `sql` ungranted, or ask its author for documents".into(),
            ));
        }
        self.may_be_called(&manifest).await?;
        self.fits_in(&manifest).await?;
        let granted = grants::only(&manifest.capabilities, &change.words);
        let package = store::package(self.db(), &row.id, &change.version.version).await?.ok_or(Error::NotFound)?;
        let sha256 = Some(change.version.package_sha256.clone());
        let made = self.make_guest(package, sha256, change.version.signer.clone()).await;
        let (facts, plugin) = made.map_err(|unready| match unready {
            Unready::Failed(why) | Unready::Forged(why) => Error::wrong("plugin.wasm", why),
        })?;

        let runs = self.snapshot().find(&row.id).cloned().filter(|_| row.state == "installed");
        let lane = runs.as_ref().map_or_else(Arc::default, |runs| Arc::clone(&runs.lane));
        // Whoever calls it now waits until the other version is there.
        let waits = lane.drained(DRAIN).await;
        if runs.is_some() && waits.is_none() {
            tracing::warn!(plugin = row.id, "calls of the earlier version were not waited for any longer");
        }
        let next = Arc::new(Installed {
            facts: Arc::clone(&facts),
            granted: granted.clone(),
            installation: json_of(&row.config_json),
            runtime: Runtime::Ready(Arc::clone(&plugin)),
            lane: Arc::clone(&lane),
        });
        if let Some(ran) = row.ran_version.as_ref().filter(|ran| change.tells && **ran != change.version.version) {
            self.carry_over(&next, &plugin, ran)
                .await
                .map_err(|error| Error::Lifecycle { hook: "upgrade", cause: error.to_string() })?;
        }
        let switches = store::switches_of(self.db(), &row.id).await?;
        let unfit = unfit(&next, &switches);
        self.write_change(actor, row, &change, &manifest, &granted, switches, unfit).await?;
        drop(waits);
        self.refresh().await?;
        self.say_how_it_starts(&row.id)
    }

    /// A version that was approved and can't start is told at once.
    fn say_how_it_starts(&self, id: &str) -> Result<(), Error> {
        match self.snapshot().find(id).map(|plugin| plugin.runtime.clone()) {
            Some(Runtime::Failing { why, .. }) => Err(Error::Lifecycle { hook: "start", cause: why }),
            _ => Ok(()),
        }
    }

    /// Whether it can start beside what is installed, and everything installed beside it.
    async fn fits_in(&self, manifest: &Manifest) -> Result<(), Error> {
        let (hub, apis) = (&self.0.parts.hub, self.0.parts.maker.apis());
        let mut all = self.installed_manifests().await?;
        let before: BTreeSet<String> =
            resolve::resolve(&all, hub, &apis).problems.iter().map(ToString::to_string).collect();
        all.retain(|other| other.id != manifest.id);
        all.push(manifest.clone());
        let after = resolve::resolve(&all, hub, &apis);
        let new: Vec<String> = after
            .problems
            .iter()
            .filter(|problem| !problem.refuses().is_empty())
            .map(ToString::to_string)
            .filter(|problem| !before.contains(problem))
            .collect();
        if new.is_empty() { Ok(()) } else { Err(Error::Dependency(new)) }
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is what is written down in one transaction")]
    async fn write_change(
        &self,
        actor: &Actor,
        row: &PluginRow,
        change: &Change<'_>,
        manifest: &Manifest,
        granted: &Capabilities,
        switches: Vec<SwitchRow>,
        unfit: Vec<(OrgId, String)>,
    ) -> Result<(), Error> {
        let now = self.now();
        let sha256: Option<[u8; 32]> = change.version.package_sha256.clone().try_into().ok();
        let facts = store::Facts::of(manifest, sha256.as_ref(), change.version.signer.clone());
        let rows: Vec<(&'static str, String)> =
            grants::rows(granted).into_iter().map(|(word, value)| (word, value.to_string())).collect();
        let before = (row.state == "installed").then(|| read_manifest(&row.manifest_json)).transpose()?;
        let (acting, manifest, act, held) = (actor.clone(), manifest.clone(), change.act, row.clone());
        self.db()
            .write(move |tx| {
                let (facts, rows, acting, manifest) = (facts.clone(), rows.clone(), acting.clone(), manifest.clone());
                let (held, before, switches, unfit) = (held.clone(), before.clone(), switches.clone(), unfit.clone());
                Box::pin(async move {
                    let there = store::hold_plugin(tx, &facts.id).await?.ok_or(Error::MovedOn)?;
                    if there.version != held.version || there.state != held.state {
                        return Err(Error::MovedOn);
                    }
                    let (by, version) = (acting.user(), facts.version.clone());
                    store::install_plugin(tx, &facts, by, Some(version.clone()), now).await?;
                    store::approve_version(tx, &facts.id, &version, by, now).await?;
                    store::set_grants(tx, &facts.id, &rows, by, now).await?;
                    // A new version begins without what was held against the last.
                    store::forget_strikes(tx, &facts.id).await?;
                    for (org, why) in &unfit {
                        store::set_switch(tx, *org, &facts.id, "suspended", Some(why.clone()), None, now).await?;
                    }
                    replan(tx, &there, &switches, before.as_ref(), &manifest, now).await?;
                    let granted: Vec<&str> = rows.iter().map(|(word, _)| *word).collect();
                    let was = json!({ "version": before.as_ref().map(|before| before.version.to_string()) });
                    let is = json!({ "version": version, "granted": granted });
                    let entry = Entry::new(act, "plugin", &facts.id).changing(was, is);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::PluginInstalled { plugin: facts.id, version }).await?)
                })
            })
            .await
    }

    /// Lets go of a guest. `everywhere`: although it is on somewhere.
    pub async fn remove(&self, actor: &Actor, id: &str, everywhere: bool, data: Data) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        if row.kind == Kind::Builtin.word() {
            return Err(Error::Builtin);
        }
        let needing: Vec<String> = self
            .installed_manifests()
            .await?
            .into_iter()
            .filter(|other| other.requires.plugins.iter().any(|relation| relation.id.as_str() == id))
            .map(|other| format!("{} needs {id}", other.id))
            .collect();
        if !needing.is_empty() {
            return Err(Error::Dependency(needing));
        }
        let switches = store::switches_of(self.db(), id).await?;
        let is_on = row.hub_state != "off" || switches.iter().any(|switch| switch.state != "off");
        if is_on && !everywhere {
            return Err(Error::State { is: "on somewhere", needs: "off everywhere" });
        }
        self.say_good_bye(&row, &switches).await;
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin, switches) = (acting.clone(), plugin.clone(), switches.clone());
                Box::pin(async move {
                    let row = store::hold_plugin(tx, &plugin).await?.ok_or(Error::NotFound)?;
                    store::switch_off_everywhere(tx, &plugin).await?;
                    for organization in switches.iter().map(|row| Some(row.organization_id.into())).chain([None]) {
                        jobs::unplan(tx, &plugin, organization, None).await?;
                    }
                    match data {
                        Data::Keep if row.state != "staged" => {
                            store::remove_plugin(tx, &plugin, now.plus(KEPT), now).await?;
                        }
                        _ => store::delete_plugin(tx, &plugin).await?,
                    }
                    let entry = Entry::new("plugin.removed", "plugin", &plugin)
                        .changing(json!({ "version": row.version }), json!({ "data_kept": data == Data::Keep }));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(events::record(tx, now, &Event::PluginRemoved { plugin }).await?)
                })
            })
            .await?;
        self.refresh().await
    }

    /// It is told that it goes; what it makes of that keeps nobody.
    async fn say_good_bye(&self, row: &PluginRow, switches: &[SwitchRow]) {
        let Some(plugin) = self.snapshot().find(&row.id).cloned() else { return };
        let hub =
            (row.hub_state == "on").then(|| (None, On::new(Arc::clone(&plugin), &Value::Null, &Narrowed::default())));
        let elsewhere = switches
            .iter()
            .filter(|switch| switch.state == "on")
            .map(|switch| (Some(OrgId::from(switch.organization_id)), switched_on(Arc::clone(&plugin), switch)));
        for (at, on) in hub.into_iter().chain(elsewhere) {
            let ask = Ask::by_hub(Arc::new(on), at, Export::Disable, "remove".into());
            if let Err(error) = self.call(ask, |plugin: &dyn Plugin, ctx| plugin.disable(ctx)).await {
                tracing::warn!(plugin = row.id, %error, "a plugin's `disable` failed while it was removed");
            }
        }
    }

    /// What a removed one kept is gone for good.
    pub(crate) async fn purge(&self, id: &str, actor: &Actor) -> Result<(), Error> {
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    store::delete_plugin(tx, &plugin).await?;
                    let entry = Entry::new("plugin.purged", "plugin", &plugin);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(())
                })
            })
            .await
    }
}

/// The plugin's tasks as the new version has them, wherever it is on.
async fn replan(
    tx: &mut Tx<'_>,
    row: &PluginRow,
    switches: &[SwitchRow],
    before: Option<&Manifest>,
    manifest: &Manifest,
    now: base::Millis,
) -> Result<(), Error> {
    let hub = (row.hub_state == "on").then_some(None);
    let elsewhere = switches.iter().filter(|row| row.state == "on").map(|row| Some(OrgId::from(row.organization_id)));
    for organization in hub.into_iter().chain(elsewhere) {
        for gone in before.into_iter().flat_map(|before| &before.tasks) {
            if manifest.tasks.iter().all(|task| task.id != gone.id || !task.active) {
                jobs::unplan(tx, manifest.id.as_str(), organization, Some(&tasks::recurring(&gone.id))).await?;
            }
        }
        tasks::plan(tx, now, manifest, organization).await?;
    }
    Ok(())
}

/// Organizations whose settings the new version does not take.
fn unfit(plugin: &Installed, switches: &[SwitchRow]) -> Vec<(OrgId, String)> {
    let schema = &plugin.facts.schema;
    let judged = switches.iter().filter(|row| row.state == "on").filter_map(|row| {
        let organization = json_of(&row.config_json);
        let layers = Layers { code: &Value::Null, installation: &plugin.installation, organization: &organization };
        // A secret is set or not; what it says was looked at when it was.
        let fault = layers.check(schema).into_iter().find(|fault| !schema.is_secret(&fault.path))?;
        Some((row.organization_id.into(), format!("{}: {}", fault.path, fault.wrong)))
    });
    judged.collect()
}

fn words(capabilities: &Capabilities) -> BTreeSet<String> {
    grants::rows(capabilities).into_iter().map(|(word, _)| word.to_owned()).collect()
}

pub(crate) fn read_manifest(json: &str) -> Result<Manifest, Error> {
    Manifest::from_json(json_of(json)).map_err(|error| Error::wrong("manifest", error.to_string()))
}

pub(crate) fn staged(
    row: &PluginRow,
    manifest: &Manifest,
    hash: String,
    signer: Option<String>,
    granted: &Capabilities,
) -> Staged {
    let before = (row.state == "installed").then(|| read_manifest(&row.manifest_json).ok()).flatten();
    let asks = grants::told(&manifest.capabilities, granted, before.as_ref().map(|before| &before.capabilities));
    Staged {
        id: row.id.clone(),
        version: manifest.version.to_string(),
        wider: before.is_none() || asks.iter().any(|asked| asked.wider),
        asks,
        other_signer: row.signer.is_some() && row.signer != signer,
        signer,
        hash,
        runs: before.map(|_| row.version.clone()),
    }
}

/// What could be a package: archives in the folder, and `<id>/<version>/` with a manifest. By path.
fn candidates(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in names_in(folder) {
        if path.ends_with(".tar.gz") {
            found.push(path);
            continue;
        }
        for version in names_in(&folder.join(&path)) {
            let below = format!("{path}/{version}");
            if version.ends_with(".tar.gz") || folder.join(&below).join("plugin.toml").is_file() {
                found.push(below);
            }
        }
    }
    found.sort();
    found.truncate(MOST_FOUND);
    found
}

fn names_in(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_symlink()));
    plain.filter_map(|entry| entry.file_name().into_string().ok()).take(MOST_FOUND).collect()
}

fn read_candidate(path: &std::path::Path) -> Result<Vec<u8>, package::Wrong> {
    if path.is_dir() {
        return package::pack_folder(path);
    }
    let told = |error: std::io::Error| vec![(String::new(), error.to_string())];
    let length = fs::metadata(path).map_err(told)?.len();
    if length > package::LARGEST as u64 {
        return Err(vec![(String::new(), format!("a package has at most {} MiB", package::LARGEST >> 20))]);
    }
    fs::read(path).map_err(told)
}
