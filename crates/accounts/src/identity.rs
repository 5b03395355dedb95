//! Linked identities: logging in by what another service says, joining by it, and linking it to one's account.
//!
//! What the service says is proved before it comes here; this decides what it is worth.

use std::time::Duration;

use audit::Reason;
use base::{Action, Actor, IdentityId, Role, Secret, UserId};
use contract::{
    Code, Field,
    account::Proof,
    identity::{Identity, JoinBy, Newcomer},
    settings::Setting,
};
use mail::FactorChange;

use crate::{
    Accounts, LogInStep,
    browser::Browser,
    candidate::lost_race,
    deed::read_reason,
    email::{self, Email},
    enter::report,
    error::Error,
    form::Wrong,
    myself,
    people::may_act_on,
    register::{Joining, Seat},
    second_factor::{changed, changed_because},
    store::{self, NewSignIn, NewUser, SignInRow},
    token,
};

/// A sign-in that takes longer begins anew; so does choosing a name.
const SIGN_IN_WITHIN: Duration = Duration::from_mins(10);
/// Linked identities of one person.
const MOST: i64 = 20;
/// Characters kept of what somebody is called elsewhere.
const LONGEST_NAME: usize = 60;

/// Who somebody is at another service, as that service has proved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The service, by its id in the configuration.
    pub provider: String,
    /// Who vouches.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
    /// How they are called there.
    pub name: Option<String>,
    /// Their address, where the service has verified it.
    pub email: Option<String>,
}

/// What a sign-in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInFor {
    /// Logging in, or joining.
    LogIn,
    /// Linking to one's own account.
    Link,
}

/// A sign-in that came back.
#[derive(Debug)]
pub struct CameBack {
    /// What it was for.
    pub purpose: SignInFor,
    /// What the protocol needs for its second half.
    pub kept: Secret,
    /// Where to go on to.
    pub next: String,
}

/// What a proved identity came to.
#[derive(Debug)]
pub enum IdentityStep {
    /// It is somebody's, who logs in.
    Known(LogInStep),
    /// It is nobody's yet: a name has to be chosen. The value of the cookie that names the newcomer meanwhile.
    Newcomer(Secret),
}

impl Accounts {
    /// Whether a sign-in may begin: asked before the service is, so that nobody makes us call it as often as they like.
    pub fn allow_sign_in(&self, actor: &Actor, purpose: SignInFor) -> Result<(), Error> {
        whose(actor, purpose)?;
        self.0.log_ins.check(actor.address())
    }

    /// Keeps a sign-in until it comes back, after [`allow_sign_in`](Self::allow_sign_in). `state` comes back with the browser, `kept` stays here. Gives the value of the cookie that
    /// shows it is the same browser.
    pub async fn begin_sign_in(
        &self,
        actor: &Actor,
        purpose: SignInFor,
        provider: &str,
        state: &Secret,
        kept: &Secret,
        next: &str,
    ) -> Result<Secret, Error> {
        let user = whose(actor, purpose)?;
        let browser = token::new_token(&*self.0.chance);
        let new = NewSignIn {
            state_hash: token::hash(state.expose()),
            browser_hash: token::hash(browser.expose()),
            provider: provider.to_owned(),
            user,
            kept: kept.clone(),
            next: next.to_owned(),
            ends_at: self.now().plus(SIGN_IN_WITHIN),
        };
        let inserted: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { Ok(store::insert_sign_in(tx, &new).await?) })
            })
            .await;
        inserted.map(|()| browser)
    }

    /// A sign-in comes back: in the browser it began in, from the service it began at, and for the one who began it; once.
    pub async fn take_sign_in(
        &self,
        actor: &Actor,
        provider: &str,
        state: &str,
        browser: &str,
    ) -> Result<CameBack, Error> {
        let (state, now) = (token::hash(state), self.now());
        let taken: Result<Option<SignInRow>, Error> =
            self.0.db.write(move |tx| Box::pin(async move { Ok(store::take_sign_in(tx, &state, now).await?) })).await;
        let row = taken?.ok_or(Error::SignInGone)?;
        if row.browser_hash != token::hash(browser) || row.provider != provider {
            tracing::warn!(target: "security", act = "sign_in", "a sign-in came back where it did not begin");
            return Err(Error::SignInGone);
        }
        let purpose = if row.user_id.is_some() { SignInFor::Link } else { SignInFor::LogIn };
        if whose(actor, purpose)? != row.user_id.map(UserId::from) {
            return Err(Error::SignInGone);
        }
        Ok(CameBack { purpose, kept: row.kept.into(), next: row.next })
    }

    /// Logs in whoever's identity that is. A second factor is still asked for. Whose it is nobody's, is a newcomer.
    pub async fn log_in_by_identity(
        &self,
        actor: &Actor,
        proved: &Proved,
        browser: impl Into<Browser<'_>>,
    ) -> Result<IdentityStep, Error> {
        actor.may(Action::LogIn)?;
        let proved = proved.clone().shortened();
        let (who, now) = (proved.clone(), self.now());
        let found: Result<Option<UserId>, Error> = self
            .0
            .db
            .write(move |tx| {
                let who = who.clone();
                Box::pin(async move { Ok(store::use_identity(tx, &who.issuer, &who.subject, now).await?) })
            })
            .await;
        if let Some(user) = found? {
            let step = self.finish_log_in(actor, user, Proof::Identity, false, browser).await?;
            return Ok(IdentityStep::Known(step));
        }
        if !self.site().await.registration {
            return Err(Error::RegistrationClosed);
        }
        let (newcomer, ends_at) = (token::new_token(&*self.0.chance), now.plus(SIGN_IN_WITHIN));
        let hash = token::hash(newcomer.expose());
        let kept: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                let proved = proved.clone();
                Box::pin(async move { Ok(store::insert_newcomer(tx, &hash, &proved, ends_at).await?) })
            })
            .await;
        kept.map(|()| IdentityStep::Newcomer(newcomer))
    }

    /// Who the newcomer is whose cookie has this value.
    pub async fn newcomer(&self, actor: &Actor, token: &str) -> Result<Newcomer, Error> {
        actor.may(Action::Register)?;
        let proved = store::newcomer(&self.0.db, &token::hash(token), self.now()).await?.ok_or(Error::LogInGone)?;
        Ok(Newcomer { provider: proved.provider, name: proved.name, email: proved.email })
    }

    /// Makes the newcomer's account, with their identity as its only way in. An address that the service has verified is proved; any
    /// other gets a letter.
    pub async fn join_by_identity(
        &self,
        actor: &Actor,
        token: &str,
        form: JoinBy,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::Register)?;
        let outcome = self.try_join(actor, token, form, browser.into()).await;
        report(&outcome, Proof::Identity);
        outcome
    }

    async fn try_join(
        &self,
        actor: &Actor,
        token: &str,
        form: JoinBy,
        browser: Browser<'_>,
    ) -> Result<LogInStep, Error> {
        let site = self.site().await;
        if !site.registration {
            return Err(Error::RegistrationClosed);
        }
        self.let_in(None, actor.address()).await?;
        let newcomer = token::hash(token);
        let proved = store::newcomer(&self.0.db, &newcomer, self.now()).await?.ok_or(Error::LogInGone)?;
        let mut wrong = Wrong::default();
        let name = wrong.check(Field::Name, self.free_name(&form.name).await?);
        if name.is_some() && !self.may_be_called(&form.name).await? {
            wrong.note(Field::Name, Code::Reserved);
        }
        if site.verified_email || self.0.hub.flag(Setting::EmailRequired) {
            wrong.require(Field::Email, form.email.trim());
        }
        let email: Option<Email> = wrong.check(Field::Email, Email::parse(&form.email)).flatten();
        wrong.finish()?;
        if let Some(name) = &name {
            self.hear_objections(actor, &name.shown).await?;
        }
        self.0.registrations.check(actor.address())?;
        // Said to nobody else: only whoever reads that mailbox has it verified. Whose account it is, links the identity when they are
        // logged in: an address alone links nothing.
        let verified =
            email.as_ref().is_some_and(|typed| proved.email.as_deref().map(email::key).as_ref() == Some(&typed.key));
        if let Some(email) = email.as_ref().filter(|_| verified)
            && store::email_is_proved(&self.0.db, &email.key).await?
        {
            return Err(Error::field(Field::Email, Code::Taken));
        }
        let user = NewUser {
            name: name.expect("a form with no wrong field has a name"),
            email,
            password_hash: String::new(),
            role: Role::Member,
            locale: None,
            created_at: self.now(),
        };
        let joining = Joining { proof: Proof::Identity, email_verified: verified, newcomer: Some(newcomer) };
        let step = self.admit_by(actor, user, browser, Seat::Any, joining).await.map_err(theirs)?;
        metrics::counter!("guildhall_accounts_registered_total").increment(1);
        Ok(step)
    }

    /// One's linked identities, oldest first.
    pub async fn identities(&self, actor: &Actor) -> Result<Vec<Identity>, Error> {
        actor.may(Action::ViewOwnAccount)?;
        Ok(store::list_identities(&self.0.db, myself(actor)?).await?)
    }

    /// Links an identity to one's own account. One that is linked to it already stays so, and one that is another account's stays that
    /// one's.
    pub async fn link_identity(&self, actor: &Actor, proved: &Proved) -> Result<IdentityId, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (proved, now, acting) = (proved.clone().shortened(), self.now(), actor.clone());
        let linked = self
            .0
            .db
            .write(move |tx| {
                let (proved, acting) = (proved.clone(), acting.clone());
                Box::pin(async move {
                    // Holds the account, so that two at once are counted one after the other.
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    match store::find_identity(tx, &proved.issuer, &proved.subject).await? {
                        Some((id, owner)) if owner == user => return Ok(id),
                        Some(_) => return Err(Error::IdentityTaken),
                        None => {}
                    }
                    if store::count_identities(tx, user).await? >= MOST {
                        return Err(Error::Full);
                    }
                    let id = store::insert_identity(tx, user, &proved, now).await?;
                    changed(tx, now, &acting, user, FactorChange::IdentityLinked).await?;
                    Ok(id)
                })
            })
            .await;
        linked.map_err(theirs)
    }

    /// Takes one of one's identities away; never the last way into the account.
    pub async fn unlink_identity(&self, actor: &Actor, identity: IdentityId) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        self.unlink(actor, myself(actor)?, identity, Reason::default()).await
    }

    /// Somebody's linked identities, oldest first.
    pub async fn identities_of(&self, actor: &Actor, user: UserId) -> Result<Vec<Identity>, Error> {
        actor.may(Action::ViewUsers)?;
        store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        Ok(store::list_identities(&self.0.db, user).await?)
    }

    /// Takes an identity of somebody below oneself away; never the last way into their account. `reason` stands in the audit trail, and
    /// may be empty. Their logins go on.
    pub async fn unlink_identity_of(
        &self,
        actor: &Actor,
        user: UserId,
        identity: IdentityId,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let reason = read_reason(reason)?;
        let target = store::user_by_id(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        may_act_on(actor, target.role)?;
        self.unlink(actor, user, identity, reason).await
    }

    async fn unlink(&self, actor: &Actor, user: UserId, identity: IdentityId, reason: Reason) -> Result<(), Error> {
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    // Holds the account: the last two ways in cannot go at the same moment.
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if !store::delete_identity(tx, user, identity).await? {
                        return Err(Error::NotFound);
                    }
                    if !store::has_way_in(tx, user).await? {
                        return Err(Error::LastWayIn);
                    }
                    changed_because(tx, now, &acting, user, FactorChange::IdentityUnlinked, &reason).await
                })
            })
            .await
    }
}

impl Proved {
    /// With no more of a name than is shown.
    fn shortened(self) -> Self {
        let shorten = |name: String| name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>();
        Self { name: self.name.map(shorten).filter(|name| !name.trim().is_empty()), ..self }
    }
}

/// Whose sign-in it is: nobody's, or one's own where it is to be linked.
fn whose(actor: &Actor, purpose: SignInFor) -> Result<Option<UserId>, Error> {
    match purpose {
        SignInFor::LogIn => {
            actor.may(Action::LogIn)?;
            Ok(None)
        }
        SignInFor::Link => {
            actor.may(Action::SecureOwnAccount)?;
            myself(actor).map(Some)
        }
    }
}

/// The failure of an insert, where the identity is somebody's already.
fn theirs(error: Error) -> Error {
    match error {
        Error::Store(error) if error.violates("identities_issuer_subject_key") => Error::IdentityTaken,
        Error::Store(error) => lost_race(error),
        error => error,
    }
}
