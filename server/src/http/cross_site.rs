//! Nothing that changes state is taken from another site's page.
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site`, or, in older ones, `Origin`. Whoever sends neither is not
//! a browser that follows the rules, and has no business with forms.

use axum::http::{HeaderMap, Method};

/// May this request have been made by a page of ours?
pub(super) fn is_ours(method: &Method, headers: &HeaderMap, public_url: Option<&str>, tls: bool) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => has_our_origin(headers, public_url, tls),
    }
}

/// Is `Origin` exactly the site's own: the public address, or, where there is none yet, the one the request was sent to?
///
/// With a public address the one the request was sent to still counts on the machine itself, for its operator; any other
/// name could be a stranger's that was made to lead here.
pub fn has_our_origin(headers: &HeaderMap, public_url: Option<&str>, tls: bool) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text("origin") else { return false };
    if public_url.is_some_and(|url| url.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let (Some(host), Some((scheme, place))) = (text("host"), origin.split_once("://")) else { return false };
    let sent_here = scheme == if tls { "https" } else { "http" } && place.eq_ignore_ascii_case(host);
    sent_here && (public_url.is_none() || base::is_loopback_host(host))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    #[test]
    fn forms_come_from_our_own_pages() {
        type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, bool);
        let cases: [Case; 11] = [
            (&[("sec-fetch-site", "same-origin")], None, true),
            (&[("sec-fetch-site", "same-site")], None, false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://hub:3000"), ("host", "hub:3000")], None, false),
            (&[("sec-fetch-site", "none")], None, false),
            (&[("origin", "http://hub:3000"), ("host", "hub:3000")], None, true),
            (&[("origin", "http://evil"), ("host", "hub:3000")], None, false),
            (&[("origin", "null"), ("host", "hub:3000")], None, false),
            (&[("host", "hub:3000")], None, false),
            (&[("origin", "https://hub.example"), ("host", "10.0.0.1")], Some("https://hub.example"), true),
            // With a public address configured, a rebound name is no longer good enough.
            (&[("origin", "http://rebound:3000"), ("host", "rebound:3000")], Some("https://hub.example"), false),
            (&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")], Some("https://hub.example"), true),
        ];
        for (pairs, public, ours) in cases {
            assert_eq!(is_ours(&Method::POST, &headers(pairs), public, false), ours, "{pairs:?}");
        }
    }

    #[test]
    fn reading_is_free() {
        assert!(is_ours(&Method::GET, &headers(&[("sec-fetch-site", "cross-site")]), None, false));
    }
}
