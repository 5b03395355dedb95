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

/// What a passkey shall be called.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "The blue stick" })))]
pub struct PasskeyName {
    /// 1 to 60 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
}
