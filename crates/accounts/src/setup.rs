//! The first start: whoever holds the printed token becomes the owner, and the owner gives the hub its name.

use std::sync::PoisonError;

use audit::Entry;
use base::{Action, Actor, Role, Secret};
use contract::settings::{Setting, Value};
use contract::{
    Code, Event, Field,
    setup::{CreateOwner, SetUpSite, SetupStage},
};
use subtle::ConstantTimeEq;

use crate::{
    Accounts, browser::Browser, error::Error, form::Wrong, log_in::NewLogin, register::Seat, site, store, token,
};

impl Accounts {
    /// A new one-time token for the setup link, while there is no owner; `None` afterwards. An earlier one is worth nothing any
    /// more. It is kept in this process only, as a hash.
    pub async fn issue_setup_token(&self) -> Result<Option<Secret>, Error> {
        if self.setup_stage().await? != SetupStage::Owner {
            self.keep_setup_token(None);
            return Ok(None);
        }
        let token = token::new_token(&*self.0.chance);
        self.keep_setup_token(Some(token::hash(token.expose())));
        Ok(Some(token))
    }

    /// How far the first start has come.
    pub async fn setup_stage(&self) -> Result<SetupStage, Error> {
        match store::setup_word(&self.0.db).await?.as_deref() {
            None => Ok(SetupStage::Owner),
            Some(store::SETUP_AT_SITE) => Ok(SetupStage::Site),
            Some(store::SETUP_DONE) => Ok(SetupStage::Done),
            Some(_) => Err(Error::Corrupt { what: "step of the setup" }),
        }
    }

    /// Step one: makes the owner and logs them in. Of two who come at once, one becomes it.
    pub async fn create_owner(
        &self,
        actor: &Actor,
        form: CreateOwner,
        browser: impl Into<Browser<'_>>,
    ) -> Result<NewLogin, Error> {
        actor.may(Action::SetUp)?;
        if self.setup_stage().await? != SetupStage::Owner {
            return Err(Error::NotThisStep);
        }
        let mut wrong = Wrong::default();
        if form.setup_token.is_empty() {
            wrong.note(Field::SetupToken, Code::Required);
        } else if !self.is_setup_token(&form.setup_token) {
            // Nobody guesses 256 bits; who tries is slowed down all the same.
            self.0.log_ins.check(actor.address())?;
            tracing::warn!(target: "security", act = "setup_token_refused", "a wrong setup token");
            wrong.note(Field::SetupToken, Code::BadSetupToken);
        }
        let candidate = self.candidate(wrong, &form.name, &form.email, form.password).await?;
        let owner = self.new_user(candidate, Role::Owner).await?;
        let step = self.admit(actor, owner, browser.into(), Seat::FirstOwner).await?;
        // Owners are let in whatever else is demanded of members.
        let login = step.done().ok_or(Error::NotThisStep)?;
        self.keep_setup_token(None);
        tracing::info!(target: "security", act = "owner_created", user.id = login.me.id.get(), "the hub has its owner");
        Ok(login)
    }

    /// Step two: the hub's name and switches. After it there is no setup any more.
    pub async fn set_up_site(&self, actor: &Actor, form: SetUpSite) -> Result<(), Error> {
        actor.may(Action::ManageSettings)?;
        if self.setup_stage().await? != SetupStage::Site {
            return Err(Error::NotThisStep);
        }
        let chosen = site::parse(&form)?;
        let (acting, now) = (actor.clone(), self.now());
        self.0
            .db
            .write(move |tx| {
                let (chosen, acting) = (chosen.clone(), acting.clone());
                Box::pin(async move {
                    if !store::finish_setup(tx).await? {
                        return Err(Error::NotThisStep);
                    }
                    for (setting, value) in &chosen {
                        ::settings::put(tx, *setting, value).await?;
                    }
                    let owner = store::first_owner(tx).await?.or(acting.user()).ok_or(Error::NotThisStep)?;
                    events::record(tx, now, &Event::SiteChanged).await?;
                    events::record(tx, now, &Event::SetupFinished { owner }).await?;
                    audit::record(
                        tx,
                        now,
                        &acting,
                        &Entry::new("hub.set_up", "hub", "").changing((), as_object(&chosen)),
                    )
                    .await?;
                    Ok(())
                })
            })
            .await?;
        tracing::info!(target: "security", act = "setup_finished", user.id = actor.user().map(i64::from), "the setup is done");
        self.refresh_site().await
    }

    fn is_setup_token(&self, typed: &str) -> bool {
        let kept = *self.0.setup_token.lock().unwrap_or_else(PoisonError::into_inner);
        kept.is_some_and(|kept| bool::from(kept.ct_eq(&token::hash(typed))))
    }

    fn keep_setup_token(&self, hash: Option<token::TokenHash>) {
        *self.0.setup_token.lock().unwrap_or_else(PoisonError::into_inner) = hash;
    }
}

/// What was chosen, by key.
fn as_object(chosen: &[(Setting, Value)]) -> serde_json::Value {
    chosen.iter().map(|(setting, value)| (setting.about().key.to_owned(), serde_json::json!(value))).collect()
}
