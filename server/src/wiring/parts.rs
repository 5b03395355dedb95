//! Parts of a hub that are built from its configuration alone, also by the doctor and for commands.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use accounts::{Accounts, Rate};
use backup::{Backups, Keep};
use base::{Chance, Clock};
use db::Db;
use federation::Federation;
use tokio_util::task::TaskTracker;

use super::StartError;
use crate::{config::Settings, keys::KeyFile};

/// The hub's backups; `keep` says which of those that it makes by itself stay.
pub(super) fn backups(
    settings: &Settings,
    db: &Db,
    keep: Arc<dyn Fn() -> Keep + Send + Sync>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
) -> Result<Backups, StartError> {
    let plan = settings.backup.plan(&settings.data_dir).map_err(|(key, problem)| format!("{key}: {problem}"))?;
    let folder = settings.backup.folder(&settings.data_dir);
    Ok(Backups::new(db.clone(), clock, tasks, backup::Settings { folder, plan, keep }))
}

/// The list of passwords that others have lost, where the operator has one.
pub(super) fn breached_passwords(settings: &Settings) -> Option<accounts::Breached> {
    settings.log_in.breached_passwords_file.clone().map(accounts::Breached::new)
}

/// The accounts, with the limits of the configuration.
pub(super) fn accounts(settings: &Settings, db: Db, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>) -> Accounts {
    let keys = Arc::new(KeyFile::new(settings.data_dir.join("secrets"), "accounts.key", Arc::clone(&chance)));
    let given = &settings.log_in;
    let rate = |burst: u32, window: Duration, most: u32| Rate {
        burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
        one_each: window / most.max(1),
    };
    let limits = accounts::Limits {
        log_in: rate(given.burst, Duration::from_mins(1), given.per_minute),
        register: rate(given.registrations_per_hour, Duration::from_hours(1), given.registrations_per_hour),
        failures: given.failures_per_hour,
        ..accounts::Limits::default()
    };
    let settings = accounts::Settings {
        limits,
        breached: breached_passwords(settings),
        public_url: settings.public_url.clone(),
        hashing: settings.hashing.read(),
        sessions: settings.sessions.read(),
    };
    let hub = ::settings::HubSettings::new(db.clone(), Arc::clone(&clock));
    Accounts::new(db, hub, clock, chance, keys, settings)
}

/// The services that people may log in with.
pub fn federation(
    settings: &Settings,
    outbound: outbound::Outbound,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Result<Federation, StartError> {
    let providers = settings.sign_in_providers().map_err(|(key, problem)| format!("{key}: {problem}"))?;
    Ok(Federation::new(outbound, Arc::clone(clock), Arc::clone(chance), providers))
}
