//! A tree, drawn.

use std::collections::{BTreeMap, BTreeSet};

use base::{Millis, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plugin_api::page::{Cell, Chart, Node, Shape, Table, Target, Timeline, Tone};

use crate::{
    chart,
    fields::{self, FormOf, Refusal},
    html::Html,
    markdown,
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
    /// The names of those whom the reader may see.
    pub people: &'a BTreeMap<i64, String>,
    /// What shows that a form was drawn here.
    pub token: &'a dyn Fn(&FormOf) -> String,
    /// The form that was sent and refused, to be drawn with what was typed.
    pub refused: Option<&'a Refusal>,
    /// The level of its first heading.
    pub level: u8,
}

/// A tree as markup.
pub struct Drawn {
    /// It.
    pub html: String,
    /// The parts that want to be asked for again: name and events.
    pub live: Vec<(String, Vec<String>)>,
}

/// Draws a tree that was let through.
pub fn draw(nodes: &[Node], around: &Around<'_>) -> Drawn {
    let mut drawing = Drawing { html: Html::default(), around, forms: 0, tabs: 0, live: Vec::new() };
    drawing.nodes(nodes, around.level);
    Drawn { html: drawing.html.done(), live: drawing.live }
}

/// A plugin's part of a page of the hub, with its name for ears. `inner` was drawn here.
pub fn widget(plugin: &str, inner: &str) -> String {
    let mut html = Html::default();
    html.open("section", &[("class", Some("card")), ("aria-label", Some(plugin))]).made(inner).close("section");
    html.done()
}

/// What stands there instead of a part that failed or took too long. `why`: for those who look after plugins.
pub fn left_out(words: &Words, plugin: &str, why: Option<&str>) -> String {
    let mut html = Html::default();
    html.whole("p", &[("class", Some("hint"))], &words.late.replace("{plugin}", plugin));
    if let Some(why) = why {
        html.whole("p", &[("class", Some("hint"))], why);
    }
    html.done()
}

/// Everybody who stands in a tree.
pub fn people_in(nodes: &[Node]) -> BTreeSet<i64> {
    let mut people = BTreeSet::new();
    walk(nodes, &mut |node| {
        if let Node::Person(person) = node
            && let Ok(id) = person.id.parse()
        {
            people.insert(id);
        }
    });
    people
}

fn walk<'a>(nodes: &'a [Node], each: &mut impl FnMut(&'a Node)) {
    for node in nodes {
        each(node);
        match node {
            Node::Stack(group) | Node::Columns(group) => walk(&group.body, each),
            Node::Card(titled) | Node::Section(titled) => walk(&titled.body, each),
            Node::Tabs(tabs) => tabs.tabs.iter().for_each(|tab| walk(&tab.body, each)),
            Node::Table(table) => table.rows.iter().flatten().for_each(|cell| walk_cell(cell, each)),
            Node::List(list) => list.items.iter().for_each(|cell| walk_cell(cell, each)),
            Node::Confirm(confirm) => walk(&confirm.body, each),
            Node::Live(live) => walk(&live.body, each),
            _ => {}
        }
    }
}

fn walk_cell<'a>(cell: &'a Cell, each: &mut impl FnMut(&'a Node)) {
    if let Cell::Parts(nodes) = cell {
        walk(nodes, each);
    }
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
    fn asking(&self, others: &[(&str, &str)]) -> String {
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

/// Whether a link leads out of the admin area or into it: those are two documents.
fn is_far(base: &str, to: &str) -> bool {
    let admin = |path: &str| path == "/admin" || path.starts_with("/admin/") || path.starts_with("/admin?");
    admin(base) != admin(to)
}

/// What a query holds as it is (RFC 3986, unreserved).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// As it stands in a query.
fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => " good",
        Tone::Warn => " warn",
        Tone::Bad => " bad",
    }
}

const fn heading(level: u8) -> &'static str {
    match level {
        0..=2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

struct Drawing<'a> {
    html: Html,
    around: &'a Around<'a>,
    forms: usize,
    tabs: usize,
    live: Vec<(String, Vec<String>)>,
}

impl Drawing<'_> {
    fn nodes(&mut self, nodes: &[Node], level: u8) {
        for node in nodes {
            self.node(node, level);
        }
    }

    /// `level`: of a heading that stands here.
    fn node(&mut self, node: &Node, level: u8) {
        let around = self.around;
        match node {
            Node::Stack(group) => {
                self.html.open("div", &[("class", Some("stack"))]);
                self.nodes(&group.body, level);
                self.html.close("div");
            }
            Node::Columns(group) => {
                self.html.open("div", &[("class", Some("beside"))]);
                self.nodes(&group.body, level);
                self.html.close("div");
            }
            Node::Card(titled) => self.titled("card", titled, level),
            Node::Section(titled) => self.titled("stack", titled, level),
            Node::Tabs(tabs) => {
                self.tabs += 1;
                let name = format!("tabs-{}-{}", encoded(around.path), self.tabs);
                self.html.open("div", &[("class", Some("folds"))]);
                // Of those of one name a browser keeps one open: no script needed.
                for (n, tab) in tabs.tabs.iter().enumerate() {
                    self.html.open("details", &[("name", Some(&name)), ("open", (n == 0).then_some(""))]);
                    self.html.whole("summary", &[], &tab.label);
                    self.html.open("div", &[("class", Some("stack"))]);
                    self.nodes(&tab.body, level);
                    self.html.close("div").close("details");
                }
                self.html.close("div");
            }
            Node::Heading(text) => {
                self.html.whole(heading(level), &[], &text.text);
            }
            Node::Paragraph(text) => {
                self.html.open("div", &[("class", Some("words"))]);
                markdown::draw(&mut self.html, &text.text, around);
                self.html.close("div");
            }
            Node::Badge(toned) => {
                self.html.whole("span", &[("class", Some(&format!("badge{}", tone(toned.tone))))], &toned.text);
            }
            Node::Notice(toned) => {
                let class = format!("notice{}", tone(toned.tone));
                self.html.open("div", &[("class", Some(&class)), ("role", Some("note"))]);
                markdown::draw(&mut self.html, &toned.text, around);
                self.html.close("div");
            }
            Node::Code(text) => {
                self.html.open("pre", &[("class", Some("code")), ("tabindex", Some("0"))]);
                self.html.whole("code", &[], &text.text).close("pre");
            }
            Node::Table(table) => self.table(table, level),
            Node::List(list) => {
                let name = if list.numbered { "ol" } else { "ul" };
                self.html.open(name, &[]);
                for item in &list.items {
                    self.html.open("li", &[]);
                    self.cell(item, level);
                    self.html.close("li");
                }
                self.html.close(name);
            }
            Node::Stat(stat) => {
                self.html.open("div", &[("class", Some(&format!("figure{}", tone(stat.tone))))]);
                self.html.whole("span", &[], &stat.label).whole("strong", &[], &stat.value);
                if let Some(hint) = &stat.hint {
                    self.html.whole("span", &[("class", Some("hint"))], hint);
                }
                self.html.close("div");
            }
            Node::Progress(progress) => {
                let (value, of) = (progress.value.to_string(), progress.of.to_string());
                self.html.open("div", &[("class", Some("progress"))]).whole("span", &[], &progress.label);
                let label =
                    [("aria-label", Some(progress.label.as_str())), ("max", Some(&of)), ("value", Some(&value))];
                self.html.open("progress", &label).close("progress");
                let said = format!("{} / {}", self.number(progress.value), self.number(progress.of));
                self.html.whole("p", &[("class", Some("hint"))], &said).close("div");
            }
            Node::Chart(chart) => self.chart(chart),
            Node::Timeline(timeline) => self.timeline(timeline),
            Node::Person(person) => {
                let name = person.id.parse().ok().and_then(|id: i64| around.people.get(&id));
                match name {
                    Some(name) => {
                        let href = format!("/people/{}", encoded(name));
                        let far = is_far(around.base, &href).then_some("external");
                        self.html.whole("a", &[("href", Some(&href)), ("rel", far)], name);
                    }
                    None => {
                        self.html.text(&around.words.nobody);
                    }
                }
            }
            Node::Instant(instant) => self.instant(instant.at),
            Node::Duration(duration) => {
                let said = self.duration(duration.ms);
                self.html.text(&said);
            }
            Node::Link(link) => self.link(&link.label, &link.to),
            Node::Button(button) => {
                self.forms += 1;
                let button = fields::Sends::button(button, self.forms);
                fields::draw(&mut self.html, &button, around);
            }
            Node::Form(form) => {
                self.forms += 1;
                if let Some(form) = fields::Sends::form(form, self.forms) {
                    fields::draw(&mut self.html, &form, around);
                }
            }
            Node::Menu(menu) => {
                self.html.open("details", &[("class", Some("menu start"))]);
                self.html.whole("summary", &[("class", Some("button quiet"))], &menu.label);
                self.html.open("ul", &[("class", Some("menu-body plain"))]);
                for item in &menu.items {
                    self.html.open("li", &[]);
                    self.link(&item.label, &item.to);
                    self.html.close("li");
                }
                self.html.close("ul").close("details");
            }
            Node::Confirm(confirm) => {
                self.html.open("details", &[("class", Some("sure"))]);
                self.html.whole("summary", &[("class", Some("button quiet"))], &confirm.label);
                self.html.open("div", &[("class", Some("notice bad"))]).whole("p", &[], &confirm.question);
                self.nodes(&confirm.body, level);
                self.html.close("div").close("details");
            }
            Node::Live(live) => {
                self.live.push((live.id.clone(), live.events.clone()));
                self.html.open(
                    "div",
                    &[("class", Some("stack")), ("data-live", Some(&live.id)), ("aria-live", Some("polite"))],
                );
                self.nodes(&live.body, level);
                self.html.close("div");
            }
            Node::Image(image) => {
                let (src, width, height) =
                    (format!("{}/{}", around.assets, image.asset), image.width.to_string(), image.height.to_string());
                self.html.open(
                    "img",
                    &[
                        ("src", Some(&src)),
                        ("alt", Some(&image.alt)),
                        ("width", Some(&width)),
                        ("height", Some(&height)),
                        ("loading", Some("lazy")),
                    ],
                );
            }
        }
    }

    fn titled(&mut self, class: &'static str, titled: &plugin_api::page::Titled, level: u8) {
        self.html.open("section", &[("class", Some(class))]);
        let mut inner = level;
        if let Some(title) = &titled.title {
            self.html.whole(heading(level), &[], title);
            inner += 1;
        }
        self.nodes(&titled.body, inner);
        self.html.close("section");
    }

    fn link(&mut self, label: &str, to: &str) {
        match Target::of(to) {
            Some(target) => {
                self.around.open_link(&mut self.html, target, None).text(label).close("a");
            }
            None => {
                self.html.text(label);
            }
        }
    }

    fn cell(&mut self, cell: &Cell, level: u8) {
        match cell {
            Cell::Text(text) => {
                self.html.text(text);
            }
            Cell::Number(number) => {
                let said = self.number(*number);
                self.html.text(&said);
            }
            Cell::Parts(nodes) => self.nodes(nodes, level),
        }
    }

    fn table(&mut self, table: &Table, level: u8) {
        let around = self.around;
        let region = [("class", Some("table-wrap")), ("role", Some("region")), ("tabindex", Some("0"))];
        let label = ("aria-label", Some(table.caption.as_str()));
        self.html.open("div", &[region[0], region[1], region[2], label]).open("table", &[("class", Some("table"))]);
        self.html
            .whole("caption", &[("class", Some("visually-hidden"))], &table.caption)
            .open("thead", &[])
            .open("tr", &[]);
        for column in &table.columns {
            let class = column.number.then_some("number");
            let sorted = table.sorted.as_ref().filter(|sorted| Some(&sorted.by) == column.sort.as_ref());
            let says = sorted.map(|sorted| if sorted.descending { "descending" } else { "ascending" });
            self.html.open("th", &[("scope", Some("col")), ("class", class), ("aria-sort", says)]);
            match &column.sort {
                Some(word) => {
                    let up = sorted.is_some_and(|sorted| !sorted.descending);
                    let next = if up { format!("-{word}") } else { word.clone() };
                    let href = around.asking(&[("sort", &next), ("page", "")]);
                    self.html.open("a", &[("href", Some(&href))]).text(&column.label);
                    let arrow = match sorted {
                        Some(sorted) if sorted.descending => " ↓",
                        Some(_) => " ↑",
                        None => "",
                    };
                    self.html.whole("span", &[("aria-hidden", Some("true"))], arrow).close("a");
                }
                None => {
                    self.html.text(&column.label);
                }
            }
            self.html.close("th");
        }
        self.html.close("tr").close("thead").open("tbody", &[]);
        for row in &table.rows {
            self.html.open("tr", &[]);
            for (n, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let class = column.number.then_some("number");
                if n == 0 {
                    self.html.open("th", &[("scope", Some("row")), ("class", class)]);
                } else {
                    self.html.open("td", &[("class", class)]);
                }
                self.cell(cell, level);
                self.html.close(if n == 0 { "th" } else { "td" });
            }
            self.html.close("tr");
        }
        self.html.close("tbody").close("table").close("div");
        if table.rows.is_empty() {
            let says = table.empty.as_ref().unwrap_or(&around.words.nothing);
            self.html.whole("p", &[("class", Some("hint"))], says);
        }
        if let Some(pages) = table.pages.filter(|pages| pages.of > 1) {
            self.html.open("nav", &[("class", Some("pager")), ("aria-label", Some(&around.words.pages))]);
            let button = ("class", Some("button"));
            if pages.page > 1 {
                let href = around.asking(&[("page", &(pages.page - 1).to_string())]);
                self.html.whole("a", &[button, ("href", Some(&href))], &around.words.previous);
            }
            let said = around.words.page_of.replace("{page}", &pages.page.to_string());
            self.html.whole("span", &[], &said.replace("{of}", &pages.of.to_string()));
            if pages.page < pages.of {
                let href = around.asking(&[("page", &(pages.page + 1).to_string())]);
                self.html.whole("a", &[button, ("href", Some(&href))], &around.words.next);
            }
            self.html.close("nav");
        }
    }

    fn chart(&mut self, chart: &Chart) {
        self.html.open("figure", &[("class", Some("chart"))]).whole("figcaption", &[], &chart.title);
        if chart.points.is_empty() {
            self.html.whole("p", &[("class", Some("hint"))], &self.around.words.nothing).close("figure");
            return;
        }
        let points: Vec<(&str, f64)> = chart.points.iter().map(|(label, value)| (label.as_str(), *value)).collect();
        let shape = if chart.shape == Shape::Bar { chart::Shape::Columns } else { chart::Shape::Line };
        let svg = chart::svg(&points, shape, plain);
        self.html.open("div", &[("role", Some("img")), ("aria-label", Some(&chart.title))]).made(&svg).close("div");
        self.html.open("details", &[]).whole("summary", &[], &self.around.words.as_table);
        self.html.open("table", &[("class", Some("table"))]).open("thead", &[]).open("tr", &[]);
        self.html.whole("th", &[("scope", Some("col"))], &chart.by);
        self.html.whole("th", &[("scope", Some("col")), ("class", Some("number"))], &chart.of);
        self.html.close("tr").close("thead").open("tbody", &[]);
        for (label, value) in points {
            self.html.open("tr", &[]).whole("th", &[("scope", Some("row"))], label);
            let said = self.number(value);
            self.html.whole("td", &[("class", Some("number"))], &said).close("tr");
        }
        self.html.close("tbody").close("table").close("details").close("figure");
    }

    fn timeline(&mut self, timeline: &Timeline) {
        self.html.open("ol", &[("class", Some("timeline"))]);
        for entry in &timeline.entries {
            self.html.open("li", &[("class", Some(tone(entry.tone).trim_start())).filled()]);
            self.instant(entry.at);
            self.html.text(" ").whole("strong", &[], &entry.title);
            if let Some(text) = &entry.text {
                self.html.open("div", &[("class", Some("words"))]);
                markdown::draw(&mut self.html, text, self.around);
                self.html.close("div");
            }
            self.html.close("li");
        }
        self.html.close("ol");
    }

    /// In UTC; a browser with script writes it in the reader's zone.
    fn instant(&mut self, at: i64) {
        let Utc { year, month, day, hour, minute, second } = Utc::from(Millis(at));
        let machine = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        let said = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC");
        self.html.whole("time", &[("datetime", Some(&machine)), ("title", Some(&said))], &said);
    }

    fn duration(&self, ms: u64) -> String {
        let words = self.around.words;
        let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        let parts = [(hours, &words.hours), (minutes, &words.minutes), (seconds, &words.seconds)];
        let said: Vec<_> =
            parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| word.replace("{n}", &n.to_string())).collect();
        if said.is_empty() { words.seconds.replace("{n}", "0") } else { said.join(" ") }
    }

    fn number(&self, number: f64) -> String {
        plain(number).replace('.', &self.around.words.decimal)
    }
}

/// An attribute that is left out where it says nothing.
trait Filled {
    fn filled(self) -> Self;
}

impl Filled for (&'static str, Option<&str>) {
    fn filled(self) -> Self {
        (self.0, self.1.filter(|value| !value.is_empty()))
    }
}

/// A number with two digits behind the point at most.
fn plain(number: f64) -> String {
    let said = format!("{number:.2}");
    let said = said.trim_end_matches('0').trim_end_matches('.');
    if said == "-0" { "0".to_owned() } else { said.to_owned() }
}

#[cfg(test)]
mod tests {
    use plugin_api::page::Page;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// What is drawn of a tree, and nothing else is ever drawn.
    const KNOWN: [&str; 55] = [
        "a",
        "blockquote",
        "br",
        "button",
        "caption",
        "circle",
        "code",
        "details",
        "div",
        "em",
        "fieldset",
        "figcaption",
        "figure",
        "form",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "input",
        "label",
        "legend",
        "li",
        "line",
        "nav",
        "ol",
        "option",
        "p",
        "polyline",
        "pre",
        "progress",
        "rect",
        "s",
        "section",
        "select",
        "span",
        "strong",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "textarea",
        "th",
        "thead",
        "time",
        "tr",
        "ul",
        "/",
        "!",
        "?",
        "",
    ];

    fn around<'a>(
        people: &'a BTreeMap<i64, String>,
        query: &'a [(String, String)],
        refused: Option<&'a Refusal>,
    ) -> Around<'a> {
        Around {
            words: Words::of("en"),
            base: "/orgs/rovers/plugins/polls",
            path: "polls/3",
            query,
            assets: "/plugins/polls/assets/00ff",
            people,
            token: &|of| format!("t-{}-{}", of.to, of.outline),
            refused,
            level: 2,
        }
    }

    fn drawn(body: Value) -> Drawn {
        let page = Page::from_json(json!({ "body": body }).to_string().as_bytes()).unwrap();
        let people = BTreeMap::from([(7, "Ada".to_owned())]);
        let query = [("filter".to_owned(), "a b".to_owned()), ("page".to_owned(), "2".to_owned())];
        draw(&page.body, &around(&people, &query, None))
    }

    fn html(body: Value) -> String {
        drawn(body).html
    }

    /// Elements and attributes, as a browser would find them in what is written here: every attribute is in double quotes.
    fn elements(html: &str) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let (mut tag, mut quoted, mut end) = (String::new(), false, rest.len());
            for (n, letter) in rest.char_indices() {
                match letter {
                    '"' => quoted = !quoted,
                    '>' if !quoted => {
                        end = n;
                        break;
                    }
                    letter if !quoted => tag.push(letter),
                    _ => {}
                }
            }
            rest = &rest[end.min(rest.len())..];
            if tag.starts_with('/') {
                continue;
            }
            let mut words = tag.split_whitespace();
            let name = words.next().unwrap_or_default().to_owned();
            found.push((name, words.map(|word| word.split('=').next().unwrap_or_default().to_owned()).collect()));
        }
        found
    }

    fn is_harmless(html: &str) -> Result<(), TestCaseError> {
        for (name, attributes) in elements(html) {
            prop_assert!(KNOWN.contains(&name.as_str()), "<{}> in {}", name, html);
            for attribute in attributes {
                prop_assert!(
                    !attribute.starts_with("on") && attribute != "style" && attribute != "srcdoc",
                    "{}",
                    attribute
                );
            }
        }
        for scheme in ["href=\"javascript", "href=\"data", "src=\"http", "href=\"//", "action=\"http", "href=\"http:"] {
            prop_assert!(!html.to_lowercase().contains(scheme), "{}", html);
        }
        Ok(())
    }

    #[test]
    fn every_part_has_its_markup() {
        let said = html(json!([
            { "heading": { "text": "Polls" } },
            { "card": { "title": "One", "body": [{ "heading": { "text": "Two" } }] } },
            { "stat": { "label": "Votes", "value": "12", "tone": "good" } },
            { "progress": { "label": "Done", "value": 1.5, "of": 3.0 } },
            { "list": { "items": ["a", 2.5] } },
            { "person": { "id": "7" } },
            { "person": { "id": "8" } },
            { "instant": { "at": 0 } },
            { "duration": { "ms": 3_661_000 } },
            { "menu": { "label": "More", "items": [{ "label": "All", "to": "" }] } },
            { "confirm": { "label": "Close it", "question": "For good.", "body": [] } },
            { "image": { "asset": "a.png", "alt": "A", "width": 2, "height": 3 } },
            { "timeline": { "entries": [{ "at": 0, "title": "Begun", "text": "*Now*", "tone": "warn" }] } }
        ]));
        for part in [
            "<h2>Polls</h2>",
            "<section class=\"card\"><h2>One</h2><h3>Two</h3></section>",
            "<div class=\"figure good\"><span>Votes</span><strong>12</strong></div>",
            "<progress aria-label=\"Done\" max=\"3\" value=\"1.5\"></progress><p class=\"hint\">1.5 / 3</p>",
            "<ul><li>a</li><li>2.5</li></ul>",
            "<a href=\"/people/Ada\">Ada</a>Somebody",
            "<time datetime=\"1970-01-01T00:00:00Z\" title=\"1970-01-01 00:00 UTC\">1970-01-01 00:00 UTC</time>",
            "1 h 1 min 1 s",
            "<a href=\"/orgs/rovers/plugins/polls/polls/3\">All</a>",
            "<p>For good.</p>",
            "<img src=\"/plugins/polls/assets/00ff/a.png\" alt=\"A\" width=\"2\" height=\"3\" loading=\"lazy\">",
            "<li class=\"warn\"><time",
            "<em>Now</em>",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }

    #[test]
    fn a_table_sorts_and_turns_by_links() {
        let said = html(json!([{ "table": {
            "caption": "All",
            "columns": [{ "label": "Who" }, { "label": "Votes", "number": true, "sort": "votes" }],
            "rows": [["Ada", 3.0]],
            "sorted": { "by": "votes" },
            "pages": { "page": 2, "of": 3 }
        } }]));
        for part in [
            "aria-sort=\"ascending\"><a href=\"/orgs/rovers/plugins/polls/polls/3?filter=a%20b&amp;sort=-votes\">Votes",
            "<th scope=\"row\">Ada</th><td class=\"number\">3</td>",
            "?filter=a%20b&amp;page=1\">Previous",
            "<span>Page 2 of 3</span>",
            "?filter=a%20b&amp;page=3\">Next",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }

    #[test]
    fn a_form_says_how_it_is_read_and_comes_back_with_what_was_typed() {
        let body = json!([
            { "button": { "label": "Close", "to": "close", "with": { "id": "3" }, "tone": "bad" } },
            { "form": {
                "schema": { "type": "object", "required": ["days"], "properties": {
                    "days": { "type": "integer", "minimum": 1 },
                    "kind": { "type": "string", "enum": ["a", "b"] },
                    "on": { "type": "boolean" }
                } },
                "values": { "days": 3, "on": true },
                "submit": "Save"
            } }
        ]);
        let said = html(body.clone());
        for part in [
            "<form method=\"post\" action=\"/orgs/rovers/plugins/polls/close\"><input type=\"hidden\" name=\"_token\" value=\"t-close-id:value\">",
            "name=\"id\" value=\"&quot;3&quot;\"",
            "class=\"button danger\">Close</button>",
            "action=\"/orgs/rovers/plugins/polls/polls/3\" class=\"form\" novalidate=\"\">",
            "name=\"_outline\" value=\"days:integer!,kind:value,on:flag\"",
            "name=\"days\" aria-required=\"true\" type=\"number\" value=\"3\" autocomplete=\"off\" min=\"1\" step=\"1\">",
            "value=\"on\" checked=\"\">",
            "<option value=\"&quot;a&quot;\">a</option>",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        let page = Page::from_json(json!({ "body": body }).to_string().as_bytes()).unwrap();
        let refused = Refusal {
            form: 2,
            wrong: vec![("days".into(), "Too <few>.".into())],
            typed: vec![("days".into(), "0\"".into()), ("kind".into(), "\"b\"".into())],
        };
        let people = BTreeMap::new();
        let said = draw(&page.body, &around(&people, &[], Some(&refused))).html;
        for part in [
            "<a href=\"#f2-days\" rel=\"external\">Days</a>: Too &lt;few&gt;.",
            "aria-invalid=\"true\" aria-describedby=\"f2-days-error\" type=\"number\" value=\"0&quot;\"",
            "<option value=\"&quot;b&quot;\" selected=\"\">b</option>",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert!(!said.contains("checked"), "what was unticked stays so");
    }

    #[test]
    fn live_parts_are_named() {
        let drawn = drawn(json!([{ "live": { "id": "score", "events": ["poll.voted"], "body": [] } }]));
        assert_eq!(drawn.live, [("score".to_owned(), vec!["poll.voted".to_owned()])]);
        assert!(drawn.html.contains("data-live=\"score\""));
    }

    #[test]
    fn markdown_is_a_dozen_elements() {
        let said = html(json!([{ "paragraph": { "text":
            "# Big\n\n**bold** <b onclick=x>raw</b> ![a picture](https://evil.example/x.png)\n\n- [own](polls/4) [out](https://example.org) [bad](javascript:alert(1))\n\n```\nlet x = \"<\";\n```\n\n<script>alert(1)</script>"
        } }]));
        for part in [
            "<p><strong>Big</strong></p>",
            "<strong>bold</strong> &lt;b onclick=x&gt;raw&lt;/b&gt; a picture",
            "<a href=\"/orgs/rovers/plugins/polls/polls/4\">own</a>",
            "<a href=\"https://example.org\" class=\"outside\" rel=\"external noopener noreferrer nofollow ugc\" title=\"leads out of the hub\">out</a>",
            " bad</li>",
            "let x = &quot;&lt;&quot;;",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// Whatever stands in whichever text: nothing but the elements known here, and no way to run anything.
        #[test]
        fn no_text_becomes_markup(text in "(\\PC|[<>\"'&=/\\\\ \n`*_#!\\[\\]():-]|<script>|<img src=x onerror=y>|javascript:|\\]\\(javascript:x\\)|\" onclick=\"|</textarea>|&#x3c;){1,12}", to in "\\PC{0,30}") {
            let line: String = text.chars().filter(|letter| !letter.is_control()).collect();
            prop_assume!(!line.trim().is_empty());
            let to = if Target::of(&to).is_some() { to } else { "a".to_owned() };
            let long: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
            let body = json!([
                { "heading": { "text": line } },
                { "paragraph": { "text": long } },
                { "notice": { "text": long, "tone": "bad" } },
                { "code": { "text": long } },
                { "badge": { "text": line } },
                { "link": { "label": line, "to": to } },
                { "stat": { "label": line, "value": line, "hint": line } },
                { "progress": { "label": line, "value": 0.0, "of": 1.0 } },
                { "chart": { "title": line, "by": line, "of": line, "points": [[line, 1.0], [line, 2.0]] } },
                { "table": { "caption": line, "columns": [{ "label": line, "sort": "x" }], "rows": [[line]], "empty": line } },
                { "image": { "asset": "a.png", "alt": line, "width": 1, "height": 1 } },
                { "button": { "label": line, "with": { "x": line } } },
                { "form": {
                    "schema": { "type": "object", "properties": {
                        "a": { "type": "string", "title": line, "description": line, "maxLength": 9999 },
                        "b": { "type": "string", "enum": [line], "x-labels": [line] },
                        "c": { "type": "array", "items": { "type": "string", "enum": [line] } }
                    } },
                    "values": { "a": long, "b": line }, "submit": line
                } },
                { "confirm": { "label": line, "question": line, "body": [] } },
                { "tabs": { "tabs": [{ "label": line, "body": [] }] } }
            ]);
            is_harmless(&html(body))?;
        }
    }
}
