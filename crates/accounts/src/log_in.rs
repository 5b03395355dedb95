//! Log in at the site.

use base::{Action, Actor, Millis, Secret, SessionId};
use contract::{
    Field,
    account::{LogIn, Me},
};

use crate::{
    Accounts,
    attempt::address_hash,
    email,
    error::Error,
    form::Wrong,
    name,
    session::Opening,
    store::{self, Credentials},
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
}

impl Accounts {
    /// Logs in by name or e-mail address and password. `user_agent` is what the browser says it is.
    ///
    /// A name that nobody has costs as much work and gets the same answer as a wrong password.
    pub async fn log_in(&self, actor: &Actor, form: LogIn, user_agent: &str) -> Result<NewLogin, Error> {
        actor.may(Action::LogIn)?;
        let mut wrong = Wrong::default();
        wrong.require(Field::Name, form.name.trim());
        wrong.require(Field::Password, &form.password);
        wrong.finish()?;
        let outcome = self.try_to_log_in(actor, form, user_agent).await;
        let (word, user) = match &outcome {
            Ok(login) => ("ok", Some(login.me.id.get())),
            Err(Error::WrongCredentials) => ("wrong", None),
            Err(Error::Locked) => ("locked", None),
            Err(Error::TooMany { .. }) => ("limited", None),
            Err(_) => ("failed", None),
        };
        metrics::counter!("guildhall_accounts_log_ins_total", "door" => "site", "outcome" => word).increment(1);
        tracing::info!(target: "security", act = "log_in", outcome = word, user.id = user, "log-in");
        outcome
    }

    async fn try_to_log_in(&self, actor: &Actor, form: LogIn, user_agent: &str) -> Result<NewLogin, Error> {
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
        let attempt =
            self.begin_attempt(&self.0.failures, found.as_ref().map(|found| found.me.id), &key, address).await?;
        let password = Secret::new(form.password);
        let stored = found.as_ref().map(|found| found.password_hash.clone());
        let verdict = self.0.hasher.verify(password.clone(), stored).await?;
        let Some(found) = found.filter(|_| verdict.right) else {
            attempt.failed();
            return Err(Error::WrongCredentials);
        };
        // Told only to those who know the password.
        if found.locked {
            return Err(Error::Locked);
        }
        let fresh_hash = if verdict.outdated { Some(self.0.hasher.hash(password).await?) } else { None };
        let opening = self.opening(form.remember.is_some(), user_agent);
        self.begin_login(found, fresh_hash, opening, actor).await
    }

    /// Writes the login down, unless the password was changed or the account locked while we hashed.
    async fn begin_login(
        &self,
        found: Credentials,
        fresh_hash: Option<String>,
        opening: Opening,
        actor: &Actor,
    ) -> Result<NewLogin, Error> {
        let Credentials { me, password_hash: old_hash, .. } = found;
        let user = me.id;
        let address = address_hash(user, actor.address());
        let per_user = self.0.settings.sessions.per_user;
        let kept = opening.clone();
        let session = self
            .0
            .db
            .write(move |tx| {
                let (kept, old_hash, fresh_hash) = (kept.clone(), old_hash.clone(), fresh_hash.clone());
                Box::pin(async move {
                    let hash = fresh_hash.as_ref().unwrap_or(&old_hash);
                    if !store::hold_password(tx, user, &old_hash, hash).await? {
                        return Err(Error::WrongCredentials);
                    }
                    store::remember_address(tx, user, &address, kept.kept.created_at).await?;
                    Ok(kept.begin(tx, user, per_user).await?)
                })
            })
            .await?;
        Ok(opening.login(me, session))
    }
}
