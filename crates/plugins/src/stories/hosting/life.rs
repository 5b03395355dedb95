//! The life of a plugin: staged, approved, switched, replaced, removed.

use plugin_api::manifest::ChatPlace;

use super::*;
use crate::{Data, Error, Health, Switch, store};

const KV: &str = "[[pages]]\npath = \"{page}\"\ntitle = \"A page\"\n[capabilities]\nkv = { quota_mib = 1 }\n";

fn guest(id: &str, version: &str, rest: &str) -> String {
    toml(id, version, &format!("api = \"1.0\"\n{rest}"))
}

#[tokio::test]
async fn a_guest_goes_from_its_package_to_a_page_in_one_organization() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        let source = guest("toy", "1.0.0", KV);
        let bytes = package::pack(&World::files(&source, "")).unwrap();
        let staged = world.plugins.stage(&World::admin(), bytes).await.unwrap();
        assert_eq!((staged.wider, staged.runs.as_deref(), staged.asks[0].word), (true, None, "kv"));
        assert!(world.diary().is_empty(), "nothing of it runs before it is approved");
        let card = world.plugins.list(&World::admin()).await.unwrap().remove(0);
        assert_eq!(
            (card.state.as_str(), card.health, card.staged.as_deref()),
            ("staged", Health::Absent, Some("1.0.0"))
        );

        let granted = BTreeSet::from(["kv".to_owned()]);
        let wrong = "00".repeat(32);
        let seen_otherwise = world.plugins.approve(&World::admin(), "toy", "1.0.0", &wrong, &granted, false).await;
        assert!(matches!(seen_otherwise, Err(Error::Invalid(_))));
        world.plugins.approve(&World::admin(), "toy", "1.0.0", &staged.hash, &granted, false).await.unwrap();
        assert_eq!(world.diary(), ["toy start hub"]);
        assert!(matches!(world.page(world.one, "toy", "count").await, Err(Error::NotFound)), "it is on nowhere");

        world.on(Some(world.one), "toy").await;
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "1");
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "2");
        assert!(matches!(world.page(world.two, "toy", "count").await, Err(Error::NotFound)));
        world.on(Some(world.two), "toy").await;
        assert_eq!(world.page(world.two, "toy", "count").await.unwrap(), "1", "each keeps its own");

        world.plugins.disable(&World::admin(), Some(world.one), "toy", false, false).await.unwrap();
        assert!(matches!(world.page(world.one, "toy", "count").await, Err(Error::NotFound)));
        world.on(Some(world.one), "toy").await;
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "3", "what it kept was kept");
        let trail = world.trail().await;
        let acts = ["staged", "approved", "enabled", "enabled", "disabled", "enabled"];
        assert_eq!(trail, acts.map(|act| format!("plugin.{act}")));

        let asset = world.plugins.asset(&World::stranger(), "toy", &staged.hash, "logo.png").unwrap();
        assert_eq!((asset.bytes.as_ref(), asset.kind), ([1, 2, 3].as_slice(), "image/png"));
        assert!(world.plugins.asset(&World::stranger(), "toy", &wrong, "logo.png").is_err());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_package_keeps_it_out() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("house", "1.0.0", "")]).await;
        let stage = async |source: &str, wasm: &str| {
            let bytes = package::pack(&World::files(source, wasm)).unwrap();
            world.plugins.stage(&World::admin(), bytes).await.map(drop)
        };
        let imports = stage(&guest("toy", "1.0.0", ""), "broken").await.unwrap_err();
        assert!(imports.to_string().contains("wasi"), "{imports}");
        assert!(matches!(stage(&guest("house", "1.0.0", ""), "").await, Err(Error::Clash { .. })));
        let newer = toml("toy", "1.0.0", "api = \"1.7\"\n");
        assert!(matches!(stage(&newer, "").await, Err(Error::Unsupported(_))));
        let other_hub = guest("toy", "1.0.0", "[requires]\nhub = \"^2\"\n");
        assert!(matches!(stage(&other_hub, "").await, Err(Error::Unsupported(_))));
        let member = world.plugins.stage(&world.person(), Vec::new()).await.unwrap_err();
        assert_eq!(member.kind(), base::Kind::Forbidden);
        assert_eq!(world.plugins.list(&World::admin()).await.unwrap().len(), 1, "the part of the hub alone");

        let needs = guest("toy", "1.0.0", "[requires]\nplugins = [{ id = \"vault\", version = \"^1\" }]\n");
        let alone = world.install(&needs, "").await.unwrap_err();
        assert!(alone.to_string().contains("vault"), "{alone}");

        let command = "[[commands]]\nname = \"seed\"\ndescription = \"Rolls.\"\nwhere = [\"lobby\"]\n";
        world.install(&guest("first", "1.0.0", command), "").await.unwrap();
        let second = world.install(&guest("second", "1.0.0", command), "").await.unwrap_err();
        assert!(matches!(second, Error::Clash { .. }) && second.to_string().contains("first"), "{second}");
    })
    .await;
}

#[tokio::test]
async fn packages_in_the_folder_are_found_and_never_started() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        let at = world.folder.path().join("toy/1.0.0");
        std::fs::create_dir_all(&at).unwrap();
        std::fs::write(at.join("plugin.toml"), guest("toy", "1.0.0", "")).unwrap();
        std::fs::write(at.join("plugin.wasm"), "").unwrap();
        std::fs::write(world.folder.path().join("rubbish.tar.gz"), "rubbish").unwrap();
        let found = world.plugins.found(&World::admin()).await.unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].says.is_err() && found[1].says == Ok(("toy".into(), "1.0.0".into())), "{found:?}");
        world.plugins.refresh().await.unwrap();
        assert!(world.diary().is_empty());
        assert!(world.plugins.stage_found(&World::admin(), "../toy").await.is_err());
        world.plugins.stage_found(&World::admin(), "toy/1.0.0").await.unwrap();
        assert_eq!(world.plugins.found(&World::admin()).await.unwrap().len(), 1);
        world.plugins.refuse(&World::admin(), "toy", "1.0.0").await.unwrap();
        assert!(world.plugins.list(&World::admin()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_needs_another_is_switched_with_it_or_not_at_all() {
    db::testing::each(|db| async move {
        let needs = "[requires]\nplugins = [{ id = \"vault\", version = \"^1\" }]\n";
        let foe = "[conflicts]\nplugins = [{ id = \"vault\", version = \"*\" }]\n";
        let builtins = [toml("vault", "1.0.0", ""), toml("seeds", "1.0.0", needs), toml("foe", "1.0.0", foe)];
        let world = World::new(&db, &builtins).await;
        world.diary();
        let (admin, here) = (World::admin(), Some(world.one));
        let alone = world.plugins.enable(&admin, here, "seeds", false).await.unwrap_err();
        assert!(matches!(&alone, Error::Dependency(_)) && alone.to_string().contains("vault"), "{alone}");
        world.plugins.enable(&admin, here, "seeds", true).await.unwrap();
        assert_eq!(world.diary(), [format!("vault enable {}", world.one), format!("seeds enable {}", world.one)]);
        let on: Vec<String> = world.plugins.on_in(here).iter().map(|on| on.id().to_string()).collect();
        assert_eq!(on, ["vault", "seeds"]);
        assert!(matches!(world.plugins.enable(&admin, here, "foe", true).await, Err(Error::Dependency(_))));
        // Whoever looks at a switch is told before whom it takes along, and what is in its way.
        let company = async |org: OrgId, id: &str| {
            let cards = world.plugins.in_organization(&admin, org).await.unwrap();
            cards.into_iter().find(|card| card.manifest.id.as_str() == id).unwrap().company
        };
        let others = |company: crate::Company| -> Vec<String> {
            company.others.into_iter().map(|other| other.id.to_string()).collect()
        };
        assert_eq!(others(company(world.one, "vault").await), ["seeds"]);
        assert_eq!(others(company(world.two, "seeds").await), ["vault"]);
        assert!(
            others(company(world.two, "vault").await).is_empty() && company(world.two, "foe").await.problems.is_empty()
        );
        let foe = company(world.one, "foe").await;
        assert!(foe.problems.len() == 1 && foe.problems[0].contains("vault"), "{foe:?}");
        assert!(matches!(world.plugins.enable(&admin, here, "seeds", true).await, Err(Error::State { .. })));
        let needed = world.plugins.disable(&admin, here, "vault", false, false).await.unwrap_err();
        assert!(needed.to_string().contains("seeds needs vault"), "{needed}");
        world.diary();
        world.plugins.disable(&admin, here, "vault", true, false).await.unwrap();
        assert_eq!(world.diary(), [format!("seeds disable {}", world.one), format!("vault disable {}", world.one)]);
        assert!(world.plugins.on_in(here).is_empty());
        // Whoever does not run the organization does not switch.
        let member = world.plugins.enable(&world.person(), here, "vault", false).await.unwrap_err();
        assert_eq!(member.kind(), base::Kind::Forbidden);
        let nowhere = world.plugins.enable(&admin, Some(99.into()), "vault", false).await.unwrap_err();
        assert_eq!(nowhere.kind(), base::Kind::NotFound);
    })
    .await;
}

#[tokio::test]
async fn whatever_keeps_those_it_needs_off_is_told_at_once() {
    db::testing::each(|db| async move {
        let needs = "[requires]\nplugins = [{ id = \"left\", version = \"*\" }, { id = \"right\", version = \"*\" }]\n";
        let set = "[config]\ntype = \"object\"\nrequired = [\"goal\"]\n[config.properties.goal]\ntype = \"integer\"\n";
        let builtins = [toml("left", "1.0.0", ""), toml("right", "1.0.0", set), toml("top", "1.0.0", needs)];
        let world = World::new(&db, &builtins).await;
        let (admin, here) = (World::admin(), Some(world.one));
        world.plugins.quarantine(&admin, "left", "It counts twice.").await.unwrap();
        world.diary();
        let refused = world.plugins.enable(&admin, here, "top", true).await.unwrap_err().says();
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert!(
            refused[0].starts_with("left: it is quarantined") && refused[1].starts_with("right: /goal"),
            "{refused:?}"
        );
        assert!(world.diary().is_empty() && world.plugins.on_in(here).is_empty(), "nobody was told anything");
        world.plugins.release(&admin, "left").await.unwrap();
        world.plugins.configure(&admin, here, "right", 0, json!({ "goal": 3 })).await.unwrap();
        world.plugins.enable(&admin, here, "top", true).await.unwrap();
        assert_eq!(world.plugins.on_in(here).len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_plugin_that_does_not_want_to_be_on_stays_off() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        world.install(&guest("toy", "1.0.0", ""), "enable").await.unwrap();
        world.diary();
        let failed = world.plugins.enable(&World::admin(), Some(world.one), "toy", false).await.unwrap_err();
        assert!(matches!(failed, Error::Lifecycle { hook: "enable", .. }), "{failed}");
        assert!(world.plugins.on_in(Some(world.one)).is_empty());
        assert!(store::switch(&db, world.one, "toy").await.unwrap().is_none());
        let needs = guest("more", "1.0.0", "[requires]\nplugins = [{ id = \"toy\", version = \"^1\" }]\n");
        world.install(&needs, "").await.unwrap();
        assert!(world.plugins.enable(&World::admin(), Some(world.one), "more", true).await.is_err());
        assert!(world.plugins.on_in(Some(world.one)).is_empty(), "both or none");
    })
    .await;
}

#[tokio::test]
async fn private_ones_are_seen_where_the_operator_says() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("club", "1.0.0", "private = true\n")]).await;
        let admin = World::admin();
        assert!(matches!(world.plugins.enable(&admin, Some(world.one), "club", false).await, Err(Error::NotFound)));
        assert!(world.plugins.in_organization(&admin, world.one).await.unwrap().is_empty());
        world.plugins.allow(&admin, "club", world.one, true).await.unwrap();
        world.on(Some(world.one), "club").await;
        assert_eq!(world.plugins.in_organization(&admin, world.one).await.unwrap()[0].switch, Switch::On);
        world.plugins.allow(&admin, "club", world.one, false).await.unwrap();
        assert!(world.plugins.on_in(Some(world.one)).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_hub_wide_one_is_on_everywhere_by_one_switch() {
    db::testing::each(|db| async move {
        let world = World::new(
            &db,
            &[toml(
                "wide",
                "1.0.0",
                "hub_wide = true\nenabled_by_default = false\n[[pages]]\npath = \"{page}\"\ntitle = \"P\"\n",
            )],
        )
        .await;
        assert!(world.plugins.on_in(Some(world.one)).is_empty());
        let here = world.plugins.enable(&World::admin(), Some(world.one), "wide", false).await;
        assert!(matches!(here, Err(Error::State { .. })));
        world.on(None, "wide").await;
        assert_eq!(world.page(world.one, "wide", "x").await.unwrap(), "page x");
        assert_eq!(world.page(world.two, "wide", "x").await.unwrap(), "page x");
        world.plugins.disable(&World::admin(), None, "wide", false, false).await.unwrap();
        assert!(world.plugins.on_in(Some(world.two)).is_empty());
    })
    .await;
}

#[tokio::test]
async fn another_version_takes_over_what_was_kept_and_can_be_rolled_back() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        world.install(&guest("toy", "1.0.0", KV), "").await.unwrap();
        world.on(Some(world.one), "toy").await;
        world.page(world.one, "toy", "count").await.unwrap();
        world.diary();

        // One that fails on the way leaves everything as it was.
        let failed = world.install(&guest("toy", "1.1.0", KV), "upgrade").await.unwrap_err();
        assert!(matches!(failed, Error::Lifecycle { hook: "upgrade", .. }), "{failed}");
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "2");
        assert_eq!(
            world.plugins.find(&World::admin(), "toy").await.unwrap().card.manifest.version.to_string(),
            "1.0.0"
        );
        world.diary();

        let bytes = package::pack(&World::files(&guest("toy", "1.2.0", KV), "")).unwrap();
        let staged = world.plugins.stage(&World::admin(), bytes).await.unwrap();
        assert_eq!((staged.wider, staged.runs.as_deref()), (false, Some("1.0.0")));
        world.plugins.upgrade(&World::admin(), "toy", "1.2.0").await.unwrap();
        let here = world.one;
        assert_eq!(
            world.diary(),
            [
                "toy comes from 1.0.0 hub".to_owned(),
                "toy upgrade hub".into(),
                format!("toy comes from 1.0.0 {here}"),
                format!("toy upgrade {here}"),
                "toy stop hub".into(),
                "toy start hub".into(),
            ]
        );
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "3");

        // More than before needs a yes of its own.
        let wider = guest("toy", "2.0.0", &format!("{KV}notify = true\n"));
        let bytes = package::pack(&World::files(&wider, "")).unwrap();
        let staged = world.plugins.stage(&World::admin(), bytes).await.unwrap();
        assert!(staged.wider && staged.asks.iter().any(|asked| asked.word == "notify" && asked.wider));
        assert!(matches!(world.plugins.upgrade(&World::admin(), "toy", "2.0.0").await, Err(Error::State { .. })));

        world.plugins.roll_back(&World::admin(), "toy").await.unwrap();
        let detail = world.plugins.find(&World::admin(), "toy").await.unwrap();
        assert_eq!(detail.card.manifest.version.to_string(), "1.0.0");
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "4");
    })
    .await;
}

#[tokio::test]
async fn settings_that_a_new_version_does_not_take_suspend_it_there() {
    db::testing::each(|db| async move {
        let with = |version: &str, most: u32| {
            let config = format!(
                "[config]\ntype = \"object\"\n[config.properties.days]\ntype = \"integer\"\nmaximum = {most}\n"
            );
            guest("toy", version, &config)
        };
        let world = World::new(&db, &[]).await;
        world.install(&with("1.0.0", 100), "").await.unwrap();
        for org in [world.one, world.two] {
            world.on(Some(org), "toy").await;
        }
        let admin = World::admin();
        world.plugins.configure(&admin, Some(world.one), "toy", 0, json!({ "days": 50 })).await.unwrap();
        world.install(&with("1.1.0", 10), "").await.unwrap();
        assert!(world.plugins.on_in(Some(world.one)).is_empty());
        assert_eq!(world.plugins.on_in(Some(world.two)).len(), 1);
        let card = world.plugins.in_organization(&admin, world.one).await.unwrap().remove(0);
        let Switch::Suspended(why) = card.switch else { panic!("{:?}", card.switch) };
        assert_eq!(why, "/days: is at most 10");
        world.plugins.configure(&admin, Some(world.one), "toy", 1, json!({ "days": 5 })).await.unwrap();
        world.on(Some(world.one), "toy").await;
    })
    .await;
}

#[tokio::test]
async fn a_removed_one_leaves_its_data_for_a_while_or_at_once() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("house", "1.0.0", "")]).await;
        let admin = World::admin();
        assert!(matches!(world.plugins.remove(&admin, "house", true, Data::Delete).await, Err(Error::Builtin)));
        world.install(&guest("toy", "1.0.0", KV), "").await.unwrap();
        world.on(Some(world.one), "toy").await;
        world.page(world.one, "toy", "count").await.unwrap();
        assert!(matches!(world.plugins.remove(&admin, "toy", false, Data::Keep).await, Err(Error::State { .. })));
        world.diary();
        world.plugins.remove(&admin, "toy", true, Data::Keep).await.unwrap();
        assert_eq!(world.diary(), [format!("toy disable {}", world.one), "toy stop hub".into()]);
        assert!(world.plugins.on_in(Some(world.one)).is_empty());
        let (kept, _) = world.plugins.data(&admin, "toy", None, 10).await.unwrap();
        assert_eq!(kept[0].value.as_ref().unwrap().key, "count");

        // Back within thirty days it finds what it kept; after them nothing.
        world.install(&guest("toy", "1.0.0", KV), "").await.unwrap();
        world.on(Some(world.one), "toy").await;
        assert_eq!(world.page(world.one, "toy", "count").await.unwrap(), "2");
        world.plugins.remove(&admin, "toy", true, Data::Keep).await.unwrap();
        world.clock.advance(Duration::from_hours(31 * 24));
        world.plugins.tidy(&Actor::Job).await.unwrap();
        assert!(matches!(world.plugins.data(&admin, "toy", None, 10).await, Err(Error::NotFound)));
        world.install(&guest("toy", "1.0.0", KV), "").await.unwrap();
        world.plugins.remove(&admin, "toy", false, Data::Delete).await.unwrap();
        assert_eq!(world.plugins.list(&admin).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn three_strikes_switch_a_guest_off_until_somebody_lets_it_on() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("house", "1.0.0", "[[pages]]\npath = \"{page}\"\ntitle = \"P\"\n")]).await;
        world.install(&guest("toy", "1.0.0", KV), "").await.unwrap();
        world.on(Some(world.one), "toy").await;
        world.on(Some(world.one), "house").await;
        let address = mail::Address::parse("anna@example.org").unwrap();
        let anna = Keeper { user: world.anna, name: "Anna".into(), address, locale: mail::Locale::PtBr };
        world.village.keepers.lock().unwrap().push(anna);
        for _ in 0..2 {
            assert!(matches!(world.page(world.one, "toy", "trap").await, Err(Error::Stopped(Stop::Trapped(_)))));
        }
        // What lies longer back does not count.
        world.clock.advance(Duration::from_mins(11));
        assert!(matches!(world.page(world.one, "toy", "panic").await, Err(Error::Stopped(_))));
        assert_eq!(world.page(world.one, "toy", "x").await.unwrap(), "page x");
        for _ in 0..2 {
            world.page(world.one, "toy", "trap").await.unwrap_err();
        }
        db::testing::until("it to be switched off", async || {
            if world.plugins.on_in(Some(world.one)).iter().any(|on| on.id().as_str() == "toy" && on.is_ready()) {
                Err(())
            } else {
                Ok(())
            }
        })
        .await;
        assert!(matches!(world.page(world.one, "toy", "x").await, Err(Error::Away(_))));
        let detail = world.plugins.find(&World::admin(), "toy").await.unwrap();
        assert!(
            matches!(&detail.card.health, Health::Quarantined { why, .. } if why.contains("3 times")),
            "{:?}",
            detail.card.health
        );
        assert_eq!((detail.strikes.len(), detail.strikes[0].export.as_str()), (5, "page"));
        assert_eq!(world.trail().await.iter().filter(|act| *act == "plugin.quarantined").count(), 1);
        let letters = async || {
            let rows: Vec<(i64, String, String)> =
                sql("select user_id, locale, letter from mails where kind = 'plugin_quarantined'")
                    .fetch_all(&db)
                    .await
                    .unwrap();
            rows
        };
        let [(to, locale, text)] = &letters().await[..] else { panic!("one letter") };
        assert_eq!((*to, locale.as_str()), (world.anna.get(), "pt-BR"));
        assert!(text.contains("3 times within ten minutes") && text.contains(r#""plugin":"toy""#), "{text}");
        world.plugins.release(&World::admin(), "toy").await.unwrap();
        assert_eq!(world.page(world.one, "toy", "x").await.unwrap(), "page x");
        // A part of the hub is not switched off for its mistakes.
        for _ in 0..4 {
            world.page(world.one, "house", "panic").await.unwrap_err();
        }
        assert_eq!(world.page(world.one, "house", "x").await.unwrap(), "page x");
        world.plugins.quarantine(&World::admin(), "toy", "looks odd").await.unwrap();
        assert_eq!(letters().await.len(), 1, "what an admin does is no news to admins");
        assert!(matches!(world.page(world.one, "toy", "x").await, Err(Error::Away(_))));
    })
    .await;
}

#[tokio::test]
async fn a_package_that_was_changed_behind_our_back_is_not_started() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        world.install(&guest("toy", "1.0.0", ""), "").await.unwrap();
        let forged = package::pack(&World::files(&guest("toy", "1.0.0", ""), "other")).unwrap();
        db.write(move |tx| {
            let forged = forged.clone();
            Box::pin(async move { sql("update plugin_versions set package = $1").bind(forged).execute(tx).await })
        })
        .await
        .unwrap();
        // As the next process finds it.
        let again = Plugins::new(Parts {
            db: db.clone(),
            clock: world.clock.clone(),
            chance: Arc::new(SeededChance::new(8)),
            outbound: Outbound::new(Policy::default()).unwrap(),
            key: seal::Key::new([9; 32]),
            neighbours: world.village.clone(),
            builtins: Vec::new(),
            maker: Arc::new(Toys { diary: Diary::default(), refuses: Arc::default() }),
            hub: semver::Version::new(1, 0, 0),
            folder: world.folder.path().to_owned(),
            sources: Vec::new(),
            bounds: crate::Bounds::default(),
        });
        again.start().await.unwrap();
        let card = again.list(&World::admin()).await.unwrap().remove(0);
        assert!(matches!(&card.health, Health::Quarantined { why, .. } if why.contains("hash")), "{:?}", card.health);
    })
    .await;
}

#[tokio::test]
async fn a_hub_without_guests_says_why_it_takes_none() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[]).await;
        world.install(&guest("toy", "1.0.0", ""), "").await.unwrap();
        let bare = Plugins::new(Parts {
            db: db.clone(),
            clock: world.clock.clone(),
            chance: Arc::new(SeededChance::new(8)),
            outbound: Outbound::new(Policy::default()).unwrap(),
            key: seal::Key::new([9; 32]),
            neighbours: world.village.clone(),
            builtins: Vec::new(),
            maker: Arc::new(crate::NoGuests),
            hub: semver::Version::new(1, 0, 0),
            folder: world.folder.path().to_owned(),
            sources: Vec::new(),
            bounds: crate::Bounds::default(),
        });
        bare.start().await.unwrap();
        let card = bare.list(&World::admin()).await.unwrap().remove(0);
        assert!(matches!(card.health, Health::Failing { .. }), "{:?}", card.health);
        let refused = bare.stage(&World::admin(), Vec::new()).await.unwrap_err();
        assert!(refused.to_string().contains("without guests"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn commands_are_where_the_plugin_is_on() {
    db::testing::each(|db| async move {
        let command = "[[commands]]\nname = \"hi\"\ndescription = \"Hi.\"\nwhere = [\"lobby\"]\n";
        let world = World::new(&db, &[toml("house", "1.0.0", command)]).await;
        let changes = world.plugins.changes();
        world.on(Some(world.one), "house").await;
        assert!(changes.has_changed().unwrap(), "whoever keeps a list of them is told");
        assert_eq!(world.plugins.commands(Some(world.one), ChatPlace::Lobby).len(), 1);
        assert!(world.plugins.commands(Some(world.two), ChatPlace::Lobby).is_empty());
        assert!(world.plugins.commands(Some(world.one), ChatPlace::Discord).is_empty());
    })
    .await;
}
