//! What the pages of the registry are put together from.

use drawing::Words;
use plugin_api::page::{Button, Cell, Column, Confirm, Form, Instant, Link, Node, Table, Text, Titled, Tone, Toned};
use plugins::{Health, Switch, grants::Asked};
use serde_json::{Map, Value};

/// Text as it stands, where Markdown is read.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            plain.push('\\');
        }
        plain.push(if letter.is_control() { ' ' } else { letter });
    }
    plain
}

pub(super) fn words(text: impl Into<String>) -> Node {
    Node::Paragraph(Text { text: text.into() })
}

pub(super) fn heading(text: &str) -> Node {
    Node::Heading(Text { text: text.to_owned() })
}

pub(super) fn badge(text: &str, tone: Tone) -> Node {
    Node::Badge(Toned { text: text.to_owned(), tone })
}

pub(super) fn notice(text: impl Into<String>, tone: Tone) -> Node {
    Node::Notice(Toned { text: text.into(), tone })
}

pub(super) fn card(title: &str, body: Vec<Node>) -> Node {
    Node::Card(Titled { title: Some(title.to_owned()), body })
}

pub(super) fn link(label: &str, to: impl Into<String>) -> Node {
    Node::Link(Link { label: label.to_owned(), to: to.into() })
}

pub(super) fn code(text: &str) -> Node {
    Node::Code(Text { text: text.to_owned() })
}

pub(super) fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

pub(super) fn count(number: u64) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "shown to people")]
    Cell::Number(number as f64)
}

pub(super) fn when(at: Option<base::Millis>) -> Cell {
    Cell::Parts(at.map(|at| Node::Instant(Instant { at: at.0.max(0) })).into_iter().collect())
}

pub(super) fn with(pairs: &[(&str, &str)]) -> Map<String, Value> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::String((*value).to_owned()))).collect()
}

pub(super) fn button(label: &str, tone: Tone, pairs: &[(&str, &str)]) -> Node {
    Node::Button(Button { label: label.to_owned(), with: with(pairs), tone, ..Button::default() })
}

pub(super) fn form(schema: Value, submit: &str, pairs: &[(&str, &str)]) -> Node {
    Node::Form(Form { schema, submit: submit.to_owned(), with: with(pairs), ..Form::default() })
}

pub(super) fn sure(label: &str, question: &str, body: Vec<Node>) -> Node {
    Node::Confirm(Confirm { label: label.to_owned(), question: question.to_owned(), body })
}

/// A table. Columns that hold numbers are named with a `#` in front.
pub(super) fn table(caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>, empty: &str) -> Node {
    let column = |label: &&str| Column {
        label: label.trim_start_matches('#').to_owned(),
        number: label.starts_with('#'),
        sort: None,
    };
    Node::Table(Table {
        caption: caption.to_owned(),
        columns: columns.iter().map(column).collect(),
        rows,
        empty: Some(empty.to_owned()),
        ..Table::default()
    })
}

/// What a capability lets a plugin do, as an admin reads it.
pub(super) fn sentence(say: &Words, asked: &Asked) -> String {
    let key = match (asked.word, asked.detail.first().map(String::as_str)) {
        ("users", Some("profiles")) => "can_users_profiles",
        ("users", _) => "can_users",
        ("routes:public", _) => "can_routes_public",
        ("act", _) => {
            let acts: Vec<String> = asked.detail.iter().map(|act| say.say(&act_key(act)).to_owned()).collect();
            return say.with("can_act", &[("what", &acts.join(", "))]);
        }
        ("sql", _) if !asked.offered => return say.with("can_sql_elsewhere", &[("what", &asked.detail.join(", "))]),
        (word, _) => return say.with(&format!("can_{word}"), &[("what", &asked.detail.join(", "))]),
    };
    say.say(key).to_owned()
}

/// The key of what an act is, in words: `act_room_kick`.
fn act_key(act: &str) -> String {
    format!("act_{}", act.replace('.', "_"))
}

/// How a plugin is.
pub(super) fn health(say: &Words, health: &Health) -> Node {
    match health {
        Health::Ready => badge(say.say("ready"), Tone::Good),
        Health::Failing { .. } => badge(say.say("failing"), Tone::Bad),
        Health::Quarantined { .. } => badge(say.say("quarantined"), Tone::Bad),
        Health::Absent => badge(say.say("absent"), Tone::Plain),
    }
}

/// Where a switch stands.
pub(super) fn switch(say: &Words, switch: &Switch) -> Node {
    match switch {
        Switch::On => badge(say.say("on"), Tone::Good),
        Switch::Off => badge(say.say("off"), Tone::Plain),
        Switch::Suspended(_) => badge(say.say("suspended"), Tone::Warn),
    }
}

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
