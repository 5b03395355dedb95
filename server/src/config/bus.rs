//! How several nodes wake each other, where they do it through NATS.

use std::{fs, path::PathBuf};

use events::Nats;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Settings;

/// The way between nodes, where `bus_url` names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BusSettings {
    /// The subject they meet on: words with dots between them. The same for all nodes of one hub, another one for another hub.
    pub subject: String,
    /// A file with the certificate of an authority of your own (PEM), for `tls://`.
    pub ca_file: Option<PathBuf>,
}

impl Default for BusSettings {
    fn default() -> Self {
        Self { subject: "guildhall.events".to_owned(), ca_file: None }
    }
}

impl Settings {
    /// NATS, where one is named; else the key that is wrong, and how.
    pub fn nats(&self) -> Result<Option<Nats>, (&'static str, String)> {
        let Some(url) = self.bus_url.as_deref().filter(|url| !url.is_empty()) else { return Ok(None) };
        if let Some(path) = &self.bus.ca_file {
            fs::metadata(path)
                .map_err(|error| ("bus.ca_file", format!("{} can't be read: {error}", path.display())))?;
        }
        Nats::parse(url, &self.bus.subject, self.bus.ca_file.clone()).map(Some).map_err(|problem| ("bus_url", problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named_and_no_secret_with_it() {
        let at = |url: &str| Settings { bus_url: Some(url.into()), ..Settings::default() };
        assert!(Settings::default().nats().unwrap().is_none());
        assert!(at("").nats().unwrap().is_none(), "an empty variable is none");
        assert_eq!(at("nats://hub:s3cret@127.0.0.1").nats().unwrap().unwrap().place(), "127.0.0.1:4222");
        let (key, problem) = at("http://hub:s3cret@127.0.0.1").nats().unwrap_err();
        assert!(key == "bus_url" && !problem.contains("s3cret"), "{problem}");
        let bus = BusSettings { ca_file: Some("nowhere".into()), ..BusSettings::default() };
        assert_eq!(Settings { bus, ..at("tls://127.0.0.1") }.nats().unwrap_err().0, "bus.ca_file");
        let bus = BusSettings { subject: "guildhall.>".into(), ..BusSettings::default() };
        assert!(Settings { bus, ..at("nats://127.0.0.1") }.nats().is_err());
    }
}
