//! Databases that plugins have of their own: each is written to while a backup is made, so a copy of one moment goes in.

use std::path::{Path, PathBuf};

use crate::{
    error::Error,
    make::{Partial, blocking},
};

/// The folder of the data directory that they lie in, and the file of each: as the host of plugins lays them.
pub(crate) const FOLDER: &str = "plugins";
const FILE: &str = "own.db";

/// Their paths below the data directory, in their order. Everything else there is an operator's.
pub(crate) async fn databases(data_dir: &Path) -> Result<Vec<String>, Error> {
    let folder = data_dir.join(FOLDER);
    blocking(move || {
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::file(&folder))?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::file(&folder))?;
            let is = |path: &Path| path.symlink_metadata().is_ok_and(|about| about.is_file());
            if let Ok(id) = entry.file_name().into_string()
                && entry.file_type().is_ok_and(|kind| kind.is_dir())
                && is(&entry.path().join(FILE))
            {
                found.push(format!("{FOLDER}/{id}/{FILE}"));
            }
        }
        found.sort();
        Ok(found)
    })
    .await
}

/// A copy of one of them, as it is at one moment, beside the backup that is being made; it goes with the value.
pub(crate) async fn copy(from: PathBuf, beside: &Path) -> Result<Partial, Error> {
    let mut name = beside.file_name().unwrap_or_default().to_owned();
    name.push(".own");
    let to = beside.with_file_name(name);
    // What a killed hub left of one.
    drop(std::fs::remove_file(&to));
    let copied = Partial(to);
    confined::copy(&from, &copied.0)
        .await
        .map_err(|error| Error::File { path: from, source: std::io::Error::other(error) })?;
    Ok(copied)
}
