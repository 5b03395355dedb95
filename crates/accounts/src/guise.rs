//! Looking at the hub through another's eyes: a login that only reads, for half an hour at most.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, Credential, Kind, Person, UserId};
use serde_json::json;

use crate::{Accounts, deed::read_reason, error::Error, store};

/// So long one sees with another's eyes.
const LASTS: Duration = Duration::from_mins(30);

impl Accounts {
    /// From now on, the login one acts under shows the hub as that person sees it. Only of those below oneself, and not of the locked.
    pub async fn put_on_guise(&self, actor: &Actor, user: UserId, reason: &str) -> Result<(), Error> {
        actor.may(Action::Impersonate)?;
        // Only a browser has pages to look at, and nobody looks through two pairs of eyes.
        let Actor::Person(Person { by: Credential::Login(session), role, .. }) = actor else {
            return Err(Error::Refused(Kind::Forbidden));
        };
        let (session, role) = (*session, *role);
        let reason = read_reason(reason)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    let whose = store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if whose.role >= role || whose.locked_at.is_some() {
                        return Err(Error::Refused(Kind::Forbidden));
                    }
                    let until = now.plus(LASTS);
                    if !store::put_on_guise(tx, session, user, until).await? {
                        return Err(Error::Refused(Kind::Unauthenticated));
                    }
                    let entry = Entry::new("guise.began", "user", user).changing((), json!({ "until": until }));
                    let entry = entry.because(&reason);
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Oneself again. Gives back whom one looked as. Nothing is asked: it gives up what one has, and a guise may do nothing else.
    pub async fn take_off_guise(&self, actor: &Actor) -> Result<UserId, Error> {
        let Actor::Person(Person { user, by: Credential::Guise { session, .. }, .. }) = actor else {
            return Err(Error::Refused(match actor {
                Actor::Stranger { .. } => Kind::Unauthenticated,
                _ => Kind::Forbidden,
            }));
        };
        let (user, session) = (*user, *session);
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    if store::take_off_guise(tx, session).await? {
                        audit::record(tx, now, &acting, &Entry::new("guise.ended", "user", user)).await?;
                    }
                    Ok::<_, Error>(user)
                })
            })
            .await
    }
}
