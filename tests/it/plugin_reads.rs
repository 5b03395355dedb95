//! What plugins read of the hub: each thing by its own grant, people's names by another, and only where they were called.

use db::{Engine, testing::Place};
use serde_json::{Value, json};
use tests::{Program, TestApp, clerk, until};

use crate::{
    plugins::{hall, ok},
    ranking::{play, player},
};

/// What the plugin of that id was answered.
async fn ask(program: &mut Program, plugin: &str, what: Value) -> Value {
    ok(&program.post(&format!("/api/plugins/{plugin}/ask"), &what).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_games_ladders_and_orders_are_read_each_by_its_own_grant() {
    for place in [None, Place::migrated(Engine::Postgres).await] {
        let knows = clerk("knows", "read = [\"rooms\", \"games\", \"ladders\", \"orders\"]\nusers = \"names\"");
        let blind = clerk("blind", "read = [\"rooms\", \"games\"]");
        let app = TestApp::on(place.as_ref().map(|place| place.address.as_str()), vec![knows, blind]).await;
        let (mut olga, mut bert) = (player(&app, "Olga").await, player(&app, "Bert").await);
        let mut program = app.program_of("Olga").await;
        let her = app.running().hub.accounts.find_user(&base::Actor::Operator, "Olga").await.unwrap().unwrap().id;

        // Who is in the lobby: a number for all, a name for those that may see names.
        let all = until("both to be in the room", async || {
            let found = ask(&mut program, "knows", json!({ "read": "rooms" })).await;
            if found["rooms"][0]["players"].as_array().is_some_and(|here| here.len() == 2) {
                Ok(found)
            } else {
                Err(found)
            }
        })
        .await;
        let one = json!({ "person": her.to_string(), "name": "Olga", "came_by": "myth2", "away": false });
        assert_eq!(all["rooms"][0]["players"][0], one);
        let room = &all["rooms"][1]["room"];
        let found = ask(&mut program, "blind", json!({ "read": "rooms", "filter": { "room": room } })).await;
        assert_eq!((found["rooms"].as_array().unwrap().len(), &found["rooms"][0]["room"]), (1, room));
        let found = ask(&mut program, "blind", json!({ "read": "rooms" })).await;
        assert_eq!(found["rooms"][0]["players"][0]["person"], her.to_string());
        assert_eq!(found["rooms"][0]["players"][0]["name"], Value::Null);

        play(&mut olga, &mut bert, true).await;
        let ladder = json!({ "read": "ladders", "filter": { "clients": "myth2", "class": "unranked" } });
        let ladder = until("the ladder", async || {
            let found = ask(&mut program, "knows", ladder.clone()).await;
            if found["rungs"].as_array().is_some_and(|rungs| rungs.len() == 2) { Ok(found) } else { Err(found) }
        })
        .await;
        let rung = &ladder["rungs"][0];
        assert_eq!((&rung["place"], &rung["name"], &rung["points"]), (&json!(1), &json!("Olga"), &json!(1_016)));
        let games = ask(&mut program, "knows", json!({ "read": "games", "filter": { "text": "bert" } })).await;
        let played = &games["games"][0];
        assert_eq!(
            (&played["name"], &played["map"], &played["class"]),
            (&json!("Duel"), &json!("Creep"), &json!("unranked"))
        );
        assert_eq!(played["players"][0]["name"], "Olga");
        let hers = json!({ "read": "games", "filter": { "person": her.to_string() } });
        let games = ask(&mut program, "blind", hers.clone()).await;
        assert_eq!(
            (&games["games"][0]["game"], &games["games"][0]["players"][0]["name"]),
            (&played["game"], &Value::Null)
        );
        let alone = ask(&mut program, "blind", json!({ "read": "games", "filter": { "game": played["game"] } })).await;
        assert_eq!(alone["games"], games["games"]);
        let further = ask(&mut program, "blind", json!({ "read": "games", "page": 1 })).await;
        assert_eq!(further, json!({ "games": [], "next": null }));

        let order = json!({ "name": "The Avatara", "motto": "Nine against the dark" });
        let founded = ok(&program.post("/api/v1/orders", &order).await);
        let orders = ask(&mut program, "knows", json!({ "read": "orders", "filter": { "text": "avat" } })).await;
        assert_eq!(
            (&orders["orders"][0]["order"], orders["orders"][0].get("members")),
            (&json!(founded["id"].to_string()), None)
        );
        let one = json!({ "read": "orders", "filter": { "order": founded["id"].to_string() } });
        let members = ask(&mut program, "knows", one.clone()).await["orders"][0]["members"].clone();
        assert_eq!((&members[0]["name"], &members[0]["role"]), (&json!("Olga"), &json!("leader")));

        // What was not granted is refused by name, and so is guessing names where none may be seen.
        let refused = |what: &str| json!({ "fault": { "kind": "forbidden", "detail": what } });
        assert_eq!(ask(&mut program, "blind", one).await, refused("read"));
        assert_eq!(ask(&mut program, "blind", json!({ "read": "members" })).await, refused("read"));
        let guess = json!({ "read": "games", "filter": { "text": "bert" } });
        assert_eq!(ask(&mut program, "blind", guess).await, refused("users"));
        for (wrong, field) in [
            (json!({ "read": "ladders" }), "filter.clients"),
            (json!({ "read": "ladders", "filter": { "clients": "myth2", "class": "friendly" } }), "filter.class"),
            (json!({ "read": "games", "filter": { "after": "yesterday" } }), "filter.after"),
            (json!({ "read": "games", "filter": { "player": "Olga" } }), "filter"),
            (json!({ "read": "orders", "page": 101 }), "page"),
        ] {
            let fault = ask(&mut program, "knows", wrong).await;
            assert_eq!((&fault["fault"]["kind"], &fault["fault"]["detail"][0][0]), (&json!("invalid"), &json!(field)));
        }
        let nothing = json!({ "fault": { "kind": "not_found" } });
        for gone in [
            json!({ "read": "games", "filter": { "game": "999999" } }),
            json!({ "read": "games", "filter": { "person": "999999" } }),
            json!({ "read": "orders", "filter": { "order": "999999" } }),
            json!({ "read": "rooms", "filter": { "room": "999999" } }),
        ] {
            assert_eq!(ask(&mut program, "knows", gone.clone()).await, nothing, "{gone}");
        }

        // Whoever keeps out of ladders is not told of to others, and is to themselves.
        let mut page = app.stranger();
        assert_eq!(page.call("log_in", &[("name", "Olga"), ("password", tests::PASSWORD)]).await.status, 200);
        let hidden = [("profile", "nobody"), ("presence", "nobody"), ("friends", "nobody"), ("requests", "nobody")];
        assert_eq!(page.call("save_privacy", &hidden).await.status, 200);
        let ladder = json!({ "read": "ladders", "filter": { "clients": "myth2", "class": "unranked" } });
        let seen = async |program: &mut Program| {
            let found = ask(program, "knows", ladder.clone()).await;
            found["rungs"].as_array().unwrap().iter().map(|rung| rung["name"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(seen(&mut app.program_of("Bert").await).await, [json!("Bert")]);
        assert_eq!(seen(&mut program).await, [json!("Olga"), json!("Bert")]);
        assert!(app.stop().await);
        if let Some(place) = place {
            place.remove().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_those_of_the_place_it_was_called_in() {
    let app = TestApp::with_plugins(|_| {}, vec![clerk("knows", "read = [\"members\"]\nusers = \"names\"")]).await;
    let (mut olga, mut bert) = (app.program_of("Olga").await, app.program_of("Bert").await);
    hall(&app, "Olga", "The Lantern", "the-lantern").await;
    hall(&app, "Bert", "The Anvil", "the-anvil").await;
    let members = async |program: &mut Program, slug: &str| {
        let found = program.post(&format!("/api/plugins/knows/orgs/{slug}/ask"), &json!({ "read": "members" })).await;
        ok(&found)
    };
    let names =
        |found: &Value| found["members"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&members(&mut olga, "the-lantern").await), [json!("Olga")]);
    assert_eq!(names(&members(&mut bert, "the-anvil").await), [json!("Bert")]);
    // It may no more than whoever calls it.
    let refused = members(&mut bert, "the-lantern").await;
    assert_eq!(refused["fault"]["kind"], "forbidden", "{refused}");
    let nowhere = ask(&mut olga, "knows", json!({ "read": "members" })).await;
    assert_eq!(nowhere["fault"]["kind"], "invalid", "{nowhere}");
    assert!(app.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fills_in_a_form_picks_by_names() {
    const SETTINGS: &str = r#"
kv = { quota_mib = 1 }
[config]
type = "object"
properties.keeper = { type = "string", title = "Keeper", x-picker = "user" }
properties.rank = { type = "string", title = "Rank", x-picker = "role" }
properties.place = { type = "string", title = "Place", x-picker = "room" }
properties.seed = { type = "string", title = "Seed", x-picker = "preset" }
"#;
    let app = TestApp::with_plugins(|_| {}, vec![clerk("picky", SETTINGS)]).await;
    let mut olga = app.person("Olga").await.without_script();
    hall(&app, "Olga", "The Lantern", "the-lantern").await;
    let her = app.running().hub.accounts.find_user(&base::Actor::Operator, "Olga").await.unwrap().unwrap().id;
    let page = olga.get("/orgs/the-lantern/plugins?plugin=picky").await;
    assert_eq!(page.status, 200, "{}", page.body);
    for part in [
        "<select id=\"setting-keeper\" name=\"values[keeper]\"",
        &format!("<option value=\"{her}\">Olga</option>"),
        "<select id=\"setting-rank\" name=\"values[rank]\"",
        "<option value=\"moderator\">Moderators</option>",
        "<select id=\"setting-place\" name=\"values[place]\"",
        ">Arrival</option>",
        "<input id=\"setting-seed\" name=\"values[seed]\"",
    ] {
        assert!(page.body.contains(part), "{part} is not in {}", page.body);
    }
    assert!(app.stop().await);
}
