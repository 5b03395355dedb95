//! Change one's password.

use base::{Action, Actor, Secret};
use contract::{Code, Event, Field, account::ChangePassword};

use crate::{
    Accounts,
    error::Error,
    form::Wrong,
    log_in::NewLogin,
    myself,
    session::announce_ended,
    store,
};

impl Accounts {
    /// Changes one's password. Every login of the account ends, and one new one begins for whoever made the change.
    pub async fn change_password(
        &self,
        actor: &Actor,
        form: ChangePassword,
        user_agent: &str,
    ) -> Result<NewLogin, Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let found = store::credentials_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;

        let mut wrong = Wrong::default();
        let current = self.judge_current(actor, &found, &form.current_password).await?;
        wrong.check(Field::CurrentPassword, current);
        let words = vec![found.me.name.clone(), found.email.clone().unwrap_or_default()];
        let judged = match self.judge_password(form.new_password.clone(), words).await? {
            Ok(()) if form.new_password == form.current_password => Err(Code::SamePassword),
            judged => judged,
        };
        wrong.check(Field::NewPassword, judged);
        wrong.finish()?;

        let new_hash = self.0.hasher.hash(Secret::new(form.new_password)).await?;
        let mine = actor.session();
        let remembered = match mine {
            Some(session) => store::is_remembered(&self.0.db, session).await?,
            None => false,
        };
        let opening = self.opening(remembered, user_agent);
        let (kept, old_hash, per_user) = (opening.clone(), found.password_hash, self.0.settings.sessions.per_user);
        let now = kept.kept.created_at;
        let session = self
            .0
            .db
            .write(move |tx| {
                let (kept, old_hash, new_hash) = (kept.clone(), old_hash.clone(), new_hash.clone());
                Box::pin(async move {
                    // Between the check and now somebody else may have changed it: then the current one is another.
                    if !store::replace_password(tx, user, &old_hash, &new_hash, now).await? {
                        return Err(Error::field(Field::CurrentPassword, Code::WrongPassword));
                    }
                    let ended = store::delete_sessions_but(tx, user, None).await?;
                    events::record(tx, now, &Event::PasswordChanged { user }).await?;
                    announce_ended(tx, now, user, ended).await?;
                    Ok(kept.begin(tx, user, per_user).await?)
                })
            })
            .await?;
        tracing::info!(target: "security", act = "password_changed", user.id = user.get(), "changed the password");
        Ok(opening.login(found.me, session))
    }

    /// Guessing the current password from a stolen login is limited like guessing it from outside.
    async fn judge_current(
        &self,
        actor: &Actor,
        found: &store::Credentials,
        typed: &str,
    ) -> Result<Result<(), Code>, Error> {
        if typed.is_empty() {
            return Ok(Err(Code::Required));
        }
        self.0.log_ins.check(actor.address())?;
        let attempt = self.begin_attempt(&self.0.failures, Some(found.me.id), "", actor.address()).await?;
        let verdict = self.0.hasher.verify(Secret::new(typed), Some(found.password_hash.clone())).await?;
        if !verdict.right {
            attempt.failed();
            return Ok(Err(Code::WrongPassword));
        }
        Ok(Ok(()))
    }
}
