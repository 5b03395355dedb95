//! Tokens of the API: personal ones, and what a program gets for a password.

use base::{Grants, Millis, TokenId};
use serde::{Deserialize, Serialize};

/// A token of mine: personal, or the login of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// To revoke it by.
    pub id: TokenId,
    /// Whether it was made by hand; else a program logged in with the password and renews it by itself.
    pub personal: bool,
    /// What its owner calls it, or the program itself.
    pub name: String,
    /// What it may be used for.
    pub grants: Grants,
    /// The last characters of a personal one, by which its owner knows it again.
    pub ending: Option<String>,
    /// When it was made.
    pub created_at: Millis,
    /// When it runs out.
    pub expires_at: Millis,
    /// When it was last used, to the minute; `null`: never.
    pub last_used_at: Option<Millis>,
}

/// Make a personal token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Match bot", "grants": "account:read people:read" })))]
pub struct MakeToken {
    /// What it is for, 60 characters at most.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// What it may be used for.
    pub grants: Grants,
    /// How many days it is good for.
    #[serde(default = "ninety")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, default = 90))]
    pub days: u16,
}

/// Days a personal token is good for where nobody says how many.
const fn ninety() -> u16 {
    90
}

/// A personal token, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// What the program sends: `Authorization: Bearer gh_…`.
    pub token: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub about: ApiToken,
}

/// Prove who one is, and get tokens for it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "grant", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(example = json!({ "grant": "password", "name": "Olga", "password": "a lantern over the northern gate" }))
)]
pub enum Grant {
    /// With name and password.
    Password {
        /// Name or e-mail address.
        #[cfg_attr(feature = "openapi", schema(min_length = 1))]
        name: String,
        /// The account's password.
        #[cfg_attr(feature = "openapi", schema(min_length = 1))]
        password: String,
        /// What the tokens may be used for; everything one's role has a use for where nothing is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grants: Option<Grants>,
        /// What the program calls itself in the list of one's tokens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
        client: Option<String>,
    },
    /// With the second factor that the password alone was not enough for.
    SecondFactor {
        /// What the answer to the password held.
        pending_token: String,
        /// A code of the app, or a recovery code.
        code: String,
        /// As with the password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        grants: Option<Grants>,
        /// As with the password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
        client: Option<String>,
    },
    /// With the refresh token of before. It is good once.
    Refresh {
        /// The newest one.
        refresh_token: String,
    },
}

/// Tokens, shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Granted {
    /// What the program sends: `Authorization: Bearer …`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds the access token is good for.
    pub expires_in_secs: u32,
    /// Gets the next pair, once.
    pub refresh_token: String,
    /// When it runs out unless it is used before.
    pub refresh_expires_at: Millis,
    /// What the tokens may be used for.
    pub grants: Grants,
}

/// What is still needed before tokens are given.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unfinished {
    /// What is needed: `second_factor`, or `address` where the address has to be verified at the site first.
    pub needs: String,
    /// To come back with.
    pub pending_token: String,
    /// When that runs out.
    pub expires_at: Millis,
}

/// Give a token up.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "token": "gh_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })))]
pub struct GiveUp {
    /// A personal token, or a refresh token, whose access tokens end with it.
    pub token: String,
}
