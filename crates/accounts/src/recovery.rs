//! Back into an account whose password is forgotten, by a mailed link.

use std::time::Duration;

use base::{Action, Actor, Secret};
use contract::{
    Code, Field,
    account::{Proof, Recover},
};
use jobs::NewJob;
use mail::Text;
use serde::{Deserialize, Serialize};

use crate::{
    Accounts,
    browser::Browser,
    email::{self, Email},
    enter::{Entering, LogInStep, report},
    error::Error,
    failures::Target,
    notice::post,
    store::{self, Holder, NewProof, Purpose},
    token,
};

const LINK_MINUTES: u32 = 30;
/// Accounts that are written to about an address nobody has proved. Each has its name in its letter.
const LETTERS: i64 = 5;
/// The kind of the job that writes the letter.
const RECOVER: &str = "accounts.recover";

/// Which mailbox a letter was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    email: String,
}

impl Accounts {
    /// Has a link mailed, if the address is an account's. Whether it is, a job finds out: the answer, its delay and the limits are the same
    /// for every address.
    pub async fn ask_recovery(&self, actor: &Actor, typed: &str) -> Result<(), Error> {
        actor.may(Action::RecoverAccount)?;
        let email = Email::parse(typed).map_err(|code| Error::field(Field::Email, code))?;
        let email = email.ok_or_else(|| Error::field(Field::Email, Code::Required))?;
        self.0.recoveries.check(actor.address())?;
        let now = self.now();
        self.0.mailboxes.begin(Target::mailbox(&email), now).map_err(|retry_after| Error::TooMany { retry_after })?;
        self.0
            .db
            .write(move |tx| {
                let asked = Asked { email: email.key.clone() };
                Box::pin(async move {
                    jobs::enqueue(tx, now, &NewJob::new(RECOVER, &asked)).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Has the hub's workers write the letters of [`Self::ask_recovery`].
    pub fn handle_jobs(&self, workers: &mut jobs::Workers) {
        let accounts = self.clone();
        workers.handle(jobs::Kind::new(RECOVER).at_once(1).within(Duration::from_secs(30)).attempts(3), move |run| {
            let accounts = accounts.clone();
            async move {
                let asked: Asked = run.read()?;
                Ok(accounts.mail_recovery(&Actor::Job, &asked.email).await?)
            }
        });
    }

    /// Mails the link, if the address is an account's: whoever has proved it gets it or, where nobody has, each who typed it. For the hub
    /// itself; done twice, the first link is worth nothing any more.
    pub async fn mail_recovery(&self, actor: &Actor, address: &str) -> Result<(), Error> {
        actor.may(Action::ManageSettings)?;
        let holders = store::holders_by_email(&self.0.db, &email::key(address), LETTERS).await?;
        for found in holders.into_iter().filter(|found| !found.locked) {
            self.mail_way_in(found, address).await?;
        }
        Ok(())
    }

    async fn mail_way_in(&self, found: Holder, address: &str) -> Result<(), Error> {
        let token = token::new_token(&*self.0.chance);
        let (now, user, asked) = (self.now(), found.me.id, email::key(address));
        self.0
            .db
            .write(move |tx| {
                let (token, asked) = (token.clone(), asked.clone());
                Box::pin(async move {
                    let Some(holder) = store::hold_holder(tx, user).await? else { return Ok(()) };
                    let Some(email) = holder.email.clone().filter(|email| email.key == asked) else { return Ok(()) };
                    let proof = NewProof {
                        user,
                        purpose: Purpose::Recover,
                        token_hash: token::hash(token.expose()),
                        code_hash: None,
                        email: Some(email.clone()),
                        ends_at: now.plus(Duration::from_mins(u64::from(LINK_MINUTES))),
                    };
                    store::insert_proof(tx, &proof).await?;
                    let path = Secret::new(format!("/recover/password?token={}", token.expose()));
                    let text = Text::RecoverPassword { name: holder.me.name.clone(), path, minutes: LINK_MINUTES };
                    Ok::<_, Error>(post(tx, now, &holder, &email.shown, text).await?)
                })
            })
            .await
    }

    /// Sets another password by the mailed link and logs in. A second factor is asked for first, where there is one: the password changes
    /// with the last step, and the mailbox alone opens nothing.
    pub async fn recover(
        &self,
        actor: &Actor,
        form: Recover,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::RecoverAccount)?;
        self.0.log_ins.check(actor.address())?;
        let letter = self.letter(Purpose::Recover, &form.token).await?;
        let holder = store::holder(&self.0.db, letter.user).await?.ok_or(Error::LinkGone)?;
        let words = vec![holder.me.name, holder.email.map(|email| email.shown).unwrap_or_default()];
        if let Err(code) = self.judge_password(form.new_password.clone(), words).await? {
            return Err(Error::field(Field::NewPassword, code));
        }
        let hash = self.0.hasher.hash(Secret::new(form.new_password)).await?;
        let entering = Entering {
            letter: Some(letter.id),
            new_password_hash: Some(hash),
            ..Entering::by(Proof::MailedLink, letter.user, false)
        };
        let outcome = self.enter(actor, entering, browser.into()).await;
        report(&outcome, Proof::MailedLink);
        outcome
    }

    /// Whose password a link would change; `None` where it is worth nothing (any more).
    pub async fn recovery(&self, actor: &Actor, token: &str) -> Result<Option<String>, Error> {
        actor.may(Action::RecoverAccount)?;
        let now = self.now();
        let Some(letter) = store::proof_by_token(&self.0.db, Purpose::Recover, &token::hash(token), now).await? else {
            return Ok(None);
        };
        Ok(store::holder(&self.0.db, letter.user).await?.map(|holder| holder.me.name))
    }
}
