//! Forms: what a plugin's page asks for, and its settings.

mod picking;

use plugin_api::page::{
    Button, Form, Tone,
    form::{self, Field, Mistake, Takes},
};
use serde_json::{Map, Value};

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

struct FieldDrawn<'a> {
    field: &'a Field,
    value: Option<&'a Value>,
    id: String,
    prefix: &'static str,
    refused: Option<&'a Refusal>,
    /// Of a secret: whether there is one.
    kept: bool,
    /// What there is to pick.
    picks: &'a Picks,
}

impl FieldDrawn<'_> {
    fn name(&self) -> String {
        if self.prefix.is_empty() { self.field.name.clone() } else { format!("{}[{}]", self.prefix, self.field.name) }
    }

    /// The same for one of several boxes.
    fn name_of(&self, n: usize) -> String {
        let one = format!("{}|{n}", self.field.name);
        if self.prefix.is_empty() { one } else { format!("{}[{one}]", self.prefix) }
    }

    fn draw(&self, html: &mut Html, words: &Words) {
        let (field, name) = (self.field, self.name());
        let says = self.refused.and_then(|refused| refused.says(&field.name));
        let hint = self.hint(words);
        let (hint_id, error_id) = (format!("{}-hint", self.id), format!("{}-error", self.id));
        let described = match (hint.is_empty(), says.is_some()) {
            (true, false) => None,
            (false, false) => Some(hint_id.clone()),
            (true, true) => Some(error_id.clone()),
            (false, true) => Some(format!("{hint_id} {error_id}")),
        };
        // What was typed comes back, whatever it is.
        let typed = self.refused.map(|refused| {
            let of =
                |(name, _): &&(String, String)| *name == field.name || name.starts_with(&format!("{}|", field.name));
            refused.typed.iter().filter(of).map(|(_, text)| text.as_str()).collect::<Vec<_>>()
        });
        let text = match &typed {
            Some(typed) => typed.first().copied().unwrap_or_default().to_owned(),
            None if field.secret => String::new(),
            None => self.value.map(|value| field.text_of(value)).unwrap_or_default(),
        };
        let is_chosen = |value: &Value| match &typed {
            Some(typed) => typed.contains(&value.to_string().as_str()),
            None => self.value.is_some_and(|is| is == value || is.as_array().is_some_and(|all| all.contains(value))),
        };
        let common = [
            ("id", Some(self.id.as_str())),
            ("name", Some(name.as_str())),
            ("aria-required", (field.required && !field.secret).then_some("true")),
            ("aria-invalid", says.map(|_| "true")),
            ("aria-describedby", described.as_deref()),
        ];
        html.open("div", &[("class", Some("field"))]);
        let picks = self.picks.of(field);
        match &field.takes {
            Takes::Text { .. } if picks.is_some() => self.pick(html, words, &common, &text, picks.unwrap_or_default()),
            Takes::Flag => {
                let on = if typed.is_some() { !text.is_empty() } else { self.value == Some(&Value::Bool(true)) };
                html.open("label", &[("class", Some("check"))]);
                let box_ = [("type", Some("checkbox")), ("value", Some("on")), ("checked", on.then_some(""))];
                html.open("input", &[common[0], common[1], common[3], common[4], box_[0], box_[1], box_[2]]);
                html.whole("span", &[], &field.label).close("label");
            }
            Takes::Several(choices) => {
                html.open("fieldset", &[("id", Some(&self.id)), ("aria-describedby", described.as_deref())]);
                html.whole("legend", &[], &field.label);
                for (n, (value, label)) in choices.iter().enumerate() {
                    let (name, json) = (self.name_of(n), value.to_string());
                    html.open("label", &[("class", Some("check"))]);
                    html.open(
                        "input",
                        &[
                            ("type", Some("checkbox")),
                            ("name", Some(&name)),
                            ("value", Some(&json)),
                            ("checked", is_chosen(value).then_some("")),
                        ],
                    );
                    html.whole("span", &[], label).close("label");
                }
                html.close("fieldset");
            }
            Takes::Choice(choices) => {
                self.label(html, words);
                html.open("select", &common);
                if !field.required || self.value.is_none() {
                    html.whole("option", &[("value", Some(""))], &words.choose);
                }
                for (value, label) in choices {
                    let json = value.to_string();
                    html.whole(
                        "option",
                        &[("value", Some(&json)), ("selected", is_chosen(value).then_some(""))],
                        label,
                    );
                }
                html.close("select");
            }
            Takes::Lines | Takes::Json | Takes::Text { long: true, .. } => {
                self.label(html, words);
                let most = match &field.takes {
                    Takes::Text { most, .. } => most.map(|most| most.to_string()),
                    _ => None,
                };
                let [id, name, required, invalid, described] = common;
                html.open(
                    "textarea",
                    &[id, name, required, invalid, described, ("rows", Some("4")), ("maxlength", most.as_deref())],
                );
                // A line break right behind the tag would be lost.
                html.text("\n").text(&text).close("textarea");
            }
            Takes::Text { format, most, .. } => {
                let kind = match (field.secret, format.as_deref()) {
                    (true, _) => "password",
                    (_, Some("email")) => "email",
                    (_, Some("uri")) => "url",
                    (_, Some("color")) if field.required => "color",
                    _ => "text",
                };
                let most = most.map(|most| most.to_string());
                self.input(html, words, &common, kind, &text, &[("maxlength", most.as_deref())]);
            }
            Takes::Instant => self.input(html, words, &common, "datetime-local", text.get(..16).unwrap_or(&text), &[]),
            Takes::Integer { least, most } => {
                let (least, most) = (least.map(|n| n.to_string()), most.map(|n| n.to_string()));
                let bounds = [("min", least.as_deref()), ("max", most.as_deref()), ("step", Some("1"))];
                self.input(html, words, &common, "number", &text, &bounds);
            }
            Takes::Number { least, most } => {
                let (least, most) = (least.map(|n| n.to_string()), most.map(|n| n.to_string()));
                let bounds = [("min", least.as_deref()), ("max", most.as_deref()), ("step", Some("any"))];
                self.input(html, words, &common, "number", &text, &bounds);
            }
        }
        if !hint.is_empty() {
            html.whole("p", &[("class", Some("hint")), ("id", Some(&hint_id))], &hint);
        }
        if let Some(says) = says {
            html.whole("p", &[("class", Some("error")), ("id", Some(&error_id))], says);
        }
        html.close("div");
    }

    fn input(
        &self,
        html: &mut Html,
        words: &Words,
        common: &[(&'static str, Option<&str>); 5],
        kind: &str,
        text: &str,
        more: &[(&'static str, Option<&str>)],
    ) {
        self.label(html, words);
        let mut attributes = common.to_vec();
        attributes.extend([("type", Some(kind)), ("value", Some(text)), ("autocomplete", Some("off"))]);
        attributes.extend_from_slice(more);
        html.open("input", &attributes);
    }

    fn label(&self, html: &mut Html, words: &Words) {
        html.open("label", &[("for", Some(&self.id))]).text(&self.field.label);
        if !self.field.required && !self.field.secret {
            html.text(" ").whole("span", &[("class", Some("optional"))], &words.optional);
        }
        html.close("label");
    }

    fn hint(&self, words: &Words) -> String {
        let mut hints: Vec<String> = self.field.hint.iter().cloned().collect();
        match self.field.takes {
            Takes::Instant => hints.push(words.in_utc.clone()),
            Takes::Lines => hints.push(words.one_a_line.clone()),
            Takes::Json => hints.push(words.in_json.clone()),
            _ => {}
        }
        if self.field.secret {
            hints.push(if self.kept { words.secret_set.clone() } else { words.secret_absent.clone() });
        } else if let Some(default) = self.field.default.as_ref().filter(|_| !self.prefix.is_empty()) {
            let said = match default {
                Value::Bool(true) => words.yes.clone(),
                Value::Bool(false) => words.no.clone(),
                default => self.field.text_of(default),
            };
            if !said.is_empty() && self.field.takes != Takes::Flag {
                hints.push(words.default_is.replace("{default}", &said));
            }
        }
        hints.join(" · ")
    }
}
