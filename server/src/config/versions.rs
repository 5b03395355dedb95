//! Which versions of the games the lobby lets in.

use metaserver::Versions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest text of a refusal, in bytes: Aleph One copies it without looking.
const LONGEST_TEXT: usize = 127;
/// The longest address a client of Myth is shown, in bytes.
const LONGEST_ADDRESS: usize = 255;

/// Versions of the games that are let in beyond Myth II 1.8 and Aleph One, and what those are told that are too old. The lowest version and
/// build of Myth II 1.8 and its kin stand in `[lobby]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VersionSettings {
    /// Let Myth II before 1.8 in, as the 1.3 line is. Weaker: it knows no encryption, so anybody on the way can read game passwords and talk.
    pub myth_clear_text: bool,
    /// Let The Fallen Lords in. Weaker in the same way.
    pub fallen_lords: bool,
    /// Let Myth III in. Weaker in the same way.
    pub myth_three: bool,
    /// The lowest patch number of a Myth II before 1.8 that is let in.
    #[schemars(range(min = 0, max = 1000))]
    pub myth_minimum_patch: i32,
    /// The lowest client version of Aleph One that is let in; its clients of today say 5000.
    #[schemars(range(min = 0, max = 32767))]
    pub aleph_one_minimum_version: i16,
    /// What a Myth that is too old is told: one line of 127 characters at most. A sentence of the hub's where it is empty.
    pub myth_too_old: String,
    /// A page with a newer version, to which a Myth that is too old is sent. To none where it is empty.
    pub myth_update_url: String,
    /// What an Aleph One that is too old is told, likewise.
    pub aleph_one_too_old: String,
}

impl Default for VersionSettings {
    fn default() -> Self {
        let Versions {
            myth_clear_text,
            fallen_lords,
            myth_three,
            myth_minimum_patch,
            aleph_one_minimum_version,
            myth_too_old,
            myth_update_url,
            aleph_one_too_old,
        } = Versions::default();
        Self {
            myth_clear_text,
            fallen_lords,
            myth_three,
            myth_minimum_patch,
            aleph_one_minimum_version,
            myth_too_old,
            myth_update_url,
            aleph_one_too_old,
        }
    }
}

impl VersionSettings {
    /// As the lobby takes them.
    pub fn read(&self) -> Versions {
        Versions {
            myth_clear_text: self.myth_clear_text,
            fallen_lords: self.fallen_lords,
            myth_three: self.myth_three,
            myth_minimum_patch: self.myth_minimum_patch,
            aleph_one_minimum_version: self.aleph_one_minimum_version,
            myth_too_old: self.myth_too_old.clone(),
            myth_update_url: self.myth_update_url.clone(),
            aleph_one_too_old: self.aleph_one_too_old.clone(),
        }
    }

    /// Those that are let in without encryption, by the keys that do it.
    pub fn in_clear(&self) -> impl Iterator<Item = &'static str> {
        [
            ("versions.myth_clear_text", self.myth_clear_text),
            ("versions.fallen_lords", self.fallen_lords),
            ("versions.myth_three", self.myth_three),
        ]
        .into_iter()
        .filter_map(|(key, on)| on.then_some(key))
    }

    /// What is wrong with it, if anything: the key, and how.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        for (key, text) in
            [("versions.myth_too_old", &self.myth_too_old), ("versions.aleph_one_too_old", &self.aleph_one_too_old)]
        {
            if text.chars().count() > LONGEST_TEXT || text.contains(['\n', '\r', '\0']) {
                return Err((key, format!("is not one line of {LONGEST_TEXT} characters at most")));
            }
        }
        let url = &self.myth_update_url;
        let is_address = url.starts_with("https://") || url.starts_with("http://");
        let fits = is_address && url.len() <= LONGEST_ADDRESS && url.chars().all(|c| c.is_ascii_graphic());
        if !(url.is_empty() || fits) {
            return Err((
                "versions.myth_update_url",
                format!("{url:?} is no address such as https://hub.example/myth"),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_let_in_is_what_was_chosen() {
        assert_eq!(VersionSettings::default().read(), Versions::default());
        assert_eq!(VersionSettings::default().in_clear().count(), 0);
        let old = VersionSettings { myth_clear_text: true, myth_three: true, ..VersionSettings::default() };
        assert_eq!(old.in_clear().collect::<Vec<_>>(), ["versions.myth_clear_text", "versions.myth_three"]);
        assert!(old.read().myth_clear_text && old.read().myth_three && !old.read().fallen_lords);
    }

    #[test]
    fn what_clients_cannot_take_is_named() {
        let wrong = |change: fn(&mut VersionSettings)| {
            let mut settings = VersionSettings::default();
            change(&mut settings);
            settings.check().err().map(|(key, _)| key)
        };
        assert_eq!(wrong(|_| ()), None);
        assert_eq!(wrong(|settings| settings.myth_too_old = "x".repeat(127)), None);
        assert_eq!(wrong(|settings| settings.myth_too_old = "x".repeat(128)), Some("versions.myth_too_old"));
        assert_eq!(wrong(|settings| settings.aleph_one_too_old = "a\nb".into()), Some("versions.aleph_one_too_old"));
        assert_eq!(wrong(|settings| settings.myth_update_url = "https://hub.example/1.8".into()), None);
        for bad in ["hub.example", "https://hub example", "javascript:x"] {
            let settings = VersionSettings { myth_update_url: bad.into(), ..VersionSettings::default() };
            assert!(settings.check().is_err(), "{bad}");
        }
    }
}
