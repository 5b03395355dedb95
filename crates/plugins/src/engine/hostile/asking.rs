//! Those that ask for what is not theirs, or for too much of what is.

use plugin_api::call::Verdict;

use super::{Scene, Wat, engine};
use crate::{Maker, engine::fake::Deed};

/// Asks what time it is.
pub(super) const NOW: &str = "(import \"guildhall:plugin/hub@1.0.0\" \"now\" (func $now (result i64)))";
/// Writes into the log.
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
