//! Codes of an app (RFC 6238): six digits, another every thirty seconds.

use base::Millis;
use contract::account::{QrCode, TotpSetup};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of a secret: as many as SHA-1 mixes, which is what every app understands.
pub(crate) const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
const STEP_SECS: u64 = 30;
/// So many steps a clock may be off, to either side.
const DRIFT: u16 = 1;

fn generator(secret: &[u8]) -> Totp {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP_SECS)
        .with_skew(DRIFT)
        .with_secret(secret)
        .build_noncompliant()
}

/// The step whose code was typed, if it is the present one or the one beside it.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: Millis) -> Option<i64> {
    if !looks_like_a_code(typed) {
        return None;
    }
    let step = generator(secret).check(&without_gaps(typed), u64::try_from(now.0).unwrap_or(0) / 1000)?;
    i64::try_from(step).ok()
}

/// Six digits, with whatever gaps between them.
pub(crate) fn looks_like_a_code(typed: &str) -> bool {
    let code = without_gaps(typed);
    code.len() == usize::from(DIGITS) && code.bytes().all(|b| b.is_ascii_digit())
}

fn without_gaps(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What an app needs to make the codes. `issuer` is the hub's name, `account` the person's.
pub(crate) fn setup(secret: &[u8], issuer: &str, account: &str) -> TotpSetup {
    let key = Secret::from(secret).to_base32();
    let (issuer, account) = (encoded(issuer), encoded(account));
    let uri = format!("otpauth://totp/{issuer}:{account}?secret={key}&issuer={issuer}");
    let groups: Vec<&str> = key.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    TotpSetup { key: groups.join(" "), qr: qr_code(&uri), uri }
}

/// A link's text as a path of an SVG.
fn qr_code(text: &str) -> QrCode {
    // Both names are at most sixty characters, so the text is well within the three thousand bytes that a code can hold.
    let Ok(code) = qrcode::QrCode::new(text) else { return QrCode { side: 0, path: String::new() } };
    let side = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            use std::fmt::Write as _;
            let _ = write!(path, "M{} {}h1v1h-1z", at % side + 4, at / side + 4);
        }
    }
    QrCode { side: u32::try_from(side).unwrap_or(0), path }
}

/// Percent-encoded. The colon separates the two names, so it is among what is encoded.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// The code an app shows at that instant.
#[cfg(test)]
pub(crate) fn code_at(secret: &[u8], at: Millis) -> String {
    generator(secret).generate(u64::try_from(at.0).unwrap() / 1000).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the rows for SHA-1: the last six of the eight digits.
    #[test]
    fn the_codes_of_the_standard() {
        let secret = b"12345678901234567890";
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(secret, Millis(secs * 1000)), code);
            assert_eq!(step_of(secret, code, Millis(secs * 1000)), Some(secs / 30));
        }
    }

    #[test]
    fn one_step_of_drift_and_no_more() {
        let secret = b"12345678901234567890";
        let at = |secs: i64| step_of(secret, "081 804", Millis(secs * 1000));
        let own = 1_111_111_109 / 30;
        assert_eq!(at(1_111_111_109 - 30), Some(own));
        assert_eq!(at(1_111_111_109 + 30), Some(own));
        assert_eq!(at(1_111_111_109 - 60), None);
        assert_eq!(at(1_111_111_109 + 60), None);
        for rubbish in ["", "08180", "0818044", "08180a", "٠٨١٨٠٤"] {
            assert_eq!(step_of(secret, rubbish, Millis(1_111_111_109_000)), None, "{rubbish}");
        }
    }

    #[test]
    fn what_an_app_is_told() {
        let setup = setup(b"12345678901234567890", "Hall & Co: 1", "Zoë");
        assert_eq!(setup.key, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            setup.uri,
            "otpauth://totp/Hall%20%26%20Co%3A%201:Zo%C3%AB?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hall%20%26%20Co%3A%201"
        );
        assert!(setup.qr.side >= 21 && setup.qr.path.starts_with("M4 4h1v1h-1z"), "the first finder's corner");
    }
}
