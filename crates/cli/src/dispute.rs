//! `guildhall dispute …`

use base::GameId;
use clap::{Subcommand, ValueEnum};
use client::{Client, DisputeQuery, Onward};
use contract::ranking::{Dispute, Judge, Verdict};

use crate::terminal::{Done, Terminal, plain};

/// Judges results that players dispute.
#[derive(Subcommand)]
pub enum DisputeCommand {
    /// Lists games whose players reported different results, the newest first.
    List {
        /// Those that were judged, instead of those that wait.
        #[arg(long)]
        judged: bool,
        /// So many, 50 at most.
        #[arg(long, default_value_t = 30)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one, with each report beside the result.
    Show {
        /// The game's number.
        game: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Judges one. Ladders follow by themselves.
    Judge {
        /// The game's number.
        game: i64,
        /// What to say of it.
        verdict: Saying,
        /// To overturn it: whose report is the result, by their number in the lobby.
        #[arg(long)]
        reporter: Option<u32>,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
}

/// What is said of a result, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Saying {
    /// It stands as it is.
    Confirm,
    /// Another report is the result.
    Overturn,
    /// It counts for nothing.
    Void,
}

impl From<Saying> for Verdict {
    fn from(saying: Saying) -> Self {
        match saying {
            Saying::Confirm => Self::Confirmed,
            Saying::Overturn => Self::Overturned,
            Saying::Void => Self::Voided,
        }
    }
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: DisputeCommand) -> Done {
    match command {
        DisputeCommand::List { judged, limit, json } => {
            let page = hub.list_disputes(&DisputeQuery { judged, part: Onward::first(limit) }).await?;
            terminal.answer(json, &page.items, |terminal, disputes| {
                let rows: Vec<_> = disputes.iter().map(row).collect();
                terminal.table(["game", "name", "map", "reports", "verdict"], &rows, "Nobody disputes anything.")
            })
        }
        DisputeCommand::Show { game, json } => {
            let dispute = hub.dispute(GameId::from(game)).await?;
            terminal.answer(json, &dispute, tell)
        }
        DisputeCommand::Judge { game, verdict, reporter, reason, dry_run } => {
            let (id, verdict) = (GameId::from(game), Verdict::from(verdict));
            if dry_run {
                let dispute = hub.dispute(id).await?;
                let was = dispute.judgement.map_or("not judged", |judgement| judgement.verdict.word());
                let whose = reporter.map_or_else(String::new, |reporter| format!(" by the report of {reporter}"));
                return terminal.say(format_args!("Game {id}, {was} so far, would be {}{whose}.", verdict.word()));
            }
            hub.judge_dispute(id, &Judge { verdict, reporter, reason }).await?;
            terminal.say(format_args!("Game {id} is {}. Ladders follow by themselves.", verdict.word()))
        }
    }
}

fn row(dispute: &Dispute) -> [String; 5] {
    let game = &dispute.result.game;
    [
        game.id.to_string(),
        plain(&game.name),
        plain(&game.map),
        dispute.result.reports.len().to_string(),
        dispute.judgement.as_ref().map_or_else(String::new, |judgement| judgement.verdict.word().to_owned()),
    ]
}

/// Who reported what, the host first.
fn tell(terminal: &mut Terminal<'_>, dispute: &Dispute) -> Done {
    let rows: Vec<_> = dispute
        .result
        .reports
        .iter()
        .map(|told| {
            let winners: Vec<String> = told.winners.iter().map(|name| plain(name)).collect();
            let yes = |yes: bool| if yes { "yes".to_owned() } else { String::new() };
            [told.reporter.to_string(), plain(&told.name), yes(told.host), winners.join(", "), yes(told.agrees)]
        })
        .collect();
    terminal.table(["reporter", "name", "host", "says who won", "is the result"], &rows, "There are no reports.")
}
