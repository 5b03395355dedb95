//! Where to go on to after logging in: only to a page of this site.

/// `wanted` if it is the path of a page here, else the home page.
///
/// Browsers read a backslash as a slash and drop tabs and line breaks, so `/\example.org` and `/<tab>/example.org` lead
/// away from the site as `//example.org` does.
pub(crate) fn local_path(wanted: &str) -> &str {
    let leads_away = !wanted.starts_with('/')
        || wanted.starts_with("//")
        || wanted.len() > 500
        || wanted.bytes().any(|b| b == b'\\' || !(0x21..0x7f).contains(&b));
    let is_page = !wanted.starts_with("/api/") && !wanted.starts_with("/login");
    if leads_away || !is_page { "/" } else { wanted }
}

/// The address of the log-in page that leads on to `path`.
pub(crate) fn login_for(path: &str) -> String {
    format!("/login?next={path}")
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
            "/\r\nSet-Cookie: a=b",
            "/café",
        ] {
            assert_eq!(local_path(wanted), "/", "{wanted}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600))), "/");
    }
}
