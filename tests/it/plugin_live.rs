//! A page of a plugin with live parts waits for what changes them, also for what happens on another node.

use std::{sync::Arc, time::Instant};

use base::{Actor, Millis};
use contract::Event;
use db::{Engine, testing::Place};
use plugin_api::{
    Kind, Manifest,
    call::Submitted,
    page::{Live, Node, Page, Text},
};
use plugins::{Answer, Ctx, Place as Where, Plugin, Visit, powers::Keep};
use serde_json::{Map, Value, json};
use tests::{Person, TestApp};

const MANIFEST: &str = r#"
manifest = 1
id = "ballot"
name = "Ballot"
version = "1.0.0"
description = "Counts hands."
author = "Guildhall"
license = "MIT"
category = "utility"
hub_wide = true

[[pages]]
path = "hands"
title = "Hands"
scope = "hub"
sign_in = true

[[emits]]
event = "ballot.raised"
schema = { type = "object" }

[capabilities]
kv = { quota_mib = 1 }
"#;

/// Says how many hands were raised, in a part that changes with each.
struct Ballot(Manifest);

impl Ballot {
    async fn hands(ctx: &Ctx) -> Result<u8, plugin_api::call::Fault> {
        Ok(ctx.powers.get("hands".into()).await?.map_or(0, |kept| kept.value[0]))
    }
}

impl Plugin for Ballot {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn page(&self, ctx: Ctx, _: String, _: Map<String, Value>) -> Answer<'_, Page> {
        Box::pin(async move {
            let text = format!("{} hands", Self::hands(&ctx).await?);
            let body = vec![Node::Paragraph(Text { text })];
            let live = Live { id: "hands".into(), events: vec!["ballot.raised".into()], body };
            Ok(Page { title: None, body: vec![Node::Live(live)] })
        })
    }

    fn submit(&self, ctx: Ctx, _: String, _: Map<String, Value>) -> Answer<'_, Submitted> {
        Box::pin(async move {
            let hands = Self::hands(&ctx).await? + 1;
            ctx.powers.put("hands".into(), vec![hands], Keep::default()).await?;
            ctx.powers.emit("ballot.raised".into(), json!({})).await?;
            Ok(Submitted::Redirect("hands".into()))
        })
    }
}

async fn hub(database: Option<&str>) -> TestApp {
    let manifest = plugins::read(MANIFEST, Kind::Builtin).unwrap();
    TestApp::beside(database, vec![Arc::new(Ballot(manifest))]).await
}

/// The page, once one of the events has happened since that number.
async fn page(person: &mut Person, events: &str, seen: &str) -> Value {
    let fields = [("plugin", "ballot"), ("path", "hands"), ("events", events), ("seen", seen)];
    let answer = person.call("plugin_page", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Something that concerns no page: whoever waits goes on waiting.
async fn nothing_much(app: &TestApp) {
    let told = app
        .running()
        .hub
        .db
        .write(|tx| Box::pin(async move { events::record(tx, Millis(1), &Event::SiteChanged).await }));
    told.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_part_is_drawn_anew_when_its_event_happens_and_not_before() {
    for place in [None, Place::migrated(Engine::Postgres).await] {
        let address = place.as_ref().map(|place| place.address.as_str());
        let here = hub(address).await;
        // Where there can be two nodes, it happens on the other.
        let other = if address.is_some() { Some(hub(address).await) } else { None };
        let there = other.as_ref().unwrap_or(&here);
        let mut olga = here.person("Olga").await;
        let her = here.running().hub.accounts.find_user(&Actor::Operator, "Olga").await.unwrap().unwrap().id;
        let raise = async || {
            let actor = base::Person::logged_in(her, base::Role::Member, base::SessionId::from(1));
            let plugins = &there.running().hub.plugins;
            let form = Map::new();
            let visit = Visit::default();
            plugins.submit(&Actor::Person(actor), Where::Hub, "ballot", "hands", form, &visit).await.unwrap();
        };
        raise().await;
        // What the process has heard so far is told at once: until it has heard of that hand, too.
        let first = page(&mut olga, "", "0").await;
        assert!(first["html"].as_str().unwrap().contains("1 hands"), "{first}");
        assert_eq!(first["live"], json!(["ballot.raised"]));
        let mut seen = first["seen"].to_string();
        loop {
            let more = page(&mut olga, "ballot.raised", &seen).await;
            if more["html"] == "" {
                break;
            }
            seen = more["seen"].to_string();
        }

        let (answer, began) = (page(&mut olga, "ballot.raised", &seen), Instant::now());
        let happens = async {
            nothing_much(there).await;
            raise().await;
            Instant::now()
        };
        let (answer, raised) = tokio::join!(answer, happens);
        assert!(answer["html"].as_str().unwrap().contains("2 hands"), "{answer}");
        eprintln!("told {:?} after it happened, waited {:?}", raised.elapsed(), began.elapsed());
        assert!(raised.elapsed().as_secs() < 5, "before whoever waits gives up");

        // A stranger is not kept waiting.
        let stranger =
            here.stranger().call("plugin_page", &[("plugin", "ballot"), ("path", "hands"), ("events", "x")]).await;
        assert_eq!(stranger.status, 401);
        for app in [Some(here), other].into_iter().flatten() {
            assert!(app.stop().await);
        }
        if let Some(place) = place {
            place.remove().await;
        }
    }
}
