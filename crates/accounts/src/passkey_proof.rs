//! Proving who one is by passkey: to log in, in the second step of a log-in, and once more before what is grave.

use base::{Action, Actor, PasskeyId, UserId};
use contract::account::Proof;

use crate::{
    Accounts, LogInStep, NewLogin,
    browser::Browser,
    enter::{Entering, report},
    error::Error,
    myself,
    passkey::short,
    passkey_party::RelyingParty,
    second_step::Factor,
    store::{self, Ceremony, KeptPasskey},
};

/// Where a passkey could be used.
#[derive(Debug, Clone, Copy)]
pub enum PasskeyAt<'a> {
    /// Instead of name and password.
    LogIn,
    /// In the second step of the pending log-in whose cookie has this value.
    Step(&'a str),
    /// To prove once more who one is.
    Proof,
}

impl Accounts {
    /// Whether a passkey is worth offering there: whether the hub can have them, and, where it is known who it is, whether they have one.
    pub async fn offers_passkey(&self, actor: &Actor, at: PasskeyAt<'_>) -> Result<bool, Error> {
        actor.may(Action::LogIn)?;
        if self.relying_party().await.is_none() {
            return Ok(false);
        }
        let user = match at {
            PasskeyAt::LogIn => return Ok(true),
            PasskeyAt::Step(token) => self.pending_user(token).await?,
            PasskeyAt::Proof => actor.user(),
        };
        match user {
            Some(user) => Ok(!store::list_passkeys(&self.0.db, user).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// What to ask a device for a log-in: the options of `navigator.credentials.get`, as JSON. Whose it is the device says.
    pub async fn begin_passkey_log_in(&self, actor: &Actor) -> Result<String, Error> {
        actor.may(Action::LogIn)?;
        // Each answer needs a question of its own, so that it is enough to count these.
        self.0.log_ins.check(actor.address())?;
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let asked = party.ask_anybody().map_err(|_| Error::Corrupt { what: "address" })?;
        self.keep_ceremony(asked, Ceremony::LogIn, None).await
    }

    /// The device's answer: the log-in. The device has verified its owner, so no second factor is asked for.
    pub async fn log_in_by_passkey(
        &self,
        actor: &Actor,
        answer: &str,
        remember: bool,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        let outcome = self.try_passkey(actor, answer, remember, browser.into()).await;
        report(&outcome, Proof::Passkey);
        outcome
    }

    async fn try_passkey(
        &self,
        actor: &Actor,
        answer: &str,
        remember: bool,
        browser: Browser<'_>,
    ) -> Result<LogInStep, Error> {
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let answer = short(answer)?;
        let (challenge, credential) = RelyingParty::challenge_of_anybody(answer).map_err(|_| Error::PasskeyRefused)?;
        let state = self.take_ceremony(challenge, Ceremony::LogIn, None).await?;
        let kept = store::passkey_by_credential(&self.0.db, &credential).await?.ok_or(Error::PasskeyRefused)?;
        let proved = party.check_anybody(&state, answer, &kept).map_err(|_| Error::PasskeyRefused)?;
        self.note_passkey(&kept, proved.state).await?;
        self.enter(actor, Entering::by(Proof::Passkey, kept.user_id.into(), remember), browser).await
    }

    /// What to ask a device in the second step of a log-in. `token` is the value of the pending log-in's cookie.
    pub async fn begin_passkey_step(&self, actor: &Actor, token: &str) -> Result<String, Error> {
        actor.may(Action::LogIn)?;
        let user = self.pending_user(token).await?.ok_or(Error::LogInGone)?;
        self.ask_owner(user, Ceremony::SecondStep).await
    }

    /// The device's answer: goes on with the log-in.
    pub async fn passkey_step(
        &self,
        actor: &Actor,
        token: &str,
        answer: &str,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        let user = self.pending_user(token).await?.ok_or(Error::LogInGone)?;
        self.check_owner(user, Ceremony::SecondStep, answer).await?;
        self.finish_pending(actor, token, Factor::Passkey, browser.into()).await
    }

    /// What to ask one's device to prove once more who one is.
    pub async fn begin_passkey_proof(&self, actor: &Actor) -> Result<String, Error> {
        actor.may(Action::ManageOwnAccount)?;
        self.ask_owner(myself(actor)?, Ceremony::Prove).await
    }

    /// The device's answer: the login counts as fresh, and its cookie gets another value.
    pub async fn prove_by_passkey(&self, actor: &Actor, answer: &str) -> Result<NewLogin, Error> {
        actor.may(Action::ManageOwnAccount)?;
        self.check_owner(myself(actor)?, Ceremony::Prove, answer).await?;
        self.renew_login(actor).await
    }

    async fn ask_owner(&self, user: UserId, purpose: Ceremony) -> Result<String, Error> {
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let kept = store::kept_passkeys(&self.0.db, user).await?;
        if kept.is_empty() {
            return Err(Error::NoPasskeys);
        }
        let asked = party.ask_owner(&kept).map_err(|_| Error::Corrupt { what: "passkey" })?;
        self.keep_ceremony(asked, purpose, Some(user)).await
    }

    async fn check_owner(&self, user: UserId, purpose: Ceremony, answer: &str) -> Result<(), Error> {
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let answer = short(answer)?;
        let (challenge, credential) = RelyingParty::challenge_of_owner(answer).map_err(|_| Error::PasskeyRefused)?;
        let state = self.take_ceremony(challenge, purpose, Some(user)).await?;
        let kept = store::passkey_by_credential(&self.0.db, &credential).await?;
        let kept = kept.filter(|kept| UserId::from(kept.user_id) == user).ok_or(Error::PasskeyRefused)?;
        let proved = party.check_owner(&state, answer, &kept).map_err(|_| Error::PasskeyRefused)?;
        self.note_passkey(&kept, proved.state).await
    }

    /// Writes the use down, unless somebody else's came in between: of two answers with one counter, one is a copy's.
    async fn note_passkey(&self, kept: &KeptPasskey, state: Vec<u8>) -> Result<(), Error> {
        let (id, checked, now) = (PasskeyId::from(kept.id), kept.dynamic_state.clone(), self.now());
        let noted: Result<bool, Error> = self
            .0
            .db
            .write(move |tx| {
                let (checked, state) = (checked.clone(), state.clone());
                Box::pin(async move { Ok(store::use_passkey(tx, id, &checked, &state, now).await?) })
            })
            .await;
        if noted? { Ok(()) } else { Err(Error::PasskeyRefused) }
    }
}
