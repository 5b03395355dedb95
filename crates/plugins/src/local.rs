//! Plugins as an organization sees them.

use base::{Action, Actor, OrgId};
use plugin_api::{Manifest, manifest::Capabilities};

use crate::{
    Company, Error, Health, Line, Narrowed, Plugins, Switch,
    company::{Circle, is_seen},
    grants::{self, Asked},
    store,
};

const MIB: u64 = 1024 * 1024;
/// So many lines about what went wrong are shown.
const LAST_ERRORS: u32 = 10;

/// A plugin in an organization's list.
#[derive(Debug, Clone, PartialEq)]
pub struct OrganizationCard {
    /// What it says about itself.
    pub manifest: Manifest,
    /// How it is.
    pub health: Health,
    /// Where its switch stands here.
    pub switch: Switch,
    /// What it was granted for the hub: no more can be left to it here.
    pub granted: Capabilities,
    /// What it may do, and what of that is taken away here.
    pub asks: Vec<Asked>,
    /// What is taken away here, and who has its permissions.
    pub narrowed: Narrowed,
    /// Whom its switch takes along.
    pub company: Company,
    /// What it keeps here, by store.
    pub keeps: Vec<Keeps>,
}

/// What a plugin keeps in one of its stores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeps {
    /// The store's capability: `kv`, `documents`.
    pub store: String,
    /// So many bytes.
    pub bytes: u64,
    /// So many it may.
    pub most: u64,
}

impl Plugins {
    /// The plugins there are for an organization, by id.
    pub async fn in_organization(&self, actor: &Actor, org: OrgId) -> Result<Vec<OrganizationCard>, Error> {
        self.standing(actor, Some(org), Action::ViewOrganizationPlugins).await?;
        let rows = store::switches_in(self.db(), org).await?;
        let used = store::usage_in(self.db(), org).await?;
        let picture = self.snapshot();
        let circle = Circle::new(&picture, Some(org), &rows);
        let mut cards = Vec::new();
        for known in store::plugins(self.db()).await?.into_iter().filter(|row| row.state == "installed") {
            let Some(plugin) = picture.find(&known.id) else { continue };
            let manifest = &plugin.facts.manifest;
            if !is_seen(plugin, Some(org), &rows) {
                continue;
            }
            let row = rows.iter().find(|row| row.plugin_id == known.id);
            let narrowed: Narrowed =
                row.and_then(|row| serde_json::from_str(&row.narrowed_json).ok()).unwrap_or_default();
            let granted = narrowed.of(&plugin.granted);
            let switch = if manifest.hub_wide {
                Switch::of(&known.hub_state, known.hub_reason.as_ref())
            } else {
                row.map_or(Switch::Off, |row| Switch::of(&row.state, row.reason.as_ref()))
            };
            cards.push(OrganizationCard {
                health: self.health(&known),
                switch,
                asks: grants::told(&plugin.granted, &granted, None, self.gives_databases()),
                granted: plugin.granted.clone(),
                company: circle.company(plugin.id()),
                keeps: keeps(&granted, &known.id, &used),
                narrowed,
                manifest: manifest.clone(),
            });
        }
        Ok(cards)
    }

    /// What went wrong with a plugin in an organization, as it wrote that down; the newest first.
    pub async fn errors_in(&self, actor: &Actor, org: OrgId, id: &str) -> Result<Vec<Line>, Error> {
        self.standing(actor, Some(org), Action::ViewOrganizationPlugins).await?;
        let rows = store::switches_in(self.db(), org).await?;
        let picture = self.snapshot();
        picture.find(id).filter(|plugin| is_seen(plugin, Some(org), &rows)).ok_or(Error::NotFound)?;
        self.0.scribe.write_down(self.db()).await?;
        let rows = store::errors_in(self.db(), id, org, LAST_ERRORS).await?;
        Ok(rows.into_iter().map(Line::from).collect())
    }
}

/// How full each of the stores is that it was granted. `used`: plugin, store and bytes.
fn keeps(granted: &Capabilities, plugin: &str, used: &[(String, String, i64)]) -> Vec<Keeps> {
    let stores = [
        ("kv", granted.kv.map(|quota| quota.quota_mib)),
        ("documents", granted.documents.as_ref().map(|documents| documents.quota_mib)),
    ];
    let bytes = |store: &str| {
        let row = used.iter().find(|(of, name, _)| of == plugin && name == store);
        row.map_or(0, |(.., bytes)| store::count(*bytes))
    };
    let stores = stores.into_iter().filter_map(|(store, mib)| Some((store, u64::from(mib?))));
    stores.map(|(store, mib)| Keeps { store: store.to_owned(), bytes: bytes(store), most: mib * MIB }).collect()
}
