//! Log in at the site.

use base::{Action, Actor, Millis, Secret, SessionId, UserId};
use contract::{
    Field,
    account::{LogIn, Me, Outcome, Proof},
};

use crate::{
    Accounts,
    browser::{Browser, network},
    device::device_label,
    email,
    enter::{Entering, LogInStep, report},
    error::Error,
    form::Wrong,
    name,
    store::{self, NewRecord},
};

/// A login that has just begun.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// The value of the cookie: 43 characters, new with every login.
    pub token: Secret,
    /// Who it is.
    pub me: Me,
    /// To end it by.
    pub session: SessionId,
    /// When it ends at the latest.
    pub ends_at: Millis,
    /// Whether the cookie outlives the browser.
    pub remember: bool,
    /// The value of the device's cookie, to be kept for long; `None`: as it is.
    pub device: Option<Secret>,
    /// The language its owner chose; `None`: none, or as it is.
    pub locale: Option<String>,
}

impl Accounts {
    /// Logs in by name or e-mail address and password.
    ///
    /// A name that nobody has costs as much work and gets the same answer as a wrong password.
    pub async fn log_in(
        &self,
        actor: &Actor,
        form: LogIn,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        let mut wrong = Wrong::default();
        wrong.require(Field::Name, form.name.trim());
        wrong.require(Field::Password, &form.password);
        wrong.finish()?;
        let outcome = self.try_to_log_in(actor, form, browser.into()).await;
        report(&outcome, Proof::Password);
        outcome
    }

    async fn try_to_log_in(&self, actor: &Actor, form: LogIn, browser: Browser<'_>) -> Result<LogInStep, Error> {
        let address = actor.address();
        self.0.log_ins.check(address)?;
        let typed = form.name.trim();
        let (key, found) = if typed.contains('@') {
            let key = email::key(typed);
            let found = store::credentials_by_email(&self.0.db, &key).await?;
            (key, found)
        } else {
            let key = name::fold(typed);
            let found = store::credentials_by_name(&self.0.db, &key).await?;
            (key, found)
        };
        let user = found.as_ref().map(|found| found.me.id);
        let attempt = match self.begin_attempt(&self.0.failures, user, &key, address, browser).await {
            Ok(attempt) => Some(attempt),
            // A second factor is proof enough to go on. Whether the password was right is told with it, and never without.
            Err(limited @ Error::TooMany { .. }) => match user {
                Some(user) if store::asks_second_factor(&self.0.db, user).await? => None,
                _ => return Err(limited),
            },
            Err(error) => return Err(error),
        };
        let password = Secret::new(form.password);
        let stored = found.as_ref().map(|found| found.password_hash.clone()).filter(|hash| !hash.is_empty());
        let verdict = self.0.hasher.verify(password.clone(), stored).await?;
        let remember = form.remember.is_some();
        let Some(found) = found.filter(|_| verdict.right) else {
            return match (attempt, user) {
                (None, Some(user)) => {
                    let entering = Entering { proved: false, ..Entering::by(Proof::Password, user, remember) };
                    self.enter(actor, entering, browser).await
                }
                (attempt, user) => {
                    if let Some(attempt) = attempt {
                        attempt.failed();
                    }
                    self.note(actor, user, Outcome::Wrong, browser).await?;
                    Err(Error::WrongCredentials)
                }
            };
        };
        let user = found.me.id;
        let kept = if verdict.outdated { self.0.hasher.hash(password).await? } else { found.password_hash.clone() };
        if found.locked {
            // Told only to those who know the password.
            self.note(actor, Some(user), Outcome::Locked, browser).await?;
            return Err(Error::Locked);
        }
        let password = Some((found.password_hash, kept));
        self.enter(actor, Entering { password, ..Entering::by(Proof::Password, user, remember) }, browser).await
    }

    /// A line in the history. Written for names that nobody has as well, so that the answer takes as long.
    async fn note(
        &self,
        actor: &Actor,
        user: Option<UserId>,
        outcome: Outcome,
        browser: Browser<'_>,
    ) -> Result<(), Error> {
        let record = NewRecord {
            user,
            at: self.now(),
            outcome,
            proof: Proof::Password,
            device: device_label(browser.user_agent),
            network: network(actor.address()),
        };
        self.0
            .db
            .write(move |tx| {
                let record = record.clone();
                Box::pin(async move { Ok::<_, Error>(store::insert_log_in(tx, &record).await?) })
            })
            .await
    }
}
