//! Whom a switch takes along: what a plugin needs and is off, and what needs it and is on.

use std::collections::BTreeSet;

use base::OrgId;
use plugin_api::{Manifest, PluginId, resolve};

use crate::{
    snapshot::{Installed, Snapshot},
    store::SwitchRow,
};

/// What the switch of a plugin takes along, as whoever would press it is told before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Company {
    /// What would be switched with it: what it needs, where it is off; what needs it, where it is on.
    pub others: Vec<Companion>,
    /// What keeps it from being switched on at all, a sentence each.
    pub problems: Vec<String>,
}

/// A plugin that is switched with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Its id.
    pub id: PluginId,
    /// What it is called.
    pub name: String,
}

/// The plugins there are for one place, and which of them are on there.
pub(crate) struct Circle {
    manifests: Vec<Manifest>,
    on: BTreeSet<PluginId>,
}

/// Whether a plugin is there for that place: a private one only for whom it was let in.
pub(crate) fn is_seen(plugin: &Installed, organization: Option<OrgId>, rows: &[SwitchRow]) -> bool {
    let manifest = &plugin.facts.manifest;
    let has_access = || rows.iter().any(|row| row.plugin_id == manifest.id.as_str() && row.has_access);
    organization.is_none() || !manifest.private || has_access()
}

impl Circle {
    /// `rows`: the organization's switches.
    pub(crate) fn new(picture: &Snapshot, organization: Option<OrgId>, rows: &[SwitchRow]) -> Self {
        let on: BTreeSet<PluginId> = picture.here(organization).all.iter().map(|on| on.id().clone()).collect();
        let there = picture
            .installed
            .iter()
            .filter(|plugin| on.contains(plugin.id()) || is_seen(plugin, organization, rows))
            .map(|plugin| plugin.facts.manifest.clone())
            .collect();
        Self { manifests: there, on }
    }

    pub(crate) fn is_on(&self, id: &PluginId) -> bool {
        self.on.contains(id)
    }

    /// What would have to be switched on, each after what it needs, the plugin itself last; else everything that is in the way.
    pub(crate) fn needed(&self, id: &PluginId) -> Result<Vec<PluginId>, Vec<String>> {
        resolve::needed(&self.manifests, &self.on, id)
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    /// What is on there and could not be without it.
    pub(crate) fn needing(&self, id: &PluginId) -> Vec<PluginId> {
        resolve::would_break(&self.manifests, &self.on, id)
    }

    /// Both, for whoever looks at the switch.
    pub(crate) fn company(&self, id: &PluginId) -> Company {
        let (others, problems) = if self.is_on(id) {
            (self.needing(id), Vec::new())
        } else {
            match self.needed(id) {
                Ok(needed) => (needed, Vec::new()),
                Err(problems) => (Vec::new(), problems),
            }
        };
        let others = others.into_iter().filter(|other| other != id).map(|other| {
            let known = self.manifests.iter().find(|manifest| manifest.id == other);
            Companion { name: known.map_or_else(|| other.to_string(), |manifest| manifest.name.clone()), id: other }
        });
        Company { others: others.collect(), problems }
    }
}
