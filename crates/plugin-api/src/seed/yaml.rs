//! YAML as a tree with places: no aliases, no tags, one document.

use std::collections::BTreeSet;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::problem::{Position, Problem};

/// The largest old manifest, in bytes.
pub const LARGEST: usize = 64 * 1024;
const DEEPEST: usize = 40;

/// A value and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: Position,
    pub(super) tree: Tree,
}

#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// Plain: without quotes, so that `yes` may be more than a word.
    Text {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Table(Vec<(Node, Node)>),
}

impl Node {
    pub(super) fn problem(&self, message: impl Into<String>) -> Problem {
        Problem { at: self.at, path: String::new(), message: message.into() }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries().find(|(name, _)| name.text() == key).map(|(_, value)| value)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &(Self, Self)> {
        match &self.tree {
            Tree::Table(entries) => entries.as_slice(),
            _ => &[],
        }
        .iter()
    }

    pub(super) fn items(&self) -> impl Iterator<Item = &Self> {
        match &self.tree {
            Tree::List(items) => items.as_slice(),
            _ => &[],
        }
        .iter()
    }

    /// What is written; of lists and tables nothing.
    pub(super) fn text(&self) -> &str {
        match &self.tree {
            Tree::Text { text, .. } => text,
            _ => "",
        }
    }

    /// What something is called that is a name, or a table with one.
    pub(super) fn name(&self) -> &str {
        ["name", "id", "path", "prefix"].into_iter().find_map(|key| self.get(key)).unwrap_or(self).text()
    }

    pub(super) fn is_nothing(&self) -> bool {
        match &self.tree {
            Tree::Text { text, plain } => *plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"),
            Tree::List(items) => items.is_empty(),
            Tree::Table(entries) => entries.is_empty(),
        }
    }

    /// As Python's reader of that time took it: `yes` and `on` too.
    pub(super) fn flag(&self) -> Option<bool> {
        match &self.tree {
            Tree::Text { text, plain: true } => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

pub(super) fn read(source: &str) -> Result<Node, Vec<Problem>> {
    let fail = |at: Position, message: String| vec![Problem { at, path: String::new(), message }];
    if source.len() > LARGEST {
        return Err(fail(Position::START, format!("the manifest is larger than {} KiB", LARGEST / 1024)));
    }
    let place = |mark: Marker| Position { line: mark.line().max(1), column: mark.col() + 1 };
    let mut parser = Parser::new_from_str(source);
    let mut open: Vec<Node> = Vec::new();
    let mut keys: Vec<Option<Node>> = Vec::new();
    let mut root: Option<Node> = None;
    let mut problems = Vec::new();
    while let Some(event) = parser.next_event() {
        let (event, span) =
            event.map_err(|error| fail(place(*error.marker()), format!("this is not YAML: {}", error.info())))?;
        let at = place(span.start);
        let done = match event {
            Event::Alias(_) => return Err(fail(at, "aliases (`*name`) are not followed: write it out".into())),
            Event::DocumentStart(_) if root.is_some() => {
                return Err(fail(at, "there is more than one document in this file".into()));
            }
            Event::Scalar(.., Some(_)) | Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return Err(fail(at, "tags such as `!!python/…` are not taken".into()));
            }
            Event::Scalar(text, style, _, None) => {
                Node { at, tree: Tree::Text { text: text.into_owned(), plain: style == ScalarStyle::Plain } }
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEEPEST {
                    return Err(fail(at, format!("this is nested more than {DEEPEST} deep")));
                }
                let is_list = matches!(event, Event::SequenceStart(..));
                open.push(Node { at, tree: if is_list { Tree::List(Vec::new()) } else { Tree::Table(Vec::new()) } });
                keys.push(None);
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                keys.pop();
                match open.pop() {
                    Some(done) => done,
                    None => continue,
                }
            }
            _ => continue,
        };
        match (open.last_mut(), keys.last_mut()) {
            (Some(Node { tree: Tree::List(items), .. }), _) => items.push(done),
            (Some(Node { tree: Tree::Table(entries), .. }), Some(key)) => match key.take() {
                None => *key = Some(done),
                Some(name) => entries.push((name, done)),
            },
            _ => root = Some(done),
        }
    }
    let root = root.ok_or_else(|| fail(Position::START, "this file is empty".into()))?;
    twice(&root, &mut problems);
    if problems.is_empty() { Ok(root) } else { Err(problems) }
}

/// Of two values for one key one would be lost without a word.
fn twice(node: &Node, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (key, value) in node.entries() {
        if !seen.insert(key.text()) {
            problems.push(key.problem(format!("`{}` is there twice", key.text())));
        }
        twice(value, problems);
    }
    node.items().for_each(|item| twice(item, problems));
}
