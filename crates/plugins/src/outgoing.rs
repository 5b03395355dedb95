//! Calling out: to what was granted and nowhere else, with secrets the plugin never sees.

use base::Secret;
use hyper::Method;
use outbound::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plugin_api::call::{Fault, Response};
use url::Url;

use crate::{
    hand::{Hand, ours},
    powers::Outgoing,
    secret::Place,
    store,
};

/// A body, either way, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Redirects are followed so often, each looked at like the first address.
const REDIRECTS: usize = 3;
/// So many headers, and so long all together, in bytes.
const MOST_HEADERS: usize = 64;
const LARGEST_HEADERS: usize = 16 * 1024;
/// Headers that are the hub's to set, or would change where a request goes and what it is.
const OURS: [&str; 10] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "proxy-authorization",
    "proxy-connection",
];
/// What may stand in a path as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

impl Hand {
    pub(crate) async fn call_out(&self, request: Outgoing) -> Result<Response, Fault> {
        self.granted("http", !self.ask.on.granted.http.is_empty())?;
        let method: Method = match request.method.as_str() {
            "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => request.method.parse().map_err(ours)?,
            _ => return Err(Fault::invalid("method", "is GET, POST, PUT, PATCH or DELETE")),
        };
        if request.body.len() > LARGEST {
            return Err(Fault::invalid("body", format!("has at most {} KiB", LARGEST >> 10)));
        }
        let size: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if request.headers.len() + request.secrets.len() > MOST_HEADERS || size > LARGEST_HEADERS {
            return Err(Fault::invalid(
                "headers",
                format!("are at most {MOST_HEADERS}, of {} KiB", LARGEST_HEADERS >> 10),
            ));
        }
        let names = request.headers.iter().map(|(name, _)| name).chain(request.secrets.iter().map(|one| &one.header));
        for name in names {
            if OURS.contains(&name.to_ascii_lowercase().as_str()) {
                return Err(Fault::invalid(name, "is the hub's to say"));
            }
        }
        // Looked at as it was written, so that a secret has no say in where it is sent.
        let written = self.allowed(&request.url)?;
        self.ask.on.plugin.lane.count_out().map_err(Fault::Busy)?;

        let mut secrets = Vec::new();
        for filled in &request.secrets {
            let secret = self.secret(&filled.secret).await?;
            secrets.push((filled.header.clone(), format!("{}{}", filled.before, secret.expose())));
        }
        let mut url = self.fill(&written).await?;
        let origin = url.origin();
        let (mut method, mut body) = (method, request.body);
        for redirected in 0..=REDIRECTS {
            let mut asked = Request::post(url.as_str(), body.clone()).method(method.clone()).at_most(LARGEST);
            for (name, value) in &request.headers {
                // Whoever the host hands on to is somebody else.
                if url.origin() == origin || !is_personal(name) {
                    asked = asked.header(name, value.clone());
                }
            }
            if url.origin() == origin {
                for (name, value) in &secrets {
                    asked = asked.header(name, value.clone());
                }
            }
            let answer = self.hub.0.parts.outbound.send(asked).await.map_err(|error| failed(&error))?;
            let next = answer.header("location").filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308));
            let Some(next) = next else {
                let headers = answer
                    .headers
                    .iter()
                    .filter(|(name, _)| *name != "set-cookie")
                    .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
                return Ok(Response { status: answer.status, headers: headers.collect(), body: answer.body.to_vec() });
            };
            if redirected == REDIRECTS {
                break;
            }
            let next = url.join(next).map_err(|_| Fault::Upstream("it redirects to what is no address".into()))?;
            url = self.allowed(next.as_str())?;
            if answer.status == 303 || (matches!(answer.status, 301 | 302) && method == Method::POST) {
                (method, body) = (Method::GET, Vec::new());
            }
        }
        Err(Fault::Upstream(format!("it redirects more than {REDIRECTS} times")))
    }

    /// An address that was granted.
    fn allowed(&self, url: &str) -> Result<Url, Fault> {
        let url = Url::parse(url).map_err(|_| Fault::invalid("url", "is no address"))?;
        if self.ask.on.may_call(&url) {
            Ok(url)
        } else {
            Err(Fault::Forbidden(format!("http: {}", url.host_str().unwrap_or_default())))
        }
    }

    /// The address with the secrets that its path names: `/api/webhooks/{secret:address}`.
    async fn fill(&self, url: &Url) -> Result<Url, Fault> {
        // The parser has written the braces as it writes them everywhere.
        const BEGIN: &str = "%7Bsecret:";
        const END: &str = "%7D";
        let mut path = url.path().to_owned();
        let mut filled = String::new();
        while let Some((before, rest)) = path.split_once(BEGIN) {
            let Some((name, after)) = rest.split_once(END) else { break };
            let secret = self.secret(name).await?;
            let secret = secret.expose().trim_matches('/');
            if secret.split('/').any(|part| matches!(part, "." | "..")) {
                return Err(Fault::Conflict(format!("the secret `{name}` is no part of an address")));
            }
            filled.push_str(before);
            filled.extend(utf8_percent_encode(secret, &PLAIN));
            path = after.to_owned();
        }
        if filled.is_empty() {
            return Ok(url.clone());
        }
        filled.push_str(&path);
        let mut url = url.clone();
        url.set_path(&filled);
        Ok(url)
    }

    /// The secret of that name, of here or else of the hub.
    async fn secret(&self, name: &str) -> Result<Secret, Fault> {
        self.granted("secrets", self.ask.on.granted.secrets.iter().any(|granted| granted == name))?;
        let id = self.id().to_owned();
        for organization in [self.organization(), None] {
            let sealed = store::secret(self.hub.db(), &id, organization, name).await.map_err(ours)?;
            if let Some(sealed) = sealed {
                let place = Place { plugin: &id, organization, name };
                return place.open(&self.hub.0.parts.key, &sealed).ok_or_else(|| {
                    tracing::warn!(plugin = id, name, "a plugin's secret can't be opened: the key is another one");
                    Fault::Conflict(format!("the secret `{name}` has to be set anew"))
                });
            }
            if self.organization().is_none() {
                break;
            }
        }
        Err(Fault::Conflict(format!("the secret `{name}` is not set")))
    }
}

fn is_personal(name: &str) -> bool {
    ["authorization", "cookie"].contains(&name.to_ascii_lowercase().as_str())
}

/// Says which host, and never more of the address: a secret may stand in it.
fn failed(error: &outbound::Error) -> Fault {
    match error {
        outbound::Error::Blocked { .. } | outbound::Error::NotHttps { .. } => Fault::Forbidden(error.to_string()),
        outbound::Error::Url(what) => Fault::invalid("url", *what),
        other => Fault::Upstream(other.to_string()),
    }
}
