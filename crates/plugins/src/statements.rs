//! What a plugin asks its own database.

use std::time::Duration;

use base::OrgId;
use confined::Database;
use futures::future::BoxFuture;
use plugin_api::call::Fault;
use serde_json::{Map, Value};

use crate::{
    Powers as _, Stop,
    hand::{Hand, ours},
    powers::Level,
};

/// A statement waits so long for those of its plugin before it.
const TURN: Duration = Duration::from_millis(500);
/// Whoever asks waits so long for it: four times what a statement may take, for SQLite looks at the clock between its steps.
const PATIENCE: Duration = Duration::from_secs(2);

impl Hand {
    pub(crate) async fn query_own(&self, text: String, args: Vec<Value>) -> Result<Vec<Map<String, Value>>, Fault> {
        self.with_own(move |own, organization| Box::pin(async move { own.query(&text, &args, organization).await }))
            .await
    }

    pub(crate) async fn execute_own(&self, text: String, args: Vec<Value>) -> Result<u64, Fault> {
        self.with_own(move |own, organization| Box::pin(async move { own.execute(&text, &args, organization).await }))
            .await
    }

    /// Has its own database asked, with the organization that the call is in. Whoever called may stop waiting; the statement comes to its end.
    async fn with_own<T: Send + 'static>(
        &self,
        ask: impl for<'d> FnOnce(&'d mut Database, Option<i64>) -> BoxFuture<'d, Result<T, confined::Error>>
        + Send
        + 'static,
    ) -> Result<T, Fault> {
        let quota = self.ask.on.granted.sql.filter(|_| self.hub.gives_databases());
        self.granted("sql", quota.is_some())?;
        let quota_mib = quota.map_or(0, |quota| quota.quota_mib);
        let (path, organization) = (self.hub.files_of(self.id()).own, self.organization().map(OrgId::get));
        let own = self.hub.0.databases.of(self.id());
        let Ok(mut own) = tokio::time::timeout(TURN, own.lock_owned()).await else { return Err(Fault::Busy(1)) };
        let asked = self.hub.0.tasks.spawn(async move {
            let mut database = opened(own.take(), &path, quota_mib).await?;
            let answer = ask(&mut database, organization).await;
            if database.is_sound() {
                *own = Some(database);
            } else if let Err(error) = database.close().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a plugin's database did not close in order");
            }
            answer
        });
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => answer.map_err(|error| self.told(error)),
            Ok(Err(panic)) => Err(ours(panic)),
            Err(_elapsed) => {
                self.stopped(Stop::Excess("a statement that could not be broken off".into()));
                Err(Fault::Busy(1))
            }
        }
    }

    fn told(&self, error: confined::Error) -> Fault {
        // Where its author looks for what went wrong.
        if let confined::Error::TooMuch(what) = &error {
            self.log(Level::Warn, &format!("a statement was broken off: it took more than {what}"));
        }
        fault(error)
    }
}

/// What a statement came to, as the plugin is told it.
pub(crate) fn fault(error: confined::Error) -> Fault {
    match error {
        confined::Error::Invalid { at, what } => Fault::invalid(at, what),
        confined::Error::Refused(what) => Fault::Forbidden(format!("sql: {what}")),
        confined::Error::Conflict(what) => Fault::Conflict(what),
        full @ confined::Error::Full { .. } => Fault::Conflict(full.to_string()),
        confined::Error::TooMuch(_) => Fault::Busy(1),
        other => ours(other),
    }
}

/// The one that is open, or the file's. It is there since the plugin was installed: an empty one in its place would hide a loss.
async fn opened(open: Option<Database>, path: &std::path::Path, quota_mib: u32) -> Result<Database, confined::Error> {
    match open {
        Some(open) if open.quota_mib() == quota_mib => return Ok(open),
        Some(other) => other.close().await?,
        None => {}
    }
    tokio::fs::metadata(path).await?;
    Database::open(path, quota_mib).await
}
