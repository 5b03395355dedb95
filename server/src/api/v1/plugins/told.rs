//! Plugins as they travel.

use base::Millis;
use contract::plugins::{
    FoundPackage, LimitPlugin, OrganizationPlugin, OrganizationPluginDetail, ParkedEvent, Plugin, PluginAbout,
    PluginCalls, PluginDay, PluginDetail, PluginHealth, PluginKeeps, PluginKind, PluginLine, PluginPlace, PluginPower,
    PluginSettings, PluginState, PluginStrike, PluginSwitch, PluginVersion, PluginWebhook, SecretSet, StagedPlugin,
    SwitchState,
};
use plugin_api::{Kind, Manifest};
use plugins::{
    Calls, Card, Detail, Found, Health, Keeps, Line, Narrowed, OrganizationCard, Parked, Settings, Staged, Strike,
    Switch, Version, Webhook, grants::Asked,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn about(manifest: &Manifest) -> PluginAbout {
    PluginAbout {
        id: manifest.id.to_string(),
        name: manifest.name.clone(),
        version: manifest.version.to_string(),
        description: manifest.description.clone(),
        author: manifest.author.clone(),
        website: manifest.website.clone(),
        license: manifest.license.clone(),
        category: manifest.category.word().to_owned(),
        hub_wide: manifest.hub_wide,
        private: manifest.private,
    }
}

/// How it is, and why where it isn't well.
fn health(health: Health) -> (PluginHealth, Option<String>) {
    match health {
        Health::Ready => (PluginHealth::Ready, None),
        Health::Failing { why, .. } => (PluginHealth::Failing, Some(why)),
        Health::Quarantined { why, .. } => (PluginHealth::Quarantined, Some(why)),
        Health::Absent => (PluginHealth::Absent, None),
    }
}

fn switch(switch: Switch) -> PluginSwitch {
    match switch {
        Switch::Off => PluginSwitch { state: SwitchState::Off, why: None },
        Switch::On => PluginSwitch { state: SwitchState::On, why: None },
        Switch::Suspended(why) => PluginSwitch { state: SwitchState::Suspended, why: Some(why) },
    }
}

const fn calls(calls: &Calls) -> PluginCalls {
    PluginCalls { calls: calls.calls, failures: calls.failures, cpu_ms: calls.cpu_ms, longest_ms: calls.max_ms }
}

fn power(asked: Asked) -> PluginPower {
    PluginPower { power: asked.word.to_owned(), detail: asked.detail, granted: asked.granted, wider: asked.wider }
}

fn powers(asked: Vec<Asked>) -> Vec<PluginPower> {
    asked.into_iter().map(power).collect()
}

pub(super) fn plugin(card: Card) -> Plugin {
    let (health, why) = health(card.health);
    Plugin {
        about: about(&card.manifest),
        kind: match card.kind {
            Kind::Builtin => PluginKind::Builtin,
            Kind::Guest => PluginKind::Guest,
        },
        // The table holds these three words and no other.
        state: PluginState::from_word(&card.state).unwrap_or(PluginState::Staged),
        health,
        why,
        switch: switch(card.hub),
        organizations: card.organizations,
        calls: calls(&card.calls),
        stored_bytes: card.stored,
        waiting: card.waiting,
        parked: card.parked,
        staged: card.staged,
        purge_at: card.purge_at,
    }
}

pub(super) fn detail(detail: Detail) -> PluginDetail {
    let places = detail.organizations.into_iter();
    PluginDetail {
        manifest: detail.card.manifest.to_json(),
        plugin: plugin(detail.card),
        powers: powers(detail.asks),
        sha256: detail.hash,
        signer: detail.signer,
        installed_at: detail.installed_at,
        staged: detail.staged.into_iter().map(staged).collect(),
        versions: detail.versions.into_iter().map(version).collect(),
        organizations: places
            .map(|(organization, state, access)| PluginPlace { organization, switch: switch(state), access })
            .collect(),
        days: detail
            .calls
            .into_iter()
            .map(|(day, export, of_day)| PluginDay { day: Millis(day * DAY_MS), export, calls: calls(&of_day) })
            .collect(),
        strikes: detail.strikes.into_iter().map(strike).collect(),
        problems: detail.problems,
    }
}

fn version(version: Version) -> PluginVersion {
    PluginVersion {
        version: version.version,
        sha256: version.hash,
        staged_at: version.staged_at,
        approved_at: version.approved_at,
        replaced_at: version.replaced_at,
        removed_at: version.removed_at,
    }
}

fn strike(strike: Strike) -> PluginStrike {
    PluginStrike {
        at: strike.at,
        organization: strike.organization,
        version: strike.version,
        export: strike.export,
        why: strike.why,
        trace: strike.trace,
    }
}

pub(super) fn staged(staged: Staged) -> StagedPlugin {
    StagedPlugin {
        id: staged.id,
        version: staged.version,
        sha256: staged.hash,
        powers: powers(staged.asks),
        signer: staged.signer,
        other_signer: staged.other_signer,
        runs: staged.runs,
        wider: staged.wider,
    }
}

pub(super) fn found(found: Found) -> FoundPackage {
    let (plugin, version, trouble) = match found.says {
        Ok((plugin, version)) => (Some(plugin), Some(version), None),
        Err(wrong) => (None, None, Some(wrong)),
    };
    FoundPackage { path: found.path, plugin, version, trouble }
}

pub(super) fn settings(settings: Settings) -> PluginSettings {
    PluginSettings {
        schema: settings.schema,
        merged: settings.merged,
        installation: settings.installation,
        organization: settings.organization,
        version: settings.version,
        secrets: settings.secrets.into_iter().map(|(name, set_at)| SecretSet { name, set_at }).collect(),
        secret_names: settings.secret_names,
    }
}

pub(super) fn line(line: Line) -> PluginLine {
    PluginLine { at: line.at, organization: line.organization, level: line.level, text: line.text, trace: line.trace }
}

pub(super) fn parked(parked: Parked) -> ParkedEvent {
    ParkedEvent {
        id: parked.id,
        organization: parked.organization,
        event: parked.happened,
        attempts: parked.attempts,
        parked_at: parked.parked_at,
        why: parked.why,
    }
}

pub(super) fn webhook(webhook: Webhook) -> PluginWebhook {
    PluginWebhook {
        id: webhook.id,
        name: webhook.name,
        created_at: webhook.created_at,
        last_used_at: webhook.last_used_at,
    }
}

fn limits(narrowed: Narrowed) -> LimitPlugin {
    LimitPlugin {
        off: narrowed.off.into_iter().collect(),
        roles: narrowed.roles,
        quotas: narrowed.quotas,
        requests_a_minute: narrowed.requests_a_minute,
    }
}

fn keeps(keeps: Keeps) -> PluginKeeps {
    PluginKeeps { store: keeps.store, bytes: keeps.bytes, most: keeps.most }
}

/// As it stands in an organization's list.
pub(super) fn listed(card: OrganizationCard) -> OrganizationPlugin {
    OrganizationPlugin { about: about(&card.manifest), health: health(card.health).0, switch: switch(card.switch) }
}

pub(super) fn in_organization(card: OrganizationCard, errors: Vec<Line>) -> OrganizationPluginDetail {
    let (health, _) = health(card.health);
    OrganizationPluginDetail {
        manifest: card.manifest.to_json(),
        plugin: OrganizationPlugin { about: about(&card.manifest), health, switch: switch(card.switch) },
        powers: powers(card.asks),
        limits: limits(card.narrowed),
        keeps: card.keeps.into_iter().map(keeps).collect(),
        together: card.company.others.into_iter().map(|other| other.id.to_string()).collect(),
        problems: card.company.problems,
        errors: errors.into_iter().map(line).collect(),
    }
}
