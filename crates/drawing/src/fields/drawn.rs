//! One field of a form: its label, what it is filled in by, its hint and what is wrong with it.

use plugin_api::page::form::{Field, Takes};
use serde_json::Value;

use super::{Picks, Refusal};
use crate::{html::Html, words::Words};

/// A field as it is drawn.
pub(super) struct FieldDrawn<'a> {
    /// Which.
    pub(super) field: &'a Field,
    /// What stands in it.
    pub(super) value: Option<&'a Value>,
    /// The element's own.
    pub(super) id: String,
    /// What its name is wrapped in; empty: in nothing, as in a page's own form.
    pub(super) prefix: &'static str,
    /// What came back of the form it is in.
    pub(super) refused: Option<&'a Refusal>,
    /// Of a secret: whether there is one.
    pub(super) kept: bool,
    /// What there is to pick.
    pub(super) picks: &'a Picks,
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

    pub(super) fn draw(&self, html: &mut Html, words: &Words) {
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
        match (&field.takes, self.picks.of(field)) {
            (Takes::Text { .. }, Some(choices)) => self.pick(html, words, &common, &text, choices),
            (Takes::Flag, _) => {
                let on = if typed.is_some() { !text.is_empty() } else { self.value == Some(&Value::Bool(true)) };
                html.open("label", &[("class", Some("check"))]);
                let box_ = [("type", Some("checkbox")), ("value", Some("on")), ("checked", on.then_some(""))];
                html.open("input", &[common[0], common[1], common[3], common[4], box_[0], box_[1], box_[2]]);
                html.whole("span", &[], &field.label).close("label");
            }
            (Takes::Several(choices), _) => {
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
            (Takes::Choice(choices), _) => {
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
            (Takes::Lines | Takes::Json | Takes::Text { long: true, .. }, _) => {
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
            (Takes::Text { format, most, .. }, _) => {
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
            (Takes::Instant, _) => {
                self.input(html, words, &common, "datetime-local", text.get(..16).unwrap_or(&text), &[]);
            }
            (Takes::Integer { least, most }, _) => {
                let (least, most) = (least.map(|n| n.to_string()), most.map(|n| n.to_string()));
                let bounds = [("min", least.as_deref()), ("max", most.as_deref()), ("step", Some("1"))];
                self.input(html, words, &common, "number", &text, &bounds);
            }
            (Takes::Number { least, most }, _) => {
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

    pub(super) fn label(&self, html: &mut Html, words: &Words) {
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
