//! Which plugins can start, in which order, and what is wrong with the others: all of it at once.
//!
//! The same graph is looked at twice. [`resolve`] asks it of everything installed, when the hub starts. [`needed`] and [`would_break`] ask it
//! of what is on in one place, when somebody turns a switch.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    fmt,
};

use semver::{Version, VersionReq};

use crate::{
    manifest::{Manifest, Relation},
    name::{Api, PluginId},
};

/// Something about how plugins fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is installed twice.
    Twice {
        /// Which.
        plugin: PluginId,
    },
    /// What it needs is not there.
    Missing {
        /// Which.
        plugin: PluginId,
        /// What it needs.
        needs: PluginId,
        /// In which versions.
        range: VersionReq,
    },
    /// What it needs, or would use, is there in another version.
    Version {
        /// Which.
        plugin: PluginId,
        /// What it needs.
        needs: PluginId,
        /// In which versions.
        range: VersionReq,
        /// What is there.
        found: Version,
        /// It can do without: it starts, and does not use the other.
        optional: bool,
    },
    /// It can't be on beside another that is installed.
    Conflict {
        /// Which: the one that says so.
        plugin: PluginId,
        /// Beside what.
        with: PluginId,
        /// One of them is on everywhere, so the one that says so can be on nowhere. Else the switches keep them apart.
        everywhere: bool,
    },
    /// They need each other in a circle; none can be first.
    Cycle {
        /// All of them, by id.
        members: Vec<PluginId>,
    },
    /// It is for other versions of the hub.
    Hub {
        /// Which.
        plugin: PluginId,
        /// For which.
        range: VersionReq,
    },
    /// It was built against an interface the hub does not speak.
    Api {
        /// Which.
        plugin: PluginId,
        /// Against which.
        wanted: Api,
        /// What the hub speaks.
        supported: Vec<Api>,
    },
    /// What it needs is there and can't start.
    Unusable {
        /// Which.
        plugin: PluginId,
        /// What it needs.
        needs: PluginId,
    },
}

impl Problem {
    /// Who can't start because of it.
    pub fn refuses(&self) -> Vec<&PluginId> {
        match self {
            Self::Version { optional: true, .. } | Self::Conflict { everywhere: false, .. } => Vec::new(),
            Self::Cycle { members } => members.iter().collect(),
            Self::Twice { plugin }
            | Self::Missing { plugin, .. }
            | Self::Version { plugin, .. }
            | Self::Conflict { plugin, .. }
            | Self::Hub { plugin, .. }
            | Self::Api { plugin, .. }
            | Self::Unusable { plugin, .. } => vec![plugin],
        }
    }

    /// What problems are listed by: who, then what.
    fn key(&self) -> (String, u8, String) {
        match self {
            Self::Twice { plugin } => (plugin.to_string(), 0, String::new()),
            Self::Hub { plugin, .. } => (plugin.to_string(), 1, String::new()),
            Self::Api { plugin, .. } => (plugin.to_string(), 2, String::new()),
            Self::Missing { plugin, needs, .. } => (plugin.to_string(), 3, needs.to_string()),
            Self::Version { plugin, needs, .. } => (plugin.to_string(), 4, needs.to_string()),
            Self::Conflict { plugin, with, .. } => (plugin.to_string(), 5, with.to_string()),
            Self::Cycle { members } => (members.first().map(ToString::to_string).unwrap_or_default(), 6, String::new()),
            Self::Unusable { plugin, needs } => (plugin.to_string(), 7, needs.to_string()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice { plugin } => write!(f, "{plugin} is installed twice"),
            Self::Missing { plugin, needs, range } => {
                write!(f, "{plugin} needs {needs} {range}, which is not installed")
            }
            Self::Version { plugin, needs, range, found, optional: false } => {
                write!(f, "{plugin} needs {needs} {range}, and {found} is installed")
            }
            Self::Version { plugin, needs, range, found, optional: true } => {
                write!(f, "{plugin} would use {needs} {range}, and {found} is installed: it does without")
            }
            Self::Conflict { plugin, with, everywhere: true } => {
                write!(f, "{plugin} can't be on beside {with}, and one of them is on everywhere")
            }
            Self::Conflict { plugin, with, everywhere: false } => write!(f, "{plugin} can't be on beside {with}"),
            Self::Cycle { members } => write!(f, "{} need each other in a circle", listed(members)),
            Self::Hub { plugin, range } => write!(f, "{plugin} is for version {range} of the hub"),
            Self::Api { plugin, wanted, supported } => {
                write!(
                    f,
                    "{plugin} was built against version {wanted} of the interface; the hub speaks {}",
                    listed(supported)
                )
            }
            Self::Unusable { plugin, needs } => write!(f, "{plugin} needs {needs}, which can't start"),
        }
    }
}

fn listed(all: &[impl ToString]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What [`resolve`] found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolution {
    /// What can start, each after everything it needs and after what it would use.
    pub order: Vec<PluginId>,
    /// Everything that is wrong, by who it is about. What [refuses](Problem::refuses) nobody is for the admin to know.
    pub problems: Vec<Problem>,
    /// Who would use whom, and starts before it all the same: together they would have been a circle.
    pub unordered: Vec<(PluginId, PluginId)>,
}

/// Looks at everything installed. The answer does not depend on the order it is given in.
pub fn resolve(installed: &[Manifest], hub: &Version, apis: &[Api]) -> Resolution {
    let mut found: Resolution = Resolution::default();
    let mut all: BTreeMap<&PluginId, &Manifest> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for manifest in installed {
        if all.insert(&manifest.id, manifest).is_some() {
            twice.insert(&manifest.id);
        }
    }
    // Which of the two is meant can't be told; neither is looked at further.
    for id in twice {
        all.remove(id);
        found.problems.push(Problem::Twice { plugin: id.clone() });
    }
    let twice: BTreeSet<PluginId> = found.problems.iter().flat_map(Problem::refuses).cloned().collect();

    for manifest in all.values() {
        found.problems.extend(alone(manifest, hub, apis));
        for relation in &manifest.requires.plugins {
            let (plugin, needs, range) = (manifest.id.clone(), relation.id.clone(), relation.version.clone());
            match all.get(&relation.id) {
                // Told once everything else is known.
                None if twice.contains(&needs) => {}
                None => found.problems.push(Problem::Missing { plugin, needs, range }),
                Some(other) if !range.matches(&other.version) => {
                    let found_version = other.version.clone();
                    found.problems.push(Problem::Version {
                        plugin,
                        needs,
                        range,
                        found: found_version,
                        optional: false,
                    });
                }
                Some(_) => {}
            }
        }
        for relation in &manifest.optional.plugins {
            if let Some(other) = all.get(&relation.id).filter(|other| !relation.version.matches(&other.version)) {
                found.problems.push(Problem::Version {
                    plugin: manifest.id.clone(),
                    needs: other.id.clone(),
                    range: relation.version.clone(),
                    found: other.version.clone(),
                    optional: true,
                });
            }
        }
        for other in in_conflict(manifest, |id| all.get(id).copied()) {
            let everywhere = manifest.hub_wide || other.hub_wide;
            found.problems.push(Problem::Conflict { plugin: manifest.id.clone(), with: other.id.clone(), everywhere });
        }
    }
    for members in circles(&all) {
        found.problems.push(Problem::Cycle { members });
    }

    // Who needs somebody who can't start can't start, and so on up.
    let mut refused: BTreeSet<PluginId> = found.problems.iter().flat_map(Problem::refuses).cloned().collect();
    loop {
        let mut more = Vec::new();
        for manifest in all.values().filter(|manifest| !refused.contains(&manifest.id)) {
            for relation in manifest.requires.plugins.iter().filter(|relation| refused.contains(&relation.id)) {
                more.push(Problem::Unusable { plugin: manifest.id.clone(), needs: relation.id.clone() });
            }
        }
        if more.is_empty() {
            break;
        }
        refused.extend(more.iter().flat_map(Problem::refuses).cloned());
        found.problems.extend(more);
    }
    all.retain(|id, _| !refused.contains(*id));

    (found.order, found.unordered) = order(&all);
    found.problems.sort_by_key(Problem::key);
    found
}

/// What is wrong with a plugin whatever else is installed.
fn alone(manifest: &Manifest, hub: &Version, apis: &[Api]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !manifest.requires.hub.matches(hub) {
        problems.push(Problem::Hub { plugin: manifest.id.clone(), range: manifest.requires.hub.clone() });
    }
    // A newer minor version has all that an older one had.
    if let Some(wanted) = manifest.api
        && !apis.iter().any(|api| api.major == wanted.major && api.minor >= wanted.minor)
    {
        let mut supported = apis.to_vec();
        supported.sort_unstable();
        problems.push(Problem::Api { plugin: manifest.id.clone(), wanted, supported });
    }
    problems
}

fn in_conflict<'a>(manifest: &'a Manifest, find: impl Fn(&PluginId) -> Option<&'a Manifest>) -> Vec<&'a Manifest> {
    let meant = |relation: &'a Relation| find(&relation.id).filter(|other| relation.version.matches(&other.version));
    manifest.conflicts.plugins.iter().filter_map(meant).filter(|other| other.id != manifest.id).collect()
}

/// Those who need each other: each circle once, its members by id.
fn circles(all: &BTreeMap<&PluginId, &Manifest>) -> Vec<Vec<PluginId>> {
    // Everything each one reaches through what it needs. There are dozens of plugins, not thousands, so the plain way will do.
    let reached: BTreeMap<&PluginId, BTreeSet<&PluginId>> = all
        .keys()
        .map(|id| {
            let mut reached = BTreeSet::new();
            let mut ahead = vec![*id];
            while let Some(manifest) = ahead.pop().and_then(|id| all.get(id)) {
                for relation in manifest.requires.plugins.iter().filter(|relation| all.contains_key(&relation.id)) {
                    if reached.insert(&relation.id) {
                        ahead.push(&relation.id);
                    }
                }
            }
            (*id, reached)
        })
        .collect();
    let mut circles = Vec::new();
    let mut told = BTreeSet::new();
    for (id, ahead) in &reached {
        if ahead.contains(id) && !told.contains(id) {
            let members: Vec<&PluginId> = ahead.iter().filter(|other| reached[*other].contains(id)).copied().collect();
            told.extend(members.iter().copied());
            circles.push(members.into_iter().cloned().collect());
        }
    }
    circles
}

/// After what each needs, and after what it would use where that makes no circle; among those that could be next, by id.
fn order(all: &BTreeMap<&PluginId, &Manifest>) -> (Vec<PluginId>, Vec<(PluginId, PluginId)>) {
    let mut before: BTreeMap<&PluginId, BTreeSet<&PluginId>> = all
        .iter()
        .map(|(id, manifest)| (*id, manifest.requires.plugins.iter().map(|relation| &relation.id).collect()))
        .collect();
    let mut unordered = Vec::new();
    for (id, manifest) in all {
        let mut used: Vec<&Relation> = manifest.optional.plugins.iter().collect();
        used.sort_by_key(|relation| &relation.id);
        for relation in used {
            let Some((other, found)) = all.get_key_value(&relation.id) else { continue };
            if *other == *id || !relation.version.matches(&found.version) {
                continue;
            }
            if waits_for(&before, other, id) {
                unordered.push(((*id).clone(), (*other).clone()));
            } else {
                before.get_mut(id).expect("everyone has an entry").insert(other);
            }
        }
    }

    let mut order = Vec::new();
    let mut after: BTreeMap<&PluginId, Vec<&PluginId>> = BTreeMap::new();
    let mut waiting: BTreeMap<&PluginId, usize> = BTreeMap::new();
    for (id, before) in &before {
        waiting.insert(id, before.len());
        for other in before {
            after.entry(other).or_default().push(id);
        }
    }
    let ready = waiting.iter().filter(|(_, count)| **count == 0);
    let mut ready: BinaryHeap<_> = ready.map(|(id, _)| std::cmp::Reverse(*id)).collect();
    while let Some(std::cmp::Reverse(id)) = ready.pop() {
        order.push(id.clone());
        for next in after.get(id).into_iter().flatten() {
            let count = waiting.get_mut(next).expect("everyone is counted");
            *count -= 1;
            if *count == 0 {
                ready.push(std::cmp::Reverse(next));
            }
        }
    }
    (order, unordered)
}

/// Whether `one` comes after `other`, directly or not.
fn waits_for(before: &BTreeMap<&PluginId, BTreeSet<&PluginId>>, one: &PluginId, other: &PluginId) -> bool {
    let mut seen = BTreeSet::new();
    let mut ahead = vec![one];
    while let Some(id) = ahead.pop() {
        if id == other {
            return true;
        }
        for next in before.get(id).into_iter().flatten() {
            if seen.insert(*next) {
                ahead.push(next);
            }
        }
    }
    false
}

/// What would have to be switched on so that `plugin` can be on where `on` is: itself last, what it needs before it; nothing that is on.
///
/// `installed` is what can be switched on there. What is in the way is told all at once.
pub fn needed(
    installed: &[Manifest],
    on: &BTreeSet<PluginId>,
    plugin: &PluginId,
) -> Result<Vec<PluginId>, Vec<Problem>> {
    let all: BTreeMap<&PluginId, &Manifest> = installed.iter().map(|manifest| (&manifest.id, manifest)).collect();
    let mut problems = Vec::new();
    let mut wanted: BTreeMap<&PluginId, &Manifest> = BTreeMap::new();
    let mut ahead: Vec<&PluginId> = vec![plugin];
    while let Some(id) = ahead.pop() {
        let Some(manifest) = all.get(id) else { continue };
        if wanted.insert(&manifest.id, manifest).is_some() {
            continue;
        }
        for relation in &manifest.requires.plugins {
            let (plugin, needs, range) = (id.clone(), relation.id.clone(), relation.version.clone());
            match all.get(&relation.id) {
                None => problems.push(Problem::Missing { plugin, needs, range }),
                Some(other) if !range.matches(&other.version) => {
                    problems.push(Problem::Version {
                        plugin,
                        needs,
                        range,
                        found: other.version.clone(),
                        optional: false,
                    });
                }
                Some(_) if on.contains(&needs) => {}
                Some(_) => ahead.push(&relation.id),
            }
        }
    }
    if !all.contains_key(plugin) {
        problems.push(Problem::Missing { plugin: plugin.clone(), needs: plugin.clone(), range: VersionReq::STAR });
    }
    problems.extend(circles(&wanted).into_iter().map(|members| Problem::Cycle { members }));
    // Either may be the one that can't bear the other.
    let together: BTreeMap<&PluginId, &Manifest> = all
        .iter()
        .filter(|(id, _)| wanted.contains_key(*id) || on.contains(**id))
        .map(|(id, manifest)| (*id, *manifest))
        .collect();
    for manifest in together.values() {
        for other in in_conflict(manifest, |id| together.get(id).copied()) {
            // Two that are on already are no fault of this switch.
            if wanted.contains_key(&manifest.id) || wanted.contains_key(&other.id) {
                let everywhere = manifest.hub_wide || other.hub_wide;
                problems.push(Problem::Conflict { plugin: manifest.id.clone(), with: other.id.clone(), everywhere });
            }
        }
    }
    if problems.is_empty() {
        wanted.retain(|id, _| !on.contains(*id));
        Ok(order_among(&wanted))
    } else {
        problems.sort_by_key(Problem::key);
        Err(problems)
    }
}

/// Who that is on needs `plugin`, directly or through others: what would have to be switched off before it, in this order.
pub fn would_break(installed: &[Manifest], on: &BTreeSet<PluginId>, plugin: &PluginId) -> Vec<PluginId> {
    let all: BTreeMap<&PluginId, &Manifest> = installed
        .iter()
        .filter(|manifest| on.contains(&manifest.id))
        .map(|manifest| (&manifest.id, manifest))
        .collect();
    let mut broken: BTreeMap<&PluginId, &Manifest> = BTreeMap::new();
    let mut ahead: Vec<&PluginId> = vec![plugin];
    while let Some(gone) = ahead.pop() {
        for (id, manifest) in &all {
            if *id != plugin
                && manifest.requires.plugins.iter().any(|relation| relation.id == *gone)
                && broken.insert(id, manifest).is_none()
            {
                ahead.push(id);
            }
        }
    }
    let mut order = order_among(&broken);
    // Members of a circle have no order, and must be named all the same.
    order.extend(broken.keys().filter(|id| !order.contains(id)).map(|id| (*id).clone()).collect::<Vec<_>>());
    order.reverse();
    order
}

/// In the order of what each needs among these.
fn order_among(these: &BTreeMap<&PluginId, &Manifest>) -> Vec<PluginId> {
    let own: BTreeMap<PluginId, Manifest> = these
        .iter()
        .map(|(id, manifest)| {
            let mut manifest = (*manifest).clone();
            manifest.requires.plugins.retain(|relation| these.contains_key(&relation.id));
            ((*id).clone(), manifest)
        })
        .collect();
    let own: BTreeMap<&PluginId, &Manifest> = own.iter().collect();
    order(&own).0
}
