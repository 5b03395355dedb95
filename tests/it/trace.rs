//! The book's table of security settings is true: every file and every test it names is there. And what holds for all crates.

use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_book_names_only_tests_there_are() {
    let book = fs::read_to_string(root().join("docs/src/operator/security.md")).unwrap();
    let (_, table) = book.split_once("\n## Setting by setting\n").expect("the table has its chapter");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Setting "))
        .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
        .collect();
    let mut named = 0;
    for row in &rows {
        let [setting, held, shown] = row.as_slice() else { panic!("three cells, not {row:?}") };
        assert!(quoted(held).count() > 0, "{setting} is held nowhere");
        for file in quoted(held) {
            assert!(root().join(file).exists(), "{setting}: there is no {file}");
        }
        let mut text = String::new();
        for word in quoted(shown) {
            if word.contains('/') {
                text =
                    fs::read_to_string(root().join(word)).unwrap_or_else(|_| panic!("{setting}: there is no {word}"));
            } else if !word.contains(' ') {
                assert!(
                    text.contains(&format!("fn {word}(")),
                    "{setting}: there is no {word} in the file named before it"
                );
                named += 1;
            }
        }
    }
    assert!(rows.len() > 45 && named > 80, "{} rows, {named} tests", rows.len());
}

#[test]
fn no_crate_of_ours_is_unsafe() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("unsafe_code = \"deny\""), "the lint of all crates");
    let crates = fs::read_dir(root().join("crates")).unwrap().flatten().map(|entry| entry.path());
    // What only runs on a developer's machine, and the pages, whose macros may need it, have the lint alone.
    for folder in crates.chain([root().join("server"), root().join("tests")]) {
        if folder.ends_with("plugin-sdk") {
            // It never runs in the hub: it is compiled into guests, whose wall is the sandbox, and made interfaces hold raw parts.
            let excluded = workspace.lines().find(|line| line.starts_with("exclude")).unwrap();
            assert!(excluded.contains("\"crates/plugin-sdk\""), "{excluded}");
            continue;
        }
        let lib = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        if folder.ends_with("footprint") {
            // The system is told of memory by no safe call: three, each with its reason, and nothing else in that crate.
            let expected = lib.matches("unsafe_code,").count();
            assert_eq!((lib.matches("unsafe {").count(), expected), (3, 3), "three calls, and their reasons");
            continue;
        }
        if folder.ends_with("confined") {
            // SQLite's authorizer and limits are set by no safe call: four pieces in one small file, each with its reason.
            for file in fs::read_dir(folder.join("src")).unwrap().flatten() {
                let text = fs::read_to_string(file.path()).unwrap();
                let pieces = (text.matches("unsafe {").count(), text.matches("unsafe_code,").count());
                let expected = if file.file_name() == "raw.rs" { (4, 4) } else { (0, 0) };
                assert_eq!(pieces, expected, "{}", file.path().display());
                assert_eq!(text.matches("// SAFETY: ").count(), expected.0, "{}", file.path().display());
            }
            continue;
        }
        assert!(lib.contains("#![forbid(unsafe_code)]"), "{} does not forbid it", folder.display());
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has lints of its own", folder.display());
    }
}
