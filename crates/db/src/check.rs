//! Looking at a database without changing it.

use crate::{Db, Engine, Error, sql};

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
