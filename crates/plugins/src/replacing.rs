//! How a version comes to run: approved with what it is granted, as an upgrade, or again after a newer one.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use audit::Entry;
use base::{Action, Actor, OrgId};
use contract::Event;
use db::Tx;
use plugin_api::{Kind, Manifest, manifest::Capabilities, resolve};
use serde_json::{Value, json};

use crate::{
    Error, Layers, Plugin, Plugins, grants,
    running::{Unready, json_of},
    snapshot::{Installed, Runtime},
    staging::read_manifest,
    store::{self, NewMigration, PluginRow, SwitchRow, VersionRow},
    tasks,
};

/// What is under way may finish so long.
const DRAIN: Duration = Duration::from_secs(10);

/// How a version comes to run.
struct Change<'a> {
    act: &'static str,
    words: BTreeSet<String>,
    version: &'a VersionRow,
    /// Whether it is told from which version it comes.
    tells: bool,
    /// What has run on its own database for it.
    migrated: Vec<NewMigration>,
}

impl<'a> Change<'a> {
    fn new(act: &'static str, words: BTreeSet<String>, version: &'a VersionRow, tells: bool) -> Self {
        Self { act, words, version, tells, migrated: Vec::new() }
    }
}

impl Plugins {
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
        self.change_to(actor, &row, Change::new(act, granted.clone(), &staged, true)).await
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
        self.change_to(actor, &row, Change::new("plugin.rolled_back", words, &version, false)).await
    }

    pub(crate) async fn granted_now(&self, id: &str) -> Result<Capabilities, Error> {
        let rows = store::grants(self.db()).await?.into_iter().filter(|(plugin, ..)| plugin == id);
        Ok(grants::from_rows(rows.map(|(_, word, value)| (word, value))))
    }

    /// Names belong to whoever came first.
    pub(crate) async fn may_be_called(&self, manifest: &Manifest) -> Result<(), Error> {
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
    async fn change_to(&self, actor: &Actor, row: &PluginRow, mut change: Change<'_>) -> Result<(), Error> {
        let manifest = read_manifest(&change.version.manifest_json)?;
        let asked: BTreeSet<String> = words(&manifest.capabilities);
        if let Some(strange) = change.words.iter().find(|word| !asked.contains(*word)) {
            let rolls_back = !change.tells;
            if !rolls_back {
                return Err(Error::wrong("granted", format!("it does not ask for `{strange}`")));
            }
        }
        if change.words.contains("sql") {
            self.refuse_databases()?;
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
        let lane = runs.as_ref().map_or_else(|| self.lane(), |runs| Arc::clone(&runs.lane));
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
        change.migrated = self.bring_on(&row.id, &facts.migrations, &granted).await?;
        let written = self.hand_over(actor, row, &change, (&manifest, &next, &plugin)).await;
        if !change.migrated.is_empty() {
            match &written {
                Ok(()) => self.settle(&row.id).await?,
                Err(_) => self.put_back(&row.id).await?,
            }
        }
        written?;
        drop(waits);
        self.refresh().await?;
        self.say_how_it_starts(&row.id)
    }

    /// From the version that ran to the next: told, and written down. What fails leaves everything written as it was.
    async fn hand_over(
        &self,
        actor: &Actor,
        row: &PluginRow,
        change: &Change<'_>,
        (manifest, next, plugin): (&Manifest, &Arc<Installed>, &Arc<dyn Plugin>),
    ) -> Result<(), Error> {
        if let Some(ran) = row.ran_version.as_ref().filter(|ran| change.tells && **ran != change.version.version) {
            self.carry_over(next, plugin, ran)
                .await
                .map_err(|error| Error::Lifecycle { hook: "upgrade", cause: error.to_string() })?;
        }
        let switches = store::switches_of(self.db(), &row.id).await?;
        let unfit = unfit(next, &switches);
        self.write_change(actor, row, change, manifest, &next.granted, switches, unfit).await
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
        let migrated = change.migrated.clone();
        self.db()
            .write(move |tx| {
                let (facts, rows, acting, manifest) = (facts.clone(), rows.clone(), acting.clone(), manifest.clone());
                let (held, before, switches, unfit) = (held.clone(), before.clone(), switches.clone(), unfit.clone());
                let migrated = migrated.clone();
                Box::pin(async move {
                    let there = store::hold_plugin(tx, &facts.id).await?.ok_or(Error::MovedOn)?;
                    if there.version != held.version || there.state != held.state {
                        return Err(Error::MovedOn);
                    }
                    let (by, version) = (acting.user(), facts.version.clone());
                    store::install_plugin(tx, &facts, by, Some(version.clone()), now).await?;
                    store::approve_version(tx, &facts.id, &version, by, now).await?;
                    store::set_grants(tx, &facts.id, &rows, by, now).await?;
                    for one in &migrated {
                        store::note_migration(tx, &facts.id, &version, one, now).await?;
                    }
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
