//! What Discord asks of the other domains. The server fills this in.

use std::{collections::HashMap, error::Error};

use base::{Actor, Kind, OrgId, Role, Standing, UserId};
use futures::future::BoxFuture;

/// Somebody whose account at Discord is linked to one here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Whose.
    pub user: UserId,
    /// Their name here.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
}

/// A page of members.
#[derive(Debug, Clone, Default)]
pub struct Members {
    /// Who, and as what.
    pub members: Vec<(UserId, Role)>,
    /// To go on with; `None`: that is all.
    pub next: Option<String>,
}

/// Whoever knows could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("who that is can't be found out now")]
pub struct Unknown(#[source] pub Box<dyn Error + Send + Sync>);

/// People, organizations, and where the site is.
pub trait People: Send + Sync + 'static {
    /// Whose that account at Discord is. `None`: nobody's who may come in.
    fn by_account<'a>(&'a self, account: &'a str) -> BoxFuture<'a, Result<Option<Known>, Unknown>>;

    /// The account at Discord that somebody has linked. `None` also for whoever may not come in.
    fn account_of(&self, user: UserId) -> BoxFuture<'_, Result<Option<String>, Unknown>>;

    /// What people are called.
    fn names<'a>(&'a self, users: &'a [UserId]) -> BoxFuture<'a, Result<HashMap<UserId, String>, Unknown>>;

    /// The organizations at work that somebody belongs to, and as what.
    fn organizations_of(&self, user: UserId) -> BoxFuture<'_, Result<Vec<(OrgId, Role)>, Unknown>>;

    /// Who belongs to an organization. None where it is not at work.
    fn members<'a>(&'a self, organization: OrgId, after: &'a str) -> BoxFuture<'a, Result<Members, Unknown>>;

    /// What the actor is to an organization at work.
    fn standing<'a>(&'a self, actor: &'a Actor, organization: OrgId) -> BoxFuture<'a, Result<Standing, Kind>>;

    /// The address people type.
    fn site(&self) -> BoxFuture<'_, String>;

    /// Whether accounts at Discord can be linked here.
    fn linkable(&self) -> bool;
}
