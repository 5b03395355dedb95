//! Calls: pages, routes, commands, widgets, checks, events, tasks, and plugins among themselves.

use plugin_api::manifest::ChatPlace;

use super::*;
use crate::{Error, Narrowed, Place};

const PAGE: &str = "[[pages]]\npath = \"{page}\"\ntitle = \"A page\"\n";

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn pages_are_for_whoever_may_see_them() {
    db::testing::each(|db| async move {
        let pages = "[[pages]]\npath = \"open\"\ntitle = \"Open\"\nsign_in = false\n[[pages]]\npath = \"members\"\ntitle = \"Members\"\nsign_in = true\n[[pages]]\npath = \"vault\"\ntitle = \"Vault\"\npermission = \"toy:look\"\n[[pages]]\npath = \"staff\"\ntitle = \"Staff\"\nscope = \"admin\"\n[[actions]]\nname = \"toy:look\"\ndescription = \"May look.\"\ndefault_roles = [\"organiser\"]\n[capabilities]\nusers = \"names\"\n";
        let world = World::new(&db, &[toml("toy", "1.0.0", pages)]).await;
        world.on(Some(world.one), "toy").await;
        let see = async |actor: &Actor, place: Place, path: &str| {
            let shown = world.plugins.page(actor, place, "toy", path, Map::new(), &Visit::default()).await;
            shown.map(|shown| shown.title).map_err(|error| error.kind())
        };
        let (here, stranger, anna) = (Place::Organization(world.one), World::stranger(), world.person());
        assert_eq!(see(&stranger, here, "open").await.as_deref(), Ok("Open"));
        assert_eq!(see(&stranger, here, "members").await, Err(base::Kind::Unauthenticated));
        assert_eq!(see(&anna, here, "members").await.as_deref(), Ok("Members"));
        assert_eq!(see(&anna, here, "vault").await, Err(base::Kind::NotFound));
        assert_eq!(see(&anna, here, "nothing").await, Err(base::Kind::NotFound));
        assert_eq!(see(&anna, Place::Admin, "staff").await, Err(base::Kind::Forbidden));
        assert_eq!(see(&World::admin(), Place::Admin, "staff").await, Err(base::Kind::NotFound), "off for the hub");
        world.on(None, "toy").await;
        assert_eq!(see(&World::admin(), Place::Admin, "staff").await.as_deref(), Ok("Staff"));
        assert_eq!(see(&anna, Place::Hub, "open").await, Err(base::Kind::NotFound), "an organization's page");
        // The organization gives the permission to other roles.
        let roles = BTreeMap::from([("toy:look".to_owned(), vec![Role::Member])]);
        let narrowed = Narrowed { roles, ..Narrowed::default() };
        world.plugins.narrow(&World::admin(), world.one, "toy", narrowed).await.unwrap();
        assert_eq!(see(&anna, here, "vault").await.as_deref(), Ok("Vault"));
    })
    .await;
}

#[tokio::test]
async fn a_plugin_is_told_for_whom_it_is_called_and_no_more() {
    db::testing::each(|db| async move {
        let with = |id: &str, users: &str| {
            let action = format!(
                "[[actions]]\nname = \"{id}:look\"\ndescription = \"May look.\"\ndefault_roles = [\"member\"]\n"
            );
            toml(id, "1.0.0", &format!("{PAGE}{action}[capabilities]\nusers = \"{users}\"\n"))
        };
        let world = World::new(&db, &[with("knows", "names"), with("blind", "none")]).await;
        for id in ["knows", "blind"] {
            world.on(Some(world.one), id).await;
        }
        let knows = world.page(world.one, "knows", "who").await.unwrap();
        assert!(knows.contains(&format!("user {}", world.anna)) && knows.contains("knows:look"), "{knows}");
        let blind = world.page(world.one, "blind", "who").await.unwrap();
        assert!(blind.contains("name: None"), "{blind}");
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_in_a_page_stays_there() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("toy", "1.0.0", PAGE)]).await;
        world.on(Some(world.one), "toy").await;
        assert!(matches!(world.page(world.one, "toy", "panic").await, Err(Error::Stopped(Stop::Trapped(_)))));
        assert!(matches!(world.page(world.one, "toy", "slow").await, Err(Error::Stopped(Stop::Deadline))));
        let large = world.page(world.one, "toy", "large").await.unwrap_err();
        assert_eq!((large.kind(), large.problem().retry_after_secs), (base::Kind::Unavailable, Some(30)));
        world.page(world.one, "toy", "log").await.unwrap();
        let log = world.plugins.log(&World::admin(), "toy", None, 10).await.unwrap();
        assert_eq!((log.len(), log[0].text.as_str()), (1, "one two"), "a line is one line");
        let detail = world.plugins.find(&World::admin(), "toy").await.unwrap();
        let (_, export, calls) = detail.calls.iter().find(|(_, export, _)| export == "page").unwrap();
        assert_eq!((export.as_str(), calls.calls, calls.failures), ("page", 4, 2));

        let submit = async |form: Value| {
            let place = Place::Organization(world.one);
            world.plugins.submit(&world.person(), place, "toy", "x", object(form), &Visit::default()).await
        };
        assert_eq!(submit(json!({ "to": "/orgs/one" })).await.unwrap(), Submitted::Redirect("/orgs/one".into()));
        assert!(submit(json!({ "to": "https://evil.example" })).await.is_err());
        assert_eq!(submit(json!({})).await.unwrap_err().says(), ["x: is missing"]);
        let place = Place::Organization(world.one);
        let stranger = world.plugins.submit(&World::stranger(), place, "toy", "x", Map::new(), &Visit::default()).await;
        assert_eq!(stranger.unwrap_err().kind(), base::Kind::Unauthenticated);
    })
    .await;
}

#[tokio::test]
async fn routes_and_webhooks_are_reached_by_those_they_are_for() {
    db::testing::each(|db| async move {
        let routes = "[[routes]]\nmethod = \"GET\"\npath = \"seeds/{id}\"\n[[routes]]\nmethod = \"GET\"\npath = \"open\"\npublic = true\n[[routes]]\nmethod = \"POST\"\npath = \"seeds\"\nmax_body_bytes = 10\n[[webhooks]]\nname = \"incoming\"\nreason = \"A story calls it.\"\n[capabilities]\n\"routes:public\" = true\n";
        let world = World::new(&db, &[toml("toy", "1.0.0", routes)]).await;
        world.on(Some(world.one), "toy").await;
        let ask = async |actor: &Actor, method: &str, path: &str, body: &[u8]| {
            let request = Request { method: method.into(), path: path.into(), body: body.to_vec(), ..Request::default() };
            let place = Place::Organization(world.one);
            let answer = world.plugins.route(actor, place, "toy", request, &Visit::default()).await;
            answer.map(|answer| serde_json::from_slice::<Value>(&answer.body).unwrap()).map_err(|error| error.kind())
        };
        let (anna, stranger) = (world.person(), World::stranger());
        assert_eq!(ask(&anna, "GET", "seeds/7", b"").await.unwrap(), json!({ "path": "seeds/{id}", "params": { "id": "7" } }));
        assert_eq!(ask(&stranger, "GET", "seeds/7", b"").await, Err(base::Kind::Unauthenticated));
        assert!(ask(&stranger, "GET", "open", b"").await.is_ok());
        assert_eq!(ask(&anna, "DELETE", "seeds/7", b"").await, Err(base::Kind::NotFound));
        assert_eq!(ask(&anna, "POST", "seeds", b"much too long").await, Err(base::Kind::Invalid));

        let (admin, here) = (World::admin(), Some(world.one));
        let (id, token) = world.plugins.make_webhook(&admin, here, "toy", "incoming").await.unwrap();
        let call = async |token: &str| {
            world.plugins.webhook(&stranger, "toy", "incoming", token, Request::default(), &Visit::default()).await
        };
        world.diary();
        assert_eq!(call(token.expose()).await.unwrap().status, 204);
        assert_eq!(world.diary(), [format!("toy hook incoming {}", world.one)]);
        assert!(matches!(call("guessed").await, Err(Error::NotFound)));
        assert!(world.plugins.webhooks(&admin, here, "toy").await.unwrap()[0].last_used_at.is_some());
        assert!(matches!(world.plugins.make_webhook(&admin, here, "toy", "other").await, Err(Error::Invalid(_))));
        world.plugins.remove_webhook(&admin, here, "toy", id).await.unwrap();
        assert!(matches!(call(token.expose()).await, Err(Error::NotFound)));
        for _ in 0..16 {
            world.plugins.make_webhook(&admin, here, "toy", "incoming").await.unwrap();
        }
        assert!(matches!(world.plugins.make_webhook(&admin, here, "toy", "incoming").await, Err(Error::State { .. })));
    })
    .await;
}

#[tokio::test]
async fn commands_widgets_and_checks_are_answered() {
    db::testing::each(|db| async move {
        let parts = "[[commands]]\nname = \"roll\"\ndescription = \"Rolls.\"\nwhere = [\"lobby\"]\ncooldown_secs = 3\noptions = [{ name = \"n\", kind = \"integer\", required = true, max = 6 }]\n[[widgets]]\nslot = \"home.main\"\n";
        let check = "[[checks]]\npoint = \"chat.say\"\non_failure = \"refuse\"\ndeadline_ms = 50\nrewrites = [\"text\"]\n";
        let world = World::new(&db, &[toml("toy", "1.0.0", &format!("{parts}{check}")), toml("slow", "1.0.0", "[[widgets]]\nslot = \"home.main\"\n")]).await;
        let give = async |actor: &Actor, options: Value| {
            let invocation = Invocation { command: "roll".into(), options: object(options), place: "lobby".into(), channel: None };
            world.plugins.command(actor, None, invocation, &Visit::default()).await
        };
        let anna = world.person();
        assert!(matches!(give(&anna, json!({ "n": 1 })).await, Err(Error::NotFound)));
        assert!(!world.plugins.asks(None, Point::Chat));
        for id in ["toy", "slow"] {
            world.on(None, id).await;
        }
        assert_eq!(world.plugins.commands(None, ChatPlace::Lobby)[0].1.name, "roll");
        assert_eq!(give(&anna, json!({ "n": 7 })).await.unwrap_err().says(), ["n: is at most 6"]);
        assert_eq!(give(&anna, json!({ "n": 1 })).await.unwrap().text, "did roll");
        assert!(matches!(give(&anna, json!({ "n": 1 })).await, Err(Error::TooMany(3))));
        world.clock.advance(Duration::from_secs(3));
        assert!(give(&anna, json!({ "n": 1 })).await.is_ok());
        assert_eq!(give(&World::stranger(), json!({ "n": 1 })).await.unwrap_err().kind(), base::Kind::Unauthenticated);

        let drawn = world.plugins.widgets(&anna, None, &[Slot::HomeMain], Some("7".into()), &Visit::default()).await;
        let shown: Vec<(&str, bool)> = drawn.iter().map(|one| (one.id.as_str(), one.nodes.is_some())).collect();
        assert_eq!(shown, [("slow", false), ("toy", true)]);
        assert!(drawn[0].why.is_some());
        assert!(world.plugins.widgets(&anna, None, &[Slot::Admin], None, &Visit::default()).await.is_empty());

        assert!(world.plugins.asks(None, Point::Chat) && !world.plugins.asks(None, Point::Register));
        let say = async |text: &str| {
            let draft = object(json!({ "text": text, "room": "lobby" }));
            world.plugins.check(&anna, None, Point::Chat, draft, &Visit::default()).await.unwrap()
        };
        assert_eq!(say("hello").await.refused, None);
        assert_eq!(say("bad").await.refused.map(|(_, why)| why).as_deref(), Some("Not here."));
        assert_eq!(say("loud").await.draft, object(json!({ "text": "quiet", "room": "lobby" })), "and nothing else");
        let began = std::time::Instant::now();
        assert!(say("slow").await.refused.is_some(), "as its manifest says");
        assert!(began.elapsed() < Duration::from_secs(2));
    })
    .await;
}

#[tokio::test]
async fn a_widget_is_asked_again_once_its_plugin_has_done_anything_else() {
    db::testing::each(|db| async move {
        let parts = "[[commands]]\nname = \"roll\"\ndescription = \"Rolls.\"\nwhere = [\"lobby\"]\n[[widgets]]\nslot = \"home.main\"\n";
        let world = World::new(&db, &[toml("toy", "1.0.0", parts)]).await;
        world.on(None, "toy").await;
        world.diary();
        let anna = world.person();
        let times_asked = async |reader: &Actor| {
            let drawn = world.plugins.widgets(reader, None, &[Slot::HomeMain], None, &Visit::default()).await;
            assert!(drawn[0].nodes.is_some());
            world.diary().len()
        };
        assert_eq!(times_asked(&anna).await, 1);
        assert_eq!(times_asked(&anna).await, 0, "a moment later");
        assert_eq!(times_asked(&World::stranger()).await, 1, "somebody else");
        let roll = Invocation { command: "roll".into(), options: object(json!({})), place: "lobby".into(), channel: None };
        world.plugins.command(&anna, None, roll, &Visit::default()).await.unwrap();
        assert_eq!(times_asked(&anna).await, 1);
    })
    .await;
}

#[tokio::test]
async fn plugins_call_one_another_within_bounds() {
    db::testing::each(|db| async move {
        let offers = "[[exports]]\nname = \"twice\"\ninput = { type = \"object\", required = [\"n\"], properties = { n = { type = \"integer\" } } }\noutput = { type = \"object\" }\n";
        let needs = "[requires]\nplugins = [{ id = \"other\", version = \"*\" }]\n";
        let calls = format!("{PAGE}{needs}[capabilities]\ncall = [\"other.twice\"]\nread = [\"members\"]\n");
        let rude = format!("{PAGE}{needs}");
        let world = World::new(&db, &[toml("other", "1.0.0", offers), toml("toy", "1.0.0", &calls), toml("rude", "1.0.0", &rude)]).await;
        for id in ["toy", "rude"] {
            world.on(Some(world.one), id).await;
        }
        assert_eq!(world.page(world.one, "toy", "call").await.unwrap(), r#"{"n":8}"#);
        let asked: Value = serde_json::from_str(&world.page(world.one, "toy", "read").await.unwrap()).unwrap();
        let expected = json!({
            "model": "members", "by": "toy", "named": "A toy", "for": world.anna, "in": true,
            "may": ["view_organization", "view_members"],
        });
        assert_eq!(asked, expected, "the hub is asked by the plugin, for her, and for no more than it was granted");
        let ungranted = world.page(world.one, "rude", "call").await.unwrap_err();
        assert_eq!((ungranted.kind(), ungranted.to_string().contains("call")), (base::Kind::Forbidden, true));
        // An organization takes a power away, and has the last word.
        let narrowed = Narrowed { off: BTreeSet::from(["read".to_owned()]), ..Narrowed::default() };
        world.plugins.narrow(&World::admin(), world.one, "toy", narrowed).await.unwrap();
        assert_eq!(world.page(world.one, "toy", "read").await.unwrap_err().kind(), base::Kind::Forbidden);
        let strange = Narrowed { off: BTreeSet::from(["fly".to_owned()]), ..Narrowed::default() };
        assert!(matches!(world.plugins.narrow(&World::admin(), world.one, "toy", strange).await, Err(Error::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn events_reach_those_who_listen_where_they_are_on() {
    db::testing::each(|db| async move {
        let members = "[[listens]]\nevent = \"member.*\"\n";
        let hears = format!("{members}[[listens]]\nevent = \"toy.done\"\n");
        let tells = format!("{PAGE}{members}[[emits]]\nevent = \"toy.done\"\nschema = {{ type = \"object\", properties = {{ n = {{ type = \"integer\" }} }} }}\n");
        let world = World::new(&db, &[toml("ear", "1.0.0", &hears), toml("toy", "1.0.0", &tells)]).await;
        world.on(Some(world.one), "ear").await;
        world.on(Some(world.one), "toy").await;
        world.diary();
        let (one, two, anna) = (world.one, world.two, world.anna);
        db.write(move |tx| {
            Box::pin(async move {
                for organization in [one, two] {
                    let event = contract::Event::MemberLeft { organization, user: anna };
                    events::record(tx, base::Millis(1), &event).await?;
                }
                Ok::<_, db::Error>(())
            })
        })
        .await
        .unwrap();
        assert_eq!(world.page(world.one, "toy", "emit").await.unwrap(), "told");
        assert!(matches!(world.page(world.one, "toy", "emit_wrong").await, Err(Error::Invalid(_))));
        let diary = world.diary.clone();
        world.work_until("three to be heard", move || diary.lock().unwrap().len() >= 3).await;
        let mut heard = world.diary();
        heard.sort();
        let left = |id: &str| format!("{id} hears member.left {anna} {one}");
        assert_eq!(heard, [left("ear"), format!("ear hears toy.done {anna} {one}"), left("toy")]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_is_told_again_and_then_put_aside() {
    db::testing::each(|db| async move {
        let world = World::new(&db, &[toml("ear", "1.0.0", "[[listens]]\nevent = \"member.left\"\n")]).await;
        world.on(Some(world.one), "ear").await;
        world.diary();
        world.refuses.store(6, Ordering::SeqCst);
        let (one, anna) = (world.one, world.anna);
        db.write(move |tx| {
            Box::pin(async move {
                let event = contract::Event::MemberLeft { organization: one, user: anna };
                events::record(tx, base::Millis(1), &event).await
            })
        })
        .await
        .unwrap();
        let (diary, clock) = (world.diary.clone(), world.clock.clone());
        world
            .work_until("six attempts", move || {
                clock.advance(Duration::from_mins(1));
                diary.lock().unwrap().len() >= 6
            })
            .await;
        let parked = db::testing::until("it to be put aside", async || {
            let parked = world.plugins.parked(&World::admin(), "ear", None, 10).await.unwrap();
            if parked.len() == 1 { Ok(parked) } else { Err(parked) }
        })
        .await;
        assert_eq!((parked[0].attempts, parked[0].why.as_deref()), (6, Some("it answered: failed elsewhere: not now")));
        world.diary();
        world.plugins.replay(&World::admin(), "ear", parked[0].id).await.unwrap();
        let diary = world.diary.clone();
        world.work_until("it to be told by hand", move || diary.lock().unwrap().len() == 1).await;
        assert!(world.plugins.parked(&World::admin(), "ear", None, 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_full_inbox_drops_what_matters_least() {
    db::testing::each(|db| async move {
        let hears = "[[listens]]\nevent = \"member.left\"\npriority = \"low\"\n[[listens]]\nevent = \"organization.changed\"\npriority = \"high\"\n";
        let world = World::new(&db, &[toml("ear", "1.0.0", hears)]).await;
        world.on(Some(world.one), "ear").await;
        let (one, anna) = (world.one, world.anna);
        db.write(move |tx| {
            Box::pin(async move {
                for n in 0..1_100 {
                    let event = if n < 100 {
                        contract::Event::OrganizationChanged { organization: one }
                    } else {
                        contract::Event::MemberLeft { organization: one, user: anna }
                    };
                    events::record(tx, base::Millis(1), &event).await?;
                }
                Ok::<_, db::Error>(())
            })
        })
        .await
        .unwrap();
        let (stop, db) = (CancellationToken::new(), &db);
        let mut running = tokio::task::JoinSet::new();
        running.spawn(world.plugins.clone().follow(stop.clone()));
        running.spawn(events::Bus::new(db.clone()).run(stop.clone()));
        db::testing::until("a thousand to wait", async || {
            let (waiting, important): (i64, i64) = sql("select count(*), count(case when priority = 3 then 1 end) from plugin_inbox")
                .fetch_one(db)
                .await
                .unwrap();
            let (told,): (i64,) = sql("select max(event_id) from plugin_inbox").fetch_one(db).await.unwrap_or((0,));
            if (waiting, important) == (1_000, 100) && told >= 1_100 { Ok(()) } else { Err((waiting, important, told)) }
        })
        .await;
        stop.cancel();
        running.join_all().await;
    })
    .await;
}

#[tokio::test]
async fn tasks_are_done_at_their_times_where_the_plugin_is_on() {
    db::testing::each(|db| async move {
        let tasks =
            format!("{PAGE}[[tasks]]\nid = \"prune\"\nschedule = {{ every_secs = 60 }}\nscope = \"organization\"\n");
        let world = World::new(&db, &[toml("toy", "1.0.0", &tasks)]).await;
        world.on(Some(world.one), "toy").await;
        world.diary();
        let planned = async || -> Vec<(String,)> {
            sql("select name from schedules where owner = 'toy' order by name").fetch_all(&db).await.unwrap()
        };
        assert_eq!(planned().await.len(), 1);
        assert_eq!(world.page(world.one, "toy", "later").await.unwrap(), "planned");
        assert_eq!(world.page(world.one, "toy", "later").await.unwrap(), "planned", "the same key again");
        assert_eq!(planned().await.len(), 2);
        world.clock.advance(Duration::from_secs(61));
        let (diary, here) = (world.diary.clone(), world.one);
        let wanted = [format!("toy does prune null {here}"), format!("toy does prune {{\"once\":true}} {here}")];
        world
            .work_until("both to be done", move || wanted.iter().all(|line| diary.lock().unwrap().contains(line)))
            .await;
        world.plugins.disable(&World::admin(), Some(world.one), "toy", false, true).await.unwrap();
        assert!(planned().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_new_organization_finds_on_what_the_hub_says() {
    db::testing::each(|db| async move {
        let world = World::new(
            &db,
            &[
                toml("toy", "1.0.0", "enabled_by_default = true\n"),
                toml("rare", "1.0.0", "enabled_by_default = false\n"),
            ],
        )
        .await;
        assert!(world.plugins.on_in(Some(world.one)).is_empty(), "only new ones");
        world.diary();
        let one = world.one;
        db.write(move |tx| {
            Box::pin(async move {
                let event = contract::Event::OrganizationCreated { organization: one, name: "one".into() };
                events::record(tx, base::Millis(1), &event).await
            })
        })
        .await
        .unwrap();
        let plugins = world.plugins.clone();
        world.work_until("it to be on", move || !plugins.on_in(Some(one)).is_empty()).await;
        assert_eq!(world.diary(), [format!("toy enable {one}")]);
    })
    .await;
}
