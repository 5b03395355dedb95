//! One attempt to prove who one is: counted, and limited where somebody guesses.

use std::net::IpAddr;

use base::{Millis, UserId};
use sha2::{Digest, Sha256};

use crate::{
    Accounts,
    browser::Browser,
    error::Error,
    failures::{Failures, Target},
    limits::Origin,
    store,
    token::TokenHash,
};

/// An attempt under way. It counts as failed only if it is said to have: an attempt that we broke off ourselves was no guess.
pub(crate) struct Attempt<'a> {
    failures: &'a Failures,
    target: Target,
    begun: Millis,
    counted: bool,
}

impl Attempt<'_> {
    /// The password was wrong.
    pub(crate) fn failed(mut self) {
        self.counted = false;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.counted {
            self.failures.take_back(self.target, self.begun);
        }
    }
}

impl Accounts {
    /// Begins an attempt at the account of `user`, or at nobody's, for which `key` is what was typed.
    ///
    /// After too many failures only those go on who come from an address or with a browser that this account knows. So guessing stops, and
    /// the owner is not locked out by it.
    pub(crate) async fn begin_attempt<'a>(
        &self,
        failures: &'a Failures,
        user: Option<UserId>,
        key: &str,
        address: Option<IpAddr>,
        browser: Browser<'_>,
    ) -> Result<Attempt<'a>, Error> {
        let target = user.map_or_else(|| Target::Nobody(nobody(key)), Target::User);
        let begun = self.now();
        let counted = match failures.begin(target, begun) {
            Ok(()) => true,
            Err(retry_after) => {
                // Asked for nobody's account as well, so that the answer takes as long.
                let asked_for = user.unwrap_or_else(|| UserId::from(0));
                let knows_address =
                    store::knows_address(&self.0.db, asked_for, &address_hash(asked_for, address)).await?;
                let device = browser.device_hash().unwrap_or_default();
                let knows_device = store::knows_device(&self.0.db, asked_for, &device).await?;
                if !knows_address && !knows_device {
                    metrics::counter!("guildhall_accounts_limited_total", "limit" => "failures").increment(1);
                    tracing::warn!(target: "security", act = "too_many_failures", user.id = user.map(i64::from), "an account had too many failures");
                    return Err(Error::TooMany { retry_after });
                }
                false
            }
        };
        Ok(Attempt { failures, target, begun, counted })
    }
}

/// What is stored of an address that somebody logged in from. Salted with the account, so that one address does not tie accounts together.
pub(crate) fn address_hash(user: UserId, address: Option<IpAddr>) -> TokenHash {
    Sha256::new().chain_update(user.get().to_be_bytes()).chain_update(Origin::of(address).bytes()).finalize().into()
}

fn nobody(key: &str) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    *digest.first_chunk().expect("32 bytes begin with 16")
}
