//! Plugins as an organization decides about them: switched, limited, given to its roles.

use std::collections::{BTreeMap, BTreeSet};

use base::{Actor, OrgId, Role};
use drawing::Words;
use plugin_api::{
    manifest::Capabilities,
    page::{Group, Node, Tone},
};
use plugins::{Error, Health, Keeps, Narrowed, OrganizationCard, Plugins, Switch};
use serde_json::{Map, Value, json};

use super::{
    about::{about, adds, powers, pressed},
    parts::{card, form, health, link, notice, plain, sentence, size, switch, words},
};

/// The hub allows no more a minute.
const MOST_REQUESTS: u32 = 1_200;

pub(super) async fn organization(
    service: &Plugins,
    actor: &Actor,
    org: OrgId,
    say: &Words,
) -> Result<Vec<Node>, Error> {
    let mut cards = service.in_organization(actor, org).await?;
    for card in &mut cards {
        card.manifest = service.in_language(&card.manifest, say.language());
    }
    let mut body = vec![words(say.say("organization_lead"))];
    if cards.is_empty() {
        body.push(words(say.say("none_here")));
    }
    body.push(Node::Columns(Group { body: cards.iter().map(|card| in_organization(card, say, false)).collect() }));
    Ok(body)
}

/// A plugin as an organization sees it.
pub(super) fn in_organization(found: &OrganizationCard, say: &Words, alone: bool) -> Node {
    let OrganizationCard { manifest, switch: state, asks, health: is, company, .. } = found;
    let id = manifest.id.as_str();
    let mut body = about(manifest, say);
    body.push(switch(say, state));
    if let Switch::Suspended(why) = state {
        body.push(notice(plain(why), Tone::Warn));
    }
    if !matches!(is, Health::Ready) {
        body.push(health(say, is));
    }
    body.push(adds(manifest, say));
    body.push(words(say.say("may")));
    body.push(powers(asks, say, false));
    if manifest.hub_wide {
        body.push(words(say.say("by_the_hub")));
    } else {
        body.extend(pressed(manifest, state, company, &[("plugin", id)], say));
    }
    if alone {
        body.extend(found.keeps.iter().map(|keeps| words(kept(keeps, say))));
    } else {
        let label = if manifest.config.is_some() { "settings_and_limits" } else { "limits" };
        body.push(link(say.say(label), format!("?plugin={id}")));
    }
    card(&manifest.name, body)
}

/// How full a store is.
fn kept(keeps: &Keeps, say: &Words) -> String {
    let (used, most) = (size(keeps.bytes), size(keeps.most));
    say.with(&format!("keeps_{}", keeps.store), &[("used", &used), ("most", &most)])
}

/// What is taken away from it here, and who has its permissions: a form with what counts now.
pub(super) fn limits(found: &OrganizationCard, say: &Words) -> Node {
    let OrganizationCard { manifest, asks, narrowed, .. } = found;
    let mut properties = Map::new();
    for asked in asks {
        let on = !narrowed.off.contains(asked.word);
        let field = json!({ "type": "boolean", "title": sentence(say, asked), "default": on, "x-group": say.say("powers_here") });
        properties.insert(format!("may-{}", asked.word.replace(':', "-")), field);
    }
    for (store, mib) in quotas(&found.granted) {
        let now = narrowed.quotas.get(store).copied().unwrap_or(mib).min(mib);
        let field = json!({
            "type": "integer", "minimum": 1, "maximum": mib, "default": now, "title": say.say(&format!("quota_{store}")),
            "description": say.with("quota_most", &[("most", &mib.to_string())]), "x-group": say.say("room_here"),
        });
        properties.insert(format!("quota-{store}"), field);
    }
    let mut requests = json!({
        "type": "integer", "minimum": 1, "maximum": MOST_REQUESTS, "title": say.say("requests_a_minute"),
        "description": say.say("requests_hint"), "x-group": say.say("room_here"),
    });
    if let Some(number) = narrowed.requests_a_minute {
        requests["default"] = number.into();
    }
    properties.insert("requests".into(), requests);
    for (n, action) in manifest.actions.iter().enumerate() {
        let usual = action.default_roles.iter().filter_map(|role| Role::from_word(role.word()));
        let roles: Vec<Role> = narrowed.roles.get(&action.name).cloned().unwrap_or_else(|| usual.collect());
        let now: Vec<&str> = roles.iter().map(|role| role.word()).collect();
        let words: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
        let labels: Map<String, Value> =
            words.iter().map(|word| ((*word).to_owned(), say.say(&format!("role_{word}")).into())).collect();
        let field = json!({
            "type": "array", "uniqueItems": true, "items": { "type": "string", "enum": words, "x-labels": labels },
            "default": now, "title": action.description, "x-group": say.say("who_may"),
        });
        properties.insert(format!("roles-{n}"), field);
    }
    let schema = json!({ "type": "object", "properties": properties });
    let id = manifest.id.as_str();
    let form = form(schema, say.say("limits_save"), &[("act", "limit"), ("plugin", id)]);
    card(say.say("limits"), vec![words(say.say("limits_lead")), form])
}

/// What that form says.
pub(super) fn limited(found: &OrganizationCard, given: &Map<String, Value>) -> Narrowed {
    let is = |name: &str| given.get(name) == Some(&Value::Bool(true));
    let number =
        |name: &str| given.get(name).and_then(Value::as_u64).map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    let OrganizationCard { manifest, asks, narrowed, .. } = found;
    let taken = asks.iter().filter(|asked| !is(&format!("may-{}", asked.word.replace(':', "-"))));
    let quotas = quotas(&found.granted).filter_map(|(store, mib)| {
        let wanted = number(&format!("quota-{store}"))?;
        (wanted != mib).then(|| (store.to_owned(), wanted))
    });
    let mut roles = BTreeMap::new();
    for (n, action) in manifest.actions.iter().enumerate() {
        let chosen = given.get(&format!("roles-{n}")).and_then(Value::as_array);
        let chosen: BTreeSet<Role> =
            chosen.into_iter().flatten().filter_map(|word| Role::from_word(word.as_str()?)).collect();
        let usual: BTreeSet<Role> =
            action.default_roles.iter().filter_map(|role| Role::from_word(role.word())).collect();
        // What is as the plugin says goes on being so when the plugin says something else.
        if chosen != usual {
            roles.insert(action.name.clone(), chosen.into_iter().collect());
        }
    }
    // What was taken away before it was asked for stays taken away.
    let others = narrowed.off.iter().filter(|word| asks.iter().all(|asked| asked.word != word.as_str())).cloned();
    Narrowed {
        off: taken.map(|asked| asked.word.to_owned()).chain(others).collect(),
        roles,
        quotas: quotas.collect(),
        requests_a_minute: number("requests"),
    }
}

/// The stores it was granted, and how much of each, in MiB.
fn quotas(granted: &Capabilities) -> impl Iterator<Item = (&'static str, u32)> {
    let documents = granted.documents.as_ref().map(|documents| documents.quota_mib);
    let stores = [("kv", granted.kv.map(|quota| quota.quota_mib)), ("documents", documents)];
    stores.into_iter().filter_map(|(store, mib)| Some((store, mib?)))
}
