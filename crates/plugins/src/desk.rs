//! Plugins as those who run the hub see them: the list, one whole, logs, strikes, and what was put aside.

use std::collections::BTreeMap;

use audit::Entry;
use base::{Action, Actor, Millis, OrgId};
use plugin_api::{Kind, Manifest};
use serde_json::Value;

use crate::{
    Company, Error, Plugins,
    company::Circle,
    grants::{self, Asked},
    running::{json_of, next_try},
    scribe::day,
    snapshot::Runtime,
    staging::{Staged, read_manifest},
    store::{self, CallsRow, LogRow, PluginRow},
};

/// The longest page of anything here.
const LONGEST_PAGE: u32 = 200;
/// So many days of calls are told.
const DAYS: i64 = 30;

/// How a plugin is, in this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It can be called.
    Ready,
    /// It can't start.
    Failing {
        /// Why.
        why: String,
        /// When it is tried again.
        next: Option<Millis>,
    },
    /// It is kept from being called.
    Quarantined {
        /// Why.
        why: String,
        /// Since when.
        at: Option<Millis>,
    },
    /// It is not installed.
    Absent,
}

/// Where a switch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switch {
    /// Off.
    Off,
    /// On.
    On,
    /// It was on, and can't be, and why.
    Suspended(String),
}

impl Switch {
    pub(crate) fn of(state: &str, reason: Option<&String>) -> Self {
        match state {
            "on" => Self::On,
            "suspended" => Self::Suspended(reason.cloned().unwrap_or_default()),
            _ => Self::Off,
        }
    }
}

/// How often a plugin was called, and how that went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// So often.
    pub calls: u64,
    /// So often it failed.
    pub failures: u64,
    /// So long it computed, in milliseconds.
    pub cpu_ms: u64,
    /// The longest it took, in milliseconds.
    pub max_ms: u64,
}

impl Calls {
    fn add(&mut self, row: &CallsRow) {
        self.calls += store::count(row.calls);
        self.failures += store::count(row.failures);
        self.cpu_ms += store::count(row.cpu_ms);
        self.max_ms = self.max_ms.max(store::count(row.max_ms));
    }
}

/// A plugin in the operator's list.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What it says about itself.
    pub manifest: Manifest,
    /// A part of the hub, or a guest.
    pub kind: Kind,
    /// `staged`, `installed` or `removed`.
    pub state: String,
    /// How it is.
    pub health: Health,
    /// Its switch for the hub.
    pub hub: Switch,
    /// In how many organizations it is on.
    pub organizations: u64,
    /// Calls of the last day and today.
    pub calls: Calls,
    /// How much it keeps, in bytes.
    pub stored: u64,
    /// How many events wait for it.
    pub waiting: u64,
    /// How many were put aside.
    pub parked: u64,
    /// A version that was staged and not approved.
    pub staged: Option<String>,
    /// Of a removed one: when what it kept goes.
    pub purge_at: Option<Millis>,
}

/// One plugin, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// As in the list.
    pub card: Card,
    /// What it asks for, and has.
    pub asks: Vec<Asked>,
    /// SHA-256 of the package that runs, in hexadecimal.
    pub hash: Option<String>,
    /// The key its packages are signed with.
    pub signer: Option<String>,
    /// When it was installed.
    pub installed_at: Option<Millis>,
    /// Its versions, the newest first.
    pub versions: Vec<Version>,
    /// What lies ready to be approved, the newest first.
    pub staged: Vec<Staged>,
    /// Whom its switch for the hub takes along.
    pub company: Company,
    /// Where it is on, suspended or may be seen.
    pub organizations: Vec<(OrgId, Switch, bool)>,
    /// By day (since 1970, UTC) and export, the newest first.
    pub calls: Vec<(i64, String, Calls)>,
    /// Its last strikes.
    pub strikes: Vec<Strike>,
    /// What is wrong with how it fits in, also where it starts all the same.
    pub problems: Vec<String>,
}

/// A version that was staged once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Which.
    pub version: String,
    /// SHA-256 of its package, in hexadecimal.
    pub hash: String,
    /// When it was staged.
    pub staged_at: Millis,
    /// When it was approved.
    pub approved_at: Option<Millis>,
    /// Since when another one runs.
    pub replaced_at: Option<Millis>,
    /// Since when its package is gone.
    pub removed_at: Option<Millis>,
}

/// A time a guest had to be stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strike {
    /// When.
    pub at: Millis,
    /// Where.
    pub organization: Option<OrgId>,
    /// In which version.
    pub version: String,
    /// In which of its functions.
    pub export: String,
    /// Why.
    pub why: String,
    /// By what the log knows the call.
    pub trace: String,
}

/// A line a plugin wrote down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where to go on.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Where.
    pub organization: Option<OrgId>,
    /// `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// What.
    pub text: String,
    /// By what the log knows the call.
    pub trace: String,
}

impl From<LogRow> for Line {
    fn from(row: LogRow) -> Self {
        Self {
            id: row.id,
            at: Millis(row.at),
            organization: row.organization_id.map(OrgId::from),
            level: row.level,
            text: row.text,
            trace: row.trace,
        }
    }
}

/// An event that could not be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Parked {
    /// Which row of the inbox.
    pub id: i64,
    /// Where.
    pub organization: Option<OrgId>,
    /// What happened.
    pub happened: Value,
    /// How often it was tried.
    pub attempts: u32,
    /// Since when it lies there.
    pub parked_at: Option<Millis>,
    /// Why, the last time.
    pub why: Option<String>,
}

impl Plugins {
    pub(crate) fn health(&self, row: &PluginRow) -> Health {
        if let Some(why) = &row.quarantine_reason {
            return Health::Quarantined { why: why.clone(), at: row.quarantined_at.map(Millis) };
        }
        match self.snapshot().find(&row.id).map(|plugin| plugin.runtime.clone()) {
            Some(Runtime::Ready(_)) => Health::Ready,
            Some(Runtime::Quarantined { why }) => Health::Quarantined { why, at: None },
            Some(runtime @ Runtime::Failing { .. }) => {
                let next = next_try(&runtime);
                let Runtime::Failing { why, .. } = runtime else { return Health::Absent };
                Health::Failing { why, next }
            }
            None => Health::Absent,
        }
    }

    /// All plugins there are, by id.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Card>, Error> {
        actor.may(Action::ViewPlugins)?;
        self.cards().await
    }

    async fn cards(&self) -> Result<Vec<Card>, Error> {
        let db = self.db();
        let mut organizations: BTreeMap<String, u64> = BTreeMap::new();
        for row in store::all_switches(db).await?.into_iter().filter(|row| row.state == "on") {
            *organizations.entry(row.plugin_id).or_default() += 1;
        }
        let mut calls: BTreeMap<String, Calls> = BTreeMap::new();
        for row in store::calls_since(db, day(self.now()) - 1).await? {
            calls.entry(row.plugin_id.clone()).or_default().add(&row);
        }
        let stored: BTreeMap<String, i64> = store::usage_by_plugin(db).await?.into_iter().collect();
        let inboxes: BTreeMap<String, (i64, i64)> =
            store::inbox_counts(db).await?.into_iter().map(|(id, waiting, parked)| (id, (waiting, parked))).collect();
        let mut cards = Vec::new();
        for row in store::plugins(db).await? {
            let manifest = match self.builtin(&row.id) {
                Some(builtin) => builtin.manifest().clone(),
                None => read_manifest(&row.manifest_json)?,
            };
            let newest = if row.kind == Kind::Guest.word() {
                let versions = store::versions(db, &row.id).await?;
                versions.into_iter().find(|version| version.approved_at.is_none()).map(|version| version.version)
            } else {
                None
            };
            let (waiting, parked) = inboxes.get(&row.id).copied().unwrap_or_default();
            cards.push(Card {
                kind: manifest.kind(),
                health: self.health(&row),
                hub: Switch::of(&row.hub_state, row.hub_reason.as_ref()),
                organizations: organizations.remove(&row.id).unwrap_or_default(),
                calls: calls.remove(&row.id).unwrap_or_default(),
                stored: store::count(stored.get(&row.id).copied().unwrap_or_default())
                    + self.database_bytes(&row.id).await,
                waiting: store::count(waiting),
                parked: store::count(parked),
                staged: newest,
                purge_at: row.purge_at.map(Millis),
                state: row.state,
                manifest,
            });
        }
        Ok(cards)
    }

    /// One plugin, whole.
    pub async fn find(&self, actor: &Actor, id: &str) -> Result<Detail, Error> {
        actor.may(Action::ViewPlugins)?;
        let db = self.db();
        let row = store::plugin(db, id).await?.ok_or(Error::NotFound)?;
        let card = self.cards().await?.into_iter().find(|card| card.manifest.id.as_str() == id);
        let card = card.ok_or(Error::NotFound)?;
        let granted = store::grants(db).await?.into_iter().filter(|(plugin, ..)| plugin == id);
        let granted = grants::from_rows(granted.map(|(_, word, value)| (word, value)));
        let (mut versions, mut ready) = (Vec::new(), Vec::new());
        for version in store::versions(db, id).await? {
            if version.approved_at.is_none() {
                let manifest = read_manifest(&version.manifest_json)?;
                let hash = hex::encode(&version.package_sha256);
                ready.push(self.staged(&row, &manifest, hash, version.signer.clone(), &granted));
            }
            versions.push(Version {
                version: version.version,
                hash: hex::encode(version.package_sha256),
                staged_at: Millis(version.staged_at),
                approved_at: version.approved_at.map(Millis),
                replaced_at: version.replaced_at.map(Millis),
                removed_at: version.removed_at.map(Millis),
            });
        }
        let switches = store::switches_of(db, id).await?;
        let calls = store::calls_since(db, day(self.now()) - DAYS).await?.into_iter().filter(|row| row.plugin_id == id);
        let picture = self.snapshot();
        let problems = picture.problems.iter().filter(|problem| names(problem, id)).cloned().collect();
        Ok(Detail {
            asks: grants::told(&card.manifest.capabilities, &granted, None, self.gives_databases()),
            hash: row.package_sha256.as_ref().map(hex::encode),
            signer: row.signer.clone(),
            company: Circle::new(&picture, None, &[]).company(&card.manifest.id),
            installed_at: row.installed_at.map(Millis),
            versions,
            staged: ready,
            organizations: switches
                .into_iter()
                .map(|row| (row.organization_id.into(), Switch::of(&row.state, row.reason.as_ref()), row.has_access))
                .collect(),
            calls: calls
                .map(|row| {
                    let mut calls = Calls::default();
                    calls.add(&row);
                    (row.day, row.export, calls)
                })
                .collect(),
            strikes: self.strikes_of(id).await?,
            problems,
            card,
        })
    }

    async fn strikes_of(&self, id: &str) -> Result<Vec<Strike>, Error> {
        let rows = store::strikes(self.db(), id, LONGEST_PAGE).await?;
        Ok(rows
            .into_iter()
            .map(|row| Strike {
                at: Millis(row.at),
                organization: row.organization_id.map(OrgId::from),
                version: row.version,
                export: row.export,
                why: row.why,
                trace: row.trace,
            })
            .collect())
    }

    /// What a plugin wrote down, the newest first, those before one.
    pub async fn log(&self, actor: &Actor, id: &str, before: Option<i64>, at_most: u32) -> Result<Vec<Line>, Error> {
        actor.may(Action::ViewPlugins)?;
        store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        // What was written a moment ago is the first thing somebody looks for.
        self.0.scribe.write_down(self.db()).await?;
        let rows = store::log(self.db(), id, before.unwrap_or(i64::MAX), at_most.clamp(1, LONGEST_PAGE)).await?;
        Ok(rows.into_iter().map(Line::from).collect())
    }

    /// Events that could not be told, the newest first, those before one.
    pub async fn parked(
        &self,
        actor: &Actor,
        id: &str,
        before: Option<i64>,
        at_most: u32,
    ) -> Result<Vec<Parked>, Error> {
        actor.may(Action::ViewPlugins)?;
        store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        let rows = store::parked(self.db(), id, before.unwrap_or(i64::MAX), at_most.clamp(1, LONGEST_PAGE)).await?;
        Ok(rows
            .into_iter()
            .map(|row| Parked {
                id: row.id,
                organization: row.organization_id.map(OrgId::from),
                happened: json_of(&row.happened_json),
                attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                parked_at: row.parked_at.map(Millis),
                why: row.last_error,
            })
            .collect())
    }

    /// Has an event that was put aside told again.
    pub async fn replay(&self, actor: &Actor, id: &str, row: i64) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    let organization = store::take_up(tx, &plugin, row, now).await?.ok_or(Error::NotFound)?;
                    jobs::enqueue(tx, now, &Self::telling(&plugin, organization)).await?;
                    let entry = Entry::new("plugin.event_replayed", "plugin", &plugin);
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }
}

/// Whether a sentence names that plugin, as a word of its own.
fn names(sentence: &str, id: &str) -> bool {
    sentence.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == id)
}
