//! `guildhall webhook …`

use base::WebhookId;
use clap::{Args, Subcommand};
use client::{Client, Every};
use contract::webhook::{NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

/// Looks after the other programs that are told what happens.
#[derive(Subcommand)]
pub enum WebhookCommand {
    /// Lists all.
    List {
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one.
    Show {
        /// Its number.
        webhook: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes one, and prints the secret its deliveries are signed with, this once.
    Create {
        /// What it is called.
        name: String,
        /// Where events are sent.
        url: String,
        #[command(flatten)]
        more: More,
    },
    /// Changes one: whatever is said, and nothing else.
    Change {
        /// Its number.
        webhook: i64,
        /// What it is called.
        #[arg(long)]
        name: Option<String>,
        /// Where events are sent.
        #[arg(long)]
        url: Option<String>,
        /// Of which events it is told; again for more. `all` for all.
        #[arg(long = "event", value_name = "EVENT")]
        events: Vec<String>,
        /// Switch it on, with a new chance, or off.
        #[arg(long)]
        enabled: Option<bool>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
        /// Only say what it would be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Gives one another secret, and prints it, this once.
    RenewSecret {
        /// Its number.
        webhook: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Removes one, and the log of its deliveries.
    Remove {
        /// Its number.
        webhook: i64,
        /// Only say what would be removed.
        #[arg(long)]
        dry_run: bool,
    },
    /// Has the running hub send a test.
    Test {
        /// Its number.
        webhook: i64,
    },
    /// Lists what was sent to one, newest first.
    Deliveries {
        /// Its number.
        webhook: i64,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one of them: what was sent, and what came back.
    Delivery {
        /// The webhook's number.
        webhook: i64,
        /// The delivery's number.
        delivery: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has the running hub send a delivery once more.
    Replay {
        /// The webhook's number.
        webhook: i64,
        /// The delivery's number.
        delivery: i64,
    },
}

/// What a new webhook may be told beside its name and address.
#[derive(Args)]
pub struct More {
    /// Of which events it is told; again for more. All where none is named.
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: WebhookCommand) -> Done {
    match command {
        WebhookCommand::List { json } => {
            let all = hub.list_webhooks().await?;
            terminal.answer(json, &all, |terminal, all| tell(terminal, all))
        }
        WebhookCommand::Show { webhook, json } => {
            let webhook = hub.webhook(webhook.into()).await?;
            terminal.answer(json, &webhook, tell_one)
        }
        WebhookCommand::Create { name, url, more } => {
            let form = NewWebhook { name, url, events: more.events, enabled: true };
            let made = hub.create_webhook(&form).await?;
            terminal.answer(more.json, &made, tell_secret)
        }
        WebhookCommand::Change { webhook, name, url, events, enabled, json, dry_run } => {
            let id = WebhookId::from(webhook);
            let now = hub.webhook(id).await?;
            let events = match &events[..] {
                [] => now.events,
                [all] if all == "all" => Vec::new(),
                _ => events,
            };
            let form = NewWebhook {
                name: name.unwrap_or(now.name),
                url: url.unwrap_or(now.url),
                events,
                enabled: enabled.unwrap_or(now.enabled),
            };
            if dry_run {
                let form = serde_json::to_value(&form)?;
                return terminal.say(format_args!("Would change webhook {id} to {form:#}"));
            }
            let changed = hub.update_webhook(id, &form).await?;
            terminal.answer(json, &changed, tell_one)
        }
        WebhookCommand::RenewSecret { webhook, json } => {
            let made = hub.renew_webhook_secret(webhook.into()).await?;
            terminal.answer(json, &made, tell_secret)
        }
        WebhookCommand::Remove { webhook, dry_run } => {
            let id = WebhookId::from(webhook);
            let now = hub.webhook(id).await?;
            if dry_run {
                return terminal.say(format_args!("Would remove webhook {id}, {}.", plain(&now.name)));
            }
            hub.remove_webhook(id).await?;
            terminal.say(format_args!("Removed webhook {id}, {}.", plain(&now.name)))
        }
        WebhookCommand::Test { webhook } => {
            let delivery = hub.test_webhook(webhook.into()).await?.id;
            terminal.say(format_args!(
                "Queued as delivery {delivery}; `guildhall webhook deliveries {webhook}` says how it went."
            ))
        }
        WebhookCommand::Deliveries { webhook, limit, json } => {
            let id = WebhookId::from(webhook);
            let ask = async |part| hub.list_deliveries(id, &part).await;
            let deliveries = Every::of(ask).take(limit as usize).await?;
            terminal.answer(json, &deliveries, |terminal, deliveries| {
                let rows: Vec<_> = deliveries.iter().map(delivery_row).collect();
                let heads = ["number", "state", "event", "written", "attempts", "answer"];
                terminal.table(heads, &rows, "Nothing was sent to it lately.")
            })
        }
        WebhookCommand::Delivery { webhook, delivery, json } => {
            let delivery = hub.delivery(webhook.into(), delivery.into()).await?;
            terminal.answer(json, &delivery, |terminal, delivery| {
                let [number, state, event, written, attempts, answer] = delivery_row(delivery);
                terminal.say(format_args!("Delivery {number}: {event}, {state}, {attempts} attempts, {written}"))?;
                terminal.say(format_args!("Answer: {answer}"))?;
                terminal.say(plain(&delivery.body))
            })
        }
        WebhookCommand::Replay { webhook, delivery } => {
            let again = hub.replay_delivery(webhook.into(), delivery.into()).await?;
            terminal.say(format_args!("Queued as delivery {}.", again.id))
        }
    }
}

fn tell(terminal: &mut Terminal<'_>, webhooks: &[Webhook]) -> Done {
    let rows: Vec<_> = webhooks
        .iter()
        .map(|webhook| {
            let state = match (webhook.enabled, webhook.given_up, webhook.failing_since) {
                (false, true, _) => "given up",
                (false, false, _) => "off",
                (true, _, Some(_)) => "failing",
                (true, _, None) => "on",
            };
            let events = if webhook.events.is_empty() { "all".to_owned() } else { webhook.events.join(" ") };
            [webhook.id.to_string(), state.to_owned(), plain(&webhook.name), webhook.url.clone(), events]
        })
        .collect();
    terminal.table(["number", "state", "name", "address", "events"], &rows, "There are no webhooks.")
}

fn tell_one(terminal: &mut Terminal<'_>, webhook: &Webhook) -> Done {
    tell(terminal, std::slice::from_ref(webhook))
}

fn tell_secret(terminal: &mut Terminal<'_>, made: &WebhookWithSecret) -> Done {
    tell_one(terminal, &made.webhook)?;
    terminal.say(format_args!("Its secret, shown this once: {}", made.secret))
}

fn delivery_row(delivery: &WebhookDelivery) -> [String; 6] {
    let answer = delivery.status.map(|status| status.to_string()).or_else(|| delivery.error.clone());
    [
        delivery.id.to_string(),
        delivery.state.word().to_owned(),
        delivery.event.clone(),
        day_and_hour(delivery.created_at),
        delivery.attempts.to_string(),
        plain(&answer.unwrap_or_default()),
    ]
}
