//! Commands that plugins give chats.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base::{Action, Actor, Kind, Millis, OrgId, Role, Roles, Standing, UserId};
use plugin_api::{
    PluginId,
    call::{Invocation, Reply},
    manifest::{ChatPlace, Command, CommandOption, OptionKind},
};
use serde_json::Value;

use crate::{
    Error, Plugins,
    calling::{Ask, Export, Visit},
    snapshot::Runtime,
};

/// A reply's limits: text, in characters; buttons; a card's fields.
const LONGEST_REPLY: usize = 2_000;
const MOST_BUTTONS: usize = 5;
const MOST_FIELDS: usize = 25;

/// Where, who, and which command of which plugin.
type Given = (Option<OrgId>, UserId, String);

/// Who gave which command last, and when.
#[derive(Default)]
pub(crate) struct Cooldowns(Mutex<HashMap<Given, Millis>>);

impl Cooldowns {
    /// Once more; else so many seconds to wait.
    fn take(&self, key: Given, secs: u32, now: Millis) -> Result<(), u32> {
        const MOST: usize = 10_000;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = i64::from(secs) * 1000;
        if let Some(at) = last.get(&key) {
            let left = at.0 + wait - now.0;
            if left > 0 {
                return Err(u32::try_from((left + 999) / 1000).unwrap_or(u32::MAX));
            }
        }
        if last.len() >= MOST {
            // The longest any command makes anybody wait is an hour.
            last.retain(|_, at| now.0 - at.0 < 3_600_000);
        }
        last.insert(key, now);
        Ok(())
    }
}

impl Plugins {
    /// The commands that can be given there, and whose they are.
    pub fn commands(&self, organization: Option<OrgId>, place: ChatPlace) -> Vec<(PluginId, Command)> {
        let here = self.on_in(organization);
        let all = here.iter().filter(|on| on.is_ready()).flat_map(|on| {
            let commands = on.manifest().commands.iter().filter(|command| command.places.contains(&place));
            commands.map(|command| (on.id().clone(), command.clone()))
        });
        all.collect()
    }

    /// The commands of everything installed that can be called, wherever it is on: each as its manifest says it, and as it reads in that
    /// language.
    pub fn all_commands(&self, locale: &str) -> Vec<(PluginId, Vec<(Command, Command)>)> {
        let picture = self.snapshot();
        let ready = picture.installed.iter().filter(|plugin| matches!(plugin.runtime, Runtime::Ready(_)));
        ready
            .map(|plugin| {
                // The same commands in the same order, whatever the language.
                let read = plugin.facts.manifest_in(locale).commands.iter().cloned();
                (plugin.id().clone(), plugin.facts.manifest.commands.iter().cloned().zip(read).collect())
            })
            .collect()
    }

    /// Gives one, and says what is answered.
    pub async fn command(
        &self,
        actor: &Actor,
        organization: Option<OrgId>,
        invocation: Invocation,
        visit: &Visit,
    ) -> Result<Reply, Error> {
        let standing = self.standing(actor, organization, Action::ActThroughPlugins).await?;
        let here = self.snapshot();
        let found = here.here(organization).all.iter().find_map(|on| {
            let command = on.manifest().commands.iter().find(|command| {
                command.name == invocation.command
                    && command.places.iter().any(|place| place.word() == invocation.place)
            })?;
            Some((on.clone(), command.clone()))
        });
        let (on, command) = found.ok_or(Error::NotFound)?;
        let user = actor.user().ok_or(Error::Refused(Kind::Unauthenticated))?;
        let allowed = match &command.permission {
            Some(permission) => on.may(actor, standing.as_ref(), permission),
            None => belongs(actor, standing.as_ref()),
        };
        if !allowed {
            return Err(Error::Refused(Kind::Forbidden));
        }
        let wrong = judge(&command.options, &invocation);
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        on.count(organization, Some(user))?;
        let key = (organization, user, format!("{}/{}", on.id(), command.name));
        self.0.cooldowns.take(key, command.cooldown_secs, self.now()).map_err(Error::TooMany)?;
        let ask = Ask {
            actor: Some(actor.clone()),
            standing,
            visit: visit.clone(),
            ..Ask::by_hub(on, organization, Export::Command, String::new())
        };
        let mut reply = self.call(ask, move |plugin, ctx| plugin.command(ctx, invocation)).await?;
        if reply.text.chars().count() > LONGEST_REPLY {
            reply.text = reply.text.chars().take(LONGEST_REPLY - 1).chain(['…']).collect();
        }
        reply.buttons.truncate(MOST_BUTTONS);
        if let Some(card) = &mut reply.card {
            card.fields.truncate(MOST_FIELDS);
            card.link = card.link.take().filter(|link| link.starts_with("https://"));
        }
        Ok(reply)
    }
}

/// Whether somebody is a member there.
fn belongs(actor: &Actor, standing: Option<&Standing>) -> bool {
    match (actor, standing) {
        (Actor::Person(person), _) if Roles::ADMINS.has(person.role) => true,
        (Actor::Person(_), Some(standing)) => standing.role.is_some_and(|role| role != Role::Guest),
        (Actor::Person(_), None) => true,
        _ => false,
    }
}

/// What is wrong with what was given: each option of its kind, none that is unknown, none missing that has to be there.
fn judge(options: &[CommandOption], invocation: &Invocation) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for name in invocation.options.keys() {
        if options.iter().all(|option| option.name != *name) {
            wrong.push((name.clone(), "is no option of it".to_owned()));
        }
    }
    for option in options {
        let told = match invocation.options.get(&option.name) {
            None | Some(Value::Null) if option.required => Some("has to be given".to_owned()),
            None | Some(Value::Null) => None,
            Some(value) => fits(option, value).err(),
        };
        wrong.extend(told.map(|told| (option.name.clone(), told)));
    }
    wrong
}

fn fits(option: &CommandOption, value: &Value) -> Result<(), String> {
    let number = |value: f64| match (option.min, option.max) {
        (Some(least), _) if value < least => Err(format!("is at least {least}")),
        (_, Some(most)) if value > most => Err(format!("is at most {most}")),
        _ => Ok(()),
    };
    match (option.kind, value) {
        (OptionKind::Text, Value::String(text)) => match option.max_length {
            Some(most) if text.chars().count() > most as usize => Err(format!("has at most {most} characters")),
            _ => Ok(()),
        },
        (OptionKind::Integer, Value::Number(given)) if given.is_i64() || given.is_u64() => {
            number(given.as_f64().unwrap_or(f64::MAX))
        }
        (OptionKind::Number, Value::Number(given)) => number(given.as_f64().unwrap_or(f64::MAX)),
        (OptionKind::Choice, Value::String(word)) => {
            if option.choices.iter().any(|choice| choice.value == *word) {
                Ok(())
            } else {
                let choices: Vec<&str> = option.choices.iter().map(|choice| choice.value.as_str()).collect();
                Err(format!("is one of: {}", choices.join(", ")))
            }
        }
        (OptionKind::Boolean, Value::Bool(_))
        | (OptionKind::Person | OptionKind::Channel | OptionKind::Role, Value::String(_)) => Ok(()),
        (kind, _) => Err(format!("has to be a {}", kind.word())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn option(kind: OptionKind) -> CommandOption {
        CommandOption {
            name: "x".into(),
            description: None,
            kind,
            required: true,
            max_length: Some(3),
            min: Some(1.0),
            max: Some(3.0),
            choices: vec![plugin_api::manifest::Choice { value: "a".into(), label: "A".into() }],
        }
    }

    #[test]
    fn what_is_given_is_of_its_kind() {
        for (kind, good, bad) in [
            (OptionKind::Text, json!("abc"), json!("abcd")),
            (OptionKind::Integer, json!(3), json!(2.5)),
            (OptionKind::Number, json!(2.5), json!(3.5)),
            (OptionKind::Boolean, json!(true), json!("true")),
            (OptionKind::Choice, json!("a"), json!("b")),
            (OptionKind::Person, json!("7"), json!(7)),
        ] {
            assert_eq!(fits(&option(kind), &good), Ok(()), "{kind:?}");
            assert!(fits(&option(kind), &bad).is_err(), "{kind:?}");
        }
        let given = |options: Value| Invocation {
            command: "c".into(),
            options: options.as_object().unwrap().clone(),
            place: "lobby".into(),
            channel: None,
        };
        assert_eq!(judge(&[option(OptionKind::Text)], &given(json!({ "y": 1 }))).len(), 2);
        assert_eq!(judge(&[option(OptionKind::Text)], &given(json!({ "x": "a" }))), []);
    }

    #[test]
    fn a_cooldown_runs_for_each_by_themselves() {
        let (cooldowns, key) = (Cooldowns::default(), |user: i64| (None, UserId::from(user), "p/c".to_owned()));
        assert_eq!(cooldowns.take(key(1), 3, Millis(0)), Ok(()));
        assert_eq!(cooldowns.take(key(1), 3, Millis(1)), Err(3));
        assert_eq!(cooldowns.take(key(2), 3, Millis(1)), Ok(()));
        assert_eq!(cooldowns.take(key(1), 3, Millis(3000)), Ok(()));
    }
}
