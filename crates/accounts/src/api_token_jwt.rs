//! Access tokens: JSON Web Tokens (RFC 7519) signed by the hub and good for ten minutes.
//!
//! There is one algorithm, HMAC with SHA-256, and the header that says so is compared, never followed. Who holds an access token is
//! still looked up with each use, so that a login that has ended has ended at once; the signature spares the table whatever was never ours.

use std::time::Duration;

use base::{ChanceExt as _, Grants, Millis, Secret, TokenId, UserId};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{Accounts, error::Error, store};

/// How long one is good for.
pub(crate) const GOOD_FOR: Duration = Duration::from_mins(10);
/// A key signs for so long; then the next access token gets a new one.
const KEY_SIGNS_FOR: Duration = Duration::from_hours(30 * 24);
/// Longer than any of ours.
const LONGEST: usize = 1_024;

/// With what the hub signs.
#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) id: i64,
    pub(crate) secret: Vec<u8>,
    pub(crate) created_at: Millis,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) user: UserId,
    pub(crate) token: TokenId,
    pub(crate) grants: Grants,
    pub(crate) issued_at: Millis,
}

#[derive(Serialize, Deserialize)]
struct Header<'h> {
    alg: &'h str,
    typ: &'h str,
    kid: &'h str,
}

/// As RFC 9068 names them; instants are whole seconds there.
#[derive(Serialize, Deserialize)]
struct Body {
    iss: String,
    sub: String,
    /// The login of the program.
    sid: TokenId,
    scope: Grants,
    iat: i64,
    exp: i64,
}

const ISSUER: &str = "guildhall";
const ALGORITHM: &str = "HS256";
const TYPE: &str = "at+jwt";

impl Accounts {
    /// An access token that says so, and when it runs out.
    pub(crate) async fn write_access_token(&self, claims: &Claims) -> Result<(Secret, Millis), Error> {
        let key = self.signing_key().await?;
        let ends_at = claims.issued_at.plus(GOOD_FOR);
        Ok((Secret::new(write(&key, claims, ends_at)), ends_at))
    }

    /// What an access token says; `None` where it is none of ours, or has run out.
    pub(crate) async fn read_access_token(&self, text: &str, now: Millis) -> Result<Option<Claims>, Error> {
        let Some((kid, parts)) = take_apart(text) else { return Ok(None) };
        let key = match self.known_key(kid) {
            Some(key) => Some(key),
            // Another node may have made it since.
            None => self.refresh_keys().await?.into_iter().find(|key| key.id == kid),
        };
        Ok(key.and_then(|key| read(&key, &parts, now)))
    }

    /// Makes a new key and forgets all others: every access token runs out at once, and is renewed by whoever holds a refresh token.
    pub async fn rotate_signing_key(&self, actor: &base::Actor) -> Result<(), Error> {
        actor.may(base::Action::ManageSystem)?;
        let (secret, now, acting) = (self.0.chance.bytes::<32>(), self.now(), actor.clone());
        self.0
            .db
            .write(move |tx| {
                let acting = acting.clone();
                Box::pin(async move {
                    store::delete_signing_keys(tx, Millis(i64::MAX)).await?;
                    store::add_signing_key(tx, &secret, now, Millis(i64::MAX)).await?;
                    let entry = audit::Entry::new("signing_key.rotated", "hub", "");
                    events::record(tx, now, &contract::Event::SigningKeyRotated).await?;
                    Ok::<_, Error>(audit::record(tx, now, &acting, &entry).await?)
                })
            })
            .await?;
        self.refresh_keys().await?;
        Ok(())
    }

    /// Asks the database again before the next token is read: on [`SigningKeyRotated`](contract::Event::SigningKeyRotated), which
    /// another process may have told.
    pub fn forget_signing_keys(&self) {
        self.0.signing_keys.write().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
        // Both are made anew together.
        self.0.sealer.forget();
    }

    /// The key that signs now. Where there is none, or it has signed long enough, a new one is made; the one before stays for what
    /// it has signed.
    async fn signing_key(&self) -> Result<SigningKey, Error> {
        let now = self.now();
        let young = |keys: &[SigningKey]| keys.first().filter(|key| now.since(key.created_at) < KEY_SIGNS_FOR).cloned();
        let known = self.0.signing_keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(key) = young(&known) {
            return Ok(key);
        }
        if let Some(key) = young(&self.refresh_keys().await?) {
            return Ok(key);
        }
        let (secret, oldest) = (self.0.chance.bytes::<32>(), now.minus(KEY_SIGNS_FOR));
        self.0
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::add_signing_key(tx, &secret, now, oldest).await?;
                    store::delete_signing_keys(tx, oldest.minus(GOOD_FOR)).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        young(&self.refresh_keys().await?).ok_or(Error::Corrupt { what: "signing key" })
    }

    fn known_key(&self, id: i64) -> Option<SigningKey> {
        let keys = self.0.signing_keys.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        keys.iter().find(|key| key.id == id).cloned()
    }

    /// Newest first.
    async fn refresh_keys(&self) -> Result<Vec<SigningKey>, Error> {
        let keys = store::signing_keys(&self.0.db).await?;
        self.0.signing_keys.write().unwrap_or_else(std::sync::PoisonError::into_inner).clone_from(&keys);
        Ok(keys)
    }
}

fn write(key: &SigningKey, claims: &Claims, ends_at: Millis) -> String {
    let header = Header { alg: ALGORITHM, typ: TYPE, kid: &key.id.to_string() };
    let body = Body {
        iss: ISSUER.to_owned(),
        sub: claims.user.to_string(),
        sid: claims.token,
        scope: claims.grants,
        iat: claims.issued_at.0 / 1000,
        exp: ends_at.0 / 1000,
    };
    let mut text = encode(&header);
    text.push('.');
    text.push_str(&encode(&body));
    let signature = mac(key, &text).finalize().into_bytes();
    text.push('.');
    text.push_str(&Base64UrlUnpadded::encode_string(&signature));
    text
}

/// The parts of something that looks like an access token.
struct Parts<'t> {
    signed: &'t str,
    body: &'t str,
    signature: &'t str,
}

/// The id of the key it says it was signed with, and its parts.
fn take_apart(text: &str) -> Option<(i64, Parts<'_>)> {
    if text.len() > LONGEST {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, body) = signed.split_once('.')?;
    let header = Base64UrlUnpadded::decode_vec(header).ok()?;
    let header: Header<'_> = serde_json::from_slice(&header).ok()?;
    let ours = header.alg == ALGORITHM && header.typ == TYPE;
    let id = header.kid.parse().ok().filter(|_| ours)?;
    Some((id, Parts { signed, body, signature }))
}

fn read(key: &SigningKey, parts: &Parts<'_>, now: Millis) -> Option<Claims> {
    let signature = Base64UrlUnpadded::decode_vec(parts.signature).ok()?;
    // In constant time.
    mac(key, parts.signed).verify_slice(&signature).ok()?;
    let body: Body = serde_json::from_slice(&Base64UrlUnpadded::decode_vec(parts.body).ok()?).ok()?;
    let good = body.iss == ISSUER && now.0 / 1000 < body.exp;
    let user: i64 = body.sub.parse().ok().filter(|_| good)?;
    Some(Claims { user: user.into(), token: body.sid, grants: body.scope, issued_at: Millis(body.iat * 1000) })
}

fn mac(key: &SigningKey, text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac
}

fn encode(part: &impl Serialize) -> String {
    let json = serde_json::to_vec(part).expect("text and numbers are JSON");
    Base64UrlUnpadded::encode_string(&json)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_767_268_800_000);

    fn key(id: i64) -> SigningKey {
        SigningKey { id, secret: vec![u8::try_from(id).unwrap(); 32], created_at: NOW }
    }

    fn claims() -> Claims {
        let grants = "account:read people:write".parse().unwrap();
        Claims { user: 7.into(), token: 9.into(), grants, issued_at: NOW }
    }

    fn read_by(key: &SigningKey, text: &str, now: Millis) -> Option<Claims> {
        let (_, parts) = take_apart(text)?;
        read(key, &parts, now)
    }

    #[test]
    fn an_access_token_says_what_was_written_until_it_runs_out() {
        let ends_at = NOW.plus(GOOD_FOR);
        let text = write(&key(1), &claims(), ends_at);
        assert_eq!(take_apart(&text).unwrap().0, 1);
        assert_eq!(read_by(&key(1), &text, NOW), Some(claims()));
        assert_eq!(read_by(&key(1), &text, ends_at.minus(Duration::from_secs(1))), Some(claims()));
        assert_eq!(read_by(&key(1), &text, ends_at), None);
        assert_eq!(read_by(&key(2), &text, NOW), None, "signed by another key");
    }

    #[test]
    fn whatever_is_changed_is_no_longer_signed() {
        let text = write(&key(1), &claims(), NOW.plus(GOOD_FOR));
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character of a part has bits that stand for nothing; the decoder refuses those that are set.
            assert_eq!(read_by(&key(1), &changed, NOW), None, "at {at}");
        }
    }

    #[test]
    fn a_header_is_compared_and_never_followed() {
        let text = write(&key(1), &claims(), NOW.plus(GOOD_FOR));
        let (_, rest) = text.split_once('.').unwrap();
        let (body, signature) = rest.split_once('.').unwrap();
        for header in [
            r#"{"alg":"none","typ":"at+jwt","kid":"1"}"#,
            r#"{"alg":"HS512","typ":"at+jwt","kid":"1"}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"1"}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"../1"}"#,
            "{}",
        ] {
            let header = Base64UrlUnpadded::encode_string(header.as_bytes());
            for signature in ["", signature] {
                assert!(take_apart(&format!("{header}.{body}.{signature}")).is_none());
            }
        }
        for text in ["", ".", "..", "a.b.c", "gh_x", &"x.".repeat(600)] {
            assert!(take_apart(text).is_none(), "{text:?}");
        }
    }
}
