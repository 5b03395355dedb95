//! What a command is: its name, its options, where it can be given and by whom.

use std::{borrow::Cow, time::Duration};

/// A text in the languages the hub speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// In English.
    pub en: Cow<'static, str>,
    /// In Brazilian Portuguese, where there is one.
    pub pt_br: Option<Cow<'static, str>>,
}

impl Wording {
    /// In both languages.
    pub const fn both(en: &'static str, pt_br: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), pt_br: Some(Cow::Borrowed(pt_br)) }
    }

    /// In one language, whichever that is.
    pub fn one(text: impl Into<String>) -> Self {
        Self { en: Cow::Owned(text.into()), pt_br: None }
    }

    /// As somebody reads it whose language has that code: `pt-BR`, `en-GB`, …
    pub fn to(&self, locale: &str) -> &str {
        match &self.pt_br {
            Some(pt_br) if speaks_portuguese(locale) => pt_br,
            _ => &self.en,
        }
    }
}

pub(crate) fn speaks_portuguese(locale: &str) -> bool {
    locale.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("pt"))
}

/// A chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Discord.
    Discord,
    /// A room of the lobby.
    Lobby,
    /// The chat of a race room.
    RaceRoom,
}

impl Place {
    /// The longest reply it shows, in characters.
    pub const fn longest(self) -> usize {
        match self {
            Self::Discord => 2000,
            Self::RaceRoom => 1000,
            // The clients' own fields hold 511 bytes.
            Self::Lobby => 500,
        }
    }
}

/// Who may give a command at all. What it then does is for a service to allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anybody.
    Anybody,
    /// Somebody whose account the hub knows.
    Known,
}

/// What an option is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text, of so many characters at most.
    Text(u16),
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these, 25 at most.
    Choice(Vec<Choice>),
    /// Somebody with an account here.
    Person,
    /// A channel of the chat.
    Channel,
    /// A role of the chat.
    Role,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is handed on.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// An option of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opt {
    /// Its name, by the rules of a command's.
    pub name: Cow<'static, str>,
    /// What it is for.
    pub description: Wording,
    /// What it is.
    pub kind: Kind,
    /// Whether the command needs it.
    pub required: bool,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// What is typed: 1 to 32 of `a`–`z`, `0`–`9`, `-` and `_`.
    pub name: Cow<'static, str>,
    /// What it is for, in a short sentence: a hundred characters at most.
    pub description: Wording,
    /// Its options, those it needs first.
    pub options: Vec<Opt>,
    /// In which chats it can be given.
    pub places: Vec<Place>,
    /// Who may give it.
    pub who: Who,
    /// Between two of it by one person.
    pub cooldown: Duration,
    /// Whether Discord offers it only to those who manage the server there.
    pub for_managers: bool,
}

/// As long as a command waits that says nothing else.
const COOLDOWN: Duration = Duration::from_secs(3);
/// More options than that no chat shows.
const MOST_OPTIONS: usize = 25;
const LONGEST_NAME: usize = 32;
const LONGEST_DESCRIPTION: usize = 100;

impl Definition {
    /// A command without options, for anybody, in every chat.
    pub fn new(name: impl Into<Cow<'static, str>>, description: Wording) -> Self {
        Self {
            name: name.into(),
            description,
            options: Vec::new(),
            places: vec![Place::Discord, Place::Lobby, Place::RaceRoom],
            who: Who::Anybody,
            cooldown: COOLDOWN,
            for_managers: false,
        }
    }

    /// The same with another option.
    #[must_use]
    pub fn option(
        mut self,
        name: impl Into<Cow<'static, str>>,
        description: Wording,
        kind: Kind,
        required: bool,
    ) -> Self {
        self.options.push(Opt { name: name.into(), description, kind, required });
        self
    }

    /// The same in these chats only.
    #[must_use]
    pub fn only_in(self, places: &[Place]) -> Self {
        Self { places: places.to_vec(), ..self }
    }

    /// The same for those only whose account the hub knows.
    #[must_use]
    pub fn for_known(self) -> Self {
        Self { who: Who::Known, ..self }
    }

    /// Whether every chat takes it as it is.
    pub(crate) fn is_sound(&self) -> bool {
        let describes = |text: &Wording| {
            [Some(&text.en), text.pt_br.as_ref()]
                .into_iter()
                .flatten()
                .all(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST_DESCRIPTION)
        };
        let mut names: Vec<&str> = self.options.iter().map(|option| option.name.as_ref()).collect();
        names.sort_unstable();
        names.dedup();
        let needed_first = self.options.is_sorted_by_key(|option| !option.required);
        is_a_name(&self.name)
            && describes(&self.description)
            && self.options.len() <= MOST_OPTIONS
            && names.len() == self.options.len()
            && needed_first
            && self.options.iter().all(|option| {
                let few = match &option.kind {
                    Kind::Choice(choices) => (1..=MOST_OPTIONS).contains(&choices.len()),
                    _ => true,
                };
                is_a_name(&option.name) && describes(&option.description) && few
            })
    }
}

fn is_a_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Definition {
        Definition::new("seed", Wording::both("Roll a seed", "Sortear uma semente"))
    }

    #[test]
    fn a_text_is_read_in_the_readers_language() {
        let text = seed().description;
        assert_eq!(
            (text.to("pt-BR"), text.to("en-GB"), text.to("")),
            ("Sortear uma semente", "Roll a seed", "Roll a seed")
        );
        assert_eq!(Wording::one("Rolar").to("pt"), "Rolar");
    }

    #[test]
    fn what_a_chat_would_refuse_is_refused_here() {
        let about = || Wording::one("Which");
        assert!(seed().option("preset", about(), Kind::Text(60), true).is_sound());
        let unsound = [
            Definition::new("Seed", about()),
            Definition::new("", about()),
            Definition::new("a".repeat(33), about()),
            Definition::new("seed", Wording::one(" ")),
            Definition::new("seed", Wording::one("x".repeat(101))),
            seed().option("a b", about(), Kind::Flag, false),
            seed().option("a", about(), Kind::Flag, false).option("a", about(), Kind::Flag, false),
            seed().option("a", about(), Kind::Flag, false).option("b", about(), Kind::Flag, true),
            seed().option("a", about(), Kind::Choice(Vec::new()), true),
        ];
        for definition in unsound {
            assert!(!definition.is_sound(), "{definition:?}");
        }
    }
}
