//! The one list of commands.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use base::{Actor, Clock};
use futures::future::BoxFuture;

use crate::{At, Definition, Given, Kind, Refusal, Reply, Value, Who, cooldown::Cooldown};

/// A command is given up after so long.
const WITHIN: Duration = Duration::from_secs(10);

/// A command, and how it is carried out.
pub trait Command: Send + Sync + 'static {
    /// What it is. The same for as long as it is in the list.
    fn definition(&self) -> &Definition;

    /// Whether it is on there: a plugin's is, where the plugin is.
    fn is_on(&self, at: &At) -> bool {
        let _ = at;
        true
    }

    /// Carries it out: by one method of one service, which decides whether they may.
    fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>>;
}

/// Why commands were not taken into the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Collision {
    /// Somebody else has a command of that name.
    #[error("the command {name} is {owner}'s")]
    Taken {
        /// Its name.
        name: String,
        /// Whose it is.
        owner: String,
    },
    /// Two of the same name at once.
    #[error("the command {0} comes twice")]
    Twice(String),
    /// Not a command that every chat takes.
    #[error("the command {0} has a name, description or option that no chat takes")]
    Unsound(String),
}

struct Entry {
    owner: String,
    command: Arc<dyn Command>,
}

/// The one list of commands. Clones are one.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    commands: RwLock<BTreeMap<String, Entry>>,
    cooldown: Cooldown,
}

impl Registry {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner { clock, commands: RwLock::default(), cooldown: Cooldown::default() }))
    }

    /// These are all of that owner's commands from now on. Where one of them can't be, none is, and those from before stay.
    pub fn set(&self, owner: &str, commands: Vec<Arc<dyn Command>>) -> Result<(), Collision> {
        let mut all = self.0.commands.write().unwrap_or_else(PoisonError::into_inner);
        let mut names = Vec::new();
        for command in &commands {
            let definition = command.definition();
            let name = definition.name.as_ref();
            if !definition.is_sound() {
                return Err(Collision::Unsound(name.to_owned()));
            }
            if let Some(other) = all.get(name).filter(|other| other.owner != owner) {
                return Err(Collision::Taken { name: name.to_owned(), owner: other.owner.clone() });
            }
            if names.contains(&name) {
                return Err(Collision::Twice(name.to_owned()));
            }
            names.push(name);
        }
        all.retain(|_, entry| entry.owner != owner);
        for command in commands {
            let name = command.definition().name.to_string();
            all.insert(name, Entry { owner: owner.to_owned(), command });
        }
        Ok(())
    }

    /// Those of that owner are gone.
    pub fn clear(&self, owner: &str) {
        let mut all = self.0.commands.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, entry| entry.owner != owner);
    }

    /// Every command that can be given there, by name.
    pub fn list(&self, at: &At) -> Vec<Arc<dyn Command>> {
        let all = self.0.commands.read().unwrap_or_else(PoisonError::into_inner);
        let here = all.values().map(|entry| &entry.command).filter(|command| can_be_given(&***command, at));
        here.cloned().collect()
    }

    /// The command of that name, where it can be given there.
    pub fn find(&self, name: &str, at: &At) -> Option<Arc<dyn Command>> {
        let all = self.0.commands.read().unwrap_or_else(PoisonError::into_inner);
        let command = &all.get(name)?.command;
        can_be_given(&**command, at).then(|| Arc::clone(command))
    }

    /// Carries out a command.
    pub async fn give(&self, name: &str, given: Given) -> Result<Reply, Refusal> {
        let longest = given.at.place.longest();
        let outcome = self.carry_out(name, given).await;
        let word = match &outcome {
            Ok(_) => "done",
            Err(Refusal::Failed | Refusal::Busy) => "failed",
            Err(_) => "refused",
        };
        metrics::counter!("guildhall_commands_total", "outcome" => word).increment(1);
        outcome.map(|reply| reply.cut(longest))
    }

    async fn carry_out(&self, name: &str, given: Given) -> Result<Reply, Refusal> {
        let command = self.find(name, &given.at).ok_or_else(|| Refusal::Unknown(name.to_owned()))?;
        let definition = command.definition();
        if definition.who == Who::Known && matches!(given.caller.actor, Actor::Stranger { .. }) {
            return Err(Refusal::Unlinked(None));
        }
        check(definition, &given)?;
        self.0.cooldown.take(&given.caller.key, name, definition.cooldown, self.0.clock.now()).map_err(|wait| {
            // A started second is one to wait.
            Refusal::TooSoon(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
        })?;
        tokio::time::timeout(WITHIN, command.run(given)).await.unwrap_or(Err(Refusal::Busy))
    }
}

fn can_be_given(command: &dyn Command, at: &At) -> bool {
    command.definition().places.contains(&at.place) && command.is_on(at)
}

/// Whether the options are of their kinds: a chat may still have an older list than ours.
fn check(definition: &Definition, given: &Given) -> Result<(), Refusal> {
    for option in &definition.options {
        let name = option.name.as_ref();
        let fits = match (given.options.get(name), &option.kind) {
            (None, _) if option.required => return Err(Refusal::Missing(name.to_owned())),
            (None, _) | (Some(Value::Integer(_)), Kind::Integer | Kind::Number) => true,
            (Some(Value::Text(text)), Kind::Text(longest)) => text.chars().count() <= usize::from(*longest),
            (Some(Value::Text(text)), Kind::Choice(choices)) => choices.iter().any(|choice| choice.value == *text),
            (Some(Value::Number(number)), Kind::Number) => number.is_finite(),
            (Some(value), kind) => matches!(
                (value, kind),
                (Value::Flag(_), Kind::Flag)
                    | (Value::Person(_), Kind::Person)
                    | (Value::Thing(_), Kind::Channel | Kind::Role)
            ),
        };
        if !fits {
            return Err(Refusal::Wrong(name.to_owned()));
        }
    }
    match given.options.iter().find(|(name, _)| !definition.options.iter().any(|option| option.name == *name)) {
        Some((unknown, _)) => Err(Refusal::Wrong(unknown.to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use base::{Person, Role, SessionId, UserId, testing::MovedClock};

    use super::*;
    use crate::{Caller, Options, Place, Wording};

    struct Echo(Definition, bool);

    impl Command for Echo {
        fn definition(&self) -> &Definition {
            &self.0
        }

        fn is_on(&self, _: &At) -> bool {
            self.1
        }

        fn run(&self, given: Given) -> BoxFuture<'_, Result<Reply, Refusal>> {
            Box::pin(async move {
                if given.options.text("text") == "forever" {
                    std::future::pending::<()>().await;
                }
                Ok(Reply::aloud(given.options.text("text").repeat(1000)))
            })
        }
    }

    fn echo(name: &'static str) -> Definition {
        Definition::new(name, Wording::one("Says it again")).option("text", Wording::one("What"), Kind::Text(7), true)
    }

    fn command(definition: Definition) -> Arc<dyn Command> {
        Arc::new(Echo(definition, true))
    }

    fn at(place: Place) -> At {
        At { place, organizations: Vec::new(), channel: None, guild: None }
    }

    fn given(text: Option<&str>) -> Given {
        let mut options = Options::default();
        if let Some(text) = text {
            options.put("text", Value::Text(text.into()));
        }
        let actor = Actor::Person(Person::logged_in(UserId::from(1), Role::Member, SessionId::from(1)));
        let caller = Caller { actor, name: "Olga".into(), locale: "en".into(), key: "1".into() };
        Given { caller, at: at(Place::Discord), options }
    }

    fn registry() -> (Registry, Arc<MovedClock>) {
        let clock = Arc::new(MovedClock::default());
        (Registry::new(Arc::clone(&clock) as Arc<_>), clock)
    }

    #[test]
    fn a_name_belongs_to_one_owner() {
        let (registry, _) = registry();
        registry.set("hub", vec![command(echo("echo"))]).unwrap();
        let taken = Collision::Taken { name: "echo".into(), owner: "hub".into() };
        assert_eq!(registry.set("poll", vec![command(echo("poll")), command(echo("echo"))]), Err(taken));
        assert!(registry.find("poll", &at(Place::Lobby)).is_none(), "none of them came in");
        registry.set("hub", vec![command(echo("echo")), command(echo("say"))]).unwrap();
        let twice = vec![command(echo("vote")), command(echo("vote"))];
        assert_eq!(registry.set("poll", twice), Err(Collision::Twice("vote".into())));
        assert_eq!(registry.set("poll", vec![command(echo("Vote"))]), Err(Collision::Unsound("Vote".into())));
        registry.clear("hub");
        registry.set("poll", vec![command(echo("echo"))]).unwrap();
        let names =
            |place| registry.list(&at(place)).iter().map(|c| c.definition().name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(Place::Lobby), ["echo"]);
        registry.set("poll", vec![command(echo("echo").only_in(&[Place::Discord]))]).unwrap();
        assert_eq!((names(Place::Lobby).len(), names(Place::Discord).len()), (0, 1));
        registry.set("poll", vec![Arc::new(Echo(echo("echo"), false))]).unwrap();
        assert!(names(Place::Discord).is_empty(), "switched off where it is asked for");
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_is_given_by_its_rules() {
        let (registry, clock) = registry();
        registry.set("hub", vec![command(echo("echo").for_known())]).unwrap();
        let stranger = |mut given: Given| {
            given.caller.actor = Actor::Stranger { address: None };
            given
        };
        assert_eq!(registry.give("ech", given(None)).await, Err(Refusal::Unknown("ech".into())));
        assert_eq!(registry.give("echo", stranger(given(Some("a")))).await, Err(Refusal::Unlinked(None)));
        assert_eq!(registry.give("echo", given(None)).await, Err(Refusal::Missing("text".into())));
        assert_eq!(registry.give("echo", given(Some("too long"))).await, Err(Refusal::Wrong("text".into())));
        let mut more = given(Some("a"));
        more.options.put("more", Value::Flag(true));
        assert_eq!(registry.give("echo", more).await, Err(Refusal::Wrong("more".into())));
        assert_eq!(registry.give("echo", given(Some("abc"))).await.unwrap().text.chars().count(), 2000, "cut");
        clock.advance(Duration::from_millis(1500));
        assert_eq!(registry.give("echo", given(Some("a"))).await, Err(Refusal::TooSoon(2)));
        clock.advance(Duration::from_millis(1500));
        assert_eq!(registry.give("echo", given(Some("forever"))).await, Err(Refusal::Busy));
    }

    #[test]
    fn every_refusal_has_words_in_both_languages() {
        let all = [
            Refusal::Unknown("x".into()),
            Refusal::Unlinked(Some("https://hub.example".into())),
            Refusal::TooSoon(2),
            Refusal::Missing("x".into()),
            Refusal::Wrong("x".into()),
            Refusal::Forbidden,
            Refusal::Busy,
        ];
        for refusal in all {
            assert_ne!(refusal.told("en"), refusal.told("pt-BR"));
        }
        assert_eq!(Refusal::Told("So".into()).told("pt"), "So");
    }
}
