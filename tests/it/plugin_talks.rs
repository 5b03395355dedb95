//! Plugins that speak in the lobby: where those who run the hub let them, and by the order that is kept there.

use base::Actor;
use contract::room::{MuteWord, Restrain, RestraintKind};
use db::{Engine, testing::Place};
use hyper::Method;
use serde_json::{Value, json};
use tests::{Program, TestApp, clerk, until};

use crate::{plugins::ok, ranking::player};

async fn say(program: &mut Program, plugin: &str, channel: &str, text: &str) -> Value {
    let what = json!({ "say": channel, "message": text });
    ok(&program.post(&format!("/api/plugins/{plugin}/ask"), &what).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_is_heard_in_rooms_that_are_open_to_plugins() {
    for place in [None, Place::migrated(Engine::Postgres).await] {
        let plugins = vec![clerk("crier", "chat = [\"lobby\"]"), clerk("herald", "chat = [\"discord\"]")];
        let app = TestApp::on(place.as_ref().map(|place| place.address.as_str()), plugins).await;
        let mut olga = player(&app, "Olga").await;
        let (mut hers, mut bert, mut freya) =
            (app.program_of("Olga").await, app.program_of("Bert").await, app.owner_program().await);
        let forbidden = |fault: &Value| assert_eq!(fault["fault"]["kind"], "forbidden", "{fault}");
        let nothing = json!({ "fault": { "kind": "not_found" } });
        assert_eq!(say(&mut hers, "crier", "lobby", "Hail").await, nothing, "no room is open to plugins");

        let mut form = ok(&freya.get("/api/v1/rooms").await)[0].clone();
        let room = form["id"].clone();
        for key in ["id", "position"] {
            form.as_object_mut().unwrap().remove(key);
        }
        form["plugins"] = true.into();
        let changed = ok(&freya.send(Method::PUT, &format!("/api/v1/rooms/{room}"), &form).await);
        assert_eq!(changed["plugins"], true);
        assert_eq!(say(&mut hers, "crier", "lobby", "Hail").await, Value::Null);
        assert_eq!(olga.blue_line().await.unwrap(), "Clerk: Hail");
        assert_eq!(say(&mut bert, "crier", &format!("lobby/{room}"), "Well met").await, Value::Null);
        assert_eq!(olga.blue_line().await.unwrap(), "Clerk: Well met");
        let lines = until("both lines", async || {
            let lines = ok(&bert.get(&format!("/api/v1/rooms/{room}/lines")).await);
            if lines.as_array().unwrap().len() == 2 { Ok(lines) } else { Err(lines) }
        })
        .await;
        assert_eq!(
            (&lines[1]["name"], &lines[1]["origin"], &lines[1]["text"]),
            (&json!("Clerk"), &Value::Null, &json!("Well met"))
        );
        let page = app.stranger().get(&format!("/lobby/rooms/{room}")).await;
        assert!(page.body.contains("Well met"), "{}", page.body);
        let trail = ok(&freya.get("/api/v1/audit?act=room.told").await);
        assert_eq!(trail["items"].as_array().unwrap().len(), 2, "{trail}");

        // Each place has its own grant, and a stranger has no voice.
        forbidden(&say(&mut hers, "herald", "lobby", "Hail").await);
        forbidden(&say(&mut hers, "crier", "results", "Hail").await);
        assert_eq!(say(&mut hers, "crier", "lobby/999999", "Hail").await, nothing);

        // The order in a room is kept with plugins, too: for words, and for whomever they act for.
        let rooms = &app.running().hub.rooms;
        let here = room.as_i64().unwrap().into();
        rooms.mute_word(&Actor::Operator, here, &MuteWord { word: "gold".into(), everywhere: false }).await.unwrap();
        let fault = say(&mut hers, "crier", "lobby", "Gold for all").await;
        assert_eq!((&fault["fault"]["kind"], &fault["fault"]["detail"][0][0]), (&json!("invalid"), &json!("message")));
        let gag = Restrain { kind: RestraintKind::Gag, player: "Olga".into(), minutes: None, reason: String::new() };
        rooms.restrain(&Actor::Operator, here, &gag).await.unwrap();
        forbidden(&say(&mut hers, "crier", "lobby", "Hear me").await);

        // Ten a minute, all who call it together.
        let mut said = 0;
        let busy = loop {
            let answer = say(&mut bert, "crier", "lobby", "Again").await;
            if answer != Value::Null {
                break answer;
            }
            said += 1;
        };
        assert_eq!((&busy["fault"]["kind"], said < 20), (&json!("busy"), true), "{busy}");
        assert!(app.stop().await);
        if let Some(place) = place {
            place.remove().await;
        }
    }
}
