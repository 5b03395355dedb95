//! A notification of a plugin's: what it says, as far as a plugin decides that.

use base::OrgId;
use plugin_api::{Manifest, call::Fault, manifest::Scope};
use serde_json::Value;

/// The longest text, in characters.
const LONGEST: usize = 2_000;

/// What somebody is to be told, once it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What the manifest calls this notification.
    pub label: String,
    /// The plugin's own words, a line each; none: the label says it all.
    pub lines: Vec<String>,
    /// Whether the plugin has a first page in that place.
    pub has_page: bool,
}

impl Note {
    /// The notification of that kind, called in an organization or in the hub. `payload` is a text, or has one as `text`.
    pub(crate) fn read(
        manifest: &Manifest,
        organization: Option<OrgId>,
        kind: &str,
        payload: &Value,
    ) -> Result<Self, Fault> {
        let known = manifest.notifications.iter().find(|known| known.event == kind);
        let known = known.ok_or_else(|| Fault::invalid("kind", "is none of its manifest's notifications"))?;
        let text = match payload.as_str().map_or(&payload["text"], |_| payload) {
            Value::Null => "",
            Value::String(text) => text,
            _ => return Err(Fault::invalid("payload", "is a text, or has one as `text`")),
        };
        if text.chars().count() > LONGEST {
            return Err(Fault::invalid("payload", format!("has at most {LONGEST} characters of text")));
        }
        let lines = text.trim().lines().map(|line| line.trim_end().to_owned());
        let scope = if organization.is_some() { Scope::Organization } else { Scope::Hub };
        Ok(Self {
            label: known.label.clone(),
            lines: lines.collect(),
            has_page: manifest.pages.iter().any(|page| page.path.is_empty() && page.scope == scope),
        })
    }
}

#[cfg(test)]
mod tests {
    use plugin_api::Kind;
    use serde_json::json;

    use super::*;

    const TOML: &str = r#"
manifest = 1
id = "streak"
name = "Streak"
version = "1.0.0"
description = "Counts."
author = "Us"
category = "utility"
api = "1.0"
pages = [{ path = "", title = "Streak" }]
emits = [{ event = "streak.reached", schema = {} }]
notifications = [{ event = "streak.reached", label = "I have reached a reward" }]

[capabilities]
notify = true
"#;

    #[test]
    fn a_note_is_a_text_of_a_kind_the_manifest_knows() {
        let manifest = crate::read(TOML, Kind::Guest).unwrap();
        let here = Some(OrgId::from(1));
        let read = |payload: Value| Note::read(&manifest, here, "streak.reached", &payload);
        let note = read(json!("Seven days!\r\n\n  Well done. \n")).unwrap();
        assert_eq!((note.label.as_str(), note.has_page), ("I have reached a reward", true));
        assert_eq!(note.lines, ["Seven days!", "", "  Well done."]);
        assert_eq!(read(json!({ "text": "Seven", "days": 7 })).unwrap().lines, ["Seven"]);
        for silent in [json!(null), json!({ "days": 7 }), json!({ "text": null }), json!(" ")] {
            assert!(read(silent.clone()).unwrap().lines.is_empty(), "{silent}");
        }
        for wrong in [json!({ "text": 7 }), json!("x".repeat(2_001))] {
            assert!(matches!(read(wrong), Err(Fault::Invalid(_))));
        }
        assert!(!Note::read(&manifest, None, "streak.reached", &json!("x")).unwrap().has_page);
        assert!(matches!(Note::read(&manifest, here, "streak.lost", &json!("x")), Err(Fault::Invalid(_))));
    }
}
