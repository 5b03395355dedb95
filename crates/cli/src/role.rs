//! `guildhall role …`

use base::Role;
use clap::{Subcommand, ValueEnum};
use client::{Client, Every};
use contract::api::Permission;

use crate::{
    terminal::{Done, Terminal, plain},
    user::RoleWord,
};

/// Says who may do what. Somebody's role is changed by `guildhall user set-role`.
#[derive(Subcommand)]
pub enum RoleCommand {
    /// Every action, and which roles may.
    List {
        /// Only what is decided there.
        #[arg(long, value_enum)]
        scope: Option<ScopeWord>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// How many have each role in the hub; or who has one of them.
    Holders {
        /// Which.
        #[arg(value_enum)]
        role: Option<RoleWord>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Where a role is held, as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScopeWord {
    /// In the hub.
    Hub,
    /// In an organization.
    Organization,
}

/// Runs one command.
pub async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: RoleCommand) -> Done {
    match command {
        RoleCommand::List { scope, json } => list(hub, terminal, scope, json).await,
        RoleCommand::Holders { role: None, json } => {
            let roles = hub.list_roles().await?;
            terminal.answer(json, &roles, |terminal, roles| {
                let rows: Vec<_> =
                    roles.iter().map(|held| [held.role.word().to_owned(), held.accounts.to_string()]).collect();
                terminal.table(["role", "accounts"], &rows, "Nobody.")
            })
        }
        RoleCommand::Holders { role: Some(role), json } => {
            let role = Role::from(role);
            let ask = async |part| hub.list_role_holders(role.word(), &part).await;
            let users = Every::of(ask).all().await?;
            terminal.answer(json, &users, |terminal, users| {
                let rows: Vec<_> = users.iter().map(|user| [user.id.to_string(), plain(&user.name)]).collect();
                terminal.table(["number", "name"], &rows, "Nobody.")
            })
        }
    }
}

async fn list(hub: &Client, terminal: &mut Terminal<'_>, scope: Option<ScopeWord>, json: bool) -> Done {
    let scope = scope.map(|scope| match scope {
        ScopeWord::Hub => "hub",
        ScopeWord::Organization => "organization",
    });
    let mut permissions = hub.list_permissions().await?;
    permissions.retain(|permission| scope.is_none_or(|scope| permission.scope == scope));
    terminal.answer(json, &permissions, |terminal, permissions| {
        let rows: Vec<_> = permissions
            .iter()
            .map(|permission| {
                let roles: Vec<_> = permission.roles.iter().copied().map(Role::word).collect();
                let roles = if permission.strangers { "everybody".to_owned() } else { roles.join(" ") };
                let notes: Vec<_> = [(permission.fresh, "fresh login"), (permission.adjustable, "adjustable")]
                    .into_iter()
                    .filter_map(|(holds, note)| holds.then_some(note))
                    .collect();
                let Permission { action, scope, grant, .. } = permission.clone();
                [action, scope, roles, grant, notes.join(", ")]
            })
            .collect();
        terminal.table(["action", "scope", "roles", "a token's grant", "notes"], &rows, "Nothing.")
    })
}
