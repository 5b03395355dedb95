//! `guildhall job …`

use base::JobId;
use clap::{Subcommand, ValueEnum};
use client::{Client, Every, JobQuery};
use contract::job::{Job, JobState};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

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

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: JobCommand) -> Done {
    match command {
        JobCommand::List { kind, state, limit, json } => {
            let query = JobQuery { kind, state: state.map(Into::into), ..JobQuery::default() };
            let ask = async |part| hub.list_jobs(&JobQuery { part, ..query.clone() }).await;
            let jobs = Every::of(ask).take(limit as usize).await?;
            terminal.answer(json, &jobs, |terminal, jobs| {
                let rows: Vec<_> = jobs
                    .iter()
                    .map(|job| {
                        let (number, state) = (job.id.to_string(), job.state.word().to_owned());
                        let error = plain(job.last_error.as_deref().unwrap_or_default());
                        [number, state, job.kind.clone(), day_and_hour(job.due_at), plain(&job.payload), error]
                    })
                    .collect();
                let heads = ["number", "state", "kind", "due", "with", "went wrong"];
                terminal.table(heads, &rows, "There are no such jobs.")
            })
        }
        JobCommand::Counts { json } => {
            let depths = hub.count_jobs().await?;
            terminal.answer(json, &depths, |terminal, depths| {
                let rows: Vec<_> = depths
                    .iter()
                    .map(|depth| {
                        let [waiting, due, running, dead] =
                            [depth.waiting, depth.due, depth.running, depth.dead].map(|count| count.to_string());
                        [depth.kind.clone(), waiting, due, running, dead]
                    })
                    .collect();
                terminal.table(["kind", "waiting", "due", "running", "dead"], &rows, "There is nothing to be done.")
            })
        }
        JobCommand::Show { job, json } => {
            let job = hub.job(job.into()).await?;
            terminal.answer(json, &job, tell)
        }
        JobCommand::Retry { job, dry_run } => {
            let id = JobId::from(job);
            if dry_run {
                let job = hub.job(id).await?;
                let can = matches!(job.state, JobState::Waiting | JobState::Dead);
                let (can, state) = (if can { "can" } else { "cannot" }, job.state.word());
                return terminal.say(format_args!("Job {id} {can} be tried again: it is {state}."));
            }
            hub.retry_job(id).await?;
            terminal.say(format_args!("Job {id} is due."))
        }
        JobCommand::Remove { job, dry_run } => {
            let id = JobId::from(job);
            if dry_run {
                let job = hub.job(id).await?;
                return terminal.say(format_args!("Would remove job {id}: {}, {}.", job.kind, job.state.word()));
            }
            hub.remove_job(id).await?;
            terminal.say(format_args!("Removed job {id}."))
        }
    }
}

fn tell(terminal: &mut Terminal<'_>, job: &Job) -> Done {
    let (state, attempts) = (job.state.word(), job.attempts);
    terminal.say(format_args!("Job {}: {}, {state}, begun {attempts} times", job.id, job.kind))?;
    terminal.say(format_args!("With: {}", plain(&job.payload)))?;
    if let Some(progress) = &job.progress {
        let total = progress.total.map_or_else(String::new, |total| format!(" of {total}"));
        terminal.say(format_args!("Progress: {}{total} {}", progress.done, plain(&progress.note)))?;
    }
    if let Some(error) = &job.last_error {
        terminal.say(format_args!("Last: {}", plain(error)))?;
    }
    Ok(())
}
