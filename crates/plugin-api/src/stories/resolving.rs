use std::collections::BTreeSet;

use proptest::{prelude::*, sample::subsequence};
use semver::Version;

use super::{SMALL, guest};
use crate::{
    Api, Kind, Manifest, PluginId, parse,
    resolve::{Problem, Resolution, needed, resolve, would_break},
};

const HUB: Version = Version::new(1, 2, 0);
const APIS: [Api; 2] = [Api { major: 1, minor: 1 }, Api { major: 2, minor: 0 }];

fn id(id: &str) -> PluginId {
    id.parse().unwrap()
}

fn ids(ids: &[&str]) -> Vec<PluginId> {
    ids.iter().map(|one| id(one)).collect()
}

fn on(ids: &[&str]) -> BTreeSet<PluginId> {
    ids.iter().map(|one| id(one)).collect()
}

/// `a`, `a 2.1.0` or `a hub`, with what it requires, would use (`?b`) and can't be beside (`!b`), a range behind each (`b^1`).
fn plugin(what: &str, relations: &[&str]) -> Manifest {
    let mut words = what.split(' ');
    let name = words.next().unwrap();
    let rest = words.next();
    let mut source = SMALL.replace("seed_vault", name);
    match rest {
        Some("hub") => source.push_str("hub_wide = true\n"),
        Some(version) => source = source.replace("1.4.0", version),
        None => {}
    }
    for (table, sign) in [("requires", ' '), ("optional", '?'), ("conflicts", '!')] {
        let own = relations.iter().filter(|one| match sign {
            ' ' => !one.starts_with(['?', '!']),
            sign => one.starts_with(sign),
        });
        let entries: Vec<String> = own
            .map(|one| {
                let one = one.trim_start_matches(['?', '!']);
                let (other, range) = one.find(['^', '=', '<', '>']).map_or((one, "*"), |at| one.split_at(at));
                format!("{{ id = \"{other}\", version = \"{range}\" }}")
            })
            .collect();
        source.extend(["[", table, "]\nplugins = [", &entries.join(", "), "]\n"]);
    }
    parse(&source, Kind::Builtin).unwrap_or_else(|problems| panic!("{problems:#?}")).manifest
}

fn look(installed: &[Manifest]) -> Resolution {
    resolve(installed, &HUB, &APIS)
}

fn told(resolution: &Resolution) -> Vec<String> {
    resolution.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn each_starts_after_what_it_needs_and_ties_go_by_name() {
    let found = look(&[plugin("a", &["z"]), plugin("c", &[]), plugin("z", &["?c"]), plugin("b", &[])]);
    assert_eq!(found.order, ids(&["b", "c", "z", "a"]));
    assert_eq!(told(&found), [""; 0]);
}

#[test]
fn all_problems_come_together() {
    let mut elsewhere = plugin("elsewhere", &[]);
    elsewhere.requires.hub = "^2".parse().unwrap();
    let mut newer = parse(&guest("").replace("seed_vault", "newer"), Kind::Guest).unwrap().manifest;
    newer.api = Some(Api { major: 1, minor: 2 });
    let found = look(&[
        plugin("alone", &["nobody^1"]),
        plugin("asks", &["base_game^2"]),
        plugin("base_game", &[]),
        plugin("does_without", &["?base_game^9"]),
        plugin("rival", &["!base_game"]),
        plugin("sun", &["!base_game"]),
        elsewhere,
        newer,
        plugin("one", &["two"]),
        plugin("two", &["one"]),
        plugin("upstairs", &["one"]),
        plugin("attic", &["upstairs"]),
    ]);
    assert_eq!(
        told(&found),
        [
            "alone needs nobody ^1, which is not installed",
            "asks needs base_game ^2, and 1.4.0 is installed",
            "attic needs upstairs, which can't start",
            "does_without would use base_game ^9, and 1.4.0 is installed: it does without",
            "elsewhere is for version ^2 of the hub",
            "newer was built against version 1.2 of the interface; the hub speaks 1.1, 2.0",
            "one, two need each other in a circle",
            "rival can't be on beside base_game",
            "sun can't be on beside base_game",
            "upstairs needs one, which can't start",
        ]
    );
    // Two that can't be on together can both be installed: the switches keep them apart.
    assert_eq!(found.order, ids(&["base_game", "does_without", "rival", "sun"]));
}

#[test]
fn who_cannot_bear_what_is_on_everywhere_can_be_on_nowhere() {
    let found =
        look(&[plugin("base_game hub", &[]), plugin("rival", &["!base_game"]), plugin("fine", &["!base_game^9"])]);
    assert_eq!(told(&found), ["rival can't be on beside base_game, and one of them is on everywhere"]);
    assert_eq!(found.order, ids(&["base_game", "fine"]));
}

#[test]
fn a_circle_through_something_optional_is_broken_there() {
    let found = look(&[plugin("a", &["?b"]), plugin("b", &["c"]), plugin("c", &["a"])]);
    assert_eq!(found.order, ids(&["a", "c", "b"]));
    assert_eq!(found.unordered, [(id("a"), id("b"))]);
    assert_eq!(found.problems, []);
    let both = look(&[plugin("a", &["?b"]), plugin("b", &["?a"])]);
    assert_eq!((both.order, both.unordered), (ids(&["b", "a"]), vec![(id("b"), id("a"))]));
}

#[test]
fn what_is_installed_twice_is_neither() {
    let found = look(&[plugin("a 1.0.0", &[]), plugin("a 2.0.0", &[]), plugin("b", &["a"])]);
    assert_eq!(told(&found), ["a is installed twice", "b needs a, which can't start"]);
    assert_eq!(found.order, []);
}

#[test]
fn an_interface_has_what_its_older_minor_versions_had() {
    let wanted = |api: &str| {
        let source = guest("").replace("\"1.0\"", &format!("\"{api}\""));
        look(&[parse(&source, Kind::Guest).unwrap().manifest]).problems.len()
    };
    assert_eq!(["1.0", "1.1", "1.2", "2.0", "2.1", "3.0"].map(wanted), [0, 0, 1, 0, 1, 1]);
}

#[test]
fn a_switch_brings_what_it_needs_and_says_what_is_in_the_way() {
    let installed =
        [plugin("a", &["b", "c"]), plugin("b", &["d"]), plugin("c", &[]), plugin("d", &[]), plugin("rival", &["!d"])];
    assert_eq!(needed(&installed, &on(&[]), &id("a")).unwrap(), ids(&["c", "d", "b", "a"]));
    assert_eq!(needed(&installed, &on(&["d", "c"]), &id("a")).unwrap(), ids(&["b", "a"]));
    assert_eq!(needed(&installed, &on(&["a", "b", "c", "d"]), &id("a")).unwrap(), []);
    let told = |on: &BTreeSet<PluginId>, plugin: &str| -> Vec<String> {
        needed(&installed, on, &id(plugin)).unwrap_err().iter().map(ToString::to_string).collect()
    };
    assert_eq!(told(&on(&["rival"]), "a"), ["rival can't be on beside d"]);
    assert_eq!(told(&on(&["d"]), "rival"), ["rival can't be on beside d"]);
    assert_eq!(told(&on(&[]), "nobody"), ["nobody needs nobody *, which is not installed"]);
    let lacking = [plugin("a", &["b", "gone", "c^9"]), plugin("b", &[]), plugin("c", &[])];
    assert_eq!(needed(&lacking, &on(&[]), &id("a")).unwrap_err().len(), 2);
}

#[test]
fn who_would_break_is_named_in_the_order_to_switch_off() {
    let installed =
        [plugin("a", &["b"]), plugin("b", &["d"]), plugin("c", &["?d"]), plugin("d", &[]), plugin("e", &["d"])];
    assert_eq!(would_break(&installed, &on(&["a", "b", "c", "d", "e"]), &id("d")), ids(&["e", "a", "b"]));
    assert_eq!(would_break(&installed, &on(&["b", "d"]), &id("d")), ids(&["b"]));
    assert_eq!(would_break(&installed, &on(&["a", "b", "d"]), &id("a")), []);
}

/// Plugins of any kind, in any order: names from `a` on, each with what it requires and would use.
fn any_plugins() -> impl Strategy<Value = Vec<Manifest>> {
    let names: Vec<String> = ('a'..='j').map(|letter| format!("p_{letter}")).collect();
    let relations = (subsequence(names.clone(), 0..3), subsequence(names.clone(), 0..3));
    let all = proptest::collection::vec(relations, names.len());
    (all, subsequence(names.clone(), 1..=names.len())).prop_flat_map(move |(relations, installed)| {
        let manifests: Vec<Manifest> = names
            .iter()
            .zip(&relations)
            .filter(|(name, _)| installed.contains(name))
            .map(|(name, (requires, optional))| {
                let requires = requires.iter().filter(|other| *other != name).cloned();
                let requires: Vec<String> = requires.collect();
                let optional = optional.iter().filter(|other| *other != name && !requires.contains(other));
                let all: Vec<String> =
                    requires.iter().cloned().chain(optional.map(|other| format!("?{other}"))).collect();
                plugin(name, &all.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .collect();
        Just(manifests).prop_shuffle()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_respects_every_edge_and_nobody_is_lost(installed in any_plugins()) {
        let found = look(&installed);
        let place = |id: &PluginId| found.order.iter().position(|one| one == id);
        let refused: BTreeSet<&PluginId> = found.problems.iter().flat_map(Problem::refuses).collect();
        for manifest in &installed {
            prop_assert_ne!(place(&manifest.id).is_some(), refused.contains(&manifest.id));
            let Some(own) = place(&manifest.id) else { continue };
            for relation in &manifest.requires.plugins {
                prop_assert!(place(&relation.id).is_some_and(|other| other < own));
            }
            for relation in &manifest.optional.plugins {
                let broken = found.unordered.contains(&(manifest.id.clone(), relation.id.clone()));
                if let Some(other) = place(&relation.id) {
                    prop_assert!(broken || other < own);
                }
            }
        }
        // An edge is given up only where it closes a circle: what it would wait for waits for it.
        for (one, other) in &found.unordered {
            let waits = |start: &PluginId, end: &PluginId| {
                let (mut ahead, mut seen) = (vec![start.clone()], BTreeSet::new());
                while let Some(id) = ahead.pop() {
                    let Some(manifest) = installed.iter().find(|manifest| manifest.id == id) else { continue };
                    for relation in manifest.requires.plugins.iter().chain(&manifest.optional.plugins) {
                        if found.order.contains(&relation.id) && seen.insert(relation.id.clone()) {
                            ahead.push(relation.id.clone());
                        }
                    }
                }
                seen.contains(end)
            };
            prop_assert!(waits(other, one));
        }
    }

    #[test]
    fn the_answer_is_the_same_in_any_order(installed in any_plugins(), seed in any::<u64>()) {
        let found = look(&installed);
        let mut turned = installed.clone();
        turned.sort_by_key(|manifest| manifest.id.as_str().bytes().fold(seed, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)));
        prop_assert_eq!(look(&turned), found);
    }

    #[test]
    fn whoever_needs_what_goes_is_named(installed in any_plugins()) {
        let all_on: BTreeSet<PluginId> = look(&installed).order.into_iter().collect();
        for gone in &all_on {
            let broken = would_break(&installed, &all_on, gone);
            let left: BTreeSet<&PluginId> = all_on.iter().filter(|id| *id != gone && !broken.contains(id)).collect();
            for manifest in installed.iter().filter(|manifest| left.contains(&manifest.id)) {
                for relation in &manifest.requires.plugins {
                    prop_assert!(left.contains(&relation.id), "{} still needs {}", manifest.id, relation.id);
                }
            }
            // And nobody else is: each of them reaches what goes, and those that go first are needed by nobody who is still there.
            let mut still: BTreeSet<&PluginId> = all_on.iter().collect();
            for first in &broken {
                still.remove(first);
                for manifest in installed.iter().filter(|manifest| still.contains(&manifest.id)) {
                    prop_assert!(!manifest.requires.plugins.iter().any(|relation| relation.id == *first));
                }
                prop_assert!(needed(&installed, &BTreeSet::new(), first).unwrap().contains(gone));
            }
        }
    }
}
