//! The form for a webhook, read and judged.

use contract::{
    Code, Field, FieldProblem,
    webhook::{EVENTS, NewWebhook},
};
use outbound::Outbound;

use crate::Error;

const LONGEST_NAME: usize = 60;
const LONGEST_URL: usize = 2000;

/// A form with nothing wrong in it.
#[derive(Debug, Clone)]
pub(crate) struct Good {
    pub(crate) name: String,
    pub(crate) url: String,
    /// As a JSON array, in the order of [`EVENTS`].
    pub(crate) events: String,
    pub(crate) enabled: bool,
}

pub(crate) fn read(form: &NewWebhook, outbound: &Outbound) -> Result<Good, Error> {
    let (name, url) = (form.name.trim(), form.url.trim());
    let mut wrong = Vec::new();
    let mut note = |field, code| wrong.push(FieldProblem { field, code });
    if name.is_empty() {
        note(Field::Name, Code::Required);
    } else if name.chars().count() > LONGEST_NAME {
        note(Field::Name, Code::TooLong);
    } else if name.chars().any(char::is_control) {
        note(Field::Name, Code::Malformed);
    }
    if url.is_empty() {
        note(Field::Url, Code::Required);
    } else if url.len() > LONGEST_URL {
        note(Field::Url, Code::TooLong);
    } else {
        match outbound.check(url) {
            Ok(()) => {}
            Err(outbound::Error::Url(_)) => note(Field::Url, Code::NotAUrl),
            Err(_) => note(Field::Url, Code::NotCallable),
        }
    }
    if form.events.iter().any(|event| !EVENTS.contains(&event.as_str())) {
        note(Field::Events, Code::NotAChoice);
    }
    if !wrong.is_empty() {
        return Err(Error::Fields(wrong));
    }
    let chosen: Vec<&str> = EVENTS.into_iter().filter(|event| form.events.iter().any(|word| word == event)).collect();
    let events = serde_json::to_string(&chosen).expect("words are plain data");
    Ok(Good { name: name.to_owned(), url: url.to_owned(), events, enabled: form.enabled })
}
