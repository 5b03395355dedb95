//! Films of games, as far as the configuration decides: where they lie, and how much of the disk they may have.

use std::path::{Path, PathBuf};

use metaserver::FilmSettings as Kept;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MIB: u64 = 1 << 20;

/// Films of games, which hosts in rooms that take them stream while they play. Whether a room takes any is set in the admin area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FilmSettings {
    /// Whether films are taken at all, whatever rooms say.
    pub enabled: bool,
    /// Where they lie. The folder `films` of the data directory where it is empty. Several nodes share it.
    pub folder: Option<PathBuf>,
    /// The longest film, in MiB. A longer one is thrown away.
    #[schemars(range(min = 1, max = 1024))]
    pub largest_mib: u64,
    /// All films of one host, in MiB; those of all guests are one host's. Beyond that none is taken of that host.
    #[schemars(range(min = 1, max = 1_048_576))]
    pub per_host_mib: u64,
    /// All films, in MiB. Beyond that the oldest go. Films under way may for a while have as much again.
    #[schemars(range(min = 1, max = 16_777_216))]
    pub total_mib: u64,
    /// So many days a film is kept.
    #[schemars(range(min = 1, max = 36500))]
    pub days: u32,
}

impl Default for FilmSettings {
    fn default() -> Self {
        Self { enabled: true, folder: None, largest_mib: 16, per_host_mib: 256, total_mib: 4096, days: 365 }
    }
}

impl FilmSettings {
    /// What the lobby keeps to.
    pub fn read(&self, data_dir: &Path) -> Kept {
        Kept {
            folder: self.folder.clone().unwrap_or_else(|| data_dir.join("films")),
            largest_bytes: self.largest_mib * MIB,
            per_host_bytes: self.per_host_mib * MIB,
            total_bytes: self.total_mib * MIB,
            days: self.days,
        }
    }
}
