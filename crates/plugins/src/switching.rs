//! Switches: on and off, in an organization or for the hub; who may see what is private; and what an organization takes away.

use std::{collections::BTreeSet, sync::Arc};

use audit::Entry;
use base::{Action, Actor, OrgId};
use contract::Event;
use plugin_api::{Manifest, PluginId};
use serde_json::{Value, json};

use crate::{
    Error, Layers, Narrowed, Plugins,
    calling::{Ask, Export},
    company::{Circle, is_seen},
    running::{json_of, switched_on},
    snapshot::{Installed, On, Runtime, Snapshot},
    store::{self, SwitchRow},
    tasks,
};

impl Plugins {
    /// Whoever switches there may.
    pub(crate) async fn may_switch(&self, actor: &Actor, organization: Option<OrgId>) -> Result<(), Error> {
        let action = if organization.is_some() { Action::ManageOrganizationPlugins } else { Action::ManagePlugins };
        self.standing(actor, organization, action).await.map(drop)
    }

    /// Switches a plugin on. What it needs and is off is switched on with it where `together` says so; else it is refused, with their names.
    pub async fn enable(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        together: bool,
    ) -> Result<(), Error> {
        self.may_switch(actor, organization).await?;
        self.switch_on(actor, organization, id, together).await
    }

    async fn switch_on(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        together: bool,
    ) -> Result<(), Error> {
        let picture = self.snapshot();
        let rows = match organization {
            Some(org) => store::switches_in(self.db(), org).await?,
            None => Vec::new(),
        };
        let plugin = picture.find(id).filter(|plugin| is_seen(plugin, organization, &rows)).ok_or(Error::NotFound)?;
        if organization.is_some() && plugin.facts.manifest.hub_wide {
            return Err(Error::State { is: "switched for the whole hub", needs: "switched by whoever runs the hub" });
        }
        let circle = Circle::new(&picture, organization, &rows);
        if circle.is_on(plugin.id()) {
            return Err(Error::State { is: "on already", needs: "off" });
        }
        let needed = circle.needed(plugin.id()).map_err(Error::Dependency)?;
        if needed.len() > 1 && !together {
            let others = needed.iter().filter(|other| *other != plugin.id());
            return Err(Error::Dependency(
                others.map(|other| format!("{id} needs {other}, which is off here")).collect(),
            ));
        }
        let ready = self.all_fit(&picture, organization, &rows, &needed).await?;
        let mut begun = Vec::new();
        for next in ready {
            if let Err(error) = self.begin_in(&next, organization, &rows).await {
                self.give_up(begun, organization).await;
                return Err(error);
            }
            begun.push(next);
        }
        let written = self.write_on(actor, organization, &begun).await;
        if let Err(error) = written {
            self.give_up(begun, organization).await;
            return Err(error);
        }
        self.refresh_after(organization).await
    }

    async fn refresh_after(&self, organization: Option<OrgId>) -> Result<(), Error> {
        match organization {
            Some(org) => self.refresh_in(org).await,
            None => self.refresh().await,
        }
    }

    /// They, where each of them can be switched on there; else what is wrong with all of them at once.
    async fn all_fit(
        &self,
        picture: &Snapshot,
        organization: Option<OrgId>,
        rows: &[SwitchRow],
        needed: &[PluginId],
    ) -> Result<Vec<Arc<Installed>>, Error> {
        let (mut ready, mut wrong) = (Vec::new(), Vec::new());
        for id in needed {
            let Some(plugin) = picture.find(id.as_str()) else { return Err(Error::MovedOn) };
            match self.is_fit(plugin, organization, rows).await {
                Ok(()) => ready.push(Arc::clone(plugin)),
                Err(error) if error.says().is_empty() => return Err(error),
                Err(error) => wrong.push((id, error)),
            }
        }
        // Of one alone it is said what it is; of several, whose it is.
        if wrong.len() > 1 {
            let told =
                wrong.iter().flat_map(|(id, error)| error.says().into_iter().map(move |one| format!("{id}: {one}")));
            return Err(Error::Dependency(told.collect()));
        }
        wrong.pop().map_or(Ok(ready), |(_, error)| Err(error))
    }

    /// Whether it can be switched on there: it runs, and its settings hold.
    async fn is_fit(&self, plugin: &Installed, organization: Option<OrgId>, rows: &[SwitchRow]) -> Result<(), Error> {
        match &plugin.runtime {
            Runtime::Ready(_) => {}
            Runtime::Quarantined { .. } => return Err(Error::State { is: "quarantined", needs: "let on again" }),
            Runtime::Failing { why, .. } => return Err(Error::Lifecycle { hook: "start", cause: why.clone() }),
        }
        if organization.is_some() && plugin.facts.manifest.hub_wide {
            return Err(Error::Dependency(vec![format!(
                "{} is switched by whoever runs the hub, and is off",
                plugin.id()
            )]));
        }
        let row = rows.iter().find(|row| row.plugin_id == plugin.id().as_str());
        let config = row.map_or(Value::Null, |row| json_of(&row.config_json));
        let wrong = self.unfit_settings(plugin, organization, &config).await?;
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid(wrong)) }
    }

    /// It is told that it is switched on.
    async fn begin_in(
        &self,
        plugin: &Arc<Installed>,
        organization: Option<OrgId>,
        rows: &[SwitchRow],
    ) -> Result<(), Error> {
        let row = rows.iter().find(|row| row.plugin_id == plugin.id().as_str());
        let on = match row {
            Some(row) => switched_on(Arc::clone(plugin), row),
            None => On::new(Arc::clone(plugin), &Value::Null, &Narrowed::default()),
        };
        let ask = Ask::by_hub(Arc::new(on), organization, Export::Enable, "enable".into());
        let enabled = self.call(ask, |plugin, ctx| plugin.enable(ctx)).await;
        enabled.map_err(|error| Error::Lifecycle { hook: "enable", cause: error.to_string() })
    }

    /// What keeps its settings from being used there. A secret is there, or it is not; what it says was looked at when it was set.
    async fn unfit_settings(
        &self,
        plugin: &Installed,
        organization: Option<OrgId>,
        config: &Value,
    ) -> Result<Vec<(String, String)>, Error> {
        let (facts, id) = (&plugin.facts, plugin.id().as_str());
        let layers = Layers { code: &Value::Null, installation: &plugin.installation, organization: config };
        let mut set: BTreeSet<String> = BTreeSet::new();
        for place in [organization, None] {
            set.extend(store::secrets_set(self.db(), id, place).await?.into_iter().map(|(name, _)| name));
        }
        let faults = layers.check(&facts.schema).into_iter().filter(|fault| {
            let is_there = set.contains(fault.path.trim_start_matches('/'));
            !(facts.schema.is_secret(&fault.path) && is_there)
        });
        Ok(faults.map(|fault| (fault.path.clone(), fault.wrong.to_string())).collect())
    }

    async fn give_up(&self, begun: Vec<Arc<Installed>>, organization: Option<OrgId>) {
        for plugin in begun.into_iter().rev() {
            let id = plugin.id().clone();
            let on = Arc::new(On::new(plugin, &Value::Null, &Narrowed::default()));
            let ask = Ask::by_hub(on, organization, Export::Disable, "enable".into());
            if let Err(error) = self.call(ask, |plugin, ctx| plugin.disable(ctx)).await {
                tracing::warn!(plugin = id.as_str(), %error, "a plugin that was not switched on could not be told so");
            }
        }
    }

    async fn write_on(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        plugins: &[Arc<Installed>],
    ) -> Result<(), Error> {
        let now = self.now();
        let manifests: Vec<Manifest> = plugins.iter().map(|plugin| plugin.facts.manifest.clone()).collect();
        let acting = actor.clone();
        self.db()
            .write(move |tx| {
                let (manifests, acting) = (manifests.clone(), acting.clone());
                Box::pin(async move {
                    for manifest in &manifests {
                        let id = manifest.id.as_str();
                        // Held, so that it can't be removed or replaced at the same moment.
                        let there = store::hold_plugin(tx, id).await?.filter(|row| row.state == "installed");
                        if there.is_none_or(|row| {
                            row.version != manifest.version.to_string() || row.quarantined_at.is_some()
                        }) {
                            return Err(Error::MovedOn);
                        }
                        let switched = match organization {
                            Some(org) => store::set_switch(tx, org, id, "on", None, acting.user(), now).await?,
                            None => store::set_hub_state(tx, id, "on", None, now).await?,
                        };
                        if !switched {
                            return Err(Error::State { is: "on already", needs: "off" });
                        }
                        if let Some(org) = organization {
                            for needed in &manifest.requires.plugins {
                                let on = store::switch(&mut *tx, org, needed.id.as_str()).await?;
                                let hub = store::plugin(&mut *tx, needed.id.as_str()).await?;
                                let is_on = on.is_some_and(|row| row.state == "on")
                                    || hub.is_some_and(|row| row.hub_wide && row.hub_state == "on");
                                if !is_on {
                                    return Err(Error::Dependency(vec![format!(
                                        "{id} needs {}, which is off here",
                                        needed.id
                                    )]));
                                }
                            }
                        }
                        tasks::plan(tx, now, manifest, organization).await?;
                        let entry = Entry::new("plugin.enabled", "plugin", id);
                        let entry = match organization {
                            Some(org) => entry.in_organization(org),
                            None => entry,
                        };
                        audit::record(tx, now, &acting, &entry).await?;
                        let event = Event::PluginEnabled { plugin: id.to_owned(), organization };
                        events::record(tx, now, &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Switches a plugin off; what it keeps stays. Who needs it there is switched off before it where `together` says so; else it is refused,
    /// with their names. `drop_pending`: what it was to do once goes, too; else it waits, and what comes due meanwhile is left undone.
    pub async fn disable(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        together: bool,
        drop_pending: bool,
    ) -> Result<(), Error> {
        self.may_switch(actor, organization).await?;
        let picture = self.snapshot();
        // Also one that is suspended, or fails: the switch is the table's.
        let state = match organization {
            Some(org) => store::switch(self.db(), org, id).await?.map(|row| row.state),
            None => store::plugin(self.db(), id).await?.map(|row| row.hub_state),
        };
        let plugin = picture.find(id).ok_or(Error::NotFound)?;
        if organization.is_some() && plugin.facts.manifest.hub_wide {
            return Err(Error::State { is: "switched for the whole hub", needs: "switched by whoever runs the hub" });
        }
        if state.as_deref().is_none_or(|state| state == "off") {
            return Err(Error::State { is: "off already", needs: "on" });
        }
        let here = picture.here(organization);
        let needing = Circle::new(&picture, organization, &[]).needing(plugin.id());
        if !needing.is_empty() && !together {
            return Err(Error::Dependency(needing.iter().map(|other| format!("{other} needs {id}")).collect()));
        }
        let mut going: Vec<Manifest> = Vec::new();
        for other in needing.iter().chain([plugin.id()]) {
            if let Some(on) = here.find(other.as_str()) {
                let ask = Ask::by_hub(Arc::clone(on), organization, Export::Disable, "disable".into());
                if let Err(error) = self.call(ask, |plugin, ctx| plugin.disable(ctx)).await {
                    tracing::warn!(plugin = other.as_str(), %error, "a plugin's `disable` failed; it is off all the same");
                }
            }
            going.extend(picture.find(other.as_str()).map(|plugin| plugin.facts.manifest.clone()));
        }
        self.write_off(actor, organization, going, drop_pending).await?;
        self.refresh_after(organization).await
    }

    async fn write_off(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        going: Vec<Manifest>,
        drop_pending: bool,
    ) -> Result<(), Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.db()
            .write(move |tx| {
                let (acting, going) = (acting.clone(), going.clone());
                Box::pin(async move {
                    for manifest in &going {
                        let id = manifest.id.as_str();
                        store::hold_plugin(tx, id).await?;
                        let switched = match organization {
                            Some(org) => store::set_switch(tx, org, id, "off", None, None, now).await?,
                            None => store::set_hub_state(tx, id, "off", None, now).await?,
                        };
                        if !switched {
                            continue;
                        }
                        tasks::unplan(tx, manifest, organization, drop_pending).await?;
                        let entry = Entry::new("plugin.disabled", "plugin", id);
                        let entry = match organization {
                            Some(org) => entry.in_organization(org),
                            None => entry,
                        };
                        audit::record(tx, now, &acting, &entry).await?;
                        let event = Event::PluginDisabled { plugin: id.to_owned(), organization };
                        events::record(tx, now, &event).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// A new organization finds on what the hub's own plugins say it should.
    pub(crate) async fn welcome(&self, org: OrgId) -> Result<(), Error> {
        let picture = self.snapshot();
        for plugin in &picture.installed {
            let manifest = &plugin.facts.manifest;
            if !manifest.begins_enabled() || manifest.private || manifest.hub_wide {
                continue;
            }
            // Told twice, or needed by another that was first: on already.
            if store::switch(self.db(), org, manifest.id.as_str()).await?.is_some() {
                continue;
            }
            match self.switch_on(&Actor::Job, Some(org), manifest.id.as_str(), true).await {
                Ok(()) | Err(Error::State { .. }) => {}
                Err(error) => {
                    tracing::warn!(plugin = manifest.id.as_str(), %error, "a new organization begins without a plugin");
                }
            }
        }
        Ok(())
    }

    /// Lets an organization see a private plugin, or no longer: then it goes off there.
    pub async fn allow(&self, actor: &Actor, id: &str, org: OrgId, access: bool) -> Result<(), Error> {
        actor.may(Action::ManagePlugins)?;
        let known = self.standing(actor, Some(org), Action::ViewOrganization).await;
        known?;
        let row = store::plugin(self.db(), id).await?.filter(|row| row.state == "installed").ok_or(Error::NotFound)?;
        let switch = store::switch(self.db(), org, id).await?;
        if !access && row.private && switch.is_some_and(|switch| switch.state != "off") {
            self.disable(actor, Some(org), id, true, true).await?;
        }
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin) = (acting.clone(), plugin.clone());
                Box::pin(async move {
                    if !store::set_access(tx, org, &plugin, access, acting.user(), now).await? {
                        return Ok(());
                    }
                    let entry = Entry::new("plugin.access_changed", "plugin", &plugin)
                        .in_organization(org)
                        .changing(json!({ "access": !access }), json!({ "access": access }));
                    audit::record(tx, now, &acting, &entry).await?;
                    let event = Event::PluginConfigChanged { plugin, organization: Some(org) };
                    Ok::<_, Error>(events::record(tx, now, &event).await?)
                })
            })
            .await
    }
}
