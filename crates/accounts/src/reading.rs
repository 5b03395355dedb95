//! What a typed game password goes through before it is compared: nothing, or the hash by which another server kept it.
//!
//! Here alone MD5 is computed, and only on the way to argon2id: what is stored is never weaker than that.

use base::Secret;
use heritage::KeptAs;
use md5::{Digest as _, Md5};

use crate::error::Error;

/// The alphabet in which phpass writes salts and digests.
const ITOA64: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The one in which bcrypt does.
const BCRYPT64: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// 2¹⁸ rounds of MD5 take about as long as one of our own hashes. What asks for more was made to keep us busy.
const MOST_ROUNDS_LOG2: u32 = 18;
/// The same for bcrypt, of which each step doubles the work: 12 takes about a quarter of a second.
const MOST_BCRYPT_COST: u32 = 12;

/// How a typed game password is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading {
    /// We made it, in lower case: a player who types it in capitals means the same.
    AnyCase,
    /// Somebody chose it.
    Exact,
    /// Its MD5, as 32 hexadecimal digits.
    Md5,
    /// MD5 over and over, salted, as phpass computes it.
    Phpass {
        /// How often, as a power of two.
        rounds_log2: u32,
        salt: String,
    },
    /// bcrypt.
    Bcrypt { cost: u32, salt: [u8; 16] },
}

impl Reading {
    /// The word in the database.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::AnyCase => "any_case".to_owned(),
            Self::Exact => "exact".to_owned(),
            Self::Md5 => "md5".to_owned(),
            Self::Phpass { rounds_log2, salt } => format!("phpass:{rounds_log2}:{salt}"),
            Self::Bcrypt { cost, salt } => format!("bcrypt:{cost}:{}", hex::encode(salt)),
        }
    }

    /// The reading of that word. An unknown one is none: what we can't read, we don't take.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let mut parts = word.splitn(3, ':');
        Some(match (parts.next()?, parts.next(), parts.next()) {
            ("any_case", None, None) => Self::AnyCase,
            ("exact", None, None) => Self::Exact,
            ("md5", None, None) => Self::Md5,
            ("phpass", Some(rounds), Some(salt)) => {
                Self::Phpass { rounds_log2: rounds.parse().ok()?, salt: salt.to_owned() }
            }
            ("bcrypt", Some(cost), Some(salt)) => {
                Self::Bcrypt { cost: cost.parse().ok()?, salt: hex::decode(salt).ok()?.try_into().ok()? }
            }
            _ => return None,
        })
    }

    /// Reads what another server has kept, if it is what it is declared to be and nothing else: the way to read what is typed, and what that
    /// gives for the right password.
    pub(crate) fn of_kept(kept: &str, form: KeptAs) -> Option<(Self, Secret)> {
        match form {
            KeptAs::Readable => Some((Self::Exact, Secret::new(kept))).filter(|_| !kept.is_empty()),
            KeptAs::Md5 => {
                let digits = kept.len() == 32 && kept.bytes().all(|b| b.is_ascii_hexdigit());
                digits.then(|| (Self::Md5, Secret::new(kept.to_ascii_lowercase())))
            }
            KeptAs::Phpass => phpass(kept).or_else(|| bcrypt(kept)),
        }
    }

    /// Whether a log-on is the occasion to put the password itself in its place.
    pub(crate) const fn is_old(&self) -> bool {
        matches!(self, Self::Md5 | Self::Phpass { .. } | Self::Bcrypt { .. })
    }

    /// What argon2id is computed of. Takes as long as the other server's hash: to be called in the line of hashes.
    pub(crate) fn apply(&self, typed: &Secret) -> Result<Secret, Error> {
        let typed = typed.expose();
        Ok(match self {
            Self::AnyCase => Secret::new(typed.trim().to_ascii_lowercase()),
            Self::Exact => Secret::new(typed),
            Self::Md5 => Secret::new(hex::encode(Md5::digest(typed.as_bytes()))),
            Self::Phpass { rounds_log2, salt } => {
                let mut digest = Md5::new().chain_update(salt).chain_update(typed).finalize();
                for _ in 0..1_u64 << (*rounds_log2).min(MOST_ROUNDS_LOG2) {
                    digest = Md5::new().chain_update(digest).chain_update(typed).finalize();
                }
                Secret::new(itoa64(&digest))
            }
            Self::Bcrypt { cost, salt } => {
                let parts = bcrypt::hash_with_salt(typed, *cost, *salt)
                    .map_err(|error| Error::Hashing(Box::new(error)))?
                    .format_for_version(bcrypt::Version::TwoB);
                Secret::new(parts.get(29..).unwrap_or_default())
            }
        })
    }
}

/// `$P$`, or `$H$` as a well-known forum writes it: rounds, eight characters of salt, and the digest.
fn phpass(kept: &str) -> Option<(Reading, Secret)> {
    let rest = kept.strip_prefix("$P$").or_else(|| kept.strip_prefix("$H$"))?;
    if rest.len() != 31 || !rest.bytes().all(|b| ITOA64.contains(&b)) {
        return None;
    }
    let rounds_log2 = place(ITOA64, rest.bytes().next()?)?;
    let (salt, digest) = (rest.get(1..9)?.to_owned(), rest.get(9..)?);
    (7..=MOST_ROUNDS_LOG2).contains(&rounds_log2).then(|| (Reading::Phpass { rounds_log2, salt }, Secret::new(digest)))
}

/// `$2a$`, `$2b$` and `$2y$` are one; `$2x$` has the mistake of an old library in it, and is taken for nothing.
fn bcrypt(kept: &str) -> Option<(Reading, Secret)> {
    let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|version| kept.strip_prefix(version))?;
    let (cost, rest) = rest.split_once('$')?;
    let cost: u32 = cost.parse().ok().filter(|cost| (4..=MOST_BCRYPT_COST).contains(cost))?;
    if rest.len() != 53 || !rest.bytes().all(|b| BCRYPT64.contains(&b)) {
        return None;
    }
    let (salt, digest) = rest.split_at_checked(22)?;
    Some((Reading::Bcrypt { cost, salt: bcrypt_salt(salt)? }, Secret::new(digest)))
}

/// Sixteen bytes of 22 characters, whose last one holds more bits than are needed: some libraries leave any in them, and none reads them.
fn bcrypt_salt(text: &str) -> Option<[u8; 16]> {
    let mut bits = 0_u32;
    let mut filled = 0;
    let mut bytes = Vec::with_capacity(17);
    for character in text.bytes() {
        bits = bits << 6 | place(BCRYPT64, character)?;
        filled += 6;
        if filled >= 8 {
            filled -= 8;
            bytes.push(u8::try_from(bits >> filled & 0xff).ok()?);
        }
    }
    bytes.try_into().ok()
}

fn place(alphabet: &[u8; 64], character: u8) -> Option<u32> {
    alphabet.iter().position(|known| *known == character).and_then(|place| u32::try_from(place).ok())
}

/// Three bytes, the first one lowest, as four characters, the lowest bits first.
fn itoa64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let value = three.iter().rev().fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
        for character in 0..=three.len() {
            text.push(char::from(ITOA64[value >> (6 * character) & 0x3f]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(kept: &str, form: KeptAs, typed: &str) -> bool {
        let (reading, expected) = Reading::of_kept(kept, form).expect("it can be read");
        assert_eq!(
            Reading::from_word(&reading.word()),
            Some(reading.clone()),
            "the database gives back what it was given"
        );
        reading.apply(&Secret::new(typed)).unwrap().expose() == expected.expose()
    }

    /// The first of phpass is from its own tests, the bcrypt ones from those of `crypt_blowfish`; MD5 from RFC 1321.
    #[test]
    fn what_other_libraries_have_hashed() {
        for (kept, form, right) in [
            ("f96b697d7cb7938d525a2f31aaf161d0", KeptAs::Md5, "message digest"),
            ("F96B697D7CB7938D525A2F31AAF161D0", KeptAs::Md5, "message digest"),
            ("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", KeptAs::Phpass, "test12345"),
            ("$H$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", KeptAs::Phpass, "test12345"),
            ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", KeptAs::Phpass, "U*U"),
            ("$2y$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", KeptAs::Phpass, "U*U*"),
            ("$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", KeptAs::Phpass, "U*U*U"),
            ("abcdef", KeptAs::Readable, "abcdef"),
        ] {
            assert!(opens(kept, form, right), "{kept}");
            assert!(!opens(kept, form, "another"), "{kept}");
            assert!(!opens(kept, form, &format!("{right} ")), "{kept}: nothing is trimmed");
        }
    }

    #[test]
    fn nothing_is_taken_for_what_it_was_not_declared_to_be() {
        for (kept, form) in [
            ("", KeptAs::Readable),
            ("f96b697d7cb7938d525a2f31aaf161d", KeptAs::Md5),
            ("g96b697d7cb7938d525a2f31aaf161d0", KeptAs::Md5),
            ("f96b697d7cb7938d525a2f31aaf161d0", KeptAs::Phpass),
            ("$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L", KeptAs::Phpass),
            ("$P$zIQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", KeptAs::Phpass),
            ("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", KeptAs::Phpass),
            ("$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", KeptAs::Phpass),
            ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", KeptAs::Phpass),
            ("$S$5abcdefghijklmnopqrstuvwxyz", KeptAs::Phpass),
            ("*", KeptAs::Phpass),
        ] {
            assert_eq!(Reading::of_kept(kept, form).map(|(reading, _)| reading), None, "{kept}");
        }
        for word in ["", "md5:", "phpass:8", "bcrypt:5:00", "sha1", "exact:x"] {
            assert_eq!(Reading::from_word(word), None, "{word}");
        }
    }

    #[test]
    fn what_we_made_may_be_typed_in_capitals() {
        let read = |reading: Reading| reading.apply(&Secret::new(" ABC ")).unwrap().expose().to_owned();
        assert_eq!((read(Reading::AnyCase), read(Reading::Exact)), ("abc".to_owned(), " ABC ".to_owned()));
    }
}
