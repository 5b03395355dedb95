//! Keeps names with unwanted words out, however they are spelled.

mod plain;

use plugin_sdk::{
    Call, Fault, Map, Page, Plugin, Submitted, Value, Verdict,
    draw::{form, list, notice, page, paragraph, section, text},
    hub, json,
    page::{Node, Tone},
};
use serde::Deserialize;

use plain::held;

#[derive(Deserialize)]
struct Settings {
    words: Vec<String>,
    exceptions: Vec<String>,
}

impl Settings {
    /// The word for which a name is not taken.
    fn refuses<'a>(&'a self, name: &str) -> Option<&'a str> {
        let is_fine = self.exceptions.iter().any(|fine| fine.to_lowercase() == name.to_lowercase());
        if is_fine { None } else { held(name, &self.words) }
    }
}

struct NameFilter;

impl Plugin for NameFilter {
    fn check(_: &Call, _: &str, draft: &Map<String, Value>) -> Result<Verdict, Fault> {
        let settings: Settings = hub::config()?;
        let name = draft.get("name").and_then(Value::as_str).unwrap_or_default();
        let Some(word) = settings.refuses(name) else { return Ok(Verdict::Allow) };
        hub::info(&format!("refused a name for the word {word:?}"));
        // Which word it was is for the log: a list that is told is a list that is worked around.
        Ok(Verdict::Refuse("That name holds a word that isn't allowed here. Please choose another.".into()))
    }

    fn page(_: &Call, _: &str, _: &Map<String, Value>) -> Result<Page, Fault> {
        Ok(page(shown(&hub::config()?)))
    }

    fn submit(_: &Call, _: &str, sent: &Map<String, Value>) -> Result<Submitted, Fault> {
        let settings: Settings = hub::config()?;
        let name = sent.get("name").and_then(Value::as_str).unwrap_or_default();
        let answer = match settings.refuses(name) {
            Some(word) => notice(format!("**{name}** would be refused for the word “{word}”."), Tone::Warn),
            None => notice(format!("**{name}** would be taken."), Tone::Good),
        };
        let mut body = vec![answer];
        body.extend(shown(&settings));
        Ok(Submitted::Page(page(body)))
    }
}

fn shown(settings: &Settings) -> Vec<Node> {
    let schema = json!({
        "type": "object",
        "required": ["name"],
        "properties": { "name": { "type": "string", "title": "A name", "minLength": 1, "maxLength": 60 } },
    });
    vec![
        paragraph(
            "Names of accounts, characters and guilds are held against these words. They are set in the plugin's settings.",
        ),
        section("Try a name", vec![form("", schema, "Try it")]),
        section("Words", vec![list(settings.words.iter().map(text).collect())]),
    ]
}

plugin_sdk::export!(NameFilter);
