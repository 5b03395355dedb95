//! What those who run the hub do with other people's accounts.

use audit::Entry;
use base::{Action, Actor, Kind, Millis, Role, Secret, UserId};
use db::{Tx, containing};
use serde::Serialize;
use serde_json::json;

use crate::{
    Accounts,
    deed::Deed,
    email,
    error::Error,
    form::Wrong,
    name,
    register::{Seat, insert},
    store,
};

/// The most accounts on one page.
const LONGEST_PAGE: u32 = 200;

/// Which accounts to list.
#[derive(Debug, Clone)]
pub struct UserQuery {
    /// Part of a name or an e-mail address; empty: everybody.
    pub search: String,
    /// Those after this one; `None`: from the first.
    pub after: Option<UserId>,
    /// The youngest account first instead of the oldest.
    pub newest_first: bool,
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for UserQuery {
    fn default() -> Self {
        Self { search: String::new(), after: None, newest_first: false, at_most: 50 }
    }
}

/// A page of accounts, in the order that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserPage {
    /// The accounts.
    pub users: Vec<UserSummary>,
    /// To ask for the next page with; `None` where this is the last.
    pub next: Option<UserId>,
}

/// An account as those who run the hub see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserSummary {
    /// Which.
    pub id: UserId,
    /// The name others see.
    pub name: String,
    /// The address, where one was given.
    pub email: Option<String>,
    /// What they are to the hub.
    pub role: Role,
    /// Since when it is locked; `None`: it is not.
    pub locked_at: Option<Millis>,
    /// Since when it exists.
    pub created_at: Millis,
}

impl From<UserSummary> for contract::api::User {
    fn from(user: UserSummary) -> Self {
        let UserSummary { id, name, email, role, locked_at, created_at } = user;
        Self { id, name, email, role, locked_at, created_at }
    }
}

impl Accounts {
    /// Makes an account for somebody. Counts against no limit, and works while registration is closed.
    pub async fn create_user(
        &self,
        actor: &Actor,
        name: &str,
        password: Secret,
        role: Role,
    ) -> Result<UserSummary, Error> {
        actor.may(Action::ManageUsers)?;
        may_hold(actor, role)?;
        let candidate = self.candidate(Wrong::default(), name, "", password.expose().to_owned()).await?;
        let user = self.new_user(candidate, role).await?;
        let (shown, created_at) = (user.name.shown.clone(), user.created_at);
        let acting = actor.clone();
        let id = self
            .0
            .db
            .write(move |tx| {
                let (user, acting) = (user.clone(), acting.clone());
                Box::pin(async move {
                    let id = insert(tx, &user, Seat::Any).await?;
                    let now_is = json!({"name": user.name.shown, "role": user.role});
                    let entry = Entry::new("user.created", "user", id).changing((), now_is);
                    audit::record(tx, user.created_at, &acting, &entry).await?;
                    Ok::<_, Error>(id)
                })
            })
            .await?;
        Ok(UserSummary { id, name: shown, email: None, role, locked_at: None, created_at })
    }

    /// A page of accounts.
    pub async fn list_users(&self, actor: &Actor, query: UserQuery) -> Result<UserPage, Error> {
        actor.may(Action::ViewUsers)?;
        let at_most = query.at_most.clamp(1, LONGEST_PAGE);
        let search = query.search.trim();
        let patterns = (!search.is_empty()).then(|| (found_by(&name::fold(search)), found_by(&email::key(search))));
        let edge = if query.newest_first { i64::MAX } else { i64::MIN };
        let after = query.after.unwrap_or_else(|| UserId::from(edge));
        // One more than asked for tells whether there is a next page.
        let mut users =
            store::list_users(&self.0.db, patterns, after, query.newest_first, i64::from(at_most) + 1).await?;
        let more = users.len() > at_most as usize;
        users.truncate(at_most as usize);
        let next = if more { users.last().map(|user| user.id) } else { None };
        Ok(UserPage { users, next })
    }

    /// The account of that name, or one that looks the same.
    pub async fn find_user(&self, actor: &Actor, name: &str) -> Result<Option<UserSummary>, Error> {
        actor.may(Action::ViewUsers)?;
        Ok(store::user_by_name(&self.0.db, &name::fold(name)).await?)
    }

    /// Gives somebody another password. All their logins end.
    pub async fn set_password(&self, actor: &Actor, user: UserId, password: Secret) -> Result<(), Error> {
        self.act_on(actor, user, Deed::SetPassword(password), "").await
    }

    /// Gives somebody another role. All their logins end, so that none goes on under the old one.
    pub async fn set_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<(), Error> {
        self.act_on(actor, user, Deed::SetRole(role), "").await
    }

    /// Locks an account: nobody logs in to it, and all its logins end.
    pub async fn lock(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        self.act_on(actor, user, Deed::Lock, "").await
    }

    /// Unlocks an account.
    pub async fn unlock(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        self.act_on(actor, user, Deed::Unlock, "").await
    }
}

/// A person acts only on accounts below their own, and hands out only roles below it; an owner, and the operator, all.
pub(crate) fn may_act_on(actor: &Actor, role: Role) -> Result<(), Error> {
    if actor.outranks(role) { Ok(()) } else { Err(Error::Refused(Kind::Forbidden)) }
}

/// Nobody hands out a role above their own, nor one that only organizations know.
pub(crate) fn may_hold(actor: &Actor, role: Role) -> Result<(), Error> {
    if role == Role::Guest { Err(Error::Malformed) } else { may_act_on(actor, role) }
}

/// Fails where no owner who can log in would be left but this one.
pub(crate) async fn keep_an_owner(tx: &mut Tx<'_>, but: UserId) -> Result<(), Error> {
    if store::other_owners(tx, but).await? == 0 { Err(Error::LastOwner) } else { Ok(()) }
}

/// No text is found nowhere.
fn found_by(key: &str) -> String {
    if key.is_empty() { String::new() } else { containing(key) }
}
