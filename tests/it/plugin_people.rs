//! What a plugin keeps of somebody: it stands in their archive, and goes when they go.

use std::{io::Cursor, sync::Arc, time::Duration};

use base::{Actor, Person, Role, SessionId, UserId};
use db::{Engine, testing::Place};
use plugin_api::{Kind, Manifest, call::Submitted};
use plugins::{Answer, Ctx, Place as Where, Plugin, Visit, powers::Keep};
use serde_json::{Map, Value, json};
use tests::{TestApp, until};

const MANIFEST: &str = r#"
manifest = 1
id = "notebook"
name = "Notebook"
version = "1.0.0"
description = "Keeps what people write down."
author = "Guildhall"
license = "MIT"
category = "utility"
hub_wide = true

[[pages]]
path = "notes"
title = "Notes"
scope = "hub"
sign_in = true

[capabilities]
kv = { quota_mib = 1 }
"#;

/// Keeps a note of everybody under their number, said to be theirs; and counts notes where nobody but itself knows whose they are.
struct Notebook(Manifest);

impl Notebook {
    async fn counted(ctx: &Ctx, person: &str) -> Result<u8, plugin_api::call::Fault> {
        Ok(ctx.powers.get(format!("count/{person}")).await?.map_or(0, |kept| kept.value[0]))
    }
}

impl Plugin for Notebook {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn submit(&self, ctx: Ctx, _: String, form: Map<String, Value>) -> Answer<'_, Submitted> {
        Box::pin(async move {
            let person = ctx.call.caller.as_ref().and_then(|caller| caller.person.clone()).unwrap();
            let note = form["note"].as_str().unwrap().as_bytes().to_vec();
            let theirs = Keep { person: Some(person.clone()), ..Keep::default() };
            ctx.powers.put(format!("note/{person}"), note, theirs).await?;
            let count = Self::counted(&ctx, &person).await? + 1;
            ctx.powers.put(format!("count/{person}"), vec![count], Keep::default()).await?;
            Ok(Submitted::Redirect("notes".into()))
        })
    }

    fn person(&self, ctx: Ctx, id: String, erase: bool) -> Answer<'_, Value> {
        Box::pin(async move {
            let count = Self::counted(&ctx, &id).await?;
            if erase {
                ctx.powers.delete(format!("count/{id}")).await?;
            }
            Ok(if erase || count == 0 { Value::Null } else { json!({ "notes": count }) })
        })
    }
}

async fn hub(database: Option<&str>) -> TestApp {
    let manifest = plugins::read(MANIFEST, Kind::Builtin).unwrap();
    TestApp::beside(database, vec![Arc::new(Notebook(manifest))]).await
}

async fn write_down(app: &TestApp, user: UserId, note: &str) {
    let actor = Actor::Person(Person::logged_in(user, Role::Member, SessionId::from(1)));
    let form = Map::from_iter([("note".to_owned(), json!(note))]);
    let plugins = &app.running().hub.plugins;
    plugins.submit(&actor, Where::Hub, "notebook", "notes", form, &Visit::default()).await.unwrap();
}

/// What lies in the plugin's store, key and value.
async fn kept(app: &TestApp) -> Vec<String> {
    let data = app.running().hub.plugins.data(&Actor::Operator, "notebook").await.unwrap();
    let line = |row: &Value| format!("{} {}", row["key"].as_str().unwrap(), row["value"].as_str().unwrap());
    data["keys"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_keeps_of_me_is_in_my_archive_and_goes_with_me() {
    for place in [None, Place::migrated(Engine::Postgres).await] {
        let app = hub(place.as_ref().map(|place| place.address.as_str())).await;
        let (mut olga, bert) = (app.person("Olga").await, app.person("Bert").await);
        let id = async |name| app.running().hub.accounts.find_user(&Actor::Operator, name).await.unwrap().unwrap().id;
        let (her, him) = (id("Olga").await, id("Bert").await);
        write_down(&app, her, "a lantern at the gate").await;
        write_down(&app, him, "a ship at noon").await;
        drop(bert);

        olga.call("ask_archive", &[]).await;
        let archive = until("the archive", async || {
            let archives = olga.call("archives", &[]).await.json();
            if archives[0]["ready_at"].is_null() { Err(archives) } else { Ok(archives[0]["id"].clone()) }
        })
        .await;
        let fetched = olga.get(&format!("/account/data/{archive}.zip")).await;
        let mut archive = zip::ZipArchive::new(Cursor::new(fetched.bytes.to_vec())).unwrap();
        let found: Value = serde_json::from_reader(archive.by_name("plugins/notebook.json").unwrap()).unwrap();
        let note = json!({ "organization": "hub", "key": format!("note/{her}"), "value": "a lantern at the gate" });
        assert_eq!(found, json!({ "keys": [note], "own": [{ "notes": 1 }] }), "hers, and nobody else's");

        olga.call("ask_deletion", &[]).await;
        app.clock.pass(Duration::from_hours(15 * 24));
        assert_eq!(app.running().hub.accounts.tidy(&Actor::Job).await.unwrap().accounts, 1);
        until("her notes to be gone", async || {
            let kept = kept(&app).await;
            let of_her = kept.iter().filter(|row| row.contains(&format!("/{her} "))).count();
            if of_her == 0 { Ok(()) } else { Err(kept) }
        })
        .await;
        assert_eq!(kept(&app).await, [format!("note/{him} a ship at noon"), format!("count/{him} \u{1}")]);
        assert!(app.stop().await);
        if let Some(place) = place {
            place.remove().await;
        }
    }
}
