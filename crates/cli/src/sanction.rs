//! `guildhall sanction …`

use base::SanctionId;
use clap::{Args, Subcommand, ValueEnum};
use client::{Client, Every, NamesQuery, SanctionQuery};
use contract::{
    api::Why,
    moderation::{NewPlace, NewSanction, Sanction, SanctionKind, Whom},
};

use crate::terminal::{Done, Terminal, perhaps, plain};

/// Looks after what was done about people, addresses and names.
#[derive(Subcommand)]
pub enum SanctionCommand {
    /// Lists what was done, the newest first.
    List {
        /// Only what was done about whoever has that name.
        #[arg(long)]
        name: Option<String>,
        /// Only what was done about addresses and names.
        #[arg(long)]
        places: bool,
        /// What is over, too.
        #[arg(long)]
        all: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one.
    Show {
        /// Its number.
        sanction: i64,
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
        /// Only say what would be done, and which names a pattern meets.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lifts what was done.
    Lift {
        /// Its number.
        sanction: i64,
        /// Why: stands in the audit log.
        #[arg(long, default_value = "")]
        reason: String,
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

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: SanctionCommand) -> Done {
    match command {
        SanctionCommand::List { name, places, all, json } => {
            let query = SanctionQuery { name, places, holding: !all, ..SanctionQuery::default() };
            let ask = async |part| hub.list_sanctions(&SanctionQuery { part, ..query.clone() }).await;
            let sanctions = Every::of(ask).all().await?;
            terminal.answer(json, &sanctions, |terminal, sanctions| {
                let rows: Vec<_> = sanctions.iter().map(row).collect();
                let heads = ["number", "kind", "state", "whom", "until", "reason"];
                terminal.table(heads, &rows, "Nothing.")
            })
        }
        SanctionCommand::Show { sanction, json } => {
            let found = hub.sanction(sanction.into()).await?;
            terminal.answer(json, &found, |terminal, found| terminal.say(line(found)))
        }
        SanctionCommand::Add { whom, kind, hours, reason, dry_run } => {
            add(hub, terminal, whom, kind.into(), hours, reason, dry_run).await
        }
        SanctionCommand::Lift { sanction, reason, dry_run } => {
            let number = SanctionId::from(sanction);
            let found = hub.sanction(number).await?;
            if dry_run {
                return terminal.say(format_args!("Would lift {}", line(&found)));
            }
            let why = Why { reason };
            match found.whom {
                Whom::Person { .. } => hub.lift_sanction(number, &why).await?,
                Whom::Network { .. } | Whom::Names { .. } => hub.lift_place(number, &why).await?,
            }
            terminal.say("Lifted.")
        }
    }
}

async fn add(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    whom: WhomArgs,
    kind: SanctionKind,
    hours: Option<u64>,
    reason: String,
    dry_run: bool,
) -> Done {
    let span_secs = hours.map(seconds);
    if whom.name.is_none() && kind != SanctionKind::Ban {
        return Err("addresses and names are only banned".into());
    }
    let made = match (whom, dry_run) {
        (WhomArgs { name: Some(name), .. }, true) => {
            let user = crate::user::find(hub, &name).await?;
            return terminal.say(format_args!("Would {} {}, a {}.", kind.word(), user.name, user.role.word()));
        }
        (WhomArgs { network: Some(network), .. }, true) => {
            return terminal.say(format_args!("Would ban whoever comes from {network}."));
        }
        (WhomArgs { pattern: Some(pattern), .. }, true) => {
            let met = hub.preview_names(&NamesQuery { pattern: pattern.clone() }).await?;
            terminal.say(format_args!("Would ban names like {pattern}; these have them already:"))?;
            return met.into_iter().try_for_each(|name| terminal.say(format_args!("  {}", plain(&name))));
        }
        (WhomArgs { name: Some(name), .. }, false) => {
            hub.make_sanction(&NewSanction { name, kind, span_secs, reason }).await?
        }
        (WhomArgs { network, pattern, .. }, _) => {
            hub.ban_place(&NewPlace { network, pattern, span_secs, reason }).await?
        }
    };
    terminal.say(format_args!("Done, number {}.", made.id))
}

pub(crate) const fn seconds(hours: u64) -> u64 {
    hours.saturating_mul(3600)
}

fn row(sanction: &Sanction) -> [String; 6] {
    let whom = match &sanction.whom {
        Whom::Person { name, .. } => name,
        Whom::Network { network } => network,
        Whom::Names { pattern } => pattern,
    };
    let state = match (sanction.holds, sanction.lifted_at) {
        (true, _) => "holds",
        (false, Some(_)) => "lifted",
        (false, None) => "over",
    };
    let kind = sanction.kind.word().to_owned();
    [sanction.id.to_string(), kind, state.to_owned(), plain(whom), perhaps(sanction.until), plain(&sanction.reason)]
}

/// One sanction as a sentence.
pub(crate) fn line(sanction: &Sanction) -> String {
    let [number, kind, state, whom, until, reason] = row(sanction);
    format!("{number}: {kind} {whom}, {state}, until {until}: {reason}")
}
