//! The addresses of plugins that strangers' programs call: made, shown once, removed.

use audit::Entry;
use base::{Action, Actor, ChanceExt as _, Millis, OrgId, Secret};
use contract::Event;
use sha2::{Digest as _, Sha256};

use crate::{Error, Plugins, store};

/// So many addresses of one plugin in one organization.
const MOST_WEBHOOKS: i64 = 16;

/// An address that a stranger's program calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Which.
    pub id: i64,
    /// Its name in the manifest.
    pub name: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was called last.
    pub last_used_at: Option<Millis>,
}

impl Plugins {
    /// The addresses of a plugin's that strangers call, there.
    pub async fn webhooks(&self, actor: &Actor, organization: Option<OrgId>, id: &str) -> Result<Vec<Webhook>, Error> {
        let action = if organization.is_some() { Action::ViewOrganizationPlugins } else { Action::ViewPlugins };
        self.standing(actor, organization, action).await?;
        let rows = store::webhooks(self.db(), id, organization).await?;
        Ok(rows
            .into_iter()
            .map(|row| Webhook {
                id: row.id,
                name: row.name,
                created_at: Millis(row.created_at),
                last_used_at: row.last_used_at.map(Millis),
            })
            .collect())
    }

    /// Makes one: its number, and its token, which is shown this once. To change a token, make another and remove the old one.
    pub async fn make_webhook(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        name: &str,
    ) -> Result<(i64, Secret), Error> {
        self.may_switch(actor, organization).await?;
        let picture = self.snapshot();
        let on = picture.here(organization).find(id).ok_or(Error::NotFound)?;
        if on.manifest().webhooks.iter().all(|webhook| webhook.name != name) {
            return Err(Error::wrong("name", "is none of its manifest's webhooks"));
        }
        let token = hex::encode(self.0.parts.chance.bytes::<32>());
        let hash: [u8; 32] = Sha256::digest(&token).into();
        let (now, acting, plugin, name) = (self.now(), actor.clone(), id.to_owned(), name.to_owned());
        let made = self
            .db()
            .write(move |tx| {
                let (acting, plugin, name) = (acting.clone(), plugin.clone(), name.clone());
                Box::pin(async move {
                    store::hold_plugin(tx, &plugin).await?;
                    let made =
                        store::insert_webhook(tx, &plugin, organization, &name, &hash, MOST_WEBHOOKS, now).await?;
                    let made = made.ok_or(Error::State { is: "at sixteen addresses", needs: "below that" })?;
                    let said = serde_json::json!({ "name": name });
                    let entry = Entry::new("plugin.webhook_made", "plugin", &plugin).changing((), said);
                    let entry = match organization {
                        Some(org) => entry.in_organization(org),
                        None => entry,
                    };
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(made)
                })
            })
            .await?;
        Ok((made, Secret::new(token)))
    }

    /// Removes one: its address leads nowhere from now on.
    pub async fn remove_webhook(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        webhook: i64,
    ) -> Result<(), Error> {
        self.may_switch(actor, organization).await?;
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    if !store::delete_webhook(tx, &plugin, organization, webhook).await? {
                        return Err(Error::NotFound);
                    }
                    let entry = Entry::new("plugin.webhook_removed", "plugin", &plugin);
                    let entry = match organization {
                        Some(org) => entry.in_organization(org),
                        None => entry,
                    };
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::PluginConfigChanged { plugin, organization }).await?)
                })
            })
            .await
    }
}
