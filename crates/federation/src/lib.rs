#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![expect(clippy::doc_markdown, reason = "OpenID is a name")]

mod about;
mod ask;
mod discord;
mod discovery;
mod error;
mod id_token;
mod oidc;
mod steam;

#[cfg(test)]
mod stories;

use std::sync::Arc;

use base::{Chance, ChanceExt as _, Clock, Secret};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use outbound::Outbound;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

pub use error::Error;

/// What a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OpenID Connect: whoever publishes a configuration below its issuer.
    OpenIdConnect,
    /// Discord's own, on top of OAuth 2.
    Discord,
    /// OpenID 2.0, as Steam speaks it.
    Steam,
}

/// A service that people may log in with.
#[derive(Debug, Clone)]
pub struct Provider {
    /// How it is called in addresses: `/auth/<id>/back`.
    pub id: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// How it is called on buttons.
    pub name: String,
    /// Who vouches, exactly as the service says it; for Discord and Steam the beginning of their addresses.
    pub issuer: String,
    /// How the service knows the hub.
    pub client_id: String,
    /// How the hub proves that to the service; empty where the service gave none.
    pub client_secret: Secret,
}

/// Who somebody is at a service. Nobody is known by anything but issuer and subject together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who vouches.
    pub issuer: String,
    /// Who it is, as the issuer says it: never given to anybody else.
    pub subject: String,
    /// How they are called there, if it was told: to suggest a name, nothing else.
    pub name: Option<String>,
    /// Their address, where the service says that it has made sure of it.
    pub email: Option<String>,
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// Comes back with the browser.
    pub state: Secret,
    /// To be kept on our side until then, and given to [`Federation::finish`].
    pub kept: Secret,
}

/// What belongs to one sign-in.
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
}

/// What of it is kept between the two halves. Of the state a hash is enough, as of any token that comes back.
#[derive(Serialize, Deserialize)]
struct Written {
    provider: String,
    state_hash: String,
    nonce: String,
    verifier: String,
}

fn hash(state: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(state.as_bytes()))
}

/// What the browser came back with.
struct Came<'a>(&'a [(String, String)]);

impl<'a> Came<'a> {
    /// The parameter of that name; `None` also where there are several, which nobody sends who means well.
    fn one(&self, name: &str) -> Option<&'a str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// Whether there is any of that name.
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// The services that people may log in with. Clones are one.
#[derive(Clone)]
pub struct Federation(Arc<Inner>);

struct Inner {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    providers: Vec<Known>,
}

/// A provider, and what it has published of itself.
struct Known {
    provider: Provider,
    published: discovery::Published,
}

impl Federation {
    /// With these services, called through `outbound`.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>, chance: Arc<dyn Chance>, providers: Vec<Provider>) -> Self {
        let providers = providers
            .into_iter()
            .map(|provider| Known { provider, published: discovery::Published::default() })
            .collect();
        Self(Arc::new(Inner { outbound, clock, chance, providers }))
    }

    /// The services, in the operator's order.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.0.providers.iter().map(|known| &known.provider)
    }

    /// The service of that id.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.providers().find(|provider| provider.id == id)
    }

    fn known(&self, id: &str) -> Result<&Known, Error> {
        self.0.providers.iter().find(|known| known.provider.id == id).ok_or(Error::NoProvider)
    }

    /// Whether the service can be reached, and speaks its protocol as far as that shows without anybody to sign in.
    pub async fn reach(&self, id: &str) -> Result<(), Error> {
        let known = self.known(id)?;
        let outbound = &self.0.outbound;
        match known.provider.protocol {
            Protocol::OpenIdConnect => {
                known.published.configuration(outbound, self.0.clock.now(), &known.provider).await?;
            }
            Protocol::Discord => discord::reach(outbound, &known.provider).await?,
            Protocol::Steam => steam::reach(outbound, &known.provider).await?,
        }
        Ok(())
    }

    /// Begins to ask a service who somebody is. `back`: where the service sends them afterwards, exactly as it was registered there.
    pub async fn begin(&self, id: &str, back: &str) -> Result<Begun, Error> {
        let known = self.known(id)?;
        let kept = Kept { state: self.word(), nonce: self.word(), verifier: self.word() };
        let url = match known.provider.protocol {
            Protocol::OpenIdConnect => self.oidc_url(known, back, &kept).await?,
            Protocol::Discord => discord::url(&known.provider, back, &kept)?,
            Protocol::Steam => steam::url(&known.provider, back, &kept)?,
        };
        let Kept { state, nonce, verifier } = kept;
        let written = Written { provider: id.to_owned(), state_hash: hash(&state), nonce, verifier };
        let kept = serde_json::to_string(&written).expect("four texts are JSON");
        Ok(Begun { url, state: Secret::new(state), kept: Secret::new(kept) })
    }

    /// Ends it: who they are. `kept` is what [`begin`](Self::begin) gave for the same service and the same browser; whoever calls makes
    /// sure of both, and that it is used once. `came`: the parameters the browser came back with.
    pub async fn finish(
        &self,
        id: &str,
        back: &str,
        kept: &Secret,
        came: &[(String, String)],
    ) -> Result<Identity, Error> {
        let known = self.known(id)?;
        let written: Written = serde_json::from_str(kept.expose()).map_err(|_| Error::Refused("nothing was begun"))?;
        if written.provider != id {
            return Err(Error::Refused("begun at another service"));
        }
        let came = Came(came);
        let state = came.one("state").unwrap_or_default().to_owned();
        if !same(&hash(&state), &written.state_hash) {
            return Err(Error::Refused("another state"));
        }
        let kept = Kept { state, nonce: written.nonce, verifier: written.verifier };
        match known.provider.protocol {
            Protocol::OpenIdConnect => self.oidc_identity(known, back, &kept, &came).await,
            Protocol::Discord => discord::identity(&self.0.outbound, &known.provider, back, &kept, &came).await,
            Protocol::Steam => {
                steam::identity(&self.0.outbound, self.0.clock.now(), &known.provider, back, &kept, &came).await
            }
        }
    }

    /// The state among parameters that came back; `None` where there is not exactly one.
    pub fn state_of(came: &[(String, String)]) -> Option<&str> {
        Came(came).one("state")
    }

    /// 256 bits, as 43 characters that may stand in an address. As a PKCE verifier the shortest there may be.
    fn word(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.0.chance.bytes::<32>())
    }
}

/// Takes as long whatever the difference.
fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
