//! What has to hold of a page before anybody draws it. Everything wrong with it is told at once.

use std::{collections::BTreeSet, fmt, io};

use serde_json::{Map, Value};

use super::{Button, Cell, Chart, Form, Image, Link, Live, Node, Page, Table, form};

/// The largest page, in bytes of JSON.
pub const LARGEST: usize = 256 * 1024;
/// How many parts, those in cells and lists among them.
pub const MOST_NODES: usize = 2_000;
/// How deep parts stand in parts.
pub const MOST_DEEP: usize = 16;
/// What is told of one page at once.
const MOST_FLAWS: usize = 100;
/// The longest line: a heading, a label.
const LONGEST_LINE: usize = 300;
/// The longest text, in bytes.
const LONGEST_TEXT: usize = 32 * 1024;
const MOST_TABS: usize = 10;
const MOST_COLUMNS: usize = 20;
const MOST_ROWS: usize = 500;
const MOST_POINTS: usize = 400;
const MOST_LINKS: usize = 20;
const MOST_EVENTS: usize = 8;
const LONGEST_ADDRESS: usize = 2_000;

/// Something wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Where, as a JSON pointer.
    pub path: String,
    /// What, in English.
    pub says: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.path.is_empty() { "/" } else { &self.path }, self.says)
    }
}

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

impl Page {
    /// Everything that is wrong with the page. What this lets through can be drawn.
    ///
    /// # Errors
    ///
    /// What is wrong, each with its place; a hundred at most.
    pub fn check(&self) -> Result<(), Vec<Flaw>> {
        let mut check = Check::default();
        if let Some(title) = &self.title {
            check.line("/title", title);
        }
        check.nodes("/body", &self.body, 1);
        check.size(self);
        check.told()
    }

    /// A page out of the JSON that a plugin answered with, let through.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn from_json(json: &[u8]) -> Result<Self, Vec<Flaw>> {
        let page: Self = read(json)?;
        page.check()?;
        Ok(page)
    }
}

impl Node {
    /// The same for parts that stand on another page: a widget's.
    ///
    /// # Errors
    ///
    /// As [`Page::check`].
    pub fn check_all(nodes: &[Self]) -> Result<(), Vec<Flaw>> {
        let mut check = Check::default();
        check.nodes("", nodes, 1);
        check.size(&nodes);
        check.told()
    }

    /// Parts out of JSON, let through.
    ///
    /// # Errors
    ///
    /// As [`Page::check`].
    pub fn all_from_json(json: &[u8]) -> Result<Vec<Self>, Vec<Flaw>> {
        let nodes: Vec<Self> = read(json)?;
        Self::check_all(&nodes)?;
        Ok(nodes)
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &[u8]) -> Result<T, Vec<Flaw>> {
    let flaw = |says| vec![Flaw { path: String::new(), says }];
    if json.len() > LARGEST {
        return Err(flaw(format!("is larger than {} KiB", LARGEST / 1024)));
    }
    serde_json::from_slice(json).map_err(|error| flaw(error.to_string()))
}

#[derive(Default)]
struct Check {
    flaws: Vec<Flaw>,
    nodes: usize,
    live: BTreeSet<String>,
}

impl Check {
    fn told(self) -> Result<(), Vec<Flaw>> {
        if self.flaws.is_empty() { Ok(()) } else { Err(self.flaws) }
    }

    fn say(&mut self, path: impl Into<String>, says: impl Into<String>) {
        if self.flaws.len() < MOST_FLAWS {
            self.flaws.push(Flaw { path: path.into(), says: says.into() });
        }
    }

    fn size(&mut self, what: &impl serde::Serialize) {
        let mut room = Room(LARGEST);
        if serde_json::to_writer(&mut room, what).is_err() {
            self.say("", format!("is larger than {} KiB", LARGEST / 1024));
        }
    }

    fn nodes(&mut self, path: &str, nodes: &[Node], depth: usize) {
        if depth > MOST_DEEP && !nodes.is_empty() {
            return self.say(path, format!("is more than {MOST_DEEP} parts deep"));
        }
        for (n, node) in nodes.iter().enumerate() {
            self.nodes += 1;
            if self.nodes == MOST_NODES + 1 {
                self.say("", format!("has more than {MOST_NODES} parts"));
            }
            // Nobody is helped by hearing more of a page that is too large anyway.
            if self.nodes > MOST_NODES {
                return;
            }
            self.node(&format!("{path}/{n}"), node, depth);
        }
    }

    fn node(&mut self, path: &str, node: &Node, depth: usize) {
        match node {
            Node::Stack(group) => self.nodes(&format!("{path}/stack/body"), &group.body, depth + 1),
            Node::Columns(group) => self.nodes(&format!("{path}/columns/body"), &group.body, depth + 1),
            Node::Card(titled) => self.titled(&format!("{path}/card"), titled, depth),
            Node::Section(titled) => self.titled(&format!("{path}/section"), titled, depth),
            Node::Tabs(tabs) => {
                let path = format!("{path}/tabs/tabs");
                self.count(&path, tabs.tabs.len(), 1, MOST_TABS);
                for (n, tab) in tabs.tabs.iter().enumerate() {
                    self.line(&format!("{path}/{n}/label"), &tab.label);
                    self.nodes(&format!("{path}/{n}/body"), &tab.body, depth + 1);
                }
            }
            Node::Heading(text) => self.line(&format!("{path}/heading/text"), &text.text),
            Node::Paragraph(text) => self.text(&format!("{path}/paragraph/text"), &text.text),
            Node::Badge(toned) => self.line(&format!("{path}/badge/text"), &toned.text),
            Node::Notice(toned) => self.text(&format!("{path}/notice/text"), &toned.text),
            Node::Code(text) => self.text(&format!("{path}/code/text"), &text.text),
            Node::Table(table) => self.table(&format!("{path}/table"), table, depth),
            Node::List(list) => {
                let path = format!("{path}/list/items");
                self.count(&path, list.items.len(), 0, MOST_ROWS);
                for (n, item) in list.items.iter().enumerate() {
                    self.cell(&format!("{path}/{n}"), item, depth);
                }
            }
            Node::Stat(stat) => {
                self.line(&format!("{path}/stat/label"), &stat.label);
                self.line(&format!("{path}/stat/value"), &stat.value);
                self.perhaps(&format!("{path}/stat/hint"), stat.hint.as_ref());
            }
            Node::Progress(progress) => {
                self.line(&format!("{path}/progress/label"), &progress.label);
                if !(progress.of.is_finite() && progress.of > 0.0) {
                    self.say(format!("{path}/progress/of"), "is more than 0");
                }
                if !(progress.value.is_finite() && progress.value >= 0.0 && progress.value <= progress.of) {
                    self.say(format!("{path}/progress/value"), "is from 0 to `of`");
                }
            }
            Node::Chart(chart) => self.chart(&format!("{path}/chart"), chart),
            Node::Timeline(timeline) => {
                let path = format!("{path}/timeline/entries");
                self.count(&path, timeline.entries.len(), 0, MOST_ROWS);
                for (n, entry) in timeline.entries.iter().enumerate() {
                    self.instant(&format!("{path}/{n}/at"), entry.at);
                    self.line(&format!("{path}/{n}/title"), &entry.title);
                    if let Some(text) = &entry.text {
                        self.text(&format!("{path}/{n}/text"), text);
                    }
                }
            }
            Node::Person(person) => {
                if !person.id.parse::<i64>().is_ok_and(|id| id > 0 && id.to_string() == person.id) {
                    self.say(format!("{path}/person/id"), "is somebody's id in decimal");
                }
            }
            Node::Instant(instant) => self.instant(&format!("{path}/instant/at"), instant.at),
            Node::Duration(_) => {}
            Node::Link(link) => self.link(&format!("{path}/link"), link),
            Node::Button(button) => self.button(&format!("{path}/button"), button),
            Node::Form(form) => self.form(&format!("{path}/form"), form),
            Node::Menu(menu) => {
                self.line(&format!("{path}/menu/label"), &menu.label);
                let path = format!("{path}/menu/items");
                self.count(&path, menu.items.len(), 1, MOST_LINKS);
                for (n, link) in menu.items.iter().enumerate() {
                    self.link(&format!("{path}/{n}"), link);
                }
            }
            Node::Confirm(confirm) => {
                self.line(&format!("{path}/confirm/label"), &confirm.label);
                self.line(&format!("{path}/confirm/question"), &confirm.question);
                self.nodes(&format!("{path}/confirm/body"), &confirm.body, depth + 1);
            }
            Node::Live(live) => self.live(&format!("{path}/live"), live, depth),
            Node::Image(image) => self.image(&format!("{path}/image"), image),
        }
    }

    fn titled(&mut self, path: &str, titled: &super::Titled, depth: usize) {
        self.perhaps(&format!("{path}/title"), titled.title.as_ref());
        self.nodes(&format!("{path}/body"), &titled.body, depth + 1);
    }

    fn cell(&mut self, path: &str, cell: &Cell, depth: usize) {
        match cell {
            // A cell may be empty, unlike a label.
            Cell::Text(text) => {
                self.nodes += 1;
                self.letters(path, text, LONGEST_TEXT);
            }
            Cell::Number(number) => {
                self.nodes += 1;
                if !number.is_finite() {
                    self.say(path, "is a number");
                }
            }
            Cell::Parts(nodes) => self.nodes(path, nodes, depth + 1),
        }
    }

    fn table(&mut self, path: &str, table: &Table, depth: usize) {
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

    fn chart(&mut self, path: &str, chart: &Chart) {
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

    fn link(&mut self, path: &str, link: &Link) {
        self.line(&format!("{path}/label"), &link.label);
        if Target::of(&link.to).is_none() {
            self.say(
                format!("{path}/to"),
                "leads to a page of the plugin (`polls/3`), of the hub (`/orgs`) or elsewhere (`https://…`)",
            );
        }
    }

    /// Where a form is sent: a page of the plugin's own.
    fn own(&mut self, path: &str, to: &str) {
        if !matches!(Target::of(to), Some(Target::Own(_))) {
            self.say(path, "is a page of the plugin's own");
        }
    }

    fn button(&mut self, path: &str, button: &Button) {
        self.line(&format!("{path}/label"), &button.label);
        self.own(&format!("{path}/to"), &button.to);
        self.with(&format!("{path}/with"), &button.with);
    }

    fn form(&mut self, path: &str, form: &Form) {
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

    fn with(&mut self, path: &str, with: &Map<String, Value>) {
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

    fn live(&mut self, path: &str, live: &Live, depth: usize) {
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

    fn image(&mut self, path: &str, image: &Image) {
        if !is_asset(&image.asset) {
            self.say(format!("{path}/asset"), "is a file in `assets`: `logo.png`");
        }
        self.letters(&format!("{path}/alt"), &image.alt, LONGEST_LINE);
        for (side, name) in [(image.width, "width"), (image.height, "height")] {
            if !(1..=2_000).contains(&side) {
                self.say(format!("{path}/{name}"), "is from 1 to 2,000");
            }
        }
    }

    fn instant(&mut self, path: &str, at: i64) {
        // The year 9999: what every browser and database can still write.
        if !(0..=253_402_300_799_999).contains(&at) {
            self.say(path, "is a moment in UTC milliseconds");
        }
    }

    fn perhaps(&mut self, path: &str, line: Option<&String>) {
        if let Some(line) = line {
            self.line(path, line);
        }
    }

    fn line(&mut self, path: &str, line: &str) {
        if line.trim().is_empty() {
            self.say(path, "is empty");
        } else if line.chars().count() > LONGEST_LINE {
            self.say(path, format!("has more than {LONGEST_LINE} letters"));
        } else if line.contains(char::is_control) {
            self.say(path, "is one line without control characters");
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        if text.trim().is_empty() {
            self.say(path, "is empty");
        }
        self.letters(path, text, LONGEST_TEXT);
    }

    fn letters(&mut self, path: &str, text: &str, most: usize) {
        if text.len() > most {
            self.say(path, format!("is longer than {most} bytes"));
        } else if text.contains(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')) {
            self.say(path, "has control characters");
        }
    }

    fn count(&mut self, path: &str, count: usize, least: usize, most: usize) {
        if !(least..=most).contains(&count) {
            self.say(path, format!("has {least} to {most} entries"));
        }
    }
}

/// `^[a-z][a-z0-9_-]*$`, at most 64.
fn is_word(word: &str) -> bool {
    word.len() <= 64
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter))
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

/// Somewhere to write to that is full after so many bytes.
struct Room(usize);

impl io::Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::page::{Group, Text};

    fn page(body: Value) -> Result<Page, Vec<Flaw>> {
        Page::from_json(json!({ "body": body }).to_string().as_bytes())
    }

    fn flaws(body: Value) -> Vec<String> {
        page(body).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_part_is_read_and_written_again() {
        let body = json!([
            { "stack": { "body": [{ "heading": { "text": "Seeds" } }] } },
            { "columns": { "body": [{ "paragraph": { "text": "*All* of them." } }] } },
            { "card": { "title": "One", "body": [{ "badge": { "text": "new", "tone": "good" } }] } },
            { "section": { "body": [{ "notice": { "text": "Soon.", "tone": "warn" } }] } },
            { "tabs": { "tabs": [{ "label": "A", "body": [{ "code": { "text": "x = 1\n" } }] }] } },
            { "table": {
                "caption": "Seeds",
                "columns": [{ "label": "Who" }, { "label": "Count", "number": true, "sort": "count" }],
                "rows": [["Ada", 3.0], [[{ "person": { "id": "7" } }], 1.5]],
                "sorted": { "by": "count", "descending": true },
                "pages": { "page": 1, "of": 2 }
            } },
            { "list": { "numbered": true, "items": ["one", [{ "link": { "label": "two", "to": "seeds/2?x=1#y" } }]] } },
            { "stat": { "label": "Rolled", "value": "12" } },
            { "progress": { "label": "Done", "value": 1.0, "of": 3.0 } },
            { "chart": { "title": "Votes", "by": "Day", "of": "Votes", "shape": "line", "points": [["Mon", 1.0]] } },
            { "timeline": { "entries": [{ "at": 1, "title": "Begun" }] } },
            { "instant": { "at": 1_700_000_000_000_i64 } },
            { "duration": { "ms": 61_000 } },
            { "button": { "label": "Close", "with": { "id": "3", "sure": true }, "tone": "bad" } },
            { "form": {
                "schema": { "type": "object", "properties": { "name": { "type": "string" } } },
                "values": { "name": "x" },
                "submit": "Save"
            } },
            { "menu": { "label": "More", "items": [{ "label": "Hub", "to": "/orgs" }] } },
            { "confirm": { "label": "Remove", "question": "Gone for good.", "body": [{ "button": { "label": "Yes" } }] } },
            { "live": { "id": "score", "events": ["poll.voted"], "body": [] } },
            { "image": { "asset": "img/logo.png", "alt": "", "width": 20, "height": 20 } }
        ]);
        let read = page(body.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read.body).unwrap(), body);
    }

    #[test]
    fn everything_wrong_is_told_at_its_place() {
        let told = flaws(json!([
            { "heading": { "text": " " } },
            { "link": { "label": "x", "to": "javascript:alert(1)" } },
            { "table": { "caption": "c", "columns": [{ "label": "a" }], "rows": [["1", "2"]], "sorted": { "by": "b" } } },
            { "progress": { "label": "p", "value": 4.0, "of": 3.0 } },
            { "person": { "id": "07" } },
            { "image": { "asset": "../x.png", "alt": "", "width": 0, "height": 9999 } },
            { "live": { "id": "a", "events": [], "body": [] } },
            { "live": { "id": "a", "events": ["x"], "body": [] } },
            { "button": { "label": "b", "to": "https://example.org", "with": { "A": [] } } },
            { "form": { "schema": { "type": "object", "properties": { "o": { "type": "object" } } }, "submit": "s" } }
        ]));
        for place in [
            "/body/0/heading/text ",
            "/body/1/link/to ",
            "/body/2/table/rows/0 ",
            "/body/2/table/sorted/by ",
            "/body/3/progress/value ",
            "/body/4/person/id ",
            "/body/5/image/asset ",
            "/body/5/image/width ",
            "/body/5/image/height ",
            "/body/6/live/events ",
            "/body/7/live/id ",
            "/body/7/live/events/0 ",
            "/body/8/button/to ",
            "/body/8/button/with/A ",
            "/body/9/form/schema/properties/o ",
        ] {
            assert!(told.iter().any(|one| one.starts_with(place)), "{place}is not in {told:#?}");
        }
    }

    #[test]
    fn markup_and_unknown_parts_are_no_page() {
        assert!(flaws(json!([{ "html": { "text": "<b>" } }]))[0].contains("html"));
        assert!(flaws(json!([{ "heading": { "text": "a", "class": "x" } }]))[0].contains("class"));
        assert!(flaws(json!([{ "badge": { "text": "a", "tone": "#f00" } }]))[0].contains("#f00"));
    }

    #[test]
    fn limits_are_kept_to_the_part() {
        let part = || Node::Heading(Text { text: "a".into() });
        let of = |count: usize| Page { title: None, body: (0..count).map(|_| part()).collect() };
        assert_eq!(of(MOST_NODES).check(), Ok(()));
        assert_eq!(of(MOST_NODES + 1).check().unwrap_err().len(), 1);

        let deep = |depth: usize| {
            let nest = |inner: Node, _| Node::Stack(Group { body: vec![inner] });
            Page { title: None, body: vec![(1..depth).fold(part(), nest)] }
        };
        assert_eq!(deep(MOST_DEEP).check(), Ok(()));
        assert!(deep(MOST_DEEP + 1).check().is_err());

        let text = || Node::Code(Text { text: "x".repeat(LONGEST_TEXT) });
        let large = |count: usize| Page { title: None, body: (0..count).map(|_| text()).collect() };
        assert_eq!(large(7).check(), Ok(()));
        assert!(large(8).check().is_err());
        assert!(Page::from_json(&vec![b' '; LARGEST + 1]).is_err());
    }

    #[test]
    fn cells_count_as_parts() {
        let told = flaws(json!([{ "table": {
            "caption": "c",
            "columns": [{ "label": "1" }, { "label": "2" }, { "label": "3" }, { "label": "4" }, { "label": "5" }],
            "rows": (0..450).map(|_| json!(["", "", "", "", ""])).collect::<Vec<_>>()
        } }]));
        assert!(told[0].contains("cells"), "{told:?}");
    }

    #[test]
    fn a_link_leads_where_it_says() {
        for (to, is) in [
            ("", Some(Target::Own(""))),
            ("?page=2", Some(Target::Own("?page=2"))),
            ("polls/3?when=12:30", Some(Target::Own("polls/3?when=12:30"))),
            ("/orgs/a", Some(Target::Hub("/orgs/a"))),
            ("https://example.org/a?b#c", Some(Target::Elsewhere("https://example.org/a?b#c"))),
            ("//example.org", None),
            ("/\\example.org", None),
            ("http://example.org", None),
            ("https://", None),
            ("https://hub.example@evil.example/", None),
            ("javascript:alert(1)", None),
            ("java\tscript:alert(1)", None),
            ("data:text/html,x", None),
            ("../../account", None),
            ("/orgs/%2E%2e/admin", None),
            (" /orgs", None),
        ] {
            assert_eq!(Target::of(to), is, "{to:?}");
        }
    }

    proptest! {
        /// No link that is let through has a scheme of its own but https, or leaves the hub without saying so.
        #[test]
        fn no_text_smuggles_an_address(to in "\\PC{0,40}|[a-z/\\\\:.%@?#\t ]{0,24}") {
            match Target::of(&to) {
                Some(Target::Elsewhere(to)) => prop_assert!(to.starts_with("https://")),
                Some(Target::Hub(to)) => prop_assert!(to.starts_with('/') && !to[1..].starts_with(['/', '\\'])),
                Some(Target::Own(to)) => {
                    let before = to.split(['/', '?', '#']).next().unwrap_or_default();
                    prop_assert!(!before.contains(':') && !to.starts_with(['/', '\\']));
                }
                None => {}
            }
        }

        /// Whatever a guest sends: an answer, no panic, and never more flaws than anybody reads.
        #[test]
        fn no_answer_of_a_guest_does_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[{\"a-z:,}\\]0-9]{0,200}") {
            for json in [bytes.as_slice(), text.as_bytes()] {
                if let Err(flaws) = Page::from_json(json) {
                    prop_assert!((1..=MOST_FLAWS).contains(&flaws.len()));
                }
            }
        }

        #[test]
        fn depth_is_counted_through_every_kind_of_part(kinds in proptest::collection::vec(0..8_u8, 1..40)) {
            let nest = |inner: Node, kind: &u8| {
                let body = vec![inner];
                let json = |body: &Vec<Node>| serde_json::to_value(body).unwrap();
                serde_json::from_value(match kind {
                    0 => json!({ "stack": { "body": json(&body) } }),
                    1 => json!({ "columns": { "body": json(&body) } }),
                    2 => json!({ "card": { "body": json(&body) } }),
                    3 => json!({ "tabs": { "tabs": [{ "label": "t", "body": json(&body) }] } }),
                    4 => json!({ "table": { "caption": "c", "columns": [{ "label": "l" }], "rows": [[json(&body)]] } }),
                    5 => json!({ "list": { "items": [json(&body)] } }),
                    6 => json!({ "confirm": { "label": "l", "question": "q", "body": json(&body) } }),
                    _ => json!({ "section": { "title": "s", "body": json(&body) } }),
                }).unwrap()
            };
            let page = Page { title: None, body: vec![kinds.iter().fold(Node::Heading(Text { text: "h".into() }), nest)] };
            prop_assert_eq!(page.check().is_ok(), kinds.len() < MOST_DEEP);
        }
    }
}
