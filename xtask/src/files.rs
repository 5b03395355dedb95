//! Walking folders and telling whether anything in them has changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, io};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Every file below `folder`, by its path relative to it, in a fixed order; a missing folder has none.
pub(crate) fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(relative) = open.pop() {
        let entries = match fs::read_dir(folder.join(&relative)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("could not read {}", folder.display())),
        };
        for entry in entries {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies every file below `from` to the same place below `to`.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for file in list(from)? {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().expect("a file lies in a folder"))?;
        fs::copy(from.join(&file), &target).with_context(|| format!("could not copy {}", file.display()))?;
    }
    Ok(())
}

/// Removes a folder with all that is in it; one that is not there is removed already.
pub(crate) fn remove_tree(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// When and how large each file is: what `dev` compares, and what tells that a build is still good.
pub(crate) fn stamps(paths: impl IntoIterator<Item = PathBuf>) -> BTreeMap<PathBuf, (u128, u64)> {
    let stamp = |path: &Path| -> Option<(u128, u64)> {
        let metadata = fs::metadata(path).ok()?;
        let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        Some((time.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos(), metadata.len()))
    };
    paths.into_iter().filter_map(|path| stamp(&path).map(|stamp| (path, stamp))).collect()
}

/// The first half of the SHA-256 of names and contents, in hex.
pub(crate) fn hash<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut all = Sha256::new();
    for (name, content) in files {
        // The lengths keep apart what the bytes alone would run together.
        all.update((name.len() as u64).to_be_bytes());
        all.update(name);
        all.update((content.len() as u64).to_be_bytes());
        all.update(content);
    }
    all.finalize()[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_tells_names_contents_and_their_borders_apart() {
        let one: &[(&str, &[u8])] = &[("a", b"bc"), ("d", b"")];
        let same = hash(one.iter().copied());
        assert_eq!(same, hash(one.iter().copied()));
        assert_eq!(same.len(), 16);
        for other in [[("a", &b"b"[..]), ("d", b"c")], [("ab", b"c"), ("d", b"")], [("d", b"bc"), ("a", b"")]] {
            assert_ne!(same, hash(other));
        }
    }
}
