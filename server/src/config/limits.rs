//! Sections that are all limits, and the one check of every number: the bounds that the schema tells editors are those that hold.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Settings;

/// How long logins last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// Hours a login lasts unused.
    #[schemars(range(min = 1, max = 720))]
    pub idle_hours: u32,
    /// Hours a login lasts at all.
    #[schemars(range(min = 1, max = 720))]
    pub absolute_hours: u32,
    /// Days a login lasts unused where "remember me" was ticked.
    #[schemars(range(min = 1, max = 365))]
    pub remembered_idle_days: u32,
    /// Days it lasts at all.
    #[schemars(range(min = 1, max = 365))]
    pub remembered_absolute_days: u32,
    /// Logins of one person at the same time; one more ends the one longest unused.
    #[schemars(range(min = 1, max = 1000))]
    pub per_user: u32,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { idle_hours: 24, absolute_hours: 24, remembered_idle_days: 7, remembered_absolute_days: 30, per_user: 50 }
    }
}

impl SessionSettings {
    /// As accounts take it.
    pub fn read(&self) -> accounts::Sessions {
        let (hours, days) =
            (|hours: u32| Duration::from_hours(hours.into()), |days: u32| Duration::from_hours(u64::from(days) * 24));
        accounts::Sessions {
            idle: hours(self.idle_hours),
            absolute: hours(self.absolute_hours),
            remembered_idle: days(self.remembered_idle_days),
            remembered_absolute: days(self.remembered_absolute_days),
            per_user: self.per_user,
        }
    }
}

/// What hashing a password costs (argon2id), and how much of the machine it may take. Passwords are hashed anew at the next log-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HashingSettings {
    /// Memory of one hash, in KiB. Less than the default makes stolen hashes easier to guess.
    #[schemars(range(min = 7168, max = 4_194_304))]
    pub memory_kib: u32,
    /// Passes over that memory.
    #[schemars(range(min = 1, max = 100))]
    pub passes: u32,
    /// Lanes of one hash.
    #[schemars(range(min = 1, max = 64))]
    pub lanes: u32,
    /// Hashes worked on at once. As many as there are cores where it is empty.
    #[schemars(range(min = 1, max = 1024))]
    pub at_once: Option<usize>,
    /// Hashes that wait at most; one more is refused.
    #[schemars(range(min = 0, max = 100_000))]
    pub queue: usize,
    /// Seconds one waits for its turn at most before it is refused.
    #[schemars(range(min = 1, max = 60))]
    pub wait_secs: u64,
}

impl Default for HashingSettings {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1, at_once: None, queue: 64, wait_secs: 2 }
    }
}

impl HashingSettings {
    /// As accounts take it.
    pub fn read(&self) -> accounts::Hashing {
        let usual = accounts::Hashing::default();
        accounts::Hashing {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
            at_once: self.at_once.unwrap_or(usual.at_once),
            queue: self.queue,
            wait: Duration::from_secs(self.wait_secs),
        }
    }
}

/// Limits of live pages: how they are kept alive, and how far one may fall behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LiveSettings {
    /// Seconds between two pulses, by which a page knows that the hub is there. Pages take it for gone after 45 without one.
    #[schemars(range(min = 1, max = 20))]
    pub pulse_secs: u64,
    /// Seconds of silence after which a page is taken for gone.
    #[schemars(range(min = 5, max = 600))]
    pub gone_secs: u64,
    /// Seconds one write may take before a page is taken for gone.
    #[schemars(range(min = 1, max = 120))]
    pub write_stall_secs: u64,
    /// Seconds between two looks at the login behind a page. Ended logins close their pages at once; this is the safety net.
    #[schemars(range(min = 1, max = 3600))]
    pub recheck_secs: u64,
    /// The largest message a page may send, in bytes.
    #[schemars(range(min = 1024, max = 1_048_576))]
    pub message_bytes: usize,
    /// Changes kept for pages that come back.
    #[schemars(range(min = 10, max = 100_000))]
    pub kept_changes: usize,
    /// Seconds they are kept.
    #[schemars(range(min = 10, max = 86400))]
    pub kept_secs: u64,
    /// Messages a page may be behind; beyond them it starts afresh, and at the third time within a minute it is closed.
    #[schemars(range(min = 16, max = 100_000))]
    pub behind_messages: u64,
    /// The same in bytes.
    #[schemars(range(min = 16_384, max = 67_108_864))]
    pub behind_bytes: u64,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            pulse_secs: 20,
            gone_secs: 45,
            write_stall_secs: 10,
            recheck_secs: 300,
            message_bytes: 16 * 1024,
            kept_changes: 1_000,
            kept_secs: 600,
            behind_messages: 256,
            behind_bytes: 256 * 1024,
        }
    }
}

impl LiveSettings {
    /// How often a page hears that the hub is there, and is asked whether it still is.
    pub const fn pulse(&self) -> Duration {
        Duration::from_secs(self.pulse_secs)
    }

    /// A page that has said nothing for so long, not even a pong, is gone.
    pub const fn gone(&self) -> Duration {
        Duration::from_secs(self.gone_secs)
    }

    /// A page that takes longer for one write is gone, too.
    pub const fn write_stall(&self) -> Duration {
        Duration::from_secs(self.write_stall_secs)
    }

    /// How often the login behind a page is looked at again.
    pub const fn recheck(&self) -> Duration {
        Duration::from_secs(self.recheck_secs)
    }

    /// As the board takes it.
    pub fn read(&self) -> live::Limits {
        live::Limits {
            kept_changes: self.kept_changes,
            kept_for: Duration::from_secs(self.kept_secs),
            behind_messages: self.behind_messages,
            behind_bytes: self.behind_bytes,
        }
    }
}

/// Compares every number with the bounds in the schema, then what belongs together. The error names the key, and says what would be right.
pub(super) fn check(settings: &Settings) -> Result<(), (String, String)> {
    let schema = super::schema();
    for (key, value) in super::show::flat(settings) {
        let (Some(number), Some(about)) = (value.as_i64(), about(&schema, &key)) else { continue };
        let bound = |name: &str| about[name].as_i64();
        if bound("minimum").is_some_and(|least| number < least) || bound("maximum").is_some_and(|most| number > most) {
            let least = bound("minimum").unwrap_or_default();
            let problem = match bound("maximum") {
                Some(most) => format!("{number} is not between {least} and {most}"),
                None => format!("{number} is less than {least}"),
            };
            return Err((key, problem));
        }
    }
    let together: [(&str, bool, &str); 6] = [
        (
            "sessions.idle_hours",
            settings.sessions.idle_hours <= settings.sessions.absolute_hours,
            "must not be more than sessions.absolute_hours",
        ),
        (
            "sessions.remembered_idle_days",
            settings.sessions.remembered_idle_days <= settings.sessions.remembered_absolute_days,
            "must not be more than sessions.remembered_absolute_days",
        ),
        (
            "hashing.memory_kib",
            settings.hashing.memory_kib >= 8 * settings.hashing.lanes,
            "must be at least 8 for each of hashing.lanes",
        ),
        (
            "live.gone_secs",
            settings.live.gone_secs > settings.live.pulse_secs,
            "must be more than live.pulse_secs, or every page is taken for gone",
        ),
        (
            "films.largest_mib",
            settings.films.largest_mib <= settings.films.per_host_mib
                && settings.films.per_host_mib <= settings.films.total_mib,
            "must not be more than films.per_host_mib, nor that more than films.total_mib",
        ),
        (
            "lobby.aleph_one_gone_secs",
            settings.lobby.aleph_one_gone_secs > settings.lobby.aleph_one_ping_secs
                && settings.lobby.myth_gone_secs > settings.lobby.myth_ping_secs,
            "and lobby.myth_gone_secs must be more than the pings before them",
        ),
    ];
    match together.iter().find(|(_, holds, _)| !holds) {
        Some((key, _, problem)) => Err(((*key).to_owned(), (*problem).to_owned())),
        None => Ok(()),
    }
}

/// What the schema says of a key.
pub(super) fn about<'s>(schema: &'s Value, key: &str) -> Option<&'s Value> {
    let found = match key.split_once('.') {
        None => &schema["properties"][key],
        Some((section, key)) => {
            let reference = schema["properties"][section]["$ref"].as_str()?;
            &schema["$defs"][reference.rsplit('/').next()?]["properties"][key]
        }
    };
    (!found.is_null()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_bounds() {
        let schema = super::super::schema();
        let mut endless = Vec::new();
        for (key, value) in super::super::show::flat(&Settings::default()) {
            let about = about(&schema, &key).unwrap_or_else(|| panic!("{key} is not in the schema"));
            // Ports and the like are bounded by their type.
            let numeric = value.is_number()
                || about["type"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "integer"));
            if numeric && about["maximum"].is_null() {
                endless.push(key);
            }
        }
        assert!(endless.is_empty(), "no largest value: {endless:?}");
    }

    #[test]
    fn the_defaults_are_in_order_and_are_those_of_the_code() {
        check(&Settings::default()).unwrap();
        let (sessions, hashing) = (SessionSettings::default().read(), HashingSettings::default().read());
        assert_eq!(format!("{sessions:?}"), format!("{:?}", accounts::Sessions::default()));
        assert_eq!(format!("{hashing:?}"), format!("{:?}", accounts::Hashing::default()));
        assert_eq!(LiveSettings::default().read(), live::Limits::default());
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let wrong = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            check(&settings).unwrap_err()
        };
        let (key, problem) = wrong(|settings| settings.hashing.passes = 0);
        assert_eq!((key.as_str(), problem.as_str()), ("hashing.passes", "0 is not between 1 and 100"));
        assert_eq!(wrong(|settings| settings.http.body_bytes = 0).0, "http.body_bytes");
        assert_eq!(wrong(|settings| settings.lobby.connections = 100_000_000).0, "lobby.connections");
        assert_eq!(wrong(|settings| settings.sessions.idle_hours = 48).0, "sessions.idle_hours");
        assert_eq!(wrong(|settings| settings.live.gone_secs = 10).0, "live.gone_secs");
        assert_eq!(wrong(|settings| settings.lobby.myth_gone_secs = 150).0, "lobby.aleph_one_gone_secs");
        assert_eq!(wrong(|settings| settings.films.total_mib = 100).0, "films.largest_mib");
    }
}
