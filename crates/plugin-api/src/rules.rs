//! What no key can say of itself: names that must be one's own, things that must not be there twice, keys that need others.
//!
//! Works on what could be read, so that a manifest with a broken key is told of everything else too.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    json_schema,
    manifest::{Kind, Point},
    name::OURS,
    problem::below,
};

/// Where to say what is wrong.
pub(crate) type Say<'a> = dyn FnMut(&str, String) + 'a;

pub(crate) fn check(manifest: &Value, kind: Kind, say: &mut Say<'_>) {
    let id = text(manifest, "id");
    identity(manifest, kind, say);
    relations(manifest, id, say);
    let actions: BTreeSet<&str> = each(manifest, "actions").filter_map(|(_, action)| action["name"].as_str()).collect();
    pages(manifest, &actions, say);
    routes(manifest, &actions, say);
    commands(manifest, &actions, say);
    events(manifest, id, say);
    for (path, action) in each(manifest, "actions") {
        if let (Some(id), Some(name)) = (id, action["name"].as_str())
            && !name.strip_prefix(id).is_some_and(|rest| rest.starts_with(':'))
        {
            say(&below(&path, "name"), format!("the action `{name}` must begin with `{id}:`"));
        }
    }
    for (path, check) in each(manifest, "checks") {
        if let Some(point) = check["point"].as_str().and_then(Point::from_word) {
            for (n, field) in list(&check["rewrites"]).enumerate() {
                if let Some(field) = field.as_str().filter(|field| !point.rewritable().contains(field)) {
                    let can = match point.rewritable() {
                        [] => "can only refuse".to_owned(),
                        fields => format!("can rewrite: {}", fields.join(", ")),
                    };
                    say(
                        &below(&below(&path, "rewrites"), n),
                        format!("a check of `{}` can't rewrite `{field}`; it {can}", point.word()),
                    );
                }
            }
        }
    }
    powers(manifest, kind, say);
    for (table, key) in [
        ("webhooks", "name"),
        ("commands", "name"),
        ("listens", "event"),
        ("emits", "event"),
        ("tasks", "id"),
        ("actions", "name"),
        ("notifications", "event"),
        ("widgets", "slot"),
        ("checks", "point"),
        ("exports", "name"),
    ] {
        once(manifest, table, say, |one| one[key].as_str().map(|name| format!("`{name}`")), key);
    }
    schemas(manifest, say);
}

fn identity(manifest: &Value, kind: Kind, say: &mut Say<'_>) {
    let has_api = manifest.get("api").is_some();
    match kind {
        Kind::Guest if !has_api => {
            say("/api", "`api` is missing: a guest says which interface it was built against".into());
        }
        Kind::Builtin if has_api => say("/api", "`api` is for guests; a built-in was built with the hub".into()),
        _ => {}
    }
    if let (Kind::Guest, Some(id)) = (kind, text(manifest, "id"))
        && OURS.contains(&id)
    {
        say("/id", format!("`id` can't be `{id}`: a part of the hub is called so"));
    }
    if manifest["private"] == true && manifest["hub_wide"] == true {
        say("/private", "a plugin that is on for the whole hub can't be private to some organizations".into());
    }
}

fn relations(manifest: &Value, id: Option<&str>, say: &mut Say<'_>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for table in ["requires", "optional", "conflicts"] {
        for (path, relation) in each_in(&manifest[table], &format!("/{table}"), "plugins") {
            let Some(other) = relation["id"].as_str() else { continue };
            let path = below(&path, "id");
            if Some(other) == id {
                say(&path, format!("`{other}` is the plugin itself"));
            } else if !seen.insert(other) {
                say(&path, format!("`{other}` is named twice among what is required, optional and in conflict"));
            }
        }
    }
}

fn pages(manifest: &Value, actions: &BTreeSet<&str>, say: &mut Say<'_>) {
    once(manifest, "pages", say, |page| address(page, ""), "path");
    for (path, page) in each(manifest, "pages") {
        permission(page, &path, actions, say);
        parameters(page, &path, say);
        if page["sign_in"] == false && page.get("permission").is_some() {
            say(&below(&path, "sign_in"), "a page that needs a permission needs a login too".into());
        }
        if page.get("menu").is_some() && text(page, "path").is_some_and(|address| address.contains('{')) {
            say(&below(&path, "menu"), "a page with `{…}` in its path can't stand in a menu".into());
        }
        // `/plugins/{id}/assets/…` is where a guest's files are.
        if page["scope"] == "hub" && first_word(page) == Some("assets") {
            say(&below(&path, "path"), "the hub needs `assets` for the plugin's files".into());
        }
    }
}

fn routes(manifest: &Value, actions: &BTreeSet<&str>, say: &mut Say<'_>) {
    once(manifest, "routes", say, |route| address(route, text(route, "method")?), "path");
    for (path, route) in each(manifest, "routes") {
        permission(route, &path, actions, say);
        parameters(route, &path, say);
        if route["public"] == true {
            if route.get("permission").is_some() {
                say(&below(&path, "public"), "a public route has no permission: strangers hold none".into());
            }
            if manifest["capabilities"]["routes:public"] != true {
                say(&below(&path, "public"), "a public route needs the capability `\"routes:public\" = true`".into());
            }
        }
        // Below `/api/plugins/{id}` these two are where the routes of the other scopes begin.
        if let ("hub", Some(word @ ("orgs" | "admin"))) =
            (text(route, "scope").unwrap_or("organization"), first_word(route))
        {
            say(&below(&path, "path"), format!("a route of the hub can't begin with `{word}`"));
        }
    }
}

fn commands(manifest: &Value, actions: &BTreeSet<&str>, say: &mut Say<'_>) {
    for (path, command) in each(manifest, "commands") {
        permission(command, &path, actions, say);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut one_can_be_left_out = false;
        for (path, option) in each_in(command, &path, "options") {
            if let Some(name) = option["name"].as_str().filter(|name| !seen.insert(name)) {
                say(&below(&path, "name"), format!("the option `{name}` is there twice"));
            }
            if option["required"] == true && one_can_be_left_out {
                say(&below(&path, "required"), "what must be given stands before what can be left out".into());
            }
            one_can_be_left_out |= option["required"] != true;
            let Some(kind) = option["kind"].as_str() else { continue };
            let has = |key: &str| option.get(key).is_some();
            if has("max_length") && kind != "text" {
                say(&below(&path, "max_length"), format!("`max_length` is for `text`, and this is `{kind}`"));
            }
            for bound in ["min", "max"] {
                if has(bound) && !["integer", "number"].contains(&kind) {
                    say(&below(&path, bound), format!("`{bound}` is for numbers, and this is `{kind}`"));
                }
            }
            if let (Some(min), Some(max)) = (option["min"].as_f64(), option["max"].as_f64())
                && min > max
            {
                say(&below(&path, "min"), "`min` is more than `max`".into());
            }
            match (kind, list(&option["choices"]).count()) {
                ("choice", 0) => say(&path, "a `choice` has `choices`".into()),
                ("choice", _) | (_, 0) => {}
                (kind, _) => say(&below(&path, "choices"), format!("`choices` are for `choice`, and this is `{kind}`")),
            }
            let mut values: BTreeSet<&str> = BTreeSet::new();
            for (path, choice) in each_in(option, &path, "choices") {
                if let Some(value) = choice["value"].as_str().filter(|value| !values.insert(value)) {
                    say(&below(&path, "value"), format!("the choice `{value}` is there twice"));
                }
            }
        }
    }
}

fn events(manifest: &Value, id: Option<&str>, say: &mut Say<'_>) {
    let is_own = |event: &str| id.is_none_or(|id| event.strip_prefix(id).is_some_and(|rest| rest.starts_with('.')));
    for (path, listen) in each(manifest, "listens") {
        if let Some(event) = listen["event"].as_str().filter(|event| id.is_some() && is_own(event)) {
            say(&below(&path, "event"), format!("`{event}` is its own event; a plugin does not listen to itself"));
        }
    }
    let emitted: BTreeSet<&str> = each(manifest, "emits").filter_map(|(_, emit)| emit["event"].as_str()).collect();
    for (path, emit) in each(manifest, "emits") {
        if let Some(event) = emit["event"].as_str().filter(|event| !is_own(event)) {
            let id = id.unwrap_or_default();
            say(&below(&path, "event"), format!("the event `{event}` must begin with `{id}.`"));
        }
    }
    for (path, notification) in each(manifest, "notifications") {
        if let Some(event) = notification["event"].as_str().filter(|event| !emitted.contains(event)) {
            say(&below(&path, "event"), format!("`{event}` is not among the events in `emits`"));
        }
    }
}

/// Powers that are of no use, or of no harm to anybody, without others.
fn powers(manifest: &Value, kind: Kind, say: &mut Say<'_>) {
    let powers = &manifest["capabilities"];
    let path = "/capabilities";
    let named: BTreeSet<&str> = ["requires", "optional"]
        .into_iter()
        .flat_map(|table| list(&manifest[table]["plugins"]))
        .filter_map(|relation| relation["id"].as_str())
        .collect();
    for (n, call) in list(&powers["call"]).enumerate() {
        if let Some((plugin, _)) = call.as_str().and_then(|call| call.split_once('.'))
            && !named.contains(plugin)
        {
            let message = format!("`{plugin}` is called, and stands neither in `requires` nor in `optional`");
            say(&below(&below(path, "call"), n), message);
        }
    }
    if list(&powers["secrets"]).next().is_some() && list(&powers["http"]).next().is_none() {
        say(&below(path, "secrets"), "a secret is used in calls to the addresses in `http`, and there are none".into());
    }
    if kind == Kind::Guest && list(&manifest["notifications"]).next().is_some() && powers["notify"] != true {
        say("/notifications", "to send notifications a guest needs the capability `notify = true`".into());
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (path, collection) in each_in(&powers["documents"], "/capabilities/documents", "collections") {
        if let Some(name) = collection["name"].as_str().filter(|name| !seen.insert(name)) {
            say(&below(&path, "name"), format!("the collection `{name}` is there twice"));
        }
    }
}

fn schemas(manifest: &Value, say: &mut Say<'_>) {
    if let Some(config) = manifest.get("config").filter(|config| config.is_object()) {
        if config["type"] != "object" {
            say("/config", "`config` describes a table of settings: `type = \"object\"`".into());
        }
        for (path, message) in json_schema::check(config, json_schema::Use::Settings) {
            say(&format!("/config{path}"), message);
        }
    }
    for (table, keys) in [("emits", &["schema"][..]), ("exports", &["input", "output"])] {
        for (path, one) in each(manifest, table) {
            for key in keys {
                if let Some(schema) = one.get(key).filter(|schema| schema.is_object()) {
                    let path = below(&path, key);
                    for (inner, message) in json_schema::check(schema, json_schema::Use::Payload) {
                        say(&format!("{path}{inner}"), message);
                    }
                }
            }
        }
    }
}

fn permission(part: &Value, path: &str, actions: &BTreeSet<&str>, say: &mut Say<'_>) {
    if let Some(name) = text(part, "permission").filter(|name| !actions.contains(name)) {
        say(
            &below(path, "permission"),
            format!("`{name}` is not among the plugin's `actions`: nobody could ever have it"),
        );
    }
}

/// `{id}/{id}` would be two things of one name.
fn parameters(part: &Value, path: &str, say: &mut Say<'_>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for word in text(part, "path").unwrap_or_default().split('/').filter(|word| word.starts_with('{')) {
        if !seen.insert(word) {
            say(&below(path, "path"), format!("`{word}` is there twice"));
        }
    }
}

/// What makes two pages or routes the same: a name in braces stands for anything, whatever it is called.
fn address(part: &Value, method: &str) -> Option<String> {
    let plain = |word: &str| if word.starts_with('{') { "{}".to_owned() } else { word.to_owned() };
    let path: Vec<String> = text(part, "path")?.split('/').map(plain).collect();
    let scope = text(part, "scope").unwrap_or("organization");
    Some(format!("`{}{}{}` ({scope})", method, if method.is_empty() { "" } else { " " }, path.join("/")))
}

fn first_word(part: &Value) -> Option<&str> {
    text(part, "path")?.split('/').next()
}

fn once(manifest: &Value, table: &str, say: &mut Say<'_>, name: impl Fn(&Value) -> Option<String>, key: &str) {
    let mut seen = BTreeSet::new();
    for (path, one) in each(manifest, table) {
        if let Some(name) = name(one)
            && !seen.insert(name.clone())
        {
            say(&below(&path, key), format!("{name} is in `{table}` twice"));
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn each<'a>(manifest: &'a Value, table: &'a str) -> impl Iterator<Item = (String, &'a Value)> {
    each_in(manifest, "", table)
}

fn each_in<'a>(value: &'a Value, path: &str, key: &'a str) -> impl Iterator<Item = (String, &'a Value)> {
    let path = below(path, key);
    list(&value[key]).enumerate().map(move |(n, one)| (below(&path, n), one)).filter(|(_, one)| one.is_object())
}
