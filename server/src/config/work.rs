//! Who works on jobs and schedules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Jobs and schedules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WorkSettings {
    /// Whether `guildhall serve` works on jobs and schedules itself. `false` leaves them to `guildhall work`, on PostgreSQL.
    pub here: bool,
}

impl Default for WorkSettings {
    fn default() -> Self {
        Self { here: true }
    }
}
