//! What every resource of the REST API has in common.

use base::{Millis, Role, UserId};
use serde::{Deserialize, Serialize};

use crate::FieldProblem;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Ask for the next page with this as `cursor`; absent where this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Why something was not done: problem details, as in RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Problem))]
pub struct ProblemDetails {
    /// An address that stays the same for this kind of problem, and explains it.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The answer's status.
    pub status: u16,
    /// The last part of `type`: a word to compare with.
    pub code: String,
    /// What is wrong this time, for a developer to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Every field that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// Seconds until it is worth trying again; `Retry-After` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_secs: Option<u32>,
    /// For our own faults: what to tell whoever runs the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

impl ProblemDetails {
    /// The details of a problem of that word, told with that status.
    pub fn new(code: &str, status: u16) -> Self {
        Self {
            kind: format!("/problems/{code}"),
            title: code.replace('_', " "),
            status,
            code: code.to_owned(),
            detail: None,
            fields: Vec::new(),
            retry_after_secs: None,
            incident: None,
        }
    }
}

/// An account as those who run the hub see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Which.
    pub id: UserId,
    /// The name others see.
    pub name: String,
    /// The address, where one was given.
    pub email: Option<String>,
    /// What they are to the hub.
    pub role: Role,
    /// Since when it is locked; `null`: it is not.
    pub locked_at: Option<Millis>,
    /// Since when it exists.
    pub created_at: Millis,
}

/// Make an account for somebody.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Wilma", "password": "a heron over the quiet harbour" })))]
pub struct NewUser {
    /// The name others see: 3 to 24 characters.
    pub name: String,
    /// 8 to 256 characters.
    pub password: String,
    /// What they are to the hub; a member where nothing is said.
    #[serde(default = "member")]
    #[cfg_attr(feature = "openapi", schema(default = "member"))]
    pub role: Role,
}

const fn member() -> Role {
    Role::Member
}

/// Why something is done to somebody: what is asked without a body takes it behind the `?`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct Why {
    /// For the audit log, 500 characters at most.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(max_length = 500, required = false))]
    pub reason: String,
}

/// What somebody shall be to the hub.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "role": "moderator" })))]
pub struct NewRole {
    /// Which.
    pub role: Role,
    /// For the audit log.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Another password for somebody.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "password": "a heron over the quiet harbour" })))]
pub struct NewPassword {
    /// 8 to 256 characters.
    pub password: String,
    /// For the audit log.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Another name for somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "name": "Wilma of the Gate", "reason": "She asked for it." })))]
pub struct NewName {
    /// The name others see: 3 to 24 characters.
    pub name: String,
    /// For the audit log.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Another e-mail address for somebody. It is not proved.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({ "email": "wilma@example.org" })))]
pub struct NewEmail {
    /// The address; empty: none.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: String,
    /// For the audit log.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub reason: String,
}

/// Who may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Permission {
    /// The action's word.
    pub action: String,
    /// `hub` or `organization`: where one of the roles has to be held. In organizations those who run the hub may, too.
    pub scope: String,
    /// Which of a token's grants it takes: `account:read`.
    pub grant: String,
    /// Who may; in an organization by default.
    pub roles: Vec<Role>,
    /// Whether even a stranger may.
    pub strangers: bool,
    /// Whether it asks for a login of the last quarter of an hour.
    pub fresh: bool,
    /// Whether an organization may decide otherwise.
    pub adjustable: bool,
}
