//! Those that want more memory than there is for them.

use plugin_api::call::Verdict;

use super::{Scene, Wat};

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
async fn the_memory_of_all_comes_back() {
    let scene = Scene::of(&Wat::doing("check", "(drop (memory.grow (i32.const 512)))"));
    for _ in 0..50 {
        assert_eq!(scene.check().await, Ok(Verdict::Allow), "32 MiB each would be 1.6 GiB together");
    }
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
