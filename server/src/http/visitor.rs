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
    /// What their login cookie held, where it was good.
    pub token: Option<Secret>,
}

/// The layer. A database that is away turns everybody into a stranger for reading; nothing can be changed meanwhile.
pub(super) async fn identify(State(hub): State<Hub>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let address = address::client_address(peer, headers, &hub.settings.trusted_proxies);

    let tls = address::came_by_tls(peer, headers, &hub.settings.trusted_proxies);
    let token = read_cookie(headers, LOGIN_COOKIE).map(Secret::new);

    let known = match &token {
        Some(token) => match hub.accounts.identify(token.expose(), Some(address)).await {
            Ok(known) => known,
            Err(error) if request.method().is_safe() => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a login can't be looked up");
                None
            }
            Err(_) => return problem::answer(&Problem::from(Kind::Unavailable), headers, None),
        },
        None => None,
    };
    let token = token.filter(|_| known.is_some());
    let (actor, me) =
        known.map_or((Actor::Stranger { address: Some(address) }, None), |known| (known.actor, Some(known.me)));
    let user = actor.user();
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request_id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let visitor = Visitor::new(headers, actor.clone(), me, device.to_owned(), tls, request_id);
    let visitor = visitor.on(hub.accounts.site().await);
    request.extensions_mut().insert(Caller { actor, visitor, address, tls, token });

    let mut response = next.run(request).await;
    if let Some(user) = user {
        response.extensions_mut().insert(user);
    }
    response
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
