//! Who is asked for the numbers.

use base::{Actor, Millis};
use contract::vitals::{At, Finding, Licence, Pair};
use futures::future::BoxFuture;

use crate::Error;

/// What holds at this moment and is known without asking anybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Live {
    /// Players in the lobby.
    pub players: i64,
    /// Rooms of the lobby.
    pub rooms: i64,
    /// Games listed there.
    pub games: i64,
    /// People and visitors with the site open.
    pub visitors: i64,
    /// Errors logged since the start.
    pub errors: i64,
    /// Times somebody was told that they may not, since the start.
    pub refused: i64,
}

/// What the store of others has to be asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// Accounts there are.
    pub accounts: i64,
    /// Jobs that wait.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
}

/// Log-ins by the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogIns {
    /// That went well.
    pub good: Vec<At>,
    /// That were refused.
    pub refused: Vec<At>,
}

/// Whoever knows the hub's numbers. Asked as whoever looks, so that each part checks for itself.
pub trait Sources: Send + Sync {
    /// What is known without asking.
    fn live(&self) -> Live;
    /// What has to be asked for.
    fn asked<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Asked, Error>>;
    /// Accounts made since then, by the day.
    fn registrations<'a>(&'a self, actor: &'a Actor, since: Millis) -> BoxFuture<'a, Result<Vec<At>, Error>>;
    /// Log-ins since then, by the day.
    fn log_ins<'a>(&'a self, actor: &'a Actor, since: Millis) -> BoxFuture<'a, Result<LogIns, Error>>;
}

/// Whoever knows the machine the hub runs on.
pub trait Machine: Send + Sync {
    /// What the doctor finds while the hub runs.
    fn findings(&self) -> BoxFuture<'_, Vec<Finding>>;
    /// Parts and their versions.
    fn versions(&self) -> Vec<Pair>;
    /// The configuration, without its secrets.
    fn configuration(&self) -> Vec<Pair>;
    /// What the hub is built on.
    fn licences(&self) -> Vec<Licence>;
}
