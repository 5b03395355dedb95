//! `guildhall job …`

use std::error::Error;

use base::{Actor, JobId};
use clap::{Subcommand, ValueEnum};
use contract::job::{Job, JobState};
use jobs::{JobQuery, Jobs};

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

/// Looks after what is still to be done.
#[derive(Subcommand)]
pub enum JobCommand {
    /// Lists jobs, newest first.
    List {
        /// Only those of that kind, such as `mail.send`.
        #[arg(long)]
        kind: Option<String>,
        /// Only those in that state.
        #[arg(long, value_enum)]
        state: Option<JobWord>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Says how many jobs of each kind there are.
    Counts {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one job.
    Show {
        /// Its number.
        job: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has one tried at once that waits or was given up; the running hub does it.
    Retry {
        /// Its number.
        job: i64,
        /// Only say whether it could be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes one that is not running.
    Remove {
        /// Its number.
        job: i64,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
}

/// A state as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JobWord {
    /// Not begun, or to be tried again.
    Waiting,
    /// Somebody is at it.
    Running,
    /// Finished well.
    Done,
    /// Given up.
    Dead,
}

impl From<JobWord> for JobState {
    fn from(word: JobWord) -> Self {
        match word {
            JobWord::Waiting => Self::Waiting,
            JobWord::Running => Self::Running,
            JobWord::Done => Self::Done,
            JobWord::Dead => Self::Dead,
        }
    }
}

/// Runs one command as the operator.
pub async fn run(jobs: &Jobs, command: JobCommand) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        JobCommand::List { kind, state, limit, json } => {
            list(jobs, kind, state.map(JobState::from), limit, json).await?;
        }
        JobCommand::Counts { json } => {
            let depths = jobs.overview(&operator).await?;
            if json {
                println!("{:#}", serde_json::to_value(&depths)?);
                return Ok(());
            }
            if depths.is_empty() {
                eprintln!("There is nothing to be done.");
            }
            for depth in depths {
                println!(
                    "{:<24}  {} waiting ({} of them due)  {} running  {} dead",
                    depth.kind, depth.waiting, depth.due, depth.running, depth.dead
                );
            }
        }
        JobCommand::Show { job, json } => {
            let job = found(jobs, job.into()).await?;
            if json {
                println!("{:#}", serde_json::to_value(&job)?);
                return Ok(());
            }
            println!("Job {}: {}, {}, begun {} times", job.id, job.kind, job.state.word(), job.attempts);
            println!("With: {}", job.payload);
            if let Some(progress) = &job.progress {
                let total = progress.total.map_or_else(String::new, |total| format!(" of {total}"));
                println!("Progress: {}{total} {}", progress.done, progress.note);
            }
            if let Some(error) = &job.last_error {
                println!("Last: {error}");
            }
        }
        JobCommand::Retry { job, dry_run } => {
            let id = JobId::from(job);
            if dry_run {
                let job = found(jobs, id).await?;
                let can = matches!(job.state, JobState::Waiting | JobState::Dead);
                println!("Job {id} {} be tried again: it is {}.", if can { "can" } else { "cannot" }, job.state.word());
            } else {
                jobs.retry(&operator, id).await?;
                println!("Job {id} is due.");
            }
        }
        JobCommand::Remove { job, dry_run } => {
            let id = JobId::from(job);
            if dry_run {
                let job = found(jobs, id).await?;
                println!("Would remove job {id}: {}, {}.", job.kind, job.state.word());
            } else {
                jobs.remove(&operator, id).await?;
                println!("Removed job {id}.");
            }
        }
    }
    Ok(())
}

async fn found(jobs: &Jobs, id: JobId) -> Done<Job> {
    Ok(jobs.find(&Actor::Operator, id).await?.ok_or(format!("there is no job {id}"))?)
}

async fn list(jobs: &Jobs, kind: Option<String>, state: Option<JobState>, limit: u32, json: bool) -> Done<()> {
    let (mut all, mut before) = (Vec::new(), None);
    while all.len() < limit as usize {
        let left = limit - u32::try_from(all.len()).unwrap_or(limit);
        let query = JobQuery { kind: kind.clone(), state, before, at_most: left };
        let page = jobs.list(&Actor::Operator, query).await?;
        all.extend(page.jobs);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if json {
        println!("{:#}", serde_json::to_value(&all)?);
        return Ok(());
    }
    if all.is_empty() {
        eprintln!("There are no such jobs.");
    }
    for job in all {
        let error = job.last_error.map_or_else(String::new, |error| format!("  {error}"));
        println!("{:>8}  {:<7}  {:<24}  {}{error}", job.id.get(), job.state.word(), job.kind, job.payload);
    }
    Ok(())
}
