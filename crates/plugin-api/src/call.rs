//! What a plugin is called with and what it answers: the same for a crate of the hub and for a guest.
//!
//! These are values and nothing else. Between the hub and a guest they travel as the records of `wit/v1.0`; what is large there, or grows,
//! travels as JSON, in the form that is derived here. A guest's kit is built on them too, so they need no more than `serde`.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where a plugin is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// For everybody.
    Hub,
    /// In an organization: its id in decimal.
    Organization(String),
}

impl Where {
    /// The organization's id.
    pub fn organization(&self) -> Option<&str> {
        match self {
            Self::Hub => None,
            Self::Organization(id) => Some(id),
        }
    }
}

/// For whom a plugin is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Their id in decimal. A stranger has none.
    pub person: Option<String>,
    /// Their name, where the plugin may see names.
    pub name: Option<String>,
    /// Which of the plugin's own actions they may do here.
    pub permissions: Vec<String>,
    /// The language they read: `en`, `pt-BR`.
    pub locale: String,
}

impl Caller {
    /// Whether they may do one of the plugin's own actions: `seed_vault:roll`.
    pub fn may(&self, action: &str) -> bool {
        self.permissions.iter().any(|permission| permission == action)
    }
}

/// What every call of a plugin comes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Where.
    pub at: Where,
    /// For whom; absent where the hub itself calls.
    pub caller: Option<Caller>,
    /// By what the hub's log knows this call.
    pub trace: String,
    /// When it has to be answered, UTC milliseconds. What comes later is thrown away.
    pub deadline: i64,
}

/// Why something was not done. A plugin answers with one, and is answered with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum Fault {
    /// It is not there, or nobody should know that it is.
    NotFound,
    /// Not allowed: by whom, or for want of which capability.
    Forbidden(String),
    /// What was sent is wrong: the field, and what is wrong with it.
    Invalid(Vec<(String, String)>),
    /// The world has moved on, or is full.
    Conflict(String),
    /// Not now; again after so many seconds.
    Busy(u32),
    /// Something else, elsewhere, failed.
    Upstream(String),
    /// A mistake of whoever was asked. People read none of it.
    Internal(String),
}

impl Fault {
    /// One field that is wrong.
    pub fn invalid(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Invalid(vec![(field.into(), what.into())])
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("it is not there"),
            Self::Forbidden(what) => write!(f, "not allowed: {what}"),
            Self::Invalid(fields) => {
                f.write_str("wrong:")?;
                fields.iter().try_for_each(|(field, what)| write!(f, " {field} {what};"))
            }
            Self::Conflict(what) => write!(f, "in conflict: {what}"),
            Self::Busy(secs) => write!(f, "not now; again in {secs} s"),
            Self::Upstream(what) => write!(f, "failed elsewhere: {what}"),
            Self::Internal(what) => write!(f, "failed: {what}"),
        }
    }
}

impl std::error::Error for Fault {}

/// What came in to one of a plugin's routes or webhooks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// The route, as the manifest has it: `seeds/{id}`. A webhook's rest of the address.
    pub path: String,
    /// What stood in the braces.
    pub params: BTreeMap<String, String>,
    /// What followed the question mark, in order.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case. None that log somebody in.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What goes back; also what comes back when a plugin calls out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The status of HTTP.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An event, as a plugin hears of it: after it has happened, and perhaps twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happened {
    /// The same each time it is told: what makes listening twice harmless.
    pub id: String,
    /// Its name: `match.scheduled`.
    pub name: String,
    /// The version of its payload.
    pub version: u32,
    /// When, UTC milliseconds.
    pub at: i64,
    /// In which organization; absent: in the hub.
    pub organization: Option<String>,
    /// Who did it: kind and id.
    pub actor: (String, String),
    /// To what: kind and id. Events of one subject come in order.
    pub subject: (String, String),
    /// What else there is to know.
    pub payload: Value,
}

/// A command somebody gives in a chat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invocation {
    /// Which.
    pub command: String,
    /// What was given with it, by name, each of the kind the manifest says.
    pub options: Map<String, Value>,
    /// Where: `discord`, `race_room` or `lobby`.
    pub place: String,
    /// In which channel or room.
    pub channel: Option<String>,
}

/// What is answered to a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// At most 2,000 characters; what is longer is cut.
    pub text: String,
    /// Whether everybody there reads it; else only who gave the command, where the place knows such a thing.
    #[serde(default)]
    pub public: bool,
    /// Something beside the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// Five at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
}

/// Something beside a reply's text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its heading.
    pub title: String,
    /// Name and value; 25 at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// Where its heading leads: https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Something below a reply that calls back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// Which of the plugin's commands is given when it is pressed.
    pub command: String,
    /// With what.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub options: Map<String, Value>,
}

/// What a plugin says to something that is about to happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", content = "detail", rename_all = "snake_case")]
pub enum Verdict {
    /// Let it happen.
    Allow,
    /// Don't, with a sentence for whoever wanted it.
    Refuse(String),
    /// Let it happen with these fields instead. Only those the manifest names can be replaced.
    Rewrite(Map<String, Value>),
}

/// Where a form leads. Wrong fields are [`Fault::Invalid`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Submitted {
    /// To a page.
    Page(crate::page::Page),
    /// To an address inside the hub.
    Redirect(String),
}

/// A value that is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// It.
    pub value: Vec<u8>,
    /// One more with each change, from 1.
    pub version: i64,
}

/// How a value is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// Until when; `None`: for good.
    pub expires: Option<i64>,
    /// About whom it is: theirs to have and to have forgotten.
    pub person: Option<String>,
    /// Only where this is its version; 0: only where there is none. Else [`Fault::Conflict`].
    pub only_if: Option<i64>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Its id within its collection.
    pub id: String,
    /// What it says: a JSON object.
    pub body: Value,
    /// One more with each change, from 1.
    pub version: i64,
    /// About whom it is.
    pub person: Option<String>,
    /// When it was first kept.
    pub created: i64,
    /// When it was kept last.
    pub updated: i64,
}

/// How a document is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepDocument {
    /// About whom it is.
    pub person: Option<String>,
    /// Only where this is its version; 0: only where there is none. Else [`Fault::Conflict`].
    pub only_if: Option<i64>,
}

/// Which documents. Every field named is one of the collection's indexes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Find {
    /// Those that say exactly this: field and value; eight at most.
    pub equals: Vec<(String, Value)>,
    /// By which field they are ordered; `None`: by id.
    pub order: Option<String>,
    /// From the last to the first.
    pub descending: bool,
    /// Those from this value of `order` on.
    pub from: Option<Value>,
    /// Those up to this value of `order`.
    pub to: Option<Value>,
    /// Those after this place: what [`Found::next`] was.
    pub after: Option<String>,
    /// So many; 100 at most, and where it is 0.
    pub limit: u32,
}

/// Some documents.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// In their order.
    pub documents: Vec<Document>,
    /// Where to go on, where there are more.
    pub next: Option<String>,
}

/// A request to somewhere else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// https, and among the addresses that were granted.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Headers that the hub fills with a secret the plugin never sees.
    pub secrets: Vec<Filled>,
    /// Its body; 1 MiB at most.
    pub body: Vec<u8>,
}

/// A header that holds a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// Its name.
    pub header: String,
    /// What stands before the secret: `Bearer `.
    pub before: String,
    /// Which secret.
    pub secret: String,
}

/// How much a line of the log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For whoever looks for something.
    Debug,
    /// For whoever wonders.
    Info,
    /// Somebody should know.
    Warn,
    /// Somebody should act.
    Error,
}

impl Level {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_travels_as_json_keeps_its_form() {
        let reply: Reply = serde_json::from_value(json!({ "text": "Rolled." })).unwrap();
        assert_eq!(reply, Reply { text: "Rolled.".into(), ..Reply::default() });
        assert!(serde_json::from_value::<Reply>(json!({ "text": "a", "html": "<b>" })).is_err());
        assert_eq!(serde_json::to_value(Verdict::Allow).unwrap(), json!({ "verdict": "allow" }));
        assert_eq!(
            serde_json::to_value(Fault::Busy(3)).unwrap(),
            json!({ "kind": "busy", "detail": 3 }),
            "faults between plugins are told by their kind"
        );
        assert_eq!(serde_json::to_value(Submitted::Redirect("polls".into())).unwrap(), json!({ "redirect": "polls" }));
    }

    #[test]
    fn a_caller_may_what_is_named() {
        let caller = Caller { permissions: vec!["poll:make".into()], ..Caller::default() };
        assert!(caller.may("poll:make") && !caller.may("poll:mak"));
    }
}
