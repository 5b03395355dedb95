//! Leave for good: the account is deleted after a while in which its owner may think again.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, Millis, Role, Secret, UserId};
use contract::{Event, settings::Setting};
use mail::Text;
use serde_json::json;

use crate::{
    Accounts,
    error::Error,
    myself,
    notice::notify,
    people::keep_an_owner,
    session::end_all,
    store::{self, NewProof, Purpose},
    token,
};

/// So many accounts go in one round of tidying.
const AT_ONCE: i64 = 100;

impl Accounts {
    /// Asks for one's account to be deleted after a while, two weeks by default. All logins end; whoever logs in again keeps the account. Answers when it
    /// will be gone.
    pub async fn ask_deletion(&self, actor: &Actor) -> Result<Millis, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0.hub.read_once().await;
        let days = u64::try_from(self.0.hub.whole(Setting::DeletionDays)).unwrap_or_default();
        let due = now.plus(Duration::from_hours(days * 24));
        let token = token::new_token(&*self.0.chance);
        self.0
            .db
            .write(move |tx| {
                let (acting, token) = (acting.clone(), token.clone());
                Box::pin(async move {
                    store::hold_owners(tx).await?;
                    let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
                    if holder.me.role == Role::Owner {
                        keep_an_owner(tx, user).await?;
                    }
                    store::set_deletion(tx, user, Some(due)).await?;
                    store::delete_lobby_tokens(tx, user).await?;
                    let proof = NewProof {
                        user,
                        purpose: Purpose::Stay,
                        token_hash: token::hash(token.expose()),
                        code_hash: None,
                        email: None,
                        ends_at: due,
                    };
                    store::insert_proof(tx, &proof).await?;
                    events::record(tx, now, &Event::DeletionPlanned { user, due: Some(due) }).await?;
                    let entry = Entry::new("account.deletion_asked", "user", user).changing((), json!({"due": due}));
                    audit::record(tx, now, &acting, &entry).await?;
                    let path = Secret::new(format!("/stay?token={}", token.expose()));
                    notify(tx, now, user, |name| Text::DeletionScheduled { name, path, on: due }).await?;
                    end_all(tx, now, user).await
                })
            })
            .await?;
        Ok(due)
    }

    /// Calls the deletion off by the mailed link.
    pub async fn stay(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        actor.may(Action::RecoverAccount)?;
        let letter = self.letter(Purpose::Stay, token).await?;
        let (now, acting, user) = (self.now(), actor.clone(), letter.user);
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    if !store::take_proof(tx, letter.id).await? {
                        return Err(Error::LinkGone);
                    }
                    store::hold_holder(tx, user).await?.ok_or(Error::LinkGone)?;
                    store::set_deletion(tx, user, None).await?;
                    events::record(tx, now, &Event::DeletionPlanned { user, due: None }).await?;
                    let entry = Entry::new("account.deletion_called_off", "user", user)
                        .changing((), json!({"by": "mailed_link"}));
                    Ok(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Deletes the accounts whose time has come, each in a transaction of its own: one that cannot go keeps no other.
    pub(crate) async fn delete_due(&self, now: Millis) -> Result<u64, Error> {
        let mut deleted = 0;
        for user in store::due_deletions(&self.0.db, now, AT_ONCE).await? {
            match self.delete_one(user, now).await {
                Ok(true) => deleted += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(
                        user.id = user.get(),
                        error = &error as &dyn std::error::Error,
                        "an account could not be deleted"
                    );
                }
            }
        }
        Ok(deleted)
    }

    async fn delete_one(&self, user: UserId, now: Millis) -> Result<bool, Error> {
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::hold_owners(tx).await?;
                    let holder = store::hold_holder(tx, user).await?;
                    // Called off meanwhile, or gone.
                    let Some(holder) = holder.filter(|holder| holder.deletion_due_at.is_some_and(|due| due <= now))
                    else {
                        return Ok(false);
                    };
                    if holder.me.role == Role::Owner && store::other_owners(tx, user).await? == 0 {
                        // Everybody else who owned the hub has gone meanwhile.
                        store::set_deletion(tx, user, None).await?;
                        let entry = Entry::new("account.deletion_refused", "user", user)
                            .changing((), json!({"because": "last_owner"}));
                        audit::record(tx, now, &Actor::Job, &entry).await?;
                        return Ok(false);
                    }
                    end_all(tx, now, user).await?;
                    mail::forget(tx, now, user).await?;
                    audit::record(tx, now, &Actor::Job, &Entry::new("account.deleted", "user", user)).await?;
                    events::record(tx, now, &Event::UserDeleted { user }).await?;
                    store::delete_user(tx, user).await?;
                    Ok(true)
                })
            })
            .await
    }
}
