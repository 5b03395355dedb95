//! What a plugin keeps, as it leaves a hub and comes into one: in the API, and as a file with a line for each thing.

use base::Millis;
use serde::{Deserialize, Serialize};

/// So many things are taken in at once.
pub const MOST_AT_ONCE: usize = 200;
/// The version of the file.
const FORMAT: u32 = 1;

/// A thing that a plugin keeps: a value under a key, or a document; one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "organization": "the-lantern", "value": { "key": "goal", "text": "50" }
})))]
pub struct PluginDatum {
    /// In which organization, by the last part of its address; absent: the hub's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub organization: Option<String>,
    /// About whom, by the account's name: it goes with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub person: Option<String>,
    /// A value under a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<PluginValue>,
    /// A document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<PluginDocument>,
}

/// A value under a key: text, or what is none in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginValue {
    /// The key.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 256))]
    pub key: String,
    /// What lies there, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 65536))]
    pub text: Option<String>,
    /// What lies there, in base64, where it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 90000))]
    pub base64: Option<String>,
    /// When it goes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Millis>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginDocument {
    /// In which of the manifest's collections.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub collection: String,
    /// What the plugin calls it.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub id: String,
    /// What it says: the JSON of an object, as text, however large and deep it is.
    #[cfg_attr(feature = "openapi", schema(min_length = 2, max_length = 65536))]
    pub json: String,
    /// When it was first kept.
    pub created_at: Millis,
    /// When it was kept last.
    pub updated_at: Millis,
}

/// Take in what a plugin kept elsewhere, or here before. What has the same key or name is replaced; everything else stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "data": [{ "value": { "key": "goal", "text": "50" } }], "dry_run": true
})))]
pub struct ImportPluginData {
    /// The things. All of them are taken in, or none.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 200))]
    pub data: Vec<PluginDatum>,
    /// Only say whether they would be.
    #[serde(default)]
    pub dry_run: bool,
}

/// How much was taken in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PluginDataTaken {
    /// So many values.
    pub values: u64,
    /// So many documents.
    pub documents: u64,
}

/// The first line of a file with a plugin's data; each after it is a [`PluginDatum`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluginDataHead {
    /// Whose data.
    pub plugin: String,
    /// The version that kept them.
    pub version: String,
    /// The version of the file.
    pub format: u32,
}

impl PluginDataHead {
    /// Of a file with what that plugin kept.
    pub fn new(plugin: impl Into<String>, version: impl Into<String>) -> Self {
        Self { plugin: plugin.into(), version: version.into(), format: FORMAT }
    }

    /// What the first line says; `None`: it is no such file, or of a later version.
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok().filter(|head: &Self| head.format == FORMAT)
    }
}

/// Something as a line of the file.
///
/// # Errors
///
/// What can't be written as JSON: nothing is left out in silence.
pub fn line<T: Serialize>(what: &T) -> serde_json::Result<String> {
    let mut line = serde_json::to_string(what)?;
    line.push('\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_whose_it_is() {
        let head = PluginDataHead::new("poll", "1.2.0");
        assert_eq!(PluginDataHead::read(line(&head).unwrap().trim_end()), Some(head));
        for other in ["", "{}", "poll", r#"{"plugin":"poll","version":"1.2.0","format":2}"#] {
            assert_eq!(PluginDataHead::read(other), None, "{other}");
        }
    }
}
