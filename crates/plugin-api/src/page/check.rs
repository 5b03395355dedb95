//! What has to hold of a page before anybody draws it. Everything wrong with it is told at once.

mod parts;

use std::{collections::BTreeSet, fmt, io};

use super::{Cell, Node, Page};
use parts::MOST_ROWS;

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
const MOST_LINKS: usize = 20;

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
mod tests;
