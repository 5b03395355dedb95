//! Forms: what a plugin's page asks for, and its settings.

mod drawn;
mod picking;

use plugin_api::page::{
    Button, Form, Tone,
    form::{self, Field, Mistake},
};
use serde_json::{Map, Value};

use self::drawn::FieldDrawn;
pub use self::picking::{Picks, pickers_in, pickers_of};
use crate::{Around, html::Html, words::Words};

/// What tells a form from all others: what its token stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormOf {
    /// To which of the plugin's pages it is sent.
    pub to: String,
    /// How its fields are read.
    pub outline: String,
}

/// A form that was sent and refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Which: its number on the page.
    pub form: usize,
    /// What is wrong with which field.
    pub wrong: Vec<(String, String)>,
    /// What was typed.
    pub typed: Vec<(String, String)>,
}

impl Refusal {
    /// What can't be read, in the reader's words.
    pub fn of_mistakes(mistakes: Vec<(String, Mistake)>, words: &Words) -> Vec<(String, String)> {
        let said = |mistake| match mistake {
            Mistake::Missing => words.missing.clone(),
            Mistake::Unreadable => words.unreadable.clone(),
        };
        mistakes.into_iter().map(|(name, mistake)| (name, said(mistake))).collect()
    }

    fn says(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|(field, _)| field == name).map(|(_, says)| says.as_str())
    }
}

/// Something that posts to a plugin.
pub(crate) struct Sends<'a> {
    to: &'a str,
    fields: Vec<Field>,
    values: &'a Map<String, Value>,
    with: &'a Map<String, Value>,
    label: &'a str,
    tone: Tone,
    number: usize,
}

static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);

impl<'a> Sends<'a> {
    pub(crate) fn button(button: &'a Button, number: usize) -> Self {
        let Button { label, to, with, tone } = button;
        Self { to, fields: Vec::new(), values: &NOTHING, with, label, tone: *tone, number }
    }

    /// `None` for a schema that was never looked at.
    pub(crate) fn form(form: &'a Form, number: usize) -> Option<Self> {
        let Form { to, schema, values, with, submit } = form;
        let fields = form::fields(schema).ok()?;
        Some(Self { to, fields, values, with, label: submit, tone: Tone::Plain, number })
    }

    fn outline(&self) -> String {
        let mut outline = form::outline(&self.fields);
        for name in self.with.keys() {
            if !outline.is_empty() {
                outline.push(',');
            }
            outline.push_str(name);
            outline.push_str(":value");
        }
        outline
    }
}

pub(crate) fn draw(html: &mut Html, sends: &Sends<'_>, around: &Around<'_>) {
    let of =
        FormOf { to: if sends.to.is_empty() { around.path } else { sends.to }.to_owned(), outline: sends.outline() };
    let token = (around.token)(&of);
    let class = if sends.fields.is_empty() { None } else { Some("form") };
    let number = sends.number.to_string();
    let action = around.own(&of.to);
    html.open(
        "form",
        &[("method", Some("post")), ("action", Some(&action)), ("class", class), ("novalidate", class.map(|_| ""))],
    );
    for (name, value) in
        [("_token", token.as_str()), ("_outline", &of.outline), ("_at", around.path), ("_form", number.as_str())]
    {
        hidden(html, name, value);
    }
    for (name, value) in sends.with {
        hidden(html, name, &value.to_string());
    }
    let refused = around.refused.filter(|refused| refused.form == sends.number && !sends.fields.is_empty());
    if let Some(refused) = refused {
        summary(html, refused, &sends.fields, &format!("f{number}-"), around.words);
    }
    for field in &sends.fields {
        let value = sends.values.get(&field.name).or(field.default.as_ref());
        let drawn = FieldDrawn {
            field,
            value,
            id: format!("f{number}-{}", field.name),
            prefix: "",
            refused,
            kept: false,
            picks: around.picks,
        };
        drawn.draw(html, around.words);
    }
    let look = match (sends.tone, sends.fields.is_empty()) {
        (Tone::Bad, _) => "button danger",
        (Tone::Good, _) | (_, false) => "button primary",
        _ => "button",
    };
    html.whole("button", &[("type", Some("submit")), ("class", Some(look))], sends.label).close("form");
}

/// A form of settings.
pub struct SettingsForm<'a> {
    /// The JSON Schema of them.
    pub schema: &'a Value,
    /// What stands in the fields: the layer that is edited.
    pub values: &'a Value,
    /// Secrets that are set.
    pub set: &'a [String],
    /// Whether whoever edits sets also what only the operator sets.
    pub operator: bool,
    /// Where it is sent.
    pub action: &'a str,
    /// What is sent along.
    pub with: &'a [(&'a str, &'a str)],
    /// What there is to pick in it.
    pub picks: &'a Picks,
    /// What shows that it was drawn here.
    pub token: &'a dyn Fn(&FormOf) -> String,
    /// What stands above it, and on its button.
    pub title: &'a str,
    /// On its button.
    pub submit: &'a str,
}

/// Draws a form of settings. Its fields are called `values[…]`.
pub fn settings_form(of: &SettingsForm<'_>, words: &Words) -> String {
    let outline: Vec<String> = of.with.iter().map(|(name, _)| format!("{name}:value")).collect();
    let form = FormOf { to: String::new(), outline: outline.join(",") };
    let token = (of.token)(&form);
    let mut html = Html::default();
    html.open("section", &[("class", Some("card")), ("id", Some("settings"))]).whole("h2", &[], of.title);
    html.open(
        "form",
        &[("method", Some("post")), ("action", Some(of.action)), ("class", Some("form")), ("novalidate", Some(""))],
    );
    for (name, value) in [("_token", token.as_str()), ("_outline", &form.outline), ("_at", ""), ("_form", "0")] {
        hidden(&mut html, name, value);
    }
    for (name, value) in of.with {
        hidden(&mut html, name, &Value::from(*value).to_string());
    }
    html.made(&setting_fields(of, words));
    html.whole("button", &[("type", Some("submit")), ("class", Some("button primary"))], of.submit);
    html.close("form").close("section");
    html.done()
}

/// A form to send a file with. The browser sends it by itself, with script and without.
pub struct FileForm<'a> {
    /// Where it is sent.
    pub action: &'a str,
    /// What the file's field is called.
    pub field: &'a str,
    /// What stands above it.
    pub title: &'a str,
    /// Beside the field.
    pub label: &'a str,
    /// Beneath it.
    pub hint: &'a str,
    /// What the browser offers to choose from.
    pub accept: &'a str,
    /// On its button.
    pub submit: &'a str,
}

/// Draws a form to send a file with.
pub fn file_form(of: &FileForm<'_>) -> String {
    let mut html = Html::default();
    let hint = format!("{}-hint", of.field);
    html.open("section", &[("class", Some("card"))]).whole("h2", &[], of.title);
    let form = [("method", "post"), ("action", of.action), ("class", "form"), ("enctype", "multipart/form-data")];
    html.open("form", &form.map(|(name, value)| (name, Some(value)))).open("div", &[("class", Some("field"))]);
    html.whole("label", &[("for", Some(of.field))], of.label);
    let input =
        [("id", of.field), ("name", of.field), ("type", "file"), ("accept", of.accept), ("aria-describedby", &hint)];
    html.open("input", &input.map(|(name, value)| (name, Some(value))));
    html.whole("p", &[("id", Some(&hint)), ("class", Some("hint"))], of.hint).close("div");
    html.whole("button", &[("type", Some("submit")), ("class", Some("button primary"))], of.submit);
    html.close("form").close("section");
    html.done()
}

fn setting_fields(of: &SettingsForm<'_>, words: &Words) -> String {
    let mut html = Html::default();
    let mut group: Option<&str> = None;
    let fields = form::settings(of.schema);
    for field in &fields {
        if field.group.as_deref() != group {
            if group.is_some() {
                html.close("fieldset");
            }
            group = field.group.as_deref();
            if let Some(group) = group {
                html.open("fieldset", &[("class", Some("stack"))]).whole("legend", &[], group);
            }
        }
        let drawn = FieldDrawn {
            field,
            value: form::at(of.values, &field.name),
            id: format!("setting-{}", field.name.replace('/', "-")),
            prefix: "values",
            refused: None,
            kept: of.set.contains(&field.name),
            picks: of.picks,
        };
        if field.locked && !of.operator {
            html.open("div", &[("class", Some("field"))]).whole("strong", &[], &field.label);
            let shown = drawn.value.map(|value| field.text_of(value)).unwrap_or_default();
            html.whole("span", &[], &shown).whole("p", &[("class", Some("hint"))], &words.locked).close("div");
            continue;
        }
        drawn.draw(&mut html, words);
    }
    if group.is_some() {
        html.close("fieldset");
    }
    html.done()
}

/// Everything wrong, with a link to each field; it takes the focus.
fn summary(html: &mut Html, refused: &Refusal, fields: &[Field], prefix: &str, words: &Words) {
    html.open("div", &[("class", Some("notice bad")), ("role", Some("alert")), ("tabindex", Some("-1"))]);
    html.whole("p", &[], &words.problem).open("ul", &[]);
    for (name, says) in &refused.wrong {
        html.open("li", &[]);
        match fields.iter().find(|field| field.name == *name) {
            Some(field) => {
                let href = format!("#{prefix}{name}");
                html.whole("a", &[("href", Some(&href)), ("rel", Some("external"))], &field.label)
                    .text(": ")
                    .text(says);
            }
            None => {
                html.text(says);
            }
        }
        html.close("li");
    }
    html.close("ul").close("div");
}

fn hidden(html: &mut Html, name: &str, value: &str) {
    html.open("input", &[("type", Some("hidden")), ("name", Some(name)), ("value", Some(value))]);
}
