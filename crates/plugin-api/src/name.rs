//! What a plugin, its parts and the places it reaches may be called.
//!
//! Each rule stands twice: as a function, which decides, and as a regular expression in the published schema, for editors. A test holds both
//! against each other.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Words that are, or will be, addresses of the hub: no plugin is called so.
pub const RESERVED: [&str; 17] = [
    "admin", "api", "assets", "auth", "core", "hub", "live", "orgs", "plugins", "public", "root", "static", "system",
    "user", "users", "webhooks", "hooks",
];

/// What the hub itself is made of. A guest that is called like a part of the hub would be taken for it; a built-in is a part of it.
pub const OURS: [&str; 54] = [
    "accounts",
    "adventures",
    "app",
    "async_qualifier",
    "audit",
    "backup",
    "base",
    "bingosync",
    "cli",
    "client",
    "commands",
    "confined",
    "content",
    "contract",
    "db",
    "discord",
    "discord_events",
    "discordbot",
    "drawing",
    "events",
    "federation",
    "footprint",
    "frontend",
    "guildhall",
    "heritage",
    "jobs",
    "mail",
    "market",
    "metaserver",
    "metaserver_proto",
    "moderation",
    "notifications",
    "opentibia",
    "orders",
    "outbound",
    "people",
    "plugin_api",
    "plugin_sdk",
    "presets",
    "racer_verification",
    "racetime",
    "ranking",
    "rpg",
    "schedules",
    "seal",
    "server",
    "settings",
    "speedgaming",
    "tests",
    "tournament",
    "tournaments",
    "vitals",
    "wiring",
    "xtask",
];

/// The name a plugin has everywhere: in addresses, tables, logs and other plugins' manifests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginId(String);

impl PluginId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PluginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for PluginId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Not the name of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 lower-case letters, digits and underscores, and begins with a letter")]
pub struct NotAnId;

impl FromStr for PluginId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if is_word(text, 64, "_") { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }
}

impl TryFrom<String> for PluginId {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<PluginId> for String {
    fn from(id: PluginId) -> Self {
        id.0
    }
}

/// The version of the interface a guest was built against: `1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Api {
    /// Another one: nothing fits.
    pub major: u16,
    /// A higher one has more.
    pub minor: u16,
}

impl fmt::Display for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Not a version of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version of the interface is two numbers, such as \"1.0\"")]
pub struct NotAnApi;

impl FromStr for Api {
    type Err = NotAnApi;

    fn from_str(text: &str) -> Result<Self, NotAnApi> {
        let number = |text: &str| -> Option<u16> {
            let plain =
                text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
            text.parse().ok().filter(|_| plain)
        };
        let (major, minor) = text.split_once('.').ok_or(NotAnApi)?;
        Ok(Self { major: number(major).ok_or(NotAnApi)?, minor: number(minor).ok_or(NotAnApi)? })
    }
}

impl TryFrom<String> for Api {
    type Error = NotAnApi;

    fn try_from(text: String) -> Result<Self, NotAnApi> {
        text.parse()
    }
}

impl From<Api> for String {
    fn from(api: Api) -> Self {
        api.to_string()
    }
}

/// Which events somebody listens to: `match.scheduled`, or `match.*` for whatever begins with `match.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventPattern(String);

impl EventPattern {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an event of that name is meant.
    pub fn matches(&self, event: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(beginning) => event.len() > beginning.len() && event.starts_with(beginning),
            None => event == self.0,
        }
    }
}

/// Not a pattern for names of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("events are named such as `match.scheduled`; one `*` may stand at the end, such as `match.*`")]
pub struct NotAPattern;

impl TryFrom<String> for EventPattern {
    type Error = NotAPattern;

    fn try_from(text: String) -> Result<Self, NotAPattern> {
        if is_event_pattern(&text) { Ok(Self(text)) } else { Err(NotAPattern) }
    }
}

impl From<EventPattern> for String {
    fn from(pattern: EventPattern) -> Self {
        pattern.0
    }
}

/// A lower-case letter, then at most `most - 1` of lower-case letters, digits and what `more` holds.
pub(crate) fn is_word(text: &str, most: usize, more: &str) -> bool {
    text.len() <= most
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || more.contains(c))
}

/// `seed_vault:roll`.
pub(crate) fn is_action(text: &str) -> bool {
    text.split_once(':').is_some_and(|(plugin, verb)| is_word(plugin, 64, "_") && is_word(verb, 64, "_"))
}

/// `match.scheduled`, `seed_vault.seed_rolled`: words with dots between, at least two.
pub(crate) fn is_event(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|word| is_word(word, 64, "_"))
}

/// An event, or everything that begins alike: `match.*`.
pub(crate) fn is_event_pattern(text: &str) -> bool {
    match text.strip_suffix(".*") {
        Some(beginning) => beginning.split('.').all(|word| is_word(word, 64, "_")),
        None => is_event(text),
    }
}

/// `presets.resolve`: an export of another plugin.
pub(crate) fn is_call(text: &str) -> bool {
    text.split_once('.').is_some_and(|(owner, name)| is_word(owner, 64, "_") && is_word(name, 64, "_"))
}

/// `seeds/{id}`: at most eight parts, each a word or a name in braces for whatever stands there. Nothing: the plugin's first page.
pub(crate) fn is_path(text: &str) -> bool {
    let is_part = |part: &str| match part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => is_word(name, 32, "_"),
        None => {
            (1..=64).contains(&part.len())
                && part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c))
        }
    };
    text.is_empty() || (text.split('/').count() <= 8 && text.split('/').all(is_part))
}

/// The name of a language as files are called by it: `pt-BR`, `de`, `zh-Hant`, `es-419`. Only in this spelling, so that a file that would
/// never be found is not passed over in silence.
pub fn is_language(tag: &str) -> bool {
    let all = |part: &str, is: fn(&u8) -> bool| part.bytes().all(|byte| is(&byte));
    let is_script = |part: &&str| {
        part.len() == 4
            && part.as_bytes()[0].is_ascii_uppercase()
            && part.bytes().skip(1).all(|b| b.is_ascii_lowercase())
    };
    let is_region = |part: &&str| match part.len() {
        2 => all(part, u8::is_ascii_uppercase),
        3 => all(part, u8::is_ascii_digit),
        _ => false,
    };
    let mut parts = tag.split('-').peekable();
    let is_one = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && all(part, u8::is_ascii_lowercase));
    parts.next_if(is_script);
    parts.next_if(is_region);
    is_one && parts.next().is_none()
}

/// Something to read, on one line, without blanks around it.
pub(crate) fn is_line(text: &str) -> bool {
    !text.chars().any(|c| c.is_ascii_control())
        && text.chars().next().is_some_and(|c| !c.is_whitespace())
        && text.chars().next_back().is_some_and(|c| !c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_means_what_begins_alike_and_not_the_beginning_itself() {
        let pattern = EventPattern::try_from("match.*".to_owned()).unwrap();
        assert!(pattern.matches("match.scheduled") && pattern.matches("match.game.ended"));
        assert!(!pattern.matches("match") && !pattern.matches("match.") && !pattern.matches("matches.scheduled"));
        let exact = EventPattern::try_from("match.scheduled".to_owned()).unwrap();
        assert!(exact.matches("match.scheduled") && !exact.matches("match.scheduled_again"));
        for wrong in ["*", "match*", "match", "match.*.ended", ".*", ""] {
            assert!(EventPattern::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn versions_of_the_interface_are_two_plain_numbers() {
        assert_eq!("1.12".parse(), Ok(Api { major: 1, minor: 12 }));
        for wrong in ["1", "1.", ".1", "01.0", "1.0.0", "+1.0", "1.0 ", "1.70000"] {
            assert_eq!(wrong.parse::<Api>(), Err(NotAnApi), "{wrong}");
        }
    }

    #[test]
    fn a_language_is_spelled_in_one_way() {
        for tag in ["en", "pt-BR", "de", "fil", "zh-Hant", "zh-Hant-TW", "es-419"] {
            assert!(is_language(tag), "{tag}");
        }
        for wrong in ["", "p", "pt-br", "PT-BR", "pt_BR", "pt-", "-BR", "pt-BR-x", "zh-TW-Hant", "english", "é1"] {
            assert!(!is_language(wrong), "{wrong}");
        }
    }

    /// A guest must not pass for a part of the hub: whatever becomes a crate takes its name with it.
    #[test]
    fn every_crate_of_ours_has_its_name_reserved() {
        let house = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for entry in
            std::fs::read_dir(house).unwrap().flatten().filter(|entry| entry.path().join("Cargo.toml").exists())
        {
            let name = entry.file_name().into_string().unwrap().replace('-', "_");
            let known = OURS.contains(&name.as_str()) || RESERVED.contains(&name.as_str());
            assert!(known, "{name} is a crate of ours: add it to `OURS` in crates/plugin-api/src/name.rs");
        }
    }
}
