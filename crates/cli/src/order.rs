//! `guildhall order …`

use base::OrderId;
use clap::{Subcommand, ValueEnum};
use client::{Client, Onward, OrderLadderQuery, OrderQuery};
use contract::{
    api::Why,
    lobby::Dialect,
    orders::{OrderCard, RenameOrder},
};

use crate::terminal::{Done, Terminal, day_and_hour, plain};

/// Looks after orders of players.
#[derive(Subcommand)]
pub enum OrderCommand {
    /// Lists them by name.
    List {
        /// Only those with that in their name.
        #[arg(default_value = "")]
        text: String,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lists them by how well their players play.
    Ladder {
        /// Of players of which clients.
        #[arg(long, value_enum, default_value_t = Clients::Myth2)]
        clients: Clients,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one: who belongs to it, as what.
    Show {
        /// Its number.
        order: i64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives one another name.
    Rename {
        /// Its number.
        order: i64,
        /// What it shall be called.
        name: String,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
    /// Ends one for good.
    Dissolve {
        /// Its number.
        order: i64,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Clients of the lobby, as they are typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Clients {
    /// Myth II.
    Myth2,
    /// Aleph One.
    AlephOne,
}

/// Runs one command about orders.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: OrderCommand) -> Done {
    match command {
        OrderCommand::List { text, limit, json } => {
            let page = hub.list_orders(&OrderQuery { search: text, part: Onward::first(limit) }).await?;
            terminal.answer(json, &page.items, |terminal, orders| {
                let rows: Vec<_> = orders.iter().map(row).collect();
                terminal.table(["id", "name", "members", "joining", "founded"], &rows, "No order is called that.")
            })
        }
        OrderCommand::Ladder { clients, limit, json } => {
            let dialect = match clients {
                Clients::Myth2 => Dialect::Myth2,
                Clients::AlephOne => Dialect::AlephOne,
            };
            let query = OrderLadderQuery { dialect: Some(dialect), part: Onward::first(limit) };
            let page = hub.order_ladder(&query).await?;
            terminal.answer(json, &page.items, |terminal, rungs| {
                let rows: Vec<_> = rungs
                    .iter()
                    .map(|rung| {
                        let (place, name) = (rung.place.to_string(), plain(&rung.order.name));
                        [place, name, rung.players.to_string(), rung.points.to_string()]
                    })
                    .collect();
                terminal.table(["place", "name", "players", "points"], &rows, "No order stands in it yet.")
            })
        }
        OrderCommand::Show { order, json } => {
            let order = hub.order(OrderId::from(order)).await?;
            terminal.answer(json, &order, |terminal, order| {
                terminal.say(format_args!("{}: {}", plain(&order.card.name), plain(&order.card.motto)))?;
                let rows: Vec<_> = order
                    .members
                    .iter()
                    .map(|one| [plain(&one.name), one.rank.word().to_owned(), day_and_hour(one.since)])
                    .collect();
                terminal.table(["name", "rank", "since"], &rows, "Nobody belongs to it.")
            })
        }
        OrderCommand::Rename { order, name, reason, dry_run } => {
            let id = OrderId::from(order);
            if dry_run {
                let now = plain(&hub.order(id).await?.card.name);
                return terminal.say(format_args!("“{now}” would be called “{}”.", plain(&name)));
            }
            hub.rename_order(id, &RenameOrder { name, reason }).await?;
            terminal.say("Done.")
        }
        OrderCommand::Dissolve { order, reason, dry_run } => {
            let id = OrderId::from(order);
            if dry_run {
                let now = hub.order(id).await?.card;
                let name = plain(&now.name);
                return terminal.say(format_args!("“{name}” would end, with {} members.", now.members));
            }
            hub.dissolve_order(id, &Why { reason }).await?;
            terminal.say("Done.")
        }
    }
}

fn row(order: &OrderCard) -> [String; 5] {
    [
        order.id.to_string(),
        plain(&order.name),
        order.members.to_string(),
        order.admission.word().to_owned(),
        day_and_hour(order.founded_at),
    ]
}
