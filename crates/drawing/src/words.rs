//! The texts that stand around what plugins say.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// They, in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub(crate) as_table: String,
    pub(crate) choose: String,
    pub(crate) decimal: String,
    pub(crate) default_is: String,
    pub(crate) hours: String,
    /// Which language that is: `pt-BR`.
    language: String,
    pub(crate) image_away: String,
    pub(crate) in_json: String,
    pub(crate) in_utc: String,
    pub(crate) locked: String,
    pub(crate) minutes: String,
    pub(crate) missing: String,
    pub(crate) next: String,
    pub(crate) no: String,
    pub(crate) nobody: String,
    pub(crate) nothing: String,
    pub(crate) one_a_line: String,
    pub(crate) optional: String,
    pub(crate) outside: String,
    pub(crate) page_of: String,
    pub(crate) pages: String,
    pub(crate) previous: String,
    pub(crate) problem: String,
    pub(crate) late: String,
    /// Of the registry's own pages, by key.
    registry: BTreeMap<String, String>,
    pub(crate) seconds: String,
    pub(crate) secret_absent: String,
    pub(crate) secret_set: String,
    pub(crate) stale: String,
    pub(crate) unreadable: String,
    pub(crate) yes: String,
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| read(include_str!("../locales/en.json")));
static PORTUGUESE: LazyLock<Words> = LazyLock::new(|| read(include_str!("../locales/pt-BR.json")));

fn read(text: &str) -> Words {
    serde_json::from_str(text).expect("the texts are whole: a test reads them")
}

impl Words {
    /// A text of the registry's pages. One that isn't there is its key: a test looks for those.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.registry.get(key).map_or(key, String::as_str)
    }

    /// The same with what stands in its braces.
    pub fn with(&self, key: &str, pairs: &[(&str, &str)]) -> String {
        let said = self.say(key).to_owned();
        pairs.iter().fold(said, |said, (name, value)| said.replace(&format!("{{{name}}}"), value))
    }

    /// The language they are in: `pt-BR`.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// What is said of a form that was open too long, or was sent before.
    pub fn stale(&self) -> &str {
        &self.stale
    }

    /// Those of a language, by its code; English where there are none.
    pub fn of(code: &str) -> &'static Self {
        if code.starts_with("pt") { &PORTUGUESE } else { &ENGLISH }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_text() {
        for code in ["en", "pt-BR"] {
            let words = Words::of(code);
            assert!(words.page_of.contains("{page}") && words.page_of.contains("{of}"), "{code}");
            assert_eq!(words.language(), code);
        }
        assert_ne!(Words::of("en").next, Words::of("pt-BR").next);
        for act in plugin_api::act::Act::ALL {
            let key = format!("act_{}", act.word().replace('.', "_"));
            assert_ne!(Words::of("en").say(&key), key, "an act that nobody can read");
        }
        let keys = |code: &str| Words::of(code).registry.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys("en"), keys("pt-BR"));
        assert_eq!(Words::of("en").with("waits", &[("version", "1.2")]), "Version 1.2 waits for approval");
    }
}
