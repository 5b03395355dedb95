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
    let (data, next) = app.running().hub.plugins.data(&Actor::Operator, "notebook", None, 100).await.unwrap();
    assert_eq!(next, None);
    let values = data.into_iter().filter_map(|datum| datum.value);
    values.map(|value| format!("{} {}", value.key, value.text.or(value.base64).unwrap())).collect()
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
        assert_eq!(kept(&app).await, [format!("note/{him} a ship at noon"), format!("count/{him} AQ==")]);
        assert!(app.stop().await);
        if let Some(place) = place {
            place.remove().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_keeps_goes_from_one_engine_to_the_other() {
    let place = Place::migrated(Engine::Postgres).await.unwrap();
    let (old, new) = (hub(None).await, hub(Some(&place.address)).await);
    // They have other numbers there.
    new.person("Bert").await;
    for app in [&old, &new] {
        app.person("Olga").await;
    }
    let olga =
        async |app: &TestApp| app.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id;
    let (before, after) = (olga(&old).await, olga(&new).await);
    assert_ne!(before, after);
    write_down(&old, before, "a lantern at the gate").await;

    let (mut from, mut to) = (old.owner_program().await, new.owner_program().await);
    let data = "/api/v1/plugins/notebook/data";
    let first = from.get(&format!("{data}?limit=1")).await.json();
    assert_eq!(first["items"][0]["person"], "Olga");
    let next = first["next"].as_str().unwrap();
    let second = from.get(&format!("{data}?limit=1&cursor={next}")).await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
    let all = json!([first["items"][0], second["items"][0]]);

    let unknown = json!({ "data": [{ "person": "Nobody", "value": { "key": "x", "text": "x" } }] });
    let refused = to.post(data, &unknown).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let foreseen = to.post(data, &json!({ "data": all, "dry_run": true })).await;
    assert_eq!(foreseen.json(), json!({ "values": 2, "documents": 0 }));
    assert!(kept(&new).await.is_empty());
    assert_eq!(to.post(data, &json!({ "data": all })).await.json(), foreseen.json());
    assert_eq!(kept(&new).await, kept(&old).await);
    assert_eq!(to.get(data).await.json()["items"], all, "it names the same people, whatever their numbers");

    // As a file, from the page of whoever runs the hub, and back by the same page.
    let freya = new.running().hub.accounts.find_user(&Actor::Operator, "Freya").await.unwrap();
    assert!(freya.is_some());
    let mut page = new.stranger();
    page.call("log_in", &[("name", "Freya"), ("password", tests::PASSWORD)]).await;
    let file = page.get("/admin/plugin-data/notebook").await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/x-ndjson"), "{}", file.body);
    let lines: Vec<Value> = file.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({ "plugin": "notebook", "version": "1.0.0", "format": 1 }));
    assert_eq!(Value::from(lines[1..].to_vec()), all);
    assert_eq!(page.get("/admin/plugin-data/nothing").await.status, 404);
    let mut stranger = new.stranger();
    assert_eq!(stranger.get("/admin/plugin-data/notebook").await.status, 401);

    assert!(old.stop().await && new.stop().await);
    place.remove().await;
}
