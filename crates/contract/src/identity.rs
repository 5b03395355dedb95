//! Linked identities, as their owner sees them, and the services they are at.

use base::{IdentityId, Millis};
use serde::{Deserialize, Serialize};

/// A service that people may log in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInProvider {
    /// The service, by its id in the hub's configuration.
    pub id: String,
    /// How it is called on buttons.
    pub name: String,
}

/// An account at another service that one logs in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Which.
    pub id: IdentityId,
    /// The service, by its id in the hub's configuration.
    pub provider: String,
    /// How one is called there; `None`: it was not told.
    pub name: Option<String>,
    /// When it was linked.
    pub created_at: Millis,
    /// When it was used last; `None`: not yet.
    pub last_used_at: Option<Millis>,
}

/// Somebody who has an identity and no account yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// The service that vouches for them, by its id in the hub's configuration.
    pub provider: String,
    /// How they are called there: a suggestion.
    pub name: Option<String>,
    /// Their address, where the service has verified it.
    pub email: Option<String>,
}

/// Make the account of a newcomer.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct JoinBy {
    /// The name others see.
    pub name: String,
    /// Optional unless the operator asks for it; empty means none.
    #[serde(default)]
    pub email: String,
}
