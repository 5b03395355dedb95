//! What deliveries are signed with.

use std::fmt;

use base::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The hub's key for webhooks, kept beside the database and not in it. Each webhook's secret is made of it and of a salt in the database,
/// so a stolen copy of the database signs nothing.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

impl Key {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret of the webhook with that salt.
    pub(crate) fn secret(&self, salt: &[u8]) -> Secret {
        Secret::new(format!("whsec_{}", hex::encode(mac(&self.0, &[b"guildhall webhook", salt]))))
    }
}

/// What the database keeps of a secret, to notice that the key is another one.
pub(crate) fn hash(secret: &Secret) -> [u8; 32] {
    Sha256::digest(secret.expose()).into()
}

pub(crate) fn is_the_same(secret: &Secret, kept: &[u8]) -> bool {
    hash(secret).ct_eq(kept).into()
}

/// The value of the header `Guildhall-Signature`: when it was sent, and HMAC-SHA256 over that instant, a full stop and the body.
pub fn sign(secret: &Secret, unix_secs: i64, body: &str) -> String {
    let signature = mac(secret.expose().as_bytes(), &[unix_secs.to_string().as_bytes(), b".", body.as_bytes()]);
    format!("t={unix_secs},v1={}", hex::encode(signature))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_the_book_says() {
        // By `printf '1800000000.{"id":"event_1"}' | openssl dgst -sha256 -hmac whsec_test`.
        let signature = sign(&Secret::new("whsec_test"), 1_800_000_000, r#"{"id":"event_1"}"#);
        assert_eq!(signature, "t=1800000000,v1=52c7e0478fcaf39fd1dd0fb649815a66d1bafb7ba4dcfb7cc588a48d7b5b2b09");
    }

    #[test]
    fn a_secret_needs_both_key_and_salt() {
        let secret = Key::new([1; 32]).secret(b"salt");
        assert!(secret.expose().starts_with("whsec_") && secret.expose().len() == 70);
        assert!(is_the_same(&Key::new([1; 32]).secret(b"salt"), &hash(&secret)));
        assert!(!is_the_same(&Key::new([2; 32]).secret(b"salt"), &hash(&secret)));
        assert!(!is_the_same(&Key::new([1; 32]).secret(b"pepper"), &hash(&secret)));
    }
}
