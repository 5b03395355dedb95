//! Where a tree is drawn, for whom, and where its links lead from there.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plugin_api::page::Target;

use crate::{
    fields::{FormOf, Picks, Refusal},
    html::Html,
    words::Words,
};

/// What stands around a tree: where it is drawn, for whom.
pub struct Around<'a> {
    /// The texts of the reader's language.
    pub words: &'a Words,
    /// Where the plugin's pages of this scope begin: `/orgs/rovers/plugins/polls`.
    pub base: &'a str,
    /// Which of them this is: `polls/3`. Of a widget: none.
    pub path: &'a str,
    /// What stood behind its question mark.
    pub query: &'a [(String, String)],
    /// Where its files are: `/plugins/polls/assets/0123…`.
    pub assets: &'a str,
    /// Where the hub shows a picture of another host; `None`: nowhere, for the plugin was not granted to call it.
    pub elsewhere: &'a dyn Fn(&str) -> Option<String>,
    /// The names of those whom the reader may see.
    pub people: &'a BTreeMap<i64, String>,
    /// What there is to pick in its forms.
    pub picks: &'a Picks,
    /// What shows that a form was drawn here.
    pub token: &'a dyn Fn(&FormOf) -> String,
    /// The form that was sent and refused, to be drawn with what was typed.
    pub refused: Option<&'a Refusal>,
    /// The level of its first heading.
    pub level: u8,
}

impl Around<'_> {
    /// One of the plugin's own pages: path and query.
    pub(crate) fn own(&self, to: &str) -> String {
        match to.chars().next() {
            None => self.here(),
            // The same page with another query.
            Some('?' | '#') => format!("{}{to}", self.here()),
            Some(_) => format!("{}/{to}", self.base),
        }
    }

    fn here(&self) -> String {
        if self.path.is_empty() { self.base.to_owned() } else { format!("{}/{}", self.base, self.path) }
    }

    /// This page with other values in its query. An empty one is left out.
    pub(crate) fn asking(&self, others: &[(&str, &str)]) -> String {
        let kept = self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
        let pairs = kept.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if pairs.is_empty() { self.here() } else { format!("{}?{}", self.here(), pairs.join("&")) }
    }

    pub(crate) fn open_link<'h>(&self, html: &'h mut Html, to: Target<'_>, class: Option<&str>) -> &'h mut Html {
        match to {
            Target::Own(to) => html.open("a", &[("href", Some(&self.own(to))), ("class", class)]),
            // Another document, where it leaves the plugin for an area of its own.
            Target::Hub(to) => html.open(
                "a",
                &[("href", Some(to)), ("class", class), ("rel", is_far(self.base, to).then_some("external"))],
            ),
            Target::Elsewhere(to) => html.open(
                "a",
                &[
                    ("href", Some(to)),
                    ("class", Some(class.map_or("outside", |_| "outside button"))),
                    ("rel", Some("external noopener noreferrer nofollow ugc")),
                    ("title", Some(&self.words.outside)),
                ],
            ),
        }
    }
}

/// Where files of the admin area are, which are no pages.
const FILES: &str = "/admin/plugin-data/";

/// Whether a link leads out of the admin area or into it, which are two documents, or to a file.
pub(crate) fn is_far(base: &str, to: &str) -> bool {
    let admin = |path: &str| path == "/admin" || path.starts_with("/admin/") || path.starts_with("/admin?");
    admin(base) != admin(to) || to.starts_with(FILES)
}

/// What a query holds as it is (RFC 3986, unreserved).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A text as it stands in a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
