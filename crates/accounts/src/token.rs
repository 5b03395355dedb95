//! Random tokens: what the holder keeps, and what we keep of them.

use base::{Chance, ChanceExt, Secret};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// What is stored of a token: who reads the database learns nothing to log in with. A fast hash is enough, because nobody
/// can guess 256 random bits.
pub(crate) type TokenHash = [u8; 32];

/// 32 random bytes as 43 characters that fit in a cookie and a link.
pub(crate) fn new_token(chance: &dyn Chance) -> Secret {
    Secret::new(Base64UrlUnpadded::encode_string(&chance.bytes::<32>()))
}

/// What to store of a token, and to look it up by.
pub(crate) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The same of bytes.
pub(crate) fn hash_bytes(bytes: &[u8]) -> TokenHash {
    Sha256::digest(bytes).into()
}

/// `length` characters of `alphabet`, each equally likely.
pub(crate) fn random_text(chance: &dyn Chance, alphabet: &[u8], length: usize) -> String {
    let bound = u32::try_from(alphabet.len()).expect("an alphabet is short");
    (0..length).map(|_| char::from(alphabet[chance.below(bound) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::testing::SeededChance;

    #[test]
    fn tokens_differ_and_fit_in_a_cookie() {
        let chance = SeededChance::new(1);
        let (one, other) = (new_token(&chance), new_token(&chance));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        assert_ne!(hash(one.expose()), hash(other.expose()));
    }
}
