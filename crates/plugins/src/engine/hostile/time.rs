//! Those that take their time, or the hub's.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use plugin_api::{
    call::{Fault, Happened, Outgoing, Response},
    manifest::{Point, ReadModel, Slot},
};
use serde_json::{Map, Value};

use super::{LOOP, Scene, Wat, ctx};
use crate::{
    engine::fake::Fake,
    plugin::Answer,
    powers::{Document, Find, Found, Keep, KeepDocument, Kept, Level, Powers, Stop},
};

#[tokio::test]
async fn an_endless_loop_ends_with_its_share() {
    Scene::of(&Wat::doing("check", LOOP)).stops("deadline").await;
    let scene = Scene::of(
        &Wat::doing("widget", LOOP)
            .and("page", LOOP.to_owned() + "unreachable")
            .and("event", LOOP.to_owned() + "unreachable"),
    );
    let mut quickest = Duration::MAX;
    for _ in 0..3 {
        let began = Instant::now();
        assert!(scene.guest.widget(scene.ctx(), Slot::Lobby, None).await.is_err());
        quickest = quickest.min(began.elapsed());
        assert_eq!(scene.stop(), Some(Stop::Deadline));
    }
    assert!(quickest < Duration::from_millis(150), "{quickest:?}");
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
