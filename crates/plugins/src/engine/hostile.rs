//! Guests that mean harm, each a few lines of WebAssembly text: whatever they do, whoever called them is answered in time, and the next call is
//! as good as any.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use plugin_api::{
    Manifest,
    call::{Call, Fault, Happened, Outgoing, Request, Response, Submitted, Verdict, Where},
    manifest::{Point, ReadModel, Slot},
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
    plugin::{Answer, Ctx},
    powers::{Document, Find, Found, Keep, KeepDocument, Kept, Level, Powers, Stop},
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
struct Wat {
    imports: &'static str,
    memory: Option<&'static str>,
    more: String,
    bodies: Vec<(&'static str, String)>,
    realloc: Option<&'static str>,
    asks: &'static str,
}

impl Wat {
    /// One whose named export does this, and then answers with what stands at 1024.
    fn doing(export: &'static str, body: impl Into<String>) -> Self {
        Self { bodies: vec![(export, format!("{} i32.const 1024", body.into()))], ..Self::default() }
    }

    /// One that answers with these bytes.
    fn answering(export: &'static str, answer: &[u8]) -> Self {
        let data: String = answer.iter().fold(String::new(), |mut data, byte| {
            let _ = write!(data, "\\{byte:02x}");
            data
        });
        Self { more: format!("(data (i32.const 1024) \"{data}\")"), ..Self::default() }.and(export, "i32.const 1024")
    }

    fn and(mut self, export: &'static str, body: impl Into<String>) -> Self {
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

    fn component(&self) -> Vec<u8> {
        let mut module = wat::parse_str(self.text()).unwrap();
        let mut resolve = Resolve::default();
        let wit = concat!(env!("CARGO_MANIFEST_DIR"), "/../plugin-api/wit/v1.0");
        let (package, _) = resolve.push_dir(wit).unwrap();
        let world = resolve.select_world(&[package], Some("plugin")).unwrap();
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
        ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
    }

    fn manifest(&self) -> Manifest {
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

const LOOP: &str = "(loop $on (br $on))";

#[tokio::test]
async fn one_that_means_no_harm_is_answered() {
    let scene = Scene::of(&Wat::default());
    assert_eq!(scene.check().await, Ok(Verdict::Allow));
    assert_eq!(scene.guest.enable(scene.ctx()).await, Ok(()));
    assert_eq!(scene.powers.take_done(), []);
    assert!(scene.powers.time_spent() > Duration::ZERO);
}

#[tokio::test]
async fn an_endless_loop_ends_with_its_share() {
    Scene::of(&Wat::doing("check", LOOP)).stops("deadline").await;
    let scene = Scene::of(
        &Wat::doing("widget", LOOP)
            .and("page", LOOP.to_owned() + "unreachable")
            .and("event", LOOP.to_owned() + "unreachable"),
    );
    let began = Instant::now();
    assert!(scene.guest.widget(scene.ctx(), Slot::Lobby, None).await.is_err());
    assert!(began.elapsed() < Duration::from_millis(250), "{:?}", began.elapsed());
    assert_eq!(scene.stop(), Some(Stop::Deadline));
    let began = Instant::now();
    assert!(scene.guest.page(scene.ctx(), String::new(), Map::new()).await.is_err());
    assert!(began.elapsed() < Duration::from_millis(2300), "{:?}", began.elapsed());
    assert_eq!(scene.stop(), Some(Stop::Deadline));
    assert!(scene.powers.time_spent() < Duration::from_millis(1500), "{:?}", scene.powers.time_spent());
    let event = Happened {
        id: "1".into(),
        name: "a.b".into(),
        version: 1,
        at: 0,
        organization: None,
        actor: (String::new(), String::new()),
        subject: (String::new(), String::new()),
        payload: Value::Null,
    };
    assert!(scene.guest.event(scene.ctx(), event).await.is_err());
    assert_eq!(scene.stop(), Some(Stop::Deadline));
}

#[tokio::test]
async fn wherever_it_loops() {
    let start = Wat { more: format!("(func $s {LOOP}) (start $s)"), ..Wat::default() };
    Scene::of(&start).stops("deadline").await;
    let allocator = Wat { realloc: Some("(loop $on (br $on)) unreachable"), ..Wat::default() };
    Scene::of(&allocator).stops("deadline").await;
    let afterwards = Wat { more: format!("(func (export \"cabi_post_check\") (param i32) {LOOP})"), ..Wat::default() };
    Scene::of(&afterwards).stops("deadline").await;
    // One instruction that takes its time, again and again.
    let filling = Wat {
        memory: Some("1000"),
        ..Wat::doing("check", "(loop $on (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536000)) (br $on))")
    };
    Scene::of(&filling).stops("deadline").await;
}

#[tokio::test]
async fn memory_has_an_end() {
    let bomb = Wat::doing("check", "(loop $on (br_if $on (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))");
    Scene::of(&bomb).stops("memory").await;
    let from_the_start = Wat { memory: Some("1100"), ..Wat::default() };
    // Too large to be placed at all: it is known before it runs.
    assert!(from_the_start.refused().contains("memory"), "{}", from_the_start.refused());
    let many = Wat { more: "(memory 1) (memory 1)".into(), ..Wat::default() };
    assert!(!many.refused().is_empty());
    let table = Wat {
        more: "(table $t 1 funcref)".into(),
        ..Wat::doing("check", "(drop (table.grow $t (ref.null func) (i32.const 1000000)))")
    };
    assert_eq!(Scene::of(&table).check().await, Ok(Verdict::Allow), "it is told no, and goes on");
}

#[tokio::test]
async fn whoever_breaks_off_breaks_off_alone() {
    assert!(Scene::of(&Wat::doing("check", "unreachable")).stops("trapped").await.contains("unreachable"));
    let zero = Wat::doing("check", "(drop (i32.div_u (i32.const 1) (i32.const 0)))");
    assert!(Scene::of(&zero).stops("trapped").await.contains("divide by zero"));
    let deep = Wat {
        more: "(func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))".into(),
        ..Wat::doing("check", "(drop (call $deep (i32.const 0)))")
    };
    assert!(Scene::of(&deep).stops("trapped").await.contains("stack"));
    let beyond = Wat::doing("check", "(drop (i32.load (i32.const 0x7fffffff)))");
    Scene::of(&beyond).stops("trapped").await;
    let null = Wat {
        more: "(table 1 funcref) (type $f (func))".into(),
        ..Wat::doing("check", "(call_indirect (type $f) (i32.const 0))")
    };
    Scene::of(&null).stops("trapped").await;
}

#[tokio::test]
async fn answers_that_lie_are_none() {
    let far_away = Wat::default().and("check", "i32.const 0x7ffffff0");
    Scene::of(&far_away).stops("excess").await;
    let crooked = Wat::default().and("check", "i32.const 1023");
    Scene::of(&crooked).stops("excess").await;
    // A case that there is none of, and an answer that is neither good nor bad.
    Scene::of(&Wat::answering("check", &[0, 0, 0, 0, 9])).stops("excess").await;
    Scene::of(&Wat::answering("check", &[7])).stops("excess").await;
    // A sentence that begins in memory and ends outside, and one that is no UTF-8.
    Scene::of(&Wat::answering("check", &[0, 0, 0, 0, 1, 0, 0, 0, 0, 8, 0, 0, 255, 255, 255, 127]))
        .stops("excess")
        .await;
    Scene::of(&Wat::answering("check", &[0, 0, 0, 0, 1, 0, 0, 0, 16, 4, 0, 0, 2, 0, 0, 0, 0xff, 0xfe]))
        .stops("excess")
        .await;
    // Fields that are no JSON.
    Scene::of(&Wat::answering("check", &[0, 0, 0, 0, 2, 0, 0, 0, 20, 4, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, b'{', b'!']))
        .stops("excess")
        .await;
    let lying = Wat { realloc: Some("i32.const -16"), ..Wat::default() };
    Scene::of(&lying).stops("excess").await;
}

#[tokio::test]
async fn an_answer_has_a_size() {
    // Ten MiB of page: zeros where JSON should be, and by far too many.
    let page = Wat { memory: Some("400"), ..Wat::answering("page", &[0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 160, 0]) };
    let scene = Scene::of(&page);
    assert!(scene.guest.page(scene.ctx(), String::new(), Map::new()).await.is_err());
    assert_eq!(scene.stop().map(|stop| stop.word()), Some("excess"));
    // A route's body of two MiB: less than may be handed over, more than may be answered.
    let body = Wat {
        memory: Some("100"),
        ..Wat::answering("route", &[0, 0, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 32, 0])
    };
    let scene = Scene::of(&body);
    let answer = scene.guest.route(scene.ctx(), Request::default()).await;
    assert!(answer.is_err(), "{answer:?}");
    assert!(matches!(scene.stop(), Some(Stop::Excess(_))));
    // Half a million headers that are all the same 64 KiB: 32 GiB of host's memory for one of the guest's.
    let headers = Wat {
        memory: Some("400"),
        ..Wat::doing(
            "route",
            "(local $n i32)
             (loop $on
               (i32.store (i32.add (i32.const 1048576) (i32.shl (local.get $n) (i32.const 2)))
                 (select (i32.const 0) (i32.const 65536) (i32.eqz (i32.and (local.get $n) (i32.const 1)))))
               (local.set $n (i32.add (local.get $n) (i32.const 1)))
               (br_if $on (i32.lt_u (local.get $n) (i32.const 2000000))))
             (i32.store16 (i32.const 1028) (i32.const 200))
             (i32.store (i32.const 1032) (i32.const 1048576)) (i32.store (i32.const 1036) (i32.const 500000))",
        )
    };
    let scene = Scene::of(&headers);
    assert!(scene.guest.route(scene.ctx(), Request::default()).await.is_err());
    assert!(scene.stop().is_some());
}

#[tokio::test]
async fn json_that_is_deep_or_draws_nothing_is_refused() {
    let deep = "[".repeat(200_000);
    let answer = |json: &str| {
        let mut answer = vec![0, 0, 0, 0, 12, 4, 0, 0];
        answer.extend(u32::try_from(json.len()).unwrap().to_le_bytes());
        answer.extend(json.as_bytes());
        Wat { memory: Some("10"), ..Wat::answering("page", &answer) }
    };
    for json in
        [deep.as_str(), "{\"body\":[{\"script\":{\"text\":\"alert(1)\"}}]}", "{\"body\":[],\"html\":\"<b>\"}", "[]"]
    {
        let scene = Scene::of(&answer(json));
        assert!(scene.guest.page(scene.ctx(), String::new(), Map::new()).await.is_err());
        assert!(matches!(scene.stop(), Some(Stop::Excess(_))), "{}", &json[..json.len().min(50)]);
    }
    let scene = Scene::of(&answer("{\"body\":[{\"heading\":{\"text\":\"Seeds\"}}]}"));
    assert!(scene.guest.page(scene.ctx(), String::new(), Map::new()).await.is_ok());
}

#[tokio::test]
async fn nobody_is_led_out_of_the_hub() {
    let redirect = |to: &str| {
        let mut answer = vec![0, 0, 0, 0, 1, 0, 0, 0, 16, 4, 0, 0];
        answer.extend(u32::try_from(to.len()).unwrap().to_le_bytes());
        answer.extend(to.as_bytes());
        Wat::answering("submit", &answer)
    };
    for to in ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"] {
        let scene = Scene::of(&redirect(to));
        assert!(scene.guest.submit(scene.ctx(), String::new(), Map::new()).await.is_err(), "{to}");
        assert!(matches!(scene.stop(), Some(Stop::Excess(_))), "{to}");
    }
    let scene = Scene::of(&redirect("polls/3"));
    assert_eq!(
        scene.guest.submit(scene.ctx(), String::new(), Map::new()).await,
        Ok(Submitted::Redirect("polls/3".into()))
    );
}

const NOW: &str = "(import \"guildhall:plugin/hub@1.0.0\" \"now\" (func $now (result i64)))";
const LOG: &str = "(import \"guildhall:plugin/hub@1.0.0\" \"log\" (func $log (param i32 i32 i32)))";

#[tokio::test]
async fn requests_are_counted() {
    let flood = Wat { imports: NOW, ..Wat::doing("check", "(loop $on (drop (call $now)) (br $on))") };
    Scene::of(&flood).stops("excess").await;
    let enough = Wat {
        imports: NOW,
        ..Wat::doing(
            "check",
            "(local $n i32) (loop $on (drop (call $now)) (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $on (i32.lt_u (local.get $n) (i32.const 1000))))",
        )
    };
    assert_eq!(Scene::of(&enough).check().await, Ok(Verdict::Allow), "a thousand are allowed");
}

#[tokio::test]
async fn a_log_takes_lines_and_no_more_than_enough() {
    let told = |scene: &Scene| -> Vec<String> {
        let logged = scene.powers.take_done().into_iter();
        logged.filter_map(|deed| if let Deed::Logged(_, line) = deed { Some(line) } else { None }).collect()
    };
    let flood = Wat {
        imports: LOG,
        ..Wat::doing(
            "check",
            "(local $n i32) (loop $on (call $log (i32.const 1) (i32.const 0) (i32.const 4)) (local.set $n (i32.add (local.get $n) (i32.const 1))) (br_if $on (i32.lt_u (local.get $n) (i32.const 900))))",
        )
    };
    let scene = Scene::of(&flood);
    assert_eq!(scene.check().await, Ok(Verdict::Allow));
    assert_eq!(told(&scene).len(), 100);
    let forging = Wat {
        imports: LOG,
        more: "(data (i32.const 2048) \"fine\\0a2026-11-22 ERROR guildhall: forged\\1b[31m\\e2\\80\\ae\")".into(),
        ..Wat::doing(
            "check",
            "(call $log (i32.const 1) (i32.const 2048) (i32.const 47)) (call $log (i32.const 2) (i32.const 100000) (i32.const 150000))",
        )
    };
    let scene = Scene::of(&forging);
    assert_eq!(scene.check().await, Ok(Verdict::Allow));
    let lines = told(&scene);
    assert_eq!(lines[0], "fine 2026-11-22 ERROR guildhall: forged [31m ");
    assert!(!lines[0].chars().any(char::is_control) && lines[1].len() <= 4096, "{}", lines[1].len());
}

#[tokio::test]
async fn what_a_manifest_does_not_ask_for_is_not_there() {
    let calling_out = Wat {
        imports: "(import \"guildhall:plugin/http@1.0.0\" \"send\" (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))",
        ..Wat::default()
    };
    let told = calling_out.refused();
    assert!(told.contains("http.send") && told.contains("`http` in `capabilities`"), "{told}");
    let keeping = Wat {
        imports: "(import \"guildhall:plugin/kv@1.0.0\" \"get\" (func $get (param i32 i32 i32)))",
        ..Wat::default()
    };
    assert!(keeping.refused().contains("kv.get"));
    assert!(!Wat { asks: "[capabilities]\nkv = { quota_mib = 1 }", ..keeping }.component().is_empty());
    let acting = Wat {
        imports: "(import \"guildhall:plugin/hub@1.0.0\" \"act\" (func $act (param i32 i32 i32 i32 i32)))",
        ..Wat::default()
    };
    assert!(acting.refused().contains("hub.act"));
}

#[test]
fn strangers_worlds_are_refused_by_name() {
    let make = |text: &str| {
        let component = wat::parse_str(text).unwrap();
        engine().make(&Wat::default().manifest(), &component).err().unwrap().join("\n")
    };
    let wasi = make(
        "(component
           (import \"wasi:cli/environment@0.2.0\" (instance (export \"get-environment\" (func))))
           (import \"wasi:sockets/tcp@0.2.0\" (instance (export \"x\" (func)))))",
    );
    assert!(wasi.contains("WASI") && wasi.contains("wasi:cli/environment@0.2.0, wasi:sockets/tcp@0.2.0"), "{wasi}");
    assert!(
        make("(component (import \"evil:host/shell\" (instance (export \"run\" (func)))))").contains("evil:host/shell")
    );
    assert!(make("(component)").contains("does not keep to the interface"));
    assert!(
        make("(component (import \"guildhall:plugin/hub@2.0.0\" (instance (export \"now\" (func (result s64))))))")
            .contains("interface"),
        "a later one"
    );
    assert!(make("(module)").contains("plugin pack"));
    let made = |bytes: &[u8]| engine().make(&Wat::default().manifest(), bytes).err().unwrap().join("\n");
    assert!(made(b"\0asm\x0d\0\x01\0rubbish").contains("can't be compiled"));
    assert!(made(&vec![0; 17 * 1024 * 1024]).contains("larger than 16 MiB"));
}

#[test]
fn a_version_that_nobody_speaks_is_refused() {
    let mut manifest = Wat::default().manifest();
    manifest.api = Some("9.0".parse().unwrap());
    let told = engine().make(&manifest, &Wat::default().component()).err().unwrap().join("\n");
    assert_eq!(told, "it speaks interface 9.0, and this hub speaks 1.0");
}

/// A hub that never answers.
struct Never(Arc<Fake>, Mutex<Vec<Stop>>);

fn never<'a, T: Send + 'a>() -> Answer<'a, T> {
    Box::pin(std::future::pending())
}

impl Powers for Never {
    fn config(&self) -> Value {
        self.0.config()
    }
    fn now(&self) -> i64 {
        self.0.now()
    }
    fn random(&self, bytes: usize) -> Vec<u8> {
        self.0.random(bytes)
    }
    fn log(&self, level: Level, text: &str) {
        self.0.log(level, text);
    }
    fn get(&self, _: String) -> Answer<'_, Option<Kept>> {
        never()
    }
    fn put(&self, _: String, _: Vec<u8>, _: Keep) -> Answer<'_, i64> {
        never()
    }
    fn delete(&self, _: String) -> Answer<'_, bool> {
        never()
    }
    fn list(&self, _: String, _: Option<String>, _: u32) -> Answer<'_, Vec<(String, Kept)>> {
        never()
    }
    fn document(&self, _: String, _: String) -> Answer<'_, Option<Document>> {
        never()
    }
    fn put_document(&self, _: String, _: Option<String>, _: Value, _: KeepDocument) -> Answer<'_, Document> {
        never()
    }
    fn delete_document(&self, _: String, _: String) -> Answer<'_, bool> {
        never()
    }
    fn find(&self, _: String, _: Find) -> Answer<'_, Found> {
        never()
    }
    fn query(&self, _: String, _: Vec<Value>) -> Answer<'_, Vec<Map<String, Value>>> {
        never()
    }
    fn execute(&self, _: String, _: Vec<Value>) -> Answer<'_, u64> {
        never()
    }
    fn send(&self, _: Outgoing) -> Answer<'_, Response> {
        never()
    }
    fn read(&self, _: ReadModel, _: Value, _: u32) -> Answer<'_, Value> {
        never()
    }
    fn act(&self, _: String, _: Value) -> Answer<'_, Value> {
        never()
    }
    fn call(&self, _: String, _: String, _: Value) -> Answer<'_, Value> {
        never()
    }
    fn emit(&self, _: String, _: Value) -> Answer<'_, ()> {
        never()
    }
    fn schedule(&self, _: String, _: String, _: i64, _: Value) -> Answer<'_, ()> {
        never()
    }
    fn notify(&self, _: String, _: String, _: Value) -> Answer<'_, ()> {
        never()
    }
    fn say(&self, _: String, _: Value) -> Answer<'_, ()> {
        never()
    }
    fn stopped(&self, why: Stop) {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push(why);
    }
    fn spent(&self, cpu: Duration) {
        self.0.spent(cpu);
    }
}

#[tokio::test]
async fn a_host_that_is_slow_is_waited_for_until_the_deadline() {
    let waiting = Wat {
        imports: "(import \"guildhall:plugin/kv@1.0.0\" \"get\" (func $get (param i32 i32 i32)))",
        asks: "[capabilities]\nkv = { quota_mib = 1 }",
        ..Wat::doing("check", "(call $get (i32.const 0) (i32.const 1) (i32.const 2048))")
    };
    let guest = waiting.guest();
    let powers = Arc::new(Never(Arc::new(Fake::new(waiting.manifest(), 0)), Mutex::default()));
    let began = Instant::now();
    // More of them than there are threads, and than may run at a time: waiting takes neither.
    let calls = (0..16).map(|_| guest.check(ctx(Arc::<Never>::clone(&powers)), Point::Chat, Map::new()));
    let answers = futures::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(Fault::Internal(_)))));
    assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
    assert_eq!(powers.1.lock().unwrap().len(), 16);
    assert!(powers.0.time_spent() < Duration::from_millis(200), "waiting costs nothing: {:?}", powers.0.time_spent());
}

#[tokio::test]
async fn nothing_stays_from_one_call_to_the_next() {
    // It counts in its memory, and refuses from the second call on.
    let counting = Wat::doing(
        "check",
        "(i32.store (i32.const 512) (i32.add (i32.load (i32.const 512)) (i32.const 1)))
         (if (i32.gt_u (i32.load (i32.const 512)) (i32.const 1)) (then unreachable))",
    );
    let scene = Scene::of(&counting);
    for _ in 0..5 {
        assert_eq!(scene.check().await, Ok(Verdict::Allow));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_few_that_loop_others_are_answered() {
    let (bad, good) = (Scene::of(&Wat::doing("page", LOOP)), Scene::of(&Wat::default()));
    let guest = Arc::clone(&bad.guest);
    let calls: Vec<_> = (0..4).map(|_| bad.ctx()).collect();
    let looping = async {
        futures::future::join_all(calls.into_iter().map(|ctx| guest.page(ctx, String::new(), Map::new()))).await
    };
    let answered = async {
        let mut answered = 0;
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            answered += u32::from(good.check().await == Ok(Verdict::Allow));
        }
        answered
    };
    let (_, answered) = tokio::join!(looping, answered);
    assert!(answered >= 18, "{answered} of 20 were answered within their 50 ms");
}

/// The hub's own work: a word from one of its threads to another and back, a thousand times, in microseconds at the 99th percentile.
async fn p99() -> u128 {
    let mut took = Vec::new();
    for _ in 0..1000 {
        let began = Instant::now();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        tokio::task::yield_now().await;
        took.push(began.elapsed().as_micros());
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hub_hardly_notices() {
    let bad = [
        Scene::of(&Wat::doing("page", LOOP)),
        Scene::of(&Wat::doing("page", "(loop $on (br_if $on (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))")),
        Scene::of(&Wat { imports: NOW, ..Wat::doing("page", "(loop $on (drop (call $now)) (br $on))") }),
        Scene::of(&Wat::doing("page", "unreachable")),
    ];
    let mut told = String::new();
    // Other programs of this machine disturb as well, and not in equal parts: one fair comparison out of five is enough.
    for _ in 0..5 {
        let alone = p99().await;
        let stop = tokio_util::sync::CancellationToken::new();
        let harm = async {
            let one = |scene: &Scene| {
                let (guest, ctx, stop) = (Arc::clone(&scene.guest), scene.ctx(), stop.clone());
                async move {
                    while !stop.is_cancelled() {
                        drop(guest.page(ctx.clone(), String::new(), Map::new()).await);
                    }
                }
            };
            futures::future::join_all(bad.iter().map(one)).await;
        };
        let beside = async {
            let beside = p99().await;
            stop.cancel();
            beside
        };
        let ((), beside) = tokio::join!(harm, beside);
        if beside <= (alone * 12 / 10).max(alone + 2000) {
            return;
        }
        let _ = write!(told, "{beside} µs beside them, {alone} µs alone; ");
    }
    panic!("{told}");
}

#[tokio::test]
async fn the_memory_of_all_comes_back() {
    let scene = Scene::of(&Wat::doing("check", "(drop (memory.grow (i32.const 512)))"));
    for _ in 0..50 {
        assert_eq!(scene.check().await, Ok(Verdict::Allow), "32 MiB each would be 1.6 GiB together");
    }
}
