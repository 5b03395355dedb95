//! Guests that mean harm, each a few lines of WebAssembly text: whatever they do, whoever called them is answered in time, and the next call is
//! as good as any. Here is what they are written with; each file plays one kind of harm. What they try with the hub's own stores and switches
//! is told in `stories/hosting/guests.rs`, and tricks with a package in `package.rs`.

mod answers;
mod asking;
mod breaking;
mod memory;
mod others;
mod statements;
mod time;

use std::{
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use plugin_api::{
    Manifest,
    call::{Call, Fault, Verdict, Where},
    manifest::Point,
};
use serde_json::{Map, Value};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::{
    Engine, Limits,
    fake::{Deed, Fake},
};
use crate::{
    Maker, Plugin,
    plugin::Ctx,
    powers::{Powers, Stop},
};

/// Every export of the interface. Each takes one pointer, for a call is more than sixteen words, and answers with one.
const EXPORTS: [&str; 14] = [
    "enable", "disable", "upgrade", "page", "submit", "route", "webhook", "event", "task", "command", "widget",
    "provide", "check", "person",
];

const HEAD: &str = "manifest = 1\nid = \"hostile\"\nname = \"Hostile\"\nversion = \"1.0.0\"\ndescription = \"Means harm.\"\nauthor = \"Somebody\"\ncategory = \"utility\"\napi = \"1.0\"\n\
    [[checks]]\npoint = \"chat.say\"\non_failure = \"allow\"\ndeadline_ms = 50\n\
    [[tasks]]\nid = \"t\"\nschedule = { every_secs = 60 }\nscope = \"hub\"\ndeadline_secs = 1\n";

/// A guest of WebAssembly text. What it does not say is there already: a memory, an allocator that never frees, and exports that answer with
/// zeros, which is to say well.
#[derive(Default)]
pub(crate) struct Wat {
    pub(crate) imports: &'static str,
    pub(crate) memory: Option<&'static str>,
    pub(crate) more: String,
    pub(crate) bodies: Vec<(&'static str, String)>,
    pub(crate) realloc: Option<&'static str>,
    pub(crate) asks: &'static str,
}

impl Wat {
    /// One whose named export does this, and then answers with what stands at 1024.
    pub(crate) fn doing(export: &'static str, body: impl Into<String>) -> Self {
        Self { bodies: vec![(export, format!("{} i32.const 1024", body.into()))], ..Self::default() }
    }

    /// One that answers with these bytes.
    pub(crate) fn answering(export: &'static str, answer: &[u8]) -> Self {
        let data: String = answer.iter().fold(String::new(), |mut data, byte| {
            let _ = write!(data, "\\{byte:02x}");
            data
        });
        Self { more: format!("(data (i32.const 1024) \"{data}\")"), ..Self::default() }.and(export, "i32.const 1024")
    }

    pub(crate) fn and(mut self, export: &'static str, body: impl Into<String>) -> Self {
        self.bodies.push((export, body.into()));
        self
    }

    fn text(&self) -> String {
        let mut text = format!("(module {}", self.imports);
        let _ = write!(text, "(memory (export \"memory\") {})", self.memory.unwrap_or("4"));
        text.push_str("(global $next (mut i32) (i32.const 65536))");
        let realloc = self.realloc.unwrap_or(
            "(local $at i32) (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
             (global.set $next (i32.add (local.get $at) (local.get 3))) (local.get $at)",
        );
        let _ = write!(text, "(func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) {realloc})");
        for export in EXPORTS {
            let body = self.bodies.iter().find(|(name, _)| *name == export).map_or("i32.const 1024", |(_, body)| body);
            let _ = write!(text, "(func (export \"{export}\") (param i32) (result i32) {body})");
        }
        let _ = write!(text, "{})", self.more);
        text
    }

    pub(crate) fn component(&self) -> Vec<u8> {
        let mut module = wat::parse_str(self.text()).unwrap();
        let mut resolve = Resolve::default();
        let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin-api/wit/v1.0");
        let (package, _) = resolve.push_dir(wit).unwrap();
        let world = resolve.select_world(&[package], Some("plugin")).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
    }

    pub(crate) fn manifest(&self) -> Manifest {
        plugin_api::parse(&format!("{HEAD}{}", self.asks), plugin_api::Kind::Guest).unwrap().manifest
    }

    fn guest(&self) -> Arc<dyn Plugin> {
        engine().make(&self.manifest(), &self.component()).unwrap()
    }

    fn refused(&self) -> String {
        engine().make(&self.manifest(), &self.component()).err().unwrap().join("\n")
    }
}

/// One for all tests of this process, as a hub has one.
fn engine() -> &'static Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    ENGINE.get_or_init(|| Engine::new(Limits::default()))
}

/// A hub for one guest.
struct Scene {
    guest: Arc<dyn Plugin>,
    powers: Arc<Fake>,
}

impl Scene {
    fn of(wat: &Wat) -> Self {
        Self { guest: wat.guest(), powers: Arc::new(Fake::new(wat.manifest(), 0)) }
    }

    fn ctx(&self) -> Ctx {
        let powers: Arc<dyn Powers> = Arc::<Fake>::clone(&self.powers);
        ctx(powers)
    }

    async fn check(&self) -> Result<Verdict, Fault> {
        let draft = Map::from_iter([("text".to_owned(), Value::from("hello"))]);
        self.guest.check(self.ctx(), Point::Chat, draft).await
    }

    /// Why it was stopped, the last time.
    fn stop(&self) -> Option<Stop> {
        self.powers.take_done().into_iter().rev().find_map(|deed| match deed {
            Deed::Stopped(stop) => Some(stop),
            _ => None,
        })
    }

    /// That a check is stopped for such a reason, its caller answered in time and by nothing of the guest's.
    async fn stops(&self, word: &str) -> String {
        let mut quickest = Duration::MAX;
        let mut told = String::new();
        // On a machine with much else to do the quickest of three counts: the bound is the hub's, not the machine's.
        for _ in 0..3 {
            let began = Instant::now();
            let answer = self.check().await;
            quickest = quickest.min(began.elapsed());
            let stop = self.stop().unwrap_or_else(|| panic!("it was not stopped: {answer:?}"));
            assert_eq!(stop.word(), word, "{stop}");
            assert!(matches!(&answer, Err(Fault::Internal(said)) if said.starts_with("stopped: ")), "{answer:?}");
            told = stop.to_string();
        }
        assert!(quickest < Duration::from_millis(150), "it took {quickest:?}");
        told
    }
}

fn ctx(powers: Arc<dyn Powers>) -> Ctx {
    Ctx {
        call: Call { at: Where::Organization("1".into()), caller: None, trace: "t".into(), deadline: i64::MAX },
        powers,
    }
}

pub(crate) const LOOP: &str = "(loop $on (br $on))";
