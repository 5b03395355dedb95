//! Who has which role.

use contract::{account::RoleHolders, api::User};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// What the page shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Holders {
    /// Every role with how many have it, the highest first.
    pub roles: Vec<RoleHolders>,
    /// Those of the role that was asked for.
    pub people: Vec<User>,
    /// Where the next page of them begins.
    pub next: Option<String>,
}

/// How many have each role, and a page of those who have one of them.
#[server(endpoint = "admin_roles")]
pub async fn read_holders(
    #[server(default)] role: String,
    #[server(default)] after: String,
) -> Result<Holders, AppError> {
    use crate::context;

    let (services, actor) = (context::services(), context::visitor().actor);
    let roles = services.accounts.role_holders(&actor, 20).await.map_err(context::told)?;
    if role.is_empty() {
        return Ok(Holders { roles, people: Vec::new(), next: None });
    }
    let after = after.parse::<i64>().ok().map(Into::into);
    let page = services.accounts.list_role(&actor, &role, after, 50).await.map_err(context::told)?;
    let people = page.users.into_iter().map(User::from).collect();
    Ok(Holders { roles, people, next: page.next.map(|next| next.to_string()) })
}
