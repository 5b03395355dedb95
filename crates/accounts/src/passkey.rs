//! One's own passkeys: added, named, removed; and whether one is asked for after the password.

use std::time::Duration;

use audit::Entry;
use base::{Action, Actor, ChanceExt as _, Kind, PasskeyId, UserId};
use contract::{Code, Field, account::RecoveryCodes, passkey::Passkeys};
use mail::FactorChange;
use serde_json::json;

use crate::{
    Accounts,
    error::Error,
    myself,
    passkey_party::{Asked, RelyingParty},
    second_factor::{changed, put_codes},
    store::{self, Ceremony},
};

/// A question that takes longer to answer is asked anew.
pub(crate) const ASKED_FOR: Duration = Duration::from_mins(5);
/// Passkeys of one person.
const MOST: i64 = 20;
/// Characters of a passkey's name.
const LONGEST_NAME: usize = 60;
/// Bytes of a browser's answer: a few keys and signatures.
pub(crate) const LONGEST_ANSWER: usize = 16 * 1024;

impl Accounts {
    /// One's passkeys.
    pub async fn passkeys(&self, actor: &Actor) -> Result<Passkeys, Error> {
        actor.may(Action::ViewOwnAccount)?;
        let user = myself(actor)?;
        Ok(Passkeys {
            available: self.relying_party().await.is_some(),
            passkeys: store::list_passkeys(&self.0.db, user).await?,
            asked: store::asks_for_passkey(&self.0.db, user).await?,
        })
    }

    /// What to ask one's device for a new passkey: the options of `navigator.credentials.create`, as JSON.
    pub async fn begin_passkey(&self, actor: &Actor) -> Result<String, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let name = store::holder(&self.0.db, user).await?.ok_or(Error::NotFound)?.me.name;
        let fresh = self.0.chance.bytes::<32>();
        let handle: Result<Vec<u8>, Error> = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok(store::passkey_handle(tx, user, &fresh).await?) }))
            .await;
        let known = store::kept_passkeys(&self.0.db, user).await?;
        let asked = party
            .ask_to_add(&self.site().await.name, &name, &handle?, &known)
            .map_err(|_| Error::Corrupt { what: "passkey" })?;
        self.keep_ceremony(asked, Ceremony::Add, Some(user)).await
    }

    /// The device's answer: the new passkey.
    pub async fn add_passkey(&self, actor: &Actor, name: &str, answer: &str) -> Result<PasskeyId, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let name = parse_name(name)?;
        let party = self.relying_party().await.ok_or(Error::NoPasskeys)?;
        let answer = short(answer)?;
        let challenge = RelyingParty::challenge_of_new(answer).map_err(|_| Error::PasskeyRefused)?;
        let state = self.take_ceremony(challenge, Ceremony::Add, Some(user)).await?;
        let made = party.check_new(&state, answer, name).map_err(|_| Error::PasskeyRefused)?;
        let (now, acting) = (self.now(), actor.clone());
        let added = self
            .0
            .db
            .write(move |tx| {
                let (made, acting) = (made.clone(), acting.clone());
                Box::pin(async move {
                    // Holds the account, so that two at once are counted one after the other.
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if store::count_passkeys(tx, user).await? >= MOST {
                        return Err(Error::Refused(Kind::Conflict));
                    }
                    let id = store::insert_passkey(tx, user, &made, now).await?;
                    changed(tx, now, &acting, user, FactorChange::PasskeyAdded).await?;
                    Ok(id)
                })
            })
            .await;
        match added {
            // A device that answers with a key somebody has already is lying.
            Err(Error::Store(error)) if error.violates("passkeys_credential_id_key") => Err(Error::PasskeyRefused),
            added => added,
        }
    }

    /// Calls one of one's passkeys something else.
    pub async fn rename_passkey(&self, actor: &Actor, passkey: PasskeyId, name: &str) -> Result<(), Error> {
        actor.may(Action::ManageOwnAccount)?;
        let user = myself(actor)?;
        let name = parse_name(name)?;
        let renamed: Result<bool, Error> = self
            .0
            .db
            .write(move |tx| {
                let name = name.clone();
                Box::pin(async move { Ok(store::rename_passkey(tx, user, passkey, &name).await?) })
            })
            .await;
        if renamed? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Takes one of one's passkeys away; never the last way into the account.
    pub async fn remove_passkey(&self, actor: &Actor, passkey: PasskeyId) -> Result<(), Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (now, acting) = (self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    // Holds the account: the last two ways in cannot go at the same moment.
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if !store::delete_passkey(tx, user, passkey).await? {
                        return Err(Error::NotFound);
                    }
                    if !store::has_way_in(tx, user).await? {
                        return Err(Error::LastWayIn);
                    }
                    if store::count_passkeys(tx, user).await? == 0 {
                        store::set_asks_for_passkey(tx, user, false).await?;
                    }
                    if !store::has_second_factor(tx, user).await? {
                        store::delete_recovery_codes(tx, user).await?;
                    }
                    changed(tx, now, &acting, user, FactorChange::PasskeyRemoved).await
                })
            })
            .await
    }

    /// Whether a passkey is asked for after the password. Who turns it on gets recovery codes, shown this once, where they have none.
    pub async fn ask_for_passkey(&self, actor: &Actor, asked: bool) -> Result<Option<RecoveryCodes>, Error> {
        actor.may(Action::SecureOwnAccount)?;
        let user = myself(actor)?;
        let (codes, hashes) = self.new_codes();
        let had = store::count_recovery_codes(&self.0.db, user).await?;
        let (now, acting) = (self.now(), actor.clone());
        let given: Result<bool, Error> = self
            .0
            .db
            .write(move |tx| {
                let (hashes, acting) = (hashes.clone(), acting.clone());
                Box::pin(async move {
                    store::hold_user(tx, user).await?.ok_or(Error::NotFound)?;
                    if asked && store::count_passkeys(tx, user).await? == 0 {
                        return Err(Error::Refused(Kind::Conflict));
                    }
                    if !store::set_asks_for_passkey(tx, user, asked).await? {
                        return Ok(false);
                    }
                    let entry = Entry::new("account.passkey_asked", "user", user)
                        .changing(json!({ "asked": !asked }), json!({ "asked": asked }));
                    audit::record(tx, now, &acting, &entry).await?;
                    let give = asked && had == 0;
                    if give {
                        put_codes(tx, user, &hashes).await?;
                    } else if !store::has_second_factor(tx, user).await? {
                        store::delete_recovery_codes(tx, user).await?;
                    }
                    Ok(give)
                })
            })
            .await;
        Ok(given?.then_some(codes))
    }

    /// The hub as devices know it; `None` where its address is none that browsers make passkeys for.
    pub(crate) async fn relying_party(&self) -> Option<RelyingParty> {
        let address = match &self.0.settings.public_url {
            Some(address) => address.clone(),
            None => self.public_url().await?,
        };
        RelyingParty::of(&address)
    }

    /// Keeps a question until it is answered; gives what the browser is told.
    pub(crate) async fn keep_ceremony(
        &self,
        asked: Asked,
        purpose: Ceremony,
        user: Option<UserId>,
    ) -> Result<String, Error> {
        let Asked { options, challenge, state } = asked;
        let ends_at = self.now().plus(ASKED_FOR);
        let kept: Result<(), Error> = self
            .0
            .db
            .write(move |tx| {
                let state = state.clone();
                Box::pin(
                    async move { Ok(store::insert_ceremony(tx, &challenge, purpose, user, &state, ends_at).await?) },
                )
            })
            .await;
        kept.map(|()| options.to_string())
    }

    /// Takes a question that was asked for this purpose, and of this person where it was one's.
    pub(crate) async fn take_ceremony(
        &self,
        challenge: crate::token::TokenHash,
        purpose: Ceremony,
        user: Option<UserId>,
    ) -> Result<Vec<u8>, Error> {
        let now = self.now();
        let taken: Result<_, Error> = self
            .0
            .db
            .write(move |tx| Box::pin(async move { Ok(store::take_ceremony(tx, &challenge, purpose, now).await?) }))
            .await;
        match taken? {
            Some((whose, state)) if whose == user => Ok(state),
            _ => Err(Error::PasskeyRefused),
        }
    }
}

/// An answer no longer than answers are.
pub(crate) fn short(answer: &str) -> Result<&str, Error> {
    if answer.len() > LONGEST_ANSWER { Err(Error::PasskeyRefused) } else { Ok(answer) }
}

fn parse_name(typed: &str) -> Result<String, Error> {
    let name = typed.trim();
    let wrong = if name.is_empty() {
        Code::Required
    } else if name.chars().count() > LONGEST_NAME {
        Code::TooLong
    } else if name.chars().any(char::is_control) {
        Code::BadCharacters
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::field(Field::DeviceName, wrong))
}
