//! The second step of a log-in: a code of the app, a recovery code, or a passkey.

use std::sync::Arc;

use base::{Action, Actor, Millis, SessionId, UserId};
use contract::{
    Code, Field,
    account::{Me, Outcome, Pending, Step},
};
use db::Tx;

use crate::{
    Accounts,
    browser::Browser,
    enter::{Entered, LogInStep, PendingLogIn, Visit, next_step, report},
    error::Error,
    sealing::Sealer,
    second_factor::take_code,
    store::{self, PendingRow},
    token::{self, TokenHash},
};

/// What somebody proves in the second step.
#[derive(Debug, Clone)]
pub(crate) enum Factor {
    /// What they typed.
    Code(String),
    /// A passkey, which the caller has checked.
    Passkey,
}

/// What came of one try.
enum Tried {
    Gone,
    Wrong,
    NotProved,
    Locked,
    Pending(Step),
    Done(Me, SessionId, Option<String>),
}

impl Accounts {
    /// What a log-in between its steps still needs; `None` where it has run out. `token` is the value of its cookie.
    pub async fn pending(&self, actor: &Actor, token: &str) -> Result<Option<Pending>, Error> {
        actor.may(Action::LogIn)?;
        let Some(row) = store::pending(&self.0.db, &token::hash(token), self.now()).await? else { return Ok(None) };
        let email = match row.step {
            // Told to whoever was right in the steps before, and to nobody else.
            Step::Address => self.address_to_prove(row.user).await?,
            Step::SecondFactor => None,
        };
        Ok(Some(Pending { step: row.step, email }))
    }

    /// Whose log-in it is that waits for a second factor. For passkeys, which are asked for by account.
    pub async fn pending_user(&self, token: &str) -> Result<Option<UserId>, Error> {
        let row = store::pending(&self.0.db, &token::hash(token), self.now()).await?;
        Ok(row.filter(|row| row.step == Step::SecondFactor).map(|row| row.user))
    }

    /// Goes on with a log-in by a code of the app, or a recovery code.
    pub async fn second_step(
        &self,
        actor: &Actor,
        token: &str,
        code: &str,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        if code.trim().is_empty() {
            return Err(Error::field(Field::Code, Code::Required));
        }
        self.finish_pending(actor, token, Factor::Code(code.to_owned()), browser.into()).await
    }

    /// The same by any second factor.
    pub(crate) async fn finish_pending(
        &self,
        actor: &Actor,
        token: &str,
        factor: Factor,
        browser: Browser<'_>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        self.0.log_ins.check(actor.address())?;
        let (hash, now) = (token::hash(token), self.now());
        let row = store::pending(&self.0.db, &hash, now).await?.ok_or(Error::LogInGone)?;
        if row.proved {
            self.let_in(Some(row.user), actor.address()).await?;
        }
        let attempt = self.begin_attempt(&self.0.factor_failures, Some(row.user), "", actor.address(), browser).await?;
        let visit = self.visit(actor, row.remembered, browser).await;
        let (opening, sealer) = (visit.opening.clone(), Arc::clone(&self.0.sealer));
        let tried = self
            .0
            .db
            .write(move |tx| {
                let (visit, factor, sealer) = (visit.clone(), factor.clone(), Arc::clone(&sealer));
                Box::pin(async move { try_factor(tx, &visit, &sealer, &hash, &factor, now).await })
            })
            .await?;
        let outcome = match tried {
            Tried::Done(me, session, locale) => Ok(LogInStep::Done(opening.login(me, session, locale))),
            Tried::Pending(step) => {
                let ends_at = now.plus(std::time::Duration::from_mins(10));
                Ok(LogInStep::Pending(PendingLogIn { token: base::Secret::new(token), step, ends_at }))
            }
            Tried::Wrong => {
                attempt.failed();
                Err(Error::field(Field::Code, Code::WrongCode))
            }
            Tried::NotProved => {
                attempt.failed();
                Err(Error::WrongCredentials)
            }
            Tried::Gone => Err(Error::LogInGone),
            Tried::Locked => Err(Error::Locked),
        };
        report(&outcome, row.proof);
        outcome
    }
}

/// Nothing that was tried may be rolled back, or it would not count: so a wrong code is no error here.
async fn try_factor(
    tx: &mut Tx<'_>,
    visit: &Visit,
    sealer: &Sealer,
    hash: &TokenHash,
    factor: &Factor,
    now: Millis,
) -> Result<Tried, Error> {
    let Some(row) = store::try_pending(tx, hash, Step::SecondFactor, now).await? else { return Ok(Tried::Gone) };
    let right = match factor {
        Factor::Code(typed) => take_code(tx, sealer, row.user, typed, now).await?,
        Factor::Passkey => true,
    };
    if !right {
        visit.note(tx, row.user, Outcome::WrongSecondStep, row.proof).await?;
        return Ok(Tried::Wrong);
    }
    if !row.proved {
        store::take_pending(tx, hash).await?;
        visit.note(tx, row.user, Outcome::Wrong, row.proof).await?;
        return Ok(Tried::NotProved);
    }
    Ok(match go_on(tx, visit, hash, &row).await? {
        None => Tried::Gone,
        Some(Entered::Locked) => Tried::Locked,
        Some(Entered::Pending(step)) => Tried::Pending(step),
        Some(Entered::Done(me, session, locale)) => Tried::Done(me, session, locale),
    })
}

/// After a step that was right: the next one, or the login. `None`: somebody else has finished it meanwhile.
pub(crate) async fn go_on(
    tx: &mut Tx<'_>,
    visit: &Visit,
    hash: &TokenHash,
    row: &PendingRow,
) -> Result<Option<Entered>, Error> {
    let Some(holder) = store::hold_holder(tx, row.user).await? else { return Ok(None) };
    if holder.locked {
        visit.note(tx, row.user, Outcome::Locked, row.proof).await?;
        return Ok(Some(Entered::Locked));
    }
    if let Some(step) = next_step(&holder, row.proof, false, visit.demanded) {
        store::advance_pending(tx, hash, step).await?;
        return Ok(Some(Entered::Pending(step)));
    }
    if !store::take_pending(tx, hash).await? {
        return Ok(None);
    }
    visit.complete(tx, holder, None, row.proof, row.new_password_hash.as_deref()).await.map(Some)
}
