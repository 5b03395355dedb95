//! Packages from elsewhere: fetched from addresses that the operator has named, and from no other. And how anything is fetched that the hub
//! wants for itself.

use base::{Action, Actor};
use bytes::Bytes;
use outbound::Request;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{Error, On, Plugins, Staged, package};

/// Redirects are followed so often: places that keep files hand on to where those are.
const REDIRECTS: usize = 3;

impl Plugins {
    /// Addresses below which packages may be fetched.
    pub fn sources(&self) -> &[String] {
        &self.0.parts.sources
    }

    /// Stages the package at an address, which begins like one of the sources. `sha256`: what the package has to be, in hexadecimal.
    pub async fn stage_from(&self, actor: &Actor, url: &str, sha256: Option<&str>) -> Result<Staged, Error> {
        actor.may(Action::ManagePlugins)?;
        let url = Url::parse(url.trim()).map_err(|_| Error::wrong("url", "is no address"))?;
        if !self.sources().iter().any(|source| is_below(&url, source)) {
            return Err(Error::wrong(
                "url",
                "is below none of the sources that the operator has named (`[plugins] sources` in the configuration)",
            ));
        }
        let bytes = self.fetch(url, package::LARGEST, None).await.map_err(|why| Error::wrong("url", why))?;
        if let Some(wanted) = sha256.map(str::trim).filter(|wanted| !wanted.is_empty()) {
            let is = hex::encode(Sha256::digest(&bytes));
            if !wanted.eq_ignore_ascii_case(&is) {
                return Err(Error::wrong("sha256", format!("is not the package's, which has {is}")));
            }
        }
        self.stage(actor, bytes.to_vec()).await
    }

    /// What is at an address, of at most so many bytes. `by`: the plugin it is for, which has to be granted each address on the way.
    ///
    /// # Errors
    ///
    /// Why nothing came, in English: which host and how, and no more of the address.
    pub(crate) async fn fetch(&self, mut url: Url, at_most: usize, by: Option<&On>) -> Result<Bytes, String> {
        for _ in 0..=REDIRECTS {
            if by.is_some_and(|on| !on.may_call(&url)) {
                return Err(format!("{} was not granted", url.host_str().unwrap_or("no host")));
            }
            let asked = Request::get(url.as_str()).at_most(at_most);
            let answer = self.0.parts.outbound.send(asked).await.map_err(|error| error.to_string())?;
            if answer.is_success() {
                return Ok(answer.body);
            }
            let next = answer.header("location").filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308));
            let Some(next) = next else {
                return Err(format!("answers with status {}", answer.status));
            };
            url = url.join(next).map_err(|_| "redirects to what is no address".to_owned())?;
        }
        Err(format!("redirects more than {REDIRECTS} times"))
    }
}

/// Whether an address is a source, or below one: of the same origin, and its path goes on where the source's ends.
fn is_below(url: &Url, source: &str) -> bool {
    let Ok(source) = Url::parse(source) else { return false };
    let below = url.path().strip_prefix(source.path());
    url.origin() == source.origin()
        && url.username().is_empty()
        && url.password().is_none()
        && below.is_some_and(|rest| rest.is_empty() || source.path().ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_below_its_source_and_no_other() {
        let is = |url: &str, source: &str| is_below(&Url::parse(url).unwrap(), source);
        let source = "https://plugins.example/hub/";
        for good in ["https://plugins.example/hub/poll.tar.gz", "https://plugins.example:443/hub/a/b.tar.gz?x=1"] {
            assert!(is(good, source), "{good}");
        }
        for bad in [
            "https://plugins.example/hubs/poll.tar.gz",
            "https://plugins.example/hub/../poll.tar.gz",
            "https://plugins.example/hub/%2e%2e/poll.tar.gz",
            "https://plugins.example.org/hub/poll.tar.gz",
            "https://plugins.example:8443/hub/poll.tar.gz",
            "https://plugins.example@evil.example/hub/poll.tar.gz",
            "https://somebody@plugins.example/hub/poll.tar.gz",
            "http://plugins.example/hub/poll.tar.gz",
        ] {
            assert!(!is(bad, source), "{bad}");
        }
        assert!(is("https://a.example/poll.tar.gz", "https://a.example/poll.tar.gz"));
        assert!(is("https://a.example/x/poll.tar.gz", "https://a.example/x"));
        assert!(!is("https://a.example/xy/poll.tar.gz", "https://a.example/x"));
        assert!(is("https://a.example/poll.tar.gz", "https://a.example"));
        assert!(!is("https://a.example/poll.tar.gz", "no address"));
    }
}
