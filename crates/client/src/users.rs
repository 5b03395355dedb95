//! Accounts, as those who run the hub see them.

use base::{Role, Secret, UserId};
use contract::api::{NewPassword, NewRole, NewUser, Page, User};
use hyper::Method;
use serde::Serialize;

use crate::{Client, Error};

/// Which accounts to list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserQuery {
    /// Part of a name or an e-mail address; empty: everybody.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// The account of that name, or one that looks the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The most to give, 200 at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

const NOTHING: Option<&()> = None;

impl Client {
    /// A page of accounts, oldest first.
    pub async fn list_users(&self, query: &UserQuery) -> Result<Page<User>, Error> {
        self.get("/users", query).await
    }

    /// The account of that name, or one that looks the same.
    pub async fn find_user(&self, name: &str) -> Result<Option<User>, Error> {
        let query = UserQuery { name: Some(name.to_owned()), ..UserQuery::default() };
        Ok(self.list_users(&query).await?.items.pop())
    }

    /// Makes an account for somebody.
    pub async fn create_user(&self, name: &str, password: &Secret, role: Role) -> Result<User, Error> {
        let new = NewUser { name: name.to_owned(), password: password.expose().to_owned(), role };
        self.post("/users", &new).await
    }

    /// Gives somebody another password. All their logins end.
    pub async fn set_password(&self, user: UserId, password: &Secret) -> Result<(), Error> {
        let new = NewPassword { password: password.expose().to_owned() };
        self.act(Method::PUT, &format!("/users/{user}/password"), Some(&new)).await
    }

    /// Gives somebody another role. All their logins end.
    pub async fn set_role(&self, user: UserId, role: Role) -> Result<(), Error> {
        self.act(Method::PUT, &format!("/users/{user}/role"), Some(&NewRole { role })).await
    }

    /// Locks an account.
    pub async fn lock_user(&self, user: UserId) -> Result<(), Error> {
        self.act(Method::PUT, &format!("/users/{user}/lock"), NOTHING).await
    }

    /// Takes somebody's second factor away. All their logins end.
    pub async fn clear_second_factor(&self, user: UserId) -> Result<(), Error> {
        self.act(Method::DELETE, &format!("/users/{user}/second-factor"), NOTHING).await
    }

    /// Unlocks an account.
    pub async fn unlock_user(&self, user: UserId) -> Result<(), Error> {
        self.act(Method::DELETE, &format!("/users/{user}/lock"), NOTHING).await
    }
}
