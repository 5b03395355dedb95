//! Where plugins come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Plugins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PluginSettings {
    /// Addresses below which packages may be fetched, such as `https://plugins.example/hub/`. None is fetched from elsewhere, and nothing runs
    /// before somebody has approved it.
    pub sources: Vec<String>,
}

impl PluginSettings {
    /// What is wrong with it, if anything: the key, and how.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let is_address = |source: &&String| {
            let host = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://"));
            host.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(['?', '#', '@', ' ']))
        };
        match self.sources.iter().find(|source| !is_address(source)) {
            Some(wrong) => {
                Err(("plugins.sources", format!("{wrong:?} is no address such as https://plugins.example/hub/")))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_address_without_a_query() {
        let wrong = |source: &str| PluginSettings { sources: vec![source.to_owned()] }.check().is_err();
        assert!(!wrong("https://plugins.example/hub/") && !wrong("https://plugins.example"));
        for bad in ["", "plugins.example", "https://", "https:///x", "https://a/?b", "https://a@b/", "file:///etc"] {
            assert!(wrong(bad), "{bad}");
        }
    }
}
