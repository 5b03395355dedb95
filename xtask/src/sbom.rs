//! What a release is made of, as a `CycloneDX` document (version 1.5): every package in the program and in its pages, with version, licence
//! and the checksum that the lock file holds, and which of them brought which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::workspace::{self, Workspace};

/// What the browser runs.
const BROWSER: &str = "wasm32-unknown-unknown";

/// A package as cargo's tree names it: name and version.
type Package = (String, String);

/// What packages there are in one part of the release, and what brings what.
#[derive(Default)]
struct Tree {
    packages: BTreeSet<Package>,
    edges: BTreeMap<Package, BTreeSet<Package>>,
}

/// The document for a release that runs on `host`.
pub(crate) fn document(place: &Workspace, host: &str) -> Result<Value> {
    let (mut inside, mut all) = (Tree::default(), Tree::default());
    for (package, target) in [("server", host), ("frontend", BROWSER)] {
        inside.read(&tree(place, package, target, "normal,no-proc-macro")?)?;
        all.read(&tree(place, package, target, "normal,build")?)?;
    }
    let mut command = place.cargo("metadata");
    command.args(["--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&workspace::output(&mut command)?)?;
    let lock = fs::read_to_string(place.root.join("Cargo.lock")).context("Cargo.lock can't be read")?;
    let made_at = workspace::output(place.command("git").args(["log", "-1", "--format=%cI"])).ok();
    write(&inside, &all, &metadata, &checksums(&lock), made_at.as_deref().map(str::trim))
}

/// Cargo's own word for what one package brings on one target, one a line with its depth before it.
fn tree(place: &Workspace, package: &str, target: &str, edges: &str) -> Result<String> {
    let mut command = place.cargo("tree");
    command.args(["--package", package, "--target", target, "--edges", edges, "--prefix", "depth", "--format", " {p}"]);
    workspace::output(&mut command)
}

impl Tree {
    fn read(&mut self, lines: &str) -> Result<()> {
        let mut above: Vec<Package> = Vec::new();
        for line in lines.lines().filter(|line| !line.is_empty()) {
            let (depth, rest) = line.split_once(' ').with_context(|| format!("cargo tree says {line:?}"))?;
            let depth: usize = depth.parse().with_context(|| format!("cargo tree says {line:?}"))?;
            let mut words = rest.split_whitespace();
            let (Some(name), Some(version)) = (words.next(), words.next().and_then(|word| word.strip_prefix('v')))
            else {
                bail!("cargo tree says {line:?}");
            };
            let package = (name.to_owned(), version.to_owned());
            above.truncate(depth);
            if let Some(parent) = above.last() {
                self.edges.entry(parent.clone()).or_default().insert(package.clone());
            }
            self.packages.insert(package.clone());
            above.push(package);
        }
        Ok(())
    }
}

/// The checksums in the lock file.
fn checksums(lock: &str) -> BTreeMap<Package, String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|block| Some(((value(block, "name")?, value(block, "version")?), value(block, "checksum")?)))
        .collect()
}

fn write(
    inside: &Tree,
    all: &Tree,
    metadata: &Value,
    checksums: &BTreeMap<Package, String>,
    made_at: Option<&str>,
) -> Result<Value> {
    let mut about: BTreeMap<Package, &Value> = BTreeMap::new();
    for package in metadata["packages"].as_array().context("cargo metadata names no packages")? {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        about.insert((text("name"), text("version")), package);
    }
    let program =
        all.packages.iter().find(|(name, _)| name == "server").context("the server is not in its own tree")?;
    let mut components = Vec::new();
    for package in all.packages.iter().filter(|package| *package != program) {
        let known =
            about.get(package).with_context(|| format!("cargo metadata knows no {} {}", package.0, package.1))?;
        components.push(component(package, known, checksums.get(package), inside.packages.contains(package)));
    }
    let reference =
        |package: &Package| about.get(package).map_or_else(|| purl(package), |known| reference(package, known));
    let dependencies: Vec<Value> = all
        .packages
        .iter()
        .map(|package| {
            let on: Vec<String> = all.edges.get(package).into_iter().flatten().map(reference).collect();
            json!({ "ref": reference(package), "dependsOn": on })
        })
        .collect();
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference(program),
                "name": "guildhall",
                "version": program.1,
                "licenses": [{ "expression": "AGPL-3.0-or-later" }],
            },
            "tools": { "components": [{ "type": "application", "name": "xtask", "version": env!("CARGO_PKG_VERSION") }] },
        },
        "components": components,
        "dependencies": dependencies,
    });
    if let Some(at) = made_at.filter(|at| !at.is_empty()) {
        document["metadata"]["timestamp"] = at.into();
    }
    // Of the same sources the same document comes, to the last byte.
    document["serialNumber"] = serial(&document.to_string()).into();
    Ok(document)
}

fn component(package: &Package, known: &Value, checksum: Option<&String>, inside: bool) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package, known),
        "name": package.0,
        "version": package.1,
        // What only takes part in compiling is in no file of the release.
        "scope": if inside { "required" } else { "excluded" },
    });
    if !is_ours(known) {
        component["purl"] = purl(package).into();
    }
    if let Some(licence) = known["license"].as_str() {
        // An older way of saying "or", which is no expression.
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    } else if let Some(file) = known["license_file"].as_str() {
        component["licenses"] = json!([{ "license": { "name": format!("see {file}") } }]);
    }
    if let Some(checksum) = checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(place) = known["repository"].as_str() {
        component["externalReferences"] = json!([{ "type": "vcs", "url": place }]);
    }
    component
}

/// Packages of this workspace have no source. They are on no registry either, where others may have the same names.
fn is_ours(known: &Value) -> bool {
    known["source"].is_null()
}

/// What one part of the document calls another by.
fn reference(package: &Package, known: &Value) -> String {
    if is_ours(known) { format!("guildhall/{}@{}", package.0, package.1) } else { purl(package) }
}

/// A package as other tools name it (`pkg:cargo/…`). A plus begins what does not count as part of a version, so it is written out.
fn purl((name, version): &Package) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

/// A UUID (version 8) made of what the document says.
fn serial(text: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex[from..to].concat();
    format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 4), part(4, 6), part(6, 8), part(8, 10), part(10, 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0 server v0.1.0 (/src/server)\n1 base v0.1.0 (/src/crates/base)\n2 serde v1.0.2\n\
                        3 serde_derive v1.0.2 (proc-macro)\n1 ring v0.17.14\n1 serde v1.0.2 (*)\n";
    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"ring\"\nversion = \"0.17.14\"\nsource = \"registry\"\n\
                        checksum = \"ab01\"\n\n[[package]]\nname = \"server\"\nversion = \"0.1.0\"\n";

    fn package(name: &str, version: &str) -> Package {
        (name.to_owned(), version.to_owned())
    }

    fn read(lines: &str) -> Tree {
        let mut tree = Tree::default();
        tree.read(lines).unwrap();
        tree
    }

    #[test]
    fn a_tree_is_read_with_who_brought_whom() {
        let tree = read(TREE);
        assert_eq!(tree.packages.len(), 5);
        let server: Vec<_> = tree.edges[&package("server", "0.1.0")].iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(server, ["base", "ring", "serde"]);
        assert!(tree.edges[&package("serde", "1.0.2")].contains(&package("serde_derive", "1.0.2")));
        assert!(Tree::default().read("error: no such package").is_err());
    }

    #[test]
    fn the_document_names_every_package_once_with_what_is_known_of_it() {
        let metadata = json!({ "packages": [
            { "name": "server", "version": "0.1.0", "license": "AGPL-3.0-or-later" },
            { "name": "base", "version": "0.1.0", "license": "AGPL-3.0-or-later" },
            { "name": "serde", "version": "1.0.2", "license": "MIT/Apache-2.0", "source": "registry", "repository": "https://example.org/serde" },
            { "name": "serde_derive", "version": "1.0.2", "license": "MIT OR Apache-2.0", "source": "registry" },
            { "name": "ring", "version": "0.17.14", "license": "Apache-2.0 AND ISC", "source": "registry" },
        ]});
        let (all, inside) =
            (read(TREE), read("0 server v0.1.0 (x)\n1 serde v1.0.2\n1 ring v0.17.14\n1 base v0.1.0 (y)\n"));
        let made = || write(&inside, &all, &metadata, &checksums(LOCK), Some("2026-11-22T02:00:00+00:00")).unwrap();
        let document = made();
        assert_eq!(document, made(), "of the same, the same");
        let components = document["components"].as_array().unwrap();
        assert_eq!(components.len(), 4, "all but the program itself");
        let of = |name: &str| components.iter().find(|component| component["name"] == name).unwrap();
        assert_eq!(of("ring")["hashes"][0]["content"], "ab01");
        assert_eq!(of("ring")["purl"], "pkg:cargo/ring@0.17.14");
        assert_eq!((&of("base")["bom-ref"], &of("base")["purl"]), (&json!("guildhall/base@0.1.0"), &Value::Null));
        assert_eq!(of("serde")["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!((&of("serde")["scope"], &of("serde_derive")["scope"]), (&json!("required"), &json!("excluded")));
        let references: Vec<_> = document["dependencies"].as_array().unwrap().iter().map(|d| &d["ref"]).collect();
        assert!(references.contains(&&document["metadata"]["component"]["bom-ref"]));
        let serial = document["serialNumber"].as_str().unwrap();
        assert!(serial.starts_with("urn:uuid:") && serial.len() == 45, "{serial}");

        let nobody = json!({ "packages": [] });
        assert!(write(&inside, &all, &nobody, &checksums(LOCK), None).is_err(), "what nobody knows is not left out");
    }

    #[test]
    fn a_plus_in_a_version_is_written_out() {
        assert_eq!(purl(&package("zstd-sys", "2.0.1+zstd.1.5.2")), "pkg:cargo/zstd-sys@2.0.1%2Bzstd.1.5.2");
    }
}
