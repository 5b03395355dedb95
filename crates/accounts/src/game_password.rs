//! The one password that classic clients log on with, made by us.

use std::net::IpAddr;

use audit::Entry;
use base::{Action, Actor, Role, Secret, UserId};
use contract::account::{Me, NewGamePassword};

use crate::{
    Accounts,
    attempt::address_hash,
    browser::Browser,
    error::Error,
    myself, name,
    reading::Reading,
    store::{self, GameCredentials, GamePassword},
    token::random_text,
};

/// Letters and digits that are not taken for each other when read from a page, in one case, so that nobody has to shift.
const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// As many as every classic client lets a player type (protocol §9.1, §9.5). Of this alphabet they make 74 bits.
const LENGTH: usize = 15;
/// More than any client sends: refused without work.
const LONGEST_TYPED: usize = 64;

/// Somebody who logged on with a game client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameLogin {
    /// Whose account.
    pub user: UserId,
    /// The name others see.
    pub name: String,
    /// What they are to the hub.
    pub role: Role,
}

impl From<Me> for GameLogin {
    fn from(me: Me) -> Self {
        Self { user: me.id, name: me.name, role: me.role }
    }
}

impl Accounts {
    /// Makes a game password, in place of an earlier one. It is shown this once; we keep only its hash.
    pub async fn make_game_password(&self, actor: &Actor) -> Result<NewGamePassword, Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let password = random_text(&*self.0.chance, ALPHABET, LENGTH);
        let hash = self.0.hasher.hash(Secret::new(password.clone())).await?;
        let kept = GamePassword { hash, reading: Reading::AnyCase, waits: false };
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let (kept, acting) = (kept.clone(), acting.clone());
                Box::pin(async move {
                    store::delete_lobby_tokens(tx, user).await?;
                    store::put_game_password(tx, user, &kept, now).await?;
                    let entry = Entry::new("account.game_password_made", "user", user);
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        Ok(NewGamePassword { password })
    }

    /// Takes the game password back, and with it the tokens that were bought with it. Without one there is nothing to do.
    pub async fn revoke_game_password(&self, actor: &Actor) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::delete_lobby_tokens(tx, user).await?;
                    store::delete_game_password(tx, user).await?;
                    let entry = Entry::new("account.game_password_revoked", "user", user);
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await
    }

    /// Whether somebody may log on to the lobby: Myth II's method 0, and Aleph One's clear text where the operator allows it.
    ///
    /// The name may carry style codes, and may be cut at fifteen characters.
    pub async fn check_game_password(
        &self,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<GameLogin, Error> {
        let outcome = self.try_game_password(name, password, address).await;
        report(&outcome, "game_password");
        outcome
    }

    async fn try_game_password(
        &self,
        typed_name: &str,
        typed: &str,
        address: Option<IpAddr>,
    ) -> Result<GameLogin, Error> {
        Actor::Stranger { address }.may(Action::LogIn)?;
        self.0.game_log_ons.check(address)?;
        if typed.len() > LONGEST_TYPED {
            return Err(Error::WrongCredentials);
        }
        let key = name::game_key(typed_name);
        let found = store::game_credentials(&self.0.db, &key).await?;
        let target = found.as_ref().map(|found| found.me.id);
        let attempt = self.begin_attempt(&self.0.game_failures, target, &key, address, Browser::default()).await?;
        let password = Secret::new(typed);
        let stored = found.as_ref().and_then(|found| found.password_hash.clone());
        let reading = found.as_ref().map_or(Reading::AnyCase, |found| found.reading.clone());
        let read = (reading, password.clone());
        let verdict = self.0.hasher.verify_as(move || read.0.apply(&read.1), stored).await?;
        let Some(GameCredentials { me, locked, password_hash: Some(old_hash), reading }) =
            found.filter(|_| verdict.right)
        else {
            attempt.failed();
            return Err(Error::WrongCredentials);
        };
        if locked {
            return Err(Error::Locked);
        }
        // What another server kept is replaced by the password itself, as soon as it is at hand.
        let anew = verdict.outdated || reading.is_old();
        let reading = if reading.is_old() { Reading::Exact } else { reading };
        let fresh_hash = if anew { self.0.hasher.hash(reading.apply(&password)?).await? } else { old_hash.clone() };
        let (user, now, place) = (me.id, self.now(), address_hash(me.id, address));
        let held = self
            .0
            .db
            .write(move |tx| {
                let (old_hash, fresh_hash, reading) = (old_hash.clone(), fresh_hash.clone(), reading.clone());
                Box::pin(async move {
                    store::remember_address(tx, user, &place, now).await?;
                    Ok::<_, Error>(store::hold_game_password(tx, user, &old_hash, (&fresh_hash, &reading)).await?)
                })
            })
            .await?;
        // Revoked, or locked, while we hashed.
        if held { Ok(me.into()) } else { Err(Error::WrongCredentials) }
    }
}

/// One line and one count for every log-on of a game client.
pub(crate) fn report(outcome: &Result<GameLogin, Error>, door: &'static str) {
    let (word, user) = match outcome {
        Ok(login) => ("ok", Some(login.user.get())),
        Err(Error::WrongCredentials) => ("wrong", None),
        Err(Error::Locked) => ("locked", None),
        Err(Error::TooMany { .. }) => ("limited", None),
        Err(_) => ("failed", None),
    };
    metrics::counter!("guildhall_accounts_log_ins_total", "door" => door, "outcome" => word).increment(1);
    tracing::info!(target: "security", act = "game_log_on", outcome = word, user.id = user, door, "game log-on");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_game_password_is_long_enough_and_can_be_typed() {
        let bits = f64::from(u32::try_from(LENGTH).unwrap()) * f64::from(u32::try_from(ALPHABET.len()).unwrap()).log2();
        assert!(bits >= 70.0, "{bits}");
        const { assert!(LENGTH <= 15) };
        assert!(ALPHABET.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
        assert!(!ALPHABET.iter().any(|c| b"0o1il".contains(c)));
    }
}
