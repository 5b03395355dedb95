//! What those who run the hub do with other people's accounts.

use audit::Entry;
use base::{Action, Actor, Kind, Millis, Role, Secret, UserId};
use contract::Field;
use db::Tx;
use serde::Serialize;
use serde_json::json;

use crate::{
    Accounts, email,
    error::Error,
    form::Wrong,
    name,
    notice::notify,
    register::{Seat, insert},
    session::end_all,
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
    /// So many, 200 at most.
    pub at_most: u32,
}

impl Default for UserQuery {
    fn default() -> Self {
        Self { search: String::new(), after: None, at_most: 50 }
    }
}

/// A page of accounts, oldest first.
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
        may_act_on(actor, role)?;
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
        let patterns = (!search.is_empty()).then(|| (containing(&name::fold(search)), containing(&email::key(search))));
        let after = query.after.unwrap_or_else(|| UserId::from(i64::MIN));
        // One more than asked for tells whether there is a next page.
        let mut users = store::list_users(&self.0.db, patterns, after, i64::from(at_most) + 1).await?;
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
        actor.may(Action::ManageUsers)?;
        let target = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let words = vec![target.name.clone(), target.email.clone().unwrap_or_default()];
        if let Err(code) = self.judge_password(password.expose().to_owned(), words).await? {
            return Err(Error::field(Field::Password, code));
        }
        let hash = self.0.hasher.hash(password).await?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (hash, acting) = (hash.clone(), acting.clone());
                Box::pin(async move {
                    may_act_on(&acting, store::hold_user(tx, user).await?.ok_or(Error::NotFound)?.role)?;
                    store::set_password(tx, user, &hash, now).await?;
                    events::record(tx, now, &contract::Event::PasswordChanged { user }).await?;
                    audit::record(tx, now, &acting, &Entry::new("user.password_set", "user", user)).await?;
                    notify(tx, now, user, |name| mail::Text::PasswordChanged { name, at: now }).await?;
                    end_all(tx, now, user).await
                })
            })
            .await
    }

    /// Gives somebody another role. All their logins end, so that none goes on under the old one.
    pub async fn set_role(&self, actor: &Actor, user: UserId, role: Role) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        may_act_on(actor, role)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold_owners(tx).await?;
                    let before = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?.role;
                    may_act_on(&acting, before)?;
                    if before == role {
                        return Ok(());
                    }
                    if before == Role::Owner {
                        keep_an_owner(tx, user).await?;
                    }
                    if role == Role::Owner {
                        store::take_hub(tx).await?;
                    }
                    store::set_role(tx, user, role).await?;
                    let entry = Entry::new("user.role_set", "user", user)
                        .changing(json!({"role": before}), json!({"role": role}));
                    audit::record(tx, now, &acting, &entry).await?;
                    end_all(tx, now, user).await
                })
            })
            .await
    }

    /// Locks an account: nobody logs in to it, and all its logins end.
    pub async fn lock(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::hold_owners(tx).await?;
                    let before = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    may_act_on(&acting, before.role)?;
                    if before.locked_at.is_some() {
                        return Ok(());
                    }
                    if before.role == Role::Owner {
                        keep_an_owner(tx, user).await?;
                    }
                    store::set_locked(tx, user, Some(now)).await?;
                    store::delete_lobby_tokens(tx, user).await?;
                    // The lobby hears of it: who is in a room leaves it.
                    events::record(tx, now, &contract::Event::SanctionsChanged { user: Some(user) }).await?;
                    audit::record(tx, now, &acting, &Entry::new("user.locked", "user", user)).await?;
                    end_all(tx, now, user).await
                })
            })
            .await
    }

    /// Unlocks an account.
    pub async fn unlock(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let before = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    may_act_on(&acting, before.role)?;
                    let Some(since) = before.locked_at else { return Ok(()) };
                    store::set_locked(tx, user, None).await?;
                    let entry = Entry::new("user.unlocked", "user", user).changing(json!({"locked_at": since}), ());
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }
}

/// A person acts only on accounts below their own, and hands out only roles below it; an owner, and the operator, all.
pub(crate) fn may_act_on(actor: &Actor, role: Role) -> Result<(), Error> {
    if actor.outranks(role) { Ok(()) } else { Err(Error::Refused(Kind::Forbidden)) }
}

/// Fails where no owner who can log in would be left but this one.
pub(crate) async fn keep_an_owner(tx: &mut Tx<'_>, but: UserId) -> Result<(), Error> {
    if store::other_owners(tx, but).await? == 0 { Err(Error::LastOwner) } else { Ok(()) }
}

/// A pattern for `like` that finds the text wherever it stands, taken letter for letter; no text is found nowhere.
fn containing(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_taken_letter_for_letter() {
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }
}
