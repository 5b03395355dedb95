//! How a plugin goes: switched off everywhere, removed, and what it kept gone with it or thirty days later.

use std::{sync::Arc, time::Duration};

use audit::Entry;
use base::{Action, Actor, OrgId};
use contract::Event;
use plugin_api::Kind;
use serde_json::{Value, json};

use crate::{
    Error, Narrowed, Plugin, Plugins,
    calling::{Ask, Export},
    running::switched_on,
    snapshot::On,
    store::{self, PluginRow, SwitchRow},
};

/// What a removed one kept stays so long, unless it is to go at once.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// What becomes of what a removed plugin kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// It stays for thirty days.
    Keep,
    /// It goes at once.
    Delete,
}

impl Plugins {
    /// Lets go of a guest. `everywhere`: although it is on somewhere.
    pub async fn remove(&self, actor: &Actor, id: &str, everywhere: bool, data: Data) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let row = store::plugin(self.db(), id).await?.ok_or(Error::NotFound)?;
        if row.kind == Kind::Builtin.word() {
            return Err(Error::Builtin);
        }
        let needing: Vec<String> = self
            .installed_manifests()
            .await?
            .into_iter()
            .filter(|other| other.requires.plugins.iter().any(|relation| relation.id.as_str() == id))
            .map(|other| format!("{} needs {id}", other.id))
            .collect();
        if !needing.is_empty() {
            return Err(Error::Dependency(needing));
        }
        let switches = store::switches_of(self.db(), id).await?;
        let is_on = row.hub_state != "off" || switches.iter().any(|switch| switch.state != "off");
        if is_on && !everywhere {
            return Err(Error::State { is: "on somewhere", needs: "off everywhere" });
        }
        self.say_good_bye(&row, &switches).await;
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin, switches) = (acting.clone(), plugin.clone(), switches.clone());
                Box::pin(async move {
                    let row = store::hold_plugin(tx, &plugin).await?.ok_or(Error::NotFound)?;
                    store::switch_off_everywhere(tx, &plugin).await?;
                    for organization in switches.iter().map(|row| Some(row.organization_id.into())).chain([None]) {
                        jobs::unplan(tx, &plugin, organization, None).await?;
                    }
                    match data {
                        Data::Keep if row.state != "staged" => {
                            store::remove_plugin(tx, &plugin, now.plus(KEPT), now).await?;
                        }
                        _ => store::delete_plugin(tx, &plugin).await?,
                    }
                    let entry = Entry::new("plugin.removed", "plugin", &plugin)
                        .changing(json!({ "version": row.version }), json!({ "data_kept": data == Data::Keep }));
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(events::record(tx, now, &Event::PluginRemoved { plugin }).await?)
                })
            })
            .await?;
        self.refresh().await?;
        if data == Data::Keep && row.state != "staged" {
            self.close_database(id).await;
            return Ok(());
        }
        self.drop_database(id).await
    }

    /// It is told that it goes; what it makes of that keeps nobody.
    async fn say_good_bye(&self, row: &PluginRow, switches: &[SwitchRow]) {
        let Some(plugin) = self.snapshot().find(&row.id).cloned() else { return };
        let hub =
            (row.hub_state == "on").then(|| (None, On::new(Arc::clone(&plugin), &Value::Null, &Narrowed::default())));
        let elsewhere = switches
            .iter()
            .filter(|switch| switch.state == "on")
            .map(|switch| (Some(OrgId::from(switch.organization_id)), switched_on(Arc::clone(&plugin), switch)));
        for (at, on) in hub.into_iter().chain(elsewhere) {
            let ask = Ask::by_hub(Arc::new(on), at, Export::Disable, "remove".into());
            if let Err(error) = self.call(ask, |plugin: &dyn Plugin, ctx| plugin.disable(ctx)).await {
                tracing::warn!(plugin = row.id, %error, "a plugin's `disable` failed while it was removed");
            }
        }
    }

    /// What a removed one kept is gone for good.
    pub(crate) async fn purge(&self, id: &str, actor: &Actor) -> Result<(), Error> {
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    store::delete_plugin(tx, &plugin).await?;
                    let entry = Entry::new("plugin.purged", "plugin", &plugin);
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.drop_database(id).await
    }
}
