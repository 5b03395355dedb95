//! Settings: layers written and read, and secrets set, each by whoever may.

use std::collections::BTreeSet;

use audit::Entry;
use base::{Action, Actor, Millis, OrgId, Secret};
use contract::Event;
use plugin_api::page::form::{self, Field};
use serde_json::{Map, Value, json};

use crate::{
    Error, Layers, Plugins, Schema,
    running::json_of,
    secret::Place,
    snapshot::Installed,
    store::{self, NewSecret},
};

/// The longest secret, in bytes.
const LONGEST_SECRET: usize = 4 * 1024;
/// What stands for a secret that is set while the rest is looked at.
const MASK: &str = "•••";

/// A plugin's settings somewhere, as they are edited. No secret is among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The JSON Schema the form is drawn from.
    pub schema: Value,
    /// What counts.
    pub merged: Value,
    /// The operator's layer.
    pub installation: Value,
    /// The organization's, where it is one's.
    pub organization: Value,
    /// What a change has to name: somebody else may have been quicker.
    pub version: i64,
    /// Which secrets are set here, and since when.
    pub secrets: Vec<(String, Millis)>,
    /// Secrets beside those of the schema: the ones its manifest asks to use.
    pub secret_names: Vec<String>,
}

impl Settings {
    /// The layer that is edited: the operator's, or an organization's.
    fn layer(&self, of_organization: bool) -> &Value {
        if of_organization { &self.organization } else { &self.installation }
    }

    /// What stands in the fields of a form of that layer: what the layer says; and where a field can't be left open, what counts.
    pub fn shown(&self, of_organization: bool) -> Value {
        let mut shown = self.layer(of_organization).clone();
        for Field { name, .. } in form::settings(&self.schema).iter().filter(|field| field.wire().always_says()) {
            if form::at(&shown, name).is_none()
                && let Some(counts) = form::at(&self.merged, name)
            {
                form::put(&mut shown, name, counts.clone());
            }
        }
        shown
    }

    /// Whether a form that comes back with `value` in that field says anything, or just what would count without it.
    pub fn says(&self, of_organization: bool, field: &Field, value: &Value) -> bool {
        let is_said = form::at(self.layer(of_organization), &field.name).is_some();
        is_said || !field.wire().always_says() || form::at(&self.merged, &field.name) != Some(value)
    }
}

impl Plugins {
    fn set_up(&self, id: &str) -> Result<std::sync::Arc<Installed>, Error> {
        self.snapshot().find(id).cloned().ok_or(Error::NotFound)
    }

    /// Whether somebody may see, or change, a plugin's settings there.
    async fn may_set(&self, actor: &Actor, organization: Option<OrgId>, writes: bool) -> Result<(), Error> {
        let action = match (organization.is_some(), writes) {
            (true, true) => Action::ManageOrganizationPlugins,
            (true, false) => Action::ViewOrganizationPlugins,
            (false, true) => Action::ManagePlugins,
            (false, false) => Action::ViewPlugins,
        };
        self.standing(actor, organization, action).await.map(drop)
    }

    /// A private plugin has settings only where it may be seen.
    async fn visible(&self, plugin: &Installed, organization: Option<OrgId>) -> Result<(), Error> {
        let Some(org) = organization.filter(|_| plugin.facts.manifest.private) else { return Ok(()) };
        let row = store::switch(self.db(), org, plugin.id().as_str()).await?;
        if row.is_some_and(|row| row.has_access) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Its layer there, and how often it was changed.
    async fn layer(&self, id: &str, organization: Option<OrgId>) -> Result<(Value, i64), Error> {
        let kept = match organization {
            Some(org) => store::switch(self.db(), org, id).await?.map(|row| (row.config_json, row.config_version)),
            None => store::plugin(self.db(), id).await?.map(|row| (row.config_json, row.config_version)),
        };
        Ok(kept.map_or_else(|| (Value::Object(Map::new()), 0), |(config, version)| (json_of(&config), version)))
    }

    /// A plugin's settings there.
    pub async fn settings(&self, actor: &Actor, organization: Option<OrgId>, id: &str) -> Result<Settings, Error> {
        self.may_set(actor, organization, false).await?;
        let plugin = self.set_up(id)?;
        self.visible(&plugin, organization).await?;
        let facts = &plugin.facts;
        let (layer, version) = self.layer(id, organization).await?;
        let (installation, own) = match organization {
            Some(_) => (plugin.installation.clone(), layer),
            None => (layer, Value::Object(Map::new())),
        };
        let layers = Layers { code: &Value::Null, installation: &installation, organization: &own };
        let secrets = store::secrets_set(self.db(), id, organization).await?;
        Ok(Settings {
            schema: facts.schema.source().clone(),
            merged: layers.merged(&facts.schema),
            version,
            secrets: secrets.into_iter().map(|(name, at)| (name, Millis(at))).collect(),
            secret_names: facts.manifest.capabilities.secrets.clone(),
            installation,
            organization: own,
        })
    }

    /// Writes a layer: all of it, in place of what was there. A secret setting that is absent or null stays as it is, one that is given is
    /// sealed, and an empty one is forgotten. Gives back the new version.
    pub async fn configure(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        version: i64,
        value: Value,
    ) -> Result<i64, Error> {
        self.may_set(actor, organization, true).await?;
        let plugin = self.set_up(id)?;
        self.visible(&plugin, organization).await?;
        let facts = &plugin.facts;
        let mut layer = value;
        let mut given = Vec::new();
        take_secrets(&facts.schema, &mut layer, "", &mut given);
        let too_long = given.iter().find(|(_, secret)| secret.expose().len() > LONGEST_SECRET);
        if let Some((name, _)) = too_long {
            return Err(Error::wrong(format!("/{name}"), format!("has at most {LONGEST_SECRET} bytes")));
        }

        // Looked at with the secrets in their places: those given as they are, those that were set before as something that is there.
        let mut whole = layer.clone();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for place in [organization, None] {
            known.extend(store::secrets_set(self.db(), id, place).await?.into_iter().map(|(name, _)| name));
        }
        // Secrets that the manifest asks to use are none of the settings.
        known.retain(|name| facts.schema.is_secret(&format!("/{name}")));
        for name in &known {
            put_at(&mut whole, name, MASK);
        }
        for (name, secret) in &given {
            put_at(&mut whole, name, secret.expose());
        }
        let (before, _) = self.layer(id, organization).await?;
        let faults = if organization.is_some() {
            let layers = Layers { code: &Value::Null, installation: &plugin.installation, organization: &whole };
            layers.check_organization(&facts.schema)
        } else {
            let layers = Layers { code: &Value::Null, installation: &whole, organization: &Value::Null };
            layers.check_installation(&facts.schema)
        };
        let is_given = |path: &str| given.iter().any(|(name, _)| format!("/{name}") == path);
        let wrong: Vec<(String, String)> = faults
            .into_iter()
            // What was set before was looked at then.
            .filter(|fault| {
                !facts.schema.is_secret(&fault.path)
                    || is_given(&fault.path)
                    || !known.contains(fault.path.trim_start_matches('/'))
            })
            .map(|fault| (fault.path, fault.wrong.to_string()))
            .collect();
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }

        let secrets: Vec<NewSecret> =
            given.into_iter().map(|(name, secret)| self.sealed(id, organization, name, secret)).collect();
        let (was, is) = changed(&before, &layer, &secrets);
        let (now, acting, plugin, config) = (self.now(), actor.clone(), id.to_owned(), layer.to_string());
        self.db()
            .write(move |tx| {
                let (acting, plugin, config, secrets) =
                    (acting.clone(), plugin.clone(), config.clone(), secrets.clone());
                let (was, is) = (was.clone(), is.clone());
                Box::pin(async move {
                    let written = match organization {
                        Some(org) => store::set_config(tx, org, &plugin, version, &config).await?,
                        None => store::set_hub_config(tx, &plugin, version, &config, now).await?,
                    };
                    if !written {
                        return Err(Error::MovedOn);
                    }
                    for secret in &secrets {
                        store::set_secret(tx, &plugin, organization, secret, acting.user(), now).await?;
                    }
                    let entry = Entry::new("plugin.config_changed", "plugin", &plugin).changing(was, is);
                    let entry = match organization {
                        Some(org) => entry.in_organization(org),
                        None => entry,
                    };
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok(events::record(tx, now, &Event::PluginConfigChanged { plugin, organization }).await?)
                })
            })
            .await?;
        match organization {
            Some(org) => self.refresh_in(org).await?,
            None => self.refresh().await?,
        }
        Ok(version + 1)
    }

    /// Sets a secret that the plugin's manifest asks to use, or one of its secret settings; `None`: none any more.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        id: &str,
        name: &str,
        secret: Option<Secret>,
    ) -> Result<(), Error> {
        self.may_set(actor, organization, true).await?;
        let plugin = self.set_up(id)?;
        self.visible(&plugin, organization).await?;
        let facts = &plugin.facts;
        let known = facts.manifest.capabilities.secrets.iter().any(|known| known == name)
            || facts.schema.is_secret(&format!("/{name}"));
        if !known {
            return Err(Error::wrong("name", "is none of its secrets"));
        }
        if secret.as_ref().is_some_and(|secret| secret.expose().is_empty() || secret.expose().len() > LONGEST_SECRET) {
            return Err(Error::wrong(name, format!("has 1 to {LONGEST_SECRET} bytes")));
        }
        let new = match secret {
            Some(secret) => self.sealed(id, organization, name.to_owned(), secret),
            None => NewSecret { name: name.to_owned(), sealed: None },
        };
        let (now, acting, plugin) = (self.now(), actor.clone(), id.to_owned());
        self.db()
            .write(move |tx| {
                let (acting, plugin, new) = (acting.clone(), plugin.clone(), new.clone());
                Box::pin(async move {
                    store::set_secret(tx, &plugin, organization, &new, acting.user(), now).await?;
                    let said = json!({ "secret": new.name, "set": new.sealed.is_some() });
                    let entry = Entry::new("plugin.secret_changed", "plugin", &plugin).changing((), said);
                    let entry = match organization {
                        Some(org) => entry.in_organization(org),
                        None => entry,
                    };
                    audit::record(tx, now, &acting, &entry).await?;
                    Ok::<_, Error>(events::record(tx, now, &Event::PluginConfigChanged { plugin, organization }).await?)
                })
            })
            .await
    }

    /// An empty one is forgotten.
    fn sealed(&self, plugin: &str, organization: Option<OrgId>, name: String, secret: Secret) -> NewSecret {
        let place = Place { plugin, organization, name: &name };
        let sealed =
            (!secret.expose().is_empty()).then(|| place.seal(&self.0.parts.key, &secret, &*self.0.parts.chance));
        NewSecret { name, sealed }
    }
}

/// Takes secret settings out of a layer: their names, which are their pointers without the first `/`, and what was given for them.
fn take_secrets(schema: &Schema, layer: &mut Value, path: &str, into: &mut Vec<(String, Secret)>) {
    let Value::Object(map) = layer else { return };
    let names: Vec<String> = map.keys().cloned().collect();
    for name in names {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        if schema.is_secret(&path) {
            match map.remove(&name) {
                Some(Value::String(secret)) => into.push((path[1..].to_owned(), Secret::new(secret))),
                // Nothing was said of it.
                None | Some(Value::Null) => {}
                Some(other) => into.push((path[1..].to_owned(), Secret::new(other.to_string()))),
            }
        } else if let Some(inner) = map.get_mut(&name) {
            take_secrets(schema, inner, &path, into);
        }
    }
}

/// Puts a text where a pointer leads, where there is room for it.
fn put_at(layer: &mut Value, name: &str, text: &str) {
    let mut at = layer;
    for part in name.split('/') {
        let part = part.replace("~1", "/").replace("~0", "~");
        if at.is_null() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(map) = at else { return };
        at = map.entry(part).or_insert(Value::Null);
    }
    *at = text.into();
}

/// What was changed, key by key, as the trail keeps it: of secrets only that.
fn changed(before: &Value, after: &Value, secrets: &[NewSecret]) -> (Value, Value) {
    let empty = Map::new();
    let (was, is) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let (mut from, mut to) = (Map::new(), Map::new());
    for key in keys.into_iter().filter(|key| was.get(*key) != is.get(*key)) {
        from.insert(key.clone(), was.get(key).cloned().unwrap_or(Value::Null));
        to.insert(key.clone(), is.get(key).cloned().unwrap_or(Value::Null));
    }
    for secret in secrets {
        from.insert(secret.name.clone(), Value::Null);
        to.insert(secret.name.clone(), if secret.sealed.is_some() { MASK.into() } else { Value::Null });
    }
    (from.into(), to.into())
}
