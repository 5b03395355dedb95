//! Where a command works: on the hub of this machine, through its services, or on one elsewhere, through its API.

use std::error::Error;

use accounts::{Accounts, UserQuery};
use base::{Actor, Role, Secret, UserId};
use client::Client;
use contract::api::User;

type Failure = Box<dyn Error + Send + Sync>;
type Done<T> = Result<T, Failure>;

/// A hub, as a command reaches it. Both sides do the same; elsewhere, as whoever the token belongs to.
pub enum Place<'h> {
    /// This machine's: as the operator.
    Here(&'h Accounts),
    /// One elsewhere.
    There(&'h Client),
}

/// The most accounts asked for at once.
const PAGE: u32 = 200;

impl Place<'_> {
    pub(crate) async fn create_user(&self, name: &str, password: Secret, role: Role) -> Done<User> {
        match self {
            Self::Here(accounts) => {
                let made = accounts.create_user(&Actor::Operator, name, password, role).await;
                Ok(made.map_err(explain)?.into())
            }
            Self::There(hub) => Ok(hub.create_user(name, &password, role).await?),
        }
    }

    pub(crate) async fn find_user(&self, name: &str) -> Done<Option<User>> {
        match self {
            Self::Here(accounts) => Ok(accounts.find_user(&Actor::Operator, name).await?.map(User::from)),
            Self::There(hub) => Ok(hub.find_user(name).await?),
        }
    }

    /// All of them, however many pages that is.
    pub(crate) async fn list_users(&self, search: String) -> Done<Vec<User>> {
        let mut users = Vec::new();
        match self {
            Self::Here(accounts) => {
                let mut query = UserQuery { search, at_most: PAGE, ..UserQuery::default() };
                loop {
                    let page = accounts.list_users(&Actor::Operator, query.clone()).await?;
                    users.extend(page.users.into_iter().map(User::from));
                    query.after = page.next;
                    if query.after.is_none() {
                        return Ok(users);
                    }
                }
            }
            Self::There(hub) => {
                let mut query = client::UserQuery { search, limit: Some(PAGE), ..client::UserQuery::default() };
                loop {
                    let page = hub.list_users(&query).await?;
                    users.extend(page.items);
                    query.cursor = page.next;
                    if query.cursor.is_none() {
                        return Ok(users);
                    }
                }
            }
        }
    }

    pub(crate) async fn set_password(&self, user: UserId, password: Secret) -> Done<()> {
        match self {
            Self::Here(accounts) => accounts.set_password(&Actor::Operator, user, password).await.map_err(explain),
            Self::There(hub) => Ok(hub.set_password(user, &password).await?),
        }
    }

    pub(crate) async fn set_role(&self, user: UserId, role: Role) -> Done<()> {
        match self {
            Self::Here(accounts) => accounts.set_role(&Actor::Operator, user, role).await.map_err(explain),
            Self::There(hub) => Ok(hub.set_role(user, role).await?),
        }
    }

    pub(crate) async fn lock_user(&self, user: UserId) -> Done<()> {
        match self {
            Self::Here(accounts) => accounts.lock(&Actor::Operator, user).await.map_err(explain),
            Self::There(hub) => Ok(hub.lock_user(user).await?),
        }
    }

    pub(crate) async fn clear_second_factor(&self, user: UserId) -> Done<()> {
        match self {
            Self::Here(accounts) => accounts.clear_second_factor(&Actor::Operator, user).await.map_err(explain),
            Self::There(hub) => Ok(hub.clear_second_factor(user).await?),
        }
    }

    pub(crate) async fn unlock_user(&self, user: UserId) -> Done<()> {
        match self {
            Self::Here(accounts) => accounts.unlock(&Actor::Operator, user).await.map_err(explain),
            Self::There(hub) => Ok(hub.unlock_user(user).await?),
        }
    }
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
