//! Passkeys, as their owner sees them.

use base::{Millis, PasskeyId};
use serde::{Deserialize, Serialize};

/// A passkey of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Millis,
    /// When it was used last; `None`: not yet.
    pub last_used_at: Option<Millis>,
}

/// One's passkeys, and what can be done with them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkeys {
    /// Whether the hub has an address that browsers make passkeys for.
    pub available: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Whether one is asked for after the password.
    pub asked: bool,
}
