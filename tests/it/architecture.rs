//! The arrows between crates, read from cargo's own graph, so that nobody has to police them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

type Graph = BTreeMap<String, BTreeSet<String>>;

const PURE: [&str; 5] = ["base", "contract", "heritage", "metaserver-proto", "plugin-api"];
const DOMAINS: [&str; 13] = [
    "accounts",
    "live",
    "metaserver",
    "orgs",
    "backup",
    "people",
    "plugins",
    "moderation",
    "webhooks",
    "vitals",
    "discord",
    "ranking",
    "orders",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn metadata(arguments: &[&str]) -> Value {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    serde_json::from_slice(&cargo.stdout).unwrap()
}

/// For each of our crates, the packages it names; development dependencies left out.
fn direct() -> Graph {
    let metadata = metadata(&["--no-deps"]);
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let named = package["dependencies"].as_array().unwrap().iter();
            let named = named.filter(|dependency| dependency["kind"] != "dev" && dependency["kind"] != "build");
            let named = named.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), named.collect())
        })
        .collect()
}

#[test]
fn only_pages_and_the_server_know_the_web() {
    for (name, named) in direct() {
        if ["app", "frontend", "server"].contains(&name.as_str()) {
            continue;
        }
        for web in ["leptos", "leptos_axum", "leptos_router", "axum", "tower-http", "server_fn"] {
            assert!(!named.contains(web), "{name} names {web}");
        }
    }
}

#[test]
fn domains_do_not_import_one_another() {
    let graph = direct();
    for domain in DOMAINS {
        for other in DOMAINS.iter().filter(|other| **other != domain) {
            assert!(!graph[domain].contains(*other), "{domain} imports {other}");
        }
        for above in ["app", "server", "cli", "frontend"] {
            assert!(!graph[domain].contains(above), "{domain} imports {above}");
        }
    }
}

#[test]
fn pure_crates_have_no_runtime() {
    let graph = direct();
    for name in PURE {
        // `utoipa` only describes types, and only where the server asks for it.
        let allowed =
            ["base", "contract", "serde", "serde_json", "thiserror", "unicode-normalization", "utoipa", "zeroize"];
        // A manifest is read from text of many kinds; its readers are functions, as the crate is.
        let readers: &[&str] = match name {
            "plugin-api" => &["croner", "saphyr-parser", "semver", "spdx", "strsim", "toml", "url"],
            _ => &[],
        };
        for named in &graph[name] {
            let named = named.as_str();
            assert!(allowed.contains(&named) || readers.contains(&named), "{name} is pure, and names {named}");
            // Another licence than the hub's: it can hold nothing of ours.
            assert!(name != "plugin-api" || !graph.contains_key(named), "{name} names {named}, which is ours");
        }
    }
}

#[test]
fn sql_is_spoken_in_the_store_only() {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let store = path.file_name().is_some_and(|name| name == "store.rs")
                    || path.parent().is_some_and(|parent| parent.ends_with("store"));
                if !store && fs::read_to_string(&path).unwrap().contains("sqlx::") {
                    found.push(path);
                }
            }
        }
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap().flatten() {
        // The hub's own database, and those of plugins: neither knows a table.
        if entry.file_name() != "db" && entry.file_name() != "confined" {
            visit(&entry.path().join("src"), &mut found);
        }
    }
    for folder in ["app/src", "server/src", "frontend/src"] {
        visit(&root().join(folder), &mut found);
    }
    assert!(found.is_empty(), "only the store names sqlx: {found:?}");
}

#[test]
fn the_browser_gets_no_server() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "-p", "frontend", "-e", "normal", "--target", "wasm32-unknown-unknown"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    for server in ["sqlx", "tokio", "axum", "hyper", "accounts", "db", "live"] {
        let found = tree.lines().any(|line| line.split(' ').next() == Some(server));
        assert!(!found, "the browser's build has {server}");
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |engine: &str| -> BTreeSet<String> {
        let folder = fs::read_dir(root().join("migrations").join(engine)).unwrap();
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
