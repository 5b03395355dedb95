//! One entry of the trail.

use base::{Actor, Credential, OrgId, UserId};
use contract::Code;
use serde::Serialize;
use serde_json::{Map, Value};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// What was done, as the domain that did it tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// A word of the domain: `user.locked`.
    pub act: &'static str,
    /// To what.
    pub target: Target,
    /// In which organization, where it was in one.
    pub organization: Option<OrgId>,
    /// What changed, as it was; secrets left out.
    pub before: Option<Value>,
    /// What changed, as it is now; secrets left out.
    pub after: Option<Value>,
}

/// What something was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The kind of thing: `user`.
    pub kind: &'static str,
    /// Which one of them; empty where there is but one.
    pub id: String,
}

impl Entry {
    /// An act, with nothing more to say of it.
    pub fn new(act: &'static str, kind: &'static str, id: impl ToString) -> Self {
        let target = Target { kind, id: id.to_string() };
        Self { act, target, organization: None, before: None, after: None }
    }

    /// The same in an organization.
    #[must_use]
    pub fn in_organization(self, organization: OrgId) -> Self {
        Self { organization: Some(organization), ..self }
    }

    /// The same with what changed: a JSON object each.
    #[must_use]
    pub fn changing(self, before: impl Serialize, after: impl Serialize) -> Self {
        Self { before: value(before), after: value(after), ..self }
    }

    /// The same with why: it stands beside what is now, so after [`changing`](Self::changing).
    #[must_use]
    pub fn because(self, reason: &Reason) -> Self {
        let Some(reason) = &reason.0 else { return self };
        let mut after = match self.after {
            Some(Value::Object(after)) => after,
            _ => Map::new(),
        };
        after.insert("reason".into(), reason.as_str().into());
        Self { after: Some(after.into()), ..self }
    }
}

/// Why somebody does what nobody has to be told a reason for: it stands in the trail alone, and may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reason(Option<String>);

impl Reason {
    /// As it was typed; an empty one is none. 500 characters at most.
    pub fn read(typed: &str) -> Result<Self, Code> {
        let reason = typed.trim();
        if reason.chars().count() > LONGEST_REASON {
            return Err(Code::TooLong);
        }
        Ok(Self(Some(reason.to_owned()).filter(|reason| !reason.is_empty())))
    }
}

fn value(of: impl Serialize) -> Option<Value> {
    serde_json::to_value(of).ok().filter(|value| !value.is_null())
}

/// How an actor stands in the trail.
pub(crate) struct Who<'a> {
    pub(crate) word: &'static str,
    /// The id and the name of the plugin, where it is one.
    pub(crate) plugin: Option<(&'a str, &'a str)>,
    pub(crate) user: Option<UserId>,
    pub(crate) behind: Option<UserId>,
    pub(crate) address: Option<String>,
}

impl<'a> Who<'a> {
    pub(crate) fn of(actor: &'a Actor) -> Self {
        let (word, behind) = match actor {
            Actor::Plugin(plugin) => {
                // Whoever it acts for stands beside it, as they would stand for themselves.
                let behind = plugin.behind.as_deref().and_then(|behind| Self::of(behind).behind);
                ("plugin", behind)
            }
            Actor::Stranger { .. } => ("stranger", None),
            Actor::Job => ("job", None),
            Actor::Operator => ("operator", None),
            Actor::Person(person) => match person.by {
                Credential::Login(_) => ("person", None),
                Credential::Guise { by, .. } => ("guise", Some(by)),
                Credential::Token { .. } => ("token", None),
                Credential::Game => ("game", None),
                Credential::Chat => ("chat", None),
            },
        };
        let plugin = match actor {
            Actor::Plugin(plugin) => Some((&*plugin.id, &*plugin.name)),
            _ => None,
        };
        Self { word, plugin, user: actor.user(), behind, address: actor.address().map(|address| address.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reason_stands_beside_what_is_now() {
        let rude = Reason::read("  rude ").unwrap();
        let entry = Entry::new("user.locked", "user", 7);
        assert_eq!(entry.clone().because(&rude).after, Some(json!({ "reason": "rude" })));
        let renamed = entry.changing(json!({ "name": "Olga" }), json!({ "name": "Helga" }));
        assert_eq!(renamed.clone().because(&rude).after, Some(json!({ "name": "Helga", "reason": "rude" })));
        assert_eq!(renamed.clone().because(&Reason::read(" ").unwrap()), renamed, "none changes nothing");
        assert_eq!(Reason::read(&"ü".repeat(501)), Err(Code::TooLong));
        assert!(Reason::read(&"ü".repeat(500)).is_ok());
    }
}
