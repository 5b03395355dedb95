//! Which roles may do what in an organization.

use base::{Role, Roles};
use clap::{Args, Subcommand};
use client::Client;
use contract::organization::{PoliciesForm, Policy, PolicyForm};

use super::{Plain, RoleWord, begin, find};
use crate::terminal::{Done, Terminal};

/// What an organization hands to other roles than by default.
#[derive(Subcommand)]
pub enum PolicyCommand {
    /// Lists who may do what in one, where that is its own to decide.
    Policies {
        /// Which.
        organization: String,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Decides who may do one of these things. Its owner always may.
    SetPolicy {
        #[command(flatten)]
        plain: Plain,
        /// The action's word in the list, such as `invite_members`.
        action: String,
        #[command(flatten)]
        who: Who,
    },
}

/// To whom it is handed: one of these.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Who {
    /// All the roles that may.
    #[arg(value_enum)]
    roles: Vec<RoleWord>,
    /// Those who may by default.
    #[arg(long)]
    default: bool,
}

pub(super) async fn run(hub: &Client, terminal: &mut Terminal<'_>, command: PolicyCommand) -> Done {
    match command {
        PolicyCommand::Policies { organization, json } => {
            let policies = hub.list_policies(find(hub, &organization).await?.id).await?;
            terminal.answer(json, &policies, |terminal, policies| {
                let rows: Vec<_> = policies
                    .iter()
                    .map(|policy| {
                        let own = if same(&policy.roles, &policy.by_default) { "" } else { "its own" };
                        let (may, possible) = (words(&policy.roles), words(&policy.possible));
                        [policy.action.clone(), may, own.to_owned(), possible]
                    })
                    .collect();
                terminal.table(["action", "who may", "", "who could"], &rows, "Nothing.")
            })
        }
        PolicyCommand::SetPolicy { plain, action, who } => {
            let roles = (!who.default).then(|| who.roles.into_iter().map(Role::from).collect());
            set(hub, terminal, plain, &action, roles).await
        }
    }
}

/// Hands one action to these roles, or to those it is theirs by default. All others stay as they are: they are sent along, because what
/// is left out is as by default.
async fn set(hub: &Client, terminal: &mut Terminal<'_>, plain: Plain, action: &str, roles: Option<Vec<Role>>) -> Done {
    let org = find(hub, &plain.organization).await?;
    let mut policies = hub.list_policies(org.id).await?;
    let about = policies.iter_mut().find(|policy| policy.action == action);
    let about = about.ok_or_else(|| format!("{action} is nothing that an organization decides"))?;
    about.roles = roles.unwrap_or_else(|| about.by_default.clone());
    let may = words(&about.roles);
    let Some(org) = begin(hub, terminal, &plain, &format!("changed: {action} by {may}")).await? else {
        return Ok(());
    };
    let own = policies.into_iter().filter(|policy| !same(&policy.roles, &policy.by_default));
    let policies = own.map(|Policy { action, roles, .. }| PolicyForm { action, roles }).collect();
    hub.set_policies(org.id, &PoliciesForm { policies }).await?;
    terminal.say(format_args!("{}: {action} by {may}.", org.name))
}

/// Whether the same roles are meant, in whatever order they were typed.
fn same(one: &[Role], other: &[Role]) -> bool {
    all(one) == all(other)
}

fn words(roles: &[Role]) -> String {
    all(roles).iter().map(Role::word).collect::<Vec<_>>().join(" ")
}

/// With the owner, who always may.
fn all(roles: &[Role]) -> Roles {
    roles.iter().copied().chain([Role::Owner]).collect()
}
