//! `guildhall sanction …` and `guildhall report …`

use std::{error::Error, time::Duration};

use base::{Actor, ReportId, SanctionId};
use clap::{Args, Subcommand, ValueEnum};
use contract::moderation::{Sanction, SanctionKind, Whom};
use moderation::{About, Decision, Measure, Moderation, QueueQuery, SanctionQuery, Verdict};

type Failure = Box<dyn Error + Send + Sync>;
type Done = Result<(), Failure>;

/// Looks after what was done about people, addresses and names.
#[derive(Subcommand)]
pub enum SanctionCommand {
    /// Lists what was done, the newest first.
    List {
        /// What is over, too.
        #[arg(long)]
        all: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Does something about somebody; or shuts out addresses or names.
    Add {
        #[command(flatten)]
        whom: WhomArgs,
        /// What. Addresses and names are only banned.
        #[arg(long, value_enum, default_value_t = KindWord::Ban)]
        kind: KindWord,
        /// For how many hours; without it for good. A suspension needs it, a warning takes none.
        #[arg(long)]
        hours: Option<u64>,
        /// Why, as the person is told.
        #[arg(long)]
        reason: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lifts what was done.
    Lift {
        /// Its number.
        sanction: i64,
        /// Only say what would be lifted.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Whom it is about: one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct WhomArgs {
    /// The account of that name.
    #[arg(long)]
    name: Option<String>,
    /// Whoever comes from there: CIDR, or one address.
    #[arg(long)]
    network: Option<String>,
    /// Whoever new would be called that, with `*` for anything.
    #[arg(long)]
    pattern: Option<String>,
}

/// What is done, as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindWord {
    /// They are told.
    Warn,
    /// They may not talk.
    Mute,
    /// They may not come in until then.
    Suspend,
    /// They may not come in any more.
    Ban,
}

impl From<KindWord> for SanctionKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Warn => Self::Warn,
            KindWord::Mute => Self::Mute,
            KindWord::Suspend => Self::Suspend,
            KindWord::Ban => Self::Ban,
        }
    }
}

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
    /// Decides one.
    Decide {
        /// Its number.
        report: i64,
        /// What is done about the person; without it the report is dismissed.
        #[arg(long, value_enum)]
        act: Option<KindWord>,
        /// For how many hours; without it for good.
        #[arg(long)]
        hours: Option<u64>,
        /// Why, as the person is told.
        #[arg(long, default_value = "")]
        reason: String,
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

/// Runs one command about sanctions as the operator.
pub async fn run_sanction(hub: &Moderation, command: SanctionCommand) -> Done {
    let operator = Actor::Operator;
    match command {
        SanctionCommand::List { all, json } => list_sanctions(hub, all, json).await,
        SanctionCommand::Add { whom, kind, hours, reason, dry_run } => {
            let span = hours.map(hours_long);
            if dry_run {
                println!("Would {} {}.", SanctionKind::from(kind).word(), called(&whom));
                return Ok(());
            }
            let id = match (whom.name, whom.network, whom.pattern) {
                (Some(name), ..) => {
                    let measure = Measure { kind: kind.into(), span };
                    hub.sanction_named(&operator, &name, measure, &reason).await.map_err(explain)?.id
                }
                (_, Some(network), _) => {
                    hub.ban_place(&operator, &About::Network(network), span, &reason).await.map_err(explain)?
                }
                (_, _, Some(pattern)) => {
                    hub.ban_place(&operator, &About::Names(pattern), span, &reason).await.map_err(explain)?
                }
                _ => return Err("say whom: --name, --network or --pattern".into()),
            };
            println!("Done, number {id}.");
            Ok(())
        }
        SanctionCommand::Lift { sanction, dry_run } => {
            let number = SanctionId::from(sanction);
            let found = hub.find_sanction(&operator, number).await.map_err(explain)?;
            if dry_run {
                println!("Would lift: {}", line(&found));
                return Ok(());
            }
            match found.whom {
                Whom::Person { .. } => {
                    hub.lift(&operator, number).await.map_err(explain)?;
                }
                Whom::Network { .. } | Whom::Names { .. } => {
                    hub.lift_place(&operator, number).await.map_err(explain)?;
                }
            }
            println!("Lifted.");
            Ok(())
        }
    }
}

/// Runs one command about reports as the operator.
pub async fn run_report(hub: &Moderation, command: ReportCommand) -> Done {
    let operator = Actor::Operator;
    match command {
        ReportCommand::List { decided, json } => list_reports(hub, decided, json).await,
        ReportCommand::Show { report, json } => {
            let case = hub.case(&operator, report.into()).await.map_err(explain)?;
            if json {
                println!("{:#}", serde_json::to_value(&case)?);
                return Ok(());
            }
            let report = &case.report;
            println!("{} {}: {}", report.target.word(), report.name, report.reason.word());
            println!("state: {}", report.state.word());
            println!("{}", report.text);
            for quoted in report.context.lines() {
                println!("  | {quoted}");
            }
            for note in &case.notes {
                println!("note: {}", note.text);
            }
            for sanction in &case.sanctions {
                println!("before: {}", line(sanction));
            }
            Ok(())
        }
        ReportCommand::Decide { report, act, hours, reason, dry_run } => {
            let measure = act.map(|kind| Measure { kind: kind.into(), span: hours.map(hours_long) });
            let decision = Decision { verdict: measure.map_or(Verdict::Dismiss, Verdict::Act), reason };
            let number = ReportId::from(report);
            if dry_run {
                for effect in hub.preview(&operator, &[number], &decision).await.map_err(explain)? {
                    match effect.refused {
                        None => println!("Would decide the report about {}.", effect.name),
                        Some(kind) => println!("Can't decide the report about {}: {kind:?}.", effect.name),
                    }
                }
                return Ok(());
            }
            hub.decide(&operator, number, &decision).await.map_err(explain)?;
            println!("Decided.");
            Ok(())
        }
        ReportCommand::Undo { report } => {
            hub.undo(&operator, report.into()).await.map_err(explain)?;
            println!("Taken back.");
            Ok(())
        }
    }
}

const fn hours_long(hours: u64) -> Duration {
    Duration::from_secs(hours.saturating_mul(3600))
}

fn called(whom: &WhomArgs) -> String {
    let one = [&whom.name, &whom.network, &whom.pattern];
    one.into_iter().flatten().next().cloned().unwrap_or_default()
}

async fn list_sanctions(hub: &Moderation, all: bool, as_json: bool) -> Done {
    let mut query = SanctionQuery { holding: !all, at_most: 200, ..SanctionQuery::default() };
    let mut sanctions = Vec::new();
    loop {
        let page = hub.sanctions(&Actor::Operator, &query).await.map_err(explain)?;
        sanctions.extend(page.sanctions);
        query.before = page.next;
        if query.before.is_none() {
            break;
        }
    }
    if as_json {
        println!("{:#}", serde_json::to_value(&sanctions)?);
        return Ok(());
    }
    if sanctions.is_empty() {
        eprintln!("Nothing.");
    }
    for sanction in sanctions {
        println!("{}", line(&sanction));
    }
    Ok(())
}

async fn list_reports(hub: &Moderation, decided: bool, as_json: bool) -> Done {
    let mut query = QueueQuery { decided, after: None, at_most: 200 };
    let mut reports = Vec::new();
    loop {
        let page = hub.queue(&Actor::Operator, &query).await.map_err(explain)?;
        reports.extend(page.reports);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    if as_json {
        println!("{:#}", serde_json::to_value(&reports)?);
        return Ok(());
    }
    if reports.is_empty() {
        eprintln!("Nothing.");
    }
    for report in reports {
        println!(
            "{:>8}  {:<9}  {:<13}  {} {}",
            report.id.get(),
            report.state.word(),
            report.reason.word(),
            report.target.word(),
            report.name
        );
    }
    Ok(())
}

fn line(sanction: &Sanction) -> String {
    let whom = match &sanction.whom {
        Whom::Person { name, .. } => name,
        Whom::Network { network } => network,
        Whom::Names { pattern } => pattern,
    };
    let state = if sanction.holds { "holds" } else { "over" };
    format!("{:>8}  {:<7}  {:<5}  {whom}: {}", sanction.id.get(), sanction.kind.word(), state, sanction.reason)
}

/// A form's error names its fields one by one; an operator wants to read them.
fn explain(error: moderation::Error) -> Failure {
    let problem = error.problem();
    if problem.fields.is_empty() {
        return error.into();
    }
    let fields: Vec<String> =
        problem.fields.iter().map(|wrong| format!("{:?}: {:?}", wrong.field, wrong.code)).collect();
    fields.join(", ").into()
}
