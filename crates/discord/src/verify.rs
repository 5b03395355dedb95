//! Whether Discord said it: Ed25519 over the timestamp and the body as it came.

use std::time::Duration;

use base::Millis;
use ring::signature::{ED25519, UnparsedPublicKey};

/// What was signed longer ago, or is signed for later, is somebody's copy: Discord delivers at once, and clocks differ by less.
pub(crate) const WINDOW: Duration = Duration::from_mins(5);

/// Whether the application's key has signed it, within the window.
pub(crate) fn is_genuine(public_key: &str, signature: &str, timestamp: &str, body: &[u8], now: Millis) -> bool {
    let (Ok(key), Ok(signature)) = (hex::decode(public_key), hex::decode(signature)) else { return false };
    let signed = [timestamp.as_bytes(), body].concat();
    if UnparsedPublicKey::new(&ED25519, key).verify(&signed, &signature).is_err() {
        return false;
    }
    let Some(at) = timestamp.parse::<i64>().ok().and_then(|secs| secs.checked_mul(1000)).map(Millis) else {
        return false;
    };
    now.since(at) <= WINDOW && at.since(now) <= WINDOW
}

/// Whether a public key is one at all.
pub(crate) fn is_a_key(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;

    #[test]
    fn only_what_is_signed_lately_is_genuine() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = hex::encode(pair.public_key());
        let other = hex::encode(Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap().public_key());
        let body = br#"{"type":1}"#;
        let signed = |timestamp: &str| hex::encode(pair.sign(&[timestamp.as_bytes(), body].concat()));
        let now = Millis(1_800_000_000_000);
        let good = signed("1800000000");
        assert!(is_a_key(&public) && is_genuine(&public, &good, "1800000000", body, now));
        assert!(!is_genuine(&other, &good, "1800000000", body, now), "another application's");
        assert!(!is_genuine(&public, &good, "1800000001", body, now), "another moment");
        assert!(!is_genuine(&public, &good, "1800000000", br#"{"type":2}"#, now), "another body");
        assert!(!is_genuine(&public, &good[2..], "1800000000", body, now), "no signature");
        assert!(!is_genuine(&public, "zz", "1800000000", body, now));
        assert!(!is_genuine("", &good, "1800000000", body, now));
        for (timestamp, genuine) in
            [("1799999700", true), ("1799999699", false), ("1800000301", false), ("soon", false)]
        {
            assert_eq!(is_genuine(&public, &signed(timestamp), timestamp, body, now), genuine, "{timestamp}");
        }
    }

    /// RFC 8032, section 7.1, test 3: the signature is theirs, and not ours alone.
    #[test]
    fn the_curve_is_the_standards() {
        let key = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
        let signature = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
        let key = UnparsedPublicKey::new(&ED25519, hex::decode(key).unwrap());
        assert!(key.verify(&[0xaf, 0x82], &hex::decode(signature).unwrap()).is_ok());
    }
}
