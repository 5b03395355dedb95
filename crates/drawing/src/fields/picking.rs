//! What can be picked in a form: something of the hub, by the name that people know it by.

use std::collections::{BTreeMap, BTreeSet};

use plugin_api::page::{
    Node,
    form::{self, Field, Takes},
};
use serde_json::Value;

use super::drawn::FieldDrawn;
use crate::{html::Html, people::walk, words::Words};

/// What there is to pick, by the schema's word for it: value and label. What is not among it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picks(BTreeMap<String, Vec<(String, String)>>);

impl Picks {
    /// The same with these of that kind.
    #[must_use]
    pub fn with(mut self, picker: &str, choices: Vec<(String, String)>) -> Self {
        self.0.insert(picker.to_owned(), choices);
        self
    }

    /// Those for a field; `None` where it is typed.
    pub(super) fn of(&self, field: &Field) -> Option<&[(String, String)]> {
        let picker = field.picker.as_ref().filter(|_| matches!(field.takes, Takes::Text { .. }) && !field.secret)?;
        self.0.get(picker).map(Vec::as_slice)
    }
}

/// What is picked in the forms of a tree, by the schemas' words.
pub fn pickers_in(nodes: &[Node]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(nodes, &mut |node| {
        if let Node::Form(form) = node {
            found.extend(pickers_of(&form.schema));
        }
    });
    found
}

/// The same in a form of settings.
pub fn pickers_of(schema: &Value) -> BTreeSet<String> {
    form::settings(schema).into_iter().filter_map(|field| field.picker).collect()
}

impl FieldDrawn<'_> {
    /// One of these. What was picked before and is not there any more stays until something else is picked.
    pub(super) fn pick(
        &self,
        html: &mut Html,
        words: &Words,
        common: &[(&'static str, Option<&str>); 5],
        text: &str,
        choices: &[(String, String)],
    ) {
        self.label(html, words);
        html.open("select", common);
        if !self.field.required || text.is_empty() {
            html.whole("option", &[("value", Some(""))], &words.choose);
        }
        let gone = !text.is_empty() && choices.iter().all(|(value, _)| value != text);
        let gone = gone.then(|| (text.to_owned(), text.to_owned()));
        for (value, label) in gone.iter().chain(choices) {
            let chosen = (value == text).then_some("");
            html.whole("option", &[("value", Some(value)), ("selected", chosen)], label);
        }
        html.close("select");
    }
}
