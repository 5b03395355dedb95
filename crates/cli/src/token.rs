//! `guildhall token …`

use std::error::Error;

use accounts::Accounts;
use base::{Actor, Grants, TokenId, UserId};
use clap::Subcommand;
use contract::token::{ApiToken, MakeToken};

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

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
    /// Makes a personal token for somebody. It is printed, alone on its line, this once.
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
        /// Only say what would be revoked.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Runs one command as the operator.
pub async fn run(accounts: &Accounts, command: TokenCommand) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        TokenCommand::List { name, json } => {
            let tokens = accounts.list_tokens_of(&operator, find(accounts, &name).await?).await?;
            if json {
                println!("{:#}", serde_json::to_value(&tokens)?);
                return Ok(());
            }
            if tokens.is_empty() {
                eprintln!("{name} has no token.");
            }
            tokens.iter().for_each(show);
        }
        TokenCommand::Make { name, called, grants, days, dry_run } => {
            let user = find(accounts, &name).await?;
            if dry_run {
                println!("Would make a token for {name}, good for {days} days and for {grants}.");
                return Ok(());
            }
            let form = MakeToken { name: called, grants, days };
            let made = accounts.make_token_for(&operator, user, form).await.map_err(explain)?;
            println!("{}", made.token);
        }
        TokenCommand::Revoke { name, token, dry_run } => {
            let (user, token) = (find(accounts, &name).await?, TokenId::from(token));
            let tokens = accounts.list_tokens_of(&operator, user).await?;
            let known = tokens.iter().find(|known| known.id == token);
            let known = known.ok_or_else(|| format!("{name} has no token {token}"))?;
            if dry_run {
                println!("Would revoke:");
                show(known);
                return Ok(());
            }
            accounts.revoke_token_of(&operator, user, token).await?;
            println!("Revoked {}.", known.name);
        }
    }
    Ok(())
}

fn show(token: &ApiToken) {
    let kind = if token.personal { "token" } else { "login" };
    let ending = token.ending.as_deref().map(|ending| format!("  …{ending}")).unwrap_or_default();
    println!("{:>8}  {kind}  {}  {}{ending}", token.id.get(), token.name, token.grants);
}

async fn find(accounts: &Accounts, name: &str) -> Done<UserId> {
    let found = accounts.find_user(&Actor::Operator, name).await?;
    found.map(|user| user.id).ok_or_else(|| format!("there is no account called {name}").into())
}

/// A form's error names its fields one by one; an operator wants to read them.
fn explain(error: accounts::Error) -> Failure {
    let problem = error.problem();
    if problem.fields.is_empty() {
        return error.into();
    }
    let fields: Vec<String> =
        problem.fields.iter().map(|wrong| format!("{:?}: {:?}", wrong.field, wrong.code)).collect();
    fields.join(", ").into()
}
