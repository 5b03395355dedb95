//! Parts of a page in a word each. Whatever else a part can say is in its type in [`page`](crate::page).

use serde_json::{Map, Value};

use crate::page::{
    Button, Cell, Column, Form, Group, Image, Link, List, Live, Node, Page, Person, Stat, Table, Text, Titled, Tone, Toned,
};

/// A page under the title of its manifest.
pub fn page(body: Vec<Node>) -> Page {
    Page { title: None, body }
}

/// A page under a title of its own.
pub fn titled(title: impl Into<String>, body: Vec<Node>) -> Page {
    Page { title: Some(title.into()), body }
}

/// A heading.
pub fn heading(text: impl Into<String>) -> Node {
    Node::Heading(Text { text: text.into() })
}

/// Text, in Markdown.
pub fn paragraph(text: impl Into<String>) -> Node {
    Node::Paragraph(Text { text: text.into() })
}

/// A word in a colour.
pub fn badge(text: impl Into<String>, tone: Tone) -> Node {
    Node::Badge(Toned { text: text.into(), tone })
}

/// Something to be noticed.
pub fn notice(text: impl Into<String>, tone: Tone) -> Node {
    Node::Notice(Toned { text: text.into(), tone })
}

/// Parts in a frame.
pub fn card(title: impl Into<String>, body: Vec<Node>) -> Node {
    Node::Card(Titled { title: Some(title.into()), body })
}

/// Parts beneath a heading.
pub fn section(title: impl Into<String>, body: Vec<Node>) -> Node {
    Node::Section(Titled { title: Some(title.into()), body })
}

/// Parts beside each other.
pub fn columns(body: Vec<Node>) -> Node {
    Node::Columns(Group { body })
}

/// A figure.
#[expect(clippy::needless_pass_by_value, reason = "a number is handed over as it is")]
pub fn stat(label: impl Into<String>, value: impl ToString) -> Node {
    Node::Stat(Stat { label: label.into(), value: value.to_string(), ..Stat::default() })
}

/// Somebody.
pub fn person(id: impl Into<String>) -> Node {
    Node::Person(Person { id: id.into() })
}

/// A link: to a page of the plugin's own, to the hub's with `/`, or elsewhere with `https://`.
pub fn link(label: impl Into<String>, to: impl Into<String>) -> Node {
    Node::Link(Link { label: label.into(), to: to.into() })
}

/// A picture of the package's: a file in `assets`, what it shows in words, and how wide and high it is, in pixels.
pub fn image(asset: impl Into<String>, alt: impl Into<String>, (width, height): (u32, u32)) -> Node {
    Node::Image(Image { asset: Some(asset.into()), alt: alt.into(), width, height, ..Image::default() })
}

/// A picture of another host, whose address the capability `http` has to hold.
pub fn image_from(url: impl Into<String>, alt: impl Into<String>, (width, height): (u32, u32)) -> Node {
    Node::Image(Image { url: Some(url.into()), alt: alt.into(), width, height, ..Image::default() })
}

/// Posts to the plugin: to which of its pages, with what.
pub fn button(label: impl Into<String>, to: impl Into<String>, with: Value) -> Node {
    Node::Button(Button { label: label.into(), to: to.into(), with: object(with), tone: Tone::Plain })
}

/// A form, drawn from a JSON Schema.
pub fn form(to: impl Into<String>, schema: Value, submit: impl Into<String>) -> Node {
    Node::Form(Form { to: to.into(), schema, submit: submit.into(), ..Form::default() })
}

/// A list.
pub fn list(items: Vec<Cell>) -> Node {
    Node::List(List { numbered: false, items })
}

/// A table: its caption, its columns (`#` before a column of numbers), its rows, and what stands there while there are none.
pub fn table(caption: impl Into<String>, columns: &[&str], rows: Vec<Vec<Cell>>, empty: impl Into<String>) -> Node {
    let empty = Some(empty.into()).filter(|empty| !empty.is_empty());
    let column = |label: &&str| match label.strip_prefix('#') {
        Some(label) => Column { label: label.into(), number: true, sort: None },
        None => Column { label: (*label).into(), ..Column::default() },
    };
    let columns = columns.iter().map(column).collect();
    Node::Table(Table { caption: caption.into(), columns, rows, empty, ..Table::default() })
}

/// A cell of text.
pub fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

/// A cell with a number.
#[allow(clippy::cast_precision_loss, reason = "a page's numbers are for reading")]
pub fn number(number: i64) -> Cell {
    Cell::Number(number as f64)
}

/// A cell with somebody in it, or with any other part.
pub fn parts(parts: Vec<Node>) -> Cell {
    Cell::Parts(parts)
}

/// A part that is asked for again when one of these events happens.
pub fn live(id: impl Into<String>, events: &[&str], body: Vec<Node>) -> Node {
    Node::Live(Live { id: id.into(), events: events.iter().map(|event| (*event).to_owned()).collect(), body })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
