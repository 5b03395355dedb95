//! Migrations of a package: which there are, which of them are still to run, and whether they run at all.

use std::collections::BTreeMap;

use confined::Database;
use plugin_api::Manifest;
use sha2::{Digest as _, Sha256};

use crate::{package::Wrong, store::MigrationRow};

/// One step of a plugin's own database, as it lies in a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Its file's name: `0001_seeds.sql`.
    pub name: String,
    /// What it says.
    pub text: String,
    /// SHA-256 of that.
    pub checksum: [u8; 32],
}

/// Those among a package's files, in their order.
pub(crate) fn of(files: &BTreeMap<String, Vec<u8>>, manifest: &Manifest) -> Result<Vec<Migration>, Wrong> {
    let (mut found, mut wrong) = (Vec::new(), Wrong::new());
    for (path, content) in files {
        let Some(name) = path.strip_prefix("migrations/") else { continue };
        match std::str::from_utf8(content) {
            _ if manifest.capabilities.sql.is_none() => {
                wrong
                    .push((path.clone(), "is of no use: the manifest does not ask for `sql` in `capabilities`".into()));
            }
            Err(_) => wrong.push((path.clone(), "is no UTF-8".into())),
            Ok(text) => found.push(Migration {
                name: name.to_owned(),
                text: text.to_owned(),
                checksum: Sha256::digest(content).into(),
            }),
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// Those that are still to run: what has run has to be in the package, unchanged, and before all others.
pub(crate) fn pending<'p>(
    package: &'p [Migration],
    applied: &[MigrationRow],
) -> Result<&'p [Migration], (String, String)> {
    let at = |name: &str| format!("migrations/{name}");
    for (n, row) in applied.iter().enumerate() {
        let Some(known) = package.iter().position(|migration| migration.name == row.name) else {
            return Err((at(&row.name), "has run on its database, and this version does not have it".into()));
        };
        if known != n {
            return Err((
                at(&package[n].name),
                format!("has not run, and would have to before `{}`, which has", row.name),
            ));
        }
        if package[known].checksum.as_slice() != row.checksum {
            return Err((at(&row.name), "was changed after it had run".into()));
        }
    }
    Ok(&package[applied.len()..])
}

/// Runs all of them on a database that is gone afterwards: what is wrong with them.
pub async fn rehearse(manifest: &Manifest, migrations: &[Migration]) -> Result<(), Wrong> {
    begin(manifest, migrations).await.map(drop)
}

/// A database in memory on which all of them have run; none where the manifest does not ask for one.
pub(crate) async fn begin(manifest: &Manifest, migrations: &[Migration]) -> Result<Option<Database>, Wrong> {
    let Some(quota) = manifest.capabilities.sql else { return Ok(None) };
    let failed = |at: String| move |error: confined::Error| vec![(at, error.to_string())];
    let mut database = Database::in_memory(quota.quota_mib).await.map_err(failed(String::new()))?;
    for (number, migration) in (1..).zip(migrations) {
        let run = database.migrate(&migration.text, number).await;
        run.map_err(failed(format!("migrations/{}", migration.name)))?;
    }
    Ok(Some(database))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str, text: &str) -> Migration {
        Migration { name: name.into(), text: text.into(), checksum: Sha256::digest(text).into() }
    }

    fn row(name: &str, text: &str) -> MigrationRow {
        MigrationRow { name: name.into(), checksum: Sha256::digest(text).to_vec() }
    }

    #[test]
    fn what_has_run_stays_as_it_was() {
        let package = [migration("0001_a.sql", "a"), migration("0002_b.sql", "b"), migration("0003_c.sql", "c")];
        let left = |applied: &[MigrationRow]| {
            pending(&package, applied).map(|left| left.iter().map(|one| one.name.as_str()).collect::<Vec<_>>())
        };
        assert_eq!(left(&[]).unwrap().len(), 3);
        assert_eq!(left(&[row("0001_a.sql", "a")]).unwrap(), ["0002_b.sql", "0003_c.sql"]);
        assert!(left(&[row("0001_a.sql", "a"), row("0002_b.sql", "b"), row("0003_c.sql", "c")]).unwrap().is_empty());
        let wrong = |applied: &[MigrationRow]| {
            let (at, what) = left(applied).unwrap_err();
            format!("{at} {what}")
        };
        assert_eq!(wrong(&[row("0001_a.sql", "A")]), "migrations/0001_a.sql was changed after it had run");
        assert!(wrong(&[row("0002_b.sql", "b")]).starts_with("migrations/0001_a.sql has not run"));
        assert!(wrong(&[row("0001_a.sql", "a"), row("0009_z.sql", "z")]).contains("this version does not have it"));
    }
}
