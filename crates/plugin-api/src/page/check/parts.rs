//! Parts that have rules of their own: tables, charts, links, forms, what is live, pictures.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Check, LONGEST_LINE, LONGEST_TEXT, MOST_NODES, is_word};
use crate::page::{Button, Chart, Form, Image, Link, Live, Table, Target, form};

const MOST_COLUMNS: usize = 20;
pub(super) const MOST_ROWS: usize = 500;
const MOST_POINTS: usize = 400;
const MOST_EVENTS: usize = 8;

impl Check {
    pub(super) fn table(&mut self, path: &str, table: &Table, depth: usize) {
        self.line(&format!("{path}/caption"), &table.caption);
        self.perhaps(&format!("{path}/empty"), table.empty.as_ref());
        self.count(&format!("{path}/columns"), table.columns.len(), 1, MOST_COLUMNS);
        let mut words = BTreeSet::new();
        for (n, column) in table.columns.iter().enumerate() {
            self.line(&format!("{path}/columns/{n}/label"), &column.label);
            if let Some(sort) = &column.sort
                && !(is_word(sort) && words.insert(sort))
            {
                self.say(format!("{path}/columns/{n}/sort"), "is a word of its own: a–z, 0–9, _, -");
            }
        }
        if let Some(sorted) = &table.sorted
            && !words.contains(&sorted.by)
        {
            self.say(format!("{path}/sorted/by"), "is the word of none of the columns");
        }
        if let Some(pages) = &table.pages
            && !(1..=pages.of.max(1)).contains(&pages.page)
        {
            self.say(format!("{path}/pages/page"), "is from 1 to `of`");
        }
        self.count(&format!("{path}/rows"), table.rows.len(), 0, MOST_ROWS);
        for (n, row) in table.rows.iter().enumerate() {
            if row.len() != table.columns.len() {
                self.say(
                    format!("{path}/rows/{n}"),
                    format!("has {} cells for {} columns", row.len(), table.columns.len()),
                );
            }
            for (m, cell) in row.iter().enumerate() {
                self.cell(&format!("{path}/rows/{n}/{m}"), cell, depth);
            }
        }
        if self.nodes > MOST_NODES {
            self.say(path, format!("has more cells than {MOST_NODES} parts"));
        }
    }

    pub(super) fn chart(&mut self, path: &str, chart: &Chart) {
        self.line(&format!("{path}/title"), &chart.title);
        self.line(&format!("{path}/by"), &chart.by);
        self.line(&format!("{path}/of"), &chart.of);
        self.count(&format!("{path}/points"), chart.points.len(), 0, MOST_POINTS);
        for (n, (label, value)) in chart.points.iter().enumerate() {
            self.line(&format!("{path}/points/{n}/0"), label);
            if !(value.is_finite() && *value >= 0.0 && *value <= 1e15) {
                self.say(format!("{path}/points/{n}/1"), "is a number from 0 to 10¹⁵");
            }
        }
    }

    pub(super) fn link(&mut self, path: &str, link: &Link) {
        self.line(&format!("{path}/label"), &link.label);
        if Target::of(&link.to).is_none() {
            self.say(
                format!("{path}/to"),
                "leads to a page of the plugin (`polls/3`), of the hub (`/orgs`) or elsewhere (`https://…`)",
            );
        }
    }

    /// Where a form is sent: a page of the plugin's own.
    pub(super) fn own(&mut self, path: &str, to: &str) {
        if !matches!(Target::of(to), Some(Target::Own(_))) {
            self.say(path, "is a page of the plugin's own");
        }
    }

    pub(super) fn button(&mut self, path: &str, button: &Button) {
        self.line(&format!("{path}/label"), &button.label);
        self.own(&format!("{path}/to"), &button.to);
        self.with(&format!("{path}/with"), &button.with);
    }

    pub(super) fn form(&mut self, path: &str, form: &Form) {
        self.own(&format!("{path}/to"), &form.to);
        self.line(&format!("{path}/submit"), &form.submit);
        self.with(&format!("{path}/with"), &form.with);
        let fields = match form::fields(&form.schema) {
            Ok(fields) => fields,
            Err(flaws) => {
                for flaw in flaws {
                    self.say(format!("{path}/schema{}", flaw.path), flaw.says);
                }
                return;
            }
        };
        for name in form.values.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
            self.say(format!("{path}/values/{name}"), "is none of the schema's properties");
        }
        for field in &fields {
            if form.with.contains_key(&field.name) {
                self.say(format!("{path}/with/{}", field.name), "is a field, too");
            }
        }
    }

    pub(super) fn with(&mut self, path: &str, with: &Map<String, Value>) {
        self.count(path, with.len(), 0, 20);
        for (name, value) in with {
            let path = format!("{path}/{name}");
            if !is_word(name) {
                self.say(&path, "is no name: a–z, 0–9, _, -");
            }
            match value {
                Value::String(text) => self.letters(&path, text, LONGEST_TEXT),
                Value::Number(_) | Value::Bool(_) => {}
                _ => self.say(path, "is text, a number, or yes or no"),
            }
        }
    }

    pub(super) fn live(&mut self, path: &str, live: &Live, depth: usize) {
        if !is_word(&live.id) || live.id.len() > 32 {
            self.say(format!("{path}/id"), "is a word of at most 32 letters: a–z, 0–9, _, -");
        } else if !self.live.insert(live.id.clone()) {
            self.say(format!("{path}/id"), "is the name of another part, too");
        }
        self.count(&format!("{path}/events"), live.events.len(), 1, MOST_EVENTS);
        for (n, event) in live.events.iter().enumerate() {
            if event.len() > 100 || !event.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb)) {
                self.say(format!("{path}/events/{n}"), "is no event: `noun.verb_past`");
            }
        }
        self.nodes(&format!("{path}/body"), &live.body, depth + 1);
    }

    pub(super) fn image(&mut self, path: &str, image: &Image) {
        if image.asset.is_some() == image.url.is_some() {
            self.say(path, "has either an `asset` or a `url`");
        }
        if image.asset.as_ref().is_some_and(|asset| !is_asset(asset)) {
            self.say(format!("{path}/asset"), "is a file in `assets`: `logo.png`");
        }
        if image.url.as_ref().is_some_and(|url| !matches!(Target::of(url), Some(Target::Elsewhere(_)))) {
            self.say(format!("{path}/url"), "is an address elsewhere: `https://example.org/logo.png`");
        }
        self.letters(&format!("{path}/alt"), &image.alt, LONGEST_LINE);
        for (side, name) in [(image.width, "width"), (image.height, "height")] {
            if !(1..=2_000).contains(&side) {
                self.say(format!("{path}/{name}"), "is from 1 to 2,000");
            }
        }
    }
}

/// A file's path below `assets`: plain words, no way out.
fn is_asset(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= 200
        && path.split('/').all(|part| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        })
}
