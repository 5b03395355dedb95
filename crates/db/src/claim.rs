//! What one process alone may do, of all on one database.

use std::{str::FromStr as _, time::Duration};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use crate::Error;

const CLAIM: &str = "select pg_try_advisory_lock($1)";
const SAY: &str = "select set_config('application_name', $1, false)";
const PATIENCE: Duration = Duration::from_secs(5);
/// How a connection that holds a claim is called, before what it [says](Claim::say). The server keeps 63 bytes of both.
pub(crate) const NAME: &str = "guildhall claim";

/// How a claim was answered.
#[derive(Debug)]
pub enum Claimed {
    /// There is nobody else: on SQLite one process runs the database.
    Alone,
    /// It is ours for as long as the claim lives, and its connection.
    Ours(Claim),
    /// Another process has it.
    Taken,
}

/// A lock of the server's that goes with its connection, and so with the process, however that ends.
#[derive(Debug)]
pub struct Claim(PgConnection);

impl Claim {
    pub(crate) async fn of(url: &str, number: u32) -> Result<Claimed, Error> {
        let lost = |error| Error::lost(CLAIM, error);
        let connect = PgConnectOptions::from_str(url).map_err(lost)?.application_name(NAME);
        let claiming = async {
            let mut connection = connect.connect().await?;
            let (ours,): (bool,) = sqlx::query_as(CLAIM).bind(i64::from(number)).fetch_one(&mut connection).await?;
            Ok(if ours { Claimed::Ours(Self(connection)) } else { Claimed::Taken })
        };
        timeout(PATIENCE, claiming).await.unwrap_or_else(|_elapsed| Err(timed_out())).map_err(lost)
    }

    /// Tells everybody something about it, for as long as it is ours: at most 46 bytes.
    pub async fn say(&mut self, what: &str) -> Result<(), Error> {
        let said = sqlx::query(SAY).bind(format!("{NAME} {what}")).execute(&mut self.0);
        let said = timeout(PATIENCE, said).await.unwrap_or_else(|_elapsed| Err(timed_out()));
        said.map(drop).map_err(|error| Error::lost(SAY, error))
    }

    /// Whether it is still ours: a connection that broke has given it away.
    pub async fn check(&mut self) -> Result<(), Error> {
        let asked = timeout(PATIENCE, self.0.ping()).await.unwrap_or_else(|_elapsed| Err(timed_out()));
        asked.map_err(|error| Error::lost(CLAIM, error))
    }
}

fn timed_out() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}
