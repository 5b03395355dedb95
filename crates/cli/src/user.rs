//! `guildhall user …`

use std::error::Error;

use accounts::{Accounts, UserQuery, UserSummary};
use base::{Actor, Role};
use clap::{Subcommand, ValueEnum};

use crate::password;

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

/// Makes and looks after accounts. Passwords are asked for, or read from the first line of standard input.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Makes an account.
    Create {
        /// Its name.
        name: String,
        /// What it may do.
        #[arg(long, value_enum, default_value_t = RoleWord::Member)]
        role: RoleWord,
    },
    /// Lists accounts by name.
    List {
        /// Only names that hold this text.
        #[arg(long, default_value = "")]
        search: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives an account a new password, and ends all its logins.
    SetPassword {
        /// Whose.
        name: String,
    },
    /// Gives an account another role.
    SetRole {
        /// Whose.
        name: String,
        /// Which.
        #[arg(value_enum)]
        role: RoleWord,
    },
    /// Keeps an account out, and ends all its logins.
    Lock {
        /// Whose.
        name: String,
    },
    /// Lets it in again.
    Unlock {
        /// Whose.
        name: String,
    },
}

/// A role as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleWord {
    /// Has an account.
    Member,
    /// Writes news and pages.
    Editor,
    /// Runs events.
    Organiser,
    /// Keeps order.
    Moderator,
    /// Runs the hub.
    Admin,
    /// Owns it.
    Owner,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Member => Self::Member,
            RoleWord::Editor => Self::Editor,
            RoleWord::Organiser => Self::Organiser,
            RoleWord::Moderator => Self::Moderator,
            RoleWord::Admin => Self::Admin,
            RoleWord::Owner => Self::Owner,
        }
    }
}

/// Runs one command as the operator.
pub async fn run(accounts: &Accounts, command: UserCommand) -> Done<()> {
    let operator = Actor::Operator;
    match command {
        UserCommand::Create { name, role } => {
            let password = password::ask("Password: ")?;
            let user = accounts.create_user(&operator, &name, password, role.into()).await.map_err(explain)?;
            println!("Made {}, account {}.", user.name, user.id);
        }
        UserCommand::List { search, json } => list(accounts, search, json).await?,
        UserCommand::SetPassword { name } => {
            let user = find(accounts, &name).await?;
            let password = password::ask("New password: ")?;
            accounts.set_password(&operator, user.id, password).await.map_err(explain)?;
            println!("{} has a new password; all logins of the account have ended.", user.name);
        }
        UserCommand::SetRole { name, role } => {
            let user = find(accounts, &name).await?;
            accounts.set_role(&operator, user.id, role.into()).await.map_err(explain)?;
            println!("{} is now {}.", user.name, Role::from(role).word());
        }
        UserCommand::Lock { name } => {
            let user = find(accounts, &name).await?;
            accounts.lock(&operator, user.id).await.map_err(explain)?;
            println!("{} is locked; all logins of the account have ended.", user.name);
        }
        UserCommand::Unlock { name } => {
            let user = find(accounts, &name).await?;
            accounts.unlock(&operator, user.id).await.map_err(explain)?;
            println!("{} may log in again.", user.name);
        }
    }
    Ok(())
}

async fn find(accounts: &Accounts, name: &str) -> Done<UserSummary> {
    let found = accounts.find_user(&Actor::Operator, name).await?;
    found.ok_or_else(|| format!("there is no account called {name}").into())
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

async fn list(accounts: &Accounts, search: String, as_json: bool) -> Done<()> {
    let mut query = UserQuery { search, after: None, at_most: 200 };
    let mut users = Vec::new();
    loop {
        let page = accounts.list_users(&Actor::Operator, query.clone()).await?;
        users.extend(page.users);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    if as_json {
        println!("{:#}", serde_json::to_value(&users)?);
        return Ok(());
    }
    if users.is_empty() {
        eprintln!("No account matches.");
    }
    for user in users {
        let locked = if user.locked_at.is_some() { "  locked" } else { "" };
        println!("{:>8}  {:<10}  {}{locked}", user.id.get(), user.role.word(), user.name);
    }
    Ok(())
}
