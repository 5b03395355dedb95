//! `guildhall mail …`

use std::error::Error;

use base::{Actor, MailId};
use clap::{Subcommand, ValueEnum};
use contract::mail::MailState;
use mail::{Locale, Mail, MailQuery};

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

/// Looks after what the hub writes to people.
#[derive(Subcommand)]
pub enum MailCommand {
    /// Lists mails, newest first.
    List {
        /// Only those in that state.
        #[arg(long, value_enum)]
        state: Option<StateWord>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one mail and what it says.
    Show {
        /// Its number.
        mail: i64,
        /// With its codes and links, to hand them over. It is noted in the audit log.
        #[arg(long)]
        reveal: bool,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Sends one again that failed or was never sent.
    Retry {
        /// Its number.
        mail: i64,
        /// Only say whether it could be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Removes one. What is still queued is not sent.
    Remove {
        /// Its number.
        mail: i64,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
    /// Queues a letter that only says that mail arrives; the running hub sends it.
    Test {
        /// Where it goes.
        address: String,
        /// In which language: en or pt-BR.
        #[arg(long, default_value = "en")]
        locale: String,
    },
}

/// A state as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateWord {
    /// On its way.
    Queued,
    /// Sent.
    Sent,
    /// Refused for good, or tried often enough.
    Failed,
    /// There was no mail server.
    Unsent,
    /// It would have come too late.
    Late,
    /// Its reader wants no more of its kind.
    Declined,
}

impl From<StateWord> for MailState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Queued => Self::Queued,
            StateWord::Sent => Self::Sent,
            StateWord::Failed => Self::Failed,
            StateWord::Unsent => Self::Unsent,
            StateWord::Late => Self::Late,
            StateWord::Declined => Self::Declined,
        }
    }
}

/// Runs one command as the operator.
pub async fn run(mail: &Mail, command: MailCommand) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        MailCommand::List { state, limit, json } => list(mail, state.map(MailState::from), limit, json).await?,
        MailCommand::Show { mail: id, reveal, json } => show(mail, id.into(), reveal, json).await?,
        MailCommand::Retry { mail: id, dry_run } => {
            let id = MailId::from(id);
            if dry_run {
                let shown = mail.show(&operator, id).await?;
                println!("Mail {id} {} be sent again.", if shown.mail.can_be_retried { "can" } else { "cannot" });
            } else {
                mail.retry(&operator, id).await?;
                println!("Mail {id} is in the queue again.");
            }
        }
        MailCommand::Remove { mail: id, dry_run } => {
            let id = MailId::from(id);
            if dry_run {
                let row = mail.show(&operator, id).await?.mail;
                println!("Would remove mail {id}: {}, {}.", row.kind, row.state.word());
            } else {
                mail.remove(&operator, id).await?;
                println!("Removed mail {id}.");
            }
        }
        MailCommand::Test { address, locale } => {
            let id = mail.send_test(&operator, &address, Locale::of(&locale)).await?;
            println!("Queued as mail {id}; `guildhall mail show {id}` says how it went.");
            if !mail.has_transport() {
                eprintln!("No mail server is configured here (smtp.host), so it will wait in the outbox.");
            }
        }
    }
    Ok(())
}

async fn list(mail: &Mail, state: Option<MailState>, limit: u32, json: bool) -> Done<()> {
    let mut mails = Vec::new();
    let mut before = None;
    while mails.len() < limit as usize {
        let left = limit - u32::try_from(mails.len()).unwrap_or(limit);
        let page = mail.list(&Actor::Operator, MailQuery { state, before, at_most: left }).await?;
        mails.extend(page.mails);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if json {
        println!("{:#}", serde_json::to_value(&mails)?);
        return Ok(());
    }
    if mails.is_empty() {
        eprintln!("There are no such mails.");
    }
    for mail in mails {
        let address = mail.address.as_deref().unwrap_or("(forgotten)");
        let error = mail.last_error.map_or_else(String::new, |error| format!("  {error}"));
        println!("{:>8}  {:<9}  {:<24}  {address}{error}", mail.id.get(), mail.state.word(), mail.kind);
    }
    Ok(())
}

async fn show(mail: &Mail, id: MailId, reveal: bool, json: bool) -> Done<()> {
    let shown = if reveal { mail.reveal(&Actor::Operator, id).await? } else { mail.show(&Actor::Operator, id).await? };
    if json {
        println!("{:#}", serde_json::to_value(&shown)?);
        return Ok(());
    }
    let row = &shown.mail;
    println!("Mail {id}: {}, {}, {} attempts", row.kind, row.state.word(), row.attempts);
    if let Some(error) = &row.last_error {
        println!("Last: {error}");
    }
    println!("To: {}", row.address.as_deref().unwrap_or("(forgotten)"));
    match (&shown.subject, &shown.text) {
        (Some(subject), Some(text)) => println!("Subject: {subject}\n\n{text}"),
        _ => println!("What it said is forgotten."),
    }
    Ok(())
}
