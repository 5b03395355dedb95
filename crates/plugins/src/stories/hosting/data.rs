//! What plugins keep, taken away and brought back; and how much of it an organization lets them keep.

use contract::plugins::{PluginDataHead, PluginDatum, PluginDocument, PluginValue};

use super::{stores::hand, *};
use crate::{
    Error, Narrowed, Powers,
    powers::{Find, KeepDocument},
};

const KEEPS: &str = "[capabilities]\nkv = { quota_mib = 2 }\n[capabilities.documents]\nquota_mib = 1\ncollections = [{ name = \"seeds\", indexes = [\"kind\"] }]\n";

async fn keeper(db: &Db) -> World {
    let world = World::new(db, &[toml("toy", "1.2.0", KEEPS), toml("poor", "1.0.0", "")]).await;
    world.on(None, "toy").await;
    world.on(Some(world.one), "toy").await;
    world.on(Some(world.two), "toy").await;
    world
}

/// All of it, a few at a time.
async fn all(world: &World) -> Vec<PluginDatum> {
    let (mut found, mut place) = (Vec::new(), None);
    loop {
        let (part, next) = world.plugins.data(&World::admin(), "toy", place, 2).await.unwrap();
        assert!(part.len() <= 2);
        found.extend(part);
        match next {
            Some(next) => place = Some(next),
            None => return found,
        }
    }
}

#[tokio::test]
async fn what_a_plugin_keeps_comes_back_as_it_went() {
    db::testing::each(|db| async move {
        let world = keeper(&db).await;
        let admin = World::admin();
        let (hub, here) = (hand(&world, None, "toy"), hand(&world, Some(world.one), "toy"));
        hub.put("greeting".into(), b"hail\n".to_vec(), Keep::default()).await.unwrap();
        here.put("raw".into(), vec![0, 159, 146, 150], Keep::default()).await.unwrap();
        here.put("bell".into(), b"\x07".to_vec(), Keep::default()).await.unwrap();
        let about = Keep { person: Some(world.anna.to_string()), ..Keep::default() };
        here.put("visits".into(), b"3".to_vec(), about).await.unwrap();
        let soon = Keep { expires: Some(world.clock.now().0 + 60_000), ..Keep::default() };
        here.put("soon".into(), b"x".to_vec(), soon).await.unwrap();
        let gone = Keep { expires: Some(world.clock.now().0 + 1_000), ..Keep::default() };
        here.put("gone".into(), b"x".to_vec(), gone).await.unwrap();
        world.clock.advance(Duration::from_secs(2));
        let body = json!({ "kind": "open", "of": [1, { "deep": true }] });
        here.put_document("seeds".into(), Some("a".into()), body.clone(), KeepDocument::default()).await.unwrap();

        let kept = all(&world).await;
        let key = |datum: &PluginDatum| datum.value.as_ref().map(|value| value.key.clone());
        let keys: Vec<_> = kept.iter().map(key).collect();
        let named = ["greeting", "raw", "bell", "visits", "soon"].map(|key| Some(key.to_owned()));
        assert_eq!(keys[..5], named, "values before documents, and nothing that has run out");
        assert_eq!((keys.len(), keys[5].clone()), (6, None));
        let value = |n: usize| kept[n].value.clone().unwrap();
        assert_eq!((value(0).text.as_deref(), kept[0].organization.as_deref()), (Some("hail\n"), None));
        assert_eq!((value(1).text, value(1).base64.as_deref()), (None, Some("AJ+Slg==")));
        assert!(value(2).base64.is_some(), "what is no line of text is none");
        assert_eq!(kept[3].person, Some(format!("user {}", world.anna)));
        assert_eq!(kept[3].organization, Some(format!("org-{}", world.one)));
        let head = world.plugins.data_head(&admin, "toy").await.unwrap();
        assert_eq!(head, PluginDataHead::new("toy", "1.2.0"));

        // Everything is lost, and brought back.
        let wipe = async || {
            let gone: Result<u64, db::Error> = db
                .write(|tx| {
                    Box::pin(async move {
                        let kv = sql("delete from plugin_kv").execute(&mut *tx).await?;
                        Ok(kv + sql("delete from plugin_documents").execute(tx).await?)
                    })
                })
                .await;
            gone.unwrap()
        };
        assert_eq!(wipe().await, 7);
        world.clock.advance(Duration::from_secs(5));
        let foreseen = world.plugins.take_in(&admin, "toy", &kept, true).await.unwrap();
        assert_eq!((foreseen.values, foreseen.documents, all(&world).await), (5, 1, Vec::new()));
        assert_eq!(world.plugins.take_in(&admin, "toy", &kept, false).await.unwrap(), foreseen);
        assert_eq!(all(&world).await, kept);
        // The plugin finds it, as far as it is found by what it says.
        assert_eq!(here.get("raw".into()).await.unwrap().unwrap().value, [0, 159, 146, 150]);
        let find = Find { equals: vec![("kind".into(), json!("open"))], ..Find::default() };
        let found = here.find("seeds".into(), find).await.unwrap().documents;
        assert_eq!((found.len(), &found[0].body), (1, &body));
        // Twice is once.
        world.plugins.take_in(&admin, "toy", &kept, false).await.unwrap();
        assert_eq!(all(&world).await, kept);
        let trail = world.trail().await;
        let acts = |act: &str| trail.iter().filter(|one| *one == act).count();
        assert_eq!((acts("plugin.data_taken_in"), acts("plugin.data_taken_away") > 0), (2, true));
        // Who is gone takes it along.
        let anna = world.anna;
        db.write(move |tx| {
            Box::pin(async move { sql("delete from users where id = $1").bind(anna).execute(tx).await })
        })
        .await
        .unwrap();
        assert_eq!(here.get("visits".into()).await, Ok(None));
    })
    .await;
}

#[tokio::test]
async fn what_can_t_be_kept_is_not_taken_in_and_all_of_it_is_told() {
    db::testing::each(|db| async move {
        let world = keeper(&db).await;
        let admin = World::admin();
        let value = |key: &str, text: &str| PluginDatum {
            value: Some(PluginValue { key: key.into(), text: Some(text.into()), ..PluginValue::default() }),
            ..PluginDatum::default()
        };
        let document = |collection: &str, json: &str| PluginDatum {
            document: Some(PluginDocument {
                collection: collection.into(),
                id: "a".into(),
                json: json.into(),
                created_at: base::Millis(1),
                updated_at: base::Millis(2),
            }),
            ..PluginDatum::default()
        };
        let twice = |datum: PluginDatum| PluginDatum { document: document("seeds", "{}").document, ..datum };
        let both = PluginValue { base64: Some("eA==".into()), ..value("k", "x").value.unwrap() };
        let wrong = [
            value("good", "x"),
            PluginDatum { organization: Some("nowhere".into()), ..value("k", "x") },
            PluginDatum { person: Some("Nobody".into()), ..value("k", "x") },
            value("", "x"),
            value("k", &"x".repeat(64 * 1024 + 1)),
            document("elsewhere", "{}"),
            document("seeds", "[]"),
            document("seeds", "{"),
            twice(value("k", "x")),
            PluginDatum::default(),
            PluginDatum { value: Some(both), ..PluginDatum::default() },
        ];
        let Err(Error::Invalid(told)) = world.plugins.take_in(&admin, "toy", &wrong, false).await else {
            panic!("it was taken in")
        };
        let places: Vec<&str> = told.iter().map(|(at, _)| at.trim_end_matches('.')).collect();
        let expected = [
            "data.1.organization",
            "data.2.person",
            "data.3.key",
            "data.4.value",
            "data.5.document.collection",
            "data.6.body",
            "data.7.document.json",
            "data.8",
            "data.9",
            "data.10.value",
        ];
        assert_eq!(places, expected);
        assert_eq!(all(&world).await, Vec::new(), "nor what was good of it");
        let full: Vec<PluginDatum> = (0..40).map(|n| value(&n.to_string(), &"x".repeat(60 * 1024))).collect();
        let refused = world.plugins.take_in(&admin, "toy", &full, false).await;
        assert!(matches!(&refused, Err(Error::Invalid(told)) if told[0].1.contains("full")), "{refused:?}");
        assert_eq!(all(&world).await, Vec::new(), "all of it, or nothing");
        for count in [0, 201] {
            let data = vec![value("k", "x"); count];
            assert!(matches!(world.plugins.take_in(&admin, "toy", &data, false).await, Err(Error::Invalid(_))));
        }
        let poor = world.plugins.take_in(&admin, "poor", &[value("k", "x")], false).await;
        assert!(matches!(&poor, Err(Error::Invalid(told)) if told[0].1.contains("kv")), "{poor:?}");
        let member = world.person();
        assert!(matches!(
            world.plugins.take_in(&member, "toy", &[value("k", "x")], true).await,
            Err(Error::Refused(_))
        ));
        assert!(matches!(world.plugins.data(&member, "toy", None, 1).await, Err(Error::Refused(_))));
        assert!(matches!(world.plugins.data(&admin, "nothing", None, 1).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn an_organization_says_how_much_is_kept_and_how_often_is_asked() {
    db::testing::each(|db| async move {
        let page = "[[pages]]\npath = \"{page}\"\ntitle = \"A page\"\n";
        let world = World::new(&db, &[toml("toy", "1.0.0", &format!("{page}{KEEPS}"))]).await;
        let admin = World::admin();
        for org in [world.one, world.two] {
            world.on(Some(org), "toy").await;
        }
        let quotas = |mib| BTreeMap::from([("kv".to_owned(), mib)]);
        let narrowed = Narrowed { quotas: quotas(1), requests_a_minute: Some(2), ..Narrowed::default() };
        world.plugins.narrow(&admin, world.one, "toy", narrowed).await.unwrap();
        let fill = async |org: OrgId| {
            let hand = hand(&world, Some(org), "toy");
            let mut kept = 0;
            while kept < 40 && hand.put(format!("{kept:03}"), vec![7; 60 * 1024], Keep::default()).await.is_ok() {
                kept += 1;
            }
            kept
        };
        assert_eq!((fill(world.one).await, fill(world.two).await), (17, 34), "one MiB here, two there");
        let card = world.plugins.in_organization(&admin, world.one).await.unwrap().remove(0);
        assert_eq!((card.keeps[0].store.as_str(), card.keeps[0].most), ("kv", 1024 * 1024));
        assert_eq!(card.keeps[0].bytes, 17 * (60 * 1024 + 3));

        for _ in 0..2 {
            world.page(world.one, "toy", "x").await.unwrap();
        }
        assert!(matches!(world.page(world.one, "toy", "x").await, Err(Error::TooMany(_))));
        world.village.roles.lock().unwrap().insert((world.two.get(), world.anna), Role::Member);
        for _ in 0..3 {
            world.page(world.two, "toy", "x").await.unwrap();
        }

        let wrong = Narrowed {
            quotas: BTreeMap::from([("kv".to_owned(), 3), ("sql".to_owned(), 1)]),
            requests_a_minute: Some(0),
            ..Narrowed::default()
        };
        let Err(Error::Invalid(told)) = world.plugins.narrow(&admin, world.one, "toy", wrong).await else {
            panic!("it was taken")
        };
        let places: Vec<&str> = told.iter().map(|(at, _)| at.as_str()).collect();
        assert_eq!(places, ["quotas.kv", "quotas.sql", "requests_a_minute"]);
    })
    .await;
}
