//! The way to the site for somebody whose account was made elsewhere: a link by which they choose its first password.

use std::time::Duration;

use base::{Millis, Secret, UserId};
use db::Tx;
use mail::Text;

use crate::{
    email::Email,
    error::Error,
    notice::post,
    store::{self, Holder, NewProof, Purpose},
    token,
};

/// Longer than that of a forgotten password: nobody waits for it.
pub(crate) const CLAIM_DAYS: u32 = 14;

/// A link that is about to be given away.
#[derive(Clone)]
pub(crate) struct ClaimLink {
    token: Secret,
    ends_at: Millis,
}

impl ClaimLink {
    pub(crate) fn new(chance: &dyn base::Chance, now: Millis) -> Self {
        let span = Duration::from_hours(u64::from(CLAIM_DAYS) * 24);
        Self { token: token::new_token(chance), ends_at: now.plus(span) }
    }

    /// Its path at the site: the page where a password is chosen by a link.
    pub(crate) fn path(&self) -> Secret {
        Secret::new(format!("/recover/password?token={}", self.token.expose()))
    }

    /// Makes it good; earlier ones of the account no longer are.
    pub(crate) async fn keep(&self, tx: &mut Tx<'_>, user: UserId, email: Option<Email>) -> Result<(), db::Error> {
        let proof = NewProof {
            user,
            purpose: Purpose::Recover,
            token_hash: token::hash(self.token.expose()),
            code_hash: None,
            email,
            ends_at: self.ends_at,
        };
        store::insert_proof(tx, &proof).await
    }

    /// Makes it good and mails it to the address the account was made with. Where that is somebody else's by proof, they are told instead if
    /// `loud`, and the link is nobody's.
    pub(crate) async fn mail(&self, tx: &mut Tx<'_>, at: Millis, holder: &Holder, loud: bool) -> Result<(), Error> {
        let Some(email) = holder.email.clone() else { return Ok(()) };
        let owner = store::proved_holder(tx, &email.key, holder.me.id).await?;
        if let Some(owner) = owner {
            if loud {
                post(tx, at, &owner, &email.shown, Text::AddressTaken { name: owner.me.name.clone() }).await?;
            }
            return Ok(());
        }
        self.keep(tx, holder.me.id, Some(email.clone())).await?;
        let text = Text::ClaimAccount { name: holder.me.name.clone(), path: self.path(), days: CLAIM_DAYS };
        Ok(post(tx, at, holder, &email.shown, text).await?)
    }
}
