//! The server functions of the queue.

use contract::job::{Job, JobDepth, JobPage};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// How many there are of each kind.
    pub depths: Vec<JobDepth>,
    /// The jobs asked for.
    pub page: JobPage,
}

/// The jobs of a kind and a state, or all; `after` is the cursor of the page before.
#[server(endpoint = "admin_jobs")]
pub async fn read_queue(
    #[server(default)] kind: String,
    #[server(default)] state: String,
    #[server(default)] after: String,
) -> Result<Queue, AppError> {
    use contract::job::JobState;

    use crate::context;

    let (jobs, actor) = (&context::services().jobs, context::visitor().actor);
    let kind = kind.trim();
    let query = jobs::JobQuery {
        kind: (!kind.is_empty()).then(|| kind.to_owned()),
        state: JobState::from_word(&state),
        before: after.parse::<i64>().ok().map(Into::into),
        at_most: 50,
    };
    let page = jobs.list(&actor, query).await.map_err(context::told)?;
    let depths = jobs.overview(&actor).await.map_err(context::told)?;
    Ok(Queue { depths, page })
}

/// One job.
#[server(endpoint = "admin_job")]
pub async fn read_job(job: i64) -> Result<Job, AppError> {
    use crate::context;

    let found = context::services().jobs.find(&context::visitor().actor, job.into()).await;
    let found = found.map_err(context::told)?;
    found.ok_or_else(|| base::Kind::NotFound.into())
}

/// Has one tried at once. Answers with the path to go on to.
#[server(endpoint = "admin_retry_job")]
pub async fn retry_job(job: i64) -> Result<String, AppError> {
    use crate::context;

    let retried = context::services().jobs.retry(&context::visitor().actor, job.into()).await;
    retried.map_err(context::told)?;
    let path = format!("/admin/jobs/{job}");
    context::go_on_to(&path);
    Ok(path)
}

/// Removes one. Answers with the path to go on to.
#[server(endpoint = "admin_remove_job")]
pub async fn remove_job(job: i64) -> Result<String, AppError> {
    use crate::context;

    let removed = context::services().jobs.remove(&context::visitor().actor, job.into()).await;
    removed.map_err(context::told)?;
    context::go_on_to("/admin/jobs");
    Ok("/admin/jobs".to_owned())
}
