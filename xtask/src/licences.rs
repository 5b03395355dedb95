//! What the hub is built on: each package with its version and licence, as the system page and `guildhall` show it.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result};

use crate::workspace::{self, Workspace};

/// Where the list stands, to be compiled in.
const LIST: &str = "server/licences.txt";

/// Writes the list anew from cargo's own graph. A test compares the two.
pub(crate) fn run(place: &Workspace) -> Result<()> {
    let mut command = place.command("cargo");
    command.args(["metadata", "--format-version", "1"]);
    let metadata: serde_json::Value = serde_json::from_str(&workspace::output(&mut command)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    let lines: BTreeSet<String> = packages
        .iter()
        // Ours have no source.
        .filter(|package| !package["source"].is_null())
        .map(|package| {
            let cell = |key: &str| package[key].as_str().unwrap_or("see its files").replace(['\t', '\n'], " ");
            format!("{}\t{}\t{}\n", cell("name"), cell("version"), cell("license"))
        })
        .collect();
    fs::write(place.root.join(LIST), lines.into_iter().collect::<String>())?;
    println!("{LIST} is written");
    Ok(())
}
