//! `guildhall user …`

use std::error::Error;

use base::Role;
use clap::{Subcommand, ValueEnum};
use contract::api::User;

use crate::{password, place::Place};

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
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
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
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Gives an account another role.
    SetRole {
        /// Whose.
        name: String,
        /// Which.
        #[arg(value_enum)]
        role: RoleWord,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Keeps an account out, and ends all its logins.
    Lock {
        /// Whose.
        name: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Takes an account's second factor away, for one who has lost app and recovery codes, and ends all its logins.
    ClearSecondFactor {
        /// Whose.
        name: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lets it in again.
    Unlock {
        /// Whose.
        name: String,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
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

/// Runs one command, on the hub of this machine or on one elsewhere.
pub async fn run(hub: &Place<'_>, command: UserCommand) -> Done<()> {
    match command {
        UserCommand::Create { name, role, dry_run: true } => {
            if find(hub, &name).await.is_ok() {
                return Err(format!("{name} is taken").into());
            }
            println!("An account {name} would be made, as {}.", Role::from(role).word());
        }
        UserCommand::Create { name, role, dry_run: false } => {
            let password = password::ask("Password: ")?;
            let user = hub.create_user(&name, password, role.into()).await?;
            println!("Made {}, account {}.", user.name, user.id);
        }
        UserCommand::List { search, json } => list(hub, search, json).await?,
        UserCommand::SetPassword { name, dry_run: true } => {
            let user = find(hub, &name).await?;
            println!("{} would get a new password, and all logins of the account would end.", user.name);
        }
        UserCommand::SetPassword { name, dry_run: false } => {
            let user = find(hub, &name).await?;
            let password = password::ask("New password: ")?;
            hub.set_password(user.id, password).await?;
            println!("{} has a new password; all logins of the account have ended.", user.name);
        }
        UserCommand::SetRole { name, role, dry_run: true } => {
            let user = find(hub, &name).await?;
            println!("{}, now {}, would be {}.", user.name, user.role.word(), Role::from(role).word());
        }
        UserCommand::SetRole { name, role, dry_run: false } => {
            let user = find(hub, &name).await?;
            hub.set_role(user.id, role.into()).await?;
            println!("{} is now {}.", user.name, Role::from(role).word());
        }
        UserCommand::ClearSecondFactor { name, dry_run: true } => {
            let user = find(hub, &name).await?;
            println!(
                "The second factor of {} would be taken away, and all logins of the account would end.",
                user.name
            );
        }
        UserCommand::ClearSecondFactor { name, dry_run: false } => {
            let user = find(hub, &name).await?;
            hub.clear_second_factor(user.id).await?;
            println!("The password alone opens {} now; all logins of the account have ended.", user.name);
        }
        UserCommand::Lock { name, dry_run: true } => {
            let user = find(hub, &name).await?;
            println!("{} would be locked, and all logins of the account would end.", user.name);
        }
        UserCommand::Lock { name, dry_run: false } => {
            let user = find(hub, &name).await?;
            hub.lock_user(user.id).await?;
            println!("{} is locked; all logins of the account have ended.", user.name);
        }
        UserCommand::Unlock { name, dry_run: true } => {
            let user = find(hub, &name).await?;
            println!("{} could log in again.", user.name);
        }
        UserCommand::Unlock { name, dry_run: false } => {
            let user = find(hub, &name).await?;
            hub.unlock_user(user.id).await?;
            println!("{} may log in again.", user.name);
        }
    }
    Ok(())
}

async fn find(hub: &Place<'_>, name: &str) -> Done<User> {
    let found = hub.find_user(name).await?;
    found.ok_or_else(|| format!("there is no account called {name}").into())
}

async fn list(hub: &Place<'_>, search: String, as_json: bool) -> Done<()> {
    let users = hub.list_users(search).await?;
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
