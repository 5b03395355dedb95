//! Those whose answers lie, or are too much.

use plugin_api::call::{Request, Submitted};
use serde_json::Map;

use super::{Scene, Wat};
use crate::powers::Stop;

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
