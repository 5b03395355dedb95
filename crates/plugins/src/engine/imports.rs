//! What a component asks of the hub by its imports, against what its manifest asks an admin for. Nothing runs before both agree.

use std::collections::BTreeSet;

use plugin_api::{Manifest, manifest::Capabilities};
use wasmtime::{
    Engine,
    component::{Component, types::ComponentItem},
};

const PACKAGE: &str = "guildhall:plugin/";

/// Everything that is wrong with them, each in a sentence.
pub(super) fn check(
    engine: &Engine,
    component: &Component,
    asked: &Capabilities,
    manifest: &Manifest,
) -> Result<(), Vec<String>> {
    let (mut strange, mut wasi, mut wants) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (name, item) in component.component_type().imports(engine) {
        let Some(interface) = name.strip_prefix(PACKAGE) else {
            // Types that the world itself names come without an interface, and bring nothing with them.
            if !matches!(item.ty, ComponentItem::Type(_)) {
                if name.starts_with("wasi:") { &mut wasi } else { &mut strange }.insert(name.to_owned());
            }
            continue;
        };
        let interface = interface.split('@').next().unwrap_or_default();
        if let ComponentItem::ComponentInstance(instance) = item.ty {
            for (function, item) in instance.exports(engine) {
                if matches!(item.ty, ComponentItem::ComponentFunc(_)) {
                    wants.insert((interface.to_owned(), function.to_owned()));
                }
            }
        }
    }
    let listed = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    let mut problems = Vec::new();
    if !wasi.is_empty() {
        problems.push(format!("it asks for WASI, which guests do not have: {}", listed(wasi)));
    }
    if !strange.is_empty() {
        problems.push(format!("it asks for what the hub does not have: {}", listed(strange)));
    }
    for (interface, function) in wants {
        if let Some(missing) = missing(&interface, &function, asked, manifest) {
            problems.push(format!("it uses {interface}.{function}, and its manifest does not ask for it: {missing}"));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// What would have to stand in the manifest.
fn missing(interface: &str, function: &str, asked: &Capabilities, manifest: &Manifest) -> Option<&'static str> {
    let (has, missing) = match (interface, function) {
        ("kv", _) => (asked.kv.is_some(), "`kv` in `capabilities`"),
        ("documents", _) => (asked.documents.is_some(), "`documents` in `capabilities`"),
        ("sql", _) => (asked.sql.is_some(), "`sql` in `capabilities`"),
        ("http", _) => (!asked.http.is_empty(), "`http` in `capabilities`"),
        ("hub", "read") => (!asked.read.is_empty(), "`read` in `capabilities`"),
        ("hub", "act") => (!asked.act.is_empty(), "`act` in `capabilities`"),
        ("hub", "call") => (!asked.call.is_empty(), "`call` in `capabilities`"),
        ("hub", "notify") => (asked.notify, "`notify` in `capabilities`"),
        ("hub", "say") => (!asked.chat.is_empty(), "`chat` in `capabilities`"),
        ("hub", "emit") => (!manifest.emits.is_empty(), "an event in `emits`"),
        ("hub", "schedule") => (!manifest.tasks.is_empty(), "a task in `tasks`"),
        _ => (true, ""),
    };
    (!has).then_some(missing)
}
