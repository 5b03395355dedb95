//! What a service publishes of itself: its addresses and its keys, kept for an hour.

use std::{sync::Arc, time::Duration};

use base::Millis;
use outbound::{Outbound, Request};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::{Error, Provider, ask};

const KEPT_FOR: Duration = Duration::from_hours(1);
/// A key nobody knows makes us look again, but not more often than this: anybody can name one.
const LOOKED_AGAIN: Duration = Duration::from_mins(1);

/// Who is away is asked no more often than this: anybody can press the button.
const AWAY_FOR: Duration = Duration::from_secs(10);

/// OpenID Connect Discovery 1.0, section 3: what we need of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Configuration {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    #[serde(default)]
    pub(crate) userinfo_endpoint: Option<String>,
    #[serde(default)]
    pub(crate) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

/// A key as RFC 7517 writes it: what we need of it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Key {
    pub(crate) kty: String,
    #[serde(default)]
    pub(crate) kid: Option<String>,
    #[serde(default, rename = "use")]
    pub(crate) purpose: Option<String>,
    #[serde(default)]
    pub(crate) alg: Option<String>,
    #[serde(default)]
    pub(crate) crv: Option<String>,
    #[serde(default)]
    pub(crate) n: Option<String>,
    #[serde(default)]
    pub(crate) e: Option<String>,
    #[serde(default)]
    pub(crate) x: Option<String>,
    #[serde(default)]
    pub(crate) y: Option<String>,
}

/// Keys of kinds we do not know are no reason to refuse those we do.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// What came of asking for the configuration.
type Found = Result<Arc<Configuration>, Error>;

/// With when it was read, or was to be.
#[derive(Default)]
pub(crate) struct Published {
    configuration: Mutex<Option<(Millis, Found)>>,
    keys: Mutex<Option<(Millis, Arc<Vec<Key>>)>>,
}

impl Published {
    pub(crate) async fn configuration(
        &self,
        outbound: &Outbound,
        now: Millis,
        provider: &Provider,
    ) -> Result<Arc<Configuration>, Error> {
        let mut kept = self.configuration.lock().await;
        if let Some((at, found)) = kept.as_ref() {
            let good_for = if found.is_ok() { KEPT_FOR } else { AWAY_FOR };
            if now.since(*at) < good_for {
                return found.clone();
            }
        }
        let found = Self::read(outbound, provider).await.map(Arc::new);
        *kept = Some((now, found.clone()));
        found
    }

    async fn read(outbound: &Outbound, provider: &Provider) -> Result<Configuration, Error> {
        let address = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
        let found: Configuration = ask::json(outbound, Request::get(address)).await?;
        if found.issuer != provider.issuer {
            return Err(Error::Unsound("another issuer"));
        }
        if !may_be_visited(&found.authorization_endpoint, &provider.issuer) {
            return Err(Error::Unsound("no safe address to send people to"));
        }
        Ok(found)
    }

    /// The keys; anew where none of them `fits` and they have not been read just now.
    pub(crate) async fn keys(
        &self,
        outbound: &Outbound,
        now: Millis,
        configuration: &Configuration,
        fits: impl Fn(&Key) -> bool + Send,
    ) -> Result<Arc<Vec<Key>>, Error> {
        let mut kept = self.keys.lock().await;
        if let Some((at, keys)) = kept.as_ref() {
            let age = now.since(*at);
            if age < LOOKED_AGAIN || (age < KEPT_FOR && keys.iter().any(&fits)) {
                return Ok(Arc::clone(keys));
            }
        }
        let set: KeySet = ask::json(outbound, Request::get(&configuration.jwks_uri)).await?;
        let keys = Arc::new(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).collect());
        *kept = Some((now, Arc::clone(&keys)));
        Ok(keys)
    }
}

/// Browsers are sent to https only, or without it to the very host the operator has named without it.
fn may_be_visited(endpoint: &str, issuer: &str) -> bool {
    let (Ok(endpoint), Ok(issuer)) = (Url::parse(endpoint), Url::parse(issuer)) else { return false };
    endpoint.scheme() == "https" || (endpoint.scheme() == "http" && endpoint.origin() == issuer.origin())
}
