//! Make an account for oneself.

use audit::Entry;
use base::{Action, Actor, Role, UserId};
use contract::{
    Code, Event, Field,
    account::{Proof, Register},
    settings::Setting,
};
use db::Tx;

use crate::{
    Accounts,
    address::{claim, send_verification},
    browser::Browser,
    candidate::lost_race,
    enter::{Entered, LogInStep, PENDING_FOR, PendingLogIn, next_step},
    error::Error,
    form::Wrong,
    store::{self, NewPending, NewUser},
    token::{self, TokenHash},
};

impl Accounts {
    /// Makes an account and logs it in, or, where the operator demands a proved address, says that one is asked for. An address that was
    /// given gets a letter: to prove it or, where it is somebody's already, to tell them. The answer, and what the new account says of its
    /// address, is the same.
    pub async fn register(
        &self,
        actor: &Actor,
        form: Register,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::Register)?;
        let wrong = self.open_registration(actor, &form.name, &form.email).await?;
        let candidate = self.candidate(wrong, &form.name, &form.email, form.password).await?;
        self.hear_objections(actor, candidate.name()).await?;
        // Counted only now: whoever mistypes three times is not sent away for an hour.
        self.0.registrations.check(actor.address())?;
        let user = self.new_user(candidate, Role::Member).await?;
        let step = self.admit(actor, user, browser.into(), Seat::Any).await?;
        metrics::counter!("guildhall_accounts_registered_total").increment(1);
        Ok(step)
    }

    /// What is asked before anything else, whichever form somebody joins by: whether newcomers are taken at all, from there and under that
    /// name. Gives back what is wrong with the form so far.
    pub(crate) async fn open_registration(&self, actor: &Actor, name: &str, email: &str) -> Result<Wrong, Error> {
        let site = self.site().await;
        if !site.registration {
            return Err(Error::RegistrationClosed);
        }
        self.let_in(None, actor.address()).await?;
        let mut wrong = Wrong::default();
        if !self.may_be_called(name).await? {
            wrong.note(Field::Name, Code::Reserved);
        }
        if site.verified_email || self.0.hub.flag(Setting::EmailRequired) {
            wrong.require(Field::Email, email.trim());
        }
        Ok(wrong)
    }

    /// Writes a new account and its first login down. The first owner takes the hub in the same transaction.
    pub(crate) async fn admit(
        &self,
        actor: &Actor,
        user: NewUser,
        browser: Browser<'_>,
        seat: Seat,
    ) -> Result<LogInStep, Error> {
        let joining = Joining { proof: Proof::Password, email_verified: false, newcomer: None };
        self.admit_by(actor, user, browser, seat, joining).await
    }

    /// The same by another proof than a password.
    pub(crate) async fn admit_by(
        &self,
        actor: &Actor,
        user: NewUser,
        browser: Browser<'_>,
        seat: Seat,
        joining: Joining,
    ) -> Result<LogInStep, Error> {
        let user = NewUser { locale: browser.language(), ..user };
        let letter = match user.email.clone().filter(|_| !joining.email_verified) {
            Some(email) => Some(self.verification(email).await?),
            None => None,
        };
        let visit = self.visit(actor, false, browser).await;
        let opening = visit.opening.clone();
        let pending = token::new_token(&*self.0.chance);
        let (hash, ends_at) = (token::hash(pending.expose()), self.now().plus(PENDING_FOR));
        let entered = self
            .0
            .db
            .write(move |tx| {
                let (user, visit, letter) = (user.clone(), visit.clone(), letter.clone());
                Box::pin(async move {
                    let id = insert(tx, &user, seat).await?;
                    if seat == Seat::FirstOwner {
                        // Who holds the setup link may have any address nobody has proved, and logs in by it before there is mail.
                        store::set_email(tx, id, user.email.as_ref(), None).await.map_err(lost_race)?;
                    }
                    joining.settle(tx, id, &user).await?;
                    let act = if seat == Seat::FirstOwner { "hub.taken" } else { "account.registered" };
                    audit::record(tx, user.created_at, &visit.acting, &Entry::new(act, "user", id)).await?;
                    let holder = store::hold_holder(tx, id).await?.ok_or(Error::NotFound)?;
                    if let Some(letter) = &letter {
                        send_verification(tx, user.created_at, &holder, letter).await?;
                    }
                    let Some(step) = next_step(&holder, joining.proof, false, visit.demanded) else {
                        return visit.complete(tx, holder, None, joining.proof, None).await;
                    };
                    let pending = NewPending {
                        token_hash: hash,
                        user: id,
                        proof: joining.proof,
                        step,
                        proved: true,
                        remembered: false,
                        new_password_hash: None,
                        ends_at,
                    };
                    store::insert_pending(tx, &pending).await?;
                    Ok(Entered::Pending(step))
                })
            })
            .await?;
        match entered {
            Entered::Done(me, session, locale) => Ok(LogInStep::Done(opening.login(me, session, locale))),
            Entered::Pending(step) => Ok(LogInStep::Pending(PendingLogIn { token: pending, step, ends_at })),
            Entered::Locked => Err(Error::Locked),
        }
    }
}

/// The place a new account takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seat {
    /// One among others, whatever its role.
    Any,
    /// The first owner's: there is one, and whoever comes second does not get it.
    FirstOwner,
}

/// By what somebody joins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Joining {
    /// What they have shown.
    pub(crate) proof: Proof,
    /// Whether somebody we believe says that the address is theirs.
    pub(crate) email_verified: bool,
    /// The newcomer whose identity becomes the account's.
    pub(crate) newcomer: Option<TokenHash>,
}

impl Joining {
    /// Writes down what comes with the account.
    async fn settle(&self, tx: &mut Tx<'_>, id: UserId, user: &NewUser) -> Result<(), Error> {
        if let Some(email) = user.email.as_ref().filter(|_| self.email_verified)
            && !claim(tx, id, email, user.created_at).await?
        {
            return Err(Error::field(Field::Email, Code::Taken));
        }
        if let Some(newcomer) = &self.newcomer {
            let proved = store::take_newcomer(tx, newcomer, user.created_at).await?.ok_or(Error::LogInGone)?;
            store::insert_identity(tx, id, &proved, user.created_at).await?;
        }
        Ok(())
    }
}

/// Writes a new account down and announces it.
pub(crate) async fn insert(tx: &mut Tx<'_>, user: &NewUser, seat: Seat) -> Result<UserId, Error> {
    // The primary key of the settings decides between two who come at once. An owner made at the command line takes the
    // hub as well, so that the printed setup link is worth nothing afterwards.
    let took_the_hub = user.role == Role::Owner && store::take_hub(tx).await?;
    if seat == Seat::FirstOwner && !took_the_hub {
        return Err(Error::NotThisStep);
    }
    let id = store::insert_user(tx, user).await.map_err(lost_race)?;
    let event = Event::UserRegistered { user: id, name: user.name.shown.clone() };
    events::record(tx, user.created_at, &event).await?;
    Ok(id)
}
