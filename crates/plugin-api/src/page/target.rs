//! Where a link may lead.

const LONGEST_ADDRESS: usize = 2_000;

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// To a page of the plugin's own, in the same scope: path and query.
    Own(&'a str),
    /// To a page of the hub: begins with `/`.
    Hub(&'a str),
    /// Elsewhere: https.
    Elsewhere(&'a str),
}

impl<'a> Target<'a> {
    /// What a link's text means; `None` where it may lead nowhere.
    pub fn of(to: &'a str) -> Option<Self> {
        // A browser drops tabs and line breaks out of an address, and takes `\` for `/`.
        let odd =
            |letter: char| letter.is_control() || letter.is_whitespace() || matches!(letter, '\\' | '"' | '<' | '>');
        if to.len() > LONGEST_ADDRESS || to.contains(odd) {
            return None;
        }
        if let Some(rest) = to.strip_prefix("https://") {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            // Who is named before an `@` is not where one goes.
            return (!authority.is_empty() && !authority.contains('@')).then_some(Self::Elsewhere(to));
        }
        let path = to.split(['?', '#']).next().unwrap_or_default();
        // `%2e%2e` is `..` to a browser, too.
        if path.to_ascii_lowercase().replace("%2e", ".").split('/').any(|part| part == "..") {
            return None;
        }
        if to.starts_with('/') {
            return (!to.starts_with("//")).then_some(Self::Hub(to));
        }
        // `javascript:…`, `mailto:…`, `http://…`: the hub's own pages have no colon in their paths.
        (!path.contains(':')).then_some(Self::Own(to))
    }
}
