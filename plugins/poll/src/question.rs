//! What is asked, and how votes are read and counted.

use plugin_sdk::{Fault, Map, Value, json};
use serde::{Deserialize, Serialize};

use crate::HOUR;

const MOST_OPTIONS: usize = 10;

/// A poll.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Poll {
    pub(crate) question: String,
    pub(crate) options: Vec<String>,
    /// Whether several answers can be given.
    pub(crate) several: bool,
    pub(crate) open: bool,
    pub(crate) made: i64,
    pub(crate) until: i64,
    /// Who made it.
    pub(crate) by: String,
}

/// Somebody's vote: the numbers of the options.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vote(pub(crate) Vec<usize>);

/// The form a poll is made with.
pub(crate) fn schema() -> Value {
    json!({
        "type": "object",
        "required": ["question", "options", "hours"],
        "properties": {
            "question": { "type": "string", "title": "Question", "minLength": 3, "maxLength": 120, "x-order": 1 },
            "options": {
                "type": "string", "title": "Answers, one a line", "minLength": 3, "maxLength": 1000, "x-order": 2, "x-lines": 5,
            },
            "several": { "type": "boolean", "title": "Several answers can be given", "default": false, "x-order": 3 },
            "hours": { "type": "integer", "title": "Open for so many hours", "minimum": 1, "maximum": 720, "default": 24, "x-order": 4 },
        },
    })
}

/// Reads that form.
pub(crate) fn read(sent: &Map<String, Value>, by: &str, now: i64) -> Result<Poll, Fault> {
    let text = |field: &str| sent.get(field).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let question = text("question");
    let mut options: Vec<String> = Vec::new();
    for line in text("options").lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !options.iter().any(|option| option == line) {
            options.push(line.to_owned());
        }
    }
    let hours = sent.get("hours").and_then(Value::as_i64).unwrap_or(24);
    let mut wrong = Vec::new();
    let mut say = |field: &str, what: String| wrong.push((field.to_owned(), what));
    if question.is_empty() {
        say("question", "Ask something.".into());
    }
    if options.len() < 2 || options.len() > MOST_OPTIONS {
        say("options", format!("A poll has 2 to {MOST_OPTIONS} different answers."));
    } else if let Some(long) = options.iter().find(|option| option.chars().count() > 80) {
        say("options", format!("“{long}” is too long: 80 letters at most."));
    }
    if !(1..=720).contains(&hours) {
        say("hours", "A poll is open for 1 to 720 hours.".into());
    }
    if !wrong.is_empty() {
        return Err(Fault::Invalid(wrong));
    }
    let several = sent.get("several").and_then(Value::as_bool).unwrap_or_default();
    Ok(Poll { question, options, several, open: true, made: now, until: now + hours * HOUR, by: by.to_owned() })
}

impl Poll {
    /// Whether votes are taken now.
    pub(crate) fn is_open(&self, now: i64) -> bool {
        self.open && now < self.until
    }

    /// The form to vote with, filled in as somebody voted before. Several answers are a switch each; one is chosen from a list.
    pub(crate) fn ballot(&self, before: Option<&Vote>) -> Value {
        let chosen = |n: usize| before.is_some_and(|vote| vote.0.contains(&n));
        if self.several {
            let switches: Map<String, Value> = (self.options.iter().enumerate())
                .map(|(n, option)| {
                    (
                        format!("option_{n}"),
                        json!({ "type": "boolean", "title": option, "default": chosen(n), "x-order": n }),
                    )
                })
                .collect();
            return json!({ "type": "object", "properties": switches });
        }
        let mut choice = json!({ "type": "string", "title": "Your answer", "enum": self.options });
        if let Some(option) = before.and_then(|vote| self.options.get(*vote.0.first()?)) {
            choice["default"] = Value::from(option.as_str());
        }
        json!({ "type": "object", "required": ["option"], "properties": { "option": choice } })
    }

    /// Reads what was sent with it.
    pub(crate) fn vote(&self, sent: &Map<String, Value>) -> Result<Vote, Fault> {
        if self.several {
            let is_on = |n: &usize| sent.get(&format!("option_{n}")).and_then(Value::as_bool).unwrap_or_default();
            return Ok(Vote((0..self.options.len()).filter(is_on).collect()));
        }
        let option = sent.get("option").and_then(Value::as_str).unwrap_or_default();
        let n = self.options.iter().position(|one| one == option);
        n.map(|n| Vote(vec![n])).ok_or_else(|| Fault::invalid("option", "Choose one of the answers."))
    }

    /// How many voted for each option.
    pub(crate) fn count<'a>(&self, votes: impl Iterator<Item = &'a Vote>) -> Vec<(&str, u32)> {
        let mut counts: Vec<(&str, u32)> = self.options.iter().map(|option| (option.as_str(), 0)).collect();
        for n in votes.flat_map(|vote| &vote.0) {
            if let Some((_, count)) = counts.get_mut(*n) {
                *count += 1;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn everything_wrong_with_a_poll_is_told_at_once() {
        let Err(Fault::Invalid(wrong)) =
            read(&sent(json!({ "question": " ", "options": "a\n a \n", "hours": 0 })), "1", 0)
        else {
            panic!("it was taken");
        };
        assert_eq!(wrong.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["question", "options", "hours"]);
    }

    #[test]
    fn votes_are_counted_for_their_options_only() {
        let form = sent(json!({ "question": "When?", "options": "Friday\nSaturday", "hours": 2, "several": true }));
        let poll = read(&form, "1", 0).unwrap();
        assert!(poll.is_open(2 * HOUR - 1) && !poll.is_open(2 * HOUR));
        let vote = poll.vote(&sent(json!({ "option_1": true, "option_7": true }))).unwrap();
        assert_eq!(poll.count([&vote, &Vote(vec![0, 1, 9])].into_iter()), [("Friday", 1), ("Saturday", 2)]);
        let one = Poll { several: false, ..poll };
        assert!(one.vote(&sent(json!({ "option": "Sunday" }))).is_err());
        assert_eq!(one.vote(&sent(json!({ "option": "Saturday" }))).unwrap(), Vote(vec![1]));
        assert_eq!(one.ballot(Some(&Vote(vec![1])))["properties"]["option"]["default"], "Saturday");
    }
}
