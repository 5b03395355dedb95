//! Brings a database to the shape this program knows: all that is missing, in one transaction, under a lock, after a backup.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::{
    io,
    path::{Path, PathBuf},
};

use base::{Clock, Millis};
use sqlx::migrate::Migrator;

use crate::{Db, Engine, open::Location};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The table that remembers what was applied. Both engines understand this text.
const TABLE: &str = "create table if not exists migrations (
    version bigint not null primary key,
    name text not null,
    checksum text not null,
    applied_at bigint not null
)";
const APPLIED: &str = "select version, checksum from migrations order by version";
const REMEMBER: &str = "insert into migrations (version, name, checksum, applied_at) values ($1, $2, $3, $4)";

/// What [`Db::migrate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// The newest migration that had been applied before; zero for a new database.
    pub from: i64,
    /// The newest one now.
    pub to: i64,
    /// The names of those applied now, in order.
    pub applied: Vec<String>,
    /// The backup made before, where there was data.
    pub backup: Option<PathBuf>,
}

/// Why a database could not be migrated. Nothing of it was changed. Each message says what to do; an operator reads it.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A newer version of the program has run on it.
    #[error(
        "this database is at migration {database}, and this version of the program knows {program} at most: a newer version has run on it. \
         Install that version again, or restore a backup from before"
    )]
    Newer {
        /// The newest migration applied.
        database: i64,
        /// The newest migration known.
        program: i64,
    },
    /// A migration is missing below the newest one.
    #[error(
        "this database lacks migration {missing}, though a later one was applied: it was migrated in part, by hand or by a version under \
         development. Restore a backup"
    )]
    Partial {
        /// Which.
        missing: i64,
    },
    /// The text of an applied migration is not what was applied.
    #[error(
        "migration {version} of this database is not the one this program carries: its schema comes from another build. Restore a backup, or \
         run the version that made it"
    )]
    Changed {
        /// Which.
        version: i64,
    },
    /// There are tables, but no record of migrations.
    #[error("this database has tables that are not of this program. Give the hub a database of its own")]
    Foreign,
    /// Opened beside a running hub, which must not find its schema changed under it.
    #[error(
        "this database needs migrations ({} of them). Stop the hub and start this version, or run its migrate command",
        pending
    )]
    NotOurs {
        /// How many.
        pending: usize,
    },
    /// A migration did not work.
    #[error("migration {version} failed; nothing was changed")]
    Failed {
        /// Which.
        version: i64,
        /// Why.
        source: sqlx::Error,
    },
    /// A migration left rows that point to nothing.
    #[error("the migrations would leave rows in {table} that refer to nothing; nothing was changed")]
    Dangling {
        /// In which table.
        table: String,
    },
    /// `pg_dump` is not installed.
    #[error(
        "a backup comes before a migration, and pg_dump was not found. Install PostgreSQL's client programs, or make a backup yourself \
         and tell the hub to migrate without one"
    )]
    NoBackupProgram,
    /// `pg_dump` did not work.
    #[error("the backup before the migration failed; nothing was changed. pg_dump says: {0}")]
    BackupProgram(String),
    /// The backup could not be written.
    #[error("the backup {} could not be written; nothing was changed", path.display())]
    Backup {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database cannot be reached, or refused.
    #[error("the database could not be read or locked; nothing was changed")]
    Database(#[from] sqlx::Error),
}

/// One migration of the engine at hand.
pub(crate) struct Step {
    pub(crate) version: i64,
    name: &'static str,
    sql: sqlx::SqlStr,
    checksum: String,
}

/// Every migration this program carries, in order.
pub(crate) fn steps(engine: Engine) -> Vec<Step> {
    let migrator = match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    let step = |migration: &'static sqlx::migrate::Migration| Step {
        version: migration.version,
        name: &migration.description,
        sql: migration.sql.clone(),
        checksum: hex(&migration.checksum),
    };
    migrator.migrations.iter().map(step).collect()
}

/// A short word that differs for every set of migrations.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint(engine: Engine) -> String {
    // Checksums are good hashes already: mixing their first digits is enough to tell two sets apart.
    let mixed = steps(engine).iter().fold(0_u64, |mixed, step| {
        let word = u64::from_str_radix(&step.checksum[..16], 16).expect("a checksum is hexadecimal");
        mixed.rotate_left(7) ^ word
    });
    format!("{mixed:016x}")
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// The steps that are missing, or why this database is not one to touch.
fn pending(steps: Vec<Step>, applied: &[(i64, String)]) -> Result<Vec<Step>, MigrateError> {
    let newest = applied.last().map_or(0, |(version, _)| *version);
    let known = steps.last().map_or(0, |step| step.version);
    if newest > known {
        return Err(MigrateError::Newer { database: newest, program: known });
    }
    let mut pending = Vec::new();
    for step in steps {
        match applied.iter().find(|(version, _)| *version == step.version) {
            Some((_, checksum)) if *checksum == step.checksum => {}
            Some(_) => return Err(MigrateError::Changed { version: step.version }),
            None if step.version < newest => return Err(MigrateError::Partial { missing: step.version }),
            None => pending.push(step),
        }
    }
    Ok(pending)
}

/// What every engine's runner is given.
struct Plan<'p> {
    steps: Vec<Step>,
    backups: &'p Path,
    now: Millis,
}

impl Plan<'_> {
    /// Where the backup goes. The name sorts by age and says what came after it.
    fn backup_path(&self, next: i64, extension: &str) -> Result<PathBuf, MigrateError> {
        let path = self.backups.join(format!("{}-before-{next:04}.{extension}", self.now));
        std::fs::create_dir_all(self.backups).map_err(|source| MigrateError::Backup { path: path.clone(), source })?;
        Ok(path)
    }
}

/// Makes sure that a backup survives a power cut before anything else happens.
fn settle_on_disk(path: &Path) -> Result<(), MigrateError> {
    let sync = |path: &Path| std::fs::File::open(path).and_then(|file| file.sync_all());
    let folder = path.parent().unwrap_or(Path::new("."));
    sync(path).and_then(|()| sync(folder)).map_err(|source| MigrateError::Backup { path: path.to_owned(), source })
}

impl Db {
    /// Brings the schema up to date: under a lock, all missing migrations in one transaction, after a backup into `backups` where there
    /// is data. Refuses a database that a newer version, or something else, has written.
    pub async fn migrate(&self, backups: &Path, clock: &dyn Clock) -> Result<Migrated, MigrateError> {
        let plan = Plan { steps: steps(self.engine()), backups, now: clock.now() };
        match self.location() {
            Location::File(path) => sqlite::run(path, self.options(), plan).await,
            Location::Server(url) => postgres::run(url, self.options(), plan).await,
        }
    }

    /// The newest migration this program carries.
    pub fn newest_migration(&self) -> i64 {
        steps(self.engine()).last().map_or(0, |step| step.version)
    }

    /// Applies no migration after `version`: a database as an older program left it.
    #[cfg(feature = "testing")]
    pub async fn migrate_to(&self, version: i64, backups: &Path, clock: &dyn Clock) -> Result<Migrated, MigrateError> {
        let mut steps = steps(self.engine());
        steps.retain(|step| step.version <= version);
        let plan = Plan { steps, backups, now: clock.now() };
        match self.location() {
            Location::File(path) => sqlite::run(path, self.options(), plan).await,
            Location::Server(url) => postgres::run(url, self.options(), plan).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(version: i64) -> Step {
        Step { version, name: "x", sql: sqlx::SqlSafeStr::into_sql_str("select 1"), checksum: format!("sum {version}") }
    }

    fn applied(versions: &[i64]) -> Vec<(i64, String)> {
        versions.iter().map(|version| (*version, format!("sum {version}"))).collect()
    }

    #[test]
    fn both_folders_hold_the_same_numbers_and_names() {
        let names = |migrator: &Migrator| -> Vec<_> {
            migrator.iter().map(|migration| (migration.version, migration.description.clone())).collect()
        };
        assert_eq!(names(&SQLITE), names(&POSTGRES));
        let versions: Vec<_> = SQLITE.iter().map(|migration| migration.version).collect();
        let expected: Vec<_> = (1..).take(versions.len()).collect();
        assert_eq!(versions, expected, "numbered from one, without a gap");
    }

    #[test]
    fn what_is_missing_is_applied_in_order() {
        let missing = pending(vec![step(1), step(2), step(3)], &applied(&[1])).unwrap();
        assert_eq!(missing.iter().map(|step| step.version).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_database_that_is_not_ours_to_touch_is_refused() {
        let known = || vec![step(1), step(2), step(3)];
        assert!(matches!(
            pending(known(), &applied(&[1, 2, 3, 4])),
            Err(MigrateError::Newer { database: 4, program: 3 })
        ));
        assert!(matches!(pending(known(), &applied(&[1, 3])), Err(MigrateError::Partial { missing: 2 })));
        let mut other = applied(&[1, 2]);
        other[1].1 = "something else".to_owned();
        assert!(matches!(pending(known(), &other), Err(MigrateError::Changed { version: 2 })));
    }
}
