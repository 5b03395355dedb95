//! `guildhall mail …`

use base::MailId;
use clap::{Subcommand, ValueEnum};
use client::{Client, Every, MailQuery};
use contract::mail::{MailState, NewTestMail, ShownMail};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

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
    /// Says how many mails there are in each state, and whether there is a mail server.
    Counts {
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

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: MailCommand) -> Done {
    match command {
        MailCommand::List { state, limit, json } => {
            list(hub, terminal, state.map(Into::into), limit as usize, json).await
        }
        MailCommand::Counts { json } => {
            let counts = hub.count_mails().await?;
            terminal.answer(json, &counts, |terminal, counts| {
                let way = if counts.has_transport {
                    "goes by the mail server"
                } else {
                    "waits here: no mail server is configured"
                };
                terminal.note(format_args!("Mail {way}."))?;
                let rows: Vec<_> = counts
                    .by_state
                    .iter()
                    .map(|count| [count.state.word().to_owned(), count.count.to_string()])
                    .collect();
                terminal.table(["state", "mails"], &rows, "There are no mails.")
            })
        }
        MailCommand::Show { mail, reveal, json } => {
            let id = MailId::from(mail);
            let shown = if reveal { hub.reveal_mail(id).await? } else { hub.mail(id).await? };
            terminal.answer(json, &shown, tell)
        }
        MailCommand::Retry { mail, dry_run } => {
            let id = MailId::from(mail);
            if dry_run {
                let can = if hub.mail(id).await?.mail.can_be_retried { "can" } else { "cannot" };
                return terminal.say(format_args!("Mail {id} {can} be sent again."));
            }
            hub.retry_mail(id).await?;
            terminal.say(format_args!("Mail {id} is in the queue again."))
        }
        MailCommand::Remove { mail, dry_run } => {
            let id = MailId::from(mail);
            if dry_run {
                let row = hub.mail(id).await?.mail;
                return terminal.say(format_args!("Would remove mail {id}: {}, {}.", row.kind, row.state.word()));
            }
            hub.remove_mail(id).await?;
            terminal.say(format_args!("Removed mail {id}."))
        }
        MailCommand::Test { address, locale } => {
            let queued = hub.send_test_mail(&NewTestMail { to: address, locale }).await?.mail;
            terminal.say(format_args!("Queued as mail {queued}; `guildhall mail show {queued}` says how it went."))?;
            if hub.count_mails().await?.has_transport {
                return Ok(());
            }
            terminal.note("No mail server is configured there (smtp.host), so it will wait in the outbox.")
        }
    }
}

async fn list(
    hub: &Client,
    terminal: &mut Terminal<'_>,
    state: Option<MailState>,
    limit: usize,
    as_json: bool,
) -> Done {
    let ask = async |part| hub.list_mails(&MailQuery { state, part }).await;
    let mails = Every::of(ask).take(limit).await?;
    terminal.answer(as_json, &mails, |terminal, mails| {
        let rows: Vec<_> = mails
            .iter()
            .map(|mail| {
                let address = mail.address.clone().unwrap_or_else(|| "(forgotten)".to_owned());
                let error = plain(mail.last_error.as_deref().unwrap_or_default());
                let (number, state) = (mail.id.to_string(), mail.state.word().to_owned());
                [number, state, mail.kind.clone(), day_and_hour(mail.queued_at), address, error]
            })
            .collect();
        let heads = ["number", "state", "kind", "written", "to", "went wrong"];
        terminal.table(heads, &rows, "There are no such mails.")
    })
}

fn tell(terminal: &mut Terminal<'_>, shown: &ShownMail) -> Done {
    let row = &shown.mail;
    terminal.say(format_args!("Mail {}: {}, {}, {} attempts", row.id, row.kind, row.state.word(), row.attempts))?;
    if let Some(error) = &row.last_error {
        terminal.say(format_args!("Last: {}", plain(error)))?;
    }
    terminal.say(format_args!("To: {}", row.address.as_deref().unwrap_or("(forgotten)")))?;
    match (&shown.subject, &shown.text) {
        (Some(subject), Some(text)) => terminal.say(format_args!("Subject: {subject}\n\n{text}")),
        _ => terminal.say("What it said is forgotten."),
    }
}
