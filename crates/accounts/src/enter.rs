//! The end of every way of logging in: what else is asked for, and the login that begins.

use audit::Entry;
use base::{Action, Actor, Millis, Roles, Secret, SessionId, UserId};
use contract::{
    Event,
    account::{Me, Outcome, Proof, Step},
};
use db::Tx;
use serde_json::json;

use crate::{
    Accounts,
    address::claim,
    attempt::address_hash,
    browser::{Browser, network},
    error::Error,
    log_in::NewLogin,
    notice::{notify, notify_holder},
    session::{FRESH_FOR, Opening, end_all},
    store::{self, Around, Hold, Holder, NewPending, NewRecord, Purpose},
    token,
};

/// How long the second step may take.
pub(crate) const PENDING_FOR: std::time::Duration = std::time::Duration::from_mins(10);
/// Browsers remembered of one person.
const DEVICES: u32 = 50;

/// A log-in after its first step.
#[derive(Debug)]
pub enum LogInStep {
    /// Nothing more is asked for.
    Done(NewLogin),
    /// Something more is.
    Pending(PendingLogIn),
}

impl LogInStep {
    /// The login, if it has begun.
    pub fn done(self) -> Option<NewLogin> {
        match self {
            Self::Done(login) => Some(login),
            Self::Pending(_) => None,
        }
    }
}

/// A log-in that another step is asked for.
#[derive(Debug)]
pub struct PendingLogIn {
    /// The value of its cookie.
    pub token: Secret,
    /// What is asked for.
    pub step: Step,
    /// Until when.
    pub ends_at: Millis,
}

/// What the first step came to.
#[derive(Clone)]
pub(crate) struct Entering {
    pub(crate) user: UserId,
    pub(crate) proof: Proof,
    /// Whether the first step was right. Where too many have failed, that is only told after the second.
    pub(crate) proved: bool,
    pub(crate) remember: bool,
    /// The hash that the password was checked against, and the one to keep.
    pub(crate) password: Option<(String, String)>,
    /// A letter that this uses up.
    pub(crate) letter: Option<i64>,
    /// A password to be set with the last step.
    pub(crate) new_password_hash: Option<String>,
}

impl Entering {
    pub(crate) const fn by(proof: Proof, user: UserId, remember: bool) -> Self {
        Self { user, proof, proved: true, remember, password: None, letter: None, new_password_hash: None }
    }
}

/// Somebody at the door: what is written of them whatever comes of it.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) opening: Opening,
    pub(crate) acting: Actor,
    pub(crate) per_user: u32,
    /// Whether the operator demands a proved address.
    pub(crate) demanded: bool,
}

/// What a transaction made of it.
pub(crate) enum Entered {
    Locked,
    Pending(Step),
    Done(Me, SessionId, Option<String>),
}

impl Accounts {
    /// Ends every way of logging in, once the caller has made sure by `proof` that it is `user` who asks: begins the login, or says what
    /// else is asked for.
    pub async fn finish_log_in(
        &self,
        actor: &Actor,
        user: UserId,
        proof: Proof,
        remember: bool,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        let outcome = self.enter(actor, Entering::by(proof, user, remember), browser.into()).await;
        report(&outcome, proof);
        outcome
    }

    pub(crate) async fn visit(&self, actor: &Actor, remember: bool, browser: Browser<'_>) -> Visit {
        Visit {
            opening: self.opening(remember, browser),
            acting: actor.clone(),
            per_user: self.0.settings.sessions.per_user,
            demanded: self.site().await.verified_email,
        }
    }

    pub(crate) async fn enter(
        &self,
        actor: &Actor,
        entering: Entering,
        browser: Browser<'_>,
    ) -> Result<LogInStep, Error> {
        if entering.proved {
            self.let_in(Some(entering.user), actor.address()).await?;
        }
        let visit = self.visit(actor, entering.remember, browser).await;
        let pending = token::new_token(&*self.0.chance);
        let (hash, ends_at) = (token::hash(pending.expose()), self.now().plus(PENDING_FOR));
        let opening = visit.opening.clone();
        let entered = self
            .0
            .db
            .write(move |tx| {
                let (visit, entering) = (visit.clone(), entering.clone());
                Box::pin(async move { first_step(tx, &visit, &entering, hash, ends_at).await })
            })
            .await?;
        match entered {
            Entered::Locked => Err(Error::Locked),
            Entered::Pending(step) => Ok(LogInStep::Pending(PendingLogIn { token: pending, step, ends_at })),
            Entered::Done(me, session, locale) => Ok(LogInStep::Done(opening.login(me, session, locale))),
        }
    }
}

/// The account is held until the end of the transaction, so a change of password or a lock at the same moment comes before or after.
async fn first_step(
    tx: &mut Tx<'_>,
    visit: &Visit,
    entering: &Entering,
    token_hash: token::TokenHash,
    ends_at: Millis,
) -> Result<Entered, Error> {
    let user = entering.user;
    if let Some(letter) = entering.letter
        && !store::take_proof(tx, letter).await?
    {
        return Err(Error::LinkGone);
    }
    let held = match entering.password.as_ref().filter(|_| entering.proved) {
        // Gone: it was changed, or the account locked, while we hashed.
        Some((checked, hash)) => store::hold_password(tx, user, checked, hash).await?,
        None => store::hold_holder(tx, user).await?,
    };
    let holder = held.ok_or(Error::WrongCredentials)?;
    if holder.locked && entering.proved {
        visit.note(tx, user, Outcome::Locked, entering.proof).await?;
        return Ok(Entered::Locked);
    }
    let holder = match holder.email.as_ref().filter(|_| entering.letter.is_some() && !holder.hold.is_proved()) {
        // Whoever followed the link reads that mailbox.
        Some(email) => {
            let proved = claim(tx, user, email, visit.now()).await?;
            Holder { hold: if proved { Hold::Proved } else { holder.hold }, ..holder }
        }
        None => holder,
    };
    let around = visit.around(tx, user).await?;
    match next_step(&holder, entering.proof, around.second, visit.demanded) {
        Some(step) => {
            let pending = NewPending {
                token_hash,
                user,
                proof: entering.proof,
                step,
                proved: entering.proved,
                remembered: entering.remember,
                new_password_hash: entering.new_password_hash.clone(),
                ends_at,
            };
            store::insert_pending(tx, &pending).await?;
            visit.note(tx, user, Outcome::SecondStep, entering.proof).await?;
            Ok(Entered::Pending(step))
        }
        None if !entering.proved => Err(Error::WrongCredentials),
        None => visit.complete(tx, holder, Some(around), entering.proof, entering.new_password_hash.as_deref()).await,
    }
}

/// What is asked for besides the first step. `second`: whether there is a second factor that was not asked for yet.
pub(crate) fn next_step(holder: &Holder, proof: Proof, second: bool, demanded: bool) -> Option<Step> {
    if second && proof != Proof::Passkey {
        return Some(Step::SecondFactor);
    }
    // Those who run the hub are let in: it is they who would have to mend the mail.
    let exempt = Roles::ADMINS.has(holder.me.role);
    (demanded && !holder.hold.is_proved() && !exempt).then_some(Step::Address)
}

impl Visit {
    pub(crate) const fn now(&self) -> Millis {
        self.opening.kept.created_at
    }

    /// A line in the history of log-ins.
    pub(crate) async fn note(
        &self,
        tx: &mut Tx<'_>,
        user: UserId,
        outcome: Outcome,
        proof: Proof,
    ) -> Result<(), db::Error> {
        let record = NewRecord {
            user: Some(user),
            at: self.now(),
            outcome,
            proof,
            device: self.opening.kept.device.clone(),
            network: network(self.acting.address()),
        };
        store::insert_log_in(tx, &record).await
    }

    /// Everything beside the account's row that a log-in asks for.
    async fn around(&self, tx: &mut Tx<'_>, user: UserId) -> Result<Around, db::Error> {
        store::around(tx, user, &self.device_hash()).await
    }

    fn device_hash(&self) -> token::TokenHash {
        token::hash(self.opening.device_token.expose())
    }

    /// Nothing more is asked for: the login begins. `around`: what was found out on the way, if it was.
    pub(crate) async fn complete(
        &self,
        tx: &mut Tx<'_>,
        mut holder: Holder,
        around: Option<Around>,
        proof: Proof,
        new_password_hash: Option<&str>,
    ) -> Result<Entered, Error> {
        let (user, now) = (holder.me.id, self.now());
        if let Some(hash) = new_password_hash {
            store::set_password(tx, user, hash, now).await?;
            store::delete_proofs(tx, user, Purpose::Recover).await?;
            events::record(tx, now, &Event::PasswordChanged { user }).await?;
            audit::record(tx, now, &self.acting, &Entry::new("account.recovered", "user", user)).await?;
            end_all(tx, now, user).await?;
            notify(tx, now, user, |name| mail::Text::PasswordChanged { name, at: now }).await?;
        }
        if holder.deletion_due_at.is_some() {
            self.stay(tx, user).await?;
        }
        if let (None, Some(locale)) = (&holder.locale, &self.opening.locale) {
            store::set_locale(tx, user, locale).await?;
            holder.locale = Some(locale.clone());
        }
        // A game password is typed where anybody may look on. It is as good as a fresh proof only where there is nothing better.
        let fresh = proof != Proof::GamePassword || !store::has_way_in(tx, user).await?;
        let session = self.begin(tx, &holder, around, fresh).await?;
        self.note(tx, user, Outcome::Ok, proof).await?;
        Ok(Entered::Done(holder.me, session, holder.locale))
    }

    /// Who logs in wants to keep the account.
    async fn stay(&self, tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
        let now = self.now();
        store::set_deletion(tx, user, None).await?;
        store::delete_proofs(tx, user, Purpose::Stay).await?;
        events::record(tx, now, &Event::DeletionPlanned { user, due: None }).await?;
        let entry = Entry::new("account.deletion_called_off", "user", user).changing((), json!({"by": "log_in"}));
        Ok(audit::record(tx, now, &self.acting, &entry).await?)
    }

    /// Writes a login down, and tells its owner by mail where the browser is a new one. Where somebody has too many logins already,
    /// the one longest unused ends.
    ///
    /// `fresh`: whether who it is counts as just proved. The account is held. Every log-in pays for each statement here, so what is only for those with many is not run for the others.
    pub(crate) async fn begin(
        &self,
        tx: &mut Tx<'_>,
        holder: &Holder,
        around: Option<Around>,
        fresh: bool,
    ) -> Result<SessionId, Error> {
        let (kept, user) = (&self.opening.kept, holder.me.id);
        let now = kept.created_at;
        let around = match around {
            Some(around) => around,
            None => self.around(tx, user).await?,
        };
        store::remember_address(tx, user, &address_hash(user, self.acting.address()), now).await?;
        let (device, is_first) = store::remember_device(tx, user, &self.device_hash(), &kept.device, now).await?;
        if around.other_devices >= DEVICES {
            store::trim_devices(tx, user, DEVICES).await?;
        }
        if is_first && around.other_devices > 0 {
            let label = kept.device.clone();
            notify_holder(tx, now, holder, |name| mail::Text::NewDevice { name, device: label, at: now }).await?;
        }
        let proved_at = if fresh { now } else { now.minus(FRESH_FOR) };
        let session = store::insert_session(tx, user, device, kept, proved_at).await?;
        if around.sessions >= self.per_user {
            store::trim_sessions(tx, user, self.per_user).await?;
        }
        Ok(session)
    }
}

/// One line and one count for every log-in at the site.
pub(crate) fn report(outcome: &Result<LogInStep, Error>, proof: Proof) {
    let (word, user) = match outcome {
        Ok(LogInStep::Done(login)) => ("ok", Some(login.me.id.get())),
        Ok(LogInStep::Pending(_)) => ("second_step", None),
        Err(Error::WrongCredentials) => ("wrong", None),
        Err(Error::Locked) => ("locked", None),
        Err(Error::Barred { .. }) => ("barred", None),
        Err(Error::TooMany { .. }) => ("limited", None),
        Err(_) => ("failed", None),
    };
    metrics::counter!("guildhall_accounts_log_ins_total", "door" => "site", "outcome" => word).increment(1);
    tracing::info!(target: "security", act = "log_in", outcome = word, user.id = user, proof = proof.word(), "log-in");
}
