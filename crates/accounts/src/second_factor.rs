//! Second factors: the app's codes and the recovery codes, set up and taken away.

use std::{sync::Arc, time::Duration};

use audit::{Entry, Reason};
use base::{Action, Actor, ChanceExt, Kind, Millis, Secret, UserId};
use contract::{
    Code, Event, Field,
    account::{RecoveryCodes, Safety, Totp, TotpSetup},
};
use db::Tx;
use mail::{FactorChange, Text};

use crate::{
    Accounts,
    browser::Browser,
    deed::read_reason,
    error::Error,
    myself,
    notice::notify,
    people::may_act_on,
    sealing::Sealer,
    session::end_all,
    store,
    token::{self, TokenHash},
    totp,
};

/// Letters and digits that are not taken for each other when read from paper.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Of this alphabet sixteen make 79 bits, so that a fast hash is enough.
const LENGTH: usize = 16;
const CODES: usize = 10;
/// A set-up that takes longer begins anew.
const SET_UP_WITHIN: Duration = Duration::from_mins(15);
/// So many are sealed anew in one transaction.
const AT_ONCE: i64 = 200;

/// What came of sealing anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resealed {
    /// So many are sealed with the newest key now that were not before.
    pub sealed: u64,
    /// So many can't be opened: their key is gone.
    pub lost: u64,
}

impl Accounts {
    /// What proves who one is.
    pub async fn safety(&self, actor: &Actor) -> Result<Safety, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        let holder = store::holder(&self.0.db, user).await?.ok_or(Error::NotFound)?;
        let since = self.now().minus(SET_UP_WITHIN);
        // The secret of a set-up is shown to whoever could begin one, and to no older login.
        let may_set_up = actor.may(Action::SecureOwnAccount).is_ok();
        let totp = match store::totp(&self.0.db, user).await? {
            Some(store::TotpSecret { confirmed_at: Some(since), .. }) => Totp::On { since },
            Some(kept) if kept.begun_at >= since && may_set_up => {
                match self.0.sealer.open(user, &kept.secret) {
                    Ok(secret) => Totp::Begun(totp::setup(&secret, &self.site().await.name, &holder.me.name)),
                    // It begins anew.
                    Err(Error::Sealed) => Totp::Off,
                    Err(error) => return Err(error),
                }
            }
            _ => Totp::Off,
        };
        Ok(Safety {
            email: holder.email.map(|email| email.shown),
            email_verified: holder.hold.is_proved(),
            email_waiting: store::address_waiting(&self.0.db, user, self.now()).await?,
            has_password: holder.has_password,
            totp,
            recovery_codes: store::count_recovery_codes(&self.0.db, user).await?,
        })
    }

    /// Makes a secret for an app. It proves nothing before [`Self::confirm_totp`].
    pub async fn begin_totp(&self, actor: &Actor) -> Result<TotpSetup, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let name = store::holder(&self.0.db, user).await?.ok_or(Error::NotFound)?.me.name;
        let (secret, now) = (self.0.chance.bytes::<{ totp::SECRET_BYTES }>(), self.now());
        let sealed = self.0.sealer.seal(user, &secret)?;
        let begun = self
            .0
            .db
            .write(move |tx| {
                let sealed = sealed.clone();
                Box::pin(async move { Ok::<_, Error>(store::begin_totp(tx, user, &sealed, now).await?) })
            })
            .await?;
        if begun { Ok(totp::setup(&secret, &self.site().await.name, &name)) } else { Err(Kind::Conflict.into()) }
    }

    /// The app has shown that it makes the right codes: from now on they are asked for. Gives recovery codes, shown this once.
    pub async fn confirm_totp(&self, actor: &Actor, code: &str) -> Result<RecoveryCodes, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        if code.trim().is_empty() {
            return Err(Error::field(Field::Code, Code::Required));
        }
        let attempt =
            self.begin_attempt(&self.0.factor_failures, Some(user), "", actor.address(), Browser::default()).await?;
        let (codes, hashes) = self.new_codes();
        let (typed, now, acting) = (code.to_owned(), self.now(), actor.clone());
        let sealer = Arc::clone(&self.0.sealer);
        let confirmed = self
            .0
            .db
            .write(move |tx| {
                let (typed, hashes, acting) = (typed.clone(), hashes.clone(), acting.clone());
                let sealer = Arc::clone(&sealer);
                Box::pin(async move {
                    let Some(sealed) = store::totp_secret(tx, user, false).await? else {
                        return Err(Error::Refused(Kind::Conflict));
                    };
                    let secret = sealer.open(user, &sealed)?;
                    let Some(step) = totp::step_of(&secret, &typed, now) else { return Ok(false) };
                    if !store::confirm_totp(tx, user, step, now, now.minus(SET_UP_WITHIN)).await? {
                        return Err(Error::Refused(Kind::Conflict));
                    }
                    put_codes(tx, user, &hashes).await?;
                    changed(tx, now, &acting, user, FactorChange::TotpOn).await?;
                    Ok(true)
                })
            })
            .await?;
        if confirmed {
            Ok(codes)
        } else {
            attempt.failed();
            Err(Error::field(Field::Code, Code::WrongCode))
        }
    }

    /// The app's codes are asked for no more. The recovery codes go with them.
    pub async fn remove_totp(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    if !store::delete_totp(tx, user).await? {
                        // Begun and never confirmed: nobody has to hear of it.
                        return Ok(());
                    }
                    if !store::has_second_factor(tx, user).await? {
                        store::delete_recovery_codes(tx, user).await?;
                    }
                    changed(tx, now, &acting, user, FactorChange::TotpOff).await
                })
            })
            .await
    }

    /// Makes ten recovery codes in place of those there were. They are shown this once; we keep only their hashes.
    pub async fn make_recovery_codes(&self, actor: &Actor) -> Result<RecoveryCodes, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (codes, hashes) = self.new_codes();
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (hashes, acting) = (hashes.clone(), acting.clone());
                Box::pin(async move {
                    if !store::has_second_factor(tx, user).await? {
                        return Err(Error::Refused(Kind::Conflict));
                    }
                    put_codes(tx, user, &hashes).await?;
                    changed(tx, now, &acting, user, FactorChange::CodesMade).await
                })
            })
            .await?;
        Ok(codes)
    }

    /// Takes somebody's app and recovery codes away, for one who has lost both and has shown who they are in some other way. All
    /// their logins end. `reason` stands in the audit trail, and may be empty.
    pub async fn clear_second_factor(&self, actor: &Actor, user: UserId, reason: &str) -> Result<(), Error> {
        actor.may(Action::ManageUsers)?;
        let reason = read_reason(reason)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (acting, reason) = (acting.clone(), reason.clone());
                Box::pin(async move {
                    may_act_on(&acting, store::hold_user(tx, user).await?.ok_or(Error::NotFound)?.role)?;
                    let had_app = store::delete_totp(tx, user).await?;
                    let had_codes = store::delete_recovery_codes(tx, user).await? > 0;
                    let was_asked = store::set_asks_for_passkey(tx, user, false).await?;
                    if !had_app && !had_codes && !was_asked {
                        return Ok(());
                    }
                    let entry = Entry::new("user.second_factor_cleared", "user", user).because(&reason);
                    audit::record(tx, now, &acting, &entry).await?;
                    notify(tx, now, user, |name| Text::SecondFactorChanged {
                        name,
                        change: FactorChange::TotpOff,
                        at: now,
                    })
                    .await?;
                    end_all(tx, now, user).await
                })
            })
            .await
    }

    /// Seals with the newest key whatever another one has sealed, or none: at the start, and after a new key was made.
    pub async fn reseal(&self, actor: &Actor) -> Result<Resealed, Error> {
        actor.may(Action::ManageSystem)?;
        let (mut done, mut after) = (Resealed::default(), UserId::from(0));
        loop {
            let key = self.0.sealer.current()?;
            let some = store::totp_sealed_otherwise(&self.0.db, &key, after, AT_ONCE).await?;
            let Some((last, _)) = some.last() else { return Ok(done) };
            after = *last;
            let mut anew = Vec::with_capacity(some.len());
            for (user, before) in some {
                match self.0.sealer.open(user, &before) {
                    Ok(secret) => anew.push((user, before, self.0.sealer.seal(user, &secret)?)),
                    // Its key is gone: codes of that app are worth nothing here, recovery codes are.
                    Err(Error::Sealed) => done.lost += 1,
                    Err(error) => return Err(error),
                }
            }
            let written = self.0.db.write(move |tx| {
                let anew = anew.clone();
                Box::pin(async move {
                    let mut written = 0;
                    for (user, before, sealed) in &anew {
                        written += u64::from(store::reseal_totp(tx, *user, before, sealed).await?);
                    }
                    Ok::<_, Error>(written)
                })
            });
            done.sealed += written.await?;
        }
    }

    /// Makes a new key for what is sealed, and seals all of it anew. The key before stays until there is another one: a hub that runs
    /// hears of it a moment later.
    pub async fn rotate_seal_key(&self, actor: &Actor) -> Result<Resealed, Error> {
        actor.may(Action::ManageSystem)?;
        self.0.sealer.add_key()?;
        let done = self.reseal(actor).await?;
        self.0.sealer.drop_old_keys()?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    let entry = Entry::new("seal_key.rotated", "hub", "");
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        Ok(done)
    }

    pub(crate) fn new_codes(&self) -> (RecoveryCodes, Vec<TokenHash>) {
        let plain: Vec<Secret> =
            (0..CODES).map(|_| Secret::new(token::random_text(&*self.0.chance, ALPHABET, LENGTH))).collect();
        let hashes = plain.iter().map(|code| token::hash(code.expose())).collect();
        (RecoveryCodes { codes: plain.iter().map(|code| grouped(code.expose())).collect() }, hashes)
    }
}

/// Takes a typed code: of the app, each step once; or a recovery code, each once. `false`: it is neither.
pub(crate) async fn take_code(
    tx: &mut Tx<'_>,
    sealer: &Sealer,
    user: UserId,
    typed: &str,
    now: Millis,
) -> Result<bool, Error> {
    // Only what may be a code of the app asks for its secret: where that can't be opened, recovery codes still let their owner in.
    if totp::looks_like_a_code(typed)
        && let Some(sealed) = store::totp_secret(tx, user, true).await?
    {
        let secret = sealer.open(user, &sealed)?;
        let Some(step) = totp::step_of(&secret, typed, now) else { return Ok(false) };
        let taken = store::take_totp_step(tx, user, step).await?;
        if taken && !sealer.is_current(&sealed)? {
            store::reseal_totp(tx, user, &sealed, &sealer.seal(user, &secret)?).await?;
        }
        return Ok(taken);
    }
    let plain = plain(typed);
    Ok(plain.len() == LENGTH && store::take_recovery_code(tx, user, &token::hash(&plain)).await?)
}

pub(crate) async fn put_codes(tx: &mut Tx<'_>, user: UserId, hashes: &[TokenHash]) -> Result<(), db::Error> {
    store::delete_recovery_codes(tx, user).await?;
    for hash in hashes {
        store::insert_recovery_code(tx, user, hash).await?;
    }
    Ok(())
}

/// Tells the trail and the owner.
pub(crate) async fn changed(
    tx: &mut Tx<'_>,
    now: Millis,
    actor: &Actor,
    user: UserId,
    change: FactorChange,
) -> Result<(), Error> {
    changed_because(tx, now, actor, user, change, &Reason::default()).await
}

/// The same by somebody who may say why.
pub(crate) async fn changed_because(
    tx: &mut Tx<'_>,
    now: Millis,
    actor: &Actor,
    user: UserId,
    change: FactorChange,
    reason: &Reason,
) -> Result<(), Error> {
    let act = match change {
        FactorChange::TotpOn => "account.totp_on",
        FactorChange::TotpOff => "account.totp_off",
        FactorChange::CodesMade => "account.recovery_codes_made",
        FactorChange::PasskeyAdded => "account.passkey_added",
        FactorChange::PasskeyRemoved => "account.passkey_removed",
        FactorChange::IdentityLinked => "account.identity_linked",
        FactorChange::IdentityUnlinked => "account.identity_unlinked",
    };
    audit::record(tx, now, actor, &Entry::new(act, "user", user).because(reason)).await?;
    if matches!(change, FactorChange::IdentityLinked | FactorChange::IdentityUnlinked) {
        events::record(tx, now, &Event::IdentitiesChanged { user }).await?;
    }
    notify(tx, now, user, |name| Text::SecondFactorChanged { name, change, at: now }).await?;
    Ok(())
}

/// As it is read from paper: in groups of four.
fn grouped(code: &str) -> String {
    let groups: Vec<&str> = code.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join("-")
}

/// As it is kept: neither groups nor capitals matter.
pub(crate) fn plain(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_is_typed() {
        let code = "abcdefgh23456789";
        assert_eq!(grouped(code), "abcd-efgh-2345-6789");
        for typed in ["abcd-efgh-2345-6789", " ABCD EFGH 2345 6789 ", code] {
            assert_eq!(plain(typed), code);
        }
        let bits = f64::from(u32::try_from(LENGTH).unwrap()) * f64::from(u32::try_from(ALPHABET.len()).unwrap()).log2();
        assert!(bits >= 79.0, "{bits}");
    }
}
