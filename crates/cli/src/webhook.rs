//! `guildhall webhook …`

use std::error::Error;

use base::{Actor, WebhookId};
use clap::{Args, Subcommand};
use contract::webhook::{NewWebhook, Webhook, WebhookWithSecret};
use webhooks::{DeliveryQuery, Webhooks};

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

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
        /// How many at most, 200 at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
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

/// Runs one command as the operator.
pub async fn run(webhooks: &Webhooks, command: WebhookCommand) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        WebhookCommand::List { json } => {
            let all = webhooks.list(&operator).await?;
            if json {
                println!("{:#}", serde_json::to_value(&all)?);
                return Ok(());
            }
            if all.is_empty() {
                eprintln!("There are no webhooks.");
            }
            for webhook in all {
                tell(&webhook);
            }
        }
        WebhookCommand::Show { webhook, json } => {
            let webhook = found(webhooks, webhook.into()).await?;
            if json { println!("{:#}", serde_json::to_value(&webhook)?) } else { tell(&webhook) }
        }
        WebhookCommand::Create { name, url, more } => {
            let form = NewWebhook { name, url, events: more.events, enabled: true };
            made(&told(webhooks.create(&operator, &form).await)?, more.json)?;
        }
        WebhookCommand::Change { webhook, name, url, events, enabled, json, dry_run } => {
            let id = WebhookId::from(webhook);
            let now = found(webhooks, id).await?;
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
                println!("Would change webhook {id} to {:#}", serde_json::to_value(&form)?);
                return Ok(());
            }
            let changed = told(webhooks.update(&operator, id, &form).await)?;
            if json { println!("{:#}", serde_json::to_value(&changed)?) } else { tell(&changed) }
        }
        WebhookCommand::RenewSecret { webhook, json } => {
            made(&webhooks.renew_secret(&operator, webhook.into()).await?, json)?;
        }
        WebhookCommand::Remove { webhook, dry_run } => {
            let id = WebhookId::from(webhook);
            let now = found(webhooks, id).await?;
            if dry_run {
                println!("Would remove webhook {id}, {}.", now.name);
            } else {
                webhooks.remove(&operator, id).await?;
                println!("Removed webhook {id}, {}.", now.name);
            }
        }
        WebhookCommand::Test { webhook } => {
            let delivery = webhooks.test(&operator, webhook.into()).await?;
            println!("Queued as delivery {}; `guildhall webhook deliveries {webhook}` says how it went.", delivery.id);
        }
        WebhookCommand::Deliveries { webhook, limit, json } => {
            deliveries(webhooks, webhook.into(), limit, json).await?;
        }
        WebhookCommand::Replay { webhook, delivery } => {
            let again = webhooks.replay(&operator, webhook.into(), delivery.into()).await?;
            println!("Queued as delivery {}.", again.id);
        }
    }
    Ok(())
}

async fn found(webhooks: &Webhooks, id: WebhookId) -> Done<Webhook> {
    Ok(webhooks.find(&Actor::Operator, id).await?.ok_or(format!("there is no webhook {id}"))?)
}

/// With the fields that are wrong, and not only their number.
fn told<T>(done: Result<T, webhooks::Error>) -> Done<T> {
    done.map_err(|error| match &error {
        webhooks::Error::Fields(_) => error.problem().into(),
        _ => error.into(),
    })
}

fn tell(webhook: &Webhook) {
    let state = match (webhook.enabled, webhook.given_up, webhook.failing_since) {
        (false, true, _) => "given up",
        (false, false, _) => "off",
        (true, _, Some(_)) => "failing",
        (true, _, None) => "on",
    };
    let events = if webhook.events.is_empty() { "all events".to_owned() } else { webhook.events.join(" ") };
    println!("{:>6}  {state:<8}  {:<24}  {}  {events}", webhook.id.get(), webhook.name, webhook.url);
}

fn made(made: &WebhookWithSecret, json: bool) -> Done<()> {
    if json {
        println!("{:#}", serde_json::to_value(made)?);
        return Ok(());
    }
    tell(&made.webhook);
    println!("Its secret, shown this once: {}", made.secret);
    Ok(())
}

async fn deliveries(webhooks: &Webhooks, id: WebhookId, limit: u32, json: bool) -> Done<()> {
    let query = DeliveryQuery { before: None, at_most: limit };
    let page = webhooks.deliveries(&Actor::Operator, id, query).await?.ok_or(format!("there is no webhook {id}"))?;
    if json {
        println!("{:#}", serde_json::to_value(&page.deliveries)?);
        return Ok(());
    }
    if page.deliveries.is_empty() {
        eprintln!("Nothing was sent to it lately.");
    }
    for delivery in page.deliveries {
        let answer = delivery.status.map(|status| status.to_string()).or(delivery.error).unwrap_or_default();
        println!(
            "{:>8}  {:<9}  {:<24}  {} attempts  {answer}",
            delivery.id.get(),
            delivery.state.word(),
            delivery.event,
            delivery.attempts
        );
    }
    Ok(())
}
