//! Builds and tests again whenever a file changes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::terminal::{Done, Terminal};

/// Between two looks at the files.
const LOOK: Duration = Duration::from_millis(300);

/// What is made on the way is no reason to begin again.
const MADE: [&str; 3] = ["target", "plugin.wasm", "Cargo.lock"];

pub(super) async fn run(terminal: &mut Terminal<'_>, folder: &Path) -> Done {
    let mut before = seen(folder)?;
    loop {
        if let Err(error) = super::test(terminal, folder, false, false).await {
            terminal.note(format_args!("{error}"))?;
        }
        terminal.note("Waiting for a change; end with Ctrl-C.")?;
        before = changed(folder, &before).await?;
    }
}

/// Waits until something is different, and then until it stays so.
async fn changed(folder: &Path, before: &Seen) -> Done<Seen> {
    let mut last = before.clone();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = seen(folder)?;
        if now != *before && now == last {
            return Ok(now);
        }
        last = now;
    }
}

/// When each file was written last.
type Seen = BTreeMap<PathBuf, SystemTime>;

fn seen(folder: &Path) -> Done<Seen> {
    let mut seen = Seen::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let made = name
                .to_str()
                .is_some_and(|name| MADE.contains(&name) || name.starts_with('.') || name.ends_with(".tar.gz"));
            if made {
                continue;
            }
            // A file may be gone again by now: that is a change like any other.
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                folders.push(entry.path());
            } else {
                seen.insert(entry.path(), about.modified()?);
            }
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_on_the_way_is_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("src")).unwrap();
        fs::create_dir_all(at("target")).unwrap();
        for path in ["src/lib.rs", "plugin.toml", "plugin.wasm", "x-1.0.0.tar.gz", "target/a"] {
            fs::write(at(path), "").unwrap();
        }
        let before = seen(folder.path()).unwrap();
        assert_eq!(before.len(), 2, "{before:?}");
        fs::write(at("src/more.rs"), "").unwrap();
        assert_ne!(seen(folder.path()).unwrap(), before);
    }
}
