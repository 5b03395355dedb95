//! What a service says of somebody beside who it is: in the ID token, or where people's own records are asked for, at its
//! userinfo endpoint (OpenID Connect Core 1.0, 5.3 and 5.4).

use outbound::{Outbound, Request};
use serde::Deserialize;

use crate::{Error, ask};

/// The claims we ask for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<serde_json::Value>,
    #[serde(default)]
    preferred_username: Option<String>,
    #[serde(default)]
    nickname: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

impl About {
    /// What they are called.
    pub(crate) fn name(&self) -> Option<&str> {
        [&self.preferred_username, &self.nickname, &self.name].into_iter().find_map(Option::as_deref)
    }

    /// Their address, where the service has verified it. A few write the word instead of the value.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        let verified = self.email_verified.as_ref().is_some_and(|said| *said == true || said == "true");
        self.email.as_deref().filter(|_| verified)
    }

    /// Nothing more could be said.
    pub(crate) fn is_whole(&self) -> bool {
        self.name().is_some() && self.email.is_some()
    }
}

#[derive(Deserialize)]
struct Record {
    sub: String,
    #[serde(flatten)]
    about: About,
}

/// The record of whoever the access token was given for. It has to be the one the ID token speaks of.
pub(crate) async fn ask(
    outbound: &Outbound,
    endpoint: &str,
    access_token: &str,
    subject: &str,
) -> Result<About, Error> {
    let request = Request::get(endpoint).header("authorization", format!("Bearer {access_token}"));
    let record: Record = ask::json(outbound, request).await?;
    if record.sub != subject {
        return Err(Error::Refused("somebody else's record"));
    }
    Ok(record.about)
}
