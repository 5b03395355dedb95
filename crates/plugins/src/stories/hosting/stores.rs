//! What plugins keep, through their hands.

use super::*;
use crate::{
    Error, Powers,
    calling::{Ask, Export},
    hand::Hand,
    powers::{Find, KeepDocument},
};

const STORES: &str = "[capabilities]\nkv = { quota_mib = 1 }\n[capabilities.documents]\nquota_mib = 1\ncollections = [{ name = \"seeds\", indexes = [\"kind\", \"size\"] }]\n";

/// The hand of a plugin in one place.
pub(super) fn hand(world: &World, org: Option<OrgId>, id: &str) -> Hand {
    let on = world.plugins.snapshot().here(org).find(id).unwrap().clone();
    Hand::new(world.plugins.clone(), Ask::by_hub(on, org, Export::Page, "story".into()))
}

async fn toy(db: &Db) -> World {
    let world = World::new(db, &[toml("toy", "1.0.0", STORES), toml("poor", "1.0.0", "")]).await;
    for org in [world.one, world.two] {
        world.on(Some(org), "toy").await;
        world.on(Some(org), "poor").await;
    }
    world
}

#[tokio::test]
async fn values_are_kept_by_key_and_version() {
    db::testing::each(|db| async move {
        let world = toy(&db).await;
        let (here, there) = (hand(&world, Some(world.one), "toy"), hand(&world, Some(world.two), "toy"));
        let put = async |key: &str, value: &str, how: Keep| here.put(key.into(), value.into(), how).await;
        assert_eq!(put("a/1", "x", Keep::default()).await, Ok(1));
        assert_eq!(put("a/1", "y", Keep::default()).await, Ok(2));
        let only = |version| Keep { only_if: Some(version), ..Keep::default() };
        assert!(matches!(put("a/1", "z", only(1)).await, Err(Fault::Conflict(_))));
        assert!(matches!(put("a/1", "z", only(0)).await, Err(Fault::Conflict(_))));
        assert_eq!(put("a/1", "z", only(2)).await, Ok(3));
        assert_eq!(put("a/2", "x", only(0)).await, Ok(1));
        assert_eq!(put("b", "x", Keep::default()).await, Ok(1));
        let keys = async |prefix: &str, after: Option<&str>, limit| {
            let found = here.list(prefix.into(), after.map(str::to_owned), limit).await.unwrap();
            found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(keys("a/", None, 0).await, ["a/1", "a/2"]);
        assert_eq!(keys("", Some("a/1"), 1).await, ["a/2"]);
        assert_eq!(there.get("a/1".into()).await, Ok(None), "another organization's");
        assert_eq!(here.delete("b".into()).await, Ok(true));
        assert_eq!(here.delete("b".into()).await, Ok(false));

        let soon = Keep { expires: Some(world.clock.now().0 + 1000), ..Keep::default() };
        put("c", "x", soon).await.unwrap();
        assert!(here.get("c".into()).await.unwrap().is_some());
        world.clock.advance(Duration::from_secs(2));
        assert_eq!(here.get("c".into()).await, Ok(None));
        assert_eq!(put("c", "y", only(0)).await, Ok(1), "what has run out is not there");

        for bad in ["", "a\0b", &"k".repeat(257)] {
            assert!(matches!(here.put(bad.into(), Vec::new(), Keep::default()).await, Err(Fault::Invalid(_))));
        }
        let large = here.put("d".into(), vec![0; 64 * 1024 + 1], Keep::default()).await;
        assert!(matches!(large, Err(Fault::Invalid(_))));
        let poor = hand(&world, Some(world.one), "poor");
        assert_eq!(poor.get("a".into()).await, Err(Fault::Forbidden("kv".into())));
        assert_eq!(poor.query("select 1".into(), Vec::new()).await, Err(Fault::Forbidden("sql".into())));
    })
    .await;
}

#[tokio::test]
async fn a_full_store_takes_no_more_until_there_is_room() {
    db::testing::each(|db| async move {
        let world = toy(&db).await;
        let here = hand(&world, Some(world.one), "toy");
        let value = vec![7; 60 * 1024];
        let mut kept = 0;
        while here.put(format!("{kept:03}"), value.clone(), Keep::default()).await.is_ok() {
            kept += 1;
        }
        assert_eq!(kept, 17, "a MiB holds seventeen of sixty KiB");
        let there = hand(&world, Some(world.two), "toy");
        assert!(there.put("x".into(), value.clone(), Keep::default()).await.is_ok(), "each organization has its own");
        here.delete("000".into()).await.unwrap();
        assert!(here.put("x".into(), value.clone(), Keep::default()).await.is_ok());
        // What goes by itself makes room, too.
        let about = Keep { person: Some(world.anna.to_string()), ..Keep::default() };
        here.put("x".into(), value.clone(), about).await.unwrap();
        let anna = world.anna;
        db.write(move |tx| {
            Box::pin(async move { sql("delete from users where id = $1").bind(anna).execute(tx).await })
        })
        .await
        .unwrap();
        assert_eq!(here.get("x".into()).await, Ok(None), "gone with her");
        assert!(here.put("y".into(), value, Keep::default()).await.is_ok());
        let nobody = Keep { person: Some("999999".into()), ..Keep::default() };
        assert!(matches!(here.put("z".into(), Vec::new(), nobody).await, Err(Fault::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn documents_are_found_by_what_they_say() {
    db::testing::each(|db| async move {
        let world = toy(&db).await;
        let here = hand(&world, Some(world.one), "toy");
        let put = async |id: &str, body: Value| {
            here.put_document("seeds".into(), Some(id.into()), body, KeepDocument::default()).await.unwrap()
        };
        for (id, kind, size) in [("a", "open", 3.5), ("b", "open", 1.0), ("c", "closed", 2.0), ("d", "open", 2.0)] {
            put(id, json!({ "kind": kind, "size": size, "note": id })).await;
        }
        put("e", json!({ "kind": true })).await;
        let found = async |find: Find| {
            let found = here.find("seeds".into(), find).await.unwrap();
            (found.documents.into_iter().map(|document| document.id).collect::<String>(), found.next)
        };
        let equals = |field: &str, value: Value| vec![(field.to_owned(), value)];
        assert_eq!(found(Find::default()).await.0, "abcde");
        assert_eq!(found(Find { descending: true, ..Find::default() }).await.0, "edcba");
        assert_eq!(found(Find { equals: equals("kind", json!("open")), ..Find::default() }).await.0, "abd");
        assert_eq!(found(Find { equals: equals("kind", json!(true)), ..Find::default() }).await.0, "e");
        let by_size = Find { order: Some("size".into()), ..Find::default() };
        assert_eq!(found(by_size.clone()).await.0, "bcda", "what has none is not among them");
        let between = Find { from: Some(json!(1.5)), to: Some(json!(3)), ..by_size.clone() };
        assert_eq!(found(between).await.0, "cd");
        let both = Find { equals: equals("kind", json!("open")), ..by_size.clone() };
        assert_eq!(found(both).await.0, "bda");
        for descending in [false, true] {
            let mut page = Find { limit: 1, descending, ..by_size.clone() };
            let mut all = String::new();
            loop {
                let (ids, next) = found(page.clone()).await;
                all.push_str(&ids);
                let Some(next) = next else { break };
                page.after = Some(next);
            }
            assert_eq!(all, if descending { "adcb" } else { "bcda" }, "page by page");
        }
        assert!(matches!(
            here.find("seeds".into(), Find { order: Some("note".into()), ..Find::default() }).await,
            Err(Fault::Invalid(_))
        ));
        assert!(matches!(here.find("nests".into(), Find::default()).await, Err(Fault::Invalid(_))));

        let first = put("a", json!({ "kind": "closed" })).await;
        assert_eq!((first.version, first.body), (2, json!({ "kind": "closed" })));
        assert_eq!(found(Find { equals: equals("kind", json!("open")), ..Find::default() }).await.0, "bd");
        let stale = KeepDocument { only_if: Some(1), ..KeepDocument::default() };
        assert!(matches!(
            here.put_document("seeds".into(), Some("a".into()), json!({}), stale).await,
            Err(Fault::Conflict(_))
        ));
        let named = here.put_document("seeds".into(), None, json!({}), KeepDocument::default()).await.unwrap();
        assert_eq!(named.id.len(), 32);
        assert_eq!(here.delete_document("seeds".into(), "a".into()).await, Ok(true));
        assert_eq!(here.document("seeds".into(), "a".into()).await, Ok(None));
        let there = hand(&world, Some(world.two), "toy");
        assert_eq!(there.document("seeds".into(), "b".into()).await, Ok(None));
        assert!(matches!(
            here.put_document("seeds".into(), None, json!([1]), KeepDocument::default()).await,
            Err(Fault::Invalid(_))
        ));
    })
    .await;
}

#[tokio::test]
async fn settings_lie_in_layers_and_secrets_are_sealed() {
    db::testing::each(|db| async move {
        let config = "[config]\ntype = \"object\"\nrequired = [\"key\"]\n[config.properties.days]\ntype = \"integer\"\nmaximum = 10\ndefault = 3\n[config.properties.key]\ntype = \"string\"\nminLength = 4\nx-secret = true\n[config.properties.limit]\ntype = \"integer\"\nx-locked = true\n";
        let source = toml("toy", "1.0.0", &format!("[[pages]]\npath = \"{{page}}\"\ntitle = \"P\"\n{config}"));
        let world = World::new(&db, &[source]).await;
        let (admin, here) = (World::admin(), Some(world.one));
        let unset = world.plugins.enable(&admin, here, "toy", false).await.unwrap_err();
        assert_eq!(unset.says(), ["/key: has to be given"]);
        let wrong = world.plugins.configure(&admin, here, "toy", 0, json!({ "days": 11, "key": "abc", "limit": 1, "dais": 1 })).await;
        let says = wrong.unwrap_err().says();
        assert_eq!(says.len(), 4, "all at once: {says:?}");
        assert!(says.iter().all(|one| !one.contains("abc")), "{says:?}");
        let version = world.plugins.configure(&admin, here, "toy", 0, json!({ "days": 5, "key": "a lantern" })).await;
        assert_eq!(version.unwrap(), 1);
        let late = world.plugins.configure(&admin, here, "toy", 0, json!({})).await;
        assert!(matches!(late, Err(Error::MovedOn)));
        world.plugins.configure(&admin, None, "toy", 0, json!({ "days": 7, "limit": 2 })).await.unwrap();
        world.on(here, "toy").await;
        assert_eq!(world.page(world.one, "toy", "config").await.unwrap(), json!({ "days": 5, "limit": 2 }).to_string());

        let settings = world.plugins.settings(&admin, here, "toy").await.unwrap();
        assert_eq!((settings.version, settings.organization), (1, json!({ "days": 5 })));
        assert_eq!(settings.secrets[0].0, "key");
        // Nothing said of the secret leaves it; everything else is replaced.
        assert_eq!(world.plugins.configure(&admin, here, "toy", 1, json!({})).await.unwrap(), 2);
        assert_eq!(world.page(world.one, "toy", "config").await.unwrap(), json!({ "days": 7, "limit": 2 }).to_string());
        let kept: Vec<(Vec<u8>,)> = sql("select ciphertext from plugin_secrets").fetch_all(&db).await.unwrap();
        assert!(kept.len() == 1 && !kept[0].0.windows(7).any(|part| part == b"lantern"));
        let trail: Vec<(Option<String>,)> = sql("select after from audit_log where act = 'plugin.config_changed' order by id")
            .fetch_all(&db)
            .await
            .unwrap();
        assert!(trail[0].0.as_ref().is_some_and(|after| after.contains("•••") && !after.contains("lantern")));
        world.plugins.set_secret(&admin, here, "toy", "key", None).await.unwrap();
        let unset = world.plugins.configure(&admin, here, "toy", 2, json!({})).await.unwrap_err();
        assert_eq!(unset.says(), ["/key: has to be given"]);
        let member = world.plugins.settings(&world.person(), here, "toy").await.unwrap_err();
        assert_eq!(member.kind(), base::Kind::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn what_a_plugin_keeps_of_somebody_is_theirs_and_goes_with_them() {
    db::testing::each(|db| async move {
        let world = toy(&db).await;
        let here = hand(&world, Some(world.one), "toy");
        let about = Keep { person: Some(world.anna.to_string()), ..Keep::default() };
        here.put("anna".into(), b"likes rockets".to_vec(), about).await.unwrap();
        here.put("nobody".into(), b"x".to_vec(), Keep::default()).await.unwrap();
        let about = KeepDocument { person: Some(world.anna.to_string()), ..KeepDocument::default() };
        here.put_document("seeds".into(), Some("s".into()), json!({ "kind": "hers" }), about).await.unwrap();
        let files = world.plugins.export(&world.person(), world.anna).await.unwrap();
        let (path, content) = &files.iter().find(|(path, _)| path == "plugins/toy.json").unwrap();
        let content: Value = serde_json::from_slice(content).unwrap();
        assert_eq!(path, "plugins/toy.json");
        assert_eq!(content["keys"][0]["value"], "likes rockets");
        assert_eq!(
            (content["documents"][0]["body"]["kind"].as_str(), content["keys"].as_array().unwrap().len()),
            (Some("hers"), 1)
        );
        assert_eq!(content["own"][0]["of"], world.anna.to_string());
        let other = world.plugins.export(&world.person(), UserId::from(999)).await.unwrap_err();
        assert_eq!(other.kind(), base::Kind::Forbidden);

        world.diary();
        let anna = world.anna;
        db.write(move |tx| {
            Box::pin(async move {
                sql("delete from users where id = $1").bind(anna).execute(&mut *tx).await?;
                events::record(tx, base::Millis(1), &contract::Event::UserDeleted { user: anna }).await
            })
        })
        .await
        .unwrap();
        let diary = world.diary.clone();
        world
            .work_until("both to forget her in three places", move || {
                diary.lock().unwrap().iter().filter(|line| line.contains("forgets")).count() == 6
            })
            .await;
        assert!(
            world
                .plugins
                .export(&World::admin(), anna)
                .await
                .unwrap()
                .iter()
                .all(|(_, content)| { !String::from_utf8_lossy(content).contains("rockets") })
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_plugin_does_not_give_of_somebody_is_told_them_and_those_who_look_after_it() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("mute", "1.0.0", "")]).await;
        let files = world.plugins.export(&world.person(), world.anna).await.unwrap();
        let [(path, content)] = &files[..] else { panic!("{files:?}") };
        let content: Value = serde_json::from_slice(content).unwrap();
        assert_eq!((path.as_str(), content), ("plugins/mute.json", json!({ "incomplete": true })));
        world.plugins.stop().await;
        let log = world.plugins.log(&World::admin(), "mute", None, 10).await.unwrap();
        assert_eq!((log.len(), log[0].level.as_str()), (1, "error"));
        assert!(log[0].text.contains("for their archive"), "{log:?}");
    })
    .await;
}
