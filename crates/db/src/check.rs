//! Looking at a database without changing it.

use base::Millis;

use crate::{Db, Engine, Error, sql, sql_for};

impl Db {
    /// What is wrong with the data as it lies there; `None` where nothing is. PostgreSQL looks after its own files, so there it only says
    /// that it answers.
    pub async fn find_damage(&self) -> Result<Option<String>, Error> {
        match self.engine() {
            Engine::Sqlite => {
                let (said,): (String,) = sql("pragma quick_check(1)").fetch_one(self).await?;
                Ok((said != "ok").then_some(said))
            }
            Engine::Postgres => {
                let _: (i32,) = sql("select 1").fetch_one(self).await?;
                Ok(None)
            }
        }
    }
}

impl Db {
    /// The newest migration that was applied; `None` where there is no record of any.
    pub async fn migration(&self) -> Result<Option<i64>, Error> {
        let (known,): (bool,) = sql_for(
            "select count(*) > 0 from sqlite_schema where name = 'migrations'",
            "select count(*) > 0 from information_schema.tables where table_schema = current_schema() and table_name = 'migrations'",
        )
        .fetch_one(self)
        .await?;
        if !known {
            return Ok(None);
        }
        let (version,): (Option<i64>,) = sql("select max(version) from migrations").fetch_one(self).await?;
        Ok(version)
    }

    /// When the newest thing happened that the database was told of; `None` where nothing has.
    pub async fn newest_instant(&self) -> Result<Option<Millis>, Error> {
        if self.migration().await?.is_none() {
            return Ok(None);
        }
        let (newest,): (Option<i64>,) = sql("select max(at) from outbox").fetch_one(self).await?;
        Ok(newest.map(Millis))
    }

    /// What the machine of the database takes for now. On SQLite that is this machine.
    pub async fn server_time(&self) -> Result<Millis, Error> {
        let (now,): (i64,) = sql_for(
            "select cast(unixepoch('subsec') * 1000 as integer)",
            "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)",
        )
        .fetch_one(self)
        .await?;
        Ok(Millis(now))
    }
}
