//! Where plugins come from.

use std::time::Duration;

use plugins::Bounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Plugins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PluginSettings {
    /// Addresses below which packages may be fetched, such as `https://plugins.example/hub/`. None is fetched from elsewhere, and nothing runs
    /// before somebody has approved it.
    pub sources: Vec<String>,
    /// MiB of memory that one call of a guest may use.
    #[schemars(range(min = 1, max = 512))]
    pub memory_mib: u32,
    /// Seconds a guest may compute while somebody waits for its page, answer or reply. For an event it is half of that.
    #[schemars(range(min = 1, max = 10))]
    pub cpu_secs: u32,
    /// Seconds the longest task of a guest may compute, whatever its manifest says.
    #[schemars(range(min = 1, max = 300))]
    pub task_secs: u32,
    /// So many calls of one plugin are under way at once; the others wait for their turn.
    #[schemars(range(min = 1, max = 64))]
    pub calls_at_once: usize,
    /// MiB that a guest's component may have. Packages with it have up to 16.
    #[schemars(range(min = 1, max = 64))]
    pub component_mib: usize,
}

impl Default for PluginSettings {
    fn default() -> Self {
        Self { sources: Vec::new(), memory_mib: 64, cpu_secs: 1, task_secs: 30, calls_at_once: 4, component_mib: 16 }
    }
}

impl PluginSettings {
    /// What plugins may cost.
    pub(crate) fn bounds(&self) -> Bounds {
        let secs = |secs: u32| Duration::from_secs(secs.into());
        let (answer, task) = (secs(self.cpu_secs), secs(self.task_secs));
        Bounds { answer, task, at_once: self.calls_at_once, component: self.component_mib * 1024 * 1024 }
    }

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
        let wrong = |source: &str| {
            PluginSettings { sources: vec![source.to_owned()], ..PluginSettings::default() }.check().is_err()
        };
        assert!(!wrong("https://plugins.example/hub/") && !wrong("https://plugins.example"));
        for bad in ["", "plugins.example", "https://", "https:///x", "https://a/?b", "https://a@b/", "file:///etc"] {
            assert!(wrong(bad), "{bad}");
        }
    }
}
