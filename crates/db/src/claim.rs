//! What one process alone may do, of all on one database.

use std::{str::FromStr as _, time::Duration};

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use crate::Error;

const CLAIM: &str = "select pg_try_advisory_lock($1)";
const SHARE: &str = "select pg_try_advisory_lock_shared($1)";
const TAKE: &str = "select pg_try_advisory_lock($1, $2)";
const GIVE_BACK: &str = "select pg_advisory_unlock($1, $2)";
/// Of the two forms that a lock's number has, 1 is one number and 2 is a pair.
const TAKEN: &str = "select cast(objid as bigint) from pg_locks \
                     where locktype = 'advisory' and objsubid = 2 and cast(classid as bigint) = $1 and granted \
                       and database = (select oid from pg_database where datname = current_database())";
const SHARERS: &str = "select count(*) from pg_locks \
                       where locktype = 'advisory' and objsubid = 1 and classid = 0 and cast(objid as bigint) = $1 and granted \
                         and database = (select oid from pg_database where datname = current_database())";
const SAY: &str = "select set_config('application_name', $1, false)";
/// A machine that is cut off says no goodbye: the server looks after three seconds of silence, and lets go after three more.
const LET_GO: &str = "set tcp_keepalives_idle = 3; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3";
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
pub struct Claim {
    number: u32,
    connection: PgConnection,
}

/// Whether others may have a part in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    Nobody,
    Sharers,
}

impl Claim {
    pub(crate) async fn of(url: &str, number: u32, with: With) -> Result<Claimed, Error> {
        let claim = match with {
            With::Nobody => CLAIM,
            With::Sharers => SHARE,
        };
        let lost = |error| Error::lost(claim, error);
        let connect = PgConnectOptions::from_str(url).map_err(lost)?.application_name(NAME);
        let claiming = async {
            let mut connection = connect.connect().await?;
            connection.execute(LET_GO).await?;
            let (ours,): (bool,) = sqlx::query_as(claim).bind(i64::from(number)).fetch_one(&mut connection).await?;
            Ok(if ours { Claimed::Ours(Self { number, connection }) } else { Claimed::Taken })
        };
        timeout(PATIENCE, claiming).await.unwrap_or_else(|_elapsed| Err(timed_out())).map_err(lost)
    }

    /// Takes one thing of a kind by the same connection, and with it lost; `false` where another process has it. Once taken, it is not
    /// to be taken again.
    pub async fn take(&mut self, kind: u32, thing: u32) -> Result<bool, Error> {
        let asked = sqlx::query_scalar(TAKE).bind(kind.cast_signed()).bind(thing.cast_signed());
        in_time(TAKE, asked.fetch_one(&mut self.connection)).await
    }

    /// Gives one back.
    pub async fn give_back(&mut self, kind: u32, thing: u32) -> Result<(), Error> {
        let told = sqlx::query(GIVE_BACK).bind(kind.cast_signed()).bind(thing.cast_signed());
        in_time(GIVE_BACK, told.execute(&mut self.connection)).await.map(drop)
    }

    /// What is taken of a kind, by whichever process.
    pub async fn taken(&mut self, kind: u32) -> Result<Vec<u32>, Error> {
        let asked = sqlx::query_scalar(TAKEN).bind(i64::from(kind));
        let taken: Vec<i64> = in_time(TAKEN, asked.fetch_all(&mut self.connection)).await?;
        Ok(taken.into_iter().filter_map(|thing| u32::try_from(thing).ok()).collect())
    }

    /// How many processes have a part in it, this one among them.
    pub async fn sharers(&mut self) -> Result<usize, Error> {
        let asked = sqlx::query_scalar(SHARERS).bind(i64::from(self.number));
        let sharers: i64 = in_time(SHARERS, asked.fetch_one(&mut self.connection)).await?;
        Ok(usize::try_from(sharers).unwrap_or_default())
    }

    /// Tells everybody something about it, for as long as it is ours: at most 46 bytes.
    pub async fn say(&mut self, what: &str) -> Result<(), Error> {
        let said = sqlx::query(SAY).bind(format!("{NAME} {what}"));
        in_time(SAY, said.execute(&mut self.connection)).await.map(drop)
    }

    /// Whether it is still ours: a connection that broke has given it away.
    pub async fn check(&mut self) -> Result<(), Error> {
        in_time(CLAIM, self.connection.ping()).await
    }
}

/// What the server says to it, in time.
async fn in_time<T>(statement: &'static str, said: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Error> {
    let said = timeout(PATIENCE, said).await.unwrap_or_else(|_elapsed| Err(timed_out()));
    said.map_err(|error| Error::lost(statement, error))
}

fn timed_out() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}
