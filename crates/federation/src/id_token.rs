//! ID tokens: whether one is signed by the service, and made for us, for this sign-in, and for now.
//!
//! OpenID Connect Core 1.0, section 3.1.3.7. Two algorithms: RS256, which every service speaks, and ES256. What the header names is
//! compared with what a key can do, never followed.

use std::time::Duration;

use base::Millis;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

use crate::{Error, about::About, discovery::Key, same};

/// Clocks go wrong by so much.
const LEEWAY: Duration = Duration::from_mins(1);
/// Longer than services make them.
const LONGEST: usize = 32 * 1024;
/// The longest subject, in bytes: the standard's.
const LONGEST_SUBJECT: usize = 255;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Es256,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token says.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    pub(crate) sub: String,
    aud: Audience,
    exp: f64,
    iat: f64,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(flatten)]
    pub(crate) about: About,
}

/// A token taken apart; nothing in it is to be believed yet.
pub(crate) struct Unproved<'t> {
    signed: &'t [u8],
    signature: Vec<u8>,
    body: Vec<u8>,
    algorithm: Algorithm,
    kid: Option<String>,
}

impl<'t> Unproved<'t> {
    pub(crate) fn read(token: &'t str) -> Result<Self, Error> {
        const NONE: Error = Error::Refused("no ID token");
        if token.len() > LONGEST {
            return Err(NONE);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(NONE)?;
        let (header, body) = signed.split_once('.').filter(|(_, body)| !body.contains('.')).ok_or(NONE)?;
        let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).map_err(|_| NONE);
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| NONE)?;
        let algorithm = match header.alg.as_str() {
            "RS256" => Algorithm::Rs256,
            "ES256" => Algorithm::Es256,
            _ => return Err(Error::Refused("another algorithm")),
        };
        if header.crit.is_some() {
            return Err(Error::Refused("a header we do not understand"));
        }
        Ok(Self {
            signed: signed.as_bytes(),
            signature: decode(signature)?,
            body: decode(body)?,
            algorithm,
            kid: header.kid,
        })
    }

    /// Whether a key may have signed it.
    pub(crate) fn fits(&self, key: &Key) -> bool {
        let (kind, curve, word) = match self.algorithm {
            Algorithm::Rs256 => ("RSA", None, "RS256"),
            Algorithm::Es256 => ("EC", Some("P-256"), "ES256"),
        };
        key.kty == kind
            && curve.is_none_or(|curve| key.crv.as_deref() == Some(curve))
            && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && key.alg.as_deref().is_none_or(|alg| alg == word)
            && (self.kid.is_none() || key.kid == self.kid)
    }

    fn is_signed_by(&self, key: &Key) -> bool {
        let part = |text: &Option<String>| Base64UrlUnpadded::decode_vec(text.as_deref()?).ok();
        match self.algorithm {
            Algorithm::Rs256 => {
                let (Some(n), Some(e)) = (part(&key.n), part(&key.e)) else { return false };
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, self.signed, &self.signature).is_ok()
            }
            Algorithm::Es256 => {
                let (Some(x), Some(y)) = (part(&key.x), part(&key.y)) else { return false };
                let point = [&[4][..], &x, &y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(self.signed, &self.signature).is_ok()
            }
        }
    }

    /// What it says, where it is signed by one of the keys and meant for this.
    pub(crate) fn prove(
        &self,
        keys: &[Key],
        issuer: &str,
        client_id: &str,
        nonce: &str,
        now: Millis,
    ) -> Result<Claims, Error> {
        if !keys.iter().filter(|key| self.fits(key)).any(|key| self.is_signed_by(key)) {
            return Err(Error::Refused("not signed by the service"));
        }
        let claims: Claims =
            serde_json::from_slice(&self.body).map_err(|_| Error::Refused("an ID token of another form"))?;
        claims.check(issuer, client_id, nonce, now)?;
        Ok(claims)
    }
}

impl Claims {
    fn check(&self, issuer: &str, client_id: &str, nonce: &str, now: Millis) -> Result<(), Error> {
        if self.iss != issuer {
            return Err(Error::Refused("another issuer"));
        }
        let several = match &self.aud {
            Audience::One(one) if one == client_id => false,
            Audience::Many(all) if all.iter().any(|one| one == client_id) => all.len() > 1,
            _ => return Err(Error::Refused("made for somebody else")),
        };
        if self.azp.as_deref().map_or(several, |party| party != client_id) {
            return Err(Error::Refused("asked for by somebody else"));
        }
        if !same(self.nonce.as_deref().unwrap_or_default(), nonce) {
            return Err(Error::Refused("made for another sign-in"));
        }
        if instant(self.exp) <= now.minus(LEEWAY) || instant(self.iat) > now.plus(LEEWAY) {
            return Err(Error::Refused("of another time"));
        }
        if self.sub.is_empty() || self.sub.len() > LONGEST_SUBJECT {
            return Err(Error::Refused("about nobody"));
        }
        Ok(())
    }
}

/// Seconds since 1970, with fractions if a service likes them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "what is out of range becomes the end of all time, or its beginning"
)]
fn instant(secs: f64) -> Millis {
    Millis((secs * 1_000.0) as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What RFC 7515 signs in its appendices A.2 (RS256) and A.3 (ES256).
    const BODY: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const RS256: &str = "eyJhbGciOiJSUzI1NiJ9";
    const ES256: &str = "eyJhbGciOiJFUzI1NiJ9";
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR\
        T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB\
        dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia\
        GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const BY_RSA: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9\
        uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
        _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rq\
        Vt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    const BY_EC: &str = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn rsa() -> Key {
        serde_json::from_value(json!({"kty": "RSA", "n": N, "e": "AQAB"})).unwrap()
    }

    fn ec() -> Key {
        let (x, y) = ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        serde_json::from_value(json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})).unwrap()
    }

    #[test]
    fn the_standards_own_signatures_are_good() {
        for (head, signature, key, other) in [(RS256, BY_RSA, rsa(), ec()), (ES256, BY_EC, ec(), rsa())] {
            let text = format!("{head}.{BODY}.{signature}");
            let token = Unproved::read(&text).unwrap();
            assert!(token.fits(&key) && token.is_signed_by(&key));
            assert!(!token.fits(&other) && !token.is_signed_by(&other));
            // The same for another body, and with one bit of the signature turned.
            let text = format!("{head}.{}.{signature}", BODY.replacen("Im", "In", 1));
            assert!(!Unproved::read(&text).unwrap().is_signed_by(&key));
            let mut turned = Unproved::read(&format!("{head}.{BODY}.{signature}")).map(|t| t.signature).unwrap();
            turned[7] ^= 1;
            let text = format!("{head}.{BODY}.{}", Base64UrlUnpadded::encode_string(&turned));
            assert!(!Unproved::read(&text).unwrap().is_signed_by(&key));
        }
    }

    #[test]
    fn a_key_is_used_for_what_it_is_for() {
        let token = format!("{RS256}.{BODY}.{BY_RSA}");
        let token = Unproved::read(&token).unwrap();
        assert!(!token.fits(&Key { purpose: Some("enc".into()), ..rsa() }));
        assert!(!token.fits(&Key { alg: Some("RS512".into()), ..rsa() }));
        // A key with no modulus, and one too short to be safe, prove nothing.
        assert!(!token.is_signed_by(&Key { n: None, ..rsa() }));
        assert!(!token.is_signed_by(&Key { n: Some(N[..170].into()), ..rsa() }));
    }
}
