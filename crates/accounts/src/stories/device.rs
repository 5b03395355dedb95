//! A device that holds a passkey, with a key and a counter of its own. It does what a browser and an authenticator do together
//! (`WebAuthn` Level 3, §5.1.3, §5.1.4, §6.1), and can be made to do it wrong.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Somebody is there.
const PRESENT: u8 = 0x01;
/// And has shown the device who they are.
const VERIFIED: u8 = 0x04;
/// A new key comes along.
const ATTESTED: u8 = 0x40;

/// The device.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) key: SigningKey,
    pub(super) credential: Vec<u8>,
    pub(super) handle: String,
    /// Which page it believes to talk to.
    pub(super) origin: String,
    /// How often it has answered.
    pub(super) counter: u32,
    /// Whether it makes sure who uses it.
    pub(super) verifies: bool,
}

impl Device {
    /// A device with the key of that number.
    pub(super) fn new(number: u8, origin: &str) -> Self {
        let key = SigningKey::from_slice(&[number; 32]).unwrap();
        let credential = Sha256::digest([number]).to_vec();
        Self { key, credential, handle: String::new(), origin: origin.into(), counter: 1, verifies: true }
    }

    /// `navigator.credentials.create`: a new passkey.
    pub(super) fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        options["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let point = self.key.verifying_key().to_encoded_point(false);
        // COSE_Key (RFC 9053 §7.1): kty 2, alg -7, crv 1, x, y.
        let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        cose.extend(point.x().unwrap());
        cose.extend([0x22, 0x58, 0x20]);
        cose.extend(point.y().unwrap());
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), ATTESTED);
        // No model is told.
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential.len()).unwrap().to_be_bytes());
        data.extend(&self.credential);
        data.extend(&cose);
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(&data);
        json!({
            "id": encoded(&self.credential),
            "rawId": encoded(&self.credential),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encoded(self.client_data("webauthn.create", &options).as_bytes()),
                "attestationObject": encoded(&attestation),
                "authenticatorData": encoded(&data),
                "transports": ["internal"],
            },
        })
        .to_string()
    }

    /// `navigator.credentials.get`: proof that it holds the key.
    pub(super) fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        assert_eq!(options["userVerification"], "required");
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client_data = self.client_data("webauthn.get", &options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(client_data.as_bytes()));
        let signature: Signature = self.key.sign(&signed);
        json!({
            "id": encoded(&self.credential),
            "rawId": encoded(&self.credential),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": encoded(client_data.as_bytes()),
                "authenticatorData": encoded(&data),
                "signature": encoded(signature.to_der().as_bytes()),
                "userHandle": self.handle,
            },
        })
        .to_string()
    }

    /// What it calls its passkey, as browsers say it.
    pub(super) fn get_id(&self) -> String {
        encoded(&self.credential)
    }

    /// Another device that claims to be this one.
    pub(super) fn forged(&self, number: u8) -> Self {
        Self { key: SigningKey::from_slice(&[number; 32]).unwrap(), ..self.clone() }
    }

    fn data(&self, domain: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(domain.as_bytes()).to_vec();
        data.push(flags | PRESENT | if self.verifies { VERIFIED } else { 0 });
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = options["challenge"].as_str().unwrap();
        // In the order that browsers write it (§5.8.1.1).
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{}","crossOrigin":false}}"#, self.origin)
    }
}

fn encoded(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
