//! The registry's own pages: described as plugins describe theirs, and drawn by the same hand. What is pressed on them comes in by the same door.

mod about;
mod act;
mod data;
mod local;
mod parts;
mod view;

use base::OrgId;
use plugin_api::page::{Node, Page, Tone};

pub(crate) use act::act;
pub(crate) use data::take_in;
pub(crate) use view::view;

/// Which of the registry's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which<'a> {
    /// All plugins, for the operator.
    All,
    /// One of them.
    One(&'a str),
    /// Those there are for an organization.
    Organization(OrgId),
    /// One of them, in an organization.
    OneIn(OrgId, &'a str),
}

/// The address of a plugin's page in the registry.
pub(crate) fn page_of(id: &str) -> String {
    format!("/admin/plugins/{id}")
}

/// What kept something from being done, above everything else.
pub(crate) fn wrong(says: &[String]) -> Node {
    let says: Vec<String> = says.iter().map(|one| parts::plain(one)).collect();
    parts::notice(says.join("\n\n"), Tone::Bad)
}

/// A page of the registry.
pub(crate) struct View {
    /// What is on it.
    pub(crate) page: Page,
    /// The form of settings beneath it.
    pub(crate) settings: Option<plugins::Settings>,
}
