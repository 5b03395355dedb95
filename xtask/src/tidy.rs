//! Checks of the repository itself that no other tool makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::progress::note;
use crate::workspace::{self, Workspace};

/// Crates whose types meet at our borders: two versions of one of them compile, and then do not fit together, or are
/// downloaded twice. The newest release is not always the one the others use.
const ONCE: [&str; 8] = ["axum", "axum-core", "tower-http", "gloo-net", "sqlx-core", "leptos", "server_fn", "rustls"];

/// The home of the made-up person whom examples and tests may speak of.
const NOBODYS_HOME: &str = "/home/me/";

pub(crate) fn duplicates(workspace: &Workspace) -> Result<()> {
    let metadata = workspace::output(workspace.cargo("metadata").args(["--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        if let (Some(name), Some(version)) = (package["name"].as_str(), package["version"].as_str()) {
            versions.entry(name).or_default().insert(version);
        }
    }
    let twice: Vec<String> = ONCE
        .iter()
        .filter_map(|name| versions.get(name).filter(|v| v.len() > 1).map(|v| format!("{name} {v:?}")))
        .collect();
    if !twice.is_empty() {
        bail!("more than one version of {}", twice.join(", "));
    }
    Ok(())
}

/// No file under version control may name this machine: its checkout, its home folder, anybody's home folder, or the
/// place a package was downloaded from.
pub(crate) fn files(workspace: &Workspace) -> Result<()> {
    let mut needles = vec![format!("{}/", workspace.root.display()), "/home/".into(), "/Users/".into()];
    needles.extend(workspace::env("HOME").map(|home| format!("{home}/")));
    let mut found = Vec::new();
    for path in tracked(workspace)? {
        // Pictures and the like: only text can name a machine in a way that matters.
        let Ok(text) = fs::read_to_string(workspace.root.join(&path)) else { continue };
        // This check has to spell out what it looks for.
        if path == "xtask/src/tidy.rs" {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let machine = needles.iter().any(|needle| names_path(line, needle));
            let registry = path.ends_with("package-lock.json") && line.contains("\"resolved\"");
            if machine || registry {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    if !found.is_empty() {
        bail!("these lines name a machine or a download address:\n{}", found.join("\n"));
    }
    Ok(())
}

/// True where `needle` begins a path in `line`, rather than continuing one: `/home/` does not occur in `a/home/b`.
fn names_path(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let leads_up = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | ')' | '~'));
        !leads_up && !line[at..].starts_with(NOBODYS_HOME)
    })
}

fn tracked(workspace: &Workspace) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z"]).current_dir(&workspace.root);
    if !workspace.root.join(".git").exists() {
        note("not a git checkout, so nothing is looked through");
        return Ok(Vec::new());
    }
    Ok(workspace::output(&mut git)?.split_terminator('\0').map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::names_path;

    #[test]
    fn a_path_begins_where_nothing_leads_up_to_it() {
        assert!(names_path("see \"/home/olga/x\"", "/home/"));
        assert!(names_path("/home/olga", "/home/"));
        assert!(!names_path("src/pages/home/mod.rs", "/home/"));
        assert!(!names_path("${base}/home/x", "/home/"));
        assert!(!names_path("\"/home/me/hub.db\"", "/home/"));
    }
}
