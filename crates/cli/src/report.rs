//! `guildhall report …`

use base::ReportId;
use clap::{Args, Subcommand};
use client::{Client, Every, ReportQuery};
use contract::moderation::{Case, Decide, DecideMany, Effect, Words};

use crate::{
    sanction::{KindWord, line, seconds},
    terminal::{Done, Terminal, day_and_hour, plain},
};

/// Looks after what was reported.
#[derive(Subcommand)]
pub enum ReportCommand {
    /// Lists what waits, the oldest first.
    List {
        /// What was decided instead, the newest first.
        #[arg(long)]
        decided: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Everything about one report.
    Show {
        /// Its number.
        report: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Claims one, so that nobody else need look at it. Needs an account: `--remote`.
    Claim {
        /// Its number.
        report: i64,
    },
    /// Gives a claim back.
    Release {
        /// Its number.
        report: i64,
    },
    /// Notes something about one, for everybody who keeps order.
    Note {
        /// Its number.
        report: i64,
        /// What.
        text: String,
    },
    /// Decides one, or several alike.
    Decide {
        /// Their numbers.
        #[arg(required = true)]
        reports: Vec<i64>,
        #[command(flatten)]
        decision: DecisionArgs,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Takes a decision of the last ten minutes back.
    Undo {
        /// Its number.
        report: i64,
    },
}

/// What is decided.
#[derive(Args)]
pub struct DecisionArgs {
    /// What is done about the person; without it nothing is, and the report is dismissed.
    #[arg(long, value_enum)]
    act: Option<KindWord>,
    /// What had to be done was done elsewhere, such as suspending an organization: the report was right.
    #[arg(long, conflicts_with = "act")]
    settled: bool,
    /// For how many hours; without it for good.
    #[arg(long)]
    hours: Option<u64>,
    /// Why, as the person is told.
    #[arg(long, default_value = "")]
    reason: String,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: ReportCommand) -> Done {
    match command {
        ReportCommand::List { decided, json } => list(hub, terminal, decided, json).await,
        ReportCommand::Show { report, json } => {
            let case = hub.report_case(report.into()).await?;
            terminal.answer(json, &case, tell)
        }
        ReportCommand::Claim { report } => {
            hub.claim_report(report.into()).await?;
            terminal.say("Claimed.")
        }
        ReportCommand::Release { report } => {
            hub.release_report(report.into()).await?;
            terminal.say("Given back.")
        }
        ReportCommand::Note { report, text } => {
            hub.note_report(report.into(), &Words { text }).await?;
            terminal.say("Noted.")
        }
        ReportCommand::Decide { reports, decision, dry_run } => {
            let DecisionArgs { act, settled, hours, reason } = decision;
            let decision = Decide { act: act.map(Into::into), settled, span_secs: hours.map(seconds), reason };
            decide(hub, terminal, reports.into_iter().map(Into::into).collect(), decision, dry_run).await
        }
        ReportCommand::Undo { report } => {
            hub.undo_report(report.into()).await?;
            terminal.say("Taken back.")
        }
    }
}

async fn decide(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    reports: Vec<ReportId>,
    decision: Decide,
    dry_run: bool,
) -> Done {
    if let (&[report], false) = (&reports[..], dry_run) {
        hub.decide_report(report, &decision).await?;
        return terminal.say("Decided.");
    }
    let many = DecideMany { reports, decision };
    let effects = if dry_run { hub.preview_decision(&many).await? } else { hub.decide_reports(&many).await? };
    for Effect { report, name, refused } in &effects {
        let name = plain(name);
        match (refused, dry_run) {
            (None, true) => terminal.say(format_args!("Would decide report {report}, about {name}."))?,
            (None, false) => terminal.say(format_args!("Decided report {report}, about {name}."))?,
            (Some(kind), _) => terminal.say(format_args!("Can't decide report {report}: {kind:?}."))?,
        }
    }
    if !dry_run && effects.iter().any(|effect| effect.refused.is_some()) {
        return Err("not all of them could be decided".into());
    }
    Ok(())
}

async fn list(hub: &Client, terminal: &mut Terminal<'_>, decided: bool, as_json: bool) -> Done {
    let ask = async |part| hub.list_reports(&ReportQuery { decided, part }).await;
    let reports = Every::of(ask).all().await?;
    terminal.answer(as_json, &reports, |terminal, reports| {
        let rows: Vec<_> = reports
            .iter()
            .map(|report| {
                let words = [report.state.word(), report.reason.word(), report.target.word()].map(str::to_owned);
                let [state, reason, target] = words;
                [report.id.to_string(), day_and_hour(report.created_at), state, reason, target, plain(&report.name)]
            })
            .collect();
        terminal.table(["number", "made", "state", "reason", "about", "name"], &rows, "Nothing.")
    })
}

fn tell(terminal: &mut Terminal<'_>, case: &Case) -> Done {
    let report = &case.report;
    let (target, name, reason) = (report.target.word(), plain(&report.name), report.reason.word());
    terminal.say(format_args!("{target} {name}: {reason}"))?;
    terminal.say(format_args!("state: {}", report.state.word()))?;
    terminal.say(plain(&report.text))?;
    for quoted in report.context.lines() {
        terminal.say(format_args!("  | {}", plain(quoted)))?;
    }
    for note in &case.notes {
        terminal.say(format_args!("note: {}", plain(&note.text)))?;
    }
    for sanction in &case.sanctions {
        terminal.say(format_args!("before: {}", line(sanction)))?;
    }
    Ok(())
}
