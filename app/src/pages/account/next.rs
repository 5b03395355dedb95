//! Where to go on to after logging in: only to a page of this site.

/// `wanted` if it is the path of a page here, else the home page.
///
/// Browsers read a backslash as a slash and drop tabs and line breaks, so `/\example.org` and `/<tab>/example.org` lead
/// away from the site as `//example.org` does.
pub fn local_path(wanted: &str) -> &str {
    let leads_away = !wanted.starts_with('/')
        || wanted.starts_with("//")
        || wanted.len() > 500
        || wanted.bytes().any(|b| b == b'\\' || !(0x21..0x7f).contains(&b));
    let is_page = !["/api/", "/auth/", "/login", "/prove"].iter().any(|start| wanted.starts_with(start));
    if leads_away || !is_page { "/" } else { wanted }
}

/// The address of the log-in page that leads on to `path`.
pub fn login_for(path: &str) -> String {
    format!("/login?next={}", in_query(path))
}

/// The address of the page that asks to prove again who one is, and leads on to `path`.
pub fn prove_for(path: &str) -> String {
    format!("/prove?next={}", in_query(path))
}

/// The address of a log-in's next step, which leads on to `path`.
#[cfg(feature = "ssr")]
pub(crate) fn step_for(path: &str) -> String {
    format!("/login/step?next={}", in_query(path))
}

/// The address of the page where somebody whom another service vouches for chooses a name, which leads on to `path`.
#[cfg(feature = "ssr")]
pub fn join_for(path: &str) -> String {
    format!("/join?next={}", in_query(path))
}

/// A path as the value of a query: what would end the value is encoded.
fn in_query(path: &str) -> String {
    path.replace('%', "%25").replace('&', "%26").replace('#', "%23").replace('+', "%2B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_come_next() {
        for wanted in ["/", "/account", "/live?room=1#lines", "/a/b-c_d.e"] {
            assert_eq!(local_path(wanted), wanted);
        }
        for wanted in [
            "",
            "account",
            "//example.org",
            "/\\example.org",
            "\\\\example.org",
            "/\t/example.org",
            "https://example.org",
            "javascript:alert(1)",
            "/api/log_out",
            "/login?next=/login",
            "/login/step",
            "/prove?next=/account",
            "/auth/club/back",
            "/\r\nSet-Cookie: a=b",
            "/café",
        ] {
            assert_eq!(local_path(wanted), "/", "{wanted}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600))), "/");
    }

    #[test]
    fn a_path_with_a_query_stays_whole_in_another() {
        assert_eq!(login_for("/admin/users?q=a&after=5#x"), "/login?next=/admin/users?q=a%26after=5%23x");
        assert_eq!(prove_for("/account"), "/prove?next=/account");
    }
}
