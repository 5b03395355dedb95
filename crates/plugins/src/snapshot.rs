//! What there is and where it is on, as everybody reads it: one immutable picture, put in the place of the last when something changes. Nobody
//! who reads it waits for anybody.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use base::{Action, Actor, Millis, OrgId, Role, Roles, Standing, UserId};
use bytes::Bytes;
use plugin_api::{
    Kind, Manifest, PluginId,
    json_schema::Use,
    manifest::{Capabilities, Point},
};
use serde_json::Value;
use url::Url;

use crate::{
    Error, Layers, Narrowed, Plugin, Schema, config, grants,
    lane::Lane,
    locales::{self, Locales},
    migrations::Migration,
    moment::Moment,
    package::Package,
};

/// One version of a plugin, made ready once.
pub(crate) struct Facts {
    pub(crate) manifest: Manifest,
    /// The same in other languages.
    locales: Locales,
    pub(crate) schema: Schema,
    /// What goes in and what comes out, by the export's name.
    pub(crate) exports: BTreeMap<String, (Schema, Schema)>,
    /// The payload's version and schema, by the event's name.
    pub(crate) emits: BTreeMap<String, (u32, Schema)>,
    pub(crate) assets: BTreeMap<String, (Bytes, &'static str)>,
    pub(crate) sha256: Option<[u8; 32]>,
    /// What brings its own database on, in their order.
    pub(crate) migrations: Vec<Migration>,
}

impl Facts {
    /// Of a part of the hub, or of a package. What is wrong is told in sentences; a manifest that was read by [`check::read`](crate::read)
    /// has nothing wrong in it.
    pub(crate) fn new(manifest: Manifest, package: Option<&Package>) -> Result<Self, Vec<String>> {
        let told = |at: String| {
            move |wrong: Vec<(String, String)>| -> Vec<String> {
                wrong.into_iter().map(|(path, what)| format!("{at}{path}: {what}")).collect()
            }
        };
        let schema = config::schema_of(&manifest).map_err(told("config".into()))?;
        let mut exports = BTreeMap::new();
        for export in &manifest.exports {
            let at = format!("exports.{}", export.name);
            let input = Schema::new(&export.input, Use::Payload).map_err(told(format!("{at}.input")))?;
            let output = Schema::new(&export.output, Use::Payload).map_err(told(format!("{at}.output")))?;
            exports.insert(export.name.clone(), (input, output));
        }
        let mut emits = BTreeMap::new();
        for emit in &manifest.emits {
            let schema = Schema::new(&emit.schema, Use::Payload).map_err(told(format!("emits.{}", emit.event)))?;
            emits.insert(emit.event.clone(), (emit.version, schema));
        }
        let assets = package
            .into_iter()
            .flat_map(|package| {
                package.files.keys().filter_map(|path| path.strip_prefix("assets/")).map(move |file| (package, file))
            })
            .filter_map(|(package, file)| {
                let (content, kind) = package.asset(file)?;
                Some((file.to_owned(), (Bytes::copy_from_slice(content), kind)))
            })
            .collect();
        let migrations = package.map_or_else(Vec::new, |package| package.migrations.clone());
        let locales = package.map_or_else(Locales::new, |package| package.locales.clone());
        let sha256 = package.map(|package| package.sha256);
        Ok(Self { manifest, locales, schema, exports, emits, assets, sha256, migrations })
    }

    /// What it says about itself to somebody whose language that is.
    pub(crate) fn manifest_in(&self, locale: &str) -> &Manifest {
        locales::reading(&self.manifest, &self.locales, locale)
    }
}

/// Whether it can be called in this process.
#[derive(Clone)]
pub(crate) enum Runtime {
    /// Yes.
    Ready(Arc<dyn Plugin>),
    /// No, and why; it is tried again then.
    Failing { why: String, next: Millis },
    /// No: it was switched off by the hub or an admin.
    Quarantined { why: String },
}

/// A plugin that is installed.
pub(crate) struct Installed {
    pub(crate) facts: Arc<Facts>,
    pub(crate) granted: Capabilities,
    pub(crate) installation: Value,
    pub(crate) runtime: Runtime,
    pub(crate) lane: Arc<Lane>,
}

impl Installed {
    pub(crate) fn id(&self) -> &PluginId {
        &self.facts.manifest.id
    }

    pub(crate) fn is_guest(&self) -> bool {
        self.facts.manifest.kind() == Kind::Guest
    }
}

/// A plugin where it is on.
pub struct On {
    pub(crate) plugin: Arc<Installed>,
    pub(crate) granted: Capabilities,
    /// What that lets it ask of the hub.
    pub(crate) asks: Arc<[Action]>,
    pub(crate) config: Arc<Value>,
    /// Who has which of its own permissions.
    pub(crate) roles: BTreeMap<String, Roles>,
    /// How often a minute it may be asked there, by everybody together.
    a_minute: Option<u32>,
    /// What its widgets have shown there.
    pub(crate) moment: Moment,
}

impl On {
    /// Its id.
    pub fn id(&self) -> &PluginId {
        self.plugin.id()
    }

    /// What it says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.plugin.facts.manifest
    }

    /// The same as somebody reads it whose language that is: `pt-BR`. Its own, where its package does not say it in that.
    pub fn manifest_in(&self, locale: &str) -> &Manifest {
        self.plugin.facts.manifest_in(locale)
    }

    /// Whether it can be called in this process now.
    pub fn is_ready(&self) -> bool {
        matches!(self.plugin.runtime, Runtime::Ready(_))
    }

    /// SHA-256 of its package, in hexadecimal: what stands in the address of its assets.
    pub fn hash(&self) -> Option<String> {
        self.plugin.facts.sha256.map(hex::encode)
    }

    /// What it was granted here.
    pub fn granted(&self) -> &Capabilities {
        &self.granted
    }

    /// Whether somebody has one of its own permissions: by their role in the organization, or in the hub where it is called there. Those who
    /// run the hub have all.
    pub fn may(&self, actor: &Actor, standing: Option<&Standing>, permission: &str) -> bool {
        let Some(roles) = self.roles.get(permission) else { return false };
        match actor {
            Actor::Job | Actor::Operator => true,
            Actor::Person(person) => {
                let role = match standing {
                    Some(standing) => standing.role,
                    None => Some(person.role),
                };
                Roles::ADMINS.has(person.role) || role.is_some_and(|role| roles.has(role))
            }
            // Its own permissions are people's to have.
            Actor::Plugin(plugin) => {
                plugin.behind.as_deref().is_some_and(|behind| self.may(behind, standing, permission))
            }
            Actor::Stranger { .. } => false,
        }
    }

    /// Whether it was granted to call that address.
    pub(crate) fn may_call(&self, url: &Url) -> bool {
        self.granted.http.iter().any(|pattern| pattern.allows(url))
    }

    /// Whether its pages may show the picture at that address.
    pub fn may_show(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| self.may_call(&url))
    }

    /// Counts a request from outside.
    pub(crate) fn count(&self, organization: Option<OrgId>, person: Option<UserId>) -> Result<(), Error> {
        self.plugin.lane.count(organization, person, self.a_minute)
    }

    pub(crate) fn permissions(&self, actor: &Actor, standing: Option<&Standing>) -> Vec<String> {
        self.roles.keys().filter(|permission| self.may(actor, standing, permission)).cloned().collect()
    }

    /// On somewhere, with what that place says of it.
    pub(crate) fn new(plugin: Arc<Installed>, organization: &Value, narrowed: &Narrowed) -> Self {
        let facts = &plugin.facts;
        let layers = Layers { code: &Value::Null, installation: &plugin.installation, organization };
        let config = Arc::new(layers.merged(&facts.schema));
        let granted = narrowed.of(&plugin.granted);
        let roles = facts.manifest.actions.iter().map(|action| {
            let own = narrowed.roles.get(&action.name);
            let theirs = || action.default_roles.iter().filter_map(|role| Role::from_word(role.word())).collect();
            (action.name.clone(), own.map_or_else(theirs, |roles| roles.iter().copied().collect()))
        });
        let (roles, asks, a_minute) = (roles.collect(), grants::actions(&granted).into(), narrowed.requests_a_minute);
        Self { plugin, granted, asks, config, roles, a_minute, moment: Moment::default() }
    }
}

/// Those that are on in one place, by what they need.
#[derive(Default)]
pub(crate) struct Here {
    pub(crate) all: Arc<[Arc<On>]>,
    /// By the point's place in the list of points.
    checks: Vec<Vec<Arc<On>>>,
}

impl Here {
    pub(crate) fn new(all: Vec<Arc<On>>) -> Self {
        let asks = |point: Point| -> Vec<Arc<On>> {
            all.iter().filter(|on| on.manifest().checks.iter().any(|check| check.point == point)).cloned().collect()
        };
        let checks = if all.iter().all(|on| on.manifest().checks.is_empty()) {
            Vec::new()
        } else {
            Point::ALL.iter().map(|point| asks(*point)).collect()
        };
        Self { all: all.into(), checks }
    }

    /// Those that asked to be asked before it, in the order they need one another.
    pub(crate) fn checks(&self, point: Point) -> &[Arc<On>] {
        self.checks.get(point as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<On>> {
        self.all.iter().find(|on| on.id().as_str() == id)
    }
}

/// The picture.
#[derive(Default)]
pub(crate) struct Snapshot {
    /// In the order they start.
    pub(crate) installed: Vec<Arc<Installed>>,
    pub(crate) hub: Arc<Here>,
    /// In every organization that has said nothing of its own.
    pub(crate) everywhere: Arc<Here>,
    pub(crate) organizations: HashMap<OrgId, Arc<Here>>,
    /// How plugins do not fit together: told to admins.
    pub(crate) problems: Vec<String>,
}

impl Snapshot {
    pub(crate) fn here(&self, organization: Option<OrgId>) -> &Arc<Here> {
        match organization {
            None => &self.hub,
            Some(org) => self.organizations.get(&org).unwrap_or(&self.everywhere),
        }
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<Installed>> {
        self.installed.iter().find(|plugin| plugin.id().as_str() == id)
    }
}
