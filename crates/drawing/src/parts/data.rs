//! What shows numbers and times: tables, charts, timelines.

use base::{Millis, Utc};
use plugin_api::page::{Chart, Shape, Table, Timeline};

use super::{Drawing, tone};
use crate::{chart, markdown};

impl Drawing<'_> {
    pub(super) fn table(&mut self, table: &Table, level: u8) {
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

    pub(super) fn chart(&mut self, chart: &Chart) {
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

    pub(super) fn timeline(&mut self, timeline: &Timeline) {
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
    pub(super) fn instant(&mut self, at: i64) {
        let Utc { year, month, day, hour, minute, second } = Utc::from(Millis(at));
        let machine = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        let said = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC");
        self.html.whole("time", &[("datetime", Some(&machine)), ("title", Some(&said))], &said);
    }

    pub(super) fn duration(&self, ms: u64) -> String {
        let words = self.around.words;
        let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        let parts = [(hours, &words.hours), (minutes, &words.minutes), (seconds, &words.seconds)];
        let said: Vec<_> =
            parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| word.replace("{n}", &n.to_string())).collect();
        if said.is_empty() { words.seconds.replace("{n}", "0") } else { said.join(" ") }
    }

    pub(super) fn number(&self, number: f64) -> String {
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
