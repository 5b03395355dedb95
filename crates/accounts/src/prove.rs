//! Prove once more who one is, before what is grave.

use std::sync::Arc;

use base::{Action, Actor, Credential, Kind, Person};
use contract::{Code, Field, account::Prove};

use crate::{
    Accounts, browser::Browser, error::Error, log_in::NewLogin, myself, second_factor::take_code, store, token,
};

impl Accounts {
    /// Renews the login one acts under, by the password or by a code of the second factor: it counts as fresh, and its cookie gets
    /// another value.
    pub async fn reauthenticate(
        &self,
        actor: &Actor,
        form: Prove,
        browser: impl Into<Browser<'_>>,
    ) -> Result<NewLogin, Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let browser = browser.into();
        if !form.password.is_empty() || form.code.trim().is_empty() {
            let found = store::credentials_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
            if let Err(code) = self.judge_current(actor, &found, &form.password, browser).await? {
                return Err(Error::field(Field::Password, code));
            }
            return self.renew_login(actor).await;
        }
        self.0.log_ins.check(actor.address())?;
        let attempt = self.begin_attempt(&self.0.factor_failures, Some(user), "", actor.address(), browser).await?;
        let (typed, now, sealer) = (form.code, self.now(), Arc::clone(&self.0.sealer));
        let right = self
            .0
            .db
            .write(move |tx| {
                let (typed, sealer) = (typed.clone(), Arc::clone(&sealer));
                Box::pin(async move { take_code(tx, &sealer, user, &typed, now).await })
            })
            .await?;
        if !right {
            attempt.failed();
            return Err(Error::field(Field::Code, Code::WrongCode));
        }
        self.renew_login(actor).await
    }

    /// The same once the caller has made sure, in whatever way, that it is they.
    pub(crate) async fn renew_login(&self, actor: &Actor) -> Result<NewLogin, Error> {
        let Actor::Person(Person { user, by: Credential::Login(session), .. }) = *actor else {
            return Err(Error::Refused(Kind::Forbidden));
        };
        let me = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?.me();
        let token = token::new_token(&*self.0.chance);
        let (hash, now) = (token::hash(token.expose()), self.now());
        let renewed = self
            .0
            .db
            .write(move |tx| {
                Box::pin(async move { Ok::<_, Error>(store::renew_session(tx, user, session, &hash, now).await?) })
            })
            .await?
            // It ended at this moment.
            .ok_or(Error::Refused(Kind::Unauthenticated))?;
        tracing::info!(target: "security", act = "proved_again", user.id = user.get(), "proved again who it is");
        let (remember, ends_at) = (renewed.remembered, renewed.ends_at);
        Ok(NewLogin { token, me, session, ends_at, remember, device: None, locale: None })
    }
}
