//! What stands in an invitation link, and what is kept of it.

use base::{Chance, ChanceExt as _, Secret};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

/// What is stored. A fast hash is enough, because nobody guesses 256 random bits.
pub(crate) type TokenHash = [u8; 32];

/// 32 random bytes as 43 characters that fit in a link.
pub(crate) fn new(chance: &dyn Chance) -> Secret {
    Secret::new(Base64UrlUnpadded::encode_string(&chance.bytes::<32>()))
}

/// What to store of a token, and to look it up by.
pub(crate) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}
