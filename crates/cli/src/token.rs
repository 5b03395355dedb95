//! `guildhall token …`

use base::{Grants, TokenId};
use clap::Subcommand;
use client::Client;
use contract::{
    api::Why,
    token::{ApiToken, MakeToken},
};

use crate::{
    terminal::{Done, Terminal, day_and_hour, perhaps, plain},
    user::find,
};

/// Looks after the tokens of the API.
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Lists somebody's tokens and the programs that are logged in as them.
    List {
        /// Whose.
        name: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes a personal token for somebody, on the hub's own machine. It is printed, alone on its line, this once.
    Make {
        /// For whom.
        name: String,
        /// What it is for.
        #[arg(long)]
        called: String,
        /// What it may be used for: `account:read people:write`.
        #[arg(long)]
        grants: Grants,
        /// How many days it is good for, 365 at most.
        #[arg(long, default_value_t = 90)]
        days: u16,
        /// Only say what would be made.
        #[arg(long)]
        dry_run: bool,
    },
    /// Revokes a token, or ends the login of a program.
    Revoke {
        /// Whose.
        name: String,
        /// Its number in the list.
        token: i64,
        /// Why: stands in the audit log.
        #[arg(long, default_value = "")]
        reason: String,
        /// Only say what would be revoked.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: TokenCommand) -> Done {
    match command {
        TokenCommand::List { name, json } => {
            let tokens = hub.list_tokens_of(find(hub, &name).await?.id).await?;
            terminal.answer(json, &tokens, |terminal, tokens| {
                let rows: Vec<_> = tokens
                    .iter()
                    .map(|token| {
                        let ending = token.ending.as_deref().map(|ending| format!("…{ending}")).unwrap_or_default();
                        let (number, used) = (token.id.to_string(), perhaps(token.last_used_at));
                        let (kind, until) = (kind(token).to_owned(), day_and_hour(token.expires_at));
                        [number, kind, plain(&token.name), token.grants.to_string(), ending, used, until]
                    })
                    .collect();
                let heads = ["number", "kind", "called", "grants", "ends in", "last used", "runs out"];
                terminal.table(heads, &rows, &format!("{name} has no token."))
            })
        }
        TokenCommand::Make { name, called, grants, days, dry_run } => {
            let user = find(hub, &name).await?;
            if dry_run {
                let name = user.name;
                return terminal
                    .say(format_args!("Would make a token for {name}, good for {days} days and for {grants}."));
            }
            let form = MakeToken { name: called, grants, days };
            let made = hub.make_token_for(user.id, &form).await;
            let made = made.map_err(|error| match error.problem() {
                // There is no such route at any door of the website.
                Some(problem) if problem.status == 405 => {
                    "in somebody's name, tokens are only made on the hub's own machine".into()
                }
                _ => crate::Failure::from(error),
            })?;
            terminal.say(made.token)
        }
        TokenCommand::Revoke { name, token, reason, dry_run } => {
            let (user, token) = (find(hub, &name).await?.id, TokenId::from(token));
            let tokens = hub.list_tokens_of(user).await?;
            let known = tokens.iter().find(|known| known.id == token);
            let known = known.ok_or_else(|| format!("{name} has no token {token}"))?;
            if dry_run {
                return terminal.say(format_args!("Would revoke {}, a {}.", plain(&known.name), kind(known)));
            }
            hub.revoke_token_of(user, token, &Why { reason }).await?;
            terminal.say(format_args!("Revoked {}.", plain(&known.name)))
        }
    }
}

const fn kind(token: &ApiToken) -> &'static str {
    if token.personal { "token" } else { "login" }
}
