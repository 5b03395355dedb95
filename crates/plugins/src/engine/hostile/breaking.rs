//! Those that break off.

use super::{Scene, Wat};

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
