//! Plugins that are asked before something happens: at the door of registration, in the lobby's chat, and when an order gets a name.

use std::sync::Arc;

use base::Actor;
use contract::live::Topic;
use hyper::Method;
use metaserver::testing::LogIn;
use metaserver_proto::{Dialect, ServerPacket};
use plugin_api::{
    Kind, Manifest,
    call::{Fault, Verdict},
    manifest::Point,
};
use plugins::{Answer, Ctx, Plugin};
use serde_json::{Map, Value, json};
use tests::{Answer as Answered, LivePage, PASSWORD, TestApp};

const MANIFEST: &str = r#"
manifest = 1
id = "watchman"
name = "Watchman"
version = "1.0.0"
description = "Listens at the door and in the hall."
author = "Guildhall"
license = "MIT"
category = "utility"
hub_wide = true

[[checks]]
point = "user.register"
on_failure = "refuse"
deadline_ms = 50

[[checks]]
point = "chat.say"
on_failure = "allow"
deadline_ms = 50
rewrites = ["text"]

[[checks]]
point = "guild.create"
on_failure = "allow"
deadline_ms = 50
rewrites = ["name"]
"#;

/// Has something against lanterns, and says "gosh" for worse.
struct Watchman(Manifest);

impl Plugin for Watchman {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn check(&self, _: Ctx, point: Point, draft: Map<String, Value>) -> Answer<'_, Verdict> {
        let said = |field: &str| draft.get(field).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let verdict = match point {
            Point::Register if said("name").contains("lantern") => {
                Ok(Verdict::Refuse("Nobody is called after a lantern here.".into()))
            }
            Point::Register if said("name") == "stumble" => Err(Fault::Internal("tripped".into())),
            Point::Chat if said("text").contains("lantern") => Ok(Verdict::Refuse("No talk of lanterns.".into())),
            Point::Chat if said("text").contains("damn") => {
                let text = said("text").replace("damn", "gosh");
                Ok(Verdict::Rewrite(Map::from_iter([("text".to_owned(), json!(text))])))
            }
            Point::Guild if said("name").contains("lantern") => {
                Ok(Verdict::Refuse("There are lanterns enough.".into()))
            }
            Point::Guild if said("name").contains("damn") => {
                let name = said("name").replace("damn", "gosh");
                Ok(Verdict::Rewrite(Map::from_iter([("name".to_owned(), json!(name))])))
            }
            Point::Chat if said("text") == "stumble" => Err(Fault::Internal("tripped".into())),
            _ => Ok(Verdict::Allow),
        };
        Box::pin(async move { verdict })
    }
}

async fn hub() -> TestApp {
    let manifest = plugins::read(MANIFEST, Kind::Builtin).unwrap();
    TestApp::with_plugins(|_| {}, vec![Arc::new(Watchman(manifest))]).await
}

#[tokio::test]
async fn a_plugin_may_refuse_a_new_account_and_says_why() {
    let app = hub().await;
    let form = |name: &'static str| [("name", name), ("email", ""), ("password", PASSWORD)];
    // While it is off, nobody asks it.
    let plugins = &app.running().hub.plugins;
    plugins.disable(&Actor::Operator, None, "watchman", false, false).await.unwrap();
    app.person("Lantern the first").await;
    plugins.enable(&Actor::Operator, None, "watchman", false).await.unwrap();

    let refused = app.stranger().call("register", &form("Lantern the second")).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let problem = &refused.json()["problem"];
    assert_eq!(problem["fields"], json!([{ "field": "name", "code": "objected" }]), "{problem}");
    assert_eq!(problem["says"], "Nobody is called after a lantern here.");
    // It failed, and is set to refuse then, in the hub's own words.
    let refused = app.stranger().call("register", &form("Stumble")).await;
    assert_eq!(refused.json()["problem"]["fields"][0]["code"], "objected", "{}", refused.body);
    app.person("Olga").await;

    // Without script the address carries the refusal, and nobody's words but ours are drawn of an address.
    let mut plain = app.stranger().without_script();
    let back = plain.call("register", &form("Lantern the third")).await;
    assert_eq!(back.status, 302, "{}", back.body);
    let query = back.header("location").split_once('?').unwrap().1.to_owned();
    let page = plain.get(&format!("/register?{query}")).await.seen();
    assert!(page.contains("A rule of this hub does not allow this"), "{page}");
    assert!(!page.contains("after a lantern"), "{page}");
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_plugin_may_refuse_or_rewrite_the_name_of_an_order() {
    let app = hub().await;
    let mut olga = app.program_of("Olga").await;
    let objected = |refused: &Answered| {
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.json()["fields"], json!([{ "field": "name", "code": "objected" }]), "{}", refused.body);
    };
    objected(&olga.post("/api/v1/orders", &json!({ "name": "The Lanterns" })).await);
    let founded = olga.post("/api/v1/orders", &json!({ "name": "The damn few" })).await;
    assert_eq!(founded.status, 201, "{}", founded.body);
    let address = format!("/api/v1/orders/{}", founded.json()["id"]);
    let order = olga.get(&address).await.json();
    assert_eq!(order["card"]["name"], "the gosh few");
    objected(&olga.send(Method::PUT, &address, &json!({ "name": "Lantern bearers" })).await);
    // Whoever leaves the name as it is asks nobody.
    let plugins = &app.running().hub.plugins;
    plugins.disable(&Actor::Operator, None, "watchman", false, false).await.unwrap();
    let renamed = olga.send(Method::PUT, &address, &json!({ "name": "Lantern bearers" })).await;
    assert!((200..300).contains(&renamed.status), "{}", renamed.body);
    plugins.enable(&Actor::Operator, None, "watchman", false).await.unwrap();
    let same = json!({ "name": "Lantern bearers", "motto": "Light the way" });
    let kept = olga.send(Method::PUT, &address, &same).await;
    assert!((200..300).contains(&kept.status), "{}", kept.body);
    assert!(app.stop().await);
}

#[tokio::test]
async fn a_plugin_may_refuse_or_rewrite_a_line_of_chat() {
    let app = hub().await;
    let mut page = LivePage::open(app.at(), &app.stranger()).await;
    page.follow(Topic::Lobby).await;
    let mut wanderer = LogIn::guest(Dialect::Myth2, "Wanderer").enter(app.lobby()).await.unwrap();
    let mut other = LogIn::guest(Dialect::AlephOne, "Other").enter(app.lobby()).await.unwrap();
    wanderer.say("a lantern!").await.unwrap();
    assert_eq!(wanderer.blue_line().await.unwrap(), "No talk of lanterns.");
    wanderer.say("damn cold").await.unwrap();
    wanderer.say("stumble").await.unwrap();
    wanderer.say("good evening").await.unwrap();
    let lines = ["gosh cold", "stumble", "good evening"];
    for line in lines {
        let chat = |packet: ServerPacket| if let ServerPacket::Chat(chat) = packet { Some(chat.message) } else { None };
        assert_eq!(other.until(chat).await.unwrap().to_string(), line);
    }
    page.sees("what was said", |lobby| {
        let said: Vec<_> = lobby.rooms.iter().flat_map(|room| &room.lines).map(|line| line.text.as_str()).collect();
        said == lines
    })
    .await;
    assert!(app.stop().await);
}
