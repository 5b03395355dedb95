//! Plugins for stories: the packed examples, and one that is a part of the hub.

use std::{fs, path::PathBuf, sync::Arc};

use plugin_api::{
    Kind, Manifest,
    call::{Request, Response},
    manifest::ReadModel,
};
use plugins::{Answer, Ctx, Plugin, package};
use serde_json::{Value, json};

/// The package of an example, as `cargo xtask plugins` packs it.
pub fn example(name: &str) -> Vec<u8> {
    let file = packages().join(format!("{name}.tar.gz"));
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask plugins`", file.display()))
}

#[expect(clippy::disallowed_methods, reason = "whoever runs the stories says where the packages are")]
fn packages() -> PathBuf {
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/plugins/packages");
    std::env::var_os("GUILDHALL_PLUGINS").map_or_else(|| target.into(), PathBuf::from)
}

/// The same in another version, with something changed in its manifest.
pub fn example_in(name: &str, version: &str, change: impl FnOnce(String) -> String) -> Vec<u8> {
    let mut files = package::read(&example(name)).unwrap().files;
    let manifest = String::from_utf8(files["plugin.toml"].clone()).unwrap();
    let manifest = manifest.replace("version = \"1.0.0\"", &format!("version = \"{version}\""));
    files.insert("plugin.toml".into(), change(manifest).into_bytes());
    package::pack(&files).unwrap()
}

const HERALD: &str = r#"
manifest = 1
id = "herald"
name = "Herald"
version = "1.0.0"
description = "Greets whoever comes."
author = "Guildhall"
license = "MIT"
category = "utility"
enabled_by_default = false

[[routes]]
method = "GET"
path = "greeting"
summary = "What the herald says"
scope = "hub"
public = true

[[routes]]
method = "POST"
path = "proclamations/{place}"
scope = "admin"

[[routes]]
method = "GET"
path = "banners/{banner}"
scope = "organization"
permission = "herald:carry"

[[actions]]
name = "herald:carry"
description = "May carry a banner"
default_roles = ["organiser", "owner"]

[[webhooks]]
name = "incoming"
reason = "Another herald sends word."

[capabilities]
http = ["https://banners.example/*"]
secrets = ["key"]
"routes:public" = true

[config]
type = "object"
[config.properties.greeting]
type = "string"
title = "Greeting"
maxLength = 40
default = "Hail"
[config.properties.manners]
type = "object"
[config.properties.manners.properties.bows]
type = "integer"
minimum = 0
maximum = 3
default = 1
"#;

/// Greets, by its routes; has settings, a secret and an address for other programs.
struct Herald(Manifest);

impl Plugin for Herald {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn route(&self, ctx: Ctx, request: Request) -> Answer<'_, Response> {
        let greeting = ctx.powers.config()["greeting"].as_str().unwrap_or_default().to_owned();
        let said = request.params.values().fold(greeting, |said, part| format!("{said} {part}"));
        Box::pin(async move { Ok(Response { status: 200, headers: Vec::new(), body: said.into_bytes() }) })
    }
}

/// A plugin that is a part of the hub: on where somebody switches it on.
pub fn herald() -> Arc<dyn Plugin> {
    Arc::new(Herald(plugins::read(HERALD, Kind::Builtin).unwrap_or_else(|wrong| panic!("{wrong:#?}"))))
}

const CLERK: &str = r#"
manifest = 1
name = "Clerk"
version = "1.0.0"
description = "Asks the hub what it is told to ask."
author = "Guildhall"
license = "MIT"
category = "utility"
hub_wide = true
routes = [{ method = "POST", path = "ask" }, { method = "POST", path = "ask", scope = "hub" }]
emits = [{ event = "{id}.asked", schema = {} }]
notifications = [{ event = "{id}.asked", label = "Somebody asked" }]
"#;

/// Asks the hub by its one route: `{ "read": "rooms", "filter": {}, "page": 0 }`, `{ "act": "room.kick", "input": {} }`,
/// `{ "notify": "7", "payload": "Hail" }`, or `{ "say": "lobby", "message": "Hail" }`. It answers with what it was answered, or with the fault.
struct Clerk(Manifest);

impl Plugin for Clerk {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn route(&self, ctx: Ctx, request: Request) -> Answer<'_, Response> {
        Box::pin(async move {
            let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
            let word = |key: &str| asked[key].as_str().unwrap_or_default().to_owned();
            let page = asked["page"].as_u64().and_then(|page| page.try_into().ok()).unwrap_or_default();
            let powers = &ctx.powers;
            let done = match ReadModel::from_word(&word("read")) {
                Some(model) => powers.read(model, asked["filter"].clone(), page).await,
                None if asked["act"].is_string() => powers.act(word("act"), asked["input"].clone()).await,
                None if asked["notify"].is_string() => {
                    let kind = format!("{}.asked", self.0.id);
                    powers.notify(word("notify"), kind, asked["payload"].clone()).await.map(Value::from)
                }
                None => powers.say(word("say"), asked["message"].clone()).await.map(Value::from),
            };
            let told = done.unwrap_or_else(|fault| json!({ "fault": fault }));
            Ok(Response { status: 200, headers: Vec::new(), body: told.to_string().into_bytes() })
        })
    }
}

/// A plugin of that id that is on everywhere, with those capabilities.
pub fn clerk(id: &str, capabilities: &str) -> Arc<dyn Plugin> {
    let rest = CLERK.replace("{id}", id);
    let manifest = format!("id = \"{id}\"\n{rest}\n[capabilities]\n{capabilities}\n");
    Arc::new(Clerk(plugins::read(&manifest, Kind::Builtin).unwrap_or_else(|wrong| panic!("{wrong:#?}"))))
}
