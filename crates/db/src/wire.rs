//! A line between the processes on one PostgreSQL: `notify` and `listen`, on a connection of their own.

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    AssertSqlSafe, Executor as _, Row as _,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::time::timeout;

use crate::Error;

/// Longer than the server ever takes: whoever waits longer has lost the connection without knowing it.
const PATIENCE: Duration = Duration::from_secs(5);
const LISTEN: &str = "listen";
const NOTIFY: &str = "notify";
const PROBE: &str = "select 1";

/// One end of the line. Any error means that it is broken: it is dropped, and another one opened.
#[derive(Debug)]
pub struct Wire {
    listener: PgListener,
    channel: &'static str,
    /// The server's process for our connection: what it sends comes back to us like everybody else's, and is no news.
    own: u32,
}

impl Wire {
    pub(crate) async fn open(url: &str, channel: &'static str) -> Result<Self, Error> {
        let lost = |error| Error::lost(LISTEN, error);
        let connect = PgConnectOptions::from_str(url).map_err(lost)?.application_name("guildhall bus");
        let opening = async {
            let pool = PgPoolOptions::new()
                .max_connections(1)
                .max_lifetime(None)
                .idle_timeout(None)
                .acquire_timeout(PATIENCE)
                .connect_with(connect)
                .await?;
            let mut listener = PgListener::connect_with(&pool).await?;
            // Whoever reconnects looks at everything anew, so it must not happen behind our back.
            listener.eager_reconnect(false);
            // What is sent is worth nothing after a crash, so nobody waits for the disk.
            listener.execute("set synchronous_commit = off").await?;
            listener.listen(channel).await?;
            let row = listener.fetch_one("select pg_backend_pid()").await?;
            let own: i32 = row.try_get(0)?;
            Ok(Self { listener, channel, own: own.unsigned_abs() })
        };
        within(LISTEN, opening).await
    }

    /// The next number that another process has sent. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<i64, Error> {
        loop {
            let heard = self.listener.try_recv().await.map_err(|error| Error::lost(LISTEN, error))?;
            let Some(heard) = heard else {
                return Err(Error::lost(LISTEN, std::io::Error::from(std::io::ErrorKind::ConnectionAborted).into()));
            };
            if heard.process_id() == self.own {
                continue;
            }
            // What is no number was not sent by us, and wakes all the same.
            return Ok(heard.payload().parse().unwrap_or_default());
        }
    }

    /// Sends a number to every other process.
    pub async fn tell(&mut self, number: i64) -> Result<(), Error> {
        // Made of a constant of the program and a number. One message there and back, where bound values would take two.
        let statement = AssertSqlSafe(format!("notify {}, '{number}'", self.channel));
        within(NOTIFY, self.listener.execute(statement)).await.map(drop)
    }

    /// Whether the connection still stands: one that was cut silently would be listened to for ever.
    pub async fn probe(&mut self) -> Result<(), Error> {
        within(PROBE, self.listener.execute(PROBE)).await.map(drop)
    }
}

async fn within<T>(statement: &'static str, work: impl Future<Output = sqlx::Result<T>>) -> Result<T, Error> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| Error::lost(statement, error)),
        Err(_elapsed) => Err(Error::lost(statement, std::io::Error::from(std::io::ErrorKind::TimedOut).into())),
    }
}
