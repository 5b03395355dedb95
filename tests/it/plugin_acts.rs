//! Plugins that keep order in the lobby: where rooms are open to them, for whoever may, and no more than they were granted.

use base::{Actor, Role};
use contract::room::RestraintKind;
use db::{Engine, testing::Place};
use hyper::Method;
use serde_json::{Value, json};
use tests::{Program, TestApp, clerk, until};

use crate::{
    order::with_role,
    plugins::{hall, ok},
    ranking::player,
};

const ALL: &str = "act = [\"room.kick\", \"room.gag\", \"room.ungag\"]";

async fn act(program: &mut Program, at: &str, act: &str, input: &Value) -> Value {
    ok(&program.post(&format!("/api/plugins/{at}/ask"), &json!({ "act": act, "input": input })).await)
}

fn fault(told: &Value) -> &str {
    told["fault"]["kind"].as_str().unwrap_or_else(|| panic!("{told}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_keeps_order_for_whoever_does_where_rooms_are_open_to_it() {
    for place in [None, Place::migrated(Engine::Postgres).await] {
        let named = format!("{ALL}\nusers = \"names\"");
        let plugins = vec![clerk("bouncer", ALL), clerk("knows", &named), clerk("meek", "act = [\"room.gag\"]")];
        let app = TestApp::on(place.as_ref().map(|place| place.address.as_str()), plugins).await;
        let mut olga = player(&app, "Olga").await;
        let (mut freya, mut bert) = (app.owner_program().await, app.program_of("Bert").await);
        with_role(&app, "Mona", Role::Moderator).await;
        let mut mona = app.program_of("Mona").await;
        let id = async |name: &str| {
            app.running().hub.accounts.find_user(&Actor::Operator, name).await.unwrap().unwrap().id.to_string()
        };
        let (hers, freyas) = (id("Olga").await, id("Freya").await);

        let all = ok(&freya.get("/api/v1/rooms").await);
        let (room, closed) = (all[0]["id"].to_string(), all[1]["id"].to_string());
        until("Olga to be seen", async || {
            let players = freya.clone().get(&format!("/api/v1/rooms/{room}/players")).await.json();
            if players.as_array().unwrap().iter().any(|one| one["name"] == "Olga") { Ok(()) } else { Err(players) }
        })
        .await;
        let whom = json!({ "room": room, "person": hers });
        assert_eq!(
            fault(&act(&mut mona, "bouncer", "room.kick", &whom).await),
            "not_found",
            "it is not open to plugins"
        );
        let mut form = all[0].clone();
        for key in ["id", "position"] {
            form.as_object_mut().unwrap().remove(key);
        }
        form["plugins"] = true.into();
        ok(&freya.send(Method::PUT, &format!("/api/v1/rooms/{room}"), &form).await);

        // What it was not granted, what nobody can be granted, and what whoever calls it may not.
        let not_granted = act(&mut mona, "meek", "room.kick", &whom).await;
        assert_eq!((fault(&not_granted), &not_granted["fault"]["detail"]), ("forbidden", &json!("act")));
        for unknown in ["room.close", "user.ban", ""] {
            assert_eq!(fault(&act(&mut mona, "bouncer", unknown, &whom).await), "forbidden", "{unknown}");
        }
        for kept in ["room.kick", "room.gag", "room.ungag"] {
            assert_eq!(fault(&act(&mut bert, "bouncer", kept, &whom).await), "forbidden", "{kept}");
        }
        let elsewhere = json!({ "room": closed, "person": hers });
        assert_eq!(fault(&act(&mut mona, "bouncer", "room.gag", &elsewhere).await), "not_found", "a closed one");
        hall(&app, "Bert", "The Anvil", "the-anvil").await;
        let told = act(&mut bert, "bouncer/orgs/the-anvil", "room.gag", &whom).await;
        assert_eq!(fault(&told), "forbidden", "who owns an organization is nobody in the hub's rooms");

        // Those who keep order are left alone, and the form is held against its schema.
        let above = json!({ "room": room, "person": freyas });
        assert_eq!(fault(&act(&mut mona, "bouncer", "room.gag", &above).await), "forbidden");
        let below = json!({ "room": room, "person": id("Mona").await });
        assert_eq!(fault(&act(&mut freya, "bouncer", "room.gag", &below).await), "forbidden", "also for an owner");
        for wrong in [json!({}), json!({ "room": room }), json!({ "room": room, "person": hers, "minutes": "all" })] {
            assert_eq!(fault(&act(&mut mona, "bouncer", "room.gag", &wrong).await), "invalid", "{wrong}");
        }
        let by_name = json!({ "room": room, "player": "olga" });
        assert_eq!(fault(&act(&mut mona, "bouncer", "room.gag", &by_name).await), "forbidden", "it would guess names");

        let rooms = &app.running().hub.rooms;
        let here = room.parse::<i64>().unwrap().into();
        let gagged = async || {
            let held = rooms.restraints(&Actor::Operator, here).await.unwrap();
            held.into_iter().map(|one| (one.kind, one.name, one.by)).collect::<Vec<_>>()
        };
        let gag = json!({ "room": room, "person": hers, "minutes": 5, "reason": "Floods" });
        assert_eq!(act(&mut mona, "bouncer", "room.gag", &gag).await, Value::Null);
        assert_eq!(gagged().await, [(RestraintKind::Gag, "Olga".to_owned(), Some("Mona".to_owned()))]);
        assert_eq!(act(&mut mona, "knows", "room.ungag", &by_name).await, Value::Null);
        assert!(gagged().await.is_empty());
        assert_eq!(fault(&act(&mut mona, "knows", "room.ungag", &by_name).await), "invalid", "nobody is gagged");
        let kick = json!({ "room": room, "person": hers, "reason": "Cool down" });
        assert_eq!(act(&mut mona, "bouncer/orgs/the-anvil", "room.kick", &kick).await, Value::Null);
        olga.link.closed().await.unwrap();

        // The trail names both.
        for word in ["room.gagged", "room.released", "room.kicked"] {
            let trail = ok(&freya.get(&format!("/api/v1/audit?act={word}")).await);
            let entry = &trail["items"][0];
            assert_eq!(entry["actor"], "plugin", "{entry}");
            assert!(entry.to_string().contains("Clerk") && entry.to_string().contains("Mona"), "{entry}");
        }

        // Thirty a minute, whatever comes of them.
        let mut done = 0;
        let busy = loop {
            let told = act(&mut mona, "meek", "room.gag", &gag).await;
            if told != Value::Null {
                break told;
            }
            done += 1;
        };
        assert_eq!((fault(&busy), done < 60), ("busy", true), "{busy}");
        assert!(app.stop().await);
        if let Some(place) = place {
            place.remove().await;
        }
    }
}
