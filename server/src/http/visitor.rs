//! Who asks: the session cookie becomes an [`Actor`], once, for every door behind it.

use std::net::{IpAddr, Ipv4Addr};

use app::context::{LOGIN_COOKIE, Visitor};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use base::{Actor, Kind, Secret};
use contract::Problem;
use cookie::Cookie;

use super::{Hub, Peer, address, problem, trace::RequestId};

/// Whoever sent the request.
#[derive(Clone)]
pub struct Caller {
    /// What they may do is asked of this.
    pub actor: Actor,
    /// What pages know of them.
    pub visitor: Visitor,
    /// Where they are, after trusted proxies.
    pub address: IpAddr,
    /// Whether they came by TLS, here or at a trusted proxy.
    pub tls: bool,
    /// What their login cookie or their token was, where it was good.
    pub token: Option<Secret>,
    /// Whether they showed a token of the API that is no good.
    pub bad_token: bool,
}

impl Caller {
    /// Whoever sits at the hub's own machine.
    pub(crate) fn operator() -> Self {
        let actor = Actor::Operator;
        let visitor = Visitor::new(&HeaderMap::new(), actor.clone(), None, String::new(), false, String::new());
        let address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self { actor, visitor, address, tls: false, token: None, bad_token: false }
    }
}

/// The live socket.
const LIVE: &str = "/api/live";

/// The layer. A database that is away turns everybody into a stranger for reading; nothing can be changed meanwhile.
pub(super) async fn identify(State(hub): State<Hub>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let address = address::client_address(peer, headers, &hub.settings.trusted_proxies);

    let tls = address::came_by_tls(peer, headers, &hub.settings.trusted_proxies);
    let shown = Shown::by(&request);
    let found = match &shown {
        Shown::Nothing => Ok(None),
        Shown::Cookie(cookie) => hub.accounts.identify(cookie.expose(), Some(address)).await,
        Shown::Token(token) => hub.accounts.identify_token(token.expose(), Some(address)).await,
    };
    let known = match found {
        Ok(known) => known,
        Err(error) if request.method().is_safe() && !matches!(shown, Shown::Token(_)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a login can't be looked up");
            None
        }
        Err(_) => return problem::answer(&Problem::from(Kind::Unavailable), headers, None),
    };
    let bad_token = matches!(shown, Shown::Token(_)) && known.is_none();
    let token = match shown {
        Shown::Cookie(secret) | Shown::Token(secret) if known.is_some() => Some(secret),
        _ => None,
    };
    let (actor, me) =
        known.map_or((Actor::Stranger { address: Some(address) }, None), |known| (known.actor, Some(known.me)));
    let user = actor.user();
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request_id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let visitor = Visitor::new(headers, actor.clone(), me, device.to_owned(), tls, request_id);
    let visitor = visitor.on(hub.accounts.site().await);
    request.extensions_mut().insert(Caller { actor, visitor, address, tls, token, bad_token });

    let mut response = next.run(request).await;
    if let Some(user) = user {
        response.extensions_mut().insert(user);
    }
    response
}

/// By what somebody wants to be known.
enum Shown {
    Nothing,
    Cookie(Secret),
    Token(Secret),
}

impl Shown {
    /// At the doors of programs a token alone counts, if there is any. The cookie of a browser is good there for reading, from
    /// our own pages or the address line: whatever a stranger's page makes a browser send, it sends as nobody.
    fn by(request: &Request) -> Self {
        let headers = request.headers();
        let cookie = || read_cookie(headers, LOGIN_COOKIE).map_or(Self::Nothing, |cookie| Self::Cookie(cookie.into()));
        let path = request.uri().path();
        let programs = crate::api::is_ours(path) || path.starts_with("/api/plugins/");
        // A program follows what is live by its token, at the door where pages come with their cookie.
        if !programs && request.uri().path() != LIVE {
            return cookie();
        }
        if let Some(shown) = headers.get(header::AUTHORIZATION) {
            let token = shown.to_str().ok().and_then(|shown| shown.split_once(' '));
            let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            // Another way of saying who one is than ours is no better than a token nobody knows.
            return Self::Token(token.map_or("", |(_, token)| token.trim()).to_owned().into());
        }
        if !programs {
            return cookie();
        }
        let from = headers.get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes);
        let ours = matches!(from, Some(b"same-origin" | b"none"));
        if request.method().is_safe() && ours { cookie() } else { Self::Nothing }
    }
}

/// The value of the cookie `name`, where there is one.
fn read_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| Cookie::split_parse(value).flatten())
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "theme=dark; __Host-guildhall=abc".parse().unwrap());
        assert_eq!(read_cookie(&headers, LOGIN_COOKIE).as_deref(), Some("abc"));
        assert_eq!(read_cookie(&headers, "guildhall"), None);
    }
}
