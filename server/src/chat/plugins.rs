//! Commands that plugins give, in the one list.

use std::{sync::Arc, time::Duration};

use base::OrgId;
use commands::{
    At, Button, Card, Choice, Collision, Command, Definition, Given, Kind, Options, Place, Refusal, Registry, Reply,
    Value, Who, Wording,
};
use discord::Discord;
use futures::future::BoxFuture;
use plugin_api::{
    PluginId,
    call::Invocation,
    manifest::{self, ChatPlace, OptionKind},
};
use plugins::{Plugins, Visit};
use serde_json::Map;
use tokio_util::sync::CancellationToken;

/// The longest text an option takes that says nothing of its own.
const LONGEST_TEXT: u16 = 2000;

/// The language that chats know beside a manifest's own.
const LOCALE: &str = "pt-BR";

/// Plugins' commands, each as its manifest says it and as it reads in that language.
type Commands = [(PluginId, Vec<(manifest::Command, manifest::Command)>)];

/// Puts plugins' commands into the one list as they are now: before anybody is told of it.
pub(crate) fn fill(plugins: &Plugins, commands: &Registry) {
    list(plugins, commands, &[], &plugins.all_commands(LOCALE));
}

/// Keeps the one list as the plugins are, until `stop`; tells Discord when there are others.
pub(crate) async fn keep(plugins: Plugins, commands: Registry, discord: Discord, stop: CancellationToken) {
    let mut changes = plugins.changes();
    let mut known = Vec::new();
    loop {
        changes.borrow_and_update();
        let now = plugins.all_commands(LOCALE);
        list(&plugins, &commands, &known, &now);
        if let Err(error) = discord.commands_changed().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "Discord can't be told of plugins' commands");
        }
        known = now;
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

fn list(plugins: &Plugins, commands: &Registry, known: &Commands, now: &Commands) {
    for (gone, _) in known.iter().filter(|(id, _)| now.iter().all(|(other, _)| other != id)) {
        commands.clear(&owner(gone));
    }
    for (id, theirs) in now {
        let theirs = theirs.iter().map(|command| -> Arc<dyn Command> { Arc::new(OfPlugin::new(plugins, id, command)) });
        if let Err(collision) = commands.set(&owner(id), theirs.collect()) {
            let collision: &Collision = &collision;
            tracing::warn!(plugin = id.as_str(), %collision, "a plugin's commands are not taken");
        }
    }
}

fn owner(id: &PluginId) -> String {
    format!("plugin {}", id.as_str())
}

/// A command of a plugin.
struct OfPlugin {
    plugins: Plugins,
    id: PluginId,
    definition: Definition,
}

impl OfPlugin {
    fn new(plugins: &Plugins, id: &PluginId, (command, read): &(manifest::Command, manifest::Command)) -> Self {
        let describe = |own: Option<&str>, read: Option<&str>| {
            let line = |text: &str| text.chars().take(100).collect::<String>();
            let own = own.map(line).filter(|text| !text.trim().is_empty()).unwrap_or_else(|| command.name.clone());
            let read = read.map(line).filter(|text| !text.trim().is_empty() && *text != own);
            Wording { en: own.into(), pt_br: read.map(Into::into) }
        };
        let about = describe(Some(&command.description), Some(&read.description));
        let mut definition = Definition::new(command.name.clone(), about);
        // Those that are needed first: so chats want it.
        let options = command.options.iter().zip(&read.options);
        let (needed, other): (Vec<_>, Vec<_>) = options.partition(|(option, _)| option.required);
        for (option, read) in needed.into_iter().chain(other) {
            let about = describe(option.description.as_deref(), read.description.as_deref());
            definition = definition.option(option.name.clone(), about, kind(option), option.required);
        }
        definition.places = command.places.iter().map(|place| place_of(*place)).collect();
        definition.who = Who::Known;
        definition.cooldown = Duration::from_secs(command.cooldown_secs.into());
        Self { plugins: plugins.clone(), id: id.clone(), definition }
    }

    /// Where it is on among the organizations the chat belongs to; the hub's own where it is on there.
    fn place(&self, at: &At) -> Option<Spot> {
        let is_on =
            |spot: &Spot| self.plugins.on_in(spot.organization()).iter().any(|on| *on.id() == self.id && on.is_ready());
        let organizations = at.organizations.iter().map(|organization| Spot::Organization(*organization));
        organizations.chain([Spot::Hub]).find(is_on)
    }
}

/// Where a plugin is asked.
#[derive(Clone, Copy)]
enum Spot {
    Hub,
    Organization(OrgId),
}

impl Spot {
    const fn organization(self) -> Option<OrgId> {
        match self {
            Self::Hub => None,
            Self::Organization(organization) => Some(organization),
        }
    }
}

impl Command for OfPlugin {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn is_on(&self, at: &At) -> bool {
        self.place(at).is_some()
    }

    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move {
            let name = self.definition.name.to_string();
            let spot = self.place(&given.at).ok_or_else(|| Refusal::Unknown(name.clone()))?;
            let invocation = Invocation {
                command: name,
                options: json(&given.options),
                place: word(given.at.place).word().to_owned(),
                channel: given.at.channel.clone(),
            };
            let visit = Visit { locale: given.caller.locale.clone(), trace: String::new() };
            match self.plugins.command(&given.caller.actor, spot.organization(), invocation, &visit).await {
                Ok(reply) => Ok(read(reply)),
                Err(plugins::Error::Invalid(fields)) => {
                    let told: Vec<_> = fields.iter().map(|(field, what)| format!("{field} {what}")).collect();
                    Err(Refusal::Told(told.join("; ")))
                }
                Err(error) => Err(Refusal::of(error.kind())),
            }
        })
    }
}

fn kind(option: &manifest::CommandOption) -> Kind {
    match option.kind {
        OptionKind::Text => {
            let longest = option.max_length.and_then(|most| u16::try_from(most).ok());
            Kind::Text(longest.unwrap_or(LONGEST_TEXT).min(LONGEST_TEXT))
        }
        OptionKind::Integer => Kind::Integer,
        OptionKind::Number => Kind::Number,
        OptionKind::Boolean => Kind::Flag,
        OptionKind::Choice => {
            let choices = option.choices.iter();
            Kind::Choice(choices.map(|one| Choice { value: one.value.clone(), label: one.label.clone() }).collect())
        }
        OptionKind::Person => Kind::Person,
        OptionKind::Channel => Kind::Channel,
        OptionKind::Role => Kind::Role,
    }
}

const fn place_of(place: ChatPlace) -> Place {
    match place {
        ChatPlace::Discord => Place::Discord,
        ChatPlace::RaceRoom => Place::RaceRoom,
        ChatPlace::Lobby => Place::Lobby,
    }
}

const fn word(place: Place) -> ChatPlace {
    match place {
        Place::Discord => ChatPlace::Discord,
        Place::RaceRoom => ChatPlace::RaceRoom,
        Place::Lobby => ChatPlace::Lobby,
    }
}

fn json(options: &Options) -> Map<String, serde_json::Value> {
    let value = |value: &Value| match value {
        Value::Text(text) | Value::Thing(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Person(user) => user.to_string().into(),
    };
    options.iter().map(|(name, given)| (name.to_owned(), value(given))).collect()
}

fn read(reply: plugin_api::call::Reply) -> Reply {
    let card = reply.card.map(|card| Card { title: card.title, link: card.link, fields: card.fields });
    let buttons = reply.buttons.into_iter().map(|button| {
        let mut options = Options::default();
        for (name, value) in button.options {
            let value = match value {
                serde_json::Value::String(text) => Value::Text(text),
                serde_json::Value::Bool(flag) => Value::Flag(flag),
                serde_json::Value::Number(number) => match number.as_i64() {
                    Some(whole) => Value::Integer(whole),
                    None => Value::Number(number.as_f64().unwrap_or(0.0)),
                },
                _ => continue,
            };
            options.put(name, value);
        }
        Button { label: button.label, command: button.command, options }
    });
    Reply { text: reply.text, public: reply.public, card, buttons: buttons.collect() }
}
