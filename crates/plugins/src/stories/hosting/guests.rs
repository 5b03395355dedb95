//! Real guests that mean harm, in a real hub: what they do to its stores, its switches, and whoever waits for them.

use std::{fmt::Write as _, time::Instant};

use plugin_api::manifest::{Point, Slot};

use super::*;
use crate::{
    Health,
    engine::{
        self, Limits,
        hostile::{LOOP, Wat},
    },
};

const CHECK: &str = "[[checks]]\npoint = \"chat.say\"\non_failure = \"allow\"\ndeadline_ms = 50\n";

/// A world of real guests, with one of them on in both organizations.
async fn with(db: &Db, wat: &Wat, rest: &str) -> World {
    let world = World::of(db, &[], engine::maker(Limits::default()), Diary::default(), Arc::default()).await;
    let source = toml("hostile", "1.0.0", &format!("api = \"1.0\"\n{rest}"));
    let files =
        BTreeMap::from([("plugin.toml".to_owned(), source.into_bytes()), ("plugin.wasm".to_owned(), wat.component())]);
    let staged = world.plugins.stage(&World::admin(), package::pack(&files).unwrap()).await.unwrap();
    let granted = staged.asks.iter().map(|asked| asked.word.to_owned()).collect();
    world.plugins.approve(&World::admin(), "hostile", "1.0.0", &staged.hash, &granted, false).await.unwrap();
    for org in [world.one, world.two] {
        world.on(Some(org), "hostile").await;
    }
    world
}

impl World {
    /// Why the guest refuses a line of chat there, if it does, and how long whoever says it waits.
    async fn says(&self, org: OrgId) -> (Option<String>, Duration) {
        let (anna, draft) = (self.person(), Map::from_iter([("text".to_owned(), json!("hello"))]));
        let began = Instant::now();
        let checked = self.plugins.check(&anna, Some(org), Point::Chat, draft, &Visit::default()).await.unwrap();
        (checked.refused.map(|(_, why)| why), began.elapsed())
    }

    /// How long the page waits for a box that the guest would draw, and that it did not draw one.
    async fn looks(&self) -> Duration {
        let (anna, visit) = (self.person(), Visit::default());
        let here = self.here(&anna).await;
        let began = Instant::now();
        let drawn = self.plugins.widgets(&anna, here, &[Slot::OrganizationSidebar], None, &visit).await;
        assert!(drawn.iter().all(|widget| widget.nodes.is_none()), "{drawn:?}");
        began.elapsed()
    }
}

/// Bytes of the guest's memory, as its text has them.
fn data(at: usize, text: &str) -> String {
    text.bytes().fold(format!("(data (i32.const {at}) \""), |mut data, byte| {
        let _ = write!(data, "\\{byte:02x}");
        data
    }) + "\")"
}

/// Has the check answer with a refusal that says the five bytes at 900.
const REFUSE: &str = "(i32.store8 (i32.const 1028) (i32.const 1)) (i32.store (i32.const 1032) (i32.const 900)) (i32.store (i32.const 1036) (i32.const 5))";

#[tokio::test]
async fn a_guest_finds_nothing_of_another_organization_by_any_key() {
    db::testing::each(|db| async move {
        let tricks = [
            "../1/gold", "1/gold", "/gold", "./gold", "gold/../gold", "hostile/1/gold", "%2e%2e/1/gold", "1\0gold", "one/gold",
        ];
        let mut more = data(900, "found") + &data(2000, "gold");
        let look = |at: usize, len: usize| {
            format!(
                "(call $get (i32.const {at}) (i32.const {len}) (i32.const 3000))
                 (if (i32.and (i32.eqz (i32.load8_u (i32.const 3000))) (i32.load8_u (i32.const 3008))) (then {REFUSE}))"
            )
        };
        let mut body = look(2000, 4);
        for (n, key) in tricks.iter().enumerate() {
            let at = 2100 + n * 32;
            more += &data(at, key);
            body += &look(at, key.len());
        }
        body += "(call $put (i32.const 2000) (i32.const 4) (i32.const 900) (i32.const 5) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0)
                 (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 3000))";
        let spy = Wat {
            imports: "(import \"guildhall:plugin/kv@1.0.0\" \"get\" (func $get (param i32 i32 i32)))
                      (import \"guildhall:plugin/kv@1.0.0\" \"put\" (func $put (param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i64 i32)))",
            more,
            ..Wat::doing("check", body)
        };
        let world = with(&db, &spy, &format!("{CHECK}[capabilities]\nkv = {{ quota_mib = 1 }}\n")).await;
        assert_eq!(world.says(world.one).await.0, None, "there was nothing yet");
        assert_eq!(world.says(world.one).await.0.as_deref(), Some("found"), "its own, of before");
        assert_eq!(world.says(world.two).await.0, None, "nothing of the other's");
        assert_eq!(world.says(world.two).await.0.as_deref(), Some("found"));
    })
    .await;
}

#[tokio::test]
async fn a_guest_reaches_nobody_beyond_its_grant() {
    db::testing::each(|db| async move {
        let elsewhere = [
            "https://evil.example/",
            "http://allowed.example/in",
            "https://allowed.example.evil.example/in",
            "https://allowed.example@evil.example/in",
            "https://allowed.example:444/in",
            "https://allowed.example/out",
            "https://allowed.example/in/../out",
            "https://127.0.0.1/in",
            "https://[::1]/in",
            "file:///etc/passwd",
            "rubbish",
        ];
        let mut more = data(900, "found") + &data(920, "GET");
        let mut body = String::new();
        for (n, url) in elsewhere.iter().enumerate() {
            let at = 2000 + n * 64;
            more += &data(at, url);
            // An answer of whatever kind, and a fault that comes from outside (`upstream`, the sixth), say that somebody was asked.
            let _ = write!(
                body,
                "(call $send (i32.const 920) (i32.const 3) (i32.const {at}) (i32.const {}) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
                   (i32.const 0) (i32.const 0) (i32.const 3000))
                 (if (i32.or (i32.eqz (i32.load8_u (i32.const 3000))) (i32.eq (i32.load8_u (i32.const 3004)) (i32.const 5))) (then {REFUSE}))",
                url.len()
            );
        }
        let caller = Wat {
            imports: "(import \"guildhall:plugin/http@1.0.0\" \"send\" (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))",
            more,
            ..Wat::doing("check", body)
        };
        let world = with(&db, &caller, &format!("{CHECK}[capabilities]\nhttp = [\"https://allowed.example/in/*\"]\n")).await;
        assert_eq!(world.says(world.one).await.0, None);
        let strikes = world.plugins.find(&World::admin(), "hostile").await.unwrap().strikes;
        assert!(strikes.is_empty(), "it was told no, and was not stopped: {strikes:?}");
    })
    .await;
}

#[tokio::test]
async fn a_third_strike_switches_a_real_guest_off_and_nobody_waits_for_it() {
    db::testing::each(|db| async move {
        let looping = Wat::doing("check", LOOP).and("widget", format!("{LOOP} unreachable"));
        let world = with(&db, &looping, &format!("{CHECK}[[widgets]]\nslot = \"organization.sidebar\"\n")).await;
        // The quickest of two counts: other programs of this machine are not the hub's fault.
        let (refused, once) = world.says(world.one).await;
        assert_eq!(refused, None, "as its manifest says where it fails");
        let again = world.says(world.two).await.1;
        assert!(once.min(again) < Duration::from_millis(150), "{once:?}, {again:?}");
        let looked = world.looks().await;
        assert!(looked < Duration::from_millis(400), "{looked:?}");
        db::testing::until("it to be switched off", async || {
            let health = world.plugins.find(&World::admin(), "hostile").await.unwrap().card.health;
            // What is written takes effect a little later.
            let is_called = world.plugins.on_in(Some(world.one)).iter().any(|on| on.is_ready());
            if !is_called && matches!(&health, Health::Quarantined { why, .. } if why.contains("3 times")) {
                Ok(())
            } else {
                Err(health)
            }
        })
        .await;
        // From then on nobody asks it.
        let asked = async || world.plugins.find(&World::admin(), "hostile").await.unwrap().strikes.len();
        let before = asked().await;
        world.says(world.one).await;
        world.looks().await;
        assert_eq!((before, asked().await), (3, 3));
    })
    .await;
}
