//! What an organization takes away from a plugin: powers, room, requests; and whom it gives the plugin's own permissions.

use std::collections::{BTreeMap, BTreeSet};

use audit::Entry;
use base::{Actor, OrgId, Role};
use contract::Event;
use plugin_api::{Manifest, manifest::Capabilities};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Error, Plugins, company::is_seen, grants, lane::PER_ORGANIZATION, running::json_of, store};

/// What an organization takes away from a plugin, and whom it gives the plugin's own permissions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Narrowed {
    /// Capabilities it does not have here.
    pub off: BTreeSet<String>,
    /// Who has its permissions here, where that is not as the plugin says.
    pub roles: BTreeMap<String, Vec<Role>>,
    /// How much it may keep here, in MiB, by the store's capability, where that is less than it was granted.
    pub quotas: BTreeMap<String, u32>,
    /// How often a minute it may be asked here, by everybody together, where that is less than the hub allows.
    pub requests_a_minute: Option<u32>,
}

impl Narrowed {
    /// What is left of what was granted.
    pub(crate) fn of(&self, granted: &Capabilities) -> Capabilities {
        let mut left = if self.off.is_empty() {
            granted.clone()
        } else {
            grants::without(granted, |word| self.off.contains(word))
        };
        let least = |store: &str, mib: &mut u32| {
            if let Some(quota) = self.quotas.get(store) {
                *mib = (*mib).min(*quota);
            }
        };
        if let Some(quota) = &mut left.kv {
            least("kv", &mut quota.quota_mib);
        }
        if let Some(documents) = &mut left.documents {
            least("documents", &mut documents.quota_mib);
        }
        left
    }

    /// What is wrong with it for that plugin: where, and how.
    fn wrong(&self, manifest: &Manifest, granted: &Capabilities) -> Vec<(String, String)> {
        let strange = self.off.iter().filter(|word| !grants::WORDS.contains(&word.as_str()));
        let mut wrong: Vec<(String, String)> =
            strange.map(|word| (format!("off.{word}"), "is no capability".to_owned())).collect();
        for (permission, roles) in &self.roles {
            if manifest.actions.iter().all(|action| action.name != *permission) {
                wrong.push((format!("roles.{permission}"), "is none of its permissions".into()));
            }
            if roles.len() > Role::ALL.len() {
                wrong.push((format!("roles.{permission}"), "names a role twice".into()));
            }
        }
        for (store, quota) in &self.quotas {
            let most = match store.as_str() {
                "kv" => granted.kv.map(|quota| quota.quota_mib),
                "documents" => granted.documents.as_ref().map(|documents| documents.quota_mib),
                _ => None,
            };
            match most {
                None => wrong.push((format!("quotas.{store}"), "is no store it was granted".into())),
                Some(most) if !(1..=most).contains(quota) => {
                    wrong.push((format!("quotas.{store}"), format!("is 1 to {most} MiB")));
                }
                Some(_) => {}
            }
        }
        if self.requests_a_minute.is_some_and(|requests| !(1..=PER_ORGANIZATION).contains(&requests)) {
            wrong.push(("requests_a_minute".into(), format!("is 1 to {PER_ORGANIZATION}")));
        }
        wrong
    }
}

impl Plugins {
    /// Takes powers, room and requests away from a plugin in an organization, and says who has its permissions there: all of it at once.
    /// Nothing can be given that way.
    pub async fn narrow(&self, actor: &Actor, org: OrgId, id: &str, narrowed: Narrowed) -> Result<(), Error> {
        self.may_switch(actor, Some(org)).await?;
        let picture = self.snapshot();
        let rows = store::switches_in(self.db(), org).await?;
        let plugin = picture.find(id).filter(|plugin| is_seen(plugin, Some(org), &rows)).ok_or(Error::NotFound)?;
        let wrong = narrowed.wrong(&plugin.facts.manifest, &plugin.granted);
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let before = rows.iter().find(|row| row.plugin_id == id).map(|row| json_of(&row.narrowed_json));
        let after = serde_json::to_value(&narrowed).unwrap_or(Value::Null);
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                let (before, after) = (before.clone(), after.clone());
                Box::pin(async move {
                    store::set_narrowed(tx, org, &plugin, &after.to_string()).await?;
                    let entry =
                        Entry::new("plugin.narrowed", "plugin", &plugin).in_organization(org).changing(before, after);
                    audit::record(tx, now, &acting, &entry).await?;
                    let event = Event::PluginConfigChanged { plugin, organization: Some(org) };
                    Ok::<_, Error>(events::record(tx, now, &event).await?)
                })
            })
            .await?;
        self.refresh_in(org).await
    }
}

#[cfg(test)]
mod tests {
    use plugin_api::manifest::Quota;

    use super::*;

    #[test]
    fn what_is_left_is_never_more_than_was_granted() {
        let granted = Capabilities { kv: Some(Quota { quota_mib: 4 }), notify: true, ..grants::none() };
        let left = |narrowed: Narrowed| narrowed.of(&granted);
        assert_eq!(left(Narrowed::default()), granted);
        let quotas = |mib| Narrowed { quotas: BTreeMap::from([("kv".to_owned(), mib)]), ..Narrowed::default() };
        assert_eq!(left(quotas(1)).kv, Some(Quota { quota_mib: 1 }));
        assert_eq!(left(quotas(9)).kv, Some(Quota { quota_mib: 4 }), "kept from when more was granted");
        let off = Narrowed { off: BTreeSet::from(["kv".to_owned()]), ..quotas(1) };
        assert_eq!(left(off), Capabilities { notify: true, ..grants::none() });
    }
}
