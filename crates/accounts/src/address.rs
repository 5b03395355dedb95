//! The account's e-mail address: proved by a code or a link, changed, and brought back.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, Millis, Secret, UserId};
use contract::{Code, Event, Field, account::Step};
use db::Tx;
use mail::Text;
use serde_json::json;

use crate::{
    Accounts,
    browser::Browser,
    candidate::lost_race,
    email::Email,
    enter::{Entered, LogInStep, PendingLogIn},
    error::Error,
    failures::Target,
    myself,
    notice::post,
    second_factor::plain,
    second_step::go_on,
    session::end_all,
    store::{self, Holder, MailedProof, NewProof, Purpose},
    token::{self, random_text},
};

/// As for recovery codes: nothing that is taken for something else.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const CODE_LENGTH: usize = 8;
const CODE_MINUTES: u32 = 10;
/// How long the owner of the address there was before can bring it back.
const UNDO_DAYS: u32 = 7;

/// Nobody is told more often than this that somebody gave their address; what was said once need not be said a hundred times.
pub(crate) const TOLD_A_DAY: usize = 3;
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// A letter with a code and a link, ready to be put into the queue.
#[derive(Clone)]
pub(crate) struct Verification {
    code: Secret,
    token: Secret,
    code_hash: String,
    email: Email,
    /// Whether its owner may be told, should it be somebody else's.
    loud: bool,
}

/// The way back from a change of address: its token, made before the transaction.
#[derive(Clone)]
pub(crate) struct WayBack(Secret);

impl Accounts {
    /// Mails a code and a link to an address that is to be one's own; it is the account's once either came back. An empty one asks for
    /// the account's own address to be proved.
    pub async fn set_address(&self, actor: &Actor, typed: &str) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let email = Email::parse(typed).map_err(|code| Error::field(Field::Email, code))?;
        let email = email.ok_or_else(|| Error::field(Field::Email, Code::Required))?;
        self.mail_code(user, email).await
    }

    /// Mails the code and the link for the address the account has, or that waits to be its own.
    pub async fn verify_address(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let email = self.address_to_prove(user).await?;
        let email = email.and_then(|typed| Email::parse(&typed).ok().flatten());
        self.mail_code(user, email.ok_or_else(|| Error::field(Field::Email, Code::Required))?).await
    }

    /// The code of the letter.
    pub async fn confirm_address(&self, actor: &Actor, code: &str) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let proof = self.judge_code(user, code).await?;
        self.apply(actor, proof).await
    }

    /// The link of the letter: whoever has it, reads that mailbox.
    pub async fn confirm_address_by_link(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        actor.may(Action::RecoverAccount)?;
        let proof = self.letter(Purpose::Verify, token).await?;
        self.apply(actor, proof).await
    }

    /// Removes the account's address. Nothing can be mailed any more; a lost password stays lost.
    pub async fn remove_address(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (now, acting, way_back) = (self.now(), actor.clone(), self.way_back());
        self.0
            .db
            .write(move |tx| {
                let (acting, way_back) = (acting.clone(), way_back.clone());
                Box::pin(async move {
                    let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
                    if holder.email.is_none() {
                        return Ok(());
                    }
                    store::set_email(tx, user, None, None).await?;
                    let entry = Entry::new("account.email_removed", "user", user);
                    leave_address(tx, now, &acting, &holder, &way_back, &entry).await
                })
            })
            .await
    }

    /// The way back of the letter to the address there was before: it is the account's again, and every login ends, for somebody else may
    /// have made the change.
    pub async fn undo_address(&self, actor: &Actor, token: &str) -> Result<(), Error> {
        actor.may(Action::RecoverAccount)?;
        let proof = self.letter(Purpose::Undo, token).await?;
        let email = proof.email.clone().ok_or(Error::Corrupt { what: "way back without an address" })?;
        let (now, acting, user) = (self.now(), actor.clone(), proof.user);
        self.0
            .db
            .write(move |tx| {
                let (acting, email) = (acting.clone(), email.clone());
                Box::pin(async move {
                    if !store::take_proof(tx, proof.id).await? {
                        return Err(Error::LinkGone);
                    }
                    store::hold_holder(tx, user).await?.ok_or(Error::LinkGone)?;
                    if !claim(tx, user, &email, now).await? {
                        return Err(Error::field(Field::Email, Code::Taken));
                    }
                    // What was mailed to the other address is worth nothing any more.
                    for purpose in [Purpose::Verify, Purpose::Recover, Purpose::Stay] {
                        store::delete_proofs(tx, user, purpose).await?;
                    }
                    store::forget_devices(tx, user).await?;
                    audit::record(tx, now, &acting, &Entry::new("account.email_brought_back", "user", user)).await?;
                    end_all(tx, now, user).await
                })
            })
            .await
    }

    /// Between the steps of a log-in: mails a code to the account's address, or to one given now where it has none.
    pub async fn mail_pending_code(&self, actor: &Actor, token: &str, typed: &str) -> Result<(), Error> {
        actor.may(Action::LogIn)?;
        let row = store::pending(&self.0.db, &token::hash(token), self.now()).await?;
        let row = row.filter(|row| row.step == Step::Address).ok_or(Error::LogInGone)?;
        let typed = match typed.trim() {
            "" => self.address_to_prove(row.user).await?.unwrap_or_default(),
            typed => typed.to_owned(),
        };
        let email = Email::parse(&typed).map_err(|code| Error::field(Field::Email, code))?;
        self.mail_code(row.user, email.ok_or_else(|| Error::field(Field::Email, Code::Required))?).await
    }

    /// Goes on with a log-in by the code of the letter.
    pub async fn address_step(
        &self,
        actor: &Actor,
        token: &str,
        code: &str,
        browser: impl Into<Browser<'_>>,
    ) -> Result<LogInStep, Error> {
        actor.may(Action::LogIn)?;
        self.0.log_ins.check(actor.address())?;
        let (hash, now) = (token::hash(token), self.now());
        let row = store::pending(&self.0.db, &hash, now).await?;
        let row = row.filter(|row| row.step == Step::Address).ok_or(Error::LogInGone)?;
        if row.proved {
            self.let_in(Some(row.user), actor.address()).await?;
        }
        let proof = self.judge_code(row.user, code).await?;
        let visit = self.visit(actor, row.remembered, browser.into()).await;
        let (opening, way_back) = (visit.opening.clone(), self.way_back());
        let entered = self
            .0
            .db
            .write(move |tx| {
                let (visit, proof, way_back) = (visit.clone(), proof.clone(), way_back.clone());
                Box::pin(async move {
                    let row = store::try_pending(tx, &hash, Step::Address, now).await?.ok_or(Error::LogInGone)?;
                    take_address(tx, now, &visit.acting, &proof, &way_back).await?;
                    go_on(tx, &visit, &hash, &row).await
                })
            })
            .await?;
        match entered {
            Some(Entered::Done(me, session, locale)) => Ok(LogInStep::Done(opening.login(me, session, locale))),
            Some(Entered::Pending(step)) => {
                let ends_at = now.plus(Duration::from_mins(10));
                Ok(LogInStep::Pending(PendingLogIn { token: Secret::new(token), step, ends_at }))
            }
            Some(Entered::Locked) => Err(Error::Locked),
            None => Err(Error::LogInGone),
        }
    }

    /// The address that waits to be proved, or else the account's own.
    pub(crate) async fn address_to_prove(&self, user: UserId) -> Result<Option<String>, Error> {
        if let Some(waiting) = store::address_waiting(&self.0.db, user, self.now()).await? {
            return Ok(Some(waiting));
        }
        Ok(store::holder(&self.0.db, user).await?.and_then(|holder| holder.email).map(|email| email.shown))
    }

    /// A letter for that address. Made before the transaction: its code has to be hashed.
    pub(crate) async fn verification(&self, email: Email) -> Result<Verification, Error> {
        let code = Secret::new(random_text(&*self.0.chance, ALPHABET, CODE_LENGTH));
        let code_hash = self.0.hasher.hash(code.clone()).await?;
        // Counted whether or not it is anybody's, so that the count tells nothing.
        let loud = self.0.claims.begin(Target::mailbox(&email), self.now()).is_ok();
        Ok(Verification { code, token: token::new_token(&*self.0.chance), code_hash, email, loud })
    }

    pub(crate) fn way_back(&self) -> WayBack {
        WayBack(token::new_token(&*self.0.chance))
    }

    /// A letter that came back by its link.
    pub(crate) async fn letter(&self, purpose: Purpose, token: &str) -> Result<MailedProof, Error> {
        store::proof_by_token(&self.0.db, purpose, &token::hash(token), self.now()).await?.ok_or(Error::LinkGone)
    }

    /// Five letters an hour and account: nobody's mailbox is flooded from here.
    async fn mail_code(&self, user: UserId, email: Email) -> Result<(), Error> {
        let now = self.now();
        self.0.letters.begin(Target::User(user), now).map_err(|retry_after| Error::TooMany { retry_after })?;
        let verification = self.verification(email).await?;
        self.0
            .db
            .write(move |tx| {
                let verification = verification.clone();
                Box::pin(async move {
                    let holder = store::hold_holder(tx, user).await?.ok_or(Error::NotFound)?;
                    send_verification(tx, now, &holder, &verification).await
                })
            })
            .await
    }

    /// Whether it is the code that was mailed. Each letter takes five tries.
    async fn judge_code(&self, user: UserId, typed: &str) -> Result<MailedProof, Error> {
        let typed = plain(typed);
        if typed.is_empty() {
            return Err(Error::field(Field::Code, Code::Required));
        }
        let wrong = || Error::field(Field::Code, Code::WrongCode);
        let now = self.now();
        let proof = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok::<_, Error>(store::try_code(tx, user, now).await?) }))
            .await?
            .ok_or_else(wrong)?;
        let verdict = self.0.hasher.verify(Secret::new(typed), proof.code_hash.clone()).await?;
        if verdict.right { Ok(proof) } else { Err(wrong()) }
    }

    async fn apply(&self, actor: &Actor, proof: MailedProof) -> Result<(), Error> {
        let (now, acting, way_back) = (self.now(), actor.clone(), self.way_back());
        self.0
            .db
            .write(move |tx| {
                let (acting, proof, way_back) = (acting.clone(), proof.clone(), way_back.clone());
                Box::pin(async move { take_address(tx, now, &acting, &proof, &way_back).await })
            })
            .await
    }
}

/// Puts the letter into the queue. Where the mailbox is somebody else's, its owner is told instead; whoever asked sees no difference, and
/// the code that is waited for was mailed to nobody.
pub(crate) async fn send_verification(
    tx: &mut Tx<'_>,
    now: Millis,
    holder: &Holder,
    letter: &Verification,
) -> Result<(), Error> {
    let proof = NewProof {
        user: holder.me.id,
        purpose: Purpose::Verify,
        token_hash: token::hash(letter.token.expose()),
        code_hash: Some(letter.code_hash.clone()),
        email: Some(letter.email.clone()),
        ends_at: now.plus(Duration::from_mins(u64::from(CODE_MINUTES))),
    };
    store::insert_proof(tx, &proof).await?;
    let owner = store::proved_holder(tx, &letter.email.key, holder.me.id).await?;
    if let Some((owner, email)) = owner.and_then(|owner| owner.email.clone().map(|email| (owner, email))) {
        if letter.loud {
            post(tx, now, &owner, &email.shown, Text::AddressTaken { name: owner.me.name.clone() }).await?;
        }
        return Ok(());
    }
    let text = Text::VerifyAddress {
        name: holder.me.name.clone(),
        code: letter.code.clone(),
        path: Secret::new(format!("/verify?token={}", letter.token.expose())),
        minutes: CODE_MINUTES,
    };
    Ok(post(tx, now, holder, &letter.email.shown, text).await?)
}

/// Makes an address that was just proved the account's own; `false` where somebody else has proved it before.
pub(crate) async fn claim(tx: &mut Tx<'_>, user: UserId, email: &Email, now: Millis) -> Result<bool, Error> {
    if store::proved_holder(tx, &email.key, user).await?.is_some() {
        return Ok(false);
    }
    store::release_email(tx, &email.key, user).await?;
    // Of two who prove it at the same moment the index lets one have it.
    store::set_email(tx, user, Some(email), Some(now)).await.map_err(lost_race)?;
    Ok(true)
}

/// The mailbox is proved: it is the account's, and no longer the own one of whoever gave it and never proved it.
async fn take_address(
    tx: &mut Tx<'_>,
    now: Millis,
    actor: &Actor,
    proof: &MailedProof,
    way_back: &WayBack,
) -> Result<(), Error> {
    let user = proof.user;
    if !store::take_proof(tx, proof.id).await? {
        return Err(Error::LinkGone);
    }
    let email = proof.email.as_ref().ok_or(Error::Corrupt { what: "letter without an address" })?;
    let before = store::hold_holder(tx, user).await?.ok_or(Error::LinkGone)?;
    let same = before.email.as_ref().is_some_and(|old| old.key == email.key);
    if !claim(tx, user, email, now).await? {
        return Err(Error::field(Field::Email, Code::Taken));
    }
    if same {
        let entry = Entry::new("account.email_verified", "user", user)
            .changing(json!({"verified": before.hold.is_proved()}), json!({"verified": true}));
        return Ok(audit::record(tx, now, actor, &entry).await?);
    }
    leave_address(tx, now, actor, &before, way_back, &Entry::new("account.email_changed", "user", user)).await
}

/// Tells the trail, and the address there was before how to bring it back. Only one that was proved: any other may be a stranger's,
/// and the way back would lead them into the account.
pub(crate) async fn leave_address(
    tx: &mut Tx<'_>,
    now: Millis,
    actor: &Actor,
    before: &Holder,
    way_back: &WayBack,
    entry: &Entry,
) -> Result<(), Error> {
    let user = before.me.id;
    store::delete_proofs(tx, user, Purpose::Recover).await?;
    events::record(tx, now, &Event::AddressChanged { user }).await?;
    audit::record(tx, now, actor, entry).await?;
    let Some(old) = before.email.as_ref().filter(|_| before.hold.is_proved()) else { return Ok(()) };
    let proof = NewProof {
        user,
        purpose: Purpose::Undo,
        token_hash: token::hash(way_back.0.expose()),
        code_hash: None,
        email: Some(old.clone()),
        ends_at: now.plus(Duration::from_hours(u64::from(UNDO_DAYS) * 24)),
    };
    store::insert_proof(tx, &proof).await?;
    let path = Secret::new(format!("/undo-address?token={}", way_back.0.expose()));
    let text = Text::AddressChanged { name: before.me.name.clone(), path, days: UNDO_DAYS };
    Ok(post(tx, now, before, &old.shown, text).await?)
}
