//! The service: everything about plugins, and what it stands on.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use arc_swap::ArcSwap;
use base::{Chance, Clock, Millis, OrgId};
use db::Db;
use outbound::Outbound;
use plugin_api::PluginId;
use semver::Version;
use tokio::sync::{Mutex, watch};
use tokio_util::task::TaskTracker;

use crate::{
    Bounds, Maker, Neighbours, Plugin,
    databases::Databases,
    images::Images,
    news::News,
    running::Held,
    scribe::Scribe,
    snapshot::{On, Snapshot},
};

/// What the service is made of.
pub struct Parts {
    /// Where everything is kept.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub chance: Arc<dyn Chance>,
    /// The way to other hosts.
    pub outbound: Outbound,
    /// What secrets are sealed with.
    pub key: seal::Key,
    /// The rest of the hub.
    pub neighbours: Arc<dyn Neighbours>,
    /// The plugins that are a part of the hub.
    pub builtins: Vec<Arc<dyn Plugin>>,
    /// Who makes guests of packages.
    pub maker: Arc<dyn Maker>,
    /// The version of the hub, for those that need one.
    pub hub: Version,
    /// Where packages are looked for that somebody has laid there.
    pub folder: PathBuf,
    /// Addresses below which packages may be fetched.
    pub sources: Vec<String>,
    /// What plugins may cost.
    pub bounds: Bounds,
}

/// Everything about plugins. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Plugins(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) changed: watch::Sender<u64>,
    /// What runs in this process. Whoever changes that waits for whoever does.
    pub(crate) running: Mutex<HashMap<PluginId, Held>>,
    pub(crate) scribe: Scribe,
    /// What goes on beside calls.
    pub(crate) tasks: TaskTracker,
    pub(crate) cooldowns: crate::commands::Cooldowns,
    pub(crate) news: News,
    /// Those of other hosts that pages show.
    pub(crate) images: Images,
    /// Those that plugins have of their own.
    pub(crate) databases: Databases,
}

impl Plugins {
    /// Plugins kept in a database whose migrations have been applied. Nothing is on before [`start`](Self::start).
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            snapshot: ArcSwap::default(),
            changed: watch::Sender::new(0),
            running: Mutex::default(),
            scribe: Scribe::default(),
            tasks: TaskTracker::new(),
            cooldowns: crate::commands::Cooldowns::default(),
            news: News::default(),
            images: Images::default(),
            databases: Databases::default(),
        }))
    }

    /// What is on there, each after what it needs. `None`: for the hub itself.
    pub fn on_in(&self, organization: Option<OrgId>) -> Arc<[Arc<On>]> {
        Arc::clone(&self.0.snapshot.load().here(organization).all)
    }

    /// Counts up whenever something may be on elsewhere, or may be otherwise, than before.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    pub(crate) fn now(&self) -> Millis {
        self.0.parts.clock.now()
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.parts.db
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }
}
