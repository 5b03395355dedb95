//! Logins: who a cookie belongs to, and how logins end.

use std::{net::IpAddr, time::Duration};

use audit::Entry;
use base::{Action, Actor, Credential, Millis, Person, Secret, SessionId, UserId};
use contract::{Event, account::Me};
use db::Tx;

use crate::{
    Accounts,
    browser::Browser,
    device::device_label,
    error::Error,
    log_in::NewLogin,
    myself,
    store::{self, NewSession},
    token,
};

/// The last use of a login is written down at most that often.
const NOTED_EVERY: Duration = Duration::from_mins(1);
/// So long after somebody proved who they are, they may do what is grave.
pub(crate) const FRESH_FOR: Duration = Duration::from_mins(15);
/// Characters of a cookie's value.
const TOKEN_LENGTH: usize = 43;

/// Whoever a cookie belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// For every method that asks who is acting.
    pub actor: Actor,
    /// For the page that is drawn for them.
    pub me: Me,
}

/// A login that is about to begin: the values for its cookies, and what we keep of it.
#[derive(Clone)]
pub(crate) struct Opening {
    pub(crate) token: Secret,
    pub(crate) device_token: Secret,
    /// The language its pages are in.
    pub(crate) locale: Option<String>,
    pub(crate) kept: NewSession,
}

impl Opening {
    /// `locale`: the language its owner has chosen for good.
    pub(crate) fn login(self, me: Me, session: SessionId, locale: Option<String>) -> NewLogin {
        NewLogin {
            token: self.token,
            me,
            session,
            ends_at: self.kept.ends_at,
            remember: self.kept.remembered,
            device: Some(self.device_token),
            locale,
        }
    }
}

impl Accounts {
    /// Who the value of a login cookie belongs to; `None` where it belongs to nobody any more. A use of the login, noted at most
    /// once a minute.
    pub async fn identify(&self, token: &str, address: Option<IpAddr>) -> Result<Option<Known>, Error> {
        if token.len() != TOKEN_LENGTH {
            return Ok(None);
        }
        let now = self.now();
        let Some(found) = store::session_by_token(&self.0.db, &token::hash(token), now).await? else { return Ok(None) };
        if now.since(found.last_used_at) >= NOTED_EVERY {
            self.note_use(found.id, found.remembered, now).await;
        }
        let me = found.me;
        let fresh = now.since(found.authenticated_at) < FRESH_FOR;
        if found.guise
            && let Some(other) = store::guise_of(&self.0.db, found.id, now).await?
            // Roles change meanwhile, and nobody looks with the eyes of those beside or above them.
            && other.role < me.role
        {
            let by = Credential::Guise { session: found.id, by: me.id };
            let actor = Actor::Person(Person { user: other.id, role: other.role, by, fresh: false, address });
            return Ok(Some(Known { actor, me: other }));
        }
        let by = Credential::Login(found.id);
        let actor = Actor::Person(Person { user: me.id, role: me.role, by, fresh, address });
        Ok(Some(Known { actor, me }))
    }

    /// Ends the login one acts under.
    pub async fn log_out(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        if let Some(session) = actor.session() {
            self.end(user, session).await?;
            tracing::info!(target: "security", act = "logged_out", user.id = user.get(), "logged out");
        }
        Ok(())
    }

    /// Ends one login of one's own.
    pub async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        if !self.end(user, session).await? {
            return Err(Error::NotFound);
        }
        tracing::info!(target: "security", act = "session_ended", user.id = user.get(), "ended a login");
        Ok(())
    }

    /// Ends all logins of one's own but the one one acts under.
    pub async fn end_other_sessions(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let (mine, now, acting) = (actor.session(), self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let ended = store::delete_sessions_but(tx, user, mine).await?;
                    let entry = Entry::new("account.other_logins_ended", "user", user);
                    audit::record(tx, now, &acting, &entry).await?;
                    announce_ended(tx, now, user, ended).await
                })
            })
            .await?;
        Ok(())
    }

    /// A new login, with a value nobody has seen.
    pub(crate) fn opening(&self, remember: bool, browser: Browser<'_>) -> Opening {
        let now = self.now();
        let token = token::new_token(&*self.0.chance);
        let sessions = &self.0.settings.sessions;
        let ends_at = now.plus(sessions.absolute(remember));
        let kept = NewSession {
            token_hash: token::hash(token.expose()),
            device: device_label(browser.user_agent),
            remembered: remember,
            created_at: now,
            idle_ends_at: now.plus(sessions.idle(remember)).min(ends_at),
            ends_at,
        };
        Opening { token, device_token: self.device_token(browser), locale: browser.language(), kept }
    }

    async fn end(&self, user: UserId, session: SessionId) -> Result<bool, Error> {
        let now = self.now();
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let ended = store::delete_session(tx, user, session).await?;
                    if ended {
                        announce_ended(tx, now, user, vec![session]).await?;
                    }
                    Ok(ended)
                })
            })
            .await
    }

    /// A page that can be read is not refused because its reading could not be noted.
    async fn note_use(&self, session: SessionId, remembered: bool, now: Millis) {
        let idle_ends_at = now.plus(self.0.settings.sessions.idle(remembered));
        let before = now.minus(NOTED_EVERY);
        let noted: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                Box::pin(async move { Ok(store::note_use(tx, session, now, before, idle_ends_at).await?) })
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(
                session.id = session.get(),
                error = &error as &dyn std::error::Error,
                "a login's use was not noted"
            );
        }
    }
}

/// Tells those who hold sockets open for these logins. None of them: nothing to tell.
pub(crate) async fn announce_ended(
    tx: &mut Tx<'_>,
    at: Millis,
    user: UserId,
    sessions: Vec<SessionId>,
) -> Result<(), Error> {
    if !sessions.is_empty() {
        events::record(tx, at, &Event::SessionsEnded { user, sessions }).await?;
    }
    Ok(())
}

/// Ends all logins of somebody, those between their steps and those of programs, too.
pub(crate) async fn end_all(tx: &mut Tx<'_>, at: Millis, user: UserId) -> Result<(), Error> {
    store::delete_pending_of(tx, user).await?;
    store::delete_sessions_but(tx, user, None).await?;
    // Told also where there was none: a socket that a personal token holds open ends as well, and comes back if it still may.
    events::record(tx, at, &Event::SessionsEnded { user, sessions: Vec::new() }).await?;
    crate::api_token_grant::end_program_logins(tx, at, user).await
}
