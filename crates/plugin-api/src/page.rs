//! A page as a plugin describes it: a tree of parts that the hub knows how to draw. No markup, no style, no script.
//!
//! As JSON a part is an object with one key, its kind: `{"heading": {"text": "Seeds"}}`. What is left out has the plainest meaning.
//! [`Page::check`] tells everything that is wrong with a tree at once; the hub draws none that it has not let through.

mod check;
pub mod form;
mod target;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use check::{Flaw, LARGEST, MOST_DEEP, MOST_NODES};
pub use target::Target;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Its heading, where it isn't the one in the manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What stands on it, from top to bottom.
    pub body: Vec<Node>,
}

/// One part of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// Parts beneath each other.
    Stack(Group),
    /// Parts beside each other, as many as there is room for.
    Columns(Group),
    /// Parts in a frame.
    Card(Titled),
    /// Parts beneath a heading of their own.
    Section(Titled),
    /// Groups of parts of which one is seen at a time.
    Tabs(Tabs),
    /// A heading. The hub finds its level.
    Heading(Text),
    /// Text, in Markdown: emphasis, links, lists, code. No pictures, no HTML.
    Paragraph(Text),
    /// A word in a colour.
    Badge(Toned),
    /// Something to be noticed, in Markdown.
    Notice(Toned),
    /// Text as it stands, every letter as wide as the others.
    Code(Text),
    /// A table.
    Table(Table),
    /// A list.
    List(List),
    /// A figure with what it is of.
    Stat(Stat),
    /// How far something is.
    Progress(Progress),
    /// Values as a line or as columns.
    Chart(Chart),
    /// What happened when.
    Timeline(Timeline),
    /// Somebody: their name as whoever looks may see it, leading to their page.
    Person(Person),
    /// A moment, in the reader's own time.
    Instant(Instant),
    /// A span of time.
    Duration(Duration),
    /// A link.
    Link(Link),
    /// Does something: posts to the plugin.
    Button(Button),
    /// A form.
    Form(Form),
    /// Links behind one press.
    Menu(Menu),
    /// Parts behind a question: mostly a button that can't be undone.
    Confirm(Confirm),
    /// A part that is asked for again when something happens.
    Live(Live),
    /// A picture among the plugin's own files.
    Image(Image),
}

/// Parts together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// They.
    pub body: Vec<Node>,
}

/// Parts under a heading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Titled {
    /// The heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The parts.
    pub body: Vec<Node>,
}

/// Groups of which one is seen at a time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tabs {
    /// At most ten.
    pub tabs: Vec<Tab>,
}

/// One of several groups.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// What is in it.
    pub body: Vec<Node>,
}

/// Text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// It.
    pub text: String,
}

/// A colour, by what it means. The theme knows how it looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// None.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be seen to.
    Warn,
    /// Not as it should be.
    Bad,
}

impl Tone {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// Text with a colour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toned {
    /// The text.
    pub text: String,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// At most twenty.
    pub columns: Vec<Column>,
    /// Each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there are no rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty: Option<String>,
    /// By which column it is sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sorted: Option<Sorted>,
    /// Which page of how many. The page is asked for again with `page` and `sort` in its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<Pages>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// Whether it holds numbers, which stand to the right.
    #[serde(default, skip_serializing_if = "is_false")]
    pub number: bool,
    /// The word by which the plugin sorts by it: the page is asked for again with `sort=word`, or `sort=-word` for the other way round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

/// By what a table is sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sorted {
    /// The column's word.
    pub by: String,
    /// From the last to the first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
}

/// A page among several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pages {
    /// Which, from 1.
    pub page: u32,
    /// Of how many.
    pub of: u32,
}

/// What stands in a table's cell: text, a number, or parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Text as it stands.
    Text(String),
    /// A number, written as the reader writes numbers.
    Number(f64),
    /// Parts.
    Parts(Vec<Node>),
}

/// A list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Whether they are numbered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub numbered: bool,
    /// What is in it.
    pub items: Vec<Cell>,
}

/// A figure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stat {
    /// What it is of.
    pub label: String,
    /// The figure, as it is written.
    pub value: String,
    /// What else there is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// How far something is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// What.
    pub label: String,
    /// So much.
    pub value: f64,
    /// Of so much.
    pub of: f64,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A column each: what was counted.
    #[default]
    Bar,
    /// One line: what was measured again and again.
    Line,
}

/// Values as an image, with the numbers in a table behind it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What a point's label is: "Day".
    pub by: String,
    /// What a point's value is: "Votes".
    pub of: String,
    /// How it is drawn.
    #[serde(default)]
    pub shape: Shape,
    /// Label and value, in order; at most 400.
    pub points: Vec<(String, f64)>,
}

/// What happened when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeline {
    /// In their order.
    pub entries: Vec<Entry>,
}

/// Something that happened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When, UTC milliseconds.
    pub at: i64,
    /// What.
    pub title: String,
    /// More of it, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// Somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Their id in decimal.
    pub id: String,
}

/// A moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instant {
    /// UTC milliseconds.
    pub at: i64,
}

/// A span of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// How long.
    pub ms: u64,
}

/// A link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads: a page of the plugin's own in the same scope (`polls/3?done=1`), one of the hub (`/orgs`), or elsewhere (`https://…`).
    pub to: String,
}

/// Posts to the plugin.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// To which of its own pages; empty: to this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// What is sent: text, numbers, yes and no.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// Its colour: `bad` for what takes something away.
    #[serde(default, skip_serializing_if = "Tone::is_plain")]
    pub tone: Tone,
}

/// A form, drawn from a schema as settings are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// To which of its own pages it is sent; empty: to this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// A JSON Schema of an object without objects in it: see [`form::fields`].
    pub schema: Value,
    /// What stands in the fields at first.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub values: Map<String, Value>,
    /// What is sent along unseen: text, numbers, yes and no.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// What its button says.
    pub submit: String,
}

/// Links behind one press.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What is pressed.
    pub label: String,
    /// The links; at most twenty.
    pub items: Vec<Link>,
}

/// Parts behind a question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// What is pressed first.
    pub label: String,
    /// What will happen.
    pub question: String,
    /// What does it.
    pub body: Vec<Node>,
}

/// A part that is asked for again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// Its name on the page, by which it is found again: `^[a-z][a-z0-9_-]{0,31}$`.
    pub id: String,
    /// The events that change it: of the hub, or the plugin's own. At most eight.
    pub events: Vec<String>,
    /// What it holds.
    pub body: Vec<Node>,
}

/// A picture: a file of the package's, or one of another host. It has one of the two, never both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// A file in the package's folder `assets`: `logo.png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// A picture of another host: `https://example.org/logo.png`. The hub shows it where the plugin was granted to call that address
    /// (`http`), fetches it itself, and takes PNG, JPEG, GIF and WebP up to 1 MiB; in its place stands else what it shows, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it shows, in words; empty where it only decorates.
    pub alt: String,
    /// In pixels, at most 2,000.
    pub width: u32,
    /// In pixels, at most 2,000.
    pub height: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(is: &bool) -> bool {
    !*is
}
