//! `guildhall appeal …`

use clap::{Subcommand, ValueEnum};
use client::{AppealQuery, Client, Every};
use contract::moderation::NewAnswer;

use crate::{
    sanction::line,
    terminal::{Done, Terminal, day_and_hour, plain},
};

/// Looks after those who ask that something be looked at again.
#[derive(Subcommand)]
pub enum AppealCommand {
    /// Lists what waits, the oldest first.
    List {
        /// What was answered instead, the newest first.
        #[arg(long)]
        answered: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Answers one.
    Answer {
        /// Its number.
        appeal: i64,
        /// What becomes of the sanction.
        #[arg(value_enum)]
        verdict: VerdictWord,
        /// Why, as the person is told.
        #[arg(long)]
        reason: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

/// An answer as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictWord {
    /// The sanction is lifted.
    Lift,
    /// It stays.
    Uphold,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: AppealCommand) -> Done {
    match command {
        AppealCommand::List { answered, json } => {
            let ask = async |part| hub.list_appeals(&AppealQuery { answered, part }).await;
            let appeals = Every::of(ask).all().await?;
            terminal.answer(json, &appeals, |terminal, appeals| {
                let rows: Vec<_> = appeals
                    .iter()
                    .map(|appeal| {
                        let (number, state) = (appeal.id.to_string(), appeal.state.word().to_owned());
                        [number, day_and_hour(appeal.at), state, line(&appeal.sanction), plain(&appeal.text)]
                    })
                    .collect();
                terminal.table(["number", "made", "state", "against", "words"], &rows, "Nothing.")
            })
        }
        AppealCommand::Answer { appeal, verdict, reason, dry_run } => {
            let lifts = verdict == VerdictWord::Lift;
            if dry_run {
                let ask = async |part| hub.list_appeals(&AppealQuery { answered: false, part }).await;
                let waiting = Every::of(ask).all().await?;
                let found = waiting.iter().find(|waiting| waiting.id.get() == appeal);
                let against = line(&found.ok_or_else(|| format!("no appeal {appeal} waits"))?.sanction);
                return terminal.say(format_args!("Would {} {against}", if lifts { "lift" } else { "uphold" }));
            }
            hub.answer_appeal(appeal.into(), &NewAnswer { lifts, text: reason }).await?;
            terminal.say(if lifts { "Lifted." } else { "Upheld." })
        }
    }
}
