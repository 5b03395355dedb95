//! Ends all logins of somebody else, without keeping them out; and tells whether they are kept out.

use audit::Entry;
use base::{Action, Actor, Kind, UserId};

use crate::{Accounts, error::Error, session::end_all, store};

impl Accounts {
    /// Whether an account is locked; one that is gone is, too.
    pub async fn is_locked(&self, actor: &Actor, user: UserId) -> Result<bool, Error> {
        actor.may(Action::ViewUsers)?;
        Ok(store::user_by_id(&self.0.db, user).await?.is_none_or(|user| user.locked_at.is_some()))
    }

    /// Ends all logins of an account: for those who run the hub, on those below them, and for the hub itself.
    pub async fn log_out_everywhere(&self, actor: &Actor, user: UserId) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let role = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?.role;
                    if !acting.outranks(role) {
                        return Err(Error::Refused(Kind::Forbidden));
                    }
                    store::delete_lobby_tokens(tx, user).await?;
                    end_all(tx, now, user).await?;
                    // What the hub does by itself follows from an entry that is there already.
                    if acting != Actor::Job {
                        audit::record(tx, now, &acting, &Entry::new("user.logged_out", "user", user)).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}
