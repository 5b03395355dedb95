//! Databases that plugins have of their own: where they lie, how they are brought on by migrations, and how they go.
//!
//! Two things say how far one has come: the rows in the hub's database, which change with everything else about a version, and the number in
//! the file. While they differ a copy of the file as it was lies beside it, so whatever cuts a step off, one of the two is put right.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use confined::Database;
use db::Engine;
use plugin_api::manifest::Capabilities;
use tokio::{
    fs,
    sync::{Mutex as Turns, OwnedMutexGuard},
};

use crate::{
    Error, Plugins,
    migrations::{Migration, pending},
    snapshot::Facts,
    store::{self, MigrationRow, NewMigration, PluginRow},
};

/// One of them, where it is open. Whoever asks it something has it for that time.
pub(crate) type Own = Turns<Option<Database>>;

/// Those in this process, by plugin.
#[derive(Default)]
pub(crate) struct Databases(Mutex<HashMap<String, Arc<Own>>>);

impl Databases {
    pub(crate) fn of(&self, id: &str) -> Arc<Own> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(id.to_owned()).or_default())
    }

    /// Closes all of them; a statement that runs is waited for.
    pub(crate) async fn close(&self) {
        let all: Vec<Arc<Own>> = self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        for own in all {
            close(&mut *own.lock().await).await;
        }
    }
}

/// Closes one, where it is open. One that does not close in order is gone all the same.
async fn close(own: &mut Option<Database>) {
    if let Some(database) = own.take()
        && let Err(error) = database.close().await
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "a plugin's database did not close in order");
    }
}

/// The files of one: itself, and how it was before the step that is under way.
pub(crate) struct Files {
    pub(crate) own: PathBuf,
    before: PathBuf,
}

impl Files {
    /// A plugin's id is a word, so it leads nowhere but below the folder.
    pub(crate) fn of(folder: &Path, id: &str) -> Self {
        let folder = folder.join(id);
        Self { own: folder.join("own.db"), before: folder.join("own-before.db") }
    }

    /// How far one of them has come; `None`: it is not there.
    async fn version(path: &Path) -> Result<Option<u32>, Error> {
        if !fs::try_exists(path).await.map_err(disk)? {
            return Ok(None);
        }
        confined::version(path).await.map(Some).map_err(elsewhere)
    }

    /// Removes the database, and what SQLite may have left beside it. No log may stay: it would be taken for the next one's.
    async fn remove_own(&self) -> Result<(), Error> {
        for end in ["", "-wal", "-shm"] {
            let mut path = self.own.clone().into_os_string();
            path.push(end);
            gone(Path::new(&path)).await?;
        }
        Ok(())
    }

    /// Everything is as it was before the step.
    async fn put_back(&self) -> Result<(), Error> {
        self.remove_own().await?;
        match fs::rename(&self.before, &self.own).await {
            // There was none before the first step.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.map_err(disk),
        }
    }

    async fn remove(&self) -> Result<(), Error> {
        gone(&self.before).await?;
        self.remove_own().await?;
        if let Some(folder) = self.own.parent() {
            // Packages may lie in it: then it stays.
            drop(fs::remove_dir(folder).await);
        }
        Ok(())
    }
}

async fn gone(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(disk),
    }
}

fn disk(error: io::Error) -> Error {
    Error::Elsewhere(Box::new(error))
}

fn elsewhere(error: confined::Error) -> Error {
    Error::Elsewhere(Box::new(error))
}

impl Plugins {
    /// Whether plugins can have databases of their own here. A file lies on one machine, and a hub on PostgreSQL may run on several.
    pub fn gives_databases(&self) -> bool {
        self.db().engine() == Engine::Sqlite
    }

    pub(crate) fn refuse_databases(&self) -> Result<(), Error> {
        if self.gives_databases() {
            return Ok(());
        }
        Err(Error::Unsupported(
            "this hub runs on PostgreSQL, where several nodes may run, and gives no plugin a database of its own, which is a file on one \
             machine: leave `sql` ungranted, or ask its author for documents"
                .into(),
        ))
    }

    pub(crate) fn files_of(&self, id: &str) -> Files {
        Files::of(&self.0.parts.folder, id)
    }

    /// Brings a plugin's database on by what of a package's migrations has not run, all of it or nothing; gives back what has, to be written
    /// down. Until [`settle`](Self::settle) it can be [put back](Self::put_back).
    pub(crate) async fn bring_on(
        &self,
        id: &str,
        migrations: &[Migration],
        granted: &Capabilities,
    ) -> Result<Vec<NewMigration>, Error> {
        let Some(quota) = granted.sql.filter(|_| self.gives_databases()) else { return Ok(Vec::new()) };
        let mut own = self.turn(id).await;
        close(&mut own).await;
        let files = self.files_of(id);
        let applied = self.recover(id, &files).await?;
        let left = pending(migrations, &applied).map_err(|(at, what)| Error::wrong(at, what))?;
        if let Some(folder) = files.own.parent() {
            fs::create_dir_all(folder).await.map_err(disk)?;
        }
        if !left.is_empty() && fs::try_exists(&files.own).await.map_err(disk)? {
            confined::copy(&files.own, &files.before).await.map_err(elsewhere)?;
        }
        let mut database = Database::open(&files.own, quota.quota_mib).await.map_err(elsewhere)?;
        let done = run(&mut database, left, applied.len()).await;
        close(&mut Some(database)).await;
        if done.is_err() {
            files.put_back().await?;
        }
        done
    }

    /// What was brought on stays.
    pub(crate) async fn settle(&self, id: &str) -> Result<(), Error> {
        let _own = self.turn(id).await;
        gone(&self.files_of(id).before).await
    }

    /// What was brought on is as it was before.
    pub(crate) async fn put_back(&self, id: &str) -> Result<(), Error> {
        let mut own = self.turn(id).await;
        close(&mut own).await;
        self.files_of(id).put_back().await
    }

    /// The same at a start: of a version that was approved, and whose database may be missing.
    pub(crate) async fn ready_database(
        &self,
        row: &PluginRow,
        facts: &Facts,
        granted: &Capabilities,
    ) -> Result<(), Error> {
        let applied = self.bring_on(&row.id, &facts.migrations, granted).await?;
        if applied.is_empty() {
            return Ok(());
        }
        let (id, version, now) = (row.id.clone(), row.version.clone(), self.now());
        let noted = self
            .db()
            .write(move |tx| {
                let (id, version, applied) = (id.clone(), version.clone(), applied.clone());
                Box::pin(async move {
                    for one in &applied {
                        store::note_migration(tx, &id, &version, one, now).await?;
                    }
                    Ok::<_, db::Error>(())
                })
            })
            .await;
        if noted.is_err() {
            self.put_back(&row.id).await?;
        }
        noted?;
        self.settle(&row.id).await
    }

    /// Closes a plugin's database; it stays where it is.
    pub(crate) async fn close_database(&self, id: &str) {
        close(&mut *self.turn(id).await).await;
    }

    /// A plugin's database goes with everything else it kept.
    pub(crate) async fn drop_database(&self, id: &str) -> Result<(), Error> {
        let mut own = self.turn(id).await;
        close(&mut own).await;
        self.files_of(id).remove().await
    }

    /// How much a plugin keeps in its own database, in bytes.
    pub(crate) async fn database_bytes(&self, id: &str) -> u64 {
        fs::metadata(self.files_of(id).own).await.map_or(0, |about| about.len())
    }

    async fn turn(&self, id: &str) -> OwnedMutexGuard<Option<Database>> {
        self.0.databases.of(id).lock_owned().await
    }

    /// Makes the file the one that the hub's rows speak of; gives those back.
    async fn recover(&self, id: &str, files: &Files) -> Result<Vec<MigrationRow>, Error> {
        let applied = store::migrations(self.db(), id).await?;
        let wanted = u32::try_from(applied.len()).unwrap_or(u32::MAX);
        let is = Files::version(&files.own).await?;
        if is.unwrap_or(0) == wanted {
            gone(&files.before).await?;
            return Ok(applied);
        }
        if Files::version(&files.before).await? == Some(wanted) {
            tracing::warn!(plugin = id, "a step of a plugin's database was cut off; it is put back");
            files.put_back().await?;
            return Ok(applied);
        }
        match is {
            // One of the same name kept it, and it was to go; or its first step was cut off.
            Some(_) if wanted == 0 => {
                files.remove().await?;
                Ok(applied)
            }
            Some(is) => Err(Error::Lifecycle {
                hook: "migrations",
                cause: format!("its database has come to step {is}, and the hub knows of {wanted}"),
            }),
            None => {
                tracing::warn!(plugin = id, "a plugin's database is not there; it begins anew, without its rows");
                let id = id.to_owned();
                self.db()
                    .write(move |tx| {
                        let id = id.clone();
                        Box::pin(async move { store::forget_migrations(tx, &id).await })
                    })
                    .await?;
                Ok(Vec::new())
            }
        }
    }
}

async fn run(database: &mut Database, left: &[Migration], before: usize) -> Result<Vec<NewMigration>, Error> {
    let mut done = Vec::new();
    for (n, migration) in left.iter().enumerate() {
        let began = Instant::now();
        let number = u32::try_from(before + n + 1).unwrap_or(u32::MAX);
        database.migrate(&migration.text, number).await.map_err(|error| match error {
            ours @ (confined::Error::Failed(_) | confined::Error::File(_)) => elsewhere(ours),
            theirs => {
                Error::Lifecycle { hook: "migrations", cause: format!("migrations/{}: {theirs}", migration.name) }
            }
        })?;
        done.push(NewMigration {
            name: migration.name.clone(),
            checksum: migration.checksum,
            took_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
        });
    }
    Ok(done)
}
