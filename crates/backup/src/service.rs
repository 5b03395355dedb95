//! The hub's own backups: those who run it see them, make and remove them; the hub itself makes one at its time, as a job.

use std::{
    cmp::Reverse,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use audit::Entry;
use base::{Action, Actor, Clock, Millis};
use contract::{
    backup::{Backup, BackupPage, BackupState},
    job::JobProgress,
    schedule::HUB,
};
use db::Db;
use jobs::{Kind, Workers};
use tokio_util::task::TaskTracker;

use crate::{
    check::check,
    error::Error,
    keep::Keep,
    make::{Plan, blocking, make_telling},
    manifest::Manifest,
    name::{Name, Occasion},
    seal::Key,
};

/// What the operator has decided.
#[derive(Clone)]
pub struct Settings {
    /// Where they lie.
    pub folder: PathBuf,
    /// What goes in, and for whom it is encrypted.
    pub plan: Plan,
    /// Which of those that it makes by itself are kept. Asked each time: an admin may have changed it.
    pub keep: Arc<dyn Fn() -> Keep + Send + Sync>,
}

/// The hub's schedule that has one made, and the kind of its job.
pub const SCHEDULE: &str = "backup";
/// The kind of the job that makes one.
pub const JOB: &str = "backup.make";

/// The most that are told at once.
const PAGE: usize = 200;
/// The longest that making one may take.
const WITHIN: Duration = Duration::from_hours(6);
/// One that can't be made is tried again after minutes, and then when its time comes again.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_mins(5);

/// The hub's backups. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Backups(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    settings: Settings,
    tasks: TaskTracker,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    under_way_since: Option<Millis>,
    progress: Option<(usize, usize)>,
    failed_at: Option<Millis>,
}

/// The one that is being made; lets the next begin when it is dropped.
struct Turn(Backups);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.now_and_then(|state| (state.under_way_since, state.progress) = (None, None));
    }
}

impl Backups {
    /// The backups of `db`, made on `tasks`.
    pub fn new(db: Db, clock: Arc<dyn Clock>, tasks: TaskTracker, settings: Settings) -> Self {
        Self(Arc::new(Inner { db, clock, settings, tasks, state: Mutex::default() }))
    }

    /// Those there are, newest first: those made before the one called `before`, where one is named.
    pub async fn list(&self, actor: &Actor, before: Option<&str>, at_most: u32) -> Result<BackupPage, Error> {
        actor.may(Action::ViewSystem)?;
        let mut backups = self.found().await?;
        if let Some(before) = before {
            let before = Name::parse(before).ok_or(Error::Missing)?;
            // Two can't be made in one millisecond.
            backups.retain(|backup| backup.made_at < before.made_at);
        }
        let at_most = PAGE.min(usize::try_from(at_most).unwrap_or(PAGE)).max(1);
        let more = backups.len() > at_most;
        backups.truncate(at_most);
        let next = if more { backups.last().map(|last| last.name.clone()) } else { None };
        Ok(BackupPage { backups, next })
    }

    /// What is going on.
    pub async fn state(&self, actor: &Actor) -> Result<BackupState, Error> {
        actor.may(Action::ViewSystem)?;
        let newest = self.found().await?.into_iter().next();
        let scheduled = jobs::is_planned(&self.0.db, HUB, SCHEDULE).await?;
        let (under_way_since, progress, failed_at) =
            self.now_and_then(|state| (state.under_way_since, state.progress, state.failed_at));
        let count = |number| i64::try_from(number).unwrap_or(i64::MAX);
        let settings = &self.0.settings;
        Ok(BackupState {
            newest,
            under_way_since,
            progress: progress.map(|(done, total)| JobProgress {
                done: count(done),
                total: Some(count(total)),
                note: String::new(),
            }),
            failed_at,
            scheduled,
            encrypted: settings.plan.seal.is_some(),
        })
    }

    /// Makes one, and comes back when it is there.
    pub async fn make(&self, actor: &Actor) -> Result<Backup, Error> {
        actor.may(Action::ManageSystem)?;
        let turn = self.take_turn()?;
        self.make_one(actor, Occasion::Asked, turn).await
    }

    /// Begins to make one, and comes back at once: it may take longer than a page can wait. [`Self::state`] tells how it went.
    pub fn begin(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let turn = self.take_turn()?;
        let (backups, actor) = (self.clone(), actor.clone());
        self.0.tasks.spawn(async move {
            // What went wrong is in the log and in the state.
            drop(backups.make_one(&actor, Occasion::Asked, turn).await);
        });
        Ok(())
    }

    /// Compares every byte of one with its checksums. An encrypted one is opened with `key`.
    pub async fn check(&self, actor: &Actor, name: &str, key: Option<Key>) -> Result<Manifest, Error> {
        actor.may(Action::ViewSystem)?;
        check(&self.path(name)?, key).await
    }

    /// Where one lies, for a door that hands it out. It holds everything the hub knows, so that is written down.
    pub async fn download(&self, actor: &Actor, name: &str) -> Result<PathBuf, Error> {
        actor.may(Action::ManageSystem)?;
        let path = self.path(name)?;
        self.audit(actor, Entry::new("backup.downloaded", "backup", name)).await?;
        Ok(path)
    }

    /// Removes one.
    pub async fn delete(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        actor.may(Action::ManageSystem)?;
        let path = self.path(name)?;
        self.audit(actor, Entry::new("backup.deleted", "backup", name)).await?;
        remove(path).await
    }

    /// Makes one of the hub's own, and removes those that are not kept.
    pub async fn make_scheduled(&self, actor: &Actor) -> Result<Backup, Error> {
        actor.may(Action::ManageSystem)?;
        let turn = self.take_turn()?;
        let made = self.make_one(actor, Occasion::Scheduled, turn).await?;
        self.thin_out(actor, (self.0.settings.keep)()).await?;
        Ok(made)
    }

    /// Has the hub make its own when the schedule asks for it.
    pub fn register(&self, workers: &mut Workers) {
        let backups = self.clone();
        let kind = Kind::new(JOB).within(WITHIN).attempts(ATTEMPTS).backing_off(PAUSE, PAUSE * 6);
        workers.handle(kind, move |_| {
            let backups = backups.clone();
            async move {
                backups.make_scheduled(&Actor::Job).await?;
                Ok(())
            }
        });
    }

    /// Tells the metrics how old the newest is. Every process does, about once a minute.
    pub async fn measure(&self) -> Result<(), Error> {
        if let Some(newest) = self.found().await?.first() {
            let age = self.0.clock.now().since(newest.made_at);
            metrics::gauge!("guildhall_backup_age_seconds").set(age.as_secs_f64());
        }
        Ok(())
    }

    async fn thin_out(&self, actor: &Actor, keep: Keep) -> Result<(), Error> {
        let scheduled: Vec<Backup> = self.found().await?.into_iter().filter(|backup| backup.scheduled).collect();
        let made: Vec<Millis> = scheduled.iter().map(|backup| backup.made_at).collect();
        let gone = keep.superfluous(&made);
        for backup in scheduled.iter().filter(|backup| gone.contains(&backup.made_at)) {
            self.audit(actor, Entry::new("backup.deleted", "backup", &backup.name)).await?;
            remove(self.0.settings.folder.join(&backup.name)).await?;
        }
        Ok(())
    }

    fn take_turn(&self) -> Result<Turn, Error> {
        let now = self.0.clock.now();
        self.now_and_then(|state| {
            if state.under_way_since.is_some() {
                return Err(Error::Busy);
            }
            state.under_way_since = Some(now);
            Ok(())
        })?;
        Ok(Turn(self.clone()))
    }

    async fn make_one(&self, actor: &Actor, occasion: Occasion, turn: Turn) -> Result<Backup, Error> {
        let began = Instant::now();
        let made = self.write(actor, occasion).await;
        drop(turn);
        match &made {
            Ok(backup) => {
                self.now_and_then(|state| state.failed_at = None);
                metrics::histogram!("guildhall_backup_duration_seconds").record(began.elapsed());
                metrics::gauge!("guildhall_backup_age_seconds").set(0.0);
                tracing::info!(backup.name, size_bytes = backup.bytes, "a backup was made");
            }
            Err(error) => {
                let now = self.0.clock.now();
                self.now_and_then(|state| state.failed_at = Some(now));
                metrics::counter!("guildhall_backup_failures_total").increment(1);
                tracing::error!(error = error as &dyn std::error::Error, "no backup could be made");
            }
        }
        made
    }

    async fn write(&self, actor: &Actor, occasion: Occasion) -> Result<Backup, Error> {
        let Settings { folder, plan, .. } = &self.0.settings;
        let name = Name { made_at: self.0.clock.now(), occasion, encrypted: plan.seal.is_some() };
        let path = folder.join(name.file());
        let told = |done, total| self.now_and_then(|state| state.progress = Some((done, total)));
        let manifest = Box::pin(make_telling(&self.0.db, plan, &path, &*self.0.clock, &told)).await?;
        let bytes = std::fs::metadata(&path).map_err(Error::file(&path))?.len();
        let said = serde_json::json!({ "rows": manifest.rows(), "bytes": bytes, "schema": manifest.head.schema });
        let entry = Entry::new("backup.made", "backup", name.file()).changing(serde_json::Value::Null, said);
        self.audit(actor, entry).await?;
        Ok(described(&name, bytes))
    }

    async fn audit(&self, actor: &Actor, entry: Entry) -> Result<(), Error> {
        let (now, actor) = (self.0.clock.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (actor, entry) = (actor.clone(), entry.clone());
                Box::pin(async move { audit::record(tx, now, &actor, &entry).await.map_err(Error::from) })
            })
            .await
    }

    /// Where the one of that name lies, if there is one.
    fn path(&self, name: &str) -> Result<PathBuf, Error> {
        Name::parse(name).ok_or(Error::Missing)?;
        let path = self.0.settings.folder.join(name);
        if path.is_file() { Ok(path) } else { Err(Error::Missing) }
    }

    /// Newest first.
    async fn found(&self) -> Result<Vec<Backup>, Error> {
        let folder = self.0.settings.folder.clone();
        blocking(move || list(&folder)).await
    }

    fn now_and_then<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn described(name: &Name, bytes: u64) -> Backup {
    Backup {
        name: name.file(),
        made_at: name.made_at,
        bytes,
        scheduled: name.occasion == Occasion::Scheduled,
        encrypted: name.encrypted,
    }
}

fn list(folder: &Path) -> Result<Vec<Backup>, Error> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(Error::file(folder))?,
    };
    let mut found: Vec<Backup> = entries
        .flatten()
        .filter_map(|entry| {
            let name = Name::parse(entry.file_name().to_str()?)?;
            Some(described(&name, entry.metadata().ok()?.len()))
        })
        .collect();
    found.sort_by_key(|backup| Reverse(backup.made_at));
    Ok(found)
}

async fn remove(path: PathBuf) -> Result<(), Error> {
    blocking(move || std::fs::remove_file(&path).map_err(Error::file(&path))).await
}
