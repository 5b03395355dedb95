//! A tree, drawn.

mod data;

use plugin_api::page::{Cell, Image, Node, Target, Tone};

use crate::{
    around::{Around, encoded, is_far},
    fields,
    html::Html,
    markdown,
    words::Words,
};

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
            Node::Image(image) => self.image(image),
        }
    }

    fn image(&mut self, image: &Image) {
        let around = self.around;
        let elsewhere = || image.url.as_ref().and_then(|url| (around.elsewhere)(url));
        let src = image.asset.as_ref().map(|asset| format!("{}/{asset}", around.assets)).or_else(elsewhere);
        let Some(src) = src else {
            // What only decorates is not missed.
            if !image.alt.is_empty() {
                let said = around.words.image_away.replace("{alt}", &image.alt);
                self.html.whole("span", &[("class", Some("hint"))], &said);
            }
            return;
        };
        let (width, height) = (image.width.to_string(), image.height.to_string());
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
}

#[cfg(test)]
mod tests;
