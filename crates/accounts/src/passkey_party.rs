//! The relying party: what a device is asked, and whether its answer is right. Plain values in, plain values out.
//!
//! The crate behind it draws its own challenges and reads the system's clock; that ours decides how long a challenge is good is seen to
//! where challenges are kept.

use url::{Host, Url};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    NonDiscoverableAuthenticationServerState, PublicKeyCredentialCreationOptions, Registration,
    RegistrationServerState,
    bin::{Decode as _, Encode as _},
    request::{
        AsciiDomain, Credentials as _, PublicKeyCredentialDescriptor, RpId, UserVerificationRequirement,
        auth::{AllowedCredentials, AuthenticationVerificationOptions, NonDiscoverableCredentialRequestOptions},
        register::{
            CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle, Username,
        },
    },
    response::{
        AuthTransports, CredentialId,
        auth::{DiscoverableAuthentication, NonDiscoverableAuthentication},
        register::{DynamicState, StaticState},
    },
};

use crate::{
    store::{KeptPasskey, NewPasskey},
    token::{self, TokenHash},
};

/// Bytes of a handle.
pub(crate) const HANDLE: usize = 32;
type Handle = UserHandle<HANDLE>;

/// The hub, as devices know it: by the domain in its address.
#[derive(Debug)]
pub(crate) struct RelyingParty {
    id: RpId,
    /// The only address from which answers are taken.
    origin: String,
}

/// A question for a device.
pub(crate) struct Asked {
    /// For the browser, as JSON.
    pub(crate) options: serde_json::Value,
    /// To find the question by when its answer comes.
    pub(crate) challenge: TokenHash,
    /// To check the answer with.
    pub(crate) state: Vec<u8>,
}

/// An answer that is right.
pub(crate) struct Proved {
    /// The passkey's state from now on.
    pub(crate) state: Vec<u8>,
}

/// It is no answer, none to this question, or a wrong one. More is told to nobody.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong;

/// Every failure of the crate is the same to us.
fn wrong<E>(_: E) -> Wrong {
    Wrong
}

impl RelyingParty {
    /// The one of that address. Browsers make passkeys for domains, never for bare addresses, and for plain http on one's own machine only.
    pub(crate) fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        if url.scheme() != "https" && !(url.scheme() == "http" && domain == "localhost") {
            return None;
        }
        let id = RpId::Domain(AsciiDomain::try_from(domain.to_owned()).ok()?);
        Some(Self { id, origin: url.origin().ascii_serialization() })
    }

    /// Asks for a new passkey. `known`: those the account has, which no device makes twice.
    pub(crate) fn ask_to_add(
        &self,
        hub: &str,
        name: &str,
        handle: &[u8],
        known: &[KeptPasskey],
    ) -> Result<Asked, Wrong> {
        let handle = read_handle(handle)?;
        let known = known.iter().map(descriptor).collect::<Result<_, _>>()?;
        // The crate takes only names without blanks for this one; it is the other that people are shown.
        let plain: String = name.chars().map(|c| if c.is_whitespace() { '.' } else { c }).collect();
        let user = PublicKeyCredentialUserEntity {
            name: Username::try_from(plain).or_else(|_| Username::try_from("player")).map_err(wrong)?,
            id: &handle,
            display_name: Nickname::try_from(name).ok(),
        };
        let mut options = PublicKeyCredentialCreationOptions::passkey(&self.id, user, known);
        // The crate would have browsers enforce it, and then whoever's device can't protect a key that way gets none at all. The device
        // is asked to verify its user at each log-in instead, and we check that it did.
        options.extensions.cred_protect = CredProtect::None;
        let challenge = hash(options.challenge.as_data());
        let (server, client) = options.start_ceremony().map_err(wrong)?;
        let mut options = serde_json::to_value(&client).map_err(wrong)?;
        options["rp"]["name"] = hub.into();
        Ok(Asked { options, challenge, state: server.encode().map_err(wrong)? })
    }

    /// The challenge that a new passkey answers.
    pub(crate) fn challenge_of_new(answer: &str) -> Result<TokenHash, Wrong> {
        let answer = Registration::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        Ok(hash(answer.challenge_relaxed().map_err(wrong)?.encode().map_err(wrong)?))
    }

    /// The new passkey, if the answer is right.
    pub(crate) fn check_new(&self, state: &[u8], answer: &str, name: String) -> Result<NewPasskey, Wrong> {
        let answer = Registration::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        let server = RegistrationServerState::<HANDLE>::decode(state).map_err(wrong)?;
        let origins = [self.origin.as_str()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Some devices tell more than they were asked.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = server.verify(&self.id, &answer, &options).map_err(wrong)?;
        Ok(NewPasskey {
            credential_id: made.id().as_ref().to_vec(),
            static_state: made.static_state().encode().map_err(wrong)?,
            dynamic_state: made.dynamic_state().encode().map_err(wrong)?.to_vec(),
            transports: made.transports().encode().map_err(wrong)?,
            name,
        })
    }

    /// Asks whoever it is.
    pub(crate) fn ask_anybody(&self) -> Result<Asked, Wrong> {
        let options = DiscoverableCredentialRequestOptions::passkey(&self.id);
        let challenge = hash(options.0.challenge.as_data());
        let (server, client) = options.start_ceremony().map_err(wrong)?;
        let options = serde_json::to_value(&client).map_err(wrong)?;
        Ok(Asked { options, challenge, state: server.encode().map_err(wrong)? })
    }

    /// The challenge and the passkey of an answer by whoever it is.
    pub(crate) fn challenge_of_anybody(answer: &str) -> Result<(TokenHash, Vec<u8>), Wrong> {
        let answer = DiscoverableAuthentication::<HANDLE>::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        let challenge = hash(answer.challenge_relaxed().map_err(wrong)?.encode().map_err(wrong)?);
        Ok((challenge, answer.raw_id().as_ref().to_vec()))
    }

    /// Whether an answer by whoever it is comes from this passkey, whose owner was verified by the device.
    pub(crate) fn check_anybody(&self, state: &[u8], answer: &str, kept: &KeptPasskey) -> Result<Proved, Wrong> {
        let answer = DiscoverableAuthentication::<HANDLE>::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        let server = DiscoverableAuthenticationServerState::decode(state).map_err(wrong)?;
        let handle = read_handle(&kept.handle)?;
        let mut credential = credential(kept, &handle)?;
        let origins = [self.origin.as_str()];
        server.verify(&self.id, &answer, &mut credential, &options(&origins)).map_err(wrong)?;
        proved(credential.dynamic_state())
    }

    /// Asks somebody we know for one of their passkeys.
    pub(crate) fn ask_owner(&self, kept: &[KeptPasskey]) -> Result<Asked, Wrong> {
        let mut allowed = AllowedCredentials::with_capacity(kept.len());
        for passkey in kept {
            if !allowed.push(descriptor(passkey)?.into()) {
                return Err(Wrong);
            }
        }
        let mut options = NonDiscoverableCredentialRequestOptions::second_factor(&self.id, allowed).map_err(wrong)?;
        // They were made to be used by their verified owner only, and devices keep to that.
        options.options().user_verification = UserVerificationRequirement::Required;
        let challenge = hash(options.options().challenge.as_data());
        let (server, client) = options.start_ceremony().map_err(wrong)?;
        let options = serde_json::to_value(&client).map_err(wrong)?;
        Ok(Asked { options, challenge, state: server.encode().map_err(wrong)? })
    }

    /// The challenge and the passkey of an answer by somebody we know.
    pub(crate) fn challenge_of_owner(answer: &str) -> Result<(TokenHash, Vec<u8>), Wrong> {
        let answer = NonDiscoverableAuthentication::<HANDLE>::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        let challenge = hash(answer.challenge_relaxed().map_err(wrong)?.encode().map_err(wrong)?);
        Ok((challenge, answer.raw_id().as_ref().to_vec()))
    }

    /// Whether an answer by somebody we know comes from this passkey, whose owner was verified by the device.
    pub(crate) fn check_owner(&self, state: &[u8], answer: &str, kept: &KeptPasskey) -> Result<Proved, Wrong> {
        let answer = NonDiscoverableAuthentication::<HANDLE>::from_json_relaxed(answer.as_bytes()).map_err(wrong)?;
        let server = NonDiscoverableAuthenticationServerState::decode(state).map_err(wrong)?;
        let handle = read_handle(&kept.handle)?;
        let mut credential = credential(kept, &handle)?;
        let origins = [self.origin.as_str()];
        server.verify(&self.id, &answer, &mut credential, &options(&origins)).map_err(wrong)?;
        proved(credential.dynamic_state())
    }
}

/// A counter that does not rise fails: there are two of that device, and one of them is somebody else's.
fn options<'o>(origins: &'o [&'o str; 1]) -> AuthenticationVerificationOptions<'o, 'o, &'o str, &'o str> {
    AuthenticationVerificationOptions {
        allowed_origins: origins,
        error_on_unsolicited_extensions: false,
        ..AuthenticationVerificationOptions::default()
    }
}

type PublicKey = webauthn_rp::response::register::CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

fn credential<'k>(
    kept: &'k KeptPasskey,
    handle: &'k Handle,
) -> Result<AuthenticatedCredential<'k, 'k, HANDLE, PublicKey>, Wrong> {
    let id = CredentialId::<&[u8]>::decode(&kept.credential_id).map_err(wrong)?;
    let unchanging = StaticState::<PublicKey>::decode(&kept.static_state).map_err(wrong)?;
    let changing: [u8; 7] = kept.dynamic_state.as_slice().try_into().map_err(wrong)?;
    let changing = DynamicState::decode(changing).map_err(wrong)?;
    AuthenticatedCredential::new(id, handle, unchanging, changing).map_err(wrong)
}

fn proved(state: DynamicState) -> Result<Proved, Wrong> {
    Ok(Proved { state: state.encode().map_err(wrong)?.to_vec() })
}

fn descriptor(kept: &KeptPasskey) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, Wrong> {
    let transports = u8::try_from(kept.transports).map_err(wrong)?;
    Ok(PublicKeyCredentialDescriptor {
        id: CredentialId::<Vec<u8>>::decode(kept.credential_id.clone()).map_err(wrong)?,
        transports: AuthTransports::decode(transports).map_err(wrong)?,
    })
}

fn read_handle(handle: &[u8]) -> Result<Handle, Wrong> {
    let handle: [u8; HANDLE] = handle.try_into().map_err(wrong)?;
    Handle::decode(handle).map_err(wrong)
}

fn hash(challenge: u128) -> TokenHash {
    token::hash_bytes(&challenge.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_made_for_domains_only() {
        for address in ["https://hub.example", "https://hub.example:8443", "http://localhost:3000", "https://localhost"]
        {
            assert_eq!(RelyingParty::of(address).unwrap().origin, address);
        }
        for address in
            ["http://hub.example", "https://192.0.2.1", "http://127.0.0.1:3000", "https://[::1]", "hub.example", ""]
        {
            assert!(RelyingParty::of(address).is_none(), "{address}");
        }
    }

    #[test]
    fn what_is_no_answer_is_wrong() {
        for text in ["", "{}", "null", "[]", "{\"id\":\"AAAA\"}"] {
            assert!(RelyingParty::challenge_of_new(text).is_err(), "{text}");
            assert!(RelyingParty::challenge_of_anybody(text).is_err(), "{text}");
            assert!(RelyingParty::challenge_of_owner(text).is_err(), "{text}");
        }
    }
}
