//! Change one's password.

use audit::Entry;
use base::{Action, Actor, Secret};
use contract::{Code, Event, Field, account::ChangePassword};

use crate::{
    Accounts,
    browser::Browser,
    error::Error,
    form::Wrong,
    log_in::NewLogin,
    myself,
    notice::notify_holder,
    session::announce_ended,
    store::{self, Purpose},
};

impl Accounts {
    /// Changes one's password. Every login of the account ends, and one new one begins for whoever made the change.
    pub async fn change_password(
        &self,
        actor: &Actor,
        form: ChangePassword,
        browser: impl Into<Browser<'_>>,
    ) -> Result<NewLogin, Error> {
        actor.may(Action::ManageOwnAccount)?;
        let browser = browser.into();
        let user = myself(actor)?;
        let found = store::credentials_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;

        let mut wrong = Wrong::default();
        let current = self.judge_current(actor, &found, &form.current_password, browser).await?;
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
        let visit = self.visit(actor, remembered, browser).await;
        let (opening, now, old_hash) = (visit.opening.clone(), visit.now(), found.password_hash);
        let session = self
            .0
            .db
            .write(move |tx| {
                let (visit, old_hash, new_hash) = (visit.clone(), old_hash.clone(), new_hash.clone());
                Box::pin(async move {
                    // Between the check and now somebody else may have changed it: then the current one is another.
                    if !store::replace_password(tx, user, &old_hash, &new_hash, now).await? {
                        return Err(Error::field(Field::CurrentPassword, Code::WrongPassword));
                    }
                    let ended = store::delete_sessions_but(tx, user, None).await?;
                    store::delete_pending_of(tx, user).await?;
                    store::delete_proofs(tx, user, Purpose::Recover).await?;
                    events::record(tx, now, &Event::PasswordChanged { user }).await?;
                    audit::record(tx, now, &visit.acting, &Entry::new("account.password_changed", "user", user))
                        .await?;
                    announce_ended(tx, now, user, ended).await?;
                    crate::api_token_grant::end_program_logins(tx, now, user).await?;
                    let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
                    notify_holder(tx, now, &holder, |name| mail::Text::PasswordChanged { name, at: now }).await?;
                    visit.begin(tx, &holder, None, true).await
                })
            })
            .await?;
        Ok(opening.login(found.me, session, None))
    }

    /// Guessing the current password from a stolen login is limited like guessing it from outside.
    pub(crate) async fn judge_current(
        &self,
        actor: &Actor,
        found: &store::Credentials,
        typed: &str,
        browser: Browser<'_>,
    ) -> Result<Result<(), Code>, Error> {
        if typed.is_empty() {
            return Ok(Err(Code::Required));
        }
        self.0.log_ins.check(actor.address())?;
        let attempt = self.begin_attempt(&self.0.failures, Some(found.me.id), "", actor.address(), browser).await?;
        let verdict = self.0.hasher.verify(Secret::new(typed), Some(found.password_hash.clone())).await?;
        if !verdict.right {
            attempt.failed();
            return Ok(Err(Code::WrongPassword));
        }
        Ok(Ok(()))
    }
}
