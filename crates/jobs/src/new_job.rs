//! Asking for something to be done, in the transaction of the change that makes it necessary.

use std::borrow::Cow;

use base::{JobId, Millis};
use db::{Error, Tx};
use serde::Serialize;

use crate::store;

/// Something to be done, before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub(crate) kind: Cow<'static, str>,
    pub(crate) payload: String,
    pub(crate) due: Option<Millis>,
    pub(crate) key: Option<String>,
}

impl NewJob {
    /// A job of that kind, due at once. The payload is plain data, best an id: whoever runs the hub can read it, so it holds no secret.
    pub fn new(kind: &'static str, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_string(payload).expect("a payload is plain data with string keys");
        Self { kind: kind.into(), payload, due: None, key: None }
    }

    /// The same, of a kind and a payload that lie in a table.
    pub(crate) const fn kept(kind: String, payload: String) -> Self {
        Self { kind: Cow::Owned(kind), payload, due: None, key: None }
    }

    /// Not before that instant.
    #[must_use]
    pub fn due(self, at: Millis) -> Self {
        Self { due: Some(at), ..self }
    }

    /// Only once: where an unfinished job of this kind has the key, that one takes this payload and the earlier instant of the two.
    /// If it is running, it runs once more when it ends, so what was asked for meanwhile is not missed.
    #[must_use]
    pub fn once(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}

/// Asks for a job. It begins after the commit; if the transaction is rolled back, it was never asked for.
pub async fn enqueue(tx: &mut Tx<'_>, at: Millis, job: &NewJob) -> Result<JobId, Error> {
    let id = store::insert(tx, at, job).await?;
    if job.due.is_none_or(|due| due <= at) {
        tx.wake();
    }
    metrics::counter!("guildhall_jobs_asked_total", "kind" => job.kind.to_string()).increment(1);
    Ok(id)
}
