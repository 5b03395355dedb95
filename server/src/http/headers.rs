//! Security headers, on every kind of answer: pages, API, files, errors, redirects.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a page may load and do. `nonce` marks the scripts that are ours.
pub(super) fn page_policy(nonce: &str, socket: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'{socket}; manifest-src 'self'; worker-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; report-to csp"
    )
}

/// What anything that isn't a page may load: nothing, but for its own styles where a browser shows it.
const BARE_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// A file to be kept is a file and nothing that runs, whatever a browser takes it for.
const INERT: &str = "default-src 'none'; sandbox";

/// A worker script is a document of its own as far as policies go: it fetches what it caches from the site alone.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; script-src 'self'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), \
         geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), \
         clipboard-write=(self)",
    ),
    (HeaderName::from_static("reporting-endpoints"), "csp=\"/csp-report\""),
];

/// Adds what every answer carries; what a handler has set already (a page's policy with its nonce) stays.
pub(super) fn secure(path: &str, tls: bool, headers: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let attached =
        headers.get(header::CONTENT_DISPOSITION).is_some_and(|how| how.as_bytes().starts_with(b"attachment"));
    let policy = match path {
        "/sw.js" => WORKER_POLICY,
        _ if attached => INERT,
        _ => BARE_POLICY,
    };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if tls {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pages_own_policy_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, page_policy("abc", "").parse().unwrap());
        secure("/", false, &mut headers);
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("'nonce-abc'"));
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn no_policy_lets_inline_script_in() {
        for policy in [page_policy("abc", ""), BARE_POLICY.into(), WORKER_POLICY.into(), INERT.into()] {
            assert!(policy.starts_with("default-src 'none'"));
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        }
    }
}
