//! What is done from the registry's pages.

use std::collections::BTreeSet;

use base::{Actor, OrgId};
use plugin_api::page::form;
use plugins::{Data, Error, Plugins};
use serde_json::{Map, Value};

use super::{Which, local::limited, page_of};

/// Does it. Gives back where to go on, where that is elsewhere: a plugin's page in the registry.
pub(crate) async fn act(
    service: &Plugins,
    actor: &Actor,
    which: Which<'_>,
    given: &Map<String, Value>,
    typed: &[(String, String)],
) -> Result<Option<String>, Error> {
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default();
    let is = |name: &str| given.get(name) == Some(&Value::Bool(true));
    let (organization, id) = match which {
        Which::All => (None, ""),
        Which::One(id) => (None, id),
        Which::Organization(org) => (Some(org), text("plugin")),
        Which::OneIn(org, id) => (Some(org), id),
    };
    match (text("act"), which) {
        ("stage", Which::All) => {
            let staged = service.stage_found(actor, text("path")).await?;
            return Ok(Some(page_of(&staged.id)));
        }
        ("fetch", Which::All) => {
            let staged = service.stage_from(actor, text("url"), Some(text("sha256"))).await?;
            return Ok(Some(page_of(&staged.id)));
        }
        ("approve", Which::One(_)) => {
            let granted = given.iter().filter(|(_, value)| **value == Value::Bool(true));
            let granted: BTreeSet<String> =
                granted.map(|(name, _)| name.replace("routes-public", "routes:public")).collect();
            service.approve(actor, id, text("version"), text("hash"), &granted, is("other-signer")).await?;
        }
        ("refuse", Which::One(_)) => {
            service.refuse(actor, id, text("version")).await?;
            return Ok(Some("/admin/plugins".into()));
        }
        ("enable", _) => service.enable(actor, organization, id, text("together") == "yes").await?,
        ("disable", _) => {
            service.disable(actor, organization, id, text("together") == "yes", is("drop_pending")).await?;
        }
        ("limit", Which::Organization(org)) => {
            let found = service.in_organization(actor, org).await?;
            let found = found.into_iter().find(|card| card.manifest.id.as_str() == id).ok_or(Error::NotFound)?;
            service.narrow(actor, org, id, limited(&found, given)).await?;
        }
        ("allow", Which::One(_)) => {
            let org = given.get("organization");
            let org = org.and_then(|org| org.as_i64().or_else(|| org.as_str()?.parse().ok())).ok_or(Error::NotFound)?;
            service.allow(actor, id, OrgId::from(org), text("access") == "yes").await?;
        }
        ("quarantine", Which::One(_)) => service.quarantine(actor, id, text("why")).await?,
        ("release", Which::One(_)) => service.release(actor, id).await?,
        ("roll_back", Which::One(_)) => service.roll_back(actor, id).await?,
        ("replay", Which::One(_)) => {
            let row = text("row").parse().map_err(|_| Error::NotFound)?;
            service.replay(actor, id, row).await?;
        }
        ("remove", Which::One(_)) => {
            let data = if text("data") == "delete" { Data::Delete } else { Data::Keep };
            service.remove(actor, id, is("everywhere"), data).await?;
            return Ok(Some("/admin/plugins".into()));
        }
        ("configure", Which::One(_) | Which::Organization(_)) => {
            configure(service, actor, organization, id, given, typed).await?;
        }
        _ => return Err(Error::NotFound),
    }
    Ok(None)
}

/// The layer that the form of settings stands for. A field that was left empty, or as it came, says nothing.
async fn configure(
    service: &Plugins,
    actor: &Actor,
    organization: Option<OrgId>,
    id: &str,
    given: &Map<String, Value>,
    typed: &[(String, String)],
) -> Result<(), Error> {
    let settings = service.settings(actor, organization, id).await?;
    let version = given.get("version").and_then(Value::as_str).and_then(|version| version.parse().ok()).unwrap_or(-1);
    let mut layer = Value::Object(Map::new());
    let mut wrong = Vec::new();
    for field in form::settings(&settings.schema) {
        // What only the operator sets is not in an organization's form.
        if field.locked && organization.is_some() {
            continue;
        }
        let name = format!("values[{}", field.name);
        let is_it = |key: &str| {
            key.strip_prefix(&name).is_some_and(|rest| rest == "]" || (rest.starts_with('|') && rest.ends_with(']')))
        };
        let texts: Vec<&str> = typed.iter().filter(|(key, _)| is_it(key)).map(|(_, text)| text.as_str()).collect();
        match form::value(field.wire(), &texts) {
            Ok(Some(value)) if settings.says(organization.is_some(), &field, &value) => {
                form::put(&mut layer, &field.name, value);
            }
            Ok(_) => {}
            Err(_) => wrong.push((field.label, "can't be read".to_owned())),
        }
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    service.configure(actor, organization, id, version, layer).await.map(drop)
}
