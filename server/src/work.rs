//! What the hub does beside its doors: the queue, calls to other hosts, and those who are told what happens.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
    sync::Arc,
    time::Duration,
};

use base::{Chance, ChanceExt as _, Clock};
use db::Db;
use jobs::{Jobs, Task, Workers};
use outbound::Outbound;
use webhooks::{Key, Webhooks};

use crate::{config::Settings, lifecycle::Lifecycle, wiring::StartError};

/// What the stop leaves for closing the database once the workers have put back what did not finish.
const MARGIN: Duration = Duration::from_secs(2);

/// The queue, the way out, and the webhooks.
#[derive(Clone)]
pub struct Work {
    /// What is still to be done.
    pub jobs: Jobs,
    /// The one way to other hosts.
    pub outbound: Outbound,
    /// Other programs that are told what happens.
    pub webhooks: Webhooks,
}

/// All three, on this database; nothing runs yet.
pub fn open(
    settings: &Settings,
    db: &Db,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Result<Work, StartError> {
    let policy = settings.outbound.policy().map_err(|(key, problem)| format!("{key}: {problem}"))?;
    let outbound = Outbound::new(policy)?;
    let key = key(&settings.data_dir.join("secrets"), "webhooks.key", &**chance)?;
    let jobs = Jobs::new(db.clone(), Arc::clone(clock), Arc::clone(chance));
    let webhooks = Webhooks::new(db.clone(), outbound.clone(), Key::new(key), Arc::clone(clock), Arc::clone(chance));
    Ok(Work { jobs, outbound, webhooks })
}

impl Work {
    /// Has everything that is to be done, done: by those who know its kinds, and the tasks at their times.
    pub(crate) fn start(
        &self,
        lifecycle: &Lifecycle,
        drain: Duration,
        tasks: Vec<Task>,
        register: impl FnOnce(&mut Workers),
    ) {
        let mut workers = self.jobs.workers();
        self.webhooks.register(&mut workers);
        register(&mut workers);
        lifecycle.tasks.spawn(workers.run(lifecycle.stop.clone(), drain.saturating_sub(MARGIN)));
        lifecycle.tasks.spawn(self.jobs.schedules().keep(tasks, lifecycle.stop.clone()));
        lifecycle.tasks.spawn(self.webhooks.clone().follow(lifecycle.stop.clone()));
    }
}

/// The key in that file, made where there is none: for nobody but the hub's own user.
pub(crate) fn key(folder: &Path, name: &str, chance: &dyn Chance) -> Result<[u8; 32], StartError> {
    let path = folder.join(name);
    let told = |error: std::io::Error| format!("the key {} can't be read or made: {error}", path.display());
    match fs::read_to_string(&path) {
        Ok(text) => read_key(&text)
            .ok_or_else(|| format!("{} is damaged: restore it, or remove it for a new key", path.display()).into()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(told)?;
            let key: [u8; 32] = chance.bytes();
            // Written whole under another name first: a crash leaves no half a key, and of two that start at once one wins.
            let draft = folder.join(format!("{name}.{}", hex::encode(chance.bytes::<8>())));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).map_err(told)?;
            file.write_all(hex::encode(key).as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
            let linked = fs::hard_link(&draft, &path);
            fs::remove_file(&draft).map_err(told)?;
            match linked {
                Ok(()) => Ok(key),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    let text = fs::read_to_string(&path).map_err(told)?;
                    read_key(&text).ok_or_else(|| format!("{} is damaged", path.display()).into())
                }
                Err(error) => Err(told(error).into()),
            }
        }
        Err(error) => Err(told(error).into()),
    }
}

fn read_key(text: &str) -> Option<[u8; 32]> {
    hex::decode(text.trim()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::system::SystemChance;

    #[test]
    fn a_key_is_made_once_and_kept_private() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("secrets");
        let made = key(&folder, "test.key", &SystemChance).unwrap();
        assert_eq!(key(&folder, "test.key", &SystemChance).unwrap(), made);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("test.key"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        fs::write(folder.join("test.key"), "half").unwrap();
        assert!(key(&folder, "test.key", &SystemChance).unwrap_err().to_string().contains("damaged"));
    }
}
