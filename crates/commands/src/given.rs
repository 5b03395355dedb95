//! One time somebody gives a command: who, where, and with what.

use std::collections::BTreeMap;

use base::{Actor, OrgId, UserId};

use crate::Place;

/// Whoever gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// For the services; a stranger where the hub knows no account of theirs.
    pub actor: Actor,
    /// How they are called: by their account, else in the chat.
    pub name: String,
    /// The code of the language they read: `en-GB`, `pt-BR`, …
    pub locale: String,
    /// Tells them from everybody else in any chat.
    pub key: String,
}

/// Where it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// In which chat.
    pub place: Place,
    /// The organizations it belongs to there; none where it belongs to the hub.
    pub organizations: Vec<OrgId>,
    /// In which channel or room, by the chat's own word.
    pub channel: Option<String>,
    /// In which server of Discord.
    pub guild: Option<Guild>,
}

/// A server of Discord, as somebody is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guild {
    /// Its number there.
    pub id: String,
    /// Whether whoever speaks manages it: Discord says so with each command.
    pub managed: bool,
}

/// The value of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, or a choice.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Somebody with an account.
    Person(UserId),
    /// A channel or a role, by the chat's own word.
    Thing(String),
}

/// The options somebody gave, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options(BTreeMap<String, Value>);

impl Options {
    /// The same with another.
    pub fn put(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text or choice of that name; empty where none was given.
    pub fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Text(text) | Value::Thing(text)) => text,
            _ => "",
        }
    }

    /// Somebody by that name.
    pub fn person(&self, name: &str) -> Option<UserId> {
        match self.0.get(name) {
            Some(Value::Person(user)) => Some(*user),
            _ => None,
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// One time a command is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// By whom.
    pub caller: Caller,
    /// Where.
    pub at: At,
    /// With what.
    pub options: Options,
}
