//! Backups, as far as the configuration decides: where they lie and for whom they are encrypted. When they are made is a schedule, and how many
//! are kept a setting, of the admin area.

use std::path::{Path, PathBuf};

use ::settings::{HubSettings, Setting};
use backup::{Keep, Plan, Seal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Backups. When they are made, and how many are kept, is set in the admin area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BackupSettings {
    /// Where backups lie. The folder `backups` of the data directory where it is empty.
    pub folder: Option<PathBuf>,
    /// Of the backups the hub makes by itself, the newest of each of so many days are kept.
    #[schemars(range(min = 0, max = 3650))]
    pub keep_daily: usize,
    /// And the newest of each of so many weeks.
    #[schemars(range(min = 0, max = 520))]
    pub keep_weekly: usize,
    /// A file whose first line is a passphrase: backups are encrypted with it, and hold the hub's keys.
    pub passphrase_file: Option<PathBuf>,
    /// A file of age recipients (`age1…`), one a line: backups are encrypted for them, and hold the hub's keys.
    pub recipients_file: Option<PathBuf>,
}

impl Default for BackupSettings {
    fn default() -> Self {
        Self { folder: None, keep_daily: 7, keep_weekly: 4, passphrase_file: None, recipients_file: None }
    }
}

impl BackupSettings {
    /// Which of the backups that the hub makes by itself are kept, as the admins have set it.
    pub fn keep(&self, hub: &HubSettings) -> Keep {
        let last = usize::try_from(hub.whole(Setting::BackupKeep)).unwrap_or(1);
        Keep { last, daily: self.keep_daily, weekly: self.keep_weekly }
    }

    /// Where backups lie.
    pub fn folder(&self, data_dir: &Path) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| data_dir.join("backups"))
    }

    /// What goes into a backup, and for whom it is encrypted. The error says which key is wrong, and how.
    pub fn plan(&self, data_dir: &Path) -> Result<Plan, (&'static str, String)> {
        let seal = match (&self.passphrase_file, &self.recipients_file) {
            (None, None) => None,
            (Some(file), None) => {
                Some(Seal::with_passphrase(file).map_err(|error| ("backup.passphrase_file", error.to_string()))?)
            }
            (None, Some(file)) => {
                Some(Seal::for_recipients(file).map_err(|error| ("backup.recipients_file", error.to_string()))?)
            }
            (Some(_), Some(_)) => {
                return Err(("backup.recipients_file", "goes with no passphrase_file: choose one of them".to_owned()));
            }
        };
        Ok(Plan { data_dir: data_dir.to_owned(), seal, program: env!("CARGO_PKG_VERSION") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_encrypted_one_way_or_not_at_all() {
        let data_dir = Path::new("data");
        assert!(BackupSettings::default().plan(data_dir).unwrap().seal.is_none());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("phrase");
        std::fs::write(&file, "a lantern\n").unwrap();
        let one = BackupSettings { passphrase_file: Some(file.clone()), ..BackupSettings::default() };
        assert!(one.plan(data_dir).unwrap().seal.is_some());
        let both = BackupSettings { recipients_file: Some(file.clone()), ..one };
        assert_eq!(both.plan(data_dir).err().unwrap().0, "backup.recipients_file");
        let wrong = BackupSettings { recipients_file: Some(file), ..BackupSettings::default() };
        assert_eq!(wrong.plan(data_dir).err().unwrap().0, "backup.recipients_file");
    }
}
